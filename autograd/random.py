"""Random numbers as PyTorch's CPU draws them; docs/random.md says which are exact, bit for bit."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

import autograd.tensor as tensors  # circular, and used only when numbers are drawn
from autograd import dtypes, sampling
from autograd.functions import inplace
from autograd.functions.common import shape_from
from autograd.generator import Generator as Generator
from autograd.generator import libm

if TYPE_CHECKING:
    from autograd.tensor import Tensor

Array = NDArray[Any]
f64 = np.float64

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
    """Normal numbers of a mean and deviation, each a number (then `size` is needed) or a tensor; outside the graph.

    RuntimeError for a negative deviation.
    """
    source = generator or default_generator
    if (np.asarray(std._array if isinstance(std, tensors.Tensor) else std) < 0).any():
        raise RuntimeError("normal expects all elements of std >= 0.0")
    if size is not None:
        return tensors.wrap(source.normal(shape_from((size,)), mean, std, dtypes.default_numpy()))
    if not isinstance(std, tensors.Tensor):
        x = mean._array
        return tensors.wrap(source.normal(x.shape, 0.0, std, x.dtype) + x)
    like = mean if isinstance(mean, tensors.Tensor) else std
    shape = np.broadcast_shapes(*[v._array.shape for v in (mean, std) if isinstance(v, tensors.Tensor)])
    center = mean._array if isinstance(mean, tensors.Tensor) else like._array.dtype.type(mean)
    return tensors.wrap(source.normal(shape, 0.0, 1.0, like._array.dtype) * std._array + center)


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

    RuntimeError for weights that are negative, not finite or all 0, and for more samples than weights without
    replacement. Without replacement, and for one sample, each weight is divided by an exponential number and the
    largest win (P. Efraimidis, P. Spirakis, "Weighted random sampling with a reservoir", 2006); else the sums of the
    weights are searched for a uniform number.
    """
    source, weights = generator or default_generator, input._array
    if weights.dtype.kind != "f":
        raise RuntimeError(f"multinomial only supports floating-point dtypes for input, got: {input.dtype}")
    if weights.ndim not in (1, 2):
        raise RuntimeError(f"prob_dist must be 1 or 2 dim, got shape {list(weights.shape)}")
    if num_samples <= 0:
        raise RuntimeError("cannot sample n_sample <= 0 samples")
    if not replacement and num_samples > weights.shape[-1]:
        raise RuntimeError("cannot sample n_sample > prob_dist.size(-1) samples without replacement")
    rows = weights.reshape(-1, weights.shape[-1])
    if not np.isfinite(rows).all() or (rows < 0).any():
        raise RuntimeError("probability tensor contains either `inf`, `nan` or element < 0")
    if (rows.sum(1) == 0).any():
        raise RuntimeError("invalid multinomial distribution (sum of probabilities <= 0)")
    if replacement and num_samples > 1:
        sums = np.cumsum(rows, 1)
        sums = sums / sums[:, -1:]
        sums[:, -1] = 1
        draws = source.unit(len(rows) * num_samples, f64).reshape(len(rows), num_samples)
        found = np.stack([np.searchsorted(limit, draw) for limit, draw in zip(sums, draws, strict=True)])
    else:
        noise = source.exponential(rows.size, 1.0).astype(rows.dtype).reshape(rows.shape)
        with np.errstate(divide="ignore", invalid="ignore"):
            race = rows / noise
        if num_samples == 1:
            found = race.argmax(1)[:, None]
        else:
            found = np.argsort(-race, axis=1, kind="stable")[:, :num_samples]
    return tensors.wrap(found.astype(np.int64).reshape(*weights.shape[:-1], num_samples))


def poisson(input: Tensor, generator: Generator | None = None) -> Tensor:
    """Poisson numbers of the rates in `input`, in its dtype; RuntimeError for a negative rate."""
    rates = input._array
    if (rates < 0).any():
        raise RuntimeError("invalid Poisson rate, expected rate to be non-negative")
    source = generator or default_generator
    drawn = [sampling.poisson(source, rate) for rate in rates.ravel().tolist()]
    return tensors.wrap(np.array(drawn, rates.dtype).reshape(rates.shape))


def binomial(count: Tensor, prob: Tensor, generator: Generator | None = None) -> Tensor:
    """Binomial numbers of `count` trials with probability `prob`, in the dtype of `count`."""
    n, p = np.broadcast_arrays(count._array, prob._array)
    source = generator or default_generator
    kind = count._array.dtype.type
    drawn = [sampling.binomial(source, kind(a), kind(b)) for a, b in zip(n.ravel(), p.ravel(), strict=True)]
    return tensors.wrap(np.array(drawn, kind).reshape(n.shape))


def normal_(input: Tensor, mean: float = 0.0, std: float = 1.0, *, generator: Generator | None = None) -> Tensor:
    """Fills with normal numbers."""
    source = generator or default_generator
    return inplace.fill_array(input, source.normal(input._array.shape, mean, std, input._array.dtype))


def uniform_(input: Tensor, a: float = 0.0, b: float = 1.0, *, generator: Generator | None = None) -> Tensor:
    """Fills with uniform numbers in [a, b)."""
    source = generator or default_generator
    return inplace.fill_array(input, source.uniform(input._array.shape, a, b, input._array.dtype))


def exponential_(input: Tensor, lambd: float = 1, *, generator: Generator | None = None) -> Tensor:
    """Fills with exponential numbers of rate `lambd`; RuntimeError unless it is positive."""
    if not lambd > 0:
        raise RuntimeError(f"exponential_ expects lambda > 0.0, but found lambda={lambd}")
    return _filled(input, (generator or default_generator).exponential(input._array.size, lambd))


def geometric_(input: Tensor, p: float, *, generator: Generator | None = None) -> Tensor:
    """Fills with the number of trials up to the first success of probability `p`; RuntimeError unless 0 < p < 1."""
    if not 0 < p < 1:
        raise RuntimeError(f"geometric_ expects p to be in (0, 1), but got p={p}")
    drawn = (generator or default_generator).unit(input._array.size, f64)
    with np.errstate(divide="ignore"):
        return _filled(input, np.ceil(np.log(drawn) / math.log1p(-p)))


def log_normal_(input: Tensor, mean: float = 1, std: float = 2, *, generator: Generator | None = None) -> Tensor:
    """Fills with numbers whose logarithm is normal; RuntimeError unless `std` is positive."""
    if not std > 0:
        raise RuntimeError(f"log_normal_ expects std > 0.0, but found std={std}")
    return _filled(input, libm(math.exp, (generator or default_generator).normals(input._array.size, mean, std)))


def cauchy_(input: Tensor, median: float = 0, sigma: float = 1, *, generator: Generator | None = None) -> Tensor:
    """Fills with numbers of Cauchy's distribution; RuntimeError unless `sigma` is positive."""
    if not sigma > 0:
        raise RuntimeError(f"cauchy_ expects sigma > 0.0, but found sigma={sigma}")
    drawn = (generator or default_generator).unit(input._array.size, f64)
    return _filled(input, median + sigma * libm(math.tan, math.pi * (drawn - 0.5)))


def _filled(input: Tensor, drawn: Array) -> Tensor:
    if input._array.dtype.kind != "f":
        raise NotImplementedError(f"random numbers of a continuous kind need a floating tensor, not {input.dtype}")
    return inplace.fill_array(input, drawn.astype(input._array.dtype))


def random_(input: Tensor, *bounds: int | None, generator: Generator | None = None) -> Tensor:
    """`random_(high)` or `random_(low, high)`: fills with whole numbers in [low, high).

    Without bounds: from 0 to the largest number below which the dtype holds every whole number. RuntimeError where
    there is no number between the bounds.
    """
    source, array = generator or default_generator, input._array
    floating = array.dtype.kind == "f"
    top = 1 if array.dtype.kind == "b" else 1 << np.finfo(array.dtype).nmant + 1 if floating else 0
    top = top or int(np.iinfo(array.dtype).max)
    if not bounds:
        # PyTorch draws one word, and two for types of 64 bits.
        size = array.size
        words = source.double_words(size) if array.dtype.itemsize == 8 else source.words(size).astype(np.uint64)
        return inplace.fill_array(input, (words % np.uint64(top + 1)).astype(array.dtype).reshape(array.shape))
    low, high = (0, bounds[0]) if len(bounds) == 1 else bounds
    high = top + 1 if high is None else high
    if low is None or low >= high:
        raise RuntimeError(f"random_ expects 'from' to be less than 'to', but got from={low} >= to={high}")
    return inplace.fill_array(input, source.integers(low, high, array.shape).astype(array.dtype))


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
