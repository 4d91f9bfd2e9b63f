"""The arithmetic behind one number."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from autograd import tape
from backend.api.answers import encode
from backend.api.dependencies import KnownRun, Position, Tapes
from backend.problems import Problem
from backend.schemas.explanations import ExplanationView

router = APIRouter(tags=["explain"])

Of = Annotated[
    str,
    Query(
        pattern=r"^(value|gradient|update|arriving|state\.[A-Za-z_0-9]+)$",
        max_length=60,
        description="`value`, `gradient` or `update`; or a slot that a term refers to: `arriving`, `state.NAME`.",
    ),
]
Index = Annotated[
    str,
    Query(
        pattern=r"^(-?\d{1,18}(,-?\d{1,18})*)?$",
        max_length=200,
        description="One number per dimension, with commas: `0,2`; empty for a tensor of no dimensions.",
    ),
]


@router.get("/runs/{run}/explain", responses={200: {"model": ExplanationView}})
async def explain(
    run: KnownRun,
    tapes: Tapes,
    tensor: Annotated[str, Query(max_length=500, description="A tensor's id or a parameter's name.")],
    of: Of = "value",
    index: Index = "",
    at: Position = "latest",
    limit: Annotated[int, Query(ge=1, le=200, description="How many terms are shown.")] = 12,
    numeric: Annotated[
        bool, Query(description="With a gradient: the loss's derivative by trying, in float64, beside it.")
    ] = False,
) -> Response:
    """Why one number is what it is: its terms, the rule and the numbers in LaTeX, and a sentence."""

    def read(recorded: tape.Tape) -> bytes:
        place = tuple(int(part) for part in index.split(",")) if index else ()
        try:
            found = recorded.explain(tensor, place, at, of=of, limit=limit, numeric=numeric)
        except tape.TapeError as error:
            raise Problem(422, str(error)) from None
        return encode(found.to_json())

    return Response(await tapes.ask(run.id, read), media_type="application/json", headers={"Cache-Control": "no-cache"})
