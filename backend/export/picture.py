"""What every drawing of a snapshot shares: colours, titles, and where its leaves stand."""

from __future__ import annotations

from typing import Any

# How far an op has come, as colours: (fill, line).
STATES = {
    "waiting": ("#f4f4f5", "#a1a1aa"),
    "forward": ("#dbeafe", "#2563eb"),
    "backward": ("#ffedd5", "#ea580c"),
}


def title(snapshot: dict[str, Any]) -> str:
    """`iteration 3, backward, event 95`."""
    at = snapshot["at"]
    where = "setup" if at["iteration"] is None else f"iteration {at['iteration']}"
    return f"{where}, {at['phase']}, event {at['event']}"


def shape_of(tensor: dict[str, Any]) -> str:
    """`32 × 20`; nothing for a single number."""
    return " × ".join(str(size) for size in tensor["shape"])


def leaves_of(snapshot: dict[str, Any]) -> dict[str, tuple[str, dict[str, Any], str | None]]:
    """Tensors that no op made, by id: a short name, themselves, and the call they stand in."""
    tensors = {tensor["id"]: tensor for tensor in snapshot["tensors"]}
    calls = {node["id"]: node["call"] for node in snapshot["nodes"]}
    found: dict[str, tuple[str, dict[str, Any], str | None]] = {}
    for edge in snapshot["edges"]:
        identity = edge["tensor"]
        if edge["from"] is None and identity not in found:
            tensor = tensors[identity]
            call = calls[edge["to"]] if tensor["kind"] in ("parameter", "buffer") else None
            found[identity] = (f"t{len(found)}", tensor, call)
    return found
