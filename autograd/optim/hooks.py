"""Functions called around an optimizer's `step`, `state_dict` and `load_state_dict`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from autograd.tensor import RemovableHandle

Hook = Callable[..., Any]

_before_all: dict[int, Hook] = {}
_after_all: dict[int, Hook] = {}


def register_optimizer_step_pre_hook(hook: Hook) -> RemovableHandle:
    """Calls `hook(optimizer, args, kwargs)` before every step of every optimizer."""
    return RemovableHandle(_before_all, hook)


def register_optimizer_step_post_hook(hook: Hook) -> RemovableHandle:
    """Calls `hook(optimizer, args, kwargs)` after every step of every optimizer."""
    return RemovableHandle(_after_all, hook)


class Hooked:
    """The hooks of one optimizer, by kind; a kind has a table once a hook of it is registered."""

    _hooks: dict[str, dict[int, Hook]]

    def _register(self, kind: str, hook: Hook, prepend: bool = False) -> RemovableHandle:
        table = self.__dict__.setdefault("_hooks", {}).setdefault(kind, {})
        handle = RemovableHandle(table, hook)
        if prepend:
            others = [(k, h) for k, h in table.items() if k != handle.id]
            for key, other in others:
                del table[key]
                table[key] = other
        return handle

    def _registered(self, kind: str) -> list[Hook]:
        tables = self.__dict__.get("_hooks")
        return list(tables[kind].values()) if tables and kind in tables else []

    def register_step_pre_hook(self, hook: Hook) -> RemovableHandle:
        """Calls `hook(optimizer, args, kwargs)` before `step`; a pair it returns replaces args and kwargs."""
        return self._register("before_step", hook)

    def register_step_post_hook(self, hook: Hook) -> RemovableHandle:
        """Calls `hook(optimizer, args, kwargs)` after `step`."""
        return self._register("after_step", hook)

    def register_state_dict_pre_hook(self, hook: Hook, prepend: bool = False) -> RemovableHandle:
        """Calls `hook(optimizer)` before `state_dict`."""
        return self._register("before_state_dict", hook, prepend)

    def register_state_dict_post_hook(self, hook: Hook, prepend: bool = False) -> RemovableHandle:
        """Calls `hook(optimizer, state_dict)` after `state_dict`; what it returns, if anything, is given instead."""
        return self._register("after_state_dict", hook, prepend)

    def register_load_state_dict_pre_hook(self, hook: Hook, prepend: bool = False) -> RemovableHandle:
        """Calls `hook(optimizer, state_dict)` before loading; what it returns, if anything, is loaded instead."""
        return self._register("before_load", hook, prepend)

    def register_load_state_dict_post_hook(self, hook: Hook, prepend: bool = False) -> RemovableHandle:
        """Calls `hook(optimizer)` after loading."""
        return self._register("after_load", hook, prepend)

    def _before_step(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """The arguments of `step` after its pre-hooks; hooks see them with the optimizer first, as in PyTorch."""
        if not _before_all and "_hooks" not in self.__dict__:
            return args, kwargs
        whole: tuple[Any, ...] = (self, *args)
        for hook in [*_before_all.values(), *self._registered("before_step")]:
            result = hook(self, whole, kwargs)
            if result is None:
                continue
            if not (isinstance(result, tuple) and len(result) == 2):
                raise RuntimeError(f"{hook} must return None or a tuple of (new_args, new_kwargs), but got {result}.")
            whole, kwargs = result
        return whole[1:], kwargs

    def _after_step(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        if _after_all or "_hooks" in self.__dict__:
            for hook in [*self._registered("after_step"), *_after_all.values()]:
                hook(self, (self, *args), kwargs)
