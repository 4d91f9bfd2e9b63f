"""The tables."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, DateTime, Integer, String, Text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    """Every table."""


class RunRow(Base):
    """A run: all that is needed to rebuild it, and what was last known of its tape."""

    __tablename__ = "runs"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    lesson: Mapped[str | None] = mapped_column(String(100))
    name: Mapped[str | None] = mapped_column(String(200))
    script: Mapped[str] = mapped_column(Text)
    seed: Mapped[int] = mapped_column(Integer)
    wanted: Mapped[int] = mapped_column(Integer)
    status: Mapped[str] = mapped_column(String(16), index=True)
    message: Mapped[str | None] = mapped_column(Text)
    line: Mapped[int | None] = mapped_column(Integer)
    uploaded: Mapped[bool] = mapped_column(default=False)
    events: Mapped[int] = mapped_column(Integer, default=0)
    losses: Mapped[list[Any]] = mapped_column(JSON, default=list)
    partial: Mapped[bool] = mapped_column(default=False)
    edits: Mapped[list[Any]] = mapped_column(JSON, default=list)
    parent: Mapped[str | None] = mapped_column(String(32))
    played: Mapped[bool] = mapped_column(default=False)
    used: Mapped[datetime] = mapped_column(DateTime(timezone=True), index=True)
    created: Mapped[datetime] = mapped_column(DateTime(timezone=True), index=True)
