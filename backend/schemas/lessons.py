"""Lessons, as the API gives them."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, Field


class LessonView(BaseModel):
    """A lesson: a script with its texts and questions."""

    id: str
    title: str = Field(description="In the language asked for.")
    summary: str = Field(description="In the language asked for.")
    titles: dict[str, str] = Field(description="In every language there is.")
    script: str
    questions: list[dict[str, Any]]
