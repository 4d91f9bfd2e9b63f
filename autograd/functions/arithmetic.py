"""Arithmetic of two operands, element by element: add, sub, mul, div, pow, maximum, and the like.

Where one operand is a Python number it is an option of the node, not an input.
"""

# numpy's stubs type most results as Any, which says nothing about an op.
# mypy: disable-error-code="no-any-return"
from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

import autograd.tensor as tensors  # circular, and used only when an op runs
from autograd import dtypes
from autograd.function import Array, Function, Shares, apply, apply_to_two
from autograd.functions.common import KEPT, broadcast_error, is_tensor, sum_to, unbroadcast, zeros_like

if TYPE_CHECKING:
    from autograd.tensor import Tensor


def _operands(input: Any, other: Any) -> tuple[Any, Any]:
    """Both operands in PyTorch's promoted type; RuntimeError with both shapes where they do not broadcast."""
    if type(input) is np.ndarray:
        if type(other) is np.ndarray:
            if input.shape != other.shape and input.size != 1 and other.size != 1:
                try:
                    np.broadcast_shapes(input.shape, other.shape)
                except ValueError:
                    raise broadcast_error(input, other) from None
            if input.dtype is other.dtype:
                return input, other
        elif type(other) is float and input.dtype.kind == "f":
            return input, other  # numpy, as PyTorch, takes a number in the array's type
    return dtypes.promote(input, other)


def _shape(value: Any) -> tuple[int, ...]:
    return value.shape if type(value) is np.ndarray else ()


def _as_float(value: Any) -> Any:
    """Integers and bools in the default floating type: true division and the like."""
    if type(value) is np.ndarray:
        return value if value.dtype.kind == "f" else value.astype(dtypes.default_numpy())
    return value if isinstance(value, float) else float(value)


class _Binary(Function):
    """Two operands, of which one may be a number in `options`."""

    __slots__ = ()
    arguments: ClassVar[tuple[str, ...]] = ("input", "other")

    def shares(self, for_input: Any, for_other: Any) -> Shares:
        """The shares of those operands that are tensors."""
        if len(self.inputs or self.edges) == 2:
            return for_input, for_other
        return (for_other,) if "input" in self.options else (for_input,)

    def operands(self) -> tuple[Any, Any]:
        """Input and other as they were given, tensor or number."""
        name = self.arguments[-1] if len(self.inputs) == 1 and self.arguments[-1] in self.options else "input"
        if len(self.inputs) == 2:
            return self.inputs[0], self.inputs[1]
        if name == "input":
            return self.options["input"], self.inputs[0]
        return self.inputs[0], self.options[name]

    def wants(self) -> tuple[bool, bool]:
        """Whether input and other want a gradient."""
        edges = self.edges
        if len(edges) == 2:
            return edges[0] is not None, edges[1] is not None
        return (False, True) if "input" in self.options else (True, False)


class Add(_Binary):
    __slots__ = ()
    op, backward_name = "add", "AddBackward0"
    formula = r"\text{input} + \alpha \cdot \text{other}"
    derivatives: ClassVar[dict[str, str]] = {"input": r"g", "other": r"\alpha \cdot g"}

    def forward(self, input: Any, other: Any, alpha: Any = None) -> Array:
        self.saved = _shape(input), _shape(other)
        a, b = _operands(input, other)
        return a + b if alpha is None else a + b * a.dtype.type(alpha)

    def backward(self, gradient: Array) -> Shares:
        shape, other_shape = self.saved
        if shape == other_shape and not self.options:
            return gradient, gradient  # the engine passes over an edge that leads nowhere
        want, want_other = self.wants()
        alpha = self.options.get("alpha")
        scaled = gradient if alpha is None or not want_other else gradient * gradient.dtype.type(alpha)
        return self.shares(
            unbroadcast(gradient, shape) if want else None, unbroadcast(scaled, other_shape) if want_other else None
        )

    def differentiate(self, gradient: Tensor) -> Any:
        shape, other_shape = self.saved
        want, want_other = self.wants()
        alpha = self.options.get("alpha")
        return self.shares(
            sum_to(gradient, shape) if want else None,
            sum_to(gradient if alpha is None else gradient * alpha, other_shape) if want_other else None,
        )


class Sub(_Binary):
    __slots__ = ()
    op, backward_name = "sub", "SubBackward0"
    formula = r"\text{input} - \alpha \cdot \text{other}"
    derivatives: ClassVar[dict[str, str]] = {"input": r"g", "other": r"-\alpha \cdot g"}

    def forward(self, input: Any, other: Any, alpha: Any = None) -> Array:
        self.saved = _shape(input), _shape(other)
        a, b = _operands(input, other)
        if getattr(a, "dtype", None) == np.bool_:
            raise RuntimeError("Subtraction, the `-` operator, with a bool tensor is not supported.")
        return a - b if alpha is None else a - b * a.dtype.type(alpha)

    def backward(self, gradient: Array) -> Shares:
        shape, other_shape = self.saved
        want, want_other = self.wants()
        alpha = self.options.get("alpha")
        negative = None
        if want_other:
            negative = unbroadcast(-gradient if alpha is None else gradient * gradient.dtype.type(-alpha), other_shape)
        return self.shares(unbroadcast(gradient, shape) if want else None, negative)

    def differentiate(self, gradient: Tensor) -> Any:
        shape, other_shape = self.saved
        want, want_other = self.wants()
        alpha = self.options.get("alpha")
        return self.shares(
            sum_to(gradient, shape) if want else None,
            sum_to(-gradient if alpha is None else gradient * -alpha, other_shape) if want_other else None,
        )


class Rsub(Sub):
    """`number - tensor`."""

    __slots__ = ()
    op, backward_name = "rsub", "RsubBackward1"
    arguments = ("other",)
    formula = r"\text{input} - \text{other}"
    derivatives: ClassVar[dict[str, str]] = {"other": "-g"}

    def forward(self, other: Any, input: Any) -> Array:  # type: ignore[override]
        return super().forward(input, other)


class Mul(_Binary):
    __slots__ = ()
    op, backward_name = "mul", "MulBackward0"
    saves = ("input", "other")
    formula = r"\text{input} \cdot \text{other}"
    derivatives: ClassVar[dict[str, str]] = {"input": r"g \cdot \text{other}", "other": r"g \cdot \text{input}"}

    def saved_inputs(self) -> tuple[int, ...]:
        edges = self.edges
        return () if len(edges) == 1 else KEPT[(edges[0] is not None) + 2 * (edges[1] is not None)]

    def forward(self, input: Any, other: Any) -> Array:
        edges = self.edges
        # Each operand is kept for the other's sake only.
        if len(edges) == 2:
            self.saved = (input if edges[1] is not None else None), (other if edges[0] is not None else None)
        else:
            self.saved = (input, None) if "input" in self.options else (None, other)
        a, b = _operands(input, other)
        return a * b

    def backward(self, gradient: Array) -> Shares:
        a, b = self.saved
        edges = self.edges
        if len(edges) == 2:
            input, other = self.inputs
            for_input = for_other = None
            if b is not None and input is not None:
                for_input = unbroadcast(gradient * b, input._array.shape)
            if a is not None and other is not None:
                for_other = unbroadcast(gradient * a, other._array.shape)
            return for_input, for_other
        return (gradient * (a if b is None else b),)

    def differentiate(self, gradient: Tensor) -> Any:
        (a, b), (want, want_other) = self.operands(), self.wants()
        return self.shares(
            sum_to(gradient * b, a.shape) if want else None, sum_to(gradient * a, b.shape) if want_other else None
        )


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
        edges = self.edges
        if len(edges) == 1:
            return ()
        return (0, 1) if edges[1] is not None else (1,)

    def forward(self, input: Any, other: Any, rounding_mode: str | None = None) -> Array:
        a, b = _operands(input, other)
        with np.errstate(divide="ignore", invalid="ignore"):
            if rounding_mode == "floor":
                self.saved = input, other
                return np.floor_divide(a, b)
            if rounding_mode is None or a.dtype.kind == "f":
                a, b = dtypes.promote(_as_float(a), _as_float(b))
            self.saved = (a if _shape(input) else input), (b if _shape(other) else other)
            quotient = a / b
        return quotient if rounding_mode is None else np.trunc(quotient).astype(np.result_type(a, b))

    def backward(self, gradient: Array) -> Shares:
        a, b = self.saved
        want, want_other = self.wants()
        if self.options.get("rounding_mode") is not None:
            gradient = np.zeros_like(gradient)
        with np.errstate(divide="ignore", invalid="ignore"):
            return self.shares(
                unbroadcast(gradient / b, _shape(a)) if want else None,
                unbroadcast(-gradient * ((a / b) / b), _shape(b)) if want_other else None,
            )

    def differentiate(self, gradient: Tensor) -> Any:
        (a, b), (want, want_other) = self.operands(), self.wants()
        shape, other_shape = _shape(self.saved[0]), _shape(self.saved[1])
        if self.options.get("rounding_mode") is not None:
            gradient = zeros_like(gradient)
        return self.shares(
            sum_to(gradient / b, shape) if want else None,
            sum_to(-gradient * ((a / b) / b), other_shape) if want_other else None,
        )


class Pow(_Binary):
    __slots__ = ()
    op, backward_name = "pow", "PowBackward0"
    arguments: ClassVar[tuple[str, ...]] = ("input", "exponent")
    saves: ClassVar[tuple[str, ...]] = ("input", "exponent")
    formula = r"\text{input}^{\text{exponent}}"
    derivatives: ClassVar[dict[str, str]] = {
        "input": r"g \cdot \text{exponent} \cdot \text{input}^{\text{exponent} - 1}",
        "exponent": r"g \cdot \text{input}^{\text{exponent}} \cdot \ln \text{input}",
    }

    def name(self) -> str:
        # PyTorch has one for each kind of operands.
        if len(self.edges) == 2:
            return "PowBackward1"
        return "PowBackward2" if "input" in self.options else "PowBackward0"

    def forward(self, input: Any, exponent: Any) -> Array:
        a, b = _operands(input, exponent)
        if a.dtype.kind in "iu" and not _shape(exponent) and np.any(np.asarray(exponent) < 0):
            raise RuntimeError("Integers to negative integer powers are not allowed.")
        self.saved = input, exponent
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            if type(exponent) is not np.ndarray and exponent == 2:
                return a * a
            return a**b

    def backward(self, gradient: Array) -> Shares:
        a, b = self.saved
        want, want_other = self.wants()
        share = other = None
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            if want:
                if type(b) is not np.ndarray and b == 2:
                    share = gradient * (2 * a)
                elif type(b) is not np.ndarray:
                    share = np.zeros_like(gradient) if b == 0 else gradient * (b * a ** (b - 1))
                else:
                    b = b.astype(gradient.dtype, copy=False)
                    share = np.where(b == 0, gradient.dtype.type(0), gradient * (b * a ** (b - 1)))
                share = unbroadcast(share, _shape(a))
            if want_other:
                base = np.asarray(a, gradient.dtype)
                power = base ** self.saved[1]
                slope = np.where((base == 0) & (self.saved[1] >= 0), 0, power * np.log(base))
                other = unbroadcast(gradient * slope.astype(gradient.dtype), _shape(self.saved[1]))
        return self.shares(share, other)

    def differentiate(self, gradient: Tensor) -> Any:
        (a, b), (want, want_other) = self.operands(), self.wants()
        share = other = None
        if want:
            if not is_tensor(b):
                share = zeros_like(gradient) if b == 0 else gradient * (b * pow(a, b - 1))
            else:
                share = (gradient * (b * pow(a, b - 1))).masked_fill(b == 0, 0)
            share = sum_to(share, _shape(self.saved[0]))
        if want_other:
            base = a if is_tensor(a) else tensors.wrap(np.asarray(a, gradient._array.dtype))
            other = sum_to(
                (gradient * (pow(base, b) * base.log())).masked_fill((base == 0) & (b >= 0), 0), _shape(self.saved[1])
            )
        return self.shares(share, other)


class PowOfNumber(Pow):
    """`number ** tensor`."""

    __slots__ = ()
    arguments = ("exponent",)
    saves = ("exponent",)
    derivatives: ClassVar[dict[str, str]] = {
        "exponent": r"g \cdot \text{input}^{\text{exponent}} \cdot \ln \text{input}"
    }

    def forward(self, exponent: Any, input: Any) -> Array:  # type: ignore[override]
        return super().forward(input, exponent)


class _Choice(_Binary):
    """maximum and minimum: where both are equal each gets half, as in PyTorch."""

    __slots__ = ()
    saves = ("input", "other")

    def backward(self, gradient: Array) -> Shares:
        a, b = self.saved
        wins = (a > b) if self.op == "maximum" else (a < b)
        half = gradient * gradient.dtype.type(0.5)
        ties = a == b
        share = np.where(ties, half, np.where(wins, gradient, 0)).astype(gradient.dtype, copy=False)
        other = np.where(ties, half, np.where(wins, 0, gradient)).astype(gradient.dtype, copy=False)
        return self.shares(unbroadcast(share, _shape(a)), unbroadcast(other, _shape(b)))

    def differentiate(self, gradient: Tensor) -> Any:
        a, b = self.saved
        wins = (a > b) if self.op == "maximum" else (a < b)
        part = np.where(a == b, 0.5, wins).astype(gradient._array.dtype)
        want, want_other = self.wants()
        return self.shares(
            sum_to(gradient * tensors.wrap(part), _shape(a)) if want else None,
            sum_to(gradient * tensors.wrap(1 - part), _shape(b)) if want_other else None,
        )


class Maximum(_Choice):
    __slots__ = ()
    op, backward_name = "maximum", "MaximumBackward0"
    formula = r"\max(\text{input}, \text{other})"
    derivatives: ClassVar[dict[str, str]] = {
        "input": r"g \cdot [\text{input} > \text{other}]",
        "other": r"g \cdot [\text{other} > \text{input}]",
    }

    def forward(self, input: Any, other: Any) -> Array:
        self.saved = a, b = _operands(input, other)
        return np.maximum(a, b)


class Minimum(_Choice):
    __slots__ = ()
    op, backward_name = "minimum", "MinimumBackward0"
    formula = r"\min(\text{input}, \text{other})"
    derivatives: ClassVar[dict[str, str]] = {
        "input": r"g \cdot [\text{input} < \text{other}]",
        "other": r"g \cdot [\text{other} < \text{input}]",
    }

    def forward(self, input: Any, other: Any) -> Array:
        self.saved = a, b = _operands(input, other)
        return np.minimum(a, b)


class Remainder(_Binary):
    __slots__ = ()
    op, backward_name = "remainder", "RemainderBackward0"
    saves = ("input", "other")
    formula = r"\text{input} \bmod \text{other}"
    derivatives: ClassVar[dict[str, str]] = {
        "input": r"g",
        "other": r"-g \cdot \lfloor \text{input} / \text{other} \rfloor",
    }

    def forward(self, input: Any, other: Any) -> Array:
        self.saved = a, b = _operands(input, other)
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.remainder(a, b)

    def backward(self, gradient: Array) -> Shares:
        a, b = self.saved
        return self.shares(unbroadcast(gradient, _shape(a)), unbroadcast(-gradient * np.floor_divide(a, b), _shape(b)))

    def differentiate(self, gradient: Tensor) -> Any:
        a, b = self.saved
        want, want_other = self.wants()
        return self.shares(
            sum_to(gradient, _shape(a)) if want else None,
            sum_to(-gradient * tensors.wrap(np.floor_divide(a, b)), _shape(b)) if want_other else None,
        )


def _binary(function: type[Function], input: Any, other: Any, **options: Any) -> Tensor:
    """Runs a two-operand op; TypeError for an operand that is neither a tensor, an array nor a number."""
    if is_tensor(other):
        if is_tensor(input):
            return apply(function, input, other, **options) if options else apply_to_two(function, input, other)
        return apply(function, other, input=input, **options)
    if isinstance(other, np.ndarray):
        return _binary(function, input, tensors.wrap(other), **options)
    if isinstance(other, (int, float, np.generic)):
        name = function.arguments[1]
        return apply(function, input, **{name: other}, **options)
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
    return apply(Sub, other, input) if is_tensor(other) else _binary(Rsub, other, input)


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
    return _binary(Pow, input, exponent) if is_tensor(input) else _binary(PowOfNumber, input, exponent)


def rpow(input: Tensor, other: Any) -> Tensor:
    """`other ** input`."""
    return pow(other, input)


def maximum(input: Tensor, other: Tensor) -> Tensor:
    """The larger of each pair."""
    return _binary(Maximum, input, other)


def minimum(input: Tensor, other: Tensor) -> Tensor:
    """The smaller of each pair."""
    return _binary(Minimum, input, other)


def remainder(input: Tensor, other: Any) -> Tensor:
    """`input % other`, with the sign of `other`."""
    return _binary(Remainder, input, other)
