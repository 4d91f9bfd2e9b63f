"""Writing to a view that is part of a graph: the graph of what it looks into changes, and with it that of every view.

As PyTorch (https://pytorch.org/docs/stable/notes/autograd.html#in-place-operations-with-autograd): the written numbers
are copied into the base by a `CopySlices` node, and each view of the base then comes from the new base.
"""

# numpy's stubs type most results as Any, which says nothing about an op.
# mypy: disable-error-code="no-any-return"
from __future__ import annotations

import weakref
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

import autograd.tensor as tensors  # circular, and used only when something is written
from autograd import recording
from autograd.function import Array, Function, Shares, finish

if TYPE_CHECKING:
    from autograd.tensor import Tensor


def _start(array: Array) -> int:
    return int(array.__array_interface__["data"][0])


def _steps(size: Any, stride: Any, offset: int) -> Array:
    """The place in memory, in elements, of each element of a strided array."""
    places = np.full(tuple(size), offset, np.int64)
    for axis, (n, step) in enumerate(zip(size, stride, strict=True)):
        places += (np.arange(n) * step).reshape([-1 if i == axis else 1 for i in range(len(size))])
    return places


def places_in(base: Array, size: Any, stride: Any, offset: int) -> Array | None:
    """Which elements of `base`, counted in order, a strided look into its memory shows; None where it leaves it.

    `stride` and `offset` are in elements, `offset` from the first element of `base`.
    """
    places = _steps(size, stride, offset)
    if not places.size:
        return places
    if not base.size or any(s < 0 for s in base.strides):
        return None
    if base.flags.c_contiguous:
        return places if 0 <= places.min() and places.max() < base.size else None
    memory = _steps(base.shape, [s // base.itemsize for s in base.strides], 0)
    order = np.full(int(memory.max()) + 1, -1)
    order[memory] = np.arange(base.size).reshape(base.shape)
    if places.min() < 0 or places.max() >= len(order):
        return None
    found = order[places]
    return None if found.min() < 0 else found


def look(base: Array, view: Array) -> dict[str, Any] | None:
    """How `view` looks into `base`: size, stride and offset; None where it does not."""
    offset, item = _start(view) - _start(base), base.itemsize
    if view.dtype != base.dtype or offset % item or any(s % item for s in view.strides):
        return None
    return {"size": view.shape, "stride": tuple(s // item for s in view.strides), "offset": offset // item}


class AsStrided(Function):
    """A look into the memory of the input by size, strides and offset, as it lies there."""

    __slots__ = ()
    op, backward_name = "as_strided", "AsStridedBackward0"
    arguments = ("input",)
    view = True
    formula = r"\text{input, seen by size and strides}"
    derivatives: ClassVar[dict[str, str]] = {"input": r"g \text{ added where it was seen, else } 0"}

    def forward(self, input: Array, size: tuple[int, ...], stride: tuple[int, ...], offset: int) -> Array:
        places = places_in(input, size, stride, offset)
        if places is None:
            raise RuntimeError(
                f"setStorage: sizes {list(size)}, strides {list(stride)}, storage offset {offset} are out of bounds for "
                f"storage of size {input.size}"
            )
        self.saved = input.shape, places
        if not places.size:
            return np.zeros(size, input.dtype)
        # A view of the input by an object with its address, so that the memory may be left to either side.
        whole = np.lib.stride_tricks.as_strided(input, (offset + 1,), (input.itemsize,))
        return np.lib.stride_tricks.as_strided(whole[offset:], size, tuple(s * input.itemsize for s in stride))

    def backward(self, gradient: Array) -> Array:
        shape, places = self.saved
        share = np.zeros(shape, gradient.dtype)
        np.add.at(share.reshape(-1), places, gradient)
        return share

    def differentiate(self, gradient: Tensor) -> tuple[Tensor | None, ...]:
        shape, places = self.saved
        flat = tensors.wrap(np.zeros(int(np.prod(shape)), gradient._array.dtype))
        spread = flat.scatter_add(0, tensors.wrap(places.reshape(-1)), gradient.reshape(-1))
        return (spread.reshape(shape),)


class CopyIntoView(Function):
    """The base after a view of it was written: the new numbers at the view's places, the old ones elsewhere."""

    __slots__ = ()
    op, backward_name = "setitem", "CopySlices"
    arguments = ("input", "value")
    formula = r"\text{input with value where the view looks}"
    derivatives: ClassVar[dict[str, str]] = {
        "input": r"g \text{ except where the view looks}",
        "value": r"g \text{ where the view looks}",
    }

    def forward(self, input: Array, value: Array, size: Any, stride: Any, offset: int) -> Array:
        self.saved = places_in(input, size, stride, offset)
        output = input.copy()
        output.reshape(-1)[self.saved] = value
        return output

    def backward(self, gradient: Array) -> Shares:
        kept = np.array(gradient, order="C")
        flat = kept.reshape(-1)
        part = np.asarray(flat[self.saved])
        flat[self.saved] = 0
        return kept, part

    def differentiate(self, gradient: Tensor) -> tuple[Tensor | None, ...]:
        outside = np.ones(gradient.shape, gradient._array.dtype)
        outside.reshape(-1)[self.saved] = 0
        part = gradient.reshape(-1).index_select(0, tensors.wrap(self.saved.reshape(-1)))
        return gradient * tensors.wrap(outside), part.reshape(self.saved.shape)


def register(base: Tensor, views: tuple[Tensor, ...]) -> None:
    """Remembers, weakly, what looks into `base`; those that are gone are swept out when the list has doubled."""
    held = base._views
    if held is None:
        held = base._views = [64]
    held.extend([weakref.ref(v) for v in views])
    if len(held) > held[0]:
        held[1:] = [r for r in held[1:] if r() is not None]
        held[0] = 2 * len(held) + 64


def refuse(t: Tensor) -> None:
    """RuntimeError for a view that may not be written while gradients are on."""
    base = t._base
    if base is None or not base._requires_grad:
        return
    if base._edge is None:
        raise RuntimeError("a view of a leaf Variable that requires grad is being used in an in-place operation.")
    if not t._requires_grad:
        raise RuntimeError(
            "A view was created in no_grad mode and is being modified inplace with grad mode enabled. Given that this "
            "use case is ambiguous and error-prone, it is forbidden. You can clarify your code by moving both the view "
            "and the inplace either both inside the no_grad block (if you don't want the inplace to be tracked) or both "
            "outside (if you want the inplace to be tracked)."
        )
    node = None if t._edge is None else t._edge[0]
    if node is not None and node.op in ("split", "unbind"):
        raise RuntimeError(
            f"Output {t.output_nr} of {node.name()} is a view and is being modified inplace. This view is the output of "
            "a function that returns multiple views. Such functions do not allow the output views to be modified "
            "inplace. You should replace the inplace operation by an out-of-place one."
        )


def copy_into_base(t: Tensor, value: Tensor, before: Tensor, place: dict[str, Any]) -> None:
    """Puts the base of `t` into the graph anew: `before` stands for what it was, `value` was written where `t` looks."""
    base = t._base
    assert base is not None
    edges = (before._edge or before if before._requires_grad else None, value._edge)
    node = CopyIntoView((before, value), edges, place)
    node.saved = places_in(base._array, **place)
    base._requires_grad, base._edge = True, (node, 0)
    finish(node, (base,), True)


def renew(base: Tensor) -> None:
    """Every living view of `base` comes from what `base` is now."""
    for reference in (base._views or ())[1:]:
        view = reference()
        if view is None:
            continue
        place = look(base._array, view._array)
        places = None if place is None else places_in(base._array, **place)
        if place is None or places is None:
            continue
        node = AsStrided((base,), (base._edge,), place)
        node.saved = base._array.shape, places
        view._requires_grad, view._edge = True, (node, 0)
        if recording.current is not None:
            recording.current.forward(node, (base,), (view,))
