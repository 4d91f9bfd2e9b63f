"""Convolution in one and two dimensions.

Two ways to the same numbers. Stride 1, no groups, no dilation: the input is gathered for the kernel's width only, in
(C, KW, H, N, W) order, and every row of the kernel is one large matrix product over a window of that: five times less
copying than im2col, and as fast as PyTorch (research/core.md). Everything else: im2col by a strided view.
"""

# numpy's stubs type most results as Any, which says nothing about an op.
# mypy: disable-error-code="no-any-return"
from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from autograd.function import Array, Function, Shares, apply

if TYPE_CHECKING:
    from autograd.tensor import Tensor

Pair = tuple[int, int]


def _padded(x: Array, padding: Pair) -> Array:
    ph, pw = padding
    if not ph and not pw:
        return x
    n, c, h, w = x.shape
    out = np.zeros((n, c, h + 2 * ph, w + 2 * pw), x.dtype)
    out[:, :, ph : ph + h, pw : pw + w] = x
    return out


def _row_columns(x: Array, kw: int) -> Array:
    """(C * KW, H * N * OW): for every place of the kernel's columns the input shifted by it."""
    n, c, h, w = x.shape
    ow = w - kw + 1
    rows = x.transpose(1, 2, 0, 3)
    columns = np.empty((c, kw, h, n, ow), x.dtype)
    for k in range(kw):
        columns[:, k] = rows[..., k : k + ow]
    return columns.reshape(c * kw, h * n * ow)


def _kernel_rows(weight: Array) -> Array:
    """(KH, O, C * KW): one matrix per row of the kernel."""
    o, c, kh, kw = weight.shape
    return np.ascontiguousarray(weight.transpose(2, 0, 1, 3)).reshape(kh, o, c * kw)


def rows_forward(x: Array, weight: Array) -> tuple[Array, Array]:
    """Convolution of stride 1 by kernel rows: the output, stored as (O, H, N, W), and the columns."""
    n, _, h, w = x.shape
    o, _, kh, kw = weight.shape
    oh, ow = h - kh + 1, w - kw + 1
    step = n * ow
    columns, kernel = _row_columns(x, kw), _kernel_rows(weight)
    out = np.matmul(kernel[0], columns[:, : oh * step])
    part = np.empty_like(out) if kh > 1 else out
    for k in range(1, kh):
        np.matmul(kernel[k], columns[:, k * step : (k + oh) * step], out=part)
        out += part
    return out.reshape(o, oh, n, ow).transpose(2, 0, 1, 3), columns


def rows_backward(
    gradient: Array, columns: Array, weight: Array, shape: tuple[int, ...], want: tuple[bool, bool]
) -> tuple[Array | None, Array | None]:
    """The shares of the (padded) input of `shape` and of the weight."""
    n, c = shape[:2]
    o, _, kh, kw = weight.shape
    oh, ow = gradient.shape[2:]
    step = n * ow
    g = np.ascontiguousarray(gradient.transpose(1, 2, 0, 3)).reshape(o, oh * step)
    for_input = for_weight = None
    if want[1]:
        per_row = np.empty((kh, o, c * kw), g.dtype)
        for k in range(kh):
            np.matmul(g, columns[:, k * step : (k + oh) * step].T, out=per_row[k])
        for_weight = np.ascontiguousarray(per_row.reshape(kh, o, c, kw).transpose(1, 2, 0, 3))
    if want[0]:
        # Every input place got its kernel turned round: a convolution of the gradient with a border of zeros.
        wide = np.zeros((o, oh + 2 * (kh - 1), n, ow + 2 * (kw - 1)), g.dtype)
        wide[:, kh - 1 : kh - 1 + oh, :, kw - 1 : kw - 1 + ow] = g.reshape(o, oh, n, ow)
        turned = weight[:, :, ::-1, ::-1].transpose(1, 0, 2, 3)
        for_input = rows_forward(wide.transpose(2, 0, 1, 3), turned)[0]
    return for_input, for_weight


def _windows(x: Array, kernel: Pair, stride: Pair, dilation: Pair) -> Array:
    """A view (N, C, KH, KW, OH, OW) of every place under every place of the kernel."""
    n, c, h, w = x.shape
    (kh, kw), (sh, sw), (dh, dw) = kernel, stride, dilation
    oh, ow = (h - dh * (kh - 1) - 1) // sh + 1, (w - dw * (kw - 1) - 1) // sw + 1
    a, b, p, q = x.strides
    return np.lib.stride_tricks.as_strided(
        x, (n, c, kh, kw, oh, ow), (a, b, p * dh, q * dw, p * sh, q * sw), writeable=False
    )


def columns_forward(x: Array, weight: Array, stride: Pair, dilation: Pair, groups: int) -> tuple[Array, Array]:
    """Any convolution by im2col: the output and the columns (G, C/G * KH * KW, N * OH * OW)."""
    n = x.shape[0]
    o, cg, kh, kw = weight.shape
    windows = _windows(x, (kh, kw), stride, dilation)
    oh, ow = windows.shape[4:]
    columns = windows.transpose(1, 2, 3, 0, 4, 5).reshape(groups, cg * kh * kw, n * oh * ow)
    out = np.matmul(weight.reshape(groups, o // groups, -1), columns)
    return out.reshape(o, n, oh, ow).transpose(1, 0, 2, 3), columns


def columns_backward(
    gradient: Array,
    columns: Array,
    weight: Array,
    shape: tuple[int, ...],
    stride: Pair,
    dilation: Pair,
    groups: int,
    want: tuple[bool, bool],
) -> tuple[Array | None, Array | None]:
    """The shares of the (padded) input of `shape` and of the weight."""
    n, c = shape[:2]
    o, _, kh, kw = weight.shape
    oh, ow = gradient.shape[2:]
    g = gradient.transpose(1, 0, 2, 3).reshape(groups, o // groups, n * oh * ow)
    for_input = for_weight = None
    if want[1]:
        for_weight = np.matmul(g, columns.transpose(0, 2, 1)).reshape(weight.shape)
    if want[0]:
        spread = np.matmul(weight.reshape(groups, o // groups, -1).transpose(0, 2, 1), g)
        for_input = fold(spread.reshape(c, kh, kw, n, oh, ow), shape, stride, dilation)
    return for_input, for_weight


def fold(spread: Array, shape: tuple[int, ...], stride: Pair, dilation: Pair) -> Array:
    """Adds (C, KH, KW, N, OH, OW) back to the places it was gathered from: the opposite of im2col."""
    n, c, h, w = shape
    _, kh, kw, _, oh, ow = spread.shape
    (sh, sw), (dh, dw) = stride, dilation
    out = np.zeros((c, n, h, w), spread.dtype)
    for i in range(kh):
        for j in range(kw):
            top, left = i * dh, j * dw
            out[:, :, top : top + sh * (oh - 1) + 1 : sh, left : left + sw * (ow - 1) + 1 : sw] += spread[:, i, j]
    return out.transpose(1, 0, 2, 3)


class Conv2d(Function):
    __slots__ = ()
    op, backward_name = "conv2d", "ConvolutionBackward0"
    arguments = ("input", "weight", "bias")
    saves = ("input", "weight")
    formula = r"\text{bias}_o + \sum_{c,i,j} \text{weight}_{o,c,i,j} \cdot \text{input}_{c,\, y s + i,\, x s + j}"
    derivatives: ClassVar[dict[str, str]] = {
        "input": r"\sum_{o,i,j} \text{weight}_{o,c,i,j} \cdot g_{o,\, y - i,\, x - j}",
        "weight": r"\sum_{n,y,x} g_{n,o,y,x} \cdot \text{input}_{n,c,\, y s + i,\, x s + j}",
        "bias": r"\sum_{n,y,x} g_{n,o,y,x}",
    }

    def forward(
        self,
        input: Array,
        weight: Array,
        bias: Array | None,
        stride: Pair = (1, 1),
        padding: Pair = (0, 0),
        dilation: Pair = (1, 1),
        groups: int = 1,
    ) -> Array:
        x = _padded(input, padding)
        simple = groups == 1 and stride == (1, 1) and dilation == (1, 1)
        if simple:
            output, columns = rows_forward(x, weight)
        else:
            output, columns = columns_forward(x, weight, stride, dilation, groups)
        if bias is not None:
            output += bias[:, None, None]
        self.saved = simple, columns, weight, x.shape, input.shape
        return output

    def backward(self, gradient: Array) -> Shares:
        simple, columns, weight, shape, original = self.saved
        want = self.needs(0), self.needs(1)
        options = self.options
        if simple:
            for_input, for_weight = rows_backward(gradient, columns, weight, shape, want)
        else:
            for_input, for_weight = columns_backward(
                gradient, columns, weight, shape, options["stride"], options["dilation"], options["groups"], want
            )
        if for_input is not None and shape != original:
            (ph, pw), (h, w) = options["padding"], original[2:]
            for_input = for_input[:, :, ph : ph + h, pw : pw + w]
        return for_input, for_weight, gradient.sum((0, 2, 3)) if self.needs(2) else None


class ConvTranspose2d(Function):
    """The transpose of `Conv2d` as a linear map: its forward is that one's gradient, and the other way round."""

    __slots__ = ()
    op, backward_name = "conv_transpose2d", "ConvolutionBackward0"
    arguments = ("input", "weight", "bias")
    saves = ("input", "weight")
    formula = (
        r"\text{bias}_o + \sum_{c,i,j} \text{weight}_{c,o,i,j} \cdot \text{input}_{c,\, (y - i) / s,\, (x - j) / s}"
    )
    derivatives: ClassVar[dict[str, str]] = {
        "input": r"\sum_{o,i,j} \text{weight}_{c,o,i,j} \cdot g_{o,\, y s + i,\, x s + j}",
        "weight": r"\sum_{n,y,x} \text{input}_{n,c,y,x} \cdot g_{n,o,\, y s + i,\, x s + j}",
        "bias": r"\sum_{n,y,x} g_{n,o,y,x}",
    }

    def forward(
        self,
        input: Array,
        weight: Array,
        bias: Array | None,
        stride: Pair,
        padding: Pair,
        output_padding: Pair,
        groups: int,
        dilation: Pair,
    ) -> Array:
        n, c, h, w = input.shape
        _, og, kh, kw = weight.shape
        o = og * groups
        (ph, pw), (dh, dw) = padding, dilation
        full = (
            (h - 1) * stride[0] + dh * (kh - 1) + 1 + output_padding[0],
            (w - 1) * stride[1] + dw * (kw - 1) + 1 + output_padding[1],
        )
        self.saved = input, weight
        flat = input.transpose(1, 0, 2, 3).reshape(groups, c // groups, n * h * w)
        spread = np.matmul(weight.reshape(groups, c // groups, -1).transpose(0, 2, 1), flat)
        out = fold(spread.reshape(o, kh, kw, n, h, w), (n, o, *full), stride, dilation)
        out = out[:, :, ph : full[0] - ph, pw : full[1] - pw]
        return out if bias is None else out + bias[:, None, None]

    def backward(self, gradient: Array) -> Shares:
        x, weight = self.saved
        n, c, h, w = x.shape
        options = self.options
        groups = options["groups"]
        g = _padded(gradient, options["padding"])
        kernel = weight.shape[2:]
        windows = _windows(g, kernel, options["stride"], options["dilation"])[..., :h, :w]
        columns = windows.transpose(1, 2, 3, 0, 4, 5).reshape(groups, -1, n * h * w)
        for_input = for_weight = None
        if self.needs(0):
            spread = np.matmul(weight.reshape(groups, c // groups, -1), columns)
            for_input = spread.reshape(c, n, h, w).transpose(1, 0, 2, 3)
        if self.needs(1):
            flat = x.transpose(1, 0, 2, 3).reshape(groups, c // groups, n * h * w)
            for_weight = np.matmul(flat, columns.transpose(0, 2, 1)).reshape(weight.shape)
        return for_input, for_weight, gradient.sum((0, 2, 3)) if self.needs(2) else None


def pair(value: Any) -> Pair:
    """A number for both dimensions, or one each."""
    if isinstance(value, (tuple, list)):
        return (int(value[0]), int(value[-1]))
    return (int(value), int(value))


def _check(input: Tensor, weight: Tensor, groups: int, dims: int) -> None:
    if input.ndim != dims + 2:
        raise RuntimeError(
            f"Expected {dims + 1}D (unbatched) or {dims + 2}D (batched) input to conv{dims}d, but got input of size: "
            f"{list(input.shape)}"
        )
    if input.shape[1] != weight.shape[1] * groups:
        raise RuntimeError(
            f"Given groups={groups}, weight of size {list(weight.shape)}, expected input{list(input.shape)} to have "
            f"{weight.shape[1] * groups} channels, but got {input.shape[1]} channels instead"
        )
    if input._array.dtype != weight._array.dtype:
        raise RuntimeError(f"Input type ({input.dtype}) and weight type ({weight.dtype}) should be the same")


def conv2d(
    input: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: Any = 1,
    padding: Any = 0,
    dilation: Any = 1,
    groups: int = 1,
) -> Tensor:
    """Convolution: input (N, C, H, W) or (C, H, W), weight (O, C / groups, KH, KW), bias (O).

    `padding` is a number, a pair, "valid" or "same" (odd kernels, stride 1). RuntimeError for shapes that do not fit.
    """
    if input.ndim == 3:
        return conv2d(input.unsqueeze(0), weight, bias, stride, padding, dilation, groups).squeeze(0)
    _check(input, weight, groups, 2)
    stride, dilation = pair(stride), pair(dilation)
    kernel = weight.shape[2:]
    padding = _padding(padding, kernel, stride, dilation)
    size = [n + 2 * p for n, p in zip(input.shape[2:], padding, strict=True)]
    reach = [d * (k - 1) + 1 for d, k in zip(dilation, kernel, strict=True)]
    if size[0] < reach[0] or size[1] < reach[1]:
        raise RuntimeError(
            f"Calculated padded input size per channel: ({size[0]} x {size[1]}). Kernel size: "
            f"({reach[0]} x {reach[1]}). Kernel size can't be greater than actual input size"
        )
    return apply(Conv2d, input, weight, bias, stride=stride, padding=padding, dilation=dilation, groups=groups)


def _padding(padding: Any, kernel: Any, stride: Pair, dilation: Pair) -> Pair:
    if padding == "valid":
        return (0, 0)
    if padding == "same":
        if stride != (1, 1):
            raise ValueError("padding='same' is not supported for strided convolutions")
        total = [d * (k - 1) for d, k in zip(dilation, kernel, strict=True)]
        if total[0] % 2 or total[1] % 2:
            raise NotImplementedError("padding='same' needs an odd kernel size here; pad with F.pad first")
        return (total[0] // 2, total[1] // 2)
    return pair(padding)


def conv1d(
    input: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: Any = 1,
    padding: Any = 0,
    dilation: Any = 1,
    groups: int = 1,
) -> Tensor:
    """Convolution: input (N, C, L) or (C, L), weight (O, C / groups, K), bias (O). Built of `conv2d` with height 1."""
    if input.ndim == 2:
        return conv1d(input.unsqueeze(0), weight, bias, stride, padding, dilation, groups).squeeze(0)
    _check(input, weight, groups, 1)
    step, gap = pair(stride)[1], pair(dilation)[1]
    space = padding if isinstance(padding, str) else (0, pair(padding)[1])
    out = conv2d(input.unsqueeze(2), weight.unsqueeze(2), bias, (1, step), space, (1, gap), groups)
    return out.squeeze(2)


def conv_transpose2d(
    input: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: Any = 1,
    padding: Any = 0,
    output_padding: Any = 0,
    groups: int = 1,
    dilation: Any = 1,
) -> Tensor:
    """Transposed convolution: input (N, C, H, W), weight (C, O / groups, KH, KW), bias (O)."""
    if input.ndim != 4 or input.shape[1] != weight.shape[0]:
        raise RuntimeError(
            f"Given transposed=1, weight of size {list(weight.shape)}, expected input{list(input.shape)} to have "
            f"{weight.shape[0]} channels"
        )
    return apply(
        ConvTranspose2d,
        input,
        weight,
        bias,
        stride=pair(stride),
        padding=pair(padding),
        output_padding=pair(output_padding),
        groups=groups,
        dilation=pair(dilation),
    )
