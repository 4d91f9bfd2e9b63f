"""The API keeps to what /openapi.json says of it: requests made from the schema find nothing."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from .conftest import Server

pytest.importorskip("schemathesis")


def test_schemathesis_finds_nothing(fresh: Callable[..., Server], tmp_path: Path) -> None:
    # A server of its own: the requests delete runs.
    server = fresh()
    server.run(lesson="neuron", iterations=2)
    command = [
        str(Path(sys.executable).with_name("schemathesis")),
        f"--config-file={Path(__file__).with_name('schemathesis.toml')}",
        "run",
        f"http://{server.host}/openapi.json",
        "--exclude-path=/api/runs/{run}/stream",  # it has no end
        "--phases=examples,coverage,fuzzing",
        "--max-examples=5",
        "--wait-for-schema=30",
        "--max-time=60",
        "--request-timeout=20",
        "--seed=0",
        "--generation-database=none",
        "--no-color",
    ]
    done = subprocess.run(
        command, cwd=tmp_path, capture_output=True, text=True, timeout=150, env={**os.environ, "COLUMNS": "200"}
    )
    assert done.returncode == 0, done.stdout[-8000:] + done.stderr[-2000:]
