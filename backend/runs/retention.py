"""Which runs go, so that the disk does not fill: those unused for long, then the oldest over the budget."""

from __future__ import annotations

import asyncio
import logging
import shutil
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from anyio import to_thread

from backend.metrics import Metrics
from backend.runs.run import Run
from backend.runs.service import Runs
from backend.settings import Settings
from backend.store.models import RunRow
from backend.store.repository import RunRepository

log = logging.getLogger("backplay.retention")

# Whoever asked so lately is still there.
_JUST_USED = 60.0


class Retention:
    """Sweeps every now and then. A run in use never goes."""

    def __init__(
        self, settings: Settings, runs: Runs, repository: RunRepository, folder: Path, metrics: Metrics
    ) -> None:
        self._settings = settings
        self._runs = runs
        self._repository = repository
        self._folder = folder
        self._metrics = metrics
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to sweep."""
        self._task = asyncio.create_task(self._sweeping())

    async def close(self) -> None:
        """Stop sweeping; what is known of the runs' use is written down."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        await self._write_use()

    async def _sweeping(self) -> None:
        await self._remove_orphans()
        while True:
            try:
                await self.sweep()
            except Exception:  # the disk or the database may be better next time
                log.exception("sweep failed")
            await asyncio.sleep(self._settings.sweep_seconds)

    async def sweep(self) -> None:
        """Remove what has to go, now."""
        await self._write_use()
        rows = await self._repository.by_use()
        sizes = await to_thread.run_sync(lambda: {row.id: size_of(self._folder / row.id) for row in rows})
        now = datetime.now(UTC)
        left = sum(sizes.values())
        for row in rows:  # never played first, then the longest unused
            expired = now - _aware(row.used) > self._lifetime(row)
            over = left > self._settings.disk_bytes
            if (expired or over) and await self._remove(row, "unused" if expired else "disk"):
                left -= sizes[row.id]
        self._metrics.stored_runs.set(await self._repository.count())
        self._metrics.stored_bytes.set(left)

    def _lifetime(self, row: RunRow) -> timedelta:
        played, unplayed = self._settings.keep_days, self._settings.keep_unplayed_days
        return timedelta(days=played if row.played else min(played, unplayed))

    async def _remove(self, row: RunRow, why: str) -> bool:
        run = self._runs.known(row.id)
        if run is not None and in_use(run):
            return False
        await self._runs.delete(run or Run.of(row))
        self._metrics.removed.labels(why).inc()
        log.info("run removed", extra={"run": row.id, "why": why})
        return True

    async def _write_use(self) -> None:
        """When each run was used last is kept in memory between sweeps."""
        now, clock = datetime.now(UTC), time.monotonic()
        for run in self._runs.all_known():
            if run.used > run.written:
                run.written = clock
                await self._repository.change(run.id, used=now - timedelta(seconds=clock - run.used))

    async def _remove_orphans(self) -> None:
        """Folders that a crash left between a run's files and its row."""
        kept = {row.id for row in await self._repository.by_use()}

        def remove() -> None:
            for folder in self._folder.iterdir() if self._folder.is_dir() else ():
                # One that is being made has no row yet.
                if folder.name not in kept and time.time() - folder.stat().st_mtime > _JUST_USED:
                    shutil.rmtree(folder, ignore_errors=True)

        await to_thread.run_sync(remove)


def in_use(run: Run) -> bool:
    """Does it record, is somebody following it, or was it asked about just now?"""
    return run.status == "recording" or run.readers > 0 or time.monotonic() - run.used < _JUST_USED


def size_of(folder: Path) -> int:
    """Bytes of a run's files on the disk."""
    try:
        return sum(file.stat().st_size for file in folder.iterdir())
    except OSError:
        return 0


def _aware(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
