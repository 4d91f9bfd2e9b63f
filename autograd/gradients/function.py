"""`torch.autograd.Function`: ops whose forward and backward a script writes itself.

A node of the graph runs the script's code and keeps its `ctx`. What the script's forward computes inside is not part of
the graph, nor of a recording: the node is one op.
"""

from __future__ import annotations

import functools
import inspect
import warnings
import weakref
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

import autograd.function as core
from autograd import engine, mode, recording, viewing, writing
from autograd.clock import tick
from autograd.function import finish
from autograd.functions.common import sum_to, unbroadcast
from autograd.tensor import Tensor, memory_of, wrap

if TYPE_CHECKING:
    from autograd.function import Array, Edge

__all__ = ["BackwardCFunction", "Function", "FunctionCtx", "InplaceFunction", "NestedIOFunction", "once_differentiable"]


class FunctionCtx:
    """What `forward` and `backward` are handed: keeps tensors for backward, and any attribute a script hangs on it."""

    _node: Any = None  # a weak reference to the node, once there is one
    _to_save: tuple[Tensor | None, ...] = ()
    _kept: Any = None  # per saved tensor what restores it
    _dirty: tuple[Tensor, ...] = ()
    _without: tuple[Tensor, ...] = ()
    _materialize = True
    _freed = False
    _label = ""
    needs_input_grad: tuple[bool, ...] = ()

    def save_for_backward(self, *tensors: Tensor | None) -> None:
        """Keeps tensors (or None) for `backward`, which finds them in `saved_tensors`; to be called once.

        A tensor that is written in place before backward is an error there. TypeError for anything else.
        """
        for i, t in enumerate(tensors):
            if t is not None and not isinstance(t, Tensor):
                raise TypeError(f"save_for_backward can only save variables, but argument {i} is of type {_type(t)}")
        self._to_save = tensors

    def save_for_forward(self, *tensors: Tensor | None) -> None:
        """Accepted: there is no forward mode here."""
        for t in tensors:
            if t is not None and not isinstance(t, Tensor):
                raise TypeError("save_for_forward expects all arguments to be tensors or None")

    def mark_dirty(self, *args: Tensor) -> None:
        """Says that these inputs were written in place; each must be an output as well."""
        if not all(isinstance(t, Tensor) for t in args):
            raise RuntimeError("mark_dirty can only accept variables")
        self._dirty = args

    def mark_non_differentiable(self, *args: Tensor) -> None:
        """Says that these outputs have no gradient; backward gets zeros for them."""
        if not all(isinstance(t, Tensor) for t in args):
            raise RuntimeError("mark_non_differentiable can only accept variables")
        self._without = args

    def set_materialize_grads(self, value: bool) -> None:
        """Whether backward gets zeros (as it does unless told otherwise) or None for an output without a gradient."""
        self._materialize = value

    @property
    def saved_tensors(self) -> tuple[Tensor | None, ...]:
        """What `save_for_backward` kept. RuntimeError once it was freed, or where one was written since."""
        if self._freed:
            raise RuntimeError(engine.SECOND_TIME)
        if self._kept is None:
            return ()
        return tuple([None if k is None else k() for k in self._kept])

    @property
    def saved_variables(self) -> tuple[Tensor | None, ...]:
        """The older name of `saved_tensors`."""
        warnings.warn("'saved_variables' is deprecated; use 'saved_tensors'", DeprecationWarning, stacklevel=2)
        return self.saved_tensors

    def name(self) -> str:
        """The name of the node."""
        return self._label

    @property
    def next_functions(self) -> tuple[tuple[Any, int], ...]:
        """The nodes of the inputs."""
        node = self._node and self._node()
        return () if node is None else node.next_functions


class BackwardCFunction(core.Function):
    """The node of a script's Function. Attributes of `ctx` can be read on it, as in PyTorch."""

    __slots__ = ("__dict__", "__weakref__", "arity", "ctx", "kinds", "places")

    user: ClassVar[Any] = None

    ctx: FunctionCtx
    places: tuple[int, ...]  # among the arguments of forward, where the inputs stand
    arity: int
    kinds: list[tuple[tuple[int, ...], Any]]  # shape and dtype of every output

    def __getattr__(self, name: str) -> Any:
        ctx = self.__dict__.get("_ctx")
        if ctx is None or (name.startswith("_") and name not in vars(ctx)):
            raise AttributeError(f"'{type(self).__name__}' object has no attribute '{name}'")
        return getattr(ctx, name)

    def backward(self, *gradients: Array | None) -> tuple[Array | None, ...]:
        """The shares that the script's backward returns."""
        before, recording.stepping = recording.stepping, True  # one event: what happens inside is none
        try:
            given = [None if g is None else wrap(g) for g in gradients]
            found = self._call(given)
        finally:
            recording.stepping = before
        return tuple([None if t is None else unbroadcast(t._array, self._shape(i, t)) for i, t in enumerate(found)])

    def differentiate(self, *gradients: Tensor | None) -> tuple[Tensor | None, ...]:
        """The same with the ops of the script's backward in the graph."""
        found = self._call(list(gradients))
        return tuple([None if t is None else sum_to(t, self._shape(i, t)) for i, t in enumerate(found)])

    def _call(self, gradients: list[Any]) -> list[Any]:
        gradients += [None] * (len(self.kinds) - len(gradients))
        if self.ctx._materialize:
            gradients = [
                wrap(np.zeros(shape, kind)) if g is None and kind is not None else g
                for g, (shape, kind) in zip(gradients, self.kinds, strict=True)
            ]
        returned = _backward_of(self.user)(self.ctx, *gradients)
        result = list(returned) if isinstance(returned, (tuple, list)) else [returned]
        if len(result) > self.arity and all(r is None for r in result[self.arity :]):
            result = result[: self.arity]
        if len(result) != self.arity:
            raise RuntimeError(
                f"function {self.name()} returned an incorrect number of gradients (expected {self.arity}, got "
                f"{len(result)})"
            )
        for i, r in enumerate(result):
            if i not in self.places and r is not None:
                raise RuntimeError(
                    f"function {self.name()} returned a gradient different than None at position {i + 1}, but the "
                    "corresponding forward input was not a Variable"
                )
            if r is not None and not isinstance(r, Tensor):
                raise RuntimeError(f"expected Variable or None (got {_type(r)})")
        return [result[i] for i in self.places]

    def _shape(self, index: int, gradient: Tensor) -> tuple[int, ...]:
        """The shape of input `index`; RuntimeError for a gradient that cannot be summed to it."""
        wanted: tuple[int, ...] = self._shapes[index]
        got = gradient._array.shape
        if got != wanted:
            try:
                fits = np.broadcast_shapes(got, wanted) == got
            except ValueError:
                fits = False
            if not fits:
                raise RuntimeError(
                    f"Function {self.name()} returned an invalid gradient at index {index} - got {list(got)} but "
                    f"expected shape compatible with {list(wanted)}"
                )
        return wanted

    def free(self) -> None:
        """Drops what `ctx` kept."""
        if self.ctx._kept is not None:
            self.ctx._kept, self.ctx._freed = None, True
        self.inputs = ()

    def stale(self) -> None:
        """`ctx.saved_tensors` looks for itself."""


class FunctionMeta(type):
    """Gives every Function class the class of its nodes, `<Name>Backward`."""

    _backward_cls: Any

    def __init__(cls, name: str, bases: tuple[type, ...], namespace: dict[str, Any]) -> None:
        super().__init__(name, bases, namespace)
        label = name + "Backward"
        cls._backward_cls = type(
            label, (BackwardCFunction,), {"user": cls, "op": name, "backward_name": label, "__slots__": ()}
        )


class Function(metaclass=FunctionMeta):
    """A differentiable op written by the script: a subclass has static `forward` and `backward`; `apply` runs it.

    Either `forward(ctx, *args)`, or `forward(*args)` with `setup_context(ctx, inputs, output)`. `backward(ctx, *grads)`
    gets one gradient per output and returns one per argument of forward (None for what is no tensor).
    https://docs.pytorch.org/docs/stable/notes/extending.html
    """

    generate_vmap_rule = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        warnings.warn(
            f"{type(self)} should not be instantiated. Methods on autograd functions are all static, so you should "
            "invoke them on the class itself. Instantiating an autograd function will raise an error in a future "
            "version of PyTorch.",
            DeprecationWarning,
            stacklevel=2,
        )

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """RuntimeError: it is the class's `apply` that runs it."""
        raise RuntimeError(
            "Legacy autograd function with non-static forward method is deprecated. Please use new-style autograd "
            "function with static forward method. (Example: "
            "https://pytorch.org/docs/stable/autograd.html#torch.autograd.Function)"
        )

    @staticmethod
    def forward(*args: Any, **kwargs: Any) -> Any:
        """To be written by the subclass."""
        raise NotImplementedError("You must implement the forward function for custom autograd.Function.")

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Any, ...], output: Any) -> Any:
        """To be written by a subclass whose `forward` takes no ctx."""
        raise NotImplementedError("setup_context is not implemented.")

    @staticmethod
    def backward(ctx: Any, *grad_outputs: Any) -> Any:
        """To be written by the subclass."""
        raise NotImplementedError(
            "You must implement either the backward or vjp method for your custom autograd.Function to use it with "
            "backward mode AD."
        )

    vjp = backward

    @staticmethod
    def jvp(ctx: Any, *grad_inputs: Any) -> Any:
        """Accepted in a subclass, and never called: there is no forward mode here."""
        raise NotImplementedError(
            "You must implement the jvp function for custom autograd.Function to use it with forward mode AD."
        )

    @classmethod
    def apply(cls, *args: Any, **kwargs: Any) -> Any:
        """Runs forward, and puts its outputs into the graph where an argument requires a gradient."""
        separate = cls.setup_context is not Function.setup_context
        names = _names(cls.forward, separate, len(args) + len(kwargs))
        if kwargs or separate:
            args = _bound(cls.forward, args, kwargs, separate)
        return _apply(cls, args, names, separate)


class InplaceFunction(Function):
    """A Function with a flag `inplace`; kept for scripts of an older time."""

    def __init__(self, inplace: bool = False) -> None:
        super().__init__()
        self.inplace = inplace


class NestedIOFunction(Function):
    """RuntimeError: PyTorch keeps it for code of its first version only."""

    @classmethod
    def apply(cls, *args: Any, **kwargs: Any) -> Any:
        """Never runs."""
        raise NotImplementedError("NestedIOFunction is legacy code; write a torch.autograd.Function")


def once_differentiable(backward: Callable[..., Any]) -> Callable[..., Any]:
    """For a `backward` that is not made of recorded ops: its gradients cannot be differentiated again."""

    @functools.wraps(backward)
    def wrapper(ctx: Any, *gradients: Any) -> Any:
        with mode.no_grad():
            outputs = backward(ctx, *gradients)
        if not mode.grad:
            return outputs
        # As PyTorch: only where the gradients that came belong to a graph is there anything to refuse.
        if not any(isinstance(g, Tensor) and g._requires_grad for g in gradients):
            return outputs
        found = outputs if isinstance(outputs, tuple) else (outputs,)
        refusing = tuple([None if t is None else _refusing(t) for t in found])
        return refusing if isinstance(outputs, tuple) else refusing[0]

    return wrapper


class DelayedError(core.Function):
    """Refuses to be differentiated."""

    __slots__ = ()
    op, backward_name = "once_differentiable", "torch::autograd::Error"
    arguments = ("input",)

    def forward(self, input: Array) -> Array:
        return input

    def backward(self, gradient: Array) -> Array:
        raise RuntimeError("trying to differentiate twice a function that was marked with @once_differentiable")

    differentiate = backward


def _refusing(t: Tensor) -> Tensor:
    source = wrap(t._array)
    source._requires_grad = True
    return core.apply(DelayedError, source)


def _type(value: Any) -> str:
    return type(value).__name__


def _backward_of(cls: Any) -> Any:
    if cls.backward is not Function.backward and cls.vjp is not Function.vjp:
        raise RuntimeError(
            "Implementing both 'backward' and 'vjp' for a custom Function is not allowed. You should only implement "
            "one of them."
        )
    return cls.vjp if cls.vjp is not Function.vjp else cls.backward


@functools.cache
def _signature(forward: Any) -> inspect.Signature:
    return inspect.signature(forward)


def _names(forward: Any, separate: bool, count: int) -> list[str]:
    """A name for each argument of forward after `ctx`."""
    found: list[str] = []
    for p in list(_signature(forward).parameters.values())[0 if separate else 1 :]:
        if p.kind is p.VAR_POSITIONAL:
            found += [f"{p.name}{i}" for i in range(count - len(found))]
        else:
            found.append(p.name)
    return found + [f"input{i}" for i in range(len(found), count)]


def _bound(forward: Any, args: tuple[Any, ...], kwargs: dict[str, Any], separate: bool) -> tuple[Any, ...]:
    """The arguments with defaults and those given by name in their places."""
    bound = _signature(forward).bind(*args, **kwargs) if separate else _signature(forward).bind(None, *args, **kwargs)
    bound.apply_defaults()
    return bound.args if separate else bound.args[1:]


@contextmanager
def _outside() -> Iterator[None]:
    """The script's code runs without a graph and is nobody's event."""
    before, recording.stepping = recording.stepping, True
    try:
        with mode.no_grad():
            yield
    finally:
        recording.stepping = before


def _apply(cls: Any, args: tuple[Any, ...], names: list[str], separate: bool) -> Any:
    kind = cls._backward_cls
    places = tuple([i for i, a in enumerate(args) if isinstance(a, Tensor)])
    inputs: tuple[Tensor, ...] = tuple([args[i] for i in places])
    ctx = FunctionCtx()
    ctx._label = kind.backward_name
    ctx.needs_input_grad = tuple([isinstance(a, Tensor) and a._requires_grad for a in args])
    attached = mode.grad and any(t._requires_grad for t in inputs)
    edges: tuple[Edge, ...] = tuple([t._edge or t if attached and t._requires_grad else None for t in inputs])
    before = [_before(t) for t in inputs] if attached else []
    with _outside():
        output = cls.forward(*args) if separate else cls.forward(ctx, *args)
        if separate:
            cls.setup_context(ctx, args, output)
    options = {names[i]: a for i, a in enumerate(args) if i not in places}
    node: Any = core.node_for(kind, inputs, edges, options)
    node.number, node.kept = tick(), core.Kept()
    node.__dict__["_ctx"] = node.ctx = ctx
    node.places, node.arity = places, len(args)
    node.__dict__.update(
        _shapes=[t._array.shape for t in inputs],
        arguments=tuple([names[i] for i in places]),
        saves=_saves(ctx, inputs, output, [names[i] for i in places]),
    )
    ctx._node = weakref.ref(node)
    outputs = _outputs(node, inputs, output, attached)
    made = [t for t in _sequence(outputs) if isinstance(t, Tensor)]
    written: list[tuple[Tensor, Tensor, Tensor]] = []  # views written in place, their new numbers, their former bases
    if attached and ctx._dirty:
        node.inputs = tuple([b[0] if _among(t, ctx._dirty) else t for t, b in zip(inputs, before, strict=True)])
        for t, (_, base) in zip(inputs, before, strict=True):
            if base is not None and _among(t, ctx._dirty) and t._edge is not None and t._edge[0] is node:
                value = wrap(t._array.copy())
                value._requires_grad, value._edge = True, t._edge
                made = [value if m is t else m for m in made]
                written.append((t, value, base))
    if attached:
        keep(node, made)
    if made:
        finish(node, tuple(made), attached and any(t._requires_grad for t in made))
    for t, value, base in written:
        writing.follow(t, value, base)
    for t in ctx._dirty if attached else ():
        if t._base is None and t._views is not None and t._requires_grad:
            viewing.renew(t)
    return outputs


def _before(t: Tensor) -> tuple[Tensor, Tensor | None]:
    """An input, and what it looks into where it is a view, as they are before forward may write them."""
    array = t._array if recording.current is None else t._array.copy()
    return writing.former(t, array), None if t._base is None else writing.former_base(t)


def _sequence(output: Any) -> Sequence[Any]:
    return output if isinstance(output, tuple) else (output,)


def _among(t: Any, many: Sequence[Any]) -> bool:
    return any(t is other for other in many)


def _saves(ctx: FunctionCtx, inputs: Sequence[Tensor], output: Any, names: Sequence[str]) -> tuple[str, ...]:
    """What was saved, as a recording shows it: names of arguments, and "output"."""
    found = [name for name, t in zip(names, inputs, strict=True) if _among(t, ctx._to_save)]
    if any(_among(t, ctx._to_save) for t in _sequence(output) if isinstance(t, Tensor) and not _among(t, inputs)):
        found.append("output")
    # What is neither input nor output is freed as well.
    return tuple(found) or (("context",) if ctx._to_save else ())


def _outputs(node: BackwardCFunction, inputs: tuple[Tensor, ...], output: Any, attached: bool) -> Any:
    """The outputs of forward, put into the graph as their kind wants it."""
    ctx = node.ctx
    results: list[Any] = []
    node.kinds = []
    for slot, t in enumerate(_sequence(output)):
        if not isinstance(t, Tensor):
            results.append(t)
            node.kinds.append(((), None))
            continue
        node.kinds.append((t._array.shape, t._array.dtype))
        dirty = _among(t, ctx._dirty)
        floating = t._array.dtype.kind == "f"
        graded = attached and floating and not _among(t, ctx._without)
        if dirty and graded and t._base is not None:
            viewing.refuse(t)
        if dirty and attached and t._requires_grad and t._edge is None and _among(t, inputs):
            raise RuntimeError("a leaf Variable that requires grad has been used in an in-place operation.")
        if _among(t, inputs) and not dirty:
            # An input returned as it came is a view of it: the graph before it must not change.
            base, t = t, wrap(t._array)
            t._base, t._memory = base if base._base is None else base._base, memory_of(base)
        if graded:
            writing.rebase(t, node, slot)
        elif not dirty:
            t._requires_grad, t._edge = False, None
        results.append(t)
    if any(not _among(t, _sequence(output)) for t in ctx._dirty if _among(t, inputs)):
        raise RuntimeError(
            "Some elements marked as dirty during the forward method were not returned as output. The inputs that are "
            "modified inplace must all be outputs of the Function."
        )
    if any(not _among(t, inputs) for t in ctx._dirty):
        warnings.warn(
            "ctx.mark_dirty() received a tensor that was not an input. Only input Tensors that have been mutated "
            "should be passed to ctx.mark_dirty().",
            UserWarning,
            stacklevel=4,
        )
    return tuple(results) if isinstance(output, tuple) else results[0]


def keep(node: BackwardCFunction, outputs: Sequence[Tensor]) -> None:
    """Keeps what `ctx.save_for_backward` was given, at its version; an output without a circle through its node."""
    ctx = node.ctx
    if not ctx._to_save:
        return
    ctx._kept = [None if t is None else _saved(node, t, outputs) for t in ctx._to_save]
    ctx._to_save = ()


def _saved(node: BackwardCFunction, t: Tensor, outputs: Sequence[Tensor]) -> Callable[[], Tensor]:
    memory, version = memory_of(t), t._version
    label = node.name()
    of_node = t._edge is not None and t._edge[0] is node and _among(t, outputs)
    array, slot, owner = t._array, t.output_nr, weakref.ref(node)

    def restore() -> Tensor:
        if memory.version != version:
            raise RuntimeError(engine.written(label, memory.version, f"version {version} instead"))
        if not of_node:
            return t
        made = owner()
        return wrap(array) if made is None else made.result(array, slot)

    if of_node:
        t = wrap(array)  # the closure must not hold the output
    return restore
