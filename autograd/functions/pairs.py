"""Functions of two numbers, element by element, beside plain arithmetic: atan2, hypot, fmod, xlogy's kin, bits."""

# numpy's stubs type most results as Any, which says nothing about an op.
# mypy: disable-error-code="no-any-return"
from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

import autograd.tensor as tensors
from autograd import dtypes
from autograd.function import Array, Function, apply, apply_many
from autograd.functions import arithmetic, choice
from autograd.functions.common import broadcast_error, is_tensor, need_tensor, sum_to, zeros_like
from autograd.functions.derived import Derived

if TYPE_CHECKING:
    from autograd.tensor import Tensor


def _floating(value: Any) -> Any:
    return value if value.dtype.kind == "f" else value.astype(dtypes.default_numpy())


class _Pair(Derived):
    """Two operands, of which the second may be a number in `options`.

    `values` is of both in their promoted type, and `slopes` what each share is before it is summed back.
    """

    __slots__ = ()
    arguments: ClassVar[tuple[str, ...]] = ("input", "other")
    floating = True
    saves: ClassVar[tuple[str, ...]] = ("input", "other")

    def values(self, a: Any, b: Any) -> Any:
        """The function itself."""
        raise NotImplementedError(f"{type(self).__name__} does not define values")

    def slopes(self, g: Tensor, a: Tensor, b: Tensor) -> tuple[Tensor | None, Tensor | None]:
        """The gradient of each operand."""
        raise NotImplementedError(f"{type(self).__name__} does not define slopes")

    def forward(self, input: Any, other: Any) -> Array:
        a, b = dtypes.promote(input, other)
        if self.floating:
            a, b = _floating(a), _floating(b)
        try:
            with np.errstate(all="ignore"):
                y = np.asarray(self.values(a, b))
        except ValueError:
            raise broadcast_error(np.asarray(a), np.asarray(b)) from None
        self.saved = y
        return y

    def differentiate(self, gradient: Tensor) -> Any:
        kind = gradient._array.dtype
        pair = [
            v if is_tensor(v) else tensors.wrap(np.asarray(v, kind)) for v in (*self.inputs, *self.options.values())
        ]
        shares = [
            None if s is None else sum_to(s, v._array.shape)
            for s, v in zip(self.slopes(gradient, *pair), pair, strict=True)
        ]
        return tuple(shares[: len(self.inputs)])


class Atan2(_Pair):
    __slots__ = ()
    op, backward_name = "atan2", "Atan2Backward0"
    formula = r"\operatorname{atan2}(\text{input}, \text{other})"
    derivatives: ClassVar[dict[str, str]] = {
        "input": r"g \cdot \frac{\text{other}}{\text{input}^2 + \text{other}^2}",
        "other": r"-g \cdot \frac{\text{input}}{\text{input}^2 + \text{other}^2}",
    }

    def values(self, a: Any, b: Any) -> Any:
        return np.arctan2(a, b)

    def slopes(self, g: Tensor, a: Tensor, b: Tensor) -> Any:
        size = a * a + b * b
        part = g / size.masked_fill(size == 0, 1.0)
        return part * b, part * -a


class Hypot(_Pair):
    __slots__ = ()
    op, backward_name, saves = "hypot", "HypotBackward0", ("input", "other", "output")
    formula = r"\sqrt{\text{input}^2 + \text{other}^2}"
    derivatives: ClassVar[dict[str, str]] = {
        "input": r"g \cdot \text{input} / \text{output}",
        "other": r"g \cdot \text{other} / \text{output}",
    }

    def values(self, a: Any, b: Any) -> Any:
        return np.hypot(a, b)

    def slopes(self, g: Tensor, a: Tensor, b: Tensor) -> Any:
        y = self.result(self.saved)
        return g * (a / y), g * (b / y)


class LogAddExp(_Pair):
    __slots__ = ()
    op, backward_name = "logaddexp", "LogaddexpBackward0"
    formula = r"\ln(e^{\text{input}} + e^{\text{other}})"
    derivatives: ClassVar[dict[str, str]] = {
        "input": r"g \cdot \sigma(\text{input} - \text{other})",
        "other": r"g \cdot \sigma(\text{other} - \text{input})",
    }
    base = 1.0

    def values(self, a: Any, b: Any) -> Any:
        return np.logaddexp(a, b)

    def slopes(self, g: Tensor, a: Tensor, b: Tensor) -> Any:
        distance = (a - b) * self.base
        return g * distance.sigmoid(), g * (-distance).sigmoid()


class LogAddExp2(LogAddExp):
    __slots__ = ()
    op, backward_name = "logaddexp2", "Logaddexp2Backward0"
    formula = r"\log_2(2^{\text{input}} + 2^{\text{other}})"
    derivatives: ClassVar[dict[str, str]] = {
        "input": r"g \cdot \sigma(\ln 2 \cdot (\text{input} - \text{other}))",
        "other": r"g \cdot \sigma(\ln 2 \cdot (\text{other} - \text{input}))",
    }
    base = math.log(2)

    def values(self, a: Any, b: Any) -> Any:
        return np.logaddexp2(a, b)


class Fmod(_Pair):
    __slots__ = ()
    op, floating = "fmod", False
    formula = r"\text{input} - \text{other} \cdot \operatorname{trunc}(\text{input} / \text{other})"
    derivatives: ClassVar[dict[str, str]] = {
        "input": "g",
        "other": r"-g \cdot \operatorname{trunc}(\text{input} / \text{other})",
    }

    def name(self) -> str:
        return "FmodBackward1" if len(self.edges) == 2 else "FmodBackward0"

    def values(self, a: Any, b: Any) -> Any:
        return np.fmod(a, b)

    def slopes(self, g: Tensor, a: Tensor, b: Tensor) -> Any:
        return g * arithmetic.pow(b, 0), -g * (a / b).trunc()


class Copysign(_Pair):
    __slots__ = ()
    op, saves = "copysign", ("input", "output")
    formula = r"|\text{input}| \text{ with the sign of other}"
    derivatives: ClassVar[dict[str, str]] = {"input": r"g \cdot \text{output} / \text{input}", "other": "0"}

    def name(self) -> str:
        return "CopysignBackward0" if len(self.edges) == 2 else "CopysignBackward1"

    def values(self, a: Any, b: Any) -> Any:
        return np.copysign(a, b)

    def slopes(self, g: Tensor, a: Tensor, b: Tensor) -> Any:
        x = a._array
        sign = np.where(x == 0, 0, self.saved / np.where(x == 0, 1, x)).astype(g._array.dtype)
        return g * tensors.wrap(sign), zeros_like(g)


class Fmax(_Pair):
    """`maximum`, but a number beats NaN."""

    __slots__ = ()
    op, backward_name, floating = "fmax", "FmaxBackward0", False
    formula = r"\max(\text{input}, \text{other})"
    derivatives: ClassVar[dict[str, str]] = {
        "input": r"g \cdot [\text{input} \ge \text{other}]",
        "other": r"g \cdot [\text{input} < \text{other}]",
    }

    def values(self, a: Any, b: Any) -> Any:
        return np.fmax(a, b)

    def wins(self, a: Array, b: Array) -> Array:
        """Where the first is taken."""
        return (a >= b) | np.isnan(b)

    def slopes(self, g: Tensor, a: Tensor, b: Tensor) -> Any:
        first = tensors.wrap(self.wins(a._array, b._array))
        return choice.where(first, g, 0.0), choice.where(first, 0.0, g)


class Fmin(Fmax):
    """`minimum`, but a number beats NaN."""

    __slots__ = ()
    op, backward_name = "fmin", "FminBackward0"
    formula = r"\min(\text{input}, \text{other})"
    derivatives: ClassVar[dict[str, str]] = {
        "input": r"g \cdot [\text{input} \le \text{other}]",
        "other": r"g \cdot [\text{input} > \text{other}]",
    }

    def values(self, a: Any, b: Any) -> Any:
        return np.fmin(a, b)

    def wins(self, a: Array, b: Array) -> Array:
        return (a <= b) | np.isnan(b)


class _Added(Derived):
    """`input + value * (tensor1 ∘ tensor2)`."""

    __slots__ = ()
    arguments = ("input", "tensor1", "tensor2")
    saves = ("tensor1", "tensor2")

    def combined(self, a: Any, b: Any) -> Any:
        """tensor1 ∘ tensor2."""
        raise NotImplementedError(f"{type(self).__name__} does not define combined")

    def parts(self, g: Tensor, a: Tensor, b: Tensor) -> tuple[Tensor, Tensor]:
        """The shares of tensor1 and tensor2."""
        raise NotImplementedError(f"{type(self).__name__} does not define parts")

    def forward(self, input: Array, tensor1: Array, tensor2: Array, value: Any = 1) -> Array:
        self.saved = input.shape
        a, b = dtypes.promote(tensor1, tensor2)
        x, y = dtypes.promote(input, np.asarray(self.combined(a, b)))
        try:
            return x + (y if value == 1 else y.dtype.type(value) * y)
        except ValueError:
            raise broadcast_error(x, y) from None

    def differentiate(self, gradient: Tensor) -> Any:
        a, b = self.inputs[1:]
        first, second = self.parts(gradient * self.options.get("value", 1), a, b)
        return sum_to(gradient, self.saved), sum_to(first, a._array.shape), sum_to(second, b._array.shape)


class Addcmul(_Added):
    __slots__ = ()
    op, backward_name = "addcmul", "AddcmulBackward0"
    formula = r"\text{input} + \text{value} \cdot \text{tensor1} \cdot \text{tensor2}"
    derivatives: ClassVar[dict[str, str]] = {
        "input": "g",
        "tensor1": r"g \cdot \text{value} \cdot \text{tensor2}",
        "tensor2": r"g \cdot \text{value} \cdot \text{tensor1}",
    }

    def combined(self, a: Any, b: Any) -> Any:
        return a * b

    def parts(self, g: Tensor, a: Tensor, b: Tensor) -> tuple[Tensor, Tensor]:
        return g * b, g * a


class Addcdiv(_Added):
    __slots__ = ()
    op, backward_name = "addcdiv", "AddcdivBackward0"
    formula = r"\text{input} + \text{value} \cdot \frac{\text{tensor1}}{\text{tensor2}}"
    derivatives: ClassVar[dict[str, str]] = {
        "input": "g",
        "tensor1": r"g \cdot \frac{\text{value}}{\text{tensor2}}",
        "tensor2": r"-g \cdot \text{value} \cdot \frac{\text{tensor1}}{\text{tensor2}^2}",
    }

    def combined(self, a: Any, b: Any) -> Any:
        if a.dtype.kind != "f":
            raise RuntimeError(
                "Integer division with addcdiv is no longer supported, and in a future release addcdiv will perform a "
                "true division of tensor1 and tensor2."
            )
        with np.errstate(divide="ignore", invalid="ignore"):
            return a / b

    def parts(self, g: Tensor, a: Tensor, b: Tensor) -> tuple[Tensor, Tensor]:
        return g / b, -g * (a / (b * b))


class Lerp(Derived):
    """`input + weight * (end - input)`, computed from the nearer end as PyTorch does."""

    __slots__ = ()
    op, saves = "lerp", ("input", "end", "weight")
    arguments = ("input", "end", "weight")
    formula = r"\text{input} + \text{weight} \cdot (\text{end} - \text{input})"
    derivatives: ClassVar[dict[str, str]] = {
        "input": r"g \cdot (1 - \text{weight})",
        "end": r"g \cdot \text{weight}",
        "weight": r"g \cdot (\text{end} - \text{input})",
    }

    def name(self) -> str:
        return "LerpBackward0" if "weight" in self.options else "LerpBackward1"

    def forward(self, input: Array, end: Array, weight: Any) -> Array:
        w = weight if isinstance(weight, np.ndarray) else input.dtype.type(weight)
        try:
            distance = end - input
            return np.where(np.abs(w) < 0.5, input + w * distance, end - distance * (1 - w))
        except ValueError:
            raise broadcast_error(input, end) from None

    def differentiate(self, gradient: Tensor) -> Any:
        a, b = self.inputs[:2]
        w: Any = self.options["weight"] if "weight" in self.options else self.inputs[2]
        shares = [sum_to(gradient * (1 - w), a._array.shape), sum_to(gradient * w, b._array.shape)]
        if "weight" not in self.options:
            shares.append(sum_to(gradient * (b - a), w._array.shape))
        return tuple(shares)


class Frexp(Derived):
    """Mantissa and exponent."""

    __slots__ = ()
    op, backward_name = "frexp", "FrexpBackward0"
    arguments = ("input",)
    formula = r"\text{input} = \text{mantissa} \cdot 2^{\text{exponent}}"
    derivatives: ClassVar[dict[str, str]] = {"input": r"g / 2^{\text{exponent}}"}

    def forward(self, input: Array) -> tuple[Array, Array]:
        mantissa, exponent = np.frexp(input)
        self.saved = exponent
        return mantissa, exponent.astype(np.int32)

    def differentiate(self, gradient: Tensor, *_: Any) -> Tensor:
        return gradient * tensors.wrap(np.ldexp(np.ones_like(gradient._array), -self.saved))


arithmetic.WITH_NUMBER.update({Fmod: (Fmod, "other"), Copysign: (Copysign, "other")})


def _pair(function: type[Function], input: Any, other: Any) -> Tensor:
    return arithmetic._binary(function, input, other)


def atan2(input: Tensor, other: Tensor) -> Tensor:
    """The angle of the point (other, input), from -pi to pi."""
    need_tensor("atan2", other)
    return _pair(Atan2, input, other)


def hypot(input: Tensor, other: Tensor) -> Tensor:
    """`sqrt(input² + other²)`, without overflow."""
    need_tensor("hypot", other)
    if dtypes.result_type(input._array, other._array).kind != "f":
        raise NotImplementedError("hypot is not implemented for whole numbers")
    return _pair(Hypot, input, other)


def logaddexp(input: Tensor, other: Tensor) -> Tensor:
    """`log(exp(input) + exp(other))`, without overflow."""
    need_tensor("logaddexp", other)
    return _pair(LogAddExp, input, other)


def logaddexp2(input: Tensor, other: Tensor) -> Tensor:
    """`log2(2**input + 2**other)`, without overflow."""
    need_tensor("logaddexp2", other)
    return _pair(LogAddExp2, input, other)


def fmod(input: Tensor, other: Any) -> Tensor:
    """The remainder of division, with the sign of `input`. RuntimeError for integers divided by 0."""
    divisor = other._array if is_tensor(other) else np.asarray(other)
    if input._array.dtype.kind in "iu" and divisor.dtype.kind in "iub" and not divisor.all():
        raise RuntimeError("ZeroDivisionError")
    arithmetic.no_bools("fmod", input._array, divisor if is_tensor(other) else other)
    return _pair(Fmod, input, other)


def copysign(input: Tensor, other: Any) -> Tensor:
    """The size of `input` with the sign of `other`."""
    return _pair(Copysign, input, other)


def fmax(input: Tensor, other: Tensor) -> Tensor:
    """The larger of each pair; a number beats NaN."""
    need_tensor("fmax", other)
    return _pair(Fmax, input, other)


def fmin(input: Tensor, other: Tensor) -> Tensor:
    """The smaller of each pair; a number beats NaN."""
    need_tensor("fmin", other)
    return _pair(Fmin, input, other)


def float_power(input: Any, exponent: Any) -> Tensor:
    """`input ** exponent` in float64."""
    a, b = (v.to(dtypes.float64) if is_tensor(v) else float(v) for v in (input, exponent))
    return arithmetic.pow(a, b)


def ldexp(input: Tensor, other: Tensor) -> Tensor:
    """`input * 2**other`."""
    return input * arithmetic.pow(2.0, other)


def frexp(input: Tensor) -> Any:
    """(mantissa, exponent): `input = mantissa * 2**exponent`, the mantissa in [0.5, 1)."""
    if input._array.dtype.kind != "f":
        raise RuntimeError("torch.frexp() only supports floating-point dtypes")
    return FrexpResult(*apply_many(Frexp, input))


class FrexpResult(tuple[Any, ...]):
    """What `frexp` returns: `mantissa` and `exponent`."""

    __slots__ = ()

    def __new__(cls, mantissa: Any, exponent: Any) -> Any:
        return super().__new__(cls, (mantissa, exponent))

    @property
    def mantissa(self) -> Any:
        """Numbers in [0.5, 1), with their sign."""
        return self[0]

    @property
    def exponent(self) -> Any:
        """int32."""
        return self[1]

    def __repr__(self) -> str:
        return f"torch.return_types.frexp(\nmantissa={self[0]!r},\nexponent={self[1]!r})"


def _plain(function: Any, input: Any, other: Any) -> Tensor:
    """A function of both in their promoted type, outside the graph."""
    a, b = (v._array if is_tensor(v) else v for v in (input, other))
    a, b = dtypes.promote(a, b)
    try:
        with np.errstate(all="ignore"):
            return tensors.wrap(np.asarray(function(a, b)))
    except ValueError:
        raise broadcast_error(np.asarray(a), np.asarray(b)) from None


def nextafter(input: Tensor, other: Tensor) -> Tensor:
    """The next number after `input` towards `other`."""
    if input._array.dtype.kind != "f":
        raise NotImplementedError(f"nextafter is not implemented for '{input.dtype}'")
    return _plain(np.nextafter, input, other)


def heaviside(input: Tensor, values: Tensor) -> Tensor:
    """0 below zero, 1 above, `values` at zero."""
    if input._array.dtype != values._array.dtype:
        raise RuntimeError(
            f"heaviside is not yet implemented for tensors with different dtypes: {input.dtype} and {values.dtype}"
        )
    return _plain(lambda a, b: np.where(a == 0, b, (a > 0).astype(a.dtype)), input, values)


def _whole(name: str, input: Any, other: Any) -> None:
    kind = dtypes.result_type(*[v._array if is_tensor(v) else v for v in (input, other)])
    if kind.kind not in "iu":
        raise NotImplementedError(f'"{name}_cpu" not implemented for {kind}: whole numbers are needed')


def gcd(input: Tensor, other: Tensor) -> Tensor:
    """The greatest common divisor."""
    _whole("gcd", input, other)
    return _plain(np.gcd, input, other)


def lcm(input: Tensor, other: Tensor) -> Tensor:
    """The least common multiple."""
    _whole("lcm", input, other)
    return _plain(np.lcm, input, other)


def bitwise_left_shift(input: Any, other: Any) -> Tensor:
    """`input << other`."""
    _whole("lshift", input, other)
    return _plain(np.left_shift, input, other)


def bitwise_right_shift(input: Any, other: Any) -> Tensor:
    """`input >> other`, keeping the sign."""
    _whole("rshift", input, other)
    return _plain(np.right_shift, input, other)


def addcmul(input: Tensor, tensor1: Tensor, tensor2: Tensor, *, value: Any = 1) -> Tensor:
    """`input + value * tensor1 * tensor2`."""
    return apply(Addcmul, input, tensor1, tensor2, value=value)


def addcdiv(input: Tensor, tensor1: Tensor, tensor2: Tensor, *, value: Any = 1) -> Tensor:
    """`input + value * tensor1 / tensor2`."""
    return apply(Addcdiv, input, tensor1, tensor2, value=value)


def lerp(input: Tensor, end: Tensor, weight: Any) -> Tensor:
    """`input + weight * (end - input)`; the weight is a number or a tensor."""
    if input._array.dtype != end._array.dtype:
        raise RuntimeError(f"expected dtype {input.dtype} for `end` but got dtype {end.dtype}")
    return apply(Lerp, input, end, weight) if is_tensor(weight) else apply(Lerp, input, end, weight=weight)
