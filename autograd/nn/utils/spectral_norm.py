"""Spectral normalisation as a hook before each call; `parametrizations.spectral_norm` is the newer way."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd import mode, random, recording, writing
from autograd.functions.linalg import dot, mv
from autograd.nn.module import Module
from autograd.nn.parameter import Parameter, is_lazy
from autograd.tensor import Array, Tensor, wrap

__all__ = ["SpectralNorm", "remove_spectral_norm", "spectral_norm"]


def normalized(vector: Array, eps: float) -> Array:
    """A vector of length 1, or shorter where it was shorter than `eps`."""
    length = vector.dtype.type(np.linalg.norm(vector))
    shorter: Array = vector / np.maximum(length, vector.dtype.type(eps))
    return shorter


def as_matrix(weight: Tensor, dim: int) -> Tensor:
    """A weight as a matrix whose rows are the places along `dim`."""
    if dim != 0:
        weight = weight.permute(dim, *[d for d in range(weight.ndim) if d != dim])
    return weight.reshape(weight.shape[0], -1)


def drawn_vectors(matrix: Tensor, eps: float) -> tuple[Tensor, Tensor]:
    """Random vectors of length 1, as long as a matrix has rows and columns."""
    with recording.paused():
        drawn = [random.normal_(wrap(np.empty(size, matrix._array.dtype)))._array for size in matrix.shape]
    return wrap(normalized(drawn[0], eps)), wrap(normalized(drawn[1], eps))


def default_dim(module: Module) -> int:
    """Where a module's weight has its outputs: second in a transposed convolution, else first."""
    return 1 if getattr(module, "transposed", False) else 0


class SpectralNorm:
    """The hook: makes `weight` of `weight_orig`, whose largest singular value it keeps an estimate of."""

    _version = 1

    def __init__(self, name: str = "weight", n_power_iterations: int = 1, dim: int = 0, eps: float = 1e-12) -> None:
        if n_power_iterations <= 0:
            raise ValueError(
                f"Expected n_power_iterations to be positive, but got n_power_iterations={n_power_iterations}"
            )
        self.name, self.n_power_iterations, self.dim, self.eps = name, n_power_iterations, dim, eps

    def compute_weight(self, module: Module, do_power_iteration: bool) -> Tensor:
        """The weight of now; the vectors come nearer to the singular ones first if `do_power_iteration`."""
        weight = getattr(module, self.name + "_orig")
        u, v = getattr(module, self.name + "_u"), getattr(module, self.name + "_v")
        matrix = as_matrix(weight, self.dim)
        if do_power_iteration:
            for _ in range(self.n_power_iterations):
                writing.store(v, normalized(matrix._array.T @ u._array, self.eps))
                writing.store(u, normalized(matrix._array @ v._array, self.eps))
            # Copies: a second call before backward writes into the vectors again.
            u, v = wrap(u._array.copy()), wrap(v._array.copy())
        return weight / dot(u, mv(matrix, v))  # type: ignore[no-any-return]

    def remove(self, module: Module) -> None:
        """Makes the weight of now a parameter again."""
        with mode.no_grad():
            weight = self.compute_weight(module, do_power_iteration=False)
        for suffix in ("", "_u", "_v", "_orig"):
            delattr(module, self.name + suffix)
        module.register_parameter(self.name, Parameter(weight.detach()))

    def __call__(self, module: Module, inputs: Any) -> None:
        setattr(module, self.name, self.compute_weight(module, do_power_iteration=module.training))

    @staticmethod
    def apply(module: Module, name: str, n_power_iterations: int, dim: int, eps: float) -> SpectralNorm:
        """Renames a parameter of `module` and registers the hooks."""
        for hook in module._forward_pre_hooks.values():
            if isinstance(hook, SpectralNorm) and hook.name == name:
                raise RuntimeError(f"Cannot register two spectral_norm hooks on the same parameter {name}")
        made = SpectralNorm(name, n_power_iterations, dim, eps)
        weight = module._parameters[name]
        if weight is None:
            raise ValueError(f"`SpectralNorm` cannot be applied as parameter `{name}` is None")
        if is_lazy(weight):
            raise ValueError(
                "The module passed to `SpectralNorm` can't have uninitialized parameters. Make sure to run the dummy "
                "forward before applying spectral normalization"
            )
        with mode.no_grad(), recording.paused():
            u, v = drawn_vectors(as_matrix(weight, dim), eps)
        delattr(module, name)
        module.register_parameter(name + "_orig", weight)
        setattr(module, name, weight.data)
        module.register_buffer(name + "_u", u)
        module.register_buffer(name + "_v", v)
        module.register_forward_pre_hook(made)
        module._register_state_dict_hook(_NoteVersion(made))
        return made


class _NoteVersion:
    """Writes into the state's metadata which form of it this is."""

    def __init__(self, fn: SpectralNorm) -> None:
        self.fn = fn

    def __call__(self, module: Module, state_dict: Any, prefix: str, local_metadata: dict[str, Any]) -> None:
        versions = local_metadata.setdefault("spectral_norm", {})
        versions[self.fn.name + ".version"] = self.fn._version


def spectral_norm(
    module: Any, name: str = "weight", n_power_iterations: int = 1, eps: float = 1e-12, dim: int | None = None
) -> Any:
    """Divides a weight by (an estimate of) its largest singular value before each call (Miyato et al., 2018)."""
    SpectralNorm.apply(module, name, n_power_iterations, default_dim(module) if dim is None else dim, eps)
    return module


def remove_spectral_norm(module: Any, name: str = "weight") -> Any:
    """Undoes `spectral_norm`; ValueError where it was not applied."""
    for number, hook in module._forward_pre_hooks.items():
        if isinstance(hook, SpectralNorm) and hook.name == name:
            hook.remove(module)
            del module._forward_pre_hooks[number]
            break
    else:
        raise ValueError(f"spectral_norm of '{name}' not found in {module}")
    for number, hook in module._state_dict_hooks.items():
        if isinstance(hook, _NoteVersion) and hook.fn.name == name:
            del module._state_dict_hooks[number]
            break
    return module
