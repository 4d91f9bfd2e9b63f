"""MultiheadAttention and the transformer's modules: first values, names, outputs and gradients, against PyTorch."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch

import autograd

pytestmark = [
    pytest.mark.parity,
    # PyTorch's remarks on its fast path, which has no counterpart here.
    pytest.mark.filterwarnings("ignore:enable_nested_tensor is True", "ignore:The PyTorch API of nested tensors"),
]

E = 8
SOURCE, TARGET = (5, 2, E), (4, 2, E)
Make = Callable[[Any], Any]
Call = Callable[..., Any]


def hidden(T: Any, *rows: list[int]) -> Any:
    return T.tensor(list(rows)) > 0


def subsequent(T: Any, size: int = 5) -> Any:
    return T.nn.Transformer.generate_square_subsequent_mask(size)


# What is made, the shapes of its inputs, and the call.
MODULES: dict[str, tuple[Make, tuple[tuple[int, ...], ...], Call]] = {
    "attention": (lambda T: T.nn.MultiheadAttention(E, 2), (TARGET, SOURCE, SOURCE), lambda T, m, *x: m(*x)),
    "attention_self": (lambda T: T.nn.MultiheadAttention(E, 2), (SOURCE,), lambda T, m, x: m(x, x, x)),
    "attention_self_batch_first": (
        lambda T: T.nn.MultiheadAttention(E, 4, batch_first=True, bias=False),
        (SOURCE,),
        lambda T, m, x: m(x, x, x, need_weights=False),
    ),
    "attention_memory": (
        lambda T: T.nn.MultiheadAttention(E, 2, batch_first=True),
        ((2, 4, E), (2, 5, E)),
        lambda T, m, q, k: m(q, k, k, average_attn_weights=False),
    ),
    "attention_unbatched": (
        lambda T: T.nn.MultiheadAttention(E, 2, batch_first=True),
        ((4, E), (5, E), (5, E)),
        lambda T, m, *x: m(*x, attn_mask=T.ones(4, 5).triu(2) > 0, key_padding_mask=hidden(T, [0, 0, 0, 0, 1])[0]),
    ),
    "attention_added": (
        lambda T: T.nn.MultiheadAttention(E, 2, add_bias_kv=True, add_zero_attn=True, kdim=3, vdim=6),
        (TARGET, (5, 2, 3), (5, 2, 6)),
        lambda T, m, *x: m(*x, key_padding_mask=hidden(T, [0, 0, 0, 0, 0], [0, 0, 0, 1, 1])),
    ),
    "attention_masks": (
        lambda T: T.nn.MultiheadAttention(E, 2, dropout=0.3),
        (SOURCE,),
        lambda T, m, x: m(x, x, x, attn_mask=subsequent(T).to(x.dtype), need_weights=False, is_causal=True),
    ),
    "encoder_layer": (lambda T: T.nn.TransformerEncoderLayer(E, 2, 16), (SOURCE,), lambda T, m, x: m(x)),
    "encoder_layer_options": (
        lambda T: T.nn.TransformerEncoderLayer(E, 2, 16, 0.2, "gelu", 1e-3, True, True, False),
        (SOURCE,),
        lambda T, m, x: m(x, subsequent(T, 2) < 0, hidden(T, *[[0, 0]] * 4, [0, 1])),
    ),
    "encoder_layer_alone": (
        lambda T: T.nn.TransformerEncoderLayer(E, 2, 16, activation=T.tanh),
        ((5, E),),
        lambda T, m, x: m(x, subsequent(T).to(x.dtype), is_causal=True),
    ),
    "decoder_layer": (
        lambda T: T.nn.TransformerDecoderLayer(E, 2, 16, activation=T.nn.GELU()),
        (TARGET, SOURCE),
        lambda T, m, x, memory: m(x, memory, tgt_mask=subsequent(T, 4).to(x.dtype), tgt_is_causal=True),
    ),
    "decoder_layer_norm_first": (
        lambda T: T.nn.TransformerDecoderLayer(E, 2, 16, norm_first=True, batch_first=True),
        ((2, 4, E), (2, 5, E)),
        lambda T, m, x, memory: m(
            x, memory, memory_mask=T.ones(4, 5).triu(2) > 0,
            memory_key_padding_mask=hidden(T, [0, 0, 0, 0, 1], [0, 0, 0, 1, 1]),
        ),
    ),
    "encoder": (
        lambda T: T.nn.TransformerEncoder(T.nn.TransformerEncoderLayer(E, 2, 16), 2, T.nn.LayerNorm(E)),
        (SOURCE,),
        lambda T, m, x: m(x, subsequent(T).to(x.dtype)),
    ),
    "encoder_padding": (
        lambda T: T.nn.TransformerEncoder(
            T.nn.TransformerEncoderLayer(E, 2, 16, batch_first=True), 2, T.nn.LayerNorm(E)
        ),
        ((2, 5, E),),
        lambda T, m, x: m(x, src_key_padding_mask=hidden(T, [0, 0, 0, 0, 0], [0, 0, 0, 1, 1])),
    ),
    "decoder": (
        lambda T: T.nn.TransformerDecoder(T.nn.TransformerDecoderLayer(E, 2, 16), 2),
        (TARGET, SOURCE),
        lambda T, m, x, memory: m(x, memory, tgt_mask=subsequent(T, 4).to(x.dtype)),
    ),
    "transformer": (
        lambda T: T.nn.Transformer(E, 2, 2, 2, 16),
        (SOURCE, TARGET),
        lambda T, m, x, y: m(x, y, tgt_mask=subsequent(T, 4).to(x.dtype)),
    ),
    "transformer_options": (
        lambda T: T.nn.Transformer(E, 2, 1, 2, 16, 0.2, "gelu", batch_first=True, norm_first=True, bias=False),
        ((2, 5, E), (2, 4, E)),
        lambda T, m, x, y: m(
            x, y, tgt_mask=T.ones(4, 4).triu(1) > 0, src_key_padding_mask=hidden(T, [0, 0, 0, 0, 1], [0, 0, 0, 1, 1]),
            tgt_key_padding_mask=hidden(T, [0, 0, 0, 0], [0, 0, 0, 1]),
            memory_key_padding_mask=hidden(T, [0, 0, 0, 0, 1], [0, 0, 0, 1, 1]),
        ),
    ),
    "transformer_alone": (lambda T: T.nn.Transformer(E, 2, 1, 1, 16), ((5, E), (4, E)), lambda T, m, x, y: m(x, y)),
}  # fmt: skip


def arrays(*tensors: Any) -> list[Any]:
    return [None if t is None else t.detach().numpy() for t in tensors]


def outputs(result: Any) -> list[Any]:
    return [t for t in (result if isinstance(result, tuple) else (result,)) if t is not None]


@pytest.mark.parametrize("name", MODULES)
def test_same_modules(name: str) -> None:
    made = []
    for T in (autograd, torch):
        T.manual_seed(3)
        made.append(MODULES[name][0](T))
    ours, theirs = made
    assert repr(ours) == repr(theirs)
    assert [n for n, _ in ours.named_parameters()] == [n for n, _ in theirs.named_parameters()]
    assert [n for n, _ in ours.named_modules()] == [n for n, _ in theirs.named_modules()]
    for (key, a), (their_key, b) in zip(ours.state_dict().items(), theirs.state_dict().items(), strict=True):
        assert key == their_key
        np.testing.assert_array_equal(a.numpy(), b.numpy())


@pytest.mark.parametrize("training", [True, False])
@pytest.mark.parametrize("name", MODULES)
def test_outputs_and_gradients(name: str, training: bool) -> None:
    """In training with dropout: the same elements are dropped."""
    make, shapes, call = MODULES[name]
    found = []
    for T in (autograd, torch):
        T.manual_seed(3)
        module = make(T).double().train(training)
        for parameter in module.parameters():  # off zero, where biases start
            with T.no_grad():
                parameter.add_(T.arange(parameter.numel()).double().sin().reshape(parameter.shape) / 2)
        inputs = [T.randn(*shape).double().requires_grad_() for shape in shapes]
        results = outputs(call(T, module, *inputs))
        sum((r * T.arange(r.numel()).double().cos().reshape(r.shape)).sum() for r in results).backward()
        named = module.named_parameters()
        found.append([*arrays(*results), *arrays(*[x.grad for x in inputs]), *arrays(*[p.grad for _, p in named])])
    for ours, theirs in zip(*found, strict=True):
        assert (ours is None) == (theirs is None)
        if ours is not None:
            assert ours.shape == theirs.shape
            np.testing.assert_allclose(ours, theirs, 1e-9, 1e-11)


@pytest.mark.parametrize("name", MODULES)
def test_evaluation_without_a_graph(name: str) -> None:
    """Where PyTorch takes its fused path."""
    make, shapes, call = MODULES[name]
    found = []
    for T in (autograd, torch):
        T.manual_seed(3)
        module = make(T).eval()
        inputs = [T.randn(*shape) for shape in shapes]
        with T.no_grad(), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            found.append(arrays(*outputs(call(T, module, *inputs))))
    for ours, theirs in zip(*found, strict=True):
        np.testing.assert_allclose(ours, theirs, 1e-5, 1e-6)


def test_dropout_in_attention_itself() -> None:
    found = []
    for T in (autograd, torch):
        T.manual_seed(5)
        q = T.randn(2, 3, 4, 5, requires_grad=True)
        output = T.nn.functional.scaled_dot_product_attention(q, q, q, dropout_p=0.4)
        output.sum().backward()
        found.append(arrays(output, q.grad))
    for ours, theirs in zip(*found, strict=True):
        np.testing.assert_allclose(ours, theirs, 1e-5, 1e-6)


@pytest.mark.parametrize("dims", [(1, 0, 2), (2, 0, 1), (0, 2, 1), (2, 1, 0)], ids=str)
def test_dropout_of_a_permuted_tensor(dims: tuple[int, ...]) -> None:
    """The same elements as PyTorch, which draws in the order of memory."""
    found = []
    for T in (autograd, torch):
        T.manual_seed(5)
        found.append(T.nn.functional.dropout(T.ones(3, 4, 5).permute(dims), 0.4).numpy())
    np.testing.assert_array_equal(*found)


def test_copies_share_nothing() -> None:
    encoder = autograd.nn.TransformerEncoder(autograd.nn.TransformerEncoderLayer(E, 2, 16, batch_first=True), 2)
    first, second = encoder.layers[0].linear1.weight, encoder.layers[1].linear1.weight
    np.testing.assert_array_equal(first.numpy(force=True), second.numpy(force=True))
    with autograd.no_grad():
        first.zero_()
    assert second.abs().sum().item() > 0


@pytest.mark.parametrize(
    "call",
    {
        "sizes": lambda T: T.nn.MultiheadAttention(0, 2),
        "heads": lambda T: T.nn.MultiheadAttention(8, 3),
        "activation": lambda T: T.nn.TransformerEncoderLayer(8, 2, activation="tanh"),
        "batch": lambda T: T.nn.Transformer(8, 2, 1, 1, 8)(T.zeros(5, 2, 8), T.zeros(5, 3, 8)),
        "features": lambda T: T.nn.Transformer(8, 2, 1, 1, 8)(T.zeros(5, 2, 6), T.zeros(5, 2, 6)),
        "hint": lambda T: T.nn.MultiheadAttention(8, 2)(*[T.zeros(5, 2, 8)] * 3, is_causal=True),
        "mask": lambda T: T.nn.TransformerEncoderLayer(8, 2)(T.zeros(5, 2, 8), T.ones(5, 5, dtype=T.int64)),
    }.items(),
    ids=lambda item: item[0],
)
def test_errors(call: Any) -> None:
    with pytest.raises(Exception) as theirs:
        call[1](torch)
    with pytest.raises(type(theirs.value)):
        call[1](autograd)
