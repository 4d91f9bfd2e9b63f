"""Learning rates that change from step to step."""

from __future__ import annotations

from typing import Any

from autograd.optim.schedules.annealing import (
    ConstantLR,
    CosineAnnealingLR,
    CosineAnnealingWarmRestarts,
    LinearLR,
    PolynomialLR,
)
from autograd.optim.schedules.base import LRScheduler
from autograd.optim.schedules.composed import ChainedScheduler, SequentialLR
from autograd.optim.schedules.cyclic import CyclicLR, OneCycleLR
from autograd.optim.schedules.decay import ExponentialLR, LambdaLR, MultiplicativeLR, MultiStepLR, StepLR
from autograd.optim.schedules.plateau import ReduceLROnPlateau

__all__ = [
    "ChainedScheduler",
    "ConstantLR",
    "CosineAnnealingLR",
    "CosineAnnealingWarmRestarts",
    "CyclicLR",
    "ExponentialLR",
    "LRScheduler",
    "LambdaLR",
    "LinearLR",
    "MultiStepLR",
    "MultiplicativeLR",
    "OneCycleLR",
    "PolynomialLR",
    "ReduceLROnPlateau",
    "SequentialLR",
    "StepLR",
]

_LRScheduler = LRScheduler


def __getattr__(name: str) -> Any:
    from autograd.missing import explain

    raise AttributeError(explain("torch.optim.lr_scheduler", name))
