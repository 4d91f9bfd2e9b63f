"""An optimizer's state in PyTorch's form and back: parameters by number, arrays as tensors, counters as 0-d tensors."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

import numpy as np

from autograd import dtypes
from autograd.tensor import Tensor, wrap

if TYPE_CHECKING:
    from autograd.optim.optimizer import Optimizer


def pack(optimizer: Optimizer) -> dict[str, Any]:
    """`{"state": {number: {name: …}}, "param_groups": […]}`, as PyTorch gives it; its arrays are copies."""
    numbers: dict[int, int] = {}
    groups, start = [], 0
    for group in optimizer.param_groups:
        members = group["params"]
        numbers.update({id(p): i for i, p in enumerate(members, start) if id(p) not in numbers})
        groups.append({k: v for k, v in group.items() if k != "params"} | {"params": [numbers[id(p)] for p in members]})
        start += len(members)
    state = {
        numbers[id(p)] if isinstance(p, Tensor) else p: {
            name: _packed(name, value, optimizer.counters) for name, value in held.items()
        }
        if isinstance(held, dict)
        else held
        for p, held in optimizer.state.items()
        if held != {}
    }
    return {"state": state, "param_groups": groups}


def _packed(name: str, value: Any, counters: tuple[str, ...]) -> Any:
    if name in counters:
        return wrap(np.asarray(value, dtypes.default_numpy()))
    if isinstance(value, (np.ndarray, np.floating)):
        return wrap(np.array(value))
    if isinstance(value, list):
        return [_packed("", item, ()) for item in value]
    return value


def unpack(optimizer: Optimizer, state_dict: dict[str, Any]) -> None:
    """Takes over what `pack`, or PyTorch, gave; ValueError where the groups do not fit."""
    groups, saved = optimizer.param_groups, state_dict["param_groups"]
    if len(groups) != len(saved):
        raise ValueError("loaded state dict has a different number of parameter groups")
    if any(len(g["params"]) != len(s["params"]) for g, s in zip(groups, saved, strict=True)):
        raise ValueError(
            "loaded state dict contains a parameter group that doesn't match the size of optimizer's group"
        )
    by_number = {
        number: p
        for g, s in zip(groups, saved, strict=True)
        for number, p in zip(s["params"], g["params"], strict=True)
    }
    optimizer.state.clear()
    for number, held in state_dict["state"].items():
        p = by_number.get(number)
        if p is None or not isinstance(held, dict):
            optimizer.state[number if p is None else p] = held
        else:
            own = optimizer.keeps_arrays
            optimizer.state[p] = {k: _unpacked(k, v, p, optimizer.counters, own) for k, v in held.items()}
    for i, (group, other) in enumerate(zip(groups, saved, strict=True)):
        fresh = copy.deepcopy({k: v for k, v in other.items() if k != "params"})
        if "param_names" in group:
            fresh.setdefault("param_names", group["param_names"])
        # Options that an older checkpoint lacks keep their defaults.
        missing = {k: v for k, v in group.items() if k in optimizer.defaults and k not in fresh}
        groups[i] = {**fresh, **missing, "params": group["params"]}


def _unpacked(name: str, value: Any, like: Tensor, counters: tuple[str, ...], arrays: bool) -> Any:
    if name in counters:
        number = float(value)
        return int(number) if name == "step" else number
    if isinstance(value, Tensor):
        array = value._array.astype(like._array.dtype) if like._array.dtype.kind == "f" else value._array.copy()
        return array if arrays else wrap(array)
    if isinstance(value, list):
        return [_unpacked("", item, like, (), arrays) for item in value]
    return copy.deepcopy(value)
