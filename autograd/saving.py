"""`torch.save` and `torch.load` in PyTorch's own format: a zip of a pickle and of raw little-endian storages.

Source: https://pytorch.org/docs/stable/notes/serialization.html. A file is read by a pickle machine that knows the
few instructions and names a checkpoint needs, and runs nothing else.
"""

from __future__ import annotations

import io
import math
import os
import pickle
import sys
import zipfile
from collections import Counter, OrderedDict
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from autograd import devices, dtypes
from autograd.tensor import Size, Tensor, wrap

Array = NDArray[Any]
Target = str | os.PathLike[str] | IO[bytes]

_STORAGES = {
    "float64": "DoubleStorage",
    "float32": "FloatStorage",
    "float16": "HalfStorage",
    "int64": "LongStorage",
    "int32": "IntStorage",
    "int16": "ShortStorage",
    "int8": "CharStorage",
    "uint8": "ByteStorage",
    "bool": "BoolStorage",
}
_TYPES = {storage: getattr(dtypes, name) for name, storage in _STORAGES.items()}
# An expanded tensor may hold more elements than its storage, but not without bound.
_MOST_ELEMENTS = 1 << 31


class _Name:
    """A name of PyTorch's in the pickle: `module.name`, of which no import is tried."""

    def __init__(self, module: str, name: str) -> None:
        self.module, self.name = module, name

    def __call__(self) -> None:
        """pickle wants what it reduces to be callable; it is called by whoever loads the file."""


_REBUILD_TENSOR = _Name("torch._utils", "_rebuild_tensor_v2")
_REBUILD_PARAMETER = _Name("torch._utils", "_rebuild_parameter")


class _Storage:
    """The memory that a tensor looks into: saved once, however many look into it."""

    def __init__(self, array: Array, key: str) -> None:
        self.array, self.key = array, key


class _Pickler(pickle._Pickler):
    """Writes tensors as PyTorch's names over storages."""

    dispatch: ClassVar[dict[Any, Any]] = pickle._Pickler.dispatch.copy()

    def __init__(self, file: IO[bytes]) -> None:
        super().__init__(file, protocol=2)
        self.storages: dict[tuple[int, str], _Storage] = {}
        self.names: dict[tuple[str, str], _Name] = {}

    def named(self, module: str, name: str) -> _Name:
        """One object per name, so that it is written once."""
        return self.names.setdefault((module, name), _Name(module, name))

    def save_name(self, obj: _Name) -> None:
        """Writes a name."""
        self.write(pickle.GLOBAL + f"{obj.module}\n{obj.name}\n".encode())  # type: ignore[attr-defined]
        self.memoize(obj)  # type: ignore[attr-defined]

    dispatch[_Name] = save_name

    def persistent_id(self, obj: Any) -> Any:
        """Storages lie outside the pickle."""
        if not isinstance(obj, _Storage):
            return None
        kind = self.named("torch", _STORAGES[obj.array.dtype.name])
        return ("storage", kind, obj.key, "cpu", obj.array.size)

    def reducer_override(self, obj: Any) -> Any:
        """Tensors, parameters, dtypes, sizes and devices by PyTorch's names."""
        from autograd.nn.parameter import Parameter

        if isinstance(obj, Parameter):
            return _REBUILD_PARAMETER, (obj.detach(), obj.requires_grad, OrderedDict())
        if isinstance(obj, Tensor):
            if obj._edge is not None:
                obj = obj.detach().requires_grad_()
            storage, offset, strides = self.storage(obj._array)
            return _REBUILD_TENSOR, (
                storage, offset, tuple(obj._array.shape), strides, obj.requires_grad, OrderedDict()
            )  # fmt: skip
        if isinstance(obj, Size):
            return self.named("torch", "Size"), (tuple(obj),)
        if isinstance(obj, devices.device):
            return self.named("torch", "device"), (obj.type,) if obj.index is None else (obj.type, obj.index)
        return NotImplemented

    def save(self, obj: Any, save_persistent_id: bool = True) -> None:
        """As pickle, but a dtype is a name."""
        if isinstance(obj, dtypes.dtype):
            obj = self.named("torch", obj.name)
        super().save(obj, save_persistent_id)  # type: ignore[misc]

    def storage(self, array: Array) -> tuple[_Storage, int, tuple[int, ...]]:
        """The storage of an array, where in it the array starts, and its strides, in elements."""
        root = array
        while isinstance(root.base, np.ndarray):
            root = root.base
        item, start = array.itemsize, root.__array_interface__["data"][0]
        offset = array.__array_interface__["data"][0] - start
        fits = root.flags.forc and root.dtype == array.dtype and root.size and array.size
        if not fits or offset % item or any(s % item or s < 0 for s in array.strides):
            root = array = np.ascontiguousarray(array)
            offset, start = 0, array.__array_interface__["data"][0]
        place = (start if array.size else id(array), array.dtype.name)
        found = self.storages.get(place)
        if found is None:
            found = self.storages[place] = _Storage(root.ravel(order="K"), str(len(self.storages)))
        return found, offset // item, tuple(s // item for s in array.strides)


def save(
    obj: Any,
    f: Target,
    pickle_module: Any = None,
    pickle_protocol: int = 2,
    _use_new_zipfile_serialization: bool = True,
) -> None:
    """Writes tensors, parameters, and containers of them and of plain values, to a path or a binary file object.

    PyTorch's `torch.load` opens the file. ValueError for the format of before PyTorch 1.6.
    """
    if not _use_new_zipfile_serialization:
        raise ValueError("torch.save: only the zip format is written, not that of before PyTorch 1.6")
    body = io.BytesIO()
    pickler = _Pickler(body)
    pickler.dump(obj)
    prefix = Path(f).stem if isinstance(f, (str, os.PathLike)) else "archive"
    with zipfile.ZipFile(f, "w", zipfile.ZIP_STORED) as archive:
        entries: list[tuple[str, bytes]] = [("data.pkl", body.getvalue()), ("byteorder", b"little")]
        for storage in pickler.storages.values():
            little = storage.array.astype(storage.array.dtype.newbyteorder("<"), copy=False)
            entries.append((f"data/{storage.key}", little.tobytes()))
        entries.append(("version", b"3\n"))
        for name, content in entries:
            # One date for all, so that the same tensors give the same file.
            archive.writestr(zipfile.ZipInfo(f"{prefix}/{name}", (1980, 1, 1, 0, 0, 0)), content)


def _refuse(sentence: str) -> pickle.UnpicklingError:
    return pickle.UnpicklingError(f"Weights only load failed: {sentence}")


class _Callable:
    """What a name in the file stands for: a function of ours, and nothing else can be called."""

    def __init__(self, function: Callable[..., Any]) -> None:
        self.function = function


def _rebuild_tensor(
    storage: Any,
    offset: Any,
    size: Any,
    stride: Any,
    requires_grad: Any = False,
    hooks: Any = None,
    metadata: Any = None,
) -> Tensor:
    if not isinstance(storage, np.ndarray) or not isinstance(size, tuple) or not isinstance(stride, tuple):
        raise _refuse("a tensor without a storage, a size or strides")
    numbers = (offset, *size, *stride)
    if len(size) != len(stride) or len(size) > 32 or any(type(n) is not int or n < 0 for n in numbers):
        raise _refuse(f"a tensor of size {size!r:.80} and strides {stride!r:.80}")
    count = math.prod(size)
    last = offset + sum((n - 1) * s for n, s in zip(size, stride, strict=True))
    if count > max(_MOST_ELEMENTS, storage.size) or (count and last >= storage.size) or offset > storage.size:
        raise _refuse(f"a tensor of size {size!r:.80} that does not fit its storage of {storage.size} elements")
    steps = tuple(s * storage.itemsize for s in stride)
    if count:
        array = np.lib.stride_tricks.as_strided(storage[offset:], size, steps)
    else:
        array = np.zeros(size, storage.dtype)
    t = wrap(np.asarray(array))
    return t.requires_grad_() if requires_grad else t


def _rebuild_parameter(data: Any, requires_grad: Any, hooks: Any, state: Any = None) -> Tensor:
    from autograd.nn.parameter import Parameter

    if not isinstance(data, Tensor):
        raise _refuse("a parameter without a tensor")
    made: Tensor = Parameter(data, bool(requires_grad))
    return made


def _size(values: Any) -> Size:
    return Size(int(v) for v in values)


def _encode(text: Any, encoding: Any = "latin1") -> bytes:
    # How bytes are written where the pickle's protocol has no bytes.
    if not isinstance(text, str) or encoding not in ("latin1", "latin-1"):
        raise _refuse("_codecs.encode of something that is no text")
    return text.encode("latin1")


_CALLABLE = {
    ("torch._utils", "_rebuild_tensor_v2"): _Callable(_rebuild_tensor),
    ("torch._utils", "_rebuild_tensor"): _Callable(_rebuild_tensor),
    ("torch._utils", "_rebuild_parameter"): _Callable(_rebuild_parameter),
    ("torch._utils", "_rebuild_parameter_with_state"): _Callable(_rebuild_parameter),
    ("collections", "OrderedDict"): _Callable(OrderedDict),
    ("collections", "Counter"): _Callable(Counter),
    ("__builtin__", "set"): _Callable(set),
    ("builtins", "set"): _Callable(set),
    ("torch", "Size"): _Callable(_size),
    ("torch", "device"): _Callable(devices.device),
    ("_codecs", "encode"): _Callable(_encode),
}

_OPCODES = [
    "PROTO",
    "FRAME",
    "STOP",
    "MARK",
    "POP",
    "POP_MARK",
    "NONE",
    "NEWTRUE",
    "NEWFALSE",
    "INT",
    "BININT",
    "BININT1",
    "BININT2",
    "LONG1",
    "BINFLOAT",
    "BINUNICODE",
    "SHORT_BINUNICODE",
    "BINUNICODE8",
    "BINBYTES",
    "SHORT_BINBYTES",
    "EMPTY_LIST",
    "APPEND",
    "APPENDS",
    "LIST",
    "EMPTY_TUPLE",
    "TUPLE",
    "TUPLE1",
    "TUPLE2",
    "TUPLE3",
    "EMPTY_DICT",
    "DICT",
    "SETITEM",
    "SETITEMS",
    "EMPTY_SET",
    "ADDITEMS",
    "BINPUT",
    "LONG_BINPUT",
    "MEMOIZE",
    "BINGET",
    "LONG_BINGET",
    "GLOBAL",
    "STACK_GLOBAL",
    "REDUCE",
    "BUILD",
    "BINPERSID",
]


class _Unpickler(pickle._Unpickler):
    """The few instructions that a checkpoint needs; a name outside the list above is refused."""

    dispatch: ClassVar[dict[int, Any]] = {
        getattr(pickle, name)[0]: pickle._Unpickler.dispatch[getattr(pickle, name)[0]] for name in _OPCODES
    }

    def __init__(self, file: IO[bytes], storage: Callable[[Any], Array]) -> None:
        super().__init__(file)
        self.storage = storage

    def find_class(self, module: str, name: str) -> Any:
        """A name's meaning; UnpicklingError names one that is not allowed."""
        if module == "torch":
            if name in _TYPES:
                return _TYPES[name]
            kind = getattr(dtypes, name, None)
            if isinstance(kind, dtypes.dtype):
                return kind
        try:
            return _CALLABLE[module, name]
        except KeyError:
            raise _refuse(
                f"the file needs {module}.{name}, which is not one of the names a checkpoint may use (tensors, "
                "parameters, OrderedDict and plain values). Save model.state_dict() and load that."
            ) from None

    def persistent_load(self, pid: Any) -> Any:
        """A storage."""
        return self.storage(pid)

    def load_reduce(self) -> None:
        """Calls one of the allowed functions."""
        arguments = self.stack.pop()  # type: ignore[attr-defined]
        function = self.stack[-1]  # type: ignore[attr-defined]
        if not isinstance(function, _Callable) or not isinstance(arguments, tuple):
            raise _refuse("a call of something that is no function of PyTorch's")
        self.stack[-1] = function.function(*arguments)  # type: ignore[attr-defined]

    dispatch[pickle.REDUCE[0]] = load_reduce

    def load_build(self) -> None:
        """The attributes of a state_dict: its `_metadata`, and nothing of anything else."""
        state = self.stack.pop()  # type: ignore[attr-defined]
        target = self.stack[-1]  # type: ignore[attr-defined]
        if type(target) is not OrderedDict or not isinstance(state, dict) or set(state) - {"_metadata"}:
            raise _refuse(f"attributes set on a {type(target).__name__}")
        target.__dict__.update(state)

    dispatch[pickle.BUILD[0]] = load_build


def _cpu(map_location: Any, stored: str) -> None:
    """RuntimeError unless a storage is to lie on the CPU."""
    if isinstance(map_location, dict):
        map_location = map_location.get(stored, stored)
    elif callable(map_location) and not isinstance(map_location, devices.device):
        map_location = "cpu"
    where = str(stored if map_location is None else map_location)
    if where.split(":")[0] != "cpu":
        raise RuntimeError(
            f"Attempting to deserialize object on a {where} device but torch.cuda.is_available() is False. Please use "
            "torch.load with map_location=torch.device('cpu') to map your storages to the CPU."
        )


def load(
    f: Target,
    map_location: Any = None,
    pickle_module: Any = None,
    *,
    weights_only: bool | None = None,
    mmap: bool | None = None,
    **pickle_load_args: Any,
) -> Any:
    """What `torch.save` wrote, here or in PyTorch, to a path or a binary file object.

    Only weights are read, whatever `weights_only` says: tensors, parameters, OrderedDict, plain containers and numbers.
    `pickle.UnpicklingError` for anything else (it names it), for a damaged file and for the format of before
    PyTorch 1.6; RuntimeError where a storage belongs on a device that is not the CPU.
    """
    if isinstance(f, (str, os.PathLike)):
        with open(f, "rb") as file:
            return _load(file, map_location)
    return _load(f, map_location)


def _load(file: IO[bytes], map_location: Any) -> Any:
    start = file.tell()
    length = file.seek(0, os.SEEK_END) - start
    file.seek(start)
    head = file.read(4)
    file.seek(start)
    if head != b"PK\x03\x04":
        if head[:1] == b"\x80":
            raise _refuse("the file has the format of before PyTorch 1.6; open it there and save it again")
        raise _refuse("the file is no zip archive and so no checkpoint")
    try:
        archive = zipfile.ZipFile(file)
    except zipfile.BadZipFile as error:
        raise RuntimeError(f"PytorchStreamReader failed reading zip archive: {error}") from None
    with archive:
        return _read(archive, length, map_location)


def _read(archive: zipfile.ZipFile, length: int, map_location: Any) -> Any:
    entries = {i.filename: i for i in archive.infolist()}
    roots = [name.removesuffix("data.pkl") for name in entries if name.count("/") == 1 and name.endswith("/data.pkl")]
    if len(roots) != 1:
        raise _refuse("the archive has no data.pkl, or several")
    if sum(i.file_size for i in entries.values()) > length or any(i.compress_type for i in entries.values()):
        raise _refuse("its entries are compressed, or larger than the file")
    root = roots[0]
    order = archive.read(root + "byteorder").decode("latin1") if root + "byteorder" in entries else sys.byteorder
    if order not in ("little", "big"):
        raise _refuse(f"a byte order called {order!r:.20}")
    loaded: dict[str, Array] = {}

    def storage(pid: Any) -> Array:
        if not isinstance(pid, tuple) or len(pid) != 5 or pid[0] != "storage" or not isinstance(pid[1], dtypes.dtype):
            raise _refuse("a storage of an unknown kind")
        _, kind, key, place, count = pid
        _cpu(map_location, str(place))
        name = f"{root}data/{key}"
        entry = entries.get(name)
        if entry is None or type(count) is not int or entry.file_size != count * kind.itemsize:
            raise _refuse(f"storage {key!r:.40} is missing or not of {count!r:.40} elements")
        if name not in loaded:
            raw = np.frombuffer(archive.read(entry), kind.numpy.newbyteorder("<" if order == "little" else ">"))
            loaded[name] = raw.astype(kind.numpy)
        if loaded[name].dtype != kind.numpy:
            raise _refuse(f"storage {key!r:.40} is of two types")
        return loaded[name]

    try:
        return _Unpickler(io.BytesIO(archive.read(root + "data.pkl")), storage).load()
    except (pickle.UnpicklingError, RuntimeError):
        raise
    except KeyError as error:
        raise _refuse(f"an instruction or a name a checkpoint has no use for: {error}") from None
    except (ValueError, TypeError, IndexError, EOFError, AttributeError, OverflowError, zipfile.BadZipFile) as error:
        raise _refuse(f"the file is damaged: {error}") from None
