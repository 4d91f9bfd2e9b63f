"""Numbers: what the API says is what the same script, recorded here, has on its tape."""

from __future__ import annotations

import io
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from threadpoolctl import threadpool_limits

from autograd import tape
from backend import lessons

from .conftest import ROOT, Server

POSITIONS = ["0:forward", "0:backward", "1:zero_grad", "1:backward", "1:step", "1:"]


@pytest.fixture(scope="module", params=["digits", "linear", "neuron"])
def both(request: pytest.FixtureRequest, server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A lesson's run on the server, and the tape `backplay record` makes of it."""
    lesson = lessons.get(request.param)
    folder = tmp_path_factory.mktemp("recorded")
    script = folder / "script.py"
    script.write_text(lesson.script)
    file = folder / "lesson.tape"
    subprocess.run(
        [
            sys.executable,
            "-W",
            "error",
            "-m",
            "backend.cli",
            "record",
            str(script),
            "-o",
            str(file),
            "--iterations",
            "2",
        ],
        check=True,
        cwd=lesson.data,
        env={"PYTHONPATH": str(ROOT)},
    )
    with threadpool_limits(limits=1, user_api="blas"):  # sums depend on how they are shared out
        yield server, server.run(lesson=lesson.id, iterations=2), tape.load(file)


def test_losses_and_events(both: Any) -> None:
    server, run, recorded = both
    assert run["losses"] == recorded.losses
    assert run["events"] == len(recorded)
    page = server.get(f"/runs/{run['id']}/events?after=3&limit=7").json()
    assert [event["index"] for event in page["events"]] == list(range(4, 11))
    assert page["next"] == 10
    found, after = [], -1
    while after is not None:
        page = server.get(f"/runs/{run['id']}/events?after={after}&limit=100").json()
        found += page["events"]
        after = page["next"]
    assert len(found) == len(recorded)
    assert [event["kind"] for event in found] == [event["kind"] for event in recorded.events()]


@pytest.mark.parametrize("at", POSITIONS)
def test_arrays_are_those_of_the_tape(both: Any, at: str) -> None:
    server, run, recorded = both
    moment = recorded.at(at)
    base = f"/runs/{run['id']}"
    for name, held in moment.parameters.items():
        value = server.get(f"{base}/parameters/{name}?at={at}", accept="application/x-npy")
        np.testing.assert_array_equal(load(value.content), held.value)
        gradient = server.get(f"{base}/parameters/{name}/gradient?at={at}", accept="application/x-npy")
        if held.gradient is None:
            assert gradient.status_code == 404
            assert ".grad is None" in gradient.json()["detail"]
        else:
            np.testing.assert_array_equal(load(gradient.content), held.gradient)
    for identity, held in list(moment.tensors.items())[:8]:
        answer = server.get(f"{base}/tensors/{identity}?at={at}").json()
        assert answer["shape"] == list(held.shape)
        assert answer["dtype"] == held.dtype
        assert answer["at"]["event"] == moment.event
        assert answer["values"] == (None if held.value is None else held.value.tolist())
        answer = server.get(f"{base}/tensors/{identity}/gradient?at={at}").json()
        assert answer["values"] == (None if held.gradient is None else held.gradient.tolist())
        assert answer["freed"] == held.freed


@pytest.mark.parametrize("at", POSITIONS)
def test_parameters_and_graph(both: Any, at: str) -> None:
    server, run, recorded = both
    moment = recorded.at(at)
    listed = server.get(f"/runs/{run['id']}/parameters?at={at}").json()
    assert [one["name"] for one in listed] == list(moment.parameters)
    for one in listed:
        held = moment.parameters[one["name"]]
        assert one["value"] == tape.statistics(held.value)
        assert one["gradient"] == (None if held.gradient is None else tape.statistics(held.gradient))
    assert server.get(f"/runs/{run['id']}/graph?at={at}").json() == tape.snapshot(moment, run["id"])


def test_segments_are_whole(both: Any) -> None:
    server, run, recorded = both
    for index, segment in enumerate(recorded.segments):
        name = "setup" if segment.iteration is None else segment.iteration
        answer = server.get(f"/runs/{run['id']}/segments/{name}")
        assert answer.headers["content-type"] == "application/octet-stream"
        assert "immutable" in answer.headers["cache-control"]
        got, end = tape.Segment.from_buffer(answer.content)
        assert end == len(answer.content)
        assert got.named() == set(got.arrays)
        whole = recorded.whole(index)
        assert got.header == whole.header
        for identity, array in whole.arrays.items():
            np.testing.assert_array_equal(got.arrays[identity], array)
        tag = answer.headers["etag"]
        again = server.get(f"/runs/{run['id']}/segments/{name}", if_none_match=tag)
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == tag


def test_history(both: Any) -> None:
    server, run, recorded = both
    for name in recorded.at("latest").parameters:
        rows = server.get(f"/runs/{run['id']}/parameters/{name}/history").json()
        assert [row["iteration"] for row in rows] == [0, 1]
        for row in rows:
            norms = recorded.iteration(row["iteration"]).header["norms"][name]
            assert [row["value"], row["gradient"], row["update"]] == norms
            assert row["ratio"] == pytest.approx(row["update"] / row["value"])


def test_optimizer_state(server: Server, steps: dict) -> None:
    answer = server.get(f"/runs/{steps['id']}/parameters/w?at=1:step").json()
    assert answer["state"]["momentum_buffer"]["values"] == pytest.approx([3.4, -6.8])
    assert answer["value"]["norm"] == pytest.approx(np.linalg.norm(answer["values"]))


def test_numbers_json_has_no_word_for(server: Server) -> None:
    script = (
        "import torch\nw = torch.tensor([0.0, 1.0, -1.0], requires_grad=True)\ny = w / 0\n(y.sum() * 1).backward()\n"
    )
    run = server.run(script=script)
    assert run["losses"] == ["NaN"]
    graph = server.get(f"/runs/{run['id']}/graph").json()
    nonfinite = {one["id"]: one["value"]["nonfinite"] for one in graph["tensors"] if one["value"]}
    (name,) = [identity for identity, count in nonfinite.items() if count == 3]
    assert server.get(f"/runs/{run['id']}/tensors/{name}").json()["values"] == ["NaN", "Infinity", "-Infinity"]


def load(content: bytes) -> Any:
    return np.load(io.BytesIO(content), allow_pickle=False)


def test_events_are_told_in_the_language_asked_for(server: Server, steps: dict) -> None:
    """The script prints its loss: 1 + 4 = 5 in the first iteration."""

    def told(query: str = "", **headers: str) -> list[str]:
        page = server.get(f"/runs/{steps['id']}/events?limit=20{query}", **headers).json()
        return [event["sentence"] for event in page["events"]]

    english, korean = told(), told("&language=ko")
    assert "The script prints: loss 5.0" in english
    assert "스크립트의 출력: loss 5.0" in korean
    assert told(accept_language="ko-KR, en;q=0.5") == korean
    assert told(accept_language="fr, en;q=0.8, ko;q=0.2") == english
    assert told("&language=en", accept_language="ko") == english
    assert server.get(f"/runs/{steps['id']}/events?language=xx").status_code == 422
