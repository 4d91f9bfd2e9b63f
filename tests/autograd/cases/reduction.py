"""Reductions, sorting and selection."""

from __future__ import annotations

from cases.case import A, Case

CASES = [
    Case("sum", (A,), lambda T, a: a.sum()),
    Case("sum_dim", ((2, 3, 4),), lambda T, a: a.sum(1)),
    Case("sum_dims", ((2, 3, 4),), lambda T, a: a.sum((0, 2), keepdim=True)),
    Case("mean", (A,), lambda T, a: a.mean()),
    Case("mean_dim", (A,), lambda T, a: a.mean(-1, keepdim=True)),
    Case("prod", (A,), lambda T, a: a.prod()),
    Case("prod_dim", (A,), lambda T, a: a.prod(1)),
    Case("var", (A,), lambda T, a: a.var()),
    Case("var_dim", (A,), lambda T, a: a.var(0, unbiased=False)),
    Case("std", (A,), lambda T, a: a.std()),
    Case("std_dim", (A,), lambda T, a: a.std(dim=1, keepdim=True)),
    Case("max", (A,), lambda T, a: a.max()),
    Case("max_ties", ((4,),), lambda T, a: (a.sign()).max() * a.sum(), rough=True),
    Case("max_dim", (A,), lambda T, a: a.max(1)[0]),
    Case("max_indices", (A,), lambda T, a: T.max(a, dim=0).indices),
    Case("min", (A,), lambda T, a: a.min()),
    Case("min_dim", (A,), lambda T, a: a.min(0, keepdim=True).values),
    Case("amax", ((2, 3, 4),), lambda T, a: a.amax((0, 2))),
    Case("amin", ((2, 3, 4),), lambda T, a: a.amin(1)),
    Case("argmax", (A,), lambda T, a: a.argmax(1)),
    Case("argmin", (A,), lambda T, a: a.argmin()),
    Case("sort", (A,), lambda T, a: a.sort(1, descending=True)[0]),
    Case("sort_indices", (A,), lambda T, a: a.sort(0)[1]),
    Case("argsort", (A,), lambda T, a: a.argsort(-1, descending=True)),
    Case("topk", (A,), lambda T, a: a.topk(2)[0]),
    Case("topk_smallest", (A,), lambda T, a: a.topk(2, dim=0, largest=False).values),
    Case("cumsum", (A,), lambda T, a: a.cumsum(1)),
    Case("logsumexp", (A,), lambda T, a: a.logsumexp(1)),
    Case("norm", (A,), lambda T, a: a.norm()),
    Case("norm_1", (A,), lambda T, a: a.norm(1, dim=1)),
    Case("norm_3", (A,), lambda T, a: a.norm(3, dim=0, keepdim=True)),
    Case("norm_inf", (A,), lambda T, a: a.norm(float("inf"))),
    Case("median", ((7,),), lambda T, a: a.median(), composed=True, twice=False),
    Case("all", (A,), lambda T, a: (a > 0).all(1)),
    Case("any", (A,), lambda T, a: (a > 0).any()),
]
