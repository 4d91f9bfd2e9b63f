"""Gradients that pile up because nobody clears them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from autograd.tape.findings.finding import Finding
from autograd.tape.findings.reading import Reading
from autograd.tape.segment import Segment
from autograd.tape.values import norm


@dataclass(slots=True)
class _Gradient:
    """One parameter's gradient slot: was what it holds used by an update, and was anything added to it since?"""

    used: bool = False
    added: tuple[Segment, int] | None = None


def missing_zero_grad(reading: Reading) -> Iterator[Finding]:
    """An update that used a gradient which an earlier update had used already, with a backward's share added to it.

    Several backwards before one step are no fault, nor is a gradient that another loss adds to and that is cleared
    before its own step (a GAN's discriminator).
    """
    slots: dict[str, _Gradient] = {}
    found: dict[int | None, list[tuple[str, Segment, int]]] = {}
    for segment in reading.turns:
        structure = reading.structure(segment)
        for place, event in enumerate(structure.events):
            name, kind = event["tensor"], event["kind"]
            if name is None or structure.tensors[name]["kind"] != "parameter":
                continue
            slot = slots.setdefault(name, _Gradient())
            if kind == "zero_grad":
                slot.used, slot.added = False, None
            elif kind == "accumulate" and slot.used and slot.added is None:
                slot.added = segment, place
            elif kind == "step" or (kind == "edit" and name not in reading.given):
                if slot.used and slot.added is not None:
                    known = found.setdefault(reading.given.get(name), [])
                    if all(name != other for other, _, _ in known):
                        known.append((name, *slot.added))
                slot.used, slot.added = True, None
    for hits in found.values():
        name, segment, place = hits[0]
        yield _describe(reading, name, segment, place, len(hits))


def _describe(reading: Reading, name: str, segment: Segment, place: int, parameters: int) -> Finding:
    """The finding, with what the whole backward added: a parameter used twice gets two shares."""
    before = reading.entry(segment).get((name, "gradient"))
    after = None
    for at, event, writes in reading.writes(segment):
        if at > place and event["phase"] != "backward":
            break
        for tensor, of, identity in writes:
            if (tensor, of) == (name, "gradient"):
                if at < place:
                    before = identity
                else:
                    after = identity
    assert before is not None and after is not None
    old, new = (reading.array(segment, identity) for identity in (before, after))
    return reading.finding(
        "missing_zero_grad",
        "error",
        segment,
        place,
        parameter=name,
        before=norm(old),
        added=norm(new - old),
        after=norm(new),
        parameters=parameters,
    )
