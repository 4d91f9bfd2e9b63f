"""What is wrong with a training, as far as its tape shows: `tape.findings()`.

A detector is a function over a `Reading` of the tape that yields findings; `DETECTORS` lists them all. A new one is
added there, with its sentences in `sentences.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from autograd.tape.findings.accumulation import missing_zero_grad
from autograd.tape.findings.broadcasting import broadcast_in_loss
from autograd.tape.findings.dead_units import dead_relus
from autograd.tape.findings.died import edited_before_backward, errors
from autograd.tape.findings.finding import SEVERITIES, Finding
from autograd.tape.findings.gradient_flow import vanishing_or_exploding
from autograd.tape.findings.modes import wrong_modes
from autograd.tape.findings.nonfinite import nonfinite
from autograd.tape.findings.probabilities import logits_for_probabilities, sigmoid_twice, softmax_twice
from autograd.tape.findings.reading import Reading
from autograd.tape.findings.stepping import useless_steps
from autograd.tape.findings.trend import loss_trend, update_sizes
from autograd.tape.findings.untrained import untrained_parameters

if TYPE_CHECKING:
    from autograd.tape.tape import Tape

__all__ = ["DETECTORS", "Detector", "Finding", "find"]

Detector = Callable[[Reading], Iterator[Finding]]

DETECTORS: tuple[Detector, ...] = (
    missing_zero_grad,
    useless_steps,
    nonfinite,
    softmax_twice,
    sigmoid_twice,
    logits_for_probabilities,
    broadcast_in_loss,
    untrained_parameters,
    dead_relus,
    vanishing_or_exploding,
    update_sizes,
    loss_trend,
    wrong_modes,
    errors,
    edited_before_backward,
)


def find(tape: Tape) -> list[Finding]:
    """All findings of a tape, the gravest first, then in order of their events."""
    reading = Reading(tape)
    if not reading.segments:
        return []
    found = [finding for detector in DETECTORS for finding in detector(reading)]
    return sorted(found, key=lambda finding: (SEVERITIES.index(finding.severity), finding.event))
