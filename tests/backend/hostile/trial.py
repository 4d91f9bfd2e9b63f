"""Tries the hostile scripts on a server; `python -m hostile.trial`, beside this folder, on one that it starts."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

from .cases import CASES, Case

SECONDS = 15.0  # each case has ended by then
SETTINGS = {
    "BACKPLAY_ALLOW_SCRIPTS": "true",
    "BACKPLAY_SANDBOX": "on",
    "BACKPLAY_HOST": "127.0.0.1",
    "BACKPLAY_CPU_SECONDS": "1",
    "BACKPLAY_WALL_SECONDS": "3",
    "BACKPLAY_ITERATION_EVENTS": "2000",
    "BACKPLAY_MEMORY_BYTES": str(1 << 30),
    "BACKPLAY_TAPE_BYTES": str(8 << 20),
    "BACKPLAY_OUTPUT_BYTES": "20000",
    "BACKPLAY_WORKERS": "3",
    "SECRET_TOKEN": "hush",
}
WITNESS = """import torch
w = torch.tensor([1.0, -2.0], requires_grad=True)
for i in range(100000):
    (w * w).sum().backward()
    with torch.no_grad():
        w -= 0.01 * w.grad
    w.grad = None
"""


class Server:
    """`backplay serve` in a process of its own, asked by the standard library alone."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.process = subprocess.Popen(
            [sys.executable, "-m", "backend.cli", "serve", "--port", "0", "--no-open"],
            env={**os.environ, **SETTINGS, "BACKPLAY_DATA_DIR": str(data)},
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout is not None
        found = re.search(r"http://(\S+?)/", self.process.stdout.readline())
        assert found, "the server did not start"
        self.address = f"http://{found[1]}"
        self._opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))

    def ask(self, path: str, body: object = None) -> bytes:
        request = urllib.request.Request(self.address + path)
        if body is not None:
            request.data = json.dumps(body).encode()
            request.add_header("Content-Type", "application/json")
        with self._opener.open(request, timeout=20) as answer:
            content: bytes = answer.read()
            return content

    def json(self, path: str, body: object = None) -> Any:
        return json.loads(self.ask(path, body))

    def settled(self, run: str) -> Any:
        """The run once it records no more."""
        until = time.monotonic() + SECONDS
        while (view := self.json(f"/api/runs/{run}"))["status"] == "recording":
            assert time.monotonic() < until, f"after {SECONDS:g} s it still goes on: {view}"
            time.sleep(0.02)
        return view

    def witness(self) -> str:
        """A well-behaved run that must not be harmed."""
        run: str = self.json("/api/runs", {"script": WITNESS, "iterations": 1})["id"]
        assert self.settled(run)["status"] == "waiting"
        return run

    def stop(self) -> None:
        self.process.send_signal(signal.SIGINT)
        self.process.wait(10)
        assert self.process.stdout is not None
        self.process.stdout.close()


def attempt(server: Server, witness: str, case: Case) -> None:
    """Run the script; AssertionError where it does not come to what it must, or harms anyone."""
    run = server.json("/api/runs", {"script": case.script, "iterations": 1000})["id"]
    view = server.settled(run)
    wanted = (case.status,) if isinstance(case.status, str) else case.status
    assert view["status"] in wanted, view
    if view["status"] == "finished":
        output = server.ask(f"/api/runs/{run}/output").decode()
        assert case.says in output, output
        assert "DONE" not in output, output
    else:
        assert view["error"] and view["error"]["message"], view
        assert case.says in view["error"]["message"], view
    # Whatever it did to its own tape, asking for it is answered: with a tape, or with a problem.
    try:
        server.ask(f"/api/runs/{run}/graph")
    except urllib.error.HTTPError as error:
        assert error.code < 500, (error.code, error.read())
        error.close()
    assert server.process.poll() is None
    assert server.json("/healthz")["status"] == "ok"
    before = server.json(f"/api/runs/{witness}")["iterations"]
    server.ask(f"/api/runs/{witness}/advance", {"iterations": 1})
    after = server.settled(witness)
    assert (after["status"], after["iterations"]) == ("waiting", before + 1), after


def main() -> None:
    """Every case; exit status 1 where one is not as it must be."""
    wrong = 0
    with tempfile.TemporaryDirectory() as folder:
        server = Server(Path(folder))
        try:
            sandbox = server.json("/healthz")["sandbox"]
            if not sandbox["pasted_scripts"]:
                raise SystemExit(f"hostile: not run, scripts are refused here: {sandbox['reason']}")
            witness = server.witness()
            for name, case in CASES.items():
                try:
                    attempt(server, witness, case)
                except AssertionError as error:
                    wrong += 1
                    print(f"NOT SO: {name}: {error}", flush=True)
        finally:
            server.stop()
    print(f"hostile: {len(CASES) - wrong} of {len(CASES)} scripts came to what they must")
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
