"""Where in the script an event came from.

A site is kept as code object and instruction offset, which costs a few hundred nanoseconds, and is resolved to a line
only when a structure is written.
"""

from __future__ import annotations

import bisect
import os
import sys
from collections.abc import Iterator
from types import CodeType, FrameType
from typing import Any, NamedTuple

_CORE = os.path.dirname(os.path.dirname(os.path.abspath(__file__))) + os.sep


class Site(NamedTuple):
    """An instruction of the script."""

    code: CodeType
    offset: int


class Script:
    """Tells the script's frames from the core's and the harness's.

    `filename` is the name the script was compiled under; None takes every frame outside the core for the script's.
    """

    def __init__(self, filename: str | None) -> None:
        self.filename = filename
        self._known: dict[CodeType, bool] = {}

    def owns(self, code: CodeType) -> bool:
        """Whether `code` is the script's."""
        known = self._known.get(code)
        if known is None:
            name = code.co_filename
            if self.filename is None:
                known = not name.startswith(_CORE) and not name.startswith("<frozen")
            else:
                known = name == self.filename
            self._known[code] = known
        return known

    def frames(self) -> Iterator[FrameType]:
        """The script's frames on the stack now, innermost first."""
        frame: FrameType | None = sys._getframe(1)
        while frame is not None:
            if self.owns(frame.f_code):
                yield frame
            frame = frame.f_back

    def site(self) -> Site | None:
        """Where the script is now; None where no frame of it is on the stack."""
        known = self._known
        frame: FrameType | None = sys._getframe(1)
        while frame is not None:
            code = frame.f_code
            if known[code] if code in known else self.owns(code):
                return Site(code, frame.f_lasti)
            frame = frame.f_back
        return None

    def variable(self, target: object) -> str | None:
        """The script's name for an object: of the variables that hold it now, the outermost frame's.

        `images` in the loop that calls the model is a better name than `x` inside `forward`.
        """
        found = None
        for frame in self.frames():
            local: dict[str, Any] = frame.f_locals
            for name, value in local.items():
                if value is target and not name.startswith("_") and name != "self":
                    found = name
                    break
        return found


_lines: dict[CodeType, tuple[list[int], list[int | None]]] = {}


def line(site: Site | None) -> int | None:
    """The line of a site, counted from 1."""
    if site is None:
        return None
    table = _lines.get(site.code)
    if table is None:
        entries = list(site.code.co_lines())
        table = _lines[site.code] = ([start for start, _, _ in entries], [number for _, _, number in entries])
    starts, numbers = table
    at = bisect.bisect_right(starts, site.offset) - 1
    return numbers[at] if at >= 0 else None
