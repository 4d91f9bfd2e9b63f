"""Errors that ended the script, where the tape holds what the op that raised was given."""

from __future__ import annotations

import re
from collections.abc import Iterator

from autograd.tape.findings.finding import Finding
from autograd.tape.findings.reading import Reading
from autograd.tape.segment import Segment

_TARGET = re.compile(r"Target (-?\d+) is out of bounds(?: for (\d+) classes)?")
_OUTSIDE = "all elements of input should be between 0 and 1"
_IN_PLACE = re.compile(r"modified by an inplace operation.*?(\w+Backward\d+)", re.DOTALL)


def errors(reading: Reading) -> Iterator[Finding]:
    """The op that raised left no event: what is shown is the last op before it."""
    error = reading.error
    if error is None:
        return
    segment = reading.segments[-1]
    wiring = reading.wiring(segment)
    place = max(wiring.forward.values(), default=None)
    if place is None:
        return
    node = wiring.structure.nodes[wiring.structure.events[place]["node"]]
    shape = wiring.shape(node["outputs"][0])
    target = _TARGET.search(error["message"])
    if target is not None and node["op"] in ("log_softmax", "log"):
        classes = int(target[2]) if target[2] else shape[min(1, len(shape) - 1)]
        yield reading.finding(
            "labels_outside_classes", "error", segment, place, line=error["line"], node=node["id"],
            label=int(target[1]), classes=classes, largest=classes - 1,
        )  # fmt: skip
    elif _OUTSIDE in error["message"]:
        identity = _value(reading, segment, place, node["outputs"][0])
        if identity is not None:
            array = reading.array(segment, identity)
            outside = int(((array < 0) | (array > 1)).sum())
            yield reading.finding(
                "outside_zero_and_one", "error", segment, place, line=error["line"], node=node["id"], op=node["op"],
                low=float(array.min()), high=float(array.max()), outside=outside, size=int(array.size),
            )  # fmt: skip
    elif found := _IN_PLACE.search(error["message"]):
        saver = next((one for one in wiring.structure.body["nodes"] if one["backward"] == found[1]), node)
        yield reading.finding(
            "changed_in_place", "error", segment, wiring.forward.get(saver["id"], place), line=error["line"],
            node=saver["id"], op=saver["op"], made_line=saver["line"],
        )  # fmt: skip


def _value(reading: Reading, segment: Segment, place: int, output: str) -> int | None:
    for at, _, writes in reading.writes(segment):
        if at == place:
            return next((identity for name, of, identity in writes if name == output and of == "value"), None)
    return None


def edited_before_backward(reading: Reading) -> Iterator[Finding]:
    """A parameter changed through `.data` between an op that saved it and that op's backward: the gradient is wrong."""
    for segment in reading.first_uses:
        wiring = reading.wiring(segment)
        for place, event in enumerate(wiring.structure.events):
            name = event["tensor"]
            if event["kind"] != "edit" or name is None:
                continue
            for node in wiring.readers.get(name, ()):
                at, back = wiring.forward.get(node["id"]), wiring.backward.get(node["id"])
                if at is not None and back is not None and at < place < back and name in node["saved"]:
                    yield reading.finding(
                        "edited_before_backward", "error", segment, place, parameter=name, node=node["id"],
                        op=node["op"], made_line=node["line"],
                    )  # fmt: skip
                    return
