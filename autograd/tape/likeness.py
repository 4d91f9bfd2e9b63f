"""Which calls of an iteration are alike: the same module type and settings, the same ops, shapes and wiring within."""

from __future__ import annotations

import json
from typing import Any


def mark(body: dict[str, Any]) -> None:
    """Writes, for each call of a structure, the first call that is like it and the first of the row it stands in.

    `same`: the first call like it; None where it is the first. `repeat`: the first of a row of two or more like calls
    that follow one another below one parent, None for that first and for a call in no such row.
    """
    contents = _contents(body)
    first: dict[str, str] = {}
    previous: dict[str | None, dict[str, Any]] = {}  # by parent: the call before
    for call in body["calls"]:
        content = contents[call["id"]]
        same = first.setdefault(content, call["id"])
        call["same"] = None if same == call["id"] else same
        before = previous.get(call["parent"])
        alike = before is not None and contents[before["id"]] == content
        call["repeat"] = (before["repeat"] or before["id"]) if before is not None and alike else None
        previous[call["parent"]] = call


def _contents(body: dict[str, Any]) -> dict[str, str]:
    """What makes calls alike, by id: equal texts for calls that are."""
    shapes = {tensor["id"]: tensor["shape"] for tensor in body["tensors"]}
    parents = {call["id"]: call["parent"] for call in body["calls"]}
    within: dict[str, _Content] = {call["id"]: _Content() for call in body["calls"]}
    for call in body["calls"]:
        for around in _lineage(call["id"], parents):
            within[around].add_call(call)
    for node in body["nodes"]:
        for around in _lineage(node["call"], parents):
            within[around].add_node(node, shapes)
    return {name: json.dumps(content.parts, sort_keys=True) for name, content in within.items()}


def _lineage(call: str | None, parents: dict[str, str | None]) -> list[str]:
    """A call and those around it."""
    found = []
    while call is not None:
        found.append(call)
        call = parents[call]
    return found


class _Content:
    """A call's calls and ops in order, with tensors and calls numbered as they appear in it."""

    def __init__(self) -> None:
        self.parts: list[Any] = []
        self._calls: dict[str, int] = {}
        self._made: dict[str, int] = {}  # within the call
        self._given: dict[str, int] = {}  # from outside, parameters too

    def add_call(self, call: dict[str, Any]) -> None:
        parent = self._calls.get(call["parent"] or "")
        self._calls[call["id"]] = len(self._calls)
        self.parts.append([call["type"], call["summary"], parent])

    def add_node(self, node: dict[str, Any], shapes: dict[str, Any]) -> None:
        wires = [
            [1, self._made[tensor]] if tensor in self._made else [0, self._given.setdefault(tensor, len(self._given))]
            for tensor in node["inputs"]
        ]
        for tensor in node["outputs"]:
            self._made[tensor] = len(self._made)
        sizes = [shapes[tensor] for tensor in node["inputs"] + node["outputs"]]
        self.parts.append([node["op"], node["attributes"], self._calls[node["call"]], wires, sizes])
