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
        assert finding.evidence[name] == (pytest.approx(value, rel=1e-5) if isinstance(value, float) else value), name
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


def healthy() -> Iterator[Path]:
    yield from (path for path in sorted(SCRIPTS.glob("*.py")) if not path.name.startswith("make_"))


@pytest.mark.parametrize("path", list(healthy()), ids=lambda path: path.stem)
def test_a_healthy_script_gives_no_finding(path: Path) -> None:
    recorded = record(path)
    if not len(recorded):
        pytest.skip("this script needs what the core does not have yet")
    assert [finding.to_json() for finding in recorded.findings()] == []
