"""Continuing a run whose worker is gone: its script is executed again, and must say again what its journal says."""

from __future__ import annotations

import mmap
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograd.tape.segment import Segment, TapeError


@dataclass(frozen=True, slots=True)
class Mark:
    """What two executions of one iteration must agree on."""

    iteration: int | None
    count: int
    structure: str
    loss: Any
    norms: Any

    @classmethod
    def of(cls, segment: Segment) -> Mark:
        header = segment.header
        return cls(segment.iteration, segment.count, header["structure"], header["loss"], header["norms"])

    def differs(self, other: Mark) -> str | None:
        """The first thing they disagree on, or None."""
        if self == other:
            return None
        if self.structure != other.structure or self.count != other.count:
            return "its ops"
        return "its loss" if self.loss != other.loss else "its numbers"


def take_up(path: Path) -> list[Mark]:
    """The marks of the whole iterations in a journal; what follows them is dropped.

    An iteration that a stop cut short is recorded anew. The file is replaced, never shortened: readers may have it
    mapped.
    """
    if not path.exists() or not path.stat().st_size:
        path.touch()
        return []
    with path.open("rb") as file:
        view = memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
    marks: list[Mark] = []
    end = 0
    while end < len(view):
        try:
            segment, after = Segment.from_buffer(view, end)
        except TapeError:
            break  # a crash cut it short
        if not segment.header["complete"]:
            break
        marks.append(Mark.of(segment))
        end = after
    if end < len(view):
        kept = path.with_suffix(".kept")
        kept.write_bytes(view[:end])
        os.replace(kept, path)
    return marks
