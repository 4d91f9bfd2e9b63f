"""Hooks on the gradients at a module's inputs and outputs.

As in PyTorch, two nodes that change nothing stand at the two ends of such a module: gradients are seen, and may be
replaced, as they pass through them.
"""

from __future__ import annotations

import functools
import warnings
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from autograd import mode, recording
from autograd.clock import tick
from autograd.function import Function, edges_of, finish, node_for, output_of
from autograd.functions.common import zeros_like
from autograd.tensor import Tensor, memory_of, wrap

if TYPE_CHECKING:
    from autograd.nn.module import Module

Gradients = tuple[Any, ...]


class PassThrough(Function):
    """Its inputs, unchanged; `seen(gradients)` gives the gradients that go on."""

    __slots__ = ()
    op = "module_hook"
    backward_name = "BackwardHookFunctionBackward"
    arguments = ("input",)
    user = None  # as of a Function that a script wrote: its outputs are views that must not be written in place
    formula = r"y = x"
    derivatives: ClassVar[dict[str, str]] = {"input": r"\bar{x} = \bar{y}"}

    def forward(self, *arrays: Any, seen: Any) -> Any:
        return arrays

    def backward(self, *gradients: Any) -> Any:
        shares = self._replaced([None if g is None else wrap(g) for g in gradients])
        return tuple([None if s is None else s._array for s in shares])

    def differentiate(self, *gradients: Any) -> Any:
        return self._replaced(list(gradients))

    def _replaced(self, gradients: list[Any]) -> Gradients:
        gradients += [None] * (len(self.edges) - len(gradients))
        # What a hook computes is neither forward nor evaluation.
        before, recording.stepping = recording.stepping, True
        try:
            result: Gradients = self.options["seen"](tuple(gradients), self)
        finally:
            recording.stepping = before
        return result

    @property
    def attributes(self) -> dict[str, Any]:
        """None that a reader wants."""
        return {}


def pass_through(tensors: list[Tensor], seen: Callable[[Gradients, Function], Gradients]) -> list[Tensor]:
    """The tensors behind one node, sharing memory and versions; those without a gradient stay outside the graph."""
    inputs = tuple(tensors)
    edges = edges_of(inputs)
    node = node_for(PassThrough, inputs, edges, {"seen": seen})
    node.number = tick()
    outputs = []
    for slot, t in enumerate(inputs):
        if slot:
            tick()
        output = output_of(node, t._array, slot, edges is not None and t._requires_grad)
        output._base = t if t._base is None else t._base
        output._memory = memory_of(t)
        outputs.append(output)
    finish(node, tuple(outputs), edges is not None)
    return outputs


class BackwardWatch:
    """The full backward hooks of one call of a module."""

    def __init__(self, module: Module, hooks: Sequence[Any], pre_hooks: Sequence[Any]) -> None:
        self.module, self.hooks, self.pre_hooks = module, hooks, pre_hooks
        self.grad_outputs: Gradients | None = None
        self.input_places: list[int] | None = None
        self.output_places: list[int] | None = None
        self.input_count = self.output_count = 0

    def inputs(self, args: tuple[Any, ...]) -> tuple[Any, ...]:
        """The arguments of the call, behind a node that shows their gradients."""
        passed: tuple[Any, ...]
        passed, self.input_places = _through(args, self._at_inputs)
        self.input_count = len(args)
        return passed

    def outputs(self, result: Any) -> Any:
        """The result of the call, before a node that shows its gradients."""
        if not isinstance(result, (Tensor, tuple)):
            warnings.warn(
                "For backward hooks to be called, module output should be a Tensor or a tuple of Tensors but received "
                f"{type(result)}",
                stacklevel=2,
            )
        outputs = result if isinstance(result, tuple) else (result,)
        passed, self.output_places = _through(outputs, self._at_outputs)
        self.output_count = len(outputs)
        return passed if isinstance(result, tuple) else passed[0]

    def _at_outputs(self, gradients: Gradients, node: Function) -> Gradients:
        assert self.output_places is not None
        grad_outputs = _spread(gradients, self.output_places, self.output_count)
        for pre_hook in self.pre_hooks:
            replaced = pre_hook(self.module, grad_outputs)
            if replaced is not None:
                _same_length(replaced, grad_outputs, "Backward pre hook", "grad_output")
                grad_outputs = replaced
        self.grad_outputs = grad_outputs
        if self.input_places is None:
            self._without_inputs(grad_outputs)
        return tuple([grad_outputs[i] for i in self.output_places])

    def _without_inputs(self, grad_outputs: Gradients) -> None:
        warnings.warn(
            "Full backward hook is firing when gradients are computed with respect to module outputs since no inputs "
            "require gradients.",
            stacklevel=2,
        )
        for hook in self.hooks:
            replaced = hook(self.module, (None,) * self.input_count, grad_outputs)
            if replaced is not None and not (isinstance(replaced, tuple) and all(r is None for r in replaced)):
                raise RuntimeError(
                    "Backward hook for Modules where no input requires gradient should always return None or None for "
                    "all gradients."
                )
        self.grad_outputs = None

    def _at_inputs(self, gradients: Gradients, node: Function) -> Gradients:
        if self.grad_outputs is None:
            # They came round the module's output, as in a second derivative.
            return gradients
        assert self.input_places is not None
        whole = [zeros_like(t) if g is None else g for g, t in zip(gradients, node.inputs, strict=True)]
        grad_inputs = _spread(whole, self.input_places, self.input_count)
        for hook in self.hooks:
            replaced = hook(self.module, grad_inputs, self.grad_outputs)
            if replaced is not None:
                _same_length(replaced, grad_inputs, "Backward hook", "grad_input")
                grad_inputs = replaced
        self.grad_outputs = None
        return tuple([grad_inputs[i] for i in self.input_places])


def _through(values: tuple[Any, ...], seen: Any) -> tuple[Any, list[int] | None]:
    places = [i for i, value in enumerate(values) if isinstance(value, Tensor)]
    if not mode.grad or not any(values[i]._requires_grad for i in places):
        return values, None
    passed = list(values)
    for i, t in zip(places, pass_through([values[i] for i in places], seen), strict=True):
        passed[i] = t
    return tuple(passed) if type(values) is tuple else type(values)(*passed), places


def _spread(values: Sequence[Any], places: list[int], count: int) -> Gradients:
    spread: list[Any] = [None] * count
    for i, value in zip(places, values, strict=True):
        spread[i] = value
    return tuple(spread)


def _same_length(replaced: Any, expected: Gradients, which: str, what: str) -> None:
    if len(replaced) != len(expected):
        raise RuntimeError(
            f"{which} returned an invalid number of {what}, got {len(replaced)}, but expected {len(expected)}"
        )


def watch_last_node(module: Module, hooks: Sequence[Any], args: tuple[Any, ...], result: Any) -> None:
    """The older backward hooks: on the node that made the (first) output, whatever it is.

    FutureWarning where what they see is not the module's gradients, as PyTorch warns.
    """
    first = result
    while not isinstance(first, Tensor):
        first = next(v for v in first.values() if isinstance(v, Tensor)) if isinstance(first, dict) else first[0]
    node: Any = first.grad_fn
    if node is None:
        return
    watch_node(node, [functools.partial(hook, module) for hook in hooks])
    problem = _shortcoming(args, result, node)
    if problem is not None:
        warnings.warn(
            f"Using a non-full backward hook {problem} Please use register_full_backward_hook to get the documented "
            "behavior.",
            FutureWarning,
            stacklevel=2,
        )


def _shortcoming(args: tuple[Any, ...], result: Any, node: Any) -> str | None:
    outputs = result if isinstance(result, tuple) else (result,)
    if not all(isinstance(t, Tensor) for t in outputs):
        return (
            "on a Module that does not return a single Tensor or a tuple of Tensors is deprecated: it will miss some "
            "of the grad_output."
        )
    if not all(isinstance(t, Tensor) for t in args):
        return (
            "on a Module that does not take as input a single Tensor or a tuple of Tensors is deprecated: it will miss "
            "some of the grad_input."
        )
    if len({t.grad_fn for t in outputs if t.grad_fn is not None}) > 1:
        return "when outputs are generated by different autograd Nodes is deprecated: it will miss some grad_output."
    if {t.grad_fn for t in args if t.grad_fn is not None} != {f for f, _ in node.next_functions}:
        return "when the forward contains multiple autograd Nodes is deprecated: it will miss some grad_input."
    return None


def watch_node(node: Function, hooks: Sequence[Any]) -> None:
    """From now on calls `hook(grad_input, grad_output)`, two tuples, after the backward of this one node.

    What a hook returns, if anything, replaces the gradients that go on.
    """
    if not isinstance(node, _Watched):
        kind: Any = type(node)
        node.__class__ = _watched(kind)
        node.options = {**node.options, _HOOKS: []}
    node.options[_HOOKS].extend(hooks)


_HOOKS = "hooks of this node"


class _Watched:
    """Marks the class of a node that is watched."""

    __slots__ = ()


@functools.cache
def _watched(kind: type[Function]) -> Any:
    """An op's class whose backward shows its gradients to the hooks among its options."""

    def shown(self: Any, shares: Any, gradients: Sequence[Any]) -> list[Any]:
        found = list(shares) if type(shares) is tuple else [shares]
        found += [None] * (len(self.edges) - len(found))
        inputs = tuple([share if self.needs(i) else None for i, share in enumerate(found)])
        before, recording.stepping = recording.stepping, True
        try:
            for hook in self.options[_HOOKS]:
                replaced = hook(inputs, tuple(gradients))
                if replaced is not None:
                    inputs = replaced if isinstance(replaced, tuple) else (replaced,)
        finally:
            recording.stepping = before
        return list(inputs)

    def backward(self: Any, *gradients: Any) -> Any:
        shares = kind.backward(self, *gradients)
        shares = [_tensor(s) for s in (shares if type(shares) is tuple else (shares,))]
        shares = shown(self, tuple(shares), [_tensor(g) for g in gradients])
        return tuple([None if s is None else s._array for s in shares])

    def differentiate(self: Any, *gradients: Any) -> Any:
        return tuple(shown(self, kind.differentiate(self, *gradients), gradients))

    @property  # type: ignore[misc]
    def attributes(self: Any) -> dict[str, Any]:
        return {k: v for k, v in kind.attributes.fget(self).items() if k != _HOOKS}  # type: ignore[attr-defined]

    members: dict[str, Any] = {"__slots__": (), "backward": backward, "attributes": attributes}
    if kind.differentiate is not None:
        members["differentiate"] = differentiate
    return type(kind.__name__, (_Watched, kind), members)


def _tensor(value: Any) -> Any:
    return None if value is None else wrap(value)
