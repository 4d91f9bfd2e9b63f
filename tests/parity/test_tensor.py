"""Creation, types, modes and questions about tensors, against PyTorch: what the cases of ops do not reach."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch

import autograd

pytestmark = pytest.mark.parity

KINDS = ["bool", "uint8", "int8", "int16", "int32", "int64", "float16", "float32", "float64"]


def plain(value: Any) -> Any:
    """A value of either library in Python's and numpy's types."""
    if hasattr(value, "detach") and hasattr(value, "tolist"):
        return (repr(value.dtype), tuple(value.shape), value.requires_grad, value.detach().tolist())
    if isinstance(value, (list, tuple)):
        return [plain(v) for v in value]
    if isinstance(value, dict):
        return {k: plain(v) for k, v in value.items()}
    return value if isinstance(value, (int, float, str, bool, type(None))) else repr(value)


def matrix(T: Any) -> Any:
    return T.tensor([[1.5, -2.0, 3.25], [0.0, 5.5, -6.0]])


def odd(T: Any) -> Any:
    return T.tensor([1.0, float("nan"), float("inf"), float("-inf"), 0.0, -0.0])


CALLS: dict[str, Callable[[Any], Any]] = {
    "tensor": lambda T: [T.tensor(v) for v in (1, 1.5, True, [1, 2], [[1.0], [2]], [], [True, False], np.float64(2))],
    "tensor_dtypes": lambda T: [T.tensor([0, 1, 2], dtype=getattr(T, k)) for k in KINDS],
    "tensor_of_tensors": lambda T: T.tensor([T.tensor(1), T.tensor(2)]),
    "tensor_requires_grad": lambda T: T.tensor([1.0], requires_grad=True),
    "older": lambda T: [
        T.FloatTensor([1, 2]),
        T.DoubleTensor([1]),
        T.HalfTensor([1.5]),
        T.LongTensor([1, 2]),
        T.IntTensor([3]),
        T.ShortTensor([3]),
        T.CharTensor([3]),
        T.ByteTensor([3]),
        T.BoolTensor([True]),
        T.Tensor([1, 2]),
    ],
    "as_tensor": lambda T: [T.as_tensor([1, 2]), T.as_tensor(np.ones(2)), T.as_tensor([1], dtype=T.float64)],
    "asarray": lambda T: [T.asarray([1.0, 2]), T.asarray(np.arange(3))],
    "from_numpy": lambda T: [T.from_numpy(np.arange(3, dtype=k)) for k in ("int8", "int64", "float32", "float64")],
    "frombuffer": lambda T: T.frombuffer(bytearray(b"\x01\x00\x02\x00"), dtype=T.int16),
    "zeros": lambda T: [T.zeros(2, 3), T.zeros((2,)), T.zeros([1, 2], dtype=T.int64), T.zeros(())],
    "ones": lambda T: [T.ones(2, 3), T.ones((2,)), T.ones(2, dtype=T.bool)],
    "full": lambda T: [T.full((2,), 7), T.full((2,), 1.5), T.full([1], True), T.full((), 2, dtype=T.float64)],
    "empty": lambda T: [tuple(T.empty(2, 3).shape), repr(T.empty(1, dtype=T.int32).dtype)],
    "like": lambda T: [
        T.zeros_like(matrix(T)),
        T.ones_like(matrix(T), dtype=T.int64),
        T.full_like(matrix(T), 2),
        tuple(T.empty_like(matrix(T)).shape),
    ],
    "new": lambda T: [
        matrix(T).new_zeros(2),
        matrix(T).new([1, 2]),
        matrix(T).new(2, 3).zero_(),
        matrix(T).new(matrix(T).shape).zero_(),
        matrix(T).new(),
        matrix(T).new_ones((1, 2)),
        matrix(T).new_full((2,), 3),
        matrix(T).new_tensor([1, 2]),
        tuple(matrix(T).new_empty(2, 2).shape),
        matrix(T).new_zeros(1, dtype=T.int64),
        matrix(T).new_ones(1, requires_grad=True),
    ],
    "arange": lambda T: [
        T.arange(5),
        T.arange(1, 4),
        T.arange(1, 2, 0.3),
        T.arange(5, 0, -2),
        T.arange(3.0),
        T.arange(3, dtype=T.float64),
        T.arange(0, 1, 0.1),
        T.arange(end=3),
        T.arange(start=1, end=4, step=2),
    ],
    "range": lambda T: [T.range(1, 4), T.range(0, 1, 0.25)],
    "linspace": lambda T: [T.linspace(0, 1, 5), T.linspace(1, -1, 4, dtype=T.float64), T.linspace(2, 3, 1)],
    "logspace": lambda T: [np.round(T.logspace(0, 2, 3, dtype=T.float64).tolist(), 9).tolist()],
    "eye": lambda T: [T.eye(2), T.eye(2, 3, dtype=T.int64)],
    "scalar_tensor": lambda T: T.scalar_tensor(2),
    "is": lambda T: [
        T.is_tensor(matrix(T)),
        T.is_tensor(1),
        T.is_floating_point(matrix(T)),
        T.is_complex(matrix(T)),
        T.is_signed(T.tensor([1], dtype=T.uint8)),
        T.is_nonzero(T.tensor(0.0)),
        T.is_inference(matrix(T)),
        T.is_same_size(matrix(T), T.ones(2)),
        matrix(T).is_floating_point(),
        matrix(T).is_complex(),
        matrix(T).is_signed(),
        T.tensor(2).is_nonzero(),
        matrix(T).is_same_size(matrix(T)),
        matrix(T).is_inference(),
        matrix(T).is_pinned(),
        matrix(T).is_shared(),
        matrix(T).is_contiguous(),
        matrix(T).t().is_contiguous(),
        matrix(T).is_set_to(matrix(T)),
        matrix(T).is_cpu,
    ],
    "sizes": lambda T: [
        T.numel(matrix(T)),
        matrix(T).numel(),
        matrix(T).nelement(),
        matrix(T).dim(),
        matrix(T).ndimension(),
        matrix(T).element_size(),
        matrix(T).nbytes,
        matrix(T).itemsize,
        matrix(T).stride(),
        matrix(T).t().stride(0),
        list(matrix(T).size()),
        matrix(T).size(-1),
        len(matrix(T)),
        matrix(T).shape.numel(),
    ],
    "odd": lambda T: [
        T.isnan(odd(T)),
        T.isinf(odd(T)),
        T.isfinite(odd(T)),
        odd(T).isnan(),
        odd(T).isinf(),
        odd(T).isfinite(),
        T.isposinf(odd(T)),
        T.isneginf(odd(T)),
        T.signbit(odd(T)),
        odd(T).nan_to_num_(),
        T.nan_to_num_(odd(T), 1.0),
    ],
    "odd_integers": lambda T: [f(T.tensor([1, -2])) for f in (T.isnan, T.isinf, T.isfinite, T.signbit, T.isposinf)],
    "close": lambda T: [
        T.isclose(odd(T), odd(T) + 1e-9),
        T.allclose(odd(T), odd(T), equal_nan=True),
        T.allclose(odd(T), odd(T)),
        T.equal(matrix(T), matrix(T)),
        T.equal(matrix(T), T.ones(2)),
        matrix(T).equal(matrix(T)),
        matrix(T).isclose(matrix(T) + 1, atol=1),
        matrix(T).allclose(matrix(T) + 1e-9),
    ],
    "logic": lambda T: (
        [f(odd(T), T.tensor([0, 1, 0, 1, 1, 0])) for f in (T.logical_and, T.logical_or, T.logical_xor)]
        + [T.logical_not(odd(T)), odd(T).logical_not(), T.tensor([1, 0]).logical_xor_(T.tensor([1, 1]))]
    ),
    "dtypes": lambda T: (
        [repr(T.promote_types(getattr(T, a), getattr(T, b))) for a in KINDS for b in KINDS]
        + [T.can_cast(getattr(T, a), getattr(T, b)) for a in KINDS for b in KINDS]
    ),
    "result_type": lambda T: (
        [repr(T.result_type(T.ones(2, dtype=getattr(T, a)), b)) for a in KINDS for b in (1, 1.5, True)]
        + [repr(T.result_type(T.ones(2), T.ones((), dtype=T.float64)))]
    ),
    "limits": lambda T: (
        [
            [
                getattr(T.finfo(getattr(T, k)), n)
                for n in ("bits", "eps", "max", "min", "tiny", "smallest_normal", "resolution")
            ]
            for k in ("float16", "float32", "float64")
        ]
        + [[getattr(T.iinfo(getattr(T, k)), n) for n in ("bits", "max", "min")] for k in KINDS[1:6]]
    ),
    "casts": lambda T: [
        matrix(T).abs().byte(),
        matrix(T).char(),
        matrix(T).short(),
        matrix(T).int(),
        matrix(T).long(),
        matrix(T).half(),
        matrix(T).float(),
        matrix(T).double(),
        matrix(T).bool(),
        matrix(T).type_as(T.tensor([1])),
        matrix(T).type(T.float64),
        matrix(T).type(),
        matrix(T).type("torch.IntTensor"),
    ],
    "typename": lambda T: [T.typename(matrix(T)), T.typename(1), T.typename(T.tensor([1]))],
    "default_dtype": lambda T: [repr(T.get_default_dtype()), str(T.get_default_device())],
    "modes": lambda T: _modes(T),
    "apply": lambda T: [matrix(T).apply_(lambda v: v * 2), matrix(T).map_(T.ones(2, 3), lambda a, b: a + b)],
    "in_place": lambda T: [
        matrix(T).fill_(2),
        T.fill_(matrix(T), 3),
        T.zero_(matrix(T)),
        matrix(T).zero_(),
        matrix(T).copy_(T.ones(3)),
        matrix(T).masked_fill_(matrix(T) > 0, 9),
        matrix(T).clamp_min_(0),
        matrix(T).clamp_max_(0),
        T.clamp_min_(matrix(T), 1),
        T.clamp_max_(matrix(T), 1),
        matrix(T).triu_(),
        matrix(T).cumprod_(1),
        matrix(T).double().float_power_(2),
        matrix(T).heaviside_(T.ones(3)),
        matrix(T).ldexp_(T.tensor([1, 2, 0])),
        T.ldexp_(matrix(T), T.tensor([1, 1, 1])),
        matrix(T).addcdiv_(T.ones(3), T.ones(3), value=2),
        T.square_(matrix(T)),
        T.relu_(matrix(T)),
        matrix(T).as_strided_((2, 2), (1, 1)),
        matrix(T).tril_(),
        matrix(T).detach_(),
        matrix(T).swapaxes_(0, 1),
        matrix(T).unsqueeze_(0).squeeze_(0).t_(),
    ],
    "renorm_in_place": lambda T: np.round(matrix(T).double().renorm_(2, 0, 1).tolist(), 6).tolist(),
    "broadcast": lambda T: [
        T.broadcast_to(T.ones(3), (2, 3)),
        T.ones(3).broadcast_to((2, 3)),
        list(T.broadcast_shapes((2, 1), (3,))),
    ],
    "chain_matmul": lambda T: (
        T.chain_matmul(matrix(T), matrix(T).t(), matrix(T))
        if T is autograd
        else (matrix(T) @ matrix(T).t() @ matrix(T))
    ),
    "multinomial_shape": lambda T: [
        tuple(T.multinomial(T.tensor([0.2, 0.8]), 5, replacement=True).shape),
        sorted(matrix(T).abs().add(1).multinomial(3)[0].tolist()),
    ],
    "rng": lambda T: _rng(T),
    "randint_like": lambda T: (T.manual_seed(3), T.randint_like(matrix(T), 0, 9))[1],
    "random": lambda T: (T.manual_seed(3), [T.zeros(5).random_(4), T.zeros(40).bernoulli_(0.3)])[1],
    "hooks": lambda T: _hooks(T),
    "settings": lambda T: [
        T.set_float32_matmul_precision("highest"),
        T.use_deterministic_algorithms(False),
        isinstance(T.get_num_threads(), int),
    ],
    "set_default_device": lambda T: T.set_default_device("cpu"),
    "range_of_numbers": lambda T: [T.tensor(5).item(), float(T.tensor(2.5)), int(T.tensor(3.9)), bool(T.tensor(1))],
    "contains": lambda T: [2 in T.tensor([1, 2]), 5 in T.tensor([1, 2])],
    "iterate": lambda T: [list(matrix(T)), [v.item() for v in T.arange(3)]],
}


def _modes(T: Any) -> Any:
    found = [T.is_grad_enabled(), T.is_inference_mode_enabled()]
    x = T.ones(1, requires_grad=True)
    with T.no_grad():
        found.append((x * 2).requires_grad)
        with T.enable_grad():
            found.append((x * 2).requires_grad)
        with T.set_grad_enabled(True):
            found.append(T.is_grad_enabled())
    with T.inference_mode():
        found.append((x * 2).requires_grad)
    return found


def _rng(T: Any) -> Any:
    T.manual_seed(7)
    state = T.get_rng_state()
    first = T.rand(3)
    T.set_rng_state(state)
    return [first, T.rand(3), T.initial_seed()]


def _hooks(T: Any) -> Any:
    x = T.tensor([1.0, 2.0], requires_grad=True)
    seen: list[Any] = []
    y = x * 3
    y.retain_grad()
    handle = x.register_hook(lambda g: g * 2)
    x.register_post_accumulate_grad_hook(lambda t: seen.append(plain(t.grad)))
    y.sum().backward()
    handle.remove()
    (x * 1).sum().backward()
    return [x.grad, y.grad, seen, y.retains_grad, y.is_leaf, y.output_nr]


@pytest.mark.parametrize("name", CALLS)
@pytest.mark.filterwarnings("ignore")
def test_as_pytorch(name: str) -> None:
    ours, theirs = (plain(CALLS[name](library)) for library in (autograd, torch))
    np.testing.assert_equal(ours, theirs)


def test_set_and_resize_are_refused() -> None:
    for name in ("set_", "resize_", "resize_as_"):
        with pytest.raises(AttributeError, match="use"):
            getattr(autograd.ones(2), name)
    for name in ("bfloat16", "complex64"):
        with pytest.raises(AttributeError, match="use"):
            getattr(autograd, name)
