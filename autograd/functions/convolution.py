"""Convolution and transposed convolution in one, two and three dimensions."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from autograd.function import Array, Function, Shares, apply
from autograd.functions import padding as borders
from autograd.functions import shape as shapes
from autograd.functions.correlation import Geometry, Sizes, correlate, spread, weigh

if TYPE_CHECKING:
    from autograd.tensor import Tensor

Pair = tuple[int, int]


def _formulas(dims: int, transposed: bool) -> tuple[str, dict[str, str]]:
    """The formula and the derivatives, with as many indices as there are dimensions."""
    places, kernel = ["x", "y x", "z y x"][dims - 1].split(), ["i", "i j", "i j k"][dims - 1].split()
    at, inner = ", ".join(places), ", ".join(kernel)
    ahead = r",\, ".join(f"{p} s + {k}" for p, k in zip(places, kernel, strict=True))
    back = r",\, ".join(f"({p} - {k}) / s" for p, k in zip(places, kernel, strict=True))
    bias = rf"\sum_{{n,{at}}} g_{{n,o,{at}}}"
    if transposed:
        weight = rf"\text{{weight}}_{{c,o,{inner}}}"
        return rf"\text{{bias}}_o + \sum_{{c,{inner}}} {weight} \cdot \text{{input}}_{{c,\, {back}}}", {
            "input": rf"\sum_{{o,{inner}}} {weight} \cdot g_{{o,\, {ahead}}}",
            "weight": rf"\sum_{{n,{at}}} \text{{input}}_{{n,c,{at}}} \cdot g_{{n,o,\, {ahead}}}",
            "bias": bias,
        }
    weight = rf"\text{{weight}}_{{o,c,{inner}}}"
    return rf"\text{{bias}}_o + \sum_{{c,{inner}}} {weight} \cdot \text{{input}}_{{c,\, {ahead}}}", {
        "input": rf"\sum_{{o,{inner}}} {weight} \cdot g_{{o,\, {back}}}",
        "weight": rf"\sum_{{n,{at}}} g_{{n,o,{at}}} \cdot \text{{input}}_{{n,c,\, {ahead}}}",
        "bias": bias,
    }


def _over_places(gradient: Array) -> Array:
    """The share of the bias: summed over the batch and the places."""
    n, o = gradient.shape[:2]
    # Along the memory first: numpy adds that pairwise and fast.
    flat = gradient.reshape(n, o, prod(gradient.shape[2:]))
    summed: Array = np.add.reduce(np.add.reduce(flat, axis=2), axis=0)
    return summed


class _Convolution(Function):
    __slots__ = ()
    backward_name = "ConvolutionBackward0"
    arguments = ("input", "weight", "bias")
    saves = ("input", "weight")

    def geometry(self) -> Geometry:
        """The options that both directions share."""
        o = self.options
        return Geometry(o["stride"], o["padding"], o["dilation"], o["groups"])

    def bias_share(self, gradient: Tensor) -> Tensor | None:
        """The gradient of the bias, by recorded ops."""
        return gradient.sum([i for i in range(gradient.ndim) if i != 1]) if self.needs(2) else None


class _Forward(_Convolution):
    """A convolution (of any number of dimensions: a subclass names one)."""

    __slots__ = ()

    def forward(
        self,
        input: Array,
        weight: Array,
        bias: Array | None,
        stride: Sizes,
        padding: Sizes,
        dilation: Sizes,
        groups: int,
    ) -> Array:
        self.saved = input, weight
        return correlate(input, weight, bias, Geometry(stride, padding, dilation, groups))

    def backward(self, gradient: Array) -> Shares:
        x, weight = self.saved
        geometry = self.geometry()
        return (
            spread(gradient, weight, geometry, x.shape[2:]) if self.needs(0) else None,
            weigh(x, gradient, weight.shape[2:], geometry) if self.needs(1) else None,
            _over_places(gradient) if self.needs(2) else None,
        )

    def differentiate(self, gradient: Tensor) -> tuple[Tensor | None, ...]:
        x, weight = self.inputs[0], self.inputs[1]
        geometry = self.geometry()
        return (
            _spread(gradient, weight, geometry, x.shape[2:]) if self.needs(0) else None,
            _weigh(x, gradient, weight.shape[2:], geometry) if self.needs(1) else None,
            self.bias_share(gradient),
        )


class Conv1d(_Forward):
    __slots__ = ()
    op = "conv1d"
    formula, derivatives = _formulas(1, False)


class Conv2d(_Forward):
    __slots__ = ()
    op = "conv2d"
    formula, derivatives = _formulas(2, False)


class Conv3d(_Forward):
    __slots__ = ()
    op = "conv3d"
    formula, derivatives = _formulas(3, False)


class _Transposed(_Convolution):
    """The transpose of a convolution as a linear map: its forward is that one's gradient, and the other way round."""

    __slots__ = ()

    def forward(
        self,
        input: Array,
        weight: Array,
        bias: Array | None,
        stride: Sizes,
        padding: Sizes,
        output_padding: Sizes,
        groups: int,
        dilation: Sizes,
    ) -> Array:
        self.saved = input, weight
        geometry = Geometry(stride, padding, dilation, groups)
        size = transposed_size(input.shape[2:], weight.shape[2:], geometry, output_padding)
        out = spread(input, weight, geometry, size)
        if bias is not None:
            out += bias.reshape(-1, *[1] * len(size))
        return out

    def backward(self, gradient: Array) -> Shares:
        x, weight = self.saved
        geometry = self.geometry()
        return (
            correlate(gradient, weight, None, geometry, x.shape[2:]) if self.needs(0) else None,
            weigh(gradient, x, weight.shape[2:], geometry) if self.needs(1) else None,
            _over_places(gradient) if self.needs(2) else None,
        )

    def differentiate(self, gradient: Tensor) -> tuple[Tensor | None, ...]:
        x, weight = self.inputs[0], self.inputs[1]
        geometry = self.geometry()
        return (
            _correlate(gradient, weight, geometry, x.shape[2:]) if self.needs(0) else None,
            _weigh(gradient, x, weight.shape[2:], geometry) if self.needs(1) else None,
            self.bias_share(gradient),
        )


class ConvTranspose1d(_Transposed):
    __slots__ = ()
    op = "conv_transpose1d"
    formula, derivatives = _formulas(1, True)


class ConvTranspose2d(_Transposed):
    __slots__ = ()
    op = "conv_transpose2d"
    formula, derivatives = _formulas(2, True)


class ConvTranspose3d(_Transposed):
    __slots__ = ()
    op = "conv_transpose3d"
    formula, derivatives = _formulas(3, True)


class ConvolutionWeight(Function):
    """The gradient of a convolution's weight, as an op of the input and the output's gradient: linear in each."""

    __slots__ = ()
    op, backward_name = "conv_weight", "ConvolutionBackwardBackward0"
    arguments = ("input", "gradient")
    saves = ("input", "gradient")
    formula = r"\sum_{n,x} \text{gradient}_{n,o,x} \cdot \text{input}_{n,c,\, x s + i}"
    derivatives: ClassVar[dict[str, str]] = {
        "input": r"\sum_{o,i} g_{o,c,i} \cdot \text{gradient}_{n,o,\, (x - i) / s}",
        "gradient": r"\sum_{c,i} g_{o,c,i} \cdot \text{input}_{n,c,\, x s + i}",
    }

    def forward(self, input: Array, gradient: Array, kernel: Sizes, geometry: Geometry) -> Array:
        self.saved = input, gradient
        return weigh(input, gradient, kernel, geometry)

    def backward(self, gradient: Array) -> Shares:
        x, g = self.saved
        geometry = self.options["geometry"]
        return (
            spread(g, gradient, geometry, x.shape[2:]) if self.needs(0) else None,
            correlate(x, gradient, None, geometry, g.shape[2:]) if self.needs(1) else None,
        )

    def differentiate(self, gradient: Tensor) -> tuple[Tensor | None, ...]:
        x, g = self.inputs
        geometry = self.options["geometry"]
        return (
            _spread(g, gradient, geometry, x.shape[2:]) if self.needs(0) else None,
            _correlate(x, gradient, geometry, g.shape[2:]) if self.needs(1) else None,
        )


_FORWARD: dict[int, type[_Forward]] = {1: Conv1d, 2: Conv2d, 3: Conv3d}
_TRANSPOSED: dict[int, type[_Transposed]] = {1: ConvTranspose1d, 2: ConvTranspose2d, 3: ConvTranspose3d}


def transposed_size(size: Sizes, kernel: Sizes, geometry: Geometry, output_padding: Sizes) -> Sizes:
    """The size of what a transposed convolution makes of `size`."""
    stride, padding, dilation, _ = geometry
    return tuple(
        (n - 1) * s - 2 * p + d * (k - 1) + 1 + extra
        for n, k, s, p, d, extra in zip(size, kernel, stride, padding, dilation, output_padding, strict=True)
    )


def _correlate(x: Tensor, weight: Tensor, geometry: Geometry, size: Sizes) -> Tensor:
    """A convolution without bias, cut to `size`: places that only an output padding made are left out."""
    options = geometry._asdict()
    out = apply(_FORWARD[len(size)], x, weight, None, **options)
    return out if out.shape[2:] == size else out[(..., *[slice(n) for n in size])]


def _spread(g: Tensor, weight: Tensor, geometry: Geometry, size: Sizes) -> Tensor:
    """The transposed convolution without bias, of an output of `size`."""
    least = transposed_size(g.shape[2:], weight.shape[2:], geometry, (0,) * len(size))
    extra = tuple(n - m for n, m in zip(size, least, strict=True))
    return apply(_TRANSPOSED[len(size)], g, weight, None, output_padding=extra, **geometry._asdict())


def _weigh(x: Tensor, g: Tensor, kernel: Sizes, geometry: Geometry) -> Tensor:
    return apply(ConvolutionWeight, x, g, kernel=tuple(kernel), geometry=geometry)


def pair(value: Any) -> Pair:
    """A number for both dimensions, or one each."""
    if isinstance(value, (tuple, list)):
        return (int(value[0]), int(value[-1]))
    return (int(value), int(value))


def _each(name: str, value: Any, dims: int) -> Sizes:
    """A number for every dimension, or one each."""
    if not isinstance(value, (tuple, list)):
        return (int(value),) * dims
    if len(value) == 1:
        return (int(value[0]),) * dims
    if len(value) != dims:
        raise RuntimeError(
            f"expected {name} to be a single integer value or a list of {dims} values to match the convolution "
            f"dimensions, but got {name}={list(value)}"
        )
    return tuple(int(v) for v in value)


def _check(input: Tensor, weight: Tensor, bias: Tensor | None, geometry: Geometry, transposed: bool) -> None:
    """RuntimeError for numbers, shapes and types that do not fit."""
    stride, padding, dilation, groups = geometry
    if weight.ndim != len(stride) + 2:
        raise RuntimeError(
            f"Expected a weight of {len(stride) + 2} dimensions for a {len(stride)}-dimensional convolution, but got "
            f"weight of size {list(weight.shape)} for input of size {list(input.shape)}"
        )
    if groups <= 0:
        raise RuntimeError("non-positive groups is not supported")
    for name, least, values in (("stride", 1, stride), ("padding", 0, padding), ("dilation", 1, dilation)):
        if min(values) < least:
            raise RuntimeError(f"{'non-positive' if least else 'negative'} {name} is not supported")
    if weight.shape[0] % groups:
        raise RuntimeError(
            f"Given groups={groups}, expected weight to be divisible by {groups} at dimension 0, but got weight of "
            f"size {list(weight.shape)} instead"
        )
    needed = weight.shape[0] if transposed else weight.shape[1] * groups
    given = f"Given {'transposed=1' if transposed else f'groups={groups}'}, weight of size {list(weight.shape)}"
    if input.shape[1] != needed:
        raise RuntimeError(
            f"{given}, expected input{list(input.shape)} to have {needed} channels, but got {input.shape[1]} channels "
            "instead"
        )
    outputs = weight.shape[1] * groups if transposed else weight.shape[0]
    if bias is not None and bias.shape != (outputs,):
        raise RuntimeError(
            f"{given}, expected bias to be 1-dimensional with {outputs} elements, but got bias of size "
            f"{list(bias.shape)} instead"
        )
    if input._array.dtype != weight._array.dtype:
        raise RuntimeError(f"Input type ({input.dtype}) and weight type ({weight.dtype}) should be the same")
    if bias is not None and bias._array.dtype != input._array.dtype:
        raise RuntimeError(f"Input type ({input.dtype}) and bias type ({bias.dtype}) should be the same")


def _batched(input: Tensor, dims: int, name: str) -> Tensor:
    """With a batch dimension; RuntimeError where the input is neither one sample nor a batch."""
    if input.ndim == dims + 1:
        return shapes.unsqueeze(input, 0)
    if input.ndim != dims + 2:
        raise RuntimeError(
            f"Expected {dims + 1}D (unbatched) or {dims + 2}D (batched) input to {name}, but got input of size: "
            f"{list(input.shape)}"
        )
    return input


def _same(input: Tensor, kernel: Sizes, stride: Sizes, dilation: Sizes) -> tuple[Tensor, Sizes]:
    """The input and the padding of both sides for "same"; an odd total has one more at the end, as in PyTorch."""
    if any(s != 1 for s in stride):
        raise RuntimeError("padding='same' is not supported for strided convolutions")
    total = [d * (k - 1) for d, k in zip(dilation, kernel, strict=True)]
    if any(t % 2 for t in total):
        input = borders.pad(input, [side for t in reversed(total) for side in (0, t % 2)])
    return input, tuple(t // 2 for t in total)


def _convolve(
    dims: int, input: Tensor, weight: Tensor, bias: Tensor | None, stride: Any, padding: Any, dilation: Any, groups: int
) -> Tensor:
    batch = _batched(input, dims, f"conv{dims}d")
    stride, dilation = _each("stride", stride, dims), _each("dilation", dilation, dims)
    if not isinstance(padding, str):
        padding = _each("padding", padding, dims)
    elif padding not in ("same", "valid"):
        raise RuntimeError(f"Invalid padding string: '{padding}'; it is 'same' or 'valid'")
    numbers = (0,) * dims if isinstance(padding, str) else padding
    _check(batch, weight, bias, Geometry(stride, numbers, dilation, groups), False)
    kernel = weight.shape[2:]
    x = batch
    if padding == "same":
        x, numbers = _same(batch, kernel, stride, dilation)
    size = [n + 2 * p for n, p in zip(x.shape[2:], numbers, strict=True)]
    reach = [d * (k - 1) + 1 for d, k in zip(dilation, kernel, strict=True)]
    if any(n < r for n, r in zip(size, reach, strict=True)):
        raise RuntimeError(
            f"Calculated padded input size per channel: ({' x '.join(map(str, size))}). Kernel size: "
            f"({' x '.join(map(str, reach))}). Kernel size can't be greater than actual input size"
        )
    out = apply(_FORWARD[dims], x, weight, bias, stride=stride, padding=numbers, dilation=dilation, groups=groups)
    return out if batch is input else shapes.squeeze(out, 0)


def conv1d(
    input: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: Any = 1,
    padding: Any = 0,
    dilation: Any = 1,
    groups: int = 1,
) -> Tensor:
    """Convolution: input (N, C, L) or (C, L), weight (O, C / groups, K), bias (O); the rest as for `conv2d`."""
    return _convolve(1, input, weight, bias, stride, padding, dilation, groups)


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

    `padding` is a number, one a dimension, "valid" (none) or "same" (an output of the input's size; stride 1 only).
    RuntimeError for shapes that do not fit.
    """
    return _convolve(2, input, weight, bias, stride, padding, dilation, groups)


def conv3d(
    input: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: Any = 1,
    padding: Any = 0,
    dilation: Any = 1,
    groups: int = 1,
) -> Tensor:
    """Convolution: input (N, C, D, H, W) or without N, weight (O, C / groups, KD, KH, KW); the rest as `conv2d`."""
    return _convolve(3, input, weight, bias, stride, padding, dilation, groups)


def _convolve_transposed(
    dims: int,
    input: Tensor,
    weight: Tensor,
    bias: Tensor | None,
    stride: Any,
    padding: Any,
    output_padding: Any,
    groups: int,
    dilation: Any,
) -> Tensor:
    batch = _batched(input, dims, f"conv_transpose{dims}d")
    geometry = Geometry(
        _each("stride", stride, dims), _each("padding", padding, dims), _each("dilation", dilation, dims), groups
    )
    extra = _each("output_padding", output_padding, dims)
    _check(batch, weight, bias, geometry, True)
    if min(extra) < 0:
        raise RuntimeError("negative output_padding is not supported")
    if any(e >= s and e >= d for e, s, d in zip(extra, geometry.stride, geometry.dilation, strict=True)):
        raise RuntimeError(
            f"output padding must be smaller than either stride or dilation, but got output_padding: {list(extra)}, "
            f"stride: {list(geometry.stride)}, dilation: {list(geometry.dilation)}"
        )
    size = transposed_size(batch.shape[2:], weight.shape[2:], geometry, extra)
    if min(size) < 1:
        raise RuntimeError(
            f"Given input size per channel: {list(batch.shape[2:])}. Calculated output size per channel: {list(size)}. "
            "Output size is too small"
        )
    out = apply(_TRANSPOSED[dims], batch, weight, bias, output_padding=extra, **geometry._asdict())
    return out if batch is input else shapes.squeeze(out, 0)


def conv_transpose1d(
    input: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: Any = 1,
    padding: Any = 0,
    output_padding: Any = 0,
    groups: int = 1,
    dilation: Any = 1,
) -> Tensor:
    """Transposed convolution: input (N, C, L) or (C, L), weight (C, O / groups, K), bias (O)."""
    return _convolve_transposed(1, input, weight, bias, stride, padding, output_padding, groups, dilation)


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
    """Transposed convolution: input (N, C, H, W) or (C, H, W), weight (C, O / groups, KH, KW), bias (O).

    The output is (H - 1) * stride - 2 * padding + dilation * (KH - 1) + output_padding + 1 high. RuntimeError for
    shapes that do not fit.
    """
    return _convolve_transposed(2, input, weight, bias, stride, padding, output_padding, groups, dilation)


def conv_transpose3d(
    input: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: Any = 1,
    padding: Any = 0,
    output_padding: Any = 0,
    groups: int = 1,
    dilation: Any = 1,
) -> Tensor:
    """Transposed convolution: input (N, C, D, H, W) or without N, weight (C, O / groups, KD, KH, KW), bias (O)."""
    return _convolve_transposed(3, input, weight, bias, stride, padding, output_padding, groups, dilation)
