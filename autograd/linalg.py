"""`torch.linalg`: linear algebra over the last two dimensions, with gradients to any order."""

from __future__ import annotations

import math
from collections import namedtuple
from collections.abc import Sequence
from typing import Any, NoReturn

import numpy as np

from autograd.functions import decompositions, joining, reduction
from autograd.functions.common import wrap_dim
from autograd.functions.decompositions import (
    LinAlgError,
    check,
    cholesky,
    det,
    inv,
    lu_solve,
    matrix_exp,
    matrix_power,
    pinv,
    solve,
    solve_triangular,
    tolerances,
)
from autograd.functions.linalg import matmul
from autograd.functions.linalg import multi_dot as multi_dot
from autograd.tensor import Tensor, wrap

__all__ = [
    "LinAlgError",
    "cholesky",
    "cholesky_ex",
    "cond",
    "cross",
    "det",
    "diagonal",
    "eig",
    "eigh",
    "eigvals",
    "eigvalsh",
    "householder_product",
    "inv",
    "inv_ex",
    "ldl_factor",
    "lstsq",
    "lu",
    "lu_factor",
    "lu_factor_ex",
    "lu_solve",
    "matmul",
    "matrix_exp",
    "matrix_norm",
    "matrix_power",
    "matrix_rank",
    "multi_dot",
    "norm",
    "pinv",
    "qr",
    "slogdet",
    "solve",
    "solve_ex",
    "solve_triangular",
    "svd",
    "svdvals",
    "tensorinv",
    "tensorsolve",
    "vander",
    "vecdot",
    "vector_norm",
]


class _Returned:
    """Prints as PyTorch's named results do."""

    __slots__ = ()

    def __repr__(self) -> str:
        fields = ",\n".join(f"{name}={getattr(self, name)!r}" for name in self._fields)  # type: ignore[attr-defined]
        return f"torch.return_types.linalg_{type(self).__name__}(\n{fields})"


def _named(name: str, *fields: str) -> Any:
    bases: Any = (_Returned, namedtuple(name, fields))
    return type(name, bases, {"__slots__": ()})


_slogdet = _named("slogdet", "sign", "logabsdet")
_eigh = _named("eigh", "eigenvalues", "eigenvectors")
_svd = _named("svd", "U", "S", "Vh")
_qr = _named("qr", "Q", "R")
_lu = _named("lu", "P", "L", "U")
_lu_factor = _named("lu_factor", "LU", "pivots")
_lu_factor_ex = _named("lu_factor_ex", "LU", "pivots", "info")
_inv_ex = _named("inv_ex", "inverse", "info")
_solve_ex = _named("solve_ex", "result", "info")
_cholesky_ex = _named("cholesky_ex", "L", "info")
_lstsq = _named("lstsq", "solution", "residuals", "rank", "singular_values")


def _vector_norm(x: Tensor, order: Any, dim: Any, keepdim: bool) -> Tensor:
    order = 2.0 if order is None else float(order)
    if order == -math.inf:
        return x.abs().amin(dim, keepdim)
    if order == 0:
        # A count: constant almost everywhere, as PyTorch's gradient says.
        return reduction.sum((x != 0).type_as(x) + 0 * x, dim, keepdim)
    return reduction.norm(x, order, dim, keepdim)


def vector_norm(x: Tensor, ord: Any = 2, dim: Any = None, keepdim: bool = False, *, dtype: Any = None) -> Tensor:
    """The norm of all elements, or of those along `dim`: any number, inf, -inf, or 0 (how many are not 0)."""
    x = x if dtype is None else x.to(dtype)
    if x._array.dtype.kind != "f":
        raise RuntimeError(f"linalg.vector_norm: Expected a floating point or complex tensor as input. Got {x.dtype}")
    if dim is None:
        flat = _vector_norm(x.flatten(), ord, 0, False) if float(ord) in (0, -math.inf) else reduction.norm(x, ord)
        return flat.reshape([1] * x.ndim) if keepdim else flat
    return _vector_norm(x, ord, dim, keepdim)


def matrix_norm(
    A: Tensor, ord: Any = "fro", dim: Any = (-2, -1), keepdim: bool = False, *, dtype: Any = None
) -> Tensor:
    """A norm of matrices: "fro", "nuc", inf, -inf, 1, -1 (sums of rows, columns), 2, -2 (singular values)."""
    A = A if dtype is None else A.to(dtype)
    check(A, "matrix_norm")
    if isinstance(dim, int) or len(dim) != 2:
        raise RuntimeError("linalg.matrix_norm: dim must be a 2-tuple of ints")
    row, column = wrap_dim(dim[0], A.ndim), wrap_dim(dim[1], A.ndim)
    if row == column:
        raise RuntimeError(f"linalg.matrix_norm: dims must be different. Got ({row}, {row})")
    if ord == "fro":
        return reduction.norm(A, 2, [row, column], keepdim)
    if ord == "nuc" or ord in (2, -2):
        values = svdvals(A.movedim(row, -1).movedim(column if column < row else column - 1, -1))
        found = values.sum(-1) if ord == "nuc" else values.amax(-1) if ord == 2 else values.amin(-1)
        if keepdim:
            for place in sorted((row, column)):
                found = found.unsqueeze(place)
        return found
    if isinstance(ord, str) or ord not in (1, -1, math.inf, -math.inf):
        raise RuntimeError(f"linalg.matrix_norm: Order {ord} not supported.")
    along, over = (row, column) if ord in (1, -1) else (column, row)
    sums = reduction.norm(A, 1, along, True)
    found = sums.amax(over, True) if ord > 0 else sums.amin(over, True)
    return found if keepdim else found.squeeze((row, column))


def norm(A: Tensor, ord: Any = None, dim: Any = None, keepdim: bool = False, *, dtype: Any = None) -> Tensor:
    """`vector_norm`, or `matrix_norm` where `ord` is given and there are two dimensions."""
    if ord is not None and (isinstance(ord, str) or (dim is None and A.ndim == 2) or _pair(dim)):
        return matrix_norm(A, ord, (-2, -1) if dim is None else dim, keepdim, dtype=dtype)
    if ord is not None and dim is None and A.ndim > 2:
        raise RuntimeError("linalg.norm: If dim is not specified but ord is, the input must be 1D or 2D.")
    return vector_norm(A, 2 if ord is None else ord, dim, keepdim, dtype=dtype)


def _pair(dim: Any) -> bool:
    return not isinstance(dim, int) and dim is not None and len(dim) == 2


def slogdet(A: Tensor) -> Any:
    """The sign of the determinant and the logarithm of its size."""
    return _slogdet(*decompositions.slogdet(A))


def eigh(A: Tensor, UPLO: str = "L") -> Any:
    """Eigenvalues, rising, and eigenvectors of symmetric matrices, of which one triangle is read."""
    return _eigh(*decompositions.eigh(A, UPLO))


def eigvalsh(A: Tensor, UPLO: str = "L") -> Tensor:
    """The eigenvalues of symmetric matrices, rising."""
    values: Tensor = decompositions.eigh(A, UPLO)[0]
    return values


def eig(A: Tensor) -> NoReturn:
    """NotImplementedError: the results are complex numbers."""
    raise NotImplementedError("eig gives complex numbers, which this core has not: use eigh for a symmetric matrix")


eigvals = eig


def ldl_factor(A: Tensor, *, hermitian: bool = False) -> NoReturn:
    """NotImplementedError: numpy has no such decomposition."""
    raise NotImplementedError("ldl_factor is not here: use cholesky for a positive definite matrix, else lu_factor")


def svd(A: Tensor, full_matrices: bool = True, *, driver: str | None = None) -> Any:
    """U, S, Vᵀ with A = U diag(S) Vᵀ and S falling."""
    return _svd(*decompositions.svd(A, full_matrices))


def svdvals(A: Tensor, *, driver: str | None = None) -> Tensor:
    """The singular values, falling."""
    values: Tensor = decompositions.svd(A, False)[1]
    return values


def qr(A: Tensor, mode: str = "reduced") -> Any:
    """Q with orthonormal columns and R upper triangular, A = Q R; `mode` is "reduced", "complete" or "r"."""
    return _qr(*decompositions.qr(A, mode))


def lu(A: Tensor, *, pivot: bool = True) -> Any:
    """P, L, U with A = P L U."""
    _pivoted(pivot)
    return _lu(*decompositions.lu(A))


def lu_factor(A: Tensor, *, pivot: bool = True) -> Any:
    """L and U in one matrix, and the pivots, for `lu_solve`; LinAlgError where U has a 0 on its diagonal."""
    _pivoted(pivot)
    found = _lu_factor(*decompositions.lu_factor(A))
    place = _zero_place(found.LU)
    if place.any():
        raise RuntimeError(
            f"torch.linalg.lu_factor: U[{place.max()},{place.max()}] is zero and using it on lu_solve would result in "
            "a division by zero. If you still want to perform the factorization, consider calling "
            "linalg.lu(A, pivot) or linalg.lu_factor_ex(A, pivot)"
        )
    return found


def lu_factor_ex(A: Tensor, *, pivot: bool = True, check_errors: bool = False) -> Any:
    """`lu_factor` and, for each matrix, the place of the first 0 on the diagonal of U (0: none)."""
    if check_errors:
        lu_factor(A, pivot=pivot)
    _pivoted(pivot)
    both, pivots = decompositions.lu_factor(A)
    return _lu_factor_ex(both, pivots, wrap(_zero_place(both)))


def _zero_place(both: Tensor) -> Any:
    zeros = np.diagonal(both._array, axis1=-2, axis2=-1) == 0
    return np.where(zeros.any(-1), zeros.argmax(-1) + 1, 0).astype(np.int32)


def _pivoted(pivot: bool) -> None:
    if not pivot:
        raise NotImplementedError("lu without pivoting is not implemented on the CPU: leave pivot=True")


def inv_ex(A: Tensor, *, check_errors: bool = False) -> Any:
    """The inverse, and for each matrix 0, or the place where it proved singular (its numbers are then infinite)."""
    check(A, "inv", square=True)
    info = _zero_place(decompositions.lu_factor(A.detach())[0])
    if info.any() and not check_errors:
        return _inv_ex(wrap(np.full(A.shape, np.inf, A._array.dtype)), wrap(info))
    return _inv_ex(inv(A), wrap(info))


def solve_ex(A: Tensor, B: Tensor, *, left: bool = True, check_errors: bool = False) -> Any:
    """`solve`, and for each matrix 0, or the place where it proved singular (the result is then infinite)."""
    check(A, "solve", square=True)
    info = _zero_place(decompositions.lu_factor(A.detach())[0])
    if info.any() and not check_errors:
        return _solve_ex(wrap(np.full(B.shape, np.inf, B._array.dtype)), wrap(info))
    return _solve_ex(solve(A, B, left=left), wrap(info))


def cholesky_ex(A: Tensor, *, upper: bool = False, check_errors: bool = False) -> Any:
    """`cholesky`, and for each matrix 0, or the order of the first minor that is not positive definite."""
    check(A, "cholesky", square=True)
    try:
        factor = cholesky(A, upper=upper)
    except LinAlgError:
        if check_errors:
            raise
        stack = A._array.reshape(-1, *A.shape[-2:])
        info = np.array([_minor(a) for a in stack], np.int32).reshape(A.shape[:-2])
        return _cholesky_ex(wrap(np.full(A.shape, np.nan, A._array.dtype)), wrap(info))
    return _cholesky_ex(factor, wrap(np.zeros(A.shape[:-2], np.int32)))


def _minor(a: Any) -> int:
    for n in range(1, len(a) + 1):
        try:
            np.linalg.cholesky(a[:n, :n])
        except np.linalg.LinAlgError:
            return n
    return 0


def lstsq(A: Tensor, B: Tensor, rcond: float | None = None, *, driver: str | None = None) -> Any:
    """The least-squares solutions of A X = B, the squared residuals (of a tall matrix of full rank), and the rank."""
    check(A, "lstsq")
    vector = B.ndim == A.ndim - 1 and A.ndim > 1
    right = B.unsqueeze(-1) if vector else B
    if right.shape[-2] != A.shape[-2]:
        raise RuntimeError(
            f"torch.linalg.lstsq: input.size(-2) should match other.size(-2): {list(A.shape)} and {list(B.shape)}"
        )
    eps = float(np.finfo(A._array.dtype).eps) * max(A.shape[-2:]) if rcond is None else rcond
    rank = matrix_rank(A.detach(), rtol=eps)
    solution = matmul(pinv(A, rtol=eps), right)
    tall = A.shape[-2] > A.shape[-1] and bool((rank == A.shape[-1])._array.all())
    empty = wrap(np.empty(0, A._array.dtype))
    # As the usual driver, which computes residuals only for `gels`, `gelss` and `gelsd`.
    wanted = tall and driver in ("gels", "gelss", "gelsd")
    residuals = (matmul(A, solution) - right).square().sum(-2) if wanted else empty
    values = svdvals(A.detach()) if driver in ("gelss", "gelsd") else empty
    return _lstsq(solution.squeeze(-1) if vector else solution, residuals, rank, values)


def matrix_rank(A: Tensor, tol: Any = None, *, atol: Any = None, rtol: Any = None, hermitian: bool = False) -> Tensor:
    """The number of singular values above max(atol, rtol * largest)."""
    check(A, "matrix_rank", square=hermitian)
    absolute, relative = tolerances(A, atol if tol is None else tol, rtol if tol is None else 0.0)
    array = A._array
    values = np.abs(np.linalg.eigvalsh(array)) if hermitian else np.linalg.svd(array, compute_uv=False)
    limit = np.maximum(absolute, relative * values.max(-1, keepdims=True, initial=0))
    return wrap((values > limit).sum(-1))


def cond(A: Tensor, p: Any = None) -> Tensor:
    """The condition number: the ratio of singular values (2, -2), or the norm times that of the inverse."""
    check(A, "cond", square=p not in (None, 2, -2))
    if p in (None, 2, -2):
        values = svdvals(A)
        first, last = values[..., 0], values[..., -1]
        return last / first if p == -2 else first / last
    try:
        inverse = inv(A)
    except LinAlgError:
        return wrap(np.full(A.shape[:-2], np.inf, A._array.dtype))
    return matrix_norm(A, p) * matrix_norm(inverse, p)


def cross(input: Tensor, other: Tensor, *, dim: int = -1) -> Tensor:
    """The cross product of vectors of length 3 along `dim`."""
    sizes = input.shape[dim], other.shape[dim]
    if input.ndim != other.ndim:
        raise RuntimeError(
            f"linalg.cross: inputs must have the same number of dimensions: {list(input.shape)} and {list(other.shape)}"
        )
    if sizes != (3, 3):
        raise RuntimeError(f"linalg.cross: inputs dimension {dim} must have length 3. Got {sizes[0]} and {sizes[1]}")
    a, b = joining.unbind(input, dim), joining.unbind(other, dim)
    parts = [a[i - 2] * b[i - 1] - a[i - 1] * b[i - 2] for i in range(3)]
    return joining.stack(parts, wrap_dim(dim, input.ndim))


def diagonal(A: Tensor, *, offset: int = 0, dim1: int = -2, dim2: int = -1) -> Tensor:
    """The diagonals of matrices, as a view."""
    return A.diagonal(offset, dim1, dim2)


def vander(x: Tensor, *, N: int | None = None) -> Tensor:
    """Vandermonde's matrix: the powers of `x` from 0 to N - 1 along a new last dimension."""
    if N is not None and N <= 1:
        raise RuntimeError(f"linalg.vander: N must be greater than 1, but got {N}")
    powers = np.arange(x.shape[-1] if N is None else N)
    return x.unsqueeze(-1) ** wrap(powers.astype(x._array.dtype))


def vecdot(x: Tensor, y: Tensor, *, dim: int = -1) -> Tensor:
    """The inner products of vectors along `dim`."""
    return (x * y).sum(dim)


def householder_product(input: Tensor, tau: Tensor) -> Tensor:
    """The first columns of the product of Householder matrices 1 - tau v vᵀ, v the columns below a 1."""
    check(input, "householder_product")
    m, n = input.shape[-2:]
    if m < n:
        raise RuntimeError("torch.linalg.householder_product: input.shape[-2] must be greater than or equal to "
                           f"input.shape[-1], but got {m} and {n}")  # fmt: skip
    product = wrap(np.broadcast_to(np.eye(m, n, dtype=input._array.dtype), input.shape).copy())
    low = input.tril(-1) + wrap(np.eye(m, n, dtype=input._array.dtype))
    for i in reversed(range(tau.shape[-1])):
        v = low[..., :, i : i + 1]
        product = product - tau[..., i, None, None] * matmul(v, matmul(v.transpose(-1, -2), product))
    return product


def tensorsolve(A: Tensor, B: Tensor, dims: Sequence[int] | None = None) -> Tensor:
    """X with tensordot(A, X, X.ndim) = B."""
    if dims is not None:
        moved = [wrap_dim(d, A.ndim) for d in dims]
        A = A.permute([d for d in range(A.ndim) if d not in moved] + moved)
    shape = tuple(A.shape[B.ndim :])
    rows, columns = B.numel(), math.prod(shape)
    if rows != columns:
        raise RuntimeError(
            "Expected self to satisfy the requirement prod(self.shape[other.ndim:]) == prod(self.shape[:other.ndim]), "
            f"but got {columns} != {rows}"
        )
    return solve(A.reshape(rows, columns), B.flatten()).reshape(shape)


def tensorinv(A: Tensor, ind: int = 2) -> Tensor:
    """The inverse for `tensordot(A, B, ind)`."""
    if ind <= 0:
        raise RuntimeError("Expected a strictly positive integer for 'ind'")
    first, last = tuple(A.shape[:ind]), tuple(A.shape[ind:])
    rows, columns = math.prod(first), math.prod(last)
    if rows != columns:
        raise RuntimeError(
            "Expected self to satisfy the requirement prod(self.shape[ind:]) == prod(self.shape[:ind]), but got "
            f"{columns} != {rows}"
        )
    return inv(A.reshape(rows, columns)).reshape(*last, *first)


def __getattr__(name: str) -> Any:
    from autograd.missing import explain

    raise AttributeError(explain("torch.linalg", name))
