"""Train, eval and no_grad: three switches, and the graphs that ran under the wrong one."""

from __future__ import annotations

from collections.abc import Iterator

from autograd.tape.findings.finding import Finding
from autograd.tape.findings.reading import Reading
from autograd.tape.findings.wiring import Graph, Wiring
from autograd.tape.segment import Segment

_NOISY = ("Dropout", "BatchNorm")


def wrong_modes(reading: Reading) -> Iterator[Finding]:
    """Evaluations that drop units or normalise by the batch, that build a graph; training in evaluation mode.

    An evaluation is a graph over parameters that are trained elsewhere in the run, that no backward runs through and
    whose numbers no other op reads (a generator's samples for its critic are none).
    """
    trained = {
        event["tensor"]
        for segment in reading.first_uses
        for event in reading.structure(segment).events
        if event["kind"] in ("step", "edit") and segment.iteration is not None
    }
    told: set[str] = set()
    for segment in reading.first_uses:
        if not segment.header["complete"]:
            continue
        wiring = reading.wiring(segment)
        for graph in wiring.graphs:
            if not graph.parameters & trained:
                continue
            if graph.backed:
                found = _while_training(reading, segment, wiring, graph)
            elif _is_read(reading, segment, graph):
                continue
            else:
                found = _while_evaluating(reading, segment, wiring, graph)
            if found is not None and found.kind not in told:
                told.add(found.kind)
                yield found


def _while_evaluating(reading: Reading, segment: Segment, wiring: Wiring, graph: Graph) -> Finding | None:
    for node in graph.nodes:
        noisy = "dropout" in node["op"] or (node["op"] == "batch_norm" and node["attributes"].get("training"))
        if noisy:
            return reading.finding(
                "training_mode_while_evaluating", "warning", segment, wiring.forward[node["id"]], node=node["id"],
                op=node["op"], nodes=len(graph.nodes),
            )  # fmt: skip
    # A single op that reads a parameter (its norm, its mean, printed) is a look at it, and no evaluation.
    if "forward" in graph.phases and len(graph.nodes) > 1 and _in_evaluation_mode(wiring, graph):
        node = graph.nodes[0]
        return reading.finding(
            "evaluation_with_graph", "notice", segment, wiring.forward[node["id"]], node=node["id"],
            nodes=len(graph.nodes), saved=sum(len(one["saved"]) for one in graph.nodes),
        )  # fmt: skip
    return None


def _in_evaluation_mode(wiring: Wiring, graph: Graph) -> bool:
    """Was a model's layer called in evaluation mode? Losses have no parameters and stay in training mode."""
    calls = [wiring.calls[node["call"]] for node in graph.nodes if node["call"] is not None]
    return any(not call.get("training", True) for call in calls)


def _while_training(reading: Reading, segment: Segment, wiring: Wiring, graph: Graph) -> Finding | None:
    own = [node for node in graph.nodes if any(name in graph.parameters for name in node["inputs"])]
    calls = [wiring.calls[node["call"]] for node in own if node["call"] is not None]
    if not calls or any(call.get("training", True) for call in calls):
        return None
    noisy = [
        f"{path or type_} ({type_})"
        for model in reading.models
        if any(parameter["name"] in graph.parameters for parameter in model["parameters"])
        for path, type_ in model["layers"].items()
        if type_.startswith(_NOISY)
    ]
    if not noisy:
        return None
    return reading.finding(
        "evaluation_mode_while_training", "warning", segment, wiring.forward[own[0]["id"]], node=own[0]["id"],
        layers=len(noisy), layer=noisy[0],
    )  # fmt: skip


def _is_read(reading: Reading, segment: Segment, graph: Graph) -> bool:
    """Does an op outside the graph read its numbers?"""
    outputs = {output for node in graph.nodes for output in node["outputs"]}
    made: set[int] = set()
    structure = reading.structure(segment)
    for _, event, writes in reading.writes(segment):
        if event["kind"] == "forward":
            for name, of, identity in writes:
                if of != "value" or identity is None:
                    continue
                if name in outputs:
                    made.add(identity)
                elif identity in made and structure.tensors[name]["leaf"]:
                    return True
    return False
