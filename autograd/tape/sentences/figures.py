"""Numbers as short text, the same as on the page (frontend/src/tensor/format.ts): a true minus sign, a few digits."""

from __future__ import annotations

import math
from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal

MINUS = "\u2212"
_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def number(x: float) -> str:
    """−0.0249, 2.2740, 1.1×10⁻⁴; whole numbers without decimals."""
    x = float(x)
    if math.isnan(x):
        return "NaN"
    sign = MINUS if x < 0 else ""
    if math.isinf(x):
        return f"{sign}∞"
    return "0" if x == 0 else sign + _magnitude(abs(x))


def count(n: int) -> str:
    """12,810."""
    return f"{n:,}"


def shape(sizes: Iterable[int]) -> str:
    """20×12×12; a scalar has no shape to print."""
    return "×".join(str(size) for size in sizes)


def _magnitude(x: float) -> str:
    if x.is_integer() and x < 1e6:
        return f"{int(x):,}"
    if x < 9.5e-4 or x >= 1e6:
        return _scientific(x)
    if x >= 1000:
        return f"{_rounded(x, 1):,}"
    return str(_rounded(x, 2 if x >= 100 else 4))


def _rounded(x: float, decimals: int) -> Decimal:
    # Halves go up, as in JavaScript's toFixed: the page and the command line print the same digits.
    return Decimal(x).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)


def _scientific(x: float) -> str:
    exponent = Decimal(x).adjusted()
    mantissa = _rounded_decimal(Decimal(x).scaleb(-exponent))
    if mantissa >= 10:
        mantissa, exponent = _rounded_decimal(mantissa / 10), exponent + 1
    return f"{mantissa}×10{str(exponent).translate(_SUPERSCRIPTS)}"


def _rounded_decimal(x: Decimal) -> Decimal:
    return x.quantize(Decimal("0.1"), ROUND_HALF_UP)
