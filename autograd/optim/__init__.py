"""Optimizers, with PyTorch's names, options and arithmetic."""

from __future__ import annotations

from typing import Any

from autograd.optim import lr_scheduler, swa_utils
from autograd.optim.adadelta import Adadelta
from autograd.optim.adagrad import Adagrad
from autograd.optim.adam import Adam
from autograd.optim.adamax import Adamax
from autograd.optim.adamw import AdamW
from autograd.optim.asgd import ASGD
from autograd.optim.lbfgs import LBFGS
from autograd.optim.nadam import NAdam
from autograd.optim.optimizer import Optimizer
from autograd.optim.radam import RAdam
from autograd.optim.rmsprop import RMSprop
from autograd.optim.rprop import Rprop
from autograd.optim.sgd import SGD
from autograd.optim.sparse_adam import SparseAdam

__all__ = [
    "ASGD",
    "LBFGS",
    "SGD",
    "Adadelta",
    "Adagrad",
    "Adam",
    "AdamW",
    "Adamax",
    "NAdam",
    "Optimizer",
    "RAdam",
    "RMSprop",
    "Rprop",
    "SparseAdam",
    "lr_scheduler",
    "swa_utils",
]


def __getattr__(name: str) -> Any:
    from autograd.missing import explain

    raise AttributeError(explain("torch.optim", name))
