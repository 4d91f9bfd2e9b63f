"""A graph snapshot in the DOT language: boxes are calls, chips are parameters, solid edges carry values forward."""

from __future__ import annotations

from typing import Any

import graphviz

from backend.export.picture import STATES, leaves_of, shape_of, title

_FONT = "Helvetica,Arial,sans-serif"


def dot(snapshot: dict[str, Any]) -> str:
    """The DOT source of a snapshot. `id` and `tooltip` of each element carry its own name."""
    picture = graphviz.Digraph(
        "backplay",
        graph_attr={
            "rankdir": "TB",
            "fontname": _FONT,
            "fontsize": "11",
            "label": title(snapshot),
            "labelloc": "t",
            "compound": "true",
        },
        node_attr={"fontname": _FONT, "fontsize": "11", "shape": "box", "style": "rounded,filled"},
        edge_attr={"fontname": _FONT, "fontsize": "9", "color": "#52525b", "arrowsize": "0.7"},
    )
    names = {node["id"]: f"n{index}" for index, node in enumerate(snapshot["nodes"])}
    tensors = {tensor["id"]: tensor for tensor in snapshot["tensors"]}
    leaves = leaves_of(snapshot)
    _fill(picture, None, snapshot, names, leaves)
    for edge in snapshot["edges"]:
        tensor = tensors[edge["tensor"]]
        source = leaves[edge["tensor"]][0] if edge["from"] is None else names[edge["from"]]
        style = {"style": "dashed", "arrowhead": "none"} if tensor["kind"] == "parameter" else {"style": "solid"}
        label = "" if edge["from"] is None else shape_of(tensor)
        picture.edge(source, names[edge["to"]], label=label, tooltip=_text(edge["tensor"]), **style)
    return str(picture.source)


def _fill(
    picture: Any,
    call: str | None,
    snapshot: dict[str, Any],
    names: dict[str, str],
    leaves: dict[str, tuple[str, dict[str, Any], str | None]],
) -> None:
    """Put into `picture` what belongs to `call`, and each call within it as a cluster."""
    for node in snapshot["nodes"]:
        if node["call"] == call:
            fill, line = STATES[node["state"]]
            label = _text(node["op"])
            picture.node(names[node["id"]], label, fillcolor=fill, color=line, id=node["id"], tooltip=_text(node["id"]))
    for name, tensor, where in leaves.values():
        if where == call:
            picture.node(name, **_chip(tensor))
    for index, inner in enumerate(snapshot["calls"]):
        if inner["parent"] == call:
            label = f"{inner['id']}  {inner['type']}"
            attributes = {"label": _text(label), "style": "rounded", "color": "#a1a1aa", "id": inner["id"]}
            with picture.subgraph(name=f"cluster_{index}", graph_attr=attributes) as cluster:
                _fill(cluster, inner["id"], snapshot, names, leaves)


def _chip(tensor: dict[str, Any]) -> dict[str, str]:
    """How a leaf is drawn: a parameter is a chip, coloured where it has a gradient."""
    label = f"{tensor['name'] or tensor['kind']} {shape_of(tensor)}".strip()
    filled = "#ffedd5" if tensor["gradient"] is not None else "#ffffff"
    shape = "box" if tensor["kind"] in ("parameter", "buffer") else "ellipse"
    style = "rounded,filled" if shape == "box" else "filled"
    return {
        "label": _text(label),
        "shape": shape,
        "style": style,
        "fillcolor": filled,
        "color": "#71717a",
        "fontsize": "9",
        "height": "0.25",
        "id": tensor["id"],
        "tooltip": _text(tensor["id"]),
    }


def _text(text: str) -> str:
    """`text` taken literally: DOT knows escapes such as \\N."""
    return str(graphviz.escape(text))
