"""Other shapes of the same numbers: views where numpy gives one, flips, rolls, triangles."""

# numpy's stubs type most results as Any, which says nothing about an op.
# mypy: disable-error-code="no-any-return"
from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from autograd.function import Array, Function, apply
from autograd.functions.common import shape_from, sum_to, unbroadcast, wrap_dim, wrap_dims

if TYPE_CHECKING:
    from autograd.tensor import Tensor


class _View(Function):
    __slots__ = ()
    arguments = ("input",)
    view = True
    formula, derivatives = r"\text{input}", {"input": r"g"}


class View(_View):
    """The same numbers in another shape."""

    __slots__ = ()
    op, backward_name = "view", "ViewBackward0"

    def forward(self, input: Array, shape: tuple[int, ...]) -> Array:
        self.saved = input.shape
        return input.reshape(shape)

    def backward(self, gradient: Array) -> Array:
        return gradient.reshape(self.saved)

    def differentiate(self, gradient: Tensor) -> Tensor:
        return gradient.reshape(self.saved)


class Flatten(View):
    """Several dimensions made one; PyTorch's graph shows it as a view."""

    __slots__ = ()
    op = "flatten"


class Unsqueeze(View):
    __slots__ = ()
    op, backward_name = "unsqueeze", "UnsqueezeBackward0"

    def forward(self, input: Array, dim: int) -> Array:  # type: ignore[override]
        self.saved = input.shape
        return np.expand_dims(input, dim)


class Squeeze(View):
    __slots__ = ()
    op, backward_name = "squeeze", "SqueezeBackward0"

    def forward(self, input: Array, dim: Any = None) -> Array:
        self.saved = input.shape
        return input.squeeze(dim)

    def name(self) -> str:
        return "SqueezeBackward0" if self.options.get("dim") is None else "SqueezeBackward1"


class Permute(_View):
    __slots__ = ()
    op, backward_name = "permute", "PermuteBackward0"
    formula = r"\text{input, dimensions reordered}"

    def forward(self, input: Array, dims: tuple[int, ...]) -> Array:
        return input.transpose(dims)

    def backward(self, gradient: Array) -> Array:
        return gradient.transpose(np.argsort(self.options["dims"]))

    def differentiate(self, gradient: Tensor) -> Tensor:
        return gradient.permute(np.argsort(self.options["dims"]).tolist())


class Transpose(_View):
    __slots__ = ()
    op, backward_name = "transpose", "TransposeBackward0"
    formula = r"\text{input}^T"
    derivatives: ClassVar[dict[str, str]] = {"input": r"g^T"}

    def forward(self, input: Array, dim0: int, dim1: int) -> Array:
        return input.swapaxes(dim0, dim1) if input.ndim else input.view()

    def backward(self, gradient: Array) -> Array:
        return gradient.swapaxes(self.options["dim0"], self.options["dim1"]) if gradient.ndim else gradient

    def differentiate(self, gradient: Tensor) -> Tensor:
        return gradient.transpose(self.options["dim0"], self.options["dim1"]) if gradient.ndim else gradient


class T(_View):
    """The transpose of a matrix."""

    __slots__ = ()
    op, backward_name = "t", "TBackward0"
    formula = r"\text{input}^T"
    derivatives: ClassVar[dict[str, str]] = {"input": r"g^T"}

    def forward(self, input: Array) -> Array:
        return input.T

    def backward(self, gradient: Array) -> Array:
        return gradient.T

    def differentiate(self, gradient: Tensor) -> Tensor:
        return gradient.t()


class Expand(_View):
    __slots__ = ()
    op, backward_name = "expand", "ExpandBackward0"
    formula, derivatives = (
        r"\text{input, repeated}",
        {"input": r"\text{sum of } g \text{ over the repeated dimensions}"},
    )

    def forward(self, input: Array, shape: tuple[int, ...]) -> Array:
        self.saved = input.shape
        return np.broadcast_to(input, shape)

    def backward(self, gradient: Array) -> Array:
        return unbroadcast(gradient, self.saved)

    def differentiate(self, gradient: Tensor) -> Tensor:
        return sum_to(gradient, self.saved)


class Flip(Function):
    __slots__ = ()
    op, backward_name = "flip", "FlipBackward0"
    arguments = ("input",)
    formula, derivatives = r"\text{input, reversed}", {"input": r"g \text{, reversed}"}

    def forward(self, input: Array, dims: tuple[int, ...]) -> Array:
        return np.flip(input, dims).copy()

    def backward(self, gradient: Array) -> Array:
        return np.flip(gradient, self.options["dims"]).copy()

    def differentiate(self, gradient: Tensor) -> Tensor:
        return flip(gradient, self.options["dims"])


class Roll(Function):
    __slots__ = ()
    op, backward_name = "roll", "RollBackward0"
    arguments = ("input",)
    formula, derivatives = r"\text{input, rolled}", {"input": r"g \text{, rolled back}"}

    def forward(self, input: Array, shifts: Any, dims: Any) -> Array:
        return np.roll(input, shifts, dims)

    def backward(self, gradient: Array) -> Array:
        return np.roll(gradient, tuple(-s for s in self.options["shifts"]), self.options["dims"])

    def differentiate(self, gradient: Tensor) -> Tensor:
        return roll(gradient, tuple(-s for s in self.options["shifts"]), self.options["dims"])


class Triangle(Function):
    """The part on and below (tril) or above (triu) a diagonal."""

    __slots__ = ()
    op, backward_name = "tril", "TrilBackward0"
    arguments = ("input",)
    formula, derivatives = r"\text{a triangle of input}", {"input": r"\text{the same triangle of } g"}

    def forward(self, input: Array, diagonal: int, upper: bool) -> Array:
        return np.triu(input, diagonal) if upper else np.tril(input, diagonal)

    def backward(self, gradient: Array) -> Array:
        return self.forward(gradient, **self.options)

    def differentiate(self, gradient: Tensor) -> Tensor:
        return apply(Triangle, gradient, **self.options)

    def name(self) -> str:
        return "TriuBackward0" if self.options["upper"] else "TrilBackward0"


def _resolve(shape: tuple[int, ...], size: int, old: tuple[int, ...]) -> tuple[int, ...]:
    """A shape with its -1 worked out; RuntimeError where the numbers do not fit."""
    if -1 in shape:
        known = math.prod([s for s in shape if s != -1])
        if shape.count(-1) > 1:
            raise RuntimeError("only one dimension can be inferred")
        if known and size % known == 0:
            return tuple(size // known if s == -1 else s for s in shape)
    elif math.prod(shape) == size:
        return shape
    raise RuntimeError(f"shape '{list(shape)}' is invalid for input of size {size} (of shape {list(old)})")


def view(input: Tensor, *shape: Any) -> Tensor:
    """The same numbers in another shape; one size may be -1. RuntimeError where they do not fit."""
    if len(shape) == 1 and not isinstance(shape[0], (int, tuple, list, np.integer)):
        return input.to(shape[0])
    x = input._array
    return apply(View, input, shape=_resolve(shape_from(shape), x.size, x.shape))


def reshape(input: Tensor, *shape: Any) -> Tensor:
    """As `view`, copying where the memory does not allow a view."""
    return view(input, *shape)


def view_as(input: Tensor, other: Tensor) -> Tensor:
    """In the shape of `other`."""
    return view(input, other.shape)


def flatten(input: Tensor, start_dim: int = 0, end_dim: int = -1) -> Tensor:
    """Dimensions `start_dim` to `end_dim` (inclusive) made one."""
    shape = input._array.shape
    if not shape:
        return apply(Flatten, input, shape=(1,))
    start, end = wrap_dim(start_dim, len(shape)), wrap_dim(end_dim, len(shape))
    if start > end:
        raise RuntimeError("flatten() has invalid args: start_dim cannot come after end_dim")
    if start == end:
        return input
    return apply(Flatten, input, shape=(*shape[:start], math.prod(shape[start : end + 1]), *shape[end + 1 :]))


def unflatten(input: Tensor, dim: int, sizes: Sequence[int]) -> Tensor:
    """Dimension `dim` made several."""
    shape = input._array.shape
    dim = wrap_dim(dim, len(shape))
    inner = _resolve(tuple(sizes), shape[dim], shape)
    return apply(View, input, shape=(*shape[:dim], *inner, *shape[dim + 1 :]))


def squeeze(input: Tensor, dim: Any = None) -> Tensor:
    """Without dimensions of size 1: all of them, or `dim` if it has size 1."""
    if dim is None:
        return apply(Squeeze, input)
    dims = wrap_dims(dim, input.ndim) or ()
    return apply(Squeeze, input, dim=tuple(d for d in dims if input.shape[d] == 1))


def unsqueeze(input: Tensor, dim: int) -> Tensor:
    """With a dimension of size 1 at `dim`."""
    return apply(Unsqueeze, input, dim=wrap_dim(dim, input.ndim + 1))


def transpose(input: Tensor, dim0: int, dim1: int) -> Tensor:
    """Two dimensions exchanged."""
    return apply(Transpose, input, dim0=wrap_dim(dim0, input.ndim), dim1=wrap_dim(dim1, input.ndim))


def t(input: Tensor) -> Tensor:
    """The transpose of a matrix; RuntimeError for more than two dimensions."""
    if input.ndim > 2:
        raise RuntimeError(f"t() expects a tensor with <= 2 dimensions, but self is {input.ndim}D")
    return apply(T, input)


def permute(input: Tensor, *dims: Any) -> Tensor:
    """Dimensions in another order."""
    order = tuple(wrap_dim(d, input.ndim) for d in shape_from(dims))
    if sorted(order) != list(range(input.ndim)):
        raise RuntimeError(
            f"permute(sparse_coo): number of dimensions in the tensor input does not match the length of the desired "
            f"ordering of dimensions i.e. input.dim() = {input.ndim} is not equal to len(dims) = {len(order)}"
            if len(order) != input.ndim
            else "permute(): duplicate dims are not allowed."
        )
    return apply(Permute, input, dims=order)


def movedim(input: Tensor, source: Any, destination: Any) -> Tensor:
    """One or several dimensions moved; the others keep their order."""
    sources = (source,) if isinstance(source, int) else tuple(source)
    destinations = (destination,) if isinstance(destination, int) else tuple(destination)
    if len(sources) != len(destinations):
        raise RuntimeError(
            f"movedim: Invalid source or destination dims: source ({list(sources)} dims) should contain the same "
            f"number of dims as destination ({list(destinations)} dims)"
        )
    sources = tuple(wrap_dim(d, input.ndim) for d in sources)
    destinations = tuple(wrap_dim(d, input.ndim) for d in destinations)
    if len(set(sources)) != len(sources) or len(set(destinations)) != len(destinations):
        raise RuntimeError(f"movedim: repeated dim in `source` ({list(sources)}) or `destination`")
    order = [d for d in range(input.ndim) if d not in sources]
    for to, origin in sorted(zip(destinations, sources, strict=True)):
        order.insert(to, origin)
    return apply(Permute, input, dims=tuple(order))


def expand(input: Tensor, *sizes: Any) -> Tensor:
    """Repeated without copying along dimensions of size 1; -1 leaves a size as it is."""
    wanted, old = shape_from(sizes), input._array.shape
    extra = len(wanted) - len(old)
    if extra < 0:
        raise RuntimeError(
            f"expand({list(old)}, size={list(wanted)}): the number of sizes provided ({len(wanted)}) must be greater "
            f"or equal to the number of dimensions in the tensor ({len(old)})"
        )
    shape = tuple(old[i - extra] if s == -1 else s for i, s in enumerate(wanted))
    for i, (s, n) in enumerate(zip(shape[extra:], old, strict=True)):
        if n not in (1, s):
            raise RuntimeError(
                f"The expanded size of the tensor ({s}) must match the existing size ({n}) at non-singleton dimension "
                f"{i + extra}.  Target sizes: {list(shape)}.  Tensor sizes: {list(old)}"
            )
    return apply(Expand, input, shape=shape)


def expand_as(input: Tensor, other: Tensor) -> Tensor:
    """Repeated to the shape of `other`."""
    return expand(input, other.shape)


def broadcast_to(input: Tensor, size: Sequence[int]) -> Tensor:
    """Repeated to `size`."""
    return expand(input, *size)


def flip(input: Tensor, *dims: Any) -> Tensor:
    """Reversed along `dims`."""
    return apply(Flip, input, dims=tuple(wrap_dim(d, input.ndim) for d in shape_from(dims)))


def roll(input: Tensor, shifts: Any, dims: Any = None) -> Tensor:
    """Shifted round along `dims`; of the flattened tensor without."""
    by = (shifts,) if isinstance(shifts, int) else tuple(shifts)
    if dims is None:
        return view(apply(Roll, flatten(input), shifts=by, dims=(0,)), input.shape)
    return apply(Roll, input, shifts=by, dims=(dims,) if isinstance(dims, int) else tuple(dims))


def tril(input: Tensor, diagonal: int = 0) -> Tensor:
    """The part on and below a diagonal; the rest is 0."""
    return apply(Triangle, input, diagonal=diagonal, upper=False)


def triu(input: Tensor, diagonal: int = 0) -> Tensor:
    """The part on and above a diagonal; the rest is 0."""
    return apply(Triangle, input, diagonal=diagonal, upper=True)


def contiguous(input: Tensor, memory_format: Any = None) -> Tensor:
    """Itself where its memory is in order, else a copy."""
    return input if input._array.flags.c_contiguous else input.clone()


def atleast_1d(*tensors: Any) -> Any:
    """With one dimension at least; of several tensors a tuple."""
    return _each(lambda t: t if t.ndim else view(t, 1), tensors)


def atleast_2d(*tensors: Any) -> Any:
    """With two dimensions at least: a vector is a row."""
    return _each(lambda t: t if t.ndim > 1 else view(t, 1, 1) if not t.ndim else unsqueeze(t, 0), tensors)


def atleast_3d(*tensors: Any) -> Any:
    """With three dimensions at least: (n) becomes (1, n, 1), (n, m) becomes (n, m, 1)."""

    def deepened(t: Any) -> Any:
        if t.ndim > 2:
            return t
        if t.ndim == 2:
            return unsqueeze(t, -1)
        return view(t, 1, 1, 1) if not t.ndim else unsqueeze(unsqueeze(t, 0), -1)

    return _each(deepened, tensors)


def _each(function: Any, given: tuple[Any, ...]) -> Any:
    if len(given) == 1 and not isinstance(given[0], (list, tuple)):
        return function(given[0])
    return tuple(function(t) for t in (given[0] if len(given) == 1 else given))


def broadcast_shapes(*shapes: Any) -> Any:
    """The shape to which all shapes broadcast; RuntimeError where there is none."""
    from autograd.tensor import Size

    try:
        return Size(np.broadcast_shapes(*[(s,) if isinstance(s, int) else tuple(s) for s in shapes]))
    except ValueError:
        raise RuntimeError(f"Shape mismatch: objects cannot be broadcast to a single shape: {shapes}") from None


def broadcast_tensors(*tensors: Any) -> tuple[Tensor, ...]:
    """All expanded to their common shape."""
    given = tuple(tensors[0]) if len(tensors) == 1 and isinstance(tensors[0], (list, tuple)) else tensors
    shape = broadcast_shapes(*[t.shape for t in given])
    return tuple(expand(t, shape) for t in given)


def ravel(input: Tensor) -> Tensor:
    """As a vector."""
    return reshape(input, -1)


def rot90(input: Tensor, k: int = 1, dims: Sequence[int] = (0, 1)) -> Tensor:
    """Turned by `k` quarters from the first of `dims` towards the second."""
    if len(dims) != 2 or input.ndim < 2:
        raise RuntimeError(f"expected total rotation dims == 2 of at least 2 dimensions, but got {len(dims)}")
    first, second = (wrap_dim(d, input.ndim) for d in dims)
    if first == second:
        raise RuntimeError(f"expected rotation dims to be different, but got dim0 = {first} and dim1 = {second}")
    turns = k % 4
    if turns == 1:
        return transpose(flip(input, second), first, second)
    if turns == 2:
        return flip(input, first, second)
    return transpose(flip(input, first), first, second) if turns == 3 else input.clone()


def fliplr(input: Tensor) -> Tensor:
    """Columns in reverse order; two dimensions at least."""
    if input.ndim < 2:
        raise RuntimeError("Input must be >= 2-d.")
    return flip(input, 1)


def flipud(input: Tensor) -> Tensor:
    """Rows in reverse order."""
    if input.ndim < 1:
        raise RuntimeError("Input must be >= 1-d.")
    return flip(input, 0)


def adjoint(input: Tensor) -> Tensor:
    """The last two dimensions exchanged."""
    return transpose(input, -2, -1)
