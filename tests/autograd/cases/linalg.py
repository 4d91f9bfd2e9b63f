"""Products of vectors and matrices."""

from __future__ import annotations

from typing import Any

from cases.case import A, B, Case, Wrong

M, MM, R = (3, 3), (2, 3, 3), (4, 3)


def spd(T: Any, a: Any) -> Any:
    """A positive definite matrix made of any."""
    return a @ a.mT + 2 * T.eye(a.shape[-1], dtype=a.dtype)


def regular(T: Any, a: Any) -> Any:
    """A matrix that is far from singular, with distinct singular values."""
    n, m = a.shape[-2:]
    grown = T.arange(2.0, 2.0 + 3 * max(n, m), 3.0, dtype=a.dtype)
    return 0.4 * a + T.eye(max(n, m), dtype=a.dtype)[:n, :m] * grown[:m]


def sym(a: Any) -> Any:
    """A symmetric matrix made of any."""
    return a + a.mT


def upper(T: Any, a: Any) -> Any:
    """An upper triangular matrix that is far from singular."""
    return a.triu() + 3 * T.eye(a.shape[-1], dtype=a.dtype)


CASES = [
    Case("mm", (A, B), lambda T, a, b: a @ b),
    Case("mv", (A, (4,)), lambda T, a, b: a @ b),
    Case("vm", ((3,), A), lambda T, a, b: a @ b),
    Case("dot", ((4,), (4,)), lambda T, a, b: a @ b),
    Case("bmm", ((2, 3, 4), (2, 4, 5)), lambda T, a, b: T.bmm(a, b), composed=True),
    Case("matmul_broadcast", ((2, 1, 3, 4), (3, 4, 5)), lambda T, a, b: a @ b, composed=True),
    Case("matmul_batch_matrix", ((2, 3, 4), B), lambda T, a, b: T.matmul(a, b), composed=True),
    Case("matmul_batch_vector", ((2, 3, 4), (4,)), lambda T, a, b: a @ b, composed=True),
    Case("matmul_vector_batch", ((3,), (2, 3, 4)), lambda T, a, b: a @ b, composed=True),
    Case("linear", (A, (5, 4), (5,)), lambda T, x, w, b: T.nn.functional.linear(x, w, b)),
    Case("linear_no_bias", (A, (5, 4)), lambda T, x, w: T.nn.functional.linear(x, w)),
    Case("linear_3d", ((2, 3, 4), (5, 4), (5,)), lambda T, x, w, b: T.nn.functional.linear(x, w, b)),
    Case("linear_1d", ((4,), (5, 4), (5,)), lambda T, x, w, b: T.nn.functional.linear(x, w, b)),
    Case("addmm", ((5,), A, B), lambda T, c, a, b: T.addmm(c, a, b, beta=0.5, alpha=2)),
    Case("outer", ((3,), (4,)), lambda T, a, b: T.outer(a, b), composed=True),
    Case("einsum", (A, B), lambda T, a, b: T.einsum("ij,jk->ik", a, b), composed=True),
    Case(
        "einsum_batch",
        ((2, 3, 4), (2, 5, 4)),
        lambda T, a, b: T.einsum("bid,bjd->bij", a, b),
        composed=True,
    ),
    Case("einsum_sum", (A, A), lambda T, a, b: T.einsum("ij,ij->", a, b), composed=True),
    Case("einsum_ellipsis", ((2, 3, 4), (4, 5)), lambda T, a, b: T.einsum("...ij,jk->...ik", a, b), composed=True),
    Case("einsum_ellipsis_implicit", ((2, 3, 4), (4, 5)), lambda T, a, b: T.einsum("...ij,jk", a, b), composed=True),
    Case("einsum_diagonal", (M,), lambda T, a: T.einsum("ii->i", a), composed=True),
    Case("einsum_trace", (MM,), lambda T, a: T.einsum("bii->b", a), composed=True),
    Case("einsum_transpose", (A,), lambda T, a: T.einsum("ij->ji", a), composed=True),
    Case("einsum_three", (A, B, (5, 2)), lambda T, a, b, c: T.einsum("ij,jk,kl->il", a, b, c), composed=True),
    Case("einsum_implicit", (A, B), lambda T, a, b: T.einsum("ij,jk", a, b), composed=True),
    Case("einsum_lone", (A, (4,)), lambda T, a, b: T.einsum("ij,k->k", a, b), composed=True),
    Case("einsum_broadcast", ((1, 4), A), lambda T, a, b: T.einsum("ij,ij->ij", a, b), composed=True),
    Case("einsum_sublists", (A, B), lambda T, a, b: T.einsum(a, [0, 1], b, [1, 2], [0, 2]), composed=True),
    Case("einsum_sublists_implicit", (A, B), lambda T, a, b: T.einsum(a, [0, 1], b, [1, 2]), composed=True),
    Case(
        "einsum_bilinear",
        ((2, 3), (5, 3, 4), (2, 4)),
        lambda T, a, w, b: T.einsum("bn,anm,bm->ba", a, w, b),
        composed=True,
    ),
    Case(
        "baddbmm", ((5,), (2, 3, 4), (2, 4, 5)), lambda T, c, a, b: T.baddbmm(c, a, b, beta=0.5, alpha=2), composed=True
    ),
    Case("addbmm", (A, (2, 3, 5), (2, 5, 4)), lambda T, c, a, b: T.addbmm(c, a, b, beta=0.5, alpha=2), composed=True),
    Case("addmv", ((3,), A, (4,)), lambda T, c, a, b: T.addmv(c, a, b, beta=0.5, alpha=2), composed=True),
    Case("addr", (A, (3,), (4,)), lambda T, c, a, b: T.addr(c, a, b, beta=0.5, alpha=2), composed=True),
    Case("multi_dot", (A, B, (5, 2)), lambda T, a, b, c: T.linalg.multi_dot([a, b, c]), composed=True),
    Case("multi_dot_vectors", ((3,), A, (4,)), lambda T, a, b, c: T.linalg.multi_dot([a, b, c]), composed=True),
    Case("matrix_power", (M,), lambda T, a: T.linalg.matrix_power(a, 5), composed=True, single=1e-3),
    Case("matrix_power_3", (M,), lambda T, a: a.matrix_power(3)),
    Case("matrix_power_negative", (M,), lambda T, a: T.matrix_power(regular(T, a), -2), composed=True),
    Case("matrix_power_zero", (M,), lambda T, a: T.matrix_power(a.detach(), 0)),
    Case("matrix_exp", (MM,), lambda T, a: T.linalg.matrix_exp(a), single=1e-4),
    Case("inv", (M,), lambda T, a: T.linalg.inv(regular(T, a))),
    Case("inv_batch", (MM,), lambda T, a: T.inverse(regular(T, a))),
    Case("inv_ex", (M,), lambda T, a: T.linalg.inv_ex(regular(T, a)).inverse),
    Case("inv_ex_singular", (M,), lambda T, a: T.linalg.inv_ex(0 * a.detach()).info, rough=True),
    Case("det", (M,), lambda T, a: T.linalg.det(regular(T, a)), single=1e-4),
    Case("det_batch", (MM,), lambda T, a: a.det(), single=1e-4),
    Case(
        "det_singular",
        ((3,), (3,)),
        lambda T, a, b: T.linalg.det(T.outer(a, b) + T.diag(T.tensor([1.0, 1, 0]).to(a))),
        single=1e-3,
        generic=True,
    ),
    Case("slogdet", (MM,), lambda T, a: T.linalg.slogdet(regular(T, a)).logabsdet),
    Case("slogdet_sign", (MM,), lambda T, a: T.slogdet(a)[0].detach(), generic=True),
    Case("logdet", (M,), lambda T, a: T.logdet(spd(T, a)), composed=True),
    Case("solve", (M, (3, 2)), lambda T, a, b: T.linalg.solve(regular(T, a), b)),
    Case("solve_vector", (M, (3,)), lambda T, a, b: T.linalg.solve(regular(T, a), b), composed=True),
    Case("solve_broadcast", (MM, (3, 2)), lambda T, a, b: T.linalg.solve(regular(T, a), b)),
    Case("solve_right", (M, (2, 3)), lambda T, a, b: T.linalg.solve(regular(T, a), b, left=False), composed=True),
    Case("solve_ex", (M, (3, 2)), lambda T, a, b: T.linalg.solve_ex(regular(T, a), b).result, composed=True),
    Case("solve_triangular", (M, (3, 2)), lambda T, a, b: T.linalg.solve_triangular(upper(T, a), b, upper=True)),
    Case(
        "solve_triangular_unit",
        (M, (3, 2)),
        lambda T, a, b: T.linalg.solve_triangular(a, b, upper=False, unitriangular=True),
        single=1e-4,
    ),
    Case(
        "solve_triangular_right",
        (M, (2, 3)),
        lambda T, a, b: T.linalg.solve_triangular(upper(T, a), b, upper=True, left=False),
        composed=True,
    ),
    Case("cholesky", (MM,), lambda T, a: T.linalg.cholesky(spd(T, a))),
    Case("cholesky_upper", (M,), lambda T, a: T.linalg.cholesky(spd(T, a), upper=True), composed=True),
    Case("cholesky_ex", (M,), lambda T, a: T.linalg.cholesky_ex(spd(T, a)).L),
    Case(
        "cholesky_ex_info",
        (M,),
        lambda T, a: T.linalg.cholesky_ex(T.diag(T.tensor([1.0, -1, 2]))).info + 0 * a[0, 0].int(),
        rough=True,
    ),
    Case(
        "cholesky_solve", (M, (3, 2)), lambda T, a, b: T.cholesky_solve(b, T.linalg.cholesky(spd(T, a))), composed=True
    ),
    Case("cholesky_inverse", (M,), lambda T, a: T.cholesky_inverse(T.linalg.cholesky(spd(T, a))), composed=True),
    Case("eigvalsh", (MM,), lambda T, a: T.linalg.eigvalsh(sym(a)), single=1e-4),
    Case("eigh_values", (M,), lambda T, a: T.linalg.eigh(sym(a), UPLO="U").eigenvalues, single=1e-4, generic=True),
    Case(
        "eigh_projectors", (M,), lambda T, a: T.linalg.eigh(sym(regular(T, a)))[1].square(), composed=True, single=1e-3
    ),
    Case("svdvals", ((2, 4, 3),), lambda T, a: T.linalg.svdvals(regular(T, a))),
    Case(
        "svd_u",
        (R,),
        lambda T, a: T.linalg.svd(regular(T, a), full_matrices=False)[0].square(),
        composed=True,
        single=1e-3,
    ),
    Case(
        "svd_v",
        (A,),
        lambda T, a: T.linalg.svd(regular(T, a), full_matrices=False)[2].square(),
        composed=True,
        single=1e-3,
    ),
    Case(
        "svd_low_rank",
        (R,),
        lambda T, a: _rebuilt(T.linalg.svd(regular(T, a), full_matrices=False)),
        composed=True,
        single=1e-3,
    ),
    Case("svd_old", (R,), lambda T, a: T.svd(regular(T, a))[2].square(), composed=True, single=1e-3),
    Case("qr_q", (R,), lambda T, a: T.linalg.qr(regular(T, a))[0], single=1e-4),
    Case("qr_r", (R,), lambda T, a: T.linalg.qr(regular(T, a)).R, single=1e-4),
    Case("qr_wide_q", (A,), lambda T, a: T.linalg.qr(regular(T, a))[0], single=1e-4),
    Case("qr_wide_r", (A,), lambda T, a: T.linalg.qr(regular(T, a))[1], single=1e-4),
    Case("qr_batch_complete", (MM,), lambda T, a: T.linalg.qr(regular(T, a), mode="complete")[0], single=1e-4),
    Case("qr_mode_r", (R,), lambda T, a: T.linalg.qr(a.detach(), mode="r")[1], single=1e-4),
    Case("qr_complete_values", (R,), lambda T, a: T.linalg.qr(a.detach(), mode="complete")[0], single=1e-4),
    Case("lu_l", (MM,), lambda T, a: T.linalg.lu(regular(T, a))[1], generic=True),
    Case("lu_u", (M,), lambda T, a: T.linalg.lu(a)[2], single=1e-3, generic=True),
    Case("lu_p", (MM,), lambda T, a: T.linalg.lu(a.detach())[0], generic=True),
    Case("lu_tall_l", (R,), lambda T, a: T.linalg.lu(a)[1], single=1e-3, generic=True),
    Case("lu_tall_u", (R,), lambda T, a: T.linalg.lu(a)[2], single=1e-3, generic=True),
    Case("lu_wide_l", (A,), lambda T, a: T.linalg.lu(a)[1], single=1e-3, generic=True),
    Case("lu_wide_u", (A,), lambda T, a: T.linalg.lu(a)[2], single=1e-3, generic=True),
    Case("lu_factor", (MM,), lambda T, a: T.linalg.lu_factor(a)[0], single=1e-3, generic=True),
    Case("lu_pivots", (MM,), lambda T, a: T.linalg.lu_factor(a.detach()).pivots, generic=True),
    Case(
        "lu_solve", (M, (3, 2)), lambda T, a, b: T.linalg.lu_solve(*T.linalg.lu_factor(regular(T, a)), b), composed=True
    ),
    Case(
        "lu_solve_adjoint",
        (MM, (2, 3, 2)),
        lambda T, a, b: T.linalg.lu_solve(*T.linalg.lu_factor(a.detach()), b, adjoint=True),
        composed=True,
        single=1e-3,
        generic=True,
    ),
    Case(
        "lu_solve_right",
        (M, (2, 3)),
        lambda T, a, b: T.linalg.lu_solve(*T.linalg.lu_factor(a), b, left=False),
        composed=True,
        single=1e-3,
        generic=True,
    ),
    Case("pinv", (R,), lambda T, a: T.linalg.pinv(regular(T, a))),
    Case("pinv_wide", (A,), lambda T, a: T.pinverse(regular(T, a))),
    Case("pinv_hermitian", (M,), lambda T, a: T.linalg.pinv(spd(T, a), hermitian=True)),
    Case("pinv_low_rank", (A,), lambda T, a: T.linalg.pinv(a.detach(), rtol=0.3), single=1e-4),
    Case("lstsq", (R, (4, 2)), lambda T, a, b: T.linalg.lstsq(regular(T, a), b).solution, composed=True),
    Case("lstsq_wide", (A, (3, 2)), lambda T, a, b: T.linalg.lstsq(regular(T, a), b)[0], composed=True),
    Case(
        "lstsq_residuals",
        (R, (4, 2)),
        lambda T, a, b: T.linalg.lstsq(regular(T, a).detach(), b.detach(), driver="gelsd")[1],
        single=1e-4,
    ),
    Case("matrix_rank", (A,), lambda T, a: T.linalg.matrix_rank(a[:, :2] @ a[:2])),
    Case("vector_norm", (A,), lambda T, a: T.linalg.vector_norm(a)),
    Case("vector_norm_3", (A,), lambda T, a: T.linalg.vector_norm(a, 3, dim=1)),
    Case("vector_norm_inf", (A,), lambda T, a: T.linalg.vector_norm(a, float("inf"), dim=0, keepdim=True), rough=True),
    Case(
        "vector_norm_least", (A,), lambda T, a: T.linalg.vector_norm(a, -float("inf"), dim=0), rough=True, composed=True
    ),
    Case("vector_norm_count", (A,), lambda T, a: T.linalg.vector_norm(a, 0, dim=0).detach(), rough=True),
    Case("norm_default", (A,), lambda T, a: T.linalg.norm(a)),
    Case("norm_nuclear", (A,), lambda T, a: T.linalg.norm(regular(T, a), "nuc"), composed=True),
    Case("matrix_norm", (MM,), lambda T, a: T.linalg.matrix_norm(a)),
    Case("matrix_norm_2", (MM,), lambda T, a: T.linalg.matrix_norm(regular(T, a), 2), composed=True),
    Case("matrix_norm_least", (MM,), lambda T, a: T.linalg.matrix_norm(regular(T, a), -2, keepdim=True), composed=True),
    Case("matrix_norm_1", (MM,), lambda T, a: T.linalg.matrix_norm(a, 1), composed=True),
    Case("matrix_norm_inf", (MM,), lambda T, a: T.linalg.matrix_norm(a, float("inf"), dim=(0, 2)), composed=True),
    Case("matrix_norm_least_sum", (MM,), lambda T, a: T.linalg.matrix_norm(a, -1, keepdim=True), composed=True),
    Case("cond", (M,), lambda T, a: T.linalg.cond(regular(T, a)), composed=True),
    Case("cond_1", (M,), lambda T, a: T.linalg.cond(regular(T, a).detach(), 1), composed=True, single=1e-4),
    Case("linalg_cross", ((2, 3), (2, 3)), lambda T, a, b: T.linalg.cross(a, b), composed=True),
    Case("linalg_cross_dim", ((3, 2), (3, 2)), lambda T, a, b: T.linalg.cross(a, b, dim=0), composed=True),
    Case("linalg_diagonal", (MM,), lambda T, a: T.linalg.diagonal(a, offset=1)),
    Case("vander", (((4,), (0.2, 1.5)),), lambda T, a: T.linalg.vander(a, N=3), composed=True),
    Case("vecdot", (A, A), lambda T, a, b: T.linalg.vecdot(a, b, dim=0)),
    Case(
        "householder_product", (R, (3,)), lambda T, a, t: T.linalg.householder_product(a, t), composed=True, single=1e-3
    ),
    Case(
        "tensorsolve",
        ((2, 3, 6), (2, 3)),
        lambda T, a, b: T.linalg.tensorsolve(_block(T, a), b),
        composed=True,
        single=1e-3,
    ),
    Case("tensorinv", ((2, 3, 6),), lambda T, a: T.linalg.tensorinv(_block(T, a)), composed=True, single=1e-3),
]


def _block(T: Any, a: Any) -> Any:
    """A tensor that is far from singular as a matrix of size 6."""
    return a + 6 * T.eye(6, dtype=a.dtype).reshape(2, 3, 6)


def _rebuilt(parts: Any) -> Any:
    """A matrix of rank 2 from its two largest singular values."""
    u, s, vh = parts
    return (u[:, :2] * s[:2]) @ vh[:2]


WRONG = [
    Wrong("inv_shape", lambda T: T.linalg.inv(T.ones(2, 3))),
    Wrong("inv_integers", lambda T: T.linalg.inv(T.eye(2).long())),
    Wrong("solve_shapes", lambda T: T.linalg.solve(T.eye(2), T.ones(3))),
    Wrong("svd_vector", lambda T: T.linalg.svd(T.ones(3))),
    Wrong("eigh_shape", lambda T: T.linalg.eigh(T.ones(2, 3))),
    Wrong("eigh_triangle", lambda T: T.linalg.eigh(T.ones(2, 2), "X")),
    Wrong("linalg_cross_length", lambda T: T.linalg.cross(T.ones(2), T.ones(2))),
    Wrong("matrix_power_shape", lambda T: T.linalg.matrix_power(T.ones(2, 3), 2)),
    Wrong("multi_dot_one", lambda T: T.linalg.multi_dot([T.ones(2, 2)])),
    Wrong("multi_dot_dims", lambda T: T.linalg.multi_dot([T.ones(2, 2), T.ones(2, 2, 2), T.ones(2, 2)])),
    Wrong("qr_mode", lambda T: T.linalg.qr(T.ones(2, 2), mode="x")),
    Wrong("matrix_norm_vector", lambda T: T.linalg.matrix_norm(T.ones(3))),
    Wrong("matrix_norm_order", lambda T: T.linalg.matrix_norm(T.ones(3, 3), 5)),
    Wrong("matrix_norm_dims", lambda T: T.linalg.matrix_norm(T.ones(3, 3), dim=(0, 0))),
    Wrong("lu_factor_singular", lambda T: T.linalg.lu_factor(T.zeros(2, 2))),
    Wrong("vander_size", lambda T: T.linalg.vander(T.ones(3), N=0)),
    Wrong("householder_shape", lambda T: T.linalg.householder_product(T.ones(2, 3), T.ones(2))),
    Wrong("tensorinv_ind", lambda T: T.linalg.tensorinv(T.ones(2, 2), ind=0)),
    Wrong("tensorsolve_shape", lambda T: T.linalg.tensorsolve(T.ones(2, 3, 5), T.ones(2, 3))),
    Wrong("einsum_few", lambda T: T.einsum("ij,jk", T.ones(2, 2))),
    Wrong("einsum_dims", lambda T: T.einsum("ijk->i", T.ones(2, 2))),
    Wrong("einsum_output", lambda T: T.einsum("ij->ijk", T.ones(2, 2))),
    Wrong("einsum_sizes", lambda T: T.einsum("ij,jk->ik", T.ones(2, 3), T.ones(4, 2))),
    Wrong("einsum_diagonal_sizes", lambda T: T.einsum("ii->i", T.ones(2, 3))),
    Wrong("addmv_dims", lambda T: T.addmv(T.ones(2), T.ones(2), T.ones(2))),
    Wrong("addr_dims", lambda T: T.addr(T.ones(2, 2), T.ones(2, 2), T.ones(2))),
    Wrong("linalg_name", lambda T: T.linalg.choleski),
]
