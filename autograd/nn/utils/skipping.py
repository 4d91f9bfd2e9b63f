"""A module whose parameters are not filled."""

from __future__ import annotations

import inspect
from typing import Any

from autograd import random
from autograd.nn.module import Module

__all__ = ["skip_init"]


def skip_init(module_cls: type[Module], *args: Any, **kwargs: Any) -> Module:
    """`module_cls(*args, **kwargs)` with parameters whose numbers mean nothing; no random numbers are used up.

    RuntimeError for what is no module class, or takes no `device`.
    """
    if not issubclass(module_cls, Module):
        raise RuntimeError(f"Expected a Module; got {module_cls}")
    if "device" not in inspect.signature(module_cls).parameters:
        raise RuntimeError("Module must support a 'device' arg to skip initialization")
    with random.fork_rng():
        module = module_cls(*args, **kwargs)
    return module.to_empty(device=kwargs.get("device", "cpu"))
