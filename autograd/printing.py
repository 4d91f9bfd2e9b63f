"""Tensors as text, as PyTorch prints them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from autograd import dtypes

if TYPE_CHECKING:
    from autograd.tensor import Tensor

Array = NDArray[Any]


class _Options:
    """How tensors print; `set_printoptions` changes it."""

    precision = 4
    threshold: float = 1000
    edgeitems = 3
    linewidth = 80
    sci_mode: bool | None = None


# Precision, threshold, edge items, line width.
_PROFILES: dict[str, tuple[int, float, int, int]] = {
    "default": (4, 1000, 3, 80),
    "short": (2, 1000, 2, 80),
    "full": (4, math.inf, 3, 80),
}


def set_printoptions(
    precision: int | None = None,
    threshold: float | None = None,
    edgeitems: int | None = None,
    linewidth: int | None = None,
    profile: str | None = None,
    sci_mode: bool | None = None,
) -> None:
    """How tensors print: digits, the size above which they are cut short, the width of a line.

    `profile` is "default", "short" (2 digits, 2 items at the edges) or "full" (never cut short).
    """
    if profile is not None:
        if profile not in _PROFILES:
            raise ValueError(f"profile must be one of {', '.join(_PROFILES)}, not {profile!r}")
        _Options.precision, _Options.threshold, _Options.edgeitems, _Options.linewidth = _PROFILES[profile]
    for name, value in (
        ("precision", precision),
        ("threshold", threshold),
        ("edgeitems", edgeitems),
        ("linewidth", linewidth),
    ):
        if value is not None:
            setattr(_Options, name, value)
    _Options.sci_mode = sci_mode


class _Format:
    """One format for all the numbers of a tensor."""

    def __init__(self, values: Array) -> None:
        self.floating = values.dtype.kind == "f"
        self.whole = True
        self.scientific = False
        self.width = 1
        flat = values.ravel()
        if not self.floating:
            self.width = max([len(str(v)) for v in flat.tolist()], default=1)
            return
        finite = flat[np.isfinite(flat) & (flat != 0)].astype(np.float64)
        if not finite.size:
            return
        size = np.abs(finite)
        low, high = float(size.min()), float(size.max())
        self.whole = bool(np.all(finite == np.ceil(finite)))
        # Numbers that reach too far print with exponents; whole ones else as `1.`.
        far = high / low > 1000.0 or high > 1.0e8 or low < 1.0e-4
        self.scientific = far if _Options.sci_mode is None else _Options.sci_mode
        self.width = max(len(self.plain(v)) for v in finite.tolist())

    def plain(self, value: Any) -> str:
        """One number, not padded."""
        if not self.floating:
            return str(value)
        if not math.isfinite(value):
            return str(value)
        if self.scientific:
            return f"{value:.{_Options.precision}e}"
        if self.whole:
            return f"{value:.0f}."
        return f"{value:.{_Options.precision}f}"

    def __call__(self, value: Any) -> str:
        return self.plain(value).rjust(self.width)


def _vector(array: Array, indent: int, form: _Format, short: bool) -> str:
    length = form.width + 2
    per_line = max(1, (_Options.linewidth - indent) // length)
    edge = _Options.edgeitems
    values = array.tolist()
    if short and not edge:
        items = ["..."]
    elif short and len(values) > 2 * edge:
        items = [form(v) for v in values[:edge]] + [" ..."] + [form(v) for v in values[len(values) - edge :]]
    else:
        items = [form(v) for v in values]
    lines = [", ".join(items[i : i + per_line]) for i in range(0, len(items), per_line)] or [""]
    return "[" + (",\n" + " " * (indent + 1)).join(lines) + "]"


def _nested(array: Array, indent: int, form: _Format, short: bool) -> str:
    if not array.ndim:
        return form(array.item())
    if array.ndim == 1:
        return _vector(array, indent, form, short)
    edge = _Options.edgeitems
    if short and len(array) > 2 * edge:
        parts = [_nested(a, indent + 1, form, short) for a in array[:edge]]
        parts += ["..."]
        parts += [_nested(a, indent + 1, form, short) for a in array[len(array) - edge :]]
    else:
        parts = [_nested(a, indent + 1, form, short) for a in array]
    return "[" + ("," + "\n" * (array.ndim - 1) + " " * (indent + 1)).join(parts) + "]"


def _edges(array: Array) -> Array:
    """The numbers that a tensor cut short shows, which alone decide its format."""
    edge = _Options.edgeitems
    for axis in range(array.ndim):
        if array.shape[axis] > 2 * edge:
            kept = [*range(edge), *range(array.shape[axis] - edge, array.shape[axis])]
            array = np.take(array, kept, axis=axis)
    return array


def to_text(t: Tensor, contents: str = "tensor(") -> str:
    """`tensor([1., 2.], requires_grad=True)` and so on."""
    array = t._array
    suffixes = []
    default = dtypes.default_numpy()
    if array.dtype not in (default, np.int64, np.bool_) and array.size:
        suffixes.append(f"dtype=torch.{t.dtype.name}")
    if not array.size:
        body = "[]"
        if array.ndim != 1:
            suffixes.append(f"size={tuple(array.shape)}")
        if array.dtype != default:
            suffixes.append(f"dtype=torch.{t.dtype.name}")
    else:
        short = array.size > _Options.threshold
        body = _nested(array, len(contents), _Format(_edges(array) if short else array), short)
    if t._edge is not None:
        suffixes.append(f"grad_fn=<{t._edge[0].name()}>")
    elif t._requires_grad:
        suffixes.append("requires_grad=True")
    text = contents + body
    last = len(text) - text.rfind("\n") + 1
    for suffix in suffixes:
        if last + len(suffix) + 2 > _Options.linewidth:
            text += ",\n" + " " * len(contents) + suffix
            last = len(contents) + len(suffix)
        else:
            text += ", " + suffix
            last += len(suffix) + 2
    return text + ")"
