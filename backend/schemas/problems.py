"""Errors, as the API gives them."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field


class ProblemView(BaseModel):
    """RFC 9457. Some problems say more: `line` and `column` of a syntax error, what would be `valid`."""

    model_config = ConfigDict(extra="allow")

    type: str
    title: str
    status: int
    detail: str = Field(description="A sentence on what is wrong and what to do.")


def answer(description: str) -> dict[str, Any]:
    """A problem, for the documentation of a call."""
    schema = ProblemView.model_json_schema()
    return {"description": description, "content": {"application/problem+json": {"schema": schema}}}


PROBLEMS: dict[int | str, dict[str, Any]] = {
    404: answer("There is no such thing; the sentence says how to find what there is."),
    422: answer("Something in the request is not valid; the sentence says what would be."),
    "4XX": answer("The request cannot be answered."),
}
