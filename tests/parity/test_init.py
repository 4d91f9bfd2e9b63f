"""`nn.init`: the same numbers for a seed, the same errors and warnings."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from same import error, same

pytestmark = pytest.mark.parity

SHAPES = [(3, 4), (20, 5), (5, 20), (4, 3, 5), (4, 2, 3, 3), (4, 2, 2, 3, 3)]

# Name, arguments, and the shapes for which it is called.
FILLS: list[tuple[str, dict[str, Any], list[tuple[int, ...]]]] = [
    ("uniform_", {}, [*SHAPES, (7,), ()]),
    ("uniform_", {"a": -2.0, "b": 0.5}, SHAPES),
    ("normal_", {}, [*SHAPES, (7,), ()]),
    ("normal_", {"mean": 1.0, "std": 0.1}, SHAPES),
    ("trunc_normal_", {}, [*SHAPES, (7,)]),
    ("trunc_normal_", {"std": 0.02}, SHAPES),
    ("trunc_normal_", {"a": -0.5, "b": 0.7}, SHAPES),
    ("trunc_normal_", {"a": 0.1, "b": 0.3}, SHAPES),
    ("trunc_normal_", {"mean": 0.5, "std": 3.0, "a": 1.0, "b": 2.0}, SHAPES),
    ("trunc_normal_", {"mean": 10.0, "a": 0.0, "b": 2.0}, [(4, 5)]),
    ("constant_", {"val": 0.3}, [*SHAPES, ()]),
    ("ones_", {}, SHAPES),
    ("zeros_", {}, SHAPES),
    ("eye_", {}, SHAPES[:3]),
    ("dirac_", {}, SHAPES[3:]),
    ("dirac_", {"groups": 2}, SHAPES[3:]),
    ("xavier_uniform_", {}, SHAPES),
    ("xavier_uniform_", {"gain": 2.0}, SHAPES),
    ("xavier_normal_", {}, SHAPES),
    ("xavier_normal_", {"gain": 0.5}, SHAPES),
    ("kaiming_uniform_", {}, [*SHAPES, (0, 3)]),
    ("kaiming_uniform_", {"a": 0.2, "mode": "fan_out"}, SHAPES),
    ("kaiming_normal_", {}, [*SHAPES, (3, 0)]),
    ("kaiming_normal_", {"mode": "FAN_OUT", "nonlinearity": "relu"}, SHAPES),
    ("kaiming_normal_", {"nonlinearity": "selu"}, SHAPES),
    ("sparse_", {"sparsity": 0.3}, SHAPES[:3]),
    ("sparse_", {"sparsity": 0.9, "std": 2.0}, SHAPES[:3]),
]


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize(("name", "options", "shapes"), FILLS, ids=[f"{n}{o}" for n, o, _ in FILLS])
def test_the_same_bits(name: str, options: dict[str, Any], shapes: list[tuple[int, ...]], dtype: str) -> None:
    def script(T: Any) -> Any:
        found = []
        for shape in shapes:
            t = T.nn.Parameter(T.full(shape, 7.0, dtype=getattr(T, dtype)))
            assert getattr(T.nn.init, name)(t, **options) is t
            found += [t, t.is_leaf, T.rand(1)]  # the generator stands where PyTorch's does
        return found

    same(script, 0)


@pytest.mark.parametrize("name", [n for n, o, _ in FILLS if not o and n.split("_")[0] not in
                                  ("ones", "zeros", "eye", "dirac")])  # fmt: skip
def test_a_generator_of_ones_own(name: str) -> None:
    def script(T: Any) -> Any:
        t = T.empty(5, 4)
        getattr(T.nn.init, name)(t, generator=T.Generator().manual_seed(5))
        return [t, T.rand(2)]

    same(script, 0)


@pytest.mark.parametrize("shape", [(4, 4), (3, 7), (7, 3), (4, 2, 3, 3), (1, 5), (0, 3)])
def test_orthogonal(shape: tuple[int, ...]) -> None:
    def script(T: Any) -> Any:
        init = T.nn.init
        first = init.orthogonal_(T.empty(*shape))
        second = init.orthogonal_(T.empty(*shape, dtype=T.float64), gain=2.0)
        return [first, second, init.orthogonal_(T.empty(*shape), generator=T.Generator().manual_seed(1)), T.rand(1)]

    same(script, 1e-6)


def refusals(T: Any) -> Any:
    init = T.nn.init
    return [
        error(lambda: init.eye_(T.ones(2))),
        error(lambda: init.dirac_(T.ones(2, 2))),
        error(lambda: init.dirac_(T.ones(3, 2, 2), groups=2)),
        error(lambda: init.xavier_uniform_(T.ones(2))),
        error(lambda: init.kaiming_normal_(T.ones(2))),
        error(lambda: init.kaiming_uniform_(T.ones(2, 2), mode="fan")),
        error(lambda: init.kaiming_uniform_(T.ones(2, 2), nonlinearity="gelu")),
        error(lambda: init.orthogonal_(T.ones(2))),
        error(lambda: init.sparse_(T.ones(2), 0.1)),
        error(lambda: init.calculate_gain("leaky_relu", "a")),
        error(lambda: init.calculate_gain("leaky_relu", True)),
        error(lambda: init.calculate_gain("softmax")),
    ]


def gains(T: Any) -> Any:
    known = ["linear", "conv1d", "conv2d", "conv3d", "conv_transpose1d", "conv_transpose2d", "conv_transpose3d",
             "sigmoid", "tanh", "relu", "leaky_relu", "selu"]  # fmt: skip
    return [[T.nn.init.calculate_gain(name) for name in known], T.nn.init.calculate_gain("leaky_relu", 0.2)]


def older_names(T: Any) -> Any:
    init = T.nn.init
    return [
        init.uniform(T.empty(2, 2)), init.normal(T.empty(2, 2)), init.constant(T.empty(2), 3), init.eye(T.empty(2, 2)),
        init.dirac(T.empty(2, 2, 2)), init.xavier_uniform(T.empty(2, 2)), init.xavier_normal(T.empty(2, 2)),
        init.kaiming_uniform(T.empty(2, 2)), init.kaiming_normal(T.empty(2, 2)), init.orthogonal(T.empty(2, 2)),
        init.sparse(T.empty(2, 2), 0.5),
    ]  # fmt: skip


@pytest.mark.parametrize("script", [refusals, gains, older_names], ids=lambda script: script.__name__)
def test_same(script: Any) -> None:
    same(script)
