"""The journal: segments appended to a file, each whole once it is there.

A crash can only cut the last segment short; opening a journal recovers everything before it.
"""

from __future__ import annotations

import bisect
import mmap
import os
import weakref
from pathlib import Path

from autograd.tape.segment import Array, Segment, TapeError


class Journal:
    """An append-only file of segments, read by range.

    One process appends; others may hold the same path open and call `refresh` to see what came since. A segment's
    header stays in memory once read; its arrays are views of the mapped file, so they cost no heap.
    """

    def __init__(self, path: str | os.PathLike[str], *, writable: bool = False) -> None:
        self.path = Path(path)
        self._headers: list[Segment] = []
        self._offsets: list[int] = []
        self._starts: list[int] = []  # of each segment: the first array id it, or else its predecessor, names anew
        self._end = 0
        self._map: mmap.mmap | None = None
        self._file = open(self.path, "a+b" if writable else "rb")  # noqa: SIM115
        weakref.finalize(self, self._file.close)
        self.refresh()
        if writable and self._size() > self._end:
            self._file.truncate(self._end)  # what a crash left of a segment

    def close(self) -> None:
        self._file.close()
        self._map = None  # views of it may live on; the mapping goes with the last of them

    def __len__(self) -> int:
        return len(self._headers)

    def __getitem__(self, index: int) -> Segment:
        return self._headers[index]

    def _size(self) -> int:
        return os.fstat(self._file.fileno()).st_size

    def append(self, segment: Segment) -> tuple[int, int]:
        """Write `segment` at the end; its byte offset and length. It is readable by others when this returns."""
        data = segment.to_bytes()
        offset = self._end
        self._file.write(data)
        self._file.flush()
        self.refresh()
        return offset, len(data)

    def refresh(self) -> int:
        """Take in whole segments that were appended since; how many there were."""
        size = self._size()
        if size <= self._end:
            return 0
        self._map = mmap.mmap(self._file.fileno(), size, access=mmap.ACCESS_READ)
        view = memoryview(self._map)
        added = 0
        while self._end < size:
            try:
                segment, end = Segment.from_buffer(view, self._end)
            except TapeError:
                break  # not all of it is there yet, or ever will be
            self._headers.append(segment)
            self._offsets.append(self._end)
            self._starts.append(min(segment.arrays, default=self._starts[-1] if self._starts else -1))
            self._end = end
            added += 1
        return added

    def array(self, identity: int) -> Array:
        """The array of that id. Raises KeyError where no segment holds it."""
        # Ids count up, so it lies in the last segment whose ids begin at or before it.
        start = self._starts[bisect.bisect_right(self._starts, identity) - 1]
        return self._headers[bisect.bisect_left(self._starts, start)].arrays[identity]
