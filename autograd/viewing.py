"""Writing to a view that is part of a graph: the graph of what it looks into changes, and with it that of every view.

As PyTorch (https://pytorch.org/docs/stable/notes/autograd.html#in-place-operations-with-autograd): the written numbers
are copied into the base by a `CopySlices` node, and each view of the base then comes from the new base.
"""

# numpy's stubs type most results as Any, which says nothing about an op.
# mypy: disable-error-code="no-any-return"
from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

import autograd.tensor as tensors  # circular, and used only when something is written
from autograd import recording, writing
from autograd.clock import tick
from autograd.function import Array, Function, Shares, apply, finish, node_for

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
        return places if places.min() >= 0 and places.max() < base.size else None
    memory = _steps(base.shape, [s // base.itemsize for s in base.strides], 0)
    order = np.full(int(memory.max()) + 1, -1)
    order[memory] = np.arange(base.size).reshape(base.shape)
    if places.min() < 0 or places.max() >= len(order):
        return None
    found = order[places]
    return None if found.min() < 0 else found


def look(base: Array, view: Array) -> dict[str, Any] | None:
    """How `view` looks into `base`: size, stride and offset, as options of the nodes here; None where it does not."""
    offset, item = _start(view) - _start(base), base.itemsize
    if view.dtype != base.dtype or offset % item or any(s % item for s in view.strides):
        return None
    found: dict[str, Any] = {
        "size": view.shape,
        "stride": tuple(s // item for s in view.strides),
        "offset": offset // item,
    }
    return None if places_in(base, **found) is None else found


class AsStrided(Function):
    """A look into the memory of the input by size, strides and offset, as it lies there."""

    __slots__ = ()
    op, backward_name = "as_strided", "AsStridedBackward0"
    arguments = ("input",)
    view = True
    formula = r"\text{input, seen by size and strides}"
    derivatives: ClassVar[dict[str, str]] = {"input": r"g \text{ added where it was seen, else } 0"}

    def backward(self, gradient: Array) -> Array:
        return spread(gradient, *self.saved)

    def differentiate(self, gradient: Tensor) -> Tensor:
        shape, places = self.saved
        return apply(Spread, gradient, shape=shape, places=places)


def spread(array: Array, shape: tuple[int, ...], places: Array) -> Array:
    """Zeros of a shape with the numbers of `array` added at `places`, counted in order."""
    result = np.zeros(shape, array.dtype)
    np.add.at(result.reshape(-1), places, array)
    return result


class Spread(Function):
    """The gradient of a look into memory."""

    __slots__ = ()
    op, backward_name = "as_strided_backward", "AsStridedBackwardBackward0"
    arguments = ("grad",)
    formula = r"\text{grad added where it was seen, else } 0"
    derivatives: ClassVar[dict[str, str]] = {"grad": r"g \text{, seen at the same places}"}

    def forward(self, grad: Array, shape: tuple[int, ...], places: Array) -> Array:
        return spread(grad, shape, places)

    def backward(self, gradient: Array) -> Array:
        return np.asarray(gradient.reshape(-1)[self.options["places"]])

    def differentiate(self, gradient: Tensor) -> Tensor:
        return apply(Seen, gradient, places=self.options["places"])


class Seen(Function):
    """The numbers at `places`, as a copy."""

    __slots__ = ()
    op, backward_name = "as_strided_copy", "AsStridedCopyBackward0"
    arguments = ("input",)
    formula = r"\text{input at the places seen}"
    derivatives: ClassVar[dict[str, str]] = {"input": r"g \text{ added where it was seen, else } 0"}

    def forward(self, input: Array, places: Array) -> Array:
        self.saved = input.shape, places
        return np.asarray(input.reshape(-1)[places])

    def backward(self, gradient: Array) -> Array:
        return spread(gradient, *self.saved)

    def differentiate(self, gradient: Tensor) -> Tensor:
        return apply(Spread, gradient, shape=self.saved[0], places=self.saved[1])


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

    def backward(self, gradient: Array) -> Shares:
        kept = np.array(gradient, order="C")
        flat = kept.reshape(-1)
        part = np.asarray(flat[self.saved])
        flat[self.saved] = 0
        return kept, part

    def differentiate(self, gradient: Tensor) -> tuple[Tensor | None, ...]:
        outside = np.ones(gradient.shape, gradient._array.dtype)
        outside.reshape(-1)[self.saved] = 0
        return gradient * tensors.wrap(outside), apply(Seen, gradient, places=self.saved)


def refuse(t: Tensor) -> None:
    """RuntimeError for a view that may not be written as part of a graph."""
    base = t._base
    assert base is not None
    if base._requires_grad and not t._requires_grad and base._edge is not None:
        raise RuntimeError(
            "A view was created in no_grad mode and is being modified inplace with grad mode enabled. Given that this "
            "use case is ambiguous and error-prone, it is forbidden. You can clarify your code by moving both the view "
            "and the inplace either both inside the no_grad block (if you don't want the inplace to be tracked) or "
            "both outside (if you want the inplace to be tracked)."
        )
    node = None if t._edge is None else t._edge[0]
    if node is not None and node.op in ("split", "unbind"):
        raise RuntimeError(
            f"Output {t.output_nr} of {node.op.capitalize()} is a view and is being modified inplace. This view is the "
            "output of a function that returns multiple views. Such functions do not allow the output views to be "
            "modified inplace. You should replace the inplace operation by an out-of-place one."
        )
    if node is not None and hasattr(node, "user"):
        raise RuntimeError(
            f"Output {t.output_nr} of {node.op} is a view and is being modified inplace. This view was created inside "
            "a custom Function (or because an input was returned as-is) and the autograd logic to handle view+inplace "
            "would override the custom backward associated with the custom Function, leading to incorrect gradients. "
            "This behavior is forbidden. You can fix this by cloning the output of the custom Function."
        )
    if (base._requires_grad and base._edge is None) or (t._requires_grad and t._edge is None):
        raise RuntimeError("a view of a leaf Variable that requires grad is being used in an in-place operation.")


def copy_into_base(t: Tensor, value: Tensor, before: Tensor, place: dict[str, Any]) -> None:
    """Puts the base of `t` into the graph anew: `before` is what it was, `value` was written where `t` looks."""
    base = t._base
    assert base is not None
    edges = (before._edge or before if before._requires_grad else None, value._edge)
    node = node_for(CopyIntoView, (before, value), edges, place)
    node.number = tick()
    node.saved = places_in(base._array, **place)
    writing.rebase(base, node, 0)
    finish(node, (base,), True)


def renew(base: Tensor) -> None:
    """Every living view of `base` comes from what `base` is now."""
    for reference in (base._views or ())[1:]:
        view = reference()
        if view is None:
            continue
        place = look(base._array, view._array)
        if place is None:
            continue
        node = node_for(AsStrided, (base,), (base._edge,), place)
        node.number = tick()
        node.saved = base._array.shape, places_in(base._array, **place)
        writing.rebase(view, node, 0)
        if recording.current is not None:
            recording.current.forward(node, (base,), (view,))
