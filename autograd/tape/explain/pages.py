"""Which event wrote what: the writes of a segment by slot, and the arrays behind them."""

from __future__ import annotations

import bisect
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from autograd.tape.explain.terms import Factor, Index, Source
from autograd.tape.segment import Array, Segment, TapeError
from autograd.tape.structure import Structure

if TYPE_CHECKING:
    from autograd.tape.tape import Tape


@dataclass(frozen=True, slots=True)
class Write:
    """A slot got an array (or none) by an event; `local` -1: it held it as the segment began."""

    local: int
    array: int | None


class Page:
    """One segment, read by slot. `local` counts its events from 0."""

    def __init__(self, tape: Tape, segment: Segment) -> None:
        self._tape = tape
        self.segment = segment
        self.first = segment.first
        self.structure: Structure = tape.structure(segment)
        self._writes: dict[int, list[Write]] = {}
        for slot, identity in zip(self.structure.entry, segment.header["entry"], strict=True):
            self._writes[slot] = [Write(-1, identity)]
        writes = iter(segment.header["writes"])
        self._forward: dict[str, int] = {}
        for local, event in enumerate(self.structure.events):
            if event["kind"] == "forward" and event["node"] is not None:
                self._forward.setdefault(event["node"], local)
            for slot in event["writes"]:
                self._writes.setdefault(slot, []).append(Write(local, next(writes)))
        self.makers: dict[str, tuple[dict[str, Any], int]] = {}
        for node in self.structure.nodes.values():
            for slot, name in enumerate(node["outputs"]):
                self.makers[name] = node, slot

    def event(self, local: int) -> dict[str, Any]:
        return self.structure.events[local]

    def details(self, local: int) -> dict[str, Any]:
        found: dict[str, Any] = self.segment.header["details"].get(str(local), {})
        return found

    def writes(self, tensor: str, of: str, local: int) -> list[Write]:
        """What was written into a slot up to and with event `local`, oldest first."""
        slot = self.structure.slots_of.get(tensor, {}).get(of)
        return [] if slot is None else [write for write in self._writes.get(slot, []) if write.local <= local]

    def last(self, tensor: str, of: str, local: int) -> Write | None:
        """The last of them."""
        found = self.writes(tensor, of, local)
        return found[-1] if found else None

    def array(self, write: Write | None) -> Array | None:
        return None if write is None or write.array is None else self._tape._read(self.segment, write.array)

    def held(self, tensor: str, of: str, local: int) -> Array | None:
        """What a slot held just after event `local`."""
        return self.array(self.last(tensor, of, local))

    def forward_of(self, node: str) -> int | None:
        """The event in which a node ran forward; None where that was before this segment."""
        return self._forward.get(node)

    def source(self, tensor: str, of: str, local: int) -> Source:
        """The slot as it was just after event `local`."""
        return Source(tensor, of, self.first + local)

    def factor(self, tensor: str, of: str, local: int, index: Index) -> Factor:
        """One element of it. Raises TapeError where there is none."""
        array = self.held(tensor, of, local)
        if array is None:
            raise TapeError(f"The tape does not hold the {of} of “{tensor}” at event {self.first + local}.")
        return Factor(self.source(tensor, of, local), index, float(array[index]))

    def described(self, tensor: str) -> dict[str, Any]:
        """The structure's entry of a tensor."""
        return self.structure.tensors[tensor]


class Pages:
    """The pages of a tape, each made once."""

    def __init__(self, tape: Tape) -> None:
        self._tape = tape
        self._firsts = tape.firsts
        self._made: dict[int, Page] = {}

    def at(self, event: int) -> Page:
        """The page that holds an event (-1: the first page)."""
        if not self._firsts:
            raise TapeError("This tape is empty: the script recorded no event.")
        place = max(0, bisect.bisect_right(self._firsts, event) - 1)
        if place not in self._made:
            self._made[place] = Page(self._tape, self._tape.source[place])
        return self._made[place]

    def before(self, page: Page) -> Page | None:
        """The page before it."""
        return self.at(page.first - 1) if page.first > self._firsts[0] else None


def checked_index(index: Any, shape: list[int], name: str) -> Index:
    """An index as a tuple of numbers in range; negative ones count from the end. Raises TapeError."""
    given = (index,) if isinstance(index, int | np.integer) else tuple(index)
    found = []
    for axis, (i, extent) in enumerate(zip(given, shape, strict=False)):
        if not -extent <= i < extent:
            raise TapeError(f"Index {i} is outside dimension {axis} of “{name}”, which has {extent} places.")
        found.append(int(i) % extent)
    if len(given) != len(shape):
        raise TapeError(f"“{name}” has shape {shape}: an index of it has {len(shape)} numbers, not {len(given)}.")
    return tuple(found)
