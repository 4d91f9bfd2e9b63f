"""Tensors: creation, types, promotion, conversion, indexing, printing, errors."""

from __future__ import annotations

import copy
import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd as torch

KINDS = [torch.bool, torch.uint8, torch.int32, torch.int64, torch.float16, torch.float32, torch.float64]


def test_creation_types() -> None:
    assert torch.tensor([1, 2]).dtype is torch.int64
    assert torch.tensor([1.0, 2]).dtype is torch.float32
    assert torch.tensor([True]).dtype is torch.bool
    assert torch.tensor(np.ones(2)).dtype is torch.float64
    assert torch.arange(3).dtype is torch.int64 and torch.arange(0, 1, 0.25).dtype is torch.float32
    assert torch.full((2,), 7).dtype is torch.int64
    assert torch.Tensor([1, 2]).dtype is torch.float32
    assert torch.LongTensor([1.0]).dtype is torch.int64
    assert torch.eye(2).tolist() == [[1.0, 0.0], [0.0, 1.0]]
    assert torch.linspace(0, 1, 5).tolist() == [0.0, 0.25, 0.5, 0.75, 1.0]
    assert torch.tensor([torch.tensor(1.0), torch.tensor(2.0)]).tolist() == [1.0, 2.0]


def test_memory_is_shared_or_not_as_in_pytorch() -> None:
    array = np.zeros(3, np.float32)
    shared, copied = torch.from_numpy(array), torch.tensor(array)
    array[0] = 1
    assert shared[0].item() == 1 and copied[0].item() == 0
    shared.numpy()[1] = 2
    assert array[1] == 2


@given(st.sampled_from(KINDS), st.sampled_from(KINDS))
def test_promotion_is_symmetric_and_of_the_higher_category(a: torch.dtype, b: torch.dtype) -> None:
    result = (torch.ones(2, dtype=a) + torch.ones(2, dtype=b)).dtype
    assert result is (torch.ones(2, dtype=b) + torch.ones(2, dtype=a)).dtype
    assert result.is_floating_point == (a.is_floating_point or b.is_floating_point)


@given(st.sampled_from(KINDS))
def test_a_zero_dim_tensor_widens_only_across_categories(kind: torch.dtype) -> None:
    result = (torch.ones(2, dtype=kind) + torch.tensor(1.0, dtype=torch.float64)).dtype
    assert result is (kind if kind.is_floating_point else torch.float64)


def test_numbers_do_not_widen() -> None:
    assert (torch.ones(2) * 2.5).dtype is torch.float32
    assert (torch.arange(2) * 2).dtype is torch.int64
    assert (torch.arange(2) * 2.5).dtype is torch.float32
    assert (torch.arange(2) / 2).dtype is torch.float32
    assert (torch.ones(2, dtype=torch.float16) + 1).dtype is torch.float16
    assert (torch.tensor([True]) + 1).dtype is torch.int64


def test_default_dtype() -> None:
    torch.set_default_dtype(torch.float64)
    try:
        assert torch.ones(1).dtype is torch.tensor(1.0).dtype is torch.float64
    finally:
        torch.set_default_dtype(torch.float32)
    with pytest.raises(TypeError):
        torch.set_default_dtype(torch.int64)


def test_conversions() -> None:
    t = torch.tensor([1.7, -1.7])
    assert t.int().tolist() == [1, -1] and t.long().dtype is torch.int64
    assert t.bool().tolist() == [True, True] and t.double().dtype is torch.float64
    assert t.to("cpu") is t and t.to(torch.float32) is t and t.type(torch.int64).dtype is torch.int64
    assert (
        float(t[0]) == pytest.approx(1.7) and int(t[1]) == -1 and f"{t[0]:.1f}" == "1.7" and f"{torch.tensor(2)}" == "2"
    )
    assert [10, 20, 30][torch.tensor(1)] == 20
    with pytest.raises(AssertionError, match="not compiled with CUDA"):
        t.cuda()
    assert not torch.cuda.is_available() and str(t.device) == "cpu" and t.device == torch.device("cpu")


def test_numpy_and_tensors_mix() -> None:
    t, array = torch.ones(2), np.full(2, 3.0)
    assert (t * array).tolist() == (array * t).tolist() == [3.0, 3.0]
    assert (t - array).dtype is torch.float64
    assert (np.float32(2) * t).dtype is torch.float32
    assert isinstance(np.sin(t), torch.Tensor)
    assert np.asarray(t).tolist() == [1.0, 1.0]
    with pytest.raises(RuntimeError, match="Can't call numpy"):
        np.asarray(t.requires_grad_())


def test_size_and_stride() -> None:
    t = torch.zeros(2, 3, 4)
    assert repr(t.shape) == "torch.Size([2, 3, 4])" and t.size(-1) == 4 and t.numel() == 24 and t.dim() == 3
    assert t.stride() == (12, 4, 1) and t.is_contiguous() and not t.transpose(0, 1).is_contiguous()
    a, b, c = t.shape
    assert (a, b, c) == (2, 3, 4)


def test_index_assignment() -> None:
    t = torch.zeros(3, 3)
    t[0] = 1
    t[:, 1] = torch.tensor([5.0, 6.0, 7.0])
    t[t == 0] = -1
    t[torch.tensor([2]), torch.tensor([2])] = 9
    assert t.tolist() == [[1, 5, 1], [-1, 6, -1], [-1, 7, 9]]
    with pytest.raises(IndexError, match=r"\[3, 3\]"):
        t[4]
    with pytest.raises(TypeError):
        t["a"]


def test_copies() -> None:
    t = torch.ones(2, requires_grad=True)
    (t * 2).sum().backward()
    again = copy.deepcopy(t)
    assert again.requires_grad and again.grad is not None and again.grad.tolist() == [2.0, 2.0]
    loaded = pickle.loads(pickle.dumps(torch.nn.Parameter(torch.ones(2))))
    assert isinstance(loaded, torch.nn.Parameter) and loaded.requires_grad
    with pytest.raises(RuntimeError, match="graph leaves"):
        copy.deepcopy(t * 2)


def test_names_that_are_missing_say_so() -> None:
    with pytest.raises(AttributeError, match="module 'torch' has no attribute 'jit'; use "):
        torch.jit  # noqa: B018
    with pytest.raises(AttributeError, match="'Tensor' object has no attribute 'gradient'; use grad"):
        torch.ones(1).gradient  # noqa: B018
    for namespace in (torch.nn, torch.nn.functional, torch.optim, torch.data, torch.autograd):
        with pytest.raises(AttributeError, match="has no attribute 'nonsense'"):
            namespace.nonsense  # noqa: B018


# What PyTorch 2.13 prints.
PRINTED = [
    (lambda: torch.tensor(2.274), "tensor(2.2740)"),
    (lambda: torch.tensor([1.0, 2.0, 30.0]), "tensor([ 1.,  2., 30.])"),
    (lambda: torch.tensor([1.5, -2.25]), "tensor([ 1.5000, -2.2500])"),
    (lambda: torch.tensor([1e-5, 1.0]), "tensor([1.0000e-05, 1.0000e+00])"),
    (lambda: torch.tensor([[1, 2], [3, 4]]), "tensor([[1, 2],\n        [3, 4]])"),
    (lambda: torch.tensor([True, False]), "tensor([ True, False])"),
    (lambda: torch.zeros(2, dtype=torch.float64), "tensor([0., 0.], dtype=torch.float64)"),
    (lambda: torch.ones(1, requires_grad=True), "tensor([1.], requires_grad=True)"),
    (lambda: torch.ones(1, requires_grad=True).exp(), "tensor([2.7183], grad_fn=<ExpBackward0>)"),
    (lambda: torch.tensor([]), "tensor([])"),
    (lambda: torch.tensor([float("nan"), float("inf"), 1.0]), "tensor([nan, inf, 1.])"),
    (lambda: torch.nn.Parameter(torch.ones(1)), "Parameter containing:\ntensor([1.], requires_grad=True)"),
    (
        lambda: torch.tensor([1, 3]).max(0),
        "torch.return_types.max(\nvalues=tensor(3),\nindices=tensor(1))",
    ),
    (lambda: torch.arange(2000), "tensor([   0,    1,    2,  ..., 1997, 1998, 1999])"),
]


@pytest.mark.parametrize("index", range(len(PRINTED)))
def test_printing(index: int) -> None:
    make, text = PRINTED[index]
    assert repr(make()) == text


def test_shapes_are_named_in_errors() -> None:
    with pytest.raises(RuntimeError, match=r"size of tensor a \(2\) must match the size of tensor b \(3\)"):
        torch.ones(2) + torch.ones(3)
    with pytest.raises(RuntimeError, match=r"cannot be multiplied \(2x3 and 2x3\)"):
        torch.ones(2, 3) @ torch.ones(2, 3)
    with pytest.raises(RuntimeError, match=r"\(4x5 and 3x2\)"):
        torch.nn.Linear(3, 2)(torch.ones(4, 5))
    with pytest.raises(RuntimeError, match=r"shape '\[4, -1\]' is invalid for input of size 6"):
        torch.ones(6).view(4, -1)


@given(st.floats(-30, 30, width=32))
def test_erf_is_the_c_librarys(x: float) -> None:
    import math

    assert torch.erf(torch.tensor(x, dtype=torch.float64)).item() == pytest.approx(math.erf(x), rel=1e-14, abs=1e-16)
