"""Fused multiply-add, and PyTorch's vectorised log and sincos, in numpy: what bit-exact random numbers need.

PyTorch's AVX2 kernels are compiled with FMA contraction: a product is not rounded before it is added to. The
emulation computes the exact sum as a pair and rounds it to odd before the last rounding (S. Boldo, G. Melquiond,
"Emulation of FMA and correctly rounded sums: proved algorithms using rounding to odd", IEEE Trans. Computers 57, 2008).
The polynomials are those of avx_mathfun.h, after the Cephes library.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
f32, f64, u32 = np.float32, np.float64, np.uint32


def _two_sum(a: Any, b: Any) -> tuple[Any, Any]:
    s = a + b
    t = s - a
    return s, (a - (s - t)) + (b - t)


def _two_product(a: Any, b: Any) -> tuple[Any, Any]:
    p = a * b
    split = 134217729.0
    t = split * a
    ah = t - (t - a)
    al = a - ah
    t = split * b
    bh = t - (t - b)
    bl = b - bh
    return p, ((ah * bh - p) + ah * bl + al * bh) + al * bl


def _to_odd(s: Any, error: Any) -> Array:
    """The exact value s + error rounded to odd, where s is its nearest double."""
    s = np.ascontiguousarray(np.atleast_1d(s))
    bits = s.view(np.int64)
    even = (error != 0) & ((bits & 1) == 0)
    step = np.where((error > 0) == (s > 0), 1, -1)
    odd: Array = np.where(even, (bits + step).view(f64), s)
    return odd


def fma32(a: Any, b: Any, c: Any) -> Array:
    """a * b + c in float32 with one rounding."""
    product = np.multiply(a, b, dtype=f64)  # exact: 24 + 24 bits
    s, error = _two_sum(product, np.asarray(c, f64))
    rounded: Array = _to_odd(s, error).astype(f32)
    return rounded


def fma64(a: Any, b: Any, c: Any) -> Array:
    """a * b + c in float64 with one rounding."""
    uh, ul = _two_product(np.asarray(a, f64), np.asarray(b, f64))
    th, tl = _two_sum(np.asarray(c, f64), ul)
    vh, vl = _two_sum(uh, th)
    z, error = _two_sum(tl, vl)
    result: Array = vh + _to_odd(z, error)
    return result


_LOG = tuple(
    f32(v)
    for v in (
        7.0376836292e-2,
        -1.1514610310e-1,
        1.1676998740e-1,
        -1.2420140846e-1,
        1.4249322787e-1,
        -1.6668057665e-1,
        2.0000714765e-1,
        -2.4999993993e-1,
        3.3333331174e-1,
    )
)


def log32(x: Array) -> Array:
    """The natural logarithm of positive float32 numbers, as PyTorch's AVX2 code rounds it."""
    x = np.maximum(x, f32(1.17549435e-38))
    bits = x.view(u32)
    exponent = ((bits >> u32(23)).astype(np.int32) - 127).astype(f32) + f32(1)
    x = ((bits & u32(0x807FFFFF)) | u32(0x3F000000)).view(f32)
    low = x < f32(0.707106781186547524)
    extra = np.where(low, x, f32(0))
    x = x - f32(1)
    exponent = exponent - low.astype(f32)
    x = x + extra
    z = x * x
    y: Array = np.full_like(x, _LOG[0])
    for p in _LOG[1:]:
        y = fma32(y, x, p)
    y = y * x
    y = fma32(y, z, exponent * f32(-2.12194440e-4))
    y = fma32(-z, f32(0.5), y)
    return fma32(exponent, f32(0.693359375), x + y)


def sincos32(x: Array) -> tuple[Array, Array]:
    """Sine and cosine of float32 numbers, as PyTorch's AVX2 code rounds them."""
    sign = x.view(u32) & u32(0x80000000)
    x = np.abs(x)
    j = ((x * f32(1.27323954473516)).astype(np.int32) + 1) & ~1
    y: Array = j.astype(f32)
    sine_sign = ((j & 4) << 29).astype(np.int64).astype(u32) ^ sign
    cosine_sign = ((~(j - 2) & 4) << 29).astype(np.int64).astype(u32)
    straight = (j & 2) == 0
    x = fma32(y, f32(-0.78515625), x)
    x = fma32(y, f32(-2.4187564849853515625e-4), x)
    x = fma32(y, f32(-3.77489497744594108e-8), x)
    z = x * x
    y = fma32(np.full_like(x, f32(2.443315711809948e-005)), z, f32(-1.388731625493765e-003))
    y = fma32(y, z, f32(4.166664568298827e-002))
    y = fma32(y * z, z, -(z * f32(0.5))) + f32(1)
    w = fma32(np.full_like(x, f32(-1.9515295891e-4)), z, f32(8.3321608736e-3))
    w = fma32(w, z, f32(-1.6666654611e-1))
    w = fma32(w * z, x, x)
    sine, cosine = np.where(straight, w, y), np.where(straight, y, w)
    return (sine.view(u32) ^ sine_sign).view(f32), (cosine.view(u32) ^ cosine_sign).view(f32)
