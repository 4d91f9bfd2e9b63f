"""Graph snapshots and events, as the API gives them. For the documentation: answers are written by the tape itself."""

from __future__ import annotations

import json
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from backend.schemas.runs import Number


class Exact(BaseModel):
    """A part of the snapshot: it has these members and no others."""

    model_config = ConfigDict(extra="forbid")


class At(Exact):
    """A moment: just after an event (-1: before the first)."""

    event: int
    iteration: int | None
    phase: str


class StatisticsView(Exact):
    """Over the finite values; `nonfinite` counts the others."""

    min: Number | None
    max: Number | None
    mean: Number | None
    std: Number | None = Field(description="Unbiased, as torch.std; null for a single number.")
    norm: Number | None = Field(description="L2.")
    nonfinite: int


class CallView(Exact):
    """One call of a module: a box of the picture."""

    id: str
    parent: str | None = Field(description="The call around it.")
    module: str = Field(description="Where the module hangs: `encoder.0`.")
    type: str = Field(description="The module's class.")
    summary: str = Field(description="Its settings, as the module prints them.")
    same: str | None = Field(description="The first call with the same type, settings and inner ops.")
    repeat: str | None = Field(default=None, description="The first of the row of equal calls it goes on.")
    training: bool | None = Field(default=None, description="Was the module in training mode?")


class NodeView(Exact):
    """One recorded op."""

    id: str
    call: str | None = Field(description="The call it ran in; null outside every box.")
    op: str
    backward: str | None = Field(description="The name of its grad_fn in PyTorch.")
    line: int | None = Field(description="Of the script, counted from 1.")
    attributes: dict[str, Any] = Field(description="Its arguments that are no tensors.")
    function: str | None = Field(default=None, description="The op's class; absent on older tapes, as the next two.")
    options: Any = Field(default=None, description="Its arguments that are no tensors, exactly: docs/tape-format.md.")
    absent: list[Any] = Field(default=[], description="Places of optional inputs that were not given.")
    inputs: list[str] = Field(description="Ids of tensors.")
    outputs: list[str]
    saved: list[str] = Field(description="What it keeps for backward at this moment.")
    state: Literal["waiting", "forward", "backward"] = Field(description="How far it has come.")


class TensorView(Exact):
    """A tensor with this moment's numbers; `value` and `gradient` are null where there is none."""

    id: str
    kind: Literal["parameter", "buffer", "input", "constant", "result"]
    name: str | None
    shape: list[int]
    dtype: str
    leaf: bool
    requires_grad: bool
    value: StatisticsView | None
    gradient: StatisticsView | None
    freed: bool = Field(description="Its gradient was here, was used, and is gone.")
    detached: str | None = Field(default=None, description="The tensor whose numbers these are, outside the graph.")


class EdgeView(Exact):
    """A tensor on its way from the op that made it to one that reads it."""

    tensor: str
    source: str | None = Field(alias="from", description="Null where the tensor is a leaf.")
    to: str
    slot: int = Field(description="Its place among the inputs.")


class GraphSnapshot(Exact):
    """The graph of an iteration with one moment's numbers."""

    version: Literal[1] = Field(description="Of this schema; a change that breaks readers gives it a new number.")
    run: str | None = Field(description="Null where the snapshot is of a file.")
    at: At
    structure: str = Field(description="Names everything about the iteration but its numbers.")
    layout: str = Field(description="The same without shapes and lines: equal layouts give equal pictures.")
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
    kind: Literal[
        "forward", "backward", "accumulate", "zero_grad", "step", "edit", "adjust", "hook", "mode", "options", "output"
    ]
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


def graph_schema() -> str:
    """The JSON schema of a graph snapshot, as docs/graph-schema.json holds it."""
    schema = GraphSnapshot.model_json_schema(by_alias=True)
    whole = {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}
    return json.dumps(whole, indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    print(graph_schema(), end="")
