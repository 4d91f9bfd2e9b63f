"""The graph of an iteration at a moment, and its snapshot as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from autograd.tape.segment import plain
from autograd.tape.structure import Structure
from autograd.tape.values import Statistics, statistics

if TYPE_CHECKING:
    from autograd.tape.moment import Moment

NodeState = Literal["waiting", "forward", "backward"]

SNAPSHOT_VERSION = 1


class Graph:
    """Calls, nodes, tensors and edges of the whole iteration; each node's `state` says how far it has come.

    `waiting`: not run yet; `forward`: its outputs are there; `backward`: its gradients went on and what it saved was
    freed.
    """

    def __init__(self, structure: Structure, states: dict[str, NodeState]) -> None:
        self.calls: list[dict[str, Any]] = structure.body["calls"]
        self.edges: list[dict[str, Any]] = structure.body["edges"]
        self.tensors: list[dict[str, Any]] = structure.body["tensors"]
        self.nodes: list[dict[str, Any]] = [
            {
                **node,
                "saved": node["saved"] if states.get(node["id"]) == "forward" else [],
                "state": states.get(node["id"], "waiting"),
            }
            for node in structure.body["nodes"]
        ]


def snapshot(moment: Moment, run: str | None = None) -> dict[str, Any]:
    """The graph with this moment's numbers: per tensor the statistics of its value and gradient, or None."""
    graph = moment.graph
    tensors = []
    for info in graph.tensors:
        held = moment.tensors[info["id"]]
        tensors.append({
            **info,
            "value": _statistics(held.value),
            "gradient": _statistics(held.gradient),
            "freed": held.freed,
        })  # fmt: skip
    return {
        "version": SNAPSHOT_VERSION,
        "run": run,
        "at": {"event": moment.event, "iteration": moment.iteration, "phase": moment.phase},
        "structure": moment.segment.header["structure"],
        "layout": moment.segment.header["layout"],
        "calls": graph.calls,
        "nodes": graph.nodes,
        "tensors": tensors,
        "edges": graph.edges,
    }


def _statistics(array: Any) -> Statistics | None:
    found: Statistics | None = None if array is None else plain(statistics(array))
    return found
