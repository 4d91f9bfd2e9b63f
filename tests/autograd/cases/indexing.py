"""Indexing, and writing by index."""

from __future__ import annotations

from typing import Any

from cases.case import A, Case, ints


def _assigned(x: Any, value: Any) -> Any:
    x[1] = value
    x[:, 2] = value[:3] * 2
    return x


def _masked(x: Any) -> Any:
    x[x > 0.5] = 0.25
    return x


CASES = [
    Case("index_int", (A,), lambda T, a: a[1], twice=False),
    Case("index_negative", (A,), lambda T, a: a[-1, -2], composed=True, twice=False),
    Case("index_slice", (A,), lambda T, a: a[:, 1:3], twice=False),
    Case("index_step", (A,), lambda T, a: a[::2, None, ...], composed=True, twice=False),
    Case("index_ellipsis", ((2, 3, 4),), lambda T, a: a[..., 0], composed=True, twice=False),
    Case("index_tensor", (A,), lambda T, a: a[ints(T, 0, 2, 0)], twice=False),
    Case("index_pairs", (A,), lambda T, a: a[ints(T, 0, 2), ints(T, 1, 1)], twice=False),
    Case("index_list", (A,), lambda T, a: a[[2, 0]], twice=False),
    Case("index_mask", (A,), lambda T, a: a[a > 0], twice=False),
    Case("index_mixed", ((2, 3, 4),), lambda T, a: a[:, ints(T, 2, 2, 1), 1:], twice=False),
    Case("gather", (A,), lambda T, a: a.gather(1, T.tensor([[0, 0], [3, 1], [2, 2]])), twice=False),
    Case("scatter", (A, (3, 2)), lambda T, a, b: a.scatter(1, T.tensor([[0, 1], [3, 1], [2, 0]]), b), twice=False),
    Case(
        "scatter_add", (A, (3, 2)), lambda T, a, b: a.scatter_add(1, T.tensor([[0, 0], [3, 1], [2, 0]]), b), twice=False
    ),
    Case("index_select", (A,), lambda T, a: a.index_select(1, ints(T, 3, 0, 3)), twice=False),
    Case("masked_select", (A,), lambda T, a: a.masked_select(a > 0), composed=True, twice=False),
    Case("take", (A,), lambda T, a: a.take(ints(T, 0, 5, 5)), composed=True, twice=False),
    Case("nonzero", (A,), lambda T, a: (a > 0).nonzero()),
    Case("setitem", (A, (4,)), lambda T, a, b: _assigned(a * 1, b), composed=True, twice=False),
    Case("setitem_mask", (A,), lambda T, a: _masked(a * 1), composed=True, rough=True, twice=False),
    Case("in_place", (A, A), lambda T, a, b: (a * 1).add_(b).mul_(2).sub_(b).div_(3)),
    Case("in_place_relu", (A,), lambda T, a: (a * 1).relu_() + (a * 2).tanh_()),
]
