"""Averages of weights along training: stochastic weight averaging and exponential moving averages.

Izmailov et al., *Averaging Weights Leads to Wider Optima and Better Generalization*, https://arxiv.org/abs/1803.05407.
"""

from __future__ import annotations

import copy
import math
from collections.abc import Callable, Iterable
from typing import Any

from autograd import dtypes, mode
from autograd.creation import tensor
from autograd.functions.pairs import lerp
from autograd.nn import norms
from autograd.nn.module import Module
from autograd.optim.optimizer import Optimizer
from autograd.optim.schedules.base import LRScheduler, per_group
from autograd.tensor import Tensor

Average = Callable[[Tensor, Tensor, Any], Tensor]
Averages = Callable[[list[Tensor], list[Tensor], Any], None]


def _check_decay(decay: float) -> None:
    if decay < 0.0 or decay > 1.0:
        raise ValueError(f"Invalid decay value {decay} provided. Please provide a value in [0,1] range.")


def get_ema_avg_fn(decay: float = 0.999) -> Average:
    """decay * average + (1 - decay) * value; ValueError for a decay outside [0, 1]."""
    _check_decay(decay)

    def ema_update(ema_param: Tensor, current_param: Tensor, num_averaged: Any) -> Tensor:
        with mode.no_grad():
            mixed: Tensor = decay * ema_param + (1 - decay) * current_param
            return mixed

    return ema_update


def get_swa_avg_fn() -> Average:
    """The mean of all values so far."""

    def swa_update(averaged_param: Tensor, current_param: Tensor, num_averaged: Any) -> Tensor:
        with mode.no_grad():
            mean: Tensor = averaged_param + (current_param - averaged_param) / (num_averaged + 1)
            return mean

    return swa_update


def _each(weight: Callable[[Any], float], other: Average) -> Averages:
    """An update of lists in place: by `lerp` where they hold floats, else by `other`."""

    def update(averaged: list[Tensor], values: list[Tensor], num_averaged: Any) -> None:
        with mode.no_grad():
            for average, value in zip(averaged, values, strict=True):
                if average.is_floating_point():
                    average.copy_(lerp(average, value, weight(num_averaged)))
                else:
                    average.copy_(other(average, value, num_averaged))

    return update


def get_ema_multi_avg_fn(decay: float = 0.999) -> Averages:
    """`get_ema_avg_fn` for lists of tensors, in place."""
    _check_decay(decay)
    return _each(lambda count: 1 - decay, get_ema_avg_fn(decay))


def get_swa_multi_avg_fn() -> Averages:
    """`get_swa_avg_fn` for lists of tensors, in place."""
    return _each(lambda count: 1 / (float(count) + 1), get_swa_avg_fn())


class AveragedModel(Module):
    """A copy of a model that holds the averages of its parameters (and buffers, by `use_buffers`)."""

    def __init__(
        self,
        model: Module,
        device: Any = None,
        avg_fn: Average | None = None,
        multi_avg_fn: Averages | None = None,
        use_buffers: bool = False,
    ) -> None:
        super().__init__()
        if avg_fn is not None and multi_avg_fn is not None:
            raise AssertionError("Only one of avg_fn and multi_avg_fn should be provided")
        self.module = copy.deepcopy(model)
        self.register_buffer("n_averaged", tensor(0, dtype=dtypes.int64))
        self.avg_fn, self.multi_avg_fn, self.use_buffers = avg_fn, multi_avg_fn, use_buffers

    def forward(self, *args: Any, **kwargs: Any) -> Any:
        """The averaged model's."""
        return self.module(*args, **kwargs)

    def update_parameters(self, model: Module) -> None:
        """Takes the present values of `model` into the averages; the first time, copies them."""
        mine = [p.detach() for p in self.module.parameters()]
        values = [p.detach() for p in model.parameters()]
        if self.use_buffers:
            mine += [b.detach() for b in self.module.buffers()]
            values += [b.detach() for b in model.buffers()]
        seen = int(self.n_averaged)
        if seen == 0:
            for average, value in zip(mine, values, strict=True):
                average.copy_(value)
        elif self.avg_fn is not None:
            for average, value in zip(mine, values, strict=True):
                average.copy_(self.avg_fn(average, value, self.n_averaged))
        else:
            # By dtype, as PyTorch groups them: an update may look at the first tensor only.
            update = self.multi_avg_fn or get_swa_multi_avg_fn()
            for kind in dict.fromkeys(t.dtype for t in mine):
                pairs = [(a, v) for a, v in zip(mine, values, strict=True) if a.dtype is kind]
                update([a for a, _ in pairs], [v for _, v in pairs], self.n_averaged)
        if not self.use_buffers:
            for average, value in zip(self.module.buffers(), model.buffers(), strict=True):
                average.detach().copy_(value.detach())
        self.n_averaged += 1


def update_bn(loader: Iterable[Any], model: Module, device: Any = None) -> None:
    """Computes the running statistics of BatchNorm layers anew, as plain means over `loader`."""
    layers = [m for m in model.modules() if isinstance(m, norms._BatchNorm)]
    if not layers:
        return
    before, training = [layer.momentum for layer in layers], model.training
    model.train()
    for layer in layers:
        layer.reset_running_stats()
        layer.momentum = None
    with mode.no_grad():
        for batch in loader:
            model(batch[0] if isinstance(batch, (list, tuple)) else batch)
    for layer, momentum in zip(layers, before, strict=True):
        layer.momentum = momentum
    model.train(training)


class SWALR(LRScheduler):
    """From the present rates to `swa_lr` in `anneal_epochs` epochs, along a cosine or a line."""

    def __init__(
        self,
        optimizer: Optimizer,
        swa_lr: Any,
        anneal_epochs: int = 10,
        anneal_strategy: str = "cos",
        last_epoch: int = -1,
    ) -> None:
        for rate, group in zip(per_group("swa_lr", optimizer, swa_lr), optimizer.param_groups, strict=True):
            group["swa_lr"] = rate
        if anneal_strategy not in ("cos", "linear"):
            raise ValueError(f"anneal_strategy must be one of 'cos' or 'linear', instead got {anneal_strategy}")
        if not isinstance(anneal_epochs, int) or anneal_epochs < 0:
            raise ValueError(f"anneal_epochs must be equal or greater than 0, got {anneal_epochs}")
        self._anneal_strategy, self.anneal_epochs = anneal_strategy, anneal_epochs
        super().__init__(optimizer, last_epoch)

    def _part(self, step: int) -> float:
        t = max(0.0, min(1.0, step / max(1, self.anneal_epochs)))
        return (1 - math.cos(math.pi * t)) / 2 if self._anneal_strategy == "cos" else t

    def get_lr(self) -> list[Any]:
        """See `LRScheduler.get_lr`."""
        self._asked()
        step = self._step_count - 1
        if self.anneal_epochs == 0:
            step = max(1, step)
        before, now = self._part(step - 1), self._part(step)
        rates = []
        for group in self.optimizer.param_groups:
            goal = group["swa_lr"]
            start = goal if before == 1 else (group["lr"] - before * goal) / (1 - before)
            rates.append(goal * now + start * (1 - now))
        return rates


__all__ = [
    "SWALR",
    "AveragedModel",
    "get_ema_avg_fn",
    "get_ema_multi_avg_fn",
    "get_swa_avg_fn",
    "get_swa_multi_avg_fn",
    "update_bn",
]
