"""`torch.autograd`: `grad`, `backward`, and the modes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from autograd import engine
from autograd.anomaly import detect_anomaly, set_detect_anomaly
from autograd.gradients import function, functional
from autograd.gradients.function import Function, NestedIOFunction
from autograd.gradients.gradcheck import gradcheck, gradgradcheck
from autograd.mode import enable_grad, inference_mode, no_grad, set_grad_enabled
from autograd.tensor import Tensor

__all__ = [
    "Function",
    "NestedIOFunction",
    "Variable",
    "backward",
    "detect_anomaly",
    "enable_grad",
    "function",
    "functional",
    "grad",
    "gradcheck",
    "gradgradcheck",
    "inference_mode",
    "no_grad",
    "set_detect_anomaly",
    "set_grad_enabled",
]


def _list(value: Any) -> list[Any]:
    return [value] if isinstance(value, Tensor) or value is None else list(value)


def backward(
    tensors: Tensor | Sequence[Tensor],
    grad_tensors: Tensor | Sequence[Tensor | None] | None = None,
    retain_graph: bool | None = None,
    create_graph: bool = False,
    inputs: Tensor | Sequence[Tensor] | None = None,
) -> None:
    """Adds to the `.grad` of every leaf the derivatives of all `tensors`."""
    roots = _list(tensors)
    seeds = [None] * len(roots) if grad_tensors is None else _list(grad_tensors)
    engine.backward(roots, seeds, retain_graph, create_graph, None if inputs is None else _list(inputs))


def grad(
    outputs: Tensor | Sequence[Tensor],
    inputs: Tensor | Sequence[Tensor],
    grad_outputs: Tensor | Sequence[Tensor | None] | None = None,
    retain_graph: bool | None = None,
    create_graph: bool = False,
    allow_unused: bool | None = None,
    is_grads_batched: bool = False,
    materialize_grads: bool = False,
) -> tuple[Tensor | None, ...]:
    """The derivatives of `outputs` by each of `inputs`, returned and not accumulated.

    RuntimeError for an input that the outputs do not depend on, unless `allow_unused` (then None).
    """
    roots = _list(outputs)
    seeds = [None] * len(roots) if grad_outputs is None else _list(grad_outputs)
    return engine.grad(roots, seeds, _list(inputs), retain_graph, create_graph, bool(allow_unused), materialize_grads)


def Variable(data: Tensor, requires_grad: bool = False, volatile: bool = False) -> Tensor:
    """PyTorch's name for a tensor with a gradient, before 0.4."""
    t = data.detach()
    return t.requires_grad_() if requires_grad else t


def __getattr__(name: str) -> Any:
    from autograd.missing import explain

    raise AttributeError(explain("torch.autograd", name))
