"""Names of parameters and calls, as the script's author would say them.

The first parameter-owning root module gives bare names (`conv1.weight`); later roots are prefixed by their variable;
a leaf outside any module has its variable's name, else `param.N`. Names are fixed when iteration 0 closes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from autograd.tape.events import CallRecord, TensorRecord
from autograd.tape.sites import Script

if TYPE_CHECKING:
    from autograd.nn.module import Module
    from autograd.tensor import Tensor


@dataclass(slots=True, eq=False)
class Root:
    """A module called from outside any module."""

    module: Any
    variable: str | None
    owns: bool  # does it own parameters?
    called: bool = True  # False: known only as a variable that owns a parameter
    prefix: str | None = None  # "" for the bare one; None until fixed


class Names:
    """The names of one run."""

    def __init__(self) -> None:
        self._roots: dict[int, Root] = {}
        self._paths: dict[int, tuple[Root, str]] = {}  # id(module) → where it hangs
        self._tensors: dict[int, tuple[Root, str]] = {}  # tensor number → where it hangs
        self._buffers: set[int] = set()
        self._fixed: dict[int, str] = {}  # tensor number → name
        self._taken: set[str] = set()
        self._bare: Root | None = None

    # While recording ----------------------------------------------------------------------------------------------

    def is_new(self, module: Module) -> bool:
        root = self._roots.get(id(module))
        return root is None or not root.called

    def see_root(self, module: Module, variable: str | None, called: bool = True) -> None:
        known = self._roots.get(id(module))
        if known is not None:
            known.called = known.called or called
            return
        root = Root(module, variable, any(True for _ in module.parameters()), called)
        self._roots[id(module)] = root
        for path, child in module.named_modules():
            self._paths.setdefault(id(child), (root, path))
        for path, parameter in module.named_parameters():
            self._tensors.setdefault(parameter.number, (root, path))
        for path, buffer in module.named_buffers():
            self._tensors.setdefault(buffer.number, (root, path))
            self._buffers.add(buffer.number)

    def path(self, module: Module) -> str | None:
        """Where a module hangs below a root the tape has seen; "" for that root."""
        at = self._paths.get(id(module))
        return None if at is None else at[1]

    def is_buffer(self, tensor: Tensor) -> bool:
        return tensor.number in self._buffers

    def knows(self, tensor: Tensor) -> bool:
        return tensor.number in self._tensors

    @property
    def roots(self) -> list[Root]:
        """The modules called from outside any module, in the order in which they were first seen."""
        return [root for root in self._roots.values() if root.called]

    def of(self, number: int) -> str | None:
        """The name of a tensor by its number; None where it has none yet."""
        at = self._tensors.get(number)
        if number in self._fixed or at is None:
            return self._fixed.get(number)
        root, path = at
        self._prefix(root)
        return f"{root.prefix}.{path}" if root.prefix else path

    def owner(self, tensor: Tensor, script: Script) -> tuple[Module, str] | None:
        """The largest module among the script's variables that owns `tensor`, and its variable."""
        best: tuple[int, Module, str] | None = None
        for frame in script.frames():
            for name, value in frame.f_locals.items():
                if name == "self" or not hasattr(value, "named_parameters") or isinstance(value, type):
                    continue
                parameters = list(value.parameters())
                if (best is None or len(parameters) > best[0]) and any(p is tensor for p in parameters):
                    best = (len(parameters), value, name)
        return None if best is None else best[1:]

    # When iteration 0 closes --------------------------------------------------------------------------------------

    def fix(self, tensors: Iterable[TensorRecord]) -> None:
        """Give every lasting tensor of `tensors` that has none its name."""
        tensors = list(tensors)
        for tensor in tensors:
            if tensor.number not in self._tensors and tensor.owner is not None and self.is_new(tensor.owner[0]):
                self.see_root(*tensor.owner, called=False)
        for root in self._roots.values():
            self._prefix(root)
        for tensor in tensors:
            if tensor.number not in self._fixed:
                self._fixed[tensor.number] = self._unique(self._proposed(tensor))
            tensor.owner = None

    def _prefix(self, root: Root) -> None:
        if root.prefix is not None:
            return
        if root.owns and self._bare is None:
            self._bare = root
            root.prefix = ""
        else:
            root.prefix = self._unique(root.variable or snake(type(root.module).__name__))

    def _proposed(self, tensor: TensorRecord) -> str:
        at = self._tensors.get(tensor.number)
        if at is not None:
            root, path = at
            return f"{root.prefix}.{path}" if root.prefix else path
        return tensor.variable or f"param.{sum(name.startswith('param.') for name in self._taken)}"

    def _unique(self, name: str) -> str:
        candidate, count = name, 1
        while candidate in self._taken:
            count += 1
            candidate = f"{name}_{count}"
        self._taken.add(candidate)
        return candidate

    # When a structure is written ----------------------------------------------------------------------------------

    def tensor(self, record: TensorRecord) -> str:
        """The name of a lasting tensor."""
        if record.number not in self._fixed:
            self.fix([record])
        return self._fixed[record.number]

    def call(self, record: CallRecord) -> tuple[str, str] | None:
        """(id before counting, module path) of a call; None for the bare root, which draws no box."""
        at = self._paths.get(id(record.module))
        if at is None:  # made while the model ran
            parent = None if record.parent is None else self.call(record.parent)
            own = snake(type(record.module).__name__)
            path = own if parent is None else f"{parent[0]}.{own}"
            return path, own
        root, path = at
        self._prefix(root)
        if not path:
            return None if root is self._bare else (str(root.prefix), str(root.prefix))
        return (f"{root.prefix}.{path}" if root.prefix else path), path


def snake(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name).lower()
