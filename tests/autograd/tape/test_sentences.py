"""The sentence of each event: both languages from one table, the numbers those of the tape."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest

import autograd as torch
from autograd import tape
from autograd.tape import sentences
from autograd.tape.sentences import LANGUAGES, OPS, TABLES, fields_of, figures, ops
from autograd.tape.structure import Structure


def test_every_text_has_both_languages_and_the_same_fields() -> None:
    for language in LANGUAGES:
        assert TABLES[language].keys() == TABLES["en"].keys()
        for key, text in TABLES[language].items():
            assert text.strip(), (language, key)
            assert fields_of(text) == fields_of(TABLES["en"][key]), (language, key)


def test_every_op_s_text_is_in_the_table_and_its_fields_are_known() -> None:
    known = {"forward": set(ops._FORWARD), "backward": {*ops._BACKWARD, "unchanged"}}
    used = {f"say.{way}.{general}" for way in OPS for general in ("any", "scalar")} | {"say.backward.end"}
    for way, rules in OPS.items():
        for op, texts in rules.items():
            assert len(texts) == 2
            for key in texts:
                if key is not None:
                    assert fields_of(TABLES["en"][key]) <= known[way], (op, key)
                    used.add(key)
    own = {key for key in TABLES["en"] if key.startswith(("say.forward.", "say.backward."))}
    assert own == used


@pytest.mark.parametrize(
    ("x", "text"),
    [
        (0.0, "0"), (-0.0249, "−0.0249"), (2.274, "2.2740"), (1.1e-4, "1.1×10⁻⁴"), (12.0, "12"), (1234.56, "1,234.6"),
        (9.96e-5, "1.0×10⁻⁴"), (3e7, "3.0×10⁷"), (float("nan"), "NaN"), (float("-inf"), "−∞"), (0.03125, "0.0313"),
        (123.456, "123.46"), (999999.0, "999,999"),
    ],
)  # fmt: skip
def test_numbers_are_written_as_on_the_page(x: float, text: str) -> None:
    """Digits as JavaScript's toFixed and toExponential give them (halves up)."""
    assert figures.number(x) == text


def told(recorded: tape.Tape, language: sentences.Language = "en") -> list[str]:
    return [recorded.at(event).sentence(language) for event in range(len(recorded))]


def test_one_number_s_whole_cycle() -> None:
    """w = 2, x = 3: loss (2 · 3)² = 36, dw = 2 · 6 · 3 = 36, and 2 − 0.01 · 36 = 1.64."""
    with tape.record() as recorded:
        w = torch.tensor(2.0, requires_grad=True)
        x = torch.tensor(3.0)
        optimizer = torch.optim.SGD([w], lr=0.01)
        for _ in range(2):
            optimizer.zero_grad()
            loss = (w * x) ** 2
            loss.backward()
            optimizer.step()
            print("done")
    assert told(recorded)[:9] == [
        "zero_grad finds no gradient at w: there is nothing to clear yet.",
        "× multiplies: 2 × 3 = 6.",
        "² raises 6 to the power 2: 36.",
        "backward starts here: nudge the loss by 1 and the loss rises by 1.",
        "At ² the slope is 2 × 6, so × gets 12.",
        "× hands the gradient to w, where the way back ends.",
        "w receives its gradient: 36.",
        "step moves w from 2 to 1.6400: SGD, learning rate 0.0100.",
        "The script prints: done",
    ]
    assert told(recorded)[9] == "zero_grad clears the gradient of w: its length was 36."
    assert recorded.at("start").sentence() == "Nothing has run yet: every gradient is empty."


def test_shares_that_meet_and_gradients_left_to_pile_up() -> None:
    """h = 3 w at w = 2, used twice in h · h: its gradient 2 h = 12 arrives as 6 and 6; w gets 36, a second time 72."""
    with tape.record() as recorded:
        w = torch.tensor(2.0, requires_grad=True)
        optimizer = torch.optim.SGD([w], lr=0.0)
        for _ in range(2):
            h = w * 3
            (h * h).backward()
            optimizer.step()
    said = told(recorded)
    assert "× was used more than once: a further share arrives and adds up, 6 becomes 12." in said
    assert "w receives its gradient: 36." in said
    assert "A further share reaches w and adds up: 36 becomes 72." in said
    assert said.count("w stays where it is: no number of it changes.") == 2


def test_an_update_by_hand_and_zeros() -> None:
    with tape.record() as recorded:
        w = torch.tensor([3.0, 4.0], requires_grad=True)
        for _ in range(2):
            (w * w).sum().backward()
            with torch.no_grad():
                w -= 0.25 * w.grad
            w.grad.zero_()
    said = told(recorded)
    # Both factors are w: its gradient comes as (3, 4) and (3, 4), of length 10; the largest step is 0.25 · 8 = 2.
    assert "w receives its gradient: its length is 5." in said
    assert "A further share reaches w and adds up: its length goes from 5 to 10." in said
    assert "w is changed by hand: its largest change is 2." in said
    assert "zero_grad sets the gradient of w to 0: its length was 10." in said


def test_a_seed_of_many_numbers() -> None:
    with tape.record() as recorded:
        w = torch.tensor([1.0, 2.0], requires_grad=True)
        (w * 2).backward(torch.tensor([3.0, 4.0]))
    assert "backward starts here with a gradient of 2 numbers: its length is 5." in told(recorded)


def test_families_of_ops() -> None:
    torch.manual_seed(0)
    with tape.record() as recorded:
        x = torch.randn(2, 3, 4, 4, requires_grad=True)
        y = torch.nn.functional.max_pool2d(x, 2)
        p = torch.softmax(y.reshape(2, -1), dim=1)
        q = torch.cat([p, torch.sigmoid(p)], dim=1)
        (q.permute(1, 0) / 2).sum(0).mean().backward()
    said = "\n".join(told(recorded))
    for expected in (
        "max_pool2d keeps the largest number of each window: 2×3×4×4 becomes 2×3×2×2.",
        "softmax turns 12 scores into probabilities that add up to 1, for each of 2 inputs.",
        "cat puts 2 tensors together: 2×24 numbers.",
        "permute turns 2×24 into 24×2: no number changes, only its place.",
        "÷ divides permute by 2: 48 quotients.",
        "sum adds up along an axis: 24×2 becomes 2.",
        "mean averages 2 numbers",
        "cat cuts the gradient apart again: each of 2 tensors gets its own part.",
    ):
        assert expected in said
    assert re.search(r"sigmoid squeezes \d+ numbers into 0 to 1: they now lie from 0\.5\d+ to 0\.\d+\.", said)


def test_nothing_is_left_open_in_any_language() -> None:
    torch.manual_seed(1)
    with tape.record() as recorded:
        model = torch.nn.Sequential(torch.nn.Linear(3, 4), torch.nn.Tanh(), torch.nn.Linear(4, 1))
        optimizer = torch.optim.Adam(model.parameters())
        for step in range(2):
            optimizer.zero_grad()
            x = torch.randn(5, 3)
            loss = torch.nn.functional.mse_loss(model(x), x.sum(1, keepdim=True))
            loss.backward()
            optimizer.step()
            print(step)
    english, korean = told(recorded, "en"), told(recorded, "ko")
    for sentence in english + korean:
        assert sentence and not re.search(r"[{}]|None|nan", sentence)
    assert all(re.search("[가-힣]", sentence) for sentence in korean)
    # The same numbers in both.
    for one, other in zip(english, korean, strict=True):
        found = [sorted(re.findall(r"\d+\.\d{4}", text)) for text in (one, other)]
        assert found[0] == found[1]


def test_the_norm_in_a_sentence_is_the_gradient_s() -> None:
    torch.manual_seed(2)
    with tape.record() as recorded:
        layer = torch.nn.Linear(3, 2)
        layer(torch.randn(4, 3)).sum().backward()
    weight = recorded.at("latest").parameters["weight"].gradient
    assert weight is not None
    expected = f"weight receives its gradient: its length is {np.linalg.norm(weight.astype(np.float64)):.4f}."
    assert expected in told(recorded)


def test_an_unknown_language_is_refused() -> None:
    with tape.record() as recorded:
        torch.ones(2, requires_grad=True) * 2
    with pytest.raises(KeyError):
        recorded.at("latest").sentence("xx")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("kind", "details", "expected"),
    [
        (
            "adjust",
            {"by": "clip_grad_norm_", "norm": 10.0, "limit": 1.0, "factor": 0.1},
            "Clipping: all gradients together have length 10, more than 1, so w gets its gradient times 0.1.",
        ),
        (
            "adjust",
            {"by": "clip_grad_norm_", "norm": 0.5, "limit": 1.0, "factor": 1.0},
            "Clipping: all gradients together have length 0.5, no more than 1: the gradient of w stays as it is.",
        ),
        (
            "adjust",
            {"by": "clip_grad_value_", "limit": 3.0, "changed": 2},
            "Clipping: no number may lie beyond ±3. In the gradient of w, 2 did.",
        ),
        ("adjust", {"by": "unscale_", "factor": 0.25}, "The gradient of w is scaled back: times 0.25."),
        ("adjust", {"by": "script"}, "The script changes the gradient of w: its length goes from 5 to 10."),
        (
            "hook",
            {"before": 2.0, "after": 6.0},
            "A hook changes the gradient on its way at w: its length goes from 2 to 6.",
        ),
        (
            "mode",
            {"module": "model", "type": "Sequential", "training": False},
            "model is set to evaluate: dropout lets all through, batch norm uses the means it has kept.",
        ),
        (
            "options",
            {"optimizer": "SGD", "group": 0, "changed": {"lr": [0.5, 0.25]}},
            "The learning rate of SGD goes from 0.5 to 0.25.",
        ),
        (
            "options",
            {"optimizer": "Adam", "group": 0, "changed": {"betas": [[0.9, 0.99], [0.8, 0.99]]}},
            "Adam changes its betas from 0.9, 0.99 to 0.8, 0.99.",
        ),
        ("of a later version", {}, "Something happens here that this version of Backplay has no words for."),
    ],
)
def test_changed_gradients_modes_and_options(kind: str, details: dict[str, Any], expected: str) -> None:
    """A share that takes w's gradient from (3, 4) to (6, 8), told as another kind of event."""
    with tape.record() as recorded:
        w = torch.tensor([3.0, 4.0], requires_grad=True)
        (w * w).sum().backward()
    place = [event["kind"] for event in recorded.events()].index("accumulate", 4)
    while recorded.at(place).sentence() != "A further share reaches w and adds up: its length goes from 5 to 10.":
        place += 1
    moment = recorded.at(place)
    body = {**moment.structure.body, "events": [dict(event) for event in moment.structure.events]}
    local = place - moment.segment.first
    body["events"][local]["kind"] = kind
    header = {**moment.segment.header, "details": {str(local): details}}
    changed = tape.Moment(place, tape.Segment(header, moment.segment.arrays), Structure(body), moment.read)
    assert changed.sentence() == expected
    assert re.search("[가-힣]", changed.sentence("ko")) and not re.search(r"[{}]", changed.sentence("ko"))


def test_where_a_parameter_starts_from() -> None:
    with tape.record() as recorded:
        w = torch.zeros(3, requires_grad=True)
        with torch.no_grad():
            w.copy_(torch.tensor([1.0, -2.0, 5.0]))
        for _ in range(2):
            loss = (w * w).sum()
            w.grad = None
            loss.backward()
            with torch.no_grad():
                w -= 0.5 * w.grad
    edits = [e["index"] for e in recorded.events() if e["kind"] == "edit" and e["iteration"] is None]
    assert edits
    for event in edits:
        assert recorded.at(event).sentence() == "w is given the 3 numbers it starts from: they lie from −2 to 5."
