"""Element types: PyTorch's names over numpy's, and PyTorch's promotion rules."""

from __future__ import annotations

import builtins
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]


class dtype:
    """An element type. One object per type: compare with `is` or `==`."""

    __slots__ = ("is_complex", "is_floating_point", "itemsize", "name", "numpy")

    def __init__(self, name: str, numpy: Any) -> None:
        self.name = name
        self.numpy: np.dtype[Any] = np.dtype(numpy)
        self.is_floating_point = self.numpy.kind == "f"
        self.is_complex = self.numpy.kind == "c"
        self.itemsize = self.numpy.itemsize

    def __repr__(self) -> str:
        return f"torch.{self.name}"

    def __reduce__(self) -> tuple[Any, ...]:
        return (_named, (self.name,))

    @property
    def is_signed(self) -> builtins.bool:
        """Whether values may be negative."""
        return self.numpy.kind in "ifc"


def _named(name: str) -> dtype:
    return _BY_NUMPY[np.dtype(name)]


float64 = double = dtype("float64", np.float64)
float32 = float = dtype("float32", np.float32)
float16 = half = dtype("float16", np.float16)
int64 = long = dtype("int64", np.int64)
int32 = int = dtype("int32", np.int32)
int16 = short = dtype("int16", np.int16)
int8 = dtype("int8", np.int8)
uint8 = dtype("uint8", np.uint8)
bool = dtype("bool", np.bool_)

_BY_NUMPY = {d.numpy: d for d in (float64, float32, float16, int64, int32, int16, int8, uint8, bool)}
_CATEGORY = {"b": 0, "u": 1, "i": 1, "f": 2}

_default: dtype = float32


def of(array: Array) -> dtype:
    """The dtype of a numpy array; TypeError for one that PyTorch lacks."""
    try:
        return _BY_NUMPY[array.dtype]
    except KeyError:
        raise TypeError(
            f"can't convert np.ndarray of type {array.dtype}. The supported types are: float64, float32, float16, "
            "int64, int32, int16, int8, uint8, and bool."
        ) from None


def get_default_dtype() -> dtype:
    """The type of tensors made from Python floats."""
    return _default


def set_default_dtype(d: dtype) -> None:
    """Sets the type of tensors made from Python floats; TypeError unless a floating type."""
    global _default
    if not isinstance(d, dtype) or not d.is_floating_point:
        raise TypeError("only floating-point types are supported as the default type")
    _default = d


def to_numpy(d: dtype | None) -> np.dtype[Any]:
    """The numpy type of `d`, or of the default where None."""
    return (_default if d is None else d).numpy


def default_numpy() -> np.dtype[Any]:
    """The default floating type, as numpy's."""
    return _default.numpy


def result_type(a: Any, b: Any) -> np.dtype[Any]:
    """PyTorch's promoted type of two operands, each an array or a Python number.

    A 0-dim array or a number widens the other operand only into a higher category (bool < integer < float).
    Source: https://pytorch.org/docs/stable/tensor_attributes.html#type-promotion-doc
    """
    rank_a, type_a = _rank(a)
    rank_b, type_b = _rank(b)
    if rank_a == rank_b or type_a == type_b:
        return _promote(type_a, type_b)
    high, low = (type_a, type_b) if rank_a > rank_b else (type_b, type_a)
    return high if _CATEGORY[high.kind] >= _CATEGORY[low.kind] else _promote(high, low) if high.kind == "f" else low


def _promote(a: np.dtype[Any], b: np.dtype[Any]) -> np.dtype[Any]:
    if a == b:
        return a
    if a.kind == "f" and b.kind != "f":
        return a
    if b.kind == "f" and a.kind != "f":
        return b
    return np.promote_types(a, b)


def _rank(value: Any) -> tuple[builtins.int, np.dtype[Any]]:
    if isinstance(value, np.ndarray):
        return (2 if value.ndim else 1), value.dtype
    if isinstance(value, (builtins.bool, np.bool_)):
        return 0, np.dtype(np.bool_)
    if isinstance(value, (builtins.int, np.integer)):
        return 0, np.dtype(np.int64)
    return 0, _default.numpy


def promote(a: Any, b: Any) -> tuple[Any, Any]:
    """Both operands in their promoted type. Numbers stay numbers where numpy then does as PyTorch."""
    array_a, array_b = isinstance(a, np.ndarray), isinstance(b, np.ndarray)
    if array_a and array_b:
        if a.dtype == b.dtype:
            return a, b
        kind = result_type(a, b)
        return a.astype(kind, copy=False), b.astype(kind, copy=False)
    kind = result_type(a, b)
    if array_a:
        return a.astype(kind, copy=False), kind.type(b)
    return kind.type(a), b.astype(kind, copy=False)


class finfo:
    """Limits of a floating type: `eps`, `max`, `min`, `tiny`, `smallest_normal`, `resolution`, `bits`."""

    def __init__(self, type: dtype | None = None) -> None:
        info = np.finfo(to_numpy(type))
        self.bits, self.dtype = info.bits, (type or _default).name
        self.eps, self.max, self.min = builtins.float(info.eps), builtins.float(info.max), builtins.float(info.min)
        self.tiny = self.smallest_normal = builtins.float(info.tiny)
        self.resolution = 10.0**-info.precision


class iinfo:
    """Limits of an integer type: `max`, `min`, `bits`."""

    def __init__(self, type: dtype) -> None:
        info = np.iinfo(type.numpy)
        self.bits, self.max, self.min, self.dtype = info.bits, builtins.int(info.max), builtins.int(info.min), type.name


def promote_types(type1: dtype, type2: dtype) -> dtype:
    """The smallest dtype to which both can be cast."""
    return _BY_NUMPY[_promote(type1.numpy, type2.numpy)]


def can_cast(from_: dtype, to: dtype) -> builtins.bool:
    """Whether a result of one type may be written into another: not from a higher category (bool < integer < float)."""
    return _CATEGORY[from_.numpy.kind] <= _CATEGORY[to.numpy.kind]
