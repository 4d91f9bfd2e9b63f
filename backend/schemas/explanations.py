"""Explanations, as the API gives them. For the documentation: answers are written by hand, for speed."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, Field


class FactorView(BaseModel):
    """An element of a tensor: ask `/explain` for it in turn."""

    tensor: str
    index: list[int]
    of: str
    at: int = Field(description="The event after which it had this value; -1: before the first.")
    value: float | str


class PartView(BaseModel):
    """A function of sums: `exp` of one."""

    function: str
    symbol: str | None
    arguments: list[dict[str, Any]] | None = Field(
        description="Sums, each with `terms`, `left_out` and `value`; null where it lies too deep."
    )
    value: float | str


class TermView(BaseModel):
    """A coefficient times factors."""

    coefficient: float | str
    factors: list[FactorView | PartView]
    sample: int | None = Field(description="The sample of the batch that it comes from, where it comes from one.")
    value: float | str


class LeftOutView(BaseModel):
    """The terms not shown."""

    count: int
    value: float | str


class GroupView(BaseModel):
    """Terms that belong together: the share of one sample, or of one node."""

    group: str
    key: int | str | None
    reference: FactorView | None
    terms: list[Any]
    left_out: LeftOutView
    value: float | str


class NumericView(BaseModel):
    """The derivative of the loss by trying; `value` is null where it cannot be had, and the sentence says why."""

    value: float | str | None
    nudge: float | None
    digits: int | None = Field(description="To how many digits it agrees with the gradient.")
    sentence: dict[str, str]


class ExplanationView(BaseModel):
    """The exact arithmetic of one element; the terms and `left_out` add up to `evaluated`."""

    tensor: str
    index: list[int]
    of: str
    at: int
    event: int = Field(description="The event that wrote the number; -1: it was there before the recording.")
    kind: str
    node: str | None
    line: int | None
    latex: str
    latex_numbers: str
    sentence: dict[str, str]
    terms: list[TermView | GroupView]
    left_out: LeftOutView
    value: float | str
    evaluated: float | str
    numeric: NumericView | None
