"""Every op once or more: a name, the shapes of its float inputs, and the call, written for either library.

A call gets the library (`torch` or `autograd`) and its tensors. An input named by a range, as `(0.1, 2.0)` after the
shape, is drawn from it; otherwise from -2 to 2.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple


class Case(NamedTuple):
    """One call to compare."""

    name: str
    inputs: tuple[Any, ...]
    call: Callable[..., Any]


def _i(T: Any, *values: Any) -> Any:
    return T.tensor(list(values))


POSITIVE = (0.1, 2.0)
UNIT = (0.05, 0.95)
A, B = (3, 4), (4, 5)

ELEMENTWISE = [
    Case("add", (A, A), lambda T, a, b: a + b),
    Case("add_broadcast", (A, (4,)), lambda T, a, b: a + b),
    Case("add_column", ((3, 1), (1, 4)), lambda T, a, b: a + b),
    Case("add_scalar", (A,), lambda T, a: 2 + a),
    Case("add_alpha", (A, A), lambda T, a, b: T.add(a, b, alpha=3)),
    Case("sub", (A, (4,)), lambda T, a, b: a - b),
    Case("sub_alpha", (A, A), lambda T, a, b: T.sub(a, b, alpha=0.5)),
    Case("rsub", (A,), lambda T, a: 1.5 - a),
    Case("mul", (A, (3, 1)), lambda T, a, b: a * b),
    Case("mul_scalar", (A,), lambda T, a: 3 * a * 0.5),
    Case("mul_zero_dim", (A, ()), lambda T, a, b: a * b),
    Case("div", (A, (A, POSITIVE)), lambda T, a, b: a / b),
    Case("div_scalar", (A,), lambda T, a: a / 3),
    Case("rdiv", ((A, POSITIVE),), lambda T, a: 2 / a),
    Case("pow_2", (A,), lambda T, a: a**2),
    Case("pow_3", (A,), lambda T, a: a**3),
    Case("pow_half", ((A, POSITIVE),), lambda T, a: a**0.5),
    Case("pow_0", (A,), lambda T, a: a**0),
    Case("pow_tensor", ((A, POSITIVE), A), lambda T, a, b: a**b),
    Case("pow_of_number", (A,), lambda T, a: 2**a),
    Case("maximum", (A, A), lambda T, a, b: T.maximum(a, b)),
    Case("minimum", (A, (4,)), lambda T, a, b: T.minimum(a, b)),
    Case("maximum_ties", (A,), lambda T, a: T.maximum(a, a * 1)),
    Case("remainder", (A,), lambda T, a: a % 0.7),
    Case("neg", (A,), lambda T, a: -a),
    Case("exp", (A,), lambda T, a: a.exp()),
    Case("expm1", (A,), lambda T, a: T.expm1(a)),
    Case("log", ((A, POSITIVE),), lambda T, a: a.log()),
    Case("log2", ((A, POSITIVE),), lambda T, a: a.log2()),
    Case("log10", ((A, POSITIVE),), lambda T, a: a.log10()),
    Case("log1p", ((A, POSITIVE),), lambda T, a: a.log1p()),
    Case("sqrt", ((A, POSITIVE),), lambda T, a: a.sqrt()),
    Case("rsqrt", ((A, POSITIVE),), lambda T, a: a.rsqrt()),
    Case("reciprocal", ((A, POSITIVE),), lambda T, a: a.reciprocal()),
    Case("abs", (A,), lambda T, a: abs(a)),
    Case("sign", (A,), lambda T, a: a.sign()),
    Case("floor", (A,), lambda T, a: a.floor()),
    Case("ceil", (A,), lambda T, a: a.ceil()),
    Case("round", (A,), lambda T, a: a.round()),
    Case("trunc", (A,), lambda T, a: a.trunc()),
    Case("sin", (A,), lambda T, a: a.sin()),
    Case("cos", (A,), lambda T, a: a.cos()),
    Case("tan", ((A, (-1.0, 1.0)),), lambda T, a: a.tan()),
    Case("square", (A,), lambda T, a: T.square(a)),
    Case("clamp", (A,), lambda T, a: a.clamp(-0.5, 1)),
    Case("clamp_min", (A,), lambda T, a: a.clamp(min=0.2)),
    Case("where", (A, (4,)), lambda T, a, b: T.where(a > 0, a, b)),
    Case("where_number", (A,), lambda T, a: T.where(a > 0, a, 0.5)),
    Case("masked_fill", (A,), lambda T, a: a.masked_fill(a > 0, -3.0)),
    Case("lerp", (A, A), lambda T, a, b: T.lerp(a, b, 0.3)),
    Case("clone", (A,), lambda T, a: a.clone()),
    Case("erf", (A,), lambda T, a: T.erf(a)),
    Case("cast", (A,), lambda T, a: a.to(T.float32).to(T.float64)),
]

ACTIVATIONS = [
    Case("relu", (A,), lambda T, a: T.relu(a)),
    Case("sigmoid", (A,), lambda T, a: a.sigmoid()),
    Case("tanh", (A,), lambda T, a: a.tanh()),
    Case("leaky_relu", (A,), lambda T, a: T.nn.functional.leaky_relu(a, 0.2)),
    Case("elu", (A,), lambda T, a: T.nn.functional.elu(a, 1.5)),
    Case("silu", (A,), lambda T, a: T.nn.functional.silu(a)),
    Case("softplus", (A,), lambda T, a: T.nn.functional.softplus(a, 2.0, 3.0)),
    Case("gelu", (A,), lambda T, a: T.nn.functional.gelu(a)),
    Case("gelu_tanh", (A,), lambda T, a: T.nn.functional.gelu(a, approximate="tanh")),
    Case("relu6", (((5, 5), (-3.0, 9.0)),), lambda T, a: T.nn.functional.relu6(a)),
    Case("logsigmoid", (A,), lambda T, a: T.nn.functional.logsigmoid(a)),
    Case("softmax", (A,), lambda T, a: a.softmax(1)),
    Case("softmax_0", (A,), lambda T, a: T.softmax(a, dim=0)),
    Case("log_softmax", ((2, 3, 4),), lambda T, a: T.log_softmax(a, -1)),
]

REDUCTIONS = [
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
    Case("max_ties", ((4,),), lambda T, a: (a.sign()).max() * a.sum()),
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
    Case("median", ((7,),), lambda T, a: a.median()),
    Case("all", (A,), lambda T, a: (a > 0).all(1)),
    Case("any", (A,), lambda T, a: (a > 0).any()),
]

PRODUCTS = [
    Case("mm", (A, B), lambda T, a, b: a @ b),
    Case("mv", (A, (4,)), lambda T, a, b: a @ b),
    Case("vm", ((3,), A), lambda T, a, b: a @ b),
    Case("dot", ((4,), (4,)), lambda T, a, b: a @ b),
    Case("bmm", ((2, 3, 4), (2, 4, 5)), lambda T, a, b: T.bmm(a, b)),
    Case("matmul_broadcast", ((2, 1, 3, 4), (3, 4, 5)), lambda T, a, b: a @ b),
    Case("matmul_batch_matrix", ((2, 3, 4), B), lambda T, a, b: T.matmul(a, b)),
    Case("matmul_batch_vector", ((2, 3, 4), (4,)), lambda T, a, b: a @ b),
    Case("matmul_vector_batch", ((3,), (2, 3, 4)), lambda T, a, b: a @ b),
    Case("linear", (A, (5, 4), (5,)), lambda T, x, w, b: T.nn.functional.linear(x, w, b)),
    Case("linear_no_bias", (A, (5, 4)), lambda T, x, w: T.nn.functional.linear(x, w)),
    Case("linear_3d", ((2, 3, 4), (5, 4), (5,)), lambda T, x, w, b: T.nn.functional.linear(x, w, b)),
    Case("linear_1d", ((4,), (5, 4), (5,)), lambda T, x, w, b: T.nn.functional.linear(x, w, b)),
    Case("addmm", ((5,), A, B), lambda T, c, a, b: T.addmm(c, a, b, beta=0.5, alpha=2)),
    Case("outer", ((3,), (4,)), lambda T, a, b: T.outer(a, b)),
    Case("einsum", (A, B), lambda T, a, b: T.einsum("ij,jk->ik", a, b)),
    Case("einsum_batch", ((2, 3, 4), (2, 5, 4)), lambda T, a, b: T.einsum("bid,bjd->bij", a, b)),
    Case("einsum_sum", (A, A), lambda T, a, b: T.einsum("ij,ij->", a, b)),
]

SHAPES = [
    Case("view", (A,), lambda T, a: a.view(2, -1)),
    Case("reshape", (A,), lambda T, a: a.t().reshape(6, 2)),
    Case("flatten", ((2, 3, 4),), lambda T, a: a.flatten(1)),
    Case("unflatten", ((2, 12),), lambda T, a: a.unflatten(1, (3, -1))),
    Case("squeeze", ((2, 1, 3, 1),), lambda T, a: a.squeeze()),
    Case("squeeze_dim", ((2, 1, 3),), lambda T, a: a.squeeze(1).squeeze(0)),
    Case("unsqueeze", (A,), lambda T, a: a.unsqueeze(-1)),
    Case("transpose", ((2, 3, 4),), lambda T, a: a.transpose(0, 2)),
    Case("t", (A,), lambda T, a: a.t() * 2),
    Case("T", (A,), lambda T, a: a.T),
    Case("permute", ((2, 3, 4),), lambda T, a: a.permute(2, 0, 1)),
    Case("movedim", ((2, 3, 4),), lambda T, a: a.movedim(0, 2)),
    Case("expand", ((3, 1),), lambda T, a: a.expand(2, -1, 4)),
    Case("cat", (A, (2, 4)), lambda T, a, b: T.cat([a, b], 0)),
    Case("cat_1", (A, (3, 2)), lambda T, a, b: T.cat((a, b), dim=1)),
    Case("stack", (A, A), lambda T, a, b: T.stack([a, b], 1)),
    Case("split", ((5, 2),), lambda T, a: a.split(2)[1] * a.split([1, 4])[0]),
    Case("chunk", ((5, 2),), lambda T, a: a.chunk(2)[1]),
    Case("unbind", (A,), lambda T, a: a.unbind(1)[2]),
    Case("iterate", (A,), lambda T, a: sum(row.sum() * i for i, row in enumerate(a))),
    Case("repeat", (A,), lambda T, a: a.repeat(2, 1, 3)),
    Case("tile", (A,), lambda T, a: T.tile(a, (2,))),
    Case("repeat_interleave", (A,), lambda T, a: a.repeat_interleave(2, dim=1)),
    Case("flip", (A,), lambda T, a: a.flip(0, 1)),
    Case("roll", (A,), lambda T, a: a.roll(1, 0)),
    Case("roll_flat", (A,), lambda T, a: T.roll(a, 2)),
    Case("pad", (A,), lambda T, a: T.nn.functional.pad(a, (1, 2, 0, 1), value=0.5)),
    Case("pad_negative", (A,), lambda T, a: T.nn.functional.pad(a, (-1, 1))),
    Case("tril", (A,), lambda T, a: a.tril()),
    Case("triu", (A,), lambda T, a: a.triu(1)),
    Case("diagonal", (A,), lambda T, a: a.diagonal(1)),
    Case("diag", ((3,),), lambda T, a: T.diag(a, 1)),
    Case("diag_of", (A,), lambda T, a: T.diag(a)),
    Case("meshgrid", ((3,), (4,)), lambda T, a, b: T.meshgrid(a, b, indexing="xy")[1]),
]

INDEXING = [
    Case("index_int", (A,), lambda T, a: a[1]),
    Case("index_negative", (A,), lambda T, a: a[-1, -2]),
    Case("index_slice", (A,), lambda T, a: a[:, 1:3]),
    Case("index_step", (A,), lambda T, a: a[::2, None, ...]),
    Case("index_ellipsis", ((2, 3, 4),), lambda T, a: a[..., 0]),
    Case("index_tensor", (A,), lambda T, a: a[_i(T, 0, 2, 0)]),
    Case("index_pairs", (A,), lambda T, a: a[_i(T, 0, 2), _i(T, 1, 1)]),
    Case("index_list", (A,), lambda T, a: a[[2, 0]]),
    Case("index_mask", (A,), lambda T, a: a[a > 0]),
    Case("index_mixed", ((2, 3, 4),), lambda T, a: a[:, _i(T, 2, 2, 1), 1:]),
    Case("gather", (A,), lambda T, a: a.gather(1, T.tensor([[0, 0], [3, 1], [2, 2]]))),
    Case("scatter", (A, (3, 2)), lambda T, a, b: a.scatter(1, T.tensor([[0, 1], [3, 1], [2, 0]]), b)),
    Case("scatter_add", (A, (3, 2)), lambda T, a, b: a.scatter_add(1, T.tensor([[0, 0], [3, 1], [2, 0]]), b)),
    Case("index_select", (A,), lambda T, a: a.index_select(1, _i(T, 3, 0, 3))),
    Case("masked_select", (A,), lambda T, a: a.masked_select(a > 0)),
    Case("take", (A,), lambda T, a: a.take(_i(T, 0, 5, 5))),
    Case("embedding", ((5, 3),), lambda T, w: T.nn.functional.embedding(T.tensor([[0, 4], [4, 2]]), w)),
    Case("embedding_pad", ((5, 3),), lambda T, w: T.nn.functional.embedding(_i(T, 0, 4), w, padding_idx=-1)),
    Case("one_hot", (), lambda T: T.nn.functional.one_hot(_i(T, 0, 2, 1), 4)),
    Case("nonzero", (A,), lambda T, a: (a > 0).nonzero()),
    Case("setitem", (A, (4,)), lambda T, a, b: _assigned(a * 1, b)),
    Case("setitem_mask", (A,), lambda T, a: _masked(a * 1)),
    Case("in_place", (A, A), lambda T, a, b: (a * 1).add_(b).mul_(2).sub_(b).div_(3)),
    Case("in_place_relu", (A,), lambda T, a: (a * 1).relu_() + (a * 2).tanh_()),
]


def _assigned(x: Any, value: Any) -> Any:
    x[1] = value
    x[:, 2] = value[:3] * 2
    return x


def _masked(x: Any) -> Any:
    x[x > 0.5] = 0.25
    return x


def _f(name: str) -> Callable[[Any], Any]:
    return lambda T: getattr(T.nn.functional, name)


IMAGE = (2, 3, 8, 9)
LAYERS = [
    Case("conv2d", (IMAGE, (4, 3, 3, 3), (4,)), lambda T, x, w, b: _f("conv2d")(T)(x, w, b)),
    Case("conv2d_5", (IMAGE, (4, 3, 5, 2)), lambda T, x, w: _f("conv2d")(T)(x, w)),
    Case("conv2d_pad", (IMAGE, (4, 3, 3, 3), (4,)), lambda T, x, w, b: _f("conv2d")(T)(x, w, b, padding=1)),
    Case("conv2d_same", (IMAGE, (4, 3, 3, 5)), lambda T, x, w: _f("conv2d")(T)(x, w, padding="same")),
    Case("conv2d_stride", (IMAGE, (4, 3, 3, 3), (4,)), lambda T, x, w, b: _f("conv2d")(T)(x, w, b, 2, (1, 0))),
    Case("conv2d_dilated", (IMAGE, (4, 3, 3, 3)), lambda T, x, w: _f("conv2d")(T)(x, w, dilation=(2, 1))),
    Case("conv2d_groups", ((2, 4, 6, 6), (6, 2, 3, 3), (6,)), lambda T, x, w, b: _f("conv2d")(T)(x, w, b, groups=2)),
    Case("conv2d_depthwise", ((2, 4, 6, 6), (4, 1, 3, 3)), lambda T, x, w: _f("conv2d")(T)(x, w, groups=4, stride=2)),
    Case("conv2d_1x1", (IMAGE, (4, 3, 1, 1)), lambda T, x, w: _f("conv2d")(T)(x, w)),
    Case("conv2d_single", ((3, 8, 9), (4, 3, 3, 3)), lambda T, x, w: _f("conv2d")(T)(x, w)),
    Case("conv1d", ((2, 3, 9), (4, 3, 3), (4,)), lambda T, x, w, b: _f("conv1d")(T)(x, w, b, stride=2, padding=1)),
    Case(
        "conv_transpose2d",
        ((2, 3, 4, 5), (3, 4, 3, 3), (4,)),
        lambda T, x, w, b: _f("conv_transpose2d")(T)(x, w, b, stride=2, padding=1, output_padding=1),
    ),
    Case(
        "conv_transpose2d_groups",
        ((2, 4, 4, 5), (4, 3, 3, 2)),
        lambda T, x, w: _f("conv_transpose2d")(T)(x, w, groups=2, dilation=2),
    ),
    Case("max_pool2d", (IMAGE,), lambda T, x: _f("max_pool2d")(T)(x, 2)),
    Case("max_pool2d_overlap", (IMAGE,), lambda T, x: _f("max_pool2d")(T)(x, 3, 2, 1)),
    Case("max_pool2d_ceil", (IMAGE,), lambda T, x: _f("max_pool2d")(T)(x, 2, ceil_mode=True)),
    Case("max_pool2d_indices", (IMAGE,), lambda T, x: _f("max_pool2d")(T)(x, 2, return_indices=True)[1]),
    Case("max_pool1d", ((2, 3, 9),), lambda T, x: _f("max_pool1d")(T)(x, 3, 2)),
    Case("avg_pool2d", (IMAGE,), lambda T, x: _f("avg_pool2d")(T)(x, 2)),
    Case("avg_pool2d_pad", (IMAGE,), lambda T, x: _f("avg_pool2d")(T)(x, 3, 2, 1, True, False)),
    Case("avg_pool2d_ceil", (IMAGE,), lambda T, x: _f("avg_pool2d")(T)(x, 3, 2, 1, True)),
    Case("adaptive_avg_pool2d", (IMAGE,), lambda T, x: _f("adaptive_avg_pool2d")(T)(x, (3, 4))),
    Case("adaptive_avg_pool2d_1", (IMAGE,), lambda T, x: _f("adaptive_avg_pool2d")(T)(x, 1)),
    Case("layer_norm", ((2, 3, 4), (4,), (4,)), lambda T, x, w, b: _f("layer_norm")(T)(x, (4,), w, b)),
    Case("layer_norm_2", ((2, 3, 4), (3, 4)), lambda T, x, w: _f("layer_norm")(T)(x, (3, 4), w)),
    Case(
        "batch_norm",
        (IMAGE, (3,), (3,)),
        lambda T, x, w, b: _f("batch_norm")(T)(x, None, None, w, b, training=True),
    ),
    Case(
        "batch_norm_eval",
        ((5, 3), (3,), (3,)),
        lambda T, x, w, b: _f("batch_norm")(T)(x, x[0].detach(), x[1].detach() ** 2 + 1, w, b),
    ),
    Case("normalize", (A,), lambda T, x: _f("normalize")(T)(x)),
]

LOSSES = [
    Case("mse_loss", (A, A), lambda T, a, b: _f("mse_loss")(T)(a, b)),
    Case("mse_loss_none", (A, A), lambda T, a, b: _f("mse_loss")(T)(a, b, reduction="none")),
    Case("l1_loss", (A, A), lambda T, a, b: _f("l1_loss")(T)(a, b)),
    Case("l1_loss_sum", (A, A), lambda T, a, b: _f("l1_loss")(T)(a, b, reduction="sum")),
    Case("smooth_l1_loss", (A, A), lambda T, a, b: _f("smooth_l1_loss")(T)(a, b, beta=0.5)),
    Case("huber_loss", (A, A), lambda T, a, b: _f("huber_loss")(T)(a, b, delta=0.7)),
    Case("cross_entropy", ((3, 5),), lambda T, a: _f("cross_entropy")(T)(a, _i(T, 0, 4, 2))),
    Case("cross_entropy_sum", ((3, 5),), lambda T, a: _f("cross_entropy")(T)(a, _i(T, 0, 4, 2), reduction="sum")),
    Case("cross_entropy_none", ((3, 5),), lambda T, a: _f("cross_entropy")(T)(a, _i(T, 0, 4, 2), reduction="none")),
    Case(
        "cross_entropy_ignore", ((3, 5),), lambda T, a: _f("cross_entropy")(T)(a, _i(T, 0, -100, 2), ignore_index=-100)
    ),
    Case(
        "cross_entropy_weight",
        ((3, 5), ((5,), POSITIVE)),
        lambda T, a, w: _f("cross_entropy")(T)(a, _i(T, 0, 4, 2), w.detach()),
    ),
    Case(
        "cross_entropy_smooth", ((3, 5),), lambda T, a: _f("cross_entropy")(T)(a, _i(T, 0, 4, 2), label_smoothing=0.2)
    ),
    Case("cross_entropy_single", ((5,),), lambda T, a: _f("cross_entropy")(T)(a, T.tensor(3))),
    Case("cross_entropy_image", ((2, 3, 2),), lambda T, a: _f("cross_entropy")(T)(a, T.tensor([[0, 1], [2, 2]]))),
    Case("cross_entropy_probabilities", ((3, 5), (3, 5)), lambda T, a, p: _f("cross_entropy")(T)(a, p.softmax(1))),
    Case("nll_loss", ((3, 5),), lambda T, a: _f("nll_loss")(T)(a, _i(T, 0, 4, 2))),
    Case("binary_cross_entropy", ((A, UNIT), (A, UNIT)), lambda T, a, b: _f("binary_cross_entropy")(T)(a, b.detach())),
    Case("bce_logits", (A, (A, UNIT)), lambda T, a, b: _f("binary_cross_entropy_with_logits")(T)(a, b)),
    Case(
        "bce_logits_weight",
        (A, (A, UNIT), ((4,), POSITIVE)),
        lambda T, a, b, w: _f("binary_cross_entropy_with_logits")(T)(a, b.detach(), pos_weight=w.detach()),
    ),
    Case("kl_div", (A, (A, UNIT)), lambda T, a, b: _f("kl_div")(T)(a, b.detach(), reduction="batchmean")),
    Case("cosine_similarity", (A, A), lambda T, a, b: T.cosine_similarity(a, b)),
]

CASES = [
    case
    for group in (ELEMENTWISE, ACTIVATIONS, REDUCTIONS, PRODUCTS, SHAPES, INDEXING, LAYERS, LOSSES)
    for case in group
]
