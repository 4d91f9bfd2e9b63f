"""The journal: segments appended to a file, each whole once it is there.

A crash can only cut the last segment short; opening a journal recovers everything before it.
"""

from __future__ import annotations

import bisect
import os
import weakref
from collections.abc import Iterator, Mapping

from autograd.tape.segment import Array, Place, Prefix, Segment, TapeError


class _File:
    """A descriptor that is closed when nobody reads from it any more."""

    def __init__(self, path: str | os.PathLike[str], flags: int) -> None:
        self.descriptor = os.open(path, flags | os.O_CLOEXEC, 0o600)
        self.close = weakref.finalize(self, os.close, self.descriptor)

    @property
    def size(self) -> int:
        return os.fstat(self.descriptor).st_size

    def read(self, size: int, offset: int) -> bytes:
        return os.pread(self.descriptor, size, offset)


class _Stored(Mapping[int, Array]):
    """A segment's arrays, each read from the file when it is asked for."""

    def __init__(self, file: _File, start: int, table: dict[int, Place]) -> None:
        self._file = file
        self._start = start
        self._table = table

    def __getitem__(self, identity: int) -> Array:
        place = self._table[identity]
        data = self._file.read(place.nbytes, self._start + place.offset)
        return Place(place.dtype, place.shape, 0).view(data)

    def __iter__(self) -> Iterator[int]:
        return iter(self._table)

    def __len__(self) -> int:
        return len(self._table)


class Journal:
    """An append-only file of segments, read by range: headers stay in memory, arrays do not.

    One process appends; others may hold the same path open and call `refresh` to take in what came since.
    """

    def __init__(self, path: str | os.PathLike[str], *, writable: bool = False) -> None:
        self._file = _File(path, os.O_RDWR | os.O_CREAT | os.O_APPEND if writable else os.O_RDONLY)
        self._segments: list[Segment] = []
        self._starts: list[int] = []  # of each segment: the first array id it, or else its predecessor, names anew
        self._end = 0
        self.refresh()
        if writable and self._file.size > self._end:
            os.ftruncate(self._file.descriptor, self._end)  # what a crash left of a segment

    def close(self) -> None:
        """Let the file go; arrays not yet read cannot be read any more."""
        self._file.close()

    def __len__(self) -> int:
        return len(self._segments)

    def __getitem__(self, index: int) -> Segment:
        return self._segments[index]

    def append(self, segment: Segment) -> None:
        """Write `segment` at the end. It is readable by others when this returns."""
        data = memoryview(segment.to_bytes())
        while data:
            data = data[os.write(self._file.descriptor, data) :]
        self.refresh()

    def refresh(self) -> int:
        """Take in whole segments that were appended since; how many there were."""
        added = 0
        size = self._file.size
        while self._end < size:
            try:
                prefix = Prefix.read(self._file.read(Prefix.SIZE, self._end), self._end, size - self._end)
                start = self._end + Prefix.SIZE
                header, table = prefix.header(self._file.read(prefix.header_size, start), self._end)
            except TapeError:
                break  # not all of it is there yet, or ever will be
            self._segments.append(Segment(header, _Stored(self._file, start + prefix.header_size, table)))
            self._starts.append(min(table, default=self._starts[-1] if self._starts else -1))
            self._end += prefix.size
            added += 1
        return added

    def array(self, identity: int) -> Array:
        """The array of that id. Raises KeyError where no segment holds it."""
        # Ids count up, so it lies in the last segment whose ids begin at or before it.
        start = self._starts[bisect.bisect_right(self._starts, identity) - 1]
        return self._segments[bisect.bisect_left(self._starts, start)].arrays[identity]
