"""ReLU units that no sample wakes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from autograd.tape.findings.finding import Finding
from autograd.tape.findings.reading import Reading
from autograd.tape.segment import Array, Segment

# A unit that fires for one sample in twenty is missed by so many with a probability of 0.95^100 = 0.6 %.
_SAMPLES = 100
_ITERATIONS = 5
# A ReLU layer starts with about half of its outputs at zero; that half of its units never fire is no chance.
_SHARE = 0.5


@dataclass(slots=True)
class _Layer:
    segment: Segment
    place: int
    node: str
    fired: Array
    samples: int = 0
    iterations: int = 0


def dead_relus(reading: Reading) -> Iterator[Finding]:
    """Layers in which at least half of the units were zero for every sample of every iteration looked at.

    Looked at is the later half of the samples of the run (`Reading.samples`): what died early stays on record.
    """
    layers: dict[tuple[str | None, int | None], _Layer] = {}
    half = reading.samples[len(reading.samples) // 2 :] if len(reading.samples) >= 2 * _ITERATIONS else reading.samples
    for segment in half:
        seen: set[tuple[str | None, int | None]] = set()
        wiring = reading.wiring(segment)
        for place, event, writes in reading.writes(segment):
            if event["kind"] != "forward" or event["phase"] != "forward":
                continue
            node = wiring.structure.nodes[event["node"]]
            if node["op"] not in ("relu", "relu_"):
                continue
            identity = next((i for name, of, i in writes if name == node["outputs"][0] and of == "value"), None)
            if identity is None:
                continue
            array = reading.array(segment, identity)
            if array.ndim < 2:
                continue
            units = np.moveaxis(array, 1, 0).reshape(array.shape[1], -1) if array.ndim > 2 else array.T
            key = node["id"].split("~")[0] if node["call"] else node["id"], node["line"]
            layer = layers.get(key)
            if layer is None or layer.fired.shape != (len(units),):
                layer = layers[key] = _Layer(segment, place, node["id"], np.zeros(len(units), bool))
            layer.fired |= (units > 0).any(axis=1)
            layer.samples += array.shape[0]
            layer.iterations += key not in seen
            seen.add(key)
    for layer in layers.values():
        dead = int((~layer.fired).sum())
        if layer.samples >= _SAMPLES and layer.iterations >= _ITERATIONS and dead >= _SHARE * len(layer.fired):
            yield reading.finding(
                "dead_relu", "warning", layer.segment, layer.place, node=layer.node, dead=dead,
                units=len(layer.fired), samples=layer.samples, iterations=layer.iterations,
            )  # fmt: skip
