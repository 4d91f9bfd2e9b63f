"""The sandbox: what it holds, what it lets through, what is said where it is missing."""

from __future__ import annotations

import platform
import struct
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from backend.runs import landlock, sandbox, seccomp
from backend.runs.order import Order, OutOfOrder
from backend.runs.protocol import Ended, Ready, Recorded, Waiting
from backend.runs.sandbox import Protections
from backend.settings import Settings

from .conftest import ROOT, STEPS, Server

SCRIPTS = sorted(path for path in (ROOT / "tests" / "scripts").glob("*.py") if path.stem != "make_expected")
_LACKS = Protections(landlock.version(), seccomp.available(), dict.fromkeys(sandbox.ATTEMPTS, True)).missing


@pytest.mark.skipif(_LACKS is not None, reason=f"THE SANDBOX IS NOT TESTED: {_LACKS}")
def test_it_holds_here(server: Server) -> None:
    found = server.client.get("/healthz").json()["sandbox"]
    assert found["pasted_scripts"]
    assert found["reason"] is None
    assert found["protections"] == dict.fromkeys(sandbox.ATTEMPTS, True)


def test_the_self_test_notices_what_is_missing() -> None:
    found = sandbox.Protections(7, True, {**dict.fromkeys(sandbox.ATTEMPTS, True), "network": False})
    assert found.missing == "the sandbox did not pass its self-test (network)"
    assert "Landlock" in (sandbox.Protections(0, True).missing or "")
    assert "seccomp" in (sandbox.Protections(1, False).missing or "")


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.stem)
def test_ordinary_scripts_run_in_it(server: Server, path: Path) -> None:
    run = server.run(script=path.read_text(encoding="utf-8"), iterations=2)
    assert run["status"] in ("waiting", "finished"), run
    assert run["events"] > 0


@pytest.mark.parametrize("machine", ["x86_64", "aarch64"])
def test_the_filter_is_one_the_kernel_takes(machine: str) -> None:
    steps = list(struct.iter_unpack("=HBBI", seccomp.program(machine)))
    assert len(steps) < 4096
    for place, (code, true, false, _) in enumerate(steps):
        if code in (0x15, 0x35):
            assert place + 1 + max(true, false) < len(steps)
    assert steps[-1] == (0x06, 0, 0, 0x00050001)


@pytest.mark.skipif(sys.platform != "linux", reason="THE FILTER IS NOT TESTED: there is none but on Linux")
def test_the_filter_is_for_this_machine() -> None:
    if platform.machine() in ("x86_64", "aarch64"):
        assert seccomp.available()
    else:
        assert not seccomp.available()


def test_it_can_be_turned_off_at_home_only(fresh: Callable[..., Server], monkeypatch: pytest.MonkeyPatch) -> None:
    server = fresh(BACKPLAY_SANDBOX="off")
    listed = server.run(script="import os, torch\ntorch.ones(1)\nprint(len(os.listdir('/')) > 0)")
    assert server.get(f"/runs/{listed['id']}/output").text == "True\n"
    assert server.run(script=STEPS, iterations=2)["status"] == "waiting"
    monkeypatch.setenv("BACKPLAY_SANDBOX", "off")
    with pytest.raises(ValueError, match="loopback"):
        Settings(host="0.0.0.0")


def recorded(iteration: int | None, first: int, count: int = 2, complete: bool = True) -> Recorded:
    return Recorded(iteration, first, count, complete, None, 9, False)


def test_reports_in_their_order() -> None:
    order = Order(target=2, beyond=10)
    for report in (recorded(None, 0), recorded(0, 2), recorded(1, 4), Waiting()):
        order.check(report)
    order.credit(3)
    for report in (recorded(2, 6), Waiting(), Ended("finished")):
        order.check(report)


@pytest.mark.parametrize(
    "report",
    [
        Ready(),
        Waiting(),
        recorded(None, 2),
        recorded(0, 2),
        recorded(2, 2),
        recorded(1, 0),
        recorded(1, 2, count=-1),
    ],
)
def test_reports_out_of_order(report: Ready | Waiting | Recorded) -> None:
    order = Order(target=9, beyond=10)
    order.check(recorded(0, 0))
    order.check(Waiting())
    with pytest.raises(OutOfOrder):
        order.check(report)


def test_more_than_was_asked_for() -> None:
    order = Order(target=1, beyond=1)
    order.check(recorded(0, 0))
    order.check(recorded(1, 2, complete=False))
    with pytest.raises(OutOfOrder):
        order.check(recorded(2, 4))
