"""HTTP as it should be: tags, kinds of answers, limits, headers, logs."""

from __future__ import annotations

import io
import json
import signal
import subprocess
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from backend.rates import Rates

from .conftest import STEPS, Server


@pytest.mark.parametrize("path", ["graph?at=1:", "parameters?at=0:", "parameters/w?at=0:", "events", "script", ""])
def test_what_a_client_has_is_not_sent_again(server: Server, steps: dict[str, Any], path: str) -> None:
    first = server.get(f"/runs/{steps['id']}/{path}".rstrip("/"))
    tag = first.headers["etag"]
    again = server.get(f"/runs/{steps['id']}/{path}".rstrip("/"), if_none_match=f'"other", {tag}')
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == tag
    assert "content-security-policy" in again.headers


def test_other_moments_and_kinds_have_other_tags(server: Server, steps: dict[str, Any]) -> None:
    path = f"/runs/{steps['id']}/parameters/w?at="
    answers = [
        server.get(f"{path}{at}", accept=kind)
        for at in ("0:", "1:")
        for kind in ("application/json", "application/x-npy", "application/octet-stream")
    ]
    assert len({answer.headers["etag"] for answer in answers}) == 6
    assert "Accept" in answers[0].headers["vary"]


@pytest.mark.parametrize("what", ["parameters/w", "parameters/w/gradient", "tensors/w", "tensors/w/gradient"])
def test_three_kinds_of_numbers(server: Server, steps: dict[str, Any], what: str) -> None:
    path = f"/runs/{steps['id']}/{what}?at=1:backward"
    listed = server.get(path).json()
    npy = np.load(io.BytesIO(server.get(path, accept="application/x-npy").content))
    raw = server.get(path, accept="text/plain;q=0.9, application/octet-stream").content
    size = int.from_bytes(raw[:4], "little")
    header = json.loads(raw[4 : 4 + size])
    numbers = np.frombuffer(raw[4 + size :], header["dtype"]).reshape(header["shape"])
    assert (4 + size) % 8 == 0
    assert header["at"] == listed["at"]
    assert numbers.tolist() == npy.tolist() == listed["values"]
    assert server.get(path, accept="image/png").status_code == 406
    assert server.get(path, accept="application/x-npy;q=0, */*;q=0.1").json() == listed


@pytest.mark.parametrize(
    ("method", "path", "more", "status"),
    [
        ("GET", "/api/nothing", {}, 404),
        ("PUT", "/api/runs", {}, 405),
        ("POST", "/api/runs", {"content": "lesson=digits"}, 415),
        ("POST", "/api/runs", {"content": "{", "headers": {"Content-Type": "application/json"}}, 422),
        ("POST", "/api/runs", {"content": b" " * (3 << 20), "headers": {"Content-Type": "application/json"}}, 413),
        ("GET", "/api/runs", {"headers": {"Host": "evil.example"}}, 403),
        ("POST", "/api/runs", {"json": {}, "headers": {"Origin": "http://evil.example"}}, 403),
    ],
)
def test_every_error_is_a_problem(server: Server, method: str, path: str, more: dict[str, Any], status: int) -> None:
    answer = server.client.request(method, path, **more)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["status"] == status
    assert len(answer.json()["detail"]) > 20
    assert "access-control-allow-origin" not in answer.headers
    assert "default-src 'self'" in answer.headers["content-security-policy"]


def test_a_client_that_asks_too_often_waits(fresh: Callable[..., Server]) -> None:
    server = fresh(BACKPLAY_REQUESTS_PER_SECOND="2", BACKPLAY_REQUESTS_BURST="12")
    statuses = [server.get("/lessons").status_code for _ in range(30)]
    assert statuses[:10] == [200] * 10
    assert 429 in statuses
    refused = server.post("/runs", {"lesson": "neuron"})
    assert refused.status_code == 429
    assert refused.headers["content-type"] == "application/problem+json"
    assert 1 <= int(refused.headers["retry-after"]) <= 6
    assert server.client.get("/healthz").status_code == 200


def test_a_bucket_refills() -> None:
    now = [0.0]
    rates = Rates(2, 10, lambda: now[0])
    assert rates.wait("a", 10) == 0
    assert rates.wait("b") == 0
    assert rates.wait("a") == 0.5
    now[0] = 0.5
    assert rates.wait("a") == 0
    assert rates.wait("a") == 0.5
    assert Rates(0, 10).wait("a", 100) == 0


def test_what_an_operator_can_watch(server: Server, steps: dict[str, Any]) -> None:
    server.get(f"/runs/{steps['id']}/graph")
    assert server.client.get("/readyz").json()["status"] == "ready"
    metrics = server.client.get("/metrics").text
    assert 'route="/api/runs/{run}/graph",status="200"' in metrics
    for name in ("workers", "queue", "stored_runs", "stored_bytes", "kills_total", "first_segment_seconds_count"):
        assert f"backplay_{name}" in metrics, name


def test_logs_carry_run_ids_and_leaving_is_quick(fresh: Callable[..., Server], capfd: Any) -> None:
    server = fresh(BACKPLAY_LOG_FORMAT="json", BACKPLAY_LOG_LEVEL="info")
    run = server.run(wait=False, script="while True: pass")["id"]
    server.get(f"/runs/{run}")
    with server.client.stream("GET", f"/api/runs/{run}/stream"):
        began = time.monotonic()
        server.process.send_signal(signal.SIGTERM)
        try:
            server.process.wait(5)
        except subprocess.TimeoutExpired:
            pytest.fail("still there after 5 s")
    assert time.monotonic() - began < 5
    server.stop()
    lines = [json.loads(line) for line in capfd.readouterr().err.splitlines() if line.startswith("{")]
    asked = [line for line in lines if line.get("path") == f"/api/runs/{run}"]
    assert asked
    assert (asked[0]["run"], asked[0]["status"], asked[0]["level"]) == (run, 200, "info")


def test_advance_until(server: Server) -> None:
    run = server.run(script=STEPS)["id"]
    assert server.post(f"/runs/{run}/advance", {"until": 4}).status_code == 202
    assert server.until(run, lambda view: view["status"] == "waiting")["iterations"] == 4
    server.post(f"/runs/{run}/advance", {"until": 3})
    assert server.settled(run)["iterations"] == 4
    assert server.post(f"/runs/{run}/advance", {"until": 5, "iterations": 1}).status_code == 422


def test_runs_come_in_pages(fresh: Callable[..., Server]) -> None:
    server = fresh()
    made = [server.run(script=STEPS)["id"] for _ in range(3)]
    pages = [[run["id"] for run in server.get(f"/runs?limit=2&offset={at}").json()] for at in (0, 2, 4)]
    assert pages == [[made[2], made[1]], [made[0]], []]
