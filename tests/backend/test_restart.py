"""Runs outlive the server, killed or not, and go on with the same numbers."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable
from typing import Any

import pytest

from autograd import tape

from .conftest import STEPS, Server

SLOW = "import time\n" + STEPS.replace("    loss.backward()", "    time.sleep(0.15)\n    loss.backward()")


@pytest.fixture(scope="module")
def straight(server: Server) -> dict[str, Any]:
    """The same run, never interrupted."""
    return server.run(script=STEPS, iterations=6)


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
def test_a_waiting_run_goes_on_after_a_restart(
    fresh: Callable[..., Server], straight: dict, server: Server, how: signal.Signals
) -> None:
    other = fresh()
    run = other.run(script=STEPS, iterations=3)
    graph = other.get(f"/runs/{run['id']}/graph?at=2:backward").json()
    other.stop(how)
    other.start()
    assert other.get(f"/runs/{run['id']}").json() == run
    assert other.get(f"/runs/{run['id']}/graph?at=2:backward").json() == graph
    other.post(f"/runs/{run['id']}/advance", {"iterations": 9})
    ended = other.settled(run["id"])
    assert (ended["status"], ended["losses"]) == ("finished", straight["losses"])
    for iteration in range(6):
        path = f"segments/{iteration}"
        mine, theirs = other.get(f"/runs/{run['id']}/{path}"), server.get(f"/runs/{straight['id']}/{path}")
        assert mine.content == theirs.content


def test_what_was_recording_is_recorded_to_what_was_asked(fresh: Callable[..., Server], straight: dict) -> None:
    other = fresh()
    run = other.run(wait=False, script=SLOW, iterations=5)["id"]
    other.until(run, lambda view: view["iterations"] >= 2)
    other.stop(signal.SIGKILL)
    other.start()
    view = other.settled(run)
    assert (view["status"], view["iterations"]) == ("waiting", 5)
    assert view["losses"] == straight["losses"][:5]


def test_a_killed_worker_is_a_failed_run_with_its_tape(server: Server) -> None:
    run = server.run(script=STEPS + "import os\nos.kill(os.getpid(), 9)\n", iterations=9)
    assert run["status"] == "failed"
    assert run["iterations"] >= 5
    assert server.get(f"/runs/{run['id']}/graph").status_code == 200


def test_an_idle_worker_is_let_go_and_the_run_goes_on(fresh: Callable[..., Server], straight: dict) -> None:
    other = fresh(BACKPLAY_IDLE_SECONDS="0.2")
    run = other.run(script=STEPS, iterations=2)["id"]
    deadline = time.monotonic() + 5
    while other.client.get("/healthz").json()["workers"]:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    other.post(f"/runs/{run}/advance", {"iterations": 2})
    view = other.settled(run)
    assert (view["status"], view["losses"]) == ("waiting", straight["losses"][:4])


def test_a_script_that_does_not_repeat_is_not_continued(fresh: Callable[..., Server]) -> None:
    other = fresh()
    # Clock and random numbers repeat; where an object lies in memory does not.
    script = STEPS.replace("(w * w).sum()", "(w * w).sum() * (1 + id([]) % 9973)")
    run = other.run(script=script, iterations=2)
    other.stop()
    other.start()
    other.post(f"/runs/{run['id']}/advance", {"iterations": 1})
    view = other.settled(run["id"])
    assert view["status"] == "stopped"
    assert "cannot be continued" in view["error"]["message"]
    assert view["losses"] == run["losses"]
    assert other.post(f"/runs/{run['id']}/advance", {"iterations": 1}).status_code == 409


def test_a_journal_cut_by_a_crash(fresh: Callable[..., Server], straight: dict) -> None:
    other = fresh()
    run = other.run(script=STEPS, iterations=3)["id"]
    other.stop()
    journal = other.data / "runs" / run / "journal.bpsg"
    journal.write_bytes(journal.read_bytes()[:-100])
    assert len(tape.Journal(journal)) == 2
    other.start()
    other.post(f"/runs/{run}/advance", {"iterations": 1})
    view = other.settled(run)
    assert (view["status"], view["losses"]) == ("waiting", straight["losses"][:4])


def test_two_servers_do_not_share_a_folder(fresh: Callable[..., Server]) -> None:
    first = fresh()
    with pytest.raises(AssertionError, match="did not start"):
        fresh()
    assert first.client.get("/healthz").status_code == 200
