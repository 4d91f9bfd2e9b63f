"""A graph snapshot as a graph collection of Google's Model Explorer, and its gradient norms as that viewer's node data.

The format is `GraphCollection` and `GraphNodeData` of ai-edge-model-explorer (graph_builder.py, node_data_builder.py):
the viewer opens the first as a model and the second by "Add per-node data".
"""

from __future__ import annotations

from typing import Any

from backend.export.picture import STATES, leaves_of, title

GRAPH = "backplay"  # the graph's id, by which node data finds it


def model_explorer(snapshot: dict[str, Any]) -> dict[str, Any]:
    """The graph collection: every op a node, every leaf a node, calls as namespaces."""
    tensors = {tensor["id"]: tensor for tensor in snapshot["tensors"]}
    paths = _paths(snapshot)
    producers = {
        name: (node["id"], str(place)) for node in snapshot["nodes"] for place, name in enumerate(node["outputs"])
    }
    leaves = leaves_of(snapshot)
    nodes = [_leaf(tensor, paths[call]) for _, tensor, call in leaves.values()]
    for node in snapshot["nodes"]:
        fill, line = STATES[node["state"]]
        nodes.append({
            "id": node["id"],
            "label": node["op"],
            "namespace": paths[node["call"]],
            "attrs": _op_attributes(node),
            "incomingEdges": [
                {
                    "sourceNodeId": (producers.get(name) or (_leaf_id(name), "0"))[0],
                    "sourceNodeOutputId": (producers.get(name) or (_leaf_id(name), "0"))[1],
                    "targetNodeInputId": str(slot),
                }
                for slot, name in enumerate(node["inputs"])
            ],
            "outputsMetadata": [
                {"id": str(place), "attrs": _tensor_attributes(tensors[name])}
                for place, name in enumerate(node["outputs"])
            ],
            "style": {"backgroundColor": fill, "borderColor": line},
        })  # fmt: skip
    boxes = {
        paths[call["id"]]: {"type": call["type"], "settings": call["summary"], "module": call["module"]}
        for call in snapshot["calls"]
    }
    graph = {"id": GRAPH, "nodes": nodes, "groupNodeAttributes": {"": {"moment": title(snapshot)}, **boxes}}
    return {"label": title(snapshot), "graphs": [graph]}


def gradient_norms(snapshot: dict[str, Any]) -> dict[str, Any]:
    """The node data: the L2 norm of the gradient at each leaf and at each op's output, where there is one now."""
    results: dict[str, dict[str, float]] = {}
    made = {node["outputs"][0]: node["id"] for node in snapshot["nodes"]}
    leaves = leaves_of(snapshot)
    for tensor in snapshot["tensors"]:
        name = made.get(tensor["id"]) or (_leaf_id(tensor["id"]) if tensor["id"] in leaves else None)
        norm = None if tensor["gradient"] is None else tensor["gradient"]["norm"]
        if name is not None and norm is not None:
            results[name] = {"value": norm}
    return {
        GRAPH: {
            "name": f"gradient norm, {title(snapshot)}",
            "results": results,
            "gradient": [{"stop": 0, "bgColor": "#ffffff"}, {"stop": 1, "bgColor": "#ea580c"}],
        }
    }


def _paths(snapshot: dict[str, Any]) -> dict[str | None, str]:
    """The namespace of each call: its ids from the outermost in, parted by slashes."""
    paths: dict[str | None, str] = {None: ""}
    for call in snapshot["calls"]:  # parents come first
        own = call["id"].replace("/", "∕")
        outer = paths[call["parent"]]
        paths[call["id"]] = f"{outer}/{own}" if outer else own
    return paths


def _leaf_id(tensor: str) -> str:
    """A leaf's node id; ops have the tape's ids, which a leaf could share."""
    return f"tensor {tensor}"


def _leaf(tensor: dict[str, Any], path: str) -> dict[str, Any]:
    return {
        "id": _leaf_id(tensor["id"]),
        "label": tensor["name"] or tensor["kind"],
        "namespace": path,
        "attrs": _pairs({"kind": tensor["kind"], "requires_grad": tensor["requires_grad"]}),
        "incomingEdges": [],
        "outputsMetadata": [{"id": "0", "attrs": _tensor_attributes(tensor)}],
    }


def _op_attributes(node: dict[str, Any]) -> list[dict[str, str]]:
    known = {"state": node["state"], "backward": node["backward"], "line": node["line"], **node["attributes"]}
    return _pairs({key: value for key, value in known.items() if value is not None})


def _tensor_attributes(tensor: dict[str, Any]) -> list[dict[str, str]]:
    """`tensor_name` is the key by which node data may name a tensor; `shape` is what the viewer writes on edges."""
    shape = "x".join(str(size) for size in tensor["shape"]) or "scalar"
    found: dict[str, Any] = {"tensor_name": tensor["id"], "shape": f"{tensor['dtype']}[{shape}]"}
    for of in ("value", "gradient"):
        for name, number in (tensor[of] or {}).items():
            if number is not None:
                found[f"{of} {name}"] = number
    if tensor["freed"]:
        found["gradient"] = "used and freed"
    return _pairs(found)


def _pairs(attributes: dict[str, Any]) -> list[dict[str, str]]:
    return [{"key": key, "value": value if isinstance(value, str) else str(value)} for key, value in attributes.items()]
