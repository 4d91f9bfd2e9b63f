"""Optimizer: groups of parameters with options, and the step that updates them and tells the recorder."""

from __future__ import annotations

import functools
import warnings
from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from autograd import mode, recording
from autograd.nn.module import clear_gradient
from autograd.optim import checkpoint
from autograd.optim.hooks import Hooked
from autograd.tensor import Tensor, is_shared, memory_of

Array = NDArray[Any]

# Options that choose among PyTorch's implementations of the same arithmetic.
SWITCHES = frozenset({"foreach", "fused", "capturable", "differentiable"})
_UNTOLD = SWITCHES | {"params", "param_names"}

required = type("_RequiredParameter", (), {"__repr__": lambda self: "<required parameter>"})()


class Optimizer(Hooked):
    """Updates parameters by their gradients. A subclass gives the defaults and `update`.

    A script's own subclass may define `step` instead, as in PyTorch; the recorder is told of its start and end.
    """

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "update" in cls.__dict__:
            cls.keeps_arrays = True
        if "step" in cls.__dict__:
            cls.step = _told(cls.step)  # type: ignore[method-assign]

    steps = 0  # how often `step` ran
    counters: tuple[str, ...] = ()  # what `state` holds as Python numbers and PyTorch as 0-d tensors
    keeps_arrays = False  # whether `state` holds arrays (an optimizer with an `update`) or tensors (a script's own)
    formula: ClassVar[list[str]] = []  # the update in LaTeX, a line per equation

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
        """Adds parameters with options of their own; the dict itself becomes the group.

        TypeError for what is no tensor or a set; ValueError for a parameter that is no leaf, is in another group, or
        lacks a name where others have one.
        """
        if not isinstance(param_group, dict):
            raise TypeError(f"param_group must be a dict, but got {type(param_group)}")
        given = param_group["params"]
        if isinstance(given, set):
            raise TypeError(
                "optimizer parameters need to be organized in ordered collections, but the ordering of tensors in sets "
                "will change between runs. Please use a list instead."
            )
        given = [given] if isinstance(given, Tensor) else list(given)
        names = [p[0] for p in given if isinstance(p, tuple)]
        members = param_group["params"] = [p[1] if isinstance(p, tuple) else p for p in given]
        if names:
            if len(names) != len(members):
                raise ValueError("all optimizer params should be with/without names. Some param names are missing")
            param_group["param_names"] = names
        for p in members:
            if not isinstance(p, Tensor):
                raise TypeError(f"optimizer can only optimize Tensors, but one of the params is {type(p).__name__}")
            if not (p.is_leaf or p.retains_grad or self.defaults.get("differentiable")):
                raise ValueError("can't optimize a non-leaf Tensor")
        for name, default in self.defaults.items():
            if default is required and name not in param_group:
                raise ValueError(f"parameter group didn't specify a value of required optimization parameter {name}")
            param_group.setdefault(name, default)
        if len(members) != len({id(p) for p in members}):
            warnings.warn(
                "optimizer contains a parameter group with duplicate parameters; in future, this will cause an error",
                stacklevel=3,
            )
        if any(("param_names" in param_group) != ("param_names" in group) for group in self.param_groups):
            raise ValueError("all optimizer param groups should be with/without names.")
        known = {id(p) for g in self.param_groups for p in g["params"]}
        if any(id(p) in known for p in members):
            raise ValueError("some parameters appear in more than one parameter group")
        self.param_groups.append(param_group)

    def zero_grad(self, set_to_none: bool = True) -> None:
        """Clears the gradients of all parameters, to None or to zeros."""
        for group in self.param_groups:
            for p in group["params"]:
                clear_gradient(p, set_to_none)

    def update(self, value: Array, gradient: Array, state: dict[str, Any], group: dict[str, Any]) -> Array:
        """The new value of one parameter, in a fresh array; `state` is replaced, not written into."""
        raise NotImplementedError(f"{type(self).__name__} defines neither update nor step")

    # As `update` of every parameter of a group, but into values and state themselves. None where there is no such twin;
    # it returns False where these options have none.
    write: Any = None

    def scratch(self, like: Array) -> Array:
        """Room for the steps of a calculation, of the shape and type of `like`; it holds nothing between two calls."""
        rooms: dict[Any, Array] = self.__dict__.setdefault("_scratch", {})
        room = rooms.get((like.shape, like.dtype))
        if room is None:
            room = rooms[like.shape, like.dtype] = np.empty_like(like)
        return room

    def __getstate__(self) -> dict[str, Any]:
        return {name: value for name, value in self.__dict__.items() if name != "_scratch"}

    def step(self, closure: Callable[[], Any] | None = None) -> Any:
        """Updates every parameter that has a gradient. `closure`, if given, computes the loss again first."""
        loss = None
        if closure is not None:
            with mode.enable_grad(), closure_of_script():
                loss = closure()
        recorder = recording.current
        for group in self.param_groups:
            if group.get("capturable") or group.get("differentiable"):
                _refuse(group)
            if recorder is None and self.write is not None and self.write(group):
                continue
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
                if recorder is not None and options is None:
                    options = {k: v for k, v in group.items() if k not in _UNTOLD and not callable(v)}
                self._place(p, after, p._grad._array, state, options)
        return loss

    def _place(
        self, p: Tensor, after: Array, gradient: Array, state: dict[str, Any], options: dict[str, Any] | None
    ) -> None:
        """Makes `after` the value of `p`, and tells the recorder, if there is one."""
        recorder, before = recording.current, p._array
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
        memory_of(p).write()
        if recorder is not None:
            recorder.step(self, p, before, gradient, after, _numbers(state), options or {})

    def state_dict(self) -> dict[str, Any]:
        """State and options in PyTorch's form, with parameters numbered in order; its tensors are copies."""
        for hook in self._registered("before_state_dict"):
            hook(self)
        packed = checkpoint.pack(self)
        for hook in self._registered("after_state_dict"):
            result = hook(self, packed)
            packed = packed if result is None else result
        return packed

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Takes over a state, this core's or PyTorch's; ValueError where the groups do not fit."""
        state_dict = dict(state_dict)
        for hook in self._registered("before_load"):
            result = hook(self, state_dict)
            state_dict = state_dict if result is None else result
        checkpoint.unpack(self, state_dict)
        for hook in self._registered("after_load"):
            hook(self)

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


class closure_of_script:
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
        if not before:
            args, kwargs = self._before_step(args, kwargs)
        closure = args[0] if args else kwargs.get("closure")
        if recorder is not None and not before:
            recorder.begin_step(self, closure is not None)
        recording.stepping = True
        try:
            with mode.no_grad():
                result = step(self, *args, **kwargs)
        finally:
            recording.stepping = before
            self.steps += 1
            if recorder is not None and not before:
                recorder.end_step(self)
        if not before:
            self._after_step(args, kwargs)
        return result

    return wrapper


Optimizer.step = _told(Optimizer.step)  # type: ignore[method-assign]


def _refuse(group: dict[str, Any]) -> None:
    """The errors PyTorch has on the CPU for options that need another device, or a value that is no leaf."""
    if group.get("capturable"):
        raise AssertionError(
            "If capturable=True, params and state_steps must be on supported devices: there is only the CPU here."
        )
    raise RuntimeError(
        "a leaf Variable that requires grad is being used in an in-place operation: a step with differentiable=True "
        "writes into the parameter; compute the new value with tensor ops instead."
    )


_LABELS = {"lr": "learning rate", "eps": "epsilon value"}
_AT_LEAST_ZERO = ("lr", "momentum", "weight_decay", "eps", "lr_decay", "initial_accumulator_value", "momentum_decay")


def checked(**options: Any) -> dict[str, Any]:
    """The options, once found sensible; ValueError, or RuntimeError for switches that exclude each other."""
    lr = options.get("lr")
    if isinstance(lr, Tensor) and lr.numel() != 1:
        raise ValueError("Tensor lr must be 1-element")
    for name in _AT_LEAST_ZERO:
        value = options.get(name)
        if value is not None and not value >= 0.0:
            raise ValueError(f"Invalid {_LABELS.get(name, f'{name} value')}: {value}")
    for i, beta in enumerate(options.get("betas", ())):
        if not 0.0 <= beta < 1.0:
            raise ValueError(f"Invalid beta parameter at index {i}: {beta}")
    if options.get("fused"):
        if options.get("differentiable"):
            raise RuntimeError("`fused` does not support `differentiable`")
        if options.get("foreach"):
            raise RuntimeError("`fused` and `foreach` cannot be `True` together.")
    return options


Params = Iterable[Any]
