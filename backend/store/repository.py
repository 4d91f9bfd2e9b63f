"""Runs as rows: every method is one transaction, committed when it returns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncEngine, async_sessionmaker
from sqlalchemy.orm import defer

from backend.store.models import RunRow


class RunRepository:
    """The table of runs."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._session = async_sessionmaker(engine, expire_on_commit=False)

    async def add(self, row: RunRow) -> None:
        async with self._session.begin() as session:
            session.add(row)

    async def get(self, run: str) -> RunRow | None:
        async with self._session() as session:
            return await session.get(RunRow, run)

    async def newest(self, limit: int, offset: int) -> Sequence[RunRow]:
        async with self._session() as session:
            newest = select(RunRow).order_by(RunRow.created.desc(), RunRow.id)
            return (await session.scalars(newest.limit(limit).offset(offset))).all()

    async def with_status(self, status: str) -> Sequence[RunRow]:
        async with self._session() as session:
            return (await session.scalars(select(RunRow).where(RunRow.status == status))).all()

    async def by_use(self) -> Sequence[RunRow]:
        """All runs without their scripts: those never played first, then those longest unused."""
        order = (RunRow.played, RunRow.used)
        async with self._session() as session:
            found = await session.scalars(select(RunRow).options(defer(RunRow.script)).order_by(*order))
            return found.all()

    async def count(self) -> int:
        async with self._session() as session:
            return await session.scalar(select(func.count()).select_from(RunRow)) or 0

    async def change(self, run: str, **columns: Any) -> None:
        async with self._session.begin() as session:
            await session.execute(update(RunRow).where(RunRow.id == run).values(**columns))

    async def remove(self, run: str) -> None:
        async with self._session.begin() as session:
            await session.execute(delete(RunRow).where(RunRow.id == run))
