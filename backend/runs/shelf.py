"""The shelf: tapes kept open for reading, the least recently used closed. Every question is asked in a thread."""

from __future__ import annotations

import os
import threading
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from anyio import to_thread

from autograd import tape
from backend.problems import Problem

Answer = TypeVar("Answer")


class _OpenTape:
    """One journal and the tape over it. The lock is held for each question."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.lock = threading.Lock()
        self.inode = 0
        self.journal: tape.Journal | None = None
        self.tape: tape.Tape | None = None

    def current(self) -> tape.Tape:
        """The tape with all that has been recorded, opened anew where its file was replaced (a cut iteration dropped).

        Raises Problem where the file is gone.
        """
        try:
            inode = os.stat(self.path).st_ino
            if self.journal is not None and self.tape is not None and inode == self.inode:
                self.journal.refresh()
                return self.tape
            self.close()
            self.journal = tape.Journal(self.path)
        except FileNotFoundError:
            raise Problem(404, "The tape of this run is no longer on the server's disk.") from None
        self.tape = tape.Tape(self.journal)
        self.inode = inode
        return self.tape

    def close(self) -> None:
        if self.journal is not None:
            self.journal.close()
        self.journal = self.tape = None


class Shelf:
    """Reads the tapes of runs. `folder`: where each run has a folder of its own."""

    def __init__(self, folder: Path, capacity: int) -> None:
        self._folder = folder
        self._capacity = capacity
        self._open: OrderedDict[str, _OpenTape] = OrderedDict()
        self._lock = threading.Lock()

    def folder(self, run: str) -> Path:
        return self._folder / run

    def journal(self, run: str) -> Path:
        return self._folder / run / "journal.bpsg"

    async def ask(self, run: str, question: Callable[[tape.Tape], Answer]) -> Answer:
        """What `question` answers about the run's tape, now."""
        return await to_thread.run_sync(self._answer, run, question)

    def _answer(self, run: str, question: Callable[[tape.Tape], Answer]) -> Answer:
        opened = self._take(run)
        with opened.lock:
            return question(opened.current())

    def _take(self, run: str) -> _OpenTape:
        with self._lock:
            opened = self._open.pop(run, None) or _OpenTape(self.journal(run))
            self._open[run] = opened
            while len(self._open) > self._capacity:
                _, oldest = self._open.popitem(last=False)
                with oldest.lock:
                    oldest.close()
            return opened

    def close(self, run: str) -> None:
        """Forget one tape; its file may go."""
        with self._lock:
            opened = self._open.pop(run, None)
        if opened is not None:
            with opened.lock:
                opened.close()

    def close_all(self) -> None:
        for run in list(self._open):
            self.close(run)
