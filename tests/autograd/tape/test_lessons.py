"""The lessons on tape hold PyTorch's numbers: tests/golden/expected.json was written by PyTorch (make_expected.py)."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import autograd.compat
from autograd import tape
from backend import lessons

EXPECTED = json.loads((Path(__file__).parents[2] / "golden" / "expected.json").read_text())["lessons"]
PARAMETERS = {
    "digits": ["conv1.weight", "conv1.bias", "conv2.weight", "conv2.bias", "head.weight", "head.bias"],
    "linear": ["weight", "bias"],
    "neuron": ["w", "b"],
}


class Enough(Exception):
    """Iterations enough were recorded."""


def record(lesson_id: str, iterations: int, monkeypatch: pytest.MonkeyPatch) -> tape.Tape:
    lesson = lessons.get(lesson_id)
    segments: list[tape.Segment] = []

    def keep(segment: tape.Segment) -> None:
        segments.append(segment)
        if segment.iteration == iterations - 1:
            raise Enough

    monkeypatch.chdir(lesson.data)
    autograd.compat.install()
    recorder = tape.Recorder(keep, script="script.py")
    namespace: dict[str, Any] = {"__name__": "__main__"}
    with pytest.raises(Enough), recorder:
        exec(compile(lesson.script, "script.py", "exec"), namespace)
    for value in namespace.values():
        if isinstance(value, np.lib.npyio.NpzFile):
            value.close()  # a lesson leaves its file to the end of its process
    kept = tape.tape.Kept(1 << 30)
    for segment in segments[: iterations + 1]:
        if segment.iteration is None or segment.iteration < iterations:
            kept.append(segment)
    return tape.Tape(kept)


def agrees(array: Any, expected: dict[str, Any]) -> None:
    assert list(array.shape) == expected["shape"]
    np.testing.assert_allclose(array.reshape(-1)[:64], expected["first"], rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(np.linalg.norm(array.astype(np.float64)), expected["norm"], rtol=1e-5)


@pytest.mark.parametrize("lesson", PARAMETERS)
def test_every_phase_holds_what_pytorch_holds(lesson: str, monkeypatch: pytest.MonkeyPatch) -> None:
    recorded = record(lesson, 3, monkeypatch)
    names = PARAMETERS[lesson]
    assert recorded.iterations == 3
    for iteration, expected in enumerate(EXPECTED[lesson]):
        assert recorded.losses[iteration] == pytest.approx(expected["loss"], rel=1e-5)
        cleared = recorded.at(f"{iteration}:zero_grad")
        backward = recorded.at(f"{iteration}:backward")
        stepped = recorded.at(f"{iteration}:step")
        assert list(backward.parameters) == names
        for place, name in enumerate(names):
            assert cleared.parameters[name].gradient is None
            agrees(cleared.parameters[name].value, expected["before"][place])
            agrees(backward.parameters[name].value, expected["before"][place])
            agrees(backward.parameters[name].gradient, expected["gradient"][place])
            agrees(stepped.parameters[name].value, expected["after"][place])


def test_the_picture_of_the_digits_lesson(monkeypatch: pytest.MonkeyPatch) -> None:
    """The graph is PyTorch's, node by node; ids are the same in every iteration; a short batch keeps the layout."""
    recorded = record("digits", 57, monkeypatch)
    first, second, last = (recorded.at(f"{i}:backward") for i in (0, 1, 56))
    assert [(node["id"], node["backward"]) for node in first.graph.nodes] == [
        ("conv1:conv2d", "ConvolutionBackward0"),
        ("relu", "ReluBackward0"),
        ("conv2:conv2d", "ConvolutionBackward0"),
        ("relu~2", "ReluBackward0"),
        ("flatten", "ViewBackward0"),
        ("head:linear", "AddmmBackward0"),
        ("criterion:log_softmax", "LogSoftmaxBackward0"),
        ("criterion:nll_loss", "NllLossBackward0"),
    ]
    assert [(call["id"], call["type"]) for call in first.graph.calls] == [
        ("conv1", "Conv2d"), ("conv2", "Conv2d"), ("head", "Linear"), ("criterion", "CrossEntropyLoss"),
    ]  # fmt: skip
    assert first.segment.header["structure"] == second.segment.header["structure"]
    # 1,797 digits in batches of 32: the 57th holds the last 5.
    assert last.tensors["conv1:conv2d.input"].shape == (5, 1, 16, 16)
    assert last.segment.header["structure"] != first.segment.header["structure"]
    assert last.segment.header["layout"] == first.segment.header["layout"]


def test_an_iteration_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    """One neuron: tanh(w x + b), then (output − y)²; the events of iteration 0 written out by hand."""
    recorded = record("neuron", 1, monkeypatch)
    happened = [(e["kind"], e["node"] or e["tensor"], e["tensor"]) for e in recorded.events()]
    assert happened == [
        ("zero_grad", "w", "w"), ("zero_grad", "b", "b"),
        ("forward", "mul", None), ("forward", "add", None), ("forward", "tanh", None), ("forward", "sub", None),
        ("forward", "pow", None),
        ("accumulate", "pow", "pow"),
        ("backward", "pow", None), ("backward", "sub", None), ("backward", "tanh", None),
        ("backward", "add", None), ("accumulate", "add", "b"),
        ("backward", "mul", None), ("accumulate", "mul", "w"),
        ("step", "w", "w"), ("step", "b", "b"),
    ]  # fmt: skip
    # ∂L/∂w = 2 (tanh(0.9) − 1) (1 − tanh²(0.9)) 1.5
    expected = 2 * (np.tanh(0.9) - 1) * (1 - np.tanh(0.9) ** 2) * 1.5
    assert recorded.at("0:backward").parameters["w"].gradient == pytest.approx(expected, rel=1e-6)
    assert recorded.at("0:step").parameters["w"].value == pytest.approx(0.8 - 0.1 * expected, rel=1e-6)
