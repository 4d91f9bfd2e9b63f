"""Training scripts in the idiom of well-known tutorials: every loss along the way is PyTorch's.

The scripts are run as files, with `import torch` resolving to the core; expected.json holds PyTorch 2.13.0's losses
(tests/scripts/make_expected.py writes it).
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

SCRIPTS = Path(__file__).parent.parent / "scripts"
EXPECTED = json.loads((SCRIPTS / "expected.json").read_text(encoding="utf-8"))

# Scripts whose room is still being built, with the name they miss. Empty this as rooms land.
WAITING: dict[str, str] = {}

# A process of its own: installing the core as `torch` would reach into every other test.
RUN = """
import contextlib, io, json, runpy, sys
from autograd import compat
compat.install()
with contextlib.redirect_stdout(io.StringIO()):
    losses = runpy.run_path(sys.argv[1])["losses"]
print(json.dumps(losses))
"""


def run(name: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", RUN, str(SCRIPTS / f"{name}.py")]
    return subprocess.run(command, capture_output=True, text=True, timeout=120)


def test_every_script_has_its_numbers() -> None:
    scripts = {path.stem for path in SCRIPTS.glob("*.py")} - {"make_expected"}
    assert scripts == EXPECTED.keys() and WAITING.keys() <= scripts and len(scripts) >= 20
    assert all(len(losses) >= 20 for losses in EXPECTED.values())


@pytest.mark.parametrize("name", EXPECTED)
def test_losses(name: str) -> None:
    done = run(name)
    if name in WAITING:
        assert done.returncode != 0 and WAITING[name] in done.stderr.splitlines()[-1]
        return
    assert done.returncode == 0, done.stderr
    np.testing.assert_allclose(json.loads(done.stdout), EXPECTED[name], 1e-4, 1e-4)
