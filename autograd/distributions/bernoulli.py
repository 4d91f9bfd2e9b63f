"""One trial."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from autograd import mode, random
from autograd.distributions import constraints
from autograd.distributions.distribution import ExponentialFamily
from autograd.distributions.utils import broadcast_all, lazy_property, logits_to_probs, probs_to_logits
from autograd.functions import classification
from autograd.tensor import wrap


class Bernoulli(ExponentialFamily):
    """1 with probability `probs` (or log-odds `logits`), else 0."""

    arg_constraints: ClassVar[dict[str, Any]] = {"probs": constraints.unit_interval, "logits": constraints.real}
    support = constraints.boolean
    has_enumerate_support = True

    def __init__(self, probs: Any = None, logits: Any = None, validate_args: bool | None = None) -> None:
        if (probs is None) == (logits is None):
            raise ValueError("Either `probs` or `logits` must be specified, but not both.")
        if probs is not None:
            (self.probs,) = broadcast_all(probs)
        else:
            (self.logits,) = broadcast_all(logits)
        self._given = "logits" if probs is None else "probs"
        super().__init__(self._param.shape, validate_args=validate_args)

    def _expand_rest(self, new: Any, shape: tuple[int, ...]) -> None:
        new._given = self._given

    @property
    def _param(self) -> Any:
        return getattr(self, self._given)

    @property
    def param_shape(self) -> Any:
        """The shape of the parameter."""
        return self._param.shape

    @lazy_property
    def logits(self) -> Any:
        """The log-odds."""
        return probs_to_logits(self.probs, is_binary=True)

    @lazy_property
    def probs(self) -> Any:
        """The probability of 1."""
        return logits_to_probs(self.logits, is_binary=True)

    @property
    def mean(self) -> Any:
        return self.probs

    @property
    def mode(self) -> Any:
        array = self.probs._array
        return wrap(np.where(array == 0.5, np.nan, array >= 0.5).astype(array.dtype))

    @property
    def variance(self) -> Any:
        return self.probs * (1 - self.probs)

    def sample(self, sample_shape: Any = ()) -> Any:
        with mode.no_grad():
            return random.bernoulli(self.probs.expand(self._extended_shape(sample_shape)))

    def log_prob(self, value: Any) -> Any:
        if self._validate_args:
            self._validate_sample(value)
        logits, value = broadcast_all(self.logits, value)
        return -classification.binary_cross_entropy_with_logits(logits, value.type_as(logits), reduction="none")

    def entropy(self) -> Any:
        return classification.binary_cross_entropy_with_logits(self.logits, self.probs, reduction="none")

    def enumerate_support(self, expand: bool = True) -> Any:
        values = wrap(np.arange(2, dtype=self._param._array.dtype))
        values = values.view(-1, *[1] * len(self._batch_shape))
        return values.expand(-1, *self._batch_shape) if expand else values
