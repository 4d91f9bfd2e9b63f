"""Modules, parameters and the functions under them, with PyTorch's names."""

# ruff: noqa: F401 - this file is the public namespace.
from __future__ import annotations

from typing import Any

from autograd.nn import functional, init, utils
from autograd.nn.activations import (
    ELU,
    GELU,
    LeakyReLU,
    LogSigmoid,
    LogSoftmax,
    ReLU,
    ReLU6,
    Sigmoid,
    SiLU,
    Softmax,
    Softplus,
    Tanh,
)
from autograd.nn.containers import ModuleDict, ModuleList, ParameterDict, ParameterList, Sequential
from autograd.nn.layers import (
    AdaptiveAvgPool2d,
    AvgPool2d,
    Conv1d,
    Conv2d,
    ConvTranspose2d,
    Dropout,
    Dropout1d,
    Dropout2d,
    Embedding,
    Flatten,
    Identity,
    Linear,
    MaxPool1d,
    MaxPool2d,
    Unflatten,
)
from autograd.nn.losses import (
    BCELoss,
    BCEWithLogitsLoss,
    CrossEntropyLoss,
    HuberLoss,
    KLDivLoss,
    L1Loss,
    MSELoss,
    NLLLoss,
    SmoothL1Loss,
)
from autograd.nn.module import Module
from autograd.nn.norms import BatchNorm1d, BatchNorm2d, LayerNorm
from autograd.nn.parameter import Buffer, Parameter


def __getattr__(name: str) -> Any:
    from autograd.missing import explain

    raise AttributeError(explain("torch.nn", name))
