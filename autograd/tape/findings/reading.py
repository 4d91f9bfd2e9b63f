"""What the detectors read of a tape: headers of every iteration, structures once, arrays only where they are needed.

Work is bounded on long tapes. Headers (losses, norms, steps) are read for every iteration. What depends on the order of
events is followed through `turns`: of a stretch of iterations with one structure the first three, as the third repeats
what the second did, and at most `MOST_TURNS` of them. Arrays are read of at most `SAMPLES` iterations, spread evenly.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING, Any

from autograd.tape.findings.finding import Finding, Severity
from autograd.tape.findings.wiring import Wiring
from autograd.tape.segment import Array, Segment
from autograd.tape.structure import Structure

if TYPE_CHECKING:
    from autograd.tape.tape import Tape

MOST_TURNS = 2000
SAMPLES = 16
_REPEATS = 3


class Reading:
    """One tape, read for findings."""

    def __init__(self, tape: Tape) -> None:
        self.tape = tape
        self.segments = list(tape.segments)
        self.iterations = [segment for segment in self.segments if segment.iteration is not None]
        self._wirings: dict[str, Wiring] = {}

    # Structures and events ----------------------------------------------------------------------------------------

    def structure(self, segment: Segment) -> Structure:
        return self.tape.structure(segment)

    def wiring(self, segment: Segment) -> Wiring:
        """How the nodes of a segment's structure hang together."""
        key = segment.header["structure"]
        if key not in self._wirings:
            self._wirings[key] = Wiring(self.structure(segment))
        return self._wirings[key]

    @cached_property
    def first_uses(self) -> list[Segment]:
        """Per structure, the first segment that has it."""
        seen: dict[str, Segment] = {}
        for segment in self.segments:
            seen.setdefault(segment.header["structure"], segment)
        return list(seen.values())[:MOST_TURNS]

    @cached_property
    def turns(self) -> list[Segment]:
        """The segments in which the order of events is followed."""
        found: list[Segment] = []
        key, repeats = None, 0
        for segment in self.segments:
            repeats = repeats + 1 if segment.header["structure"] == key else 1
            key = segment.header["structure"]
            if repeats <= _REPEATS:
                found.append(segment)
                if len(found) == MOST_TURNS:
                    break
        return found

    def writes(self, segment: Segment) -> Iterator[tuple[int, dict[str, Any], list[tuple[str, str, int | None]]]]:
        """Per event of a segment: its place, itself, and what it wrote as (tensor, of, array id)."""
        structure = self.structure(segment)
        identities = iter(segment.header["writes"])
        for place, event in enumerate(structure.events):
            slots = [structure.slots[slot] for slot in event["writes"]]
            yield place, event, [(slot["tensor"], slot["of"], next(identities)) for slot in slots]

    # Arrays -------------------------------------------------------------------------------------------------------

    def array(self, segment: Segment, identity: int) -> Array:
        """The array of that id, named in `segment`."""
        own = segment.arrays.get(identity)
        return self.tape.source.array(identity) if own is None else own

    def entry(self, segment: Segment) -> dict[tuple[str, str], int | None]:
        """(tensor, of) → array id, as the segment begins."""
        structure = self.structure(segment)
        slots = [structure.slots[slot] for slot in structure.entry]
        pairs = zip(slots, segment.header["entry"], strict=True)
        return {(slot["tensor"], slot["of"]): identity for slot, identity in pairs}

    @cached_property
    def samples(self) -> list[Segment]:
        """At most `SAMPLES` whole iterations, spread evenly, with the first and the last."""
        whole = [segment for segment in self.iterations if segment.header["complete"]]
        if len(whole) <= SAMPLES:
            return whole
        return [whole[round(k * (len(whole) - 1) / (SAMPLES - 1))] for k in range(SAMPLES)]

    # Who takes part -----------------------------------------------------------------------------------------------

    def _latest(self, name: str) -> list[dict[str, Any]]:
        told = (segment.header.get(name) for segment in reversed(self.segments))
        return next((value for value in told if value is not None), [])

    @cached_property
    def optimizers(self) -> list[dict[str, Any]]:
        """As the format has them, last told."""
        return self._latest("optimizers")

    @cached_property
    def models(self) -> list[dict[str, Any]]:
        """As the format has them, last told."""
        return self._latest("models")

    @cached_property
    def given(self) -> dict[str, int]:
        """Parameter → the number of the optimizer that was given it."""
        return {
            parameter["name"]: number
            for number, optimizer in enumerate(self.optimizers)
            for parameter in optimizer["parameters"]
        }

    @property
    def error(self) -> dict[str, Any] | None:
        """What the script died of."""
        return self.segments[-1].header.get("error") if self.segments else None

    # Findings -----------------------------------------------------------------------------------------------------

    def finding(
        self,
        kind: str,
        severity: Severity,
        segment: Segment,
        place: int,
        *,
        line: int | None = None,
        parameter: str | None = None,
        tensor: str | None = None,
        node: str | None = None,
        **evidence: Any,
    ) -> Finding:
        """A finding at event `place` of a segment; `line` is that event's where not given."""
        event = self.structure(segment).events[place]
        return Finding(
            kind,
            severity,
            segment.first + place,
            segment.iteration,
            event["line"] if line is None else line,
            parameter,
            tensor,
            node,
            evidence,
        )
