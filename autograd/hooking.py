"""Hooks on nodes: what runs before and after one in a backward pass."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import autograd.tensor as tensors  # circular, and used only when a graph runs
from autograd import recording

if TYPE_CHECKING:
    from autograd.function import Array, Function

# Beside the hooks of its outputs, which are kept by their place, a node's `hooks` may have:
#   "pre", "post": hooks of the node itself, in the order in which they were registered;
#   "restore": calls that bring back what the node saved, and was packed or dropped meanwhile;
#   "made": where the forward op was called, while anomalies are looked for.


class Handles:
    """Several handles as one."""

    def __init__(self, handles: Sequence[Any]) -> None:
        self.handles = handles

    def __enter__(self) -> Handles:
        return self

    def __exit__(self, *exception: object) -> None:
        self.remove()

    def remove(self) -> None:
        """Unregisters all."""
        for handle in self.handles:
            handle.remove()


def table(node: Function, kind: Any) -> Any:
    """The hooks of one kind."""
    if node.hooks is None:
        node.hooks = {}
    return node.hooks.setdefault(kind, {})


def register(node: Function, kind: str, hook: Callable[..., Any]) -> tensors.RemovableHandle:
    """Adds a hook of the node itself."""
    return tensors.RemovableHandle(table(node, kind), hook)


def restore(node: Function) -> None:
    """Brings back what the node saved."""
    for call in tuple(node.hooks.get("restore", {}).values()):
        call(node)


def before(node: Function, gradients: list[Any]) -> None:
    """Runs the hooks that come before the node, on Tensors; what one returns replaces the gradients."""
    for hook in tuple(node.hooks.get("pre", {}).values()):
        replaced = hook(tuple(gradients))
        if replaced is not None:
            gradients[:] = list(replaced) if isinstance(replaced, (tuple, list)) else [replaced]


def after(node: Function, shares: Sequence[Any], gradients: Sequence[Any]) -> tuple[Any, ...]:
    """The shares after the hooks that come after the node have seen, and perhaps replaced, them; all are Tensors."""
    given: tuple[Any, ...] = tuple(shares)
    for hook in tuple(node.hooks.get("post", {}).values()):
        replaced = hook(given, tuple(gradients))
        if replaced is not None:
            given = tuple(replaced) if isinstance(replaced, (tuple, list)) else (replaced,)
            if len(given) != len(shares):
                raise RuntimeError(
                    f"hook of {node.name()} has returned an incorrect number of values (got {len(given)}, but expected "
                    f"{len(shares)})"
                )
    return given


class AtLeaf:
    """A hook of a leaf's node, which is called like other hooks of nodes, among those that are called with the leaf."""

    def __init__(self, hook: Callable[..., Any]) -> None:
        self.hook = hook


def after_leaf(leaf: tensors.Tensor, share: tensors.Tensor) -> None:
    """Runs the hooks of a leaf whose gradient was just written."""
    for hook in tuple((leaf._after_hooks or {}).values()):
        if isinstance(hook, AtLeaf):
            hook.hook((), (share,))
        else:
            hook(leaf)


def _wrapped(arrays: Sequence[Any]) -> list[Any]:
    return [None if a is None else tensors.wrap(a) for a in arrays]


def before_arrays(node: Function, gradients: list[Array | None]) -> None:
    """`before`, of arrays."""
    given = _wrapped(gradients)
    outer, recording.stepping = recording.stepping, True
    try:
        before(node, given)
    finally:
        recording.stepping = outer
    gradients[:] = [None if t is None else t._array for t in given]


def after_arrays(node: Function, shares: Any, gradients: Sequence[Array | None]) -> Any:
    """`after`, of what a node's backward returned."""
    result = shares if type(shares) is tuple else (shares,)
    given = _wrapped([s if node.edges[i] is not None else None for i, s in enumerate(result)])
    outer, recording.stepping = recording.stepping, True
    try:
        found = after(node, given, _wrapped(gradients))
    finally:
        recording.stepping = outer
    return tuple([None if t is None else t._array for t in found])
