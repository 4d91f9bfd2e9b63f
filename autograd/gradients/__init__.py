"""`torch.autograd`: `grad`, `backward`, and the modes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from autograd import engine
from autograd.anomaly import detect_anomaly, is_anomaly_check_nan_enabled, is_anomaly_enabled, set_detect_anomaly
from autograd.function import AccumulateGrad
from autograd.functions.joining import stack
from autograd.gradients import function, functional, graph
from autograd.gradients.function import Function, NestedIOFunction
from autograd.gradients.gradcheck import gradcheck, gradgradcheck
from autograd.mode import enable_grad, inference_mode, no_grad, set_grad_enabled
from autograd.tensor import Tensor, wrap

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
    "graph",
    "inference_mode",
    "is_anomaly_check_nan_enabled",
    "is_anomaly_enabled",
    "no_grad",
    "set_detect_anomaly",
    "set_grad_enabled",
]


def _list(value: Any) -> list[Any]:
    if isinstance(value, (Tensor, graph.GradientEdge)) or value is None:
        value = [value]
    return [_at(t) if isinstance(t, graph.GradientEdge) else t for t in value]


def _at(edge: graph.GradientEdge) -> Tensor:
    """A Tensor that stands for an edge."""
    if isinstance(edge.node, AccumulateGrad):
        return edge.node.variable
    t = wrap(np.zeros((), np.float32))
    t._requires_grad, t._edge = True, (edge.node, edge.output_nr)
    return t


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

    RuntimeError for an input that the outputs do not depend on, unless `allow_unused` (then None). With
    `is_grads_batched` each of `grad_outputs` has one more dimension, the first, and so has each gradient.
    """
    roots = _list(outputs)
    seeds = [None] * len(roots) if grad_outputs is None else _list(grad_outputs)
    if is_grads_batched:
        sizes = {len(s) for s in seeds if s is not None}
        if len(sizes) != 1:
            raise RuntimeError("is_grads_batched=True: every grad_output needs a first dimension, of the same size")
        batch = [
            grad(
                roots, inputs, [None if s is None else s[i] for s in seeds], True, create_graph, allow_unused, False,
                materialize_grads,
            )
            for i in range(sizes.pop())
        ]  # fmt: skip
        return tuple([None if any(g is None for g in row) else stack(list(row)) for row in zip(*batch, strict=True)])
    return engine.grad(roots, seeds, _list(inputs), retain_graph, create_graph, bool(allow_unused), materialize_grads)


def Variable(data: Tensor, requires_grad: bool = False, volatile: bool = False) -> Tensor:
    """PyTorch's name for a tensor with a gradient, before 0.4."""
    t = data.detach()
    return t.requires_grad_() if requires_grad else t


def __getattr__(name: str) -> Any:
    from autograd.missing import explain

    raise AttributeError(explain("torch.autograd", name))
