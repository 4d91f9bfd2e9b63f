"""Writing in place to views."""

from __future__ import annotations

from typing import Any

from cases.case import A, Case, Wrong


def _transpose(T: Any, x: Any, b: Any) -> Any:
    y = x * 1
    y.t().mul_(b.view(4, 1))
    return y


def _view(T: Any, x: Any, b: Any) -> Any:
    y = x * 1
    columns = y.t()
    y.view(-1).mul_(3)
    columns.add_(b.view(4, 1))
    return columns


def _twice(T: Any, x: Any, b: Any) -> Any:
    y = x.tanh() * 1
    flat = y.view(12)
    flat.view(3, 4).t().t().mul_(b)
    return flat * flat


CASES = [
    # PyTorch names the node `torch::autograd::CopySlices`, and prints `CopySlices`.
    Case("transpose written", (A, (4,)), _transpose, composed=True),
    Case("view after its base", (A, (4,)), _view),
    Case("views written, squared", (A, (4,)), _twice),
]
WRONG = [
    Wrong("write to one of many", lambda T: (T.ones(2, 2, requires_grad=True) * 1).unbind()[0].mul_(2)),
    Wrong("write to a view of a leaf", lambda T: T.ones(2, requires_grad=True).view(2, 1).mul_(2)),
    Wrong("write to an expanded", lambda T: T.ones(2).expand(3, 2).mul_(2)),
]
