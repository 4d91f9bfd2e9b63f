"""Runs that differ from an edit on."""

from __future__ import annotations

import numpy as np
import pytest

from .conftest import STEPS, Server


@pytest.fixture(scope="module")
def parent(server: Server) -> dict:
    return server.run(script=STEPS, iterations=4)


def _branch(server: Server, run: str, *edits: dict, **more: int) -> dict:
    made = server.post(f"/runs/{run}/branches", {"edits": list(edits), **more})
    assert made.status_code == 201, made.text
    assert made.headers["location"] == f"/api/runs/{made.json()['id']}"
    return server.settled(made.json()["id"])


def _by_hand(iterations: int, edit: int, *, lr: float | None = None, skip: bool = False, keep: bool = False) -> list:
    """The losses of STEPS in plain numpy, different from the end of iteration `edit` on."""
    w, momentum, gradient, losses = np.array([1, -2], np.float32), np.zeros(2, np.float32), None, []
    for i in range(iterations):
        new = i > edit
        gradient = 2 * w + (gradient if keep and new and gradient is not None else 0)
        losses.append(float((w * w).sum()))
        if not (skip and new):
            momentum = np.float32(0.9) * momentum + gradient
            w = w - np.float32(lr if lr is not None and new else 0.1) * momentum
    return losses


def test_one_element_is_another_from_then_on(server: Server, parent: dict) -> None:
    before = server.get(f"/runs/{parent['id']}/parameters/w?at=1:").json()["values"]
    run = _branch(server, parent["id"], {"at": "1:", "kind": "value", "target": "w", "index": [1], "value": 0.5})
    assert (run["status"], run["iterations"], run["parent"]) == ("waiting", 4, parent["id"])
    assert run["losses"][:2] == parent["losses"][:2]
    assert run["losses"][2] == pytest.approx(before[0] ** 2 + 0.25)
    assert server.get(f"/runs/{run['id']}/parameters/w?at=1:").json()["values"] == [before[0], 0.5]
    mine, theirs = (server.get(f"/runs/{r['id']}/segments/0").content for r in (run, parent))
    assert mine == theirs


def test_the_whole_value_and_inside_an_iteration(server: Server, parent: dict) -> None:
    run = _branch(server, parent["id"], {"at": "2:zero_grad", "kind": "value", "target": "w", "value": [3, 4]})
    assert run["losses"][:3] == [*parent["losses"][:2], 25.0]


@pytest.mark.parametrize(
    ("edit", "expected"),
    [
        ({"kind": "lr", "value": 0.01}, {"lr": 0.01}),
        ({"kind": "skip_step"}, {"skip": True}),
        ({"kind": "skip_zero_grad"}, {"keep": True}),
    ],
)
def test_stretches(server: Server, parent: dict, edit: dict, expected: dict) -> None:
    run = _branch(server, parent["id"], {"at": "1:", **edit}, iterations=5)
    assert run["iterations"] == 5
    assert run["losses"] == pytest.approx(_by_hand(5, 1, **expected), rel=1e-5)


def test_a_stretch_ends(server: Server, parent: dict) -> None:
    run = _branch(server, parent["id"], {"at": "0:", "kind": "skip_step", "until": 2}, iterations=5)
    assert run["losses"][1] == run["losses"][2] == run["losses"][3] != run["losses"][4]


def test_a_branch_of_a_branch_and_a_rebuilt_branch(server: Server, parent: dict) -> None:
    first = {"at": "1:", "kind": "value", "target": "w", "value": 1.5}
    run = _branch(server, parent["id"], first)
    both = _branch(server, run["id"], {"at": "2:", "kind": "lr", "value": 0.0})
    assert both["losses"][:3] == run["losses"][:3]
    assert len(both["edits"]) == 2
    server.post(f"/runs/{run['id']}/stop")
    server.post(f"/runs/{run['id']}/advance", {"until": 6})
    rebuilt = server.until(run["id"], lambda view: view["status"] not in ("recording",))
    assert (rebuilt["iterations"], rebuilt["losses"][:4]) == (6, run["losses"])
    same = _branch(server, parent["id"], first, iterations=6)
    assert same["losses"] == rebuilt["losses"]


def test_edits_of_a_new_run(server: Server, parent: dict) -> None:
    event = server.get(f"/runs/{parent['id']}/graph?at=0:").json()["at"]["event"]
    run = server.run(script=STEPS, iterations=2, edits=[{"at": str(event), "kind": "value", "target": "w", "value": 2}])
    assert run["losses"] == [5.0, 8.0]
    assert server.post("/runs", {"script": STEPS, "edits": [{"at": "1:", "kind": "skip_step"}]}).status_code == 422


@pytest.mark.parametrize(
    ("edit", "status", "says"),
    [
        ({"at": "1:", "kind": "value", "target": "nope", "value": 1}, 404, "there are w"),
        ({"at": "99:", "kind": "skip_step"}, 422, "no iteration 99"),
        ({"at": "1:", "kind": "value", "target": "w", "index": [7], "value": 1}, 422, "no element"),
        ({"at": "1:", "kind": "value", "target": "w", "value": [1, 2, 3]}, 422, "shape"),
        ({"at": "1:", "kind": "value", "target": "w"}, 422, "needs target and value"),
        ({"at": "1:", "kind": "lr"}, 422, "needs a value"),
    ],
)
def test_edits_that_make_no_branch(server: Server, parent: dict, edit: dict, status: int, says: str) -> None:
    answer = server.post(f"/runs/{parent['id']}/branches", {"edits": [edit]})
    assert answer.status_code == status
    assert says in answer.json()["detail"]


def test_events_are_counted_as_the_tape_counts_them(server: Server) -> None:
    """A scheduler, clipping and train() are events too."""
    script = STEPS.replace("for i in", "scheduler = torch.optim.lr_scheduler.StepLR(optimizer, 1, 0.5)\nfor i in", 1)
    script = script.replace(
        "    optimizer.step()", "    torch.nn.utils.clip_grad_norm_([w], 1.0)\n    optimizer.step()"
    )
    parent = server.run(script=script + "    scheduler.step()\n", iterations=4)
    edit = {"at": "2:", "kind": "value", "target": "w", "value": 3}
    run = _branch(server, parent["id"], edit)
    assert run["losses"] == [*parent["losses"][:3], 18.0]
    for path in ("segments/1", "graph?at=1:backward"):
        mine, theirs = (server.get(f"/runs/{one['id']}/{path}").content for one in (run, parent))
        assert mine.replace(run["id"].encode(), b"") == theirs.replace(parent["id"].encode(), b"")
