"""Losses given numbers of the wrong kind: probabilities for logits, logits for probabilities."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from autograd.tape.findings.finding import Finding
from autograd.tape.findings.reading import Reading
from autograd.tape.findings.wiring import Wiring
from autograd.tape.segment import Segment

# Ops whose results may be any number: what comes from them is no probability.
_UNBOUNDED = frozenset({
    "linear", "addmm", "matmul", "conv1d", "conv2d", "conv3d", "conv_transpose1d", "conv_transpose2d",
    "conv_transpose3d", "batch_norm", "layer_norm", "add", "sub",
})  # fmt: skip
_CLASS_LOSSES = frozenset({"nll_loss", "cross_entropy"})


def softmax_twice(reading: Reading) -> Iterator[Finding]:
    """Softmax, and then a loss that takes the softmax itself."""
    for segment, wiring, node in _firsts(reading, "log_softmax"):
        before = wiring.source(node["inputs"][0])
        into_loss = any(after["op"] in _CLASS_LOSSES for after in wiring.onward(node))
        if before is None or not into_loss or before["op"] not in ("softmax", "log_softmax"):
            continue
        twice = before["op"] == "softmax"
        shape = wiring.shape(node["inputs"][0])
        yield reading.finding(
            "softmax_twice" if twice else "log_softmax_twice",
            "warning" if twice else "notice",
            segment,
            wiring.forward[before["id"]],
            node=before["id"],
            classes=shape[min(1, len(shape) - 1)],
            floor=_floor(shape[min(1, len(shape) - 1)]),
            loss_line=node["line"],
        )
        return


def _floor(classes: int) -> float:
    """The lowest cross-entropy that softmax of a softmax can reach: −ln of e / (e + C − 1)."""
    return math.log(1 + (classes - 1) / math.e)


def sigmoid_twice(reading: Reading) -> Iterator[Finding]:
    """Sigmoid, and then a loss that takes the sigmoid itself."""
    for segment, wiring, node in _firsts(reading, "binary_cross_entropy_with_logits"):
        before = wiring.source(node["inputs"][0])
        if before is not None and before["op"] == "sigmoid":
            yield reading.finding(
                "sigmoid_twice", "warning", segment, wiring.forward[before["id"]], node=before["id"],
                loss_line=node["line"],
            )  # fmt: skip
            return


def logits_for_probabilities(reading: Reading) -> Iterator[Finding]:
    """A binary cross-entropy of what no sigmoid has made a probability."""
    for segment, wiring, node in _firsts(reading, "binary_cross_entropy"):
        before = wiring.source(node["inputs"][0])
        if before is not None and before["op"] in _UNBOUNDED:
            yield reading.finding(
                "logits_for_probabilities", "warning", segment, wiring.forward[node["id"]],
                node=node["id"], op=before["op"], made_line=before["line"],
            )  # fmt: skip
            return


def _firsts(reading: Reading, op: str) -> Iterator[tuple[Segment, Wiring, dict[str, Any]]]:
    """Each node of that op, in the first segment that has its structure."""
    for segment in reading.first_uses:
        wiring = reading.wiring(segment)
        for node in wiring.nodes(op):
            yield segment, wiring, node
