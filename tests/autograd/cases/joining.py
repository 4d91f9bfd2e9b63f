"""Joining and splitting."""

from __future__ import annotations

from cases.case import A, Case

CASES = [
    Case("cat", (A, (2, 4)), lambda T, a, b: T.cat([a, b], 0), twice=False),
    Case("cat_1", (A, (3, 2)), lambda T, a, b: T.cat((a, b), dim=1), composed=True, twice=False),
    Case("stack", (A, A), lambda T, a, b: T.stack([a, b], 1), twice=False),
    Case("split", ((5, 2),), lambda T, a: a.split(2)[1] * a.split([1, 4])[0], twice=False),
    Case("chunk", ((5, 2),), lambda T, a: a.chunk(2)[1], twice=False),
    Case("unbind", (A,), lambda T, a: a.unbind(1)[2], twice=False),
    Case("iterate", (A,), lambda T, a: sum(row.sum() * i for i, row in enumerate(a)), twice=False),
    Case("tile", (A,), lambda T, a: T.tile(a, (2,)), composed=True, twice=False),
    Case("repeat_interleave", (A,), lambda T, a: a.repeat_interleave(2, dim=1), composed=True, twice=False),
]
