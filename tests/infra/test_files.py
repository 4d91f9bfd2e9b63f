"""What a fresh machine relies on: files that name no machine and no registry, pinned requirements, clear messages."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def committed() -> list[Path]:
    done = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True)
    if done.returncode:
        pytest.skip("not a git repository")
    return [ROOT / name for name in done.stdout.split("\0") if name and (ROOT / name).is_file()]


def test_no_file_names_a_machine_or_a_registry():
    wrong = re.compile(
        r"(?<![\w./~-])/(?:work|root)/|://[^/\s\"']*(?:pypi|pythonhosted|npmjs|registry)\b", re.IGNORECASE
    )
    found = []
    for path in committed():
        if path == Path(__file__):
            continue
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        found += [f"{path.relative_to(ROOT)}: {match.group()}" for match in wrong.finditer(text)]
    assert not found


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt", "requirements-node.txt"])
def test_requirements_are_pinned_with_hashes(name: str):
    text = (ROOT / name).read_text().replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line.strip()]
    assert lines
    for line in lines:
        assert re.match(r"[\w.-]+(\[[\w,-]+\])?==\S+", line)
        assert "--hash=sha256:" in line


def test_development_installs_what_runs():
    def pins(name: str) -> set[str]:
        return set(re.findall(r"^\S+==\S+", (ROOT / name).read_text(), re.MULTILINE))

    assert pins("requirements.txt") < pins("requirements-dev.txt")


def test_npm_packages_are_pinned_without_addresses():
    lock = json.loads((ROOT / "frontend/package-lock.json").read_text())
    for name, package in lock["packages"].items():
        assert "resolved" not in package, name
        assert not name or package.get("link") or package["integrity"], name


def test_help_names_every_target():
    done = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True)
    for target in ("run", "test", "check", "bench", "parity", "docker-test", "screenshot", "setup", "clean"):
        assert re.search(rf"^  make {target}\s+\S", done.stdout, re.MULTILINE)


# ---- scripts/find-python


def find_python(tmp_path: Path, name: str, content: str) -> subprocess.CompletedProcess[str]:
    """Run it where `content` is the only Python on the path."""
    for tool in ("bash", "dirname"):
        (tmp_path / tool).symlink_to(
            next(path for path in (f"/usr/bin/{tool}", f"/bin/{tool}") if os.path.exists(path))
        )
    if content:
        (tmp_path / name).write_text(f"#!/bin/sh\n{content}\n")
        (tmp_path / name).chmod(0o755)
    return subprocess.run(
        ["/bin/bash", ROOT / "scripts/find-python"], env={"PATH": str(tmp_path)}, capture_output=True, text=True
    )


def test_a_good_python_is_found(tmp_path: Path):
    done = find_python(tmp_path, "python3", f'exec {sys.executable} "$@"')
    assert (done.returncode, done.stdout) == (0, f"{tmp_path}/python3\n")


def test_a_name_that_does_not_start_is_passed_over(tmp_path: Path):
    (tmp_path / "python3.13").write_text("#!/bin/sh\nexit 127\n")
    (tmp_path / "python3.13").chmod(0o755)
    done = find_python(tmp_path, "python3", f'exec {sys.executable} "$@"')
    assert done.stdout == f"{tmp_path}/python3\n"


def test_no_python_is_said(tmp_path: Path):
    done = find_python(tmp_path, "python3", "")
    assert done.returncode == 1
    assert "no python3 was found" in done.stderr


def test_an_old_python_is_said(tmp_path: Path):
    done = find_python(tmp_path, "python3", 'case "$2" in *print*) echo 3.9;; *) exit 1;; esac')
    assert done.returncode == 1
    assert "needs Python 3.11 or newer; found only: python3 (3.9)" in done.stderr


@pytest.mark.parametrize(("name", "package"), [("python3", "python3-venv"), ("python3.12", "python3.12-venv")])
def test_a_missing_venv_prints_the_fix(tmp_path: Path, name: str, package: str):
    version = 'case "$2" in *ensurepip*) exit 1;; *print*) echo 3.12;; esac'
    done = find_python(tmp_path, name, version)
    assert done.returncode == 1
    assert f"sudo apt install {package}\n" in done.stderr
