"""Borders around the last dimensions: of a constant, of the reflected, the nearest or the opposite elements."""

# numpy's stubs type most results as Any, which says nothing about an op.
# mypy: disable-error-code="no-any-return"
from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from autograd.function import Array, Function, apply

if TYPE_CHECKING:
    from autograd.tensor import Tensor

Widths = tuple[tuple[int, int], ...]  # before and after, in the order of the dimensions

# PyTorch's nodes; its circular borders are copies within the output.
_NODES = {"reflect": "ReflectionPad{}D", "replicate": "ReplicationPad{}D"}


class Pad(Function):
    """Borders of a constant; a negative width cuts off."""

    __slots__ = ()
    op, backward_name = "pad", "ConstantPadNdBackward0"
    arguments = ("input",)
    formula, derivatives = r"\text{input between borders of value}", {"input": r"g \text{ without the borders}"}

    def forward(self, input: Array, widths: Widths, value: float) -> Array:
        shape = tuple(n + a + b for n, (a, b) in zip(input.shape, widths, strict=True))
        out = np.full(shape, value, input.dtype) if value else np.zeros(shape, input.dtype)
        inner = tuple(slice(max(a, 0), n - max(b, 0)) for n, (a, b) in zip(shape, widths, strict=True))
        kept = tuple(slice(max(-a, 0), n - max(-b, 0)) for n, (a, b) in zip(input.shape, widths, strict=True))
        out[inner] = input[kept]
        return out

    def backward(self, gradient: Array) -> Array:
        return self.forward(gradient, _negative(self.options["widths"]), 0.0)

    def differentiate(self, gradient: Tensor) -> Tensor:
        return apply(Pad, gradient, widths=_negative(self.options["widths"]), value=0.0)


def _negative(widths: Widths) -> Widths:
    return tuple((-before, -after) for before, after in widths)


class Mirror(Function):
    """Borders that repeat elements of the input: `mode` says which."""

    __slots__ = ()
    op = "pad"
    arguments = ("input",)
    formula = r"\text{input}_{\operatorname{source}(i)}"
    derivatives: ClassVar[dict[str, str]] = {"input": r"\sum_{\operatorname{source}(i) = j} g_i"}

    def name(self) -> str:
        mode, dims = self.options["mode"], len(self.options["widths"])
        return f"{_NODES[mode].format(dims)}Backward0" if mode in _NODES else "CopySlices"

    def forward(self, input: Array, mode: str, widths: Widths) -> Array:
        self.saved = input.shape
        return repeated(input, mode, widths)

    def backward(self, gradient: Array) -> Array:
        return returned(gradient, self.saved, **self.options)

    def differentiate(self, gradient: Tensor) -> Tensor:
        return apply(MirrorBack, gradient, shape=self.saved, **self.options)


class MirrorBack(Function):
    """The gradient of `Mirror` as an op of the output's gradient; linear, and `Mirror` is its gradient."""

    __slots__ = ()
    op = "pad_gradient"
    arguments = ("gradient",)
    formula = r"\sum_{\operatorname{source}(i) = j} \text{gradient}_i"
    derivatives: ClassVar[dict[str, str]] = {"gradient": r"g_{\operatorname{source}(i)}"}

    def name(self) -> str:
        mode, dims = self.options["mode"], len(self.options["widths"])
        return f"{_NODES[mode].format(dims)}BackwardBackward0" if mode in _NODES else "CopySlices"

    def forward(self, gradient: Array, shape: tuple[int, ...], mode: str, widths: Widths) -> Array:
        return returned(gradient, shape, mode, widths)

    def backward(self, gradient: Array) -> Array:
        return repeated(gradient, self.options["mode"], self.options["widths"])

    def differentiate(self, gradient: Tensor) -> Tensor:
        return apply(Mirror, gradient, mode=self.options["mode"], widths=self.options["widths"])


def sources(n: int, mode: str, before: int, after: int) -> Array:
    """Which of `n` elements each place shows, borders included."""
    if mode == "circular":
        # Round what a negative width has left.
        start = max(-before, 0)
        left = n - start - max(-after, 0)
        return np.arange(-max(before, 0), left + max(after, 0)) % left + start
    place = np.arange(-before, n + after)
    if mode == "replicate":
        return np.clip(place, 0, n - 1)
    return n - 1 - np.abs(n - 1 - np.abs(place))


def repeated(input: Array, mode: str, widths: Widths) -> Array:
    """The input with borders around its last dimensions."""
    for dim, (before, after) in enumerate(widths, input.ndim - len(widths)):
        input = np.take(input, sources(input.shape[dim], mode, before, after), axis=dim)
    return input


def returned(gradient: Array, shape: tuple[int, ...], mode: str, widths: Widths) -> Array:
    """Every element of `gradient` added to the element of `shape` that it was taken from."""
    for dim, (before, after) in enumerate(widths, len(shape) - len(widths)):
        source = sources(shape[dim], mode, before, after)
        out = np.zeros((*gradient.shape[:dim], shape[dim], *gradient.shape[dim + 1 :]), gradient.dtype)
        given, taken = np.moveaxis(gradient, dim, 0), np.moveaxis(out, dim, 0)
        # Between the borders each element is there once.
        first, last = max(before, 0), len(source) - max(after, 0)
        taken[source[first] : source[last - 1] + 1] = given[first:last]
        for i in (*range(first), *range(last, len(source))):
            taken[source[i]] += given[i]
        gradient = out
    return gradient


def pad(input: Tensor, pad: Sequence[int], mode: str = "constant", value: float | None = None) -> Tensor:
    """With borders: `pad` holds (before, after) of the last dimension, then of the one before it, and so on.

    `mode` "constant" fills them with `value` (0) in any dimensions; "reflect", "replicate" and "circular" repeat the
    input's elements in the last one, two or three, of which a batch or a sample may be padded. RuntimeError for
    widths that do not fit.
    """
    if len(pad) % 2:
        raise RuntimeError(f"Padding length must be divisible by 2, but got {list(pad)}")
    if len(pad) > 2 * input.ndim:
        raise RuntimeError(
            f"Padding length should be less than or equal to two times the input dimension but got padding length "
            f"{len(pad)} and input of dimension {input.ndim} (shape {list(input.shape)})"
        )
    widths = tuple((int(pad[i]), int(pad[i + 1])) for i in range(len(pad) - 2, -1, -2))
    sizes = input.shape[input.ndim - len(widths) :]
    if mode == "constant":
        if any(n + a + b < 0 or n + min(a, 0) + min(b, 0) < 0 for n, (a, b) in zip(sizes, widths, strict=True)):
            raise RuntimeError(f"Padding {list(pad)} cuts off more than there is of shape {list(input.shape)}")
        return apply(Pad, input, widths=((0, 0),) * (input.ndim - len(widths)) + widths, value=value or 0.0)
    if value:
        raise RuntimeError(f'Padding mode "{mode}" doesn\'t take in value argument')
    if mode not in ("reflect", "replicate", "circular"):
        raise NotImplementedError(f"Unrecognised padding mode {mode}")
    if len(widths) not in (1, 2, 3) or input.ndim - len(widths) not in (1, 2):
        raise NotImplementedError(
            f"Padding size {len(pad)} is not supported for {input.ndim}D input tensor: padding other than constant "
            "takes 2 widths for 2D or 3D input, 4 for 3D or 4D, 6 for 4D or 5D"
        )
    _fitting(input.shape, sizes, mode, widths)
    return apply(Mirror, input, mode=mode, widths=widths)


def _fitting(shape: Any, sizes: Sequence[int], mode: str, widths: Widths) -> None:
    for n, (before, after) in zip(sizes, widths, strict=True):
        if mode == "reflect" and max(before, after) >= n:
            raise RuntimeError(
                f"Padding size should be less than the corresponding input dimension, but got: padding "
                f"({before}, {after}) for a size of {n} in input {list(shape)}"
            )
        if mode == "circular" and max(before, after) > n:
            raise RuntimeError(
                f"Padding value causes wrapping around more than once: padding ({before}, {after}) for a size of {n} "
                f"in input {list(shape)}"
            )
        if n < 1 or n + min(before, 0) + min(after, 0) < 1:
            raise RuntimeError(
                f"Padding ({before}, {after}) leaves nothing of a size of {n} to repeat in input {list(shape)}"
            )
