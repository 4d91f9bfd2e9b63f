"""Findings over REST and from the shell."""

from __future__ import annotations

import json
from pathlib import Path

from .conftest import STEPS, Server
from .test_cli import backplay

FAULTY = STEPS.replace("    optimizer.zero_grad()\n", "")
DYING = """import torch
from torch import nn

model = nn.Linear(4, 3)
loss = nn.functional.cross_entropy(model(torch.randn(2, 4)), torch.tensor([0, 7]))
"""


def test_a_fault_is_found_with_its_event_and_line(server: Server) -> None:
    run = server.run(script=FAULTY, iterations=2)
    answer = server.get(f"/runs/{run['id']}/findings")
    assert answer.status_code == 200
    (found,) = answer.json()
    # d/dw w·w = 2w: 2·|(1, −2)| at first; then w is (0.8, −1.6).
    first, second = 2 * 5**0.5, 1.6 * 5**0.5
    assert (found["kind"], found["severity"], found["line"]) == ("missing_zero_grad", "error", 7)
    assert (found["parameter"], found["iteration"]) == ("w", 1)
    assert abs(found["evidence"]["before"] - first) < 1e-5
    assert abs(found["evidence"]["after"] - first - second) < 1e-5
    event = server.get(f"/runs/{run['id']}/events?after={found['event'] - 1}&limit=1").json()["events"][0]
    assert (event["kind"], event["tensor"], event["line"]) == ("accumulate", "w", 7)


def test_the_sentences_come_in_the_language_asked_for(server: Server) -> None:
    run = server.run(script=FAULTY, iterations=2)
    english, korean, by_header = (
        server.get(f"/runs/{run['id']}/findings{query}", **headers).json()[0]["message"]
        for query, headers in (("", {}), ("?lang=ko", {}), ("", {"accept_language": "ko-KR,ko;q=0.9"}))
    )
    assert "w.grad is now the sum" in english
    assert korean == by_header and "그래디언트" in korean


def test_a_healthy_run_gives_none_and_an_unknown_run_is_a_problem(server: Server, steps: dict) -> None:
    assert server.get(f"/runs/{steps['id']}/findings").json() == []
    answer = server.get("/runs/nosuchrun/findings")
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"


def test_what_a_worker_s_script_died_of_is_on_the_tape(server: Server) -> None:
    run = server.run(script=DYING)
    assert run["status"] == "failed"
    (found,) = server.get(f"/runs/{run['id']}/findings").json()
    assert (found["kind"], found["line"]) == ("labels_outside_classes", 5)
    assert found["evidence"] == {"label": 7, "classes": 3, "largest": 2}


def test_findings_from_the_shell(tmp_path: Path) -> None:
    script, file = tmp_path / "x.py", tmp_path / "x.tape"
    for source, code in ((FAULTY, 1), (STEPS, 0)):
        script.write_text(source)
        assert backplay("record", script, "-o", file, "--iterations", "2").returncode == 0
        done = backplay("findings", file)
        assert done.returncode == code, done.stderr
        assert ("missing_zero_grad (line 7" in done.stdout) == bool(code)
        found = json.loads(backplay("findings", file, "--json").stdout)
        assert [one["kind"] for one in found] == ["missing_zero_grad"] * code
