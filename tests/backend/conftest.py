"""A real server on a free loopback port, started as a person starts it."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

ROOT = Path(__file__).resolve().parents[2]

STEPS = """import torch

w = torch.tensor([1.0, -2.0], requires_grad=True)
optimizer = torch.optim.SGD([w], lr=0.1, momentum=0.9)
for i in range(6):
    optimizer.zero_grad()
    loss = (w * w).sum()
    loss.backward()
    optimizer.step()
    print("loss", loss.item())
"""

LIMITS = {
    "BACKPLAY_CPU_SECONDS": "1",
    "BACKPLAY_WALL_SECONDS": "20",
    "BACKPLAY_ITERATION_EVENTS": "2000",
    "BACKPLAY_MEMORY_BYTES": str(1 << 30),
    "BACKPLAY_TAPE_BYTES": str(8 << 20),
    "BACKPLAY_OUTPUT_BYTES": "2000",
    "BACKPLAY_WORKERS": "3",
}


class Server:
    """`backplay serve` in a process of its own."""

    def __init__(self, data: Path, **environment: str) -> None:
        self.data = data
        self._environment = {**os.environ, "BACKPLAY_DATA_DIR": str(data), **LIMITS, **environment}
        self.start()

    def start(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-W", "error", "-m", "backend.cli", "serve", "--port", "0", "--no-open"],
            env=self._environment,
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        found = re.search(r"http://(\S+?)/", line)
        if not found:
            self.process.wait(10)
            self.process.stdout.close()
        assert found, f"the server did not start: {line}"
        self.host = found[1]
        self.client = httpx.Client(base_url=f"http://{self.host}", timeout=20)

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        self.client.close()
        self.process.send_signal(how)
        self.process.wait(10)
        assert self.process.stdout is not None
        self.process.stdout.close()

    def post(self, path: str, body: Any = None) -> httpx.Response:
        return self.client.post(f"/api{path}", json=body)

    def get(self, path: str, **headers: str) -> httpx.Response:
        return self.client.get(f"/api{path}", headers={k.replace("_", "-"): v for k, v in headers.items()})

    def run(self, wait: bool = True, **body: Any) -> dict[str, Any]:
        """A new run; with `wait`, once it records no more."""
        made = self.post("/runs", body)
        assert made.status_code == 201, made.text
        return self.settled(made.json()["id"]) if wait else made.json()

    def settled(self, run: str, timeout: float = 30) -> dict[str, Any]:
        """The run once it is no longer recording."""
        return self.until(run, lambda view: view["status"] != "recording", timeout)

    def until(self, run: str, true: Callable[[dict[str, Any]], bool], timeout: float = 30) -> dict[str, Any]:
        deadline = time.monotonic() + timeout
        while True:
            view = self.get(f"/runs/{run}").json()
            if true(view):
                return view
            assert time.monotonic() < deadline, view
            time.sleep(0.01)


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    started = Server(tmp_path_factory.mktemp("data"))
    yield started
    started.stop()


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[Callable[..., Server]]:
    """Makes servers of a test's own."""
    made: list[Server] = []

    def make(**environment: str) -> Server:
        made.append(Server(tmp_path / "data", **environment))
        return made[-1]

    yield make
    for one in made:
        if one.process.poll() is None:
            one.stop(signal.SIGKILL)


@pytest.fixture(scope="session")
def steps(server: Server) -> dict[str, Any]:
    """A run of `STEPS` with two of its six iterations recorded."""
    return server.run(script=STEPS, iterations=2)
