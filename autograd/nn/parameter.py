"""Parameter: a tensor that a module owns and an optimizer updates; Buffer: one that it only keeps."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.printing import to_text
from autograd.tensor import Array, Tensor, make


class Parameter(Tensor):
    """`Parameter(data, requires_grad=True)`, sharing memory with `data`."""

    def __new__(cls, data: Tensor | None = None, requires_grad: bool = True) -> Any:
        t = make(cls, np.zeros(0, np.float32) if data is None else data._array)
        return t.requires_grad_(requires_grad)

    def __repr__(self) -> str:
        return "Parameter containing:\n" + to_text(self)

    def _remade(self, array: Array) -> Tensor:
        copied = make(type(self), array)
        copied._requires_grad = self._requires_grad
        return copied


class Buffer(Tensor):
    """`Buffer(data)`: assigned to a module, it becomes one of its buffers."""

    persistent: bool

    def __new__(cls, data: Tensor, *, persistent: bool = True) -> Any:
        t = make(cls, data._array)
        t.persistent = persistent
        return t
