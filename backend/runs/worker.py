"""The worker: one process, one script. `python -m backend.runs.worker`, started and watched by the server.

It imports everything, says `Ready`, and waits for its job; then it executes the script as `__main__` while recording,
appends each segment to the run's journal and waits for credit where the script comes round. It ends with `Ended`.
"""

from __future__ import annotations

import builtins
import contextlib
import ctypes
import fcntl
import os
import resource
import signal
import sys
from pathlib import Path
from types import FrameType, ModuleType, TracebackType
from typing import Any, NoReturn

import numpy as np

from autograd import compat, tape
from autograd.tape.recorder import TapeLimit
from autograd.tape.segment import Segment
from backend.runs import limits, protocol, sandbox, virtual_clock
from backend.runs.continuation import Mark, take_up
from backend.runs.edits import EditFailed, Editing
from backend.runs.limits import Stopped
from backend.runs.printed import Printed
from backend.runs.protocol import Edit, Ended, Job, Limits, Ready, Recorded, Report, Waiting
from backend.runs.seeding import replace_entropy, seed_everything

SCRIPT = "script.py"
_PR_SET_PDEATHSIG = 1


class Execution:
    """One script being executed, from its job to its end."""

    def __init__(self, job: Job, commands: int, reports: int) -> None:
        self._job = job
        self._commands = commands
        self._reports = reports
        self._target = job.target
        self._over = False
        self._asked = False
        self._waiting = False
        self._error: Exception | None = None  # what the script died of
        self._written = 0  # segments this execution has come to
        path = Path(job.journal)
        # Held until this process ends: two executions never write one journal.
        self._lock = os.open(path.parent, os.O_RDONLY)
        fcntl.flock(self._lock, fcntl.LOCK_EX)
        self._marks = take_up(path)
        self._journal = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
        self._end = os.fstat(self._journal).st_size
        self._recorder = tape.Recorder(
            on_segment=self._on_segment, script=SCRIPT, limit_events=job.limits.iteration_events
        )

    def run(self) -> NoReturn:
        """Execute the script and leave the process."""
        os.chdir(self._job.directory)
        seed_everything(self._job.seed)
        replace_entropy(self._job.seed)
        virtual_clock.install()
        compat.install()
        signal.signal(signal.SIGXCPU, self._on_signal)
        signal.signal(signal.SIGTERM, self._on_signal)
        limits.confine(self._job.limits)
        limits.grant_cpu(self._job.limits.cpu_seconds)
        editing = Editing(self._recorder, self._job.edits) if self._job.edits else None
        printed = Printed((editing or self._recorder).output, self._job.limits.output_bytes)
        sys.stdout = sys.stderr = printed
        os.dup2(0, 2)
        os.environ.clear()
        self._close_others()
        if self._job.locked:
            sandbox.lock([*sandbox.libraries(), self._job.directory])
        with self._recorder, editing or contextlib.nullcontext():
            ended = self._execute(printed)
            self._over = True
            self._recorder.close(complete=ended.status == "finished", error=self._error)
        self._leave(ended)

    def _close_others(self) -> None:
        """Close whatever descriptor was inherited: only what this execution needs stays open."""
        after = 3
        for kept in sorted((self._commands, self._reports, self._lock, self._journal)):
            os.closerange(after, kept)
            after = kept + 1
        os.closerange(after, resource.getrlimit(resource.RLIMIT_NOFILE)[0])

    def _execute(self, printed: Printed) -> Ended:
        main = ModuleType("__main__")
        main.__dict__.update(__file__=SCRIPT, __builtins__=builtins)
        sys.modules["__main__"] = main
        sys.argv = [SCRIPT]
        try:
            exec(compile(self._job.script, SCRIPT, "exec", dont_inherit=True), main.__dict__)
            printed.flush()
        except BaseException as error:
            self._over = True
            if isinstance(error, Exception) and not isinstance(error, MemoryError):
                self._error = error
            ended = self._judge(error)
            with contextlib.suppress(BaseException):
                printed.flush()
            return ended
        return Ended("finished")

    def _judge(self, error: BaseException) -> Ended:
        """How a script that raised `error` ended."""
        line = line_of(error.__traceback__)
        if isinstance(error, MemoryError):
            limits.open_reserve()
            error.__traceback__ = None  # lets go of what the script's frames hold
            return Ended("stopped", limits.memory_reached(self._job.limits.memory_bytes), line)
        if isinstance(error, TapeLimit):
            return Ended("stopped", limits.events_reached(self._job.limits.iteration_events), line)
        if isinstance(error, Stopped):
            return Ended("stopped", error.message, line, error.terminated)
        if isinstance(error, SystemExit) and error.code in (None, 0):
            return Ended("finished")
        if isinstance(error, EditFailed):
            return Ended("stopped", str(error), line)
        text = str(error)[:2000]
        return Ended("failed", f"{type(error).__name__}: {text}" if text else type(error).__name__, line)

    # Segments and credit ------------------------------------------------------------------------------------------

    def _on_segment(self, segment: Segment) -> None:
        again = self._written < len(self._marks)
        length = 0
        if again:
            self._compare(segment)
        else:
            length = self._append(segment)
        self._written += 1
        header = segment.header
        complete, loss = header["complete"], header["loss"]
        self._report(Recorded(segment.iteration, segment.first, segment.count, complete, loss, length, again))
        if segment.iteration is not None and not self._over:
            self._await_credit(segment.iteration + 1)
            if not self._job.locked or sys.platform != "linux":  # elsewhere the server grants
                limits.grant_cpu(self._job.limits.cpu_seconds)

    def _compare(self, segment: Segment) -> None:
        """A segment that the journal holds already: it must say the same."""
        difference = self._marks[self._written].differs(Mark.of(segment))
        if difference is None:
            return
        where = "its setup" if segment.iteration is None else f"iteration {segment.iteration}"
        message = (
            f"This run cannot be continued: executed again, {where} was not the same ({difference} differ from the "
            "tape). Something in the script does not follow from its seed. What was recorded stays."
        )
        self._leave(Ended("stopped", message))

    def _append(self, segment: Segment) -> int:
        data = segment.to_bytes()
        offset = self._end
        if offset + len(data) > self._job.limits.tape_bytes:
            self._leave(Ended("stopped", limits.tape_reached(self._job.limits.tape_bytes), script_line()))
        try:
            protocol.write_all(self._journal, data)
        except OSError as error:  # readers and the next execution pass over what is cut short
            self._leave(Ended("stopped", f"Stopped: the tape could not be written ({error.strerror}).", script_line()))
        self._end += len(data)
        return len(data)

    def _await_credit(self, recorded: int) -> None:
        if recorded < self._target:
            return
        self._report(Waiting())
        while recorded >= self._target:
            self._waiting = True
            try:
                message = protocol.receive(self._commands)
            except EOFError:
                os._exit(0)  # let go: what was recorded is in the journal
            self._waiting = False
            self._target = int(message["target"])

    # Ending -------------------------------------------------------------------------------------------------------

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        """End the script. One that swallows the first request is ended here at the second."""
        if self._over:
            return
        if number == signal.SIGXCPU:
            stopped = Stopped(limits.cpu_reached(self._job.limits.cpu_seconds))
        else:
            stopped = Stopped(None, terminated=True)
        if not self._waiting and tape.Recorder.at_work(frame):
            self._recorder.pending = stopped  # raised when what it is writing is written
            return
        if self._asked or self._waiting:
            self._over = True
            if not self._waiting:
                with contextlib.suppress(BaseException):
                    self._recorder.close(complete=False)
            self._leave(Ended("stopped", stopped.message, script_line(), stopped.terminated))
        self._asked = True
        raise stopped

    def _report(self, report: Report) -> None:
        try:
            protocol.write_all(self._reports, protocol.pack(report))
        except OSError:
            os._exit(1)  # the server is gone

    def _leave(self, ended: Ended) -> NoReturn:
        self._report(ended)
        os._exit(0)


def line_of(trace: TracebackType | None) -> int | None:
    """The deepest line of the script in a traceback."""
    line = None
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == SCRIPT:
            line = trace.tb_lineno
        trace = trace.tb_next
    return line


def script_line() -> int | None:
    """The line the script is at now."""
    frame: FrameType | None = sys._getframe()
    while frame is not None and frame.f_code.co_filename != SCRIPT:
        frame = frame.f_back
    return None if frame is None else frame.f_lineno


def take_pipes() -> tuple[int, int]:
    """The pipes to the server; the script's own stdin, stdout and stderr lead nowhere."""
    commands, reports = os.dup(0), os.dup(1)
    nowhere = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1):
        os.dup2(nowhere, descriptor)
    os.close(nowhere)
    return commands, reports


def main() -> None:
    """Be ready, take one job, run it."""
    commands, reports = take_pipes()
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is the server's business
    warm = np.ones((64, 64), np.float32)
    np.matmul(warm, warm)
    protocol.write_all(reports, protocol.pack(Ready()))
    try:
        message: dict[str, Any] = protocol.receive(commands)
    except EOFError:
        return
    job = Job(
        **{**message, "limits": Limits(**message["limits"]), "edits": [Edit(**edit) for edit in message["edits"]]}
    )
    Execution(job, commands, reports).run()


if __name__ == "__main__":
    main()
