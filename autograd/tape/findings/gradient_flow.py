"""Gradients by layer: whether the signal fades or grows on its way back."""

from __future__ import annotations

import math
from collections.abc import Iterator
from statistics import median

from autograd.tape.findings.finding import Finding
from autograd.tape.findings.reading import Reading
from autograd.tape.segment import Segment, number

# Where one layer's gradient is a thousand times another's, one learning rate cannot serve both.
_FAR = 1e3
_LAYERS = ("linear", "addmm", "matmul", "conv1d", "conv2d", "conv3d")


def vanishing_or_exploding(reading: Reading) -> Iterator[Finding]:
    """The first weight's gradient beside the last one's, per element (root mean square), in the median iteration.

    Weights are those of linear and convolutional layers that one backward reached, per optimizer, in the order of
    their ops. Norms are in the headers: no array is read.
    """
    samples = [segment for segment in reading.samples if segment.header["norms"]]
    if not samples:
        return
    segment = samples[0]
    by_optimizer: dict[int | None, list[tuple[str, str, int]]] = {}
    wiring = reading.wiring(segment)
    for node in wiring.nodes(*_LAYERS):
        if node["id"] not in wiring.backward:
            continue
        for name in node["inputs"]:
            info = wiring.structure.tensors[name]
            if info["kind"] == "parameter" and len(info["shape"]) >= 2:
                layers = by_optimizer.setdefault(reading.given.get(name), [])
                if all(name != other for other, _, _ in layers):
                    layers.append((name, node["id"], math.prod(info["shape"])))
    for layers in by_optimizer.values():
        if len(layers) < 2:
            continue
        first, last = layers[0], layers[-1]
        pairs = [(_rms(one, *first), _rms(one, *last)) for one in samples]
        known = [(a, b) for a, b in pairs if a is not None and b is not None and b > 0]
        if not known:
            continue
        ratio = median(a / b for a, b in known)
        if not math.isfinite(ratio) or 1 / _FAR <= ratio <= _FAR:
            continue
        place = next(
            (k for k, e in enumerate(wiring.structure.events) if e["kind"] == "accumulate" and e["tensor"] == first[0]),
            0,
        )
        yield reading.finding(
            "vanishing_gradient" if ratio < 1 else "exploding_gradient", "warning", segment, place,
            line=wiring.structure.nodes[first[1]]["line"], parameter=first[0], node=first[1],
            first=known[0][0], last=known[0][1], ratio=ratio, last_parameter=last[0], layers=len(layers),
        )  # fmt: skip


def _rms(segment: Segment, name: str, _: str, size: int) -> float | None:
    norm = segment.header["norms"].get(name, [None, None, None])[1]
    return None if norm is None else number(norm) / math.sqrt(size)
