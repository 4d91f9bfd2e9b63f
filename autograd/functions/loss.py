"""What losses share: reductions, PyTorch's older arguments, and the warning about shapes."""

# numpy's stubs type most results as Any, which says nothing about an op.
# mypy: disable-error-code="no-any-return"
from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

import numpy as np

from autograd import dtypes, mode
from autograd.function import Array, Function, Shares
from autograd.functions.common import broadcast_error, sum_to, unbroadcast

if TYPE_CHECKING:
    from autograd.tensor import Tensor

REDUCTIONS = ("mean", "sum", "none")


def reduce_array(losses: Array, reduction: str) -> Array:
    """The losses of the elements, their sum or their mean."""
    if reduction == "none":
        return losses
    total = np.add.reduce(losses, axis=None)
    if reduction == "sum":
        return total
    with np.errstate(invalid="ignore"):  # the mean of nothing is nan
        return total / losses.dtype.type(losses.size)


def reduce_tensor(losses: Tensor, reduction: str) -> Tensor:
    """`reduce_array`, by recorded ops."""
    if reduction == "none":
        return losses
    return losses.mean() if reduction == "mean" else losses.sum()


def each(gradient: Any, size: int, reduction: str) -> Any:
    """The gradient at one element's loss, from that of the reduced one; an array or a Tensor."""
    if reduction != "mean":
        return gradient
    # A number of nothing's own: the gradient then has no element to go to.
    return gradient / (gradient.dtype.type(size) if type(gradient) is np.ndarray else size) if size else gradient


def reduction_for(reduction: str, size_average: Any = None, reduce: Any = None) -> str:
    """The reduction asked for. PyTorch's older `size_average` and `reduce` win, with its warning.

    ValueError for a name that is none of "mean", "sum" and "none".
    """
    if size_average is not None or reduce is not None:
        reduction = reduction_of_flags(size_average, reduce)
    if reduction == "elementwise_mean":
        warnings.warn("reduction='elementwise_mean' is deprecated. Please use reduction='mean' instead.", stacklevel=3)
        return "mean"
    if reduction not in REDUCTIONS:
        raise ValueError(f"{reduction} is not a valid value for reduction")
    return reduction


def reduction_of_flags(size_average: Any, reduce: Any) -> str:
    """What PyTorch's older arguments mean, with its warning."""
    if reduce is not None and not reduce:
        reduction = "none"
    else:
        reduction = "mean" if size_average is None or size_average else "sum"
    warnings.warn(
        f"size_average and reduce args will be deprecated, please use reduction='{reduction}' instead.", stacklevel=4
    )
    return reduction


def warn_shapes(input: Tensor, target: Tensor) -> None:
    """PyTorch's warning where input and target differ in shape, and will broadcast."""
    if input._array.shape != target._array.shape:
        warnings.warn(
            f"Using a target size ({target.size()}) that is different to the input size ({input.size()}). This will "
            "likely lead to incorrect results due to broadcasting. Please ensure they have the same size.",
            stacklevel=3,
        )


def no_derivative(**constants: Tensor | None) -> None:
    """RuntimeError where one of a loss's constants asks for a gradient, which it has none of."""
    for name, value in constants.items():
        if value is not None and value._requires_grad and mode.grad:
            raise RuntimeError(f"the derivative for '{name}' is not implemented; give {name}.detach()")


class Difference(Function):
    """A loss of input minus target, element by element. A subclass gives its `slope`."""

    __slots__ = ()
    arguments = ("input", "target")
    saves = ("input", "target")

    def keep(self, input: Array, target: Array) -> Array:
        """The difference, in the promoted type."""
        a, b = dtypes.promote(input, target)
        if a.dtype.kind != "f":
            raise NotImplementedError(f'"{self.op}" not implemented for integers: give input and target as floats')
        try:
            difference = a - b
        except ValueError:
            raise broadcast_error(input, target) from None
        self.saved = input.shape, target.shape, difference
        return difference

    def slope(self, difference: Any) -> Any:
        """The derivative of one element's loss; of an array or a Tensor."""
        raise NotImplementedError

    def backward(self, gradient: Array) -> Shares:
        shape, target_shape, difference = self.saved
        share = self.slope(difference) * each(gradient, difference.size, self.options["reduction"])
        return (
            unbroadcast(share, shape) if self.needs(0) else None,
            unbroadcast(-share, target_shape) if self.needs(1) else None,
        )

    def differentiate(self, gradient: Tensor) -> Any:
        input, target = self.inputs
        size = self.saved[2].size
        share = self.slope(input - target) * each(gradient, size, self.options["reduction"])
        return (
            sum_to(share, input._array.shape) if self.needs(0) else None,
            sum_to(-share, target._array.shape) if self.needs(1) else None,
        )
