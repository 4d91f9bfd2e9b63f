"""For the operator."""

from __future__ import annotations

from fastapi import APIRouter, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from pydantic import BaseModel

from backend.api.dependencies import AllRuns, Counted
from backend.problems import Problem
from backend.schemas.problems import answer as _answer

router = APIRouter(tags=["operation"])


class Health(BaseModel):
    status: str
    workers: int


@router.get("/healthz")
async def health(runs: AllRuns) -> Health:
    """Does the server answer, and how many scripts are alive?"""
    return Health(status="ok", workers=runs.living)


@router.get("/readyz", responses={503: _answer("The server is going down.")})
async def ready(runs: AllRuns) -> Health:
    """Does the server take requests? 503 while it is going down."""
    if runs.closing:
        raise Problem(503, "The server is going down; ask again when it is back.")
    return Health(status="ready", workers=runs.living)


@router.get("/metrics", response_class=Response)
async def metrics(counted: Counted) -> Response:
    """Counters in Prometheus' format."""
    return Response(generate_latest(counted.registry), media_type=CONTENT_TYPE_LATEST)
