"""Tables read by integers, bilinear forms and distances."""

from __future__ import annotations

from typing import Any

from cases.case import A, Case, Wrong, ints

W = (5, 3)
INF = float("inf")


def look_up(T: Any, w: Any, **options: Any) -> Any:
    return T.nn.functional.embedding(T.tensor([[0, 4, 1], [4, 2, 4]]), w, **options)


def bag(T: Any, w: Any, *weights: Any, **options: Any) -> Any:
    """Two bags of three."""
    if weights:
        options |= {"per_sample_weights": weights[0], "mode": "sum"}
    return T.nn.functional.embedding_bag(T.tensor([[0, 4, 1], [4, 2, 4]]), w, **options)


def bags(T: Any, w: Any, *weights: Any, **options: Any) -> Any:
    """Bags of 2, 0, 3 and 0."""
    if weights:
        options |= {"per_sample_weights": weights[0], "mode": "sum"}
    return T.nn.functional.embedding_bag(ints(T, 1, 3, 3, 0, 3), w, ints(T, 0, 2, 2, 5), **options)


def short(T: Any, w: Any, function: Any, **options: Any) -> Any:
    """Rows shortened in place in a copy of `w`, which is told from the graph: what is read, and the copy."""
    table = w.detach().clone()
    return T.cat([function(T, table, **options).reshape(-1), table.reshape(-1)])


CASES = [
    Case("embedding", (W,), look_up),
    Case("embedding_pad", (W,), lambda T, w: look_up(T, w, padding_idx=-1), rough=True),
    Case("embedding_by_frequency", (W,), lambda T, w: look_up(T, w, scale_grad_by_freq=True), rough=True),
    Case("embedding_short", (W,), lambda T, w: short(T, w, look_up, max_norm=1.0)),
    Case("embedding_short_1", (W,), lambda T, w: short(T, w, look_up, max_norm=1.5, norm_type=1.0)),
    Case("embedding_one", (W,), lambda T, w: T.nn.functional.embedding(T.tensor(3), w)),
    Case("embedding_none", (W,), lambda T, w: T.nn.functional.embedding(T.zeros(0, 2, dtype=T.int64), w)),
    Case("one_hot", (), lambda T: T.nn.functional.one_hot(ints(T, 0, 2, 1), 4)),
    Case("one_hot_as_many_as_needed", (), lambda T: T.nn.functional.one_hot(T.tensor([[0, 2], [1, 1]]))),
    Case("embedding_bag_sum", (W,), lambda T, w: bag(T, w, mode="sum")),
    Case("embedding_bag_mean", (W,), bag),
    Case("embedding_bag_max", (W,), lambda T, w: bag(T, w, mode="max")),
    Case("embedding_bag_weights", (W, (2, 3)), bag),
    Case("embedding_bag_pad", (W,), lambda T, w: bag(T, w, padding_idx=4)),
    Case("embedding_bag_pad_sum", (W,), lambda T, w: bag(T, w, padding_idx=-1, mode="sum")),
    Case("embedding_bag_pad_max", (W,), lambda T, w: bag(T, w, padding_idx=4, mode="max")),
    Case("embedding_bag_pad_weights", (W, (2, 3)), lambda T, w, s: bag(T, w, s, padding_idx=4)),
    Case("embedding_bag_by_frequency", (W,), lambda T, w: bag(T, w, mode="sum", scale_grad_by_freq=True), rough=True),
    Case("embedding_bag_mean_by_frequency", (W,), lambda T, w: bag(T, w, scale_grad_by_freq=True), rough=True),
    Case("embedding_bag_short", (W,), lambda T, w: short(T, w, bag, max_norm=1.0, mode="max")),
    Case("embedding_bags", (W,), bags),
    Case("embedding_bags_sum", (W,), lambda T, w: bags(T, w, mode="sum")),
    Case("embedding_bags_max", (W,), lambda T, w: bags(T, w, mode="max")),
    Case("embedding_bags_weights", (W, (5,)), bags),
    Case("embedding_bags_last_offset", (W,), lambda T, w: bags(T, w, include_last_offset=True)),
    Case("embedding_bags_pad", (W,), lambda T, w: bags(T, w, padding_idx=3)),
    Case(
        "bilinear",
        ((2, 3), (2, 4), (5, 3, 4), (5,)),
        lambda T, x, y, w, b: T.nn.functional.bilinear(x, y, w, b),
    ),
    Case(
        "bilinear_no_bias",
        ((2, 1, 3), (2, 1, 4), (5, 3, 4)),
        lambda T, x, y, w: T.nn.functional.bilinear(x, y, w),
        composed=True,
    ),
    *[
        Case(f"cdist_{p}", (A, (2, 4)), lambda T, x, y, p=p: T.cdist(x, y, p=p), single=1e-4)
        for p in (1.0, 2.0, 3.0, 1.5, INF)
    ],
    Case("cdist_0", (A, (2, 4)), lambda T, x, y: T.cdist(x, y, p=0.0)),
    Case("cdist_half", (A, (2, 4)), lambda T, x, y: T.cdist(x, y, p=0.5), single=1e-4),
    Case("cdist_batches", ((2, 3, 4), (1, 2, 4)), lambda T, x, y: T.cdist(x, y)),
    Case("cdist_many", ((26, 2), (3, 2)), lambda T, x, y: T.cdist(x, y), composed=True, single=1e-3),
    *[
        # Differences and distances of zero have no derivative; what PyTorch puts there is compared.
        Case(f"cdist_zeros_{p}", (A,), lambda T, x, p=p: T.cdist(x.round(), x.detach().round(), p=p), rough=True)
        for p in (1.0, 2.0, 3.0, 1.5, 0.5, INF)
    ],
]


def _bag(T: Any, input: Any, *offsets: Any, **options: Any) -> Any:
    return T.nn.functional.embedding_bag(T.tensor(input), T.zeros(*W), *[ints(T, *o) for o in offsets], **options)


def _embedding(T: Any, input: Any, shape: Any = W, **options: Any) -> Any:
    return T.nn.functional.embedding(T.tensor(input), T.zeros(*shape), **options)


def _cdist(T: Any, first: Any, second: Any, **options: Any) -> Any:
    return T.cdist(T.zeros(*first), T.zeros(*second), **options)


def _bilinear(T: Any, *shapes: Any) -> Any:
    return T.nn.functional.bilinear(*[T.zeros(*shape) for shape in shapes])


WRONG = [
    Wrong("embedding_row", lambda T: _embedding(T, [0, 5])),
    Wrong("embedding_negative_row", lambda T: _embedding(T, [-1])),
    Wrong("embedding_floats", lambda T: _embedding(T, [0.0])),
    Wrong("embedding_padding", lambda T: _embedding(T, [0], padding_idx=5)),
    Wrong("embedding_vector", lambda T: _embedding(T, [0], shape=(3,))),
    Wrong("embedding_module_padding", lambda T: T.nn.Embedding(3, 2, padding_idx=5)),
    Wrong("embedding_module_weight", lambda T: T.nn.Embedding(3, 2, _weight=T.zeros(2, 2))),
    Wrong("embedding_pretrained", lambda T: T.nn.Embedding.from_pretrained(T.zeros(2))),
    Wrong("embedding_bag_mode", lambda T: _bag(T, [[0]], mode="median")),
    Wrong("embedding_bag_no_offsets", lambda T: _bag(T, [0])),
    Wrong("embedding_bag_two_offsets", lambda T: _bag(T, [[0]], [0])),
    Wrong("embedding_bag_dims", lambda T: _bag(T, [[[0]]])),
    Wrong("embedding_bag_start", lambda T: _bag(T, [0, 1], [1])),
    Wrong("embedding_bag_end", lambda T: _bag(T, [0, 1], [0, 3])),
    Wrong("embedding_bag_decreasing", lambda T: _bag(T, [0, 1, 2], [0, 2, 1])),
    Wrong("embedding_bag_row", lambda T: _bag(T, [[0, 5]])),
    Wrong("embedding_bag_negative_row", lambda T: _bag(T, [[0, -1]], mode="sum")),
    Wrong("embedding_bag_floats", lambda T: _bag(T, [[0.0]])),
    Wrong("embedding_bag_padding", lambda T: _bag(T, [[0]], padding_idx=5)),
    Wrong("embedding_bag_weights_of_a_mean", lambda T: _bag(T, [[0]], per_sample_weights=T.zeros(1, 1))),
    Wrong("embedding_bag_weights_shape", lambda T: _bag(T, [[0]], per_sample_weights=T.zeros(1, 2), mode="sum")),
    Wrong("embedding_bag_max_by_frequency", lambda T: _bag(T, [[0]], mode="max", scale_grad_by_freq=True)),
    Wrong("one_hot_few", lambda T: T.nn.functional.one_hot(ints(T, 0, 3), 2)),
    Wrong("one_hot_negative", lambda T: T.nn.functional.one_hot(ints(T, -1, 3))),
    Wrong("one_hot_floats", lambda T: T.nn.functional.one_hot(T.tensor([1.0]))),
    Wrong("one_hot_empty", lambda T: T.nn.functional.one_hot(T.zeros(0, dtype=T.int64))),
    Wrong("bilinear_size", lambda T: _bilinear(T, (2, 3), (2, 4), (5, 3, 3))),
    Wrong("bilinear_first_size", lambda T: _bilinear(T, (2, 3), (2, 4), (5, 2, 4))),
    Wrong("bilinear_batch", lambda T: _bilinear(T, (2, 3), (3, 4), (5, 3, 4))),
    Wrong("bilinear_bias", lambda T: _bilinear(T, (2, 3), (2, 4), (5, 3, 4), (4,))),
    Wrong("bilinear_module", lambda T: T.nn.Bilinear(0, 2, 3)),
    Wrong("cdist_columns", lambda T: _cdist(T, (2, 3), (3, 4))),
    Wrong("cdist_vector", lambda T: _cdist(T, (3,), (3, 3))),
    Wrong("cdist_negative", lambda T: _cdist(T, (3, 3), (3, 3), p=-1.0)),
    Wrong("cdist_batches", lambda T: _cdist(T, (2, 3, 3), (3, 3, 3))),
    Wrong("cdist_integers", lambda T: T.cdist(T.zeros(2, 3, dtype=T.int64), T.zeros(2, 3))),
    Wrong("cdist_types", lambda T: T.cdist(T.zeros(2, 3).double(), T.zeros(2, 3))),
    Wrong("cdist_mode", lambda T: _cdist(T, (3, 3), (3, 3), compute_mode="fast")),
]
