"""Tapes that come from elsewhere: read whole and checked before anything is made of them."""

from __future__ import annotations

from pathlib import Path

from autograd import tape
from backend.problems import Problem


def read_tape(path: Path) -> tape.Tape:
    """The tape in a `.tape` file. Raises Problem 422 where it is none, or says something impossible."""
    try:
        recorded = tape.load(path)
        _check(recorded)
    except tape.TapeError as error:
        raise Problem(422, str(error)) from None
    except (KeyError, IndexError, TypeError, ValueError, AttributeError) as error:
        detail = f"This tape is damaged or was not made by Backplay ({type(error).__name__}: {error})."
        raise Problem(422, detail[:500]) from None
    return recorded


def _check(recorded: tape.Tape) -> None:
    """Fold every segment to its end and touch every array it names."""
    first = 0
    iteration = 0
    for index, segment in enumerate(recorded.segments):
        if segment.first != first or segment.count < 0 or segment.iteration not in (iteration, None):
            raise ValueError(f"segment {index} does not follow the one before it")
        if segment.iteration is None and index:
            raise ValueError("the setup comes first")
        structure = recorded.structure(segment)
        if segment.count != len(structure.events):
            raise ValueError(f"segment {index} has another number of events than its structure")
        recorded.whole(index)
        if segment.count:
            tape.snapshot(recorded.at(segment.first + segment.count - 1))
        first += segment.count
        iteration += segment.iteration is not None
