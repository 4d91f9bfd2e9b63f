"""What tensors print as, against PyTorch, over generated numbers, shapes and options."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

import autograd

pytestmark = pytest.mark.parity

KINDS = [np.float16, np.float32, np.float64, np.int8, np.int16, np.int32, np.int64, np.uint8, np.bool_]
SHAPES = arrays.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=5)
FLOATS = st.one_of(
    st.sampled_from([0.0, -0.0, 1.0, -1.0, 3.0, 1e-5, 1234.5, 1e9, -2.5e-8, float("nan"), float("inf"), float("-inf")]),
    st.floats(-10, 10, width=16),
    st.integers(-50, 50).map(float),
)
QUICK = settings(derandomize=True, deadline=None, max_examples=60)


@pytest.fixture(autouse=True)
def default_options() -> Iterator[None]:
    yield
    for library in (autograd, torch):
        library.set_printoptions(profile="default")


@st.composite
def drawn(draw: Any) -> Any:
    kind = np.dtype(draw(st.sampled_from(KINDS)))
    elements = FLOATS if kind.kind == "f" else arrays.from_dtype(kind)
    with np.errstate(over="ignore"):
        if kind.kind == "f":
            return draw(arrays.arrays(np.float64, draw(SHAPES), elements=elements)).astype(kind)
        return draw(arrays.arrays(kind, draw(SHAPES), elements=elements))


def pair(array: Any, **options: Any) -> tuple[Any, Any]:
    return autograd.tensor(array, **options), torch.tensor(array, **options)


@QUICK
@given(drawn())
def test_any_tensor(array: Any) -> None:
    ours, theirs = pair(array)
    assert repr(ours) == repr(theirs)
    assert str(ours) == str(theirs) and f"{ours}" == f"{theirs}"


@QUICK
@given(
    arrays.arrays(np.float32, SHAPES, elements=st.floats(-4, 4, width=16)),
    st.sampled_from(["leaf", "exp", "sum", "mul"]),
)
def test_in_a_graph(array: Any, how: str) -> None:
    printed = []
    for t in pair(array, requires_grad=True):
        made = {"leaf": lambda: t, "exp": lambda: t.exp(), "sum": lambda: t.sum(), "mul": lambda: t * 2 - 1}[how]()  # noqa: B023
        printed.append(repr(made))
    assert printed[0] == printed[1]


@QUICK
@given(
    drawn(),
    st.fixed_dictionaries(
        {},
        optional={
            "precision": st.integers(0, 8),
            "threshold": st.integers(0, 40),
            "edgeitems": st.integers(1, 3),
            "linewidth": st.integers(20, 120),
            "profile": st.sampled_from(["default", "short", "full"]),
            "sci_mode": st.booleans(),
        },
    ),
)
def test_options(array: Any, options: dict[str, Any]) -> None:
    for library in (autograd, torch):
        library.set_printoptions(profile="default")
        library.set_printoptions(**options)
    ours, theirs = pair(array)
    assert repr(ours) == repr(theirs)


@pytest.mark.parametrize("shape", [(1001,), (40, 40), (7, 8, 50), (2000, 1), (3, 2, 400)])
@pytest.mark.parametrize("kind", ["float32", "int64", "float64"])
def test_large_tensors_are_cut_short(shape: tuple[int, ...], kind: str) -> None:
    array = (np.random.default_rng(0).normal(size=shape) * 100).astype(kind)
    ours, theirs = pair(array)
    assert repr(ours) == repr(theirs)


@pytest.mark.parametrize("shape", [(), (2,), (2, 3), (0,), (0, 2)])
def test_parameters(shape: tuple[int, ...]) -> None:
    array = np.arange(np.prod(shape), dtype=np.float32).reshape(shape)
    printed = [repr(library.nn.Parameter(library.tensor(array))) for library in (autograd, torch)]
    assert printed[0] == printed[1]


@pytest.mark.parametrize("spec", ["", ".3f", "e", "8.2f"])
def test_formats(spec: str) -> None:
    ours, theirs = pair(1.23456)
    assert format(ours, spec) == format(theirs, spec)
    whole, theirs_whole = pair(7)
    assert f"{whole}" == f"{theirs_whole}"
    for t in pair([1.0, 2.0]):
        if spec:
            with pytest.raises(TypeError):
                format(t, spec)
        else:
            assert format(t) == "tensor([1., 2.])"


def test_the_default_dtype_is_not_named() -> None:
    printed = []
    for library in (autograd, torch):
        library.set_default_dtype(library.float64)
        try:
            printed.append([repr(library.ones(2)), repr(library.ones(2, dtype=library.float32)), repr(library.ones(0))])
        finally:
            library.set_default_dtype(library.float32)
    assert printed[0] == printed[1]


def test_named_results() -> None:
    def texts(library: Any) -> list[str]:
        t = library.tensor([[3.0, 1.0], [2.0, 4.0]])
        return [
            repr(t.max(1)), repr(t.min(0)), repr(t.sort()), repr(t.topk(1)), repr(t.median(0)), repr(t.kthvalue(1)),
            repr(t.mode()), repr(t.cummax(0)), repr(t.aminmax()), repr(t.shape), repr(t.dtype), repr(t.device),
            repr(library.frexp(t)), repr(library.histogram(t, 2)),
        ]  # fmt: skip

    assert texts(autograd) == texts(torch)


def test_an_unknown_profile_is_refused() -> None:
    with pytest.raises(ValueError, match="profile"):
        autograd.set_printoptions(profile="wide")
