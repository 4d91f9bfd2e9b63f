"""What listens to a module: the tables of its hooks, those that listen to every module, and a call with all of them."""

from __future__ import annotations

import warnings
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from autograd.nn.backward_hooks import BackwardWatch, watch_last_node
from autograd.tensor import RemovableHandle

if TYPE_CHECKING:
    from autograd.nn.module import Module

Hooks = OrderedDict[int, Any]

# PyTorch's names: scripts look into some of them.
TABLES = (
    "_backward_pre_hooks",
    "_backward_hooks",
    "_forward_hooks",
    "_forward_hooks_with_kwargs",
    "_forward_hooks_always_called",
    "_forward_pre_hooks",
    "_forward_pre_hooks_with_kwargs",
    "_state_dict_hooks",
    "_state_dict_pre_hooks",
    "_load_state_dict_pre_hooks",
    "_load_state_dict_post_hooks",
)

# Every hook below that listens to calls, so that a call asks one table whether there is any.
everywhere: Hooks = OrderedDict()


class Global:
    """The hooks of all modules, under the names that the hooks of one module have."""

    def __init__(self) -> None:
        self._forward_hooks: Hooks = OrderedDict()
        self._forward_hooks_with_kwargs: Hooks = OrderedDict()
        self._forward_hooks_always_called: Hooks = OrderedDict()
        self._forward_pre_hooks: Hooks = OrderedDict()
        self._forward_pre_hooks_with_kwargs: Hooks = OrderedDict()
        self._backward_pre_hooks: Hooks = OrderedDict()
        self._backward_hooks: Hooks = OrderedDict()
        self._is_full_backward_hook: bool | None = None
        self.parameters: Hooks = OrderedDict()
        self.buffers: Hooks = OrderedDict()
        self.modules: Hooks = OrderedDict()


every = Global()


class Handle(RemovableHandle):
    """What registering a module's hook returns; `flags` are the tables that mark the hook as special."""

    def __init__(self, hooks: Hooks, hook: Any, flags: Sequence[Hooks] = (), prepend: bool = False) -> None:
        super().__init__(hooks, hook)
        self.flags = flags
        for table in flags:
            table[self.id] = True
        if prepend:
            hooks.move_to_end(self.id, last=False)

    def remove(self) -> None:
        """Unregisters the hook."""
        super().remove()
        for table in self.flags:
            table.pop(self.id, None)


def registered(kind: str, owner: Module, name: str, value: Any) -> Any:
    """The parameter, buffer or module that is about to belong to `owner`, after the hooks that watch for it."""
    for hook in getattr(every, kind).values():
        replaced = hook(owner, name, value)
        if replaced is not None:
            value = replaced
    return value


def set_fullness(owner: Any, full: bool) -> None:
    """RuntimeError where hooks of both kinds would be on one module."""
    if owner._is_full_backward_hook is not None and owner._is_full_backward_hook is not full:
        where = "as a global Module hook" if owner is every else "on a single Module"
        raise RuntimeError(
            f"Cannot use both regular backward hooks and full backward hooks {where}. Please use only one of them."
        )
    owner._is_full_backward_hook = full


class Call:
    """One call of a module that has hooks, or during which every module has."""

    __slots__ = ("args", "called", "kwargs", "module", "result")

    def __init__(self, module: Module, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        self.module, self.args, self.kwargs = module, args, kwargs
        self.result: Any = None
        self.called: set[int] = set()

    def run(self) -> Any:
        """Everything around `forward`, and `forward`; where one raises, the hooks that are called in any case."""
        try:
            return self._run()
        except Exception:
            self._after_error()
            raise

    def _run(self) -> Any:
        module = self.module
        pre_hooks = [*every._backward_pre_hooks.values(), *module._backward_pre_hooks.values()]
        full: list[Any] = []
        plain: list[Any] = []
        for owner in (every, module):
            if owner._is_full_backward_hook is not None:
                (full if owner._is_full_backward_hook else plain).extend(owner._backward_hooks.values())
        self._before()
        watch = BackwardWatch(module, full, pre_hooks) if full or pre_hooks else None
        if watch is not None:
            self.args = watch.inputs(self.args)
        self.result = module.forward(*self.args, **self.kwargs)
        self._after()
        if watch is not None:
            self.result = watch.outputs(self.result)
        if plain:
            watch_last_node(module, plain, self.args, self.result)
        return self.result

    def _before(self) -> None:
        module = self.module
        for owner, number, hook in _in_order("_forward_pre_hooks", module):
            if number not in owner._forward_pre_hooks_with_kwargs:
                replaced = hook(module, self.args)
                if replaced is not None:
                    self.args = replaced if isinstance(replaced, tuple) else (replaced,)
                continue
            replaced = hook(module, self.args, self.kwargs)
            if replaced is None:
                continue
            if not isinstance(replaced, tuple) or len(replaced) != 2:
                raise RuntimeError(
                    f"forward pre-hook must return None or a tuple of (new_args, new_kwargs), but got {replaced}."
                )
            self.args, self.kwargs = replaced

    def _after(self) -> None:
        for owner, number, hook in _in_order("_forward_hooks", self.module):
            if number in owner._forward_hooks_always_called:
                self.called.add(number)
            self._one(owner, number, hook)

    def _one(self, owner: Any, number: int, hook: Any) -> None:
        given = (self.args, self.kwargs) if number in owner._forward_hooks_with_kwargs else (self.args,)
        replaced = hook(self.module, *given, self.result)
        if replaced is not None:
            self.result = replaced

    def _after_error(self) -> None:
        for owner, number, hook in _in_order("_forward_hooks", self.module):
            if number in owner._forward_hooks_always_called and number not in self.called:
                try:
                    self._one(owner, number, hook)
                except Exception as error:
                    which = "global module forward hook" if owner is every else "module forward hook"
                    warnings.warn(
                        f"{which} with ``always_call=True`` raised an exception that was silenced as another error "
                        f"was raised in forward: {error}",
                        stacklevel=2,
                    )


def _in_order(table: str, module: Module) -> Iterator[tuple[Any, int, Any]]:
    for owner in (every, module):
        for number, hook in tuple(getattr(owner, table).items()):
            yield owner, number, hook


# -- hooks of every module -------------------------------------------------------------------------------------------


def register_module_forward_pre_hook(hook: Callable[..., Any]) -> Handle:
    """Calls `hook(module, args)` before the `forward` of every module."""
    return Handle(every._forward_pre_hooks, hook, [everywhere])


def register_module_forward_hook(
    hook: Callable[..., Any], *, with_kwargs: bool = False, always_call: bool = False
) -> Handle:
    """Calls `hook(module, args, output)` after the `forward` of every module."""
    flags = [everywhere]
    if with_kwargs:
        flags.append(every._forward_hooks_with_kwargs)
    if always_call:
        flags.append(every._forward_hooks_always_called)
    return Handle(every._forward_hooks, hook, flags)


def register_module_full_backward_pre_hook(hook: Callable[..., Any]) -> Handle:
    """Calls `hook(module, grad_output)` when gradients arrive at the output of any module."""
    return Handle(every._backward_pre_hooks, hook, [everywhere])


def register_module_full_backward_hook(hook: Callable[..., Any]) -> Handle:
    """Calls `hook(module, grad_input, grad_output)` when gradients leave the input of any module."""
    set_fullness(every, True)
    return Handle(every._backward_hooks, hook, [everywhere])


def register_module_backward_hook(hook: Callable[..., Any]) -> Handle:
    """The older kind of `register_module_full_backward_hook`: it sees the last node of `forward` only."""
    set_fullness(every, False)
    return Handle(every._backward_hooks, hook, [everywhere])


def register_module_buffer_registration_hook(hook: Callable[..., Any]) -> Handle:
    """Calls `hook(module, name, buffer)` when any module is given a buffer."""
    return Handle(every.buffers, hook)


def register_module_module_registration_hook(hook: Callable[..., Any]) -> Handle:
    """Calls `hook(module, name, submodule)` when any module is given a child."""
    return Handle(every.modules, hook)


def register_module_parameter_registration_hook(hook: Callable[..., Any]) -> Handle:
    """Calls `hook(module, name, param)` when any module is given a parameter."""
    return Handle(every.parameters, hook)
