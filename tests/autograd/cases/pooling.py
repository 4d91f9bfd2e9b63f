"""Pooling."""

from __future__ import annotations

from cases.case import Case

IMAGE = (2, 3, 8, 9)

CASES = [
    Case("max_pool2d", (IMAGE,), lambda T, x: T.nn.functional.max_pool2d(x, 2), twice=False),
    Case("max_pool2d_overlap", (IMAGE,), lambda T, x: T.nn.functional.max_pool2d(x, 3, 2, 1), twice=False),
    Case("max_pool2d_ceil", (IMAGE,), lambda T, x: T.nn.functional.max_pool2d(x, 2, ceil_mode=True), twice=False),
    Case("max_pool2d_indices", (IMAGE,), lambda T, x: T.nn.functional.max_pool2d(x, 2, return_indices=True)[1]),
    Case("max_pool1d", ((2, 3, 9),), lambda T, x: T.nn.functional.max_pool1d(x, 3, 2), composed=True, twice=False),
    Case("avg_pool2d", (IMAGE,), lambda T, x: T.nn.functional.avg_pool2d(x, 2), twice=False),
    Case("avg_pool2d_pad", (IMAGE,), lambda T, x: T.nn.functional.avg_pool2d(x, 3, 2, 1, True, False), twice=False),
    Case("avg_pool2d_ceil", (IMAGE,), lambda T, x: T.nn.functional.avg_pool2d(x, 3, 2, 1, True), twice=False),
    Case("adaptive_avg_pool2d", (IMAGE,), lambda T, x: T.nn.functional.adaptive_avg_pool2d(x, (3, 4)), twice=False),
    Case("adaptive_avg_pool2d_1", (IMAGE,), lambda T, x: T.nn.functional.adaptive_avg_pool2d(x, 1)),
]
