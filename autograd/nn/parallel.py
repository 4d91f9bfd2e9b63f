"""`nn.DataParallel`, which without a GPU calls its module, as PyTorch's does."""

from __future__ import annotations

from typing import Any

from autograd.nn.module import Module

__all__ = ["DataParallel", "DistributedDataParallel"]


class DataParallel(Module):
    """Calls `module`: there are no devices to spread a batch over. Its state's names begin with `module.`."""

    def __init__(self, module: Module, device_ids: Any = None, output_device: Any = None, dim: int = 0) -> None:
        super().__init__()
        self.module = module
        self.device_ids: list[int] = []
        self.dim = dim

    def forward(self, *inputs: Any, **kwargs: Any) -> Any:
        return self.module(*inputs, **kwargs)


class DistributedDataParallel(Module):
    """ValueError, as in a PyTorch without a process group: there is one process here."""

    def __init__(self, module: Module, *args: Any, **kwargs: Any) -> None:
        raise ValueError(
            "Default process group has not been initialized: this core trains in one process. Use the module itself, "
            "without DistributedDataParallel."
        )


def __getattr__(name: str) -> Any:
    from autograd.missing import explain

    raise AttributeError(explain("torch.nn.parallel", name))
