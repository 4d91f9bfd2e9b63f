"""The loss over the run, and the size of the updates beside the values: is the learning rate right?"""

from __future__ import annotations

import math
from collections.abc import Iterator
from statistics import fmean, median, stdev
from typing import Any

from autograd.tape.findings.finding import Finding
from autograd.tape.findings.reading import Reading
from autograd.tape.segment import Segment, number

_RISING_ITERATIONS, _RISING = 6, 3.0
# Flat: the thirds differ by no more than a twentieth, and the fall is within its noise or a hundredth.
_FLAT_ITERATIONS, _NEAR, _FLAT = 30, 0.05, 0.01
# A healthy update is about a thousandth of the value; two orders of magnitude to either side are far from that.
_LARGE, _SMALL = 1e-1, 1e-5
_UPDATES = 5


def _losses(reading: Reading) -> list[tuple[Segment, float]]:
    """The losses of a run with one optimizer and losses of one sign; of others a trend says nothing."""
    if len(reading.optimizers) > 1:
        return []
    known = [(segment, loss) for segment in reading.iterations if (loss := segment.loss) is not None]
    return known if all(math.isfinite(loss) and loss >= 0 for _, loss in known) else []


def loss_trend(reading: Reading) -> Iterator[Finding]:
    """A loss whose last third lies three times above its first, or that a run of thirty iterations has not moved."""
    known = _losses(reading)
    third = len(known) // 3
    if len(known) < _RISING_ITERATIONS or not third:
        return
    first, last = ([loss for _, loss in part] for part in (known[:third], known[-third:]))
    start, end = median(first), median(last)
    segment = known[-1][0]
    root = [
        k for k, e in enumerate(reading.structure(segment).events) if e["kind"] == "accumulate" and e["node"] is None
    ]
    place = root[-1] if root else 0
    numbers: dict[str, Any] = {"start": start, "end": end, "iterations": len(known)}
    if start > 0 and end > _RISING * start and min(last) > max(first):
        yield reading.finding("rising_loss", "warning", segment, place, **numbers)
    elif len(known) >= _FLAT_ITERATIONS and start > 0 and abs(end - start) <= _NEAR * start:
        moved = fmean(first) - fmean(last)
        error = math.sqrt((stdev(first) ** 2 + stdev(last) ** 2) / third)
        if moved < max(_FLAT * fmean(first), error):
            yield reading.finding("flat_loss", "notice", segment, place, **numbers)


def update_sizes(reading: Reading) -> Iterator[Finding]:
    """Updates that are a tenth of the weights or more in the later half's median, or a hundred-thousandth at most ever.

    Of weights alone (two dimensions and more): a bias that starts at zero has no size to be measured by.
    """
    ratios: dict[str, list[float]] = {}
    for segment in reading.iterations:
        for name, (value, _, update) in segment.header["norms"].items():
            if value is not None and update is not None and number(value) > 0:
                ratio = number(update) / number(value)
                if math.isfinite(ratio):
                    ratios.setdefault(name, []).append(ratio)
    large: list[tuple[float, str, int]] = []
    small: list[tuple[float, str, int]] = []
    first = next((s for s in reading.iterations if s.header["norms"]), None)
    for name, known in ratios.items():
        info = None if first is None else reading.structure(first).tensors.get(name)
        if info is None or len(info["shape"]) < 2 or len(known) < _UPDATES:
            continue
        # Weights that start small must grow to their size first: the later half is measured.
        later = known[len(known) // 2 :]
        if median(later) > _LARGE:
            large.append((median(later), name, len(later)))
        elif max(known) < _SMALL:
            small.append((max(known), name, len(known)))
    measured = [name for name, known in ratios.items() if len(known) >= _UPDATES]
    if large and first is not None:
        yield _sized(reading, "large_update", first, *max(large))
    elif small and first is not None and len(small) >= len(measured) / 2:
        yield _sized(reading, "small_update", first, *max(small))


def _sized(reading: Reading, kind: str, segment: Segment, ratio: float, name: str, iterations: int) -> Finding:
    events = reading.structure(segment).events
    place = next((k for k, e in enumerate(events) if e["kind"] in ("step", "edit") and e["tensor"] == name), 0)
    return reading.finding(kind, "notice", segment, place, parameter=name, ratio=ratio, iterations=iterations)
