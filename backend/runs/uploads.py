"""Tapes that come from elsewhere: read whole and checked before anything is made of them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

from pydantic import ConfigDict, Field, TypeAdapter
from typing_extensions import TypedDict

from autograd import tape
from backend.export.dot import dot
from backend.problems import Problem
from backend.runs.protocol import JsonNumber

_Count = Annotated[int, Field(ge=0)]


class _Header(TypedDict):
    """What a segment's header must be; the structure is checked by folding and drawing it."""

    __pydantic_config__ = ConfigDict(extra="ignore")  # type: ignore[misc]

    iteration: _Count | None
    first: _Count
    complete: bool
    structure: str
    layout: str
    define: dict[str, Any] | None
    entry: list[_Count | None]
    writes: list[_Count | None]
    details: dict[str, dict[str, Any]]
    loss: JsonNumber | None
    norms: dict[str, tuple[JsonNumber | None, JsonNumber | None, JsonNumber | None]]


_HEADER: TypeAdapter[_Header] = TypeAdapter(_Header)


def read_tape(path: Path) -> tape.Tape:
    """The tape in a `.tape` file. Raises Problem 422 where it is none, or says something impossible."""
    try:
        recorded = tape.load(path)
        _check(recorded)
    except tape.TapeError as error:
        raise Problem(422, str(error)) from None
    except Exception as error:  # whatever a stranger's file makes of our code, the file is at fault
        reason = " ".join(str(error).split())[:200]
        detail = f"This tape is damaged or was not made by Backplay ({type(error).__name__}: {reason})."
        raise Problem(422, detail) from None
    return recorded


def _check(recorded: tape.Tape) -> None:
    """Fold every segment to its end, touch every array it names, draw every structure once."""
    first = 0
    iteration = 0
    drawn: set[str] = set()
    for index, segment in enumerate(recorded.segments):
        _HEADER.validate_python(segment.header)
        if segment.first != first or segment.count < 0 or segment.iteration not in (iteration, None):
            raise ValueError(f"segment {index} does not follow the one before it")
        if segment.iteration is None and index:
            raise ValueError("the setup comes first")
        structure = recorded.structure(segment)
        if segment.count != len(structure.events):
            raise ValueError(f"segment {index} has another number of events than its structure")
        recorded.whole(index)
        snapshot = tape.snapshot(recorded.at(segment.first + segment.count - 1))
        if segment.header["structure"] not in drawn:
            drawn.add(segment.header["structure"])
            dot(snapshot)
        first += segment.count
        iteration += segment.iteration is not None
