"""`torch.func`: derivatives and batches as functions of functions."""

from __future__ import annotations

from typing import Any

from autograd.func.modules import functional_call, replace_all_batch_norm_modules_, stack_module_state
from autograd.func.transforms import grad, grad_and_value, hessian, jacfwd, jacrev, jvp, linearize, vjp
from autograd.func.vmap import vmap

__all__ = [
    "functional_call",
    "grad",
    "grad_and_value",
    "hessian",
    "jacfwd",
    "jacrev",
    "jvp",
    "linearize",
    "replace_all_batch_norm_modules_",
    "stack_module_state",
    "vjp",
    "vmap",
]


def __getattr__(name: str) -> Any:
    from autograd.missing import explain

    raise AttributeError(explain("torch.func", name))
