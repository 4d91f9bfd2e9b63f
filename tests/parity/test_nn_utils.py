"""`nn.utils`, by scripts run with both libraries."""

from __future__ import annotations

import copy
import sys
from pathlib import Path
from typing import Any

import pytest
import torch
import torch.nn.utils.prune

import autograd
from autograd.functions.weight_norm import weight_norm as weight_norm_op

sys.path.insert(0, str(Path(__file__).parent))
from same import assert_alike, error, plain, same

pytestmark = pytest.mark.parity


def with_gradients(T: Any) -> list[Any]:
    shapes = [(2, 3), (4,), (1, 1, 1)]
    parameters = [T.nn.Parameter(T.randn(*s)) for s in shapes]
    sum((p * p).sum() for p in parameters).backward()
    return [*parameters, T.nn.Parameter(T.randn(2))]


def clipping(T: Any) -> Any:
    u = T.nn.utils
    found = []
    for order in (2.0, 1.0, 3.0, float("inf"), "inf"):
        p = with_gradients(T)
        found += [u.clip_grad_norm_(p, 0.5, order), [q.grad for q in p]]
    p = with_gradients(T)
    found += [u.clip_grad_norm_(p, 1e9, foreach=False), [q.grad for q in p], u.clip_grad_norm_(p[0], 0.1), p[0].grad]
    u.clip_grad_value_(p, 0.3, foreach=True)
    found += [[q.grad for q in p], u.get_total_norm([q.grad for q in p[:3]]), u.get_total_norm([])]
    u.clip_grads_with_norm_(p, 0.2, T.tensor(0.4))
    found += [[q.grad for q in p], u.clip_grad_norm_([], 1.0), u.clip_grad_norm_((q for q in []), 1.0)]
    p[0].grad = p[0].grad * float("nan")
    found += [error(lambda: u.clip_grad_norm_(p, 1.0, error_if_nonfinite=True)), u.clip_grad_norm_(p, 1.0)]
    return [*found, [q.grad for q in p], u.clip_grad_norm(with_gradients(T), 1.0)]


def vectors(T: Any) -> Any:
    u = T.nn.utils
    net = T.nn.Sequential(T.nn.Linear(2, 3), T.nn.Linear(3, 1))
    v = u.parameters_to_vector(net.parameters())
    u.vector_to_parameters(v * 2, net.parameters())
    return [v, list(net.parameters()), error(lambda: u.vector_to_parameters([1.0], net.parameters()))]


def trained(T: Any, layer: Any, x: Any, steps: int = 3) -> Any:
    optimizer = T.optim.SGD(layer.parameters(), lr=0.1)
    losses = []
    for _ in range(steps):
        optimizer.zero_grad()
        loss = layer(x).pow(2).mean()
        loss.backward()
        optimizer.step()
        losses.append(loss)
    return [losses, layer.state_dict()]


def weight_norm(T: Any) -> Any:
    u = T.nn.utils
    found = []
    for dim in (0, 1, None, -1):
        layer = u.weight_norm(T.nn.Linear(3, 2), dim=dim)
        found += [layer, [n for n, _ in layer.named_parameters()], layer.weight, trained(T, layer, T.randn(4, 3))]
        found += [u.remove_weight_norm(layer).weight, list(layer.state_dict())]
    conv = u.weight_norm(T.nn.Conv2d(2, 3, 2))
    found += [conv.weight.grad_fn.name(), trained(T, conv, T.randn(2, 2, 4, 4))]
    return [*found, error(lambda: u.weight_norm(conv)), error(lambda: u.remove_weight_norm(T.nn.Linear(1, 1)))]


def test_second_derivative_of_weight_norm() -> None:
    # Against plain ops: PyTorch's own node takes the norms for constants when it is differentiated twice.
    def second(T: Any, weight_norm: Any) -> Any:
        T.manual_seed(0)
        v = T.randn(2, 3, dtype=T.float64).requires_grad_()
        g = T.randn(2, 1, dtype=T.float64).requires_grad_()
        grads = T.autograd.grad(weight_norm(v, g).pow(3).sum(), [v, g], create_graph=True)
        return plain(T.autograd.grad(sum(x.pow(2).sum() for x in grads), [v, g]))

    ours = second(autograd, lambda v, g: weight_norm_op(v, g, 0))
    assert_alike(ours, second(torch, lambda v, g: v * (g / (v * v).sum(1, keepdim=True).sqrt())), 1e-9)


def spectral_norm(T: Any) -> Any:
    u = T.nn.utils
    found = []
    for layer, x in ((T.nn.Linear(3, 2), T.randn(4, 3)), (T.nn.Conv2d(2, 3, 2), T.randn(2, 2, 4, 4)),
                     (T.nn.ConvTranspose2d(2, 3, 2), T.randn(2, 2, 4, 4))):  # fmt: skip
        u.spectral_norm(layer, n_power_iterations=2)
        found += [layer.weight, trained(T, layer, x), dict(layer.state_dict()._metadata)]
        layer.eval()
        found += [layer(x), u.remove_spectral_norm(layer).weight, list(layer.state_dict())]
    layer = T.nn.Linear(2, 2)
    first, second = u.spectral_norm(T.nn.Linear(2, 2)).eval(), u.spectral_norm(T.nn.Linear(2, 2)).eval()
    second.load_state_dict(first.state_dict())
    return [
        *found,
        second(T.ones(1, 2)),
        error(lambda: u.spectral_norm(layer, n_power_iterations=0)),
        error(lambda: u.remove_spectral_norm(layer)),
    ]


def parametrized_norms(T: Any) -> Any:
    p = T.nn.utils.parametrizations
    found = []
    for layer, x in ((T.nn.Linear(3, 2), T.randn(4, 3)), (T.nn.Conv2d(2, 3, 2), T.randn(2, 2, 4, 4)),
                     (T.nn.ConvTranspose2d(2, 3, 2), T.randn(2, 2, 4, 4))):  # fmt: skip
        for norm in (p.weight_norm, p.spectral_norm):
            made = norm(copy.deepcopy(layer))
            found += [made, made.weight, trained(T, made, x), made.eval()(x), made.weight]
    vector = p.spectral_norm(T.nn.LayerNorm(3))
    older = T.nn.utils.weight_norm(T.nn.Linear(3, 2))
    newer = p.weight_norm(T.nn.Linear(3, 2))
    newer.load_state_dict(older.state_dict())
    return [
        *found, vector.weight, newer.weight, error(lambda: p.spectral_norm(T.nn.Linear(2, 2), name="no")),
        error(lambda: p.spectral_norm(T.nn.Linear(2, 2), dim=3)),
        error(lambda: p.spectral_norm(T.nn.Linear(2, 2), n_power_iterations=0)),
    ]  # fmt: skip


def parametrize(T: Any) -> Any:
    P = T.nn.utils.parametrize

    class Symmetric(T.nn.Module):  # type: ignore[name-defined, misc]
        def forward(self, x: Any) -> Any:
            return x.triu() + x.triu(1).transpose(-1, -2)

        def right_inverse(self, a: Any) -> Any:
            return a.triu()

    class Doubled(T.nn.Module):  # type: ignore[name-defined, misc]
        def forward(self, x: Any) -> Any:
            return x * 2

    class Wrong(T.nn.Module):  # type: ignore[name-defined, misc]
        def forward(self, x: Any) -> Any:
            return x.sum()

    class Split(T.nn.Module):  # type: ignore[name-defined, misc]
        def forward(self, a: Any, b: Any) -> Any:
            return a + b

        def right_inverse(self, w: Any) -> Any:
            return w / 4, w * 3 / 4

    layer = T.nn.Linear(3, 3)
    P.register_parametrization(layer, "weight", Symmetric())
    found = [layer, layer.weight, list(layer.state_dict()), P.is_parametrized(layer), P.is_parametrized(layer, "bias")]
    with P.cached():
        found.append(layer.weight is layer.weight)
    found.append(layer.weight is layer.weight)
    layer.weight = T.ones(3, 3) * 5
    P.register_parametrization(layer, "weight", Doubled())
    P.register_parametrization(layer, "bias", Doubled())
    found += [layer.weight, layer, trained(T, layer, T.randn(2, 3)), type(layer).__name__]
    found += [P.type_before_parametrizations(layer).__name__, copy.deepcopy(layer).weight]
    other = P.transfer_parametrizations_and_params(layer, T.nn.Linear(3, 3), "bias")
    found += [other, other.bias]
    refused = [
        error(lambda: setattr(layer, "weight", T.ones(3, 3))),
        error(lambda: P.register_parametrization(T.nn.Linear(2, 2), "weight", Wrong())),
        error(lambda: P.register_parametrization(T.nn.Linear(2, 2), "no", Doubled())),
        error(lambda: P.register_parametrization(layer, "weight", Wrong()), words=False),
        error(lambda: P.remove_parametrizations(T.nn.Linear(2, 2), "weight")),
        error(lambda: P.ParametrizationList([], T.ones(1))),
        error(lambda: layer.__reduce_ex__(2), words=False),
    ]
    P.remove_parametrizations(layer, "weight")
    found += [layer, layer.weight]
    P.remove_parametrizations(layer, "bias", leave_parametrized=False)
    found += [layer, layer.bias, type(layer).__name__, [n for n, _ in layer.named_parameters()]]
    P.register_parametrization(layer, "weight", Split())
    found += [layer.state_dict(), layer.weight]
    refused.append(error(lambda: P.remove_parametrizations(layer, "weight", leave_parametrized=False)))
    return [*found, refused, P.remove_parametrizations(layer, "weight").weight]


def prune(T: Any) -> Any:
    prune = T.nn.utils.prune
    layer = lambda: T.nn.Linear(6, 5)  # noqa: E731
    conv = T.nn.Conv2d(2, 4, 3)
    found = [
        prune.l1_unstructured(layer(), "weight", 0.3).state_dict(),
        prune.l1_unstructured(layer(), "bias", 2, importance_scores=T.arange(5.0)).bias,
        prune.random_unstructured(layer(), "weight", amount=7).weight_mask,
        prune.ln_structured(conv, "weight", 0.5, n=2, dim=0).weight_mask,
        prune.ln_structured(conv, "weight", 1, n=1, dim=1).weight_mask,
        prune.ln_structured(layer(), "weight", 2, n=float("-inf"), dim=-1).weight_mask,
        prune.random_structured(layer(), "weight", 0.4, dim=1).weight,
        prune.custom_from_mask(layer(), "bias", T.tensor([1, 0, 1, 0, 1])).bias,
        prune.identity(layer(), "weight").weight_mask,
        prune.l1_unstructured(layer(), "weight", 0).weight_mask,
    ]
    net = T.nn.Sequential(layer(), T.nn.ReLU(), T.nn.Linear(5, 2))
    pairs = [(net[0], "weight"), (net[2], "weight"), (net[0], "bias")]
    prune.global_unstructured(pairs, prune.L1Unstructured, amount=0.4)
    prune.global_unstructured(pairs, prune.L1Unstructured, amount=5)
    found += [net.state_dict(), prune.is_pruned(net), trained(T, net, T.randn(3, 6)), net[0].weight]
    found += [
        len(net[0]._forward_pre_hooks),
        [type(m).__name__ for m in next(iter(net[0]._forward_pre_hooks.values()))],
    ]
    for module, name in pairs:
        prune.remove(module, name)
    found += [net.state_dict(), prune.is_pruned(net)]
    found.append(prune.L1Unstructured(2).prune(T.tensor([3.0, -1.0, 2.0, 0.5])))
    return [
        *found,
        error(lambda: prune.l1_unstructured(layer(), "weight", 1.5)),
        error(lambda: prune.l1_unstructured(layer(), "weight", -1)),
        error(lambda: prune.l1_unstructured(layer(), "weight", 99)),
        error(lambda: prune.l1_unstructured(layer(), "weight", "a")),
        error(lambda: prune.ln_structured(layer(), "bias", 1, n=2, dim=0)),
        error(lambda: prune.ln_structured(layer(), "weight", 1, n=2, dim=5)),
        error(lambda: prune.remove(layer(), "weight")),
        error(lambda: prune.global_unstructured(pairs, prune.LnStructured, amount=1, n=2), words=False),
        error(lambda: prune.custom_from_mask(layer(), "bias", T.ones(2))),
    ]


def fusing(T: Any) -> Any:
    u = T.nn.utils
    found = []
    for conv, norm, transpose in (
        (T.nn.Conv2d(2, 3, 2), T.nn.BatchNorm2d(3), False),
        (T.nn.Conv2d(2, 3, 2, bias=False), T.nn.BatchNorm2d(3, affine=False), False),
        (T.nn.ConvTranspose2d(2, 3, 2), T.nn.BatchNorm2d(3), True),
    ):
        x = T.randn(4, 2, 5, 5)
        norm(conv(x))
        conv.eval(), norm.eval()
        fused = u.fuse_conv_bn_eval(conv, norm, transpose)
        found += [fused.weight, fused.bias, fused(x)]
    linear, norm = T.nn.Linear(2, 3), T.nn.BatchNorm1d(3)
    refused = error(lambda: u.fuse_linear_bn_eval(linear, norm))
    norm(linear(T.randn(4, 2)))
    linear.eval(), norm.eval()
    fused = u.fuse_linear_bn_eval(linear, norm)
    return [*found, fused.weight, fused.bias, refused]


def skipping(T: Any) -> Any:
    layer = T.nn.utils.skip_init(T.nn.Linear, 3, 2, bias=False)
    return [
        layer, layer.weight.requires_grad, T.rand(2), error(lambda: T.nn.utils.skip_init(dict), words=False),
        error(lambda: T.nn.utils.skip_init(T.nn.ReLU)),
    ]  # fmt: skip


def stateless(T: Any) -> Any:
    call = T.nn.utils.stateless.functional_call
    net = T.nn.Sequential(T.nn.Linear(2, 2), T.nn.BatchNorm1d(2))
    tied = T.nn.ModuleList([T.nn.Linear(2, 2), T.nn.Linear(2, 2)])
    tied[1].weight = tied[0].weight

    class Both(T.nn.Module):  # type: ignore[name-defined, misc]
        def __init__(self) -> None:
            super().__init__()
            self.layers = tied

        def forward(self, x: Any, scale: float = 1.0) -> Any:
            return self.layers[1](self.layers[0](x)) * scale

    x, w = T.randn(3, 2), T.full((2, 2), 2.0, requires_grad=True)
    out = call(net, {"0.weight": w, "1.running_mean": T.ones(2)}, x)
    out.pow(3).sum().backward()
    both = Both()
    d = {"layers.0.weight": T.eye(2)}
    return [
        out, w.grad, copy.deepcopy(net.state_dict()), call(both, d, (x,), {"scale": 2.0}),
        call(both, d, x, tie_weights=False),
        error(lambda: call(both, {**d, "layers.1.weight": T.ones(2, 2)}, x)),
        error(lambda: call(net, {"0.weight": w}, x, strict=True), words=False),
        error(lambda: call(net, {"0.none": w}, x), words=False),
        net[0].weight is not w,
    ]  # fmt: skip


def packing(T: Any) -> Any:
    rnn = T.nn.utils.rnn
    parts = [T.arange(n * 2.0).view(n, 2) + n for n in (2, 4, 1)]
    padded = rnn.pad_sequence(parts, batch_first=True, padding_value=-1.0)
    packed = rnn.pack_padded_sequence(padded, T.tensor([2, 4, 1]), batch_first=True, enforce_sorted=False)
    fields = [packed.data, packed.batch_sizes, packed.sorted_indices, packed.unsorted_indices]
    casts = [str(cast().data.dtype) for cast in (packed.half, packed.long, packed.int, packed.double, packed.float)]
    left = rnn.pad_sequence(parts, padding_side="left")
    return [
        padded, left, fields, casts, packed.is_pinned(),
        rnn.pad_packed_sequence(packed, batch_first=True, padding_value=7.0, total_length=6),
        rnn.unpad_sequence(padded, T.tensor([2, 4, 1]), batch_first=True), rnn.unpack_sequence(packed),
        rnn.unpack_sequence(rnn.pack_sequence(parts, enforce_sorted=False)),
        error(lambda: rnn.pack_padded_sequence(padded, [2, 4, 1], batch_first=True), words=False),
        error(lambda: rnn.pad_packed_sequence(packed, total_length=2), words=False),
    ]  # fmt: skip


SCRIPTS = [
    packing,
    clipping, vectors, weight_norm, spectral_norm, parametrized_norms, parametrize,
    prune, fusing, skipping, stateless,
]  # fmt: skip


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.__name__)
def test_same(script: Any) -> None:
    same(script, 2e-5)
