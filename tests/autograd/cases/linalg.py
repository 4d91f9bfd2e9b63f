"""Products of vectors and matrices."""

from __future__ import annotations

from cases.case import A, B, Case

CASES = [
    Case("mm", (A, B), lambda T, a, b: a @ b),
    Case("mv", (A, (4,)), lambda T, a, b: a @ b, twice=False),
    Case("vm", ((3,), A), lambda T, a, b: a @ b, twice=False),
    Case("dot", ((4,), (4,)), lambda T, a, b: a @ b),
    Case("bmm", ((2, 3, 4), (2, 4, 5)), lambda T, a, b: T.bmm(a, b), composed=True),
    Case("matmul_broadcast", ((2, 1, 3, 4), (3, 4, 5)), lambda T, a, b: a @ b, composed=True),
    Case("matmul_batch_matrix", ((2, 3, 4), B), lambda T, a, b: T.matmul(a, b), composed=True),
    Case("matmul_batch_vector", ((2, 3, 4), (4,)), lambda T, a, b: a @ b, composed=True, twice=False),
    Case("matmul_vector_batch", ((3,), (2, 3, 4)), lambda T, a, b: a @ b, composed=True, twice=False),
    Case("linear", (A, (5, 4), (5,)), lambda T, x, w, b: T.nn.functional.linear(x, w, b)),
    Case("linear_no_bias", (A, (5, 4)), lambda T, x, w: T.nn.functional.linear(x, w)),
    Case("linear_3d", ((2, 3, 4), (5, 4), (5,)), lambda T, x, w, b: T.nn.functional.linear(x, w, b)),
    Case("linear_1d", ((4,), (5, 4), (5,)), lambda T, x, w, b: T.nn.functional.linear(x, w, b)),
    Case("addmm", ((5,), A, B), lambda T, c, a, b: T.addmm(c, a, b, beta=0.5, alpha=2), twice=False),
    Case("outer", ((3,), (4,)), lambda T, a, b: T.outer(a, b), composed=True),
    Case("einsum", (A, B), lambda T, a, b: T.einsum("ij,jk->ik", a, b), composed=True, twice=False),
    Case(
        "einsum_batch",
        ((2, 3, 4), (2, 5, 4)),
        lambda T, a, b: T.einsum("bid,bjd->bij", a, b),
        composed=True,
        twice=False,
    ),
    Case("einsum_sum", (A, A), lambda T, a, b: T.einsum("ij,ij->", a, b), composed=True, twice=False),
]
