"""`torch.cuda`, `torch.backends` and their like, as a CPU-only PyTorch answers."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from autograd.devices import CPU, device
from autograd.devices import check as _check


def _no() -> bool:
    return False


def _zero() -> int:
    return 0


def _nothing(*args: Any, **kwargs: Any) -> None:
    return None


cuda = SimpleNamespace(
    is_available=_no,
    device_count=_zero,
    manual_seed=_nothing,
    manual_seed_all=_nothing,
    empty_cache=_nothing,
    synchronize=_nothing,
    is_initialized=_no,
)
mps = SimpleNamespace(is_available=_no, manual_seed=_nothing)
accelerator = SimpleNamespace(is_available=_no, current_accelerator=_nothing, device_count=_zero)
backends = SimpleNamespace(
    cudnn=SimpleNamespace(deterministic=False, benchmark=False, enabled=False, is_available=_no),
    cuda=SimpleNamespace(matmul=SimpleNamespace(allow_tf32=False), is_built=_no),
    mps=SimpleNamespace(is_available=_no, is_built=_no),
)


def get_num_threads() -> int:
    """One."""
    return 1


def set_num_threads(number: int) -> None:
    """Accepted: there is one thread."""


def use_deterministic_algorithms(mode: bool, *, warn_only: bool = False) -> None:
    """Accepted: every run is deterministic."""


def set_float32_matmul_precision(precision: str) -> None:
    """Accepted: products are of full precision."""


def compile(model: Any = None, **kwargs: Any) -> Any:
    """The model itself: there is no compiler."""
    if model is None:
        decorator: Callable[[Any], Any] = lambda function: function  # noqa: E731
        return decorator
    return model


def set_default_device(where: Any) -> None:
    """Accepts the CPU."""
    _check(where)


def get_default_device() -> device:
    """The CPU."""
    return CPU
