"""What docs/api.md tells people to type works as it stands."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

from .conftest import ROOT, Server

PAGE = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")


def _blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)


def test_the_shell_examples(server: Server, tmp_path: Path) -> None:
    script = "set -e -o pipefail\n" + "\necho; echo ---\n".join(_blocks("sh")).replace("curl -s", "curl -sS --fail")
    # The last one is cut short by its own --max-time, or by head.
    script = script.replace("curl -sS --fail -N", "set +e +o pipefail\ncurl -sS --fail -N")
    done = subprocess.run(
        ["bash", "-c", script],
        cwd=tmp_path,
        env={**os.environ, "SERVER": f"http://{server.host}"},
        capture_output=True,
        text=True,
        timeout=60,
    )
    parts = done.stdout.split("---\n")
    assert len(parts) == len(_blocks("sh")), done.stderr
    assert "digits" in parts[0]
    assert '"phase":"backward"' in parts[3]
    assert "digraph" in parts[3]
    assert (tmp_path / "gradient.npy").read_bytes().startswith(b"\x93NUMPY")
    assert '"status":"recording"' in parts[4]
    assert '"parent"' in parts[5]
    assert json.loads(parts[6])["status"] == "finished"
    assert parts[7].startswith("event: run")


def test_the_python_example(server: Server) -> None:
    (example,) = _blocks("python")
    assert len([line for line in example.splitlines() if line.strip()]) <= 20
    code = f"SERVER = 'http://{server.host}'\n{example}"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert len(json.loads(lines[0])) == 5
    assert len(lines) >= 2
