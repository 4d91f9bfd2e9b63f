"""PyTorch's CPU random numbers, bit for bit: the mt19937 generator and what is drawn from it.

Exact: rand, randn, normal_, uniform_, randint, randperm, bernoulli of a tensor, the default initialisations. Dropout
follows PyTorch on machines without Intel's MKL generator (on Intel it draws from another one). research/core.md has the
measurements.
"""

from __future__ import annotations

import math
import secrets
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

import autograd.tensor as tensors  # circular, and used only when numbers are drawn
from autograd import dtypes
from autograd.fma import fma32, fma64, log32, sincos32
from autograd.functions import inplace
from autograd.functions.common import shape_from

if TYPE_CHECKING:
    from autograd.tensor import Tensor

Array = NDArray[Any]
f32, f64, u32, u64 = np.float32, np.float64, np.uint32, np.uint64


class Generator:
    """A source of random numbers: `Generator().manual_seed(0)`."""

    __slots__ = ("_bits", "_second", "_seed", "device")

    def __init__(self, device: Any = "cpu") -> None:
        self.device = device
        self._bits = np.random.MT19937()
        self.manual_seed(67280421310721)  # PyTorch's default seed for a new generator

    def manual_seed(self, seed: int) -> Generator:
        """Starts anew from a seed, of which mt19937 takes the lower 32 bits."""
        self._seed = int(seed)
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
        """The whole state as bytes, for `set_state`. The format is this core's, not PyTorch's."""
        state = self._bits.state["state"]
        cached = np.array([math.nan if self._second is None else self._second, self._seed], f64)
        packed = np.concatenate(
            [np.append(state["key"], u32(state["pos"])).astype(u32).view(np.uint8), cached.view(np.uint8)]
        )
        return tensors.wrap(packed)

    def set_state(self, new_state: Tensor) -> Generator:
        """Goes back to a state that `get_state` gave."""
        packed = new_state._array
        if packed.dtype != np.uint8 or packed.size != 625 * 4 + 16:
            raise RuntimeError("expected a state of 2516 bytes, as get_state gives it")
        words = packed[: 625 * 4].view(u32)
        second, seed = packed[625 * 4 :].copy().view(f64)
        self._bits.state = {"bit_generator": "MT19937", "state": {"key": words[:624].copy(), "pos": int(words[624])}}
        self._second = None if math.isnan(second) else float(second)
        self._seed = int(seed)
        return self

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
            plain = np.array([self._one_normal() for _ in range(n)], f64)
            return (fma64(plain, float(std), float(mean)) if n else plain).astype(kind).reshape(shape)
        out = self.unit(n, kind)
        whole = n // 16 * 16
        out[:whole] = _blocks(out[:whole].reshape(-1, 16), mean, std, kind).ravel()
        if n % 16:
            # The last 16 are drawn anew, overlapping the block before.
            out[n - 16 :] = _blocks(self.unit(16, kind).reshape(1, 16), mean, std, kind).ravel()
        return out.reshape(shape)

    def _one_normal(self) -> float:
        if self._second is not None:
            value, self._second = self._second, None
            return value
        first, second = self.unit(2, f64).tolist()
        radius, angle = math.sqrt(-2.0 * math.log1p(-second)), 2.0 * math.pi * first
        self._second = radius * math.sin(angle)
        return radius * math.cos(angle)

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


def _libm(function: Callable[[float], float], values: Array) -> Array:
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
        radius = np.sqrt(-2 * _libm(math.log, first))
        angle = 2 * math.pi * second
        sine, cosine = _libm(math.sin, angle), _libm(math.cos, angle)
    left = fma(radius * cosine, kind(std), kind(mean))
    right = fma(radius * sine, kind(std), kind(mean))
    return np.concatenate([left.reshape(-1, 8), right.reshape(-1, 8)], 1)


default_generator = Generator()
default_generator.seed()


def manual_seed(seed: int) -> Generator:
    """Seeds the default generator, which it returns."""
    return default_generator.manual_seed(seed)


def seed() -> int:
    """Seeds the default generator from entropy; the seed."""
    return default_generator.seed()


def initial_seed() -> int:
    """The seed of the default generator."""
    return default_generator.initial_seed()


def get_rng_state() -> Tensor:
    """The state of the default generator."""
    return default_generator.get_state()


def set_rng_state(new_state: Tensor) -> None:
    """Puts the default generator back into a state."""
    default_generator.set_state(new_state)


def _floating(dtype: dtypes.dtype | None) -> np.dtype[Any]:
    kind = dtypes.to_numpy(dtype)
    if kind.kind != "f":
        raise RuntimeError(f"random numbers of a floating type are needed, not {dtype}")
    return kind


def _made(array: Array, requires_grad: bool) -> Tensor:
    return tensors.wrap(array).requires_grad_(requires_grad)


def rand(
    *size: Any,
    generator: Generator | None = None,
    dtype: dtypes.dtype | None = None,
    device: Any = None,
    requires_grad: bool = False,
) -> Tensor:
    """Uniform numbers in [0, 1) of shape `size`."""
    kind, shape = _floating(dtype), shape_from(size)
    drawn = (generator or default_generator).unit(math.prod(shape), kind.type)
    return _made(drawn.reshape(shape), requires_grad)


def randn(
    *size: Any,
    generator: Generator | None = None,
    dtype: dtypes.dtype | None = None,
    device: Any = None,
    requires_grad: bool = False,
) -> Tensor:
    """Normal numbers, of mean 0 and deviation 1, of shape `size`."""
    kind = _floating(dtype)
    return _made((generator or default_generator).normal(shape_from(size), 0.0, 1.0, kind), requires_grad)


def randint(
    *args: Any,
    size: Any = None,
    low: int | None = None,
    high: int | None = None,
    generator: Generator | None = None,
    dtype: dtypes.dtype | None = None,
    device: Any = None,
    requires_grad: bool = False,
) -> Tensor:
    """`randint(high, size)` or `randint(low, high, size)`: int64 numbers in [low, high)."""
    numbers = list(args)
    if size is None:
        size = numbers.pop()
    if high is None:
        high = numbers.pop()
    if low is None:
        low = numbers.pop() if numbers else 0
    if high <= low:
        raise RuntimeError(f"random_ expects 'from' to be less than 'to', but got from={low} >= to={high}")
    drawn = (generator or default_generator).integers(low, high, shape_from((size,)))
    return _made(drawn if dtype is None else drawn.astype(dtype.numpy), requires_grad)


def randperm(
    n: int, *, generator: Generator | None = None, dtype: dtypes.dtype | None = None, device: Any = None
) -> Tensor:
    """0 to n - 1 in random order, int64."""
    order = (generator or default_generator).permutation(n)
    return tensors.wrap(order if dtype is None else order.astype(dtype.numpy))


def rand_like(
    input: Tensor, *, dtype: dtypes.dtype | None = None, requires_grad: bool = False, device: Any = None
) -> Tensor:
    """`rand` of the shape and dtype of `input`."""
    return rand(*input.shape, dtype=dtype or input.dtype, requires_grad=requires_grad)


def randn_like(
    input: Tensor, *, dtype: dtypes.dtype | None = None, requires_grad: bool = False, device: Any = None
) -> Tensor:
    """`randn` of the shape and dtype of `input`."""
    return randn(*input.shape, dtype=dtype or input.dtype, requires_grad=requires_grad)


def randint_like(input: Tensor, *bounds: int, dtype: dtypes.dtype | None = None) -> Tensor:
    """`randint` of the shape and dtype of `input`."""
    return randint(*bounds, size=tuple(input.shape), dtype=dtype or input.dtype)


def normal(mean: Any, std: Any = 1.0, size: Any = None, *, generator: Generator | None = None) -> Tensor:
    """Normal numbers of a mean and deviation, each a number (then `size` is needed) or a tensor."""
    source = generator or default_generator
    if size is not None:
        return tensors.wrap(source.normal(shape_from((size,)), mean, std, dtypes.default_numpy()))
    like = mean if isinstance(mean, tensors.Tensor) else std
    shape = np.broadcast_shapes(*[v._array.shape for v in (mean, std) if isinstance(v, tensors.Tensor)])
    drawn = tensors.wrap(source.normal(shape, 0.0, 1.0, like._array.dtype))
    scaled: Tensor = drawn * std + mean
    return scaled


def bernoulli(input: Tensor, *, generator: Generator | None = None) -> Tensor:
    """1 with the probability that `input` holds for each element, else 0."""
    p = input._array
    if p.dtype.kind != "f":
        raise RuntimeError("Expected p_in to be a floating-point tensor of probabilities")
    drawn = (generator or default_generator).unit(p.size, p.dtype.type).reshape(p.shape)
    return tensors.wrap((drawn < p).astype(p.dtype))


def multinomial(
    input: Tensor, num_samples: int, replacement: bool = False, *, generator: Generator | None = None
) -> Tensor:
    """Indices drawn with the weights in the last dimension: (n) or (rows, n) give (samples) or (rows, samples).

    Its numbers are those of an exponential race from the same generator; not promised to be PyTorch's.
    """
    source, weights = generator or default_generator, input._array
    rows = weights.reshape(-1, weights.shape[-1]).astype(f64)
    if (rows < 0).any() or (rows.sum(1) <= 0).any():
        raise RuntimeError(
            "invalid multinomial distribution (with replacement=False, not enough non-negative category to sample)"
        )
    if replacement:
        limits = np.cumsum(rows, 1) / rows.sum(1, keepdims=True)
        draws = source.unit(len(rows) * num_samples, f64).reshape(len(rows), num_samples)
        found = np.stack(
            [np.searchsorted(limit, draw, side="right") for limit, draw in zip(limits, draws, strict=True)]
        )
    else:
        if num_samples > rows.shape[1]:
            raise RuntimeError("cannot sample n_sample > prob_dist.size(-1) samples without replacement")
        noise = -np.log1p(-source.unit(rows.size, f64)).reshape(rows.shape)
        with np.errstate(divide="ignore", invalid="ignore"):
            race = np.where(rows > 0, rows / np.maximum(noise, 1e-300), -1.0)
        found = np.argsort(-race, axis=1, kind="stable")[:, :num_samples]
    return tensors.wrap(found.astype(np.int64).reshape(*weights.shape[:-1], num_samples))


def normal_(input: Tensor, mean: float = 0.0, std: float = 1.0, *, generator: Generator | None = None) -> Tensor:
    """Fills with normal numbers."""
    source = generator or default_generator
    return inplace.fill_array(input, source.normal(input._array.shape, mean, std, input._array.dtype))


def uniform_(input: Tensor, a: float = 0.0, b: float = 1.0, *, generator: Generator | None = None) -> Tensor:
    """Fills with uniform numbers in [a, b)."""
    source = generator or default_generator
    return inplace.fill_array(input, source.uniform(input._array.shape, a, b, input._array.dtype))


def random_(input: Tensor, *bounds: int, generator: Generator | None = None) -> Tensor:
    """`random_(high)` or `random_(low, high)`: fills with whole numbers in [low, high)."""
    low, high = bounds if len(bounds) == 2 else (0, bounds[0] if bounds else 1 << 24)
    return inplace.fill_array(input, (generator or default_generator).integers(low, high, input._array.shape))


def bernoulli_(input: Tensor, p: float = 0.5, *, generator: Generator | None = None) -> Tensor:
    """Fills with 1 with probability `p`, else 0."""
    return inplace.fill_array(input, (generator or default_generator).chances(input._array.shape, p))


class fork_rng:
    """Puts the default generator back to where it was at the end of a `with`."""

    def __init__(self, devices: Any = None, enabled: bool = True) -> None:
        self.enabled = enabled

    def __enter__(self) -> None:
        self.state = get_rng_state()

    def __exit__(self, *exception: object) -> None:
        if self.enabled:
            set_rng_state(self.state)
