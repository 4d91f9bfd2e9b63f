"""Runs, as the API takes and gives them."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from backend.runs.run import Run
from backend.schemas.edits import Edits

Number = float | Literal["NaN", "Infinity", "-Infinity"]


class NewRun(BaseModel):
    """A run to be made: of a lesson, or of a script of one's own."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {"lesson": "digits", "seed": 0, "iterations": 2},
                {"script": "import torch\nw = torch.randn(3, requires_grad=True)\n(w * w).sum().backward()\n"},
            ]
        },
    )

    lesson: str | None = Field(default=None, description="The id of a lesson (GET /api/lessons).")
    script: str | None = Field(default=None, description="The source of a PyTorch-style script.")
    seed: int = Field(default=0, ge=0, lt=1 << 63, description="Seeds every generator before the script begins.")
    iterations: int = Field(default=1, ge=1, le=100_000, description="How many iterations to record at once.")
    name: str | None = Field(default=None, max_length=200)
    edits: Edits = Field(default=[], description="Their `at` is `start` or the number of an event.")


class Advance(BaseModel):
    """How far to record further."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"iterations": 10}]})

    iterations: int | None = Field(
        default=None, ge=1, le=100_000, strict=True, description="So many more; without `until`, 1."
    )
    until: int | None = Field(default=None, ge=1, le=100_000, strict=True, description="Instead: to so many in all.")


class RunError(BaseModel):
    """Why a run failed or was stopped at a limit."""

    message: str
    line: int | None = Field(description="The line of the script, counted from 1.")


class RunView(BaseModel):
    """A run. `losses` holds, per iteration, the value of the last backward's root."""

    id: str
    lesson: str | None
    name: str | None
    status: Literal["recording", "waiting", "finished", "failed", "stopped"]
    seed: int
    iterations: int = Field(description="Iterations on the tape.")
    events: int = Field(description="Events on the tape.")
    losses: list[Number | None]
    error: RunError | None
    parent: str | None = Field(description="The run it branched off.")
    edits: list[dict[str, Any]] = Field(description="Its edits, `event` being the index of the event they follow.")
    created: datetime

    @classmethod
    def of(cls, run: Run) -> RunView:
        return cls(
            id=run.id,
            lesson=run.lesson,
            name=run.name,
            status=run.status,
            seed=run.seed,
            iterations=run.iterations,
            events=run.events,
            losses=list(run.losses),
            error=None if run.message is None else RunError(message=run.message, line=run.line),
            parent=run.parent,
            edits=run.edits,
            created=run.created,
        )
