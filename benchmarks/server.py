"""How fast the server answers, each figure beside its bar: `python -m benchmarks.server [--students 300 --seconds 10]`.

It starts a server of its own on loopback with a folder of its own, and ends it. Times are what a client on the same
machine sees, so they hold the client's own share too.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from autograd import tape
from backend import lessons
from backend.runs.inline import record_script

# 200 ops and more in one iteration.
WIDE = """import torch
w = torch.randn(8, 8, requires_grad=True)
optimizer = torch.optim.SGD([w], lr=1e-3)
for i in range(1000):
    optimizer.zero_grad()
    x = torch.ones(8)
    for _ in range(100):
        x = torch.tanh(w @ x)
    x.sum().backward()
    optimizer.step()
"""

# Workload b of the benchmarks: MLP 64-128-64-10, batch 32, cross-entropy, Adam.
STUDENT = """import torch
from torch import nn
model = nn.Sequential(nn.Linear(64, 128), nn.ReLU(), nn.Linear(128, 64), nn.ReLU(), nn.Linear(64, 10))
optimizer = torch.optim.Adam(model.parameters())
inputs, labels = torch.randn(32, 64), torch.randint(0, 10, (32,))
while True:
    optimizer.zero_grad()
    loss = nn.functional.cross_entropy(model(inputs), labels)
    loss.backward()
    optimizer.step()
"""


@contextmanager
def server(**settings: str) -> Iterator[str]:
    """A server's address."""
    with tempfile.TemporaryDirectory(prefix="backplay-bench-") as folder:
        process = subprocess.Popen(
            [sys.executable, "-m", "backend.cli", "serve", "--port", "0", "--no-open"],
            env={**os.environ, "BACKPLAY_DATA_DIR": folder, "BACKPLAY_REQUESTS_PER_SECOND": "0", **settings},
            stdout=subprocess.PIPE,
            text=True,
        )
        try:
            assert process.stdout is not None
            found = re.search(r"http://\S+?(?=/)", process.stdout.readline())
            assert found is not None, "the server did not start"
            yield found[0]
        finally:
            process.terminate()
            process.communicate(timeout=10)


def settled(client: httpx.Client, run: str, iterations: int) -> None:
    """Wait until so many iterations are recorded."""
    deadline = time.monotonic() + 120
    while client.get(f"/runs/{run}").json()["iterations"] < iterations:
        assert time.monotonic() < deadline, f"run {run} does not come to {iterations} iterations"
        time.sleep(0.001)


def quantile(times: list[float], share: float) -> float:
    """In milliseconds."""
    ordered = sorted(times)
    return 1000 * ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def say(what: str, figure: str, bar: str) -> None:
    print(f"{what:<58} {figure:>22}   bar: {bar}", flush=True)


def timed(client: httpx.Client, path: str, count: int) -> list[float]:
    """Seconds of each of `count` requests."""
    times = []
    for _ in range(count):
        began = time.perf_counter()
        client.get(path).raise_for_status()
        times.append(time.perf_counter() - began)
    return times


def questions(client: httpx.Client) -> None:
    """A graph and a gradient."""
    run = client.post("/runs", json={"script": WIDE}).json()["id"]
    settled(client, run, 1)
    nodes = len(client.get(f"/runs/{run}/graph").json()["nodes"])
    graph = timed(client, f"/runs/{run}/graph?at=0:backward", 100)
    say(f"graph snapshot of {nodes} nodes, p95", f"{quantile(graph, 0.95):.1f} ms", "≤ 5 ms (server time)")
    gradient = timed(client, f"/runs/{run}/parameters/w/gradient?at=0:backward", 200)
    say("one parameter's gradient, p95", f"{quantile(gradient, 0.95):.1f} ms", "≤ 2 ms")


def advancing(client: httpx.Client) -> None:
    """An iteration of the digits lesson, from the request to its being known, against recording in one process."""
    count = 20
    run = client.post("/runs", json={"lesson": "digits"}).json()["id"]
    settled(client, run, 1)
    times = []
    for done in range(1, count + 1):
        began = time.perf_counter()
        client.post(f"/runs/{run}/advance", json={"iterations": 1}).raise_for_status()
        settled(client, run, done + 1)
        times.append(time.perf_counter() - began)
    alone = in_process(count)
    served = statistics.median(times)
    figure = f"{served / alone:.2f} × ({1000 * served:.1f} / {1000 * alone:.1f} ms)"
    say("advance by one iteration of digits, against in-process", figure, "≤ 1.3 ×")


def in_process(count: int) -> float:
    """Median seconds of an iteration of the digits lesson recorded in this process."""
    ends: list[float] = []

    class Timed(tape.Journal):
        def append(self, segment: Any) -> Any:
            result = super().append(segment)
            ends.append(time.perf_counter())
            return result

    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder) / "digits.py"
        script.write_text(lessons.get("digits").script, encoding="utf-8")
        before = Path.cwd()
        os.chdir(lessons.DATA)
        try:
            journal = Timed(Path(folder) / "journal.bpsg", writable=True)
            record_script(script, journal, iterations=count, seed=0)
            journal.close()
        finally:
            os.chdir(before)
    return statistics.median(b - a for a, b in itertools.pairwise(ends))


async def students(address: str, count: int, seconds: int) -> None:
    """So many students, each asking for one iteration a second."""
    limits = httpx.Limits(max_connections=count + 10)
    times: list[float] = []
    errors = 0
    async with httpx.AsyncClient(base_url=f"{address}/api", timeout=60, limits=limits) as client:

        async def study(place: int) -> None:
            nonlocal errors
            run = (await client.post("/runs", json={"script": STUDENT, "seed": place})).json()["id"]
            while (await client.get(f"/runs/{run}")).json()["status"] == "recording":
                await asyncio.sleep(0.2)
            await everyone.wait()
            await asyncio.sleep(place / count)
            for _ in range(seconds):
                began = time.perf_counter()
                answer = await client.post(f"/runs/{run}/advance", json={"iterations": 1})
                while answer.is_success and (answer := await client.get(f"/runs/{run}")).json()["status"] != "waiting":
                    await asyncio.sleep(0.005)
                errors += not answer.is_success
                times.append(time.perf_counter() - began)
                await asyncio.sleep(max(0.0, 1 - (time.perf_counter() - began)))

        everyone = asyncio.Barrier(count)
        await asyncio.gather(*(study(place) for place in range(count)))
    figure = f"p99 {quantile(times, 0.99):.0f} ms, {errors} errors"
    say(f"{count} students, one iteration a second each, {seconds} s", figure, "300: p99 ≤ 100 ms, no error")


def main() -> None:
    """Measure, and print figures beside their bars."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--students", type=int, default=300, choices=range(1, 301), metavar="1…300")
    parser.add_argument("--seconds", type=int, default=10, choices=range(1, 61), metavar="1…60")
    chosen = parser.parse_args()
    with server(BACKPLAY_WORKERS=str(chosen.students + 2)) as address:
        with httpx.Client(base_url=f"{address}/api", timeout=60) as client:
            questions(client)
            advancing(client)
        asyncio.run(students(address, chosen.students, chosen.seconds))


if __name__ == "__main__":
    main()
