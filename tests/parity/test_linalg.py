"""Linear algebra: what the table of ops does not compare: errors of a type of their own, printing, refusals."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch

import autograd

pytestmark = pytest.mark.parity

SINGULAR: dict[str, Callable[[Any], Any]] = {
    "inv": lambda T: T.linalg.inv(T.zeros(2, 2)),
    "inverse": lambda T: T.inverse(T.zeros(2, 2, 2)),
    "solve": lambda T: T.linalg.solve(T.zeros(2, 2), T.ones(2)),
    "cholesky": lambda T: T.linalg.cholesky(-T.eye(2)),
    "cholesky_ex": lambda T: T.linalg.cholesky_ex(-T.eye(2), check_errors=True),
    "inv_ex": lambda T: T.linalg.inv_ex(T.zeros(2, 2), check_errors=True),
}


@pytest.mark.parametrize("name", SINGULAR)
def test_singular_matrices(name: str) -> None:
    for library in (torch, autograd):
        with pytest.raises(library.linalg.LinAlgError) as raised:
            SINGULAR[name](library)
        assert isinstance(raised.value, RuntimeError) and str(raised.value)


def test_what_is_not_in_reach_says_what_is() -> None:
    for call, hint in ((autograd.linalg.eig, "eigh"), (autograd.linalg.ldl_factor, "cholesky")):
        with pytest.raises(NotImplementedError, match=hint):
            call(autograd.eye(2))


RESULTS: dict[str, Callable[[Any, Any], Any]] = {
    "slogdet": lambda T, a: T.linalg.slogdet(a),
    "torch.slogdet": lambda T, a: T.slogdet(a),
    "eigh": lambda T, a: T.linalg.eigh(a + a.mT),
    "svd": lambda T, a: T.linalg.svd(a),
    "qr": lambda T, a: T.linalg.qr(a),
    "lu": lambda T, a: T.linalg.lu(a),
    "lu_factor": lambda T, a: T.linalg.lu_factor(a),
    "lu_factor_ex": lambda T, a: T.linalg.lu_factor_ex(a),
    "inv_ex": lambda T, a: T.linalg.inv_ex(a),
    "cholesky_ex": lambda T, a: T.linalg.cholesky_ex(a @ a.mT),
    "lstsq": lambda T, a: T.linalg.lstsq(a, a),
}


@pytest.mark.parametrize("name", RESULTS)
def test_results_have_names(name: str) -> None:
    rows = np.random.default_rng(0).normal(size=(3, 3)).round(3)
    ours, theirs = (RESULTS[name](library, library.tensor(rows)) for library in (autograd, torch))
    assert type(ours).__mro__[-2:] == type(theirs).__mro__[-2:]
    fields = [f for f in dir(theirs) if not f.startswith("_") and f not in ("count", "index") and f[:2] != "n_"]
    for field in fields:
        a, b = getattr(ours, field), getattr(theirs, field)
        np.testing.assert_allclose(a.numpy(), b.numpy(), 1e-9, 1e-9)
        assert repr(a.dtype) == repr(b.dtype)
    for a, b in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(a.numpy(), b.numpy(), 1e-9, 1e-9)
    assert repr(ours).split("(")[0].removeprefix("torch.return_types.linalg_") in repr(theirs).split("(")[0]


def test_a_full_svd_has_gradients_of_the_vectors_with_singular_values() -> None:
    shares = []
    for library in (autograd, torch):
        rows = np.random.default_rng(3).normal(size=(4, 2))
        a = library.tensor(rows, requires_grad=True)
        u, s, vh = library.linalg.svd(a)
        (u[:, :2] @ library.diag(s.exp()) @ vh).sum().backward()
        shares.append(a.grad.numpy())
    np.testing.assert_allclose(*shares, 1e-9, 1e-9)


def test_einsum_of_an_nan_with_beta_zero() -> None:
    for library in (autograd, torch):
        c = library.full((2, 2), float("nan"))
        found = library.addbmm(c, library.ones(1, 2, 3), library.ones(1, 3, 2), beta=0)
        assert found.tolist() == [[3.0, 3.0], [3.0, 3.0]]
