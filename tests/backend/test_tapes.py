"""Tapes as files: downloaded, uploaded, refused."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from autograd import tape

from .conftest import Server

OCTETS = {"content-type": "application/octet-stream"}


@pytest.fixture(scope="module")
def downloaded(server: Server, steps: dict) -> bytes:
    answer = server.get(f"/runs/{steps['id']}/tape")
    assert answer.status_code == 200
    assert ".tape" in answer.headers["content-disposition"]
    return answer.content


def test_a_downloaded_tape_opens_without_a_server(
    server: Server, steps: dict, downloaded: bytes, tmp_path: Path
) -> None:
    path = tmp_path / "x.tape"
    path.write_bytes(downloaded)
    recorded = tape.load(path)
    assert recorded.losses == steps["losses"]
    assert recorded.script == server.get(f"/runs/{steps['id']}/script").text
    assert recorded.seed == steps["seed"]


def test_an_uploaded_tape_is_a_finished_run(server: Server, steps: dict, downloaded: bytes) -> None:
    answer = server.client.post("/api/tapes?name=mine", content=downloaded, headers=OCTETS)
    assert answer.status_code == 201
    run = answer.json()
    assert (run["status"], run["name"], run["losses"]) == ("finished", "mine", steps["losses"])
    one, other = (server.get(f"/runs/{id}/graph?at=1:backward").json() for id in (run["id"], steps["id"]))
    assert {**one, "run": None} == {**other, "run": None}
    assert server.get(f"/runs/{run['id']}/segments/1").content == server.get(f"/runs/{steps['id']}/segments/1").content
    assert server.post(f"/runs/{run['id']}/advance", {"iterations": 1}).status_code == 409
    assert server.get(f"/runs/{run['id']}/tape").status_code == 200


def _without_end(data: bytes) -> bytes:
    return data[: len(data) // 2]


def _newer(data: bytes) -> bytes:
    return _edited(data, "manifest.json", lambda text: text.replace(b'"version": 1', b'"version": 9'))


def _stranger(data: bytes) -> bytes:
    return _edited(data, "manifest.json", lambda text: text, extra={"../evil.py": b"x"})


def _header(change: Callable[[dict[str, Any]], None]) -> Callable[[bytes], bytes]:
    def edit(data: bytes) -> bytes:
        def member(text: bytes) -> bytes:
            segment, _ = tape.Segment.from_buffer(text)
            change(segment.header)
            return segment.to_bytes()

        return _edited(data, "segments/000001.bpsg", member)

    return edit


def _edited(data: bytes, name: str, change: Callable[[bytes], bytes], extra: dict[str, bytes] | None = None) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(made, "w") as new:
        for entry in old.namelist():
            text = old.read(entry)
            new.writestr(entry, change(text) if entry == name else text)
        for entry, text in (extra or {}).items():
            new.writestr(entry, text)
    return made.getvalue()


@pytest.mark.parametrize(
    "spoil",
    [
        lambda data: b"",
        lambda data: b"not a tape",
        _without_end,
        _newer,
        _stranger,
        _header(lambda header: header.update(first=7)),
        _header(lambda header: header.update(iteration=5)),
        _header(lambda header: header.update(writes=[10**6] * len(header["writes"]))),
        _header(lambda header: header.update(writes=[])),
        _header(lambda header: header.update(structure="nope", define=None)),
        _header(lambda header: header.pop("norms")),
        _header(lambda header: header.update(entry="x")),
        _header(lambda header: header.update(details=[1])),
        _header(lambda header: header.update(loss=["x"])),
        _header(lambda header: header.update(norms={"w": 3})),
        _header(lambda header: header["define"].update(nodes=[])),
        _header(lambda header: header["define"].update(tensors=[])),
        _header(lambda header: header["define"]["events"][0].update(writes=["x"])),
    ],
)
def test_tapes_that_are_refused(server: Server, downloaded: bytes, spoil: Callable[[bytes], bytes]) -> None:
    before = len(server.get("/runs?limit=1000").json())
    answer = server.client.post("/api/tapes", content=spoil(downloaded), headers=OCTETS)
    assert answer.status_code == 422, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert json.loads(answer.text)["detail"]
    assert len(server.get("/runs?limit=1000").json()) == before


def test_uploads_of_another_kind(server: Server, downloaded: bytes) -> None:
    assert server.client.post("/api/tapes", content=downloaded).status_code == 415
    assert (
        server.client.post("/api/tapes", content=downloaded, headers={"content-type": "text/plain"}).status_code == 415
    )
