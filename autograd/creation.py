"""Tensors from values, and tensors of constants."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograd import devices, dtypes
from autograd.functions.common import shape_from
from autograd.tensor import Tensor, wrap

DType = dtypes.dtype | None


def _made(array: NDArray[Any], device: Any, requires_grad: bool) -> Tensor:
    devices.check(device)
    t = wrap(array)
    return t.requires_grad_() if requires_grad else t


def _array_from(data: Any, dtype: DType) -> NDArray[Any]:
    """A new array of a value: numbers, nested sequences, arrays, tensors."""
    if isinstance(data, Tensor):
        return data._array.astype(data._array.dtype if dtype is None else dtype.numpy)
    if isinstance(data, (list, tuple)) and _holds_tensors(data):
        data = _plain(data)
    if isinstance(data, (np.ndarray, np.generic)):
        array = np.array(data, None if dtype is None else dtype.numpy)
        dtypes.of(array)
        return array
    try:
        array = np.array(data)
    except ValueError:
        raise ValueError(f"expected sequence of equal length at every depth, got {data!r:.60}") from None
    if array.dtype.kind == "O" and None in array.reshape(-1).tolist():
        raise RuntimeError("Could not infer dtype of NoneType")
    if array.dtype.kind in "OUS":
        raise TypeError(f"new(): invalid data type '{type(data).__name__}'")
    if dtype is not None:
        return array.astype(dtype.numpy)
    # Python's numbers: a float anywhere gives the default type, whole numbers int64.
    if array.dtype.kind == "f" or not array.size:
        return array.astype(_numpy_floats(data) or dtypes.default_numpy())
    return array


def _numpy_floats(data: Any) -> np.dtype[Any] | None:
    """The type of a list of numpy floats, which PyTorch keeps."""
    while isinstance(data, (list, tuple)) and data:
        data = data[0]
    return data.dtype if isinstance(data, (np.ndarray, np.generic)) and data.dtype.kind == "f" else None


def _holds_tensors(data: Any) -> bool:
    while isinstance(data, (list, tuple)) and data:
        data = data[0]
    return isinstance(data, Tensor)


def _plain(data: Any) -> Any:
    return data.tolist() if isinstance(data, Tensor) else [_plain(v) for v in data]


def tensor(
    data: Any, *, dtype: DType = None, device: Any = None, requires_grad: bool = False, pin_memory: bool = False
) -> Tensor:
    """A new tensor holding a copy of `data`. Floats give the default dtype, ints int64, bools bool."""
    return _made(_array_from(data, dtype), device, requires_grad)


def as_tensor(data: Any, dtype: DType = None, device: Any = None) -> Tensor:
    """`data` as a tensor, sharing memory with a tensor or array of that dtype."""
    devices.check(device)
    if isinstance(data, Tensor):
        return data if dtype is None else data.to(dtype)
    if isinstance(data, np.ndarray):
        t = from_numpy(data)
        return t if dtype is None else t.to(dtype)
    return tensor(data, dtype=dtype)


asarray = as_tensor


def from_numpy(ndarray: NDArray[Any]) -> Tensor:
    """A tensor sharing memory with an array; TypeError for anything else, and for types PyTorch lacks."""
    if not isinstance(ndarray, np.ndarray):
        raise TypeError(f"expected np.ndarray (got {type(ndarray).__name__})")
    dtypes.of(ndarray)
    return wrap(ndarray if type(ndarray) is np.ndarray else np.asarray(ndarray))


def _sizes(size: tuple[Any, ...]) -> tuple[int, ...]:
    shape = shape_from(size)
    if min(shape, default=0) < 0:
        raise RuntimeError(f"Dimension size must be non-negative, but the shape is {list(shape)}")
    return shape


def zeros(*size: Any, dtype: DType = None, device: Any = None, requires_grad: bool = False, out: None = None) -> Tensor:
    """Zeros of shape `size`."""
    return _made(np.zeros(_sizes(size), dtypes.to_numpy(dtype)), device, requires_grad)


def ones(*size: Any, dtype: DType = None, device: Any = None, requires_grad: bool = False, out: None = None) -> Tensor:
    """Ones of shape `size`."""
    return _made(np.ones(_sizes(size), dtypes.to_numpy(dtype)), device, requires_grad)


def empty(*size: Any, dtype: DType = None, device: Any = None, requires_grad: bool = False) -> Tensor:
    """A tensor of shape `size` to be filled. Zeros here, so that a run is the same every time."""
    return zeros(*size, dtype=dtype, device=device, requires_grad=requires_grad)


def full(size: Any, fill_value: Any, *, dtype: DType = None, device: Any = None, requires_grad: bool = False) -> Tensor:
    """`fill_value` everywhere; the dtype follows it."""
    shape = shape_from((size,)) if not isinstance(size, int) else (size,)
    value = fill_value.item() if isinstance(fill_value, Tensor) else fill_value
    kind = _array_from(value, dtype).dtype
    return _made(np.full(shape, value, kind), device, requires_grad)


def zeros_like(
    input: Tensor,
    *,
    dtype: DType = None,
    layout: Any = None,
    device: Any = None,
    requires_grad: bool = False,
    memory_format: Any = None,
) -> Tensor:
    """Zeros of the shape and dtype of `input`."""
    return _made(np.zeros(input.shape, input._array.dtype if dtype is None else dtype.numpy), device, requires_grad)


def ones_like(
    input: Tensor,
    *,
    dtype: DType = None,
    layout: Any = None,
    device: Any = None,
    requires_grad: bool = False,
    memory_format: Any = None,
) -> Tensor:
    """Ones of the shape and dtype of `input`."""
    return _made(np.ones(input.shape, input._array.dtype if dtype is None else dtype.numpy), device, requires_grad)


def full_like(
    input: Tensor,
    fill_value: Any,
    *,
    dtype: DType = None,
    layout: Any = None,
    device: Any = None,
    requires_grad: bool = False,
    memory_format: Any = None,
) -> Tensor:
    """`fill_value` in the shape and dtype of `input`."""
    kind = input._array.dtype if dtype is None else dtype.numpy
    return _made(np.full(input.shape, fill_value, kind), device, requires_grad)


def empty_like(
    input: Tensor,
    *,
    dtype: DType = None,
    layout: Any = None,
    device: Any = None,
    requires_grad: bool = False,
    memory_format: Any = None,
) -> Tensor:
    """As `zeros_like`: see `empty`."""
    return zeros_like(input, dtype=dtype, device=device, requires_grad=requires_grad)


def _number(value: Any) -> Any:
    return value.item() if isinstance(value, Tensor) else value


def arange(*bounds: Any, dtype: DType = None, device: Any = None, requires_grad: bool = False, **named: Any) -> Tensor:
    """`arange(end)`, `arange(start, end)` or `arange(start, end, step)`; whole numbers give int64."""
    values = [_number(b) for b in bounds]
    start, step = named.get("start", 0), named.get("step", 1)
    if "end" in named:
        end, start = named["end"], (values[0] if values else start)
    elif len(values) == 1:
        end = values[0]
    else:
        start, end = values[:2]
        step = values[2] if len(values) == 3 else step
    if not step or (end - start) / step < 0:
        raise RuntimeError(f"upper bound and lower bound inconsistent with step sign: {start}, {end}, {step}")
    whole = all(isinstance(v, (int, np.integer)) for v in (start, end, step))
    kind = dtype.numpy if dtype is not None else np.dtype(np.int64) if whole else dtypes.default_numpy()
    if whole:
        return _made(np.arange(start, end, step).astype(kind), device, requires_grad)
    count = math.ceil((end - start) / step)
    return _made((start + step * np.arange(count)).astype(kind), device, requires_grad)


def linspace(
    start: Any, end: Any, steps: int, *, dtype: DType = None, device: Any = None, requires_grad: bool = False
) -> Tensor:
    """`steps` numbers from `start` to `end`, both included."""
    kind = dtypes.to_numpy(dtype)
    if steps < 0:
        raise RuntimeError("number of steps must be non-negative")
    if steps == 1:
        return _made(np.full(1, _number(start), kind), device, requires_grad)
    # As PyTorch: counted from the nearer end.
    work = kind.type if kind.kind == "f" else np.float64
    a, b = work(_number(start)), work(_number(end))
    step = (b - a) / work(steps - 1)
    i = np.arange(steps).astype(work)
    values = np.where(i < steps // 2, a + step * i, b - step * (steps - 1 - i))
    return _made(values.astype(kind), device, requires_grad)


def logspace(
    start: Any,
    end: Any,
    steps: int,
    base: float = 10.0,
    *,
    dtype: DType = None,
    device: Any = None,
    requires_grad: bool = False,
) -> Tensor:
    """Powers of `base` with exponents from `start` to `end`."""
    values = np.logspace(_number(start), _number(end), steps, base=base)
    return _made(values.astype(dtypes.to_numpy(dtype)), device, requires_grad)


def range(start: Any = 0, end: Any = None, step: Any = 1, *, dtype: DType = None, device: Any = None) -> Tensor:
    """Numbers from `start` to `end`, which is included: the older form of `arange`."""
    kind = dtypes.to_numpy(dtype)
    count = math.floor((end - start) / step) + 1
    return _made((start + step * np.arange(count)).astype(kind), device, False)


def frombuffer(
    buffer: Any, *, dtype: dtypes.dtype, count: int = -1, offset: int = 0, requires_grad: bool = False
) -> Tensor:
    """A tensor over the bytes of a buffer, sharing its memory."""
    array = np.frombuffer(buffer, dtype.numpy, count, offset)
    return _made(array, None, requires_grad)


def eye(
    n: int, m: int | None = None, *, dtype: DType = None, device: Any = None, requires_grad: bool = False
) -> Tensor:
    """Ones on the diagonal, zeros elsewhere."""
    return _made(np.eye(n, m, dtype=dtypes.to_numpy(dtype)), device, requires_grad)


def scalar_tensor(value: Any, *, dtype: DType = None) -> Tensor:
    """A 0-dim tensor of the default dtype."""
    return wrap(np.asarray(value, dtypes.to_numpy(dtype)))


def _typed(name: str, dtype: dtypes.dtype) -> Any:
    """PyTorch's older constructors: `FloatTensor([1, 2])`, `LongTensor(2, 3)`."""

    def make(*args: Any) -> Tensor:
        if len(args) == 1 and not isinstance(args[0], int):
            return tensor(args[0], dtype=dtype)
        return zeros(*args, dtype=dtype)

    make.__name__ = make.__qualname__ = name
    make.dtype = dtype  # type: ignore[attr-defined]
    return make


FloatTensor = _typed("FloatTensor", dtypes.float32)
DoubleTensor = _typed("DoubleTensor", dtypes.float64)
HalfTensor = _typed("HalfTensor", dtypes.float16)
LongTensor = _typed("LongTensor", dtypes.int64)
IntTensor = _typed("IntTensor", dtypes.int32)
ShortTensor = _typed("ShortTensor", dtypes.int16)
CharTensor = _typed("CharTensor", dtypes.int8)
ByteTensor = _typed("ByteTensor", dtypes.uint8)
BoolTensor = _typed("BoolTensor", dtypes.bool)


def is_tensor(value: Any) -> bool:
    """Whether `value` is a Tensor."""
    return isinstance(value, Tensor)


def numel(input: Tensor) -> int:
    """The number of elements."""
    return input.numel()


def is_floating_point(input: Tensor) -> bool:
    """Whether the dtype is a floating type."""
    return input.is_floating_point()


def result_type(a: Any, b: Any) -> dtypes.dtype:
    """The dtype that an op of both gives."""
    kind = dtypes.result_type(*[v._array if isinstance(v, Tensor) else v for v in (a, b)])
    return dtypes.of(np.empty(0, kind))


def is_complex(input: Tensor) -> bool:
    """Always False: there are no complex numbers here."""
    return False


def is_signed(input: Tensor) -> bool:
    """Whether the dtype has negative numbers."""
    return input.is_signed()


def is_inference(input: Tensor) -> bool:
    """Always False: tensors of `inference_mode` are ordinary ones here."""
    return input.is_inference()


def typename(obj: Any) -> str:
    """The name of the type of a value; of a tensor PyTorch's older one, `torch.FloatTensor`."""
    if isinstance(obj, Tensor):
        name: str = obj.type()
        return name
    kind = obj if isinstance(obj, type) else type(obj)
    return kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"
