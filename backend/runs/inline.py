"""A script recorded in this very process, for the command line: no worker, no limits."""

from __future__ import annotations

import sys
import traceback
from pathlib import Path
from types import CodeType, ModuleType, TracebackType

from threadpoolctl import threadpool_limits

from autograd import compat, tape
from backend.runs.printed import Printed
from backend.runs.seeding import seed_everything


class _Enough(BaseException):
    """As many iterations as were asked for are recorded."""


def record_script(path: Path, journal: tape.Journal, *, iterations: int | None, seed: int) -> int:
    """Execute the script at `path` as `__main__` while recording into `journal`; its exit code."""
    enough = False

    def on_segment(segment: tape.Segment) -> None:
        nonlocal enough
        if enough:
            return
        journal.append(segment)
        if segment.iteration is not None and segment.iteration + 1 == iterations:
            enough = True
            raise _Enough

    code = compile(path.read_text(encoding="utf-8"), str(path), "exec", dont_inherit=True)
    compat.install()
    seed_everything(seed)
    sys.argv = [str(path)]
    sys.path.insert(0, str(path.resolve().parent))
    threadpool_limits(limits=1, user_api="blas")  # as in a worker: the same script gives the same numbers
    recorder = tape.Recorder(on_segment=on_segment, script=str(path))
    status = 0
    try:
        with recorder:
            _execute(code, path, recorder)
    except _Enough:
        pass
    except SystemExit as leaving:
        status = 0 if leaving.code is None else leaving.code if isinstance(leaving.code, int) else 1
    except BaseException as error:
        traceback.print_exception(error.with_traceback(_from_script(error.__traceback__, path)))
        status = 1
    return status


def _execute(code: CodeType, path: Path, recorder: tape.Recorder) -> None:
    main = ModuleType("__main__")
    main.__dict__["__file__"] = str(path)
    sys.modules["__main__"] = main
    stdout = sys.stdout

    def output(text: str) -> None:
        stdout.write(text)
        recorder.output(text)

    sys.stdout = printed = Printed(output, None)
    try:
        exec(code, main.__dict__)
        printed.flush()
    finally:
        sys.stdout = stdout


def _from_script(trace: TracebackType | None, path: Path) -> TracebackType | None:
    """The traceback from the script's own frame on."""
    while trace is not None and trace.tb_frame.f_code.co_filename != str(path):
        trace = trace.tb_next
    return trace
