"""Joining and splitting."""

from __future__ import annotations

from cases.case import A, Case, Wrong, ints

CASES = [
    Case("cat", (A, (2, 4)), lambda T, a, b: T.cat([a, b], 0)),
    Case("cat_1", (A, (3, 2)), lambda T, a, b: T.cat((a, b), dim=1), composed=True),
    Case("stack", (A, A), lambda T, a, b: T.stack([a, b], 1)),
    Case("split", ((5, 2),), lambda T, a: a.split(2)[1] * a.split([1, 4])[0]),
    Case("chunk", ((5, 2),), lambda T, a: a.chunk(2)[1]),
    Case("unbind", (A,), lambda T, a: a.unbind(1)[2]),
    Case("iterate", (A,), lambda T, a: sum(row.sum() * i for i, row in enumerate(a))),
    Case("tile", (A,), lambda T, a: T.tile(a, (2,)), composed=True),
    Case("repeat_interleave", (A,), lambda T, a: a.repeat_interleave(2, dim=1), composed=True),
    Case("cat_types", (A,), lambda T, a: T.concat([a, T.ones(1, 4, dtype=T.int64)]), composed=True),
    Case("hstack", (A, (3, 2)), lambda T, a, b: T.hstack([a, b]), composed=True),
    Case("vstack", (A, (4,)), lambda T, a, b: T.vstack((a, b)), composed=True),
    Case("row_stack", (A, A), lambda T, a, b: T.row_stack((a, b)), composed=True),
    Case("dstack", (A, A), lambda T, a, b: T.dstack([a, b]), composed=True),
    Case("column_stack", ((3,), A), lambda T, a, b: T.column_stack([a, b]), composed=True),
    Case("tensor_split", ((7, 2),), lambda T, a: a.tensor_split(3)[0] + T.tensor_split(a, (2, 5))[1][0], composed=True),
    Case("hsplit", (A,), lambda T, a: T.hsplit(a, 2)[1], composed=True),
    Case("vsplit", ((4, 2),), lambda T, a: T.vsplit(a, [1, 3])[1], composed=True),
    Case("dsplit", ((2, 3, 4),), lambda T, a: a.dsplit(2)[0], composed=True),
    Case("split_with_sizes", ((5, 2),), lambda T, a: T.split_with_sizes(a, [2, 3])[1], composed=True),
    Case("repeat_interleave_each", (A,), lambda T, a: a.repeat_interleave(ints(T, 1, 0, 3), dim=0), composed=True),
    Case("block_diag", (A, (2,)), lambda T, a, b: T.block_diag(a, b), composed=True),
    Case("cartesian_prod", ((3,), (2,)), lambda T, a, b: T.cartesian_prod(a, b), composed=True),
    Case("combinations", ((4,),), lambda T, a: T.combinations(a, 3), composed=True),
    Case("combinations_again", ((3,),), lambda T, a: T.combinations(a, with_replacement=True), composed=True),
    Case("vander", ((3,),), lambda T, a: T.vander(a.detach(), 4, increasing=True)),
]

WRONG = [
    Wrong("cat_sizes", lambda T: T.cat([T.ones(2, 3), T.ones(3, 2)])),
    Wrong("cat_dims", lambda T: T.cat([T.ones(2, 3), T.ones(3)])),
    Wrong("cat_zero_dim", lambda T: T.cat([T.tensor(1.0)])),
    Wrong("cat_tensor", lambda T: T.cat(T.ones(2))),
    Wrong("cat_number", lambda T: T.cat([T.ones(2), 1])),
    Wrong("cat_dim", lambda T: T.cat([T.ones(2), T.ones(2)], 1)),
    Wrong("stack_sizes", lambda T: T.stack([T.ones(2), T.ones(3)])),
    Wrong("stack_nothing", lambda T: T.stack([])),
    Wrong("split_sizes", lambda T: T.ones(5).split([2, 2])),
    Wrong("split_negative", lambda T: T.ones(5).split(-1)),
    Wrong("split_zero_dim", lambda T: T.tensor(1.0).split(1)),
    Wrong("chunk_zero", lambda T: T.ones(5).chunk(0)),
    Wrong("hsplit_uneven", lambda T: T.hsplit(T.ones(2, 5), 2)),
    Wrong("vsplit_vector", lambda T: T.vsplit(T.ones(4), 2)),
    Wrong("tensor_split_zero", lambda T: T.ones(4).tensor_split(0)),
    Wrong("repeat_few", lambda T: T.ones(2, 3).repeat(2)),
    Wrong("repeat_interleave_sizes", lambda T: T.ones(3).repeat_interleave(T.tensor([1, 2]), dim=0)),
    Wrong("unbind_dim", lambda T: T.ones(3).unbind(1)),
]
