"""Items joined into a batch."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping, MutableMapping, MutableSequence, Sequence
from typing import Any

import numpy as np

from autograd.creation import as_tensor, tensor
from autograd.dtypes import float64
from autograd.functions.joining import stack
from autograd.tensor import Tensor

Join = Callable[..., Any]


def _refusal(kind: Any) -> TypeError:
    return TypeError(
        f"default_collate: batch must contain tensors, numpy arrays, numbers, dicts or lists; found {kind}"
    )


def _array(batch: Sequence[Any], *, collate_fn_map: Any = None) -> Any:
    if batch[0].dtype.kind in "SUO":
        raise _refusal(batch[0].dtype)
    return collate([as_tensor(item) for item in batch], collate_fn_map=collate_fn_map)


# By exact type first, then the first of which an item is an instance.
default_collate_fn_map: dict[Any, Join] = {
    Tensor: lambda batch, *, collate_fn_map=None: stack(list(batch)),
    np.ndarray: _array,
    (np.bool_, np.number, np.object_): lambda batch, *, collate_fn_map=None: as_tensor(np.asarray(batch)),
    float: lambda batch, *, collate_fn_map=None: tensor(list(batch), dtype=float64),
    int: lambda batch, *, collate_fn_map=None: tensor(list(batch)),
    str: lambda batch, *, collate_fn_map=None: batch,
    bytes: lambda batch, *, collate_fn_map=None: batch,
}


def _rebuilt(like: Any, parts: Any) -> Any:
    """A container as `like` that holds `parts`; a plain dict or list where its type cannot be made so."""
    try:
        if isinstance(like, MutableMapping):
            made = copy.copy(like)
            made.update(parts)
            return made
        if isinstance(like, MutableSequence):
            filled = copy.copy(like)
            for i, part in enumerate(parts):
                filled[i] = part
            return filled
        return type(like)(parts)
    except TypeError:
        return parts


def collate(batch: Sequence[Any], *, collate_fn_map: dict[Any, Join] | None = None) -> Any:
    """Joins items by their type: `collate_fn_map` for leaves, containers part by part.

    TypeError for a type it does not know; RuntimeError for lists of unequal lengths.
    """
    first, table = batch[0], collate_fn_map or {}
    join = table.get(type(first)) or next((f for kind, f in table.items() if isinstance(first, kind)), None)
    if join is not None:
        return join(batch, collate_fn_map=collate_fn_map)
    if isinstance(first, Mapping):
        return _rebuilt(first, {k: collate([d[k] for d in batch], collate_fn_map=collate_fn_map) for k in first})
    if not isinstance(first, Sequence):
        raise _refusal(type(first))
    named = isinstance(first, tuple) and hasattr(first, "_fields")
    if not named and any(len(item) != len(first) for item in batch):
        raise RuntimeError("each element in list of batch should be of equal size")
    parts = [collate(samples, collate_fn_map=collate_fn_map) for samples in zip(*batch, strict=False)]
    if named:
        return type(first)(*parts)
    return parts if isinstance(first, tuple) else _rebuilt(first, parts)


def default_collate(batch: Sequence[Any]) -> Any:
    """Tensors and arrays stacked, numbers made a tensor (float64 for Python floats), text listed, containers by part.

    TypeError for other types; RuntimeError where shapes or lengths differ.
    """
    return collate(batch, collate_fn_map=default_collate_fn_map)


def default_convert(data: Any) -> Any:
    """One item, its arrays made tensors; what a loader without batches gives."""
    if isinstance(data, Tensor):
        return data
    if isinstance(data, (np.ndarray, np.generic)) and not isinstance(data, (np.str_, np.bytes_)):
        return data if data.dtype.kind in "SUO" else as_tensor(data)
    if isinstance(data, Mapping):
        return _rebuilt(data, {key: default_convert(value) for key, value in data.items()})
    if isinstance(data, tuple):
        parts = [default_convert(item) for item in data]
        return type(data)(*parts) if hasattr(data, "_fields") else parts
    if isinstance(data, Sequence) and not isinstance(data, (str, bytes)):
        return _rebuilt(data, [default_convert(item) for item in data])
    return data
