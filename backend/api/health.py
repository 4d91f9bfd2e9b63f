"""For the operator."""

from __future__ import annotations

from fastapi import APIRouter, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from pydantic import BaseModel

from backend.api.dependencies import AllRuns, Configured, Counted
from backend.problems import Problem
from backend.schemas.problems import answer as _answer

router = APIRouter(tags=["operation"])


class Sandbox(BaseModel):
    """What the self-test at start-up found. `protections`: what was tried, and whether it was refused."""

    pasted_scripts: bool
    reason: str | None
    landlock: int
    seccomp: bool
    protections: dict[str, bool]


class Readiness(BaseModel):
    status: str
    workers: int


class Health(Readiness):
    sandbox: Sandbox


@router.get("/healthz")
async def health(runs: AllRuns, settings: Configured) -> Health:
    """Does the server answer, how many scripts are alive, and does the sandbox around them hold?"""
    found = runs.protections
    sandbox = Sandbox(
        pasted_scripts=settings.allow_scripts and runs.refusal is None,
        reason=runs.refusal,
        landlock=found.landlock,
        seccomp=found.seccomp,
        protections=found.held,
    )
    return Health(status="ok", workers=runs.living, sandbox=sandbox)


@router.get("/readyz", responses={503: _answer("The server is going down.")})
async def ready(runs: AllRuns) -> Readiness:
    """Does the server take requests? 503 while it is going down."""
    if runs.closing:
        raise Problem(503, "The server is going down; ask again when it is back.")
    return Readiness(status="ready", workers=runs.living)


@router.get("/metrics", response_class=Response)
async def metrics(counted: Counted) -> Response:
    """Counters in Prometheus' format."""
    return Response(generate_latest(counted.registry), media_type=CONTENT_TYPE_LATEST)
