"""What a script prints, on its way to the tape."""

from __future__ import annotations

import io
from collections.abc import Callable

_LONGEST_LINE = 4096


class Printed(io.TextIOBase):
    """`sys.stdout` of a script: whole lines are handed on, up to a size in all (None: without limit)."""

    def __init__(self, output: Callable[[str], None], size: int | None) -> None:
        self._output = output
        self._left = size
        self._line = ""

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        self._line += text
        if "\n" in text or len(self._line) > _LONGEST_LINE:
            self.flush()
        return len(text)

    def flush(self) -> None:
        text, self._line = self._line, ""
        if not text:
            return
        if self._left is not None:
            if self._left <= 0:
                return
            if len(text) >= self._left:
                text = text[: self._left] + "\n(What the script prints from here on is not kept.)\n"
                self._left = 0
            else:
                self._left -= len(text)
        self._output(text)
