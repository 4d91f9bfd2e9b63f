"""Parameter: a tensor that a module owns; Buffer: one that it only keeps; and both before they have a shape."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from autograd import creation, devices, dtypes
from autograd.printing import to_text
from autograd.tensor import Array, Tensor, make


class Parameter(Tensor):
    """`Parameter(data, requires_grad=True)`, sharing memory with `data`."""

    def __new__(cls, data: Tensor | None = None, requires_grad: bool = True) -> Any:
        t = make(cls, np.zeros(0, np.float32) if data is None else data._array)
        return t.requires_grad_(requires_grad)

    def __repr__(self) -> str:
        return "Parameter containing:\n" + to_text(self)

    def __deepcopy__(self, memo: dict[int, Any]) -> Any:
        # Without its gradient, as PyTorch copies one.
        copied = memo[id(self)] = self._remade(self._array.copy())
        return copied

    def _remade(self, array: Array) -> Tensor:
        copied = make(type(self), array)
        copied._requires_grad = self._requires_grad
        return copied


class Buffer(Tensor):
    """`Buffer(data)`: assigned to a module, it becomes one of its buffers."""

    persistent: bool = True

    def __new__(cls, data: Tensor | None = None, *, persistent: bool = True) -> Any:
        t = make(cls, np.zeros(0, np.float32) if data is None else data._array)
        t.persistent = persistent
        return t.requires_grad_(data is not None and data._requires_grad)


# Where a tensor's array is, behind the property that hides it below.
_ARRAY: Any = Tensor.__dict__["_array"]


class UninitializedTensorMixin:
    """A tensor of a lazy module before its first call: it has a dtype and no shape, and no op takes it."""

    __slots__ = ()

    cls_to_become: ClassVar[type[Tensor]]
    requires_grad: bool
    _requires_grad: bool

    @property
    def _array(self) -> Array:
        raise ValueError(
            "Attempted to use an uninitialized parameter. This error happens when you are using a `LazyModule` or "
            f"explicitly manipulating `torch.nn.parameter.{type(self).__name__}` objects. When using LazyModules Call "
            "`forward` with a dummy batch to initialize the parameters before calling torch functions"
        )

    @_array.setter
    def _array(self, array: Array) -> None:
        _ARRAY.__set__(self, array)

    @property
    def shape(self) -> Any:
        """RuntimeError: there is none yet."""
        raise RuntimeError(
            "Can't access the shape of an uninitialized parameter or buffer. This error usually happens in "
            "`load_state_dict` when trying to load an uninitialized parameter into an initialized one. Call `forward` "
            "to initialize the parameters before accessing their attributes."
        )

    @property
    def dtype(self) -> dtypes.dtype:
        """The element type it will have."""
        return dtypes.of(_ARRAY.__get__(self))

    @property
    def data(self) -> Any:
        """Itself: there are no numbers."""
        return self

    @data.setter
    def data(self, value: Tensor) -> None:
        _ARRAY.__set__(self, _ARRAY.__get__(value))

    def materialize(self, shape: Any, device: Any = None, dtype: Any = None) -> None:
        """Gives it a shape and memory; it is an ordinary parameter or buffer from here on."""
        array = creation.empty(*shape, dtype=self.dtype if dtype is None else dtype, device=device)._array
        self.__class__ = self.cls_to_become  # type: ignore[assignment]
        self._array = array

    def requires_grad_(self, requires_grad: bool = True) -> Any:
        """Sets whether gradients are wanted."""
        self._requires_grad = requires_grad  # type: ignore[misc]
        return self

    def is_floating_point(self) -> bool:
        """Whether the dtype is a floating type."""
        return bool(self.dtype.is_floating_point)

    def to(self, *args: Any, **kwargs: Any) -> Any:
        """In another dtype, still without a shape."""
        cast = Tensor.to(creation.empty(0, dtype=self.dtype), *args, **kwargs)
        return _uninitialized(type(self), self._requires_grad, None, cast.dtype)

    def float(self) -> Any:
        """In float32."""
        return self.to(dtypes.float32)

    def double(self) -> Any:
        """In float64."""
        return self.to(dtypes.float64)

    def half(self) -> Any:
        """In float16."""
        return self.to(dtypes.float16)

    def detach(self) -> Any:
        """Itself: there are no numbers."""
        return self

    def copy_(self, src: Any, non_blocking: bool = False) -> Any:
        """Accepts another uninitialized tensor; ValueError for any other."""
        return self if is_lazy(src) else self._array

    def share_memory_(self) -> Any:
        """RuntimeError: there is no memory yet."""
        raise RuntimeError(
            "Can't share memory on an uninitialized parameter or buffer. Call `forward` to initialize the parameters "
            "before calling `module.share_memory()`."
        )

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"

    def __deepcopy__(self, memo: dict[int, Any]) -> Any:
        copied = memo[id(self)] = _uninitialized(type(self), self._requires_grad, None, self.dtype)
        return copied

    def __reduce_ex__(self, protocol: Any) -> Any:
        return (_uninitialized, (type(self), self._requires_grad, None, self.dtype))


def _uninitialized(kind: Any, requires_grad: bool, device: Any, dtype: Any) -> Any:
    devices.check(device)
    t = make(kind, creation.empty(0, dtype=dtype)._array)
    t._requires_grad = requires_grad
    return t


class UninitializedParameter(UninitializedTensorMixin, Parameter):
    """A parameter whose shape is not known yet; `materialize(shape)` makes it a Parameter."""

    cls_to_become = Parameter

    def __new__(cls, requires_grad: bool = True, device: Any = None, dtype: Any = None) -> Any:
        return _uninitialized(cls, requires_grad, device, dtype)


class UninitializedBuffer(UninitializedTensorMixin, Tensor):
    """A buffer whose shape is not known yet; `materialize(shape)` makes it a Tensor."""

    cls_to_become = Tensor
    persistent: bool

    def __new__(
        cls, requires_grad: bool = False, device: Any = None, dtype: Any = None, persistent: bool = True
    ) -> Any:
        t = _uninitialized(cls, requires_grad, device, dtype)
        t.persistent = persistent
        return t


def is_lazy(param: Any) -> bool:
    """Whether a tensor has no shape yet."""
    return isinstance(param, UninitializedTensorMixin)
