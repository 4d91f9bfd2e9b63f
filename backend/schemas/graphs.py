"""Graph snapshots and events, as the API gives them. For the documentation: answers are written by the tape itself."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, Field

from backend.schemas.runs import Number


class At(BaseModel):
    """A moment: just after an event (-1: before the first)."""

    event: int
    iteration: int | None
    phase: str


class StatisticsView(BaseModel):
    """Over the finite values; `nonfinite` counts the others."""

    min: float | None
    max: float | None
    mean: float | None
    std: float | None
    norm: float | None
    nonfinite: int


class CallView(BaseModel):
    id: str
    parent: str | None
    module: str
    type: str
    summary: str
    same: str | None


class NodeView(BaseModel):
    id: str
    call: str | None
    op: str
    backward: str | None
    line: int | None
    attributes: dict[str, Any]
    inputs: list[str]
    outputs: list[str]
    saved: list[str]
    state: Literal["waiting", "forward", "backward"]


class TensorView(BaseModel):
    id: str
    kind: Literal["parameter", "buffer", "input", "constant", "result"]
    name: str | None
    shape: list[int]
    dtype: str
    leaf: bool
    requires_grad: bool
    value: StatisticsView | None
    gradient: StatisticsView | None
    freed: bool


class EdgeView(BaseModel):
    tensor: str
    source: str | None = Field(alias="from")
    to: str
    slot: int


class GraphSnapshot(BaseModel):
    """The graph of an iteration with one moment's numbers."""

    version: int
    run: str | None
    at: At
    structure: str
    layout: str
    calls: list[CallView]
    nodes: list[NodeView]
    tensors: list[TensorView]
    edges: list[EdgeView]


class SlotView(BaseModel):
    tensor: str
    of: str


class EventView(BaseModel):
    """One thing that happened."""

    index: int
    iteration: int | None
    kind: Literal["forward", "backward", "accumulate", "zero_grad", "step", "edit", "output"]
    phase: str
    node: str | None
    tensor: str | None
    line: int | None
    writes: list[SlotView]
    details: dict[str, Any]
    sentence: str = Field(description="What it did, with its numbers, in the language asked for.")


class EventPage(BaseModel):
    """Some of a tape's events; `next` is the `after` of the following page, null at the end."""

    events: list[EventView]
    next: int | None


class History(BaseModel):
    """Per iteration, L2 norms of a parameter's value, gradient and update, and update over value."""

    iteration: int
    value: Number | None
    gradient: Number | None
    update: Number | None
    ratio: Number | None
