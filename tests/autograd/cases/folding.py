"""Blocks of images."""

from __future__ import annotations

from cases.case import Case, Wrong

CASES = [
    Case("unfold", ((2, 3, 5, 6),), lambda T, a: T.nn.functional.unfold(a, 2)),
    Case(
        "unfold_options",
        ((2, 3, 5, 6),),
        lambda T, a: T.nn.functional.unfold(a, (2, 3), dilation=(2, 1), padding=(1, 2), stride=(1, 2)),
    ),
    Case("unfold_single", ((3, 5, 6),), lambda T, a: T.nn.functional.unfold(a, 3, stride=2)),
    Case("fold", ((2, 12, 16),), lambda T, a: T.nn.functional.fold(a, 5, 2)),
    Case(
        "fold_options",
        ((2, 6, 12),),
        lambda T, a: T.nn.functional.fold(a, (4, 5), (1, 2), dilation=(1, 2), padding=(0, 1), stride=(1, 2)),
    ),
    Case("fold_single", ((8, 9),), lambda T, a: T.nn.functional.fold(a, (4, 4), 2)),
    Case("Unfold", ((1, 2, 4, 4),), lambda T, a: T.nn.Unfold(2, stride=2)(a)),
    Case("Fold", ((1, 8, 4),), lambda T, a: T.nn.Fold(4, 2, stride=2)(a)),
]

WRONG = [
    Wrong("unfold_dims", lambda T: T.nn.functional.unfold(T.ones(1, 1, 1, 3, 5), 2)),
    Wrong("unfold_large", lambda T: T.nn.functional.unfold(T.ones(2, 3, 5, 5), 7)),
    Wrong("unfold_stride", lambda T: T.nn.functional.unfold(T.ones(2, 3, 5, 5), 2, stride=0)),
    Wrong("fold_blocks", lambda T: T.nn.functional.fold(T.ones(2, 12, 15), 5, 2)),
    Wrong("fold_rows", lambda T: T.nn.functional.fold(T.ones(2, 13, 16), 5, 2)),
    Wrong("fold_dims", lambda T: T.nn.functional.fold(T.ones(16), 5, 2)),
]
