"""Images at other sizes and places: interpolation, sampling at given points, and channels turned into pixels.

Interpolation is a linear map along each dimension, given by *taps*: output i is the sum over k of weights[i, k] times
input[places[i, k]]. Its gradient is the transposed map, an op itself, so that derivatives of any order exist.
"""

# numpy's stubs type most results as Any, which says nothing about an op.
# mypy: disable-error-code="no-any-return"
from __future__ import annotations

import itertools
import math
import warnings
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from autograd.function import Array, Function, Shares, apply
from autograd.functions.common import constant_array
from autograd.functions.joining import stack
from autograd.functions.pooling import adaptive_avg_pool1d, adaptive_avg_pool2d, adaptive_avg_pool3d, along

if TYPE_CHECKING:
    from autograd.tensor import Tensor

Taps = tuple[Array, Array | None]  # places (out, k), never decreasing along out; weights (out, k), None for ones
Step = tuple[int, float | None, bool]  # along one dimension: output size, scale factor, align_corners

# The cubic kernel's coefficient in PyTorch: R. Keys, "Cubic Convolution Interpolation" (1981), has -0.5.
_CUBIC = -0.75

# Up to this size a product with the map's matrix, mostly zeros, is faster than picking. It is not taken where a number
# is infinite or NaN, which the zeros would spread.
_DENSE = 512


def _ratio(size: int, step: Step, kind: Any) -> Any:
    """Input elements per output element, in the arithmetic of the input's type."""
    out, scale, align = step
    if align:
        return kind(size - 1) / kind(out - 1) if out > 1 else kind(0)
    return kind(1 / scale) if scale else kind(size) / kind(out)


def _sources(size: int, step: Step, kind: Any) -> Array:
    """Where the outputs lie, in input elements."""
    ratio, places = _ratio(size, step, kind), np.arange(step[0]).astype(kind)
    return places * ratio if step[2] else (places + kind(0.5)) * ratio - kind(0.5)


def _nearest(size: int, step: Step, kind: Any, shift: float = 0.0) -> Taps:
    ratio = _ratio(size, (step[0], step[1], False), kind)
    places = np.floor((np.arange(step[0]).astype(kind) + kind(shift)) * ratio)
    return np.minimum(places.astype(np.int64), size - 1)[:, None], None


def _nearest_exact(size: int, step: Step, kind: Any) -> Taps:
    return _nearest(size, step, kind, 0.5)


def _linear(size: int, step: Step, kind: Any) -> Taps:
    at = np.maximum(_sources(size, step, kind), 0)
    low = np.minimum(at.astype(np.int64), size - 1)
    part = np.clip(at - low.astype(kind), 0, 1)
    return np.stack([low, np.minimum(low + 1, size - 1)], 1), np.stack([1 - part, part], 1)


def _cubic(size: int, step: Step, kind: Any) -> Taps:
    at = _sources(size, step, kind)
    low = np.floor(at)
    weights = np.stack(_cubic_weights(at - low, 0), 1)
    return np.clip(low.astype(np.int64)[:, None] + np.arange(-1, 3), 0, size - 1), weights


def _cubic_weights(part: Array, order: int) -> list[Array]:
    """The weights of the four neighbours at `part` of the way, or their derivatives of that order."""
    a = _CUBIC
    polynomials = ([a, -2 * a, a, 0], [a + 2, -a - 3, 0, 1], [-a - 2, 2 * a + 3, -a, 0], [-a, a, 0, 0])
    return [np.polyval(np.polyder(np.array(p), order).astype(part.dtype), part) for p in polynomials]


def _wide(size: int, step: Step, kind: Any, reach: float, kernel: Callable[[Array], Array]) -> Taps:
    """Antialiased: the kernel is as wide as an output element where that is more than an input element."""
    ratio = _ratio(size, step, kind)
    stretch = max(float(ratio), 1.0)
    centre = float(ratio) * (np.arange(step[0]) + 0.5)
    first = np.maximum((centre - reach * stretch + 0.5).astype(np.int64), 0)
    last = np.minimum((centre + reach * stretch + 0.5).astype(np.int64), size)
    places = first[:, None] + np.arange(int((last - first).max()))
    weights = np.where(places < last[:, None], kernel((places - centre[:, None] + 0.5) / stretch), 0.0)
    weights /= weights.sum(1, keepdims=True)
    return np.minimum(places, last[:, None] - 1), weights.astype(kind)


def _triangle(x: Array) -> Array:
    return np.maximum(1 - np.abs(x), 0)


def _keys(x: Array) -> Array:
    x = np.abs(x)
    near, far = (1.5 * x - 2.5) * x * x + 1, ((-0.5 * x + 2.5) * x - 4) * x + 2
    return np.where(x < 1, near, np.where(x < 2, far, 0.0))


def _lanczos(x: Array) -> Array:
    return np.where(np.abs(x) < 3, np.sinc(x) * np.sinc(x / 3), 0.0)


MAPS: dict[str, Callable[[int, Step, Any], Taps]] = {
    "nearest": _nearest,
    "nearest-exact": _nearest_exact,
    "linear": _linear,
    "cubic": _cubic,
    "linear-wide": lambda size, step, kind: _wide(size, step, kind, 1.0, _triangle),
    "cubic-wide": lambda size, step, kind: _wide(size, step, kind, 2.0, _keys),
    "lanczos-wide": lambda size, step, kind: _wide(size, step, kind, 3.0, _lanczos),
}


def _matrix(taps: Taps, size: int, dtype: Any) -> Array:
    """(out, size): the map as a matrix."""
    places, weights = taps
    matrix = np.zeros((len(places), size), dtype)
    np.add.at(matrix, (np.arange(len(places))[:, None], places), 1 if weights is None else weights)
    return matrix


def _mapped(x: Array, axis: int, taps: Taps) -> Array:
    """The map along one dimension."""
    places, weights = taps
    if weights is None:
        return x.take(places[:, 0], axis)
    if axis == x.ndim - 1 and x.shape[axis] <= _DENSE:
        mapped = along(x, axis, _matrix(taps, x.shape[axis], x.dtype))
        if np.isfinite(mapped).all():
            return mapped
    lift = (-1,) + (1,) * (x.ndim - 1 - axis)
    total = x.take(places[:, 0], axis)
    total *= weights[:, 0].reshape(lift)
    for k in range(1, places.shape[1]):
        part = x.take(places[:, k], axis)
        part *= weights[:, k].reshape(lift)
        total += part
    return total


def _unmapped(g: Array, axis: int, taps: Taps, size: int) -> Array:
    """The transposed map, back to `size`."""
    if g.shape[axis] <= _DENSE:
        total = along(g, axis, _matrix(taps, size, g.dtype).T)
        if np.isfinite(total).all():
            return total
    places, weights = taps
    lift = (-1,) + (1,) * (g.ndim - 1 - axis)
    total = np.zeros((*g.shape[:axis], size, *g.shape[axis + 1 :]), g.dtype)
    for k in range(places.shape[1]):
        column = places[:, k]
        starts = np.flatnonzero(np.diff(column, prepend=-1))
        part = g if weights is None else g * weights[:, k].reshape(lift)
        total[(slice(None),) * axis + (column[starts],)] += np.add.reduceat(part, starts, axis)
    return total


class Interpolate(Function):
    """`kind` names an entry of MAPS, `steps` holds its arguments for every dimension, `label` is PyTorch's name."""

    __slots__ = ()
    op, backward_name = "interpolate", "UpsampleBackward0"
    arguments = ("input",)
    formula = r"\sum_k w_{i,k} \cdot \text{input}_{p(i,k)}"
    derivatives: ClassVar[dict[str, str]] = {"input": r"\sum_{i,k:\, p(i,k) = j} w_{i,k} \cdot g_i"}

    def forward(self, input: Array, kind: str, steps: tuple[Step, ...], label: str) -> Array:
        self.saved = input.shape
        return _resized(input, kind, steps)

    def backward(self, gradient: Array) -> Array:
        return _gathered(gradient, self.saved, self.options["kind"], self.options["steps"])

    def differentiate(self, gradient: Tensor) -> Tensor:
        return apply(InterpolateBackward, gradient, shape=self.saved, **self.options)

    def name(self) -> str:
        return self.options["label"] + "Backward0"


class InterpolateBackward(Function):
    """The transpose of `Interpolate`, which its gradient is."""

    __slots__ = ()
    op, backward_name = "interpolate_backward", "UpsampleBackwardBackward0"
    arguments = ("input",)
    formula = Interpolate.derivatives["input"]
    derivatives: ClassVar[dict[str, str]] = {"input": Interpolate.formula}

    def forward(self, input: Array, shape: tuple[int, ...], kind: str, steps: tuple[Step, ...], label: str) -> Array:
        return _gathered(input, shape, kind, steps)

    def backward(self, gradient: Array) -> Array:
        return _resized(gradient, self.options["kind"], self.options["steps"])

    def differentiate(self, gradient: Tensor) -> Tensor:
        return apply(Interpolate, gradient, **{k: v for k, v in self.options.items() if k != "shape"})

    def name(self) -> str:
        return self.options["label"] + "BackwardBackward0"


def _resized(x: Array, kind: str, steps: tuple[Step, ...]) -> Array:
    result = x
    for i, step in enumerate(steps):
        result = _mapped(result, 2 + i, MAPS[kind](x.shape[2 + i], step, x.dtype.type))
    return result


def _gathered(g: Array, shape: tuple[int, ...], kind: str, steps: tuple[Step, ...]) -> Array:
    for i in reversed(range(len(steps))):
        size = shape[2 + i]
        g = _unmapped(g, 2 + i, MAPS[kind](size, steps[i], g.dtype.type), size)
    return g


# mode: the map, its spatial dimensions (None: any), PyTorch's name of the node
_MODES: dict[str, tuple[str, int | None, str]] = {
    "nearest": ("nearest", None, "UpsampleNearest"),
    "nearest-exact": ("nearest-exact", None, "UpsampleNearestExact"),
    "linear": ("linear", 1, "UpsampleLinear"),
    "bilinear": ("linear", 2, "UpsampleBilinear"),
    "trilinear": ("linear", 3, "UpsampleTrilinear"),
    "bicubic": ("cubic", 2, "UpsampleBicubic"),
    "lanczos": ("lanczos", 2, "UpsampleLanczos"),
}


def interpolate(
    input: Tensor,
    size: Any = None,
    scale_factor: Any = None,
    mode: str = "nearest",
    align_corners: bool | None = None,
    recompute_scale_factor: bool | None = None,
    antialias: bool = False,
) -> Tensor:
    """(N, C, …) at another size, or `scale_factor` times its own.

    `mode`: nearest, nearest-exact and area for 1 to 3 dimensions, linear for 1, bilinear, bicubic and lanczos for 2,
    trilinear for 3. `antialias` (bilinear, bicubic, lanczos) widens the kernel where the result is smaller. ValueError
    for both or neither of the sizes, `align_corners` with nearest and area, or `antialias` elsewhere;
    NotImplementedError for a mode that does not fit the dimensions; RuntimeError for nothing left.
    """
    dims = input.ndim - 2
    if mode in ("nearest", "area", "nearest-exact") and align_corners is not None:
        raise ValueError(
            "align_corners option can only be set with the interpolating modes: linear | bilinear | bicubic | trilinear"
        )
    if (size is None) == (scale_factor is None):
        both = "only one of" if size is not None else "either"
        raise ValueError(f"{both} size or scale_factor should be defined")
    given = size if scale_factor is None else scale_factor
    each = list(given) if isinstance(given, (tuple, list)) else [given] * dims
    if len(each) != dims:
        raise ValueError(
            "Input and output must have the same number of spatial dimensions, but got input with spatial dimensions "
            f"of {list(input.shape[2:])} and {'output size' if scale_factor is None else 'scale_factor'} of {given}"
        )
    scales: list[float | None] = [None] * dims
    if scale_factor is None:
        if recompute_scale_factor:
            raise ValueError("recompute_scale_factor is not meaningful with an explicit size.")
        if not all(isinstance(n, (int, np.integer)) for n in each):
            raise TypeError(f"expected size to be one of int or a tuple of ints, but got {given}")
        wanted = [int(n) for n in each]
    else:
        wanted = [math.floor(n * float(f)) for n, f in zip(input.shape[2:], each, strict=True)]
        if not recompute_scale_factor and mode != "area":
            scales = [float(f) for f in each]
    if antialias and not (mode in ("bilinear", "bicubic", "lanczos") and dims == 2):
        raise ValueError(
            "Anti-alias option is restricted to bilinear, bicubic, and lanczos modes and requires a 4-D tensor as input"
        )
    if mode == "lanczos" and dims == 2 and (align_corners or not antialias):
        raise ValueError("Lanczos mode requires antialias=True and does not support align_corners=True")
    if not (1 <= dims <= 3) or (mode != "area" and (mode not in _MODES or _MODES[mode][1] not in (None, dims))):
        raise NotImplementedError(
            f"Got {input.ndim}D input {list(input.shape)} and mode {mode!r}: linear needs 3D, bilinear, bicubic and "
            "lanczos 4D, trilinear 5D, nearest, nearest-exact and area any of these"
        )
    if any(n <= 0 for n in (*wanted, *input.shape[1:])):
        raise RuntimeError(
            f"Input and output sizes should be greater than 0, but got input {list(input.shape)} and output {wanted}"
        )
    if mode == "area":
        return (adaptive_avg_pool1d, adaptive_avg_pool2d, adaptive_avg_pool3d)[dims - 1](input, wanted)
    if input._array.dtype.kind != "f":
        raise NotImplementedError(f"\"interpolate\" not implemented for '{input.dtype.name}'; use .float() first")
    kind, _, label = _MODES[mode]
    steps = tuple((n, scale, bool(align_corners)) for n, scale in zip(wanted, scales, strict=True))
    if antialias:
        return apply(Interpolate, input, kind=f"{kind}-wide", steps=steps, label=f"{label}2DAa")
    return apply(Interpolate, input, kind=kind, steps=steps, label=f"{label}{dims}D")


def upsample(
    input: Tensor, size: Any = None, scale_factor: Any = None, mode: str = "nearest", align_corners: bool | None = None
) -> Tensor:
    """The older name of `interpolate`, with PyTorch's warning."""
    warnings.warn(
        "`nn.functional.upsample` is deprecated. Use `nn.functional.interpolate` instead.", UserWarning, stacklevel=2
    )
    return interpolate(input, size, scale_factor, mode, align_corners)


class PixelShuffle(Function):
    __slots__ = ()
    op, backward_name = "pixel_shuffle", "PixelShuffleBackward0"
    arguments = ("input",)
    formula = r"\text{output}_{c,\, y r + i,\, x r + j} = \text{input}_{c r^2 + i r + j,\, y,\, x}"
    derivatives: ClassVar[dict[str, str]] = {"input": r"g \text{ shuffled back}"}

    def forward(self, input: Array, factor: int) -> Array:
        return _shuffled(input, factor)

    def backward(self, gradient: Array) -> Array:
        return _unshuffled(gradient, self.options["factor"])

    def differentiate(self, gradient: Tensor) -> Tensor:
        return apply(PixelUnshuffle, gradient, factor=self.options["factor"])


class PixelUnshuffle(Function):
    __slots__ = ()
    op, backward_name = "pixel_unshuffle", "PixelUnshuffleBackward0"
    arguments = ("input",)
    formula = r"\text{output}_{c r^2 + i r + j,\, y,\, x} = \text{input}_{c,\, y r + i,\, x r + j}"
    derivatives: ClassVar[dict[str, str]] = PixelShuffle.derivatives

    def forward(self, input: Array, factor: int) -> Array:
        return _unshuffled(input, factor)

    def backward(self, gradient: Array) -> Array:
        return _shuffled(gradient, self.options["factor"])

    def differentiate(self, gradient: Tensor) -> Tensor:
        return apply(PixelShuffle, gradient, factor=self.options["factor"])


def _shuffled(x: Array, r: int) -> Array:
    *lead, c, h, w = x.shape
    parts = x.reshape(-1, c // (r * r), r, r, h, w).transpose(0, 1, 4, 2, 5, 3)
    return np.ascontiguousarray(parts).reshape(*lead, c // (r * r), h * r, w * r)


def _unshuffled(x: Array, r: int) -> Array:
    *lead, c, h, w = x.shape
    parts = x.reshape(-1, c, h // r, r, w // r, r).transpose(0, 1, 3, 5, 2, 4)
    return np.ascontiguousarray(parts).reshape(*lead, c * r * r, h // r, w // r)


class ChannelShuffle(Function):
    __slots__ = ()
    op, backward_name = "channel_shuffle", "ChannelShuffleBackward0"
    arguments = ("input",)
    formula = r"\text{output}_{i \cdot \text{groups} + j} = \text{input}_{j \cdot C / \text{groups} + i}"
    derivatives: ClassVar[dict[str, str]] = {"input": r"g \text{ shuffled back}"}

    def forward(self, input: Array, groups: int) -> Array:
        n, c = input.shape[:2]
        parts = input.reshape(n, groups, c // groups, -1).transpose(0, 2, 1, 3)
        return np.ascontiguousarray(parts).reshape(input.shape)

    def backward(self, gradient: Array) -> Array:
        n, c = gradient.shape[:2]
        groups = self.options["groups"]
        parts = gradient.reshape(n, c // groups, groups, -1).transpose(0, 2, 1, 3)
        return np.ascontiguousarray(parts).reshape(gradient.shape)

    def differentiate(self, gradient: Tensor) -> Tensor:
        return apply(ChannelShuffle, gradient, groups=gradient.shape[1] // self.options["groups"])


def pixel_shuffle(input: Tensor, upscale_factor: int) -> Tensor:
    """(…, C r², H, W) to (…, C, H r, W r). RuntimeError below 3-D or for other numbers of channels.

    W. Shi et al., "Real-Time Single Image and Video Super-Resolution Using … Sub-Pixel" convolution (2016).
    """
    shape = input._array.shape
    if len(shape) < 3:
        raise RuntimeError(f"pixel_shuffle expects input to have at least 3 dimensions, but got {len(shape)}")
    if upscale_factor < 1 or shape[-3] % upscale_factor**2:
        raise RuntimeError(
            f"pixel_shuffle expects its input's 'channel' dimension to be divisible by the square of upscale_factor, a "
            f"positive number, but got {upscale_factor} and input {list(shape)}"
        )
    return apply(PixelShuffle, input, factor=upscale_factor)


def pixel_unshuffle(input: Tensor, downscale_factor: int) -> Tensor:
    """(…, C, H r, W r) to (…, C r², H, W). RuntimeError below 3-D or for sizes that do not divide."""
    shape = input._array.shape
    if len(shape) < 3:
        raise RuntimeError(f"pixel_unshuffle expects input to have at least 3 dimensions, but got {len(shape)}")
    if downscale_factor < 1 or shape[-2] % downscale_factor or shape[-1] % downscale_factor:
        raise RuntimeError(
            "pixel_unshuffle expects height and width to be divisible by downscale_factor, a positive number, but got "
            f"{downscale_factor} and input {list(shape)}"
        )
    return apply(PixelUnshuffle, input, factor=downscale_factor)


def channel_shuffle(input: Tensor, groups: int) -> Tensor:
    """(N, C, …): the channels of `groups` groups interleaved. RuntimeError below 3-D or where they do not divide.

    X. Zhang et al., "ShuffleNet" (2018).
    """
    shape = input._array.shape
    if len(shape) < 3:
        raise RuntimeError(f"channel_shuffle expects input with > 2 dims, but got input with sizes {list(shape)}")
    if groups < 1 or shape[1] % groups:
        raise RuntimeError(
            f"Number of groups to divide channels in must be positive, and channels must be divisible by it, but got "
            f"{groups} and input {list(shape)}"
        )
    return apply(ChannelShuffle, input, groups=groups)


class AffineGrid(Function):
    """The points (x, y, 1) of the output, times `theta`."""

    __slots__ = ()
    op, backward_name = "affine_grid", "AffineGridGeneratorBackward0"
    arguments = ("theta",)
    formula = r"\text{theta} \cdot (x, y, 1)^T"
    derivatives: ClassVar[dict[str, str]] = {"theta": r"\sum_{y,x} g \cdot (x, y, 1)"}

    def forward(self, theta: Array, size: tuple[int, ...], align_corners: bool) -> Array:
        lines = []
        for n in size[2:]:
            line = np.linspace(-1, 1, n) if n > 1 else np.zeros(1)
            lines.append(line if align_corners or n <= 1 else line * ((n - 1) / n))
        points = [*reversed(np.meshgrid(*lines, indexing="ij")), np.ones(size[2:])]
        base = np.stack([p.ravel() for p in points], 1).astype(theta.dtype)
        self.saved = base
        return (base @ theta.transpose(0, 2, 1)).reshape(size[0], *size[2:], len(size) - 2)

    def backward(self, gradient: Array) -> Array:
        flat = gradient.reshape(gradient.shape[0], -1, gradient.shape[-1])
        return flat.transpose(0, 2, 1) @ self.saved

    def differentiate(self, gradient: Tensor) -> Tensor:
        n, dims = gradient.shape[0], gradient.shape[-1]
        return gradient.reshape(n, -1, dims).transpose(1, 2) @ constant_array(self.saved)


def _ask_for_align(align_corners: bool | None) -> bool:
    if align_corners is None:
        warnings.warn(
            "Default grid_sample and affine_grid behavior is align_corners=False since 1.3.0. Please specify "
            "align_corners=True if the old behavior is desired.",
            stacklevel=3,
        )
    return bool(align_corners)


def affine_grid(theta: Tensor, size: Sequence[int], align_corners: bool | None = None) -> Tensor:
    """Points for `grid_sample` of an output of `size`: (N, 2, 3) gives (N, H, W, 2), (N, 3, 4) gives (N, D, H, W, 3).

    ValueError for another shape or type of `theta` or an empty size, NotImplementedError for other than 4 or 5 sizes.
    M. Jaderberg et al., "Spatial Transformer Networks" (2015).
    """
    align = _ask_for_align(align_corners)
    if theta._array.dtype.kind != "f":
        raise ValueError(f"Expected theta to have floating point type, but got {theta.dtype}")
    if len(size) not in (4, 5):
        raise NotImplementedError(
            "affine_grid only supports 4D and 5D sizes, for 2D and 3D affine transforms, respectively. Got size "
            f"{list(size)}."
        )
    dims = len(size) - 2
    if tuple(theta.shape) != (theta.shape[0], dims, dims + 1):
        raise ValueError(
            f"Expected a batch of {dims}D affine matrices of shape Nx{dims}x{dims + 1} for size {list(size)}. Got "
            f"{list(theta.shape)}."
        )
    if min(size) <= 0:
        raise ValueError(f"Expected non-zero, positive output size. Got {list(size)}")
    if theta.shape[0] != size[0]:
        raise RuntimeError(f"Expected {size[0]} matrices, as many as size {list(size)} says, but got {theta.shape[0]}")
    return apply(AffineGrid, theta, size=tuple(int(n) for n in size), align_corners=align)


def _reflected(at: Array, low: float, high: float) -> tuple[Array, Array]:
    """Reflected at two ends; and the sign that a derivative takes."""
    span = high - low
    if span == 0:
        return np.zeros_like(at), np.zeros_like(at)
    offset = at - at.dtype.type(low)
    distance = np.abs(offset)
    extra, flips = np.fmod(distance, span), np.floor(distance / span)
    even = flips % 2 == 0
    sign = np.where(offset < 0, -1, 1) * np.where(even, 1, -1)
    return np.where(even, extra + low, span - extra + low).astype(at.dtype), sign.astype(at.dtype)


def _kept_inside(at: Array, size: int, padding: str, align: bool) -> tuple[Array, Any]:
    """Coordinates as the padding mode moves them; and the factor that a derivative takes."""
    if padding == "zeros":
        return at, 1
    factor: Any = 1
    if padding == "reflection":
        at, factor = _reflected(at, 0.0, size - 1.0) if align else _reflected(at, -0.5, size - 0.5)
    factor = factor * ((at > 0) & (at < size - 1)).astype(at.dtype)
    return np.clip(at, 0, size - 1), factor


class _Sampler:
    """The neighbours of every point of a grid along every dimension, and their weights' derivatives."""

    def __init__(self, grid: Array, shape: tuple[int, ...], mode: str, padding: str, align: bool) -> None:
        self.shape, self.mode, self.dims = shape, mode, grid.shape[-1]
        self.out = grid.shape[1:-1]
        points = grid.reshape(grid.shape[0], -1, self.dims)
        self.slopes: list[Array] = []  # of a coordinate in elements by the grid's number
        self.places: list[list[Array]] = []
        self.inside: list[list[Array]] = []
        self.parts: list[Array] = []
        for axis, size in enumerate(shape[2:]):
            c = points[..., self.dims - 1 - axis]
            at = (c + 1) * c.dtype.type((size - 1) / 2) if align else ((c + 1) * size - 1) / 2
            slope: Any = c.dtype.type((size - 1) / 2 if align else size / 2)
            if mode != "bicubic":
                at, factor = _kept_inside(at, size, padding, align)
                slope = slope * factor
            self.slopes.append(np.broadcast_to(slope, at.shape).astype(at.dtype))
            first = np.round(at) if mode == "nearest" else np.floor(at)
            self.parts.append(at - first)
            shifts = {"nearest": (0,), "bilinear": (0, 1), "bicubic": (-1, 0, 1, 2)}[mode]
            places, inside = [], []
            for shift in shifts:
                place = first + shift
                if mode == "bicubic":
                    place = _kept_inside(place, size, padding, align)[0]
                inside.append((place >= 0) & (place < size))
                places.append(np.clip(place, 0, size - 1).astype(np.int64))
            self.places.append(places)
            self.inside.append(inside)

    def weights(self, axis: int, order: int) -> list[Array]:
        """Of the neighbours along one dimension, or their derivatives of that order."""
        part = self.parts[axis]
        if self.mode == "bicubic":
            found = _cubic_weights(part, order)
        elif self.mode == "bilinear" and order < 2:
            found = [1 - part, part] if order == 0 else [-np.ones_like(part), np.ones_like(part)]
        else:
            found = [np.full_like(part, 0.0 if order else 1.0) for _ in self.places[axis]]
        return [np.where(inside, w, 0).astype(part.dtype) for inside, w in zip(self.inside[axis], found, strict=True)]

    def corners(self, orders: Sequence[tuple[int, ...]]) -> Any:
        """Every combination of neighbours: its place in a plane (N, P), and its weight for each of `orders`."""
        table = [[self.weights(axis, order[axis]) for axis in range(self.dims)] for order in orders]
        for choice in itertools.product(*(range(len(p)) for p in self.places)):
            flat: Any = 0
            for axis, k in enumerate(choice):
                flat = flat * self.shape[2 + axis] + self.places[axis][k]
            yield flat, [math.prod(line[axis][k] for axis, k in enumerate(choice)) for line in table]

    def values(self, x: Array, orders: Sequence[tuple[int, ...]]) -> list[Array]:
        """`x` (N, C, …) at the points, (N, C, P), or derivatives of it, for each of `orders`."""
        n, c = x.shape[:2]
        planes = x.reshape(n, c, -1)
        totals = [np.zeros((n, c, math.prod(self.out)), x.dtype) for _ in orders]
        for flat, weights in self.corners(orders):
            found = np.take_along_axis(planes, flat[:, None], 2)
            for total, weight in zip(totals, weights, strict=True):
                total += found * weight[:, None]
        return totals

    def spread(self, g: Array, order: tuple[int, ...]) -> Array:
        """The transpose of `values`: (N, C, P) back to the shape of what was sampled."""
        n, c = self.shape[:2]
        size = math.prod(self.shape[2:])
        planes = (np.arange(n * c) * size).reshape(n, c, 1)
        total = np.zeros(n * c * size, g.dtype)
        for flat, (weight,) in self.corners([order]):
            at, part = planes + flat[:, None], g * weight[:, None]
            total += np.bincount(at.ravel(), part.ravel(), total.size).astype(g.dtype)
        return total.reshape(self.shape)

    def steeper(self, order: tuple[int, ...]) -> list[tuple[int, ...]]:
        """The orders of derivatives by each number of the grid, which holds the last dimension first."""
        return [tuple(o + (a == axis) for a, o in enumerate(order)) for axis in reversed(range(self.dims))]

    def slope(self, number: int) -> Array:
        """(N, …) of a coordinate by a number of the grid."""
        return self.slopes[self.dims - 1 - number].reshape(-1, *self.out)

    def of_grid(self, g: Array, x: Array, order: tuple[int, ...]) -> Array:
        """The gradient at the grid where `g` (N, C, P) is that of `values(x)`."""
        slopes = [(g * v).sum(1) for v in self.values(x, self.steeper(order))]
        return np.stack([s.reshape(-1, *self.out) * self.slope(i) for i, s in enumerate(slopes)], -1)


class GridSample(Function):
    """`input` at the points of `grid`, or its derivative of `order` along every dimension."""

    __slots__ = ()
    op, backward_name = "grid_sample", "GridSampler2DBackward0"
    arguments = ("input", "grid")
    saves = ("input", "grid")
    formula = r"\sum_k w_k(\text{grid}) \cdot \text{input}_{p_k(\text{grid})}"
    derivatives: ClassVar[dict[str, str]] = {
        "input": r"\sum_k w_k(\text{grid}) \cdot g \text{ at } p_k(\text{grid})",
        "grid": r"g \cdot \sum_k w_k'(\text{grid}) \cdot \text{input}_{p_k(\text{grid})}",
    }

    def forward(
        self, input: Array, grid: Array, mode: str, padding_mode: str, align_corners: bool, order: tuple[int, ...]
    ) -> Array:
        sampler = _Sampler(grid, input.shape, mode, padding_mode, align_corners)
        self.saved = input, sampler
        (found,) = sampler.values(input, [order])
        return found.reshape(*input.shape[:2], *sampler.out)

    def backward(self, gradient: Array) -> Shares:
        x, sampler = self.saved
        g, order = gradient.reshape(*gradient.shape[:2], -1), self.options["order"]
        return (
            sampler.spread(g, order) if self.needs(0) else None,
            sampler.of_grid(g, x, order) if self.needs(1) else None,
        )

    def differentiate(self, gradient: Tensor) -> tuple[Tensor | None, ...]:
        x, grid = self.inputs
        share = None
        if self.needs(0):
            share = apply(GridSampleBackward, gradient, grid, shape=tuple(x.shape), **self.options)
        return share, _of_grid(gradient, x, grid, self.saved[1], self.options) if self.needs(1) else None

    def name(self) -> str:
        return f"GridSampler{len(self.options['order'])}DBackward0"


class GridSampleBackward(Function):
    """The transpose of `GridSample` in its first input, which its gradient is."""

    __slots__ = ()
    op, backward_name = "grid_sample_backward", "GridSampler2DBackwardBackward0"
    arguments = ("input", "grid")
    saves = ("input", "grid")
    formula = GridSample.derivatives["input"]
    derivatives: ClassVar[dict[str, str]] = {"input": GridSample.formula, "grid": GridSample.derivatives["grid"]}

    def forward(
        self,
        input: Array,
        grid: Array,
        shape: tuple[int, ...],
        mode: str,
        padding_mode: str,
        align_corners: bool,
        order: tuple[int, ...],
    ) -> Array:
        sampler = _Sampler(grid, shape, mode, padding_mode, align_corners)
        self.saved = input, sampler
        return sampler.spread(input.reshape(*input.shape[:2], -1), order)

    def backward(self, gradient: Array) -> Shares:
        x, sampler = self.saved
        order = self.options["order"]
        for_input = for_grid = None
        if self.needs(0):
            for_input = sampler.values(gradient, [order])[0].reshape(x.shape)
        if self.needs(1):
            for_grid = sampler.of_grid(x.reshape(*x.shape[:2], -1), gradient, order)
        return for_input, for_grid

    def differentiate(self, gradient: Tensor) -> tuple[Tensor | None, ...]:
        x, grid = self.inputs
        options = {k: v for k, v in self.options.items() if k != "shape"}
        return (
            apply(GridSample, gradient, grid, **options) if self.needs(0) else None,
            _of_grid(x, gradient, grid, self.saved[1], options) if self.needs(1) else None,
        )

    def name(self) -> str:
        return f"GridSampler{len(self.options['order'])}DBackwardBackward0"


def _of_grid(g: Tensor, x: Tensor, grid: Tensor, sampler: _Sampler, options: dict[str, Any]) -> Tensor:
    """`_Sampler.of_grid`, by recorded ops."""
    shares = []
    for i, order in enumerate(sampler.steeper(options["order"])):
        slope = apply(GridSample, x, grid, **{**options, "order": order})
        shares.append((g * slope).sum(1) * constant_array(sampler.slope(i)))
    return stack(shares, -1)


def grid_sample(
    input: Tensor,
    grid: Tensor,
    mode: str = "bilinear",
    padding_mode: str = "zeros",
    align_corners: bool | None = None,
) -> Tensor:
    """(N, C, H, W) at the points (N, H', W', 2) of `grid`, or (N, C, D, H, W) at (N, D', H', W', 3).

    -1 and 1 in the grid are the edges of the image (the middles of its corners with `align_corners`), x before y before
    z. `mode` is bilinear, nearest or bicubic (4-D), `padding_mode` zeros, border or reflection; ValueError for others,
    RuntimeError for shapes or types that do not fit.
    """
    if mode not in ("bilinear", "nearest", "bicubic"):
        raise ValueError(
            f"nn.functional.grid_sample(): expected mode to be 'bilinear', 'nearest' or 'bicubic', but got: '{mode}'"
        )
    if padding_mode not in ("zeros", "border", "reflection"):
        raise ValueError(
            "nn.functional.grid_sample(): expected padding_mode to be 'zeros', 'border', or 'reflection', but got: "
            f"'{padding_mode}'"
        )
    align = _ask_for_align(align_corners)
    dims = input.ndim - 2
    if (
        dims not in (2, 3)
        or grid.ndim != input.ndim
        or grid.shape[-1] != dims
        or grid.shape[0] != input.shape[0]
        or 0 in input.shape[2:]
        or (dims == 3 and mode == "bicubic")
    ):
        raise RuntimeError(
            "grid_sampler(): expected (N, C, H, W) and (N, H', W', 2), or, but for bicubic, (N, C, D, H, W) and "
            f"(N, D', H', W', 3), but got input {list(input.shape)}, grid {list(grid.shape)} and mode {mode!r}"
        )
    if input._array.dtype != grid._array.dtype or input._array.dtype.kind != "f":
        raise RuntimeError(
            "grid_sampler(): expected input and grid to have the same floating dtype, but got "
            f"{input.dtype} and {grid.dtype}"
        )
    return apply(GridSample, input, grid, mode=mode, padding_mode=padding_mode, align_corners=align, order=(0,) * dims)
