"""Attention: of one head and of several."""

from __future__ import annotations

from typing import Any

from cases.case import Case, Wrong

Q, K = (2, 2, 3, 4), (2, 2, 5, 4)
E = 4


def attend(T: Any, *inputs: Any, **options: Any) -> Any:
    return T.nn.functional.scaled_dot_product_attention(*inputs, **options)


def seen(T: Any, *shape: int) -> Any:
    """A bool mask: most keys are seen, and the first query sees none."""
    mask = T.ones(*shape).tril(1) > 0
    mask[..., 0, :] = False
    return mask


def heads(T: Any, q: Any, k: Any, v: Any, w: Any, b: Any, out: Any, out_b: Any, **options: Any) -> Any:
    """Two heads; the weights, where asked for, are joined to the output."""
    given = {"bias_k": None, "bias_v": None, "add_zero_attn": False, "dropout_p": 0.0, **options}
    result, weights = T.nn.functional.multi_head_attention_forward(
        q, k, v, E, 2, w, b, given.pop("bias_k"), given.pop("bias_v"), given.pop("add_zero_attn"),
        given.pop("dropout_p"), out, out_b, **given
    )  # fmt: skip
    return result if weights is None else T.cat([result.reshape(-1), weights.reshape(-1)])


HEADS = ((3, 2, E), (5, 2, E), (5, 2, E), (3 * E, E), (3 * E,), (E, E), (E,))
LONE = ((3, 2, E), (3 * E, E), (3 * E,), (E, E), (E,))

CASES = [
    Case("attention", (Q, K, K), attend),
    Case("attention_causal", (Q, K, K), lambda T, q, k, v: attend(T, q, k, v, is_causal=True)),
    Case("attention_scale", (Q, K, K), lambda T, q, k, v: attend(T, q, k, v, scale=-0.3)),
    Case("attention_bool_mask", (Q, K, K), lambda T, q, k, v: attend(T, q, k, v, seen(T, 3, 5))),
    Case("attention_padding", (Q, K, K), lambda T, q, k, v: attend(T, q, k, v, T.ones(2, 1, 1, 5).tril() > 0)),
    Case("attention_mask_and_causal", (Q, K, K), lambda T, q, k, v: attend(T, q, k, v, seen(T, 3, 5), is_causal=True)),
    Case(
        "attention_float_mask",
        (Q, K, K),
        lambda T, q, k, v: attend(T, q, k, v, T.arange(15.0).reshape(3, 5).to(q.dtype) / 7),
    ),
    Case("attention_groups", ((2, 4, 3, 4), K, K), lambda T, q, k, v: attend(T, q, k, v, enable_gqa=True)),
    Case(
        "attention_groups_mask",
        ((1, 4, 3, 4), (1, 2, 5, 4), (1, 2, 5, 4)),
        lambda T, q, k, v: attend(T, q, k, v, T.ones(4, 3, 5).tril(1)[None] > 0, enable_gqa=True),
    ),
    # Composed of several nodes.
    Case("attention_3d", (Q[1:], K[1:], K[1:]), attend, composed=True),
    Case("attention_2d", (Q[2:], K[2:], K[2:]), attend),
    Case("attention_5d", ((1, *Q), (1, *K), (1, *K)), attend, composed=True),
    Case(
        "attention_3d_scale", (Q[1:], K[1:], K[1:]), lambda T, q, k, v: attend(T, q, k, v, scale=-0.3), composed=True
    ),
    Case(
        "attention_3d_causal", (Q[1:], K[1:], K[1:]), lambda T, q, k, v: attend(T, q, k, v, is_causal=True),
        composed=True,
    ),
    Case(
        "attention_3d_bool_mask", (Q[1:], K[1:], K[1:]), lambda T, q, k, v: attend(T, q, k, v, seen(T, 3, 5)),
        composed=True,
    ),
    Case("attention_learned_mask", (Q, K, K, (3, 5)), attend, composed=True),
    Case("attention_mask_3d", (Q, K, K), lambda T, q, k, v: attend(T, q, k, v, seen(T, 2, 3, 5)), composed=True),
    Case("attention_wide_values", (Q, K, (2, 2, 5, 6)), attend, composed=True),
    Case("attention_broadcast", (Q, (1, 2, 5, 4), (1, 2, 5, 4)), attend, composed=True),
    Case(
        "attention_groups_3d",
        ((4, 3, 4), (2, 5, 4), (2, 5, 4)),
        lambda T, q, k, v: attend(T, q, k, v, enable_gqa=True),
        composed=True,
    ),
    Case("baddbmm", ((2, 3, 5), (2, 3, 4), (2, 4, 5)), lambda T, x, a, b: T.baddbmm(x, a, b)),
    Case(
        "baddbmm_options", ((3, 1), (2, 3, 4), (2, 4, 5)), lambda T, x, a, b: T.baddbmm(x, a, b, beta=0.5, alpha=-2)
    ),
    Case("heads", HEADS, heads, composed=True),
    Case("heads_no_weights", HEADS, lambda T, *a: heads(T, *a, need_weights=False), composed=True),
    Case("heads_self", LONE, lambda T, x, *a: heads(T, x, x, x, *a), composed=True),
    Case("heads_self_no_weights", LONE, lambda T, x, *a: heads(T, x, x, x, *a, need_weights=False), composed=True),
    Case(
        "heads_self_alone", ((3, E), *LONE[1:]), lambda T, x, *a: heads(T, x, x, x, *a, need_weights=False),
        composed=True,
    ),
    Case(
        "heads_memory", (*HEADS[:2], *HEADS[3:]), lambda T, q, m, *a: heads(T, q, m, m, *a, average_attn_weights=False),
        composed=True,
    ),
    Case(
        "heads_memory_no_bias",
        ((3, 2, E), (5, 2, E), (3 * E, E), (E, E)),
        lambda T, q, m, w, o: heads(T, q, m, m, w, None, o, None),
        composed=True,
    ),
    Case("heads_alone", ((3, E), (5, E), (5, E), *HEADS[3:]), heads, composed=True),
    Case(
        "heads_masks",
        HEADS,
        lambda T, *a: heads(
            T, *a, attn_mask=T.ones(3, 5).triu(2) > 0, key_padding_mask=T.tensor([[0, 0, 0, 0, 0], [0, 0, 0, 1, 1]]) > 0
        ),
        composed=True,
    ),
    Case(
        "heads_masks_no_weights",
        HEADS,
        lambda T, *a: heads(
            T, *a, attn_mask=T.ones(4, 3, 5).triu(2) > 0, need_weights=False,
            key_padding_mask=T.tensor([[0, 0, 0, 0, 0], [0, 0, 0, 1, 1]]) > 0,
        ),
        composed=True,
    ),
    Case(
        "heads_float_mask",
        HEADS,
        lambda T, *a: heads(T, *a, attn_mask=(T.arange(15.0).reshape(3, 5) / 9).to(a[0].dtype), need_weights=False),
        composed=True,
    ),
    Case(
        "heads_causal",
        LONE,
        lambda T, x, *a: heads(
            T, x, x, x, *a, attn_mask=T.ones(3, 3).triu(1) > 0, is_causal=True, need_weights=False
        ),
        composed=True,
    ),
    Case(
        "heads_bias_and_zero",
        (*HEADS, (1, 1, E), (1, 1, E)),
        lambda T, *a: heads(
            T, *a[:-2], bias_k=a[-2], bias_v=a[-1], add_zero_attn=True, attn_mask=T.ones(3, 5).triu(2) > 0,
            key_padding_mask=T.tensor([[0, 0, 0, 0, 0], [0, 0, 0, 1, 1]]) > 0,
        ),
        composed=True,
    ),
    Case(
        "heads_separate",
        ((3, 2, E), (5, 2, 3), (5, 2, 2), (E, E), (E, 3), (E, 2), (3 * E,), (E, E)),
        lambda T, q, k, v, wq, wk, wv, b, o: heads(
            T, q, k, v, None, b, o, None, use_separate_proj_weight=True, q_proj_weight=wq, k_proj_weight=wk,
            v_proj_weight=wv,
        ),
        composed=True,
    ),
    Case(
        "heads_static",
        (*HEADS, (4, 5, 2), (4, 5, 2)),
        lambda T, *a: heads(T, *a[:-2], static_k=a[-2], static_v=a[-1]),
        composed=True,
    ),
]  # fmt: skip


def _zeros(T: Any, *shapes: tuple[int, ...]) -> list[Any]:
    return [T.zeros(*shape) for shape in shapes]


WRONG = [
    Wrong("attention_widths", lambda T: attend(T, *_zeros(T, Q, (2, 2, 5, 3), K))),
    Wrong("attention_lengths", lambda T: attend(T, *_zeros(T, Q[1:], K[1:], (2, 4, 4)))),
    Wrong("attention_vectors", lambda T: attend(T, *_zeros(T, (4,), (4,), (4,)))),
    Wrong("attention_mask_of_integers", lambda T: attend(T, *_zeros(T, Q, K, K), T.ones(3, 5, dtype=T.int64))),
    Wrong("attention_mask_shape", lambda T: attend(T, *_zeros(T, Q, K, K), T.ones(3, 4) > 0)),
    Wrong("attention_types", lambda T: attend(T, T.zeros(*Q), T.zeros(*K).double(), T.zeros(*K))),
    Wrong("attention_integers", lambda T: attend(T, *[x.long() for x in _zeros(T, Q, K, K)])),
    Wrong(
        "attention_3d_mask_and_causal",
        lambda T: attend(T, *_zeros(T, Q[1:], K[1:], K[1:]), T.ones(3, 5) > 0, is_causal=True),
    ),
    Wrong("attention_groups_of_no_size", lambda T: attend(T, *_zeros(T, (2, 3, 3, 4), K, K), enable_gqa=True)),
    Wrong("attention_heads_apart", lambda T: attend(T, *_zeros(T, (2, 4, 3, 4), K, K))),
    Wrong("baddbmm_sizes", lambda T: T.baddbmm(*_zeros(T, (2, 3, 5), (2, 3, 4), (2, 5, 5)))),
    Wrong("baddbmm_batches", lambda T: T.baddbmm(*_zeros(T, (2, 3, 5), (2, 3, 4), (3, 4, 5)))),
    Wrong("baddbmm_input", lambda T: T.baddbmm(*_zeros(T, (2, 3, 4), (2, 3, 4), (2, 4, 5)))),
    Wrong("heads_4d", lambda T: heads(T, *_zeros(T, (1, 3, 2, E), *HEADS[1:]))),
    Wrong("heads_key_dims", lambda T: heads(T, *_zeros(T, HEADS[0], (5, E), *HEADS[2:]))),
    Wrong("heads_width", lambda T: heads(T, *_zeros(T, (3, 2, 6), (5, 2, 6), (5, 2, 6), *HEADS[3:]))),
    Wrong("heads_key_value", lambda T: heads(T, *_zeros(T, HEADS[0], HEADS[1], (4, 2, E), *HEADS[3:]))),
    Wrong("heads_mask_shape", lambda T: heads(T, *_zeros(T, *HEADS), attn_mask=T.zeros(3, 4))),
    Wrong("heads_mask_dims", lambda T: heads(T, *_zeros(T, *HEADS), attn_mask=T.zeros(3))),
    Wrong("heads_mask_of_integers", lambda T: heads(T, *_zeros(T, *HEADS), attn_mask=T.ones(3, 5, dtype=T.int64))),
    Wrong("heads_padding_shape", lambda T: heads(T, *_zeros(T, *HEADS), key_padding_mask=T.zeros(2, 4))),
    Wrong("heads_padding_dims", lambda T: heads(T, *_zeros(T, *HEADS), key_padding_mask=T.zeros(5))),
    Wrong("heads_hint_alone", lambda T: heads(T, *_zeros(T, *HEADS), is_causal=True)),
    Wrong("heads_one_bias", lambda T: heads(T, *_zeros(T, *HEADS), bias_k=T.zeros(1, 1, E))),
]
