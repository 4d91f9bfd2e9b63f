"""What a reader calls an op and a tensor: by its module, its sign or its name in the script."""

from __future__ import annotations

import re
from typing import Any

from autograd.tape.sentences import figures
from autograd.tape.structure import Structure

_SIGNS = {
    "mul": "×", "add": "+", "sub": figures.MINUS, "rsub": figures.MINUS, "div": "÷", "neg": figures.MINUS,
    "matmul": "@", "mm": "@",
}  # fmt: skip
_POWERS = {"2": "²", "3": "³", "0.5": "√"}


def node_name(structure: Structure, node: dict[str, Any]) -> str:
    """The module's name where the module is that op alone, else the op's own: `conv1`, `×`, `relu`."""
    call = node["call"]
    if call is not None:
        box = next(one for one in structure.body["calls"] if one["id"] == call)
        inner = any(one["parent"] == call for one in structure.body["calls"])
        alone = sum(other["call"] == call for other in structure.body["nodes"]) == 1
        if alone and not inner:
            return re.sub(r"~\d+$", "", str(box["module"] or box["id"]))
    return _sign(node)


def tensor_name(structure: Structure, identity: str) -> str:
    """A tensor's name in the script, else the name of the op that made it."""
    producer = next((node for node in structure.body["nodes"] if identity in node["outputs"]), None)
    if producer is not None:
        return node_name(structure, producer)
    info = structure.tensors.get(identity)
    return str(identity if info is None else info["name"] or identity)


def _sign(node: dict[str, Any]) -> str:
    if node["op"] != "pow":
        return str(_SIGNS.get(node["op"], node["op"]))
    exponent = node["attributes"].get("exponent")
    if exponent is None:
        return "^"
    written = str(int(exponent)) if isinstance(exponent, float) and exponent.is_integer() else str(exponent)
    return _POWERS.get(written, f"^{written}")
