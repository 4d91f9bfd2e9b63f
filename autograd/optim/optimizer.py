"""Optimizer: groups of parameters with options, and the step that updates them and tells the recorder."""

from __future__ import annotations

import functools
from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograd import mode, recording
from autograd.nn.module import clear_gradient
from autograd.tensor import Tensor, is_shared, wrap

Array = NDArray[Any]


class Optimizer:
    """Updates parameters by their gradients. A subclass gives the defaults and `update`.

    A script's own subclass may define `step` instead, as in PyTorch; the recorder is told of its start and end.
    """

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "step" in cls.__dict__:
            cls.step = _told(cls.step)  # type: ignore[method-assign]

    steps = 0  # how often `step` ran

    def __init__(self, params: Any, defaults: dict[str, Any]) -> None:
        if isinstance(params, Tensor):
            raise TypeError(
                "params argument given to the optimizer should be an iterable of Tensors or dicts, but got torch.Tensor"
            )
        self.defaults = defaults
        self.state: defaultdict[Tensor, dict[str, Any]] = defaultdict(dict)
        self.param_groups: list[dict[str, Any]] = []
        groups = list(params)
        if not groups:
            raise ValueError("optimizer got an empty parameter list")
        if not isinstance(groups[0], dict):
            groups = [{"params": groups}]
        for group in groups:
            self.add_param_group(group)

    def add_param_group(self, param_group: dict[str, Any]) -> None:
        """Adds parameters with options of their own."""
        members = param_group["params"]
        members = [members] if isinstance(members, Tensor) else list(members)
        if members and isinstance(members[0], tuple):
            members = [p for _, p in members]
        known = {id(p) for g in self.param_groups for p in g["params"]}
        for p in members:
            if not isinstance(p, Tensor):
                raise TypeError(f"optimizer can only optimize Tensors, but one of the params is {type(p).__name__}")
            if not p.is_leaf:
                raise ValueError("can't optimize a non-leaf Tensor")
            if id(p) in known:
                raise ValueError("some parameters appear in more than one parameter group")
        self.param_groups.append({**self.defaults, **param_group, "params": members})

    def zero_grad(self, set_to_none: bool = True) -> None:
        """Clears the gradients of all parameters, to None or to zeros."""
        for group in self.param_groups:
            for p in group["params"]:
                clear_gradient(p, set_to_none)

    def update(self, value: Array, gradient: Array, state: dict[str, Any], group: dict[str, Any]) -> Array:
        """The new value of one parameter, in a fresh array; `state` is replaced, not written into."""
        raise NotImplementedError(f"{type(self).__name__} defines neither update nor step")

    def step(self, closure: Callable[[], Any] | None = None) -> Any:
        """Updates every parameter that has a gradient. `closure`, if given, computes the loss again first."""
        loss = None
        if closure is not None:
            with mode.enable_grad(), _closure():
                loss = closure()
        recorder = recording.current
        for group in self.param_groups:
            options = None
            maximize = group.get("maximize")
            for p in group["params"]:
                if p._grad is None:
                    continue
                gradient, before, state = p._grad._array, p._array, self.state[p]
                if maximize:
                    gradient = -gradient
                # numpy makes scalars of 0-d arrays on the way; a tensor holds arrays.
                after = np.asarray(self.update(before, gradient, state, group))
                for name, value in state.items():
                    if isinstance(value, np.floating):
                        state[name] = np.asarray(value)
                if recorder is None:
                    # In place, as PyTorch: whatever shares the parameter's memory sees the step.
                    np.copyto(before, after)
                elif is_shared(p):
                    # A state_dict, say, looks into the array: it must see the step, and the tape keep the old numbers.
                    array, before = before, before.copy()
                    recorder.overwrite(array)
                    np.copyto(array, after)
                    after = array
                else:
                    p._array = after
                p._versions[0] += 1
                if recorder is not None:
                    if options is None:
                        options = {k: v for k, v in group.items() if k != "params" and not callable(v)}
                    recorder.step(self, p, before, p._grad._array, after, _numbers(state), options)
        return loss

    def state_dict(self) -> dict[str, Any]:
        """State and options, with parameters numbered in order."""
        numbers: dict[int, int] = {}
        groups = []
        for group in self.param_groups:
            for p in group["params"]:
                numbers.setdefault(id(p), len(numbers))
            groups.append({**group, "params": [numbers[id(p)] for p in group["params"]]})
        state = {
            numbers[id(p)]: {k: wrap(v.copy()) if isinstance(v, np.ndarray) else v for k, v in held.items()}
            for p, held in self.state.items()
        }
        return {"state": state, "param_groups": groups}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Takes over a state; ValueError where the groups do not fit."""
        saved = state_dict["param_groups"]
        if len(saved) != len(self.param_groups):
            raise ValueError("loaded state dict has a different number of parameter groups")
        for group, other in zip(self.param_groups, saved, strict=True):
            if len(group["params"]) != len(other["params"]):
                raise ValueError(
                    "loaded state dict contains a parameter group that doesn't match the size of optimizer's group"
                )
            for p, number in zip(group["params"], other["params"], strict=True):
                held = state_dict["state"].get(number)
                if held is not None:
                    self.state[p] = {k: v._array.copy() if isinstance(v, Tensor) else v for k, v in held.items()}
            group.update({k: v for k, v in other.items() if k != "params"})

    def __repr__(self) -> str:
        text = f"{type(self).__name__} ("
        for i, group in enumerate(self.param_groups):
            text += f"\nParameter Group {i}\n"
            for key in sorted(group):
                if key != "params":
                    text += f"    {key}: {group[key]}\n"
        return text + ")"


def _numbers(state: dict[str, Any]) -> dict[str, Any]:
    return {k: v._array if isinstance(v, Tensor) else v for k, v in state.items() if v is not None}


class _closure:
    """A closure's ops are the script's own, also inside a step."""

    def __enter__(self) -> None:
        self.before = recording.stepping
        recording.stepping = False

    def __exit__(self, *exception: object) -> None:
        recording.stepping = self.before


def _told(step: Callable[..., Any]) -> Callable[..., Any]:
    """A `step` that tells the recorder of its start and end, runs without a graph, and is counted for schedulers."""

    @functools.wraps(step)
    def wrapper(self: Optimizer, *args: Any, **kwargs: Any) -> Any:
        recorder, before = recording.current, recording.stepping
        closure = args[0] if args else kwargs.get("closure")
        if recorder is not None and not before:
            recorder.begin_step(self, closure is not None)
        recording.stepping = True
        try:
            with mode.no_grad():
                return step(self, *args, **kwargs)
        finally:
            recording.stepping = before
            self.steps += 1
            if recorder is not None and not before:
                recorder.end_step(self)

    return wrapper


Optimizer.step = _told(Optimizer.step)  # type: ignore[method-assign]


def checked(**options: Any) -> dict[str, Any]:
    """The options, once found sensible; ValueError otherwise."""
    for name in ("lr", "momentum", "weight_decay", "eps"):
        value = options.get(name)
        if value is not None and value < 0.0:
            label = {"lr": "learning rate", "eps": "epsilon value"}.get(name, f"{name} value")
            raise ValueError(f"Invalid {label}: {value}")
    for i, beta in enumerate(options.get("betas", ())):
        if not 0.0 <= beta < 1.0:
            raise ValueError(f"Invalid beta parameter at index {i}: {beta}")
    return options


Params = Iterable[Any]
