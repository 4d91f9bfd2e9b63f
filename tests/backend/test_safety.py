"""Who may ask: names, origins, content types; what a browser may do with the answers."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from .conftest import STEPS, Server

BODY = {"script": STEPS}


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "localhost.evil:80", "", "[::2]"])
def test_names_the_server_does_not_answer_to(server: Server, steps: dict, host: str) -> None:
    for method, path in (("POST", "/runs"), ("GET", "/runs"), ("DELETE", f"/runs/{steps['id']}")):
        answer = server.client.request(method, f"/api{path}", headers={"host": host}, json=BODY)
        assert answer.status_code == 403
        assert answer.headers["content-type"] == "application/problem+json"
    assert server.get(f"/runs/{steps['id']}").status_code == 200


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:1234", "127.0.0.1:9", "[::1]:8000"])
def test_names_of_this_machine(server: Server, host: str) -> None:
    assert server.get("/runs", host=host).status_code == 200
    assert server.get("/runs", host=host, origin=f"http://{host}").status_code == 200


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://localhost:1", "https://127.0.0.1"])
def test_pages_of_other_sites(server: Server, origin: str) -> None:
    headers = {"origin": origin}
    assert server.client.post("/api/runs", json=BODY, headers=headers).status_code == 403
    assert server.client.post("/api/tapes", content=b"", headers=headers).status_code == 403


def test_a_page_of_ours(server: Server) -> None:
    headers = {"origin": f"http://{server.host}"}
    assert server.client.post("/api/runs", json=BODY, headers=headers).status_code == 201


def test_the_stream_is_guarded_too(server: Server, steps: dict) -> None:
    address = f"ws://{server.host}/api/runs/{steps['id']}/stream"
    with connect(address, origin=f"http://{server.host}") as socket:
        assert steps["id"] in socket.recv(5)
    with pytest.raises(InvalidStatus) as refused, connect(address, origin="http://evil.example"):
        pass
    assert refused.value.response.status_code == 403
    with pytest.raises(InvalidStatus) as refused, connect(f"ws://{server.host}/api/runs/nope/stream"):
        pass
    assert refused.value.response.status_code == 404


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""])
def test_bodies_must_say_that_they_are_json(server: Server, steps: dict, kind: str) -> None:
    headers = {"content-type": kind} if kind else {}
    for path in ("/api/runs", f"/api/runs/{steps['id']}/advance"):
        answer = server.client.post(path, content=b'{"script": "pass"}', headers=headers)
        assert answer.status_code == 415
        assert "application/json" in answer.json()["detail"]


def test_bodies_that_are_not_json(server: Server) -> None:
    for body in (b"{", b"[]", b'"x"', b"\xff", b'{"script": "pass", "seed": 1e400}', b'{"nope": 1}'):
        answer = server.client.post("/api/runs", content=body, headers={"content-type": "application/json"})
        assert answer.status_code in (400, 422), body
        assert answer.headers["content-type"] == "application/problem+json"


def test_every_answer_carries_the_headers(server: Server, steps: dict) -> None:
    for path in ("/", "/docs", "/api/runs", f"/api/runs/{steps['id']}/segments/0", "/api/nothing", "/healthz"):
        headers = server.client.get(path).headers
        policy = headers["content-security-policy"]
        assert "frame-ancestors 'none'" in policy
        assert "script-src 'self';" in policy
        assert headers["x-content-type-options"] == "nosniff"


def test_a_server_that_runs_lessons_only(fresh: Callable[..., Server]) -> None:
    server = fresh(BACKPLAY_ALLOW_SCRIPTS="false", BACKPLAY_HOSTS='["lab.example"]')
    refused = server.post("/runs", BODY)
    assert refused.status_code == 403
    assert "lessons" in refused.json()["detail"]
    assert server.run(lesson="neuron")["status"] == "waiting"
    assert server.get("/runs", host="lab.example:99").status_code == 200
    assert server.get("/runs", host="other.example").status_code == 403


def test_a_worker_knows_nothing_of_the_server(fresh: Callable[..., Server]) -> None:
    server = fresh(SECRET_TOKEN="hush")
    run = server.run(script="import os, torch\ntorch.ones(1)\nprint(sorted(os.environ))\nprint(os.getcwd())")
    output = server.get(f"/runs/{run['id']}/output").text
    assert "SECRET_TOKEN" not in output
    assert output.startswith("[]\n")
    assert "lessons/data" in output
