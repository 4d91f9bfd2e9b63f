"""Runs that go by themselves, and `backplay runs`."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable

from .conftest import ROOT, STEPS, Server


def _backplay(server: Server, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-W", "error", "-m", "backend.cli", *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=30,
        env={**os.environ, "BACKPLAY_DATA_DIR": str(server.data)},
    )


def _age(server: Server, **days: float) -> None:
    """Make runs look unused for so many days, while no server runs."""
    with sqlite3.connect(server.data / "backplay.sqlite3") as database:
        for run, age in days.items():
            database.execute("UPDATE runs SET used = datetime('now', ?) WHERE id = ?", (f"-{age} days", run))
    database.close()


def _left(server: Server, count: int) -> set[str]:
    deadline = time.monotonic() + 10
    while True:
        runs = {run["id"] for run in server.get("/runs").json()}
        if len(runs) <= count:
            return runs
        assert time.monotonic() < deadline, runs
        time.sleep(0.1)


def test_runs_unused_for_long_go_with_their_files(fresh: Callable[..., Server]) -> None:
    server = fresh(BACKPLAY_SWEEP_SECONDS="0.2", BACKPLAY_KEEP_DAYS="30")
    old, recent, unplayed, played = (
        server.run(**of)["id"]
        for of in ({"script": STEPS}, {"script": STEPS}, {"lesson": "neuron"}, {"lesson": "neuron"})
    )
    server.post(f"/runs/{played}/advance", {"iterations": 1})
    server.settled(played)
    server.stop()
    _age(server, **{old: 31, recent: 29, unplayed: 2, played: 2})
    server.start()
    assert _left(server, 2) == {recent, played}
    assert {folder.name for folder in (server.data / "runs").iterdir()} == {recent, played}
    assert 'backplay_runs_removed_total{why="unused"} 2.0' in server.client.get("/metrics").text


def test_over_the_budget_the_unplayed_go_then_the_oldest(fresh: Callable[..., Server]) -> None:
    server = fresh()
    oldest, newest, unplayed = (
        server.run(**of)["id"] for of in ({"script": STEPS}, {"script": STEPS}, {"lesson": "neuron"})
    )
    server.stop()
    _age(server, **{oldest: 3, newest: 2, unplayed: 0.5})
    size = sum(f.stat().st_size for f in (server.data / "runs" / newest).iterdir())
    os.environ["BACKPLAY_DISK_BYTES"] = str(size + 10)
    try:
        other = Server(server.data)
    finally:
        del os.environ["BACKPLAY_DISK_BYTES"]
    try:
        assert _left(other, 1) == {newest}
    finally:
        other.stop()


def test_a_run_in_use_stays_over_the_budget(fresh: Callable[..., Server]) -> None:
    server = fresh(BACKPLAY_SWEEP_SECONDS="0.1", BACKPLAY_DISK_BYTES="1")
    run = server.run(script=STEPS)
    time.sleep(0.5)
    assert server.get(f"/runs/{run['id']}").status_code == 200


def test_the_command_lists_shows_and_deletes(fresh: Callable[..., Server]) -> None:
    server = fresh()
    first, second = (server.run(script=STEPS, name="mine")["id"] for _ in range(2))
    listed = json.loads(_backplay(server, "runs", "list", "--json").stdout)
    assert {run["id"] for run in listed} == {first, second}
    assert listed[0]["bytes"] > 100
    assert first in _backplay(server, "runs", "list").stdout
    assert _backplay(server, "runs", "delete", first).stdout == f"deleted: {first}\n"
    assert server.get(f"/runs/{first}").status_code == 404
    server.stop()
    shown = json.loads(_backplay(server, "runs", "show", second, "--json").stdout)
    assert shown["script"] == STEPS
    assert "optimizer.step()" in _backplay(server, "runs", "show", second).stdout
    assert json.loads(_backplay(server, "runs", "delete", second, "--json").stdout) == {"deleted": [second]}
    assert not (server.data / "runs" / second).exists()
    missing = _backplay(server, "runs", "show", second)
    assert missing.returncode == 2
    assert "there is no run" in missing.stderr


def test_help_lists_every_setting(server: Server) -> None:
    from backend.settings import Settings

    said = _backplay(server, "serve", "--help").stdout
    for name in Settings.model_fields:
        assert f"BACKPLAY_{name.upper()}" in said
    assert "Example" in _backplay(server, "runs", "delete", "--help").stdout
