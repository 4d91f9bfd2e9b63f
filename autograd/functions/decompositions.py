"""Inverses, solutions and decompositions of matrices (the last two dimensions; those before are a batch).

Derivatives after M. Giles, "Collected matrix derivative results for forward and reverse mode algorithmic
differentiation" (2008); I. Murray, "Differentiation of the Cholesky decomposition" (2016); J. Townsend,
"Differentiating the singular value decomposition" (2016); D. Roberts, L. Roberts, "QR and LQ decomposition matrix
backpropagation" (2020); G. Golub, V. Pereyra, "The differentiation of pseudo-inverses" (1973); R. Mathias, "A chain
rule for matrix functions" (1996).
"""

# numpy's stubs type most results as Any, which says nothing about an op.
# mypy: disable-error-code="no-any-return"
from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

import autograd.tensor as tensors  # circular, and used only when an op runs
from autograd import mode, recording
from autograd.function import Array, Function, Shares, apply, apply_many
from autograd.functions import joining
from autograd.functions.common import sum_to
from autograd.functions.linalg import matmul

if TYPE_CHECKING:
    from autograd.tensor import Tensor


class LinAlgError(RuntimeError):
    """A matrix that is singular, or not positive definite, where it must not be."""


def _eye(n: int, like: Tensor) -> Tensor:
    return tensors.wrap(np.eye(n, dtype=like._array.dtype))


def _t(x: Tensor) -> Tensor:
    return x.transpose(-1, -2)


def _diagonal_matrix(values: Tensor) -> Tensor:
    return values.unsqueeze(-1) * _eye(values.shape[-1], values)


def _zeros(shape: Any, like: Tensor) -> Tensor:
    return tensors.wrap(np.zeros(shape, like._array.dtype))


class _Matrix(Function):
    """An op whose shares are written once, in ops: backward runs them outside the graph.

    `saved` holds the inputs' arrays and the outputs' arrays.
    """

    __slots__ = ()
    arguments: ClassVar[tuple[str, ...]] = ("A",)
    saves: ClassVar[tuple[str, ...]] = ("A", "output")

    def keep(self, inputs: tuple[Array, ...], outputs: tuple[Array, ...]) -> None:
        """Remembers what `shares` is given."""
        self.saved = inputs, outputs

    def shares(self, inputs: Any, outputs: Any, *gradients: Any) -> tuple[Any, ...]:
        """One share per input, of Tensors; a gradient is None where an output has none."""
        raise NotImplementedError(f"{type(self).__name__} does not define shares")

    def backward(self, *gradients: Array | None) -> Shares:
        inputs, outputs = self.saved
        with mode.no_grad(), recording.paused():
            found = self.shares(
                tuple(tensors.wrap(a) for a in inputs),
                tuple(tensors.wrap(a) for a in outputs),
                *self._padded(tuple(None if g is None else tensors.wrap(g) for g in gradients)),
            )
        return tuple(None if f is None else f._array for f in found)

    def differentiate(self, *gradients: Any) -> Any:
        outputs = tuple(self.result(a, i) for i, a in enumerate(self.saved[1]))
        return self.shares(self.inputs, outputs, *self._padded(gradients))

    def _padded(self, gradients: tuple[Any, ...]) -> tuple[Any, ...]:
        """One for each output: of those behind the last that has one, none arrives."""
        return gradients + (None,) * (len(self.saved[1]) - len(gradients))


class Inverse(_Matrix):
    __slots__ = ()
    op, backward_name = "inv", "LinalgInvExBackward0"
    formula = r"A^{-1}"
    derivatives: ClassVar[dict[str, str]] = {"A": r"-A^{-T} \cdot g \cdot A^{-T}"}

    def forward(self, A: Array) -> Array:
        self.keep((A,), (np.linalg.inv(A),))
        return self.saved[1][0]

    def shares(self, inputs: Any, outputs: Any, *gradients: Any) -> tuple[Any, ...]:
        y = _t(outputs[0])
        return (-(y @ gradients[0] @ y),)


class Det(_Matrix):
    __slots__ = ()
    op, backward_name = "det", "LinalgDetBackward0"
    formula = r"\det A"
    derivatives: ClassVar[dict[str, str]] = {"A": r"g \cdot \det(A) A^{-T}"}

    def forward(self, A: Array) -> Array:
        self.keep((A,), (np.asarray(np.linalg.det(A)),))
        return self.saved[1][0]

    def shares(self, inputs: Any, outputs: Any, *gradients: Any) -> tuple[Any, ...]:
        g = gradients[0].unsqueeze(-1).unsqueeze(-1)
        a = inputs[0]
        if (np.abs(outputs[0]._array) > np.finfo(a._array.dtype).tiny).all():
            return (g * outputs[0].unsqueeze(-1).unsqueeze(-1) * _t(inv(a)),)
        # A singular matrix has cofactors all the same: by its singular values, each left out once.
        u, s, vh = svd(a, full_matrices=False)
        n = s.shape[-1]
        others = s.unsqueeze(-2).expand(*s.shape[:-1], n, n).masked_fill(tensors.wrap(np.eye(n, dtype=np.bool_)), 1.0)
        sign = tensors.wrap(np.asarray(np.linalg.det(u._array @ vh._array)))
        return (g * sign.unsqueeze(-1).unsqueeze(-1) * (u @ _diagonal_matrix(others.prod(-1)) @ vh),)


class Slogdet(_Matrix):
    __slots__ = ()
    op, backward_name = "slogdet", "LinalgSlogdetBackward0"
    formula = r"\operatorname{sign} \det A,\ \ln |\det A|"
    derivatives: ClassVar[dict[str, str]] = {"A": r"g \cdot A^{-T}"}

    def forward(self, A: Array) -> tuple[Array, Array]:
        sign, value = np.linalg.slogdet(A)
        self.keep((A,), (np.asarray(sign), np.asarray(value)))
        return self.saved[1]

    def shares(self, inputs: Any, outputs: Any, *gradients: Any) -> tuple[Any, ...]:
        g = gradients[1]
        if g is None:
            return (_zeros(inputs[0].shape, inputs[0]),)
        return (g.unsqueeze(-1).unsqueeze(-1) * _t(inv(inputs[0])),)


class Solve(_Matrix):
    __slots__ = ()
    op, backward_name = "solve", "LinalgSolveExBackward0"
    arguments = ("A", "B")
    saves = ("A", "output")
    formula = r"A^{-1} B"
    derivatives: ClassVar[dict[str, str]] = {"A": r"-A^{-T} g \cdot \text{output}^T", "B": r"A^{-T} g"}

    def forward(self, A: Array, B: Array) -> Array:
        self.keep((A, B), (np.linalg.solve(A, B),))
        return self.saved[1][0]

    def shares(self, inputs: Any, outputs: Any, *gradients: Any) -> tuple[Any, ...]:
        a, b = inputs
        for_b = apply(Solve, _t(a), gradients[0])
        return (
            sum_to(-(for_b @ _t(outputs[0])), tuple(a.shape)) if self.needs(0) else None,
            sum_to(for_b, tuple(b.shape)) if self.needs(1) else None,
        )


class SolveTriangular(_Matrix):
    __slots__ = ()
    op, backward_name = "solve_triangular", "LinalgSolveTriangularBackward0"
    arguments = ("A", "B")
    saves = ("A", "output")
    formula = r"A^{-1} B"
    derivatives: ClassVar[dict[str, str]] = {
        "A": r"-\operatorname{tri}(A^{-T} g \cdot \text{output}^T)",
        "B": r"A^{-T} g",
    }

    def forward(self, A: Array, B: Array, upper: bool, unitriangular: bool) -> Array:
        part = np.triu(A) if upper else np.tril(A)
        if unitriangular:
            part = np.where(np.eye(A.shape[-1], dtype=np.bool_), A.dtype.type(1), part)
        self.keep((A, B), (np.linalg.solve(part, B),))
        return self.saved[1][0]

    def shares(self, inputs: Any, outputs: Any, *gradients: Any) -> tuple[Any, ...]:
        a, b = inputs
        upper, unit = self.options["upper"], self.options["unitriangular"]
        for_b = apply(SolveTriangular, _t(a), gradients[0], upper=not upper, unitriangular=unit)
        for_a = None
        if self.needs(0):
            full = -(for_b @ _t(outputs[0]))
            for_a = sum_to(full.triu(int(unit)) if upper else full.tril(-int(unit)), tuple(a.shape))
        return for_a, sum_to(for_b, tuple(b.shape)) if self.needs(1) else None


class Cholesky(_Matrix):
    __slots__ = ()
    op, backward_name = "cholesky", "LinalgCholeskyExBackward0"
    formula = r"L \text{ with } L L^T = A"
    derivatives: ClassVar[dict[str, str]] = {"A": r"\operatorname{sym}(L^{-T} \Phi(L^T g) L^{-1})"}

    def forward(self, A: Array) -> Array:
        # numpy reads the lower triangle, as PyTorch.
        self.keep((A,), (np.linalg.cholesky(A),))
        return self.saved[1][0]

    def shares(self, inputs: Any, outputs: Any, *gradients: Any) -> tuple[Any, ...]:
        factor = outputs[0]
        phi = (_t(factor) @ gradients[0]).tril()
        phi = phi - 0.5 * _diagonal_matrix(phi.diagonal(dim1=-2, dim2=-1))
        phi = 0.5 * (phi + _t(phi))
        inner = solve_triangular(_t(factor), phi, upper=True)
        return (_t(solve_triangular(_t(factor), _t(inner), upper=True)),)


class Eigh(_Matrix):
    __slots__ = ()
    op, backward_name = "eigh", "LinalgEighBackward0"
    formula = r"A = V \operatorname{diag}(w) V^T"
    derivatives: ClassVar[dict[str, str]] = {
        "A": r"V \left(\operatorname{diag}(g_w) + \frac{V^T g_V}{w_j - w_i}\right) V^T"
    }

    def forward(self, A: Array, UPLO: Any) -> tuple[Array, Array]:
        values, vectors = np.linalg.eigh(A, UPLO)
        self.keep((A,), (values, vectors))
        return values, vectors

    def shares(self, inputs: Any, outputs: Any, *gradients: Any) -> tuple[Any, ...]:
        (w, v), (gw, gv) = outputs, gradients
        n = w.shape[-1]
        inner = _zeros((*w.shape, n), w)
        if gv is not None:
            same = tensors.wrap(np.eye(n, dtype=np.bool_))
            gaps = (w.unsqueeze(-2) - w.unsqueeze(-1)).masked_fill(same, math.inf)
            inner = (_t(v) @ gv) / gaps
        if gw is not None:
            inner = inner + _diagonal_matrix(gw)
        return (v @ inner @ _t(v),)


class Svd(_Matrix):
    __slots__ = ()
    op, backward_name = "svd", "LinalgSvdBackward0"
    formula = r"A = U \operatorname{diag}(S) V^T"
    derivatives: ClassVar[dict[str, str]] = {
        "A": r"U \left(\tfrac{\operatorname{skew}(U^T g_U)}{E} S + S \tfrac{\operatorname{skew}(V^T g_V)}{E} "
        r"+ \operatorname{diag}(g_S)\right) V^T,\ E_{ij} = S_j^2 - S_i^2"
    }

    def forward(self, A: Array, full_matrices: bool) -> tuple[Array, Array, Array]:
        u, s, vh = np.linalg.svd(A, full_matrices)
        self.keep((A,), (u, s, vh))
        return u, s, vh

    def shares(self, inputs: Any, outputs: Any, *gradients: Any) -> tuple[Any, ...]:
        (u, s, vh), (gu, gs, gvh) = outputs, gradients
        k, (m, n) = s.shape[-1], inputs[0].shape[-2:]
        if self.options["full_matrices"]:
            # The vectors beyond the singular values are arbitrary: like PyTorch, what arrives for them is left out.
            gu = None if gu is None else gu[..., :, :k]
            gvh = None if gvh is None else gvh[..., :k, :]
        u, v = u[..., :, :k], _t(vh[..., :k, :])
        inner = _zeros((*s.shape, k), s)
        if gs is not None:
            inner = inner + _diagonal_matrix(gs)
        squares = s * s
        same = tensors.wrap(np.eye(k, dtype=np.bool_))
        gaps = (squares.unsqueeze(-2) - squares.unsqueeze(-1)).masked_fill(same, math.inf)
        if gu is not None:
            part = _t(u) @ gu
            inner = inner + (part - _t(part)) / gaps * s.unsqueeze(-2)
        if gvh is not None:
            part = _t(v) @ _t(gvh)
            inner = inner + s.unsqueeze(-1) * ((part - _t(part)) / gaps)
        share = u @ inner @ _t(v)
        if gu is not None and m > k:
            share = share + ((gu - u @ (_t(u) @ gu)) / s.unsqueeze(-2)) @ _t(v)
        if gvh is not None and n > k:
            share = share + (u / s.unsqueeze(-2)) @ (gvh - (gvh @ v) @ _t(v))
        return (share,)


class Qr(_Matrix):
    __slots__ = ()
    op, backward_name = "qr", "LinalgQrBackward0"
    formula = r"A = Q R"
    derivatives: ClassVar[dict[str, str]] = {
        "A": r"\left(g_Q + Q \operatorname{copyltu}(R g_R^T - g_Q^T Q)\right) R^{-T}"
    }

    def forward(self, A: Array, mode: str) -> tuple[Array, Array]:
        if mode == "r":
            q, r = np.empty(0, A.dtype), np.asarray(np.linalg.qr(A, "r"))
        else:
            q, r = np.linalg.qr(A, mode)  # type: ignore[call-overload]
        self.keep((A,), (q, r))
        return q, r

    def shares(self, inputs: Any, outputs: Any, *gradients: Any) -> tuple[Any, ...]:
        (q, r), (gq, gr) = outputs, gradients
        m, n = inputs[0].shape[-2:]
        if self.options["mode"] == "r":
            raise RuntimeError("The derivative of linalg.qr depends on Q, which is not computed when mode='r'")
        if self.options["mode"] == "complete" and m > n:
            raise RuntimeError("The QR decomposition is not differentiable when mode='complete' and nrows > ncols")
        if gq is None:
            gq = _zeros(q.shape, q)
        if m >= n:
            return (_qr_share(q, r, gq, gr),)
        # A wide matrix: the first columns are a square one's, the others are Q times those of R.
        rest = inputs[0][..., m:]
        for_rest = None
        if gr is not None:
            gq = gq + rest @ _t(gr[..., m:])
            for_rest = q @ gr[..., m:]
        first = _qr_share(q, r[..., :m], gq, None if gr is None else gr[..., :m])
        return (joining.cat([first, _zeros(rest.shape, rest) if for_rest is None else for_rest], -1),)


def _qr_share(q: Any, r: Any, gq: Any, gr: Any) -> Any:
    part = -(_t(gq) @ q)
    if gr is not None:
        part = part + r @ _t(gr)
    low = part.tril(-1)
    mirrored = low + _t(low) + _diagonal_matrix(part.diagonal(dim1=-2, dim2=-1))
    return _t(solve_triangular(r, _t(gq + q @ mirrored), upper=True))


def _factored(a: Array) -> tuple[Array, Array, Array]:
    """L and U in one array, by Gauss's method with row exchanges; the rows' order, and LAPACK's pivots from 1."""
    work = a.copy()
    batch, (m, n) = a.shape[:-2], a.shape[-2:]
    flat = work.reshape(-1, m, n)
    count, k = len(flat), min(m, n)
    order = np.tile(np.arange(m), (count, 1))
    pivots = np.empty((count, k), np.int32)
    every = np.arange(count)
    with np.errstate(divide="ignore", invalid="ignore"):
        for i in range(k):
            best = np.abs(flat[:, i:, i]).argmax(1) + i
            pivots[:, i] = best + 1
            for table in (flat, order):
                kept = table[every, i].copy()
                table[every, i] = table[every, best]
                table[every, best] = kept
            below = flat[:, i + 1 :, i]
            top = flat[:, i, i, None]
            below[...] = np.where(top == 0, below, below / top)
            flat[:, i + 1 :, i + 1 :] -= below[..., None] * flat[:, i, None, i + 1 :]
    return flat.reshape(a.shape), order.reshape(*batch, m), pivots.reshape(*batch, k)


def _lu_share(p: Any, low: Any, up: Any, glow: Any, gup: Any) -> Any:
    """The share of A in A = P L U."""
    m, n = low.shape[-2], up.shape[-1]
    k = min(m, n)
    low1, up1 = low[..., :k, :], up[..., :, :k]
    glow = _zeros(low.shape, low) if glow is None else glow
    gup = _zeros(up.shape, up) if gup is None else gup
    glow1, gup1 = glow[..., :k, :], gup[..., :, :k]
    extra = None
    if m > n:
        extra = _t(solve_triangular(up1, _t(glow[..., k:, :]), upper=True))
        gup1 = gup1 - _t(low[..., k:, :]) @ extra
    elif n > m:
        extra = solve_triangular(_t(low1), gup[..., :, k:], upper=True, unitriangular=True)
        glow1 = glow1 - extra @ _t(up[..., :, k:])
    inner = (_t(low1) @ glow1).tril(-1) + (gup1 @ _t(up1)).triu()
    inner = solve_triangular(_t(low1), inner, upper=True, unitriangular=True)
    share = _t(solve_triangular(up1, _t(inner), upper=True))
    if extra is not None:
        share = joining.cat([share, extra], -2 if m > n else -1)
    return p @ share


class Lu(_Matrix):
    __slots__ = ()
    op, backward_name = "lu", "LinalgLuBackward0"
    formula = r"A = P L U"
    derivatives: ClassVar[dict[str, str]] = {
        "A": r"P L^{-T} \left(\operatorname{tril}(L^T g_L, -1) + \operatorname{triu}(g_U U^T)\right) U^{-T}"
    }

    def forward(self, A: Array) -> tuple[Array, Array, Array]:
        both, order, _ = _factored(A)
        m, n = A.shape[-2:]
        k = min(m, n)
        p = (order[..., None, :] == np.arange(m)[:, None]).astype(A.dtype)
        low = np.tril(both[..., :, :k], -1) + np.eye(m, k, dtype=A.dtype)
        self.keep((A,), (p, low, np.triu(both[..., :k, :])))
        return self.saved[1]

    def shares(self, inputs: Any, outputs: Any, *gradients: Any) -> tuple[Any, ...]:
        p, low, up = outputs
        return (_lu_share(p.detach(), low, up, gradients[1], gradients[2]),)


class LuFactor(_Matrix):
    __slots__ = ()
    op, backward_name = "lu_factor", "LinalgLuFactorExBackward0"
    formula = r"A = P L U, \text{ with } L - 1 + U \text{ in one matrix}"
    derivatives: ClassVar[dict[str, str]] = {
        "A": r"P L^{-T} \left(\operatorname{tril}(L^T g, -1) + \operatorname{triu}(g U^T)\right) U^{-T}"
    }

    def forward(self, A: Array) -> tuple[Array, Array]:
        both, order, pivots = _factored(A)
        p = (order[..., None, :] == np.arange(A.shape[-2])[:, None]).astype(A.dtype)
        self.keep((A, p), (both,))
        return both, pivots

    def shares(self, inputs: Any, outputs: Any, *gradients: Any) -> tuple[Any, ...]:
        p = tensors.wrap(self.saved[0][1])
        (both,), g = outputs, gradients[0]
        k = min(both.shape[-2:])
        low = both[..., :, :k].tril(-1) + tensors.wrap(np.eye(both.shape[-2], k, dtype=both._array.dtype))
        return (_lu_share(p, low, both[..., :k, :].triu(), g[..., :, :k].tril(-1), g[..., :k, :].triu()),)


class Pinv(_Matrix):
    __slots__ = ()
    op, backward_name = "pinv", "LinalgPinvBackward0"
    formula = r"A^+"
    derivatives: ClassVar[dict[str, str]] = {
        "A": r"-A^{+T} g A^{+T} + (1 - A A^+) g^T A^+ A^{+T} + A^{+T} A^+ g^T (1 - A^+ A)"
    }

    def forward(self, A: Array, limit: Any, hermitian: bool) -> Array:
        if hermitian:
            values, vectors = np.linalg.eigh(A)
            size = np.abs(values)
            u, vh = vectors, vectors.swapaxes(-1, -2)
            s = values
        else:
            u, s, vh = np.linalg.svd(A, full_matrices=False)
            size = s
        atol, rtol = limit
        most = size.max(-1, keepdims=True, initial=0)
        with np.errstate(divide="ignore"):
            inverse = np.where(size > np.maximum(atol, rtol * most), 1 / s, 0).astype(A.dtype)
        self.keep((A,), (np.matmul(vh.swapaxes(-1, -2) * inverse[..., None, :], u.swapaxes(-1, -2)),))
        return self.saved[1][0]

    def shares(self, inputs: Any, outputs: Any, *gradients: Any) -> tuple[Any, ...]:
        (a,), (y,), gt = inputs, outputs, _t(gradients[0])
        yt = _t(y)
        right, left = gt @ y, y @ gt
        share = -(yt @ gradients[0] @ yt)
        share = share + (right - a @ (y @ right)) @ yt
        return (share + yt @ (left - left @ y @ a),)


class MatrixExp(_Matrix):
    __slots__ = ()
    op, backward_name = "matrix_exp", "LinalgMatrixExpBackward0"
    saves = ("A",)
    formula = r"e^A = \sum_n A^n / n!"
    derivatives: ClassVar[dict[str, str]] = {
        "A": r"\text{upper right block of } \exp \begin{pmatrix} A^T & g \\ 0 & A^T \end{pmatrix}"
    }

    def forward(self, A: Array) -> Array:
        # Scaling, a Taylor polynomial of degree 18, squaring (N. Higham, "Functions of matrices", 2008, chapter 10).
        size = np.abs(A).sum(-1).max(initial=0)
        squarings = max(0, math.ceil(math.log2(size)) + 1) if size > 0 and np.isfinite(size) else 0
        x = A / A.dtype.type(2.0**squarings)
        one = np.broadcast_to(np.eye(A.shape[-1], dtype=A.dtype), A.shape)
        total = one.copy()
        for n in range(18, 0, -1):
            total = one + np.matmul(x, total) / A.dtype.type(n)
        for _ in range(squarings):
            total = np.matmul(total, total)
        self.keep((A,), ())
        return total

    def shares(self, inputs: Any, outputs: Any, *gradients: Any) -> tuple[Any, ...]:
        n, a = inputs[0].shape[-1], _t(inputs[0])
        top = joining.cat([a, gradients[0]], -1)
        bottom = joining.cat([_zeros(a.shape, a), a], -1)
        return (matrix_exp(joining.cat([top, bottom], -2))[..., :n, n:],)


# -- checks ---------------------------------------------------------------------------------------------------------


def check(A: Tensor, name: str, square: bool = False) -> None:
    """RuntimeError unless `A` is a batch of (square) matrices of a floating type."""
    if A.ndim < 2:
        raise RuntimeError(f"linalg.{name}: The input tensor A must have at least 2 dimensions.")
    if square and A.shape[-1] != A.shape[-2]:
        raise RuntimeError(
            f"linalg.{name}: A must be batches of square matrices, but they are {A.shape[-2]} by {A.shape[-1]} matrices"
        )
    if A._array.dtype.kind != "f":
        raise RuntimeError(f"linalg.{name}: Expected a floating point or complex tensor as input. Got {A.dtype}")


def _failing(function: Any, name: str, why: str) -> Any:
    """Calls it; numpy's error as LinAlgError."""
    try:
        return function()
    except np.linalg.LinAlgError:
        raise LinAlgError(f"linalg.{name}: {why}") from None


_SINGULAR = "The inversion could not be completed because the input matrix is singular."


# -- functions ------------------------------------------------------------------------------------------------------


def inv(A: Tensor) -> Tensor:
    """The inverse; LinAlgError for a singular matrix."""
    check(A, "inv", square=True)
    return _failing(lambda: apply(Inverse, A), "inv", _SINGULAR)


def det(A: Tensor) -> Tensor:
    """The determinant."""
    check(A, "det", square=True)
    return apply(Det, A)


def slogdet(A: Tensor) -> Any:
    """The sign of the determinant and the logarithm of its size."""
    check(A, "slogdet", square=True)
    return apply_many(Slogdet, A)


def logdet(input: Tensor) -> Tensor:
    """The logarithm of the determinant; NaN where that is negative, minus infinity where it is 0."""
    sign, value = slogdet(input)
    return value.masked_fill(sign == -1, math.nan)


def solve(A: Tensor, B: Tensor, *, left: bool = True) -> Tensor:
    """X with A X = B (or X A = B); B a batch of vectors or of matrices. LinAlgError for a singular matrix."""
    check(A, "solve", square=True)
    if A._array.dtype != B._array.dtype:
        raise RuntimeError(f"linalg.solve: Expected A and B to have the same dtype, but found {A.dtype} and {B.dtype}")
    vector = B.ndim == 1 or (A.ndim - 1 == B.ndim and tuple(B.shape) == tuple(A.shape[:-1]))
    matrix = B.unsqueeze(-1) if vector else B
    if matrix.shape[-2 if left else -1] != A.shape[-1]:
        raise RuntimeError(
            f"linalg.solve: Incompatible shapes of A and B for the equation {'AX = B' if left else 'XA = B'} "
            f"({A.shape[-2]}x{A.shape[-1]} and {matrix.shape[-2]}x{matrix.shape[-1]})"
        )
    why = "The solver failed because the input matrix is singular."
    if left:
        found = _failing(lambda: apply(Solve, A, matrix), "solve", why)
    else:
        found = _t(_failing(lambda: apply(Solve, _t(A), _t(matrix)), "solve", why))
    return found.squeeze(-1) if vector else found


def solve_triangular(A: Tensor, B: Tensor, *, upper: bool, left: bool = True, unitriangular: bool = False) -> Tensor:
    """X with A X = B (or X A = B) for a triangular A, of which the other triangle is not read."""
    check(A, "solve_triangular", square=True)
    if B.ndim < 2 or B.shape[-2 if left else -1] != A.shape[-1]:
        raise RuntimeError(
            f"linalg.solve_triangular: Incompatible shapes of A and B for the equation "
            f"{'AX = B' if left else 'XA = B'} ({list(A.shape)} and {list(B.shape)})"
        )
    why = "The diagonal of the triangular matrix holds a 0."
    if left:
        options = {"upper": upper, "unitriangular": unitriangular}
        return _failing(lambda: apply(SolveTriangular, A, B, **options), "solve_triangular", why)
    options = {"upper": not upper, "unitriangular": unitriangular}
    return _t(_failing(lambda: apply(SolveTriangular, _t(A), _t(B), **options), "solve_triangular", why))


def cholesky(A: Tensor, *, upper: bool = False) -> Tensor:
    """L, lower triangular, with L Lᵀ = A (or its transpose); LinAlgError unless A is positive definite."""
    check(A, "cholesky", square=True)
    why = "The factorization could not be completed because the input is not positive-definite."
    factor = _failing(lambda: apply(Cholesky, A), "cholesky", why)
    return _t(factor) if upper else factor


def cholesky_solve(B: Tensor, L: Tensor, upper: bool = False) -> Tensor:
    """X with A X = B, given the Cholesky factor of A."""
    low = _t(L) if upper else L
    return solve_triangular(_t(low), solve_triangular(low, B, upper=False), upper=True)


def cholesky_inverse(L: Tensor, upper: bool = False) -> Tensor:
    """The inverse of A, given its Cholesky factor."""
    check(L, "cholesky_inverse", square=True)
    return cholesky_solve(_eye(L.shape[-1], L), L, upper)


def eigh(A: Tensor, UPLO: str = "L") -> Any:
    """Eigenvalues, rising, and eigenvectors of symmetric matrices, of which one triangle is read."""
    check(A, "eigh", square=True)
    if UPLO.upper() not in ("L", "U"):
        raise RuntimeError(f"Expected UPLO argument to be 'L' or 'U', but got {UPLO}")
    return apply_many(Eigh, A, UPLO=UPLO.upper())


def svd(A: Tensor, full_matrices: bool = True) -> Any:
    """U, S, Vᵀ with A = U diag(S) Vᵀ and S falling."""
    check(A, "svd")
    return apply_many(Svd, A, full_matrices=full_matrices)


def qr(A: Tensor, mode: str = "reduced") -> Any:
    """Q with orthonormal columns and R upper triangular, A = Q R."""
    check(A, "qr")
    if mode not in ("reduced", "complete", "r"):
        raise RuntimeError(
            f"qr received unrecognized mode '{mode}' but expected one of 'reduced' (default), 'r', or 'complete'"
        )
    return apply_many(Qr, A, mode=mode)


def lu(A: Tensor) -> Any:
    """P, L, U with A = P L U."""
    check(A, "lu")
    return apply_many(Lu, A)


def lu_factor(A: Tensor) -> Any:
    """L and U in one matrix, and the pivots, for `lu_solve`."""
    check(A, "lu_factor")
    return apply_many(LuFactor, A)


def lu_solve(LU: Tensor, pivots: Tensor, B: Tensor, *, left: bool = True, adjoint: bool = False) -> Tensor:
    """X with A X = B (X A = B; with Aᵀ for `adjoint`), given `lu_factor(A)`."""
    check(LU, "lu_solve", square=True)
    if not left:
        return _t(lu_solve(LU, pivots, _t(B), adjoint=not adjoint))
    n = LU.shape[-1]
    swaps = pivots._array.reshape(-1, n)
    order = np.tile(np.arange(n), (len(swaps), 1))
    every = np.arange(len(swaps))
    for i in range(n):
        other = swaps[:, i] - 1
        order[every, i], order[every, other] = order[every, other], order[every, i].copy()
    order = order.reshape(pivots._array.shape)
    p = tensors.wrap((order[..., None, :] == np.arange(n)[:, None]).astype(LU._array.dtype))
    if adjoint:
        half = solve_triangular(_t(LU), B, upper=False)
        return p @ solve_triangular(_t(LU), half, upper=True, unitriangular=True)
    half = solve_triangular(LU, _t(p) @ B, upper=False, unitriangular=True)
    return solve_triangular(LU, half, upper=True)


def tolerances(A: Tensor, atol: Any, rtol: Any) -> tuple[Any, Any]:
    """Below which a singular value counts as 0: absolute, and relative to the largest."""
    if rtol is None:
        eps = float(np.finfo(A._array.dtype).eps) * max(A.shape[-2:])
        rtol = eps if atol is None or not np.any(np.asarray(_plain(atol)) > 0) else 0.0
    return _column(0.0 if atol is None else atol), _column(rtol)


def _plain(value: Any) -> Any:
    return value._array if isinstance(value, tensors.Tensor) else value


def _column(value: Any) -> Any:
    value = _plain(value)
    return value[..., None] if isinstance(value, np.ndarray) and value.ndim else value


def pinv(A: Tensor, *, atol: Any = None, rtol: Any = None, hermitian: bool = False) -> Tensor:
    """Moore and Penrose's inverse; singular values up to max(atol, rtol * largest) count as 0."""
    check(A, "pinv", square=hermitian)
    return apply(Pinv, A, limit=tolerances(A, atol, rtol), hermitian=hermitian)


def matrix_exp(A: Tensor) -> Tensor:
    """The exponential of square matrices."""
    check(A, "matrix_exp", square=True)
    return apply(MatrixExp, A)


def matrix_power(A: Tensor, n: int) -> Tensor:
    """The n-th power of square matrices, by repeated squaring; of the inverse for a negative n."""
    check(A, "matrix_power", square=True)
    if n == 0:
        return tensors.wrap(np.broadcast_to(np.eye(A.shape[-1], dtype=A._array.dtype), A.shape).copy())
    base, n = (inv(A), -n) if n < 0 else (A, n)
    if n == 3:
        return matmul(matmul(base, base), base)
    result: Any = None
    while n:
        if n & 1:
            result = base if result is None else matmul(result, base)
        n >>= 1
        if n:
            base = matmul(base, base)
    return result.clone() if result is A else result
