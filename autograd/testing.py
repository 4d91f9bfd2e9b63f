"""`torch.testing`: whether two results are alike enough, and where they are not."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from autograd import dtypes
from autograd.tensor import Array, Tensor

__all__ = ["assert_close"]

Message = str | Callable[[str], str] | None

# PyTorch's relative and absolute tolerances, by dtype; 0 for whole numbers.
_TOLERANCES = {"float16": (1e-3, 1e-5), "float32": (1.3e-6, 1e-5), "float64": (1e-7, 1e-7)}


class _Unlike(AssertionError):
    """What is not alike, and where in nested containers."""

    def __init__(self, text: str, path: tuple[Any, ...] = ()) -> None:
        super().__init__(text)
        self.text, self.path = text, path


class _Rules:
    """How two values are compared."""

    def __init__(self, subclasses: bool, rtol: float | None, atol: float | None, nan: bool, **checks: bool) -> None:
        if (rtol is None) != (atol is None):
            lacking = "rtol" if rtol is None else "atol"
            raise ValueError(f"Both 'rtol' and 'atol' must be either specified or omitted, but got no {lacking}.")
        self.subclasses, self.rtol, self.atol, self.nan, self.checks = subclasses, rtol, atol, nan, checks

    def tolerances(self, *kinds: str) -> tuple[float, float]:
        """Relative and absolute: as given, else the larger ones of the two dtypes."""
        if self.rtol is not None and self.atol is not None:
            return self.rtol, self.atol
        found = [_TOLERANCES.get(kind, (0.0, 0.0)) for kind in kinds]
        return max(r for r, _ in found), max(a for _, a in found)

    def compare(self, actual: Any, expected: Any, path: tuple[Any, ...] = ()) -> None:
        """Raises `_Unlike` at the first difference."""
        if _both(actual, expected, Sequence) and not isinstance(actual, str) and not isinstance(expected, str):
            if len(actual) != len(expected):
                raise _Unlike(f"The length of the sequences mismatch: {len(actual)} != {len(expected)}", path)
            for i, (a, b) in enumerate(zip(actual, expected, strict=True)):
                self.compare(a, b, (*path, i))
        elif _both(actual, expected, Mapping):
            self._same_keys(actual, expected, path)
            for key in expected:
                self.compare(actual[key], expected[key], (*path, key))
        else:
            try:
                self._values(actual, expected)
            except _Unlike as unlike:
                unlike.path = path
                raise

    def _same_keys(self, actual: Any, expected: Any, path: tuple[Any, ...]) -> None:
        missing, more = sorted(expected.keys() - actual.keys()), sorted(actual.keys() - expected.keys())
        if missing or more:
            text = "The keys of the mappings do not match:"
            text += f"\nMissing keys in the actual mapping: {missing}" if missing else ""
            text += f"\nAdditional keys in the actual mapping: {more}" if more else ""
            raise _Unlike(text, path)

    def _values(self, actual: Any, expected: Any) -> None:
        if actual is None and expected is None:
            return
        if _both(actual, expected, (bool, np.bool_)):
            if bool(actual) is not bool(expected):
                raise _Unlike(f"Booleans mismatch: {actual} is not {expected}")
        elif _both(actual, expected, (int, float)) and not isinstance(actual, bool):
            self._numbers(actual, expected)
        elif _both(actual, expected, (Tensor, np.ndarray)):
            related = isinstance(actual, type(expected)) or isinstance(expected, type(actual))
            if not (self.subclasses and related) and type(actual) is not type(expected):
                raise TypeError(
                    f"No comparison pair was able to handle inputs of type {type(actual)} and {type(expected)}."
                )
            self._tensors(actual, expected)
        else:
            raise TypeError(
                f"No comparison pair was able to handle inputs of type {type(actual)} and {type(expected)}."
            )

    def _numbers(self, actual: Any, expected: Any) -> None:
        if self.checks["check_dtype"] and type(actual) is not type(expected):
            raise _Unlike(f"The (d)types do not match: {type(actual)} != {type(expected)}.")
        kinds = ["float64" if isinstance(v, float) else "int64" for v in (actual, expected)]
        rtol, atol = self.tolerances(*kinds)
        if not np.isclose(float(actual), float(expected), rtol, atol, self.nan):
            raise _Unlike(_scalar_text(actual, expected, rtol, atol))

    def _tensors(self, actual: Any, expected: Any) -> None:
        x, y = _array(actual), _array(expected)
        names = [str(dtypes.of(a)) for a in (x, y)]
        if x.shape != y.shape:
            raise _Unlike(
                f"The values for attribute 'shape' do not match: torch.Size({list(x.shape)}) != "
                f"torch.Size({list(y.shape)})."
            )
        if self.checks["check_dtype"] and x.dtype != y.dtype:
            raise _Unlike(f"The values for attribute 'dtype' do not match: {names[0]} != {names[1]}.")
        if self.checks["check_stride"] and actual.stride() != expected.stride():
            raise _Unlike(
                f"The values for attribute 'stride()' do not match: {actual.stride()} != {expected.stride()}."
            )
        rtol, atol = self.tolerances(x.dtype.name, y.dtype.name)
        kind = np.result_type(x, y)
        x, y = x.astype(kind), y.astype(kind)
        # Whole numbers as Python's, which do not overflow; floating ones in their own precision.
        wide = object if kind.kind in "iub" else kind
        a, b = x.astype(wide), y.astype(wide)
        near = x == y
        if rtol or atol or kind.kind == "f":
            with np.errstate(invalid="ignore", over="ignore"):
                near = near | (np.isfinite(x) & np.isfinite(y) & (np.abs(x - y) <= atol + rtol * np.abs(y)))
                if self.nan:
                    near |= np.isnan(x) & np.isnan(y)
        if not near.all():
            raise _Unlike(_tensor_text(a, b, near, rtol, atol))


def _both(actual: Any, expected: Any, kinds: Any) -> bool:
    return isinstance(actual, kinds) and isinstance(expected, kinds)


def _array(value: Any) -> Array:
    return value._array if isinstance(value, Tensor) else np.asarray(value)


def _allowed(tolerance: float, equal: bool) -> str:
    return "" if equal else f" (up to {tolerance} allowed)"


def _scalar_text(actual: Any, expected: Any, rtol: float, atol: float) -> str:
    equal = rtol == 0 and atol == 0
    difference = abs(actual - expected)
    relative = float("inf") if expected == 0 else difference / abs(expected)
    return (
        f"Scalars are not {'equal' if equal else 'close'}!\n\nExpected {expected} but got {actual}.\n"
        f"Absolute difference: {difference}{_allowed(atol, equal)}\n"
        f"Relative difference: {relative}{_allowed(rtol, equal)}"
    )


def _tensor_text(x: Any, y: Any, near: Any, rtol: float, atol: float) -> str:
    if not x.ndim:
        return _scalar_text(_plain(x[()]), _plain(y[()]), rtol, atol)
    equal = rtol == 0 and atol == 0
    count, size = int((~near).sum()), near.size
    lines = [f"Tensor-likes are not {'equal' if equal else 'close'}!", ""]
    lines.append(f"Mismatched elements: {count} / {size} ({count / size:.1%})")
    with np.errstate(divide="ignore", invalid="ignore"):
        absolute = np.where(near, 0, abs(x - y))
        scale = abs(y).astype(np.float32 if x.dtype == object else x.dtype)
        relative = np.where(near, 0, absolute.astype(scale.dtype) / scale)
    for name, values, tolerance in (("absolute", absolute, atol), ("relative", relative, rtol)):
        at = np.unravel_index(int(np.argmax(values.astype(float))), near.shape)
        place = tuple(int(i) for i in at)
        lines.append(
            f"Greatest {name} difference: {_plain(values[place])} at index {place}{_allowed(tolerance, equal)}"
        )
    return "\n".join(lines)


def _plain(value: Any) -> Any:
    """A number of numpy's as Python's."""
    return value.item() if isinstance(value, np.generic) else int(value) if isinstance(value, bool) else value


def assert_close(
    actual: Any,
    expected: Any,
    *,
    allow_subclasses: bool = True,
    rtol: float | None = None,
    atol: float | None = None,
    equal_nan: bool = False,
    check_device: bool = True,
    check_dtype: bool = True,
    check_layout: bool = True,
    check_stride: bool = False,
    msg: Message = None,
) -> None:
    """AssertionError unless |actual − expected| ≤ atol + rtol · |expected| everywhere, also in nested containers.

    Without tolerances PyTorch's for the dtype. Shapes must agree, dtypes too unless `check_dtype` is False. `msg` is
    the error's text, or makes it of the usual text.
    """
    rules = _Rules(allow_subclasses, rtol, atol, equal_nan, check_dtype=check_dtype, check_stride=check_stride)
    try:
        rules.compare(actual, expected)
    except _Unlike as unlike:
        where = "".join(f"[{part!r}]" for part in unlike.path)
        text = unlike.text + (f"\n\nThe failure occurred for item {where}" if where else "")
        raise AssertionError(text if msg is None else msg if isinstance(msg, str) else msg(text)) from None


def __getattr__(name: str) -> Any:
    from autograd.missing import explain

    raise AttributeError(explain("torch.testing", name))
