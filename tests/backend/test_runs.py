"""Making runs, recording them further, stopping them, removing them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from .conftest import STEPS, Server


def test_a_run_records_what_was_asked_and_waits(server: Server, steps: dict) -> None:
    assert steps["status"] == "waiting"
    assert steps["iterations"] == 2
    assert steps["losses"] == [5.0, pytest.approx(3.2)]
    assert steps["error"] is None
    assert steps["events"] > 10
    assert server.get(f"/runs/{steps['id']}/script").text == STEPS
    assert steps["id"] in [run["id"] for run in server.get("/runs").json()]


def test_advances_add_up_to_the_end(server: Server) -> None:
    run = server.run(script=STEPS)
    for _ in range(3):
        answer = server.post(f"/runs/{run['id']}/advance", {"iterations": 1})
        assert answer.status_code == 202
    assert server.until(run["id"], lambda view: view["status"] == "waiting")["iterations"] == 4
    server.post(f"/runs/{run['id']}/advance", {"iterations": 50})
    ended = server.settled(run["id"])
    assert (ended["status"], ended["iterations"]) == ("finished", 6)
    output = server.get(f"/runs/{run['id']}/output").text
    assert [line.split()[0] for line in output.splitlines()] == ["loss"] * 6
    again = server.post(f"/runs/{run['id']}/advance", {"iterations": 1})
    assert again.status_code == 409
    assert "finished" in again.json()["detail"]


def test_concurrent_advances_each_count(server: Server) -> None:
    run = server.run(script=STEPS.replace("range(6)", "range(100)"))
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: server.post(f"/runs/{run['id']}/advance", {"iterations": 2}), range(8)))
    assert server.until(run["id"], lambda view: view["status"] == "waiting")["iterations"] == 17


def test_every_lesson_runs(server: Server) -> None:
    lessons = server.get("/lessons").json()
    assert [lesson["id"] for lesson in lessons]
    for lesson in lessons:
        run = server.run(lesson=lesson["id"], iterations=2)
        assert (run["status"], run["iterations"]) == ("waiting", 2), run
        assert run["lesson"] == lesson["id"]
        assert server.get(f"/runs/{run['id']}/script").text == lesson["script"]


def test_lessons_speak_the_language_asked_for(server: Server) -> None:
    english = server.get("/lessons").json()[0]
    korean = server.get("/lessons", accept_language="ko-KR,ko;q=0.9").json()[0]
    assert english["title"] == english["titles"]["en"]
    assert korean["title"] == english["titles"]["ko"] != english["title"]
    assert server.get("/lessons?lang=ko", accept_language="en").json()[0]["title"] == korean["title"]


def test_stop_interrupts_and_advance_goes_on(server: Server) -> None:
    slow = "import time\n" + STEPS.replace("    loss.backward()", "    time.sleep(0.2)\n    loss.backward()")
    run = server.run(wait=False, script=slow, iterations=6)
    server.until(run["id"], lambda view: view["iterations"] >= 1)
    stopped = server.post(f"/runs/{run['id']}/stop").json()
    assert stopped["status"] == "stopped"
    assert stopped["error"] is None
    assert 1 <= stopped["iterations"] < 6
    server.post(f"/runs/{run['id']}/advance", {"iterations": 6})
    ended = server.settled(run["id"])
    assert (ended["status"], ended["iterations"]) == ("finished", 6)
    whole = server.run(script=STEPS, iterations=6)
    assert ended["losses"] == whole["losses"]
    assert server.get(f"/runs/{run['id']}/output").text == server.get(f"/runs/{whole['id']}/output").text


def test_stopping_a_waiting_run_and_going_on(server: Server) -> None:
    run = server.run(script=STEPS, iterations=2)
    assert server.post(f"/runs/{run['id']}/stop").json()["status"] == "stopped"
    server.post(f"/runs/{run['id']}/advance", {"iterations": 2})
    going = server.settled(run["id"])
    assert (going["status"], going["iterations"]) == ("waiting", 4)


def test_more_runs_than_workers(server: Server) -> None:
    runs = [server.run(wait=False, script=STEPS)["id"] for _ in range(7)]
    for run in runs:
        server.settled(run)
    assert server.client.get("/healthz").json()["workers"] <= 3
    for run in runs:  # those let go are executed again, unnoticed
        server.post(f"/runs/{run}/advance", {"iterations": 2})
    for run in runs:
        view = server.settled(run)
        assert (view["status"], view["iterations"]) == ("waiting", 3), view
        assert view["losses"][:2] == [5.0, pytest.approx(3.2)]


def test_a_removed_run_is_gone(server: Server) -> None:
    run = server.run(script=STEPS)["id"]
    assert (server.data / "runs" / run).is_dir()
    assert server.client.delete(f"/api/runs/{run}").status_code == 204
    assert server.get(f"/runs/{run}").status_code == 404
    assert not (server.data / "runs" / run).exists()


def test_removing_a_run_while_it_records(server: Server) -> None:
    run = server.run(wait=False, script="while True: pass")["id"]
    assert server.client.delete(f"/api/runs/{run}").status_code == 204
    assert server.get(f"/runs/{run}").status_code == 404


def test_seeds_decide(server: Server) -> None:
    script = "import torch, random, numpy as np\nw = torch.randn(3, requires_grad=True)\n"
    script += "(w * w * random.random() * np.random.rand()).sum().backward()\n"
    first, again, other = (server.run(script=script, seed=seed, iterations=5) for seed in (1, 1, 2))
    assert first["status"] == "finished"
    assert first["losses"] == again["losses"] != other["losses"]


@pytest.mark.parametrize(
    "body",
    [{}, {"lesson": "digits", "script": "pass"}, {"script": "pass", "seed": -1}, {"script": "pass", "iterations": 0}],
)
def test_bodies_that_make_no_run(server: Server, body: dict) -> None:
    answer = server.post("/runs", body)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert len(answer.json()["detail"]) > 10


def test_an_unknown_lesson_names_those_there_are(server: Server) -> None:
    answer = server.post("/runs", {"lesson": "nope"})
    assert answer.status_code == 404
    assert "digits" in answer.json()["valid"]


def test_operator_calls(server: Server) -> None:
    assert server.client.get("/healthz").json()["status"] == "ok"
    metrics = server.client.get("/metrics").text
    assert "backplay_runs_total" in metrics
    assert 'runs/{run}",status="200"' in metrics


def test_pages(server: Server) -> None:
    page = server.client.get("/")
    assert page.status_code == 200
    assert "default-src 'self'" in page.headers["content-security-policy"]
    docs = server.client.get("/docs").text
    assert "http" not in docs.replace("<!doctype html>", "")
    for path in ("/docs/swagger-ui-bundle.js", "/docs/swagger-ui.css", "/docs/start.js", "/openapi.json"):
        assert server.client.get(path).status_code == 200
    assert server.client.get("/../pyproject.toml").status_code == 404
    assert server.client.get("/%2e%2e/%2e%2e/pyproject.toml").status_code == 404


def test_answers_are_compressed_and_segments_are_not(server: Server, steps: dict) -> None:
    graph = server.get(f"/runs/{steps['id']}/graph?at=latest")
    assert graph.headers["content-encoding"] == "gzip"
    segment = server.get(f"/runs/{steps['id']}/segments/1")
    assert "content-encoding" not in segment.headers
    assert isinstance(segment, httpx.Response)
