"""MultiheadAttention: attention of several heads with its projections."""

from __future__ import annotations

from typing import Any

from autograd import creation, recording
from autograd.functions.attention import float_mask
from autograd.nn import functional as F
from autograd.nn import init
from autograd.nn.layers import Linear
from autograd.nn.module import Module
from autograd.nn.parameter import Parameter
from autograd.tensor import Tensor

__all__ = ["MultiheadAttention"]


class NonDynamicallyQuantizableLinear(Linear):
    """The last projection. Its name is what PyTorch prints for it; otherwise it is a `Linear`."""


class MultiheadAttention(Module):
    """Attention of `num_heads` heads, each on its part of `embed_dim` features (Vaswani et al., 2017).

    Query (L, N, E), key (S, N, kdim) and value (S, N, vdim), or with `batch_first` (N, L, E) and so on, or without N.
    Gives (output, weights), the weights None unless `need_weights`. A bool mask is True where a key is hidden; a float
    one is added: `key_padding_mask` (N, S), `attn_mask` (L, S) or (N * heads, L, S). With `add_bias_kv` a learned key
    and value, and with `add_zero_attn` a zero one, follow the others. `dropout` is of the weights, in training.
    """

    bias_k: Parameter | None
    bias_v: Parameter | None

    def __init__(
        self,
        embed_dim: int,
        num_heads: int,
        dropout: float = 0.0,
        bias: bool = True,
        add_bias_kv: bool = False,
        add_zero_attn: bool = False,
        kdim: int | None = None,
        vdim: int | None = None,
        batch_first: bool = False,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        if embed_dim <= 0 or num_heads <= 0:
            raise ValueError(
                f"embed_dim and num_heads must be greater than 0, got embed_dim={embed_dim} and num_heads={num_heads} "
                "instead"
            )
        super().__init__()
        self.embed_dim, self.num_heads, self.head_dim = embed_dim, num_heads, embed_dim // num_heads
        self.kdim, self.vdim = embed_dim if kdim is None else kdim, embed_dim if vdim is None else vdim
        self._qkv_same_embed_dim = self.kdim == self.vdim == embed_dim
        self.dropout, self.batch_first = dropout, batch_first
        if self.head_dim * num_heads != embed_dim:
            raise AssertionError(f"embed_dim must be divisible by num_heads, got {embed_dim} and {num_heads}")

        def made(*shape: int) -> Parameter:
            parameter: Parameter = Parameter(creation.empty(*shape, dtype=dtype, device=device))
            return parameter

        if self._qkv_same_embed_dim:
            self.in_proj_weight: Parameter | None = made(3 * embed_dim, embed_dim)
        for name, width in (("q", embed_dim), ("k", self.kdim), ("v", self.vdim)):
            separate = None if self._qkv_same_embed_dim else made(embed_dim, width)
            self.register_parameter(f"{name}_proj_weight", separate)
        if not self._qkv_same_embed_dim:
            self.register_parameter("in_proj_weight", None)
        self.register_parameter("in_proj_bias", made(3 * embed_dim) if bias else None)
        self.out_proj = NonDynamicallyQuantizableLinear(embed_dim, embed_dim, bias=bias, device=device, dtype=dtype)
        self.bias_k = made(1, 1, embed_dim) if add_bias_kv else None
        self.bias_v = made(1, 1, embed_dim) if add_bias_kv else None
        self.add_zero_attn = add_zero_attn
        with recording.paused():
            self._reset_parameters()

    def _reset_parameters(self) -> None:
        for name in ("in_proj_weight", "q_proj_weight", "k_proj_weight", "v_proj_weight"):
            weight = getattr(self, name)
            if weight is not None:
                init.xavier_uniform_(weight)
        for bias in (self.in_proj_bias, self.out_proj.bias):
            if bias is not None:
                init.constant_(bias, 0.0)
        for added in (self.bias_k, self.bias_v):
            if added is not None:
                init.xavier_normal_(added)

    def forward(
        self,
        query: Tensor,
        key: Tensor,
        value: Tensor,
        key_padding_mask: Tensor | None = None,
        need_weights: bool = True,
        attn_mask: Tensor | None = None,
        average_attn_weights: bool = True,
        is_causal: bool = False,
    ) -> tuple[Tensor, Tensor | None]:
        turned = self.batch_first and query.ndim == 3
        key_padding_mask = float_mask(key_padding_mask, "key_padding_mask", query.dtype, attn_mask, "attn_mask")
        attn_mask = float_mask(attn_mask, "attn_mask", query.dtype)
        if turned:
            # One tensor stays one: the projection is then one product.
            alone, shared = query is key, key is value
            query = query.transpose(1, 0)
            key = query if alone else key.transpose(1, 0)
            value = key if shared else value.transpose(1, 0)
        output, weights = F.multi_head_attention_forward(
            query,
            key,
            value,
            self.embed_dim,
            self.num_heads,
            self.in_proj_weight,
            self.in_proj_bias,
            self.bias_k,
            self.bias_v,
            self.add_zero_attn,
            self.dropout,
            self.out_proj.weight,
            self.out_proj.bias,
            training=self.training,
            key_padding_mask=key_padding_mask,
            need_weights=need_weights,
            attn_mask=attn_mask,
            use_separate_proj_weight=not self._qkv_same_embed_dim,
            q_proj_weight=self.q_proj_weight,
            k_proj_weight=self.k_proj_weight,
            v_proj_weight=self.v_proj_weight,
            average_attn_weights=average_attn_weights,
            is_causal=is_causal,
        )
        return (output.transpose(1, 0) if turned else output), weights
