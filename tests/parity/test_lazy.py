"""Lazy modules, by scripts run with both libraries."""

from __future__ import annotations

import copy
import io
import pickle
import sys
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from same import error, same

pytestmark = pytest.mark.parity

LAYERS: list[tuple[str, tuple[Any, ...], dict[str, Any], tuple[int, ...]]] = [
    ("LazyLinear", (3,), {}, (2, 4)),
    ("LazyLinear", (3,), {"bias": False}, (2, 2, 4)),
    ("LazyConv1d", (4, 2), {}, (2, 3, 6)),
    ("LazyConv2d", (4, 2), {}, (2, 3, 5, 5)),
    ("LazyConv2d", (4, 2, 2, 1, 1, 2, False), {}, (2, 4, 6, 6)),
    ("LazyConv2d", (4, 2), {"bias": False, "padding": 1}, (3, 5, 5)),
    ("LazyConvTranspose2d", (4, 3), {"stride": 2}, (2, 3, 5, 5)),
    ("LazyConv3d", (2, 2), {}, (2, 3, 3, 3, 3)),
    ("LazyConvTranspose1d", (2, 2), {"bias": False}, (2, 3, 5)),
    ("LazyConvTranspose3d", (4, (1, 2, 1)), {"groups": 2}, (4, 2, 2, 2)),
    ("LazyBatchNorm1d", (), {}, (4, 3)),
    ("LazyBatchNorm2d", (), {"momentum": 0.3}, (4, 3, 2, 2)),
    ("LazyBatchNorm2d", (1e-3, 0.2, False, False), {}, (4, 3, 2, 2)),
    ("LazyBatchNorm1d", (), {"bias": False}, (4, 3)),
    ("LazyBatchNorm3d", (), {}, (2, 3, 2, 2, 2)),
]


@pytest.mark.parametrize(("name", "args", "options", "shape"), LAYERS, ids=[f"{n}{a}{o}" for n, a, o, _ in LAYERS])
def test_becomes_the_ordinary_module(name: str, args: Any, options: Any, shape: Any) -> None:
    def script(T: Any) -> Any:
        layer = getattr(T.nn, name)(*args, **options)
        before = [layer, [repr(p) for p in layer.parameters()], list(layer.state_dict()), type(layer).__name__]
        x = T.randn(*shape)
        loaded = getattr(T.nn, name)(*args, **options)
        twin = layer if "Norm" in name else copy.deepcopy(layer)  # PyTorch cannot copy a lazy buffer
        y = layer(x)
        twin(x)
        loaded.load_state_dict(layer.state_dict())
        held = [p.shape for p in loaded.parameters()]
        return [before, y, layer, type(layer).__name__, layer.state_dict(), twin, held, loaded(x), loaded, T.rand(1)]

    same(script)


@pytest.mark.parametrize(
    ("name", "shape", "options"),
    [
        ("LazyInstanceNorm1d", (2, 3, 2), {}),
        ("LazyInstanceNorm2d", (2, 3, 2, 4), {"affine": False}),
        ("LazyInstanceNorm3d", (2, 3, 2, 4, 3), {"track_running_stats": False}),
    ],
)
def test_instance_norms(name: str, shape: Any, options: Any) -> None:
    # Apart, as PyTorch's own cannot be called once a state was loaded into it.
    def script(T: Any) -> Any:
        layer = getattr(T.nn, name)(**options)
        return [repr(layer), layer(T.randn(*shape)), layer, type(layer).__name__, layer.state_dict()]

    same(script)


def uninitialized(T: Any) -> Any:
    layer = T.nn.LazyLinear(3)
    parameter = layer.weight
    found = [repr(parameter), str(parameter.dtype), parameter.requires_grad, isinstance(parameter, T.nn.Parameter)]
    found += [isinstance(parameter, T.nn.parameter.UninitializedParameter), T.nn.parameter.is_lazy(parameter)]
    layer.double()
    found += [str(layer.weight.dtype), len(list(layer.parameters())), layer.has_uninitialized_params()]
    refused = [
        error(lambda: parameter + 1, words=False),
        error(lambda: parameter.shape),
        error(lambda: T.nn.Linear(2, 3).load_state_dict(T.nn.LazyLinear(3).state_dict()), words=False),
        error(lambda: layer(T.ones(2, 2)), words=False),
        error(lambda: T.nn.LazyConv2d(3, 2)(T.ones(2, 2)), words=False),
        error(lambda: layer.share_memory()),
    ]
    # The failed call above has given it a shape.
    return [found, refused, layer, T.nn.LazyLinear(2, dtype=T.float64).weight.dtype]


def kept_lazy(T: Any) -> Any:
    layer = T.nn.LazyLinear(3)
    other = pickle.loads(pickle.dumps(T.nn.LazyLinear(2)))
    layer.load_state_dict(T.nn.LazyLinear(3).state_dict())
    return [layer.has_uninitialized_params(), other, other(T.ones(1, 2)).shape, other]


def network(T: Any) -> Any:
    net = T.nn.Sequential(T.nn.LazyConv2d(3, 2), T.nn.LazyBatchNorm2d(), T.nn.Flatten(), T.nn.LazyLinear(2))
    net.apply(lambda m: None)
    net(T.randn(2, 1, 4, 4))
    optimizer = T.optim.SGD(net.parameters(), lr=0.1)
    net(T.randn(2, 1, 4, 4)).pow(2).sum().backward()
    optimizer.step()
    file = io.BytesIO()
    T.save(net.state_dict(), file)
    return [net, net.state_dict()]


def of_ones_own(T: Any) -> Any:
    mixin = getattr(T.nn, "LazyModuleMixin", None) or T.nn.modules.lazy.LazyModuleMixin

    class Scale(mixin, T.nn.Module):  # type: ignore[name-defined, misc]
        def __init__(self) -> None:
            super().__init__()
            self.s = T.nn.parameter.UninitializedParameter()
            self.register_buffer("b", T.nn.parameter.UninitializedBuffer())

        def initialize_parameters(self, x: Any) -> None:
            with T.no_grad():
                self.s.materialize(x.shape[1:])
                self.s.fill_(2)
                self.b.materialize((1,))
                self.b.zero_()

        def forward(self, x: Any) -> Any:
            return x * self.s + self.b

    class Forgets(mixin, T.nn.Module):  # type: ignore[name-defined, misc]
        def forward(self, x: Any) -> Any:
            return x

    scale = Scale()
    return [scale(T.ones(2, 3)), scale.state_dict(), type(scale).__name__, error(lambda: Forgets()(1))]


@pytest.mark.parametrize("script", [uninitialized, kept_lazy, network, of_ones_own], ids=lambda script: script.__name__)
def test_same(script: Any) -> None:
    same(script)
