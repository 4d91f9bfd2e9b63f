"""Pooling over the last one, two or three dimensions: the largest or the mean of each window, and back.

A window of several dimensions is pooled one dimension at a time, the last one first: its maximum is the maximum of
maxima, its sum the sum of sums, and the first of equal maxima stays the first in memory order, as in PyTorch. Every
stage is a few operations over strided slices.
"""

# numpy's stubs type most results as Any, which says nothing about an op.
# mypy: disable-error-code="no-any-return"
from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from autograd import random
from autograd.function import Array, Function, Shares, apply, apply_many
from autograd.functions.activation import relu
from autograd.functions.common import constant_array
from autograd.functions.elementwise import sign

if TYPE_CHECKING:
    from autograd.tensor import Tensor

Sizes = tuple[int, ...]
_WORDS = {1: "one int", 2: "two ints", 3: "three ints"}


def spatial(value: Any, dims: int, what: str) -> Sizes:
    """One size for each of `dims` dimensions, from a number or a sequence; `what` names it in the RuntimeError."""
    if isinstance(value, (tuple, list)):
        if len(value) not in (1, dims):
            raise RuntimeError(f"{what} must either be a single int, or a tuple of {_WORDS[dims]}, but got {value}")
        return tuple(int(v) for v in value) * (dims if len(value) == 1 else 1)
    return (int(value),) * dims


def _window(name: str, dims: int, kernel: Any, stride: Any, padding: Any, dilation: Any = 1) -> tuple[Sizes, ...]:
    """The four sizes of a window, checked."""
    size = spatial(kernel, dims, f"{name}: kernel_size")
    step = size if stride is None or stride in ((), []) else spatial(stride, dims, f"{name}: stride")
    margin, spread = spatial(padding, dims, f"{name}: padding"), spatial(dilation, dims, f"{name}: dilation")
    if min(size) < 1 or min(spread) < 1:
        raise RuntimeError(f"{name}: kernel_size {size} and dilation {spread} should be greater than zero")
    if min(step) < 1:
        raise RuntimeError(f"{name}: stride {step} should not be zero or negative")
    for k, p, d in zip(size, margin, spread, strict=True):
        if not 0 <= p <= (d * (k - 1) + 1) // 2:
            raise RuntimeError(
                f"{name}: pad should be at least 0 and at most half of effective kernel size, but got pad={p}, "
                f"kernel_size={k} and dilation={d}"
            )
    return size, step, margin, spread


def _check(name: str, input: Tensor, dims: int, kinds: str = "f") -> None:
    shape = input._array.shape
    if len(shape) < 3 and name.startswith("adaptive_max") and dims > 1:
        raise ValueError(f"{name}: input dimension should be at least 3, but got shape {list(shape)}")
    if len(shape) not in (dims + 1, dims + 2) or 0 in shape[-dims - 1 :]:
        raise RuntimeError(
            f"{name}: expected {dims + 1}D or {dims + 2}D input with no empty dimension but the batch's, but got "
            f"{list(shape)}"
        )
    if input._array.dtype.kind not in kinds:
        raise NotImplementedError(f"\"{name}\" not implemented for '{input.dtype.name}'; use .float() first")


def _lengths(
    name: str, shape: Sizes, kernel: Sizes, stride: Sizes, padding: Sizes, dilation: Sizes, ceil: bool
) -> Sizes:
    """How many windows there are along each dimension."""
    outs = []
    for size, k, s, p, d in zip(shape[-len(kernel) :], kernel, stride, padding, dilation, strict=True):
        span = size + 2 * p - d * (k - 1) - 1
        out = (-(-span // s) if ceil else span // s) + 1
        # With ceil_mode the last window must start inside the input or its left border.
        outs.append(out - 1 if ceil and (out - 1) * s >= size + p else out)
    if min(outs) < 1:
        raise RuntimeError(
            f"{name}: given input size {list(shape)} and kernel size {list(kernel)}, the calculated output size "
            f"{outs} is too small"
        )
    return tuple(outs)


def _bordered(
    x: Array, out: Sizes, kernel: Sizes, stride: Sizes, padding: Sizes, dilation: Sizes, value: float
) -> Array:
    """The input with borders of `value`, wide enough for every window."""
    dims = len(kernel)
    sizes = x.shape[-dims:]
    wide = [
        max((o - 1) * s + d * (k - 1) + 1, size + 2 * p if p else size)
        for o, k, s, p, d, size in zip(out, kernel, stride, padding, dilation, sizes, strict=True)
    ]
    if wide == list(sizes):
        return x
    full = np.full((*x.shape[:-dims], *wide), value, x.dtype)
    full[_inner(sizes, padding)] = x
    return full


def _inner(sizes: Sizes, padding: Sizes) -> tuple[Any, ...]:
    """The index of what lies within the borders."""
    return (..., *(slice(p, p + size) for p, size in zip(padding, sizes, strict=True)))


def _slot(x: Array, axis: int, start: int, step: int, out: int) -> Array:
    """Every window's element at one place: `out` elements along `axis`."""
    return x[(slice(None),) * axis + (slice(start, start + (out - 1) * step + 1, step),)]


def _largest(x: Array, axis: int, steps: tuple[int, ...], want: bool, nan: bool) -> tuple[Array, Array | None]:
    """The largest of each window along one dimension and, if wanted, its place in the window (the first of equals).

    `nan`: a NaN counts as larger than anything, the last one of them; without it there must be none.
    """
    out, k, s, d = steps
    best = _slot(x, axis, 0, s, out)
    winner: Array | None = None
    for j in range(1, k):
        other = _slot(x, axis, j * d, s, out)
        if want:
            better = other > best
            if nan:
                better |= np.isnan(other)
            # A later winner has the larger number: keeping the largest keeps the last.
            placed = better if k == 2 else np.multiply(better, j, dtype=np.uint8 if k <= 256 else np.int64)
            winner = placed if winner is None else np.maximum(winner, placed, out=winner)
        best = np.maximum(best, other) if j == 1 else np.maximum(best, other, out=best)
    return best, winner


def _unpool(g: Array, axis: int, steps: tuple[int, ...], winner: Array | None, size: int) -> Array:
    """Back through `_largest`: every number to its winner, along a dimension of `size`."""
    out, k, s, d = steps
    shape = list(g.shape)
    shape[axis] = size
    apart = d * (k - 1) < s  # no element is in two windows
    share = np.empty(shape, g.dtype) if apart and d == 1 and s == k and out * s == size else np.zeros(shape, g.dtype)
    for j in range(k):
        slot = _slot(share, axis, j * d, s, out)
        if winner is None:
            part = g
        else:
            part = np.multiply(g, (winner if j else ~winner) if k == 2 else winner == j, out=slot if apart else None)
        if not apart:
            slot += part
        elif part is not slot:
            slot[...] = part
    return share


class _MaxPool(Function):
    """The largest of each window; with `return_indices` a second output says where, within each plane."""

    __slots__ = ()
    arguments = ("input",)
    saves = ("input",)
    formula = r"\max_{i,j} \text{input}_{\, y s + i,\, x s + j}"
    derivatives: ClassVar[dict[str, str]] = {"input": r"g \text{ at the largest of each window, else } 0"}

    def forward(
        self,
        input: Array,
        kernel_size: Sizes,
        stride: Sizes,
        padding: Sizes,
        dilation: Sizes,
        ceil_mode: bool,
        return_indices: bool,
    ) -> Any:
        out = _lengths(self.op, input.shape, kernel_size, stride, padding, dilation, ceil_mode)
        low = -np.inf if input.dtype.kind == "f" else np.iinfo(input.dtype).min
        x = _bordered(input, out, kernel_size, stride, padding, dilation, low)
        steps = list(zip(out, kernel_size, stride, dilation, strict=True))
        want = return_indices or self.needs(0)
        values, winners = self._stages(x, steps, want, False)
        if want and input.dtype.kind == "f" and np.isnan(values).any():
            values, winners = self._stages(x, steps, True, True)
        if values.base is not None or values is input:
            values = values.copy()  # windows of one element: nothing was computed
        self.saved = input.shape, x.shape, steps, winners
        return (values, self.places()) if return_indices else values

    def _stages(self, x: Array, steps: list[Any], want: bool, nan: bool) -> tuple[Array, list[Array | None]]:
        winners: list[Array | None] = [None] * len(steps)
        for i in reversed(range(len(steps))):
            x, winners[i] = _largest(x, x.ndim - len(steps) + i, steps[i], want, nan)
        return x, winners

    def places(self) -> Array:
        """Where the winners are, counted through each plane; int64."""
        shape, full, steps, winners = self.saved
        dims, lead = len(steps), len(shape) - len(steps)
        at: list[Array] = []  # the winners' places along the dimensions that were pooled already
        extent = list(full[lead:])
        for i in reversed(range(dims)):
            out, _, s, d = steps[i]
            extent[i] = out
            line = (np.arange(out) * s).reshape((-1,) + (1,) * (dims - 1 - i))
            here = np.broadcast_to(line, (*shape[:lead], *extent)).astype(np.int64)
            if winners[i] is not None:
                here += winners[i].astype(np.int64) * d
            at = [here, *(np.take_along_axis(a, here, lead + i) for a in at)]
        flat = np.zeros(at[0].shape, np.int64)
        for place, size, padding in zip(at, shape[lead:], self.options["padding"], strict=True):
            flat *= size
            flat += place - padding
        return flat

    def backward(self, gradient: Array, *_: Any) -> Array:
        shape, full, steps, winners = self.saved
        lead = len(shape) - len(steps)
        for i, step in enumerate(steps):
            gradient = _unpool(gradient, lead + i, step, winners[i], full[lead + i])
        return gradient if full == shape else gradient[_inner(shape[lead:], self.options["padding"])]

    def differentiate(self, gradient: Tensor, *_: Any) -> Any:
        return apply(Placed, gradient, places=self.places(), shape=self.saved[0], label=self.name()[:-1])


class MaxPool2d(_MaxPool):
    __slots__ = ()
    op, backward_name = "max_pool2d", "MaxPool2DWithIndicesBackward0"


class MaxPool3d(_MaxPool):
    __slots__ = ()
    op, backward_name = "max_pool3d", "MaxPool3DWithIndicesBackward0"


def _planes(shape: Sizes, kept: int) -> tuple[int, ...]:
    """The shape with the dimensions after the first `kept` made one."""
    return (*shape[:kept], math.prod(shape[kept:]))


def _put(g: Array, places: Array, shape: Sizes, lead: int) -> Array:
    """Zeros of `shape` with every number of `g` added at its place in its plane."""
    planes, size = math.prod(shape[:lead]), math.prod(shape[lead:])
    flat = places.reshape(planes, -1) + (np.arange(planes) * size)[:, None]
    return np.bincount(flat.ravel(), g.ravel(), planes * size).astype(g.dtype).reshape(shape)


def _got(x: Array, places: Array, lead: int) -> Array:
    """The numbers of `x` at `places`, counted through each plane."""
    at = places.reshape(_planes(places.shape, lead))
    return np.take_along_axis(x.reshape(_planes(x.shape, lead)), at, -1).reshape(places.shape)


def _gathered(x: Tensor, places: Array, lead: int) -> Tensor:
    """`_got`, by recorded ops."""
    at = constant_array(places.reshape(_planes(places.shape, lead)))
    return x.reshape(_planes(x._array.shape, lead)).gather(lead, at).reshape(places.shape)


class Placed(Function):
    """The gradient of picking one element of each window, as an op: numbers put (added) at `places` of zeros."""

    __slots__ = ()
    op, backward_name = "max_pool_backward", "MaxPool2DWithIndicesBackwardBackward0"
    arguments = ("input",)
    formula = r"\text{output}_{\text{places}_i} \mathrel{+}= \text{input}_i"
    derivatives: ClassVar[dict[str, str]] = {"input": r"g_{\text{places}}"}

    def forward(self, input: Array, places: Array, shape: Sizes, label: str) -> Array:
        return _put(input, places, shape, self._lead())

    def _lead(self) -> int:
        # The label ends in "2DWithIndicesBackward" or the like.
        return len(self.options["shape"]) - int(self.options["label"].split("D")[0][-1])

    def backward(self, gradient: Array) -> Array:
        return _got(gradient, self.options["places"], self._lead())

    def differentiate(self, gradient: Tensor) -> Tensor:
        return _gathered(gradient, self.options["places"], self._lead())

    def name(self) -> str:
        return self.options["label"] + "Backward0"


class _Picking(Function):
    """An op that picks elements of each plane: the second output says which."""

    __slots__ = ()
    arguments = ("input",)
    saves = ("input",)
    derivatives: ClassVar[dict[str, str]] = _MaxPool.derivatives

    def _pick(self, input: Array, places: Array, dims: int) -> tuple[Array, Array]:
        lead = input.ndim - dims
        self.saved = input.shape, places, lead
        return _got(input, places, lead), places

    def backward(self, gradient: Array, *_: Any) -> Array:
        shape, places, lead = self.saved
        return _put(gradient, places, shape, lead)

    def differentiate(self, gradient: Tensor, *_: Any) -> Any:
        shape, places, _ = self.saved
        return apply(Placed, gradient, places=places, shape=shape, label=self.name()[:-1])


class AdaptiveMaxPool2d(_Picking):
    __slots__ = ()
    op, backward_name = "adaptive_max_pool2d", "AdaptiveMaxPool2DBackward0"
    formula = r"\text{the largest of each of } h \times w \text{ nearly equal parts}"

    def forward(self, input: Array, output_size: Sizes) -> tuple[Array, Array]:
        dims = len(output_size)
        lead = input.ndim - dims
        values = input
        at: list[Array] = []
        for i in reversed(range(dims)):
            axis = lead + i
            found = []
            for start, end in _parts(input.shape[axis], output_size[i]):
                part = values[(slice(None),) * axis + (slice(start, end),)]
                found.append(part.argmax(axis, keepdims=True) + start)
            here = np.concatenate(found, axis)
            values = np.take_along_axis(values, here, axis)
            at = [here, *(np.take_along_axis(a, here, axis) for a in at)]
        flat = np.zeros(at[0].shape, np.int64)
        for place, size in zip(at, input.shape[lead:], strict=True):
            flat = flat * size + place
        return self._pick(input, flat, dims)


class AdaptiveMaxPool3d(AdaptiveMaxPool2d):
    __slots__ = ()
    op, backward_name = "adaptive_max_pool3d", "AdaptiveMaxPool3DBackward0"


class FractionalMaxPool2d(_Picking):
    """Windows at random places, one draw in [0, 1) for each dimension of each plane in `samples`.

    B. Graham, "Fractional Max-Pooling" (2014): window i starts at ⌊α (i + u)⌋ - ⌊α u⌋, the last at the end.
    """

    __slots__ = ()
    op, backward_name = "fractional_max_pool2d", "FractionalMaxPool2DBackward0"
    formula = r"\max \text{ of windows at } \lfloor \alpha (i + u) \rfloor - \lfloor \alpha u \rfloor"

    def forward(self, input: Array, kernel_size: Sizes, output_size: Sizes, samples: Array) -> tuple[Array, Array]:
        dims = len(kernel_size)
        lead = input.ndim - dims
        planes = math.prod(input.shape[:lead])
        draws = samples.reshape(planes, dims)
        flat: Any = np.zeros((planes,) + (1,) * (2 * dims), np.int64)
        for i, (size, k, out) in enumerate(zip(input.shape[lead:], kernel_size, output_size, strict=True)):
            # PyTorch draws the last of two dimensions first, but the first of three.
            starts = self._starts(draws[:, dims - 1 - i if dims == 2 else i], size, k, out)
            extent = [1] * (2 * dims)
            extent[i], extent[dims + i] = out, k
            line = (starts[:, :, None] + np.arange(k)).reshape(planes, *extent)
            flat = flat * size + line
        flat = flat.reshape(planes, *output_size, -1)
        windows = np.take_along_axis(input.reshape(planes, -1), flat.reshape(planes, -1), 1).reshape(flat.shape)
        places = np.take_along_axis(flat, windows.argmax(-1)[..., None], -1)
        return self._pick(input, places.reshape(*input.shape[:lead], *output_size), dims)

    @staticmethod
    def _starts(draw: Array, size: int, k: int, out: int) -> Array:
        starts = np.full((len(draw), out), size - k, np.int64)
        if out > 1:
            step = draw.dtype.type(size - k) / draw.dtype.type(out - 1)
            places = ((np.arange(out - 1).astype(draw.dtype) + draw[:, None]) * step).astype(np.int64)
            starts[:, :-1] = places - (draw * step).astype(np.int64)[:, None]
        return starts


class FractionalMaxPool3d(FractionalMaxPool2d):
    __slots__ = ()
    op, backward_name = "fractional_max_pool3d", "FractionalMaxPool3DBackward0"


class MaxUnpool2d(Function):
    """Zeros with every number at its place in its plane."""

    __slots__ = ()
    op, backward_name = "max_unpool2d", "MaxUnpool2DBackward0"
    arguments = ("input", "indices")
    saves = ("indices",)
    formula = r"\text{output}_{\text{indices}_i} = \text{input}_i"
    derivatives: ClassVar[dict[str, str]] = {"input": r"g_{\text{indices}}"}

    def forward(self, input: Array, indices: Array, output_size: Sizes) -> Array:
        lead = input.ndim - len(output_size)
        planes = math.prod(input.shape[:lead])
        self.saved = indices, lead
        output = np.zeros((planes, math.prod(output_size)), input.dtype)
        np.put_along_axis(output, indices.reshape(planes, -1), input.reshape(planes, -1), 1)
        return output.reshape(*input.shape[:lead], *output_size)

    def backward(self, gradient: Array) -> Shares:
        return _got(gradient, *self.saved), None

    def differentiate(self, gradient: Tensor) -> Any:
        return _gathered(gradient, *self.saved), None


class MaxUnpool3d(MaxUnpool2d):
    __slots__ = ()
    op, backward_name = "max_unpool3d", "MaxUnpool3DBackward0"


def _summed(x: Array, axis: int, steps: tuple[int, ...]) -> Array:
    """The sum of each window along one dimension."""
    out, k, s = steps
    total = _slot(x, axis, 0, s, out)
    for j in range(1, k):
        other = _slot(x, axis, j, s, out)
        total = total + other if j == 1 else np.add(total, other, out=total)
    return total


def _repeated(g: Array, axis: int, steps: tuple[int, ...], size: int) -> Array:
    """Back through `_summed`: every number to all of its window, along a dimension of `size`."""
    out, k, s = steps
    shape = list(g.shape)
    shape[axis] = size
    share = np.empty(shape, g.dtype) if k == s and out * s == size else np.zeros(shape, g.dtype)
    for j in range(k):
        slot = _slot(share, axis, j, s, out)
        if s >= k:
            slot[...] = g
        else:
            slot += g
    return share


class _Means(Function):
    """What mean pooling and its transpose, which its gradient is, have in common."""

    __slots__ = ()
    arguments = ("input",)

    def _plan(self, shape: Sizes, dtype: Any) -> tuple[Sizes, list[Any], Any]:
        """The number of windows, their steps along each dimension, and what to divide by."""
        options = self.options
        kernel, stride, padding = options["kernel_size"], options["stride"], options["padding"]
        dims = len(kernel)
        out = _lengths(self.op, shape, kernel, stride, padding, (1,) * dims, options["ceil_mode"])
        steps = list(zip(out, kernel, stride, strict=True))
        if options["divisor_override"] is not None:
            return out, steps, dtype.type(options["divisor_override"])
        margins = padding if options["count_include_pad"] else (0,) * dims
        lines = []
        for size, k, s, p, o, m in zip(shape[-dims:], kernel, stride, padding, out, margins, strict=True):
            start = np.arange(o) * s - p
            lines.append(np.minimum(start + k, size + m) - np.maximum(start, -m))
        if all((line == k).all() for line, k in zip(lines, kernel, strict=True)):
            return out, steps, dtype.type(math.prod(kernel))
        divisor = lines[0]
        for line in lines[1:]:
            divisor = np.multiply.outer(divisor, line)
        return out, steps, divisor.astype(dtype)

    def means(self, x: Array) -> Array:
        """The mean of each window."""
        kernel, stride, padding = self.options["kernel_size"], self.options["stride"], self.options["padding"]
        out, steps, divisor = self._plan(x.shape, x.dtype)
        x = _bordered(x, out, kernel, stride, padding, (1,) * len(kernel), 0.0)
        lead = x.ndim - len(steps)
        for i in reversed(range(len(steps))):
            x = _summed(x, lead + i, steps[i])
        return x / divisor

    def spread(self, g: Array, shape: Sizes) -> Array:
        """The transpose of `means`, back to `shape`."""
        _, steps, divisor = self._plan(shape, g.dtype)
        padding = self.options["padding"]
        lead = len(shape) - len(steps)
        share = g / divisor
        for i, (out, k, s) in enumerate(steps):
            size = shape[lead + i] + 2 * padding[i]
            share = _repeated(share, lead + i, (out, k, s), max((out - 1) * s + k, size))
        return share if share.shape == shape else share[_inner(shape[lead:], padding)]


class _AvgPool(_Means):
    __slots__ = ()
    saves = ("input",)
    formula = r"\tfrac{1}{k^2} \sum_{i,j} \text{input}_{\, y s + i,\, x s + j}"
    derivatives: ClassVar[dict[str, str]] = {"input": r"\tfrac{g}{k^2} \text{ over each window}"}

    def forward(self, input: Array, **_: Any) -> Array:
        self.saved = input.shape
        return self.means(input)

    def backward(self, gradient: Array) -> Array:
        return self.spread(gradient, self.saved)

    def differentiate(self, gradient: Tensor) -> Tensor:
        return apply(self.transposed, gradient, shape=self.saved, **self.options)

    transposed: ClassVar[type[Function]]


class _AvgPoolBackward(_Means):
    __slots__ = ()
    formula, derivatives = _AvgPool.derivatives["input"], {"input": _AvgPool.formula}

    def forward(self, input: Array, shape: Sizes, **_: Any) -> Array:
        return self.spread(input, shape)

    def backward(self, gradient: Array) -> Array:
        return self.means(gradient)

    def differentiate(self, gradient: Tensor) -> Tensor:
        return apply(self.transposed, gradient, **{k: v for k, v in self.options.items() if k != "shape"})

    transposed: ClassVar[type[Function]]


class AvgPool2d(_AvgPool):
    __slots__ = ()
    op, backward_name = "avg_pool2d", "AvgPool2DBackward0"


class AvgPool2dBackward(_AvgPoolBackward):
    __slots__ = ()
    op, backward_name = "avg_pool2d_backward", "AvgPool2DBackwardBackward0"
    transposed = AvgPool2d


class AvgPool3d(_AvgPool):
    __slots__ = ()
    op, backward_name = "avg_pool3d", "AvgPool3DBackward0"
    formula = r"\tfrac{1}{k^3} \sum_{i,j,l} \text{input}_{\, z s + i,\, y s + j,\, x s + l}"
    derivatives: ClassVar[dict[str, str]] = {"input": r"\tfrac{g}{k^3} \text{ over each window}"}


class AvgPool3dBackward(_AvgPoolBackward):
    __slots__ = ()
    op, backward_name = "avg_pool3d_backward", "AvgPool3DBackwardBackward0"
    formula, derivatives = AvgPool3d.derivatives["input"], {"input": AvgPool3d.formula}
    transposed = AvgPool3d


AvgPool2d.transposed, AvgPool3d.transposed = AvgPool2dBackward, AvgPool3dBackward


def _parts(size: int, out: int) -> list[tuple[int, int]]:
    """Where `out` nearly equal parts of `size` elements start and end; they may overlap by one."""
    return [(i * size // out, -(-(i + 1) * size // out)) for i in range(out)]


def along(x: Array, axis: int, matrix: Array) -> Array:
    """The linear map `matrix` (out, size) along one dimension."""
    size, out = x.shape[axis], matrix.shape[0]
    before, after = x.shape[:axis], x.shape[axis + 1 :]
    if not after:
        return (x.reshape(-1, size) @ matrix.T).reshape(*before, out)
    return (matrix @ x.reshape(-1, size, math.prod(after))).reshape(*before, out, *after)


def _part_matrix(size: int, out: int, dtype: Any) -> Array:
    matrix = np.zeros((out, size), dtype)
    for row, (a, b) in zip(matrix, _parts(size, out), strict=True):
        row[a:b] = 1 / (b - a)
    return matrix


def _part_means(x: Array, axis: int, out: int) -> Array:
    size = x.shape[axis]
    if size == out:
        return x
    means = along(x, axis, _part_matrix(size, out, x.dtype))
    if not np.isfinite(means).all():
        # A product with a matrix spreads an infinity or NaN to parts that it is not in.
        before = (slice(None),) * axis
        parts = [x[(*before, slice(a, b))].mean(axis, keepdims=True) for a, b in _parts(size, out)]
        means = np.concatenate(parts, axis)
    return means


def _part_shares(g: Array, axis: int, size: int) -> Array:
    out = g.shape[axis]
    if size == out:
        return g
    share = along(g, axis, _part_matrix(size, out, g.dtype).T)
    if not np.isfinite(share).all():
        share = np.zeros((*g.shape[:axis], size, *g.shape[axis + 1 :]), g.dtype)
        before = (slice(None),) * axis
        for i, (a, b) in enumerate(_parts(size, out)):
            share[(*before, slice(a, b))] += g[(*before, slice(i, i + 1))] / g.dtype.type(b - a)
    return share


def _all_means(x: Array, output_size: Sizes) -> Array:
    result = x
    for i in reversed(range(len(output_size))):
        result = _part_means(result, x.ndim - len(output_size) + i, output_size[i])
    return result.copy() if result is x else result


def _all_shares(g: Array, shape: Sizes, dims: int) -> Array:
    share = g
    for axis in range(len(shape) - dims, len(shape)):
        share = _part_shares(share, axis, shape[axis])
    return share.copy() if share is g else share


class AdaptiveAvgPool2d(Function):
    __slots__ = ()
    op, backward_name = "adaptive_avg_pool2d", "AdaptiveAvgPool2DBackward0"
    arguments = ("input",)
    saves = ("input",)
    formula = r"\text{mean of each of } h \times w \text{ nearly equal parts}"
    derivatives: ClassVar[dict[str, str]] = {"input": r"\tfrac{g}{n} \text{ over each part}"}

    def forward(self, input: Array, output_size: Sizes) -> Array:
        self.saved = input.shape
        return _all_means(input, output_size)

    def backward(self, gradient: Array) -> Array:
        return _all_shares(gradient, self.saved, len(self.options["output_size"]))

    def differentiate(self, gradient: Tensor) -> Tensor:
        return apply(AdaptiveAvgPoolBackward, gradient, shape=self.saved, output_size=self.options["output_size"])


class AdaptiveAvgPool3d(AdaptiveAvgPool2d):
    __slots__ = ()
    op, backward_name = "adaptive_avg_pool3d", "AdaptiveAvgPool3DBackward0"
    formula = r"\text{mean of each of } d \times h \times w \text{ nearly equal parts}"


class AdaptiveAvgPoolBackward(Function):
    """The transpose of adaptive mean pooling, which its gradient is."""

    __slots__ = ()
    op, backward_name = "adaptive_avg_pool_backward", "AdaptiveAvgPool2DBackwardBackward0"
    arguments = ("input",)
    formula = r"\tfrac{\text{input}}{n} \text{ over each part}"
    derivatives: ClassVar[dict[str, str]] = {"input": r"\text{mean of } g \text{ over each part}"}

    def forward(self, input: Array, shape: Sizes, output_size: Sizes) -> Array:
        return _all_shares(input, shape, len(output_size))

    def backward(self, gradient: Array) -> Array:
        return _all_means(gradient, self.options["output_size"])

    def differentiate(self, gradient: Tensor) -> Tensor:
        size = self.options["output_size"]
        return apply(AdaptiveAvgPool2d if len(size) == 2 else AdaptiveAvgPool3d, gradient, output_size=size)

    def name(self) -> str:
        return f"AdaptiveAvgPool{len(self.options['output_size'])}DBackwardBackward0"


def _max_pool(function: type[Function], input: Tensor, window: tuple[Sizes, ...], ceil: bool, indices: bool) -> Any:
    kernel, stride, padding, dilation = window
    run: Callable[..., Any] = apply_many if indices else apply
    return run(
        function,
        input,
        kernel_size=kernel,
        stride=stride,
        padding=padding,
        dilation=dilation,
        ceil_mode=bool(ceil),
        return_indices=bool(indices),
    )


def max_pool1d(
    input: Tensor,
    kernel_size: Any,
    stride: Any = None,
    padding: Any = 0,
    dilation: Any = 1,
    ceil_mode: bool = False,
    return_indices: bool = False,
) -> Any:
    """The largest of each window of (N, C, L) or (C, L). In the graph it is `max_pool2d` with height 1, as PyTorch's.

    With `return_indices` also where. RuntimeError for other shapes or a window that does not fit;
    NotImplementedError for a dtype that PyTorch does not pool.
    """
    _check("max_pool1d", input, 1)
    window = tuple((first, *size) for first, size in zip((1, 1, 0, 1), _window(
        "max_pool1d", 1, kernel_size, stride, padding, dilation), strict=True))  # fmt: skip
    found = _max_pool(MaxPool2d, input.unsqueeze(-2), window, ceil_mode, return_indices)
    return tuple(t.squeeze(-2) for t in found) if return_indices else found.squeeze(-2)


def max_pool2d(
    input: Tensor,
    kernel_size: Any,
    stride: Any = None,
    padding: Any = 0,
    dilation: Any = 1,
    ceil_mode: bool = False,
    return_indices: bool = False,
) -> Any:
    """The largest of each window of (N, C, H, W) or (C, H, W).

    With `return_indices` also where, counted through each plane (int64). RuntimeError for other shapes, non-floating
    input, or a window that does not fit.
    """
    _check("max_pool2d", input, 2, "fiu")
    window = _window("max_pool2d", 2, kernel_size, stride, padding, dilation)
    return _max_pool(MaxPool2d, input, window, ceil_mode, return_indices)


def max_pool3d(
    input: Tensor,
    kernel_size: Any,
    stride: Any = None,
    padding: Any = 0,
    dilation: Any = 1,
    ceil_mode: bool = False,
    return_indices: bool = False,
) -> Any:
    """As `max_pool2d`, of (N, C, D, H, W) or (C, D, H, W)."""
    _check("max_pool3d", input, 3, "fiu")
    window = _window("max_pool3d", 3, kernel_size, stride, padding, dilation)
    return _max_pool(MaxPool3d, input, window, ceil_mode, return_indices)


def _avg_pool(
    function: type[Function], input: Tensor, window: tuple[Sizes, ...], ceil: bool, count: bool, divisor: Any
) -> Tensor:
    if divisor == 0:
        raise RuntimeError("divisor must be not zero: divisor_override=0")
    kernel, stride, padding, _ = window
    return apply(
        function,
        input,
        kernel_size=kernel,
        stride=stride,
        padding=padding,
        ceil_mode=bool(ceil),
        count_include_pad=bool(count),
        divisor_override=divisor,
    )


def avg_pool1d(
    input: Tensor,
    kernel_size: Any,
    stride: Any = None,
    padding: Any = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
) -> Tensor:
    """The mean of each window of (N, C, L) or (C, L). In the graph it is `avg_pool2d` with height 1, as PyTorch's."""
    _check("avg_pool1d", input, 1)
    window = tuple((first, *size) for first, size in zip((1, 1, 0, 1), _window(
        "avg_pool1d", 1, kernel_size, stride, padding), strict=True))  # fmt: skip
    return _avg_pool(AvgPool2d, input.unsqueeze(-2), window, ceil_mode, count_include_pad, None).squeeze(-2)


def avg_pool2d(
    input: Tensor,
    kernel_size: Any,
    stride: Any = None,
    padding: Any = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
    divisor_override: int | None = None,
) -> Tensor:
    """The mean of each window of (N, C, H, W) or (C, H, W).

    The sum is divided by the window's size, without the border's part of it if `count_include_pad` is False, or by
    `divisor_override`. RuntimeError for other shapes or a window that does not fit;
    NotImplementedError for a dtype that PyTorch does not pool.
    """
    _check("avg_pool2d", input, 2)
    window = _window("avg_pool2d", 2, kernel_size, stride, padding)
    return _avg_pool(AvgPool2d, input, window, ceil_mode, count_include_pad, divisor_override)


def avg_pool3d(
    input: Tensor,
    kernel_size: Any,
    stride: Any = None,
    padding: Any = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
    divisor_override: int | None = None,
) -> Tensor:
    """As `avg_pool2d`, of (N, C, D, H, W) or (C, D, H, W)."""
    _check("avg_pool3d", input, 3)
    window = _window("avg_pool3d", 3, kernel_size, stride, padding)
    return _avg_pool(AvgPool3d, input, window, ceil_mode, count_include_pad, divisor_override)


def _output_size(name: str, input: Tensor, output_size: Any, dims: int) -> Sizes:
    wanted = output_size if isinstance(output_size, (tuple, list)) else (output_size,) * dims
    if len(wanted) != dims:
        raise RuntimeError(f"{name}: output_size must be {dims}, but got {list(wanted)}")
    size = tuple(int(input.shape[i - dims] if n is None else n) for i, n in enumerate(wanted))
    if min(size) < 0:
        raise RuntimeError(f"{name}: elements of output_size must be greater than or equal to 0, but got {list(size)}")
    if 0 in size:
        raise NotImplementedError(f"{name}: an output_size of 0, {list(size)}, is not supported: nothing is left")
    return size


def adaptive_avg_pool1d(input: Tensor, output_size: Any) -> Tensor:
    """The means of `output_size` nearly equal parts of (N, C, L) or (C, L)."""
    _check("adaptive_avg_pool1d", input, 1)
    size = _output_size("adaptive_avg_pool1d", input, output_size, 1)
    return adaptive_avg_pool2d(input.unsqueeze(-2), (1, *size)).squeeze(-2)


def adaptive_avg_pool2d(input: Tensor, output_size: Any) -> Tensor:
    """The means of nearly equal parts of (N, C, H, W) or (C, H, W); None keeps a size."""
    _check("adaptive_avg_pool2d", input, 2)
    size = _output_size("adaptive_avg_pool2d", input, output_size, 2)
    if size == (1, 1):
        return input.mean((-1, -2), keepdim=True)  # as in PyTorch's graph
    return apply(AdaptiveAvgPool2d, input, output_size=size)


def adaptive_avg_pool3d(input: Tensor, output_size: Any) -> Tensor:
    """The means of nearly equal parts of (N, C, D, H, W) or (C, D, H, W); None keeps a size."""
    _check("adaptive_avg_pool3d", input, 3)
    size = _output_size("adaptive_avg_pool3d", input, output_size, 3)
    if size == (1, 1, 1):
        return input.mean((-1, -2, -3), keepdim=True)
    return apply(AdaptiveAvgPool3d, input, output_size=size)


def adaptive_max_pool1d(input: Tensor, output_size: Any, return_indices: bool = False) -> Any:
    """The largest of `output_size` nearly equal parts of (N, C, L) or (C, L); with `return_indices` also where."""
    _check("adaptive_max_pool1d", input, 1)
    size = _output_size("adaptive_max_pool1d", input, output_size, 1)
    values, places = apply_many(AdaptiveMaxPool2d, input.unsqueeze(-2), output_size=(1, *size))
    return (values.squeeze(-2), places.squeeze(-2)) if return_indices else values.squeeze(-2)


def adaptive_max_pool2d(input: Tensor, output_size: Any, return_indices: bool = False) -> Any:
    """The largest of nearly equal parts of (N, C, H, W) or (C, H, W); None keeps a size."""
    _check("adaptive_max_pool2d", input, 2)
    found = apply_many(AdaptiveMaxPool2d, input, output_size=_output_size("adaptive_max_pool2d", input, output_size, 2))
    return found if return_indices else found[0]


def adaptive_max_pool3d(input: Tensor, output_size: Any, return_indices: bool = False) -> Any:
    """The largest of nearly equal parts of (N, C, D, H, W) or (C, D, H, W); None keeps a size."""
    _check("adaptive_max_pool3d", input, 3)
    found = apply_many(AdaptiveMaxPool3d, input, output_size=_output_size("adaptive_max_pool3d", input, output_size, 3))
    return found if return_indices else found[0]


def _fractional(
    function: type[Function], input: Tensor, kernel: Any, size: Any, ratio: Any, indices: bool, samples: Tensor | None
) -> Any:
    name, dims = function.op, int(function.op[-2])
    if size is None and ratio is None:
        raise ValueError(f"{name} requires specifying either an output_size or an output_ratio")
    _check(name, input, dims)
    shape, window = input._array.shape, spatial(kernel, dims, f"{name}: kernel_size")
    if size is None:
        each = ratio if isinstance(ratio, (tuple, list)) else (ratio,) * dims
        size = [int(n * r) for n, r in zip(shape[-dims:], each, strict=True)]
    out = spatial(size, dims, f"{name}: output_size")
    if any(o + k - 1 > n or o < 1 for o, k, n in zip(out, window, shape[-dims:], strict=True)):
        raise RuntimeError(
            f"{name}: kernel size {list(window)} and output size {list(out)} are too large relative to the input of "
            f"{list(shape)}"
        )
    batch = (1, *shape)[-dims - 2 :] if len(shape) == dims + 1 else shape
    if samples is None:
        samples = random.rand(batch[0], batch[1], dims, dtype=input.dtype)
    elif tuple(samples.shape) != (batch[0], batch[1], dims) or samples.dtype is not input.dtype:
        raise RuntimeError(
            f"{name}: expected _random_samples of shape {[batch[0], batch[1], dims]} and the input's dtype, but got "
            f"{list(samples.shape)}, {samples.dtype}"
        )
    found = apply_many(function, input, kernel_size=window, output_size=out, samples=samples._array)
    return found if indices else found[0]


def fractional_max_pool2d(
    input: Tensor,
    kernel_size: Any,
    output_size: Any = None,
    output_ratio: Any = None,
    return_indices: bool = False,
    _random_samples: Tensor | None = None,
) -> Any:
    """The largest of windows at random places of (N, C, H, W) or (C, H, W), as many as `output_size` says.

    ValueError without `output_size` and `output_ratio` (of the input's size); RuntimeError where they do not fit.
    """
    return _fractional(
        FractionalMaxPool2d, input, kernel_size, output_size, output_ratio, return_indices, _random_samples
    )


def fractional_max_pool3d(
    input: Tensor,
    kernel_size: Any,
    output_size: Any = None,
    output_ratio: Any = None,
    return_indices: bool = False,
    _random_samples: Tensor | None = None,
) -> Any:
    """As `fractional_max_pool2d`, of (N, C, D, H, W) or (C, D, H, W)."""
    return _fractional(
        FractionalMaxPool3d, input, kernel_size, output_size, output_ratio, return_indices, _random_samples
    )


def _unpooled(input: Tensor, kernel: Any, stride: Any, padding: Any, output_size: Any, dims: int) -> Sizes:
    """The size that pooling had before it, or the given one; ValueError where that cannot be it."""
    name = f"max_unpool{dims}d"
    size = spatial(kernel, dims, f"{name}: kernel_size")
    step = size if stride is None else spatial(stride, dims, f"{name}: stride")
    margin = spatial(padding, dims, f"{name}: padding")
    usual = [(n - 1) * s + k - 2 * p for n, k, s, p in zip(input.shape[-dims:], size, step, margin, strict=True)]
    if output_size is None:
        wanted: Sequence[int] = usual
    else:
        wanted = list(output_size)
        if len(wanted) == dims + 2:
            wanted = wanted[2:]
        if len(wanted) != dims:
            raise ValueError(
                f"output_size should be a sequence containing {dims} or {dims + 2} elements, but it has a length of "
                f"'{len(wanted)}'"
            )
        for i, (n, u, s) in enumerate(zip(wanted, usual, step, strict=True)):
            if not u - s < n < u + s:
                raise ValueError(f'invalid output_size "{list(wanted)}" (dim {i} must be between {u - s} and {u + s})')
    if min(wanted) < 0:
        raise ValueError(f"max_unpooling: output_size must be non-negative, but got {list(wanted)}")
    return tuple(int(n) for n in wanted)


def _max_unpool(function: type[Function], input: Tensor, indices: Tensor, output_size: Sizes) -> Tensor:
    if indices._array.dtype != np.int64:
        raise RuntimeError(f"elements in indices should be type int64 but got: {indices.dtype}")
    if input._array.shape != indices._array.shape:
        raise RuntimeError(
            f"Expected shape of indices to be same as that of the input tensor ({list(input.shape)}) but got indices "
            f"tensor with shape: {list(indices.shape)}"
        )
    at, size = indices._array, math.prod(output_size)
    if at.size and (at.min() < 0 or at.max() >= size):
        bad = at[(at < 0) | (at >= size)][0]
        raise RuntimeError(f"Found an invalid max index: {bad} (output volumes are of size {list(output_size)})")
    return apply(function, input, indices, output_size=output_size)


def max_unpool1d(
    input: Tensor, indices: Tensor, kernel_size: Any, stride: Any = None, padding: Any = 0, output_size: Any = None
) -> Tensor:
    """Zeros with the numbers of (N, C, L) or (C, L) at `indices`, which max_pool1d(…, return_indices=True) gives."""
    size = _unpooled(input, kernel_size, stride, padding, output_size, 1)
    return _max_unpool(MaxUnpool2d, input.unsqueeze(-1), indices.unsqueeze(-1), (*size, 1)).squeeze(-1)


def max_unpool2d(
    input: Tensor, indices: Tensor, kernel_size: Any, stride: Any = None, padding: Any = 0, output_size: Any = None
) -> Tensor:
    """Zeros with the numbers of (N, C, H, W) or (C, H, W) at `indices`, as max_pool2d(…, return_indices=True) gives.

    `output_size` chooses among the sizes that pooling would have made this one; ValueError where it is none of them.
    """
    _check("max_unpool2d", input, 2)
    return _max_unpool(MaxUnpool2d, input, indices, _unpooled(input, kernel_size, stride, padding, output_size, 2))


def max_unpool3d(
    input: Tensor, indices: Tensor, kernel_size: Any, stride: Any = None, padding: Any = 0, output_size: Any = None
) -> Tensor:
    """As `max_unpool2d`, of (N, C, D, H, W) or (C, D, H, W)."""
    _check("max_unpool3d", input, 3)
    return _max_unpool(MaxUnpool3d, input, indices, _unpooled(input, kernel_size, stride, padding, output_size, 3))


def _rooted(out: Tensor, norm_type: float, count: int) -> Tensor:
    return (sign(out) * relu(out.abs())).mul(count).pow(1.0 / norm_type)


def lp_pool1d(input: Tensor, norm_type: float, kernel_size: Any, stride: Any = None, ceil_mode: bool = False) -> Tensor:
    """The p-norm of each window of (N, C, L) or (C, L): the p-th root of the sum of p-th powers."""
    (k,) = spatial(kernel_size, 1, "lp_pool1d: kernel_size")
    if math.isinf(norm_type):
        found = max_pool1d(input.abs() if norm_type > 0 else -input.abs(), kernel_size, stride, 0, 1, ceil_mode)
        return found if norm_type > 0 else -found
    return _rooted(avg_pool1d(input.pow(norm_type), kernel_size, stride, 0, ceil_mode), norm_type, k)


def lp_pool2d(input: Tensor, norm_type: float, kernel_size: Any, stride: Any = None, ceil_mode: bool = False) -> Tensor:
    """The p-norm of each window of (N, C, H, W) or (C, H, W)."""
    kernel = spatial(kernel_size, 2, "lp_pool2d: kernel_size")
    if math.isinf(norm_type):
        found = max_pool2d(input.abs() if norm_type > 0 else -input.abs(), kernel_size, stride, 0, 1, ceil_mode)
        return found if norm_type > 0 else -found
    return _rooted(avg_pool2d(input.pow(norm_type), kernel, stride, 0, ceil_mode), norm_type, math.prod(kernel))


def lp_pool3d(input: Tensor, norm_type: float, kernel_size: Any, stride: Any = None, ceil_mode: bool = False) -> Tensor:
    """The p-norm of each window of (N, C, D, H, W) or (C, D, H, W)."""
    kernel = spatial(kernel_size, 3, "lp_pool3d: kernel_size")
    if math.isinf(norm_type):
        found = max_pool3d(input.abs() if norm_type > 0 else -input.abs(), kernel_size, stride, 0, 1, ceil_mode)
        return found if norm_type > 0 else -found
    return _rooted(avg_pool3d(input.pow(norm_type), kernel, stride, 0, ceil_mode), norm_type, math.prod(kernel))
