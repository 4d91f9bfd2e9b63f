"""Ops whose backward is written once, by Tensors."""

from __future__ import annotations

from typing import Any

import numpy as np

import autograd.tensor as tensors
from autograd import mode, recording
from autograd.function import Array, Function


class Derived(Function):
    """An op whose `backward` is its `differentiate`, run without a graph: for ops that no hot loop holds."""

    __slots__ = ()

    def backward(self, *gradients: Array | None) -> Any:
        enabled, mode.grad = mode.grad, False
        try:
            # Nobody's event: to a recorder this is one backward of one node.
            with recording.paused(), np.errstate(all="ignore"):
                shares = self.differentiate(*[None if g is None else tensors.wrap(g) for g in gradients])
        finally:
            mode.grad = enabled
        if isinstance(shares, tuple):
            return tuple(None if s is None else s._array for s in shares)
        return None if shares is None else shares._array
