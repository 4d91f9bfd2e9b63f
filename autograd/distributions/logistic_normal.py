"""The logistic normal distribution on the simplex."""

from __future__ import annotations

from typing import Any, ClassVar

from autograd.distributions import constraints
from autograd.distributions.independent import Independent
from autograd.distributions.normal import Normal
from autograd.distributions.transformed_distribution import TransformedDistribution
from autograd.distributions.transforms import StickBreakingTransform


class LogisticNormal(TransformedDistribution):
    """Normal numbers of mean `loc` and deviation `scale`, broken into pieces of a stick."""

    arg_constraints: ClassVar[dict[str, Any]] = {"loc": constraints.real, "scale": constraints.positive}
    support = constraints.simplex
    has_rsample = True

    def __init__(self, loc: Any, scale: Any, validate_args: bool | None = None) -> None:
        base = Normal(loc, scale, validate_args=validate_args)
        if not base.batch_shape:
            base = base.expand([1])
        super().__init__(base, StickBreakingTransform(), validate_args=validate_args)

    def _inner(self) -> Any:
        base = self.base_dist
        return base.base_dist if isinstance(base, Independent) else base

    @property
    def loc(self) -> Any:
        """The mean of the normal numbers."""
        return self._inner().loc

    @property
    def scale(self) -> Any:
        """The deviation of the normal numbers."""
        return self._inner().scale
