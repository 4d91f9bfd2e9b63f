"""Shapes and views."""

from __future__ import annotations

from cases.case import A, Case

CASES = [
    Case("view", (A,), lambda T, a: a.view(2, -1)),
    Case("reshape", (A,), lambda T, a: a.t().reshape(6, 2), composed=True),
    Case("flatten", ((2, 3, 4),), lambda T, a: a.flatten(1)),
    Case("unflatten", ((2, 12),), lambda T, a: a.unflatten(1, (3, -1))),
    Case("squeeze", ((2, 1, 3, 1),), lambda T, a: a.squeeze()),
    Case("squeeze_dim", ((2, 1, 3),), lambda T, a: a.squeeze(1).squeeze(0)),
    Case("unsqueeze", (A,), lambda T, a: a.unsqueeze(-1)),
    Case("transpose", ((2, 3, 4),), lambda T, a: a.transpose(0, 2)),
    Case("t", (A,), lambda T, a: a.t() * 2),
    Case("T", (A,), lambda T, a: a.T),
    Case("permute", ((2, 3, 4),), lambda T, a: a.permute(2, 0, 1)),
    Case("movedim", ((2, 3, 4),), lambda T, a: a.movedim(0, 2), composed=True),
    Case("expand", ((3, 1),), lambda T, a: a.expand(2, -1, 4), twice=False),
    Case("repeat", (A,), lambda T, a: a.repeat(2, 1, 3), twice=False),
    Case("flip", (A,), lambda T, a: a.flip(0, 1), twice=False),
    Case("roll", (A,), lambda T, a: a.roll(1, 0), twice=False),
    Case("roll_flat", (A,), lambda T, a: T.roll(a, 2), composed=True, twice=False),
    Case("tril", (A,), lambda T, a: a.tril(), twice=False),
    Case("triu", (A,), lambda T, a: a.triu(1), twice=False),
    Case("diagonal", (A,), lambda T, a: a.diagonal(1), twice=False),
    Case("diag", ((3,),), lambda T, a: T.diag(a, 1), composed=True, twice=False),
    Case("diag_of", (A,), lambda T, a: T.diag(a), composed=True, twice=False),
    Case("meshgrid", ((3,), (4,)), lambda T, a, b: T.meshgrid(a, b, indexing="xy")[1], composed=True, twice=False),
]
