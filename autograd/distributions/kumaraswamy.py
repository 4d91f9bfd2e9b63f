"""Kumaraswamy's distribution on the unit interval."""

from __future__ import annotations

from typing import Any, ClassVar

from autograd.distributions import constraints
from autograd.distributions.gumbel import _EULER
from autograd.distributions.transformed_distribution import TransformedDistribution
from autograd.distributions.transforms import AffineTransform, PowerTransform
from autograd.distributions.uniform import Uniform
from autograd.distributions.utils import broadcast_all, full_like
from autograd.functions import choice


def _moment(a: Any, b: Any, n: int) -> Any:
    ratio = 1 + n / a
    return (b.log() + ratio.lgamma() + b.lgamma() - (ratio + b).lgamma()).exp()


class Kumaraswamy(TransformedDistribution):
    """Like the beta distribution, with a distribution function `1 - (1 - x^concentration1)^concentration0`."""

    arg_constraints: ClassVar[dict[str, Any]] = {
        "concentration1": constraints.positive,
        "concentration0": constraints.positive,
    }
    support = constraints.unit_interval
    has_rsample = True

    def __init__(self, concentration1: Any, concentration0: Any, validate_args: bool | None = None) -> None:
        self.concentration1, self.concentration0 = broadcast_all(concentration1, concentration0)
        a, b = self.concentration1, self.concentration0
        base = Uniform(full_like(b, 0.0), full_like(b, 1.0), validate_args=validate_args)
        transforms = [PowerTransform(b.reciprocal()), AffineTransform(1.0, -1.0), PowerTransform(a.reciprocal())]
        super().__init__(base, transforms, validate_args=validate_args)

    def expand(self, batch_shape: Any, _instance: Any = None) -> Any:
        new = self._get_checked_instance(Kumaraswamy, _instance)
        new.concentration1 = self.concentration1.expand(batch_shape)
        new.concentration0 = self.concentration0.expand(batch_shape)
        return super().expand(batch_shape, _instance=new)

    @property
    def mean(self) -> Any:
        return _moment(self.concentration1, self.concentration0, 1)

    @property
    def mode(self) -> Any:
        a, b = self.concentration1, self.concentration0
        log_mode = a.reciprocal() * ((a - 1).log() - (a * b - 1).log())
        return choice.where((a < 1) | (b < 1), float("nan"), log_mode.exp())

    @property
    def variance(self) -> Any:
        return _moment(self.concentration1, self.concentration0, 2) - self.mean.pow(2)

    def entropy(self) -> Any:
        a, b = self.concentration1, self.concentration0
        t1, t0 = 1 - a.reciprocal(), 1 - b.reciprocal()
        harmonic = (b + 1).digamma() + _EULER
        return t0 + t1 * harmonic - a.log() - b.log()
