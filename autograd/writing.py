"""Writing into a tensor's memory: what in-place ops do, what they refuse, and what they tell the recorder."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

import autograd.tensor as tensors  # circular, and used only when something is written
from autograd import mode, recording, viewing
from autograd.clock import tick
from autograd.function import Function, Kept, edges_of, finish, node_for, output_of

if TYPE_CHECKING:
    from autograd.tensor import Tensor

Array = NDArray[Any]


def stands_for(t: Tensor) -> tuple[str, Tensor] | None:
    """The leaf that writing to `t` changes, and whether its "data" or its "grad"."""
    kind = "data"
    while t._alias is not None:
        relation, reference = t._alias
        target = reference()
        if target is None or (relation == "grad" and target._grad is not t):  # another one is the gradient now
            return None
        if relation == "grad":
            kind = "grad"
        t = target
    return (kind, t) if t._requires_grad and t._edge is None else None


def store(t: Tensor, values: Any, place: Any = None) -> None:
    """Writes into the array of `t` (all of it, or at `place`), counts the version and tells the recorder."""
    if t._inference and not mode.inference:
        raise RuntimeError(
            "Inplace update to inference tensor outside InferenceMode is not allowed. You can make a clone to get a "
            "normal tensor before doing inplace update."
        )
    recorder = recording.current
    array = t._array
    where = Ellipsis if place is None else place
    if not array.flags.writeable and not _opened(array):
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
        now = owner._array if kind == "data" else _grad_array(owner)
        if place is not None and np.may_share_memory(values, array) and np.array_equal(before, now, equal_nan=True):
            return  # `t[0] += 1` writes into a part of `t`, and then that part into itself
        if kind == "data":
            recorder.edit(owner, before, owner._array)
        else:
            tell_gradient(owner, before)


def tell_gradient(owner: Tensor, before: Array | None) -> None:
    """Tells the recorder that the script gave a leaf the gradient it has now."""
    recorder, after = recording.current, _grad_array(owner)
    if recorder is None:
        return
    if after.any():
        recorder.adjust(owner, before, after, {"by": "script"})
    else:
        recorder.zero_grad(owner, before, after)


def _opened(array: Array) -> bool:
    """Lets a look without overlaps be written: numpy hands out diagonals and expansions for reading only."""
    if any(step == 0 and n > 1 for n, step in zip(array.shape, array.strides, strict=True)):
        return False
    try:
        array.setflags(write=True)
    except ValueError:
        return False
    return True


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
    base = t._base
    tracked = mode.grad and (
        t._requires_grad
        or (base is not None and base._requires_grad)
        or any(o is not None and o._requires_grad for o in others)
    )
    if not tracked:
        if place is not None:
            store(t, others[0]._array, place)
        else:
            inputs = (t, *others)
            node = node_for(function, inputs, None, options)
            result = node.forward(*[None if i is None else i._array for i in inputs], **options)
            _fits(t, result)
            store(t, result)
        return t
    if base is not None:
        viewing.refuse(t)
    if t._edge is None and t._requires_grad:
        raise RuntimeError("a leaf Variable that requires grad is being used in an in-place operation.")
    if place is not None:
        _broadcastable(t._array[place], others[0]._array)
    # The graph before this write goes on from a stand-in: `t` becomes the output. Its numbers as they were: backward
    # may need them, and a tape holds them.
    old = former(t, t._array.copy() if place is None or recording.current is not None else t._array)
    inputs = (old, *others)
    node = node_for(function, inputs, edges_of(inputs), options)
    result = node.forward(*[None if i is None else i._array for i in inputs], **options)
    _fits(t, result)
    before = None if base is None or viewing.look(base._array, t._array) is None else former_base(t)
    store(t, result)
    # Numbered after the write, which is its own and makes nothing stale that it saved.
    node.number = tick()
    node.kept = Kept()
    if node._saves_output:
        node.kept.memories.append(tensors.memory_of(t))
    if before is None:
        rebase(t, node, 0)
        finish(node, (t,), True)
        if t._views is not None:
            viewing.renew(t)
    else:
        value = output_of(node, result.astype(t._array.dtype, copy=False), 0, True)
        finish(node, (value,), True)
        follow(t, value, before)
    return t


def former(t: Tensor, array: Array) -> Tensor:
    """Stands for `t` as it is now, with the numbers in `array`, when `t` has become something else."""
    old = tensors.wrap(array)
    old._requires_grad, old._edge, old.number = t._requires_grad, t._edge, t.number
    if t._base is not None:
        old._base = t._base
    if array is t._array:
        old._memory = t._memory
    return old


def former_base(t: Tensor) -> Tensor:
    """What the view `t` looks into, as it is now; a tape wants its numbers as they are before the write."""
    base = t._base
    assert base is not None
    return former(base, base._array if recording.current is None else base._array.copy())


def rebase(t: Tensor, node: Function, slot: int) -> None:
    """`t`, which was written, is now output `slot` of `node`."""
    keep = t._hooks.get(-1) if t._hooks is not None and t._edge is not None else None
    if keep is not None and t._edge is not None:
        # A gradient that is retained is that of the newest numbers; other hooks stay where they were.
        t._edge[0].hooks[t._edge[1]].pop(-1, None)
        tensors.hooks_at(node, slot)[-1] = keep
    t._requires_grad, t._edge = True, (node, slot)
    if node.kept is None:
        node.kept = Kept()
    node.kept.numbers[slot] = t.number


def follow(t: Tensor, value: Tensor, before: Tensor) -> None:
    """`value` was written into the view `t`: the base, which was `before`, and all of its views come after that."""
    base = t._base
    assert base is not None
    place = viewing.look(base._array, t._array)
    assert place is not None
    viewing.copy_into_base(t, value, before, place)
    viewing.renew(base)


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
