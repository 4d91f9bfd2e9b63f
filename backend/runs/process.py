"""The server's end of a worker: a process, its two pipes, and a spare one that is already warm."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import sys
from pathlib import Path
from typing import Annotated

from pydantic import Field, TypeAdapter, ValidationError

import backend
from backend.runs import limits, sandbox
from backend.runs.order import Order, OutOfOrder
from backend.runs.protocol import LENGTH, MAX_REPORT, Credit, Ended, Job, Ready, Recorded, Report, Waiting, pack

# A process whose pipe has ended is ending.
_MOMENT = 1.0

_REPORT: TypeAdapter[Report] = TypeAdapter(
    Annotated[Ready | Recorded | Waiting | Ended, Field(discriminator="kind")],
)


def environment() -> dict[str, str]:
    """All a worker knows of the machine: one BLAS thread, one order of sets, where this package lies."""
    return {
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
        "MKL_NUM_THREADS": "1",
        "PYTHONHASHSEED": "0",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONPATH": str(Path(backend.__file__).parents[1]),
        "LANG": "C.UTF-8",
    }


class WorkerGone(Exception):
    """The worker's pipe ended."""


class Forged(WorkerGone):
    """What came out of the worker's pipe was not what a worker says: the script meddled with it."""

    def __init__(self, what: str) -> None:
        super().__init__(f"Ended: the script meddled with its own recording ({what}). What was recorded before stays.")


async def protections() -> sandbox.Protections:
    """What the sandbox holds on this machine: the self-test, run in a process as bare as a worker's."""
    command = (sys.executable, "-P", "-m", "backend.runs.sandbox")
    process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE, env=environment())
    told, _ = await process.communicate()
    try:
        return sandbox.Protections(**json.loads(told))
    except (ValueError, TypeError):
        return sandbox.Protections()  # nothing was shown to hold


class Worker:
    """A worker process. It dies with the server, and with `kill` at the latest."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self._order: Order | None = None
        assert process.stdin is not None
        assert process.stdout is not None
        self._commands = process.stdin
        self._reports = process.stdout

    @classmethod
    async def start(cls) -> Worker:
        """A new worker, ready for its job."""
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-P",
            "-m",
            "backend.runs.worker",
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            env=environment(),
            start_new_session=True,
        )
        worker = cls(process)
        with contextlib.suppress(WorkerGone):
            if isinstance(await worker.report(), Ready):
                return worker
        worker.kill()
        raise WorkerGone("The script's process could not be started; the server's log says why.")

    @property
    def alive(self) -> bool:
        return self._process.returncode is None

    async def send(self, message: Job | Credit) -> None:
        if isinstance(message, Job):
            self._order = Order(message.target, message.limits.iteration_events)
        elif self._order is not None:
            self._order.credit(message.target)
        # A worker that has just died has a closed pipe: `report` will say so.
        with contextlib.suppress(ConnectionError, RuntimeError):
            self._commands.write(pack(message))
            await self._commands.drain()

    async def report(self) -> Report:
        """The next report. Raises WorkerGone; and Forged, once the worker is ended."""
        try:
            return await self._next()
        except Forged:
            self.kill()
            raise

    async def _next(self) -> Report:
        try:
            (size,) = LENGTH.unpack(await self._reports.readexactly(LENGTH.size))
            if size > MAX_REPORT:
                raise Forged(f"a report of {size:,} bytes")
            report = _REPORT.validate_json(await self._reports.readexactly(size))
            if self._order is not None:
                self._order.check(report)
            return report
        except asyncio.IncompleteReadError as error:
            raise WorkerGone("The worker's pipe ended.") from error
        except OutOfOrder as error:
            raise Forged(str(error)) from error
        except ValidationError as error:
            raise Forged("something that is not a report") from error

    def grant_cpu(self, seconds: int) -> None:
        """From now on it may use so many seconds of CPU."""
        if self.alive:
            with contextlib.suppress(OSError):  # it ended just now
                limits.grant_cpu_to(self._process.pid, seconds)

    def release(self) -> None:
        """Let a waiting worker go: it leaves at the end of its commands."""
        self._commands.close()

    def terminate(self) -> None:
        """Ask the script to end; what it has recorded is flushed."""
        with contextlib.suppress(ProcessLookupError):
            self._process.terminate()

    def kill(self) -> None:
        """End it, and whatever it started."""
        if self.alive:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, signal.SIGKILL)

    async def gone(self) -> int:
        """See to its end; the exit status, negative for a signal. It has a moment to leave by itself."""
        with contextlib.suppress(asyncio.TimeoutError):
            return await asyncio.wait_for(self._process.wait(), _MOMENT)
        self.kill()
        return await self._process.wait()


class Pool:
    """Gives out workers, keeping one spare so that a run need not wait for imports."""

    def __init__(self) -> None:
        self._spare: asyncio.Task[Worker] | None = None

    def prepare(self) -> None:
        """Begin starting the spare."""
        if self._spare is None:
            self._spare = asyncio.create_task(Worker.start())

    async def take(self) -> Worker:
        """A ready worker. Raises WorkerGone where none can be started."""
        self.prepare()
        spare, self._spare = self._spare, None
        assert spare is not None
        try:
            with contextlib.suppress(WorkerGone):
                worker = await asyncio.shield(spare)
                if worker.alive:
                    return worker
            return await Worker.start()  # somebody ended the spare
        except asyncio.CancelledError:
            spare.add_done_callback(_discard)
            raise
        finally:
            self.prepare()

    async def close(self) -> None:
        spare, self._spare = self._spare, None
        if spare is not None:
            with contextlib.suppress(WorkerGone):
                worker = await spare
                worker.release()
                worker.kill()
                await worker.gone()


def _discard(start: asyncio.Task[Worker]) -> None:
    """End a worker that nobody waits for any more."""
    if not start.cancelled() and start.exception() is None:
        start.result().kill()
