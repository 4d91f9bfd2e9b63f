"""The continuous Bernoulli distribution on the unit interval."""

from __future__ import annotations

import math
from typing import Any, ClassVar

from autograd import random
from autograd.distributions import constraints
from autograd.distributions.distribution import ExponentialFamily
from autograd.distributions.utils import (
    broadcast_all,
    clamp_probs,
    full_like,
    lazy_property,
    logits_to_probs,
    probs_to_logits,
)
from autograd.functions import choice, classification


class ContinuousBernoulli(ExponentialFamily):
    """Density proportional to probs^x (1 - probs)^(1 - x); near 0.5 (`lims`) by a Taylor series.

    G. Loaiza-Ganem, J. Cunningham, "The continuous Bernoulli: fixing a pervasive error in variational autoencoders"
    (2019).
    """

    arg_constraints: ClassVar[dict[str, Any]] = {"probs": constraints.unit_interval, "logits": constraints.real}
    support = constraints.unit_interval
    has_rsample = True

    def __init__(
        self,
        probs: Any = None,
        logits: Any = None,
        lims: tuple[float, float] = (0.499, 0.501),
        validate_args: bool | None = None,
    ) -> None:
        if (probs is None) == (logits is None):
            raise ValueError("Either `probs` or `logits` must be specified, but not both.")
        if probs is not None:
            (self.probs,) = broadcast_all(probs)
            if validate_args is not None and not bool(self.arg_constraints["probs"].check(self.probs)._array.all()):
                raise ValueError("The parameter probs has invalid values")
            self.probs = clamp_probs(self.probs)
        else:
            (self.logits,) = broadcast_all(logits)
        self._lims = lims
        given = self.logits if probs is None else self.probs
        super().__init__(given.shape, validate_args=validate_args)

    def _expand_rest(self, new: Any, shape: tuple[int, ...]) -> None:
        new._lims = self._lims

    @lazy_property
    def logits(self) -> Any:
        """The log-odds."""
        return probs_to_logits(self.probs, is_binary=True)

    @lazy_property
    def probs(self) -> Any:
        """The parameter as a probability."""
        return clamp_probs(logits_to_probs(self.logits, is_binary=True))

    def _apart(self) -> tuple[Any, Any]:
        """Where the parameter is away from 0.5, and there the parameter (elsewhere a number that does no harm)."""
        outside = (self.probs <= self._lims[0]) | (self.probs > self._lims[1])
        return outside, choice.where(outside, self.probs, self._lims[0] * full_like(self.probs, 1.0))

    def _log_normalizer(self) -> Any:
        outside, cut = self._apart()
        below = choice.where(cut <= 0.5, cut, 0.0)
        above = choice.where(cut >= 0.5, cut, 1.0)
        value = ((-cut).log1p() - cut.log()).abs().log() - choice.where(
            cut <= 0.5, (-2.0 * below).log1p(), (2.0 * above - 1.0).log()
        )
        x = (self.probs - 0.5).pow(2)
        taylor = math.log(2.0) + (4.0 / 3.0 + 104.0 / 45.0 * x) * x
        return choice.where(outside, value, taylor)

    @property
    def mean(self) -> Any:
        outside, cut = self._apart()
        mean = cut / (2.0 * cut - 1.0) + 1.0 / ((-cut).log1p() - cut.log())
        x = self.probs - 0.5
        return choice.where(outside, mean, 0.5 + (1.0 / 3.0 + 16.0 / 45.0 * x.pow(2)) * x)

    @property
    def variance(self) -> Any:
        outside, cut = self._apart()
        variance = cut * (cut - 1.0) / (1.0 - 2.0 * cut).pow(2) + 1.0 / ((-cut).log1p() - cut.log()).pow(2)
        x = (self.probs - 0.5).pow(2)
        return choice.where(outside, variance, 1.0 / 12.0 - (1.0 / 15.0 - 128.0 / 945.0 * x) * x)

    @property
    def stddev(self) -> Any:
        return self.variance.sqrt()

    def rsample(self, sample_shape: Any = ()) -> Any:
        return self.icdf(random.rand(*self._extended_shape(sample_shape), dtype=self.probs.dtype))

    def log_prob(self, value: Any) -> Any:
        if self._validate_args:
            self._validate_sample(value)
        logits, value = broadcast_all(self.logits, value)
        entropy = classification.binary_cross_entropy_with_logits(logits, value, reduction="none")
        return -entropy + self._log_normalizer()

    def cdf(self, value: Any) -> Any:
        if self._validate_args:
            self._validate_sample(value)
        outside, cut = self._apart()
        cdf = (cut.pow(value) * (1.0 - cut).pow(1.0 - value) + cut - 1.0) / (2.0 * cut - 1.0)
        inner = choice.where(outside, cdf, value)
        inner = choice.where(value <= 0.0, full_like(inner, 0.0), inner)
        return choice.where(value >= 1.0, full_like(inner, 1.0), inner)

    def icdf(self, value: Any) -> Any:
        outside, cut = self._apart()
        inner = ((-cut + value * (2.0 * cut - 1.0)).log1p() - (-cut).log1p()) / (cut.log() - (-cut).log1p())
        return choice.where(outside, inner, value)

    def entropy(self) -> Any:
        log_probs0, log_probs1 = (-self.probs).log1p(), self.probs.log()
        return self.mean * (log_probs0 - log_probs1) - self._log_normalizer() - log_probs0
