"""What the server and a worker say to each other: length-prefixed JSON over two pipes.

Nothing is ever unpickled. The server distrusts what it reads: sizes are capped and every message is checked against the
shapes below. This module is imported by workers, so it needs nothing but the standard library.
"""

from __future__ import annotations

import json
import os
import struct
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

JsonNumber = float | Literal["NaN", "Infinity", "-Infinity"]

LENGTH = struct.Struct("<I")
# The longest report: an error of 2,000 characters, each escaped.
MAX_REPORT = 1 << 16


@dataclass(frozen=True, slots=True)
class Limits:
    """What one run may use. CPU and events count per iteration, the others for the whole run."""

    cpu_seconds: int
    memory_bytes: int
    iteration_events: int
    output_bytes: int
    tape_bytes: int


@dataclass(frozen=True, slots=True)
class Edit:
    """A change made just after event `event` (-1: at the start); a stretch lasts to the end of iteration `until`."""

    kind: Literal["value", "lr", "skip_zero_grad", "skip_step"]
    event: int
    target: str | None = None
    index: list[int] | None = None
    value: Any = None
    until: int | None = None


@dataclass(frozen=True, slots=True)
class Job:
    """Server → worker, once: what to run. `target`: how many iterations to record before waiting."""

    script: str
    seed: int
    target: int
    journal: str
    directory: str
    limits: Limits
    locked: bool  # in the sandbox
    edits: list[Edit] = field(default_factory=list)
    kind: Literal["job"] = "job"


@dataclass(frozen=True, slots=True)
class Credit:
    """Server → worker: record up to `target` iterations in all."""

    target: int
    kind: Literal["credit"] = "credit"


@dataclass(frozen=True, slots=True)
class Ready:
    """Worker → server: imports are done, a job may come."""

    kind: Literal["ready"] = "ready"


@dataclass(frozen=True, slots=True)
class Recorded:
    """Worker → server: a segment lies in the journal. `again`: it lay there already, the run is being rebuilt."""

    iteration: int | None
    first: int
    count: int
    complete: bool
    loss: JsonNumber | None
    length: int
    again: bool
    kind: Literal["recorded"] = "recorded"


@dataclass(frozen=True, slots=True)
class Waiting:
    """Worker → server: the script came round and has no credit left."""

    kind: Literal["waiting"] = "waiting"


@dataclass(frozen=True, slots=True)
class Ended:
    """Worker → server, once, last: how the script ended."""

    status: Literal["finished", "failed", "stopped"]
    message: str | None = None
    line: int | None = None
    terminated: bool = False
    kind: Literal["ended"] = "ended"


Report = Ready | Recorded | Waiting | Ended


def pack(message: Job | Credit | Report) -> bytes:
    """A message as it travels."""
    text = json.dumps(asdict(message), allow_nan=False).encode()
    return LENGTH.pack(len(text)) + text


def read_exactly(descriptor: int, size: int) -> bytes:
    """`size` bytes of a blocking pipe. Raises EOFError where it ends before."""
    pieces = []
    while size:
        piece = os.read(descriptor, size)
        if not piece:
            raise EOFError
        pieces.append(piece)
        size -= len(piece)
    return b"".join(pieces)


def receive(descriptor: int) -> dict[str, Any]:
    """The next message of a blocking pipe: the worker's side, which trusts the server."""
    (size,) = LENGTH.unpack(read_exactly(descriptor, LENGTH.size))
    message: dict[str, Any] = json.loads(read_exactly(descriptor, size))
    return message


def write_all(descriptor: int, data: bytes) -> None:
    """Write all of `data` to a blocking pipe."""
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]
