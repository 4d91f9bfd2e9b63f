"""Every hostile script ends in a clear sentence for its author, and harms nobody."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from .cases import CASES
from .trial import Server, attempt


@pytest.fixture(scope="session")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, str]]:
    server = Server(tmp_path_factory.mktemp("hostile"))
    found = server.json("/healthz")["sandbox"]
    if not found["pasted_scripts"]:
        server.stop()
        pytest.skip(f"HOSTILE SUITE NOT RUN: {found['reason']}")
    yield server, server.witness()
    server.stop()


def test_there_are_enough() -> None:
    assert len(CASES) >= 60


@pytest.mark.parametrize("name", CASES)
def test_a_hostile_script(hostile: tuple[Server, str], name: str) -> None:
    server, witness = hostile
    attempt(server, witness, CASES[name])


def test_nothing_was_written(hostile: tuple[Server, str]) -> None:
    server, _ = hostile
    kept = {path.name for path in (server.data / "runs").glob("*/*")}
    assert kept <= {"journal.bpsg", "journal.kept"}
    for trace in ("/tmp/backplay-hostile", "hostile.txt", "backend/lessons/data/hostile.txt"):
        assert not Path(trace).exists()
