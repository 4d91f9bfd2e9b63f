"""Writing into a tensor's memory: what in-place ops do, what they refuse, and what they tell the recorder."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

import autograd.tensor as tensors  # circular, and used only when something is written
from autograd import mode, recording
from autograd.clock import tick
from autograd.function import Function, Kept, edges_of, finish, node_for

if TYPE_CHECKING:
    from autograd.tensor import Tensor

Array = NDArray[Any]


def stands_for(t: Tensor) -> tuple[str, Tensor] | None:
    """The leaf that writing to `t` changes, and whether its "data" or its "grad"."""
    kind = "data"
    while t._alias is not None:
        relation, reference = t._alias
        target = reference()
        if target is None:
            return None
        if relation == "grad":
            kind = "grad"
        t = target
    return (kind, t) if t._requires_grad and t._edge is None else None


def store(t: Tensor, values: Any, place: Any = None) -> None:
    """Writes into the array of `t` (all of it, or at `place`), counts the version and tells the recorder."""
    recorder = recording.current
    array = t._array
    where = Ellipsis if place is None else place
    if not array.flags.writeable:
        raise RuntimeError(
            "unsupported operation: more than one element of the written-to tensor refers to a single memory location. "
            "Please clone() the tensor before performing the operation."
        )
    if recorder is None:
        array[where] = values
        tensors.memory_of(t).write()
        return
    leaf = stands_for(t)
    if leaf is None and t._base is not None:
        leaf = stands_for(t._base)
    before = None if leaf is None else (leaf[1]._array if leaf[0] == "data" else _grad_array(leaf[1])).copy()
    recorder.overwrite(array)
    array[where] = values
    tensors.memory_of(t).write()
    if leaf is not None and before is not None:
        kind, owner = leaf
        if kind == "data":
            recorder.edit(owner, before, owner._array)
        elif not array.any():
            recorder.zero_grad(owner, before, array)


def _grad_array(leaf: Tensor) -> Array:
    return leaf._array if leaf._grad is None else leaf._grad._array


def write(
    t: Tensor,
    function: type[Function],
    others: tuple[Any, ...],
    options: dict[str, Any],
    place: Any = None,
) -> Tensor:
    """Runs an op in place: its first input is `t`, which then holds the output.

    RuntimeError for a leaf that requires a gradient (outside `no_grad`), for a view in the graph, for a result that
    does not fit the shape or type of `t`.
    """
    tracked = mode.grad and (t._requires_grad or any(o is not None and o._requires_grad for o in others))
    if tracked:
        if t._edge is None and t._requires_grad:
            raise RuntimeError("a leaf Variable that requires grad is being used in an in-place operation.")
        if t._base is not None:
            if t._base._edge is None and t._base._requires_grad:
                raise RuntimeError(
                    "a view of a leaf Variable that requires grad is being used in an in-place operation."
                )
            raise RuntimeError(
                "writing in place to a view that is part of a graph is not supported: use the out-of-place op, or "
                "assign to the whole tensor by index, x[index] = value"
            )
    # The graph before this write goes on from a stand-in: `t` becomes the output.
    old = tensors.wrap(t._array)
    old._requires_grad, old._edge, old._memory, old._base = t._requires_grad, t._edge, t._memory, t._base
    if tracked and (place is None or recording.current is not None):
        # Its numbers as they were: backward may need them, and a tape holds them.
        old._array, old._memory = t._array.copy(), None
    inputs = (old, *others)
    if not tracked:
        if place is not None:
            store(t, others[0]._array, place)
        else:
            node = node_for(function, inputs, None, options)
            result = node.forward(*[None if i is None else i._array for i in inputs], **options)
            _fits(t, result)
            store(t, result)
        return t
    if place is not None:
        _broadcastable(t._array[place], others[0]._array)
    node = node_for(function, inputs, edges_of(inputs), options)
    result = node.forward(*[None if i is None else i._array for i in inputs], **options)
    _fits(t, result)
    store(t, result)
    # Numbered after the write, which is its own and makes nothing stale that it saved.
    node.number = tick()
    node.kept = Kept()
    node.kept.numbers[0] = t.number
    if node._saves_output:
        node.kept.memories.append(tensors.memory_of(t))
    t._requires_grad, t._edge = True, (node, 0)
    finish(node, (t,), True)
    return t


def _broadcastable(part: Array, value: Array) -> None:
    try:
        np.broadcast_to(value, part.shape)
    except ValueError:
        if value.size != 1:
            raise RuntimeError(
                f"shape mismatch: value tensor of shape {list(value.shape)} cannot be broadcast to indexing result of "
                f"shape {list(part.shape)}"
            ) from None


def _fits(t: Tensor, result: Any) -> None:
    array = t._array
    if result.shape != array.shape:
        raise RuntimeError(
            f"output with shape {list(array.shape)} doesn't match the broadcast shape {list(result.shape)}"
        )
    order = "buif"
    if order.index(result.dtype.kind) > order.index("i" if array.dtype.kind == "u" else array.dtype.kind):
        names = {"b": "Bool", "u": "Byte", "i": "Long", "f": "Float"}
        raise RuntimeError(
            f"result type {names[result.dtype.kind]} can't be cast to the desired output type {names[array.dtype.kind]}"
        )
