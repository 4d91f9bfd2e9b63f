"""The absolute value of a Cauchy number."""

from __future__ import annotations

import math
from typing import Any, ClassVar

from autograd.distributions import constraints
from autograd.distributions.cauchy import Cauchy
from autograd.distributions.transformed_distribution import TransformedDistribution
from autograd.distributions.transforms import AbsTransform
from autograd.distributions.utils import full, full_like
from autograd.functions import choice


class HalfCauchy(TransformedDistribution):
    """`|x|` of a number of Cauchy's distribution at 0 with half width `scale`."""

    arg_constraints: ClassVar[dict[str, Any]] = {"scale": constraints.positive}
    support = constraints.nonnegative
    has_rsample = True

    def __init__(self, scale: Any, validate_args: bool | None = None) -> None:
        super().__init__(Cauchy(0, scale, validate_args=False), AbsTransform(), validate_args=validate_args)

    @property
    def scale(self) -> Any:
        """The half width."""
        return self.base_dist.scale

    @property
    def mean(self) -> Any:
        return full(self.scale, self._extended_shape(), math.inf)

    @property
    def mode(self) -> Any:
        return full_like(self.scale, 0.0)

    @property
    def variance(self) -> Any:
        return self.base_dist.variance

    def log_prob(self, value: Any) -> Any:
        if self._validate_args:
            self._validate_sample(value)
        log_prob = self.base_dist.log_prob(value) + math.log(2)
        return choice.where(value >= 0, log_prob, -math.inf)

    def cdf(self, value: Any) -> Any:
        if self._validate_args:
            self._validate_sample(value)
        return 2 * self.base_dist.cdf(value) - 1

    def icdf(self, prob: Any) -> Any:
        return self.base_dist.icdf((prob + 1) / 2)

    def entropy(self) -> Any:
        return self.base_dist.entropy() - math.log(2)
