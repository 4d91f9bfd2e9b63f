"""Distributions against PyTorch: moments, densities, entropies, samples, their gradients, divergences, errors."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch

import autograd

pytestmark = pytest.mark.parity

P = np.array([[0.2, 0.5, 0.3], [0.1, 0.1, 0.8]])
V = np.array([0.7, 1.3, 2.5])
L = np.array([-0.4, 0.3, 1.2])
U = np.array([0.15, 0.5, 0.92])
COVARIANCE = np.array([[1.1, 0.3, -0.2], [0.2, 0.9, 0.4], [0.1, -0.3, 1.4]])

# A distribution: the parameters that get gradients, and how it is made of them.
MADE: dict[str, tuple[tuple[Any, ...], Callable[..., Any]]] = {
    "normal": ((L, V), lambda D, a, b: D.Normal(a, b)),
    "bernoulli": ((U,), lambda D, p: D.Bernoulli(p)),
    "bernoulli_logits": ((L,), lambda D, x: D.Bernoulli(logits=x)),
    "categorical": ((P,), lambda D, p: D.Categorical(p)),
    "categorical_logits": ((P,), lambda D, p: D.Categorical(logits=p)),
    "one_hot": ((P,), lambda D, p: D.OneHotCategorical(p)),
    "one_hot_through": ((P,), lambda D, p: D.OneHotCategoricalStraightThrough(logits=p)),
    "uniform": ((L, L + V), lambda D, a, b: D.Uniform(a, b)),
    "multinomial": ((P,), lambda D, p: D.Multinomial(7, p)),
    "multinomial_logits": ((P,), lambda D, p: D.Multinomial(4, logits=p)),
    "binomial": ((U,), lambda D, p: D.Binomial(11, p)),
    "binomial_logits": ((L,), lambda D, p: D.Binomial(30, logits=p)),
    "beta": ((V, V[::-1].copy()), lambda D, a, b: D.Beta(a, b)),
    "gamma": ((V, U), lambda D, a, b: D.Gamma(a, b)),
    "dirichlet": ((P + 0.9,), lambda D, a: D.Dirichlet(a)),
    "exponential": ((V,), lambda D, a: D.Exponential(a)),
    "laplace": ((L, V), lambda D, a, b: D.Laplace(a, b)),
    "cauchy": ((L, V), lambda D, a, b: D.Cauchy(a, b)),
    "half_normal": ((V,), lambda D, a: D.HalfNormal(a)),
    "half_cauchy": ((V,), lambda D, a: D.HalfCauchy(a)),
    "student": ((V + 0.5, L, V), lambda D, a, b, c: D.StudentT(a, b, c)),
    "chi2": ((V,), lambda D, a: D.Chi2(a)),
    "fisher": ((V + 2, V + 4), lambda D, a, b: D.FisherSnedecor(a, b)),
    "gumbel": ((L, V), lambda D, a, b: D.Gumbel(a, b)),
    "log_normal": ((L, U), lambda D, a, b: D.LogNormal(a, b)),
    "poisson": ((V * 5,), lambda D, a: D.Poisson(a)),
    "geometric": ((U,), lambda D, p: D.Geometric(p)),
    "geometric_logits": ((L,), lambda D, p: D.Geometric(logits=p)),
    "negative_binomial": ((V, U), lambda D, a, p: D.NegativeBinomial(a, p)),
    "negative_binomial_logits": ((V, L), lambda D, a, p: D.NegativeBinomial(a, logits=p)),
    "pareto": ((V, V + 2), lambda D, a, b: D.Pareto(a, b)),
    "weibull": ((V, V + 0.5), lambda D, a, b: D.Weibull(a, b)),
    "kumaraswamy": ((V + 0.5, V + 1), lambda D, a, b: D.Kumaraswamy(a, b)),
    "von_mises": ((L, np.array([0.5, 2.0, 6.0])), lambda D, a, b: D.VonMises(a, b)),
    "logistic_normal": ((L, V), lambda D, a, b: D.LogisticNormal(a, b)),
    "relaxed_bernoulli": ((np.array(0.7), U), lambda D, t, p: D.RelaxedBernoulli(t, p)),
    "relaxed_one_hot": ((np.array(0.7), P), lambda D, t, p: D.RelaxedOneHotCategorical(t, p)),
    "continuous_bernoulli": ((U,), lambda D, p: D.ContinuousBernoulli(p)),
    "continuous_bernoulli_logits": ((L,), lambda D, x: D.ContinuousBernoulli(logits=x)),
    "independent": ((P, P), lambda D, a, b: D.Independent(D.Normal(a, b), 1)),
    "inverse_gamma": ((V + 1.7, V), lambda D, a, b: D.InverseGamma(a, b)),
    "mixture": ((P, P * 3, P), lambda D, p, a, b: D.MixtureSameFamily(D.Categorical(p), D.Normal(a, b))),
    "mixture_vectors": (
        (P[0], np.stack([P, P * 2, P + 1])),
        lambda D, p, a: D.MixtureSameFamily(D.Categorical(p), D.Independent(D.Normal(a, 0.7), 2)),
    ),
    "vectors": ((P, COVARIANCE), lambda D, m, c: D.MultivariateNormal(m, c + c.mT)),
    "vectors_tril": ((P, COVARIANCE), lambda D, m, c: D.MultivariateNormal(m, scale_tril=c.tril())),
    "vectors_precision": ((P, COVARIANCE), lambda D, m, c: D.MultivariateNormal(m, precision_matrix=c + c.mT)),
    "vectors_low_rank": ((P, COVARIANCE[:, :2], P), lambda D, m, w, d: D.LowRankMultivariateNormal(m, w, d)),
    "transformed": (
        (L, V),
        lambda D, a, b: D.TransformedDistribution(
            D.Normal(a, b), [D.AffineTransform(0.3, 0.5), D.SigmoidTransform(), D.AffineTransform(2, -3)]
        ),
    ),
    "transformed_vector": (
        (L, V),
        lambda D, a, b: D.TransformedDistribution(D.Normal(a, b), [D.TanhTransform(), D.StickBreakingTransform()]),
    ),
}
# Made of ops that another module of the core brings: named here so that a missing one fails loudly.
TOLERANCE = {"von_mises": 1e-7}
# PyTorch approximates the gradient of gamma and beta numbers by fitted polynomials.
IMPLICIT = {"beta", "gamma", "dirichlet", "chi2", "student", "fisher", "inverse_gamma"}


def both(name: str, kind: str = "float64") -> list[tuple[Any, Any, list[Any]]]:
    arrays, make = MADE[name]
    result = []
    for library in (autograd, torch):
        inputs = [library.tensor(a, dtype=getattr(library, kind), requires_grad=True) for a in arrays]
        result.append((library, make(library.distributions, *inputs), inputs))
    return result


def compare(name: str, call: Callable[[Any, Any], Any], tolerance: float | None = None) -> None:
    """The same value, gradients and type, or the same type of error."""
    tolerance = TOLERANCE.get(name, 1e-10) if tolerance is None else tolerance
    results: list[Any] = []
    for library, made, inputs in both(name):
        library.manual_seed(4)
        try:
            value = call(library, made)
            if value.requires_grad:
                weights = np.random.default_rng(3).uniform(-1, 1, tuple(value.shape))
                value.backward(library.tensor(weights, dtype=value.dtype))
        except (NotImplementedError, ValueError) as error:
            results.append(type(error))
            continue
        gradients = [None if i.grad is None else i.grad.numpy() for i in inputs]
        results.append((value.detach().numpy(), gradients, repr(value.dtype)))
    ours, theirs = results
    if isinstance(theirs, type):
        assert ours == theirs
        return
    assert not isinstance(ours, type), ours
    assert ours[0].shape == theirs[0].shape and ours[2] == theirs[2]
    np.testing.assert_allclose(ours[0], theirs[0], tolerance, tolerance)
    for a, b in zip(ours[1], theirs[1], strict=True):
        if a is None or b is None:
            assert (a is None or not a.any()) and (b is None or not b.any())
        else:
            np.testing.assert_allclose(a, b, tolerance * 10, tolerance * 10)


@pytest.mark.parametrize("what", ["mean", "mode", "variance", "stddev"])
@pytest.mark.parametrize("name", MADE)
def test_moments(name: str, what: str) -> None:
    if (name, what) == ("kumaraswamy", "mode"):
        # PyTorch's is NaN above 1; the density must be flat here.
        (_, ours, _), _ = both(name)
        mode = ours.mode.detach().requires_grad_()
        ours.log_prob(mode).sum().backward()
        np.testing.assert_allclose(mode.grad.numpy(), 0, atol=1e-9)
        return
    compare(name, lambda T, d: getattr(d, what))


@pytest.mark.parametrize("name", MADE)
def test_entropy(name: str) -> None:
    # PyTorch takes part of the multinomial's in float32.
    compare(name, lambda T, d: d.entropy(), 1e-6 if name.startswith("multinomial") else None)


@pytest.mark.parametrize("name", MADE)
@pytest.mark.parametrize("shape", [(), (4,), (2, 3)])
@pytest.mark.parametrize("kind", ["float32", "float64"])
def test_samples(name: str, shape: Any, kind: str) -> None:
    drawn = []
    for library, made, _ in both(name, kind):
        library.manual_seed(8)
        sample = made.sample(library.Size(shape))
        drawn.append((sample.numpy(), repr(sample.dtype), sample.requires_grad, library.rand(2).numpy()))
    tolerance = 1e-12 if kind == "float64" else 2e-6
    assert drawn[0][0].shape == drawn[1][0].shape
    np.testing.assert_allclose(drawn[0][0], drawn[1][0], tolerance, tolerance)
    assert drawn[0][1:3] == drawn[1][1:3]
    np.testing.assert_array_equal(drawn[0][3], drawn[1][3])


@pytest.mark.parametrize("name", MADE)
def test_reparameterised_samples(name: str) -> None:
    (_, ours, _), (_, theirs, _) = both(name)
    assert ours.has_rsample == theirs.has_rsample
    if theirs.has_rsample:
        compare(name, lambda T, d: d.rsample(T.Size([5])), 5e-3 if name in IMPLICIT else None)
    else:
        compare(name, lambda T, d: d.rsample())


@pytest.mark.parametrize("name", MADE)
def test_log_prob(name: str) -> None:
    values = both(name)[1][1].sample(torch.Size([6])).numpy()
    compare(name, lambda T, d: d.log_prob(T.tensor(values)))


@pytest.mark.parametrize("name", MADE)
def test_cdf(name: str) -> None:
    values = both(name)[1][1].sample(torch.Size([6])).numpy()
    compare(name, lambda T, d: d.cdf(T.tensor(values)))


@pytest.mark.parametrize("name", MADE)
def test_icdf(name: str) -> None:
    compare(name, lambda T, d: d.icdf(T.tensor([[0.1], [0.5], [0.93]], dtype=T.float64)))


@pytest.mark.parametrize("name", MADE)
@pytest.mark.parametrize("expand", [True, False])
def test_support(name: str, expand: bool) -> None:
    (_, ours, _), (_, theirs, _) = both(name)
    assert ours.has_enumerate_support == theirs.has_enumerate_support
    compare(name, lambda T, d: d.enumerate_support(expand))


@pytest.mark.parametrize("name", MADE)
def test_shapes_and_expansion(name: str) -> None:
    found = []
    for library, made, _ in both(name):
        library.manual_seed(2)
        wide = made.expand((4, *made.batch_shape))
        sample = wide.sample()
        shapes = [tuple(s) for s in (made.batch_shape, made.event_shape, wide.batch_shape, wide.event_shape)]
        found.append((shapes, tuple(sample.shape), wide.log_prob(sample).detach().numpy(), repr(made)))
    assert found[0][:2] == found[1][:2]
    np.testing.assert_allclose(found[0][2], found[1][2], 1e-7, 1e-7)
    assert found[0][3] == found[1][3]


PAIRS = [
    ("bernoulli", "bernoulli_logits"), ("bernoulli", "poisson"), ("beta", "beta"), ("beta", "continuous_bernoulli"),
    ("beta", "exponential"), ("beta", "gamma"), ("beta", "normal"), ("beta", "pareto"), ("beta", "uniform"),
    ("binomial", "binomial"), ("categorical", "categorical_logits"), ("cauchy", "cauchy"),
    ("continuous_bernoulli", "continuous_bernoulli_logits"), ("continuous_bernoulli", "exponential"),
    ("continuous_bernoulli", "normal"), ("continuous_bernoulli", "pareto"), ("continuous_bernoulli", "uniform"),
    ("dirichlet", "dirichlet"), ("exponential", "exponential"), ("exponential", "gamma"), ("exponential", "gumbel"),
    ("exponential", "normal"), ("exponential", "beta"), ("exponential", "pareto"), ("exponential", "uniform"),
    ("gamma", "gamma"), ("gamma", "exponential"), ("gamma", "gumbel"), ("gamma", "normal"), ("gamma", "uniform"),
    ("gamma", "pareto"), ("geometric", "geometric_logits"), ("gumbel", "gumbel"), ("gumbel", "normal"),
    ("gumbel", "exponential"), ("half_normal", "half_normal"), ("independent", "independent"),
    ("laplace", "laplace"), ("laplace", "normal"), ("laplace", "beta"), ("log_normal", "log_normal"),
    ("normal", "normal"), ("normal", "gumbel"), ("normal", "laplace"), ("normal", "uniform"),
    ("one_hot", "one_hot_through"), ("pareto", "pareto"), ("pareto", "exponential"), ("pareto", "gamma"),
    ("pareto", "normal"), ("pareto", "beta"), ("poisson", "poisson"), ("poisson", "binomial"),
    ("transformed", "transformed"), ("uniform", "uniform"), ("uniform", "beta"), ("uniform", "exponential"),
    ("uniform", "gamma"), ("uniform", "gumbel"), ("uniform", "normal"), ("uniform", "pareto"),
    ("uniform", "continuous_bernoulli"), ("cauchy", "normal"), ("half_cauchy", "half_cauchy"),
    ("vectors", "vectors_tril"), ("vectors_low_rank", "vectors_low_rank"), ("vectors", "vectors_low_rank"),
    ("multinomial", "multinomial"), ("chi2", "gamma"), ("weibull", "weibull"),
]  # fmt: skip


@pytest.mark.parametrize("first,second", PAIRS)
def test_divergence(first: str, second: str) -> None:
    results: list[Any] = []
    for (library, p, inputs), (_, q, more) in zip(both(first), both(second), strict=True):
        try:
            value = library.distributions.kl_divergence(p, q)
        except NotImplementedError as error:
            results.append(type(error))
            continue
        if value.requires_grad:
            value.masked_fill(value.isinf(), 0.0).sum().backward()
        results.append((value.detach().numpy(), [i.grad for i in [*inputs, *more]]))
    if isinstance(results[1], type):
        assert results[0] == results[1]
        return
    np.testing.assert_allclose(results[0][0], results[1][0], 1e-9, 1e-9)
    for a, b in zip(results[0][1], results[1][1], strict=True):
        left = 0.0 if a is None else a.numpy()
        right = 0.0 if b is None else b.numpy()
        np.testing.assert_allclose(left, right, 1e-8, 1e-8)


TRANSFORMS: dict[str, tuple[Callable[[Any], Any], Any]] = {
    "exp": (lambda D: D.ExpTransform(), L),
    "power": (lambda D: D.PowerTransform(1.7), V),
    "sigmoid": (lambda D: D.SigmoidTransform(), L),
    "softplus": (lambda D: D.transforms.SoftplusTransform(), L),
    "tanh": (lambda D: D.TanhTransform(), L),
    "affine": (lambda D: D.AffineTransform(0.5, -2.0), L),
    "affine_event": (lambda D: D.AffineTransform(0.5, -2.0, event_dim=1), P),
    "compose": (lambda D: D.ComposeTransform([D.AffineTransform(1.0, 2.0), D.ExpTransform()]), L),
    "compose_inverse": (lambda D: D.ComposeTransform([D.ExpTransform().inv, D.AffineTransform(1.0, 2.0)]).inv, L),
    "independent": (lambda D: D.IndependentTransform(D.ExpTransform(), 1), P),
    "reshape": (lambda D: D.ReshapeTransform((3,), (3, 1)), P),
    "stick_breaking": (lambda D: D.StickBreakingTransform(), P),
    "corr_cholesky": (lambda D: D.CorrCholeskyTransform(), np.tile(np.concatenate([L, -L]), (2, 1))),
    "lower_cholesky": (lambda D: D.LowerCholeskyTransform(), np.arange(9.0).reshape(3, 3) / 5),
    "softmax": (lambda D: D.SoftmaxTransform(), P),
    "abs": (lambda D: D.AbsTransform(), V),
    "cat": (lambda D: D.CatTransform([D.ExpTransform(), D.AffineTransform(0, 2)], -1, [1, 2]), P),
    "stack": (lambda D: D.StackTransform([D.ExpTransform(), D.TanhTransform()], 0), P),
    "cumulative": (lambda D: D.CumulativeDistributionTransform(D.Exponential(2.0)), V),
    "interval": (lambda D: D.transform_to(D.constraints.interval(-1.0, 3.0)), L),
    "greater": (lambda D: D.biject_to(D.constraints.greater_than(0.5)), L),
    "less": (lambda D: D.transform_to(D.constraints.less_than(0.5)), L),
    "positive": (lambda D: D.transform_to(D.constraints.positive), L),
    "unit": (lambda D: D.biject_to(D.constraints.unit_interval), L),
    "simplex": (lambda D: D.transform_to(D.constraints.simplex), P),
    "simplex_bijection": (lambda D: D.biject_to(D.constraints.simplex), P),
    "real_vector": (lambda D: D.biject_to(D.constraints.real_vector), P),
}


@pytest.mark.parametrize("name", TRANSFORMS)
def test_transforms(name: str) -> None:
    make, x = TRANSFORMS[name]
    results = []
    for library in (autograd, torch):
        transform = make(library.distributions)
        given = library.tensor(x, requires_grad=True)
        y = transform(given)
        back = transform.inv(y)
        found = [y.detach().numpy(), back.detach().numpy()]
        try:
            slope = transform.log_abs_det_jacobian(given, y)
            (y.sum() + slope.sum()).backward()
            found += [slope.detach().numpy(), given.grad.numpy()]
        except NotImplementedError:
            found.append(np.array("none"))
        shape = tuple(transform.forward_shape(given.shape))
        found += [np.array(shape), np.array(tuple(transform.inverse_shape(y.shape)))]
        found += [np.array([transform.domain.event_dim, transform.codomain.event_dim, transform.bijective])]
        results.append(found)
    for ours, theirs in zip(*results, strict=True):
        assert ours.shape == theirs.shape
        if ours.dtype.kind == "U":
            continue
        np.testing.assert_allclose(ours, theirs, 1e-9, 1e-9)


CHECKS = {
    "positive": np.array([-1.0, 0.0, 2.0]),
    "nonnegative": np.array([-1.0, 0.0, 2.0]),
    "real": np.array([np.nan, 0.0, np.inf]),
    "boolean": np.array([0.0, 1.0, 0.5]),
    "unit_interval": np.array([0.0, 1.0, 1.5]),
    "nonnegative_integer": np.array([0.0, 1.0, 1.5, -1.0]),
    "positive_integer": np.array([0.0, 1.0, 1.5]),
    "simplex": np.array([[0.5, 0.5], [0.6, 0.5], [-0.5, 1.5]]),
    "one_hot": np.array([[0.0, 1.0], [1.0, 1.0], [0.5, 0.5]]),
    "real_vector": np.array([[0.0, 1.0], [1.0, np.nan]]),
    "lower_triangular": np.array([[[1.0, 0.0], [2.0, 3.0]], [[1.0, 1.0], [2.0, 3.0]]]),
    "lower_cholesky": np.array([[[1.0, 0.0], [2.0, 3.0]], [[-1.0, 0.0], [2.0, 3.0]]]),
    "corr_cholesky": np.array([[[1.0, 0.0], [0.6, 0.8]], [[1.0, 0.0], [0.6, 0.9]]]),
    "positive_definite": np.array([[[2.0, 0.5], [0.5, 1.0]], [[1.0, 2.0], [2.0, 1.0]]]),
    "positive_semidefinite": np.array([[[2.0, 0.5], [0.5, 1.0]], [[1.0, 2.0], [2.0, 1.0]]]),
    "symmetric": np.array([[[2.0, 0.5], [0.5, 1.0]], [[1.0, 2.0], [0.0, 1.0]]]),
    "square": np.array([[[2.0, 0.5], [0.5, 1.0]]]),
}


@pytest.mark.parametrize("name", CHECKS)
def test_constraints(name: str) -> None:
    results = []
    for library in (autograd, torch):
        constraint = getattr(library.distributions.constraints, name)
        checked = constraint.check(library.tensor(CHECKS[name])).tolist()
        results.append((checked, constraint.event_dim, constraint.is_discrete))
    assert results[0] == results[1]


WRONG: dict[str, Callable[[Any], Any]] = {
    "scale": lambda T: T.distributions.Normal(0.0, -1.0),
    "nan": lambda T: T.distributions.Normal(float("nan"), 1.0),
    "probs": lambda T: T.distributions.Bernoulli(1.5),
    "both": lambda T: T.distributions.Bernoulli(probs=0.5, logits=0.0),
    "neither": lambda T: T.distributions.Categorical(),
    "scalar": lambda T: T.distributions.Categorical(T.tensor(0.5)),
    "negative": lambda T: T.distributions.Categorical(T.tensor([-0.5, 1.5])),
    "bounds": lambda T: T.distributions.Uniform(1.0, 0.0),
    "text": lambda T: T.distributions.Normal("a", 1.0),
    "value": lambda T: T.distributions.Normal(0.0, 1.0).log_prob(1.0),
    "support": lambda T: T.distributions.Exponential(1.0).log_prob(T.tensor(-1.0)),
    "class": lambda T: T.distributions.Categorical(T.ones(3)).log_prob(T.tensor(3)),
    "half": lambda T: T.distributions.Bernoulli(0.5).log_prob(T.tensor(0.5)),
    "broadcast": lambda T: T.distributions.Normal(T.zeros(3), 1.0).log_prob(T.zeros(4)),
    "event": lambda T: T.distributions.Dirichlet(T.ones(3)).log_prob(T.ones(2)),
    "sizes": lambda T: T.distributions.Normal(T.zeros(3), T.ones(2)),
    "independent": lambda T: T.distributions.Independent(T.distributions.Normal(0.0, 1.0), 1),
    "mixture": lambda T: T.distributions.MixtureSameFamily(
        T.distributions.Categorical(T.ones(3)), T.distributions.Normal(T.zeros(2), 1.0)
    ),
    "divergence": lambda T: T.distributions.kl_divergence(
        T.distributions.Cauchy(0.0, 1.0), T.distributions.Normal(0.0, 1.0)
    ),
    "transforms": lambda T: T.distributions.TransformedDistribution(T.distributions.Normal(0.0, 1.0), [1]),
    "matrices": lambda T: T.distributions.MultivariateNormal(T.zeros(2)),
    "not_definite": lambda T: T.distributions.MultivariateNormal(T.zeros(2), -T.eye(2)),
    "factor_size": lambda T: T.distributions.LowRankMultivariateNormal(T.zeros(2), T.ones(3, 1), T.ones(2)),
    "rsample": lambda T: T.distributions.Bernoulli(0.5).rsample(),
    "missing": lambda T: T.distributions.Bernouli,
}


@pytest.mark.parametrize("name", WRONG)
def test_errors(name: str) -> None:
    with pytest.raises(Exception) as theirs:
        WRONG[name](torch)
    with pytest.raises(type(theirs.value)) as ours:
        WRONG[name](autograd)
    assert str(ours.value)


def test_checks_can_be_switched_off() -> None:
    for library in (autograd, torch):
        made = library.distributions.Normal(0.0, -1.0, validate_args=False)
        assert made.scale.item() == -1
        value = library.distributions.Exponential(2.0, validate_args=False).log_prob(library.tensor(-1.0))
        assert abs(value.item() - (np.log(2.0) + 2.0)) < 1e-6


def test_every_name_of_pytorch_is_here() -> None:
    missing = {n for n in torch.distributions.__all__ if not hasattr(autograd.distributions, n)}
    assert missing <= {"GeneralizedPareto", "LKJCholesky", "Wishart"}, missing
