"""The graph at a moment."""

from __future__ import annotations

from typing import Annotated, Any, cast

from fastapi import APIRouter, Query
from starlette.responses import Response

from autograd import tape
from backend.api.dependencies import KnownRun, Position, Tapes
from backend.export.formats import FORMATS, FormatName, file_name
from backend.export.onnx import NotInstalled
from backend.export.svg import Format as Drawn
from backend.export.svg import NotDrawn, draw_apart
from backend.export.twins import NoTwin
from backend.problems import Problem
from backend.schemas.graphs import GraphSnapshot

router = APIRouter(tags=["graph"])

_CONTENT: dict[str, dict[str, Any]] = {
    one.media.partition(";")[0]: {} for one in FORMATS.values() if one.media != "application/json"
}


@router.get(
    "/runs/{run}/graph",
    responses={
        200: {"model": GraphSnapshot | dict[str, Any], "content": _CONTENT},
        422: {"description": "ONNX has no twin of an op; the sentence names it."},
    },
)
async def graph(
    run: KnownRun,
    tapes: Tapes,
    at: Position = "latest",
    format: Annotated[FormatName, Query(description="What to answer with: see docs/exports.md.")] = "json",
) -> Response:
    """The graph of the iteration around a moment, with how far each op has come and statistics of every tensor."""
    chosen = FORMATS[format]

    def write(recorded: tape.Tape) -> tuple[int, bytes]:
        moment = recorded.at(at)
        return moment.event, chosen.write(moment, run.id)

    try:
        event, body = await tapes.ask(run.id, write)
        if chosen.drawn:
            body = await draw_apart(body.decode(), cast(Drawn, format))
    except NoTwin as error:
        raise Problem(422, str(error)) from None
    except (NotDrawn, NotInstalled) as error:
        raise Problem(503, str(error)) from None
    headers = {"Content-Disposition": f'inline; filename="{file_name(event, format)}"'}
    return Response(body, headers=headers, media_type=chosen.media)
