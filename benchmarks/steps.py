"""One training step on our core against PyTorch: one thread, interleaved in one process, medians.

    python -m benchmarks.steps [WORKLOAD …]

Where PyTorch is not installed, our own times alone are printed. It is installed by `make parity`.
"""

from __future__ import annotations

import gc
import importlib.util
import statistics
import sys
import time
from typing import Any

import threadpoolctl

import autograd
from benchmarks.workloads import WORKLOADS, Step

ROUNDS = 41
SECONDS = 0.02  # of one timing: short steps are repeated until they fill it


def peers() -> dict[str, Any]:
    found: dict[str, Any] = {"ours": autograd}
    if importlib.util.find_spec("torch") is not None:
        import torch

        torch.set_num_threads(1)
        found["torch"] = torch
    return found


def repeats(step: Step) -> int:
    step()
    start = time.perf_counter()
    step()
    return max(1, round(SECONDS / (time.perf_counter() - start)))


def timed(step: Step, count: int) -> float:
    gc.collect(0)
    start = time.perf_counter()
    for _ in range(count):
        step()
    return (time.perf_counter() - start) / count


def measure(name: str) -> None:
    build, bar = WORKLOADS[name]
    steps = {peer: build(module) for peer, module in peers().items()}
    losses = {peer: [step().item() for _ in range(3)][-1] for peer, step in steps.items()}
    counts = {peer: repeats(step) for peer, step in steps.items()}
    times: dict[str, list[float]] = {peer: [] for peer in steps}
    for turn in range(ROUNDS):
        for peer in sorted(steps, reverse=turn % 2 == 1):
            times[peer].append(timed(steps[peer], counts[peer]))
    ours = statistics.median(times["ours"])
    line = f"{name:8} ours {ours * 1e6:9.1f} µs"
    if "torch" in times:
        ratios = [x / y for x, y in zip(times["ours"], times["torch"], strict=True)]
        ratio = statistics.median(ratios)
        line += f"   ours / torch {ratio:5.2f}   bar {bar:4.2f} {'ok' if ratio <= bar else 'MISSED'}"
        line += f"   losses apart {abs(losses['ours'] - losses['torch']):.1e}"
    print(line, flush=True)


if __name__ == "__main__":
    with threadpoolctl.threadpool_limits(1):
        for name in sys.argv[1:] or WORKLOADS:
            measure(name)
