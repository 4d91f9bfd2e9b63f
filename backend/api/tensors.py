"""Any tensor at a moment."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request
from starlette.responses import Response

from autograd import tape
from autograd.tape.moment import Held, Moment
from backend.api.answers import (
    NPY,
    RAW,
    array_response,
    encode,
    moment_at,
    npy,
    numbers,
    raw,
    summary,
    wanted,
)
from backend.api.dependencies import KnownRun, Position, Tapes
from backend.problems import Problem
from backend.runs.run import Run
from backend.runs.shelf import Shelf
from backend.schemas.values import GradientView, ValuesView

router = APIRouter(tags=["tensors"])

_BINARY = {"schema": {"type": "string", "format": "binary"}}
ARRAY: dict[str, Any] = {NPY: _BINARY, RAW: _BINARY}
Identity = Annotated[str, Path(max_length=500, description="A tensor's id, from the graph: `conv1:conv2d`.")]
Find = Callable[[Moment], Held]


@router.get("/runs/{run}/tensors/{tensor:path}/gradient", responses={200: {"model": GradientView, "content": ARRAY}})
async def tensor_gradient(
    run: KnownRun, tapes: Tapes, request: Request, tensor: Identity, at: Position = "latest"
) -> Response:
    """A tensor's gradient, as JSON or (Accept: application/x-npy) as a .npy file."""
    return await gradient_of(run, tapes, request, at, lambda moment: one_of("tensor", moment.tensors, tensor))


@router.get("/runs/{run}/tensors/{tensor:path}", responses={200: {"model": ValuesView, "content": ARRAY}})
async def tensor(run: KnownRun, tapes: Tapes, request: Request, tensor: Identity, at: Position = "latest") -> Response:
    """A tensor with its values, as JSON or (Accept: application/x-npy) as a .npy file."""
    return await values_of(run, tapes, request, at, lambda moment: one_of("tensor", moment.tensors, tensor))


def one_of(what: str, held: Mapping[str, Held], name: str) -> Held:
    """The one of that name. Raises Problem 404 that names what there is."""
    try:
        return held[name]
    except KeyError:
        known = list(held)
        listed = ", ".join(known[:20]) + (", …" if len(known) > 20 else "") if known else "none"
        detail = f"There is no {what} “{name[:80]}” at this moment: there are {listed}."
        raise Problem(404, detail, valid=known[:1000]) from None


async def values_of(run: Run, tapes: Shelf, request: Request, at: str, find: Find) -> Response:
    """Answer with a tensor's values."""
    kind = wanted(request)

    def read(recorded: tape.Tape) -> bytes:
        moment = recorded.at(at)
        held = find(moment)
        value = held.value
        if kind != "json":
            if value is None:
                raise Problem(404, f"“{held.id}” has no value at this moment: its op has not run yet.")
            return npy(value) if kind == "npy" else raw(value, {"id": held.id, "at": moment_at(moment)})
        return encode({
            "id": held.id,
            "kind": held.kind,
            "name": held.name,
            "shape": list(held.shape),
            "dtype": held.dtype,
            "at": moment_at(moment),
            "value": summary(value),
            "gradient": summary(held.gradient),
            "freed": held.freed,
            "values": numbers(value),
            "state": {
                name: {
                    "shape": list(array.shape),
                    "dtype": array.dtype.name,
                    "statistics": summary(array),
                    "values": numbers(array),
                }
                for name, array in held.state.items()
            },
        })  # fmt: skip

    body = await tapes.ask(run.id, read)
    return array_response(kind, body)


async def gradient_of(run: Run, tapes: Shelf, request: Request, at: str, find: Find) -> Response:
    """Answer with a tensor's gradient."""
    kind = wanted(request)

    def read(recorded: tape.Tape) -> bytes:
        moment = recorded.at(at)
        held = find(moment)
        gradient = held.gradient
        if kind != "json":
            if gradient is None:
                raise Problem(404, f"“{held.id}” has no gradient at this moment (in PyTorch, its .grad is None).")
            return npy(gradient) if kind == "npy" else raw(gradient, {"id": held.id, "at": moment_at(moment)})
        return encode({
            "id": held.id,
            "name": held.name,
            "shape": list(held.shape),
            "dtype": held.dtype,
            "at": moment_at(moment),
            "gradient": summary(gradient),
            "freed": held.freed,
            "values": numbers(gradient),
        })  # fmt: skip

    body = await tapes.ask(run.id, read)
    return array_response(kind, body)
