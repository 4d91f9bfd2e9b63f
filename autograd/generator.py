"""PyTorch's CPU generator: mt19937, its state in PyTorch's bytes, and what is drawn from it, bit for bit.

docs/random.md says what is exact, and how that was measured.
"""

from __future__ import annotations

import math
import secrets
import struct
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

import autograd.tensor as tensors  # circular, and used only when numbers are drawn
from autograd import devices
from autograd.fma import fma32, fma64, log32, sincos32

if TYPE_CHECKING:
    from autograd.tensor import Tensor

Array = NDArray[Any]
f32, f64, u32, u64 = np.float32, np.float64, np.uint32, np.uint64


# The layout of a state: the seed, the words left, whether seeded, the next word's place; the words, of which each takes
# eight bytes; and behind two unused numbers the second normal and whether there is one.
_SIZE, _BYTES = 624, 5056
_HEAD, _SECOND, _SECOND_AT = struct.Struct("<QiiQ"), struct.Struct("<ddi"), 5024


def _seeded(seed: int) -> Array:
    bits = np.random.MT19937()
    bits._legacy_seeding(seed & 0xFFFFFFFF)
    key: Array = bits.state["state"]["key"]
    return key


class Generator:
    """A source of random numbers: `Generator().manual_seed(0)`."""

    __slots__ = ("_bits", "_second", "_seed", "device")

    def __init__(self, device: Any = "cpu") -> None:
        devices.check(device)
        self.device = devices.CPU
        self._bits = np.random.MT19937()
        self.manual_seed(67280421310721)  # PyTorch's default seed for a new generator

    def manual_seed(self, seed: int) -> Generator:
        """Starts anew from a seed of 64 bits, of which mt19937 takes the lower 32; ValueError for a larger one."""
        if not -(1 << 63) <= int(seed) < 1 << 64:
            raise ValueError(f"Overflow when unpacking long long: the seed {seed} has more than 64 bits")
        self._seed = int(seed) & ((1 << 64) - 1)
        self._bits._legacy_seeding(self._seed & 0xFFFFFFFF)
        # Box and Muller's method gives normals in pairs; this is the one kept for the next draw.
        self._second: float | None = None
        return self

    def seed(self) -> int:
        """Starts anew from entropy; the seed."""
        self.manual_seed(secrets.randbits(53))
        return self._seed

    def initial_seed(self) -> int:
        """The seed it started from."""
        return self._seed

    def get_state(self) -> Tensor:
        """The whole state as 5056 bytes in PyTorch's layout, for `set_state` here or there."""
        state = self._bits.state["state"]
        key, place = state["key"], int(state["pos"])
        if place == _SIZE and np.array_equal(key, _seeded(self._seed)):
            place = 0  # not drawn from yet: PyTorch counts that as before the block, numpy as behind it
        packed = bytearray(_BYTES)
        _HEAD.pack_into(packed, 0, self._seed, 1 if place in (0, _SIZE) else _SIZE + 1 - place, 1, place)
        packed[_HEAD.size : _HEAD.size + 8 * _SIZE] = key.astype(u64).tobytes()
        if self._second is not None:
            _SECOND.pack_into(packed, _SECOND_AT, self._second, 0.0, 1)
        return tensors.wrap(np.frombuffer(packed, np.uint8).copy())

    def set_state(self, new_state: Tensor) -> Generator:
        """Goes back to a state that `get_state` gave, here or in PyTorch; TypeError or RuntimeError for other bytes."""
        if not isinstance(new_state, tensors.Tensor) or new_state._array.dtype != np.uint8:
            raise TypeError("RNG state must be a torch.ByteTensor")
        packed = new_state._array.tobytes()
        if len(packed) != _BYTES:
            raise RuntimeError(
                f"Expected a CPUGeneratorImplState of size {_BYTES} but found the input RNG state size to be "
                f"{len(packed)}"
            )
        seed, left, seeded, place = _HEAD.unpack_from(packed, 0)
        if not (seeded and 0 < left <= _SIZE and place <= _SIZE):
            raise RuntimeError("Invalid mt19937 state")
        key = np.frombuffer(packed, u64, _SIZE, _HEAD.size).astype(u32)
        place = _SIZE if left == 1 else place
        self._bits.state = {"bit_generator": "MT19937", "state": {"key": key, "pos": place}}
        second, _, valid = _SECOND.unpack_from(packed, _SECOND_AT)
        self._second = second if valid else None
        self._seed = seed
        return self

    def clone_state(self) -> Generator:
        """Another generator in the same state."""
        return Generator().set_state(self.get_state())

    # -- draws, as numpy arrays ------------------------------------------------------------------------------------

    def words(self, n: int) -> Array:
        """`n` 32-bit words."""
        return self._bits.random_raw(n).astype(u32) if n else np.empty(0, u32)

    def double_words(self, n: int) -> Array:
        """`n` 64-bit words, each of two 32-bit ones, the high one first."""
        pairs = self._bits.random_raw(2 * n).reshape(n, 2) if n else np.empty((0, 2), u64)
        return (pairs[:, 0] << u64(32)) | pairs[:, 1]

    def unit(self, n: int, kind: Any) -> Array:
        """`n` numbers in [0, 1): 53 bits for float64, 24 for float32, 11 for float16."""
        if kind == f64:
            return (self.double_words(n) & u64((1 << 53) - 1)).astype(f64) * 2.0**-53
        if kind == np.float16:
            return ((self.words(n) & u32((1 << 11) - 1)).astype(f32) * f32(2.0**-11)).astype(np.float16)
        return (self.words(n) & u32((1 << 24) - 1)).astype(f32) * f32(2.0**-24)

    def uniform(self, shape: tuple[int, ...], low: float, high: float, kind: Any) -> Array:
        """Numbers in [low, high)."""
        kind = np.dtype(kind).type
        x = self.unit(math.prod(shape), kind)
        if not x.size:
            return x.reshape(shape)
        a, b = kind(low), kind(high)
        scaled = fma64(x, b - a, a) if kind is f64 else fma32(x, b - a, a)
        return scaled.astype(kind).reshape(shape)

    def normal(self, shape: tuple[int, ...], mean: float, std: float, kind: Any) -> Array:
        """Normal numbers: 16 and more by PyTorch's blocks of 16, fewer one by one."""
        kind = np.dtype(kind).type
        n = math.prod(shape)
        if n < 16:
            return self.normals(n, mean, std).astype(kind).reshape(shape)
        out = self.unit(n, kind)
        whole = n // 16 * 16
        out[:whole] = _blocks(out[:whole].reshape(-1, 16), mean, std, kind).ravel()
        if n % 16:
            # The last 16 are drawn anew, overlapping the block before.
            out[n - 16 :] = _blocks(self.unit(16, kind).reshape(1, 16), mean, std, kind).ravel()
        return out.reshape(shape)

    def one_normal(self) -> float:
        """One normal number, of mean 0 and deviation 1."""
        if self._second is not None:
            value, self._second = self._second, None
            return value
        first, second = self.one_unit(), self.one_unit()
        radius, angle = math.sqrt(-2.0 * math.log1p(-second)), 2.0 * math.pi * first
        self._second = radius * math.sin(angle)
        return radius * math.cos(angle)

    def one_unit(self) -> float:
        """One number in [0, 1) of 53 bits."""
        draw = self._bits.random_raw
        high = int(draw())
        return ((high << 32 | int(draw())) & ((1 << 53) - 1)) * 2.0**-53

    def normals(self, n: int, mean: float, std: float) -> Array:
        """`n` normal numbers one by one, float64: what draws that go through a normal use."""
        plain = np.array([self.one_normal() for _ in range(n)], f64)
        return fma64(plain, float(std), float(mean)) if n else plain

    def exponential(self, n: int, rate: float) -> Array:
        """`n` exponential numbers, float64."""
        return -1.0 / rate * libm(math.log1p, -self.unit(n, f64))

    def integers(self, low: int, high: int, shape: tuple[int, ...]) -> Array:
        """int64 numbers in [low, high)."""
        n, span = math.prod(shape), high - low
        # 2.13's limit for drawing 64 bits; it was 2^32 in older versions.
        drawn = self.double_words(n) if span >= 1 << 28 else self.words(n).astype(u64)
        return ((drawn % u64(span)).astype(np.int64) + low).reshape(shape)

    def permutation(self, n: int) -> Array:
        """0 to n - 1 in random order, int64."""
        if n < 2:
            return np.arange(n)
        steps = np.arange(n - 1, dtype=u64)
        swaps = (self._bits.random_raw(n - 1) & u64(0xFFFFFFFF)) % (n - steps) + steps
        order = list(range(n))
        for i, j in enumerate(swaps.tolist()):
            order[i], order[j] = order[j], order[i]
        return np.array(order, np.int64)

    def chances(self, shape: tuple[int, ...], p: float) -> Array:
        """True with probability `p`, as dropout draws it: one 53-bit double each.

        This is PyTorch's path on CPUs without Intel's MKL generator; with it, masks are drawn from another stream.
        """
        return (self.unit(math.prod(shape), f64) < p).reshape(shape)


def libm(function: Callable[[float], float], values: Array) -> Array:
    """A function of the C library, element by element: numpy's own vectorised ones round differently."""
    return np.fromiter(map(function, values.ravel().tolist()), f64, values.size).reshape(values.shape)


def _blocks(uniform: Array, mean: float, std: float, kind: Any) -> Array:
    """Box and Muller's method over rows of 16: the first 8 give the radius, the last 8 the angle."""
    if kind is np.float16:
        return _blocks(uniform.astype(f32), mean, std, f32).astype(np.float16)
    first = np.ascontiguousarray(kind(1) - uniform[:, :8]).ravel()
    second = np.ascontiguousarray(uniform[:, 8:]).ravel()
    fma = fma32 if kind is f32 else fma64
    if kind is f32:
        radius = np.sqrt(f32(-2) * log32(first))
        sine, cosine = sincos32(f32(2 * math.pi) * second)
    else:
        radius = np.sqrt(-2 * libm(math.log, first))
        angle = 2 * math.pi * second
        sine, cosine = libm(math.sin, angle), libm(math.cos, angle)
    left = fma(radius * cosine, kind(std), kind(mean))
    right = fma(radius * sine, kind(std), kind(mean))
    return np.concatenate([left.reshape(-1, 8), right.reshape(-1, 8)], 1)
