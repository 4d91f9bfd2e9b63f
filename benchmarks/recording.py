"""What recording costs: a training step with the tape on against the same step with it off, interleaved, CPU time.

python -m benchmarks.recording [WORKLOAD …]
"""

from __future__ import annotations

import gc
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import threadpoolctl

import autograd
from autograd import recording, tape
from benchmarks.workloads import WORKLOADS, Step

ROUNDS = 21
SECONDS = 0.02  # of one timing: short steps are repeated until they fill it
# Workload: the ratio to stay under, and the budget of the arrays kept, in MB. Timed once the budget is spent.
BARS = {"a": (1.25, 16), "b": (1.12, 16), "c": (1.03, 256), "d": (1.18, 256), "e": (1.15, 16)}
WARM = 2.0  # seconds of recording before the first timing, for the budget to be spent


@contextmanager
def switched_off() -> Iterator[None]:
    """The recorder set aside, without its being closed."""
    held, recording.current = recording.current, None
    try:
        yield
    finally:
        recording.current = held


def timed(step: Step, count: int) -> float:
    start = time.process_time()
    for _ in range(count):
        step()
    return (time.process_time() - start) / count


def repeats(step: Step) -> int:
    step()
    start = time.process_time()
    step()
    return max(1, round(SECONDS / max(time.process_time() - start, 1e-6)))


def measure(name: str) -> None:
    build: Callable[[Any], Step] = WORKLOADS[name][0]
    bar, megabytes = BARS[name]
    plain, recorded = build(autograd), build(autograd)
    count = repeats(plain)
    times: dict[str, list[float]] = {"off": [], "on": []}
    with tape.record(budget=megabytes << 20):
        until = time.process_time() + WARM
        while time.process_time() < until:
            recorded()
        for _ in range(ROUNDS):
            gc.collect(0)
            with switched_off():
                times["off"].append(timed(plain, count))
            times["on"].append(timed(recorded, count))
    ratio = statistics.median(on / off for on, off in zip(times["on"], times["off"], strict=True))
    on, off = (statistics.median(times[which]) * 1e6 for which in ("on", "off"))
    print(f"{name}  off {off:9.1f} µs   on {on:9.1f} µs   on / off {ratio:5.2f}   bar {bar:4.2f} "
          f"{'ok' if ratio <= bar else 'MISSED'}", flush=True)  # fmt: skip


if __name__ == "__main__":
    with threadpoolctl.threadpool_limits(1):
        for name in sys.argv[1:] or BARS:
            measure(name)
