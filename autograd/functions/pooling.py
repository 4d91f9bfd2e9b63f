"""Pooling over two dimensions: the largest or the mean of each window."""

# numpy's stubs type most results as Any, which says nothing about an op.
# mypy: disable-error-code="no-any-return"
from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from autograd.function import Array, Function, apply, apply_many
from autograd.functions.convolution import Pair, pair

if TYPE_CHECKING:
    from autograd.tensor import Tensor


def _out(size: int, kernel: int, stride: int, padding: int, dilation: int, ceil: bool) -> int:
    span = size + 2 * padding - dilation * (kernel - 1) - 1
    out = (-(-span // stride) if ceil else span // stride) + 1
    # With ceil_mode the last window must start inside the input or its left border.
    if ceil and (out - 1) * stride >= size + padding:
        out -= 1
    return out


def _windows(x: Array, kernel: Pair, stride: Pair, dilation: Pair, out: Pair) -> Array:
    """A view (N, C, OH, OW, KH, KW)."""
    a, b, p, q = x.strides
    shape = (*x.shape[:2], *out, *kernel)
    strides = (a, b, p * stride[0], q * stride[1], p * dilation[0], q * dilation[1])
    return np.lib.stride_tricks.as_strided(x, shape, strides, writeable=False)


def _bordered(x: Array, kernel: Pair, stride: Pair, padding: Pair, dilation: Pair, out: Pair, value: float) -> Array:
    """The input with borders of `value`, wide enough for every window."""
    n, c, h, w = x.shape
    need = [(o - 1) * s + d * (k - 1) + 1 for o, s, d, k in zip(out, stride, dilation, kernel, strict=True)]
    size = [max(m, s + 2 * p) for m, s, p in zip(need, (h, w), padding, strict=True)]
    if size == [h, w]:
        return x
    full = np.full((n, c, *size), value, x.dtype)
    full[:, :, padding[0] : padding[0] + h, padding[1] : padding[1] + w] = x
    return full


class MaxPool2d(Function):
    __slots__ = ()
    op, backward_name = "max_pool2d", "MaxPool2DWithIndicesBackward0"
    arguments = ("input",)
    saves = ("input", "output")
    formula = r"\max_{i,j} \text{input}_{\, y s + i,\, x s + j}"
    derivatives: ClassVar[dict[str, str]] = {"input": r"g \text{ at the largest of each window, else } 0"}

    def forward(
        self, input: Array, kernel_size: Pair, stride: Pair, padding: Pair, dilation: Pair, ceil_mode: bool
    ) -> tuple[Array, Array]:
        n, c, h, w = input.shape
        oh, ow = (
            _out(size, k, s, p, d, ceil_mode)
            for size, k, s, p, d in zip((h, w), kernel_size, stride, padding, dilation, strict=True)
        )
        low = -np.inf if input.dtype.kind == "f" else np.iinfo(input.dtype).min
        x = _bordered(input, kernel_size, stride, padding, dilation, (oh, ow), low)
        windows = _windows(x, kernel_size, stride, dilation, (oh, ow)).reshape(n, c, oh, ow, -1)
        best = windows.argmax(-1)
        values = np.take_along_axis(windows, best[..., None], -1)[..., 0]
        rows = np.arange(oh)[:, None] * stride[0] + best // kernel_size[1] * dilation[0] - padding[0]
        columns = np.arange(ow) * stride[1] + best % kernel_size[1] * dilation[1] - padding[1]
        places = rows * w + columns
        self.saved = input.shape, places
        return values, places

    def backward(self, gradient: Array, *_: Any) -> Array:
        shape, places = self.saved
        n, c, h, w = shape
        offsets = (np.arange(n * c) * (h * w)).reshape(n, c, 1, 1)
        flat = np.bincount((places + offsets).ravel(), gradient.ravel(), n * c * h * w)
        return flat.astype(gradient.dtype).reshape(shape)


class AvgPool2d(Function):
    __slots__ = ()
    op, backward_name = "avg_pool2d", "AvgPool2DBackward0"
    arguments = ("input",)
    saves = ("input",)
    formula = r"\tfrac{1}{k^2} \sum_{i,j} \text{input}_{\, y s + i,\, x s + j}"
    derivatives: ClassVar[dict[str, str]] = {"input": r"\tfrac{g}{k^2} \text{ over each window}"}

    def forward(
        self,
        input: Array,
        kernel_size: Pair,
        stride: Pair,
        padding: Pair,
        ceil_mode: bool,
        count_include_pad: bool,
        divisor_override: int | None = None,
    ) -> Array:
        h, w = input.shape[2:]
        out = (
            _out(h, kernel_size[0], stride[0], padding[0], 1, ceil_mode),
            _out(w, kernel_size[1], stride[1], padding[1], 1, ceil_mode),
        )
        x = _bordered(input, kernel_size, stride, padding, (1, 1), out, 0.0)
        total = _windows(x, kernel_size, stride, (1, 1), out).sum((-2, -1))
        if divisor_override is not None:
            divisor: Any = input.dtype.type(divisor_override)
        else:
            margins = padding if count_include_pad else (0, 0)
            lengths = [
                np.minimum(start + k, size + m) - np.maximum(start, -m)
                for size, k, s, p, o, m in zip((h, w), kernel_size, stride, padding, out, margins, strict=True)
                for start in (np.arange(o) * s - p,)
            ]
            divisor = np.multiply.outer(*lengths).astype(input.dtype)
        self.saved = input.shape, x.shape, divisor
        return total / divisor

    def backward(self, gradient: Array) -> Array:
        shape, full, divisor = self.saved
        (kh, kw), (sh, sw), (ph, pw) = self.options["kernel_size"], self.options["stride"], self.options["padding"]
        share = np.zeros(full, gradient.dtype)
        part = gradient / divisor
        oh, ow = gradient.shape[2:]
        for i in range(kh):
            for j in range(kw):
                share[:, :, i : i + sh * (oh - 1) + 1 : sh, j : j + sw * (ow - 1) + 1 : sw] += part
        return share[:, :, ph : ph + shape[2], pw : pw + shape[3]]


class AdaptiveAvgPool2d(Function):
    __slots__ = ()
    op, backward_name = "adaptive_avg_pool2d", "AdaptiveAvgPool2DBackward0"
    arguments = ("input",)
    saves = ("input",)
    formula = r"\text{mean of each of } h \times w \text{ nearly equal parts}"
    derivatives: ClassVar[dict[str, str]] = {"input": r"\tfrac{g}{n} \text{ over each part}"}

    def _weights(self, size: int, out: int, kind: Any) -> Array:
        """(out, size): a row of 1/n for each part."""
        weights = np.zeros((out, size), kind)
        for i in range(out):
            start, end = i * size // out, -(-(i + 1) * size // out)
            weights[i, start:end] = 1 / (end - start)
        return weights

    def forward(self, input: Array, output_size: Pair) -> Array:
        h, w = input.shape[2:]
        rows = self._weights(h, output_size[0], input.dtype)
        columns = self._weights(w, output_size[1], input.dtype)
        self.saved = rows, columns
        return rows @ input @ columns.T

    def backward(self, gradient: Array) -> Array:
        rows, columns = self.saved
        return rows.T @ gradient @ columns


def _batched(input: Tensor, name: str) -> tuple[Tensor, bool]:
    if input.ndim == 4:
        return input, False
    if input.ndim == 3:
        return input.unsqueeze(0), True
    raise RuntimeError(f"{name}: expected 3D or 4D input, but got {list(input.shape)}")


def max_pool2d(
    input: Tensor,
    kernel_size: Any,
    stride: Any = None,
    padding: Any = 0,
    dilation: Any = 1,
    ceil_mode: bool = False,
    return_indices: bool = False,
) -> Any:
    """The largest of each window: (N, C, H, W) or (C, H, W). With `return_indices` also where."""
    x, single = _batched(input, "max_pool2d")
    kernel = pair(kernel_size)
    values, places = apply_many(
        MaxPool2d,
        x,
        kernel_size=kernel,
        stride=kernel if stride in (None, []) else pair(stride),
        padding=pair(padding),
        dilation=pair(dilation),
        ceil_mode=ceil_mode,
    )
    if single:
        values, places = values.squeeze(0), places.squeeze(0)
    return (values, places) if return_indices else values


def max_pool1d(
    input: Tensor,
    kernel_size: Any,
    stride: Any = None,
    padding: Any = 0,
    dilation: Any = 1,
    ceil_mode: bool = False,
    return_indices: bool = False,
) -> Any:
    """The largest of each window of (N, C, L) or (C, L). Built of `max_pool2d` with height 1."""
    kernel = pair(kernel_size)[1]
    step = kernel if stride is None else pair(stride)[1]
    found = max_pool2d(
        input.unsqueeze(-2),
        (1, kernel),
        (1, step),
        (0, pair(padding)[1]),
        (1, pair(dilation)[1]),
        ceil_mode,
        return_indices,
    )
    return tuple(t.squeeze(-2) for t in found) if return_indices else found.squeeze(-2)


def avg_pool2d(
    input: Tensor,
    kernel_size: Any,
    stride: Any = None,
    padding: Any = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
    divisor_override: int | None = None,
) -> Tensor:
    """The mean of each window: (N, C, H, W) or (C, H, W)."""
    x, single = _batched(input, "avg_pool2d")
    kernel = pair(kernel_size)
    out = apply(
        AvgPool2d,
        x,
        kernel_size=kernel,
        stride=kernel if stride in (None, []) else pair(stride),
        padding=pair(padding),
        ceil_mode=ceil_mode,
        count_include_pad=count_include_pad,
        divisor_override=divisor_override,
    )
    return out.squeeze(0) if single else out


def adaptive_avg_pool2d(input: Tensor, output_size: Any) -> Tensor:
    """The means of `output_size` nearly equal parts; None keeps a size."""
    x, single = _batched(input, "adaptive_avg_pool2d")
    wanted = output_size if isinstance(output_size, (tuple, list)) else (output_size, output_size)
    size = tuple(int(n if n is not None else x.shape[2 + i]) for i, n in enumerate(wanted))
    if size == (1, 1):
        # As PyTorch: a mean, and in its graph.
        out = x.mean((-1, -2), keepdim=True)
    else:
        out = apply(AdaptiveAvgPool2d, x, output_size=size)
    return out.squeeze(0) if single else out
