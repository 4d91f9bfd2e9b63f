"""A graph snapshot as a Mermaid flowchart: text that GitHub, GitLab and notebooks draw."""

from __future__ import annotations

from typing import Any

from backend.export.picture import STATES, leaves_of, shape_of, title

_QUOTED = str.maketrans({'"': "#quot;", "#": "#35;", "<": "#lt;", ">": "#gt;", "\n": " ", "`": "#96;"})


def mermaid(snapshot: dict[str, Any]) -> str:
    """The Mermaid source. Boxes are calls, rounded nodes ops, stadiums parameters, dotted edges lead to those."""
    nodes = {node["id"]: f"n{place}" for place, node in enumerate(snapshot["nodes"])}
    tensors = {tensor["id"]: tensor for tensor in snapshot["tensors"]}
    leaves = leaves_of(snapshot)
    lines = ["---", f'title: "{title(snapshot)}"', "---", "flowchart TB"]
    _fill(lines, None, 1, snapshot, nodes, leaves)
    for edge in snapshot["edges"]:
        tensor = tensors[edge["tensor"]]
        source = leaves[edge["tensor"]][0] if edge["from"] is None else nodes[edge["from"]]
        arrow = "-.->" if tensor["kind"] in ("parameter", "buffer") else "-->"
        shape = "" if edge["from"] is None else shape_of(tensor)
        lines.append(f"  {source} {arrow}{f'|{_text(shape)}|' if shape else ''} {nodes[edge['to']]}")
    for state, (fill, line) in STATES.items():
        lines.append(f"  classDef {state} fill:{fill},stroke:{line},color:#18181b")
        members = [nodes[node["id"]] for node in snapshot["nodes"] if node["state"] == state]
        if members:
            lines.append(f"  class {','.join(members)} {state}")
    return "\n".join(lines) + "\n"


def _fill(
    lines: list[str],
    call: str | None,
    depth: int,
    snapshot: dict[str, Any],
    nodes: dict[str, str],
    leaves: dict[str, tuple[str, dict[str, Any], str | None]],
) -> None:
    """Write what belongs to `call`, and each call within it as a subgraph."""
    indent = "  " * depth
    for node in snapshot["nodes"]:
        if node["call"] == call:
            lines.append(f"{indent}{nodes[node['id']]}({_text(node['op'])})")
    for name, tensor, where in leaves.values():
        if where == call:
            label = _text(f"{tensor['name'] or tensor['kind']} {shape_of(tensor)}".strip())
            chip = tensor["kind"] in ("parameter", "buffer")
            lines.append(f"{indent}{name}{f'([{label}])' if chip else f'[/{label}/]'}")
    for place, inner in enumerate(snapshot["calls"]):
        if inner["parent"] == call:
            lines.append(f"{indent}subgraph c{place}[{_text(inner['id'] + '  ' + inner['type'])}]")
            _fill(lines, inner["id"], depth + 1, snapshot, nodes, leaves)
            lines.append(f"{indent}end")


def _text(text: str) -> str:
    """`text` taken literally, in the quotes that allow anything inside."""
    return f'"{text.translate(_QUOTED)}"'
