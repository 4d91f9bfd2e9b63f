"""The inverse gamma distribution."""

from __future__ import annotations

import math
from typing import Any, ClassVar

from autograd.distributions import constraints
from autograd.distributions.gamma import Gamma
from autograd.distributions.transformed_distribution import TransformedDistribution
from autograd.distributions.transforms import PowerTransform
from autograd.distributions.utils import full_like


class InverseGamma(TransformedDistribution):
    """The reciprocal of a gamma number of shape `concentration` and rate `rate`."""

    arg_constraints: ClassVar[dict[str, Any]] = {
        "concentration": constraints.positive,
        "rate": constraints.positive,
    }
    support = constraints.positive
    has_rsample = True

    def __init__(self, concentration: Any, rate: Any, validate_args: bool | None = None) -> None:
        base = Gamma(concentration, rate, validate_args=validate_args)
        super().__init__(base, PowerTransform(-full_like(base.rate, 1.0)), validate_args=validate_args)

    @property
    def concentration(self) -> Any:
        """The shape of the gamma number."""
        return self.base_dist.concentration

    @property
    def rate(self) -> Any:
        """The rate of the gamma number."""
        return self.base_dist.rate

    @property
    def mean(self) -> Any:
        return (self.rate / (self.concentration - 1)).masked_fill(self.concentration <= 1, math.inf)

    @property
    def mode(self) -> Any:
        return self.rate / (self.concentration + 1)

    @property
    def variance(self) -> Any:
        a = self.concentration
        return (self.rate.square() / ((a - 1).square() * (a - 2))).masked_fill(a <= 2, math.inf)

    def entropy(self) -> Any:
        a = self.concentration
        return a + self.rate.log() + a.lgamma() - (1 + a) * a.digamma()
