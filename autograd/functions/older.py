"""Decompositions under the names and with the results they had before `torch.linalg`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from autograd.functions import decompositions

if TYPE_CHECKING:
    from autograd.tensor import Tensor


class SVD(NamedTuple):
    """What `torch.svd` returns."""

    U: Any
    S: Any
    V: Any


class QR(NamedTuple):
    """What `torch.qr` returns."""

    Q: Any
    R: Any


def svd(input: Tensor, some: bool = True, compute_uv: bool = True) -> SVD:
    """U, S and V (not transposed) with A = U diag(S) Vᵀ; without `compute_uv` U and V are zeros."""
    u, s, vh = decompositions.svd(input, not some)
    v = vh.transpose(-1, -2)
    return SVD(u, s, v) if compute_uv else SVD(u.detach() * 0, s, v.detach() * 0)


def qr(input: Tensor, some: bool = True) -> QR:
    """Q and R; all columns of Q unless `some`."""
    return QR(*decompositions.qr(input, "reduced" if some else "complete"))


def cholesky(input: Tensor, upper: bool = False) -> Tensor:
    """The Cholesky factor of a positive definite matrix."""
    return decompositions.cholesky(input, upper=upper)
