"""Predictions and targets of different shapes, silently broadcast against each other inside a loss."""

from __future__ import annotations

import math
from collections.abc import Iterator

from autograd.tape.findings.finding import Finding
from autograd.tape.findings.reading import Reading
from autograd.tape.findings.wiring import Wiring

_LOSSES = ("mse_loss", "l1_loss", "smooth_l1_loss", "huber_loss")
_REDUCTIONS = frozenset({"mean", "sum", *_LOSSES})
# What may lie between a difference and the sum over it.
_ELEMENTWISE = frozenset({"pow", "abs", "mul", "square", "neg", "log", "exp", "add", "div", "sqrt"})


def broadcast_in_loss(reading: Reading) -> Iterator[Finding]:
    """A loss of more terms than there are predictions or targets: (N, 1) against (N,) makes N × N of them.

    A difference written out counts where one side is given (no gradient goes there), its shapes are (N,) and (N, 1)
    and a mean or sum follows. A side that was unsqueezed just before is meant that way.
    """
    for segment in reading.first_uses:
        wiring = reading.wiring(segment)
        for node in wiring.nodes("sub", "rsub", *_LOSSES):
            shapes = [wiring.shape(name) for name in node["inputs"][:2]]
            if len(shapes) < 2 or not _enlarges(*shapes):
                continue
            if node["op"] not in _LOSSES and not _is_loss(wiring, node["id"], shapes):
                continue
            terms = math.prod(_broadcast(*shapes))
            yield reading.finding(
                "broadcast_in_loss", "error", segment, wiring.forward[node["id"]], node=node["id"], op=node["op"],
                left=list(shapes[0]), right=list(shapes[1]), terms=terms, samples=max(map(math.prod, shapes)),
            )  # fmt: skip
            return


def _broadcast(left: tuple[int, ...], right: tuple[int, ...]) -> tuple[int, ...]:
    rank = max(len(left), len(right))
    pairs = zip((1,) * (rank - len(left)) + left, (1,) * (rank - len(right)) + right, strict=True)
    return tuple(max(pair) for pair in pairs)


def _enlarges(left: tuple[int, ...], right: tuple[int, ...]) -> bool:
    return math.prod(_broadcast(left, right)) > max(math.prod(left), math.prod(right))


def _is_loss(wiring: Wiring, node: str, shapes: list[tuple[int, ...]]) -> bool:
    info = wiring.structure.nodes[node]
    given = [not wiring.structure.tensors[name]["requires_grad"] for name in info["inputs"][:2]]
    makers = [wiring.maker.get(name) for name in info["inputs"][:2]]
    meant = any(maker is not None and maker["op"] in ("unsqueeze", "getitem", "view") for maker in makers)
    flat, column = sorted(shapes, key=len)
    if meant or sum(given) != 1 or (len(flat), len(column)) != (1, 2) or column != (flat[0], 1):
        return False
    for after in wiring.onward(info):
        if after["op"] in _REDUCTIONS:
            return True
        if after["op"] not in _ELEMENTWISE:
            return False
    return False
