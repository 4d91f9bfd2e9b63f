"""Parameters that never learn, and why."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from autograd.tape.findings.finding import Finding
from autograd.tape.findings.reading import Reading
from autograd.tape.segment import Segment


@dataclass(slots=True)
class _Life:
    """What happened to one parameter: where an op first used it, where a gradient first came, and whether it moved."""

    used: tuple[Segment, int, str] | None = None
    reached: tuple[Segment, int] | None = None
    moved: bool = False


def untrained_parameters(reading: Reading) -> Iterator[Finding]:
    """Parameters of an optimizer, or of a model that one trains, that get no gradient or no step.

    A model none of whose parameters any optimizer holds (a target network, a fixed critic) is left alone, and so is a
    frozen parameter that no optimizer was given. Silent where no gradient reached anything: that is the steps' fault.
    """
    lives = _lives(reading)
    if not reading.optimizers or not any(lives.get(name, _Life()).reached for name in reading.given):
        return
    frozen = {
        parameter["name"]
        for holder in (*reading.optimizers, *reading.models)
        for parameter in holder["parameters"]
        if not parameter["requires_grad"]
    }
    names = dict.fromkeys(reading.given)
    for model in reading.models:
        own = [parameter["name"] for parameter in model["parameters"]]
        if any(name in reading.given for name in own):
            names.update(dict.fromkeys(own))
    names.update(dict.fromkeys(_of_layers(reading)))
    found: dict[str, list[tuple[str, Segment, int]]] = {}
    start = next((segment for segment in reading.iterations), reading.segments[0])
    dead = _dead_optimizers(reading, lives)
    for name in names:
        life = lives.get(name, _Life())
        if life.moved or reading.given.get(name) in dead:
            continue
        if name in frozen:
            if name in reading.given:
                found.setdefault("frozen_parameter", []).append((name, start, 0))
        elif life.reached is not None:
            if name not in reading.given:
                found.setdefault("parameter_without_optimizer", []).append((name, *life.reached))
        elif life.used is None:
            found.setdefault("unused_parameter", []).append((name, start, 0))
        else:
            segment, place, node = life.used
            kind = "detached_parameter" if _cut(reading, segment, node) else "result_unused"
            found.setdefault(kind, []).append((name, segment, place))
    for kind, hits in found.items():
        name, segment, place = hits[0]
        life = lives.get(name, _Life())
        at_use = life.used is not None and kind in ("detached_parameter", "result_unused")
        steps = segment.header.get("steps", ())
        line = steps[0]["line"] if steps and kind in ("frozen_parameter", "unused_parameter") else None
        yield reading.finding(
            kind, "notice" if kind == "frozen_parameter" else "warning", segment, place, line=line, parameter=name,
            node=life.used[2] if at_use and life.used else None, parameters=len(hits),
        )  # fmt: skip


def _lives(reading: Reading) -> dict[str, _Life]:
    lives: dict[str, _Life] = {}
    for segment in reading.turns:
        structure = reading.structure(segment)
        for place, event in enumerate(structure.events):
            if event["kind"] == "forward":
                for name in structure.nodes[event["node"]]["inputs"]:
                    life = lives.setdefault(name, _Life())
                    if life.used is None and structure.tensors[name]["kind"] == "parameter":
                        life.used = segment, place, event["node"]
            elif event["kind"] == "accumulate":
                life = lives.setdefault(event["tensor"], _Life())
                life.reached = life.reached or (segment, place)
            elif event["kind"] in ("step", "edit") and segment.iteration is not None:
                lives.setdefault(event["tensor"], _Life()).moved = True
    return lives


def _of_layers(reading: Reading) -> Iterator[str]:
    """Weights of layers that were called inside a model, though the model does not know them (a Python list)."""
    known = {parameter["name"] for model in reading.models for parameter in model["parameters"]}
    for segment in reading.first_uses:
        wiring = reading.wiring(segment)
        for edge in wiring.structure.body["edges"]:
            tensor = wiring.structure.tensors[edge["tensor"]]
            weight = edge["slot"] and tensor["kind"] == "parameter" and tensor["id"] not in known
            if weight and wiring.structure.nodes[edge["to"]]["call"] is not None:
                yield tensor["id"]


def _dead_optimizers(reading: Reading, lives: dict[str, _Life]) -> set[int]:
    """Optimizers none of whose parameters ever got a gradient: told as a whole, by their steps."""
    alive = {number for name, number in reading.given.items() if lives.get(name, _Life()).reached is not None}
    return set(range(len(reading.optimizers))) - alive


def _cut(reading: Reading, segment: Segment, node: str) -> bool:
    """Are the numbers that a node led to read again as a leaf: detached, or made under no_grad?"""
    wiring = reading.wiring(segment)
    if wiring.phase.get(node) == "evaluate":
        return True
    start = wiring.structure.nodes[node]
    results = {output for after in (start, *wiring.onward(start)) for output in after["outputs"]}
    made: set[int] = set()
    for _, event, writes in reading.writes(segment):
        if event["kind"] != "forward":
            continue
        for name, of, identity in writes:
            if of != "value" or identity is None:
                continue
            if name in results:
                made.add(identity)
            elif identity in made and wiring.structure.tensors[name]["leaf"]:
                return True
    return False
