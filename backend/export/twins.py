"""The ONNX twin of each op: a function that writes one of our nodes as ONNX nodes computing the same numbers.

Operators and their attributes are those of the ONNX specification, opset 20 (docs/Operators.md of onnx/onnx). An op, or
a setting of one, that is not here raises `NoTwin`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from backend.export.onnx import Writer


class NoTwin(Exception):
    """ONNX has no such op; the message says which, in one sentence."""


class Op:
    """One of our nodes, with what its twin needs: names and shapes of inputs and outputs, and a way to write."""

    def __init__(self, writer: Writer, node: dict[str, Any]) -> None:
        self.writer = writer
        self.node = node
        self.attributes: dict[str, Any] = node["attributes"]
        self.inputs: list[str] = node["inputs"]
        self.outputs: list[str] = node["outputs"]

    def shape(self, name: str) -> tuple[int, ...]:
        return tuple(self.writer.tensors[name]["shape"])

    def dtype(self, name: str) -> str:
        return str(self.writer.tensors[name]["dtype"])

    @property
    def out(self) -> tuple[int, ...]:
        """The shape of the first output."""
        return self.shape(self.outputs[0])

    @property
    def kind(self) -> str:
        """The dtype of the first output."""
        return self.dtype(self.outputs[0])

    def number(self, name: str, otherwise: float | None = None) -> float:
        """A written number; the words for infinities included. Raises NoTwin where it is not there."""
        value = self.attributes.get(name, otherwise)
        if isinstance(value, bool) or not isinstance(value, (int, float, str)):
            raise self.none(f"its {name} is not a number")
        return float(value)

    def only(self, *names: str) -> None:
        """Raises NoTwin where a setting other than these is given."""
        for name in self.attributes:
            if name not in names:
                raise self.none(f"{name}={self.attributes[name]} has none")

    def none(self, why: str = "") -> NoTwin:
        because = f" ({why})" if why else ""
        where = f", line {self.node['line']}" if self.node["line"] else ""
        return NoTwin(f"The op {self.node['op']}{where} has no ONNX twin here{because}; ask for another format.")

    # Writing ----------------------------------------------------------------------------------------------------------

    def add(self, type: str, inputs: Sequence[str], outputs: Sequence[str] | None = None, **attributes: Any) -> str:
        """Write an ONNX node; with no outputs given, one with a name of its own. Its first output's name."""
        return self.writer.add(self.node["id"], type, inputs, outputs, **attributes)

    def end(self, type: str, inputs: Sequence[str], **attributes: Any) -> None:
        """Write the ONNX node that gives our first output."""
        self.add(type, inputs, self.outputs[:1], **attributes)

    def constant(self, value: Any, dtype: str | None = None) -> str:
        """The name of a constant: a number or an array, of the first output's dtype unless told otherwise."""
        return self.writer.constant(np.asarray(value, dtype or self.kind))

    def integers(self, values: Sequence[int]) -> str:
        return self.constant(values, "int64")

    def as_kind(self, name: str, dtype: str | None = None) -> str:
        """The input in the output's dtype: ONNX promotes nothing by itself."""
        dtype = dtype or self.kind
        return name if self.dtype(name) == dtype else self.add("Cast", [name], to=self.writer.element(dtype))

    def operands(self) -> list[str]:
        """The operands of an expression in the order they were written, a number among them as a constant."""
        written = [key for key in ("input", "other", "exponent") if key in self.attributes]
        if not written:
            return [self.as_kind(name) for name in self.inputs]
        number = self.constant(self.number(written[0]))
        mine = [self.as_kind(name) for name in self.inputs]
        return [number, *mine] if written[0] == "input" else [*mine, number]

    def axes(self) -> list[int]:
        """The axes a reduction runs over; all, where none is named."""
        dim = self.attributes.get("dim")
        if dim is None:
            return list(range(len(self.shape(self.inputs[0]))))
        return [dim] if isinstance(dim, int) else list(dim)

    def reduce(self, type: str, name: str, outputs: Sequence[str] | None = None, keep: bool | None = None) -> str:
        keepdims = bool(self.attributes.get("keepdim", False)) if keep is None else keep
        axes = self.axes()
        if not axes:  # a scalar reduces to itself; ONNX wants an axis
            return self.add("Identity", [name], outputs)
        return self.add(type, [name, self.integers(axes)], outputs, keepdims=int(keepdims))

    def averaged(self, name: str) -> None:
        """End a loss: every element's share, reduced as `reduction` says."""
        reduction = self.attributes.get("reduction", "mean")
        if reduction == "none":
            self.end("Identity", [name])
        elif reduction in ("mean", "sum"):
            self.end("ReduceMean" if reduction == "mean" else "ReduceSum", [name], keepdims=0)
        else:
            raise self.none(f"reduction={reduction}")


Twin = Callable[[Op], None]
TWINS: dict[str, Twin] = {}


def twin(*names: str) -> Callable[[Twin], Twin]:
    def keep(function: Twin) -> Twin:
        TWINS.update(dict.fromkeys(names, function))
        return function

    return keep


# Arithmetic and functions of one number -------------------------------------------------------------------------------

_BINARY = {"add": "Add", "sub": "Sub", "mul": "Mul", "div": "Div", "pow": "Pow", "maximum": "Max", "minimum": "Min"}
_UNARY = {
    "abs": "Abs", "ceil": "Ceil", "cos": "Cos", "erf": "Erf", "exp": "Exp", "floor": "Floor", "log": "Log",
    "neg": "Neg", "reciprocal": "Reciprocal", "round": "Round", "sign": "Sign", "sin": "Sin", "sqrt": "Sqrt",
    "tan": "Tan", "asin": "Asin", "acos": "Acos", "atan": "Atan", "sinh": "Sinh", "cosh": "Cosh", "asinh": "Asinh",
    "acosh": "Acosh", "atanh": "Atanh", "clone": "Identity", "relu": "Relu", "sigmoid": "Sigmoid", "tanh": "Tanh",
    "selu": "Selu", "mish": "Mish", "hardswish": "HardSwish",
}  # fmt: skip


@twin(*_BINARY)
def _binary(op: Op) -> None:
    op.only("input", "other", "exponent", "alpha")
    left, right = op.operands()
    if "alpha" in op.attributes:
        right = op.add("Mul", [right, op.constant(op.number("alpha"))])
    op.end(_BINARY[op.node["op"]], [left, right])


@twin("rsub")
def _rsub(op: Op) -> None:
    op.only("input", "other")
    if "input" not in op.attributes:
        raise op.none()
    op.end("Sub", op.operands())


@twin(*_UNARY)
def _unary(op: Op) -> None:
    op.only()
    op.end(_UNARY[op.node["op"]], [op.as_kind(op.inputs[0])])


@twin("rsqrt")
def _rsqrt(op: Op) -> None:
    op.end("Reciprocal", [op.add("Sqrt", op.inputs)])


@twin("expm1")
def _expm1(op: Op) -> None:
    op.end("Sub", [op.add("Exp", op.inputs), op.constant(1)])


@twin("log1p")
def _log1p(op: Op) -> None:
    op.end("Log", [op.add("Add", [op.inputs[0], op.constant(1)])])


@twin("log2", "log10")
def _log_of_base(op: Op) -> None:
    op.end("Div", [op.add("Log", op.inputs), op.constant(math.log(int(op.node["op"][3:])))])


@twin("to")
def _to(op: Op) -> None:
    op.end("Cast", op.inputs, to=op.writer.element(op.kind))


@twin("clamp")
def _clamp(op: Op) -> None:
    op.only("min", "max")
    low, high = (op.constant(op.number(end)) if end in op.attributes else "" for end in ("min", "max"))
    op.end("Clip", [op.as_kind(op.inputs[0]), low, high])


@twin("where")
def _where(op: Op) -> None:
    condition, left, right = op.inputs
    op.end("Where", [condition, op.as_kind(left), op.as_kind(right)])


@twin("masked_fill")
def _masked_fill(op: Op) -> None:
    value, mask = op.inputs[0], op.as_kind(op.inputs[1], "bool")
    op.end("Where", [mask, op.constant(op.number("value")), value])


# Activations ----------------------------------------------------------------------------------------------------------


@twin("leaky_relu")
def _leaky_relu(op: Op) -> None:
    op.end("LeakyRelu", op.inputs, alpha=op.number("negative_slope"))


@twin("elu")
def _elu(op: Op) -> None:
    op.only("alpha")
    op.end("Elu", op.inputs, alpha=op.number("alpha", 1.0))


@twin("gelu")
def _gelu(op: Op) -> None:
    op.end("Gelu", op.inputs, approximate=op.attributes.get("approximate", "none"))


@twin("silu")
def _silu(op: Op) -> None:
    op.end("Mul", [op.inputs[0], op.add("Sigmoid", op.inputs)])


@twin("softplus")
def _softplus(op: Op) -> None:
    """log(1 + e^(βx)) / β. Above `threshold` ours is x itself, which differs by less than float32 can tell."""
    beta = op.constant(op.number("beta", 1.0))
    op.end("Div", [op.add("Softplus", [op.add("Mul", [op.inputs[0], beta])]), beta])


@twin("logsigmoid")
def _logsigmoid(op: Op) -> None:
    op.end("Neg", [op.add("Softplus", [op.add("Neg", op.inputs)])])


@twin("celu")
def _celu(op: Op) -> None:
    op.end("Celu", op.inputs, alpha=op.number("alpha", 1.0))


@twin("hardsigmoid")
def _hardsigmoid(op: Op) -> None:
    op.end("HardSigmoid", op.inputs, alpha=1 / 6, beta=0.5)


@twin("hardtanh")
def _hardtanh(op: Op) -> None:
    op.end("Clip", [op.inputs[0], *(op.constant(op.number(end)) for end in ("min_val", "max_val"))])


@twin("hardshrink", "softshrink")
def _shrink(op: Op) -> None:
    edge = op.number("lambd", 0.5)
    op.end("Shrink", op.inputs, lambd=edge, bias=edge if op.node["op"] == "softshrink" else 0.0)


@twin("threshold")
def _threshold(op: Op) -> None:
    above = op.add("Greater", [op.inputs[0], op.constant(op.number("threshold"))])
    op.end("Where", [above, op.inputs[0], op.constant(op.number("value"))])


@twin("prelu")
def _prelu(op: Op) -> None:
    """ONNX spreads the slopes from the last axis on; ours run along the second."""
    x, weight = op.inputs
    axes, slopes = len(op.shape(x)), op.shape(weight)
    if len(slopes) == 1 < axes:
        weight = op.add("Reshape", [weight, op.integers([*slopes, *[1] * (axes - 2)])])
    op.end("PRelu", [x, weight])


@twin("glu")
def _glu(op: Op) -> None:
    axis = int(op.attributes["dim"])
    halves = [op.writer.fresh(op.node["id"]) for _ in range(2)]
    op.add("Split", op.inputs, halves, axis=axis, num_outputs=2)
    op.end("Mul", [halves[0], op.add("Sigmoid", halves[1:])])


@twin("softmax", "log_softmax")
def _softmax(op: Op) -> None:
    type = "Softmax" if op.node["op"] == "softmax" else "LogSoftmax"
    op.end(type, [op.as_kind(op.inputs[0])], axis=int(op.number("dim")))


# Shape ----------------------------------------------------------------------------------------------------------------


@twin("flatten", "view", "reshape", "squeeze", "unsqueeze", "unflatten")
def _reshape(op: Op) -> None:
    op.end("Reshape", [op.inputs[0], op.integers(op.out)], allowzero=1)


@twin("permute")
def _permute(op: Op) -> None:
    op.end("Transpose", op.inputs, perm=list(op.attributes["dims"]))


@twin("transpose", "t")
def _transpose(op: Op) -> None:
    order = list(range(len(op.shape(op.inputs[0]))))
    if len(order) > 1:
        one, other = op.attributes.get("dim0", 0), op.attributes.get("dim1", 1)
        order[one], order[other] = order[other], order[one]
    op.end("Transpose", op.inputs, perm=order)


@twin("expand")
def _expand(op: Op) -> None:
    op.end("Expand", [op.inputs[0], op.integers(op.out)])


@twin("repeat")
def _repeat(op: Op) -> None:
    repeats = list(op.attributes["repeats"])
    shape = op.shape(op.inputs[0])
    wide = [1] * (len(repeats) - len(shape)) + list(shape)
    op.end("Tile", [op.add("Reshape", [op.inputs[0], op.integers(wide)]), op.integers(repeats)])


@twin("tril")
def _tril(op: Op) -> None:
    diagonal = op.constant(int(op.attributes.get("diagonal", 0)), "int64")
    op.end("Trilu", [op.inputs[0], diagonal], upper=int(bool(op.attributes.get("upper"))))


@twin("pad")
def _pad(op: Op) -> None:
    op.only("widths", "value")
    widths = op.attributes["widths"]
    pads = op.integers([before for before, _ in widths] + [after for _, after in widths])
    op.end("Pad", [op.inputs[0], pads, op.constant(op.number("value", 0.0))])


@twin("cat")
def _cat(op: Op) -> None:
    op.end("Concat", [op.as_kind(name) for name in op.inputs], axis=int(op.attributes["dim"]))


@twin("stack")
def _stack(op: Op) -> None:
    axis = int(op.attributes["dim"])
    lifted = [op.add("Unsqueeze", [op.as_kind(name), op.integers([axis])]) for name in op.inputs]
    op.end("Concat", lifted, axis=axis)


@twin("split")
def _split(op: Op) -> None:
    op.only("sizes", "dim")
    sizes = op.integers(op.attributes["sizes"])
    op.add("Split", [op.inputs[0], sizes], op.outputs, axis=int(op.attributes["dim"]))


@twin("unbind")
def _unbind(op: Op) -> None:
    axis = int(op.attributes["dim"])
    for place, output in enumerate(op.outputs):
        op.add("Gather", [op.inputs[0], op.constant(place, "int64")], [output], axis=axis)


# Picking --------------------------------------------------------------------------------------------------------------


@twin("embedding")
def _embedding(op: Op) -> None:
    op.end("Gather", op.inputs, axis=0)


@twin("index_select")
def _index_select(op: Op) -> None:
    op.end("Gather", op.inputs, axis=int(op.attributes["dim"]))


@twin("gather")
def _gather(op: Op) -> None:
    op.end("GatherElements", op.inputs, axis=int(op.attributes["dim"]))


@twin("getitem")
def _getitem(op: Op) -> None:
    """`x[1:3, ..., 2]`: a slice of each axis, then the axes that an integer takes away. An index that is a tensor has a
    twin where it stands first and alone."""
    index = op.attributes["index"]
    if len(op.inputs) == 2:
        if index != ["index 0"] or op.dtype(op.inputs[1]) == "bool":
            raise op.none("a tensor among its indices")
        op.end("Gather", op.inputs, axis=0)
        return
    shape = op.shape(op.inputs[0])
    taken = sum(1 for one in index if one is not None and one != "...")
    bounds: list[tuple[int, int, int, int]] = []  # start, end, axis, step
    axis = 0
    for one in index:
        if one is None:
            continue
        if one == "...":
            axis += len(shape) - taken
            continue
        if isinstance(one, bool) or not isinstance(one, (int, str)):
            raise op.none(f"an index {one}")
        start, stop, step = _bounds(one, shape[axis], op)
        bounds.append((start, stop, axis, step))
        axis += 1
    if not bounds:
        op.end("Reshape", [op.inputs[0], op.integers(op.out)])
        return
    sliced = op.add("Slice", [op.inputs[0], *(op.integers(part) for part in zip(*bounds, strict=True))])
    op.end("Reshape", [sliced, op.integers(op.out)], allowzero=1)


def _bounds(one: int | str, size: int, op: Op) -> tuple[int, int, int]:
    """Where an index begins and ends along an axis of `size`."""
    if isinstance(one, int):
        at = one + size if one < 0 else one
        return at, at + 1, 1
    if not re.fullmatch(r"-?\d*:-?\d*(:-?\d*)?", one):
        raise op.none(f"an index {one}")
    parts = [int(part) if part else None for part in one.split(":")]
    return slice(*parts).indices(size)


@twin("topk")
def _topk(op: Op) -> None:
    op.only("k", "dim", "largest")
    axis, largest = int(op.attributes["dim"]), int(bool(op.attributes["largest"]))
    k = op.integers([int(op.attributes["k"])])
    op.add("TopK", [op.inputs[0], k], op.outputs[:2], axis=axis, largest=largest, sorted=1)


# Linear algebra -------------------------------------------------------------------------------------------------------


@twin("matmul", "mm", "dot")
def _matmul(op: Op) -> None:
    op.only()
    op.end("MatMul", op.inputs)


@twin("linear")
def _linear(op: Op) -> None:
    weight = op.add("Transpose", [op.inputs[1]], perm=[1, 0])
    if len(op.inputs) == 2:
        op.end("MatMul", [op.inputs[0], weight])
    else:
        op.end("Add", [op.add("MatMul", [op.inputs[0], weight]), op.inputs[2]])


@twin("addmm")
def _addmm(op: Op) -> None:
    op.only("alpha", "beta")
    bias, left, right = op.inputs
    op.end("Gemm", [left, right, bias], alpha=op.number("alpha", 1.0), beta=op.number("beta", 1.0))


@twin("einsum")
def _einsum(op: Op) -> None:
    op.end("Einsum", op.inputs, equation=op.attributes["equation"])


# Reductions -----------------------------------------------------------------------------------------------------------

_REDUCTIONS = {
    "sum": "ReduceSum", "mean": "ReduceMean", "amax": "ReduceMax", "amin": "ReduceMin", "prod": "ReduceProd",
    "logsumexp": "ReduceLogSumExp",
}  # fmt: skip


@twin(*_REDUCTIONS)
def _reduction(op: Op) -> None:
    op.only("dim", "keepdim")
    op.reduce(_REDUCTIONS[op.node["op"]], op.as_kind(op.inputs[0]), op.outputs[:1])


@twin("max", "min")
def _extreme(op: Op) -> None:
    op.only("dim", "keepdim")
    type = op.node["op"].capitalize()
    op.reduce(f"Reduce{type}", op.inputs[0], op.outputs[:1])
    if len(op.outputs) == 2:
        keep = int(bool(op.attributes.get("keepdim", False)))
        op.add(f"Arg{type}", op.inputs, op.outputs[1:], axis=op.axes()[0], keepdims=keep)


@twin("norm")
def _norm(op: Op) -> None:
    p = op.number("p")
    if p not in (1.0, 2.0):
        raise op.none(f"p={p}")
    op.reduce("ReduceL1" if p == 1 else "ReduceL2", op.inputs[0], op.outputs[:1])


@twin("var", "std")
def _spread(op: Op) -> None:
    op.only("dim", "keepdim", "correction")
    shape = op.shape(op.inputs[0])
    count = math.prod(shape[axis] for axis in op.axes())
    rest = count - op.number("correction", 1)
    if rest <= 0:
        raise op.none("too few numbers")
    off = op.add("Sub", [op.inputs[0], op.reduce("ReduceMean", op.inputs[0], keep=True)])
    squares = op.reduce("ReduceSum", op.add("Mul", [off, off]))
    if op.node["op"] == "var":
        op.end("Div", [squares, op.constant(rest)])
    else:
        op.end("Sqrt", [op.add("Div", [squares, op.constant(rest)])])


@twin("cumsum")
def _cumsum(op: Op) -> None:
    op.end("CumSum", [op.as_kind(op.inputs[0]), op.constant(int(op.attributes["dim"]), "int64")])


# Convolution and pooling ----------------------------------------------------------------------------------------------


def _both_sides(padding: Sequence[int]) -> list[int]:
    return [*padding, *padding]


@twin("conv1d", "conv2d", "conv3d", "conv_transpose1d", "conv_transpose2d", "conv_transpose3d")
def _convolution(op: Op) -> None:
    op.only("stride", "padding", "dilation", "groups", "output_padding")
    transposed = "transpose" in op.node["op"]
    spatial = int(op.node["op"][-2])
    arguments: dict[str, Any] = {
        "strides": list(op.attributes["stride"]),
        "pads": _both_sides(op.attributes["padding"]),
        "dilations": list(op.attributes["dilation"]),
        "group": int(op.attributes["groups"]),
    }
    if transposed:
        arguments["output_padding"] = list(op.attributes["output_padding"])
    if len(op.shape(op.inputs[0])) == spatial + 1:  # one image, without a batch
        image = op.add("Unsqueeze", [op.inputs[0], op.integers([0])])
        made = op.add("ConvTranspose" if transposed else "Conv", [image, *op.inputs[1:]], **arguments)
        op.end("Squeeze", [made, op.integers([0])])
    else:
        op.end("ConvTranspose" if transposed else "Conv", op.inputs, **arguments)


@twin("max_pool1d", "max_pool2d", "max_pool3d")
def _max_pool(op: Op) -> None:
    op.only("kernel_size", "stride", "padding", "dilation", "ceil_mode", "return_indices")
    _batched(op)
    if op.writer.used.intersection(op.outputs[1:]):
        raise op.none("its indices are used")
    op.end(
        "MaxPool",
        op.inputs,
        kernel_shape=list(op.attributes["kernel_size"]),
        strides=list(op.attributes["stride"]),
        pads=_both_sides(op.attributes["padding"]),
        dilations=list(op.attributes["dilation"]),
        ceil_mode=int(op.attributes["ceil_mode"]),
    )


@twin("avg_pool1d", "avg_pool2d", "avg_pool3d")
def _average_pool(op: Op) -> None:
    op.only("kernel_size", "stride", "padding", "ceil_mode", "count_include_pad")
    _batched(op)
    op.end(
        "AveragePool",
        op.inputs,
        kernel_shape=list(op.attributes["kernel_size"]),
        strides=list(op.attributes["stride"]),
        pads=_both_sides(op.attributes["padding"]),
        ceil_mode=int(op.attributes["ceil_mode"]),
        count_include_pad=int(op.attributes["count_include_pad"]),
    )


@twin("adaptive_avg_pool1d", "adaptive_avg_pool2d")
def _adaptive_average_pool(op: Op) -> None:
    """Where the windows are equal it is an ordinary average pooling."""
    _batched(op)
    sizes, outs = op.shape(op.inputs[0])[2:], op.out[2:]
    if any(size % out for size, out in zip(sizes, outs, strict=True)):
        raise op.none("its windows are not equal")
    kernel = [size // out for size, out in zip(sizes, outs, strict=True)]
    op.end("AveragePool", op.inputs, kernel_shape=kernel, strides=kernel)


def _batched(op: Op) -> None:
    if len(op.shape(op.inputs[0])) != int(re.findall(r"\d", op.node["op"])[-1]) + 2:
        raise op.none("an image without a batch")


# Normalization --------------------------------------------------------------------------------------------------------


@twin("batch_norm")
def _batch_norm(op: Op) -> None:
    x, *rest = op.inputs
    shape = op.shape(x)
    wide = op.integers([1, shape[1]] + [1] * (len(shape) - 2))
    if op.attributes["training"]:
        axes = op.integers([axis for axis in range(len(shape)) if axis != 1])
        mean = op.add("ReduceMean", [x, axes], keepdims=1)
        off = op.add("Sub", [x, mean])
        variance = op.add("ReduceMean", [op.add("Mul", [off, off]), axes], keepdims=1)
    elif len(rest) in (2, 4):
        mean, variance = (op.add("Reshape", [name, wide]) for name in rest[-2:])
        off, rest = op.add("Sub", [x, mean]), rest[:-2]
    else:
        raise op.none("a weight without a bias")
    spread = op.add("Sqrt", [op.add("Add", [variance, op.constant(op.number("eps"))])])
    normal = op.add("Div", [off, spread])
    if len(rest) == 2:
        weight, bias = (op.add("Reshape", [name, wide]) for name in rest)
        op.end("Add", [op.add("Mul", [normal, weight]), bias])
    elif not rest:
        op.end("Identity", [normal])
    else:
        raise op.none("a weight without a bias")


@twin("layer_norm")
def _layer_norm(op: Op) -> None:
    shape = op.attributes["normalized_shape"]
    inputs = op.inputs if len(op.inputs) > 1 else [op.inputs[0], op.constant(np.ones(shape))]
    op.end("LayerNormalization", inputs, axis=-len(shape), epsilon=op.number("eps"))


@twin("group_norm")
def _group_norm(op: Op) -> None:
    x, *affine = op.inputs
    shape = op.shape(x)
    grouped = op.add("Reshape", [x, op.integers([shape[0], int(op.attributes["num_groups"]), -1])])
    off = op.add("Sub", [grouped, op.add("ReduceMean", [grouped, op.integers([2])])])
    variance = op.add("ReduceMean", [op.add("Mul", [off, off]), op.integers([2])])
    spread = op.add("Sqrt", [op.add("Add", [variance, op.constant(op.number("eps"))])])
    normal = op.add("Reshape", [op.add("Div", [off, spread]), op.integers(shape)])
    if len(affine) == 1:
        raise op.none("a weight without a bias")
    if affine:
        wide = op.integers([1, shape[1]] + [1] * (len(shape) - 2))
        weight, bias = (op.add("Reshape", [name, wide]) for name in affine)
        normal = op.add("Add", [op.add("Mul", [normal, weight]), bias])
    op.end("Identity", [normal])


@twin("dropout")
def _dropout(op: Op) -> None:
    """The mask that was drawn is part of the moment: the same numbers are dropped."""
    op.end("Mul", op.inputs)


@twin("xlogy")
def _xlogy(op: Op) -> None:
    """x log y, and 0 where x is 0."""
    op.only()
    x, y = op.operands()
    zero = op.constant(0)
    op.end("Where", [op.add("Equal", [x, zero]), zero, op.add("Mul", [x, op.add("Log", [y])])])


# Losses ---------------------------------------------------------------------------------------------------------------


@twin("mse_loss", "l1_loss")
def _difference_loss(op: Op) -> None:
    op.only("reduction")
    off = op.add("Sub", [op.as_kind(name) for name in op.inputs])
    op.averaged(op.add("Mul", [off, off]) if op.node["op"] == "mse_loss" else op.add("Abs", [off]))


@twin("smooth_l1_loss", "huber_loss")
def _bent_loss(op: Op) -> None:
    """d²/2 up to a width w, beyond it w (|d| − w/2); smooth_l1 divides that by w."""
    op.only("reduction", "beta", "delta")
    smooth = op.node["op"] == "smooth_l1_loss"
    width = op.number("beta" if smooth else "delta", 1.0)
    off = op.add("Abs", [op.add("Sub", [op.as_kind(name) for name in op.inputs])])
    if smooth and width == 0:
        op.averaged(off)
        return
    half, edge = op.constant(0.5), op.constant(width)
    inner = op.add("Mul", [half, op.add("Mul", [off, off])])
    outer = op.add("Mul", [edge, op.add("Sub", [off, op.constant(width / 2)])])
    bent = op.add("Where", [op.add("Less", [off, edge]), inner, outer])
    op.averaged(op.add("Div", [bent, edge]) if smooth else bent)


@twin("binary_cross_entropy")
def _binary_cross_entropy(op: Op) -> None:
    """−(y log p + (1 − y) log(1 − p)), each logarithm at least −100."""
    op.only("reduction")
    p, y = _two(op)
    one, least = op.constant(1), op.constant(-100)
    yes = op.add("Mul", [y, op.add("Max", [op.add("Log", [p]), least])])
    log_no = op.add("Max", [op.add("Log", [op.add("Sub", [one, p])]), least])
    no = op.add("Mul", [op.add("Sub", [one, y]), log_no])
    op.averaged(op.add("Neg", [op.add("Add", [yes, no])]))


@twin("binary_cross_entropy_with_logits")
def _binary_cross_entropy_with_logits(op: Op) -> None:
    """softplus(x) − x y."""
    op.only("reduction")
    x, y = _two(op)
    op.averaged(op.add("Sub", [op.add("Softplus", [x]), op.add("Mul", [x, y])]))


@twin("kl_div")
def _kl_div(op: Op) -> None:
    """y (log y − x), 0 where y is 0; y itself a logarithm where `log_target`."""
    op.only("reduction", "log_target")
    x, y = _two(op)
    if op.attributes.get("log_target"):
        each = op.add("Mul", [op.add("Exp", [y]), op.add("Sub", [y, x])])
    else:
        zero = op.constant(0)
        each = op.add("Mul", [y, op.add("Sub", [op.add("Log", [y]), x])])
        each = op.add("Where", [op.add("Greater", [y, zero]), each, zero])
    op.averaged(each)


@twin("nll_loss", "cross_entropy")
def _class_loss(op: Op) -> None:
    op.only("reduction", "ignore_index")
    if op.dtype(op.inputs[1]) != "int64":
        raise op.none("its targets are probabilities")
    if len(op.shape(op.inputs[0])) < 2:
        raise op.none("an input without a batch")
    type = "NegativeLogLikelihoodLoss" if op.node["op"] == "nll_loss" else "SoftmaxCrossEntropyLoss"
    ignore = int(op.number("ignore_index", -100))
    op.end(type, op.inputs, reduction=op.attributes.get("reduction", "mean"), ignore_index=ignore)


def _two(op: Op) -> tuple[str, str]:
    if len(op.inputs) != 2:
        raise op.none("it has weights")
    return op.as_kind(op.inputs[0]), op.as_kind(op.inputs[1])


# Recurrent ------------------------------------------------------------------------------------------------------------


@twin("lstm")
def _lstm(op: Op) -> None:
    """ONNX orders the gates i, o, f, c where PyTorch has i, f, g, o, and has an axis for the direction."""
    if len(op.inputs) != 7:
        raise op.none("without biases")
    x, weight_ih, weight_hh, bias_ih, bias_hh, hx, cx = op.inputs
    hidden = op.shape(weight_hh)[1]

    def gates(name: str) -> str:
        parts = [f"{op.writer.fresh(op.node['id'])}" for _ in range(4)]
        op.add("Split", [name, op.integers([hidden] * 4)], parts, axis=0)
        i, f, g, o = parts
        return op.add("Concat", [i, o, f, g], axis=0)

    def lifted(name: str) -> str:
        return op.add("Unsqueeze", [name, op.integers([0])])

    biases = op.add("Concat", [gates(bias_ih), gates(bias_hh)], axis=0)
    whole = [op.writer.fresh(op.node["id"]) for _ in range(3)]
    weights = [lifted(gates(weight_ih)), lifted(gates(weight_hh)), lifted(biases)]
    direction = "reverse" if op.attributes.get("reverse") else "forward"
    starts = [op.add("Reshape", [name, op.integers([1, op.shape(x)[1], hidden])]) for name in (hx, cx)]
    op.add("LSTM", [x, *weights, "", *starts], whole, hidden_size=hidden, direction=direction)
    for name, output in zip(whole, op.outputs, strict=True):
        op.add("Reshape", [name, op.integers(op.shape(output))], [output])
