"""Findings: one script per fault, with what must be found written by hand; and healthy scripts, which give none."""

import contextlib
import io
import json
import math
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

import autograd.compat
from autograd import tape
from autograd.tape.findings.reading import Reading
from autograd.tape.findings.sentences import LANGUAGES, SENTENCES

HERE = Path(__file__).parent
FAULTS = HERE / "faults"
SCRIPTS = HERE.parents[1] / "scripts"


@dataclass
class Fault:
    """What must be found in a script: the event's kind and line, and numbers that were worked out by hand."""

    script: str
    kind: str
    severity: str
    event: str
    iteration: int | None
    line: int
    evidence: dict[str, Any] = field(default_factory=dict)
    parameter: str | None = None
    node: str | None = None


EXPECTED = [
    # loss = 3w: every backward brings 3, and the second finds 3 there.
    Fault("missing_zero_grad", "missing_zero_grad", "error", "accumulate", 1, 7,
          {"before": 3, "added": 3, "after": 6, "parameters": 1}, parameter="w"),
    Fault("step_without_backward", "step_without_backward", "error", "forward", 0, 10,
          {"optimizer": "Adam", "parameters": 2, "updated": 0}),
    Fault("same_gradient_again", "step_without_backward", "error", "step", 0, 8,
          {"optimizer": "SGD", "parameters": 1, "updated": 1}),
    Fault("step_before_backward", "step_before_backward", "error", "forward", 0, 10,
          {"optimizer": "SGD", "parameters": 2, "updated": 0}),
    Fault("cleared_before_step", "cleared_before_step", "error", "zero_grad", 0, 11,
          {"optimizer": "SGD", "parameters": 2}),
    Fault("another_models_optimizer", "optimizer_of_another_model", "error", "accumulate", 0, 12,
          {"optimizer": "SGD", "parameters": 2, "first": "model.weight"}),
    # ln 0 is −∞, and ln 0.5 and ln 1 are finite.
    Fault("log_of_zero", "nonfinite_forward", "error", "forward", 0, 8,
          {"op": "log", "nan": 0, "infinite": 1, "low": 0, "high": 1}, node="log"),
    # The slope of √x at 0 is 1 / 0.
    Fault("root_at_zero", "nonfinite_backward", "error", "backward", 0, 8,
          {"op": "sqrt", "nan": 0, "infinite": 1, "low": 0, "high": 16}, node="sqrt"),
    Fault("holes_in_the_data", "nonfinite_data", "error", "forward", 0, 10,
          {"name": "x", "nan": 1, "infinite": 0, "size": 16, "op": "linear"}, node="linear"),
    # 3 − 1e38 · 4 is beyond float32.
    Fault("step_overflows", "nonfinite_update", "error", "step", 0, 9,
          {"nan": 0, "infinite": 1, "gradient": 4}, parameter="w"),
    # 1/0 is ∞ and 0/0 is NaN, before training begins.
    Fault("spoilt_parameter", "nonfinite_parameter", "error", "forward", 0, 8, {"nan": 1, "infinite": 1},
          parameter="w", node="mul"),
    # The floor of lesson 7: ln(1 + 9/e).
    Fault("softmax_twice", "softmax_twice", "warning", "forward", 0, 10,
          {"classes": 10, "floor": math.log(1 + 9 / math.e), "loss_line": 10}, node="1:softmax"),
    Fault("log_softmax_twice", "log_softmax_twice", "notice", "forward", 0, 10,
          {"classes": 3, "loss_line": 11}, node="log_softmax"),
    Fault("sigmoid_twice", "sigmoid_twice", "warning", "forward", 0, 10, {"loss_line": 10}, node="1:sigmoid"),
    Fault("logits_to_bce", "logits_for_probabilities", "warning", "forward", 0, 13,
          {"op": "linear", "made_line": 13}, node="criterion:binary_cross_entropy"),
    # 20 predictions against 20 targets: 20 × 20 differences.
    Fault("broadcast_mse", "broadcast_in_loss", "error", "forward", 0, 10,
          {"op": "mse_loss", "left": [20, 1], "right": [20], "terms": 400, "samples": 20}, node="mse_loss"),
    Fault("broadcast_by_hand", "broadcast_in_loss", "error", "forward", 0, 10,
          {"op": "sub", "left": [20, 1], "right": [20], "terms": 400, "samples": 20}, node="sub"),
    Fault("layers_in_a_list", "parameter_without_optimizer", "warning", "accumulate", 0, 25,
          {"parameters": 4}, parameter="layer.weight"),
    Fault("unused_layer", "unused_parameter", "warning", "zero_grad", 0, 25, {"parameters": 2},
          parameter="extra.weight"),
    Fault("detached_layer", "detached_parameter", "warning", "forward", 0, 10, {"parameters": 2},
          parameter="weight", node="linear"),
    Fault("unused_head", "result_unused", "warning", "forward", 0, 10, {"parameters": 2},
          parameter="other.weight", node="other:linear"),
    Fault("frozen_layer", "frozen_parameter", "notice", "zero_grad", 0, 13, {"parameters": 1}, parameter="0.weight"),
    # Six of eight biases are −100; 40 samples in each of 6 iterations.
    Fault("dead_units", "dead_relu", "warning", "forward", 0, 12,
          {"dead": 6, "units": 8, "samples": 240, "iterations": 6}, node="1:relu"),
    Fault("ten_sigmoids", "vanishing_gradient", "warning", "accumulate", 0, 13,
          {"layers": 11, "last_parameter": "20.weight"}, parameter="0.weight", node="0:linear"),
    # Per element: 10³ at the first of four factors, 0.001 · 10 · 10 at the last.
    Fault("growing_signal", "exploding_gradient", "warning", "accumulate", 0, 11,
          {"first": 1000.0, "last": 0.1, "layers": 4}, parameter="param.0", node="matmul"),
    # w − 0.95 · 2w = −0.9w: each step moves w by 1.9 of its size.
    Fault("giant_steps", "large_update", "notice", "step", 0, 9, {"ratio": 1.9, "iterations": 3}, parameter="w"),
    # 1e-6 · 2w beside w; float32 has 1 − 2e-6 as 1 − 2.027e-6.
    Fault("tiny_steps", "small_update", "notice", "step", 0, 9, {"ratio": 17 * 2**-23, "iterations": 6},
          parameter="w"),
    # w − 1.1 · 2w = −1.2w: the loss grows by 1.44 each time; medians are the 2nd and the 8th of nine.
    Fault("rising_loss", "rising_loss", "warning", "accumulate", 8, 8,
          {"start": 1.44, "end": 1.44**7, "iterations": 9}),
    # w(1 − 2e-6) each time: w² falls by a factor of 1 − 4e-6; medians lie 4.5 and 24.5 steps on.
    Fault("flat_loss", "flat_loss", "notice", "accumulate", 29, 8,
          {"start": 4 * (1 - 4e-6) ** 4.5, "end": 4 * (1 - 4e-6) ** 24.5, "iterations": 30}),
    Fault("dropout_while_evaluating", "training_mode_while_evaluating", "warning", "forward", 2, 14,
          {"op": "dropout", "nodes": 4}, node="1~2:dropout"),
    Fault("batch_norm_while_evaluating", "training_mode_while_evaluating", "warning", "forward", 0, 14,
          {"op": "batch_norm", "nodes": 4}, node="1~2:batch_norm"),
    Fault("training_in_eval", "evaluation_mode_while_training", "warning", "forward", 0, 11,
          {"layers": 1, "layer": "1 (Dropout)"}, node="0:linear"),
    # Kept: of linear its input and weight, twice; of tanh its output; of mse_loss both inputs.
    Fault("evaluation_with_graph", "evaluation_with_graph", "notice", "forward", 0, 15, {"nodes": 4, "saved": 7},
          node="0~2:linear"),
    Fault("label_out_of_range", "labels_outside_classes", "error", "forward", 0, 11,
          {"label": 3, "classes": 3, "largest": 2}, node="criterion:log_softmax"),
    # 2x + 0.5 at −1, 0 and 1: −1.5, 0.5, 2.5.
    Fault("bce_outside", "outside_zero_and_one", "error", "forward", 0, 11,
          {"low": -1.5, "high": 2.5, "outside": 2, "size": 3, "op": "linear"}, node="linear"),
    Fault("changed_in_place", "changed_in_place", "error", "forward", 0, 9, {"op": "exp", "made_line": 6}, node="exp"),
    Fault("edited_too_early", "edited_before_backward", "error", "edit", 0, 6, {"op": "mul", "made_line": 5},
          parameter="w", node="mul"),
]  # fmt: skip


def record(path: Path) -> tape.Tape:
    """The tape of a script, up to its end or to the error it dies of."""
    autograd.compat.install()
    code = compile(path.read_text(), str(path), "exec")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a fault may make numpy warn as well
        with (
            contextlib.redirect_stdout(io.StringIO()),
            contextlib.suppress(Exception),
            tape.record(script=str(path)) as t,
        ):
            exec(code, {"__name__": "__main__"})
    return t


@pytest.mark.parametrize("fault", EXPECTED, ids=lambda fault: fault.script)
def test_a_fault_is_found(fault: Fault, tmp_path: Path) -> None:
    recorded = record(FAULTS / f"{fault.script}.py")
    found = recorded.findings()
    assert [finding.kind for finding in found] == [fault.kind]
    finding = found[0]
    assert (finding.severity, finding.iteration, finding.line) == (fault.severity, fault.iteration, fault.line)
    assert (finding.parameter, finding.node) == (fault.parameter, fault.node)
    event = recorded.events(after=finding.event - 1, limit=1)[0]
    assert (event["kind"], event["iteration"]) == (fault.event, fault.iteration)
    for name, value in fault.evidence.items():
        assert finding.evidence[name] == (pytest.approx(value, rel=1e-4) if isinstance(value, float) else value), name
    recorded.save(tmp_path / "x.tape")
    again = tape.load(tmp_path / "x.tape").findings()
    for language in LANGUAGES:
        told = [one.to_json(language) for one in found]
        assert [one.to_json(language) for one in again] == told
        assert json.loads(json.dumps(told, allow_nan=False)) == told


def test_every_kind_has_a_fault_that_shows_it() -> None:
    assert {fault.kind for fault in EXPECTED} == set(SENTENCES)


def test_the_sentences_carry_the_numbers() -> None:
    found = record(FAULTS / "missing_zero_grad.py").findings()[0]
    assert found.message == (
        "This backward added its gradient (norm 3) to one that a step had already used (norm 3): w.grad is now the "
        "sum (norm 6)."
    )
    korean, _ = found.say("ko")
    assert "노름 6" in korean and "w.grad" in korean


def test_a_signal_through_ten_sigmoids_is_a_millionth() -> None:
    """The claim of lesson 9; each factor is at most a quarter."""
    found = record(FAULTS / "ten_sigmoids.py").findings()[0]
    assert 0 < found.evidence["ratio"] < 1e-6


def test_several_backwards_before_a_step_are_no_fault() -> None:
    assert record(HERE / "healthy" / "accumulation.py").findings() == []


def test_work_on_a_long_tape_is_bounded() -> None:
    """Of 3,000 iterations with one structure the order of events is followed in three, arrays are read of sixteen."""
    recorded = record(HERE / "healthy" / "long.py")
    reading = Reading(recorded)
    assert len(reading.iterations) == 3000
    assert len([segment for segment in reading.turns if segment.iteration is not None]) == 3
    assert [reading.samples[0].iteration, reading.samples[-1].iteration, len(reading.samples)] == [0, 2999, 16]
    assert recorded.findings() == []


def healthy() -> Iterator[Path]:
    yield from sorted((HERE / "healthy").glob("*.py"))
    yield from (path for path in sorted(SCRIPTS.glob("*.py")) if not path.name.startswith("make_"))


@pytest.mark.parametrize("path", list(healthy()), ids=lambda path: path.stem)
def test_a_healthy_script_gives_no_finding(path: Path) -> None:
    recorded = record(path)
    if not len(recorded):
        pytest.skip("this script needs what the core does not have yet")
    assert [finding.to_json() for finding in recorded.findings()] == []
