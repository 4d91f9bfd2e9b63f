"""One op of the graph: its forward, its backward and its formulas; and `apply`, which runs one."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from numpy.typing import NDArray

import autograd.tensor as tensors  # circular, and used only when an op runs
from autograd import dtypes, mode, recording

if TYPE_CHECKING:
    from autograd.tensor import Tensor

Array = NDArray[Any]
Shares = tuple[Array | None, ...]
# Where the gradient of an input goes: the node that made it and the place among its outputs; a leaf; or nowhere.
Edge = Any

_next = count().__next__
_new = object.__new__
_NOWHERE: tuple[tuple[None, ...], ...] = tuple((None,) * size for size in range(16))


class Function:
    """A node of the graph, as PyTorch's `grad_fn`. A subclass is an op.

    `forward(*arrays, **options)` returns an array or a tuple of arrays and puts what backward needs into `self.saved`;
    `backward(*gradients)` returns one share per input (None where there is none), in the order of `inputs`.
    Numbers written in an expression are options, not inputs.
    """

    __slots__ = ("edges", "freed", "hooks", "inputs", "number", "options", "results", "saved", "stamps")

    op: ClassVar[str] = ""
    backward_name: ClassVar[str] = ""
    arguments: ClassVar[tuple[str, ...]] = ()
    saves: ClassVar[tuple[str, ...]] = ()
    formula: ClassVar[str] = ""
    derivatives: ClassVar[dict[str, str]] = {}
    view: ClassVar[bool] = False  # the output shares the first input's memory

    _saved_inputs: ClassVar[tuple[int, ...]] = ()
    _saves_output: ClassVar[bool] = False

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls._saves_output = "output" in cls.saves
        cls._saved_inputs = tuple(i for i, name in enumerate(cls.arguments) if name in cls.saves)

    def __init__(self, inputs: tuple[Tensor | None, ...], edges: tuple[Edge, ...], options: dict[str, Any]) -> None:
        self.inputs = inputs
        self.edges = edges
        self.options = options
        self.number = _next()
        self.saved: Any = None
        self.stamps: Any = None
        self.freed = False
        self.hooks: Any = None
        self.results: Any = None  # numbers of the outputs, where one is saved

    inputs: tuple[Any, ...]  # Tensors, and None for an absent optional one; an op knows which those can be
    forward: Any
    backward: Any
    # As `backward`, of Tensors and by recorded ops; None where there is none (engine: create_graph=True).
    differentiate: Any = None

    def result(self, array: Array, slot: int = 0) -> Tensor:
        """An output that was saved, as a Tensor at its place in the graph; for `differentiate`."""
        t = tensors.wrap(array)
        t._requires_grad, t._edge = True, (self, slot)
        if self.results is not None:
            t.number = self.results[slot]  # the output itself, to a recorder
        return t

    def needs(self, index: int) -> bool:
        """Whether input `index` wants a gradient."""
        return self.edges[index] is not None

    def saved_inputs(self) -> tuple[int, ...]:
        """Places of the inputs kept for backward; an op overrides it where that depends on the call."""
        return self._saved_inputs

    def name(self) -> str:
        """As PyTorch prints it: `AddBackward0`."""
        return self.backward_name

    @property
    def attributes(self) -> dict[str, Any]:
        """The arguments that are no tensors and matter to a reader, in JSON's types."""
        return {key: readable(value) for key, value in self.options.items() if value is not None}

    @property
    def next_functions(self) -> tuple[tuple[Any, int], ...]:
        """The nodes of the inputs, as PyTorch's; a leaf appears as `AccumulateGrad`."""
        return tuple(
            (None, 0) if e is None else e if isinstance(e, tuple) else (AccumulateGrad(e), 0) for e in self.edges
        )

    def free(self) -> None:
        """Drops what was kept. Where that was nothing a second backward is allowed, as in PyTorch."""
        if self.stamps is not None:
            self.saved = self.stamps = None
            self.freed = True
        self.inputs = ()

    def __repr__(self) -> str:
        return f"<{self.name()} object at {id(self):#x}>"


class AccumulateGrad:
    """Stands for a leaf in `next_functions`; `variable` is the leaf."""

    __slots__ = ("variable",)

    def __init__(self, variable: Tensor) -> None:
        self.variable = variable

    def name(self) -> str:
        """`AccumulateGrad`."""
        return "AccumulateGrad"

    @property
    def next_functions(self) -> tuple[()]:
        """A leaf has none."""
        return ()


def readable(value: Any) -> Any:
    """A value in JSON's types, for people."""
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if isinstance(value, (tuple, list)):
        return [readable(v) for v in value]
    if isinstance(value, slice):
        bounds = ["" if v is None else str(v) for v in (value.start, value.stop, value.step)]
        return ":".join(bounds if bounds[2] else bounds[:2])
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, dtypes.dtype):
        return value.name
    if isinstance(value, np.ndarray):
        return value.tolist() if value.size <= 16 else f"array of shape {list(value.shape)}"
    return "..." if value is Ellipsis else str(value)


def run(
    function: type[Function], inputs: tuple[Tensor | None, ...], options: dict[str, Any]
) -> tuple[Function, Any, bool]:
    """Makes the node and runs its forward; whether its outputs belong to the graph."""
    edges: tuple[Edge, ...] | None = None
    if mode.grad:
        for given in inputs:
            if given is not None and given._requires_grad:
                edges = tuple([None if i is None or not i._requires_grad else i._edge or i for i in inputs])
                break
    node = function(inputs, (None,) * len(inputs) if edges is None else edges, options)
    result = node.forward(*[None if t is None else t._array for t in inputs], **options)
    return node, result, edges is not None


def finish(node: Function, outputs: tuple[Tensor, ...], attached: bool) -> None:
    """Remembers the versions of what was saved, shares a view's version and tells the recorder."""
    inputs = node.inputs
    if node.view:
        base = inputs[0]
        assert base is not None
        for t in outputs:
            t._base = base if base._base is None else base._base
            t._versions = base._versions
    recorder = recording.current
    if attached:
        if node.saves:
            stamps = []
            for i in node.saved_inputs():
                # An operand that is a number is no input, though the class may name it.
                if i < len(inputs) and (kept := inputs[i]) is not None:
                    stamps.append((kept._versions, kept._versions[0]))
            if node._saves_output:
                stamps.extend([(t._versions, t._versions[0]) for t in outputs])
                node.results = [t.number for t in outputs]
            if stamps:
                node.stamps = stamps
        if recorder is not None:
            recorder.forward(node, inputs, outputs)
    elif recorder is not None and not mode.grad and not recording.stepping:
        recorder.forward(node, inputs, outputs)


def apply(function: type[Function], /, *inputs: Tensor | None, **options: Any) -> Tensor:
    """Runs an op of one output: `apply(Relu, x)`."""
    # This is `run`, `wrap` and `finish` in one: the way every op goes, and its cost is what a small model pays.
    attached = False
    if mode.grad:
        for given in inputs:
            if given is not None and given._requires_grad:
                attached = True
                break
    node = _new(function)
    node.inputs = inputs
    node.options = options
    node.number = _next()
    node.saved = node.stamps = node.hooks = node.results = None
    node.freed = False
    size = len(inputs)
    if size == 2:
        first, second = inputs
        if attached:
            node.edges = (
                None if first is None or not first._requires_grad else first._edge or first,
                None if second is None or not second._requires_grad else second._edge or second,
            )
        else:
            node.edges = _NOWHERE[2]
        x = None if first is None else first._array
        y = None if second is None else second._array
        result = node.forward(x, y, **options) if options else node.forward(x, y)
    else:
        if attached:
            node.edges = tuple([None if i is None or not i._requires_grad else i._edge or i for i in inputs])
        else:
            node.edges = _NOWHERE[size] if size < 16 else (None,) * size
        result = node.forward(*[None if t is None else t._array for t in inputs], **options)
    output = tensors.wrap(result)
    if attached:
        if output._array.dtype.kind == "f":
            output._requires_grad = True
            output._edge = (node, 0)
        else:
            attached = False
    if attached and not function.saves and not function.view and recording.current is None:
        return output
    finish(node, (output,), attached)
    return output


def apply_many(function: type[Function], /, *inputs: Tensor | None, **options: Any) -> tuple[Tensor, ...]:
    """Runs an op of several outputs; those of an integer or bool type have no gradient."""
    node, results, attached = run(function, inputs, options)
    outputs = tuple([tensors.wrap(r) for r in results])
    if attached:
        for i, t in enumerate(outputs):
            if t._array.dtype.kind == "f":
                t._requires_grad = True
                t._edge = (node, i)
    finish(node, outputs, attached)
    return outputs
