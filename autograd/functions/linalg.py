"""Products of matrices: matmul and its kin, linear, outer, einsum."""

# numpy's stubs type most results as Any, which says nothing about an op.
# mypy: disable-error-code="no-any-return"
from __future__ import annotations

from functools import lru_cache
from string import ascii_letters
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from autograd.function import Array, Function, Shares, apply, apply_to_two
from autograd.functions.common import KEPT, sum_to, unbroadcast

if TYPE_CHECKING:
    from autograd.tensor import Tensor


def _same_type(a: Array, b: Array) -> None:
    if a.dtype != b.dtype:
        raise RuntimeError(f"expected m1 and m2 to have the same dtype, but got: {a.dtype} != {b.dtype}")


def _mismatch(a: Array, b: Array) -> RuntimeError:
    rows, columns = " x ".join(["x".join(map(str, a.shape))]), "x".join(map(str, b.shape))
    return RuntimeError(f"mat1 and mat2 shapes cannot be multiplied ({rows} and {columns})")


class _Product(Function):
    __slots__ = ()
    arguments = ("input", "other")
    saves = ("input", "other")
    formula = r"\text{input} \cdot \text{other}"
    derivatives: ClassVar[dict[str, str]] = {"input": r"g \cdot \text{other}^T", "other": r"\text{input}^T \cdot g"}

    def saved_inputs(self) -> tuple[int, ...]:
        return tuple(i for i in (0, 1) if self.edges[1 - i] is not None)

    def forward(self, input: Array, other: Array) -> Array:
        _same_type(input, other)
        self.saved = input, other
        return np.matmul(input, other)

    def backward(self, gradient: Array) -> Shares:
        a, b = self.saved
        return (
            unbroadcast(np.matmul(gradient, b.swapaxes(-1, -2)), a.shape) if self.needs(0) else None,
            unbroadcast(np.matmul(a.swapaxes(-1, -2), gradient), b.shape) if self.needs(1) else None,
        )


class Mm(_Product):
    __slots__ = ()
    op, backward_name = "matmul", "MmBackward0"

    def differentiate(self, gradient: Tensor) -> Any:
        a, b = self.inputs
        return (
            sum_to(matmul(gradient, b.transpose(-1, -2)), a.shape) if self.needs(0) else None,
            sum_to(matmul(a.transpose(-1, -2), gradient), b.shape) if self.needs(1) else None,
        )


class Bmm(Mm):
    """Batched matmul. PyTorch wraps BmmBackward0 in views; the picture shows the one product."""

    __slots__ = ()
    op, backward_name = "matmul", "BmmBackward0"


class Dot(_Product):
    __slots__ = ()
    op, backward_name = "dot", "DotBackward0"
    derivatives: ClassVar[dict[str, str]] = {"input": r"g \cdot \text{other}", "other": r"g \cdot \text{input}"}

    def backward(self, gradient: Array) -> Shares:
        a, b = self.saved
        return (gradient * b if self.needs(0) else None, gradient * a if self.needs(1) else None)

    def differentiate(self, gradient: Tensor) -> Any:
        a, b = self.inputs
        return (gradient * b if self.needs(0) else None, gradient * a if self.needs(1) else None)


class Mv(_Product):
    """Matrix times vector."""

    __slots__ = ()
    op, backward_name = "matmul", "MvBackward0"

    def backward(self, gradient: Array) -> Shares:
        a, b = self.saved
        return (
            np.expand_dims(gradient, -1) * b if self.needs(0) else None,
            unbroadcast(np.matmul(a.swapaxes(-1, -2), np.expand_dims(gradient, -1))[..., 0], b.shape)
            if self.needs(1)
            else None,
        )

    def differentiate(self, gradient: Tensor) -> Any:
        a, b = self.inputs
        return (
            gradient.unsqueeze(-1) * b if self.needs(0) else None,
            sum_to(matmul(a.transpose(-1, -2), gradient.unsqueeze(-1)).squeeze(-1), b.shape) if self.needs(1) else None,
        )


class Vm(_Product):
    """Vector times matrix: PyTorch unsqueezes, multiplies and squeezes."""

    __slots__ = ()
    op, backward_name = "matmul", "SqueezeBackward4"

    def backward(self, gradient: Array) -> Shares:
        a, b = self.saved
        return (
            unbroadcast(np.matmul(b, np.expand_dims(gradient, -1))[..., 0], a.shape) if self.needs(0) else None,
            np.expand_dims(a, -1) * np.expand_dims(gradient, -2) if self.needs(1) else None,
        )

    def differentiate(self, gradient: Tensor) -> Any:
        a, b = self.inputs
        return (
            sum_to(matmul(b, gradient.unsqueeze(-1)).squeeze(-1), a.shape) if self.needs(0) else None,
            a.unsqueeze(-1) * gradient.unsqueeze(-2) if self.needs(1) else None,
        )


class Linear(Function):
    """`input @ weight.T + bias` as one node, as PyTorch's addmm."""

    __slots__ = ("biased", "dimensions")
    op, backward_name = "linear", "AddmmBackward0"
    arguments = ("input", "weight", "bias")
    saves = ("input", "weight")
    formula = r"\text{input} \cdot \text{weight}^T + \text{bias}"
    derivatives: ClassVar[dict[str, str]] = {
        "input": r"g \cdot \text{weight}",
        "weight": r"g^T \cdot \text{input}",
        "bias": r"\sum_n g_n",
    }

    def saved_inputs(self) -> tuple[int, ...]:
        edges = self.edges
        return KEPT[(edges[0] is not None) + 2 * (edges[1] is not None)]

    def name(self) -> str:
        if self.dimensions == 2:
            return "AddmmBackward0" if self.biased else "MmBackward0"
        # A batch of rows: PyTorch flattens it, multiplies, and ends with a view. For a vector, with a squeeze.
        if self.dimensions == 1:
            return "ViewBackward0" if self.biased else "SqueezeBackward4"
        return "ViewBackward0" if self.biased else "UnsafeViewBackward0"

    def forward(self, input: Array, weight: Array, bias: Array | None) -> Array:
        self.dimensions = input.ndim
        self.biased = bias is not None
        if input.dtype is not weight.dtype:
            _same_type(input, weight)
        if input.shape[-1] != weight.shape[-1]:
            rows = input if input.ndim == 2 else input.reshape(-1, input.shape[-1])
            raise _mismatch(rows, weight.T)
        self.saved = input, weight
        if input.ndim <= 2:
            output = np.matmul(input, weight.T)
        else:
            # One large product instead of many small ones.
            output = np.matmul(input.reshape(-1, input.shape[-1]), weight.T)
            output = output.reshape(input.shape[:-1] + output.shape[-1:])
        if bias is not None:
            output += bias
        return output

    def backward(self, gradient: Array) -> Shares:
        x, w = self.saved
        input, weight, bias = self.edges
        flat = self.dimensions == 2
        rows = gradient if flat else gradient.reshape(-1, gradient.shape[-1])
        for_input = for_weight = for_bias = None
        if input is not None:
            for_input = np.matmul(rows, w)
            if not flat:
                for_input = for_input.reshape(x.shape)
        if weight is not None:
            for_weight = np.matmul(rows.T, x if flat else x.reshape(-1, x.shape[-1]))
        if bias is not None:
            # The product with a row of ones is several times faster than summing over the first axis.
            for_bias = np.dot(_ones(len(rows), rows.dtype), rows)
        return for_input, for_weight, for_bias

    def differentiate(self, gradient: Tensor) -> Any:
        x, w = self.inputs[:2]
        rows = gradient.reshape(-1, gradient.shape[-1])
        return (
            matmul(rows, w).reshape(x.shape) if self.needs(0) else None,
            matmul(rows.t(), x.reshape(-1, x.shape[-1])) if self.needs(1) else None,
            rows.sum(0) if self.needs(2) else None,
        )


@lru_cache(maxsize=64)
def _ones(size: int, kind: np.dtype[Any]) -> Array:
    ones = np.ones(size, kind)
    ones.flags.writeable = False
    return ones


class Addmm(Function):
    __slots__ = ()
    op, backward_name = "addmm", "AddmmBackward0"
    arguments = ("input", "mat1", "mat2")
    saves = ("mat1", "mat2")
    formula = r"\beta \cdot \text{input} + \alpha \cdot \text{mat1} \cdot \text{mat2}"
    derivatives: ClassVar[dict[str, str]] = {
        "input": r"\beta \cdot g",
        "mat1": r"\alpha \cdot g \cdot \text{mat2}^T",
        "mat2": r"\alpha \cdot \text{mat1}^T \cdot g",
    }

    def forward(self, input: Array, mat1: Array, mat2: Array, beta: float = 1, alpha: float = 1) -> Array:
        if mat1.shape[-1] != mat2.shape[0]:
            raise _mismatch(mat1, mat2)
        self.saved = input.shape, mat1, mat2
        kind = input.dtype.type
        return kind(beta) * input + kind(alpha) * np.matmul(mat1, mat2)

    def backward(self, gradient: Array) -> Shares:
        shape, a, b = self.saved
        scaled = gradient * gradient.dtype.type(self.options.get("alpha", 1))
        return (
            unbroadcast(gradient * gradient.dtype.type(self.options.get("beta", 1)), shape),
            np.matmul(scaled, b.T),
            np.matmul(a.T, scaled),
        )

    def differentiate(self, gradient: Tensor) -> Any:
        shape, (_, a, b) = self.saved[0], self.inputs
        scaled = gradient * self.options.get("alpha", 1)
        return (
            sum_to(gradient * self.options.get("beta", 1), shape) if self.needs(0) else None,
            matmul(scaled, b.t()) if self.needs(1) else None,
            matmul(a.t(), scaled) if self.needs(2) else None,
        )


class Einsum(Function):
    """A sum of products by index names. PyTorch builds it from permutes and bmm; here it is one node."""

    __slots__ = ()
    op, backward_name = "einsum", "ViewBackward0"
    arguments = ("operands",)
    formula = r"\text{einsum}(\text{equation}, \text{operands})"
    derivatives: ClassVar[dict[str, str]] = {"operands": r"\text{einsum of } g \text{ and the other operands}"}

    def saved_inputs(self) -> tuple[int, ...]:
        return tuple(range(len(self.inputs)))

    saves = ("operands",)

    def forward(self, *operands: Array, equation: str) -> Array:
        self.saved = operands
        return np.asarray(np.einsum(equation, *operands, optimize=len(operands) > 2))

    def parts(self, place: int) -> tuple[str, Any, list[int]]:
        """The equation of the share of one operand, the index that spreads it, and the other operands' places.

        An index summed away in one operand alone has the same gradient all along it.
        """
        left, result = self.options["equation"].split("->")
        terms = left.split(",")
        others = [j for j in range(len(terms)) if j != place]
        names = [terms[j] for j in others]
        known = set(result).union(*names)
        kept = "".join(c for c in terms[place] if c in known)
        index = tuple(slice(None) if c in known else None for c in terms[place])
        return ",".join([result, *names]) + "->" + kept, index, others

    def backward(self, gradient: Array) -> Shares:
        operands = self.saved
        shares: list[Array | None] = [None] * len(operands)
        for i, operand in enumerate(operands):
            if self.needs(i):
                equation, index, others = self.parts(i)
                share = np.einsum(equation, gradient, *[operands[j] for j in others])
                shares[i] = np.broadcast_to(np.asarray(share)[index], operand.shape).copy()
        return tuple(shares)

    def differentiate(self, gradient: Tensor) -> Any:
        shares: list[Any] = [None] * len(self.inputs)
        for i, operand in enumerate(self.inputs):
            if self.needs(i):
                equation, index, others = self.parts(i)
                share = apply(Einsum, gradient, *[self.inputs[j] for j in others], equation=equation)
                shares[i] = share[index].expand(operand.shape)
        return tuple(shares)


def matmul(input: Tensor, other: Tensor) -> Tensor:
    """The product of matrices, vectors, or batches of matrices (which broadcast). RuntimeError with both shapes."""
    a, b = input._array, other._array
    if not a.ndim or not b.ndim:
        raise RuntimeError("both arguments to matmul need to be at least 1D, but they are "
                           f"{a.ndim}D and {b.ndim}D")  # fmt: skip
    if a.shape[-1] != b.shape[-2 if b.ndim > 1 else 0]:
        if a.ndim == b.ndim == 1:
            raise RuntimeError(
                f"inconsistent tensor size, expected tensor [{a.shape[0]}] and src [{b.shape[0]}] to have the same "
                "number of elements"
            )
        raise _mismatch(a, b)
    if a.ndim == 1:
        return apply(Dot if b.ndim == 1 else Vm, input, other)
    if b.ndim == 1:
        return apply(Mv, input, other)
    return apply_to_two(Mm if a.ndim == b.ndim == 2 else Bmm, input, other)


def rmatmul(input: Tensor, other: Any) -> Tensor:
    """`other @ input`."""
    raise TypeError(f"unsupported operand type(s) for @: '{type(other).__name__}' and 'Tensor'")


def mm(input: Tensor, mat2: Tensor) -> Tensor:
    """The product of two matrices; RuntimeError unless both have two dimensions."""
    if input.ndim != 2 or mat2.ndim != 2:
        raise RuntimeError(f"mm expects two matrices, got shapes {list(input.shape)} and {list(mat2.shape)}")
    return matmul(input, mat2)


def bmm(input: Tensor, mat2: Tensor) -> Tensor:
    """The products of two batches of matrices, (b, n, m) and (b, m, p)."""
    if input.ndim != 3 or mat2.ndim != 3 or input.shape[0] != mat2.shape[0]:
        raise RuntimeError(f"bmm expects two batches of matrices, got {list(input.shape)} and {list(mat2.shape)}")
    return matmul(input, mat2)


def mv(input: Tensor, vec: Tensor) -> Tensor:
    """Matrix times vector."""
    return matmul(input, vec)


def dot(input: Tensor, tensor: Tensor) -> Tensor:
    """The inner product of two vectors; RuntimeError for other shapes."""
    if input.ndim != 1 or tensor.ndim != 1:
        raise RuntimeError(f"1D tensors expected, but got {input.ndim}D and {tensor.ndim}D tensors")
    return matmul(input, tensor)


def outer(input: Tensor, vec2: Tensor) -> Tensor:
    """The outer product of two vectors."""
    return input.unsqueeze(1) * vec2.unsqueeze(0)


def addmm(input: Tensor, mat1: Tensor, mat2: Tensor, *, beta: float = 1, alpha: float = 1) -> Tensor:
    """`beta * input + alpha * mat1 @ mat2`."""
    return apply(Addmm, input, mat1, mat2, beta=beta, alpha=alpha)


def linear(input: Tensor, weight: Tensor, bias: Tensor | None = None) -> Tensor:
    """`input @ weight.T + bias`: input (…, in), weight (out, in), bias (out) give (…, out)."""
    return apply(Linear, input, weight, bias)


def _letters(equation: str, operands: Any) -> tuple[list[str], str | None]:
    """The terms and the result (None where it is left out), with letters instead of an ellipsis."""
    left, arrow, right = equation.partition("->")
    terms = left.split(",")
    if len(terms) != len(operands):
        fewer = "fewer" if len(operands) < len(terms) else "more"
        raise RuntimeError(f"einsum(): {fewer} operands were provided than specified in the equation")
    named = [len(term.replace("...", "")) for term in terms]
    extra = [t.ndim - n if "..." in term else 0 for t, n, term in zip(operands, named, terms, strict=True)]
    for place, (t, n, more, term) in enumerate(zip(operands, named, extra, terms, strict=True)):
        if more < 0 or ("..." not in term and t.ndim != n):
            raise RuntimeError(
                f"einsum(): the number of subscripts in the equation ({n}) does not match the number of dimensions "
                f"({t.ndim}) for operand {place}"
            )
    spare = [c for c in ascii_letters if c not in equation]
    fill = "".join(spare[: max(extra)])
    terms = [term.replace("...", fill[len(fill) - more :]) for term, more in zip(terms, extra, strict=True)]
    if not arrow:
        names = sorted({c for c in left if c.isalpha()})
        return terms, fill + "".join(c for c in names if left.count(c) == 1)
    return terms, right.replace("...", fill)


def einsum(equation: Any, *operands: Any) -> Tensor:
    """A sum of products by index names, e.g. `einsum("ij,jk->ik", a, b)`, `einsum("...ii->...", a)`.

    An index repeated within an operand takes its diagonal, a dimension of size 1 broadcasts. Also as
    `einsum(a, [0, 1], b, [1, 2], [0, 2])`. RuntimeError where equation and operands do not fit.
    """
    if not isinstance(equation, str):
        given = [equation, *operands]
        lists = [*given[1::2], *([given[-1]] if len(given) % 2 else [])]
        words = ["".join("..." if i is Ellipsis else ascii_letters[i] for i in sub) for sub in lists]
        count = len(given) // 2
        operands = tuple(given[: 2 * count : 2])
        equation = ",".join(words[:count]) + ("->" + words[count] if len(words) > count else "")
    if len(operands) == 1 and isinstance(operands[0], (list, tuple)):
        operands = tuple(operands[0])
    given_operands: list[Any] = list(operands)
    terms, result = _letters(equation.replace(" ", ""), given_operands)
    sizes: dict[str, int] = {}
    for place, term in enumerate(terms):
        for name in sorted(set(term)):
            while term.count(name) > 1:
                first = term.index(name)
                second = term.index(name, first + 1)
                a, b = given_operands[place].shape[first], given_operands[place].shape[second]
                if a != b:
                    raise RuntimeError(
                        f"einsum(): subscript {name} is repeated for operand {place} but the sizes don't match, "
                        f"{a} != {b}"
                    )
                given_operands[place] = given_operands[place].diagonal(dim1=first, dim2=second)
                term = term[:first] + term[first + 1 : second] + term[second + 1 :] + name
        terms[place] = term
        for name, size in zip(term, given_operands[place].shape, strict=True):
            if sizes.get(name, 1) not in (1, size) and size != 1:
                raise RuntimeError(
                    f"einsum(): subscript {name} has size {size} for operand {place} which does not broadcast with "
                    f"previously seen size {sizes[name]}"
                )
            sizes[name] = max(sizes.get(name, 1), size)
    for name in result or "":
        if name not in sizes:
            raise RuntimeError(
                f"einsum(): output subscript {name} does not appear in the equation for any input operand"
            )
    for place, term in enumerate(terms):
        for i in reversed(range(len(term))):
            # A dimension of size 1 beside a larger one: the operand is the same all along it.
            if given_operands[place].shape[i] == 1 and sizes[term[i]] > 1:
                given_operands[place] = given_operands[place].squeeze(i)
                terms[place] = terms[place][:i] + terms[place][i + 1 :]
    return apply(Einsum, *given_operands, equation=",".join(terms) + "->" + (result or ""))


def addbmm(input: Tensor, batch1: Tensor, batch2: Tensor, *, beta: float = 1, alpha: float = 1) -> Tensor:
    """`beta * input` plus `alpha` times the sum of the products of a batch."""
    return _sum(input, bmm(batch1, batch2).sum(0), beta, alpha)


def addmv(input: Tensor, mat: Tensor, vec: Tensor, *, beta: float = 1, alpha: float = 1) -> Tensor:
    """`beta * input + alpha * mv(mat, vec)`."""
    if mat.ndim != 2 or vec.ndim != 1:
        raise RuntimeError(f"vector + matrix @ vector expected, got {input.ndim}, {mat.ndim}, {vec.ndim}")
    return _sum(input, matmul(mat, vec), beta, alpha)


def addr(input: Tensor, vec1: Tensor, vec2: Tensor, *, beta: float = 1, alpha: float = 1) -> Tensor:
    """`beta * input + alpha * outer(vec1, vec2)`."""
    if vec1.ndim != 1 or vec2.ndim != 1:
        raise RuntimeError(f"addr: Expected 1-D arguments, but got {vec1.ndim}-D and {vec2.ndim}-D")
    return _sum(input, outer(vec1, vec2), beta, alpha)


def _sum(input: Tensor, product: Tensor, beta: float, alpha: float) -> Tensor:
    if np.broadcast_shapes(input.shape, product.shape) != tuple(product.shape):
        raise RuntimeError(
            f"The expanded size of the tensor must match: {list(input.shape)} does not fit {list(product.shape)}"
        )
    product = product if alpha == 1 else product * alpha
    # As PyTorch: with beta 0 what is in `input` does not matter, not even a NaN.
    return product if beta == 0 else product + (input if beta == 1 else input * beta)


def multi_dot(tensors: Any) -> Tensor:
    """The product of several matrices in the order that takes the fewest multiplications; the ends may be vectors.

    T. Cormen et al., "Introduction to algorithms", chapter 15.2.
    """
    given = list(tensors)
    if len(given) < 2:
        raise RuntimeError(f"multi_dot(): expected at least 2 tensors but got {len(given)}")
    first, last = given[0].ndim == 1, given[-1].ndim == 1
    given[0] = given[0].unsqueeze(0) if first else given[0]
    given[-1] = given[-1].unsqueeze(1) if last else given[-1]
    for i, t in enumerate(given):
        if t.ndim != 2:
            raise RuntimeError(f"multi_dot(): tensor {i} must be 2D but got {t.ndim}D")
    n = len(given)
    sizes = [t.shape[0] for t in given] + [given[-1].shape[1]]
    cost = [[0] * n for _ in range(n)]
    cut = [[0] * n for _ in range(n)]
    for length in range(1, n):
        for i in range(n - length):
            j = i + length
            choices = [cost[i][k] + cost[k + 1][j] + sizes[i] * sizes[k + 1] * sizes[j + 1] for k in range(i, j)]
            cost[i][j] = min(choices)
            cut[i][j] = i + choices.index(cost[i][j])

    def product(i: int, j: int) -> Tensor:
        return given[i] if i == j else matmul(product(i, cut[i][j]), product(cut[i][j] + 1, j))

    result = product(0, n - 1)
    if first:
        result = result.squeeze(0)
    return result.squeeze(-1) if last else result
