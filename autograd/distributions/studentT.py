"""Student's t distribution."""

from __future__ import annotations

import math
from typing import Any, ClassVar

import numpy as np

from autograd.distributions import constraints
from autograd.distributions.chi2 import Chi2
from autograd.distributions.distribution import Distribution
from autograd.distributions.utils import broadcast_all, standard_normal
from autograd.tensor import wrap


class StudentT(Distribution):
    """Of `df` degrees of freedom, at `loc` and stretched by `scale`."""

    arg_constraints: ClassVar[dict[str, Any]] = {
        "df": constraints.positive,
        "loc": constraints.real,
        "scale": constraints.positive,
    }
    support = constraints.real
    has_rsample = True

    def __init__(self, df: Any, loc: Any = 0.0, scale: Any = 1.0, validate_args: bool | None = None) -> None:
        self.df, self.loc, self.scale = broadcast_all(df, loc, scale)
        self._chi2 = Chi2(self.df)
        super().__init__(self.df.shape, validate_args=validate_args)

    def _expand_rest(self, new: Any, shape: tuple[int, ...]) -> None:
        new._chi2 = self._chi2.expand(shape)

    @property
    def mean(self) -> Any:
        df, loc = self.df._array, self.loc._array
        return wrap(np.where(df <= 1, np.nan, loc).astype(loc.dtype))

    @property
    def mode(self) -> Any:
        return self.loc

    @property
    def variance(self) -> Any:
        df, scale = self.df._array.astype(np.float64), self.scale._array
        with np.errstate(all="ignore"):
            value = np.where(df > 2, scale.astype(np.float64) ** 2 * df / (df - 2), np.inf)
        return wrap(np.where(df <= 1, np.nan, value).astype(scale.dtype))

    def rsample(self, sample_shape: Any = ()) -> Any:
        x = standard_normal(self._extended_shape(sample_shape), self.df)
        z = self._chi2.rsample(sample_shape)
        return self.loc + self.scale * (x * (z / self.df).rsqrt())

    def _log_beta(self) -> Any:
        return 0.5 * self.df.log() + 0.5 * math.log(math.pi) + (0.5 * self.df).lgamma() - (0.5 * (self.df + 1)).lgamma()

    def log_prob(self, value: Any) -> Any:
        if self._validate_args:
            self._validate_sample(value)
        y = (value - self.loc) / self.scale
        return -0.5 * (self.df + 1.0) * (y**2.0 / self.df).log1p() - (self.scale.log() + self._log_beta())

    def entropy(self) -> Any:
        spread = (0.5 * (self.df + 1)).digamma() - (0.5 * self.df).digamma()
        return self.scale.log() + 0.5 * (self.df + 1) * spread + self._log_beta()
