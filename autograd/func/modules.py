"""Modules as functions of their parameters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from autograd.functions.joining import stack
from autograd.nn.utils.stateless import replaced
from autograd.tensor import Tensor

if TYPE_CHECKING:
    from autograd.nn.module import Module


def functional_call(
    module: Module,
    parameter_and_buffer_dicts: Mapping[str, Tensor] | Sequence[Mapping[str, Tensor]],
    args: Any = None,
    kwargs: dict[str, Any] | None = None,
    *,
    tie_weights: bool = True,
    strict: bool = False,
) -> Any:
    """`module(*args, **kwargs)` with the tensors given in place of its parameters and buffers of these names.

    A parameter that the module has under several names is replaced under all of them, unless `tie_weights` is False.
    With `strict` every name must be given, and no other: RuntimeError.
    """
    given: dict[str, Tensor] = {}
    if isinstance(parameter_and_buffer_dicts, Mapping):
        given.update(parameter_and_buffer_dicts)
    else:
        for part in parameter_and_buffer_dicts:
            for name in part:
                if name in given:
                    raise ValueError(
                        f"{name} appeared in multiple dictionaries; behavior of functional call is ambiguous"
                    )
            given.update(part)
    positional = () if args is None else args if isinstance(args, tuple) else (args,)
    with replaced(module, given, tie_weights, strict):
        return module(*positional, **(kwargs or {}))


def stack_module_state(models: Sequence[Module]) -> tuple[dict[str, Tensor], dict[str, Tensor]]:
    """The parameters and the buffers of models of one class, stacked along a new first dimension, as new leaves."""
    if not models:
        raise RuntimeError("stack_module_state: Expected at least one model, got 0.")
    if len({m.training for m in models}) > 1:
        raise RuntimeError("stack_module_state: Expected all models to have the same training/eval mode.")
    if len({type(m) for m in models}) > 1:
        raise RuntimeError("stack_module_state: Expected all models to be of the same class.")
    parameters = [dict(m.named_parameters()) for m in models]
    buffers = [dict(m.named_buffers()) for m in models]
    return _together(parameters), _together(buffers)  # type: ignore[arg-type]


def _together(states: list[dict[str, Tensor]]) -> dict[str, Tensor]:
    found = {}
    for name, first in states[0].items():
        joined = stack([state[name].detach() for state in states])
        found[name] = joined.requires_grad_(first._requires_grad)
    return found


def replace_all_batch_norm_modules_(root: Module) -> Module:
    """Lets every batch norm inside use the statistics of its batch only, and keep none: so that `vmap` may run it."""
    for m in root.modules():
        if "BatchNorm" in type(m).__name__ or "InstanceNorm" in type(m).__name__:
            m.running_mean = m.running_var = m.num_batches_tracked = None
            m.track_running_stats = False
    return root
