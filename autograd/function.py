"""One op of the graph: its forward, its backward and its formulas; and `apply`, which runs one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from numpy.typing import NDArray

import autograd.tensor as tensors  # circular, and used only when an op runs
from autograd import dtypes, hooking, mode, recording
from autograd.clock import Memory, tick

if TYPE_CHECKING:
    from autograd.tensor import Tensor

Array = NDArray[Any]
Shares = tuple[Array | None, ...]
# Where the gradient of an input goes: the node that made it and the place among its outputs; a leaf; or nowhere.
Edge = Any

_new = object.__new__
ndarray = np.ndarray

_NOWHERE: tuple[None, None] = (None, None)

# In place of an empty dict of options, which costs an op more than it tells; never written into.
_NONE: dict[str, Any] = {}


class Kept:
    """What a node remembers of outputs that it saved, where those may have been written since."""

    __slots__ = ("memories", "numbers")

    def __init__(self) -> None:
        self.memories: list[Memory] = []
        self.numbers: dict[int, int] = {}  # of outputs that were tensors before: an op in place


FREED = Kept()  # what it saved is gone


class Function:
    """A node of the graph, as PyTorch's `grad_fn`. A subclass is an op.

    `forward(*arrays, **options)` returns an array or a tuple of arrays and puts what backward needs into `self.saved`;
    `backward(*gradients)` returns one share per input (None where there is none), in the order of `inputs`.
    Numbers written in an expression are options, not inputs.
    """

    __slots__ = ("edges", "hooks", "inputs", "kept", "number", "options", "saved")

    op: ClassVar[str] = ""
    backward_name: ClassVar[str] = ""
    arguments: ClassVar[tuple[str, ...]] = ()
    saves: ClassVar[tuple[str, ...]] = ()
    formula: ClassVar[str] = ""
    derivatives: ClassVar[dict[str, str]] = {}
    view: ClassVar[bool] = False  # the output shares the first input's memory

    # Whether a call always keeps something that freeing takes away; an op overrides it with `saved_inputs`.
    always_saves: ClassVar[bool] = False

    _saved_inputs: ClassVar[tuple[int, ...]] = ()
    _saves_output: ClassVar[bool] = False

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls._saves_output = "output" in cls.saves
        if "always_saves" not in cls.__dict__:
            cls.always_saves = bool(cls.saves) and cls.saved_inputs is Function.saved_inputs
        cls._saved_inputs = tuple(i for i, name in enumerate(cls.arguments) if name in cls.saves)

    inputs: tuple[Any, ...]  # Tensors, and None for an absent optional one; an op knows which those can be
    edges: tuple[Edge, ...]  # one per input: where its gradient goes
    options: dict[str, Any]
    number: int  # when it was made; its first output has the same number, further ones the following
    saved: Any  # what `forward` keeps for `backward`
    kept: Kept | None
    hooks: Any
    forward: Any
    backward: Any
    # As `backward`, of Tensors and by recorded ops; None where there is none (engine: create_graph=True).
    differentiate: Any = None

    def result(self, array: Array, slot: int = 0) -> Tensor:
        """An output that was saved, as a Tensor at its place in the graph; for `differentiate`."""
        t = tensors.wrap(array)
        t._requires_grad, t._edge = True, (self, slot)
        # The output itself, to a recorder.
        t.number = self.number + slot if self.kept is None else self.kept.numbers.get(slot, self.number + slot)
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

    def register_hook(self, fn: Any) -> Any:
        """Calls `fn(grad_inputs, grad_outputs)` after its backward; what that returns replaces the first."""
        return hooking.register(self, "post", fn)

    def register_prehook(self, fn: Any) -> Any:
        """Calls `fn(grad_outputs)` before its backward; what that returns replaces them."""
        return hooking.register(self, "pre", fn)

    def free(self) -> None:
        """Drops what was kept. Where that was nothing a second backward is allowed, as in PyTorch."""
        if self.saves and self.saved is not None and (self._saves_output or self.saved_inputs()):
            self.saved = None
            self.kept = FREED
        self.inputs = ()

    def stale(self) -> Memory | None:
        """The memory of something it saved that was written since, if any."""
        memories = [] if self.kept is None else list(self.kept.memories)
        if self.saves and self.inputs:
            # An operand that is a number is no input, though the class may name it.
            saved = [self.inputs[i] for i in self.saved_inputs() if i < len(self.inputs)]
            memories += [t._memory for t in saved if t is not None and t._memory is not None]
        return next((memory for memory in memories if memory.written > self.number), None)

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

    def register_hook(self, fn: Any) -> Any:
        """Calls `fn((), (gradient,))` after the leaf's gradient was written."""
        return self.variable.register_post_accumulate_grad_hook(hooking.AtLeaf(fn))

    def register_prehook(self, fn: Any) -> Any:
        """Calls `fn((gradient,))` before the leaf's gradient is written; what that returns replaces it."""

        def hook(gradient: Tensor) -> Any:
            replaced = fn((gradient,))
            return replaced[0] if isinstance(replaced, (tuple, list)) else replaced

        return self.variable.register_hook(hook)

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


def edges_of(inputs: tuple[Tensor | None, ...]) -> tuple[Edge, ...] | None:
    """Where the gradients of inputs go; None where none is wanted."""
    if mode.grad:
        for given in inputs:
            if given is not None and given._requires_grad:
                return tuple([None if i is None or not i._requires_grad else i._edge or i for i in inputs])
    return None


def node_for(
    function: type[Function], inputs: tuple[Tensor | None, ...], edges: tuple[Edge, ...] | None, options: dict[str, Any]
) -> Function:
    """A node, before its forward has run; it is numbered afterwards."""
    node = function()
    node.inputs = inputs
    node.edges = (None,) * len(inputs) if edges is None else edges
    node.options = options
    node.saved = node.kept = node.hooks = None
    return node


def output_of(node: Function, array: Any, slot: int, attached: bool) -> Tensor:
    """The Tensor for an output; one of an integer or bool type has no place in the graph."""
    t = _new(tensors.Tensor)
    t._array = array if type(array) is ndarray else np.asarray(array)
    t._memory = None
    t.number = node.number + slot
    if attached and t._array.dtype.kind == "f":
        t._requires_grad = True
        t._edge = (node, slot)
    else:
        t._requires_grad = False
        t._edge = None
    return t


def finish(node: Function, outputs: tuple[Tensor, ...], attached: bool) -> None:
    """Lets views share their base's memory, and tells the recorder."""
    if node.view:
        base = node.inputs[0]
        memory = tensors.memory_of(base)
        root = base if base._base is None else base._base
        for t in outputs:
            t._base = root
            t._memory = memory
        if root._edge is not None or not root._requires_grad:
            tensors.register_views(root, outputs)
    recorder = recording.current
    if recorder is not None and (attached or (not mode.grad and not recording.stepping)):
        recorder.forward(node, node.inputs, outputs)


def apply(function: type[Function], /, *inputs: Tensor | None, **options: Any) -> Tensor:
    """Runs an op of one output: `apply(Relu, x)`."""
    # This is `node_for`, `edges_of` and `output_of` in one, for the sake of what a call costs.
    attached = False
    if mode.grad:
        for t in inputs:
            if t is not None and t._requires_grad:
                attached = True
                break
    node = function()
    node.inputs = inputs
    node.options = options
    node.saved = node.kept = node.hooks = None
    if attached:
        node.edges = tuple([None if t is None or not t._requires_grad else t._edge or t for t in inputs])
    else:
        node.edges = (None,) * len(inputs)
    result = node.forward(*[None if t is None else t._array for t in inputs], **options)
    output: Tensor = _new(tensors.Tensor)
    output._array = result if type(result) is ndarray else np.asarray(result)
    output._memory = None
    output.number = node.number = tick()
    if attached and output._array.dtype.kind == "f":
        output._requires_grad = True
        output._edge = (node, 0)
    else:
        output._requires_grad = attached = False
        output._edge = None
    if function.view or recording.current is not None:
        finish(node, (output,), attached)
    return output


def apply_to_one(function: type[Function], input: Tensor) -> Tensor:
    """`apply` for one input and no options, and an output that has a gradient where the input has.

    What follows is `apply` written out: its cost is what a small op pays.
    """
    node = function()
    node.inputs = (input,)
    node.options = _NONE
    node.saved = node.kept = node.hooks = None
    attached = mode.grad and input._requires_grad
    node.edges = (input._edge or input,) if attached else (None,)
    result = node.forward(input._array)
    output: Tensor = _new(tensors.Tensor)
    output._array = result if type(result) is ndarray else np.asarray(result)
    output._memory = None
    output.number = node.number = tick()
    output._requires_grad = attached
    output._edge = (node, 0) if attached else None
    if function.view or recording.current is not None:
        finish(node, (output,), attached)
    return output


def apply_to_two(function: type[Function], input: Tensor, other: Tensor) -> Tensor:
    """`apply` for two inputs and no options, written out like `apply_to_one` and with its conditions."""
    node = function()
    node.inputs = (input, other)
    node.options = _NONE
    node.saved = node.kept = node.hooks = None
    attached = mode.grad and (input._requires_grad or other._requires_grad)
    if attached:
        node.edges = (
            (input._edge or input) if input._requires_grad else None,
            (other._edge or other) if other._requires_grad else None,
        )
    else:
        node.edges = _NOWHERE
    result = node.forward(input._array, other._array)
    output: Tensor = _new(tensors.Tensor)
    output._array = result if type(result) is ndarray else np.asarray(result)
    output._memory = None
    output.number = node.number = tick()
    output._requires_grad = attached
    output._edge = (node, 0) if attached else None
    if function.view or recording.current is not None:
        finish(node, (output,), attached)
    return output


def apply_many(function: type[Function], /, *inputs: Tensor | None, **options: Any) -> tuple[Tensor, ...]:
    """Runs an op of several outputs; those of an integer or bool type have no gradient."""
    edges = edges_of(inputs)
    node = node_for(function, inputs, edges, options)
    results = node.forward(*[None if t is None else t._array for t in inputs], **options)
    node.number = tick()
    for _ in results[1:]:
        tick()
    outputs = tuple([output_of(node, r, slot, edges is not None) for slot, r in enumerate(results)])
    finish(node, outputs, edges is not None)
    return outputs
