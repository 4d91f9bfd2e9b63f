"""Parameter: a tensor that a module owns and an optimizer updates; Buffer: one that it only keeps."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.printing import to_text
from autograd.tensor import Array, Tensor, wrap


class Parameter(Tensor):
    """`Parameter(data, requires_grad=True)`, sharing memory with `data`."""

    def __new__(cls, data: Tensor | None = None, requires_grad: bool = True) -> Any:
        t = wrap(np.zeros(0, np.float32) if data is None else data._array)
        t.__class__ = cls
        return t.requires_grad_(requires_grad)

    def __repr__(self) -> str:
        return "Parameter containing:\n" + to_text(self)

    def _remade(self, array: Array) -> Tensor:
        return type(self)(wrap(array), self._requires_grad)


class Buffer(Tensor):
    """`Buffer(data)`: assigned to a module, it becomes one of its buffers."""

    persistent: bool

    def __new__(cls, data: Tensor, *, persistent: bool = True) -> Any:
        t = wrap(data._array)
        t.__class__ = cls
        t.persistent = persistent  # type: ignore[attr-defined]
        return t
