"""Writing into a tensor's memory: what in-place ops do, what they refuse, and what they tell the recorder."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

import autograd.tensor as tensors  # circular, and used only when something is written
from autograd import mode, recording, viewing
from autograd.function import Function, finish, run

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
        t._versions[0] += 1
        return
    leaf = stands_for(t)
    if leaf is None and t._base is not None:
        leaf = stands_for(t._base)
    before = None if leaf is None else (leaf[1]._array if leaf[0] == "data" else _grad_array(leaf[1])).copy()
    recorder.overwrite(array)
    array[where] = values
    t._versions[0] += 1
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

    Where `t` is a view, what it looks into and all other views of that follow. RuntimeError for a leaf that requires a
    gradient (outside `no_grad`), for a view of one, for a result that does not fit the shape or type of `t`.
    """
    tracked = mode.grad and (t._requires_grad or any(o is not None and o._requires_grad for o in others))
    if tracked and t._edge is None and t._requires_grad:
        raise RuntimeError("a leaf Variable that requires grad is being used in an in-place operation.")
    if mode.grad and t._base is not None:
        viewing.refuse(t)
    # The graph before this write goes on from a stand-in: `t` becomes the output.
    old = _stand_in(t)
    inputs = (old, *others)
    if not tracked:
        if place is not None:
            store(t, others[0]._array, place)
        else:
            node = function(inputs, (None,) * len(inputs), options)
            result = node.forward(*[None if i is None else i._array for i in inputs], **options)
            _fits(t, result)
            store(t, result)
        return t
    if place is not None:
        _broadcastable(t._array[place], others[0]._array)
    if function.arguments[0] in function.saves:
        # The op's backward may need what is about to be overwritten.
        old._array, old._versions = t._array.copy(), [0]
    node, result, _ = run(function, inputs, options)
    _fits(t, result)
    base = t._base
    look = None if base is None else viewing.look(base._array, t._array)
    if base is None or look is None or viewing.places_in(base._array, **look) is None:
        store(t, result)
        t._requires_grad, t._edge = True, (node, 0)
        finish(node, (t,), True)
        base = t
    else:
        value = tensors.wrap(result.astype(t._array.dtype, copy=False))
        value._requires_grad, value._edge = True, (node, 0)
        finish(node, (value,), True)
        before = _stand_in(base)
        store(t, result)
        viewing.copy_into_base(t, value, before, look)
    if base._views is not None:
        viewing.renew(base)
    return t


def _stand_in(t: Tensor) -> Tensor:
    """What `t` is now, in the graph too, for when `t` is something else."""
    old = tensors.wrap(t._array)
    old._requires_grad, old._edge, old._versions = t._requires_grad, t._edge, t._versions
    if t._base is not None:
        old._base = t._base
    return old


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
