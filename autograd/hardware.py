"""`torch.cuda`, `torch.backends` and their like, as a CPU-only PyTorch answers."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from autograd import amp
from autograd.devices import CPU, device
from autograd.devices import check as _check

# The PyTorch whose names, numbers and errors this core has.
VERSION = "2.13.0+backplay"


def _no() -> bool:
    return False


def _zero() -> int:
    return 0


def _nothing(*args: Any, **kwargs: Any) -> None:
    return None


def _no_cuda(*args: Any, **kwargs: Any) -> Any:
    """AssertionError: there is no GPU."""
    raise AssertionError("Torch not compiled with CUDA enabled: this core runs on the CPU")


def _no_accelerator(*args: Any, **kwargs: Any) -> Any:
    """RuntimeError: there is no accelerator."""
    raise RuntimeError("Cannot access accelerator device when none is available: this core runs on the CPU")


def _none() -> list[str]:
    return []


cuda = SimpleNamespace(
    is_available=_no,
    is_bf16_supported=lambda including_emulation=True: False,
    is_initialized=_no,
    device_count=_zero,
    manual_seed=_nothing,
    manual_seed_all=_nothing,
    seed=_nothing,
    seed_all=_nothing,
    empty_cache=_nothing,
    memory_allocated=lambda device=None: 0,
    max_memory_allocated=lambda device=None: 0,
    memory_reserved=lambda device=None: 0,
    max_memory_reserved=lambda device=None: 0,
    get_arch_list=_none,
    # What these would do needs a GPU.
    **dict.fromkeys(
        (
            "Event",
            "Stream",
            "current_device",
            "current_stream",
            "get_device_capability",
            "get_device_name",
            "get_device_properties",
            "get_rng_state",
            "init",
            "ipc_collect",
            "reset_peak_memory_stats",
            "set_device",
            "set_rng_state",
            "stream",
            "synchronize",
        ),
        _no_cuda,
    ),
    amp=SimpleNamespace(GradScaler=amp.CudaGradScaler, autocast=amp.CudaAutocast),
)
mps = SimpleNamespace(is_available=_no, manual_seed=_nothing)
xpu = SimpleNamespace(is_available=_no, device_count=_zero)
accelerator = SimpleNamespace(
    is_available=_no,
    current_accelerator=_nothing,
    device_count=_zero,
    **dict.fromkeys(("current_device_index", "set_device_index", "synchronize"), _no_accelerator),
)
backends = SimpleNamespace(
    cudnn=SimpleNamespace(
        deterministic=False, benchmark=False, enabled=True, allow_tf32=True, is_available=_no, version=_nothing
    ),
    cuda=SimpleNamespace(matmul=SimpleNamespace(allow_tf32=False), is_built=_no),
    mps=SimpleNamespace(is_available=_no, is_built=_no),
)
version = SimpleNamespace(__version__=VERSION, cuda=None, hip=None, xpu=None, debug=False, git_version="")


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
