"""A segment: one iteration's structure, table and arrays, as bytes and back. See docs/tape-format.md."""

from __future__ import annotations

import json
import math
import struct
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]

MAGIC = b"BPSG"
VERSION = 1
_PREFIX = struct.Struct("<4sIIIQ")
_ALIGNMENT = 8
# Absurd sizes are refused before anything is allocated for them.
_MAX_HEADER = 64 << 20
_MAX_BODY = 16 << 30


class TapeError(Exception):
    """A tape, segment or journal that cannot be read; the message says why in one sentence."""


def plain(value: Any) -> Any:
    """`value` as JSON can carry it: numpy scalars unwrapped, non-finite numbers as the words of the format."""
    kind = type(value)
    if kind is str or kind is int or kind is bool or value is None:
        return value
    if kind is dict:
        return {str(key): plain(item) for key, item in value.items()}
    if kind is list or kind is tuple:
        return [plain(item) for item in value]
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    return str(value)


def number(value: Any) -> float:
    """The float that `plain` wrote."""
    return float(value)


def _padded(size: int) -> int:
    return -(-size // _ALIGNMENT) * _ALIGNMENT


@dataclass(slots=True)
class Segment:
    """The events of one iteration (`iteration` None: the setup).

    `header` is the JSON object of the format without its `arrays` table; `arrays` holds the arrays that this segment
    was the first to name, by id. In a *whole* segment it also holds those that `entry` names from earlier ones.
    """

    header: dict[str, Any]
    arrays: Mapping[int, Array] = field(default_factory=dict)

    @property
    def iteration(self) -> int | None:
        iteration: int | None = self.header["iteration"]
        return iteration

    @property
    def first(self) -> int:
        return int(self.header["first"])

    @property
    def count(self) -> int:
        """How many events it holds."""
        return int(self.header["count"])

    @property
    def loss(self) -> float | None:
        loss = self.header["loss"]
        return None if loss is None else number(loss)

    @property
    def nbytes(self) -> int:
        return sum(array.nbytes for array in self.arrays.values())

    def named(self) -> set[int]:
        """Ids of every array a reader of this segment needs."""
        return {i for column in (self.header["entry"], self.header["writes"]) for i in column if i is not None}

    def to_bytes(self, arrays: bool = True, define: dict[str, Any] | None = None) -> bytes:
        """The segment as the format has it; `arrays` False leaves the body out, `define` overrides the definition."""
        table: list[list[Any]] = []
        pieces: list[bytes] = []
        offset = 0
        for identity, array in self.arrays.items() if arrays else ():
            raw = np.ascontiguousarray(array).tobytes()
            table.append([identity, array.dtype.newbyteorder("<").str, list(array.shape), offset])
            pieces += [raw, b"\0" * (_padded(len(raw)) - len(raw))]
            offset += _padded(len(raw))
        header = {**self.header, "arrays": table}
        if define is not None:
            header["define"] = define
        text = json.dumps(header, separators=(",", ":"), allow_nan=False).encode()
        text += b" " * (_padded(len(text)) - len(text))
        return b"".join([_PREFIX.pack(MAGIC, VERSION, len(text), zlib.crc32(text), offset), text, *pieces])

    @classmethod
    def from_buffer(cls, buffer: bytes | bytearray | memoryview, offset: int = 0) -> tuple[Segment, int]:
        """The segment at `offset` and the offset just after it. Arrays are read-only views of `buffer`.

        Raises TapeError where the bytes are not a segment, are cut short, or come from a newer version.
        """
        view = memoryview(buffer)
        prefix = Prefix.read(view[offset : offset + Prefix.SIZE], offset, len(view) - offset)
        start = offset + Prefix.SIZE
        header, table = prefix.header(view[start : start + prefix.header_size], offset)
        body = view[start + prefix.header_size : offset + prefix.size]
        return cls(header, {identity: place.view(body) for identity, place in table.items()}), offset + prefix.size


@dataclass(frozen=True, slots=True)
class Place:
    """Where an array lies in a segment's body."""

    dtype: np.dtype[Any]
    shape: tuple[int, ...]
    offset: int

    @property
    def nbytes(self) -> int:
        return math.prod(self.shape) * self.dtype.itemsize

    def view(self, body: bytes | memoryview) -> Array:
        """The array, read-only, over the bytes of the whole body."""
        array = np.frombuffer(body, self.dtype, math.prod(self.shape), self.offset).reshape(self.shape)
        array.flags.writeable = False
        return array


@dataclass(frozen=True, slots=True)
class Prefix:
    """The first bytes of a segment: what sizes follow."""

    SIZE: ClassVar[int] = _PREFIX.size

    header_size: int
    checksum: int
    body_size: int

    @property
    def size(self) -> int:
        """Bytes of the whole segment."""
        return _PREFIX.size + self.header_size + self.body_size

    @classmethod
    def read(cls, data: bytes | memoryview, offset: int, available: int) -> Prefix:
        """The prefix of the segment at `offset`, of which `available` bytes are there. Raises TapeError."""
        if available < _PREFIX.size:
            raise TapeError(f"The tape ends inside the segment at byte {offset}.")
        magic, version, header_size, checksum, body_size = _PREFIX.unpack(data)
        if magic != MAGIC:
            raise TapeError(f"There is no segment at byte {offset}: this is not a tape, or it is damaged.")
        if version > VERSION:
            raise TapeError(f"This tape is of format version {version}; update Backplay to read it.")
        if header_size > _MAX_HEADER or body_size > _MAX_BODY:
            raise TapeError(f"The segment at byte {offset} claims an absurd size.")
        prefix = cls(int(header_size), int(checksum), int(body_size))
        if available < prefix.size:
            raise TapeError(f"The tape ends inside the segment at byte {offset}.")
        return prefix

    def header(self, text: bytes | memoryview, offset: int) -> tuple[dict[str, Any], dict[int, Place]]:
        """The header and the table of its arrays, checked. Raises TapeError."""
        if zlib.crc32(text) != self.checksum:
            raise TapeError(f"The segment at byte {offset} is damaged: its header does not match its checksum.")
        try:
            header = json.loads(bytes(text))
            table = {
                int(identity): Place(np.dtype(dtype), tuple(int(extent) for extent in shape), int(at))
                for identity, dtype, shape, at in header.pop("arrays")
            }
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise TapeError(f"The segment at byte {offset} has a header that is not the format's JSON.") from error
        for identity, place in table.items():
            if place.dtype.hasobject or place.dtype.kind not in "biufc":
                raise TapeError(f"Array {identity} has the type {place.dtype}, which a tape cannot hold.")
            inside = min(place.shape, default=0) >= 0 and 0 <= place.offset <= self.body_size - place.nbytes
            if not inside:
                raise TapeError(f"Array {identity} lies outside its segment.")
        return header, table
