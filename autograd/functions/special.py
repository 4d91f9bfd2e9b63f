"""Special functions: the error function and `x log y`."""

# numpy's stubs type most results as Any, which says nothing about an op.
# mypy: disable-error-code="no-any-return"
from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from autograd import dtypes
from autograd.function import Array, Function, Shares, apply
from autograd.functions.common import constant_array, sum_to, unbroadcast

if TYPE_CHECKING:
    from autograd.tensor import Tensor


# numpy has no erf. W. J. Cody, "Rational Chebyshev approximations for the error function", Math. Comp. 23 (1969):
# three ranges, good to double precision.
_ERF_A = (3.16112374387056560e00, 1.13864154151050156e02, 3.77485237685302021e02, 3.20937758913846947e03,
          1.85777706184603153e-1)  # fmt: skip
_ERF_B = (2.36012909523441209e01, 2.44024637934444173e02, 1.28261652607737228e03, 2.84423683343917062e03)
_ERF_C = (5.64188496988670089e-1, 8.88314979438837594e00, 6.61191906371416295e01, 2.98635138197400131e02,
          8.81952221241769090e02, 1.71204761263407058e03, 2.05107837782607147e03, 1.23033935479799725e03,
          2.15311535474403846e-8)  # fmt: skip
_ERF_D = (1.57449261107098347e01, 1.17693950891312499e02, 5.37181101862009858e02, 1.62138957456669019e03,
          3.29079923573345963e03, 4.36261909014324716e03, 3.43936767414372164e03, 1.23033935480374942e03)  # fmt: skip
_ERF_P = (3.05326634961232344e-1, 3.60344899949804439e-1, 1.25781726111229246e-1, 1.60837851487422766e-2,
          6.58749161529837803e-4, 1.63153871373020978e-2)  # fmt: skip
_ERF_Q = (2.56852019228982242e00, 1.87295284992346047e00, 5.27905102951428412e-1, 6.05183413124413191e-2,
          2.33520497626869185e-3)  # fmt: skip


def erf_array(x: Array) -> Array:
    """The error function, to double precision, in the type of `x`."""
    v = x.astype(np.float64)
    y = np.abs(v)
    small = np.minimum(y, 0.5) ** 2
    top, bottom = _ERF_A[4] * small, small
    for i in range(3):
        top, bottom = (top + _ERF_A[i]) * small, (bottom + _ERF_B[i]) * small
    near = v * (top + _ERF_A[3]) / (bottom + _ERF_B[3])
    m = np.clip(y, 0.46875, 4.0)
    top, bottom = _ERF_C[8] * m, m
    for i in range(7):
        top, bottom = (top + _ERF_C[i]) * m, (bottom + _ERF_D[i]) * m
    middle = np.exp(-m * m) * (top + _ERF_C[7]) / (bottom + _ERF_D[7])
    f = np.clip(y, 4.0, 26.0)
    s = 1 / (f * f)
    top, bottom = _ERF_P[5] * s, s
    for i in range(4):
        top, bottom = (top + _ERF_P[i]) * s, (bottom + _ERF_Q[i]) * s
    far = np.exp(-f * f) * (1 / math.sqrt(math.pi) - s * (top + _ERF_P[4]) / (bottom + _ERF_Q[4])) / f
    tail = np.where(y <= 4.0, middle, far)
    return np.where(y <= 0.46875, near, np.copysign(1 - tail, v)).astype(x.dtype)


def normal_cdf(x: Array) -> Array:
    """The normal distribution function."""
    y = np.asarray(x * x.dtype.type(1 / math.sqrt(2)))
    y = _quick_erf(y) if y.dtype == np.float32 else erf_array(y)
    y += 1
    y *= 0.5
    return y


# tanh(x p(x²)) is the error function within 2e-7, which is single precision; p is the weighted least squares fit of
# artanh(erf x) / x on 0 to 4.2, its weights raised where the error was largest until it was even.
_TANH = (1.1283792461053006, 0.10276989725060115, -0.00019543318664259766, -0.0006146254545728357,
         8.44620301233477e-05, -4.754683395461067e-06, 2.216313040595482e-08, 5.689216594182059e-09)  # fmt: skip


def _quick_erf(x: Array) -> Array:
    square = np.asarray(x * x)
    p = square * np.float32(_TANH[-1])
    for coefficient in _TANH[-2:0:-1]:
        p += np.float32(coefficient)
        p *= square
    p += np.float32(_TANH[0])
    p *= x
    return np.tanh(p, out=p)


class Erf(Function):
    __slots__ = ()
    op, backward_name, arguments, saves = "erf", "ErfBackward0", ("input",), ("input",)
    formula = r"\operatorname{erf}(\text{input})"
    derivatives: ClassVar[dict[str, str]] = {"input": r"g \cdot \tfrac{2}{\sqrt{\pi}} e^{-\text{input}^2}"}

    def forward(self, input: Array) -> Array:
        self.saved = input
        return erf_array(input if input.dtype.kind == "f" else input.astype(dtypes.default_numpy()))

    def backward(self, gradient: Array) -> Array:
        return gradient * (gradient.dtype.type(2 / math.sqrt(math.pi)) * np.exp(-self.saved * self.saved))

    def differentiate(self, gradient: Tensor) -> Tensor:
        x = self.inputs[0]
        return gradient * (2 / math.sqrt(math.pi) * (-x * x).exp())


class Xlogy(Function):
    __slots__ = ()
    op, backward_name = "xlogy", "XlogyBackward0"
    arguments = saves = ("input", "other")
    formula = r"\text{input} = 0 \mathbin{?} 0 : \text{input} \cdot \ln \text{other}"
    derivatives: ClassVar[dict[str, str]] = {
        "input": r"g \cdot \ln \text{other}",
        "other": r"g \cdot \frac{\text{input}}{\text{other}}",
    }

    def forward(self, input: Array, other: Array) -> Array:
        x, y = dtypes.promote(input, other)
        self.saved = x, y, input.shape, other.shape
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where((x == 0) & ~np.isnan(y), x.dtype.type(0), x * np.log(y))

    def _absent(self) -> Array:
        """Where the derivative by input is 0 though its logarithm is not."""
        x, y = self.saved[:2]
        return (x == 0) & (y <= 0)

    def backward(self, gradient: Array) -> Shares:
        x, y, shape, other_shape = self.saved
        first = second = None
        with np.errstate(divide="ignore", invalid="ignore"):
            if self.needs(0):
                first = unbroadcast(gradient * np.where(self._absent(), x.dtype.type(0), np.log(y)), shape)
            if self.needs(1):
                second = unbroadcast(gradient * x / y, other_shape)
        return first, second

    def differentiate(self, gradient: Tensor) -> Any:
        x, y = self.inputs
        shape, other_shape = self.saved[2:]
        first = second = None
        if self.needs(0):
            first = sum_to(gradient * y.log().masked_fill(constant_array(self._absent()), 0), shape)
        if self.needs(1):
            second = sum_to(gradient * x / y, other_shape)
        return first, second


def erf(input: Tensor) -> Tensor:
    """The error function."""
    return apply(Erf, input)


def xlogy(input: Tensor, other: Tensor) -> Tensor:
    """`input * log(other)`, and 0 where `input` is 0."""
    return apply(Xlogy, input, other)
