"""An op's options in JSON, whole, so that a recorded op can be run again: what `attributes` tells people, for machines.

JSON has no tuples, slices or arrays: such a value is an object of one key that names its kind, `{"tuple": [2, 3]}`.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from autograd import dtypes
from autograd.function import Function
from autograd.functions.indexing import _Place

# An array of more numbers than this makes its op one that cannot be run again.
_MAX_ARRAY = 4096


class Unknown(ValueError):
    """A value that has no JSON here, or JSON that means no value."""


def encode(value: Any) -> Any:
    """`value` in JSON's types. Raises Unknown where it has none: a module, a callable, a large array."""
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, float) and not isinstance(value, np.generic):
        return value if math.isfinite(value) else {"float": str(value)}
    if isinstance(value, tuple):
        if hasattr(value, "_fields"):
            return {"record": [type(value).__module__, type(value).__qualname__, [encode(item) for item in value]]}
        return {"tuple": [encode(item) for item in value]}
    if isinstance(value, list):
        return [encode(item) for item in value]
    if isinstance(value, dict):
        return {"dict": [[encode(key), encode(item)] for key, item in value.items()]}
    if isinstance(value, slice):
        return {"slice": [encode(value.start), encode(value.stop), encode(value.step)]}
    if value is Ellipsis:
        return {"ellipsis": True}
    if isinstance(value, dtypes.dtype):
        return {"dtype": value.name}
    if isinstance(value, _Place):
        return {"place": value.number}
    if isinstance(value, np.generic | np.ndarray) and value.dtype.kind in "biuf" and value.size <= _MAX_ARRAY:
        kind = "array" if isinstance(value, np.ndarray) else "number"
        numbers = [encode(item) for item in np.ravel(value).tolist()]
        return {kind: [value.dtype.str, list(np.shape(value)), numbers]}
    raise Unknown(f"{type(value).__name__} has no JSON")


def decode(value: Any) -> Any:
    """The value that `encode` wrote. Raises Unknown for anything else; runs no code that a file names."""
    if isinstance(value, list):
        return [decode(item) for item in value]
    if not isinstance(value, dict):
        return value
    if len(value) != 1:
        raise Unknown("an object of several keys")
    ((kind, content),) = value.items()
    try:
        return _DECODERS[kind](content)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise Unknown(f"no value of kind {kind!r}") from error


def _array(content: Any) -> Any:
    kind, shape, numbers = content
    dtype = np.dtype(kind)
    if dtype.kind not in "biuf":
        raise Unknown(f"an array of {dtype}")
    return np.array([decode(item) for item in numbers], dtype).reshape(shape)


def _record(content: Any) -> Any:
    module, name, items = content
    return records()[module, name](*[decode(item) for item in items])


_DECODERS: dict[str, Any] = {
    "float": float,
    "tuple": lambda content: tuple(decode(item) for item in content),
    "dict": lambda content: {decode(key): decode(item) for key, item in content},
    "slice": lambda content: slice(*[decode(item) for item in content]),
    "ellipsis": lambda content: Ellipsis,
    "dtype": lambda content: _dtype(content),
    "place": lambda content: _Place(int(content)),
    "array": _array,
    "number": lambda content: _array(content)[()],
    "record": _record,
}


def _dtype(name: str) -> dtypes.dtype:
    return dtypes.of(np.empty(0, np.dtype(name)))


def _below(base: Any) -> list[Any]:
    found: list[Any] = []
    for one in base.__subclasses__():
        found += [one, *_below(one)]
    return found


def name_of(function: type[Function]) -> str:
    """What the tape calls an op's class: `autograd.functions.linalg.Linear`."""
    return f"{function.__module__}.{function.__qualname__}"


def ops() -> dict[str, type[Function]]:
    """The core's ops by name. A tape can name these only, never a module to import."""
    return {name_of(one): one for one in _below(Function) if one.__module__.startswith("autograd.")}


def records() -> dict[tuple[str, str], Any]:
    """The named tuples of the core's ops, by module and name."""
    return {
        (one.__module__, one.__qualname__): one
        for one in _below(tuple)
        if one.__module__.startswith("autograd.functions.") and hasattr(one, "_fields")
    }
