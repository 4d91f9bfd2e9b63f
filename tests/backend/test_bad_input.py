"""Scripts that go wrong: each ends in a clear sentence, its tape stays, and nobody else notices."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from .conftest import STEPS, Server

LOOP = """import torch
w = torch.tensor([1.0, 2.0], requires_grad=True)
optimizer = torch.optim.SGD([w], lr=0.1)
for i in range(10):
    optimizer.zero_grad()
    loss = (w * w).sum()
    loss.backward()
    optimizer.step()
    if i == 1:
        {bad}
"""


def test_a_syntax_error(server: Server) -> None:
    answer = server.post("/runs", {"script": "import torch\nfor x in range(3)\n    pass\n"})
    assert answer.status_code == 422
    problem = answer.json()
    assert (problem["line"], problem["column"]) == (2, 18)
    assert "line 2" in problem["detail"]


@pytest.mark.parametrize("script", ["x = '\0'", "(" * 500 + ")" * 500, "x = '\udcff'"])
def test_scripts_that_are_no_text(server: Server, script: str) -> None:
    answer = server.client.post(
        "/api/runs",
        content='{"script": ' + __import__("json").dumps(script) + "}",
        headers={"content-type": "application/json"},
    )
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_script_that_is_too_long(server: Server) -> None:
    assert server.post("/runs", {"script": "#" * 200_001}).status_code == 413
    assert server.post("/runs", {"script": "#" * 3_000_000}).status_code == 413


def test_an_exception(server: Server) -> None:
    run = server.run(script=LOOP.format(bad="raise RuntimeError('no more')"), iterations=9)
    assert run["status"] == "failed"
    assert run["error"] == {"message": "RuntimeError: no more", "line": 10}
    assert run["iterations"] == 2
    assert_playable(server, run)
    refused = server.post(f"/runs/{run['id']}/advance", {"iterations": 1})
    assert refused.status_code == 409
    assert "no more" in refused.json()["detail"]


def test_an_exception_in_the_middle_of_an_iteration(server: Server) -> None:
    script = STEPS.replace("    loss.backward()", "    if i == 2: torch.ones(2) @ torch.ones(3)\n    loss.backward()")
    run = server.run(script=script, iterations=9)
    assert run["status"] == "failed"
    assert run["error"]["line"] == 8
    assert run["iterations"] == 3
    assert run["losses"][2] is None
    assert server.get(f"/runs/{run['id']}/graph?at=2:forward").status_code == 200
    assert server.get(f"/runs/{run['id']}/segments/2").headers["cache-control"] == "no-cache"


def test_an_endless_loop(server: Server) -> None:
    other = server.run(script=STEPS)
    run = server.run(wait=False, script=LOOP.format(bad="while True: pass"), iterations=9)
    server.post(f"/runs/{other['id']}/advance", {"iterations": 2})
    assert server.settled(other["id"])["iterations"] == 3
    run = server.settled(run["id"])
    assert run["status"] == "stopped"
    assert "1 s of CPU" in run["error"]["message"]
    assert run["error"]["line"] == 10
    assert_playable(server, run)


def test_an_endless_loop_that_will_not_be_told(server: Server) -> None:
    stubborn = "\nwhile True:\n    try:\n        while True: pass\n    except BaseException: pass\n"
    run = server.run(script=STEPS + stubborn, iterations=9)
    assert run["status"] == "stopped"
    assert "CPU" in run["error"]["message"]
    assert run["iterations"] == 6


def test_waiting_for_nothing(fresh: Callable[..., Server]) -> None:
    server = fresh(BACKPLAY_WALL_SECONDS="1")
    run = server.run(script=LOOP.format(bad="__import__('time').sleep(60)"), iterations=9)
    assert run["status"] == "stopped"
    assert "longer than 1 s" in run["error"]["message"]
    assert run["error"]["line"] == 10
    assert_playable(server, run)


@pytest.mark.parametrize(
    "greed", ["x = [torch.empty(1 << 22) for _ in range(1 << 20)]", "x = torch.ones(1 << 34)", "x = ' ' * (1 << 36)"]
)
def test_too_much_memory(server: Server, greed: str) -> None:
    run = server.run(script=LOOP.format(bad=greed), iterations=9)
    assert run["status"] == "stopped"
    assert run["error"] == {"message": "Stopped: the script needed more than 1 GB of memory.", "line": 10}
    assert_playable(server, run)


def test_too_many_events(server: Server) -> None:
    run = server.run(script=LOOP.format(bad="while True: loss = loss + w.sum()"), iterations=9)
    assert run["status"] == "stopped"
    assert "2,000 events" in run["error"]["message"]
    assert run["error"]["line"] == 10
    assert_playable(server, run)


def test_too_large_a_tape(server: Server) -> None:
    script = "import torch\nw = torch.ones(1 << 16, requires_grad=True)\noptimizer = torch.optim.SGD([w], lr=0.1)\n"
    script += "for i in range(99):\n    optimizer.zero_grad()\n    (w * w).sum().backward()\n    optimizer.step()\n"
    run = server.run(script=script, iterations=99)
    assert run["status"] == "stopped"
    assert "8 MB" in run["error"]["message"]
    assert run["iterations"] >= 1
    assert_playable(server, run)


def test_too_much_output(server: Server) -> None:
    run = server.run(script="import torch\ntorch.ones(2)\nfor i in range(1900): print(i, 'x' * 50)\n")
    assert run["status"] == "finished"
    output = server.get(f"/runs/{run['id']}/output").text
    assert output.endswith("not kept.)\n")
    assert len(output) < 2200


@pytest.mark.parametrize(
    ("script", "status", "sentence"),
    [
        ("raise SystemExit", "finished", None),
        ("raise SystemExit(3)", "failed", "SystemExit: 3"),
        ("import os\nos._exit(7)", "failed", "exit status 7"),
        ("import os\nos.kill(os.getpid(), 9)", "failed", "PermissionError"),
        ("import ctypes\nctypes.string_at(0)", "failed", "signal 11 (it touched"),
        ("def f(): f()\nf()", "failed", "RecursionError"),
        ("input()", "failed", "EOFError"),
        ("import nothing_of_that_name", "failed", "ModuleNotFoundError"),
        ("raise KeyboardInterrupt", "failed", "KeyboardInterrupt"),
        ("", "finished", None),
    ],
)
def test_other_ends(server: Server, script: str, status: str, sentence: str | None) -> None:
    run = server.run(script=script)
    assert run["status"] == status, run
    assert run["error"] is None if sentence is None else sentence in run["error"]["message"]


def test_a_script_cannot_speak_for_its_worker(server: Server) -> None:
    run = server.run(
        script="import os\nfor d in range(3, 20):\n    try: os.write(d, b'x' * 99)\n    except OSError: pass"
    )
    assert run["status"] == "failed"
    assert "meddled with its own recording" in run["error"]["message"]


def test_an_empty_run_says_so(server: Server) -> None:
    run = server.run(script="pass")["id"]
    for path in ("graph", "parameters", "tape", "parameters/w", "tensors/w"):
        answer = server.get(f"/runs/{run}/{path}")
        assert answer.status_code == 409, path
        assert answer.json()["detail"]
    assert server.get(f"/runs/{run}/events").json() == {"events": [], "next": None}
    assert server.get(f"/runs/{run}/output").text == ""
    assert server.get(f"/runs/{run}/segments/0").status_code == 404


def test_what_does_not_exist(server: Server, steps: dict) -> None:
    run = steps["id"]
    for path in ("", "/script", "/graph", "/events", "/output", "/segments/0", "/tape", "/parameters"):
        assert server.get(f"/runs/nope{path}").status_code == 404
    assert "GET /api/runs" in server.get("/runs/nope").json()["detail"]
    assert "w" in server.get(f"/runs/{run}/parameters/nope").json()["valid"]
    assert "w" in server.get(f"/runs/{run}/tensors/nope").json()["valid"]
    assert "w" in server.get(f"/runs/{run}/parameters/nope/history").json()["valid"]
    assert server.get(f"/runs/{run}/parameters/nope/gradient").status_code == 404
    for at, valid in (("99999", "0 to"), ("9:", "0 to 1"), ("0:evaluate", "forward"), ("yesterday", "latest")):
        answer = server.get(f"/runs/{run}/graph?at={at}")
        assert answer.status_code == 422
        assert answer.headers["content-type"] == "application/problem+json"
        assert valid in answer.json()["detail"]
    assert server.get(f"/runs/{run}/segments/9").status_code == 404
    assert server.get(f"/runs/{run}/segments/x").status_code == 422
    assert server.get(f"/runs/{run}/graph?format=gif").status_code == 422
    assert server.get(f"/runs/{run}/events?limit=0").status_code == 422
    assert server.get("/nothing").status_code == 404


def assert_playable(server: Server, run: dict) -> None:
    """The tape up to the end can be asked, and holds its first two iterations or as many as there are."""
    for iteration in range(min(2, run["iterations"])):
        assert server.get(f"/runs/{run['id']}/graph?at={iteration}:").status_code == 200
        assert server.get(f"/runs/{run['id']}/segments/{iteration}").status_code == 200
    assert server.get(f"/runs/{run['id']}/graph").status_code == 200
