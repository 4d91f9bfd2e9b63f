"""Tensor: a numpy array with a place in the graph. Its methods are the functions of `autograd.functions`."""

from __future__ import annotations

import builtins
import warnings
import weakref
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from autograd import devices, dtypes, engine, hooking, missing, mode, random, recording, writing
from autograd.clock import Memory, tick
from autograd.function import Function, Kept
from autograd.functions import (
    activation,
    arithmetic,
    choice,
    comparison,
    counting,
    cumulative,
    decompositions,
    diagonals,
    elementwise,
    gamma,
    gathering,
    gating,
    indexing,
    inplace,
    joining,
    linalg,
    older,
    pairs,
    piecewise,
    products,
    reduction,
    scattering,
    selection,
    smooth,
    special,
    statistics,
    strides,
)
from autograd.functions import baddbmm as batched
from autograd.functions import shape as shape_ops
from autograd.functions import softmax as softmaxes
from autograd.functions.common import shape_from, wrap_dim

Array = NDArray[Any]

_new = object.__new__


Kind = TypeVar("Kind", bound="Tensor")


class Size(tuple[int, ...]):
    """A shape; prints as `torch.Size([2, 3])`."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"torch.Size([{', '.join(map(str, self))}])"

    def numel(self) -> int:
        """The number of elements."""
        return int(np.prod(self, dtype=np.int64))


class RemovableHandle:
    """What registering a hook returns."""

    def __init__(self, hooks: dict[int, Any], hook: Any) -> None:
        self.hooks = hooks
        self.id = tick()
        hooks[self.id] = hook

    def remove(self) -> None:
        """Unregisters the hook."""
        self.hooks.pop(self.id, None)

    def __enter__(self) -> RemovableHandle:
        return self

    def __exit__(self, *exception: object) -> None:
        self.remove()


def wrap(array: Any) -> Tensor:
    """A Tensor over `array` itself (not a copy), outside the graph."""
    t = _new(Tensor)  # `make`, without the call: every op ends here
    t._array = array if type(array) is np.ndarray else np.asarray(array)
    t._requires_grad = False
    t._edge = None
    t._memory = None
    t.number = tick()
    return t


def make(kind: type[Kind], array: Array) -> Kind:
    """A Tensor of a subclass over `array`."""
    t = _new(kind)
    t._array = array
    t._requires_grad = False
    t._edge = None
    t._memory = None
    t.number = tick()
    return t


def memory_of(t: Tensor) -> Memory:
    """What `t` has in common with tensors that share its memory."""
    memory = t._memory
    if memory is None:
        memory = t._memory = Memory()
        if t._edge is not None and t._edge[0]._saves_output:
            # From here on the output may be written, and its node may not know of it otherwise.
            node = t._edge[0]
            if node.kept is None:
                node.kept = Kept()
            node.kept.memories.append(memory)
    return memory


def share(t: Tensor) -> None:
    """Notes that something outside the graph looks into the array of `t`: a step must then write in place."""
    memory_of(t).shared = True


def is_shared(t: Tensor) -> bool:
    """Whether something outside the graph may look into the array of `t`."""
    return t._memory is not None and t._memory.shared


def register_views(base: Tensor, views: tuple[Tensor, ...]) -> None:
    """Remembers, weakly, what looks into `base` (see viewing.py); the dead are swept out when the list has doubled."""
    held = base._views
    if held is None:
        held = base._views = [64]
    held.extend([weakref.ref(v) for v in views])
    if len(held) > held[0]:
        held[1:] = [r for r in held[1:] if r() is not None]
        held[0] = 2 * len(held) + 64


class Tensor:
    """A multi-dimensional array of one dtype that may be part of a graph.

    `Tensor(2, 3)` makes zeros of that shape and `Tensor([1, 2])` float32 numbers, as PyTorch's older constructor does;
    prefer `autograd.tensor`.
    """

    # What every tensor has. The rest is rare, so it has its value on the class and is stored where it differs; scripts
    # may hang attributes of their own on a tensor, as in PyTorch.
    __slots__ = ("__dict__", "__weakref__", "_array", "_edge", "_memory", "_requires_grad", "number")

    # numpy leaves `array * tensor` to us.
    __array_priority__ = 1000

    _array: Array
    _requires_grad: builtins.bool
    _edge: tuple[Function, builtins.int] | None
    _grad: Tensor | None = None
    _base: Tensor | None = None
    _views: list[Any] | None = None  # weak references to what looks into it, after the length at which to sweep
    _hooks: dict[builtins.int, Any] | None = None
    _after_hooks: dict[builtins.int, Any] | None = None
    _alias: tuple[str, Any] | None = None
    _inference: builtins.bool = False
    _memory: Memory | None
    number: builtins.int

    def __new__(cls, *args: Any, **kwargs: Any) -> Any:
        if len(args) == 1 and not isinstance(args[0], builtins.int):
            source = args[0]
            array = source._array if isinstance(source, Tensor) else np.array(source, np.float32)
            return wrap(array)
        return wrap(np.zeros(args, np.float32))

    # -- what it is ------------------------------------------------------------------------------------------------

    @property
    def shape(self) -> Size:
        """The size of each dimension."""
        return Size(self._array.shape)

    @property
    def dtype(self) -> dtypes.dtype:
        """The element type."""
        return dtypes.of(self._array)

    @property
    def device(self) -> devices.device:
        """Always the CPU."""
        return devices.CPU

    @property
    def ndim(self) -> builtins.int:
        """The number of dimensions."""
        return self._array.ndim

    @property
    def layout(self) -> str:
        """Always strided."""
        return "torch.strided"

    @property
    def nbytes(self) -> builtins.int:
        """The bytes of all elements."""
        return self._array.nbytes

    @property
    def itemsize(self) -> builtins.int:
        """The bytes of one element."""
        return self._array.itemsize

    is_cpu = True
    is_cuda = False
    is_sparse = False
    is_mps = False
    is_quantized = False

    def size(self, dim: builtins.int | None = None) -> Any:
        """The shape, or the size of one dimension."""
        return self.shape if dim is None else self._array.shape[wrap_dim(dim, self._array.ndim)]

    def dim(self) -> builtins.int:
        """The number of dimensions."""
        return self._array.ndim

    def numel(self) -> builtins.int:
        """The number of elements."""
        return self._array.size

    nelement = numel
    ndimension = dim

    def element_size(self) -> builtins.int:
        """The bytes of one element."""
        return self._array.itemsize

    def stride(self, dim: builtins.int | None = None) -> Any:
        """The steps in memory from element to element along each dimension."""
        steps = tuple(s // self._array.itemsize for s in self._array.strides)
        return steps if dim is None else steps[dim]

    def is_contiguous(self, memory_format: Any = None) -> builtins.bool:
        """Whether the elements lie in memory in order."""
        return self._array.flags.c_contiguous

    def is_floating_point(self) -> builtins.bool:
        """Whether the dtype is a floating type."""
        return self._array.dtype.kind == "f"

    def is_complex(self) -> builtins.bool:
        """Always False."""
        return False

    def data_ptr(self) -> builtins.int:
        """The address of the first element."""
        return builtins.int(self._array.__array_interface__["data"][0])

    # -- the graph -------------------------------------------------------------------------------------------------

    @property
    def requires_grad(self) -> builtins.bool:
        """Whether gradients are wanted."""
        return self._requires_grad

    @requires_grad.setter
    def requires_grad(self, value: builtins.bool) -> None:
        self.requires_grad_(value)

    def requires_grad_(self, requires_grad: builtins.bool = True) -> Tensor:
        """Sets whether gradients are wanted; RuntimeError for integers, or to unset it inside a graph."""
        if requires_grad and self._inference and not mode.inference:
            raise RuntimeError("Setting requires_grad=True on inference tensor outside InferenceMode is not allowed.")
        if requires_grad and self._array.dtype.kind != "f":
            raise RuntimeError("only Tensors of floating point and complex dtype can require gradients")
        if self._edge is not None and not requires_grad:
            raise RuntimeError(
                "you can only change requires_grad flags of leaf variables. If you want to use a computed variable in "
                "a subgraph that doesn't require differentiation use var_no_grad = var.detach()."
            )
        self._requires_grad = builtins.bool(requires_grad)
        return self

    def is_inference(self) -> builtins.bool:
        """Whether an op in `inference_mode` made it."""
        return self._inference

    @property
    def is_leaf(self) -> builtins.bool:
        """Whether no op of the graph made it."""
        return self._edge is None

    @property
    def grad_fn(self) -> Function | None:
        """The node that made it."""
        return None if self._edge is None else self._edge[0]

    @property
    def output_nr(self) -> builtins.int:
        """Its place among the outputs of its node."""
        return 0 if self._edge is None else self._edge[1]

    @property
    def _version(self) -> builtins.int:
        """How often it, or what it shares memory with, was written in place."""
        return 0 if self._memory is None else self._memory.version

    @property
    def grad(self) -> Tensor | None:
        """The gradient that `backward` accumulated, or None."""
        grad = self._grad
        if grad is None and self._edge is not None and not self.retains_grad:
            warnings.warn(
                "The .grad attribute of a Tensor that is not a leaf Tensor is being accessed. Its .grad attribute "
                "won't be populated during autograd.backward(). If you indeed want the .grad field to be populated for "
                "a non-leaf Tensor, use .retain_grad() on the non-leaf Tensor. If you access the non-leaf Tensor by "
                "mistake, make sure you access the leaf Tensor instead.",
                UserWarning,
                stacklevel=2,
            )
        if grad is not None and grad._alias is None:
            # Noted once a script can write to it, and not at every backward.
            grad._alias = "grad", weakref.ref(self)
        return grad

    @grad.setter
    def grad(self, value: Tensor | None) -> None:
        before = self._grad
        if value is None:
            self._grad = None
            if recording.current is not None and before is not None and self._edge is None:
                recording.current.zero_grad(self, before._array, None)
            return
        if not isinstance(value, Tensor):
            raise TypeError(f"assigned grad expected to be a Tensor or None but got {type(value).__name__}")
        if value._array.shape != self._array.shape:
            raise RuntimeError(
                f"assigned grad has data of a different size: {list(value._array.shape)} for a tensor of "
                f"{list(self._array.shape)}"
            )
        if value._array.dtype != self._array.dtype:
            raise RuntimeError("assigned grad has data of a different type")
        self._grad = value
        if value._alias is None:
            value._alias = "grad", weakref.ref(self)
        if recording.current is not None and self._edge is None and before is not value:
            writing.tell_gradient(self, None if before is None else before._array)

    @grad.deleter
    def grad(self) -> None:
        self.grad = None

    def _set_grad_array(self, array: Array) -> None:
        """Makes `array` the gradient, in the gradient's Tensor where there is one."""
        if self._grad is None:
            self._grad = wrap(array)
        else:
            self._grad._array = array

    @property
    def data(self) -> Tensor:
        """The same numbers outside the graph; writing to it is not tracked (its version counter is its own)."""
        share(self)
        t = wrap(self._array)
        t._alias = "data", weakref.ref(self)
        return t

    @data.setter
    def data(self, value: Tensor) -> None:
        before = self._array
        self._array = value._array
        if recording.current is not None and before is not self._array:
            leaf = writing.stands_for(self)
            if leaf is not None and leaf[0] == "data":
                recording.current.edit(leaf[1], before, self._array)
            elif leaf is not None:
                writing.tell_gradient(leaf[1], before)

    def detach(self) -> Tensor:
        """The same numbers outside the graph, sharing memory and version counter."""
        t = self.data
        t._memory = self._memory
        return t

    def detach_(self) -> Tensor:
        """Takes it out of the graph. RuntimeError for a view."""
        if self._base is not None:
            raise RuntimeError("Can't detach views in-place. Use detach() instead.")
        self._edge = None
        self._requires_grad = False
        return self

    def backward(
        self,
        gradient: Tensor | None = None,
        retain_graph: builtins.bool | None = None,
        create_graph: builtins.bool = False,
        inputs: Any = None,
    ) -> None:
        """Adds to the `.grad` of every leaf its derivative; `gradient` is needed unless there is one element.

        RuntimeError where nothing requires a gradient, on a second call without `retain_graph`, and where a saved
        tensor was written since.
        """
        if isinstance(inputs, Tensor):
            inputs = [inputs]
        engine.backward([self], [gradient], retain_graph, create_graph, inputs)

    def retain_grad(self) -> None:
        """Keeps `.grad` though it is not a leaf."""
        if not self._requires_grad:
            raise RuntimeError("can't retain_grad on Tensor that has requires_grad=False")
        if self._edge is None or self.retains_grad:
            return
        node, slot = self._edge
        reference = weakref.ref(self)

        def keep(gradient: Tensor) -> None:
            t = reference()
            if t is not None:
                t._set_grad_array(gradient._array if t._grad is None else np.asarray(t._grad._array + gradient._array))

        # Marked on the tensor by an entry that no handle has.
        self._hooks = {-1: keep} if self._hooks is None else {**self._hooks, -1: keep}
        hooks_at(node, slot)[-1] = keep

    @property
    def retains_grad(self) -> builtins.bool:
        """Whether a tensor that is not a leaf keeps its gradient."""
        return self._edge is not None and self._hooks is not None and -1 in self._hooks

    def register_hook(self, hook: Callable[[Tensor], Tensor | None]) -> RemovableHandle:
        """Calls `hook(gradient)` in backward; what it returns, if anything, replaces the gradient."""
        if not self._requires_grad:
            raise RuntimeError("cannot register a hook on a tensor that doesn't require gradient")
        if self._edge is None:
            if self._hooks is None:
                self._hooks = {}
            return RemovableHandle(self._hooks, hook)
        return RemovableHandle(hooks_at(*self._edge), hook)

    def register_post_accumulate_grad_hook(self, hook: Callable[[Tensor], None] | hooking.AtLeaf) -> RemovableHandle:
        """Calls `hook(leaf)` after its `.grad` was written."""
        if self._edge is not None:
            raise RuntimeError("post accumulate grad hooks cannot be registered on non-leaf tensors")
        if self._after_hooks is None:
            self._after_hooks = {}
        return RemovableHandle(self._after_hooks, hook)

    # -- out of the core -------------------------------------------------------------------------------------------

    def item(self) -> Any:
        """The one number, as Python's; RuntimeError for more than one."""
        if self._array.size != 1:
            raise RuntimeError(f"a Tensor with {self._array.size} elements cannot be converted to Scalar")
        return self._array.item()

    def tolist(self) -> Any:
        """Nested lists of Python numbers."""
        return self._array.tolist()

    def numpy(self, *, force: builtins.bool = False) -> Array:
        """The array itself, sharing memory; RuntimeError where a gradient is wanted, unless `force`."""
        if self._requires_grad and not force:
            raise RuntimeError("Can't call numpy() on Tensor that requires grad. Use tensor.detach().numpy() instead.")
        share(self)
        return self._array

    def __array__(self, dtype: Any = None, copy: Any = None) -> Array:
        array = self.numpy()
        return array if dtype is None else array.astype(dtype, copy=False)

    def __array_wrap__(self, array: Array, context: Any = None, return_scalar: builtins.bool = False) -> Tensor:
        # What numpy's functions make of a tensor is a tensor.
        return wrap(array)

    def cpu(self) -> Tensor:
        """Itself."""
        return self

    def cuda(self, device: Any = None, non_blocking: builtins.bool = False) -> Tensor:
        """AssertionError: there is no GPU."""
        devices.check("cuda")
        return self

    def to(self, *args: Any, **kwargs: Any) -> Tensor:
        """Another dtype (`to(torch.float64)`, `to(other)`), or the CPU; AssertionError for another device."""
        wanted = kwargs.get("dtype")
        devices.check(kwargs.get("device"))
        for a in args:
            if isinstance(a, dtypes.dtype):
                wanted = a
            elif isinstance(a, Tensor):
                wanted = a.dtype
            elif not isinstance(a, builtins.bool) and a is not None:
                devices.check(a)
        result = self if wanted is None else elementwise.cast(self, wanted)
        return result.clone() if kwargs.get("copy") and result is self else result

    def type(self, dtype: Any = None) -> Any:
        """The older name of its type, or a copy in another dtype."""
        names = {"float32": "Float", "float64": "Double", "float16": "Half", "int64": "Long", "int32": "Int",
                 "int16": "Short", "int8": "Char", "uint8": "Byte", "bool": "Bool"}  # fmt: skip
        if dtype is None:
            return f"torch.{names[self.dtype.name]}Tensor"
        if isinstance(dtype, str):
            plain = dtype.removeprefix("torch.").removesuffix("Tensor")
            dtype = getattr(dtypes, {v: k for k, v in names.items()}[plain])
        return self.to(getattr(dtype, "dtype", dtype))

    def type_as(self, other: Tensor) -> Tensor:
        """In the dtype of `other`."""
        return self.to(other.dtype)

    def _new(self, array: Array, device: Any, requires_grad: builtins.bool) -> Tensor:
        devices.check(device)
        return wrap(array).requires_grad_(requires_grad)

    def _kind(self, dtype: Any) -> Any:
        return self._array.dtype if dtype is None else dtype.numpy

    def new(self, *args: Any, device: Any = None) -> Tensor:
        """PyTorch's older constructor: `new(2, 3)` is a tensor of that shape and `new([1, 2])` of those numbers."""
        data = args[0] if len(args) == 1 and not isinstance(args[0], (builtins.int, Size)) else None
        if data is not None:
            return self._new(
                np.array(data._array if isinstance(data, Tensor) else data, self._kind(None)), device, False
            )
        return self._new(np.zeros(shape_from(args) if args else (0,), self._kind(None)), device, False)

    def new_tensor(
        self, data: Any, *, dtype: Any = None, device: Any = None, requires_grad: builtins.bool = False
    ) -> Tensor:
        """A new tensor of its dtype."""
        data = data._array if isinstance(data, Tensor) else data
        return self._new(np.array(data, self._kind(dtype)), device, requires_grad)

    def new_zeros(
        self, *size: Any, dtype: Any = None, device: Any = None, requires_grad: builtins.bool = False
    ) -> Tensor:
        """Zeros of its dtype."""
        return self._new(np.zeros(shape_from(size), self._kind(dtype)), device, requires_grad)

    def new_ones(
        self, *size: Any, dtype: Any = None, device: Any = None, requires_grad: builtins.bool = False
    ) -> Tensor:
        """Ones of its dtype."""
        return self._new(np.ones(shape_from(size), self._kind(dtype)), device, requires_grad)

    def new_full(
        self, size: Any, fill_value: Any, dtype: Any = None, device: Any = None, requires_grad: builtins.bool = False
    ) -> Tensor:
        """One number, of its dtype."""
        value = fill_value.item() if isinstance(fill_value, Tensor) else fill_value
        return self._new(np.full(shape_from((size,)), value, self._kind(dtype)), device, requires_grad)

    new_empty = new_zeros

    def share_memory_(self) -> Tensor:
        """Itself: there are no other processes."""
        return self

    def pin_memory(self) -> Tensor:
        """Itself: there is no GPU."""
        return self

    def apply_(self, function: Callable[[Any], Any]) -> Tensor:
        """Replaces each element by `function(element)`."""
        flat = [function(v) for v in self._array.ravel().tolist()]
        writing.store(self, np.array(flat, self._array.dtype).reshape(self._array.shape))
        return self

    def map_(self, tensor: Tensor, function: Callable[[Any, Any], Any]) -> Tensor:
        """Replaces each element by `function(element, element of tensor)`."""
        if self._requires_grad:
            raise TypeError("Can't call map_() on Variable that requires grad. Use var.detach().map_() instead.")
        others = np.broadcast_to(tensor._array, self._array.shape).ravel().tolist()
        flat = [function(a, b) for a, b in zip(self._array.ravel().tolist(), others, strict=True)]
        writing.store(self, np.array(flat, self._array.dtype).reshape(self._array.shape))
        return self

    def is_signed(self) -> builtins.bool:
        """Whether the dtype has negative numbers."""
        return self._array.dtype.kind in "if"

    def is_set_to(self, tensor: Tensor) -> builtins.bool:
        """Whether both look into the same memory in the same way."""
        a, b = self._array, tensor._array
        return a.shape == b.shape and a.strides == b.strides and self.data_ptr() == tensor.data_ptr()

    def is_pinned(self) -> builtins.bool:
        """Always False: there is no GPU."""
        return False

    def is_shared(self) -> builtins.bool:
        """Always False: there are no other processes."""
        return False

    # -- Python's protocols ----------------------------------------------------------------------------------------

    def __repr__(self) -> str:
        from autograd.printing import to_text

        return to_text(self)

    def __format__(self, spec: str) -> str:
        if not self._array.ndim and type(self) is Tensor:
            return format(self._array.item(), spec)
        return object.__format__(self, spec)

    def __hash__(self) -> builtins.int:
        return self.number

    def __len__(self) -> builtins.int:
        if not self._array.ndim:
            raise TypeError("len() of a 0-d tensor")
        return len(self._array)

    def __iter__(self) -> Iterator[Tensor]:
        if not self._array.ndim:
            raise TypeError("iteration over a 0-d tensor")
        return iter(joining.unbind(self))

    def __contains__(self, value: Any) -> builtins.bool:
        return builtins.bool(np.any(self._array == (value._array if isinstance(value, Tensor) else value)))

    def __bool__(self) -> builtins.bool:
        if self._array.size != 1:
            raise RuntimeError(
                "Boolean value of Tensor with "
                + ("no values" if not self._array.size else "more than one value")
                + " is ambiguous"
            )
        return builtins.bool(self._array.item())

    def __float__(self) -> builtins.float:
        return builtins.float(self.item())

    def __int__(self) -> builtins.int:
        return builtins.int(self.item())

    def __index__(self) -> builtins.int:
        if self._array.dtype.kind == "f" or self._array.size != 1:
            raise TypeError("only integer tensors of a single element can be converted to an index")
        return builtins.int(self._array.item())

    def __deepcopy__(self, memo: dict[builtins.int, Any]) -> Any:
        if self._edge is not None:
            raise RuntimeError(
                "Only Tensors created explicitly by the user (graph leaves) support the deepcopy protocol at the "
                "moment."
            )
        copied = self._remade(self._array.copy())
        if self._grad is not None:
            copied._set_grad_array(self._grad._array.copy())
        memo[id(self)] = copied
        return copied

    def _remade(self, array: Array) -> Tensor:
        """A leaf of the same kind over another array."""
        t = wrap(array)
        t._requires_grad = self._requires_grad
        return t

    def __reduce_ex__(self, protocol: Any) -> Any:
        return (_rebuild, (type(self), self._array, self._requires_grad))

    def __dir__(self) -> list[str]:
        return sorted(set(object.__dir__(self)))

    # -- the functions, as methods ---------------------------------------------------------------------------------

    __add__ = __radd__ = add = arithmetic.add
    __sub__ = sub = subtract = arithmetic.sub
    __rsub__ = rsub = arithmetic.rsub
    __mul__ = __rmul__ = mul = multiply = arithmetic.mul
    __truediv__ = div = divide = true_divide = arithmetic.div
    __rtruediv__ = elementwise.rdiv
    __floordiv__ = floor_divide = arithmetic.floor_divide
    __mod__ = remainder = arithmetic.remainder
    __pow__ = pow = arithmetic.pow
    __rpow__ = arithmetic.rpow
    __neg__ = neg = negative = elementwise.neg
    __abs__ = abs = absolute = elementwise.abs
    __matmul__ = matmul = linalg.matmul
    __rmatmul__ = linalg.rmatmul
    maximum = arithmetic.maximum
    minimum = arithmetic.minimum

    __eq__ = comparison.eq  # type: ignore[assignment]
    __ne__ = comparison.ne  # type: ignore[assignment]
    eq, ne = comparison.eq, comparison.ne
    __lt__ = lt = comparison.lt
    __le__ = le = comparison.le
    __gt__ = gt = comparison.gt
    __ge__ = ge = comparison.ge
    __and__ = __rand__ = bitwise_and = comparison.bitwise_and
    __or__ = __ror__ = bitwise_or = comparison.bitwise_or
    __xor__ = __rxor__ = bitwise_xor = comparison.bitwise_xor
    __invert__ = bitwise_not = comparison.bitwise_not
    logical_and, logical_or = comparison.logical_and, comparison.logical_or
    logical_xor, logical_not = comparison.logical_xor, comparison.logical_not
    isnan, isinf, isfinite = comparison.isnan, comparison.isinf, comparison.isfinite
    less, less_equal, greater = comparison.lt, comparison.le, comparison.gt
    greater_equal, not_equal = comparison.ge, comparison.ne
    isposinf, isneginf, isreal = comparison.isposinf, comparison.isneginf, comparison.isreal
    signbit, is_nonzero, is_same_size = comparison.signbit, comparison.is_nonzero, comparison.is_same_size
    isclose, allclose, equal = comparison.isclose, comparison.allclose, comparison.equal

    exp, expm1, log, log2 = elementwise.exp, elementwise.expm1, elementwise.log, elementwise.log2
    log10, log1p, sqrt, rsqrt = elementwise.log10, elementwise.log1p, elementwise.sqrt, elementwise.rsqrt
    reciprocal, sign, floor, ceil = elementwise.reciprocal, elementwise.sign, elementwise.floor, elementwise.ceil
    round, trunc, square, lerp = elementwise.round, elementwise.trunc, elementwise.square, pairs.lerp
    sin, cos, tan = elementwise.sin, elementwise.cos, elementwise.tan
    __pos__ = positive = elementwise.positive
    sgn, fix = elementwise.sgn, elementwise.trunc
    sinh, cosh, sinc = smooth.sinh, smooth.cosh, smooth.sinc
    asin = arcsin = smooth.asin
    acos = arccos = smooth.acos
    atan = arctan = smooth.atan
    asinh = arcsinh = smooth.asinh
    acosh = arccosh = smooth.acosh
    atanh = arctanh = smooth.atanh
    exp2, erfc, erfinv, i0 = smooth.exp2, smooth.erfc, smooth.erfinv, smooth.i0
    logit, frac, nan_to_num = smooth.logit, smooth.frac, smooth.nan_to_num
    deg2rad, rad2deg = smooth.deg2rad, smooth.rad2deg
    atan2 = arctan2 = pairs.atan2
    hypot, logaddexp, logaddexp2 = pairs.hypot, pairs.logaddexp, pairs.logaddexp2
    fmod, copysign, fmax, fmin = pairs.fmod, pairs.copysign, pairs.fmax, pairs.fmin
    float_power, ldexp, frexp = pairs.float_power, pairs.ldexp, pairs.frexp
    nextafter, heaviside, gcd, lcm = pairs.nextafter, pairs.heaviside, pairs.gcd, pairs.lcm
    __lshift__ = bitwise_left_shift = pairs.bitwise_left_shift
    __rshift__ = bitwise_right_shift = pairs.bitwise_right_shift
    addcmul, addcdiv = pairs.addcmul, pairs.addcdiv
    clamp = clip = choice.clamp
    clamp_min, clamp_max = choice.clamp_min, choice.clamp_max
    masked_fill, clone = choice.masked_fill, elementwise.clone
    sigmoid, tanh, erf, xlogy = activation.sigmoid, activation.tanh, special.erf, special.xlogy
    hardshrink, prelu = piecewise.hardshrink, gating.prelu
    lgamma, digamma, mvlgamma, polygamma = gamma.lgamma, gamma.digamma, gamma.mvlgamma, gamma.polygamma_of

    sum, mean, prod, var, std = reduction.sum, reduction.mean, reduction.prod, reduction.var, reduction.std
    max, min, amax, amin = selection.max, selection.min, reduction.amax, reduction.amin
    argmax, argmin, sort, argsort = selection.argmax, selection.argmin, selection.sort, selection.argsort
    topk, cumsum, logsumexp, norm = selection.topk, reduction.cumsum, reduction.logsumexp, reduction.norm
    all, any, count_nonzero = reduction.all, reduction.any, reduction.count_nonzero
    median, nanmedian, kthvalue = selection.median, selection.nanmedian, selection.kthvalue
    mode, aminmax, msort = selection.mode, selection.aminmax, selection.msort

    cumprod, cummax, cummin = cumulative.cumprod, cumulative.cummax, cumulative.cummin
    logcumsumexp, diff = cumulative.logcumsumexp, cumulative.diff
    nansum, nanmean, dist, renorm = statistics.nansum, statistics.nanmean, statistics.dist, statistics.renorm
    quantile, nanquantile = statistics.quantile, statistics.nanquantile
    cov, corrcoef = statistics.cov, statistics.corrcoef

    cross, kron, inner, vdot = products.cross, products.kron, products.inner, products.vdot
    mm, bmm, mv, dot, outer, addmm = linalg.mm, linalg.bmm, linalg.mv, linalg.dot, linalg.outer, linalg.addmm
    baddbmm = batched.baddbmm
    addbmm, addmv, addr, ger = linalg.addbmm, linalg.addmv, linalg.addr, linalg.outer
    det, logdet, inverse, pinverse = decompositions.det, decompositions.logdet, decompositions.inv, decompositions.pinv
    matrix_exp, matrix_power = decompositions.matrix_exp, decompositions.matrix_power
    cholesky_solve, cholesky_inverse = decompositions.cholesky_solve, decompositions.cholesky_inverse
    cholesky, qr, svd = older.cholesky, older.qr, older.svd

    view, reshape, view_as, reshape_as = shape_ops.view, shape_ops.reshape, shape_ops.view_as, shape_ops.view_as
    flatten, unflatten, squeeze = shape_ops.flatten, shape_ops.unflatten, shape_ops.squeeze
    unsqueeze, transpose, t, permute = shape_ops.unsqueeze, shape_ops.transpose, shape_ops.t, shape_ops.permute
    swapaxes = swapdims = shape_ops.transpose
    movedim = moveaxis = shape_ops.movedim
    expand, expand_as, broadcast_to = shape_ops.expand, shape_ops.expand_as, shape_ops.broadcast_to
    flip, fliplr, flipud, roll = shape_ops.flip, shape_ops.fliplr, shape_ops.flipud, shape_ops.roll
    rot90, ravel, adjoint, contiguous = shape_ops.rot90, shape_ops.ravel, shape_ops.adjoint, shape_ops.contiguous
    tril, triu, unfold, as_strided = shape_ops.tril, shape_ops.triu, strides.unfold, strides.as_strided
    diagonal, diag, diagflat = diagonals.diagonal, diagonals.diag, diagonals.diagflat
    diag_embed, diagonal_scatter = diagonals.diag_embed, diagonals.diagonal_scatter
    trace, fill_diagonal_ = diagonals.trace, diagonals.fill_diagonal_
    split, split_with_sizes, chunk = joining.split, joining.split_with_sizes, joining.chunk
    tensor_split, unbind = joining.tensor_split, joining.unbind
    hsplit, vsplit, dsplit = joining.hsplit, joining.vsplit, joining.dsplit
    repeat, tile, repeat_interleave = joining.repeat, joining.tile, joining.repeat_interleave

    __getitem__, __setitem__ = indexing.getitem, indexing.setitem
    index_put, index_put_ = indexing.index_put, indexing.index_put_
    select, narrow = indexing.select, indexing.narrow
    select_scatter, slice_scatter = indexing.select_scatter, indexing.slice_scatter
    gather, take_along_dim = gathering.gather, gathering.take_along_dim
    scatter, scatter_ = gathering.scatter, gathering.scatter_
    scatter_add, scatter_add_ = gathering.scatter_add, gathering.scatter_add_
    scatter_reduce, scatter_reduce_ = scattering.scatter_reduce, scattering.scatter_reduce_
    index_select, index_add, index_add_ = gathering.index_select, gathering.index_add, gathering.index_add_
    index_copy, index_copy_ = gathering.index_copy, gathering.index_copy_
    index_fill, index_fill_ = gathering.index_fill, gathering.index_fill_
    index_reduce, index_reduce_ = scattering.index_reduce, scattering.index_reduce_
    take, put, put_ = gathering.take, gathering.put, gathering.put_
    masked_select, masked_scatter = gathering.masked_select, gathering.masked_scatter
    masked_scatter_ = gathering.masked_scatter_
    nonzero, argwhere, unique = counting.nonzero, counting.argwhere, counting.unique
    unique_consecutive, bincount = counting.unique_consecutive, counting.bincount
    histc, histogram = counting.histc, counting.histogram

    __iadd__ = add_ = inplace.add_
    __isub__ = sub_ = inplace.sub_
    __imul__ = mul_ = inplace.mul_
    __itruediv__ = div_ = inplace.div_
    __ipow__ = pow_ = inplace.pow_
    addcmul_, addcdiv_, lerp_ = inplace.addcmul_, inplace.addcdiv_, inplace.lerp_
    relu_, sigmoid_, tanh_ = activation.relu_, activation.sigmoid_, activation.tanh_
    neg_, exp_, log_ = inplace.TABLE["neg_"], inplace.TABLE["exp_"], inplace.TABLE["log_"]
    sqrt_, abs_, clamp_ = inplace.TABLE["sqrt_"], inplace.TABLE["abs_"], inplace.clamp_
    masked_fill_, fill_, zero_, copy_ = inplace.masked_fill_, inplace.fill_, inplace.zero_, inplace.copy_
    normal_, uniform_, random_, bernoulli_ = random.normal_, random.uniform_, random.random_, random.bernoulli_
    bernoulli, multinomial = random.bernoulli, random.multinomial
    cauchy_, exponential_ = random.cauchy_, random.exponential_
    geometric_, log_normal_ = random.geometric_, random.log_normal_

    def relu(self) -> Tensor:
        """The positive part."""
        return activation.relu(self)

    def softmax(self, dim: builtins.int, dtype: Any = None) -> Tensor:
        """Exponentials along `dim`, divided by their sum."""
        return softmaxes.softmax(self, dim, dtype=dtype)

    def log_softmax(self, dim: builtins.int, dtype: Any = None) -> Tensor:
        """The logarithm of `softmax`."""
        return softmaxes.log_softmax(self, dim, dtype=dtype)

    def where(self, condition: Tensor, other: Any) -> Tensor:
        """Its elements where `condition`, else those of `other`."""
        return choice.where(condition, self, other)  # type: ignore[no-any-return]

    @property
    def T(self) -> Tensor:
        """The transpose of a matrix."""
        return shape_ops.permute(self, *reversed(range(self._array.ndim)))

    @property
    def mT(self) -> Tensor:
        """The last two dimensions exchanged."""
        return shape_ops.transpose(self, -2, -1)

    H = T
    mH = mT

    # Last, because they hide Python's types inside the class.

    def byte(self) -> Tensor:
        """As uint8."""
        return elementwise.cast(self, dtypes.uint8)

    def char(self) -> Tensor:
        """As int8."""
        return elementwise.cast(self, dtypes.int8)

    def short(self) -> Tensor:
        """As int16."""
        return elementwise.cast(self, dtypes.int16)

    def half(self) -> Tensor:
        """As float16."""
        return elementwise.cast(self, dtypes.float16)

    def double(self) -> Tensor:
        """As float64."""
        return elementwise.cast(self, dtypes.float64)

    def long(self) -> Tensor:
        """As int64."""
        return elementwise.cast(self, dtypes.int64)

    def float(self) -> Tensor:
        """As float32."""
        return elementwise.cast(self, dtypes.float32)

    def int(self) -> Tensor:
        """As int32."""
        return elementwise.cast(self, dtypes.int32)

    def bool(self) -> Tensor:
        """Whether each is non-zero."""
        return elementwise.cast(self, dtypes.bool)


for _name in missing.of("Tensor"):
    # No `__getattr__`, for whose sake Python would look up every attribute of every tensor the slow way.
    setattr(Tensor, _name, missing.Missing("Tensor", _name))

# The ops in place that are made from their plain ones; those above are written out.
for _name, _op in inplace.TABLE.items():
    if _name not in vars(Tensor):
        setattr(Tensor, _name, _op)


def hooks_at(node: Function, slot: int) -> dict[int, Any]:
    """The hooks on one output of a node."""
    if node.hooks is None:
        node.hooks = {}
    hooks: dict[int, Any] = node.hooks.setdefault(slot, {})
    return hooks


def _rebuild(kind: type[Tensor], array: Array, requires_grad: bool) -> Tensor:
    t = make(kind, array)
    t._requires_grad = requires_grad
    return t
