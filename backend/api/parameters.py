"""Parameters at a moment, and their history."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Request
from starlette.responses import Response

from autograd import tape
from backend.api.answers import encode, json_response, summary
from backend.api.dependencies import KnownRun, Position, Tapes
from backend.api.tensors import ARRAY, gradient_of, one_of, values_of
from backend.problems import Problem
from backend.schemas.graphs import History
from backend.schemas.values import GradientView, ParameterView, ValuesView

router = APIRouter(tags=["parameters"])

Name = Annotated[str, Path(max_length=500, description="A parameter's name, as PyTorch has it: `conv1.weight`.")]


@router.get("/runs/{run}/parameters", responses={200: {"model": list[ParameterView]}})
async def parameters(run: KnownRun, tapes: Tapes, at: Position = "latest") -> Response:
    """Every parameter in a few numbers."""

    def read(recorded: tape.Tape) -> bytes:
        found: list[dict[str, Any]] = []
        for name, held in recorded.at(at).parameters.items():
            found.append({
                "name": name,
                "shape": list(held.shape),
                "dtype": held.dtype,
                "value": summary(held.value),
                "gradient": summary(held.gradient),
            })  # fmt: skip
        return encode(found)

    return json_response(await tapes.ask(run.id, read))


@router.get("/runs/{run}/parameters/{name:path}/gradient", responses={200: {"model": GradientView, "content": ARRAY}})
async def parameter_gradient(
    run: KnownRun, tapes: Tapes, request: Request, name: Name, at: Position = "latest"
) -> Response:
    """A parameter's gradient, as JSON or (Accept: application/x-npy) as a .npy file."""
    return await gradient_of(run, tapes, request, at, lambda moment: one_of("parameter", moment.parameters, name))


@router.get("/runs/{run}/parameters/{name:path}/history", responses={200: {"model": list[History]}})
async def history(run: KnownRun, tapes: Tapes, name: Name) -> Response:
    """Per iteration: L2 norms of value, gradient and update, and how large the update is beside the value."""

    def read(recorded: tape.Tape) -> bytes:
        rows = []
        known: dict[str, None] = {}
        for segment in recorded.segments:
            norms = segment.header["norms"]
            known.update(dict.fromkeys(norms))
            if segment.iteration is None or name not in norms:
                continue
            value, gradient, update = norms[name]
            row = {"iteration": segment.iteration, "value": value, "gradient": gradient, "update": update}
            rows.append({**row, "ratio": _ratio(update, value)})
        if not rows:
            names = list(known)
            raise Problem(404, f"No parameter “{name}” is on this tape yet: there are {_listed(names)}.", valid=names)
        return encode(rows)

    return json_response(await tapes.ask(run.id, read))


def _ratio(update: Any, value: Any) -> float | None:
    if update is None or value is None or not float(value):
        return None
    return float(update) / float(value)


def _listed(names: list[str]) -> str:
    return ", ".join(names[:20]) or "none"


@router.get("/runs/{run}/parameters/{name:path}", responses={200: {"model": ValuesView, "content": ARRAY}})
async def parameter(run: KnownRun, tapes: Tapes, request: Request, name: Name, at: Position = "latest") -> Response:
    """A parameter: its values and what the optimizer remembers of it."""
    return await values_of(run, tapes, request, at, lambda moment: one_of("parameter", moment.parameters, name))
