"""GET /runs/{run}/explain: the arithmetic behind one number, over HTTP."""

from __future__ import annotations

import math
from typing import Any

import pytest

from .conftest import Server


def explained(server: Server, run: str, **query: Any) -> Any:
    return server.client.get(f"/api/runs/{run}/explain", params=query)


def test_an_update_by_momentum(server: Server, steps: dict[str, Any]) -> None:
    """w = (1, −2), lr 0.1: g = 2w; first step −0.1·2w = (−0.2, 0.4); then b = 0.9·2 + 2·0.8 = 3.4, update −0.34."""
    found = explained(server, steps["id"], tensor="w", of="update", index="0", at="1:step").json()
    assert found["value"] == pytest.approx(-0.34, rel=1e-5) and found["kind"] == "momentum"
    (term,) = found["terms"]
    assert term["coefficient"] == pytest.approx(-0.1)
    (factor,) = term["factors"]
    assert (factor["of"], factor["value"]) == ("state.momentum_buffer", pytest.approx(3.4))
    # The factor is explained in turn: 0.9 times the old buffer, and the gradient.
    query = {"tensor": factor["tensor"], "of": factor["of"], "index": "0", "at": factor["at"]}
    inner = explained(server, steps["id"], **query).json()
    assert sorted(t["value"] for t in inner["terms"]) == pytest.approx([1.6, 1.8])


def test_the_terms_and_what_is_left_out_add_up(server: Server) -> None:
    script = "import torch\nx = torch.arange(40.0)\nw = torch.ones(40, requires_grad=True)\n(x @ w).backward()\n"
    run = server.run(script=script)["id"]
    found = explained(server, run, tensor="dot", at="0:forward", limit=5).json()
    assert found["value"] == 780 == found["evaluated"]
    assert [term["value"] for term in found["terms"]] == [39, 38, 37, 36, 35]
    assert found["left_out"] == {"count": 35, "value": 780 - 185}
    assert "내적" in found["sentence"]["ko"] and "dot product" in found["sentence"]["en"]


def test_the_numeric_derivative_beside_a_gradient(server: Server, steps: dict[str, Any]) -> None:
    """L = Σ w² at w = 0.8 after one step: 2w = 1.6."""
    query = {"tensor": "w", "of": "gradient", "index": "0", "at": "1:backward", "numeric": "true"}
    found = explained(server, steps["id"], **query).json()
    assert found["numeric"]["value"] == pytest.approx(1.6, rel=1e-6) and found["numeric"]["digits"] >= 6
    refused = explained(server, steps["id"], **{**query, "of": "value"})
    assert refused.status_code == 422 and "ask for the gradient" in refused.json()["detail"]


@pytest.mark.parametrize(
    ("query", "status", "words"),
    [
        ({"tensor": "nothing"}, 422, "no tensor “nothing”"),
        ({"tensor": "w", "index": "0,0"}, 422, "has 1 numbers, not 2"),
        ({"tensor": "w", "index": "2"}, 422, "outside dimension 0"),
        ({"tensor": "w", "index": "0", "of": "gradient", "at": "start"}, 422, "no gradient at this moment"),
        ({"tensor": "w", "index": "0", "of": "update", "at": "0:backward"}, 422, "not been updated"),
        ({"tensor": "w", "index": "0", "at": "9:forward"}, 422, "no iteration 9"),
        ({"tensor": "w", "index": "zero"}, 422, "index"),
        ({"tensor": "w", "of": "mood"}, 422, "of"),
        ({}, 422, "tensor"),
    ],
)
def test_a_question_without_an_answer_says_why(
    server: Server, steps: dict[str, Any], query: dict[str, str], status: int, words: str
) -> None:
    answer = explained(server, steps["id"], **query)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert words in answer.json()["detail"]


def test_numbers_json_has_no_word_for(server: Server) -> None:
    script = "import torch\nw = torch.tensor([1.0, 2.0], requires_grad=True)\n(w * float('inf')).sum().backward()\n"
    run = server.run(script=script)["id"]
    found = explained(server, run, tensor="mul", index="1", at="0:forward").json()
    assert math.isinf(float(found["value"])) and found["terms"][0]["factors"][0]["value"] == 2
