"""A module called with other tensors in the places of its parameters and buffers."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from autograd.nn.module import Module
from autograd.tensor import Tensor

__all__ = ["functional_call"]


def functional_call(
    module: Module,
    parameters_and_buffers: Mapping[str, Tensor],
    args: Any = None,
    kwargs: dict[str, Any] | None = None,
    *,
    tie_weights: bool = True,
    strict: bool = False,
) -> Any:
    """`torch.func.functional_call`, which is its place now."""
    warnings.warn(
        "`torch.nn.utils.stateless.functional_call` is deprecated: use `torch.func.functional_call` instead.",
        FutureWarning,
        stacklevel=2,
    )
    with replaced(module, parameters_and_buffers, tie_weights, strict):
        return module(*(args if isinstance(args, tuple) else () if args is None else (args,)), **(kwargs or {}))


@contextmanager
def replaced(module: Module, tensors: Mapping[str, Tensor], tie_weights: bool, strict: bool) -> Iterator[None]:
    """While it lasts, `tensors` are in the places of the module's own."""
    own: dict[str, Tensor] = dict(module.named_parameters(remove_duplicate=False))
    own.update(module.named_buffers(remove_duplicate=False))
    wanted = _tied(own, tensors) if tie_weights else dict(tensors)
    if strict:
        problems = []
        for kind, keys in (("Unexpected", wanted.keys() - own.keys()), ("Missing", own.keys() - wanted.keys())):
            if keys:
                problems.append(f"{kind} key(s): {', '.join(map(repr, sorted(keys)))}.")
        if problems:
            text = "\n\t".join(problems)
            raise RuntimeError(f"Error(s) in reparametrizing for {module._get_name()}:\n\t{text}")
    before: list[tuple[Any, str, Any]] = []
    try:
        for path, tensor in wanted.items():
            if not isinstance(tensor, Tensor):
                raise TypeError(f"{tensor} is not an instance of torch.Tensor")
            parent, _, name = path.rpartition(".")
            place = _place(module.get_submodule(parent), name)
            before.append((place, name, place.get(name, _ABSENT)))
            place[name] = tensor
        yield
    finally:
        for place, name, tensor in reversed(before):
            if tensor is _ABSENT:
                del place[name]
            else:
                place[name] = tensor


_ABSENT = object()


def _place(owner: Module, name: str) -> dict[str, Any]:
    """Where `owner` keeps a tensor; a name it does not have becomes an attribute for the time of the call."""
    for place in (owner._parameters, owner._buffers):
        if name in place:
            return place
    return owner.__dict__


def _tied(own: dict[str, Tensor], tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """What is given, also under the other names of the same tensors."""
    names: dict[int, list[str]] = {}
    for name, tensor in own.items():
        names.setdefault(id(tensor), []).append(name)
    wanted = dict(tensors)
    for tied in names.values():
        given = [tensors[name] for name in tied if name in tensors]
        if given and any(t is not given[0] for t in given):
            raise ValueError(
                f"functional_call got multiple values for keys {sorted(tied)}, which are tied. Consider using "
                "tie_weights=False"
            )
        if given:
            wanted.update(dict.fromkeys(tied, given[0]))
    return wanted
