"""The tape: a sequence of segments, and the way from a position to a moment."""

from __future__ import annotations

import bisect
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Protocol

from autograd.tape import archive, position
from autograd.tape.explain import Explanation, explain
from autograd.tape.findings import Finding, find
from autograd.tape.journal import Journal
from autograd.tape.moment import Moment
from autograd.tape.recorder import Recorder
from autograd.tape.segment import Array, Segment, TapeError
from autograd.tape.sentences import Language
from autograd.tape.structure import Structure

DEFAULT_BUDGET = 256 << 20


class Source(Protocol):
    """Where a tape's segments are: in memory, in a journal or in an archive."""

    def __len__(self) -> int: ...
    def __getitem__(self, index: int) -> Segment: ...
    def array(self, identity: int) -> Array: ...


class Tape:
    """A recorded run. `len(tape)` counts its events; `tape.at(position)` is the moment just after one of them.

    A tape may still grow: what came since is there after the source was refreshed.
    """

    def __init__(self, source: Source, *, seed: int | None = None, script: str | None = None) -> None:
        self.source = source
        self.seed = seed
        self.script = script
        self._firsts: list[int] = []
        self._structures: dict[str, Structure] = {}
        self._by_iteration: dict[int, int] = {}

    def _refresh(self) -> None:
        for index in range(len(self._firsts), len(self.source)):
            segment = self.source[index]
            self._firsts.append(segment.first)
            if segment.iteration is not None:
                self._by_iteration[segment.iteration] = index
            define = segment.header["define"]
            if define is not None:
                self._structures[segment.header["structure"]] = Structure(define)

    def __len__(self) -> int:
        self._refresh()
        if not self._firsts:
            return 0
        last = self.source[len(self._firsts) - 1]
        return last.first + last.count

    @property
    def segments(self) -> Sequence[Segment]:
        self._refresh()
        return [self.source[index] for index in range(len(self._firsts))]

    @property
    def firsts(self) -> list[int]:
        """The index of each segment's first event."""
        self._refresh()
        return self._firsts

    @property
    def iterations(self) -> int:
        """How many iterations it has."""
        self._refresh()
        return len(self._by_iteration)

    @property
    def losses(self) -> list[float | None]:
        """Per iteration, the value of the last backward's root."""
        return [segment.loss for segment in self.segments if segment.iteration is not None]

    def iteration(self, number: int) -> Segment | None:
        """The segment of an iteration; None where there is none."""
        self._refresh()
        index = self._by_iteration.get(number)
        return None if index is None else self.source[index]

    def structure(self, segment: Segment) -> Structure:
        self._refresh()
        return self._structures[segment.header["structure"]]

    def whole(self, index: int) -> Segment:
        """The segment at `index`, with its structure and with every array it names."""
        self._refresh()
        segment = self.source[index]
        arrays = {identity: self._read(segment, identity) for identity in sorted(segment.named())}
        return Segment({**segment.header, "define": self.structure(segment).body}, arrays)

    def resolve(self, at: str | int) -> int:
        """The event index of a position. Raises PositionError, whose message names what would be valid."""
        return position.resolve(self, at)

    def at(self, at: str | int) -> Moment:
        """The moment of a position. Raises PositionError; TapeError where nothing was recorded at all."""
        event = self.resolve(at)
        self._refresh()
        if not self._firsts:
            raise TapeError("This tape is empty: the script recorded no event.")
        segment = self.source[max(0, bisect.bisect_right(self._firsts, event) - 1)]
        return Moment(event, segment, self.structure(segment), lambda identity: self._read(segment, identity))

    def _read(self, segment: Segment, identity: int) -> Array:
        own = segment.arrays.get(identity)
        return self.source.array(identity) if own is None else own

    def events(self, after: int = -1, limit: int | None = None) -> list[dict[str, Any]]:
        """Events with index above `after`, at most `limit`: the structure's fields with index, iteration, details."""
        found: list[dict[str, Any]] = []
        for segment in self.segments:
            if segment.first + segment.count - 1 <= after:
                continue
            structure = self.structure(segment)
            for local in range(max(0, after + 1 - segment.first), segment.count):
                if limit is not None and len(found) >= limit:
                    return found
                found.append(self._event(segment, structure, local))
        return found

    @staticmethod
    def _event(segment: Segment, structure: Structure, local: int) -> dict[str, Any]:
        event = structure.events[local]
        slots = (structure.slots[slot] for slot in event["writes"])
        return {
            "index": segment.first + local,
            "iteration": segment.iteration,
            **event,
            "writes": [dict(slot) for slot in slots],
            "details": segment.header["details"].get(str(local), {}),
        }

    def explain(
        self,
        tensor: str,
        index: int | Sequence[int] = (),
        position: str | int = "latest",
        *,
        of: str = "value",
        limit: int = 12,
        numeric: bool = False,
    ) -> Explanation:
        """Why one element of a tensor (an id or a name) is what it is just after a moment.

        `of`: "value", "gradient" or "update" (after − before of the last step), or a slot that a term refers to:
        "arriving", "state.NAME". `limit` is how many terms are shown; `evaluate()` reads them all. `numeric`: beside a
        gradient, the loss's derivative by trying, in float64. Raises PositionError; TapeError where there is no such
        element at that moment or no rule that takes its op apart.
        """
        return explain(self, tensor, index, position, of=of, limit=limit, numeric=numeric)

    def findings(self) -> list[Finding]:
        """What is wrong with the training, the gravest first; see `autograd.tape.findings`."""
        return find(self)

    def sentences(self, after: int = -1, limit: int | None = None, language: Language = "en") -> list[str]:
        """What each of `events(after, limit)` did, in one sentence with its numbers."""
        end = len(self) if limit is None else min(len(self), after + 1 + limit)
        said: list[str] = []
        earlier: Moment | None = None
        for event in range(after + 1, end):
            moment = self.at(event)
            # The moment before is the one just told; folding it once more would double the work.
            if earlier is not None and earlier.segment.first == moment.segment.first:
                moment.previous = earlier
            said.append(moment.sentence(language))
            moment.__dict__.pop("previous", None)
            earlier = moment
        return said

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write a `.tape` file."""
        archive.save(path, self.segments, seed=self.seed, script=self.script)


class Kept:
    """Segments in memory up to a byte budget; older ones go to a temporary journal."""

    def __init__(self, budget: int) -> None:
        self._budget = budget
        self._segments: list[Segment] = []
        self._starts: list[int] = []
        self._bytes = 0
        self._oldest = 0
        self._spilled: Journal | None = None

    def append(self, segment: Segment) -> None:
        self._segments.append(segment)
        self._starts.append(min(segment.arrays, default=self._starts[-1] if self._starts else -1))
        self._bytes += segment.nbytes
        while self._bytes > self._budget and self._oldest < len(self._segments) - 1:
            self._spill()

    def _spill(self) -> None:
        if self._spilled is None:
            self._spilled = archive.temporary_journal()
        oldest = self._segments[self._oldest]
        self._bytes -= oldest.nbytes
        self._spilled.append(oldest)
        self._segments[self._oldest] = self._spilled[self._oldest]
        self._oldest += 1

    def __len__(self) -> int:
        return len(self._segments)

    def __getitem__(self, index: int) -> Segment:
        return self._segments[index]

    def array(self, identity: int) -> Array:
        start = self._starts[bisect.bisect_right(self._starts, identity) - 1]
        return self._segments[bisect.bisect_left(self._starts, start)].arrays[identity]


class _Tee:
    """Standard output that also goes on the tape."""

    def __init__(self, stream: Any, recorder: Recorder) -> None:
        self._stream = stream
        self._recorder = recorder
        self._text = ""

    def write(self, text: str) -> int:
        self._stream.write(text)
        # print() writes its end apart: an event is a line, not a piece of one.
        self._text += text
        if self._text.endswith("\n"):
            self._recorder.output(self._text)
            self._text = ""
        return len(text)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


@contextmanager
def record(budget: int = DEFAULT_BUDGET, *, script: str | None = None) -> Iterator[Tape]:
    """Record what runs inside; yields the tape, which is whole once the block is left.

    `budget` bounds the bytes of arrays kept in memory; older iterations go to a temporary file. `script` is the file
    name of the code to call the script (None: any code outside the core).
    """
    kept = Kept(budget)
    recorder = Recorder(kept.append, script=script)
    stdout = sys.stdout
    with recorder:
        sys.stdout = _Tee(stdout, recorder)
        try:
            yield Tape(kept)
        finally:
            sys.stdout = stdout


def load(path: str | os.PathLike[str]) -> Tape:
    """Open a `.tape` file, or a journal. Raises TapeError with one sentence where it cannot be read."""
    if archive.is_archive(path):
        manifest, script, segments = archive.load(path)
        kept = Kept(sys.maxsize)
        for segment in segments:
            kept.append(segment)
        return Tape(kept, seed=manifest.get("seed"), script=script)
    journal = Journal(path)
    if not len(journal):
        raise TapeError("This file is neither a .tape nor a journal with a whole segment in it.")
    return Tape(journal)
