"""Optimizers, with PyTorch's names, options and arithmetic."""

from __future__ import annotations

from typing import Any

from autograd.optim import lr_scheduler
from autograd.optim.adam import Adam
from autograd.optim.adamw import AdamW
from autograd.optim.optimizer import Optimizer
from autograd.optim.sgd import SGD

__all__ = [
    "SGD",
    "Adam",
    "AdamW",
    "Optimizer",
    "lr_scheduler",
]


def __getattr__(name: str) -> Any:
    from autograd.missing import explain

    raise AttributeError(explain("torch.optim", name))
