"""A clock that reads the same in every execution: it begins at one moment, and every look at it takes a millisecond.

Sleeping takes real time, and moves this clock on by as much as was asked for.
"""

from __future__ import annotations

import datetime
import time
from collections.abc import Callable
from typing import Any

# What the first look reads: 2026-01-01, midnight UTC.
_EPOCH = 1_767_225_600_000_000_000
_LOOK = 1_000_000
_SINCE_EPOCH = ("time",)
_SINCE_START = ("monotonic", "perf_counter", "process_time", "thread_time")


class _Clock:
    def __init__(self) -> None:
        self.passed = 0  # nanoseconds

    def look(self) -> int:
        self.passed += _LOOK
        return self.passed

    def reads(self, start: int) -> tuple[Callable[[], float], Callable[[], int]]:
        return lambda: (start + self.look()) / 1e9, lambda: start + self.look()


def install() -> None:
    """Let `time` and `datetime` of this process tell it from now on."""
    clock = _Clock()
    sleep = time.sleep
    names: dict[str, Any] = {}
    for start, kinds in ((_EPOCH, _SINCE_EPOCH), (0, _SINCE_START)):
        for name in kinds:
            names[name], names[f"{name}_ns"] = clock.reads(start)
    now = names["time"]

    def sleeping(seconds: float) -> None:
        sleep(seconds)
        clock.passed += int(seconds * 1e9)

    def at(convert: Callable[[float], Any]) -> Callable[..., Any]:
        return lambda seconds=None: convert(now() if seconds is None else seconds)

    names |= {name: at(getattr(time, name)) for name in ("gmtime", "localtime", "ctime")}
    strftime, asctime, localtime = time.strftime, time.asctime, names["localtime"]
    names["strftime"] = lambda format, moment=None: strftime(format, localtime() if moment is None else moment)
    names["asctime"] = lambda moment=None: asctime(localtime() if moment is None else moment)
    names["sleep"] = sleeping
    for name, function in names.items():
        setattr(time, name, function)
    _install_dates(now)


def _install_dates(now: Callable[[], float]) -> None:
    class _Lookalike(type):
        """Dates made by the real classes are dates to a script too."""

        def __instancecheck__(cls, instance: object) -> bool:
            return isinstance(instance, cls.__mro__[1])

    class Date(datetime.date, metaclass=_Lookalike):
        @classmethod
        def today(cls) -> Any:
            return cls.fromtimestamp(now())

    class DateTime(datetime.datetime, metaclass=_Lookalike):
        @classmethod
        def now(cls, tz: datetime.tzinfo | None = None) -> Any:
            return cls.fromtimestamp(now(), tz)

        @classmethod
        def today(cls) -> Any:
            return cls.fromtimestamp(now())

        @classmethod
        def utcnow(cls) -> Any:
            return cls.fromtimestamp(now(), datetime.UTC).replace(tzinfo=None)

    for ours, name in ((Date, "date"), (DateTime, "datetime")):
        ours.__name__ = ours.__qualname__ = name
        ours.__module__ = "datetime"
        setattr(datetime, name, ours)
