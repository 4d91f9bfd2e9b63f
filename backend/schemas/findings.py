"""Findings, as the API gives them. For the documentation: answers are written by the tape itself."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, Field


class FindingView(BaseModel):
    """One thing that is wrong with a training."""

    kind: str = Field(examples=["missing_zero_grad"])
    severity: Literal["error", "warning", "notice"]
    event: int = Field(description="Its index in the tape.")
    iteration: int | None
    line: int | None = Field(description="The line of the script, counted from 1.")
    parameter: str | None
    tensor: str | None
    node: str | None
    evidence: dict[str, Any] = Field(description="The numbers by name; NaN and infinities are strings.")
    message: str = Field(description="What happened, with its numbers, in the language asked for.")
    advice: str = Field(description="What to do about it.")
