"""What is wrong with a run's training."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Header, Query
from starlette.responses import Response

from autograd import tape
from autograd.tape.findings.sentences import LANGUAGES
from backend.api.answers import encode, json_response
from backend.api.dependencies import KnownRun, Tapes
from backend.api.language import preferred
from backend.schemas.findings import FindingView

router = APIRouter(tags=["findings"])


@router.get("/runs/{run}/findings", responses={200: {"model": list[FindingView]}})
async def findings(
    run: KnownRun,
    tapes: Tapes,
    lang: Annotated[str | None, Query(max_length=20, description="`en` or `ko`; else by Accept-Language.")] = None,
    accept_language: Annotated[str, Header(max_length=500)] = "en",
) -> Response:
    """What the tape so far says is wrong, the gravest first, each with its event, its line and its numbers."""
    language = preferred(lang or accept_language, LANGUAGES)

    def read(recorded: tape.Tape) -> bytes:
        return encode([finding.to_json(language) for finding in recorded.findings()])

    return json_response(await tapes.ask(run.id, read))
