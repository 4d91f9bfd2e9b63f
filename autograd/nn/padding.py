"""Padding layers: borders of a constant, of zeros, and of the input's own elements."""

from __future__ import annotations

from typing import Any, ClassVar

from autograd.nn import functional as F
from autograd.nn.module import Module
from autograd.tensor import Tensor

__all__ = [
    "CircularPad1d",
    "CircularPad2d",
    "CircularPad3d",
    "ConstantPad1d",
    "ConstantPad2d",
    "ConstantPad3d",
    "ReflectionPad1d",
    "ReflectionPad2d",
    "ReflectionPad3d",
    "ReplicationPad1d",
    "ReplicationPad2d",
    "ReplicationPad3d",
    "ZeroPad1d",
    "ZeroPad2d",
    "ZeroPad3d",
]


def _widths(padding: Any, dims: int) -> tuple[int, ...]:
    """A number for every side, or (before, after) of the last dimension, of the one before it, …"""
    return tuple(padding) if isinstance(padding, (tuple, list)) else (padding,) * (2 * dims)


class _PadNd(Module):
    """Borders of the input's own elements, in the last `dims` dimensions."""

    mode: ClassVar[str]
    dims: ClassVar[int]

    def __init__(self, padding: Any) -> None:
        super().__init__()
        self.padding = _widths(padding, self.dims)

    def forward(self, input: Tensor) -> Tensor:
        return F.pad(input, self.padding, self.mode)

    def extra_repr(self) -> str:
        return f"{self.padding}"


class _CircularPadNd(_PadNd):
    mode = "circular"

    def forward(self, input: Tensor) -> Tensor:
        if input.ndim not in (self.dims + 1, self.dims + 2):
            raise ValueError(f"expected {self.dims + 1}D or {self.dims + 2}D input (got {input.ndim}D input)")
        return super().forward(input)


class _ConstantPadNd(Module):
    """Borders of one number."""

    dims: ClassVar[int]

    def __init__(self, padding: Any, value: float) -> None:
        super().__init__()
        self.value = value
        self.padding = _widths(padding, self.dims)

    def forward(self, input: Tensor) -> Tensor:
        return F.pad(input, self.padding, "constant", self.value)

    def extra_repr(self) -> str:
        return f"padding={self.padding}, value={self.value}"


class _ReflectionPadNd(_PadNd):
    mode = "reflect"


class _ReplicationPadNd(_PadNd):
    mode = "replicate"


class CircularPad1d(_CircularPadNd):
    """Borders of the opposite elements, around the last dimension."""

    dims = 1


class CircularPad2d(_CircularPadNd):
    """Borders of the opposite elements, around the last two dimensions."""

    dims = 2


class CircularPad3d(_CircularPadNd):
    """Borders of the opposite elements, around the last three dimensions."""

    dims = 3


class ConstantPad1d(_ConstantPadNd):
    """Borders of `value`, around the last dimension."""

    dims = 1


class ConstantPad2d(_ConstantPadNd):
    """Borders of `value`, around the last two dimensions."""

    dims = 2


class ConstantPad3d(_ConstantPadNd):
    """Borders of `value`, around the last three dimensions."""

    dims = 3


class ReflectionPad1d(_ReflectionPadNd):
    """Borders that mirror the elements inside the edge, around the last dimension."""

    dims = 1


class ReflectionPad2d(_ReflectionPadNd):
    """Borders that mirror the elements inside the edge, around the last two dimensions."""

    dims = 2


class ReflectionPad3d(_ReflectionPadNd):
    """Borders that mirror the elements inside the edge, around the last three dimensions."""

    dims = 3


class ReplicationPad1d(_ReplicationPadNd):
    """Borders that repeat the element at the edge, around the last dimension."""

    dims = 1


class ReplicationPad2d(_ReplicationPadNd):
    """Borders that repeat the element at the edge, around the last two dimensions."""

    dims = 2


class ReplicationPad3d(_ReplicationPadNd):
    """Borders that repeat the element at the edge, around the last three dimensions."""

    dims = 3


class ZeroPad1d(ConstantPad1d):
    """Borders of zeros, around the last dimension."""

    def __init__(self, padding: Any) -> None:
        super().__init__(padding, 0.0)

    def extra_repr(self) -> str:
        return f"{self.padding}"


class ZeroPad2d(ConstantPad2d):
    """Borders of zeros, around the last two dimensions."""

    def __init__(self, padding: Any) -> None:
        super().__init__(padding, 0.0)

    def extra_repr(self) -> str:
        return f"{self.padding}"


class ZeroPad3d(ConstantPad3d):
    """Borders of zeros, around the last three dimensions."""

    def __init__(self, padding: Any) -> None:
        super().__init__(padding, 0.0)

    def extra_repr(self) -> str:
        return f"{self.padding}"
