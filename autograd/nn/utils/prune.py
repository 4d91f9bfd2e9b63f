"""Pruning: a parameter times a mask of zeros and ones, remade before each call of its module."""

from __future__ import annotations

import numbers
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from typing import Any, ClassVar

import numpy as np

from autograd import creation, random
from autograd.nn.module import Module
from autograd.nn.utils.vector import parameters_to_vector
from autograd.tensor import Array, Tensor, wrap


class BasePruningMethod(ABC):
    """A way to choose what is pruned. A subclass sets `PRUNING_TYPE` and defines `compute_mask`."""

    PRUNING_TYPE: ClassVar[str]
    _tensor_name: str | None = None

    def __call__(self, module: Module, inputs: Any) -> None:
        assert self._tensor_name is not None
        setattr(module, self._tensor_name, self.apply_mask(module))

    @abstractmethod
    def compute_mask(self, t: Tensor, default_mask: Tensor) -> Tensor:
        """The mask for a tensor of scores, given the mask so far."""

    def apply_mask(self, module: Module) -> Tensor:
        """The parameter of `module`, pruned."""
        mask, original = self._state(module)
        pruned: Tensor = mask.to(dtype=original.dtype) * original
        return pruned

    def _state(self, module: Module) -> tuple[Tensor, Any]:
        if self._tensor_name is None:
            raise AssertionError(f"Module {module} has to be pruned")
        return getattr(module, self._tensor_name + "_mask"), getattr(module, self._tensor_name + "_orig")

    @classmethod
    def apply(cls, module: Module, name: str, *args: Any, importance_scores: Any = None, **kwargs: Any) -> Any:
        """Prunes a parameter of `module`, further if it is pruned already, and registers the hook."""
        method = _joined(module, name, cls(*args, **kwargs))
        original = getattr(module, name)
        if importance_scores is None:
            scores = original
        else:
            scores = importance_scores
            if scores.shape != original.shape:
                raise AssertionError(
                    f"importance_scores should have the same shape as parameter {name} of {module}, got "
                    f"{scores.shape} vs {original.shape}"
                )
        first = not isinstance(method, PruningContainer)
        if first:
            module.register_parameter(name + "_orig", original)
            del module._parameters[name]
            before = creation.ones_like(original)
        else:
            before = getattr(module, name + "_mask").detach().clone()
        try:
            mask = method.compute_mask(scores, default_mask=before)
            module.register_buffer(name + "_mask", mask)
            setattr(module, name, method.apply_mask(module))
            module.register_forward_pre_hook(method)
        except Exception:
            if first:
                del module._parameters[name + "_orig"]
                module.register_parameter(name, original)
            raise
        return method

    def prune(self, t: Tensor, default_mask: Tensor | None = None, importance_scores: Tensor | None = None) -> Tensor:
        """A tensor, pruned, by itself."""
        scores = t if importance_scores is None else importance_scores
        if scores.shape != t.shape:
            raise AssertionError(
                f"importance_scores should have the same shape as tensor t, got {scores.shape} vs {t.shape}"
            )
        mask = self.compute_mask(scores, default_mask=creation.ones_like(t) if default_mask is None else default_mask)
        return t * mask

    def remove(self, module: Module) -> None:
        """Makes the pruned values the parameter, and forgets the mask."""
        weight = self.apply_mask(module)
        _, original = self._state(module)
        name = str(self._tensor_name)
        if hasattr(module, name):
            delattr(module, name)
        original.data = weight.data
        del module._parameters[name + "_orig"]
        del module._buffers[name + "_mask"]
        setattr(module, name, original)


def _joined(module: Module, name: str, method: BasePruningMethod) -> BasePruningMethod:
    """The new method, in one container with those that prune the parameter already; their hook is taken off."""
    hooks = module._forward_pre_hooks
    found = [k for k, h in hooks.items() if isinstance(h, BasePruningMethod) and h._tensor_name == name]
    if len(found) > 1:
        raise AssertionError(
            f"Avoid adding multiple pruning hooks to the same tensor {name} of module {module}. Use a PruningContainer."
        )
    method._tensor_name = name
    if not found:
        return method
    held = hooks.pop(found[0])
    container = held if isinstance(held, PruningContainer) else PruningContainer(held)
    container.add_pruning_method(method)
    return container


class PruningContainer(BasePruningMethod):
    """Methods that pruned one parameter one after another."""

    def __init__(self, *args: Any) -> None:
        self._pruning_methods: tuple[Any, ...] = ()
        if len(args) == 1:
            self._tensor_name = args[0]._tensor_name
        for method in args:
            self.add_pruning_method(method)

    def add_pruning_method(self, method: Any) -> None:
        """Adds one at the end. TypeError or ValueError where it does not fit."""
        if method is not None and not isinstance(method, BasePruningMethod):
            raise TypeError(f"{type(method)} is not a BasePruningMethod subclass")
        if method is not None and self._tensor_name != method._tensor_name:
            raise ValueError(
                f"Can only add pruning methods acting on the parameter named '{self._tensor_name}' to "
                f"PruningContainer {self}. Found '{method._tensor_name}'"
            )
        self._pruning_methods += (method,)

    def __len__(self) -> int:
        return len(self._pruning_methods)

    def __iter__(self) -> Iterator[Any]:
        return iter(self._pruning_methods)

    def __getitem__(self, idx: Any) -> Any:
        return self._pruning_methods[idx]

    def compute_mask(self, t: Tensor, default_mask: Tensor) -> Tensor:
        """The last method's mask over what the mask so far keeps."""
        method = self._pruning_methods[-1]
        mask = default_mask._array.astype(t._array.dtype)
        kept: Any
        if method.PRUNING_TYPE == "unstructured":
            kept = default_mask._array == 1
        elif method.PRUNING_TYPE == "structured":
            if not hasattr(method, "dim"):
                raise AttributeError(
                    'Pruning methods of PRUNING_TYPE "structured" need to have the attribute `dim` defined.'
                )
            if method.dim < -t.ndim:
                raise IndexError(f"Index is out of bounds for tensor with dimensions {t.ndim}")
            dim = method.dim % t.ndim
            channels = default_mask._array.sum(tuple(d for d in range(t.ndim) if d != dim)) != 0
            kept = (*[slice(None)] * dim, channels)
        elif method.PRUNING_TYPE == "global":
            kept = ...
        else:
            raise ValueError(f"Unrecognized PRUNING_TYPE {method.PRUNING_TYPE}")
        part = method.compute_mask(wrap(t._array[kept]), default_mask=wrap(default_mask._array[kept]))
        mask[kept] = part._array
        return wrap(mask)


class Identity(BasePruningMethod):
    """Prunes nothing: the parameter gets a mask of ones."""

    PRUNING_TYPE = "unstructured"

    def compute_mask(self, t: Tensor, default_mask: Tensor) -> Tensor:
        return default_mask


class _Unstructured(BasePruningMethod):
    PRUNING_TYPE = "unstructured"

    def __init__(self, amount: Any) -> None:
        _check_amount(amount)
        self.amount = amount

    def compute_mask(self, t: Tensor, default_mask: Tensor) -> Tensor:
        count = _count(self.amount, t.numel())
        mask = default_mask._array.copy()
        if count:
            mask.reshape(-1)[self._chosen(t, count)._array] = 0
        return wrap(mask)

    def _chosen(self, t: Tensor, count: int) -> Tensor:
        raise NotImplementedError(f"{type(self).__name__} does not define _chosen")


class RandomUnstructured(_Unstructured):
    """Prunes `amount` of all elements (a fraction or a number), whichever."""

    def _chosen(self, t: Tensor, count: int) -> Tensor:
        chosen: Tensor = random.rand_like(t.detach()).view(-1).topk(count)[1]
        return chosen


class L1Unstructured(_Unstructured):
    """Prunes the `amount` of all elements (a fraction or a number) that are smallest."""

    def _chosen(self, t: Tensor, count: int) -> Tensor:
        chosen: Tensor = wrap(np.abs(t._array).reshape(-1)).topk(count, largest=False)[1]
        return chosen


class _Structured(BasePruningMethod):
    PRUNING_TYPE = "structured"
    dim: int

    def __init__(self, amount: Any, dim: int = -1) -> None:
        _check_amount(amount)
        self.amount, self.dim = amount, dim

    def compute_mask(self, t: Tensor, default_mask: Tensor) -> Tensor:
        if t.ndim <= 1:
            raise ValueError(
                "Structured pruning can only be applied to multidimensional tensors. Found tensor of shape "
                f"{t.shape} with {t.ndim} dims"
            )
        if self.dim >= t.ndim:
            raise IndexError(f"Invalid index {self.dim} for tensor of size {t.shape}")
        size = t.shape[self.dim]
        count = _count(self.amount, size)
        if not count:
            return default_mask
        shape = [1] * t.ndim
        shape[self.dim] = size
        kept = self._kept(t, size, count).reshape(shape)
        return wrap((np.broadcast_to(kept, t.shape) * default_mask._array).astype(t._array.dtype))

    def _kept(self, t: Tensor, size: int, count: int) -> Array:
        raise NotImplementedError(f"{type(self).__name__} does not define _kept")


class RandomStructured(_Structured):
    """Prunes `amount` of the slices along `dim`, whichever."""

    def _kept(self, t: Tensor, size: int, count: int) -> Array:
        drawn = random.rand(size)._array
        kept: Array = drawn > np.sort(drawn)[count - 1]
        return kept


class LnStructured(_Structured):
    """Prunes the `amount` of slices along `dim` whose norm of order `n` is smallest."""

    def __init__(self, amount: Any, n: Any, dim: int = -1) -> None:
        super().__init__(amount, dim)
        self.n = n

    def _kept(self, t: Tensor, size: int, count: int) -> Array:
        rows = np.moveaxis(t._array, self.dim, 0).reshape(size, -1)
        norms = np.linalg.norm(rows, "nuc" if self.n == "nuc" else float(self.n), axis=1) if size else rows
        kept = np.zeros(size, bool)
        kept[wrap(norms.astype(t._array.dtype)).topk(size - count)[1]._array] = True
        return kept


class CustomFromMask(BasePruningMethod):
    """Prunes what a given mask has as zero."""

    PRUNING_TYPE = "global"

    def __init__(self, mask: Tensor) -> None:
        self.mask = mask

    def compute_mask(self, t: Tensor, default_mask: Tensor) -> Tensor:
        if default_mask.shape != self.mask.shape:
            raise AssertionError(
                f"default_mask shape {default_mask.shape} must match self.mask shape {self.mask.shape}"
            )
        return wrap(default_mask._array * self.mask._array.astype(default_mask._array.dtype))


def identity(module: Any, name: str) -> Any:
    """Gives a parameter a mask of ones."""
    Identity.apply(module, name)
    return module


def random_unstructured(module: Any, name: str, amount: Any) -> Any:
    """Prunes `amount` (a fraction or a number) of a parameter's elements, whichever."""
    RandomUnstructured.apply(module, name, amount=amount)
    return module


def l1_unstructured(module: Any, name: str, amount: Any, importance_scores: Tensor | None = None) -> Any:
    """Prunes the `amount` (a fraction or a number) of a parameter's elements that are smallest."""
    L1Unstructured.apply(module, name, amount=amount, importance_scores=importance_scores)
    return module


def random_structured(module: Any, name: str, amount: Any, dim: int) -> Any:
    """Prunes `amount` of a parameter's slices along `dim`, whichever."""
    RandomStructured.apply(module, name, amount=amount, dim=dim)
    return module


def ln_structured(
    module: Any, name: str, amount: Any, n: Any, dim: int, importance_scores: Tensor | None = None
) -> Any:
    """Prunes the `amount` of a parameter's slices along `dim` whose norm of order `n` is smallest."""
    LnStructured.apply(module, name, amount=amount, n=n, dim=dim, importance_scores=importance_scores)
    return module


def custom_from_mask(module: Any, name: str, mask: Tensor) -> Any:
    """Prunes what `mask` has as zero."""
    CustomFromMask.apply(module, name, mask=mask)
    return module


def global_unstructured(
    parameters: Any, pruning_method: Any, importance_scores: dict[Any, Tensor] | None = None, **kwargs: Any
) -> None:
    """Prunes the elements of several parameters, pairs (module, name), as if they were one."""
    if not isinstance(parameters, Iterable):
        raise TypeError("global_unstructured(): parameters is not an Iterable")
    pairs = list(parameters)
    given = {} if importance_scores is None else importance_scores
    if not isinstance(given, dict):
        raise TypeError("global_unstructured(): importance_scores must be of type dict")
    held = [getattr(module, name) for module, name in pairs]
    scores = [given.get(pair, t).detach() for pair, t in zip(pairs, held, strict=True)]
    masks = [getattr(m, f"{n}_mask", creation.ones_like(t)) for (m, n), t in zip(pairs, held, strict=True)]
    method = pruning_method(**kwargs)
    if method.PRUNING_TYPE != "unstructured":
        raise TypeError(
            'Only "unstructured" PRUNING_TYPE supported for the `pruning_method`. Found method '
            f"{pruning_method} of type {method.PRUNING_TYPE}"
        )
    method._tensor_name = "temp"
    mask = PruningContainer(method).compute_mask(parameters_to_vector(scores), parameters_to_vector(masks))
    start = 0
    for (module, name), t in zip(pairs, held, strict=True):
        custom_from_mask(module, name, mask[start : start + t.numel()].view_as(t))
        start += t.numel()


def remove(module: Any, name: str) -> Any:
    """Makes the pruned values the parameter; ValueError where it is not pruned."""
    for number, hook in module._forward_pre_hooks.items():
        if isinstance(hook, BasePruningMethod) and hook._tensor_name == name:
            hook.remove(module)
            del module._forward_pre_hooks[number]
            return module
    raise ValueError(f"Parameter '{name}' of module {module} has to be pruned before pruning can be removed")


def is_pruned(module: Module) -> bool:
    """Whether a parameter of the module, or below, is pruned."""
    return any(isinstance(hook, BasePruningMethod) for m in module.modules() for hook in m._forward_pre_hooks.values())


def _check_amount(amount: Any) -> None:
    if not isinstance(amount, numbers.Real):
        raise TypeError(f"Invalid type for amount: {amount}. Must be int or float.")
    whole = isinstance(amount, numbers.Integral)
    if float(amount) < 0 or (not whole and float(amount) > 1):
        raise ValueError(f"amount={amount} should either be a float in the range [0, 1] or a non-negative integer")


def _count(amount: Any, size: int) -> int:
    """How many to prune; ValueError for more than there are."""
    if not isinstance(amount, numbers.Integral):
        return round(float(amount) * size)
    if int(amount) > size:
        raise ValueError(f"amount={amount} should be smaller than the number of parameters to prune={size}")
    return int(amount)
