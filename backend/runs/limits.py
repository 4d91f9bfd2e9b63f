"""Limits on a worker: what the kernel enforces, and the sentences that say which limit was reached."""

from __future__ import annotations

import contextlib
import math
import resource
import sys
import time

from backend.runs.protocol import Limits

# Kept back from the script, so that the tape can still be written once its memory is used up.
_RESERVE = 256 << 20
_OPEN_FILES = 64


class Stopped(BaseException):
    """The script is to end here. Not an Exception: a script's `except Exception` must not swallow it."""

    def __init__(self, message: str | None, terminated: bool = False) -> None:
        super().__init__(message)
        self.message = message
        self.terminated = terminated


def confine(limits: Limits) -> None:
    """Set the kernel's limits on this process, once, before the script runs."""
    with contextlib.suppress(ValueError):  # macOS knows no limit of memory
        resource.setrlimit(resource.RLIMIT_AS, (limits.memory_bytes, limits.memory_bytes + _RESERVE))
    # The journal is the largest file a run writes; a segment too many is refused before, with a sentence.
    resource.setrlimit(resource.RLIMIT_FSIZE, (2 * limits.tape_bytes, 2 * limits.tape_bytes))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (_OPEN_FILES, _OPEN_FILES))


def open_reserve() -> None:
    """Let the worker itself have the memory kept back."""
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    with contextlib.suppress(ValueError):
        resource.setrlimit(resource.RLIMIT_AS, (hard, hard))


def grant_cpu(seconds: int) -> None:
    """From now on, so many seconds of CPU until SIGXCPU comes (and again each second after)."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (math.ceil(usage.ru_utime + usage.ru_stime) + seconds, hard))


def grant_cpu_to(process: int, seconds: int) -> None:
    """The same for a child of this process: a locked worker cannot change its own limit. Linux only."""
    if sys.platform == "linux":
        used = time.clock_gettime((~process << 3) | 2)  # as clock_getcpuclockid(3) makes it
        _, hard = resource.prlimit(process, resource.RLIMIT_CPU)
        resource.prlimit(process, resource.RLIMIT_CPU, (math.ceil(used) + seconds, hard))


def _size(size: int) -> str:
    """Bytes in words: 2 GB, 512 MB."""
    return f"{size / (1 << 30):g} GB" if size >= 1 << 30 else f"{size / (1 << 20):g} MB"


def cpu_reached(seconds: int) -> str:
    return f"Stopped: one iteration used more than {seconds} s of CPU time. Is there a loop that never ends?"


def wall_reached(seconds: float) -> str:
    return f"Stopped: one iteration took longer than {seconds:g} s. Is the script waiting for something?"


def memory_reached(size: int) -> str:
    return f"Stopped: the script needed more than {_size(size)} of memory."


def events_reached(events: int) -> str:
    return f"Stopped: one iteration made more than {events:,} events. Does the loop ever come to its next step?"


def tape_reached(size: int) -> str:
    return f"Stopped: the tape of this run reached {_size(size)}."
