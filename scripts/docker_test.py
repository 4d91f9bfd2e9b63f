"""Build the image, start it, check its walls, play a run through its API, stop it (make docker-test).

Needs Docker with compose and a running engine, and nothing of Python beyond its standard library. It works on an
ordinary engine and on one that has no bridge network (there the container shares the host's). It ends and removes only
what it started itself.
"""

from __future__ import annotations

import ast
import json
import math
import os
import re
import shutil
import socket
import ssl
import struct
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
UID = "10001"


def say(text: str) -> None:
    print(text, flush=True)


def output(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"{' '.join(command)} failed:\n{done.stderr or done.stdout}")
    return done.stdout.strip()


def succeeds(*command: str) -> bool:
    return subprocess.run(command, capture_output=True).returncode == 0


def check(held: bool, what: str) -> None:
    if not held:
        raise SystemExit(f"NOT SO: {what}")
    say(f"  ok: {what}")


# ---- the set-up of this machine that a build inside a container needs too, handed over as build secrets


def pip_configuration() -> str:
    """Where this machine's pip finds packages, without what lies on its disk or is private to it."""
    wanted = {"index-url", "extra-index-url", "trusted-host", "proxy"}
    found: dict[str, str] = {}
    done = subprocess.run([sys.executable, "-m", "pip", "config", "list"], capture_output=True, text=True)
    for line in done.stdout.splitlines():
        name, _, value = line.partition("=")
        key = name.rpartition(".")[2]
        if key in wanted and value:
            words = str(ast.literal_eval(value)).split()
            words = [word for word in words if not word.startswith(("file:", "/"))]
            if words:
                found[key] = " ".join(words)
    return "[global]\ntimeout = 180\n" + "".join(f"{key} = {value}\n" for key, value in found.items())


def npm_configuration() -> str:
    if not shutil.which("npm"):
        return ""
    done = subprocess.run(
        ["npm", "config", "get", "registry"], capture_output=True, text=True, cwd=tempfile.gettempdir()
    )
    registry = done.stdout.strip()
    return f"registry={registry}\n" if registry.startswith("http") else ""


def debian_mirror() -> str:
    """Where this machine, if it is a Debian, finds Debian's packages."""
    release = Path("/etc/os-release")
    if not release.is_file() or "\nID=debian\n" not in "\n" + release.read_text():
        return ""
    for path in (Path("/etc/apt/sources.list.d/debian.sources"), Path("/etc/apt/sources.list")):
        text = path.read_text() if path.is_file() else ""
        for line in text.splitlines():
            mirror = re.match(r"(?:URIs:|deb(?: \[[^]]*\])?)\s+(https?://\S+)", line)
            if mirror:
                return mirror.group(1)
    return ""


def certificates() -> str:
    """This machine's certificate authorities: a proxy's own one is among them, if it has a proxy."""
    named = os.environ.get("PIP_CERT") or os.environ.get("SSL_CERT_FILE") or ssl.get_default_verify_paths().cafile
    return Path(named).read_text() if named and Path(named).is_file() else ""


def override(folder: Path, port: int, bridge: bool) -> Path:
    """What compose must know beyond docker-compose.yml; JSON is YAML, but for compose's `!reset`."""
    secrets = {
        "pip.conf": pip_configuration(),
        "npmrc": npm_configuration(),
        "apt-mirror": debian_mirror(),
        "certificates": certificates(),
    }
    secrets = {name: text for name, text in secrets.items() if text}
    for name, text in secrets.items():
        (folder / name).write_text(text)
    build: dict[str, Any] = {"secrets": list(secrets)}
    arguments = [name for name in ("HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY") if os.environ.get(name)]
    if os.environ.get("BASE"):
        arguments.append("BASE")
    if arguments:
        build["args"] = arguments
    service: dict[str, Any] = {"build": build, "restart": "no"}
    if not bridge:
        build["network"] = "host"
        service |= {
            "network_mode": "host",
            "ports": "RESET",
            "environment": {"BACKPLAY_HOST": "127.0.0.1", "BACKPLAY_PORT": str(port)},
        }
    whole = {
        "services": {"backplay": service},
        "secrets": {name: {"file": str(folder / name)} for name in secrets},
    }
    path = folder / "override.yml"
    path.write_text(json.dumps(whole, indent=2).replace('"RESET"', "!reset []"))
    return path


# ---- the API


class Api:
    def __init__(self, address: str) -> None:
        self.address = address

    def __call__(self, path: str, body: object = None, accept: str = "application/json") -> tuple[int, bytes]:
        request = urllib.request.Request(self.address + path, headers={"Accept": accept})
        if body is not None:
            request.data = json.dumps(body).encode()
            request.add_header("Content-Type", "application/json")
        try:
            with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=60) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as error:
            return error.code, error.read()

    def json(self, path: str, body: object = None, status: int = 200) -> Any:
        found, content = self(path, body)
        if found != status:
            raise SystemExit(f"NOT SO: {path} answered {found}, not {status}: {content[:500].decode(errors='replace')}")
        return json.loads(content)


def npy(content: bytes) -> tuple[tuple[int, ...], list[float]]:
    """The shape and the numbers of a `.npy` of float32."""
    assert content[:6] == b"\x93NUMPY", content[:20]
    size, start = struct.unpack("<H", content[8:10])[0], 10
    if content[6] > 1:
        size, start = struct.unpack("<I", content[8:12])[0], 12
    header = ast.literal_eval(content[start : start + size].decode())
    assert header["descr"] == "<f4", header
    assert not header["fortran_order"], header
    return header["shape"], [number for (number,) in struct.iter_unpack("<f", content[start + size :])]


def flat(nested: Any) -> list[float]:
    return [number for part in nested for number in flat(part)] if isinstance(nested, list) else [float(nested)]


def play(api: Api) -> str:
    status, page = api("/", accept="text/html")
    check(status == 200 and b"<script" in page, "it serves the page")
    check("digits" in [lesson["id"] for lesson in api.json("/api/lessons")], "it has the lesson `digits`")

    run = api.json("/api/runs", {"lesson": "digits"}, status=201)["id"]
    until = time.monotonic() + 60
    while not (state := api.json(f"/api/runs/{run}"))["iterations"]:
        if time.monotonic() > until or state["status"] == "failed":
            raise SystemExit(f"NOT SO: no iteration was recorded: {state}")
        time.sleep(0.1)
    check(
        abs(state["losses"][0] - 2.3125) < 1e-3, f"a run of it was recorded; its first loss is {state['losses'][0]:.4f}"
    )

    graph = api.json(f"/api/runs/{run}/graph?at=0:backward")
    check({"conv1", "conv2", "head"} <= {call["id"] for call in graph["calls"]}, "its graph has the model's calls")
    for format, start in (("dot", b"digraph"), ("svg", b"<svg")):
        status, drawn = api(f"/api/runs/{run}/graph?at=0:backward&format={format}", accept="*/*")
        what = "" if start in drawn else f": {status} {drawn[:300]!r}"
        check(status == 200 and start in drawn, f"its graph can be had as {format}{what}")

    parameters = {parameter["name"]: parameter for parameter in api.json(f"/api/runs/{run}/parameters?at=0:backward")}
    check(parameters["conv1.weight"]["shape"] == [20, 1, 5, 5], "its parameters are listed")
    path = f"/api/runs/{run}/parameters/conv1.weight/gradient?at=0:backward"
    read = flat(api.json(path)["values"])
    status, content = api(path, accept="application/x-npy")
    shape, raw = npy(content)
    check(status == 200 and shape == (20, 1, 5, 5) and len(raw) == 500, "a gradient can be had as .npy")
    same = all(math.isclose(a, b, rel_tol=1e-6, abs_tol=1e-12) for a, b in zip(raw, read, strict=True))
    check(same and any(raw), "and as JSON, with the same numbers")

    status, answer = api("/api/runs", {"script": "import torch\n"})
    check(status == 403, f"it refuses pasted scripts ({status}: {json.loads(answer).get('detail')})")
    return str(run)


def try_hostile_scripts(container: str) -> None:
    """The hostile suite, on a second server inside the container: there a sandbox inside a sandbox must hold."""
    suite = subprocess.run(
        ["tar", "-C", ROOT / "tests" / "backend", "-c", "hostile/__init__.py", "hostile/cases.py", "hostile/trial.py"],
        check=True,
        capture_output=True,
    ).stdout
    run = 'cd "$(mktemp -d)" && tar -x && python -m hostile.trial'
    tried = subprocess.run(["docker", "exec", "-i", container, "sh", "-c", run], input=suite)
    check(tried.returncode == 0, "hostile scripts come to what they must")


def main() -> None:
    if not shutil.which("docker") or not succeeds("docker", "version"):
        raise SystemExit("make docker-test needs Docker and a running engine (`docker version` must succeed).")
    if not succeeds("docker", "compose", "version"):
        raise SystemExit("make docker-test needs Docker's compose plugin (`docker compose version` must succeed).")
    bridge = "bridge" in output("docker", "network", "ls", "--format", "{{.Driver}}").split()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    os.environ["BACKPLAY_PORT"] = str(port)

    with tempfile.TemporaryDirectory() as folder:
        project = f"backplay-test-{os.getpid()}"
        files = [ROOT / "docker-compose.yml", override(Path(folder), port, bridge)]
        compose = ["docker", "compose", "--project-name", project, "--project-directory", str(ROOT)]
        compose += [word for file in files for word in ("--file", str(file))]
        try:
            say("Building the image")
            started = time.monotonic()
            subprocess.run([*compose, "build"], check=True)
            say(f"Built in {time.monotonic() - started:.0f} s; starting it")
            started = time.monotonic()
            subprocess.run([*compose, "up", "--no-build", "--wait", "--wait-timeout", "120"], check=True)
            container = output(*compose, "ps", "--quiet", "backplay")
            inside = ["docker", "exec", container]
            check(True, f"healthy in {time.monotonic() - started:.0f} s")

            check(output(*inside, "id", "-u") == UID, f"it runs as user {UID}")
            check(not succeeds(*inside, "touch", "/app/new"), "its file system is read-only")
            check(succeeds(*inside, "touch", "/data/new"), "but for its volume")
            walls = dict(line.split(":", 1) for line in output(*inside, "cat", "/proc/self/status").splitlines())
            bounding = [int(walls[name], 16) for name in ("CapEff", "CapPrm", "CapBnd")]
            check(not any(bounding), "it has no capabilities, nor can it get any")
            check(walls["NoNewPrivs"].strip() == "1", "it can gain no privileges")
            check(not succeeds(*inside, "python", "-c", "import pytest"), "it holds nothing that only tests need")

            api = Api(f"http://127.0.0.1:{port}")
            run = play(api)
            try_hostile_scripts(container)
            subprocess.run([*compose, "restart"], check=True)
            subprocess.run([*compose, "up", "--no-build", "--wait", "--wait-timeout", "120"], check=True)
            check(api.json(f"/api/runs/{run}")["iterations"] >= 1, "the run is still there after a restart")
        except BaseException:
            subprocess.run([*compose, "logs", "--tail", "50"])
            raise
        finally:
            subprocess.run([*compose, "down", "--volumes", "--rmi", "local", "--timeout", "10"])
    say("docker-test passed")


if __name__ == "__main__":
    try:
        main()
    except subprocess.CalledProcessError as error:
        raise SystemExit(f"docker-test failed: {error}") from None
