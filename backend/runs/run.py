"""A run as the server holds it in memory: what is known of it, and who wants to hear of changes."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal, cast

from autograd import tape
from autograd.tape.segment import plain
from backend.runs.process import Worker
from backend.runs.protocol import JsonNumber, Recorded
from backend.store.models import RunRow

Status = Literal["recording", "waiting", "finished", "failed", "stopped"]


@dataclass(eq=False, slots=True)
class Run:
    """One run. `wanted`: whole iterations asked for in all; `ending`: why its worker was told to end."""

    id: str
    lesson: str | None
    name: str | None
    seed: int
    wanted: int
    status: Status
    created: datetime
    message: str | None = None
    line: int | None = None
    uploaded: bool = False
    events: int = 0
    losses: list[JsonNumber | None] = field(default_factory=list)
    partial: bool = False
    parent: str | None = None
    edits: list[dict[str, Any]] = field(default_factory=list)
    played: bool = False
    lost_at: int | None = None  # whole iterations when a worker of its own was lost last
    worker: Worker | None = None
    task: asyncio.Task[None] | None = None
    ending: Literal["asked", "wall", "released"] | None = None
    clock: asyncio.TimerHandle | None = None
    used: float = field(default_factory=time.monotonic)
    written: float = 0.0  # when `used` was committed last
    readers: int = 0  # streams that follow it
    version: int = 0
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    deleted: bool = False
    _changed: asyncio.Event = field(default_factory=asyncio.Event)

    @classmethod
    def of(cls, row: RunRow) -> Run:
        created = row.created if row.created.tzinfo else row.created.replace(tzinfo=UTC)
        return cls(
            id=row.id,
            lesson=row.lesson,
            name=row.name,
            seed=row.seed,
            wanted=row.wanted,
            status=cast(Status, row.status),
            created=created,
            message=row.message,
            line=row.line,
            uploaded=row.uploaded,
            events=row.events,
            losses=list(row.losses),
            partial=row.partial,
            parent=row.parent,
            edits=list(row.edits),
            played=row.played,
        )

    @property
    def iterations(self) -> int:
        return len(self.losses)

    @property
    def whole(self) -> int:
        """Iterations that are recorded to their end."""
        return len(self.losses) - self.partial

    def look_up(self, recorded: tape.Tape) -> None:
        """Take what is known from the tape itself."""
        self.events = len(recorded)
        self.losses = [plain(loss) for loss in recorded.losses]
        self.partial = bool(recorded.segments) and not recorded.segments[-1].header["complete"]

    def take_in(self, report: Recorded) -> None:
        """A segment was recorded, or a cut one recorded anew."""
        self.events = report.first + report.count
        self.partial = not report.complete
        if report.iteration is not None:
            self.losses[report.iteration :] = [report.loss]

    def announce(self) -> None:
        """Wake everyone who waits for a change."""
        self.version += 1
        self._changed.set()
        self._changed = asyncio.Event()

    async def change(self, version: int) -> None:
        """Wait until the run is newer than `version`."""
        while self.version == version:
            await self._changed.wait()
