"""The life of runs: made, recorded further, stopped, taken up again after their worker or the server is gone."""

from __future__ import annotations

import asyncio
import logging
import secrets
import shutil
import signal
import time
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from anyio import to_thread

from autograd import tape
from autograd.tape.segment import plain
from backend import lessons
from backend.metrics import Metrics
from backend.problems import Problem
from backend.runs import limits
from backend.runs.process import Forged, Pool, Worker, WorkerGone, protections
from backend.runs.protocol import Credit, Edit, Ended, Job, Limits, Recorded, Report, Waiting
from backend.runs.run import Run, Status
from backend.runs.sandbox import Protections
from backend.runs.shelf import Shelf
from backend.settings import Settings
from backend.store.models import RunRow
from backend.store.repository import RunRepository

log = logging.getLogger("backplay.runs")

# After being asked to end, a worker has so long to flush its tape.
_GRACE = 2.0
_LONGEST_MESSAGE = 4000

_SIGNALS: dict[int, str] = {
    signal.SIGSEGV: " (it touched memory that is not its own)",
    signal.SIGBUS: " (it touched memory that is not there)",
    signal.SIGFPE: " (it divided by zero outside Python)",
    signal.SIGILL: " (it executed what is no instruction)",
    signal.SIGABRT: " (Python itself gave up)",
    signal.SIGKILL: " (it used more time or memory than it may)",
    signal.SIGSYS: " (it asked the system for something forbidden)",
}


class Runs:
    """Every run there is; the only place where one changes its status."""

    def __init__(self, settings: Settings, repository: RunRepository, shelf: Shelf, metrics: Metrics) -> None:
        self._settings = settings
        self._repository = repository
        self._shelf = shelf
        self._metrics = metrics
        self._pool = Pool()
        self._known: dict[str, Run] = {}
        self._living: set[Run] = set()
        self._freed = asyncio.Event()
        self._idle: asyncio.Task[None] | None = None
        self._closing = False
        self._protections = Protections()

    # The server's life --------------------------------------------------------------------------------------------

    async def start(self) -> None:
        """Take up every run that was recording when the server went."""
        self._pool.prepare()
        self._protections = await protections()
        if self.refusal is not None:
            log.warning("%s", self.refusal)
        self._idle = asyncio.create_task(self._release_idle())
        for row in await self._repository.with_status("recording"):
            run = self._remember(row)
            await self._shelf.ask(run.id, run.look_up)  # the tape went on after the last commit
            self._begin(run)

    async def close(self) -> None:
        """End every worker. What was recording is taken up at the next start."""
        self._closing = True
        if self._idle is not None:
            self._idle.cancel()
        tasks = [run.task for run in self._known.values() if run.task is not None and not run.task.done()]
        for run in list(self._living):
            if run.worker is not None:
                run.worker.kill()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._pool.close()
        for run in self._known.values():
            run.announce()

    @property
    def living(self) -> int:
        """Script processes alive."""
        return len(self._living)

    @property
    def closing(self) -> bool:
        return self._closing

    @property
    def protections(self) -> Protections:
        """What the sandbox was found to hold when the server started."""
        return self._protections

    @property
    def refusal(self) -> str | None:
        """Why scripts that are not lessons do not run here; None where they do."""
        missing = self._protections.missing
        if missing is None or self._settings.sandbox == "off":
            return None
        return (
            f"Scripts of one's own are refused, lessons run: {missing}. Whoever operates this server may set "
            "BACKPLAY_SANDBOX=off on a machine of their own, where the server listens on a loopback address."
        )

    # Questions ----------------------------------------------------------------------------------------------------

    def _remember(self, row: RunRow) -> Run:
        return self._known.setdefault(row.id, Run.of(row))

    async def get(self, run: str) -> Run:
        """The run of that id. Raises Problem 404."""
        known = self._known.get(run)
        if known is None:
            row = await self._repository.get(run)
            if row is None:
                raise Problem(404, f"There is no run “{run[:40]}”. GET /api/runs lists the runs.")
            known = self._remember(row)
        known.used = time.monotonic()
        return known

    def known(self, run: str) -> Run | None:
        """The run, if it is in memory."""
        return self._known.get(run)

    def all_known(self) -> list[Run]:
        """The runs in memory."""
        return list(self._known.values())

    async def newest(self, limit: int, offset: int = 0) -> list[Run]:
        return [self._remember(row) for row in await self._repository.newest(limit, offset)]

    async def script(self, run: Run) -> str:
        row = await self._repository.get(run.id)
        return "" if row is None else row.script

    # Changes ------------------------------------------------------------------------------------------------------

    async def create(
        self,
        script: str,
        *,
        lesson: str | None,
        name: str | None,
        seed: int,
        iterations: int,
        edits: Sequence[Edit] = (),
        parent: str | None = None,
    ) -> Run:
        """A new run, committed, its recording begun."""
        run = await self._add(
            script,
            lesson=lesson,
            name=name,
            seed=seed,
            wanted=iterations,
            status="recording",
            edits=edits,
            parent=parent,
        )
        self._begin(run)
        return run

    async def adopt(self, recorded: tape.Tape, name: str | None) -> Run:
        """A finished run of a tape that was recorded elsewhere."""
        losses = [plain(loss) for loss in recorded.losses]
        return await self._add(
            recorded.script or "",
            lesson=None,
            name=name,
            seed=recorded.seed or 0,
            wanted=len(losses),
            status="finished",
            recorded=recorded,
        )

    async def _add(
        self,
        script: str,
        *,
        lesson: str | None,
        name: str | None,
        seed: int,
        wanted: int,
        status: Status,
        recorded: tape.Tape | None = None,
        edits: Sequence[Edit] = (),
        parent: str | None = None,
    ) -> Run:
        row = RunRow(
            id=secrets.token_urlsafe(12),
            lesson=lesson,
            name=name,
            script=script,
            seed=seed,
            wanted=wanted,
            status=status,
            uploaded=recorded is not None,
            events=0 if recorded is None else len(recorded),
            losses=[] if recorded is None else [plain(loss) for loss in recorded.losses],
            partial=False,
            edits=[asdict(edit) for edit in edits],
            parent=parent,
            # A script of one's own was written by somebody; a lesson may only have been opened.
            played=recorded is not None or lesson is None or parent is not None,
            used=datetime.now(UTC),
            created=datetime.now(UTC),
        )
        await to_thread.run_sync(_make_folder, self._shelf.journal(row.id), recorded)
        await self._repository.add(row)
        self._metrics.runs.inc()
        return self._remember(row)

    async def advance(self, run: Run, iterations: int, until: int | None = None) -> None:
        """Record so many iterations more, or to `until` in all; committed when this returns.

        Raises Problem 409 where there is no more.
        """
        if run.ending in ("asked", "wall") and run.task is not None:
            await asyncio.wait([run.task])
        async with run.lock:
            self._check_advance(run)
            if until is not None and until <= run.wanted:
                return
            run.wanted = run.wanted + iterations if until is None else until
            run.played = True
            run.used = time.monotonic()
            await self._set(run, "recording")
            if run.worker is not None and run.ending is None:
                await run.worker.send(Credit(run.wanted))
                self._watch(run)
            elif run.task is None or run.task.done() or run.ending is not None:
                self._begin(run, after=run.task)

    @staticmethod
    def _check_advance(run: Run) -> None:
        if run.uploaded:
            raise Problem(409, "This run was uploaded as a tape; it can be played, not recorded further.")
        if run.status == "finished":
            raise Problem(409, "This run is finished: its script has ended, there is nothing left to record.")
        if run.status == "failed":
            raise Problem(409, f"This run failed and cannot go on: {run.message}")
        if run.status == "stopped" and run.message is not None:
            raise Problem(409, f"This run was stopped and cannot go on. {run.message}")

    async def stop(self, run: Run) -> None:
        """Stop recording; a run that has ended stays as it is."""
        async with run.lock:
            if run.status not in ("recording", "waiting"):
                return
            task = run.task
            if run.status == "recording" and run.worker is not None and run.ending is None:
                self._terminate(run, "asked")
            elif run.status == "waiting":
                self._release(run)
            elif task is not None:
                task.cancel()  # it has no worker yet
        if task is not None:
            await asyncio.wait([task], timeout=2 * _GRACE)
        if run.status in ("recording", "waiting"):
            run.wanted = run.whole
            await self._set(run, "stopped")

    async def delete(self, run: Run) -> None:
        """Remove a run and its files."""
        async with run.lock:
            run.deleted = True
            if run.worker is not None:
                run.worker.kill()
            if run.task is not None:
                run.task.cancel()
                await asyncio.wait([run.task])
            self._known.pop(run.id, None)
            await self._repository.remove(run.id)
            self._shelf.close(run.id)
            await to_thread.run_sync(lambda: shutil.rmtree(self._shelf.folder(run.id), ignore_errors=True))
            run.announce()

    # Recording ----------------------------------------------------------------------------------------------------

    def _begin(self, run: Run, after: asyncio.Task[None] | None = None) -> None:
        run.task = asyncio.create_task(self._record(run, after))

    async def _record(self, run: Run, after: asyncio.Task[None] | None) -> None:
        """Give the run a worker and follow what it reports to its end."""
        if after is not None:
            await asyncio.wait([after])
        run.ending = None
        again = False
        begun = time.monotonic()
        with self._metrics.waiting.track_inprogress():
            place = await self._place(run)
        self._living.add(place)
        try:
            if run.lesson is None and self.refusal is not None:
                await self._ended(run, Ended("stopped", self.refusal))
                return
            script = await self.script(run)
            worker = run.worker = await self._pool.take()
            self._metrics.workers.set(len(self._living))
            await worker.send(self._job(run, script))  # written at once: no credit can come before it
            await self._follow(run, worker, begun)
        except WorkerGone as error:
            again = await self._lost(run, str(error))
        except Exception:
            log.exception("recording failed", extra={"run": run.id})
            again = await self._lost(run, "Something in Backplay itself went wrong; the server's log says what.")
        finally:
            if run.worker is not None:
                run.worker.kill()
                run.worker = None
            self._watch(run, False)
            self._living.discard(run)
            self._metrics.workers.set(len(self._living))
            self._freed.set()
        if again:
            self._begin(run)

    def _job(self, run: Run, script: str) -> Job:
        settings = self._settings
        # Not the settings themselves: a worker is told no more than it needs.
        bounds = Limits(
            cpu_seconds=settings.cpu_seconds,
            memory_bytes=settings.memory_bytes,
            iteration_events=settings.iteration_events,
            output_bytes=settings.output_bytes,
            tape_bytes=settings.tape_bytes,
        )
        journal = str(self._shelf.journal(run.id))
        locked, edits = settings.sandbox == "on", [Edit(**edit) for edit in run.edits]
        return Job(script, run.seed, run.wanted, journal, str(lessons.DATA), bounds, locked, edits)

    async def _follow(self, run: Run, worker: Worker, begun: float) -> None:
        self._watch(run)
        first = True
        while True:
            try:
                report = await worker.report()
            except Forged:
                raise
            except WorkerGone as error:
                if run.ending is not None:
                    await self._ended(run, Ended("stopped", terminated=True))
                    return
                status = await worker.gone()
                raise WorkerGone(_farewell(status, error)) from error
            if isinstance(report, Ended):
                await self._ended(run, report)
                return
            if first and isinstance(report, Recorded):
                first = False
                self._metrics.first_event.observe(time.monotonic() - begun)
            await self._take_in(run, report)

    async def _take_in(self, run: Run, report: Report) -> None:
        if isinstance(report, Recorded):
            if report.iteration is not None and report.iteration > run.iterations:
                raise WorkerGone("The worker rebuilt more than was recorded.")
            if not report.again:
                run.take_in(report)
                self._metrics.segments.inc()
                self._metrics.tape_bytes.inc(max(0, report.length))
                run.announce()
            self._watch(run)
        elif isinstance(report, Waiting) and run.whole >= run.wanted and run.ending is None:
            self._watch(run, False)
            async with run.lock:
                if run.whole >= run.wanted:
                    await self._set(run, "waiting")
            self._freed.set()  # its place may be given to another

    async def _ended(self, run: Run, ended: Ended) -> None:
        if run.ending == "released" or run.deleted:
            return
        message, status = ended.message, ended.status
        if ended.terminated:
            message = limits.wall_reached(self._settings.wall_seconds) if run.ending == "wall" else None
            status = "stopped"
        if message is not None:
            message = message[:_LONGEST_MESSAGE]
        self._metrics.ended.labels(status).inc()
        if run.ending == "asked":
            run.wanted = run.whole
        await self._set(run, status, message, None if message is None else ended.line)

    async def _lost(self, run: Run, message: str) -> bool:
        """The worker is gone without a word. True: the run is to be executed again to where it was.

        A run whose workers are lost twice at the same place failed: its script ends them.
        """
        if self._closing or run.deleted or run.ending == "released":
            return False
        log.warning("worker lost: %s", message, extra={"run": run.id})
        self._metrics.killed.labels("lost").inc()
        if run.status == "waiting":
            return False  # it is executed again when it is to go on
        if run.lost_at != run.whole:
            run.lost_at = run.whole
            return True
        self._metrics.ended.labels("failed").inc()
        await self._set(run, "failed", message)
        return False

    async def _set(self, run: Run, status: Status, message: str | None = None, line: int | None = None) -> None:
        """Change the status: committed, then told."""
        await self._repository.change(
            run.id,
            status=status,
            message=message,
            line=line,
            wanted=run.wanted,
            events=run.events,
            losses=run.losses,
            partial=run.partial,
            played=run.played,
        )
        run.status, run.message, run.line = status, message, line
        run.announce()

    # Clock and places ---------------------------------------------------------------------------------------------

    def _watch(self, run: Run, on: bool = True) -> None:
        """(Re)start the clock of one iteration, or take it away."""
        if run.clock is not None:
            run.clock.cancel()
            run.clock = None
        if on and run.ending is None:
            if run.worker is not None:
                run.worker.grant_cpu(self._settings.cpu_seconds)
            run.clock = asyncio.get_running_loop().call_later(self._settings.wall_seconds, self._terminate, run, "wall")

    def _terminate(self, run: Run, why: str) -> None:
        if run.worker is None or run.ending is not None:
            return
        self._watch(run, False)
        self._metrics.killed.labels(why).inc()
        run.ending = "wall" if why == "wall" else "asked"
        run.worker.terminate()
        asyncio.get_running_loop().call_later(_GRACE, run.worker.kill)

    def _release(self, run: Run) -> None:
        """Let a waiting run's worker go; the run is executed again when it is to go on."""
        if run.worker is not None:
            run.ending = "released"
            run.worker.release()

    async def _place(self, run: Run) -> Run:
        """Wait until one more worker may live, letting go the one that has waited longest unused."""
        while len(self._living) >= self._settings.workers:
            self._freed.clear()
            idle = [other for other in self._living if other.status == "waiting" and other.ending is None]
            if idle:
                self._release(min(idle, key=lambda other: other.used))
            await self._freed.wait()
        return run

    async def _release_idle(self) -> None:
        while True:
            await asyncio.sleep(min(10.0, self._settings.idle_seconds / 2))
            before = time.monotonic() - self._settings.idle_seconds
            for run in list(self._living):
                if run.status == "waiting" and run.ending is None and run.used < before:
                    self._release(run)


def _farewell(status: int, error: WorkerGone) -> str:
    if status < 0:
        why = _SIGNALS.get(-status, "")
        return f"The script's process was ended by signal {-status}{why}; what it had recorded stays."
    return f"The script ended its own process (exit status {status}); what it had recorded stays. {error}"


def _make_folder(journal: Path, recorded: tape.Tape | None) -> None:
    journal.parent.mkdir(parents=True, mode=0o700)
    journal.touch(mode=0o600)
    if recorded is not None:
        with journal.open("wb") as file:
            for segment in recorded.segments:
                file.write(segment.to_bytes())
