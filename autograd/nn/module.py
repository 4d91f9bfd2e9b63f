"""Module: parameters, buffers and children by name, and `__call__`, which runs `forward`."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from itertools import count
from typing import Any, NamedTuple, TypeVar

import numpy as np

from autograd import devices, dtypes, mode, recording
from autograd.nn.parameter import Buffer, Parameter
from autograd.tensor import RemovableHandle, Tensor, wrap

Self = TypeVar("Self", bound="Module")

_next = count().__next__


class IncompatibleKeys(NamedTuple):
    """What `load_state_dict(strict=False)` did not load."""

    missing_keys: list[str]
    unexpected_keys: list[str]


class Module:
    """A part of a network. A subclass sets parameters and children in `__init__` and defines `forward`."""

    training: bool
    _parameters: dict[str, Parameter | None]
    _buffers: dict[str, Tensor | None]
    _modules: dict[str, Module | None]
    number: int

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        put = object.__setattr__
        put(self, "training", True)
        put(self, "_parameters", {})
        put(self, "_buffers", {})
        put(self, "_transient", set())
        put(self, "_modules", {})
        put(self, "_forward_hooks", {})
        put(self, "_forward_pre_hooks", {})
        put(self, "number", _next())

    forward: Callable[..., Any]

    def __hash__(self) -> int:
        number: int = self.__dict__.get("number", 0)
        return number

    def __eq__(self, other: object) -> bool:
        return self is other

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        recorder = recording.current
        if recorder is None:
            return self._call(args, kwargs)
        recorder.enter(self)
        try:
            return self._call(args, kwargs)
        finally:
            recorder.leave(self)

    def _call(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        attributes = self.__dict__
        if "_forward_hooks" not in attributes:
            raise AttributeError(f"{type(self).__name__}: call super().__init__() before using the module")
        if attributes["_forward_pre_hooks"]:
            for hook in tuple(attributes["_forward_pre_hooks"].values()):
                replaced = hook(self, args)
                if replaced is not None:
                    args = replaced if isinstance(replaced, tuple) else (replaced,)
        result = self.forward(*args, **kwargs)
        if attributes["_forward_hooks"]:
            for hook in tuple(attributes["_forward_hooks"].values()):
                replaced = hook(self, args, result)
                if replaced is not None:
                    result = replaced
        return result

    # -- attributes ------------------------------------------------------------------------------------------------

    def __setattr__(self, name: str, value: Any) -> None:
        attributes = self.__dict__
        if isinstance(value, (Parameter, Module)):
            if "_parameters" not in attributes:
                kind = "parameters" if isinstance(value, Parameter) else "module"
                raise AttributeError(f"cannot assign {kind} before Module.__init__() call")
            self._forget(name)
            if isinstance(value, Parameter):
                self._parameters[name] = value
            else:
                self._modules[name] = value
            return
        if isinstance(value, Buffer):
            self._forget(name)
            self.register_buffer(name, value, value.persistent)
            return
        for table, kind in (("_parameters", "parameter"), ("_modules", "child module"), ("_buffers", "buffer")):
            held = attributes.get(table)
            if held is not None and name in held:
                if value is not None and not (table == "_buffers" and isinstance(value, Tensor)):
                    expected = {"_parameters": "torch.nn.Parameter", "_modules": "torch.nn.Module"}.get(
                        table, "torch.Tensor"
                    )
                    raise TypeError(
                        f"cannot assign '{type(value).__name__}' as {kind} '{name}' ({expected} or None expected)"
                    )
                held[name] = value
                return
        object.__setattr__(self, name, value)

    def _forget(self, name: str) -> None:
        for table in (self.__dict__, self._parameters, self._buffers, self._modules):
            table.pop(name, None)

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
                return
        object.__delattr__(self, name)

    def __dir__(self) -> list[str]:
        return sorted({*object.__dir__(self), *self._parameters, *self._buffers, *self._modules})

    def register_parameter(self, name: str, param: Parameter | None) -> None:
        """Adds a parameter, or notes the lack of an optional one."""
        if param is not None and not isinstance(param, Parameter):
            raise TypeError(f"cannot assign '{type(param).__name__}' object to parameter '{name}'")
        self._parameters[name] = param

    def register_buffer(self, name: str, tensor: Tensor | None, persistent: bool = True) -> None:
        """Adds a tensor that belongs to the state but is not trained."""
        if name in self._parameters or name in self._modules:
            raise KeyError(f"attribute '{name}' already exists")
        self._buffers[name] = tensor
        (self.__dict__["_transient"].discard if persistent else self.__dict__["_transient"].add)(name)

    def register_module(self, name: str, module: Module | None) -> None:
        """Adds a child."""
        self.add_module(name, module)

    def add_module(self, name: str, module: Module | None) -> None:
        """Adds a child."""
        if module is not None and not isinstance(module, Module):
            raise TypeError(f"{type(module).__name__} is not a Module subclass")
        self._modules[name] = module

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

    def modules(self) -> Iterator[Module]:
        """Itself and all modules below."""
        for _, module in self.named_modules():
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
            child = module._modules.get(name)
            if child is None:
                raise AttributeError(f"{type(module).__name__} has no attribute `{name}`")
            module = child
        return module

    def get_parameter(self, target: str) -> Parameter:
        """The parameter at a path; AttributeError where there is none."""
        path, _, name = target.rpartition(".")
        found = self.get_submodule(path)._parameters.get(name)
        if found is None:
            raise AttributeError(f"no parameter `{target}`")
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
        for module in self.modules():
            module.training = mode
        return self

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

    def to(self: Self, *args: Any, **kwargs: Any) -> Self:
        """Casts its floating parameters and buffers; the only device is the CPU."""
        wanted = kwargs.get("dtype")
        devices.check(kwargs.get("device"))
        for a in args:
            if isinstance(a, dtypes.dtype):
                wanted = a
            elif isinstance(a, Tensor):
                wanted = a.dtype
            elif not isinstance(a, bool) and a is not None:
                devices.check(a)
        return self if wanted is None else self._cast(wanted)

    def _cast(self: Self, dtype: dtypes.dtype) -> Self:
        for _, parameter in self.named_parameters():
            if parameter._array.dtype.kind == "f" and parameter._array.dtype != dtype.numpy:
                parameter.data = wrap(parameter._array.astype(dtype.numpy))
                if parameter._grad is not None:
                    parameter._set_grad_array(parameter._grad._array.astype(dtype.numpy))
        for module in self.modules():
            for name, buffer in module._buffers.items():
                if buffer is not None and buffer._array.dtype.kind == "f":
                    module._buffers[name] = wrap(buffer._array.astype(dtype.numpy))
        return self

    def float(self: Self) -> Self:
        """As float32."""
        return self._cast(dtypes.float32)

    def double(self: Self) -> Self:
        """As float64."""
        return self._cast(dtypes.float64)

    def half(self: Self) -> Self:
        """As float16."""
        return self._cast(dtypes.float16)

    def cpu(self: Self) -> Self:
        """Itself."""
        return self

    def cuda(self: Self, device: Any = None) -> Self:
        """AssertionError: there is no GPU."""
        devices.check("cuda")
        return self

    def compile(self, *args: Any, **kwargs: Any) -> None:
        """Nothing: there is no compiler."""

    # -- its state -------------------------------------------------------------------------------------------------

    def state_dict(
        self, *, destination: Any = None, prefix: str = "", keep_vars: bool = False
    ) -> OrderedDict[str, Tensor]:
        """All parameters and persistent buffers by name, detached and sharing memory."""
        found: OrderedDict[str, Tensor] = OrderedDict() if destination is None else destination
        for path, module in self.named_modules(prefix=prefix.rstrip("."), remove_duplicate=False):
            lead = f"{path}." if path else ""
            for name, value in [*module._parameters.items(), *module._buffers.items()]:
                if value is not None and name not in module.__dict__["_transient"]:
                    found[lead + name] = value if keep_vars else value.detach()
        return found

    def load_state_dict(
        self, state_dict: Mapping[str, Tensor], strict: bool = True, assign: bool = False
    ) -> IncompatibleKeys:
        """Copies values by name. RuntimeError for names (if `strict`) or shapes that do not fit, naming all."""
        own = self.state_dict(keep_vars=True)
        missing = [k for k in own if k not in state_dict]
        unexpected = [k for k in state_dict if k not in own]
        errors = []
        if strict and unexpected:
            errors.append("Unexpected key(s) in state_dict: " + ", ".join(f'"{k}"' for k in unexpected) + ".")
        if strict and missing:
            errors.append("Missing key(s) in state_dict: " + ", ".join(f'"{k}"' for k in missing) + ".")
        for name, target in own.items():
            if name not in state_dict:
                continue
            source = state_dict[name]
            if source._array.shape != target._array.shape:
                errors.append(
                    f"size mismatch for {name}: copying a param with shape {source.shape} from checkpoint, the shape "
                    f"in current model is {target.shape}."
                )
            else:
                with mode.no_grad():
                    target.copy_(source)
        if errors:
            raise RuntimeError(f"Error(s) in loading state_dict for {type(self).__name__}:\n\t" + "\n\t".join(errors))
        return IncompatibleKeys(missing, unexpected)

    # -- hooks and text --------------------------------------------------------------------------------------------

    def register_forward_hook(self, hook: Callable[..., Any], *, prepend: bool = False) -> RemovableHandle:
        """Calls `hook(module, args, output)` after `forward`; what it returns, if anything, replaces the output."""
        return RemovableHandle(self.__dict__["_forward_hooks"], hook)

    def register_forward_pre_hook(self, hook: Callable[..., Any], *, prepend: bool = False) -> RemovableHandle:
        """Calls `hook(module, args)` before `forward`; what it returns, if anything, replaces the arguments."""
        return RemovableHandle(self.__dict__["_forward_pre_hooks"], hook)

    def extra_repr(self) -> str:
        """What its text shows between the brackets."""
        return ""

    def _get_name(self) -> str:
        return type(self).__name__

    def __repr__(self) -> str:
        extra = self.extra_repr()
        lines = extra.split("\n") if extra else []
        children = []
        for name, child in self._modules.items():
            first, *rest = repr(child).split("\n")
            children.append(f"({name}): " + "\n".join([first, *["  " + line for line in rest]]))
        head = self._get_name() + "("
        if not children and len(lines) <= 1:
            return head + extra + ")"
        return head + "\n  " + "\n  ".join(lines + children) + "\n)"


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
    if recording.current is not None:
        recording.current.zero_grad(parameter, before, after)
