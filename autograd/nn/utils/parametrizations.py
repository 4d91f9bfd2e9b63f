"""Ready parametrizations of weights."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd import writing
from autograd.functions import weight_norm as ops
from autograd.functions.linalg import dot, mv
from autograd.nn.module import Module
from autograd.nn.utils import parametrize
from autograd.nn.utils.spectral_norm import as_matrix, default_dim, drawn_vectors, normalized
from autograd.tensor import Tensor, wrap

__all__ = ["spectral_norm", "weight_norm"]


class _WeightNorm(Module):
    def __init__(self, dim: int | None = 0) -> None:
        super().__init__()
        self.dim = -1 if dim is None else dim

    def forward(self, weight_g: Tensor, weight_v: Tensor) -> Tensor:
        return ops.weight_norm(weight_v, weight_g, self.dim)

    def right_inverse(self, weight: Tensor) -> tuple[Tensor, Tensor]:
        """The lengths and the direction of a weight."""
        return ops.norm_except_dim(weight, 2, self.dim), weight


def weight_norm(module: Any, name: str = "weight", dim: int | None = 0) -> Any:
    """Trains a weight as a length (`original0`) and a direction (`original1`) (Salimans and Kingma, 2016)."""
    parametrize.register_parametrization(module, name, _WeightNorm(dim), unsafe=True)

    def older_state(state_dict: Any, prefix: str, *rest: Any) -> None:
        # As `nn.utils.weight_norm` names the two.
        names = [f"{prefix}{name}_g", f"{prefix}{name}_v"]
        if all(n in state_dict for n in names):
            for i, n in enumerate(names):
                state_dict[f"{prefix}parametrizations.{name}.original{i}"] = state_dict.pop(n)

    module._register_load_state_dict_pre_hook(older_state)
    return module


class _SpectralNorm(Module):
    _u: Tensor
    _v: Tensor

    def __init__(self, weight: Tensor, n_power_iterations: int = 1, dim: int = 0, eps: float = 1e-12) -> None:
        super().__init__()
        if not -weight.ndim <= dim < weight.ndim:
            raise IndexError(
                f"Dimension out of range (expected to be in range of [-{weight.ndim}, {weight.ndim - 1}] but got {dim})"
            )
        if n_power_iterations <= 0:
            raise ValueError(
                f"Expected n_power_iterations to be positive, but got n_power_iterations={n_power_iterations}"
            )
        self.dim = dim % weight.ndim
        self.eps = eps
        if weight.ndim > 1:
            self.n_power_iterations = n_power_iterations
            matrix = as_matrix(weight.detach(), self.dim)
            u, v = drawn_vectors(matrix, eps)
            self.register_buffer("_u", u)
            self.register_buffer("_v", v)
            self._power_method(matrix, 15)

    def _power_method(self, matrix: Tensor, n_power_iterations: int) -> None:
        for _ in range(n_power_iterations):
            writing.store(self._u, normalized(matrix._array @ self._v._array, self.eps))
            writing.store(self._v, normalized(matrix._array.T @ self._u._array, self.eps))

    def forward(self, weight: Tensor) -> Tensor:
        if weight.ndim == 1:
            length = weight.norm(2, dim=0, keepdim=True)
            return weight / length.clamp(min=self.eps)
        matrix = as_matrix(weight, self.dim)
        if self.training:
            self._power_method(matrix, self.n_power_iterations)
        # Copies: a second call before backward writes into the vectors again.
        u, v = wrap(np.array(self._u._array)), wrap(np.array(self._v._array))
        return weight / dot(u, mv(matrix, v))

    def right_inverse(self, value: Tensor) -> Tensor:
        """The value itself: it is divided by its norm when it is read."""
        return value


def spectral_norm(
    module: Any, name: str = "weight", n_power_iterations: int = 1, eps: float = 1e-12, dim: int | None = None
) -> Any:
    """Divides a weight by (an estimate of) its largest singular value when it is read (Miyato et al., 2018)."""
    weight = getattr(module, name, None)
    if not isinstance(weight, Tensor):
        raise ValueError(f"Module '{module}' has no parameter or buffer with name '{name}'")
    made = _SpectralNorm(weight, n_power_iterations, default_dim(module) if dim is None else dim, eps)
    parametrize.register_parametrization(module, name, made)
    return module


def __getattr__(name: str) -> Any:
    from autograd.missing import explain

    raise AttributeError(explain("torch.nn.utils.parametrizations", name))
