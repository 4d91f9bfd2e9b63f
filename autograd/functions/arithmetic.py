"""Arithmetic of two operands, element by element: add, sub, mul, div, pow, maximum, and the like.

An op of a tensor and a Python number is a class of its own, whose number is an option of the node, not an input.
"""

# numpy's stubs type most results as Any, which says nothing about an op.
# mypy: disable-error-code="no-any-return"
from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

import autograd.tensor as tensors  # circular, and used only when an op runs
from autograd import dtypes
from autograd.function import Array, Function, Shares, apply, apply_to_two
from autograd.functions.common import KEPT, broadcast_error, is_tensor, need_tensor, sum_to, unbroadcast, zeros_like

if TYPE_CHECKING:
    from autograd.tensor import Tensor


def _promoted(input: Array, other: Array) -> tuple[Array, Array]:
    """Both in PyTorch's promoted type; RuntimeError with both shapes where they do not broadcast."""
    try:
        np.broadcast_shapes(input.shape, other.shape)
    except ValueError:
        raise broadcast_error(input, other) from None
    return dtypes.promote(input, other)


def _is_bool(value: Any) -> bool:
    return value.dtype.kind == "b" if type(value) is np.ndarray else isinstance(value, (bool, np.bool_))


def no_bools(name: str, a: Any, b: Any) -> None:
    """NotImplementedError for two bools, which PyTorch divides by no other way than `/`."""
    if _is_bool(a) and _is_bool(b):
        raise NotImplementedError(f"{name} is not implemented for 'Bool'")


def _as_float(value: Any) -> Any:
    """Integers and bools in the default floating type: true division and the like."""
    if type(value) is np.ndarray:
        return value if value.dtype.kind == "f" else value.astype(dtypes.default_numpy())
    return value if isinstance(value, float) else float(value)


class _Binary(Function):
    """Two tensors."""

    __slots__ = ()
    arguments: ClassVar[tuple[str, ...]] = ("input", "other")


class _Number(Function):
    """A tensor and a number."""

    __slots__ = ()
    arguments: ClassVar[tuple[str, ...]] = ("input",)


class Add(_Binary):
    __slots__ = ()
    op, backward_name = "add", "AddBackward0"
    formula = r"\text{input} + \alpha \cdot \text{other}"
    derivatives: ClassVar[dict[str, str]] = {"input": r"g", "other": r"\alpha \cdot g"}

    def forward(self, input: Array, other: Array, alpha: Any = None) -> Array:
        if input.shape != other.shape:
            self.saved = input.shape, other.shape
        if input.dtype is other.dtype and alpha is None:
            try:
                return input + other
            except ValueError:
                raise broadcast_error(input, other) from None
        a, b = _promoted(input, other)
        return a + b if alpha is None else a + b * a.dtype.type(alpha)

    def backward(self, gradient: Array) -> Shares:
        shapes, alpha = self.saved, self.options.get("alpha")
        # The engine passes over an edge that leads nowhere.
        scaled = gradient if alpha is None else gradient * gradient.dtype.type(alpha)
        if shapes is None:
            return gradient, scaled
        return (
            unbroadcast(gradient, shapes[0]) if self.edges[0] is not None else None,
            unbroadcast(scaled, shapes[1]) if self.edges[1] is not None else None,
        )

    def differentiate(self, gradient: Tensor) -> Any:
        shape, other_shape = self.saved or (gradient.shape, gradient.shape)
        alpha = self.options.get("alpha")
        return (
            sum_to(gradient, shape) if self.needs(0) else None,
            sum_to(gradient if alpha is None else gradient * alpha, other_shape) if self.needs(1) else None,
        )


class AddNumber(_Number):
    __slots__ = ()
    op, backward_name = "add", "AddBackward0"
    formula, derivatives = Add.formula, {"input": "g"}

    def forward(self, input: Array, other: Any, alpha: Any = None) -> Array:
        a, b = dtypes.promote(input, other if alpha is None else other * alpha)
        return a + b

    def backward(self, gradient: Array) -> Array:
        return gradient

    def differentiate(self, gradient: Tensor) -> Tensor:
        return gradient


class Sub(_Binary):
    __slots__ = ()
    op, backward_name = "sub", "SubBackward0"
    formula = r"\text{input} - \alpha \cdot \text{other}"
    derivatives: ClassVar[dict[str, str]] = {"input": r"g", "other": r"-\alpha \cdot g"}

    def forward(self, input: Array, other: Array, alpha: Any = None) -> Array:
        if input.shape != other.shape:
            self.saved = input.shape, other.shape
        if input.dtype is other.dtype and alpha is None and input.dtype.kind == "f":
            try:
                return input - other
            except ValueError:
                raise broadcast_error(input, other) from None
        a, b = _promoted(input, other)
        _no_bool(input, other)
        return a - b if alpha is None else a - b * a.dtype.type(alpha)

    def backward(self, gradient: Array) -> Shares:
        shapes, alpha = self.saved, self.options.get("alpha")
        other = None
        if self.edges[1] is not None:
            other = -gradient if alpha is None else gradient * gradient.dtype.type(-alpha)
        if shapes is None:
            return gradient, other
        return (
            unbroadcast(gradient, shapes[0]) if self.edges[0] is not None else None,
            None if other is None else unbroadcast(other, shapes[1]),
        )

    def differentiate(self, gradient: Tensor) -> Any:
        shape, other_shape = self.saved or (gradient.shape, gradient.shape)
        alpha = self.options.get("alpha")
        return (
            sum_to(gradient, shape) if self.needs(0) else None,
            sum_to(-gradient if alpha is None else gradient * -alpha, other_shape) if self.needs(1) else None,
        )


class SubNumber(AddNumber):
    __slots__ = ()
    op, backward_name = "sub", "SubBackward0"
    formula = Sub.formula

    def forward(self, input: Array, other: Any, alpha: Any = None) -> Array:
        a, b = dtypes.promote(input, other if alpha is None else other * alpha)
        _no_bool(input, other)
        return a - b


class Rsub(Function):
    """`number - tensor`."""

    __slots__ = ()
    op, backward_name = "rsub", "RsubBackward1"
    arguments = ("other",)
    formula = r"\text{input} - \text{other}"
    derivatives: ClassVar[dict[str, str]] = {"other": "-g"}

    def forward(self, other: Array, input: Any) -> Array:
        a, b = dtypes.promote(input, other)
        _no_bool(input, other)
        return a - b

    def backward(self, gradient: Array) -> Array:
        return -gradient

    def differentiate(self, gradient: Tensor) -> Tensor:
        return -gradient


def _no_bool(input: Any, other: Any) -> None:
    if _is_bool(input) or _is_bool(other):
        raise RuntimeError("Subtraction, the `-` operator, with a bool tensor is not supported.")


class Mul(_Binary):
    __slots__ = ()
    op, backward_name = "mul", "MulBackward0"
    saves = ("input", "other")
    formula = r"\text{input} \cdot \text{other}"
    derivatives: ClassVar[dict[str, str]] = {"input": r"g \cdot \text{other}", "other": r"g \cdot \text{input}"}

    always_saves = True

    def saved_inputs(self) -> tuple[int, ...]:
        # Each operand is kept for the other's sake only.
        edges = self.edges
        return KEPT[(edges[0] is not None) + 2 * (edges[1] is not None)]

    def forward(self, input: Array, other: Array) -> Array:
        wanted, wanted_too = self.edges
        # Where one gradient is wanted the other operand alone is kept.
        self.saved = other if wanted_too is None else input if wanted is None else (input, other)
        if input.dtype is other.dtype:
            try:
                return input * other
            except ValueError:
                raise broadcast_error(input, other) from None
        a, b = _promoted(input, other)
        return a * b

    def backward(self, gradient: Array) -> Shares:
        wanted, wanted_too = self.edges
        if wanted_too is None:
            share = gradient * self.saved
            shape = self.inputs[0]._array.shape
            return (share if share.shape == shape else unbroadcast(share, shape)), None
        if wanted is None:
            share = gradient * self.saved
            shape = self.inputs[1]._array.shape
            return None, (share if share.shape == shape else unbroadcast(share, shape))
        a, b = self.saved
        return unbroadcast(gradient * b, a.shape), unbroadcast(gradient * a, b.shape)

    def differentiate(self, gradient: Tensor) -> Any:
        a, b = self.inputs
        return (
            sum_to(gradient * b, a.shape) if self.needs(0) else None,
            sum_to(gradient * a, b.shape) if self.needs(1) else None,
        )


class MulNumber(_Number):
    __slots__ = ()
    op, backward_name = "mul", "MulBackward0"
    formula, derivatives = Mul.formula, {"input": Mul.derivatives["input"]}

    def forward(self, input: Array, other: Any) -> Array:
        a, b = dtypes.promote(input, other)
        return a * b

    def backward(self, gradient: Array) -> Array:
        return gradient * self.options["other"]

    def differentiate(self, gradient: Tensor) -> Tensor:
        return gradient * self.options["other"]


class Div(_Binary):
    __slots__ = ()
    op, backward_name = "div", "DivBackward0"
    saves = ("input", "other")
    formula = r"\frac{\text{input}}{\text{other}}"
    derivatives: ClassVar[dict[str, str]] = {
        "input": r"\frac{g}{\text{other}}",
        "other": r"-g \cdot \frac{\text{input}}{\text{other}^2}",
    }

    def saved_inputs(self) -> tuple[int, ...]:
        return (0, 1) if self.edges[1] is not None else (1,)

    def forward(self, input: Array, other: Array, rounding_mode: str | None = None) -> Array:
        if input.dtype is not other.dtype or input.dtype.kind != "f" or rounding_mode is not None:
            input, other = _promoted(input, other)
        result = quotient(input, other, rounding_mode)
        self.saved = _as_float(input), _as_float(other)
        return result

    def backward(self, gradient: Array) -> Shares:
        a, b = self.saved
        if self.options:
            gradient = np.zeros_like(gradient)
        with np.errstate(divide="ignore", invalid="ignore"):
            return (
                unbroadcast(gradient / b, a.shape) if self.edges[0] is not None else None,
                unbroadcast(-gradient * ((a / b) / b), b.shape) if self.edges[1] is not None else None,
            )

    def differentiate(self, gradient: Tensor) -> Any:
        a, b = self.inputs
        if self.options:
            gradient = zeros_like(gradient)
        return (
            sum_to(gradient / b, a.shape) if self.needs(0) else None,
            sum_to(-gradient * ((a / b) / b), b.shape) if self.needs(1) else None,
        )


class DivNumber(_Number):
    __slots__ = ()
    op, backward_name = "div", "DivBackward0"
    formula, derivatives = Div.formula, {"input": Div.derivatives["input"]}

    def forward(self, input: Array, other: Any, rounding_mode: str | None = None) -> Array:
        a, b = dtypes.promote(input, other)
        return quotient(a, b, rounding_mode)

    def backward(self, gradient: Array) -> Array:
        if "rounding_mode" in self.options:
            return np.zeros_like(gradient)
        with np.errstate(divide="ignore", invalid="ignore"):
            return gradient / gradient.dtype.type(self.options["other"])

    def differentiate(self, gradient: Tensor) -> Tensor:
        return zeros_like(gradient) if "rounding_mode" in self.options else gradient / self.options["other"]


def quotient(a: Any, b: Any, rounding_mode: str | None) -> Any:
    """a / b, of floating type unless it is rounded."""
    if rounding_mode is not None:
        no_bools("division with rounding", a, b)
    with np.errstate(divide="ignore", invalid="ignore"):
        try:
            if rounding_mode == "floor":
                return np.floor_divide(a, b)
            if rounding_mode is None:
                # Promoted again, as an integer and a whole number both become of the default floating type.
                a, b = dtypes.promote(_as_float(a), _as_float(b)) if a.dtype.kind != "f" else (a, b)
                return a / b
            return np.trunc(a / b).astype(np.result_type(a, b))
        except ValueError:
            raise broadcast_error(a, b) from None


class Pow(_Binary):
    __slots__ = ()
    op, backward_name = "pow", "PowBackward1"
    arguments: ClassVar[tuple[str, ...]] = ("input", "exponent")
    saves: ClassVar[tuple[str, ...]] = ("input", "exponent")
    formula = r"\text{input}^{\text{exponent}}"
    derivatives: ClassVar[dict[str, str]] = {
        "input": r"g \cdot \text{exponent} \cdot \text{input}^{\text{exponent} - 1}",
        "exponent": r"g \cdot \text{input}^{\text{exponent}} \cdot \ln \text{input}",
    }

    def forward(self, input: Array, exponent: Array) -> Array:
        a, b = _promoted(input, exponent)
        no_bools("pow", a, b)
        self.saved = a, b
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            return a**b

    def backward(self, gradient: Array) -> Shares:
        a, b = self.saved
        input, exponent = self.inputs
        share = other = None
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            if self.edges[0] is not None:
                slope = np.where(b == 0, gradient.dtype.type(0), gradient * (b * a ** (b - 1)))
                share = unbroadcast(slope, input._array.shape)
            if self.edges[1] is not None:
                slope = np.where((a == 0) & (b >= 0), gradient.dtype.type(0), a**b * np.log(a))
                other = unbroadcast(gradient * slope, exponent._array.shape)
        return share, other

    def differentiate(self, gradient: Tensor) -> Any:
        a, b = self.inputs
        share = other = None
        if self.needs(0):
            share = sum_to((gradient * (b * pow(a, b - 1))).masked_fill(b == 0, 0), a.shape)
        if self.needs(1):
            other = sum_to((gradient * (pow(a, b) * a.log())).masked_fill((a == 0) & (b >= 0), 0), b.shape)
        return share, other


class PowNumber(_Number):
    __slots__ = ()
    op, backward_name = "pow", "PowBackward0"
    saves = ("input",)
    formula, derivatives = Pow.formula, {"input": Pow.derivatives["input"]}

    def forward(self, input: Array, exponent: Any) -> Array:
        if exponent == 2 and type(exponent) is not float and input.dtype.kind != "b":
            self.saved = input
            return input * input
        a, b = dtypes.promote(input, exponent)
        if a.dtype.kind in "iu" and b < 0:
            raise RuntimeError("Integers to negative integer powers are not allowed.")
        self.saved = a
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            if _is_bool(a) and _is_bool(b):
                return np.logical_or(a, np.logical_not(b))
            return a * a if exponent == 2 else a**b

    def backward(self, gradient: Array) -> Array:
        a, power = self.saved, self.options["exponent"]
        if power == 2:
            return gradient * (2 * a)
        if power == 0:
            return np.zeros_like(gradient)
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            return gradient * (gradient.dtype.type(power) * a ** gradient.dtype.type(power - 1))

    def differentiate(self, gradient: Tensor) -> Tensor:
        power = self.options["exponent"]
        return zeros_like(gradient) if power == 0 else gradient * (power * pow(self.inputs[0], power - 1))


class PowOfNumber(Function):
    """`number ** tensor`."""

    __slots__ = ()
    op, backward_name = "pow", "PowBackward2"
    arguments = ("exponent",)
    saves = ("exponent",)
    formula = Pow.formula
    derivatives: ClassVar[dict[str, str]] = {"exponent": Pow.derivatives["exponent"]}

    def forward(self, exponent: Array, input: Any) -> Array:
        if exponent.dtype.kind in "iu" and not isinstance(input, float) and np.any(exponent < 0):
            raise RuntimeError("Integers to negative integer powers are not allowed.")
        a, b = dtypes.promote(input, exponent)
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            result = np.asarray(a**b)
        self.saved = a, b, result
        return result

    def backward(self, gradient: Array) -> Array:
        a, b, power = self.saved
        with np.errstate(divide="ignore", invalid="ignore"):
            return gradient * np.where((a == 0) & (b >= 0), gradient.dtype.type(0), power * np.log(a))

    def differentiate(self, gradient: Tensor) -> Tensor:
        b = self.inputs[0]
        base = tensors.wrap(np.asarray(self.options["input"], gradient._array.dtype))
        return (gradient * (pow(base, b) * base.log())).masked_fill((base == 0) & (b >= 0), 0)


class _Choice(_Binary):
    """maximum and minimum: where both are equal each gets half, as in PyTorch."""

    __slots__ = ()
    saves = ("input", "other")

    def wins(self, a: Array, b: Array) -> Array:
        """Where the output is the input."""
        return (a > b) if self.op == "maximum" else (a < b)

    def backward(self, gradient: Array) -> Shares:
        a, b = self.saved
        part = np.where(a == b, 0.5, self.wins(a, b)).astype(gradient.dtype)
        return unbroadcast(gradient * part, a.shape), unbroadcast(gradient * (1 - part), b.shape)

    def differentiate(self, gradient: Tensor) -> Any:
        a, b = self.saved
        part = np.where(a == b, 0.5, self.wins(a, b)).astype(gradient._array.dtype)
        return (
            sum_to(gradient * tensors.wrap(part), a.shape) if self.needs(0) else None,
            sum_to(gradient * tensors.wrap(1 - part), b.shape) if self.needs(1) else None,
        )


class Maximum(_Choice):
    __slots__ = ()
    op, backward_name = "maximum", "MaximumBackward0"
    formula = r"\max(\text{input}, \text{other})"
    derivatives: ClassVar[dict[str, str]] = {
        "input": r"g \cdot [\text{input} > \text{other}]",
        "other": r"g \cdot [\text{other} > \text{input}]",
    }

    def forward(self, input: Array, other: Array) -> Array:
        self.saved = a, b = _promoted(input, other)
        return np.maximum(a, b)


class Minimum(_Choice):
    __slots__ = ()
    op, backward_name = "minimum", "MinimumBackward0"
    formula = r"\min(\text{input}, \text{other})"
    derivatives: ClassVar[dict[str, str]] = {
        "input": r"g \cdot [\text{input} < \text{other}]",
        "other": r"g \cdot [\text{other} < \text{input}]",
    }

    def forward(self, input: Array, other: Array) -> Array:
        self.saved = a, b = _promoted(input, other)
        return np.minimum(a, b)


class Remainder(_Binary):
    __slots__ = ()
    op, backward_name = "remainder", "RemainderBackward1"
    saves = ("input", "other")
    formula = r"\text{input} \bmod \text{other}"
    derivatives: ClassVar[dict[str, str]] = {
        "input": r"g",
        "other": r"-g \cdot \lfloor \text{input} / \text{other} \rfloor",
    }

    def forward(self, input: Array, other: Array) -> Array:
        self.saved = a, b = _promoted(input, other)
        no_bools("remainder", a, b)
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.remainder(a, b)

    def backward(self, gradient: Array) -> Shares:
        a, b = self.saved
        return unbroadcast(gradient, a.shape), unbroadcast(-gradient * np.floor_divide(a, b), b.shape)

    def differentiate(self, gradient: Tensor) -> Any:
        a, b = self.saved
        return (
            sum_to(gradient, a.shape) if self.needs(0) else None,
            sum_to(-gradient * tensors.wrap(np.floor_divide(a, b)), b.shape) if self.needs(1) else None,
        )


class RemainderNumber(AddNumber):
    __slots__ = ()
    op, backward_name = "remainder", "RemainderBackward0"
    formula = Remainder.formula

    def forward(self, input: Array, other: Any) -> Array:  # type: ignore[override]
        a, b = dtypes.promote(input, other)
        no_bools("remainder", a, b)
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.remainder(a, b)


# The op of a tensor and a number, and the name the number has.
WITH_NUMBER: dict[type[Function], tuple[type[Function], str]] = {
    Add: (AddNumber, "other"),
    Sub: (SubNumber, "other"),
    Mul: (MulNumber, "other"),
    Div: (DivNumber, "other"),
    Pow: (PowNumber, "exponent"),
    Remainder: (RemainderNumber, "other"),
}


def _binary(function: type[Function], input: Any, other: Any, **options: Any) -> Tensor:
    """Runs a two-operand op; TypeError for an operand that is neither a tensor, an array nor a number."""
    if not is_tensor(input):
        if is_tensor(other) and isinstance(input, (int, float, np.generic)):
            if function in (Add, Mul):
                return _binary(function, other, input, **options)
            return _binary(function, tensors.wrap(np.asarray(input)), other, **options)
        raise TypeError(f"{function.op}(): argument 'input' must be Tensor, not {type(input).__name__}")
    if is_tensor(other):
        return apply(function, input, other, **options) if options else apply_to_two(function, input, other)
    if isinstance(other, np.ndarray):
        return _binary(function, input, tensors.wrap(other), **options)
    if isinstance(other, (int, float, np.generic)) and function in WITH_NUMBER:
        of_number, name = WITH_NUMBER[function]
        return apply(of_number, input, **{name: _number(other, function)}, **options)
    raise TypeError(f"unsupported operand type(s) for {function.op}: 'Tensor' and '{type(other).__name__}'")


def add(input: Tensor, other: Any, *, alpha: Any = 1) -> Tensor:
    """`input + alpha * other`."""
    if alpha == 1:
        if isinstance(other, tensors.Tensor) and isinstance(input, tensors.Tensor):
            return apply_to_two(Add, input, other)
        return _binary(Add, input, other)
    return _binary(Add, input, other, alpha=alpha)


def sub(input: Tensor, other: Any, *, alpha: Any = 1) -> Tensor:
    """`input - alpha * other`."""
    return _binary(Sub, input, other) if alpha == 1 else _binary(Sub, input, other, alpha=alpha)


def rsub(input: Tensor, other: Any) -> Tensor:
    """`other - input`."""
    return apply_to_two(Sub, other, input) if is_tensor(other) else apply(Rsub, input, input=_number(other, Rsub))


def _number(value: Any, function: type[Function]) -> Any:
    if not isinstance(value, (int, float, np.generic)):
        raise TypeError(f"unsupported operand type(s) for {function.op}: '{type(value).__name__}' and 'Tensor'")
    return value.item() if isinstance(value, np.generic) else value  # numpy's scalars would promote


def mul(input: Tensor, other: Any) -> Tensor:
    """`input * other`."""
    if isinstance(other, tensors.Tensor) and isinstance(input, tensors.Tensor):
        return apply_to_two(Mul, input, other)
    return _binary(Mul, input, other)


def div(input: Tensor, other: Any, *, rounding_mode: str | None = None) -> Tensor:
    """`input / other`; `rounding_mode` is None, "trunc" or "floor"."""
    if rounding_mode is None:
        return _binary(Div, input, other)
    return _binary(Div, input, other, rounding_mode=rounding_mode)


def floor_divide(input: Tensor, other: Any) -> Tensor:
    """`input // other`."""
    return div(input, other, rounding_mode="floor")


def pow(input: Any, exponent: Any) -> Tensor:
    """`input ** exponent`; either may be a number."""
    return _binary(Pow, input, exponent) if is_tensor(input) else apply(PowOfNumber, exponent, input=input)


def rpow(input: Tensor, other: Any) -> Tensor:
    """`other ** input`."""
    return pow(other, input)


def maximum(input: Tensor, other: Tensor) -> Tensor:
    """The larger of each pair."""
    need_tensor("maximum", other)
    return _binary(Maximum, input, other)


def minimum(input: Tensor, other: Tensor) -> Tensor:
    """The smaller of each pair."""
    need_tensor("minimum", other)
    return _binary(Minimum, input, other)


def remainder(input: Tensor, other: Any) -> Tensor:
    """`input % other`, with the sign of `other`."""
    return _binary(Remainder, input, other)
