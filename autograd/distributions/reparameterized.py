"""Gamma and Dirichlet samples with gradients, by implicit differentiation of the distribution function.

M. Figurnov, S. Mohamed, A. Mnih, "Implicit reparameterization gradients" (2018): dx/da = -(dF/da) / f(x). PyTorch
approximates dF/da by fitted polynomials; here it is an integral, taken by double exponential quadrature (H. Takahasi,
M. Mori, "Double exponential formulas for numerical integration", 1974), right to about ten digits.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from autograd import random, sampling
from autograd.function import Array, Function, apply
from autograd.functions.gamma import digamma_array

if TYPE_CHECKING:
    from autograd.tensor import Tensor


_STEP = np.arange(-3.4, 3.4001, 0.05)
# Tanh-sinh over (0, 1): the nodes' logarithms and the weights. Exp-sinh over (0, inf): nodes and weights.
_ARC = 0.5 * math.pi * np.sinh(_STEP)
_LOG_NODES = -np.logaddexp(0.0, -2 * _ARC)
_WEIGHTS = 0.05 * 0.25 * math.pi * np.cosh(_STEP) / np.cosh(_ARC) ** 2
_FAR_NODES = np.exp(_ARC)
_FAR_WEIGHTS = 0.05 * 0.5 * math.pi * np.cosh(_STEP) * _FAR_NODES


def gamma_slope(a: Array, x: Array) -> Array:
    """dx/da of a standard gamma number `x` at a fixed place of its distribution."""
    kind = x.dtype
    a, x = (v.astype(np.float64)[..., None] for v in np.broadcast_arrays(a, x))
    center = digamma_array(a)
    with np.errstate(all="ignore"):
        # Divided by the density x^(a-1) e^-x / gamma(a). Below: t = x u^(1/a).
        t = x * np.exp(_LOG_NODES / a)
        below = x / a * (_WEIGHTS * np.exp(x - t) * (np.log(x) + _LOG_NODES / a - center)).sum(-1, keepdims=True)
        t = _FAR_NODES * (np.sqrt(a) + 1)
        ratio = np.exp((a - 1) * np.log1p(t / x) - t)
        above = (_FAR_WEIGHTS * (np.sqrt(a) + 1) * ratio * (np.log(x + t) - center)).sum(-1, keepdims=True)
    slope: Array = np.where(x < a, -below, above)[..., 0].astype(kind)
    return slope


def beta_slope(a: Array, b: Array, x: Array) -> Array:
    """dx/da of a number `x` of the beta distribution (a, b) at a fixed place of its distribution."""
    kind = x.dtype
    a, b, x = (v.astype(np.float64)[..., None] for v in np.broadcast_arrays(a, b, x))
    center = digamma_array(a) - digamma_array(a + b)
    y = 1 - x
    with np.errstate(all="ignore"):
        # Divided by the density. Below: t = x u^(1/a); above: 1 - t = (1 - x) u^(1/b).
        t = x * np.exp(_LOG_NODES / a)
        ratio = np.exp((b - 1) * (np.log1p(-t) - np.log(y)))
        below = x / a * (_WEIGHTS * ratio * (np.log(x) + _LOG_NODES / a - center)).sum(-1, keepdims=True)
        t = y * np.exp(_LOG_NODES / b)
        ratio = np.exp((a - 1) * (np.log1p(-t) - np.log(x)))
        above = y / b * (_WEIGHTS * ratio * (np.log1p(-t) - center)).sum(-1, keepdims=True)
    slope: Array = np.where(x < a / (a + b), -below, above)[..., 0].astype(kind)
    return slope


class StandardGamma(Function):
    __slots__ = ()
    op, backward_name = "standard_gamma", "StandardGammaBackward0"
    arguments = ("concentration",)
    saves = ("concentration", "output")
    formula = r"\text{a gamma number of shape } \text{concentration}"
    derivatives: ClassVar[dict[str, str]] = {
        "concentration": r"-g \cdot \frac{\partial F / \partial \text{concentration}}{f(\text{output})}"
    }

    def forward(self, concentration: Array) -> Array:
        drawn = sampling.standard_gamma(random.default_generator, concentration)
        self.saved = concentration, drawn
        return drawn

    def backward(self, gradient: Array) -> Array:
        share: Array = gradient * gamma_slope(*self.saved)
        return share


class Dirichlet(Function):
    __slots__ = ()
    op, backward_name = "dirichlet", "_DirichletBackward"
    arguments = ("concentration",)
    saves = ("concentration", "output")
    formula = r"\text{a point of the simplex, of Dirichlet's distribution}"
    derivatives: ClassVar[dict[str, str]] = {
        "concentration": r"\frac{\partial x_i}{\partial \alpha_i} \frac{g_i - \sum_j g_j x_j}{1 - x_i}"
    }

    def forward(self, concentration: Array) -> Array:
        drawn = sampling.dirichlet(random.default_generator, concentration)
        self.saved = concentration, drawn
        return drawn

    def backward(self, gradient: Array) -> Array:
        a, x = self.saved
        rest = a.sum(-1, keepdims=True) - a
        slope = beta_slope(a, rest, x) / (1 - x)
        share: Array = slope * (gradient - (x * gradient).sum(-1, keepdims=True))
        return share


def standard_gamma(concentration: Tensor) -> Any:
    """A gamma number of rate 1 for each element."""
    return apply(StandardGamma, concentration)


def dirichlet(concentration: Tensor) -> Any:
    """A point of the simplex for each vector in the last dimension."""
    return apply(Dirichlet, concentration)
