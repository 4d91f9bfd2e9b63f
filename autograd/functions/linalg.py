"""Products of matrices: matmul and its kin, linear, outer, einsum."""

# numpy's stubs type most results as Any, which says nothing about an op.
# mypy: disable-error-code="no-any-return"
from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from autograd.function import Array, Function, Shares, apply
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

    def backward(self, gradient: Array) -> Shares:
        operands = self.saved
        left, result = self.options["equation"].split("->")
        terms = left.split(",")
        shares: list[Array | None] = []
        for i, term in enumerate(terms):
            if not self.needs(i):
                shares.append(None)
                continue
            others = [operands[j] for j in range(len(terms)) if j != i]
            names = [terms[j] for j in range(len(terms)) if j != i]
            known = set(result).union(*names)
            kept = "".join(c for c in term if c in known)
            share = np.einsum(",".join([result, *names]) + "->" + kept, gradient, *others)
            # An index summed away in one operand alone: its gradient is the same all along it.
            index = tuple(slice(None) if c in known else None for c in term)
            shares.append(np.broadcast_to(share[index], operands[i].shape).copy())
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
    return apply(Mm if a.ndim == b.ndim == 2 else Bmm, input, other)


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


def einsum(equation: str, *operands: Any) -> Tensor:
    """A sum of products by index names, e.g. `einsum("ij,jk->ik", a, b)`. Without an ellipsis or repeated index."""
    tensors = tuple(operands[0]) if len(operands) == 1 and isinstance(operands[0], (list, tuple)) else operands
    equation = equation.replace(" ", "")
    if "." in equation:
        raise RuntimeError("einsum(): an ellipsis is not supported; name every index")
    if "->" not in equation:
        names = sorted(set(equation) - {","})
        equation += "->" + "".join(c for c in names if equation.count(c) == 1)
    if any(len(set(term)) != len(term) for term in equation.split("->")[0].split(",")):
        raise RuntimeError("einsum(): an index repeated within one operand is not supported; use torch.diagonal")
    return apply(Einsum, *tensors, equation=equation)
