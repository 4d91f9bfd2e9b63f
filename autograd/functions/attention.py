"""Attention: softmax(q kᵀ · scale + mask) v as one node, or composed where PyTorch composes it; several heads of it.

Vaswani et al., "Attention is all you need" (2017).
"""

# numpy's stubs type most results as Any, which says nothing about an op.
# mypy: disable-error-code="no-any-return"
from __future__ import annotations

import math
import warnings
from functools import lru_cache
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from autograd import creation, dtypes
from autograd.function import Array, Function, Shares, apply
from autograd.functions.baddbmm import baddbmm
from autograd.functions.common import constant_array
from autograd.functions.dropout import dropout
from autograd.functions.joining import cat, chunk, repeat_interleave, split
from autograd.functions.linalg import bmm, linear, matmul
from autograd.functions.padding import pad
from autograd.functions.shape import transpose
from autograd.functions.softmax import softmax

if TYPE_CHECKING:
    from autograd.tensor import Tensor


def softmax_in_place(scores: Array) -> Array:
    """Turns scores into weights along the last dimension, in their own memory; a row that is all -inf becomes zeros."""
    top = np.maximum.reduce(scores, axis=-1, keepdims=True)
    top[np.isneginf(top)] = 0
    scores -= top
    np.exp(scores, out=scores)
    total = np.add.reduce(scores, axis=-1, keepdims=True)
    total[total == 0] = 1
    scores /= total
    return scores


@lru_cache(maxsize=32)
def _causal(queries: int, keys: int, kind: np.dtype[Any]) -> Array:
    """What hides from each query the keys after it: -inf above the diagonal, else 0."""
    bias = np.triu(np.full((queries, keys), -np.inf, kind), 1)
    bias.flags.writeable = False
    return bias


def _bias(mask: Array | None, causal: bool, queries: int, keys: int, kind: np.dtype[Any]) -> Array | None:
    """A mask (bool: True where a key may be seen; else what is added) and the causal one, as numbers to add."""
    if mask is not None and mask.dtype.kind == "b":
        mask = np.where(mask, kind.type(0), kind.type(-np.inf))
    elif mask is not None:
        mask = mask.astype(kind, copy=False)
    if not causal:
        return mask
    hidden = _causal(queries, keys, kind)
    return hidden if mask is None else mask + hidden


class SafeSoftmax(Function):
    """Softmax along the last dimension whose rows of -inf alone are zeros instead of NaN."""

    __slots__ = ()
    op, backward_name, saves = "_safe_softmax", "SafeSoftmaxBackward0", ("output",)
    arguments = ("input",)
    formula = (
        r"\frac{e^{\text{input}_i}}{\sum_j e^{\text{input}_j}}, \text{ or } 0 \text{ where every input}_j = -\infty"
    )
    derivatives: ClassVar[dict[str, str]] = {"input": r"\text{output}_i \cdot (g_i - \sum_j g_j \cdot \text{output}_j)"}

    def forward(self, input: Array) -> Array:
        self.saved = softmax_in_place(input.copy())
        return self.saved

    def backward(self, gradient: Array) -> Array:
        p = self.saved
        share = p * gradient
        share -= p * np.add.reduce(share, axis=-1, keepdims=True)
        return share

    def differentiate(self, gradient: Tensor) -> Tensor:
        p = self.result(self.saved)
        weighted = p * gradient
        return weighted - p * weighted.sum(-1, keepdim=True)


class ScaledDotProductAttention(Function):
    """The whole of it as one node, of 4-D inputs: PyTorch's flash attention on a CPU, with the weights kept.

    Sum_j g_j output_j, which the softmax takes off, is the product of `g` and the output: the same number, and shorter.
    """

    __slots__ = ()
    op, backward_name = "scaled_dot_product_attention", "ScaledDotProductFlashAttentionForCpuBackward0"
    arguments = ("query", "key", "value", "attn_mask")
    saves = ("query", "key", "value", "attn_mask", "output")
    formula = (
        r"P \cdot \text{value}, \quad "
        r"P = \operatorname{softmax}(\text{scale} \cdot \text{query} \cdot \text{key}^T + \text{attn\_mask})"
    )
    derivatives: ClassVar[dict[str, str]] = {
        "query": r"\text{scale} \cdot D \cdot \text{key}, \quad "
        r"D = P \odot (g \cdot \text{value}^T - \sum_e g_e \text{output}_e)",
        "key": r"\text{scale} \cdot D^T \cdot \text{query}",
        "value": r"P^T \cdot g",
    }

    def forward(
        self, query: Array, key: Array, value: Array, attn_mask: Array | None, is_causal: bool, scale: float
    ) -> Array:
        groups = query.shape[1] // key.shape[1]
        if groups > 1:
            key, value = np.repeat(key, groups, 1), np.repeat(value, groups, 1)
        kind = query.dtype
        weights = np.matmul(query, key.swapaxes(-1, -2))
        weights *= kind.type(scale)
        bias = _bias(attn_mask, is_causal, query.shape[2], key.shape[2], kind)
        if bias is not None:
            weights += bias
        softmax_in_place(weights)
        output = np.matmul(weights, value)
        self.saved = query, key, value, weights, output
        return output

    def backward(self, gradient: Array) -> Shares:
        query, key, value, weights, output = self.saved
        scale = gradient.dtype.type(self.options["scale"])
        for_query = for_key = for_value = None
        if self.needs(2):
            for_value = self._gathered(np.matmul(weights.swapaxes(-1, -2), gradient), 2)
        if self.needs(0) or self.needs(1):
            slope = np.matmul(gradient, value.swapaxes(-1, -2))
            slope -= np.einsum("...e,...e->...", gradient, output)[..., None]
            slope *= weights
            slope *= scale
            if self.needs(0):
                for_query = np.matmul(slope, key)
            if self.needs(1):
                for_key = self._gathered(np.matmul(slope.swapaxes(-1, -2), query), 1)
        return for_query, for_key, for_value, None

    def _gathered(self, share: Array, place: int) -> Array:
        """Summed over the queries' heads that share a head of the keys."""
        heads = self.inputs[place]._array.shape[1]
        batch, spread, keys, width = share.shape
        if spread == heads:
            return share
        return np.add.reduce(share.reshape(batch, heads, spread // heads, keys, width), axis=2)

    def differentiate(self, gradient: Tensor) -> Any:
        query, key, value, mask = self.inputs
        batch, heads, queries, width = query.shape
        kept, keys = key.shape[1], key.shape[2]
        groups = heads // kept
        grouped = (batch, kept, groups, queries, width)
        q, g = query.reshape(grouped), gradient.reshape(grouped)
        k, v = key.unsqueeze(2), value.unsqueeze(2)
        scale = self.options["scale"]
        scores = matmul(q, k.transpose(-1, -2)) * scale
        bias = _bias(
            None if mask is None else mask._array, self.options["is_causal"], queries, keys, query._array.dtype
        )
        if bias is not None:
            bias = np.broadcast_to(bias, (batch, heads, queries, keys)).reshape((*grouped[:-1], keys))
            scores = scores + constant_array(bias)
        p = apply(SafeSoftmax, scores)
        through = p * matmul(g, v.transpose(-1, -2))
        slope = (through - p * through.sum(-1, keepdim=True)) * scale
        return (
            matmul(slope, k).reshape(query.shape) if self.needs(0) else None,
            matmul(slope.transpose(-1, -2), q).sum(2) if self.needs(1) else None,
            matmul(p.transpose(-1, -2), g).sum(2) if self.needs(2) else None,
            None,
        )


def _one_node(query: Tensor, key: Tensor, value: Tensor, mask: Tensor | None, dropout_p: float, gqa: bool) -> bool:
    """Whether PyTorch's CPU build makes one node of the call."""
    q, k, v = query._array, key._array, value._array
    if dropout_p or not q.ndim == k.ndim == v.ndim == 4:
        return False
    if k.shape != v.shape or q.shape[::3] != k.shape[::3]:
        return False
    if q.shape[1] != k.shape[1] and not (gqa and k.shape[1] and not q.shape[1] % k.shape[1]):
        return False
    if mask is None:
        return bool(q.shape[2] and k.shape[2])
    full = (*q.shape[:3], k.shape[2])
    sizes = mask._array.shape
    fits = len(sizes) in (2, 4) and all(a in (1, b) for a, b in zip(sizes[::-1], full[::-1], strict=False))
    return bool(q.shape[2] and k.shape[2]) and fits and not mask._requires_grad


def _check_attention(query: Tensor, key: Tensor, value: Tensor, mask: Tensor | None, gqa: bool) -> None:
    if not query.dtype == key.dtype == value.dtype:
        raise RuntimeError(
            f"Expected query, key, and value to have the same dtype, but got query.dtype: {query.dtype} key.dtype: "
            f"{key.dtype} and value.dtype: {value.dtype} instead."
        )
    if query._array.dtype.kind != "f":
        raise RuntimeError(f"expected a floating point query, key and value, but found {query.dtype}")
    if min(query.ndim, key.ndim, value.ndim) < 2:
        raise RuntimeError(
            "Expected query, key, and value to all be at least 2 dimensional, but got query.dim: "
            f"{query.ndim} key.dim: {key.ndim} and value.dim: {value.ndim} instead."
        )
    if mask is not None and mask._array.dtype.kind not in "bf":
        raise RuntimeError(
            "Expected attn_mask dtype to be bool or float or to match query dtype, but got attn_mask.dtype: "
            f"{mask.dtype} and query.dtype: {query.dtype} instead."
        )
    q, k, v = query._array.shape, key._array.shape, value._array.shape
    if q[-1] != k[-1] or k[-2] != v[-2]:
        raise RuntimeError(
            f"scaled_dot_product_attention: query {list(q)}, key {list(k)} and value {list(v)} do not fit: the last "
            "sizes of query and key must be equal, and the last but one of key and value"
        )
    if gqa and (min(len(q), len(k), len(v)) < 3 or q[-3] % k[-3] or q[-3] % v[-3]):
        raise RuntimeError(
            "scaled_dot_product_attention: with enable_gqa the number of heads of key and value must divide that of "
            f"query, but got {list(q)}, {list(k)} and {list(v)}"
        )
    last = -3 if gqa else -2
    try:
        np.broadcast_shapes(q[:last], k[:last], v[:last])
    except ValueError:
        raise RuntimeError(
            f"scaled_dot_product_attention: the batch sizes or numbers of heads of query {list(q)}, key {list(k)} and "
            f"value {list(v)} differ" + ("" if gqa else "; heads are shared with enable_gqa=True")
        ) from None


def scaled_dot_product_attention(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    attn_mask: Tensor | None = None,
    dropout_p: float = 0.0,
    is_causal: bool = False,
    scale: float | None = None,
    enable_gqa: bool = False,
) -> Tensor:
    """`softmax(query @ keyᵀ * scale + attn_mask) @ value`: (…, L, E), (…, S, E), (…, S, V) give (…, L, V).

    A bool `attn_mask` is True where a key may be seen, any other is added; `is_causal` hides from query i the keys
    after i. A query that sees nothing gets zeros. `scale` is 1 / sqrt(E) where not given. With `enable_gqa` the heads
    (dimension -3) of key and value are shared by groups of the queries' heads. Weights are dropped with probability
    `dropout_p`, in evaluation too. RuntimeError where types or shapes do not fit.
    """
    _check_attention(query, key, value, attn_mask, enable_gqa)
    scale = 1 / math.sqrt(query.shape[-1]) if scale is None else float(scale)
    if _one_node(query, key, value, attn_mask, dropout_p, enable_gqa):
        return apply(ScaledDotProductAttention, query, key, value, attn_mask, is_causal=is_causal, scale=scale)
    if enable_gqa:
        key = repeat_interleave(key, query.shape[-3] // key.shape[-3], -3)
        value = repeat_interleave(value, query.shape[-3] // value.shape[-3], -3)
    if is_causal and attn_mask is not None:
        raise RuntimeError(
            "scaled_dot_product_attention: Explicit attn_mask should not be set when is_causal=True here"
        )
    # The root on either side: the products stay smaller than those of a scale on one.
    root = math.sqrt(abs(scale))
    scores = matmul(query * (-root if scale < 0 else root), transpose(key, -2, -1) * root)
    kind = query._array.dtype
    if is_causal:
        scores = scores + constant_array(_causal(query.shape[-2], key.shape[-2], kind))
    elif attn_mask is not None and attn_mask._array.dtype.kind == "b":
        scores = scores + constant_array(_bias(attn_mask._array, False, 0, 0, kind))
    elif attn_mask is not None:
        scores = scores + attn_mask.to(query.dtype)
    weights = apply(SafeSoftmax, scores)
    return matmul(dropout(weights, dropout_p) if dropout_p else weights, value)


# -- several heads -----------------------------------------------------------------------------------------------------


def float_mask(
    mask: Tensor | None, name: str, dtype: Any, other: Tensor | None = None, beside: str = ""
) -> Tensor | None:
    """A mask of several heads' attention as numbers to add: -inf where a bool one is True (hidden).

    AssertionError for a mask of integers. Warns where `mask` and `other` are of different types.
    """
    if mask is None:
        return None
    if mask._array.dtype.kind not in "bf":
        raise AssertionError(f"only bool and floating types of {name} are supported, got {mask.dtype}")
    if other is not None and other.dtype != mask.dtype:
        warnings.warn(
            f"Support for mismatched {name} and {beside} is deprecated. Use same type for both instead.", stacklevel=3
        )
    if mask._array.dtype.kind == "f":
        return mask
    kind = dtypes.to_numpy(dtype)
    return constant_array(np.where(mask._array, kind.type(-np.inf), kind.type(0)))


def _check_heads(
    query: Tensor, key: Tensor, value: Tensor, padding: Tensor | None, mask: Tensor | None, heads: int
) -> bool:
    """Whether the call is batched. AssertionError for numbers of dimensions that do not fit each other."""
    dims = query.ndim
    if dims not in (2, 3):
        raise AssertionError(f"query should be unbatched 2D or batched 3D tensor but received {dims}-D query tensor")
    said = f"For {'batched' if dims == 3 else 'unbatched'} ({dims}-D) `query`, expected "
    if key.ndim != dims or value.ndim != dims:
        raise AssertionError(
            f"{said}`key` and `value` to be {dims}-D but found {key.ndim}-D and {value.ndim}-D tensors respectively"
        )
    if padding is not None and padding.ndim != dims - 1:
        raise AssertionError(
            f"{said}`key_padding_mask` to be `None` or {dims - 1}-D but found {padding.ndim}-D tensor instead"
        )
    if mask is not None and mask.ndim not in (2, 3):
        raise AssertionError(f"{said}`attn_mask` to be `None`, 2-D or 3-D but found {mask.ndim}-D tensor instead")
    if dims == 2 and mask is not None and mask.ndim == 3:
        expected = (heads, query.shape[0], key.shape[0])
        if mask.shape != expected:
            raise AssertionError(f"Expected `attn_mask` shape to be {expected} but got {tuple(mask.shape)}")
    return dims == 3


def _parts(projected: Tensor, count: int) -> tuple[Tensor, ...]:
    """(…, count * E) as `count` tensors (…, E), each contiguous."""
    width = projected.shape[-1] // count
    apart = projected.unflatten(-1, (count, width)).unsqueeze(0).transpose(0, -2).squeeze(-2).contiguous()
    return tuple([apart[i] for i in range(count)])


def _packed_projection(q: Tensor, k: Tensor, v: Tensor, weight: Tensor, bias: Tensor | None) -> tuple[Tensor, ...]:
    """Queries, keys and values by weights (3E, E): one product where the inputs are one tensor."""
    width = q.shape[-1]
    if k is v and q is k:
        return _parts(linear(q, weight, bias), 3)
    if k is v:
        for_q, for_kv = split(weight, [width, 2 * width])
        bias_q, bias_kv = (None, None) if bias is None else split(bias, [width, 2 * width])
        return linear(q, for_q, bias_q), *_parts(linear(k, for_kv, bias_kv), 2)
    weights = chunk(weight, 3)
    biases = (None,) * 3 if bias is None else chunk(bias, 3)
    return tuple([linear(x, w, b) for x, w, b in zip((q, k, v), weights, biases, strict=True)])


def _separate_projection(
    inputs: tuple[Tensor, ...], weights: tuple[Tensor | None, ...], bias: Tensor | None
) -> tuple[Tensor, ...]:
    """Queries, keys and values, each by its own weights. AssertionError for weights that are missing or do not fit."""
    biases = (None,) * 3 if bias is None else chunk(bias, 3)
    projected = []
    for name, x, weight, part in zip("qkv", inputs, weights, biases, strict=True):
        if weight is None:
            raise AssertionError(f"use_separate_proj_weight is True but {name}_proj_weight is None")
        expected = (inputs[0].shape[-1], x.shape[-1])
        if weight.shape != expected:
            raise AssertionError(f"expecting {name}_proj_weight of shape {expected}, but got {tuple(weight.shape)}")
        projected.append(linear(x, weight, part))
    return tuple(projected)


def _longer(x: Tensor | None) -> Tensor | None:
    """A mask with one more key, which is seen."""
    return None if x is None else pad(x, (0, 1))


def multi_head_attention_forward(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    embed_dim_to_check: int,
    num_heads: int,
    in_proj_weight: Tensor | None,
    in_proj_bias: Tensor | None,
    bias_k: Tensor | None,
    bias_v: Tensor | None,
    add_zero_attn: bool,
    dropout_p: float,
    out_proj_weight: Tensor,
    out_proj_bias: Tensor | None,
    training: bool = True,
    key_padding_mask: Tensor | None = None,
    need_weights: bool = True,
    attn_mask: Tensor | None = None,
    use_separate_proj_weight: bool = False,
    q_proj_weight: Tensor | None = None,
    k_proj_weight: Tensor | None = None,
    v_proj_weight: Tensor | None = None,
    static_k: Tensor | None = None,
    static_v: Tensor | None = None,
    average_attn_weights: bool = True,
    is_causal: bool = False,
) -> tuple[Tensor, Tensor | None]:
    """Attention of several heads: query (L, N, E) or (L, E), key and value (S, N, …). See `nn.MultiheadAttention`.

    Gives the output (L, N, E) and, with `need_weights`, the weights: (N, L, S), means over heads, or (N, heads, L, S).
    A bool mask is True where a key is hidden; a float one is added. AssertionError or RuntimeError for what does not
    fit, and for `is_causal` without the `attn_mask` that it is a hint about.
    """
    batched = _check_heads(query, key, value, key_padding_mask, attn_mask, num_heads)
    if not batched:
        alone, shared = query is key, key is value
        query = query.unsqueeze(1)
        key = query if alone else key.unsqueeze(1)
        value = key if shared else value.unsqueeze(1)
        key_padding_mask = None if key_padding_mask is None else key_padding_mask.unsqueeze(0)
    queries, batch, width = query.shape
    key_padding_mask = float_mask(key_padding_mask, "key_padding_mask", query.dtype, attn_mask, "attn_mask")
    if is_causal and attn_mask is None:
        raise RuntimeError(
            "Need attn_mask if specifying the is_causal hint. You may use the Transformer module method "
            "`generate_square_subsequent_mask` to create this mask."
        )
    if is_causal and key_padding_mask is None and not need_weights:
        attn_mask = None  # the hint says as much
    else:
        attn_mask = float_mask(attn_mask, "attn_mask", query.dtype)
        is_causal = is_causal and key_padding_mask is None
    if width != embed_dim_to_check:
        raise AssertionError(f"was expecting embedding dimension of {embed_dim_to_check}, but got {width}")
    if width % num_heads:
        raise AssertionError(f"embed_dim {width} not divisible by num_heads {num_heads}")
    size, rows = width // num_heads, batch * num_heads
    if use_separate_proj_weight:
        if key.shape[:2] != value.shape[:2]:
            raise AssertionError(
                f"key's sequence and batch dims {tuple(key.shape[:2])} do not match value's {tuple(value.shape[:2])}"
            )
        q, k, v = _separate_projection((query, key, value), (q_proj_weight, k_proj_weight, v_proj_weight), in_proj_bias)
    else:
        if key.shape != value.shape:
            raise AssertionError(f"key shape {tuple(key.shape)} does not match value shape {tuple(value.shape)}")
        if in_proj_weight is None:
            raise AssertionError("use_separate_proj_weight is False but in_proj_weight is None")
        q, k, v = _packed_projection(query, key, value, in_proj_weight, in_proj_bias)
    if attn_mask is not None:
        expected = (queries, key.shape[0]) if attn_mask.ndim == 2 else (rows, queries, key.shape[0])
        if attn_mask.shape != expected:
            raise RuntimeError(
                f"The shape of the {attn_mask.ndim}D attn_mask is {tuple(attn_mask.shape)}, but should be {expected}."
            )
        attn_mask = attn_mask.unsqueeze(0) if attn_mask.ndim == 2 else attn_mask
    if (bias_k is None) != (bias_v is None):
        raise AssertionError("bias_k and bias_v must be given together")
    if bias_k is not None and bias_v is not None:
        if static_k is not None or static_v is not None:
            raise AssertionError("bias cannot be added to static key or value.")
        k, v = cat([k, bias_k.repeat(1, batch, 1)]), cat([v, bias_v.repeat(1, batch, 1)])
        attn_mask, key_padding_mask = _longer(attn_mask), _longer(key_padding_mask)
    q = q.reshape(queries, rows, size).transpose(0, 1)
    for name, static in (("k", static_k), ("v", static_v)):
        if static is not None and (static.shape[0], static.shape[2]) != (rows, size):
            raise AssertionError(f"expecting static_{name} of shape ({rows}, S, {size}), but got {tuple(static.shape)}")
    k = k.reshape(k.shape[0], rows, size).transpose(0, 1) if static_k is None else static_k
    v = v.reshape(v.shape[0], rows, size).transpose(0, 1) if static_v is None else static_v
    if add_zero_attn:
        zeros = creation.zeros(rows, 1, size, dtype=k.dtype)
        k, v = cat([k, zeros], 1), cat([v, zeros], 1)
        attn_mask, key_padding_mask = _longer(attn_mask), _longer(key_padding_mask)
    keys = k.shape[1]
    if key_padding_mask is not None:
        if key_padding_mask.shape != (batch, keys):
            raise AssertionError(
                f"Expected key_padding_mask.shape to be {(batch, keys)}, but got {tuple(key_padding_mask.shape)}"
            )
        spread = key_padding_mask.reshape(batch, 1, 1, keys).expand(-1, num_heads, -1, -1).reshape(rows, 1, keys)
        attn_mask = spread if attn_mask is None else attn_mask + spread
    dropout_p = dropout_p if training else 0.0
    if need_weights:
        scaled, turned = q * math.sqrt(1 / size), k.transpose(-2, -1)
        weights = bmm(scaled, turned) if attn_mask is None else baddbmm(attn_mask, scaled, turned)
        weights = softmax(weights, -1)
        if dropout_p > 0:
            weights = dropout(weights, dropout_p)
        output = bmm(weights, v).transpose(0, 1).reshape(queries * batch, width)
        weights = weights.reshape(batch, num_heads, queries, keys)
        if average_attn_weights:
            weights = weights.mean(1)
    else:
        if attn_mask is not None and attn_mask.shape[0] == 1:
            attn_mask = attn_mask.unsqueeze(0)
        elif attn_mask is not None:
            attn_mask = attn_mask.reshape(batch, num_heads, -1, keys)
        heads = [x.reshape(batch, num_heads, -1, size) for x in (q, k, v)]
        output = scaled_dot_product_attention(heads[0], heads[1], heads[2], attn_mask, dropout_p, is_causal)
        output = output.permute(2, 0, 1, 3).reshape(queries * batch, width)
    output = linear(output, out_proj_weight, out_proj_bias).reshape(queries, batch, -1)
    if not batched:
        output = output.squeeze(1)
    if not need_weights:
        return output, None
    return output, (weights if batched else weights.squeeze(0))
