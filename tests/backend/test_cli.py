"""The command line: `exec`, `record`, `open`, and what it says when something is wrong."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from autograd import tape

from .conftest import ROOT, STEPS


def backplay(*arguments: object, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-W", "error", "-m", "backend.cli", *map(str, arguments)],
        cwd=cwd,
        capture_output=True,
        text=True,
        timeout=30,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )


@pytest.fixture
def script(tmp_path: Path) -> Path:
    path = tmp_path / "steps.py"
    path.write_text(STEPS)
    return path


def test_exec_runs_the_script_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "main.py"
    (tmp_path / "beside.py").write_text("NUMBER = 3")
    path.write_text(
        "import sys, torch, beside\nassert __name__ == '__main__'\n"
        "print(sys.argv[1:], torch.ones(2).sum().item(), beside.NUMBER)\nsys.exit(5)\n"
    )
    done = backplay("exec", path, "--epochs", "3", "--help")
    assert done.stdout == "['--epochs', '3', '--help'] 2.0 3\n"
    assert done.returncode == 5


def test_exec_shows_the_script_s_own_traceback(tmp_path: Path) -> None:
    path = tmp_path / "main.py"
    path.write_text("import torch\ntorch.ones(2) @ torch.ones(3)\n")
    done = backplay("exec", path)
    assert done.returncode == 1
    assert 'main.py", line 2' in done.stderr
    assert "RuntimeError" in done.stderr


def test_record(script: Path, tmp_path: Path) -> None:
    file = tmp_path / "steps.tape"
    done = backplay("record", script, "-o", file)
    assert done.returncode == 0, done.stderr
    assert len(done.stdout.splitlines()) == 6
    recorded = tape.load(file)
    assert recorded.iterations == 6
    assert recorded.script == STEPS
    done = backplay("record", script, "-o", file, "--iterations", "2")
    assert done.returncode == 0
    assert tape.load(file).iterations == 2


def test_record_keeps_what_came_before_an_exception(script: Path, tmp_path: Path) -> None:
    script.write_text(STEPS + "    if i == 2: 1 / 0\n")
    file = tmp_path / "steps.tape"
    done = backplay("record", script, "-o", file)
    assert done.returncode == 1
    assert "ZeroDivisionError" in done.stderr
    assert "cli.py" not in done.stderr
    assert tape.load(file).iterations == 3


def test_open_serves_the_tape(script: Path, tmp_path: Path) -> None:
    file = tmp_path / "steps.tape"
    backplay("record", script, "-o", file)
    process = subprocess.Popen(
        [sys.executable, "-W", "error", "-m", "backend.cli", "open", str(file), "--no-open", "--port", "0"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    try:
        line = process.stdout.readline()
        found = re.search(r"(http://\S+)/#run=(\S+)", line)
        assert found, line
        run = httpx.get(f"{found[1]}/api/runs/{found[2]}").json()
        assert (run["status"], run["iterations"]) == ("finished", 6)
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(10)
        process.stdout.close()


@pytest.mark.parametrize(
    ("arguments", "sentence", "code"),
    [
        (("exec", "nope.py"), "no script nope.py", 2),
        (("record", "nope.py", "-o", "x.tape"), "no script nope.py", 2),
        (("open", "nope.tape"), "no file nope.tape", 2),
        (("graph", "pyproject.toml"), "pyproject.toml", 1),
        (("record", "tests/backend/conftest.py", "-o", "/nowhere/x.tape"), "/nowhere", 2),
        (("serve", "--host", "203.0.113.1", "--no-open"), "cannot listen", 1),
    ],
)
def test_what_is_wrong_is_said_in_one_sentence(arguments: tuple, sentence: str, code: int) -> None:
    done = backplay(*arguments)
    assert done.returncode == code, done.stderr
    assert sentence in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_a_syntax_error_is_shown_with_its_place(script: Path) -> None:
    script.write_text("import torch\nx = (\n")
    for command in (("exec", script), ("record", script, "-o", script.with_suffix(".tape"))):
        done = backplay(*command)
        assert done.returncode == 1
        assert "line 2" in done.stderr


@pytest.mark.parametrize("command", ["serve", "open", "exec", "record", "graph", "events", "findings"])
def test_help_has_an_example(command: str) -> None:
    done = backplay(command, "--help")
    assert done.returncode == 0
    assert f"Example: backplay {command}" in done.stdout


def test_events_says_what_happened(script: Path, tmp_path: Path) -> None:
    """w = (1, −2): its gradient is 2 w, of length √20 = 4.4721; the loss falls from 5 as the script prints."""
    file = tmp_path / "steps.tape"
    backplay("record", script, "-o", file)
    said = backplay("events", file)
    assert said.returncode == 0, said.stderr
    lines = said.stdout.splitlines()
    assert len(lines) == len(tape.load(file))
    assert any("The script prints: loss 5.0" in line for line in lines)
    assert any("its length goes from 2.2361 to 4.4721." in line for line in lines)
    step = next(line for line in lines if "moves" in line).split()[0]
    one = backplay("events", file, "--at", step, "--language", "ko", "--json")
    event = json.loads(one.stdout)
    assert (event["kind"], event["iteration"]) == ("step", 0)
    assert event["sentence"] == "w의 값이 움직입니다. 가장 큰 변화는 0.4000입니다(SGD, 학습률 0.1000)."
    assert backplay("events", file, "--at", "start").stdout.startswith("Nothing has run yet")
    wrong = backplay("events", file, "--at", "99:")
    assert (wrong.returncode, len(wrong.stderr.splitlines())) == (2, 1)
