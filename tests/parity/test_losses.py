"""Loss modules, older arguments, warnings and edge values, against PyTorch."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pytest
import torch

import autograd

pytestmark = pytest.mark.parity

LOSSES = [
    "BCELoss", "BCEWithLogitsLoss", "CTCLoss", "CosineEmbeddingLoss", "CrossEntropyLoss", "GaussianNLLLoss",
    "HingeEmbeddingLoss", "HuberLoss", "KLDivLoss", "L1Loss", "MSELoss", "MarginRankingLoss", "MultiLabelMarginLoss",
    "MultiLabelSoftMarginLoss", "MultiMarginLoss", "NLLLoss", "PoissonNLLLoss", "SmoothL1Loss", "SoftMarginLoss",
    "TripletMarginLoss", "TripletMarginWithDistanceLoss", "CosineSimilarity", "PairwiseDistance",
]  # fmt: skip
WEIGHTED = [
    "BCELoss",
    "BCEWithLogitsLoss",
    "CrossEntropyLoss",
    "MultiLabelSoftMarginLoss",
    "MultiMarginLoss",
    "NLLLoss",
]


def public(module: Any) -> dict[str, Any]:
    return {
        k: v for k, v in vars(module).items() if not k.startswith("_") and k not in ("training", "distance_function")
    }


@pytest.mark.parametrize("name", LOSSES)
def test_module_construction(name: str) -> None:
    ours, theirs = (getattr(library.nn, name)() for library in (autograd, torch))
    assert repr(ours) == repr(theirs)
    assert list(ours.state_dict()) == list(theirs.state_dict())
    assert {k: v for k, v in public(theirs).items() if isinstance(v, (int, float, str))}.items() <= public(ours).items()


@pytest.mark.parametrize("name", WEIGHTED)
def test_weights_are_buffers(name: str) -> None:
    for library in (autograd, torch):
        module = getattr(library.nn, name)(weight=library.ones(3))
        assert list(module.state_dict()) == ["weight"]


OLDER = [(None, None), (True, None), (False, None), (None, False), (True, False), (False, True), (False, False)]


def warned(call: Any) -> tuple[Any, list[Any]]:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        result = call()
    return result, [(w.category, str(w.message).split(",")[0][:60]) for w in caught]


@pytest.mark.parametrize("flags", OLDER)
@pytest.mark.parametrize(
    "name", ["mse_loss", "l1_loss", "smooth_l1_loss", "kl_div", "binary_cross_entropy", "nll_loss"]
)
def test_older_arguments(name: str, flags: tuple[Any, Any]) -> None:
    a = np.random.default_rng(0).uniform(0.1, 0.9, (3, 4)).astype(np.float32)
    b: Any = np.random.default_rng(1).uniform(0.1, 0.9, (3, 4)).astype(np.float32)
    if name == "nll_loss":
        b = np.array([0, 3, 1])
    found = []
    for library in (autograd, torch):
        function = getattr(library.nn.functional, name)
        result, caught = warned(
            lambda f=function, T=library: f(T.tensor(a), T.tensor(b), size_average=flags[0], reduce=flags[1])
        )
        found.append((result.numpy(), caught))
    np.testing.assert_allclose(found[0][0], found[1][0], 2e-6)
    assert found[0][1] == found[1][1]


@pytest.mark.parametrize("flags", OLDER[1:])
def test_older_arguments_of_modules(flags: tuple[Any, Any]) -> None:
    found = [warned(lambda T=T: T.nn.MSELoss(*flags).reduction) for T in (autograd, torch)]
    assert found[0] == found[1]


@pytest.mark.parametrize("name", ["mse_loss", "l1_loss", "smooth_l1_loss", "huber_loss"])
def test_shapes_that_differ_warn_and_broadcast(name: str) -> None:
    found = []
    for library in (autograd, torch):
        a = library.arange(4.0, requires_grad=True)
        b = library.arange(4.0).reshape(4, 1)
        with pytest.warns(UserWarning, match=r"Using a target size \(torch.Size\(\[4, 1\]\)\) that is different"):
            loss = getattr(library.nn.functional, name)(a, b)
        loss.backward()
        found.append([loss.item(), *a.grad.tolist()])
    assert found[0] == pytest.approx(found[1], rel=1e-6)


def test_kl_div_mean_warns() -> None:
    for library in (autograd, torch):
        with pytest.warns(UserWarning, match="'mean' divides the total loss by both"):
            library.nn.KLDivLoss()(library.ones(2, 3), library.ones(2, 3))


def test_nllloss2d_is_an_older_name() -> None:
    for library in (autograd, torch):
        with pytest.warns(FutureWarning, match="`NLLLoss2d` has been deprecated"):
            module = library.nn.NLLLoss2d()
        loss = module(library.ones(1, 3, 2, 2), library.zeros(1, 2, 2, dtype=library.int64))
        assert loss.item() == -1.0


def both(call: Any) -> list[Any]:
    """The value and the gradient of a loss, in both libraries."""
    found = []
    for library in (autograd, torch):
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            x, loss = call(library)
            loss.sum().backward()
        found.append((loss.detach().numpy(), x.grad.numpy()))
    return found


EDGES: dict[str, Any] = {
    "bce_at_0_and_1": lambda T, x: T.nn.functional.binary_cross_entropy(x, T.tensor([0.3, 1.0, 0.0, 1.0])),
    "bce_logits_far": lambda T, x: T.nn.functional.binary_cross_entropy_with_logits(
        x * 1000 - 300, T.tensor([0.3, 1.0, 0.0, 1.0])
    ),
    "kl_div_zero_target": lambda T, x: T.nn.functional.kl_div(x, T.tensor([0.0, 1.0, 0.0, 0.5]), reduction="sum"),
    "soft_margin_far": lambda T, x: T.nn.functional.soft_margin_loss(x * 50, T.tensor([1.0, -1.0, 1.0, -1.0])),
    "cross_entropy_none_counts": lambda T, x: T.nn.functional.cross_entropy(x.reshape(2, 2), T.tensor([-100, -100])),
    "cross_entropy_sum_none_counts": lambda T, x: T.nn.functional.cross_entropy(
        x.reshape(2, 2), T.tensor([-100, -100]), reduction="sum"
    ),
    "cross_entropy_ignored_class": lambda T, x: T.nn.functional.cross_entropy(
        x.reshape(2, 2), T.tensor([1, 0]), ignore_index=1
    ),
    "cross_entropy_far": lambda T, x: T.nn.functional.cross_entropy(x.reshape(2, 2) * 1e4, T.tensor([1, 0])),
    "nll_infinite": lambda T, x: T.nn.functional.nll_loss(T.log(x.reshape(2, 2)), T.tensor([0, -100])),
    "ctc_too_short": lambda T, x: T.nn.functional.ctc_loss(
        x.reshape(2, 1, 2).log_softmax(2), T.tensor([[1, 1]]), (2,), (2,), reduction="none"
    ),
    "ctc_too_short_zero": lambda T, x: T.nn.functional.ctc_loss(
        x.reshape(2, 1, 2).log_softmax(2), T.tensor([[1, 1]]), (2,), (2,), zero_infinity=True
    ),
    "cosine_of_nothing": lambda T, x: T.cosine_similarity(x.reshape(2, 2) * 0, T.ones(2, 2)),
    "pairwise_distance_equal": lambda T, x: T.pairwise_distance(x.reshape(2, 2), x.detach().reshape(2, 2), eps=0.0),
    "pdist_equal": lambda T, x: T.pdist(x.reshape(2, 2) * 0),
    "huber_at_delta": lambda T, x: T.nn.functional.huber_loss(x, T.zeros(4), delta=1.0),
    "smooth_l1_at_beta": lambda T, x: T.nn.functional.smooth_l1_loss(x, T.zeros(4), beta=1.0),
    "l1_equal": lambda T, x: T.nn.functional.l1_loss(x, x.detach()),
}


@pytest.mark.parametrize("name", EDGES)
def test_edge_values(name: str) -> None:
    def call(T: Any) -> tuple[Any, Any]:
        x = T.tensor([0.0, 1.0, 0.25, 1.0], requires_grad=True)
        return x, EDGES[name](T, x)

    ours, theirs = both(call)
    np.testing.assert_allclose(ours[0], theirs[0], 2e-6, 1e-7)
    np.testing.assert_allclose(ours[1], theirs[1], 2e-6, 1e-7)


@pytest.mark.parametrize("seed", range(4))
def test_ctc_of_many_shapes(seed: int) -> None:
    rng = np.random.default_rng(seed)
    samples, steps, classes = int(rng.integers(1, 5)), int(rng.integers(8, 20)), int(rng.integers(3, 6))
    x = rng.standard_normal((steps, samples, classes))
    sizes = rng.integers(0, 5, samples)
    times = rng.integers(8, steps + 1, samples)
    targets = rng.integers(1, classes, (samples, 5))

    def call(T: Any) -> tuple[Any, Any]:
        given = T.tensor(x, requires_grad=True)
        loss = T.nn.functional.ctc_loss(
            given.log_softmax(2), T.tensor(targets), T.tensor(times), T.tensor(sizes), zero_infinity=True
        )
        return given, loss

    ours, theirs = both(call)
    np.testing.assert_allclose(ours[0], theirs[0], 1e-10)
    np.testing.assert_allclose(ours[1], theirs[1], 1e-9, 1e-12)


def test_ctc_gradient_without_log_softmax() -> None:
    """PyTorch's gradient is the one after log_softmax, whatever comes before."""
    x = np.log(np.random.default_rng(3).uniform(0.1, 0.4, (5, 2, 3)))

    def call(T: Any) -> tuple[Any, Any]:
        given = T.tensor(x, requires_grad=True)
        return given, T.nn.functional.ctc_loss(given, T.tensor([[1, 2], [1, 1]]), (5, 4), (2, 2), reduction="none")

    ours, theirs = both(call)
    np.testing.assert_allclose(ours[1], theirs[1], 1e-9, 1e-12)
