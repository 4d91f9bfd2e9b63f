"""What calls need: the server's parts, the run that a path names, checks on who asks."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Path, Query, Request
from starlette.requests import HTTPConnection

from autograd.tape.sentences import LANGUAGES, Language
from backend.gate import is_loopback
from backend.metrics import Metrics
from backend.problems import Problem
from backend.runs.run import Run
from backend.runs.service import Runs
from backend.runs.shelf import Shelf
from backend.settings import Settings

# Enough for the longest script, escaped.
MAX_JSON = 2 << 20


def _runs(connection: HTTPConnection) -> Runs:
    runs: Runs = connection.app.state.runs
    return runs


def _shelf(connection: HTTPConnection) -> Shelf:
    shelf: Shelf = connection.app.state.shelf
    return shelf


def _settings(connection: HTTPConnection) -> Settings:
    settings: Settings = connection.app.state.settings
    return settings


def _metrics(connection: HTTPConnection) -> Metrics:
    metrics: Metrics = connection.app.state.metrics
    return metrics


AllRuns = Annotated[Runs, Depends(_runs)]
Tapes = Annotated[Shelf, Depends(_shelf)]
Configured = Annotated[Settings, Depends(_settings)]
Counted = Annotated[Metrics, Depends(_metrics)]


async def _known(run: Annotated[str, Path(description="A run's id.")], runs: AllRuns) -> Run:
    return await runs.get(run)


KnownRun = Annotated[Run, Depends(_known)]

Position = Annotated[
    str,
    Query(
        max_length=100,
        description="`start`, `setup`, `latest`, an event (`17`), an iteration (`3:`), or an iteration and a phase "
        "(`3:backward`, `3:backward.1`).",
        openapi_examples={
            "latest": {"value": "latest"},
            "the end of iteration 0's backward": {"value": "0:backward"},
        },
    ),
]


def _language(
    request: Request,
    language: Annotated[
        Language | None, Query(description="Of sentences; without it, by the header Accept-Language, else English.")
    ] = None,
) -> Language:
    return language or preferred(request.headers.get("accept-language", ""))


def preferred(accepted: str) -> Language:
    """The best of our languages for a header Accept-Language (RFC 9110): `ko-KR, en;q=0.5`."""
    best: tuple[float, Language] = (0.0, "en")
    for part in accepted.split(","):
        name, _, quality = part.strip().partition(";")
        try:
            weight = float(quality.strip().removeprefix("q=") or 1)
        except ValueError:
            continue
        for known in LANGUAGES:
            if name.strip().lower().split("-")[0] == known and weight > best[0]:
                best = (weight, known)
    return best[1]


Spoken = Annotated[Language, Depends(_language)]


def json_only(request: Request) -> None:
    """A body must say that it is JSON: a form of another site cannot."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        raise Problem(415, "Send this as JSON, with the header Content-Type: application/json.")


def check_pasted(request: Request, settings: Settings) -> None:
    """May this client have a script of its own executed?"""
    if not settings.allow_scripts:
        raise Problem(403, "This server does not run pasted scripts; it runs lessons (GET /api/lessons).")
    if not is_loopback(request.client.host if request.client is not None else None):
        raise Problem(403, "Scripts of one's own are accepted from the machine the server runs on only.")
