"""`kill -9` of workers, of the server and of both, at random moments under load: nothing acknowledged is lost.

`BACKPLAY_KILLS` says how often; `make bench` and patient people use 100.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import random
import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from .conftest import STEPS, Server

KILLS = int(os.environ.get("BACKPLAY_KILLS", "20"))
RUNS = 3
SCRIPT = STEPS.replace("range(6)", "range(1000000)")


class Load:
    """Clients that advance runs, and remember what was acknowledged."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.wanted: dict[str, int] = {}  # run → iterations that an acknowledged request asked for
        self.sent: dict[str, int] = {}  # the same, with requests whose answer never came
        self._over = threading.Event()

    def make(self, seed: int) -> None:
        run = self.server.run(wait=False, script=SCRIPT, seed=seed, iterations=2)["id"]
        self.wanted[run] = self.sent[run] = 2

    def __enter__(self) -> Load:
        self._threads = [threading.Thread(target=self._ask, args=(run,)) for run in self.wanted]
        self._over.clear()
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join()

    def _ask(self, run: str) -> None:
        with httpx.Client(base_url=f"http://{self.server.host}", timeout=10) as client:
            while not self._over.is_set():
                self.sent[run] += 1
                try:
                    answer = client.post(f"/api/runs/{run}/advance", json={"iterations": 1})
                except httpx.HTTPError:
                    return
                if answer.status_code != 202:
                    self.sent[run] -= 1
                    return
                self.wanted[run] += 1
                time.sleep(0.02)


def _workers(server: Server) -> list[int]:
    """The script processes of a server."""
    listed = Path(f"/proc/{server.process.pid}/task/{server.process.pid}/children")
    own = listed.read_text().split() if listed.exists() else []
    return [int(pid) for pid in own if b"backend.runs.worker" in Path(f"/proc/{pid}/cmdline").read_bytes()]


def _kill(pid: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


def _digest(server: Server, run: str, iterations: int) -> str:
    digest = hashlib.sha256()
    for iteration in range(iterations):
        answer = server.get(f"/runs/{run}/segments/{iteration}")
        assert answer.status_code == 200, answer.text
        digest.update(answer.content)
    return digest.hexdigest()


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="finds workers in /proc")
def test_nothing_acknowledged_is_lost(fresh: Callable[..., Server]) -> None:
    server = fresh(BACKPLAY_TAPE_BYTES=str(256 << 20), BACKPLAY_REQUESTS_PER_SECOND="0")
    chance = random.Random(5)
    load = Load(server)
    for seed in range(RUNS):
        load.make(seed)
    for _ in range(KILLS):
        how = chance.choice(["worker", "server", "both"])
        with load:
            time.sleep(chance.uniform(0.05, 0.4))
            workers = _workers(server)
            if how != "server" and workers:
                _kill(chance.choice(workers))
            if how != "worker":
                server.stop(signal.SIGKILL)
        if how != "worker":
            server.start()
            load.server = server
        for run, wanted in load.wanted.items():
            view = server.until(run, lambda view: view["status"] != "recording", 60)
            assert view["status"] == "waiting", (how, view)
            assert wanted <= view["iterations"] <= load.sent[run], (how, wanted, load.sent[run], view["iterations"])
            load.wanted[run] = load.sent[run] = view["iterations"]
    # Each plays on, with the numbers of a run that nobody disturbed.
    for seed, run in enumerate(load.wanted):
        server.post(f"/runs/{run}/advance", {"iterations": 2})
        view = server.settled(run, 60)
        iterations = view["iterations"]
        straight = server.run(script=SCRIPT, seed=seed, iterations=iterations)
        assert straight["losses"] == view["losses"]
        assert _digest(server, run, iterations) == _digest(server, straight["id"], iterations)
