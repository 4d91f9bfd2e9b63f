"""Normalisation."""

from __future__ import annotations

from cases.case import A, Case

IMAGE = (2, 3, 8, 9)

CASES = [
    Case(
        "layer_norm", ((2, 3, 4), (4,), (4,)), lambda T, x, w, b: T.nn.functional.layer_norm(x, (4,), w, b), twice=False
    ),
    Case("layer_norm_2", ((2, 3, 4), (3, 4)), lambda T, x, w: T.nn.functional.layer_norm(x, (3, 4), w), twice=False),
    Case(
        "batch_norm",
        (IMAGE, (3,), (3,)),
        lambda T, x, w, b: T.nn.functional.batch_norm(x, None, None, w, b, training=True),
        twice=False,
    ),
    Case(
        "batch_norm_eval",
        ((5, 3), (3,), (3,)),
        lambda T, x, w, b: T.nn.functional.batch_norm(x, x[0].detach(), x[1].detach() ** 2 + 1, w, b),
        rough=True,
        twice=False,
    ),
    Case("normalize", (A,), lambda T, x: T.nn.functional.normalize(x), composed=True),
]
