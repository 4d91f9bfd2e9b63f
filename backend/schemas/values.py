"""Parameters and tensors, as the API gives them. For the documentation: answers are written by hand, for speed."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, Field

from backend.schemas.graphs import At, StatisticsView


class ParameterView(BaseModel):
    """A parameter in a few numbers; `gradient` is null where PyTorch's is None."""

    name: str
    shape: list[int]
    dtype: str
    value: StatisticsView | None
    gradient: StatisticsView | None


class StateView(BaseModel):
    """One thing an optimizer remembers of a parameter."""

    shape: list[int]
    dtype: str
    statistics: StatisticsView | None
    values: Any


class ValuesView(BaseModel):
    """An array with all its numbers, nested as `tolist` nests them; NaN and infinities are strings."""

    id: str
    kind: str
    name: str | None
    shape: list[int]
    dtype: str
    at: At
    value: StatisticsView | None
    gradient: StatisticsView | None
    freed: bool
    values: Any = Field(description="Null where there is no such array at this moment.")
    state: dict[str, StateView]


class GradientView(BaseModel):
    """A gradient; null where PyTorch's is None."""

    id: str
    name: str | None
    shape: list[int]
    dtype: str
    at: At
    gradient: StatisticsView | None
    freed: bool
    values: Any
