"""The derivative of the loss in one element by trying: the recorded ops, run again in float64 from a nudged number.

Central differences with one step of Richardson's extrapolation. A difference means something only where the function is
smooth between its ends: the nudge is shrunk until no unit (a ReLU, a maximum) changes sides.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np

from autograd.tape.explain.linear import PIECES
from autograd.tape.explain.pages import Page
from autograd.tape.explain.reading import Reading
from autograd.tape.explain.sentences import say
from autograd.tape.explain.terms import Index
from autograd.tape.segment import Array, TapeError

_LARGEST, _SMALLEST = 1e-3, 1e-10
# Ops whose derivatives jump: those of pieces, and losses and activations with a corner.
_CORNERS = PIECES | {"l1_loss", "elu", "hardswish", "hardsigmoid", "softshrink", "multi_margin_loss", "round", "floor"}


class _Root(NamedTuple):
    """A tensor that backward() was called on, and the gradient put there."""

    tensor: str
    seed: Array
    local: int


class _Replay:
    """What comes after one element, up to the losses that its gradient is of."""

    def __init__(self, page: Page, tensor: str, index: Index, roots: list[_Root]) -> None:
        self.page = page
        self.tensor = tensor
        self.index = index
        self.roots = roots
        last = max(root.local for root in roots)
        self.nodes = self._after(tensor, last)
        self.base = self._start()

    def _after(self, tensor: str, last: int) -> list[Reading]:
        """The nodes that the element reaches, in the order they ran. Without a graph (no_grad) nothing is reached."""
        reached, found = {tensor}, []
        for local, event in enumerate(self.page.structure.events[: last + 1]):
            if event["kind"] != "forward" or event["phase"] != "forward":
                continue
            node = self.page.structure.nodes[event["node"]]
            if self.page.forward_of(node["id"]) == local and reached.intersection(node["inputs"]):
                found.append(Reading(self.page, node))
                reached.update(node["outputs"])
        return self._before_roots(found)

    def _before_roots(self, nodes: list[Reading]) -> list[Reading]:
        wanted = {root.tensor for root in self.roots}
        kept: list[Reading] = []
        for reading in reversed(nodes):
            if wanted.intersection(reading.node["outputs"]):
                kept.append(reading)
                wanted.update(name for name in reading.names if name is not None)
        return kept[::-1]

    def _start(self) -> float:
        """The element's number, the same wherever it was read. Raises TapeError."""
        found = [
            self.page.last(self.tensor, "value", reading.local)
            for reading in self.nodes
            if self.tensor in reading.names
        ]  # fmt: skip
        if not found:
            if any(root.tensor == self.tensor for root in self.roots):
                array = self.page.held(self.tensor, "value", self.roots[0].local)
                assert array is not None
                return float(array[self.index])
            raise TapeError(f"Nothing that “{self.tensor}” was used for leads to the loss within this iteration.")
        if len({write.array for write in found if write is not None}) > 1:
            raise TapeError(
                f"“{self.tensor}” changed while the loss was being computed: no single nudge stands for it."
            )
        array = self.page.array(found[0])
        assert array is not None
        return float(array[self.index])

    def run(self, nudge: float) -> tuple[float, list[Array]]:
        """The losses, each times its seed, and the sides on which units are."""
        values: dict[str, Array] = {}
        sides: list[Array] = []
        for reading in self.nodes:
            again = reading.again
            replaced: dict[int, Array] = {}
            for place, name in enumerate(reading.names):
                array = again.arrays[place]
                if name is None or array is None or array.dtype.kind != "f":
                    continue
                if name == self.tensor:
                    array = array.copy()
                    array[self.index] += nudge
                replaced[place] = values.get(name, array)
            node, outputs = again.run(replaced)
            if reading.op == "to":  # rounding is no part of the function
                outputs = [replaced.get(0, outputs[0])]
            for name, output in zip(reading.node["outputs"], outputs, strict=False):
                if output.dtype.kind == "f":
                    values[name] = output.astype(np.float64)
            if reading.op in _CORNERS:
                shares = again.backward(node, 0, _weights(outputs[0].shape), replaced)
                sides += [share for share in shares if share is not None]
        total = 0.0
        for root in self.roots:
            value = values.get(root.tensor)
            if value is None:
                held = self.page.held(root.tensor, "value", root.local)
                assert held is not None
                value = held.astype(np.float64)
                if root.tensor == self.tensor:
                    value[self.index] += nudge
            total += float((root.seed * value).sum())
        return total, sides


def _weights(shape: Index) -> Array:
    """Numbers for a backward that is the same as long as no unit changes sides."""
    return np.random.default_rng(0).uniform(1, 2, shape)


def derivative(page: Page, tensor: str, index: Index, local: int, gradient: float) -> dict[str, Any]:
    """The numeric derivative beside a gradient that was complete after event `local`.

    `value`, `nudge`, and `digits`: to how many digits the two agree; a `sentence` in each language. Where it cannot be
    had `value` is None and the sentence says why.
    """
    try:
        replay = _Replay(page, tensor, index, _roots(page, tensor, local))
        found = _search(replay)
    except TapeError as error:
        return {"value": None, "nudge": None, "digits": None, "sentence": say("numeric_refused", reason=str(error))}
    if found is None:
        return {"value": None, "nudge": None, "digits": None, "sentence": say("numeric_corner")}
    value, nudge = found
    digits = agreement(value, gradient)
    sentence = say("numeric", value=value, nudge=nudge, gradient=gradient, digits=digits)
    return {"value": value, "nudge": nudge, "digits": digits, "sentence": sentence}


def agreement(a: float, b: float) -> int:
    """To how many digits two numbers agree, at most 15."""
    largest = max(abs(a), abs(b))
    if not largest or a == b:
        return 15
    # Below this both are nothing but rounding.
    if largest < 1e-9:
        return 15
    return max(0, min(15, math.floor(-math.log10(abs(a - b) / largest))))


def _search(replay: _Replay) -> tuple[float, float] | None:
    _, sides = replay.run(0.0)
    nudge = _LARGEST * max(1.0, abs(replay.base))
    while nudge >= _SMALLEST * max(1.0, abs(replay.base)):
        slopes = []
        for step in (nudge, nudge / 2):
            up, above = replay.run(step)
            down, below = replay.run(-step)
            if not (_same(sides, above) and _same(sides, below)) or not math.isfinite(up - down):
                break
            slopes.append((up - down) / (2 * step))
        else:
            return (4 * slopes[1] - slopes[0]) / 3, nudge
        nudge /= 10
    return None


def _same(ours: list[Array], theirs: list[Array]) -> bool:
    return all(np.allclose(a, b, rtol=1e-9, atol=1e-12) for a, b in zip(ours, theirs, strict=True))


def _roots(page: Page, tensor: str, local: int) -> list[_Root]:
    """The losses that the gradient is of: those whose backward has run since it was last empty."""
    writes = page.writes(tensor, "gradient", local)
    start = -1
    for write in reversed(writes):
        kind = page.event(write.local)["kind"] if write.local >= 0 else None
        if write.array is None or kind not in ("accumulate", "backward"):
            array = page.array(write)
            if array is not None and array.any():
                raise TapeError("Part of this gradient is from before this iteration, or was changed by the script.")
            start = write.local
            break
    events = page.structure.events
    following = local + 1
    while following < len(events) and events[following]["kind"] in ("backward", "accumulate"):
        following += 1
    for write in page.writes(tensor, "gradient", following - 1):
        if write.local > local and write.array is not None and not _is_seed(events[write.local]):
            raise TapeError("More shares of this gradient were still to come at this moment.")
    seeds = [at for at in range(max(0, start), local + 1) if _is_seed(events[at])]
    found = []
    for at in seeds:
        name = events[at]["tensor"]
        array = page.held(name, "arriving", at)
        if array is not None:
            found.append(_Root(name, array.astype(np.float64), at))
    if not found:
        raise TapeError("No backward() of this iteration made this gradient.")
    return found


def _is_seed(event: dict[str, Any]) -> bool:
    return event["kind"] == "accumulate" and event["node"] is None
