"""`torch.autograd.graph`: nodes, their hooks, and what they keep for backward."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

from autograd import engine, mode, recording, writing
from autograd.function import AccumulateGrad
from autograd.function import Function as Node
from autograd.gradients.function import BackwardCFunction
from autograd.hooking import Handles, table
from autograd.tensor import Tensor, memory_of

if TYPE_CHECKING:
    from autograd.function import Function

__all__ = [
    "GradientEdge",
    "Node",
    "allow_mutation_on_saved_tensors",
    "disable_saved_tensors_hooks",
    "get_gradient_edge",
    "increment_version",
    "register_multi_grad_hook",
    "save_on_cpu",
    "saved_tensors_hooks",
]


class GradientEdge(NamedTuple):
    """Where a gradient goes: a node, and the place among its outputs."""

    node: Any
    output_nr: int
    ownership_token: Any = None


def get_gradient_edge(tensor: Tensor) -> GradientEdge:
    """The edge of a tensor that requires a gradient."""
    if not tensor._requires_grad:
        raise RuntimeError("It is not possible to get the gradient edge for a Tensor that does not require gradients")
    if tensor._edge is None:
        return GradientEdge(AccumulateGrad(tensor), 0)
    return GradientEdge(*tensor._edge)


def increment_version(tensor: Tensor | Sequence[Tensor]) -> None:
    """Says that tensors were written in a way that nothing here could see."""
    for t in [tensor] if isinstance(tensor, Tensor) else tensor:
        memory_of(t).write()


_refused: list[str] = []


class saved_tensors_hooks:
    """`with saved_tensors_hooks(pack, unpack):` keeps `pack(tensor)` of each tensor that an op inside saves.

    Backward uses `unpack` of it. Both run without a graph.
    """

    def __init__(self, pack_hook: Callable[[Tensor], Any], unpack_hook: Callable[[Any], Tensor]) -> None:
        self.pack_hook, self.unpack_hook = pack_hook, unpack_hook
        self.listeners: list[_Packer] = []

    def __enter__(self) -> None:
        if _refused:
            raise RuntimeError(_refused[-1])
        self.listeners.append(_Packer(self.pack_hook, self.unpack_hook))
        self.listeners[-1].install()

    def __exit__(self, *exception: object) -> None:
        self.listeners.pop().remove()


class save_on_cpu(saved_tensors_hooks):
    """Keeps what is saved where it is: all memory is the CPU's."""

    def __init__(self, pin_memory: bool = False, device_type: str = "cuda") -> None:
        super().__init__(lambda t: t, lambda t: t)


@contextmanager
def disable_saved_tensors_hooks(error_message: str) -> Iterator[None]:
    """RuntimeError with this message where `saved_tensors_hooks` is entered inside."""
    _refused.append(error_message)
    try:
        yield
    finally:
        _refused.pop()


@contextmanager
def allow_mutation_on_saved_tensors() -> Iterator[None]:
    """NotImplementedError: clone a tensor before it is written instead."""
    raise NotImplementedError("allow_mutation_on_saved_tensors is not supported: clone() a tensor before writing to it")
    yield


class _Packer(recording.Listener):
    """Packs what each node saves. The newest of several does it."""

    def __init__(self, pack: Callable[[Tensor], Any], unpack: Callable[[Any], Tensor]) -> None:
        super().__init__()
        self.pack, self.unpack = pack, unpack
        self.busy = False

    def forward(self, node: Function, inputs: Sequence[Tensor | None], outputs: Sequence[Tensor]) -> None:
        """An op ran."""
        inner = self.inner
        while isinstance(inner, _Packer):
            inner = inner.inner
        if inner is not None:
            inner.forward(node, inputs, outputs)
        if self.busy or not outputs[0].requires_grad:
            return
        if isinstance(node, BackwardCFunction):
            node.ctx._kept = [k and self._later(self._packed(k())) for k in node.ctx._kept or ()] or None
            return
        packed: list[tuple[Tensor, int | None, Any]] = []
        for i in node.saved_inputs() if node.saves else ():
            t = inputs[i] if i < len(inputs) else None
            if t is not None:
                packed.append((t, i, self._packed(t)))
        if node._saves_output:
            packed += [(t, None, self._packed(t)) for t in outputs]
        if packed:
            # Of an output only the array is kept: the tensor has the node.
            table(node, "restore")[0] = self._restorer([(t._array, i, p) for t, i, p in packed])

    def _packed(self, t: Tensor) -> Any:
        self.busy = True
        outer, recording.stepping = recording.stepping, True
        try:
            with mode.no_grad():
                return self.pack(t.detach() if t._requires_grad and t._edge is not None else t)
        finally:
            self.busy, recording.stepping = False, outer

    def _unpacked(self, packed: Any) -> Tensor:
        with mode.no_grad():
            t = self.unpack(packed)
        if not isinstance(t, Tensor):
            raise TypeError(
                f"Output of saved tensor unpack_hook expected to be a Tensor but got result of type {type(t)}"
            )
        return t

    def _later(self, packed: Any) -> Callable[[], Tensor]:
        return lambda: self._unpacked(packed)

    def _restorer(self, packed: list[tuple[Any, int | None, Any]]) -> Callable[[Function], None]:
        held = [(array, i, p) for array, i, p in packed]

        def restore(node: Function) -> None:
            if not node.inputs and node.saved is None:
                return  # freed: the engine says so
            for place, (array, i, p) in enumerate(held):
                found = self._unpacked(p)._array
                node.saved = _replaced(node.saved, array, found)
                if i is not None and i < len(node.inputs):
                    old = node.inputs[i]
                    new = writing.former(old, found)
                    node.inputs = (*node.inputs[:i], new, *node.inputs[i + 1 :])
                held[place] = (found, i, p)

        return restore


def _replaced(saved: Any, old: Any, new: Any) -> Any:
    """What was saved, with one array in place of another."""
    if saved is old:
        return new
    if type(saved) in (tuple, list):
        return type(saved)([_replaced(s, old, new) for s in saved])
    return saved


def register_multi_grad_hook(tensors: Sequence[Tensor], fn: Callable[..., Any], *, mode: str = "all") -> Handles:
    """Calls `fn` in each backward: with the list of the gradients of `tensors` (None where there is none) as soon as
    all are there, or with `mode="any"` with the first of them."""
    if mode not in ("all", "any"):
        raise ValueError(f"Expects mode to be one of ('all', 'any') but got {mode}")
    for t in tensors:
        if not t._requires_grad:
            raise RuntimeError("register_multi_grad_hook: every tensor must require a gradient")
    arrived: dict[int, Tensor] = {}
    pass_ = [-1, 0]  # the pass at work, and how many gradients it brings

    def seen(index: int, gradient: Tensor) -> None:
        run = engine.current_pass()
        if pass_[0] != run:
            arrived.clear()
            pass_[:] = [run, sum(engine.reached(tensors))]
            if mode == "any":
                fn(gradient)
        arrived[index] = gradient
        if mode == "all" and len(arrived) == pass_[1]:
            fn([arrived.get(i) for i in range(len(tensors))])

    return Handles([t.register_hook(lambda g, i=i: seen(i, g)) for i, t in enumerate(tensors)])  # type: ignore[misc]
