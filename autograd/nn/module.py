"""Module: parameters, buffers and children by name, and `__call__`, which runs `forward`."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterator
from itertools import count
from typing import Any, TypeVar

import numpy as np

from autograd import creation, devices, dtypes, mode, recording
from autograd.nn import hooks
from autograd.nn.hooks import (
    Handle,
    everywhere,
    register_module_backward_hook,
    register_module_buffer_registration_hook,
    register_module_forward_hook,
    register_module_forward_pre_hook,
    register_module_full_backward_hook,
    register_module_full_backward_pre_hook,
    register_module_module_registration_hook,
    register_module_parameter_registration_hook,
)
from autograd.nn.parameter import Buffer, Parameter, is_lazy
from autograd.nn.state import IncompatibleKeys, Stateful
from autograd.tensor import Tensor

__all__ = [
    "IncompatibleKeys",
    "Module",
    "clear_gradient",
    "register_module_backward_hook",
    "register_module_buffer_registration_hook",
    "register_module_forward_hook",
    "register_module_forward_pre_hook",
    "register_module_full_backward_hook",
    "register_module_full_backward_pre_hook",
    "register_module_module_registration_hook",
    "register_module_parameter_registration_hook",
]

Self = TypeVar("Self", bound="Module")

_next = count().__next__


class Module(Stateful):
    """A part of a network. A subclass sets parameters and children in `__init__` and defines `forward`."""

    training: bool
    number: int
    # Whether further arguments of `__init__` go to the next class in line.
    call_super_init: bool = False

    _forward_hooks: hooks.Hooks
    _forward_hooks_with_kwargs: hooks.Hooks
    _forward_hooks_always_called: hooks.Hooks
    _forward_pre_hooks: hooks.Hooks
    _forward_pre_hooks_with_kwargs: hooks.Hooks
    _backward_hooks: hooks.Hooks
    _backward_pre_hooks: hooks.Hooks
    _is_full_backward_hook: bool | None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        if not self.call_super_init:
            if kwargs:
                raise TypeError(
                    f"{type(self).__name__}.__init__() got an unexpected keyword argument '{next(iter(kwargs))}'"
                )
            if args:
                raise TypeError(
                    f"{type(self).__name__}.__init__() takes 1 positional argument but {len(args) + 1} were given"
                )
        # Straight into the dict: `__setattr__` below looks at each value.
        attributes = self.__dict__
        attributes["training"] = True
        attributes["_parameters"] = {}
        attributes["_buffers"] = {}
        attributes["_non_persistent_buffers_set"] = set()
        attributes["_modules"] = {}
        attributes["_is_full_backward_hook"] = None
        attributes["number"] = _next()
        for table in hooks.TABLES:
            attributes[table] = OrderedDict()
        if self.call_super_init:
            super().__init__(*args, **kwargs)

    def forward(self, *args: Any, **kwargs: Any) -> Any:
        """What the module computes; NotImplementedError unless a subclass defines it."""
        raise NotImplementedError(f'Module [{type(self).__name__}] is missing the required "forward" function')

    def __hash__(self) -> int:
        number: int = self.__dict__.get("number", 0)
        return number

    def __eq__(self, other: object) -> bool:
        return self is other

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        recorder = recording.current
        if recorder is None:
            return self._call_impl(*args, **kwargs)
        recorder.enter(self)
        try:
            return self._call_impl(*args, **kwargs)
        finally:
            recorder.leave(self)

    def _call_impl(self, *args: Any, **kwargs: Any) -> Any:
        attributes = self.__dict__  # past `__getattr__`, which makes every look at an attribute slow
        try:
            hooked = (
                attributes["_forward_hooks"]
                or attributes["_forward_pre_hooks"]
                or attributes["_backward_hooks"]
                or attributes["_backward_pre_hooks"]
                or everywhere
            )
        except KeyError:
            raise AttributeError(
                f"'{type(self).__name__}' object has no hooks: its __init__ must call super().__init__()"
            ) from None
        if hooked:
            return hooks.Call(self, args, kwargs).run()
        return self.forward(*args, **kwargs)

    # -- attributes ------------------------------------------------------------------------------------------------

    def __setattr__(self, name: str, value: Any) -> None:
        attributes = self.__dict__
        parameters = attributes.get("_parameters")
        modules = attributes.get("_modules")
        buffers = attributes.get("_buffers")
        if isinstance(value, Parameter):
            if parameters is None:
                raise AttributeError("cannot assign parameters before Module.__init__() call")
            self._forget(name, "_parameters")
            self.register_parameter(name, value)
        elif parameters is not None and name in parameters:
            if value is not None:
                raise TypeError(
                    f"cannot assign '{typename(value)}' as parameter '{name}' (torch.nn.Parameter or None expected)"
                )
            self.register_parameter(name, None)
        elif isinstance(value, Module):
            if modules is None:
                raise AttributeError("cannot assign module before Module.__init__() call")
            self._forget(name, "_modules")
            modules[name] = hooks.registered("modules", self, name, value)
        elif modules is not None and name in modules:
            if value is not None:
                raise TypeError(
                    f"cannot assign '{typename(value)}' as child module '{name}' (torch.nn.Module or None expected)"
                )
            modules[name] = hooks.registered("modules", self, name, None)
        elif isinstance(value, Buffer) or (buffers is not None and name in buffers):
            if value is not None and not isinstance(value, Tensor):
                raise TypeError(
                    f"cannot assign '{typename(value)}' as buffer '{name}' "
                    "(torch.nn.Buffer, torch.Tensor or None expected)"
                )
            if isinstance(value, Buffer):
                persistent = value.persistent
            else:
                persistent = name not in self._non_persistent_buffers_set
            self.register_buffer(name, value, persistent)
        else:
            object.__setattr__(self, name, value)

    def _forget(self, name: str, kept: str) -> None:
        self.__dict__.pop(name, None)
        for table in ("_parameters", "_buffers", "_modules"):
            if table != kept:
                self.__dict__[table].pop(name, None)
        self._non_persistent_buffers_set.discard(name)

    def __getattr__(self, name: str) -> Any:
        attributes = self.__dict__
        for table in ("_parameters", "_buffers", "_modules"):
            held = attributes.get(table)
            if held is not None and name in held:
                return held[name]
        raise AttributeError(f"'{type(self).__name__}' object has no attribute '{name}'")

    def __delattr__(self, name: str) -> None:
        for table in (self._parameters, self._buffers, self._modules):
            if name in table:
                del table[name]
                self._non_persistent_buffers_set.discard(name)
                return
        object.__delattr__(self, name)

    def __dir__(self) -> list[str]:
        own = [*dir(type(self)), *self.__dict__, *self._parameters, *self._modules, *self._buffers]
        return sorted(name for name in own if not name[0].isdigit())

    def __setstate__(self, state: dict[str, Any]) -> None:
        attributes = self.__dict__
        attributes.update(state)
        # A copy is another module, and counts as one.
        attributes["number"] = _next()
        for table in hooks.TABLES:
            attributes.setdefault(table, OrderedDict())
        attributes.setdefault("_non_persistent_buffers_set", set())
        attributes.setdefault("_is_full_backward_hook", None)

    def register_parameter(self, name: str, param: Parameter | None) -> None:
        """Adds a parameter, or notes the lack of an optional one."""
        self._nameable("parameter", "_parameters", name)
        if param is not None:
            if not isinstance(param, Parameter):
                raise TypeError(
                    f"cannot assign '{typename(param)}' object to parameter '{name}' "
                    "(torch.nn.Parameter or None required)"
                )
            if param.grad_fn is not None:
                raise ValueError(
                    f"Cannot assign non-leaf Tensor to parameter '{name}'. Model parameters must be created "
                    f"explicitly. To express '{name}' as a function of another Tensor, compute the value in the "
                    "forward() method."
                )
            param = hooks.registered("parameters", self, name, param)
        self._parameters[name] = param

    def register_buffer(self, name: str, tensor: Tensor | None, persistent: bool = True) -> None:
        """Adds a tensor that belongs to the state but is not trained."""
        self._nameable("buffer", "_buffers", name)
        if tensor is not None and not isinstance(tensor, Tensor):
            raise TypeError(
                f"cannot assign '{typename(tensor)}' object to buffer '{name}' (torch Tensor or None required)"
            )
        self._buffers[name] = hooks.registered("buffers", self, name, tensor)
        (self._non_persistent_buffers_set.discard if persistent else self._non_persistent_buffers_set.add)(name)

    def register_module(self, name: str, module: Module | None) -> None:
        """Adds a child."""
        self.add_module(name, module)

    def add_module(self, name: str, module: Module | None) -> None:
        """Adds a child."""
        if module is not None and not isinstance(module, Module):
            raise TypeError(f"{typename(module)} is not a Module subclass")
        self._nameable("module", "_modules", name)
        self._modules[name] = hooks.registered("modules", self, name, module)

    def _nameable(self, kind: str, table: str, name: str) -> None:
        """TypeError or KeyError where a parameter, buffer or module cannot be called `name`."""
        if table not in self.__dict__:
            raise AttributeError(f"cannot assign {kind} before Module.__init__() call")
        if not isinstance(name, str):
            raise TypeError(f"{kind} name should be a string. Got {typename(name)}")
        if name not in self.__dict__[table] and hasattr(self, name):
            raise KeyError(f"attribute '{name}' already exists")
        if "." in name:
            raise KeyError(f'{kind} name can\'t contain "."' + (f", got: {name}" if kind == "module" else ""))
        if not name:
            raise KeyError(f'{kind} name can\'t be empty string ""')

    # -- what it holds ---------------------------------------------------------------------------------------------

    def named_modules(
        self, memo: set[Module] | None = None, prefix: str = "", remove_duplicate: bool = True
    ) -> Iterator[tuple[str, Module]]:
        """Itself and all modules below, with their paths; each once."""
        seen = set() if memo is None else memo
        if self in seen:
            return
        if remove_duplicate:
            seen.add(self)
        yield prefix, self
        for name, child in self._modules.items():
            if child is not None:
                yield from child.named_modules(seen, f"{prefix}.{name}" if prefix else name, remove_duplicate)

    def modules(self, remove_duplicate: bool = True) -> Iterator[Module]:
        """Itself and all modules below."""
        for _, module in self.named_modules(remove_duplicate=remove_duplicate):
            yield module

    def named_children(self) -> Iterator[tuple[str, Module]]:
        """The modules directly below, with their names; each once."""
        seen: set[Module] = set()
        for name, child in self._modules.items():
            if child is not None and child not in seen:
                seen.add(child)
                yield name, child

    def children(self) -> Iterator[Module]:
        """The modules directly below."""
        for _, child in self.named_children():
            yield child

    def _named(self, table: str, prefix: str, recurse: bool, once: bool) -> Iterator[tuple[str, Any]]:
        seen: set[int] = set()
        modules = self.named_modules(prefix=prefix, remove_duplicate=once) if recurse else [(prefix, self)]
        for path, module in modules:
            for name, value in module.__dict__[table].items():
                if value is None or (once and id(value) in seen):
                    continue
                seen.add(id(value))
                yield (f"{path}.{name}" if path else name), value

    def named_parameters(
        self, prefix: str = "", recurse: bool = True, remove_duplicate: bool = True
    ) -> Iterator[tuple[str, Parameter]]:
        """All parameters with their names (`conv1.weight`); a shared one once."""
        return self._named("_parameters", prefix, recurse, remove_duplicate)

    def parameters(self, recurse: bool = True) -> Iterator[Parameter]:
        """All parameters; a shared one once."""
        for _, parameter in self.named_parameters(recurse=recurse):
            yield parameter

    def named_buffers(
        self, prefix: str = "", recurse: bool = True, remove_duplicate: bool = True
    ) -> Iterator[tuple[str, Tensor]]:
        """All buffers with their names."""
        return self._named("_buffers", prefix, recurse, remove_duplicate)

    def buffers(self, recurse: bool = True) -> Iterator[Tensor]:
        """All buffers."""
        for _, buffer in self.named_buffers(recurse=recurse):
            yield buffer

    def get_submodule(self, target: str) -> Module:
        """The module at a path; AttributeError where there is none."""
        module: Module = self
        for name in target.split(".") if target else ():
            found = module._at(name)
            if not isinstance(found, Module):
                raise AttributeError(f"`{name}` is not an nn.Module")
            module = found
        return module

    def _at(self, name: str) -> Any:
        if not hasattr(self, name):
            raise AttributeError(f"{self._get_name()} has no attribute `{name}`")
        return getattr(self, name)

    def set_submodule(self, target: str, module: Module, strict: bool = False) -> None:
        """Puts a module at a path; with `strict` there must be one already."""
        if not target:
            raise ValueError("Cannot set the submodule without a target name!")
        if not isinstance(module, Module):
            raise ValueError(f"`module` is not an nn.Module, found {type(module)}")
        path, _, name = target.rpartition(".")
        parent = self.get_submodule(path)
        if (strict or hasattr(parent, name)) and not isinstance(parent._at(name), Module):
            raise AttributeError(f"`{name}` is not an nn.Module")
        setattr(parent, name, module)

    def get_parameter(self, target: str) -> Parameter:
        """The parameter at a path; AttributeError where there is none."""
        path, _, name = target.rpartition(".")
        found = self.get_submodule(path)._at(name)
        if not isinstance(found, Parameter):
            raise AttributeError(f"`{name}` is not an nn.Parameter")
        return found

    def get_buffer(self, target: str) -> Tensor:
        """The buffer at a path; AttributeError where there is none."""
        path, _, name = target.rpartition(".")
        owner = self.get_submodule(path)
        found: Tensor = owner._at(name)
        if name not in owner._buffers:
            raise AttributeError(f"`{name}` is not a buffer")
        return found

    # -- changing it -----------------------------------------------------------------------------------------------

    def apply(self: Self, fn: Callable[[Module], Any]) -> Self:
        """Calls `fn` on every module below, then on itself."""
        for child in self.children():
            child.apply(fn)
        fn(self)
        return self

    def train(self: Self, mode: bool = True) -> Self:
        """Sets training mode for itself and all below."""
        if not isinstance(mode, bool):
            raise ValueError("training mode is expected to be boolean")
        recorder = recording.current
        if recorder is None:
            self._train(mode)
            return self
        if any(module.training is not mode for module in self.modules()):
            recorder.mode(self, mode)
        with recording.paused():  # one event: those below follow
            self._train(mode)
        return self

    def _train(self, mode: bool) -> None:
        self.training = mode
        for child in self.children():
            child.train(mode)

    def eval(self: Self) -> Self:
        """Sets evaluation mode."""
        return self.train(False)

    def requires_grad_(self: Self, requires_grad: bool = True) -> Self:
        """Sets whether its parameters want gradients."""
        for parameter in self.parameters():
            parameter.requires_grad_(requires_grad)
        return self

    def zero_grad(self, set_to_none: bool = True) -> None:
        """Clears the gradients of its parameters."""
        for parameter in self.parameters():
            clear_gradient(parameter, set_to_none)

    def _apply(self: Self, fn: Callable[[Any], Any], recurse: bool = True) -> Self:
        """Replaces the numbers of every parameter, of its gradient, and every buffer, by what `fn` makes of them."""
        if recurse:
            for child in self.children():
                child._apply(fn)
        for parameter in self._parameters.values():
            if parameter is None:
                continue
            parameter.data = _outside_the_graph(fn, parameter)
            if parameter._grad is not None:
                parameter._set_grad_array(_outside_the_graph(fn, parameter._grad)._array)
        for name, buffer in self._buffers.items():
            if buffer is not None:
                self._buffers[name] = _outside_the_graph(fn, buffer)
        return self

    def to(self: Self, *args: Any, **kwargs: Any) -> Self:
        """Casts its floating parameters and buffers; the only device is the CPU.

        `to(dtype)`, `to(device)`, `to(device, dtype)` or `to(tensor)`; TypeError for a dtype that is not floating.
        """
        wanted = kwargs.pop("dtype", None)
        devices.check(kwargs.pop("device", None))
        for name in ("non_blocking", "memory_format", "tensor"):
            other = kwargs.pop(name, None)
            wanted = other.dtype if isinstance(other, Tensor) else wanted
        if kwargs:
            raise TypeError(f"to() got an unexpected keyword argument '{next(iter(kwargs))}'")
        for a in args:
            if isinstance(a, dtypes.dtype):
                wanted = a
            elif isinstance(a, Tensor):
                wanted = a.dtype
            elif not isinstance(a, bool) and a is not None:
                devices.check(a)
        if wanted is None:
            return self
        if not wanted.is_floating_point:
            raise TypeError(
                f"nn.Module.to only accepts floating point or complex dtypes, but got desired dtype={wanted}"
            )
        return self._apply(lambda t: t.to(wanted) if t.is_floating_point() else t)

    def type(self: Self, dst_type: Any) -> Self:
        """Casts all its parameters and buffers."""
        return self._apply(lambda t: t.type(dst_type))

    def float(self: Self) -> Self:
        """As float32."""
        return self.to(dtypes.float32)

    def double(self: Self) -> Self:
        """As float64."""
        return self.to(dtypes.float64)

    def half(self: Self) -> Self:
        """As float16."""
        return self.to(dtypes.float16)

    def cpu(self: Self) -> Self:
        """Itself."""
        return self

    def cuda(self: Self, device: Any = None) -> Self:
        """AssertionError: there is no GPU."""
        devices.check("cuda")
        return self

    def to_empty(self: Self, *, device: Any, recurse: bool = True) -> Self:
        """With memory of its own whose numbers mean nothing."""
        devices.check(device)
        return self._apply(creation.empty_like, recurse)

    def share_memory(self: Self) -> Self:
        """Itself: there are no other processes."""
        return self._apply(lambda t: t.share_memory_())

    def compile(self, *args: Any, **kwargs: Any) -> None:
        """Nothing: there is no compiler, and calls mean the same without."""

    # -- hooks and text --------------------------------------------------------------------------------------------

    def register_forward_hook(
        self, hook: Callable[..., Any], *, prepend: bool = False, with_kwargs: bool = False, always_call: bool = False
    ) -> Handle:
        """Calls `hook(module, args, output)` after `forward`; what it returns, if anything, replaces the output.

        With `with_kwargs` it is `hook(module, args, kwargs, output)`; with `always_call` also where `forward` raised.
        """
        flags = []
        if with_kwargs:
            flags.append(self._forward_hooks_with_kwargs)
        if always_call:
            flags.append(self._forward_hooks_always_called)
        return Handle(self._forward_hooks, hook, flags, prepend)

    def register_forward_pre_hook(
        self, hook: Callable[..., Any], *, prepend: bool = False, with_kwargs: bool = False
    ) -> Handle:
        """Calls `hook(module, args)` before `forward`; what it returns, if anything, replaces the arguments.

        With `with_kwargs` it is `hook(module, args, kwargs)`, and returns both or None.
        """
        flags = [self._forward_pre_hooks_with_kwargs] if with_kwargs else []
        return Handle(self._forward_pre_hooks, hook, flags, prepend)

    def register_full_backward_hook(self, hook: Callable[..., Any], prepend: bool = False) -> Handle:
        """Calls `hook(module, grad_input, grad_output)`, two tuples, when gradients leave its input.

        What it returns, if anything, replaces `grad_input`.
        """
        hooks.set_fullness(self, True)
        return Handle(self._backward_hooks, hook, (), prepend)

    def register_full_backward_pre_hook(self, hook: Callable[..., Any], prepend: bool = False) -> Handle:
        """Calls `hook(module, grad_output)` when gradients arrive; what it returns, if anything, replaces them."""
        return Handle(self._backward_pre_hooks, hook, (), prepend)

    def register_backward_hook(self, hook: Callable[..., Any]) -> Handle:
        """The older `register_full_backward_hook`, which sees only the last node of `forward`."""
        hooks.set_fullness(self, False)
        return Handle(self._backward_hooks, hook)

    def extra_repr(self) -> str:
        """What its text shows between the brackets."""
        return ""

    def _get_name(self) -> str:
        return type(self).__name__

    def __repr__(self) -> str:
        extra = self.extra_repr()
        lines = extra.split("\n") if extra else []
        children = [f"({name}): {indented(repr(child))}" for name, child in self._modules.items()]
        return bracketed(self._get_name(), lines, children)


def bracketed(name: str, lines: list[str], children: list[str]) -> str:
    """The text of a module, from its own lines and those of its children."""
    if not children and len(lines) <= 1:
        return f"{name}({''.join(lines)})"
    return f"{name}(\n  " + "\n  ".join(lines + children) + "\n)"


def indented(text: str) -> str:
    """All lines but the first moved in by two; empty ones stay empty."""
    first, *rest = text.split("\n")
    return "\n".join([first, *["  " + line if line.strip() else "" for line in rest]])


def typename(value: object) -> str:
    """The type of a value as error messages of modules say it."""
    if isinstance(value, Tensor):
        return f"{value.type()}"
    kind = type(value)
    return kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"


def _outside_the_graph(fn: Callable[[Any], Any], t: Tensor) -> Any:
    # A conversion is no op of the run: the recorder hears of the new value where it is set.
    with mode.no_grad(), recording.paused():
        return fn(t)


def clear_gradient(parameter: Tensor, set_to_none: bool) -> None:
    """Sets a gradient to None or to zeros, and tells the recorder, also where there was none."""
    grad = parameter._grad
    before = None if grad is None else grad._array
    after = None
    if set_to_none:
        parameter._grad = None
    elif grad is not None:
        # A fresh array: a tape may hold the old one.
        after = grad._array = np.zeros_like(grad._array)
        grad._edge, grad._requires_grad = None, False
    if recording.current is not None and not is_lazy(parameter):
        recording.current.zero_grad(parameter, before, after)
