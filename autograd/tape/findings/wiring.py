"""How the nodes of a structure hang together: who made a tensor, who reads it, which graphs are backed."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Any

from autograd.tape.structure import Structure

# Ops that only rearrange numbers: what goes in comes out.
SHAPING = frozenset({
    "view", "flatten", "squeeze", "unsqueeze", "transpose", "t", "permute", "expand", "clone", "copy", "getitem",
    "split", "unbind", "unfold", "stack", "cat", "as_strided", "reshape", "select", "slice", "movedim", "contiguous",
})  # fmt: skip


class Graph:
    """Nodes that hang together by their results."""

    def __init__(self) -> None:
        self.nodes: list[dict[str, Any]] = []
        self.parameters: set[str] = set()
        self.phases: set[str] = set()
        self.backed = False  # did a backward run through any of them?


class Wiring:
    """The wiring of one structure."""

    def __init__(self, structure: Structure) -> None:
        self.structure = structure
        self.maker = {output: node for node in structure.body["nodes"] for output in node["outputs"]}
        self.readers: dict[str, list[dict[str, Any]]] = {}
        for node in structure.body["nodes"]:
            for name in node["inputs"]:
                self.readers.setdefault(name, []).append(node)
        self.calls = {call["id"]: call for call in structure.body["calls"]}
        self.forward: dict[str, int] = {}  # node → the place of its forward event
        self.phase: dict[str, str] = {}
        self.backward: dict[str, int] = {}  # node → the place of its first backward event
        for place, event in enumerate(structure.events):
            if event["kind"] == "forward":
                self.forward.setdefault(event["node"], place)
                self.phase.setdefault(event["node"], event["phase"])
            elif event["kind"] == "backward":
                self.backward.setdefault(event["node"], place)

    def shape(self, tensor: str) -> tuple[int, ...]:
        return tuple(self.structure.tensors[tensor]["shape"])

    def source(self, tensor: str) -> dict[str, Any] | None:
        """The node that made a tensor's numbers, past those that only rearrange them; None for a leaf."""
        node = self.maker.get(tensor)
        while node is not None and node["op"] in SHAPING:
            node = self.maker.get(node["inputs"][0]) if node["inputs"] else None
        return node

    def nodes(self, *ops: str) -> Iterator[dict[str, Any]]:
        """The nodes of those ops that ran forward."""
        return (node for node in self.structure.body["nodes"] if node["op"] in ops and node["id"] in self.forward)

    def onward(self, node: dict[str, Any]) -> Iterator[dict[str, Any]]:
        """The nodes that a node's outputs reach, nearest first."""
        seen: set[str] = set()
        queue = [node]
        while queue:
            for output in queue.pop(0)["outputs"]:
                for reader in self.readers.get(output, ()):
                    if reader["id"] not in seen:
                        seen.add(reader["id"])
                        queue.append(reader)
                        yield reader

    @cached_property
    def graphs(self) -> list[Graph]:
        """The nodes that ran forward, by the graph they belong to, in order of their first."""
        of: dict[str, Graph] = {}
        for node in self.structure.body["nodes"]:
            if node["id"] not in self.forward:
                continue
            makers = [self.maker[name]["id"] for name in node["inputs"] if name in self.maker]
            found = list(dict.fromkeys(of[maker] for maker in makers if maker in of))
            graph = found[0] if found else Graph()
            for other in found[1:]:
                graph.nodes += other.nodes
                graph.parameters |= other.parameters
                graph.phases |= other.phases
                graph.backed |= other.backed
                of.update((member["id"], graph) for member in other.nodes)
            graph.nodes.append(node)
            graph.phases.add(self.phase[node["id"]])
            graph.backed |= node["id"] in self.backward
            graph.parameters.update(
                name for name in node["inputs"] if self.structure.tensors[name]["kind"] == "parameter"
            )
            of[node["id"]] = graph
        return list(dict.fromkeys(of.values()))
