"""Indexing, and writing by index."""

from __future__ import annotations

import warnings
from typing import Any

from cases.case import A, Case, Wrong, ints


def _assigned(x: Any, value: Any) -> Any:
    x[1] = value
    x[:, 2] = value[:3] * 2
    return x


def _masked(x: Any) -> Any:
    x[x > 0.5] = 0.25
    return x


def places(T: Any) -> Any:
    return T.tensor([[0, 0], [3, 1], [2, 0]])


def _zeroed(T: Any, a: Any, b: Any) -> Any:
    """A product with zeros among its factors."""
    zero = T.tensor([[0.0, 1.0], [1.0, 0.0], [0.0, 0.0]], dtype=b.dtype)
    return a.scatter_reduce(1, places(T), b * zero, "prod")


def reduced(T: Any, a: Any, b: Any, kind: str) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # PyTorch says once that index_reduce may change
        return T.index_reduce(a, 0, ints(T, 0, 2, 0), b, kind)


CASES = [
    Case("index_int", (A,), lambda T, a: a[1]),
    Case("index_negative", (A,), lambda T, a: a[-1, -2], composed=True),
    Case("index_slice", (A,), lambda T, a: a[:, 1:3]),
    Case("index_step", (A,), lambda T, a: a[::2, None, ...], composed=True),
    Case("index_ellipsis", ((2, 3, 4),), lambda T, a: a[..., 0], composed=True),
    Case("index_tensor", (A,), lambda T, a: a[ints(T, 0, 2, 0)]),
    Case("index_pairs", (A,), lambda T, a: a[ints(T, 0, 2), ints(T, 1, 1)]),
    Case("index_list", (A,), lambda T, a: a[[2, 0]]),
    Case("index_mask", (A,), lambda T, a: a[a > 0]),
    Case("index_mixed", ((2, 3, 4),), lambda T, a: a[:, ints(T, 2, 2, 1), 1:]),
    Case("gather", (A,), lambda T, a: a.gather(1, T.tensor([[0, 0], [3, 1], [2, 2]]))),
    Case("scatter", (A, (3, 2)), lambda T, a, b: a.scatter(1, T.tensor([[0, 1], [3, 1], [2, 0]]), b)),
    Case("scatter_add", (A, (3, 2)), lambda T, a, b: a.scatter_add(1, T.tensor([[0, 0], [3, 1], [2, 0]]), b)),
    Case("index_select", (A,), lambda T, a: a.index_select(1, ints(T, 3, 0, 3))),
    Case("masked_select", (A,), lambda T, a: a.masked_select(a > 0)),
    Case("take", (A,), lambda T, a: a.take(ints(T, 0, 5, 5))),
    Case("nonzero", (A,), lambda T, a: (a > 0).nonzero()),
    Case("setitem", (A, (4,)), lambda T, a, b: _assigned(a * 1, b), composed=True),
    Case("setitem_mask", (A,), lambda T, a: _masked(a * 1), composed=True, rough=True),
    Case("in_place", (A, A), lambda T, a, b: (a * 1).add_(b).mul_(2).sub_(b).div_(3)),
    Case("in_place_relu", (A,), lambda T, a: (a * 1).relu_() + (a * 2).tanh_()),
    Case("index_put", (A, (2,)), lambda T, a, b: T.index_put(a, (ints(T, 0, 2), ints(T, 1, 1)), b)),
    Case(
        "index_put_added",
        (A, (2,)),
        lambda T, a, b: a.index_put((ints(T, 1, 1), ints(T, 1, 1)), b, accumulate=True),
    ),
    Case("index_put_in_place", (A, ()), lambda T, a, b: (a * 1).index_put_((a > 0,), b), composed=True, rough=True),
    Case("scatter_value", (A,), lambda T, a: a.scatter(1, T.tensor([[0, 1], [3, 1], [2, 0]]), 0.5)),
    Case("scatter_added", (A,), lambda T, a: T.scatter(a.detach(), 1, places(T), 0.5, reduce="add")),
    Case("scatter_multiplied", (A,), lambda T, a: T.scatter(a.detach(), 1, places(T), 2.0, reduce="multiply")),
    Case("scatter_in_place", (A, (3, 2)), lambda T, a, b: (a * 1).scatter_(0, T.tensor([[0, 1], [2, 2], [1, 0]]), b)),
    Case("scatter_add_in_place", (A, (3, 2)), lambda T, a, b: (a * 1).scatter_add_(1, places(T), b)),
    *(
        Case(
            f"scatter_reduce_{kind}_{include}",
            (A, (3, 2)),
            lambda T, a, b, kind=kind, include=include: a.scatter_reduce(1, places(T), b, kind, include_self=include),
        )
        for kind in ("sum", "prod", "mean", "amax", "amin")
        for include in (True, False)
    ),
    Case("scatter_reduce_zeros", (A, (3, 2)), lambda T, a, b: _zeroed(T, a, b), composed=True, rough=True),
    Case("scatter_reduce_in_place", (A, (3, 2)), lambda T, a, b: (a * 1).scatter_reduce_(1, places(T), b, "sum")),
    Case("index_add", (A, (3, 3)), lambda T, a, b: T.index_add(a, 1, ints(T, 3, 0, 3), b, alpha=2)),
    Case("index_add_in_place", (A, (2, 4)), lambda T, a, b: (a * 1).index_add_(0, ints(T, 2, 2), b)),
    Case("index_copy", (A, (2, 4)), lambda T, a, b: T.index_copy(a, 0, ints(T, 2, 0), b)),
    Case("index_copy_in_place", (A, (3, 1)), lambda T, a, b: (a * 1).index_copy_(1, ints(T, 2), b)),
    Case("index_fill", (A,), lambda T, a: a.index_fill(1, ints(T, 0, 2), 0.5)),
    Case("index_fill_tensor", (A, ()), lambda T, a, b: T.index_fill(a, 1, ints(T, 0, 2), b)),
    Case("index_fill_in_place", (A,), lambda T, a: (a * 1).index_fill_(0, ints(T, 1), -1)),
    *(
        Case(
            f"index_reduce_{kind}",
            (A, (3, 4)),
            lambda T, a, b, kind=kind: reduced(T, a.detach(), b.detach(), kind),
        )
        for kind in ("prod", "mean", "amax", "amin")
    ),
    Case("put", (A, (3,)), lambda T, a, b: T.put(a, ints(T, 0, 5, -1), b)),
    Case("put_added", (A, (3,)), lambda T, a, b: a.put(ints(T, 0, 5, 5), b, accumulate=True)),
    Case("put_in_place", (A, (3,)), lambda T, a, b: (a * 1).put_(ints(T, 0, 5, 4), b)),
    Case("take_2d", (A,), lambda T, a: T.take(a, T.tensor([[0, -1], [3, 3]]))),
    Case("masked_select_broadcast", (A,), lambda T, a: T.masked_select(a, T.tensor([True, False, True, True]))),
    Case("masked_scatter", (A, (12,)), lambda T, a, b: a.masked_scatter(a > 0, b)),
    Case("masked_scatter_in_place", (A, A), lambda T, a, b: (a * 1).masked_scatter_(a > 0, b)),
    Case("take_along_dim", (A,), lambda T, a: T.take_along_dim(a, a.argsort(1), 1), composed=True),
    Case("take_along_dim_flat", (A,), lambda T, a: a.take_along_dim(ints(T, 1, 5)), composed=True),
    Case("where_places", (A,), lambda T, a: T.where(a > 0)[1]),
    Case("argwhere", (A,), lambda T, a: T.argwhere(a > 0)),
    Case("nonzero_tuple", (A,), lambda T, a: T.nonzero(a > 0, as_tuple=True)[0]),
    Case("unique", (A,), lambda T, a: T.unique(a.detach().round(), return_inverse=True, return_counts=True)[1]),
    Case("unique_counts", (A,), lambda T, a: a.detach().round().unique(return_counts=True)[1]),
    Case("unique_dim", (), lambda T: T.unique(T.tensor([[1, 2], [0, 1], [1, 2]]), dim=0)),
    Case("unique_consecutive", (), lambda T: T.unique_consecutive(ints(T, 1, 1, 2, 2, 1))),
    Case("unique_consecutive_more", (), lambda T: T.unique_consecutive(ints(T, 1, 1, 2), True, True)[1]),
    Case("bincount", (), lambda T: T.bincount(ints(T, 0, 3, 3), minlength=6)),
    Case("bincount_weights", ((3,),), lambda T, w: T.bincount(ints(T, 0, 3, 3), w.detach())),
    Case("histc", (A,), lambda T, a: T.histc(a.detach(), 5, -1, 1)),
    Case("histc_range", (A,), lambda T, a: a.detach().histc(4)),
    Case("histogram", (A,), lambda T, a: T.histogram(a.detach(), 4, range=(-2.0, 2.0)).hist),
    Case("histogram_edges", (A,), lambda T, a: a.detach().histogram(4, density=True).bin_edges, tolerance=1e-6),
    Case("searchsorted", (A, (5,)), lambda T, a, b: T.searchsorted(a.detach().sort(1)[0], a.detach())),
    Case("searchsorted_right", (), lambda T: T.searchsorted(ints(T, 1, 3, 3, 5), ints(T, 3, 0, 9), right=True)),
    Case("searchsorted_number", (), lambda T: T.searchsorted(ints(T, 1, 3, 3, 5), 3, side="right")),
    Case("bucketize", (A,), lambda T, a: T.bucketize(a.detach(), T.tensor([-1.0, 0.0, 1.0]), out_int32=True)),
    Case("isin", (), lambda T: T.isin(ints(T, 1, 2, 3), ints(T, 2, 5)) ^ T.isin(ints(T, 1, 2, 3), 3, invert=True)),
    Case("unravel_index", (), lambda T: T.unravel_index(ints(T, 5, 11), (3, 4))[1]),
]

WRONG = [
    Wrong("index_high", lambda T: T.ones(3)[3]),
    Wrong("index_many", lambda T: T.ones(3)[0, 0]),
    Wrong("index_float", lambda T: T.ones(3)[1.0]),
    Wrong("index_text", lambda T: T.ones(3)["a"]),
    Wrong("index_float_tensor", lambda T: T.ones(3)[T.ones(1)]),
    Wrong("index_tensor_high", lambda T: T.ones(3)[T.tensor([3])]),
    Wrong("index_mask_size", lambda T: T.ones(3)[T.tensor([True, False])]),
    Wrong("index_step", lambda T: T.ones(3)[::-1]),
    Wrong("index_zero_dim", lambda T: T.tensor(1.0)[0]),
    Wrong("setitem_shape", lambda T: T.ones(3).__setitem__(slice(0, 2), T.ones(3))),
    Wrong("gather_dims", lambda T: T.ones(2, 3).gather(0, T.tensor([0]))),
    Wrong("gather_high", lambda T: T.ones(2, 3).gather(0, T.tensor([[2]]))),
    Wrong("gather_type", lambda T: T.ones(2, 3).gather(0, T.ones(1, 1))),
    Wrong("gather_dim", lambda T: T.ones(2, 3).gather(2, T.tensor([[0]]))),
    Wrong("gather_size", lambda T: T.ones(2, 3).gather(0, T.zeros(1, 4, dtype=T.int64))),
    Wrong("scatter_high", lambda T: T.ones(2, 3).scatter(0, T.tensor([[2]]), 1.0)),
    Wrong("scatter_type", lambda T: T.ones(2, 3).scatter(0, T.tensor([[0]]), T.ones(1, 1, dtype=T.float64))),
    Wrong("scatter_add_size", lambda T: T.ones(2, 3).scatter_add(0, T.tensor([[0, 1]]), T.ones(1, 1))),
    Wrong("scatter_reduce_kind", lambda T: T.ones(2).scatter_reduce(0, T.tensor([0]), T.ones(1), "median")),
    Wrong("index_select_high", lambda T: T.ones(3).index_select(0, T.tensor([3]))),
    Wrong("index_select_matrix", lambda T: T.ones(3).index_select(0, T.tensor([[1]]))),
    Wrong("index_select_type", lambda T: T.ones(3).index_select(0, T.ones(1))),
    Wrong("index_add_size", lambda T: T.ones(3).index_add(0, T.tensor([1]), T.ones(2))),
    Wrong("take_high", lambda T: T.ones(3).take(T.tensor([3]))),
    Wrong("put_number", lambda T: T.ones(3).put(T.tensor([1]), T.ones(2))),
    Wrong("masked_select_type", lambda T: T.ones(3).masked_select(T.ones(3))),
    Wrong("masked_fill_type", lambda T: T.ones(3).masked_fill(T.ones(3), 0)),
    Wrong("bincount_negative", lambda T: T.bincount(T.tensor([-1]))),
    Wrong("bincount_matrix", lambda T: T.bincount(T.tensor([[1]]))),
    Wrong("histc_bins", lambda T: T.histc(T.ones(3), 0)),
    Wrong("bucketize_matrix", lambda T: T.bucketize(T.ones(3), T.ones(2, 2))),
    Wrong("where_condition", lambda T: T.where(T.ones(2), T.ones(2), T.ones(2))),
    Wrong("where_sizes", lambda T: T.where(T.ones(2) > 0, T.ones(3), T.ones(2))),
]
