"""What a case is, and the shapes and ranges that cases share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple


class Case(NamedTuple):
    """One call to compare with PyTorch: a name, the shapes of its float inputs, and the call.

    The call gets the library (`torch` or `autograd`) and its tensors. An input given as (shape, (low, high)) is drawn
    from that range; otherwise from -2 to 2.
    """

    name: str
    inputs: tuple[Any, ...]
    call: Callable[..., Any]
    composed: bool = False  # one node here is several of PyTorch's, or is named after the last of them
    rough: bool = False  # a numeric derivative is not to be had: kinks, ties, or not differentiable by design
    distinct: bool = False  # no two elements equal: among equals there is no order, and no spread but rounding
    generic: bool = False  # of numbers without ties and matrices that are far from singular
    twice: bool = True  # False: its gradient is not made of recorded ops, and it says so
    tolerance: float = 1e-10  # in float64, relative and absolute
    single: float = 2e-5  # the same in float32; its gradients have five times as much


class Wrong(NamedTuple):
    """A call that must raise: PyTorch's type of error."""

    name: str
    call: Callable[[Any], Any]


def ints(T: Any, *values: Any) -> Any:
    """An int64 tensor of either library."""
    return T.tensor(list(values))


POSITIVE = (0.1, 2.0)
UNIT = (0.05, 0.95)
A, B = (3, 4), (4, 5)
