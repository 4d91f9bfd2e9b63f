"""The stream: what is there, then what is recorded, in order, for each client at its own pace."""

from __future__ import annotations

import base64
import json
import time
from contextlib import ExitStack
from typing import Any

from websockets.sync.client import ClientConnection, connect

from autograd.tape import Segment

from .conftest import STEPS, Server


def open_stream(server: Server, run: str, after: int = 0) -> ClientConnection:
    return connect(f"ws://{server.host}/api/runs/{run}/stream?after={after}", max_size=None)


def collect(socket: ClientConnection, status: str) -> tuple[list[Segment], list[dict[str, Any]]]:
    """Frames up to the run's having that status."""
    segments: list[Segment] = []
    views: list[dict[str, Any]] = []
    while not views or views[-1]["status"] != status:
        frame = socket.recv(10)
        if isinstance(frame, str):
            views.append(json.loads(frame))
        else:
            segment, end = Segment.from_buffer(frame)
            assert end == len(frame)
            segments.append(segment)
    return segments, views


def iterations(segments: list[Segment]) -> list[int]:
    return [segment.iteration for segment in segments if segment.iteration is not None]


def test_segments_come_as_they_are_recorded(server: Server) -> None:
    run = server.run(script=STEPS)["id"]
    with open_stream(server, run) as socket:
        first = json.loads(socket.recv(5))
        assert first == server.get(f"/runs/{run}").json()
        segment, _ = Segment.from_buffer(socket.recv(5))
        assert segment.iteration == 0
        assert segment.header["define"]["events"]
        assert not segment.arrays
        server.post(f"/runs/{run}/advance", {"iterations": 9})
        segments, views = collect(socket, "finished")
    assert iterations(segments) == [1, 2, 3, 4, 5]
    assert views[-1] == server.get(f"/runs/{run}").json()
    assert [view["iterations"] for view in views] == sorted(view["iterations"] for view in views)


def test_after_skips_what_one_has_and_defines_what_one_needs(server: Server) -> None:
    run = server.run(script=STEPS, iterations=6)["id"]
    for after in range(7):
        with open_stream(server, run, after) as socket:
            assert json.loads(socket.recv(5))["iterations"] == 6
            got = [Segment.from_buffer(socket.recv(5))[0] for _ in range(6 - after)]
        assert iterations(got) == list(range(after, 6))
        if got:
            assert got[0].header["define"] is not None


def test_every_client_gets_everything(server: Server) -> None:
    run = server.run(script=STEPS.replace("range(6)", "range(300)"))["id"]
    with ExitStack() as stack:
        sockets = [stack.enter_context(open_stream(server, run)) for _ in range(4)]
        server.post(f"/runs/{run}/advance", {"iterations": 299})
        for socket in sockets:
            segments, _ = collect(socket, "finished")
            assert iterations(segments) == list(range(300))


def test_a_slow_client_holds_up_nobody(server: Server) -> None:
    run = server.run(script=STEPS.replace("range(6)", "range(400)"))["id"]
    with open_stream(server, run) as slow:
        server.post(f"/runs/{run}/advance", {"iterations": 399})
        assert server.settled(run)["status"] == "finished"
        time.sleep(0.2)
        segments, _ = collect(slow, "finished")
    assert iterations(segments)[-1] == 399


def test_an_iteration_cut_by_a_stop_comes_again_whole(server: Server) -> None:
    script = "import time\n" + STEPS.replace("    loss.backward()", "    time.sleep(0.3)\n    loss.backward()")
    run = server.run(wait=False, script=script, iterations=6)["id"]
    with open_stream(server, run) as socket:
        server.until(run, lambda view: view["iterations"] >= 1)
        time.sleep(0.1)
        server.post(f"/runs/{run}/stop")
        before, _ = collect(socket, "stopped")
        assert before[-1].header["complete"] is False
        server.post(f"/runs/{run}/advance", {"iterations": 6})
        after, _ = collect(socket, "finished")
    assert iterations(after) == list(range(before[-1].iteration, 6))
    assert all(segment.header["complete"] for segment in after)


def test_server_sent_events(server: Server) -> None:
    run = server.run(script=STEPS, iterations=6)["id"]
    events: list[tuple[str, str]] = []
    with server.client.stream("GET", f"/api/runs/{run}/stream") as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        name = ""
        for line in answer.iter_lines():
            if line.startswith("event: "):
                name = line[7:]
            elif line.startswith("data: "):
                events.append((name, line[6:]))
            if len(events) == 7:
                break
    assert json.loads(events[0][1])["id"] == run
    segments = [Segment.from_buffer(base64.b64decode(data))[0] for kind, data in events if kind == "segment"]
    assert iterations(segments) == list(range(6))


def test_a_removed_run_ends_its_streams(server: Server) -> None:
    run = server.run(script=STEPS)["id"]
    with open_stream(server, run) as socket:
        socket.recv(5)
        socket.recv(5)
        server.client.delete(f"/api/runs/{run}")
        assert list(socket) == []
