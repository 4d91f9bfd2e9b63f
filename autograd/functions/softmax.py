"""softmax, its logarithm and its random kin."""

# numpy's stubs type most results as Any, which says nothing about an op.
# mypy: disable-error-code="no-any-return"
from __future__ import annotations

import warnings
from functools import lru_cache
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

import autograd.tensor as tensors  # circular, and used only when an op runs
from autograd import random
from autograd.function import Array, Function, apply
from autograd.functions.common import wrap_dim, zeros_like

if TYPE_CHECKING:
    from autograd.tensor import Tensor


class Softmax(Function):
    __slots__ = ()
    op, backward_name, arguments, saves = "softmax", "SoftmaxBackward0", ("input",), ("output",)
    formula = r"\frac{e^{\text{input}_i}}{\sum_j e^{\text{input}_j}}"
    derivatives: ClassVar[dict[str, str]] = {"input": r"\text{output}_i \cdot (g_i - \sum_j g_j \cdot \text{output}_j)"}

    def forward(self, input: Array, dim: int) -> Array:
        if not input.ndim:
            self.saved = np.ones_like(input)
            return self.saved
        limit = UNSHIFTED.get(input.dtype.char)
        if limit and input.size and input.max() <= limit and input.min() >= -limit:
            z = np.exp(input, order="C")  # nothing can overflow or vanish, and the numbers need no shift
        else:
            with np.errstate(invalid="ignore"):  # nothing but minus infinities gives nan
                z = input - _largest(input, dim)
            np.exp(z, out=z)
        z /= _sums(z, dim)
        self.saved = z
        return z

    def backward(self, gradient: Array) -> Array:
        p, dim = self.saved, self.options["dim"]
        if not p.ndim:
            return np.zeros_like(gradient)
        if dim == p.ndim - 1 and p.dtype.char in UNSHIFTED:
            total = np.einsum("...i,...i->...", p, gradient)[..., None]
        else:
            total = np.add.reduce(p * gradient, axis=dim, keepdims=True)
        share = gradient - total
        share *= p
        return share

    def differentiate(self, gradient: Tensor) -> Tensor:
        if not self.saved.ndim:
            return zeros_like(gradient)
        p = self.result(self.saved)
        weighted = p * gradient
        return weighted - p * weighted.sum(self.options["dim"], keepdim=True)


class LogSoftmax(Function):
    __slots__ = ()
    op, backward_name = "log_softmax", "LogSoftmaxBackward0"
    arguments, saves = ("input",), ("output",)
    formula = r"\text{input}_i - \ln \sum_j e^{\text{input}_j}"
    derivatives: ClassVar[dict[str, str]] = {"input": r"g_i - e^{\text{output}_i} \sum_j g_j"}

    def forward(self, input: Array, dim: int) -> Array:
        if not input.ndim:
            self.saved = np.zeros_like(input)
            return self.saved
        with np.errstate(invalid="ignore"):
            z = input - _largest(input, dim)
        z -= np.log(_sums(np.exp(z), dim))
        self.saved = z
        return z

    def backward(self, gradient: Array) -> Array:
        if not self.saved.ndim:
            return np.zeros_like(gradient)
        share = np.exp(self.saved)
        share *= _sums(gradient, self.options["dim"])
        np.subtract(gradient, share, out=share)
        return share

    def differentiate(self, gradient: Tensor) -> Tensor:
        if not self.saved.ndim:
            return zeros_like(gradient)
        return gradient - self.result(self.saved).exp() * gradient.sum(self.options["dim"], keepdim=True)


# Within these bounds exponentials of any number of elements stay in the range of the type, and far from its ends.
UNSHIFTED = {"f": 60.0, "d": 500.0}


@lru_cache(maxsize=32)
def _ones(size: int, kind: str) -> Array:
    ones = np.ones(size, kind)
    ones.flags.writeable = False
    return ones


def _sums(x: Array, dim: int) -> Array:
    """Sums along `dim`, which stays; of rows by a product with ones, which is several times as fast."""
    if dim == x.ndim - 1 and x.size > 4096 and x.dtype.char in UNSHIFTED:
        # The kernels of a BLAS may raise flags of their own for numbers that are in order.
        with np.errstate(all="ignore"):
            return np.matmul(x, _ones(x.shape[-1], x.dtype.char))[..., None]
    return np.add.reduce(x, axis=dim, keepdims=True)


def _largest(x: Array, dim: int) -> Array:
    """The largest along `dim`, which stays; of rows by its place, which numpy finds several times as fast."""
    if dim == x.ndim - 1 and x.size:
        return np.take_along_axis(x, x.argmax(-1)[..., None], -1) if x.size > 4096 else x.max(-1, keepdims=True)
    return np.maximum.reduce(x, axis=dim, keepdims=True)


def _softmax(function: type[Function], input: Tensor, dim: int | None, dtype: Any) -> Tensor:
    if dtype is not None:
        input = input.to(dtype)
    if input._array.dtype.kind != "f":
        raise NotImplementedError(
            f"\"{function.op}_lastdim_kernel_impl\" not implemented for '{input.dtype.name}'; give input.float()"
        )
    if dim is None:
        dim = _implicit(function.op, input.ndim)
    return apply(function, input, dim=wrap_dim(dim, input.ndim))


def _implicit(op: str, ndim: int) -> int:
    """PyTorch's choice where no dimension is given, with its warning."""
    warnings.warn(
        f"Implicit dimension choice for {op} has been deprecated. Change the call to include dim=X as an argument.",
        stacklevel=4,
    )
    return 0 if ndim in (0, 1, 3) else 1


def softmax(input: Tensor, dim: int | None = None, _stacklevel: int = 3, dtype: Any = None) -> Tensor:
    """Exponentials along `dim`, divided by their sum. Floating input only (NotImplementedError)."""
    return _softmax(Softmax, input, dim, dtype)


def log_softmax(input: Tensor, dim: int | None = None, _stacklevel: int = 3, dtype: Any = None) -> Tensor:
    """The logarithm of `softmax`, computed without underflow."""
    return _softmax(LogSoftmax, input, dim, dtype)


def softmin(input: Tensor, dim: int | None = None, _stacklevel: int = 3, dtype: Any = None) -> Tensor:
    """`softmax(-input)`."""
    return softmax(-input, _implicit("softmin", input.ndim) if dim is None else dim, _stacklevel, dtype)


def gumbel_softmax(logits: Tensor, tau: float = 1, hard: bool = False, eps: float = 1e-10, dim: int = -1) -> Tensor:
    """A sample of the Gumbel-softmax distribution (Jang et al., 2016); with `hard` one-hot, with the soft gradient.

    Its noise is PyTorch's for a seed, to the last digits of a logarithm.
    """
    if eps != 1e-10:
        warnings.warn("`eps` parameter is deprecated and has no effect.", stacklevel=2)
    x = logits._array
    if x.dtype.kind != "f":
        raise RuntimeError(
            "Exponential distribution is a continuous probability distribution. dtype must be a floating point but you "
            f"specified {logits.dtype.name}"
        )
    noise = -np.log(_exponential(x.shape, x.dtype))
    soft = softmax((logits + tensors.wrap(noise)) / tau, dim)
    if not hard:
        return soft
    one = np.zeros_like(x)
    np.put_along_axis(one, np.expand_dims(soft._array.argmax(dim), dim), 1, dim)
    return tensors.wrap(one) - soft.detach() + soft


def _exponential(shape: tuple[int, ...], kind: Any) -> Array:
    """Exponential numbers, each from a 53-bit double as PyTorch draws them, and none of them 0."""
    unit = random.default_generator.unit(int(np.prod(shape)), np.float64)
    least = np.finfo(kind).eps / 2
    return np.where(unit >= 1 - least, least, -np.log1p(-unit)).astype(kind).reshape(shape)
