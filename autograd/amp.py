"""`torch.amp` on a CPU: autocasting to a GPU's types is off, as in a PyTorch without one; gradients can be scaled."""

from __future__ import annotations

import functools
import warnings
from collections.abc import Callable
from enum import Enum
from typing import Any

import numpy as np

from autograd import recording
from autograd.tensor import Tensor, wrap

__all__ = ["GradScaler", "autocast"]


class autocast:
    """`with autocast("cuda"):` computes as usual, with PyTorch's warning that there is no GPU; also a decorator.

    NotImplementedError for the CPU's own autocasting, whose type (bfloat16) this core does not have.
    """

    def __init__(
        self, device_type: str, dtype: Any = None, enabled: bool = True, cache_enabled: bool | None = None
    ) -> None:
        if not isinstance(device_type, str):
            raise ValueError(f"Expected `device_type` of type `str`, got: `{type(device_type)}`")
        if enabled and device_type == "cpu":
            raise NotImplementedError(
                "autocast on the CPU computes in bfloat16, which this core does not have: leave it out, or say "
                "autocast('cpu', enabled=False), and compute in float32"
            )
        if enabled:
            warnings.warn(f"{device_type.upper()} is not available. Disabling autocast.", UserWarning, stacklevel=2)
        self.device, self.fast_dtype = device_type, dtype

    def __enter__(self) -> autocast:
        return self

    def __exit__(self, *exception: object) -> None:
        return None

    def __call__(self, function: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(function)
        def wrapper(*args: Any, **kwargs: Any) -> Any:
            with self:
                return function(*args, **kwargs)

        return wrapper


def is_autocast_enabled(device_type: str | None = None) -> bool:
    """Always False."""
    return False


class _Stage(Enum):
    READY = 0
    UNSCALED = 1
    STEPPED = 2


class GradScaler:
    """Multiplies losses so that small gradients survive half precision, and divides gradients before each step.

    For a GPU it is off here, with PyTorch's warning; `GradScaler("cpu")` works (Micikevicius et al., 2018).
    """

    def __init__(
        self,
        device: str = "cuda",
        init_scale: float = 2.0**16,
        growth_factor: float = 2.0,
        backoff_factor: float = 0.5,
        growth_interval: int = 2000,
        enabled: bool = True,
    ) -> None:
        self._device = device
        if enabled and device != "cpu":
            warnings.warn(
                f"torch.{device}.amp.GradScaler is enabled, but {device.upper()} is not available.  Disabling.",
                stacklevel=2,
            )
            enabled = False
        self._enabled = enabled
        if growth_factor <= 1.0:
            raise AssertionError("The growth factor must be > 1.0.")
        if backoff_factor >= 1.0:
            raise AssertionError("The backoff factor must be < 1.0.")
        self._scale = float(init_scale)
        self._used = False
        self._growth_factor, self._backoff_factor = growth_factor, backoff_factor
        self._growth_interval, self._growth_tracker = growth_interval, 0
        # Of each optimizer since the last update: how far it is, and whether its gradients are all finite.
        self._stages: dict[int, tuple[_Stage, bool]] = {}

    def scale(self, outputs: Any) -> Any:
        """Losses times the scale, in the containers they came in."""
        if not self._enabled:
            return outputs
        self._used = True
        if isinstance(outputs, Tensor):
            return outputs * wrap(np.asarray(self._scale, np.float32)).to(outputs.dtype)
        if isinstance(outputs, (list, tuple)):
            return type(outputs)([self.scale(output) for output in outputs])
        raise ValueError("outputs must be a Tensor or an iterable of Tensors")

    def unscale_(self, optimizer: Any) -> None:
        """Divides the gradients of an optimizer's parameters by the scale. RuntimeError the second time."""
        if not self._enabled:
            return
        self._check_used("unscale_")
        stage, _ = self._stages.get(id(optimizer), (_Stage.READY, True))
        if stage is _Stage.UNSCALED:
            raise RuntimeError("unscale_() has already been called on this optimizer since the last update().")
        if stage is _Stage.STEPPED:
            raise RuntimeError("unscale_() is being called after step().")
        finite = True
        for group in optimizer.param_groups:
            for p in group["params"]:
                if p._grad is not None:
                    array = p._grad._array
                    p._set_grad_array(np.asarray(array * array.dtype.type(1.0 / self._scale)))
                    if recording.current is not None:
                        details = {"by": "unscale_", "factor": 1.0 / self._scale}
                        recording.current.adjust(p, array, p._grad._array, details)
                    finite = finite and bool(np.isfinite(p._grad._array).all())
        self._stages[id(optimizer)] = _Stage.UNSCALED, finite

    def step(self, optimizer: Any, *args: Any, **kwargs: Any) -> Any:
        """The optimizer's step, unless a gradient is infinite or not a number; unscales first where needed."""
        if not self._enabled:
            return optimizer.step(*args, **kwargs)
        if "closure" in kwargs:
            raise RuntimeError("Closure use is not currently supported if GradScaler is enabled.")
        stage, _ = self._stages.get(id(optimizer), (_Stage.READY, True))
        if stage is _Stage.STEPPED:
            raise RuntimeError("step() has already been called since the last update().")
        if stage is _Stage.READY:
            self.unscale_(optimizer)
        finite = self._stages[id(optimizer)][1]
        self._stages[id(optimizer)] = _Stage.STEPPED, finite
        return optimizer.step(*args, **kwargs) if finite else None

    def update(self, new_scale: Any = None) -> None:
        """The scale for the next iteration: smaller after gradients that were not finite, larger after good ones."""
        if not self._enabled:
            return
        self._check_used("update")
        if new_scale is not None:
            self._scale = float(new_scale)
        elif not self._stages:
            raise AssertionError("No inf checks were recorded prior to update.")
        elif not all(finite for _, finite in self._stages.values()):
            self._scale *= self._backoff_factor
            self._growth_tracker = 0
        else:
            self._growth_tracker += 1
            if self._growth_tracker == self._growth_interval:
                self._scale *= self._growth_factor
                self._growth_tracker = 0
        self._stages = {}

    def _check_used(self, name: str) -> None:
        if not self._used:
            raise AssertionError(
                f"Attempted {name} but _scale is None.  This may indicate your script did not use scaler.scale(loss or "
                "outputs) earlier in the iteration."
            )

    def get_scale(self) -> float:
        """The scale; 1 where it is off."""
        return self._scale if self._enabled else 1.0

    def is_enabled(self) -> bool:
        """Whether losses are scaled."""
        return self._enabled

    def get_growth_factor(self) -> float:
        """What the scale grows by."""
        return self._growth_factor

    def set_growth_factor(self, new_factor: float) -> None:
        """Sets what the scale grows by."""
        self._growth_factor = new_factor

    def get_backoff_factor(self) -> float:
        """What the scale shrinks by."""
        return self._backoff_factor

    def set_backoff_factor(self, new_factor: float) -> None:
        """Sets what the scale shrinks by."""
        self._backoff_factor = new_factor

    def get_growth_interval(self) -> int:
        """After how many good iterations the scale grows."""
        return self._growth_interval

    def set_growth_interval(self, new_interval: int) -> None:
        """Sets after how many good iterations the scale grows."""
        self._growth_interval = new_interval

    def state_dict(self) -> dict[str, Any]:
        """The scale and how it changes; empty where it is off."""
        if not self._enabled:
            return {}
        return {
            "scale": self._scale,
            "growth_factor": self._growth_factor,
            "backoff_factor": self._backoff_factor,
            "growth_interval": self._growth_interval,
            "_growth_tracker": self._growth_tracker,
        }

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Takes what `state_dict` gave."""
        if not self._enabled:
            return
        if not state_dict:
            raise RuntimeError(
                "The source state dict is empty, possibly because it was saved from a disabled instance of GradScaler."
            )
        for name in ("growth_factor", "backoff_factor", "growth_interval"):
            setattr(self, f"_{name}", state_dict[name])
        self._scale, self._growth_tracker = state_dict["scale"], state_dict["_growth_tracker"]


class CudaAutocast(autocast):
    """`torch.cuda.amp.autocast`, which is `torch.amp.autocast('cuda')` now."""

    def __init__(self, enabled: bool = True, dtype: Any = None, cache_enabled: bool = True) -> None:
        _older("autocast")
        super().__init__("cuda", dtype, enabled, cache_enabled)


class CudaGradScaler(GradScaler):
    """`torch.cuda.amp.GradScaler`, which is `torch.amp.GradScaler('cuda')` now."""

    def __init__(
        self,
        init_scale: float = 2.0**16,
        growth_factor: float = 2.0,
        backoff_factor: float = 0.5,
        growth_interval: int = 2000,
        enabled: bool = True,
    ) -> None:
        _older("GradScaler")
        super().__init__("cuda", init_scale, growth_factor, backoff_factor, growth_interval, enabled)


def _older(name: str) -> None:
    warnings.warn(
        f"`torch.cuda.amp.{name}(args...)` is deprecated. Please use `torch.amp.{name}('cuda', args...)` instead.",
        FutureWarning,
        stacklevel=3,
    )


def __getattr__(name: str) -> Any:
    from autograd.missing import explain

    raise AttributeError(explain("torch.amp", name))
