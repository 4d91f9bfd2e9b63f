"""What the recorder keeps of a run while an iteration is open: raw events over records of tensors, nodes and calls.

Records hold arrays by id and no Tensor, so that recording never changes what the script's own memory would be.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from autograd.function import Function
from autograd.tape.sites import Site

Kind = Literal[
    "forward", "backward", "accumulate", "zero_grad", "step", "edit", "adjust", "hook", "mode", "options", "output"
]
Phase = Literal["setup", "zero_grad", "forward", "backward", "step", "evaluate"]

PHASES: tuple[Phase, ...] = ("zero_grad", "forward", "backward", "step", "evaluate")


# Kinds of events that have no phase of their own: they lie in that of the event before them.
PHASELESS = {"mode", "options", "output"}


@dataclass(slots=True, eq=False)
class TensorRecord:
    """A tensor the tape has seen. `lasting`: it lives on from iteration to iteration (a parameter or buffer)."""

    number: int
    shape: tuple[int, ...]
    dtype: str
    leaf: bool
    requires_grad: bool
    lasting: bool = False
    buffer: bool = False
    retains: bool = False
    retained: Any = None  # the gradient that passes so far brought it, where it retains that
    variable: str | None = None
    owner: tuple[Any, str] | None = None  # a module of the script that holds it, and that module's variable
    # Array ids by slot name, as they are at the start of the open segment; only lasting tensors have any.
    entry: dict[str, int | None] = field(default_factory=dict)


@dataclass(slots=True, eq=False)
class CallRecord:
    """One call of a module; `parent` None for a root."""

    module: Any
    parent: CallRecord | None
    variable: str | None = None
    training: bool = True  # the module's mode when it was called


@dataclass(slots=True, eq=False)
class NodeRecord:
    """One op as it ran."""

    op: str
    backward: str | None  # None: it ran without a graph
    attributes: dict[str, Any]
    arguments: tuple[str, ...]
    saves: tuple[str, ...]
    call: CallRecord | None
    site: Site | None
    inputs: list[tuple[str, TensorRecord, int]]  # argument name, tensor, array
    outputs: list[tuple[TensorRecord, int]]
    function: type[Function]
    options: dict[str, Any]
    absent: list[int]  # places of the optional inputs that were not given


@dataclass(slots=True, eq=False)
class RawEvent:
    """One thing that happened. `writes` are the slots it certainly wrote; what a forward or backward wrote beyond that
    depends on what the segment knew before, and is found when the structure is written."""

    kind: Kind
    phase: Phase
    site: Site | None
    mark: int  # the next array id when the event began: what it named anew is at or above it
    node: NodeRecord | None = None
    tensor: TensorRecord | None = None
    writes: list[tuple[TensorRecord, str, int | None]] = field(default_factory=list)
    shares: list[tuple[TensorRecord, int]] = field(default_factory=list)
    details: dict[str, Any] | None = None
    root: int | None = None  # of a seed: the array of the tensor that backward() was called on
