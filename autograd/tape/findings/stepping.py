"""Steps that found no gradient, or one they had used before."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from autograd.tape.findings.finding import Finding
from autograd.tape.findings.reading import Reading
from autograd.tape.segment import Segment

# What a parameter's gradient is: none; fresh from a backward; cleared before any step used it; used by a step.
NONE, FRESH, CLEARED, USED = "none", "fresh", "cleared", "used"


def useless_steps(reading: Reading) -> Iterator[Finding]:
    """Per optimizer and kind, the first step that could do nothing with what the backwards left it."""
    state: dict[str, str] = {}
    told: set[tuple[int, str]] = set()
    for segment in reading.turns:
        events = reading.structure(segment).events
        done = 0
        for step in segment.header.get("steps", ()):
            _follow(state, events[done : step["from"]])
            done = step["to"]
            own = events[step["from"] : step["to"]]
            names = [parameter["name"] for parameter in reading.optimizers[step["optimizer"]]["parameters"]]
            kind = _fault(reading, state, events, step, names)
            if kind is not None and (step["optimizer"], kind) not in told:
                told.add((step["optimizer"], kind))
                yield _describe(reading, kind, segment, step, names)
            _follow(state, own)
            for name in names:
                state[name] = USED if state.get(name) in (FRESH, USED) else NONE
        _follow(state, events[done:])


def _follow(state: dict[str, str], events: list[dict[str, Any]]) -> None:
    for event in events:
        name = event["tensor"]
        if event["kind"] == "accumulate" and name is not None:
            state[name] = FRESH
        elif event["kind"] == "zero_grad":
            state[name] = CLEARED if state.get(name) in (FRESH, CLEARED) else NONE


def _fault(
    reading: Reading, state: dict[str, str], events: list[dict[str, Any]], step: dict[str, Any], names: list[str]
) -> str | None:
    """What is wrong with a step; None where a gradient was waiting for it, or came by its closure."""
    members = set(names)
    inside = events[step["from"] : step["to"]]
    if any(state.get(name) == FRESH for name in names):
        return None
    if _reached(inside, members):
        return None
    before, later = (_reached(part, members) for part in (events[: step["from"]], events[step["to"] :]))
    if later and not before:
        return None if inside else "step_before_backward"
    if any(state.get(name) == CLEARED for name in names):
        return "cleared_before_step"
    others = {event["tensor"] for event in events if event["kind"] == "accumulate"} - set(reading.given)
    tensors = {name for name in others if name is not None}
    if not inside and any(_parameter(reading, name) for name in tensors):
        return "optimizer_of_another_model"
    return "step_without_backward"


def _reached(events: list[dict[str, Any]], members: set[str]) -> bool:
    """Did a backward bring any of the parameters a gradient?"""
    return any(event["kind"] == "accumulate" and event["tensor"] in members for event in events)


def _parameter(reading: Reading, name: str) -> bool:
    return any(parameter["name"] == name for model in reading.models for parameter in model["parameters"])


def _describe(reading: Reading, kind: str, segment: Segment, step: dict[str, Any], names: list[str]) -> Finding:
    """The finding, at the event the step follows."""
    place = max(0, step["from"] - 1) if step["from"] == step["to"] else step["from"]
    return reading.finding(
        kind,
        "error",
        segment,
        place,
        line=step["line"],
        optimizer=reading.optimizers[step["optimizer"]]["type"],
        parameters=len(names),
        updated=step["to"] - step["from"],
        first=names[0],
    )
