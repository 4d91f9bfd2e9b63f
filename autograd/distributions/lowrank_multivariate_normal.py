"""The normal distribution of vectors whose covariance is a diagonal and a matrix of low rank."""

from __future__ import annotations

import math
from typing import Any, ClassVar

import numpy as np

from autograd.distributions import constraints
from autograd.distributions.distribution import Distribution
from autograd.distributions.multivariate_normal import half_log_det, matvec
from autograd.distributions.utils import broadcast_shapes, lazy_property, standard_normal
from autograd.functions import decompositions
from autograd.tensor import wrap


def _eye(n: int, like: Any) -> Any:
    return wrap(np.eye(n, dtype=like._array.dtype))


def capacitance(factor: Any, diagonal: Any) -> Any:
    """The Cholesky factor of 1 + Wᵀ D⁻¹ W (the matrix determinant lemma and Woodbury's identity)."""
    scaled = factor.mT / diagonal.unsqueeze(-2)
    return decompositions.cholesky(scaled @ factor + _eye(factor.shape[-1], factor))


def log_det(diagonal: Any, inner: Any) -> Any:
    """The logarithm of the determinant of W Wᵀ + D, given `capacitance(W, D)`."""
    return 2 * half_log_det(inner) + diagonal.log().sum(-1)


def distance(factor: Any, diagonal: Any, x: Any, inner: Any) -> Any:
    """`xᵀ (W Wᵀ + D)⁻¹ x`, given `capacitance(W, D)`."""
    projected = matvec(factor.mT / diagonal.unsqueeze(-2), x)
    plain = (x.pow(2) / diagonal).sum(-1)
    shape = (*broadcast_shapes(tuple(inner.shape[:-2]), tuple(projected.shape[:-1])), projected.shape[-1])
    half = decompositions.solve_triangular(inner, projected.expand(shape).unsqueeze(-1), upper=False)
    return plain - half.squeeze(-1).square().sum(-1)


class LowRankMultivariateNormal(Distribution):
    """Of mean `loc` and covariance `cov_factor cov_factorᵀ + diag(cov_diag)`."""

    arg_constraints: ClassVar[dict[str, Any]] = {
        "loc": constraints.real_vector,
        "cov_factor": constraints.independent(constraints.real, 2),
        "cov_diag": constraints.independent(constraints.positive, 1),
    }
    support = constraints.real_vector
    has_rsample = True

    def __init__(self, loc: Any, cov_factor: Any, cov_diag: Any, validate_args: bool | None = None) -> None:
        if loc.dim() < 1:
            raise ValueError("loc must be at least one-dimensional.")
        if cov_factor.dim() < 2:
            raise ValueError("cov_factor must be at least two-dimensional, with optional leading batch dimensions")
        size = loc.shape[-1]
        if cov_factor.shape[-2] != size:
            raise ValueError(f"cov_factor must be a batch of matrices with shape {size} x m")
        if cov_diag.shape[-1] != size:
            raise ValueError(f"cov_diag must be a batch of vectors with shape {(size,)}")
        batch = broadcast_shapes(tuple(loc.shape[:-1]), tuple(cov_factor.shape[:-2]), tuple(cov_diag.shape[:-1]))
        self.loc = loc.expand(*batch, size)
        self.cov_factor = cov_factor.expand(*batch, *cov_factor.shape[-2:])
        self.cov_diag = cov_diag.expand(*batch, size)
        self._capacitance_tril = capacitance(self.cov_factor, self.cov_diag)
        super().__init__(batch, (size,), validate_args=validate_args)

    def _expand_rest(self, new: Any, shape: tuple[int, ...]) -> None:
        new._capacitance_tril = self._capacitance_tril.expand((*shape, *self._capacitance_tril.shape[-2:]))

    @property
    def mean(self) -> Any:
        return self.loc

    @property
    def mode(self) -> Any:
        return self.loc

    @lazy_property
    def variance(self) -> Any:
        """The diagonal of the covariance."""
        return self.cov_factor.pow(2).sum(-1) + self.cov_diag

    @lazy_property
    def covariance_matrix(self) -> Any:
        """The covariance."""
        return self.cov_factor @ self.cov_factor.mT + self.cov_diag.unsqueeze(-1) * _eye(self.loc.shape[-1], self.loc)

    @lazy_property
    def scale_tril(self) -> Any:
        """The lower Cholesky factor of the covariance."""
        return decompositions.cholesky(self.covariance_matrix)

    @lazy_property
    def precision_matrix(self) -> Any:
        """The inverse of the covariance, by Woodbury's identity."""
        scaled = self.cov_factor.mT / self.cov_diag.unsqueeze(-2)
        half = decompositions.solve_triangular(self._capacitance_tril, scaled, upper=False)
        return self.cov_diag.reciprocal().unsqueeze(-1) * _eye(self.loc.shape[-1], self.loc) - half.mT @ half

    def rsample(self, sample_shape: Any = ()) -> Any:
        shape = self._extended_shape(sample_shape)
        first = standard_normal((*shape[:-1], self.cov_factor.shape[-1]), self.loc)
        second = standard_normal(shape, self.loc)
        return self.loc + matvec(self.cov_factor, first) + self.cov_diag.sqrt() * second

    def log_prob(self, value: Any) -> Any:
        if self._validate_args:
            self._validate_sample(value)
        off = distance(self.cov_factor, self.cov_diag, value - self.loc, self._capacitance_tril)
        size = self._event_shape[0] * math.log(2 * math.pi)
        return -0.5 * (size + log_det(self.cov_diag, self._capacitance_tril) + off)

    def entropy(self) -> Any:
        size = self._event_shape[0] * (1.0 + math.log(2 * math.pi))
        return (0.5 * (size + log_det(self.cov_diag, self._capacitance_tril))).expand(self._batch_shape)
