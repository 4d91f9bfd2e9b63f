"""Probability distributions: samples with gradients, densities, entropies, divergences, as `torch.distributions`."""

from __future__ import annotations

from typing import Any

from autograd.distributions import constraints, kl, transforms, utils
from autograd.distributions.bernoulli import Bernoulli
from autograd.distributions.beta import Beta
from autograd.distributions.binomial import Binomial
from autograd.distributions.categorical import Categorical
from autograd.distributions.cauchy import Cauchy
from autograd.distributions.chi2 import Chi2
from autograd.distributions.constraint_registry import biject_to, transform_to
from autograd.distributions.continuous_bernoulli import ContinuousBernoulli
from autograd.distributions.dirichlet import Dirichlet
from autograd.distributions.distribution import Distribution, ExponentialFamily
from autograd.distributions.exponential import Exponential
from autograd.distributions.fishersnedecor import FisherSnedecor
from autograd.distributions.gamma import Gamma
from autograd.distributions.geometric import Geometric
from autograd.distributions.gumbel import Gumbel
from autograd.distributions.half_cauchy import HalfCauchy
from autograd.distributions.half_normal import HalfNormal
from autograd.distributions.independent import Independent
from autograd.distributions.inverse_gamma import InverseGamma
from autograd.distributions.kl import kl_divergence, register_kl
from autograd.distributions.kumaraswamy import Kumaraswamy
from autograd.distributions.laplace import Laplace
from autograd.distributions.log_normal import LogNormal
from autograd.distributions.logistic_normal import LogisticNormal
from autograd.distributions.lowrank_multivariate_normal import LowRankMultivariateNormal
from autograd.distributions.mixture_same_family import MixtureSameFamily
from autograd.distributions.multinomial import Multinomial
from autograd.distributions.multivariate_normal import MultivariateNormal
from autograd.distributions.negative_binomial import NegativeBinomial
from autograd.distributions.normal import Normal
from autograd.distributions.one_hot_categorical import OneHotCategorical, OneHotCategoricalStraightThrough
from autograd.distributions.pareto import Pareto
from autograd.distributions.poisson import Poisson
from autograd.distributions.relaxed_bernoulli import RelaxedBernoulli
from autograd.distributions.relaxed_categorical import RelaxedOneHotCategorical
from autograd.distributions.studentT import StudentT
from autograd.distributions.transformed_distribution import TransformedDistribution
from autograd.distributions.transforms import (
    AbsTransform,
    AffineTransform,
    CatTransform,
    ComposeTransform,
    CorrCholeskyTransform,
    CumulativeDistributionTransform,
    ExpTransform,
    IndependentTransform,
    LowerCholeskyTransform,
    PositiveDefiniteTransform,
    PowerTransform,
    ReshapeTransform,
    SigmoidTransform,
    SoftmaxTransform,
    SoftplusTransform,
    StackTransform,
    StickBreakingTransform,
    TanhTransform,
    Transform,
    identity_transform,
)
from autograd.distributions.uniform import Uniform
from autograd.distributions.von_mises import VonMises
from autograd.distributions.weibull import Weibull

__all__ = [
    "AbsTransform",
    "AffineTransform",
    "Bernoulli",
    "Beta",
    "Binomial",
    "CatTransform",
    "Categorical",
    "Cauchy",
    "Chi2",
    "ComposeTransform",
    "ContinuousBernoulli",
    "CorrCholeskyTransform",
    "CumulativeDistributionTransform",
    "Dirichlet",
    "Distribution",
    "ExpTransform",
    "Exponential",
    "ExponentialFamily",
    "FisherSnedecor",
    "Gamma",
    "Geometric",
    "Gumbel",
    "HalfCauchy",
    "HalfNormal",
    "Independent",
    "IndependentTransform",
    "InverseGamma",
    "Kumaraswamy",
    "Laplace",
    "LogNormal",
    "LogisticNormal",
    "LowRankMultivariateNormal",
    "LowerCholeskyTransform",
    "MixtureSameFamily",
    "Multinomial",
    "MultivariateNormal",
    "NegativeBinomial",
    "Normal",
    "OneHotCategorical",
    "OneHotCategoricalStraightThrough",
    "Pareto",
    "Poisson",
    "PositiveDefiniteTransform",
    "PowerTransform",
    "RelaxedBernoulli",
    "RelaxedOneHotCategorical",
    "ReshapeTransform",
    "SigmoidTransform",
    "SoftmaxTransform",
    "SoftplusTransform",
    "StackTransform",
    "StickBreakingTransform",
    "StudentT",
    "TanhTransform",
    "Transform",
    "TransformedDistribution",
    "Uniform",
    "VonMises",
    "Weibull",
    "biject_to",
    "constraints",
    "identity_transform",
    "kl",
    "kl_divergence",
    "register_kl",
    "transform_to",
    "transforms",
    "utils",
]


def __getattr__(name: str) -> Any:
    from autograd.missing import explain

    raise AttributeError(explain("torch.distributions", name))
