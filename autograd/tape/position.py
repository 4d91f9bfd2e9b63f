"""Positions: `start | setup | EVENT | I | I:PHASE | I:PHASE.N | latest`, as people and URLs write a moment."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from autograd.tape.events import PHASES

if TYPE_CHECKING:
    from autograd.tape.tape import Tape

_ITERATION = re.compile(r"(\d+):(?:([a-z_]+)(?:\.(\d+))?)?")


class PositionError(ValueError):
    """No such moment; the message says what would be valid."""


def resolve(tape: Tape, position: str | int) -> int:
    """The index of the event just after which the moment lies; -1 before the first.

    A bare number, as text or int, is an event. `I:` is the end of iteration I, `I:PHASE` the end of its last such
    stretch, `I:PHASE.N` the end of the N-th, counted from 1. Raises PositionError.
    """
    text = str(position).strip()
    last = len(tape) - 1
    if text == "start":
        return -1
    if text == "latest":
        return last
    if text == "setup":
        return next((s.first + s.count - 1 for s in tape.segments if s.iteration is None), -1)
    if re.fullmatch(r"-?\d+", text):
        event = int(text)
        if not -1 <= event <= last:
            raise PositionError(f"There is no event {event}: this tape has events 0 to {last}.")
        return event
    match = _ITERATION.fullmatch(text)
    if match is None:
        raise PositionError(
            f"“{text}” is not a position. Write start, setup, latest, an event (0 to {last}), an iteration (3:), "
            "or an iteration and a phase (3:backward, 3:backward.1)."
        )
    return _within(tape, int(match[1]), match[2], match[3])


def _within(tape: Tape, iteration: int, phase: str | None, count: str | None) -> int:
    segment = tape.iteration(iteration)
    if segment is None:
        known = f"0 to {tape.iterations - 1}" if tape.iterations else "none yet"
        raise PositionError(f"There is no iteration {iteration}: this tape has {known}.")
    end = segment.first + segment.count - 1
    if phase is None:
        return end
    events = tape.structure(segment).events
    ends = [
        segment.first + at
        for at, event in enumerate(events)
        if event["phase"] == phase and (at + 1 == len(events) or events[at + 1]["phase"] != phase)
    ]
    if not ends:
        has = [name for name in PHASES if any(event["phase"] == name for event in events)]
        raise PositionError(f"Iteration {iteration} has no phase “{phase}”: it has {', '.join(has) or 'none'}.")
    if count is None:
        return ends[-1]
    if not 1 <= int(count) <= len(ends):
        raise PositionError(f"Iteration {iteration} has {len(ends)} stretches of {phase}, counted from 1, not {count}.")
    return ends[int(count) - 1]
