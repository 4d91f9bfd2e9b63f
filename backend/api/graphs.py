"""The graph at a moment."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query
from starlette.responses import Response

from autograd import tape
from backend.api.answers import encode
from backend.api.dependencies import KnownRun, Position, Tapes
from backend.export.dot import dot
from backend.export.svg import NotDrawn, draw_apart
from backend.problems import Problem
from backend.schemas.graphs import GraphSnapshot

router = APIRouter(tags=["graph"])

_MEDIA = {
    "json": "application/json",
    "dot": "text/vnd.graphviz; charset=utf-8",
    "svg": "image/svg+xml",
    "png": "image/png",
}


@router.get(
    "/runs/{run}/graph",
    responses={
        200: {"model": GraphSnapshot, "content": {"text/vnd.graphviz": {}, "image/svg+xml": {}, "image/png": {}}}
    },
)
async def graph(
    run: KnownRun,
    tapes: Tapes,
    at: Position = "latest",
    format: Annotated[Literal["json", "dot", "svg", "png"], Query()] = "json",
) -> Response:
    """The graph of the iteration around a moment, with how far each op has come and statistics of every tensor."""

    def picture(recorded: tape.Tape) -> bytes:
        snapshot = tape.snapshot(recorded.at(at), run.id)
        if format == "json":
            return encode(snapshot)
        return dot(snapshot).encode()

    body = await tapes.ask(run.id, picture)
    if format in ("svg", "png"):
        try:
            body = await draw_apart(body.decode(), format)
        except NotDrawn as error:
            raise Problem(503, str(error)) from None
    return Response(body, media_type=_MEDIA[format])
