"""Kullback and Leibler's divergence: formulas registered for pairs of types, found by the closest match."""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import product
from typing import Any

import numpy as np

from autograd.distributions.bernoulli import Bernoulli
from autograd.distributions.beta import Beta
from autograd.distributions.binomial import Binomial
from autograd.distributions.categorical import Categorical
from autograd.distributions.cauchy import Cauchy
from autograd.distributions.continuous_bernoulli import ContinuousBernoulli
from autograd.distributions.dirichlet import Dirichlet
from autograd.distributions.distribution import Distribution
from autograd.distributions.exponential import Exponential
from autograd.distributions.gamma import Gamma
from autograd.distributions.geometric import Geometric
from autograd.distributions.gumbel import _EULER, Gumbel
from autograd.distributions.half_normal import HalfNormal
from autograd.distributions.independent import Independent
from autograd.distributions.laplace import Laplace
from autograd.distributions.lowrank_multivariate_normal import LowRankMultivariateNormal, distance, log_det
from autograd.distributions.multivariate_normal import MultivariateNormal, half_log_det, mahalanobis
from autograd.distributions.normal import Normal
from autograd.distributions.one_hot_categorical import OneHotCategorical
from autograd.distributions.pareto import Pareto
from autograd.distributions.poisson import Poisson
from autograd.distributions.transformed_distribution import TransformedDistribution
from autograd.distributions.uniform import Uniform
from autograd.distributions.utils import full_like, sum_rightmost, xlogy
from autograd.functions import activation, decompositions
from autograd.tensor import wrap

__all__ = ["kl_divergence", "register_kl"]

_REGISTRY: dict[tuple[type, type], Callable[[Any, Any], Any]] = {}


def register_kl(type_p: type, type_q: type) -> Callable[[Any], Any]:
    """A decorator that registers a formula for a pair of types of distributions; TypeError for other types."""
    for given in (type_p, type_q):
        if not (isinstance(given, type) and issubclass(given, Distribution)):
            raise TypeError(f"Expected a Distribution subclass but got {given}")

    def decorator(function: Any) -> Any:
        _REGISTRY[type_p, type_q] = function
        return function

    return decorator


def _closest(type_p: type, type_q: type) -> Any:
    """The formula whose types come first in the orders of inheritance."""
    matches = [
        (type_p.__mro__.index(p), type_q.__mro__.index(q), function)
        for (p, q), function in _REGISTRY.items()
        if issubclass(type_p, p) and issubclass(type_q, q)
    ]
    return min(matches, key=lambda m: m[:2])[2] if matches else None


def kl_divergence(p: Any, q: Any) -> Any:
    """KL(p ‖ q), of the shape of the batch; NotImplementedError for a pair without a formula."""
    function = _closest(type(p), type(q))
    if function is None:
        raise NotImplementedError(f"No KL(p || q) is implemented for p type {type(p).__name__} and q type "
                                  f"{type(q).__name__}")  # fmt: skip
    return function(p, q)


def _infinite_like(value: Any) -> Any:
    return full_like(value, math.inf)


def _where_infinite(mask: Any, value: Any) -> Any:
    return value.masked_fill(mask, math.inf)


def _xlogx(x: Any) -> Any:
    return xlogy(x, x)


@register_kl(Bernoulli, Bernoulli)
def _bernoulli(p: Any, q: Any) -> Any:
    one = p.probs * (activation.softplus(-q.logits) - activation.softplus(-p.logits))
    one = _where_infinite(q.probs == 0, one).masked_fill(p.probs == 0, 0)
    zero = (1 - p.probs) * (activation.softplus(q.logits) - activation.softplus(p.logits))
    zero = _where_infinite(q.probs == 1, zero).masked_fill(p.probs == 1, 0)
    return one + zero


@register_kl(Beta, Beta)
def _beta(p: Any, q: Any) -> Any:
    a, b, c, d = p.concentration1, p.concentration0, q.concentration1, q.concentration0
    sum_p, sum_q = a + b, c + d
    t1 = c.lgamma() + d.lgamma() + sum_p.lgamma()
    t2 = a.lgamma() + b.lgamma() + sum_q.lgamma()
    return t1 - t2 + (a - c) * a.digamma() + (b - d) * b.digamma() + (sum_q - sum_p) * sum_p.digamma()


@register_kl(Binomial, Binomial)
def _binomial(p: Any, q: Any) -> Any:
    if bool((p.total_count < q.total_count)._array.any()):
        raise NotImplementedError("KL between Binomials where q.total_count > p.total_count is not implemented")
    value = p.total_count * (p.probs * (p.logits - q.logits) + (-p.probs).log1p() - (-q.probs).log1p())
    return _where_infinite(p.total_count > q.total_count, value)


@register_kl(Categorical, Categorical)
def _categorical(p: Any, q: Any) -> Any:
    t = p.probs * (p.logits - q.logits)
    t = _where_infinite((q.probs == 0).expand(t.shape), t).masked_fill((p.probs == 0).expand(t.shape), 0)
    return t.sum(-1)


@register_kl(OneHotCategorical, OneHotCategorical)
def _one_hot(p: Any, q: Any) -> Any:
    return _categorical(p._categorical, q._categorical)


@register_kl(ContinuousBernoulli, ContinuousBernoulli)
def _continuous_bernoulli(p: Any, q: Any) -> Any:
    t1 = p.mean * (p.logits - q.logits)
    t2 = p._log_normalizer() + (-p.probs).log1p()
    return t1 + t2 - q._log_normalizer() - (-q.probs).log1p()


@register_kl(Dirichlet, Dirichlet)
def _dirichlet(p: Any, q: Any) -> Any:
    # http://bariskurt.com/kullback-leibler-divergence-between-two-dirichlet-and-beta-distributions/
    sum_p, sum_q = p.concentration.sum(-1), q.concentration.sum(-1)
    t1 = sum_p.lgamma() - sum_q.lgamma()
    t2 = (p.concentration.lgamma() - q.concentration.lgamma()).sum(-1)
    t3 = (p.concentration - q.concentration) * (p.concentration.digamma() - sum_p.digamma().unsqueeze(-1))
    return t1 - t2 + t3.sum(-1)


@register_kl(Exponential, Exponential)
def _exponential(p: Any, q: Any) -> Any:
    ratio = q.rate / p.rate
    return -ratio.log() + ratio - 1


@register_kl(Gamma, Gamma)
def _gamma(p: Any, q: Any) -> Any:
    t1 = q.concentration * (p.rate / q.rate).log()
    t2 = q.concentration.lgamma() - p.concentration.lgamma()
    t3 = (p.concentration - q.concentration) * p.concentration.digamma()
    return t1 + t2 + t3 + (q.rate - p.rate) * (p.concentration / p.rate)


@register_kl(Gumbel, Gumbel)
def _gumbel(p: Any, q: Any) -> Any:
    ratio = p.scale / q.scale
    off_p, off_q = p.loc / q.scale, q.loc / q.scale
    t1 = -ratio.log() - off_q + off_p
    return t1 + ratio * _EULER + (off_q + (1 + ratio).lgamma() - off_p).exp() - (1 + _EULER)


@register_kl(Geometric, Geometric)
def _geometric(p: Any, q: Any) -> Any:
    return -p.entropy() - (-q.probs).log1p() / p.probs - q.logits


@register_kl(HalfNormal, HalfNormal)
def _half_normal(p: Any, q: Any) -> Any:
    return _normal(p.base_dist, q.base_dist)


@register_kl(Laplace, Laplace)
def _laplace(p: Any, q: Any) -> Any:
    ratio, off = p.scale / q.scale, (p.loc - q.loc).abs()
    return -ratio.log() + off / q.scale + ratio * (-off / p.scale).exp() - 1


@register_kl(Normal, Normal)
def _normal(p: Any, q: Any) -> Any:
    ratio = (p.scale / q.scale).pow(2)
    off = ((p.loc - q.loc) / q.scale).pow(2)
    return 0.5 * (ratio + off - 1 - ratio.log())


def _check_sizes(p: Any, q: Any) -> None:
    if p.event_shape != q.event_shape:
        raise ValueError(
            "KL-divergence between two normal distributions of vectors with different event shapes cannot be computed: "
            f"{list(p.event_shape)} and {list(q.event_shape)}"
        )


def _trace(factor: Any, matrix: Any) -> Any:
    """The trace of `factor⁻¹ matrix matrixᵀ factor⁻ᵀ`."""
    return decompositions.solve_triangular(factor, matrix, upper=False).pow(2).sum([-2, -1])


@register_kl(MultivariateNormal, MultivariateNormal)
def _multivariate_normal(p: Any, q: Any) -> Any:
    _check_sizes(p, q)
    p_factor, q_factor = p._unbroadcasted_scale_tril, q._unbroadcasted_scale_tril
    spread = _trace(q_factor, p_factor) + mahalanobis(q_factor, q.loc - p.loc)
    return half_log_det(q_factor) - half_log_det(p_factor) + 0.5 * (spread - p.event_shape[0])


@register_kl(LowRankMultivariateNormal, LowRankMultivariateNormal)
def _low_rank(p: Any, q: Any) -> Any:
    _check_sizes(p, q)
    determinants = log_det(q.cov_diag, q._capacitance_tril) - log_det(p.cov_diag, p._capacitance_tril)
    off = distance(q.cov_factor, q.cov_diag, q.loc - p.loc, q._capacitance_tril)
    # The trace of the second's inverse times the first, by Woodbury's identity.
    scaled = q.cov_factor.mT / q.cov_diag.unsqueeze(-2)
    half = decompositions.solve_triangular(q._capacitance_tril, scaled, upper=False)
    plain = (p.cov_diag / q.cov_diag).sum(-1)
    plain = plain + (p.cov_factor / q.cov_diag.sqrt().unsqueeze(-1)).pow(2).sum([-2, -1])
    less = (half * p.cov_diag.sqrt().unsqueeze(-2)).pow(2).sum([-2, -1]) + (half @ p.cov_factor).pow(2).sum([-2, -1])
    return 0.5 * (determinants + plain - less + off - p.event_shape[0])


@register_kl(MultivariateNormal, LowRankMultivariateNormal)
@register_kl(LowRankMultivariateNormal, MultivariateNormal)
def _mixed_normal(p: Any, q: Any) -> Any:
    _check_sizes(p, q)
    p_factor, q_factor = p.scale_tril, q.scale_tril
    spread = _trace(q_factor, p_factor) + mahalanobis(q_factor, q.loc - p.loc)
    return half_log_det(q_factor) - half_log_det(p_factor) + 0.5 * (spread - p.event_shape[0])


@register_kl(Pareto, Pareto)
def _pareto(p: Any, q: Any) -> Any:
    scale, alpha = p.scale / q.scale, q.alpha / p.alpha
    return _where_infinite(
        p.support.lower_bound < q.support.lower_bound, q.alpha * scale.log() - alpha.log() + alpha - 1
    )


@register_kl(Poisson, Poisson)
def _poisson(p: Any, q: Any) -> Any:
    return p.rate * (p.rate.log() - q.rate.log()) - (p.rate - q.rate)


@register_kl(TransformedDistribution, TransformedDistribution)
def _transformed(p: Any, q: Any) -> Any:
    if p.transforms != q.transforms or p.event_shape != q.event_shape:
        raise NotImplementedError("KL between transformed distributions needs the same transforms")
    base = kl_divergence(p.base_dist, q.base_dist)
    return sum_rightmost(base, len(p.event_shape) - len(p.base_dist.event_shape))


@register_kl(Uniform, Uniform)
def _uniform(p: Any, q: Any) -> Any:
    value = ((q.high - q.low) / (p.high - p.low)).log()
    return _where_infinite((q.low > p.low) | (q.high < p.high), value)


@register_kl(Independent, Independent)
def _independent(p: Any, q: Any) -> Any:
    if p.reinterpreted_batch_ndims != q.reinterpreted_batch_ndims:
        raise NotImplementedError("KL between Independent distributions needs as many reinterpreted dimensions")
    return sum_rightmost(kl_divergence(p.base_dist, q.base_dist), p.reinterpreted_batch_ndims)


@register_kl(Cauchy, Cauchy)
def _cauchy(p: Any, q: Any) -> Any:
    # F. Chyzak, F. Nielsen, "A closed-form formula for the Kullback-Leibler divergence between Cauchy distributions"
    return ((p.scale + q.scale).pow(2) + (p.loc - q.loc).pow(2)).log() - (4 * p.scale * q.scale).log()


# -- pairs of two kinds: an outcome of p outside the support of q makes it infinite ---------------------------------


@register_kl(Bernoulli, Poisson)
def _bernoulli_poisson(p: Any, q: Any) -> Any:
    return -p.entropy() - (p.probs * q.rate.log() - q.rate)


@register_kl(Beta, ContinuousBernoulli)
def _beta_continuous(p: Any, q: Any) -> Any:
    return -p.entropy() - p.mean * q.logits - (-q.probs).log1p() - q._log_normalizer()


@register_kl(Beta, Exponential)
def _beta_exponential(p: Any, q: Any) -> Any:
    return -p.entropy() - q.rate.log() + q.rate * p.mean


@register_kl(Beta, Gamma)
def _beta_gamma(p: Any, q: Any) -> Any:
    t2 = q.concentration * q.rate.log() - q.concentration.lgamma()
    log_mean = p.concentration1.digamma() - (p.concentration1 + p.concentration0).digamma()
    return -p.entropy() - t2 - (q.concentration - 1) * log_mean + q.rate * p.mean


def _to_normal(p: Any, q: Any) -> Any:
    """Any p with an entropy, a mean and a variance."""
    squared = q.scale.pow(2)
    off = (p.mean - q.loc).pow(2)
    return -p.entropy() + 0.5 * (squared * 2 * math.pi).log() + 0.5 * (p.variance + off) / squared


_WITH_MOMENTS: tuple[type, ...] = (Beta, ContinuousBernoulli, Exponential, Gamma, Gumbel, Laplace, Uniform)
for _kind in _WITH_MOMENTS:
    register_kl(_kind, Normal)(_to_normal)


@register_kl(Beta, Uniform)
def _beta_uniform(p: Any, q: Any) -> Any:
    value = -p.entropy() + (q.high - q.low).log()
    return _where_infinite((q.low > p.support.lower_bound) | (q.high < p.support.upper_bound), value)


@register_kl(Exponential, Gamma)
def _exponential_gamma(p: Any, q: Any) -> Any:
    ratio = q.rate / p.rate
    return -q.concentration * ratio.log() + ratio + q.concentration.lgamma() + q.concentration * _EULER - (1 + _EULER)


@register_kl(Exponential, Gumbel)
def _exponential_gumbel(p: Any, q: Any) -> Any:
    product = p.rate * q.scale
    off = q.loc / q.scale
    t3 = off.exp() * product / (product + 1)
    return product.log() - 1 - off + product.reciprocal() + t3


@register_kl(Gamma, Exponential)
def _gamma_exponential(p: Any, q: Any) -> Any:
    return -p.entropy() - q.rate.log() + q.rate * p.concentration / p.rate


@register_kl(Gamma, Gumbel)
def _gamma_gumbel(p: Any, q: Any) -> Any:
    beta = p.rate * q.scale
    off = q.loc / q.scale
    t1 = (p.concentration - 1) * p.concentration.digamma() - p.concentration.lgamma() - p.concentration
    t2 = beta.log() + p.concentration / beta
    t3 = off.exp() * (1 + beta.reciprocal()).pow(-p.concentration) - off
    return t1 + t2 + t3


@register_kl(Normal, Gumbel)
def _normal_gumbel(p: Any, q: Any) -> Any:
    mean, variance = p.loc / q.scale, (p.scale / q.scale).pow(2)
    off = q.loc / q.scale
    t3 = (-mean + 0.5 * variance + off).exp()
    return mean - off + t3 - 0.5 * (1 + math.log(2 * math.pi)) - (p.scale / q.scale).log()


@register_kl(Normal, Laplace)
def _normal_laplace(p: Any, q: Any) -> Any:
    off = p.loc - q.loc
    z = off / p.scale
    t1 = math.sqrt(2 / math.pi) * p.scale * (-0.5 * z.pow(2)).exp()
    t2 = off * (math.sqrt(0.5) * z).erf()
    return -p.entropy() + (2 * q.scale).log() + (t1 + t2) / q.scale


@register_kl(Pareto, Exponential)
def _pareto_exponential(p: Any, q: Any) -> Any:
    product = p.scale * q.rate
    t1 = (p.alpha / product).log() - p.alpha.reciprocal()
    return _where_infinite(p.alpha <= 1, t1 + p.alpha * product / (p.alpha - 1) - 1)


@register_kl(Pareto, Gamma)
def _pareto_gamma(p: Any, q: Any) -> Any:
    common = p.scale.log() + p.alpha.reciprocal()
    t1 = p.alpha.log() - common + q.concentration.lgamma() - q.concentration * q.rate.log()
    t2 = (1 - q.concentration) * common + q.rate * p.alpha * p.scale / (p.alpha - 1) - 1
    return _where_infinite(p.alpha <= 1, t1 + t2)


@register_kl(Pareto, Normal)
def _pareto_normal(p: Any, q: Any) -> Any:
    common = p.scale / (p.alpha - 1)
    t1 = (math.sqrt(2 * math.pi) * q.scale * p.alpha / p.scale).log() - p.alpha.reciprocal() - 1
    t2 = p.alpha * common.pow(2) / (p.alpha - 2) + (p.alpha * common - q.loc).pow(2)
    return _where_infinite(p.alpha <= 2, t1 + 0.5 * t2 / q.scale.pow(2))


@register_kl(Uniform, Beta)
def _uniform_beta(p: Any, q: Any) -> Any:
    width = p.high - p.low
    low, high = p.low, p.high
    t2 = (q.concentration1 - 1) * (_xlogx(high) - _xlogx(low) - width) / width
    t3 = (q.concentration0 - 1) * (_xlogx(1 - high) - _xlogx(1 - low) + width) / width
    t4 = q.concentration1.lgamma() + q.concentration0.lgamma() - (q.concentration1 + q.concentration0).lgamma()
    value = t3 + t4 - width.log() - t2
    return _where_infinite((high > q.support.upper_bound) | (low < q.support.lower_bound), value)


@register_kl(Uniform, ContinuousBernoulli)
def _uniform_continuous(p: Any, q: Any) -> Any:
    value = -p.entropy() - p.mean * q.logits - (-q.probs).log1p() - q._log_normalizer()
    return _where_infinite((p.high > q.support.upper_bound) | (p.low < q.support.lower_bound), value)


@register_kl(Uniform, Exponential)
def _uniform_exponential(p: Any, q: Any) -> Any:
    value = q.rate * (p.high + p.low) / 2 - ((p.high - p.low) * q.rate).log()
    return _where_infinite(p.low < q.support.lower_bound, value)


@register_kl(Uniform, Gamma)
def _uniform_gamma(p: Any, q: Any) -> Any:
    width = p.high - p.low
    t1 = -width.log() + q.concentration.lgamma() - q.concentration * q.rate.log()
    t2 = (1 - q.concentration) * (_xlogx(p.high) - _xlogx(p.low) - width) / width
    return _where_infinite(p.low < q.support.lower_bound, t1 + t2 + q.rate * (p.high + p.low) / 2)


@register_kl(Uniform, Gumbel)
def _uniform_gumbel(p: Any, q: Any) -> Any:
    common = q.scale / (p.high - p.low)
    high, low = (p.high - q.loc) / q.scale, (p.low - q.loc) / q.scale
    return common.log() + 0.5 * (high + low) - common * ((-high).exp() - (-low).exp())


@register_kl(Uniform, Pareto)
def _uniform_pareto(p: Any, q: Any) -> Any:
    width = p.high - p.low
    t1 = -(q.alpha * q.scale.pow(q.alpha) * width).log()
    t2 = (q.alpha + 1) * (_xlogx(p.high) - _xlogx(p.low) - width) / width
    return _where_infinite(p.low < q.support.lower_bound, t1 + t2)


def _infinite(p: Any, q: Any) -> Any:
    """The support of p reaches out of that of q."""
    first = [v for name, v in vars(p).items() if name in p.arg_constraints] or [p.mean]
    shape = np.broadcast_shapes(tuple(p.batch_shape), tuple(q.batch_shape))
    return wrap(np.full(shape, np.inf, first[0]._array.dtype))


_WIDE = (Gumbel, Laplace, Normal)
for _p, _q in [
    (Beta, Pareto),
    *product((Exponential, Gamma, Pareto), (Beta, ContinuousBernoulli, Uniform)),
    *product((Exponential, Gamma), (Pareto,)),
    *product(_WIDE, (Beta, ContinuousBernoulli, Exponential, Gamma, Pareto, Uniform)),
    *product((ContinuousBernoulli,), (Pareto,)),
    *product((Poisson,), (Bernoulli, Binomial)),
]:
    register_kl(_p, _q)(_infinite)


@register_kl(ContinuousBernoulli, Uniform)
def _continuous_uniform(p: Any, q: Any) -> Any:
    value = -p.entropy() + (q.high - q.low).log()
    return _where_infinite((p.support.lower_bound < q.low) | (p.support.upper_bound > q.high), value)


@register_kl(ContinuousBernoulli, Exponential)
def _continuous_exponential(p: Any, q: Any) -> Any:
    return -p.entropy() - q.rate.log() + q.rate * p.mean
