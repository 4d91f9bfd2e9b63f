"""The arithmetic of convolution on arrays, in any number of dimensions: the output, and what its gradients are made of.

Three bilinear maps: `correlate` (input and weight to output), `spread` (output's gradient and weight to the input's)
and `weigh` (input and output's gradient to the weight's). A transposed convolution is the same three in other roles.

Each works on a few samples at a time, so that what is gathered for the matrix products stays in the processor's cache;
nothing of it is kept for backward, since gathering again costs less than writing and reading it. There are two ways:

* By columns, for everything: every place of the kernel is gathered (im2col), and one matrix product does the rest.
* By rows, for images at stride 1 without groups and dilation: the kernel's width alone is gathered, KH times less
  copying. An image's row then lies where the next row of the kernel needs it, one row further on.
"""

# numpy's stubs type most results as Any, which says nothing about an op.
# mypy: disable-error-code="no-any-return"
from __future__ import annotations

from itertools import product
from math import prod
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
Sizes = tuple[int, ...]

# Bytes gathered at a time, about half of a second-level cache; and columns that a matrix product has at least.
_GATHERED = 1 << 20
_COLUMNS = 256
# Fewer rows than this make a matrix product that waits for memory: then all of the kernel is gathered.
_ROWS = 10

_strided = np.lib.stride_tricks.as_strided


class Geometry(NamedTuple):
    """How a kernel moves: one number a dimension each, and the groups of channels."""

    stride: Sizes
    padding: Sizes
    dilation: Sizes
    groups: int


def correlate(x: Array, weight: Array, bias: Array | None, geometry: Geometry, size: Sizes | None = None) -> Array:
    """The convolution (N, O, …) of x (N, C, …) and weight (O, C / groups, …); `size` takes the first places only."""
    kernel = weight.shape[2:]
    if size is None:
        size = places(x.shape[2:], kernel, geometry)
    if _by_rows(geometry, x.shape[1], kernel) and size == places(x.shape[2:], kernel, geometry):
        out = _correlate_rows(x, weight, bias, geometry.padding)
    else:
        out = _correlate_columns(x, weight, bias, geometry, size)
    return out.reshape(len(x), len(weight), *size)


def spread(g: Array, weight: Array, geometry: Geometry, size: Sizes) -> Array:
    """The share (N, C, *size) of the input, of the output's gradient g (N, O, …)."""
    kernel = weight.shape[2:]
    border = tuple(d * (k - 1) - p for d, k, p in zip(geometry.dilation, kernel, geometry.padding, strict=True))
    whole = all(s == 1 for s in geometry.stride) and min(border) >= 0 and g.shape[2:] == places(size, kernel, geometry)
    if whole and _by_rows(geometry, g.shape[1], kernel):
        out = _spread_rows(g, weight, geometry.padding, size)
    elif whole and len(weight) <= 2 * geometry.groups * weight.shape[1]:
        # At stride 1 an input place meets the kernel turned round; gathering for that is cheaper than adding up.
        return correlate(g, _turned(weight, geometry.groups), None, geometry._replace(padding=border))
    else:
        out = _spread_columns(g, weight, geometry, size)
    return out.reshape(len(g), weight.shape[1] * geometry.groups, *size)


def weigh(x: Array, g: Array, kernel: Sizes, geometry: Geometry) -> Array:
    """The share (O, C / groups, *kernel) of the weight, of the input and the output's gradient."""
    if _by_rows(geometry, x.shape[1], kernel) and g.shape[2:] == places(x.shape[2:], kernel, geometry):
        out = _weigh_rows(x, g, kernel, geometry.padding)
    else:
        out = _weigh_columns(x, g, kernel, geometry)
    return out.reshape(g.shape[1], x.shape[1] // geometry.groups, *kernel)


def places(size: Sizes, kernel: Sizes, geometry: Geometry) -> Sizes:
    """How many places a kernel has in each dimension of an input of `size`."""
    return tuple(
        (n + 2 * p - d * (k - 1) - 1) // s + 1
        for n, k, s, p, d in zip(size, kernel, geometry.stride, geometry.padding, geometry.dilation, strict=True)
    )


def _turned(weight: Array, groups: int) -> Array:
    """The weight (C, O / groups, …) that takes the output's gradient to the input's, at stride 1."""
    o, c, *kernel = weight.shape
    split = np.flip(weight, tuple(range(2, weight.ndim))).reshape(groups, o // groups, c, *kernel)
    return split.swapaxes(1, 2).reshape(groups * c, o // groups, *kernel)


def _by_rows(geometry: Geometry, channels: int, kernel: Sizes) -> bool:
    return (
        geometry.groups == 1
        and len(kernel) == 2
        and kernel[0] > 1
        and channels * kernel[-1] >= _ROWS
        and all(s == 1 for s in geometry.stride)
        and all(d == 1 for d in geometry.dilation)
    )


def _samples(one: int, columns: int) -> int:
    """How many samples to take at a time, of `one` byte count and so many columns each."""
    return max(1, _GATHERED // max(1, one), -(-_COLUMNS // max(1, columns)))


# ------------------------------------------------------------------------------------------------------------ by rows


def _gather_width(x: Array, out: Array) -> Array:
    """Into `out` (N, C, KW, H, OW), for every column of the kernel, x shifted by it; the result as (N, C * KW, …)."""
    n, c, h, _ = x.shape
    _, _, kw, _, ow = out.shape
    a, b, p, q = x.strides
    np.copyto(out[:n], _strided(x, (n, c, kw, h, ow), (a, b, q, p, q)))
    return out[:n].reshape(n, c * kw, h * ow)


def _correlate_rows(x: Array, weight: Array, bias: Array | None, padding: Sizes) -> Array:
    n, c, h, w = x.shape
    o, _, kh, kw = weight.shape
    ph, pw = padding
    height, width = h + 2 * ph, w + 2 * pw
    oh, ow = height - kh + 1, width - kw + 1
    kind = x.dtype
    step = min(max(1, n), _samples(c * kw * height * ow * kind.itemsize, oh * ow))
    kernel = np.ascontiguousarray(weight.transpose(2, 0, 1, 3)).reshape(kh, o, c * kw)
    framed = np.zeros((step, c, height, width), kind) if ph or pw else None
    gathered = np.empty((step, c, kw, height, ow), kind)
    out = np.empty((n, o, oh * ow), kind)
    part = np.empty((step, o, oh * ow), kind) if kh > 1 else out
    shift = None if bias is None else bias[:, None]
    for i in range(0, n, step):
        some = x[i : i + step]
        if framed is not None:
            framed[: len(some), :, ph : ph + h, pw : pw + w] = some
            some = framed[: len(some)]
        columns, y, rest = _gather_width(some, gathered), out[i : i + step], part[: len(some)]
        np.matmul(kernel[0], columns[:, :, : oh * ow], out=y)
        for k in range(1, kh):
            np.matmul(kernel[k], columns[:, :, k * ow : (k + oh) * ow], out=rest)
            y += rest
        if shift is not None:
            y += shift
    return out


def _spread_rows(g: Array, weight: Array, padding: Sizes, size: Sizes) -> Array:
    n, o, oh, ow = g.shape
    _, c, kh, kw = weight.shape
    ph, pw = padding
    h, w = size
    kind = g.dtype
    step = min(max(1, n), _samples(o * kw * oh * w * kind.itemsize, oh * w))
    # An input place meets the kernel turned round; all rows of it are one product, added one row further on each.
    turned = np.ascontiguousarray(weight[..., ::-1].transpose(2, 1, 0, 3)).reshape(kh * c, o * kw)
    border = kw - 1 - pw
    framed = np.zeros((step, o, oh, ow + 2 * border), kind) if border else None
    gathered = np.empty((step, o, kw, oh, w), kind)
    part = np.empty((step, kh * c, oh * w), kind)
    out = np.zeros((n, c, h * w), kind)
    for i in range(0, n, step):
        some = g[i : i + step]
        if framed is not None:
            framed[: len(some), ..., border : border + ow] = some
            some = framed[: len(some)]
        rows, y = part[: len(some)], out[i : i + step]
        np.matmul(turned, _gather_width(some, gathered), out=rows)
        rows = rows.reshape(len(some), kh, c, oh * w)
        for k in range(kh):
            top, first, last = k - ph, max(0, ph - k), min(oh, h + ph - k)
            if first < last:
                y[:, :, (top + first) * w : (top + last) * w] += rows[:, k, :, first * w : last * w]
    return out


def _weigh_rows(x: Array, g: Array, kernel: Sizes, padding: Sizes) -> Array:
    n, c, h, w = x.shape
    _, o, oh, ow = g.shape
    kh, kw = kernel
    ph, pw = padding
    height, width = h + 2 * ph, w + 2 * pw
    kind = x.dtype
    step = min(max(1, n), _samples(max(c * kw, o * kh) * height * ow * kind.itemsize, oh * ow))
    framed = np.zeros((step, c, height, width), kind) if ph or pw else None
    # Small images stand side by side to make one long product; of large ones each has its own.
    together = height * ow < _COLUMNS
    flat = g.reshape(n, o, oh * ow)
    out = np.zeros((kh * o, c * kw), kind)
    for i in range(0, n, step):
        some = x[i : i + step]
        products, images = (1, len(some)) if together else (len(some), 1)
        if i == 0 or len(some) < step:
            gathered = np.empty((products, c, kw, images, height, ow), kind)
            # The gradient at every row of the kernel, zeros where that row is not used: all rows in one product.
            stacked = np.zeros((products, kh, o, images, height * ow), kind)
        if framed is not None:
            framed[: len(some), :, ph : ph + h, pw : pw + w] = some
            some = framed[: len(some)]
        a, b, p, q = some.strides
        np.copyto(gathered, _strided(some, gathered.shape, (a, b, q, a, p, q)))
        grads = flat[i : i + step].reshape(products, images, o, oh * ow).swapaxes(1, 2)
        for k in range(kh):
            stacked[:, k, ..., k * ow : (k + oh) * ow] = grads
        length = images * height * ow
        columns = gathered.reshape(products, c * kw, length).swapaxes(1, 2)
        out += np.add.reduce(np.matmul(stacked.reshape(products, kh * o, length), columns), axis=0)
    return np.ascontiguousarray(out.reshape(kh, o, c, kw).transpose(1, 2, 0, 3))


# --------------------------------------------------------------------------------------------------------- by columns


def framed(x: Array, padding: Sizes) -> Array:
    """x (N, C, …) within borders of zeros."""
    if not any(padding):
        return x
    out = np.zeros((*x.shape[:2], *[n + 2 * p for n, p in zip(x.shape[2:], padding, strict=True)]), x.dtype)
    inside = (slice(None), slice(None), *[slice(p, p + n) for n, p in zip(x.shape[2:], padding, strict=True)])
    out[inside] = x
    return out


def windows(x: Array, kernel: Sizes, size: Sizes, stride: Sizes, dilation: Sizes) -> Array:
    """A view (N, C, *kernel, *size) of `size` places under every place of the kernel."""
    steps = x.strides[2:]
    return _strided(
        x,
        (*x.shape[:2], *kernel, *size),
        (
            *x.strides[:2],
            *[t * d for t, d in zip(steps, dilation, strict=True)],
            *[t * s for t, s in zip(steps, stride, strict=True)],
        ),
        writeable=False,
    )


def gather(x: Array, kernel: Sizes, size: Sizes, geometry: Geometry) -> Array:
    """im2col: (products, groups, C / groups * places of the kernel, images * places of the output).

    Small images stand side by side to make one long product; of large ones each has its own.
    """
    view = windows(framed(x, geometry.padding), kernel, size, geometry.stride, geometry.dilation)
    rows = x.shape[1] // geometry.groups * prod(kernel)
    if prod(size) >= _COLUMNS:
        return view.reshape(len(x), geometry.groups, rows, prod(size))
    return np.moveaxis(view, 0, 1 + len(kernel)).reshape(1, geometry.groups, rows, len(x) * prod(size))


def scatter(columns: Array, kernel: Sizes, places: Sizes, size: Sizes, geometry: Geometry) -> Array:
    """The opposite of `gather`: every number of `columns` added where it was gathered from.

    `columns` is (products, C, *kernel, images, *places), and the result (products, C, images, *size).
    """
    products, c, images = *columns.shape[:2], columns.shape[2 + len(kernel)]
    padding, whole = geometry.padding, slice(None)
    out = np.zeros((products, c, images, *[m + 2 * p for m, p in zip(size, padding, strict=True)]), columns.dtype)
    for at in product(*[range(k) for k in kernel]):
        where = [
            slice(i * d, i * d + s * (m - 1) + 1, s)
            for i, d, s, m in zip(at, geometry.dilation, geometry.stride, places, strict=True)
        ]
        target: Array = out[(whole, whole, whole, *where)]
        place: tuple[Any, ...] = (whole, whole, *at)
        target += columns[place]
    inside = (whole, whole, whole, *[slice(p, p + m) for p, m in zip(padding, size, strict=True)])
    return out[inside]


def _grouped(x: Array, groups: int) -> Array:
    """(N, C, …) in the order of `gather`: (products, groups, C / groups, images * …)."""
    n, c, size = *x.shape[:2], prod(x.shape[2:])
    if size >= _COLUMNS:
        return x.reshape(n, groups, c // groups, size)
    return np.moveaxis(x, 0, 1).reshape(1, groups, c // groups, n * size)


def _step(n: int, channels: int, kernel: Sizes, size: Sizes, itemsize: int) -> int:
    count = prod(size)
    return min(max(1, n), _samples(channels * prod(kernel) * count * itemsize, count))


def _correlate_columns(x: Array, weight: Array, bias: Array | None, geometry: Geometry, size: Sizes) -> Array:
    n, groups, o, kernel = len(x), geometry.groups, len(weight), weight.shape[2:]
    matrix = weight.reshape(groups, o // groups, prod(weight.shape[1:]))
    step = _step(n, x.shape[1], kernel, size, x.itemsize)
    out = np.empty((n, o, prod(size)), x.dtype)
    for i in range(0, n, step):
        target = out[i : i + step]
        columns = gather(x[i : i + step], kernel, size, geometry)
        if prod(size) >= _COLUMNS:
            np.matmul(matrix, columns, out=target.reshape(len(target), groups, o // groups, prod(size)))
        else:
            target[...] = np.matmul(matrix, columns).reshape(o, len(target), prod(size)).swapaxes(0, 1)
        if bias is not None:
            target += bias[:, None]
    return out


def _spread_columns(g: Array, weight: Array, geometry: Geometry, size: Sizes) -> Array:
    n, groups, o, kernel = len(g), geometry.groups, len(weight), weight.shape[2:]
    c = weight.shape[1] * groups
    matrix = weight.reshape(groups, o // groups, prod(weight.shape[1:])).transpose(0, 2, 1)
    step = _step(n, c, kernel, g.shape[2:], g.itemsize)
    out = np.empty((n, c, *size), g.dtype)
    for i in range(0, n, step):
        some = g[i : i + step]
        columns = np.matmul(matrix, _grouped(some, groups))
        products, images = (len(some), 1) if len(columns) == len(some) else (1, len(some))
        columns = columns.reshape(products, c, *kernel, images, *g.shape[2:])
        joined = scatter(columns, kernel, g.shape[2:], size, geometry)
        out[i : i + step] = joined.swapaxes(1, 2).reshape(len(some), c, *size)
    return out


def _weigh_columns(x: Array, g: Array, kernel: Sizes, geometry: Geometry) -> Array:
    n, groups, o, size = len(x), geometry.groups, g.shape[1], g.shape[2:]
    step = _step(n, x.shape[1], kernel, size, x.itemsize)
    out = np.zeros((groups, x.shape[1] // groups * prod(kernel), o // groups), x.dtype)
    for i in range(0, n, step):
        columns = gather(x[i : i + step], kernel, size, geometry)
        # The long side first, which BLAS does faster.
        shares = np.matmul(columns, _grouped(g[i : i + step], groups).swapaxes(2, 3))
        out += np.add.reduce(shares, axis=0)
    return np.ascontiguousarray(out.swapaxes(1, 2))
