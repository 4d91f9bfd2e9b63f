"""NaN and infinities, and the event where the first of them arose."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np

from autograd.tape.findings.finding import Finding
from autograd.tape.findings.reading import Reading
from autograd.tape.segment import Array, Segment, number


def nonfinite(reading: Reading) -> Iterator[Finding]:
    """The event that made the first non-finite number that reached a loss, a gradient or a parameter.

    Losses and norms say in which iteration; only its arrays are read. A number that a later op takes out again (the
    −∞ of a mask before softmax) is no fault: the way is traced back from what went wrong.
    """
    for segment in reading.iterations:
        if _spoilt(segment):
            trace = _Trace(reading, segment)
            found = trace.from_loss() or trace.from_backward() or trace.from_update()
            if found is not None:
                yield found
            return


def _spoilt(segment: Segment) -> bool:
    loss = segment.loss
    if loss is not None and not math.isfinite(loss):
        return True
    norms = (value for triple in segment.header["norms"].values() for value in triple)
    return any(value is not None and not math.isfinite(number(value)) for value in norms)


class _Trace:
    """The arrays of one iteration, followed to the event where a non-finite number first arose."""

    def __init__(self, reading: Reading, segment: Segment) -> None:
        self.reading = reading
        self.segment = segment
        self.wiring = reading.wiring(segment)
        self.tensors = self.wiring.structure.tensors
        self._bad: dict[int, tuple[int, int]] = {}
        # The value of every tensor as the forwards read it.
        self.values: dict[str, int | None] = {
            name: identity for (name, of), identity in reading.entry(segment).items() if of == "value"
        }
        for _, event, writes in reading.writes(segment):
            if event["kind"] == "forward":
                self.values.update((name, identity) for name, of, identity in writes if of == "value")

    def bad(self, identity: int | None) -> tuple[int, int]:
        """How many NaN and how many infinities an array holds."""
        if identity is None:
            return 0, 0
        if identity not in self._bad:
            self._bad[identity] = _count(self.reading.array(self.segment, identity))
        return self._bad[identity]

    def from_loss(self) -> Finding | None:
        """Back from the loss, through the values."""
        root = next(
            (e["tensor"] for e in self.wiring.structure.events if e["kind"] == "accumulate" and e["node"] is None), None
        )
        if root is None or not any(self.bad(self.values.get(root))):
            return None
        name = root
        while name in self.wiring.maker:
            node = self.wiring.maker[name]
            worse = sorted(node["inputs"], key=lambda given: self.bad(self.values.get(given)), reverse=True)
            if not worse or not any(self.bad(self.values.get(worse[0]))):
                return self._made(node, name)
            name = worse[0]
        return self._read(name)

    def _made(self, node: dict[str, Any], output: str) -> Finding:
        nan, infinite = self.bad(self.values[output])
        low, high = self._range(node["inputs"])
        place = self.wiring.forward.get(node["id"], 0)
        return self.reading.finding(
            "nonfinite_forward", "error", self.segment, place, node=node["id"], tensor=output,
            op=node["op"], nan=nan, infinite=infinite, low=low, high=high,
        )  # fmt: skip

    def _range(self, names: list[str]) -> tuple[float, float]:
        """The smallest and the largest number among the inputs."""
        held = [self.values.get(name) for name in names]
        arrays = [self.reading.array(self.segment, identity) for identity in held if identity is not None]
        filled = [array for array in arrays if array.size]
        if not filled:
            return math.nan, math.nan
        return min(float(array.min()) for array in filled), max(float(array.max()) for array in filled)

    def _read(self, name: str) -> Finding:
        """A leaf held it: a parameter spoilt before, or the data."""
        nan, infinite = self.bad(self.values[name])
        reader = self.wiring.readers[name][0]
        kind = "nonfinite_parameter" if self.tensors[name]["kind"] == "parameter" else "nonfinite_data"
        return self.reading.finding(
            kind, "error", self.segment, self.wiring.forward[reader["id"]], tensor=name,
            parameter=name if kind == "nonfinite_parameter" else None,
            node=reader["id"], name=self.tensors[name]["name"], nan=nan, infinite=infinite, op=reader["op"],
            size=int(np.prod(self.tensors[name]["shape"], dtype=np.int64)),
        )  # fmt: skip

    def from_backward(self) -> Finding | None:
        """The first backward that gave a non-finite share."""
        for place, event, writes in self.reading.writes(self.segment):
            if event["phase"] != "backward" or event["node"] is None:
                continue
            for name, of, identity in writes:
                nan, infinite = self.bad(identity)
                if of in ("gradient", "arriving") and nan + infinite:
                    node = self.wiring.structure.nodes[event["node"]]
                    low, high = self._range(node["inputs"])
                    return self.reading.finding(
                        "nonfinite_backward", "error", self.segment, place, tensor=name,
                        parameter=name if self.tensors[name]["kind"] == "parameter" else None,
                        node=node["id"], op=node["op"], nan=nan, infinite=infinite, low=low, high=high,
                    )  # fmt: skip
        return None

    def from_update(self) -> Finding | None:
        """The first update that left a non-finite value."""
        for place, event, writes in self.reading.writes(self.segment):
            if event["kind"] not in ("step", "edit"):
                continue
            for name, of, identity in writes:
                nan, infinite = self.bad(identity)
                if of == "value" and nan + infinite:
                    gradient = self.segment.header["norms"].get(name, [None, None, None])[1]
                    return self.reading.finding(
                        "nonfinite_update", "error", self.segment, place, parameter=name,
                        nan=nan, infinite=infinite, gradient=math.nan if gradient is None else number(gradient),
                    )  # fmt: skip
        return None


def _count(array: Array) -> tuple[int, int]:
    if array.dtype.kind not in "fc":
        return 0, 0
    return int(np.isnan(array).sum()), int(np.isinf(array).sum())
