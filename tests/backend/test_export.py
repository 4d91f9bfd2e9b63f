"""The graph in other formats, by the API and by the command line."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import jsonschema
import pygraphviz
import pytest

from backend.export.formats import FORMATS
from backend.export.mermaid import mermaid
from backend.schemas.graphs import graph_schema

from .conftest import ROOT, Server


@pytest.fixture(scope="module")
def digits(server: Server) -> dict[str, Any]:
    return server.run(lesson="digits", iterations=1)


@pytest.mark.parametrize("at", ["0:zero_grad", "0:forward", "0:backward", "latest"])
def test_dot_holds_every_op_call_and_parameter(server: Server, digits: dict, at: str) -> None:
    snapshot = server.get(f"/runs/{digits['id']}/graph?at={at}").json()
    answer = server.get(f"/runs/{digits['id']}/graph?at={at}&format=dot")
    assert answer.headers["content-type"].startswith("text/vnd.graphviz")
    picture = pygraphviz.AGraph(string=answer.text)
    drawn = {node.attr["id"] for node in picture.nodes()}
    assert {node["id"] for node in snapshot["nodes"]} <= drawn
    assert {"conv1.weight", "conv2.bias", "head.weight"} <= drawn
    assert {graph.graph_attr["id"] for graph in picture.subgraphs()} >= {"conv1", "conv2", "head"}
    assert len(picture.edges()) == len({(e["tensor"], e["from"], e["to"], e["slot"]) for e in snapshot["edges"]})
    colours = {node.attr["id"]: node.attr["fillcolor"] for node in picture.nodes()}
    states = {node["state"] for node in snapshot["nodes"]}
    assert len({colours[node["id"]] for node in snapshot["nodes"]}) == len(states)


def test_pdf_and_file_names(server: Server, digits: dict) -> None:
    pdf = server.get(f"/runs/{digits['id']}/graph?at=0:backward&format=pdf")
    assert pdf.headers["content-type"] == "application/pdf"
    assert pdf.content.startswith(b"%PDF-") and pdf.content.rstrip().endswith(b"%%EOF")
    event = server.get(f"/runs/{digits['id']}/graph?at=0:backward").json()["at"]["event"]
    assert pdf.headers["content-disposition"] == f'inline; filename="graph-event-{event}.pdf"'
    start = server.get(f"/runs/{digits['id']}/graph?at=start&format=mermaid")
    assert 'filename="graph-start.mmd"' in start.headers["content-disposition"]
    assert server.get(f"/runs/{digits['id']}/graph?format=gif").status_code == 422


def test_the_schema_in_the_docs_is_the_server_s() -> None:
    assert (ROOT / "docs" / "graph-schema.json").read_text() == graph_schema(), "python -m backend.schemas.graphs"


@pytest.mark.parametrize("at", ["start", "0:zero_grad", "0:forward", "12", "0:backward", "latest"])
def test_snapshots_hold_to_the_schema(server: Server, digits: dict, steps: dict, at: str) -> None:
    schema = json.loads((ROOT / "docs" / "graph-schema.json").read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    for run in (digits, steps):
        snapshot = server.get(f"/runs/{run['id']}/graph?at={at}").json()
        jsonschema.validate(snapshot, schema, jsonschema.Draft202012Validator)
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate({**snapshot, "version": 2}, schema, jsonschema.Draft202012Validator)


def test_mermaid_holds_every_op_call_and_parameter(server: Server, digits: dict) -> None:
    snapshot = server.get(f"/runs/{digits['id']}/graph?at=0:forward").json()
    answer = server.get(f"/runs/{digits['id']}/graph?at=0:forward&format=mermaid")
    assert answer.headers["content-type"].startswith("text/vnd.mermaid")
    lines = answer.text.splitlines()
    assert lines[3] == "flowchart TB"
    assert len([line for line in lines if re.fullmatch(r'\s+n\d+\(".+"\)', line)]) == len(snapshot["nodes"])
    assert len([line for line in lines if re.search(r" -\.?->", line)]) == len(snapshot["edges"])
    assert len([line for line in lines if line.strip().startswith("subgraph ")]) == len(snapshot["calls"])
    assert lines.count("  end") == len([call for call in snapshot["calls"] if call["parent"] is None])
    assert any('(["conv1.weight' in line for line in lines)
    # Every name that an edge uses is declared.
    named = set(re.findall(r"\b[nt]\d+\b", "\n".join(line for line in lines if "->" in line)))
    assert named == set(re.findall(r"^\s+([nt]\d+)[(\[]", answer.text, re.MULTILINE))


def test_mermaid_takes_text_literally() -> None:
    """Quotes, brackets and angle brackets in a module's settings are text and no syntax."""
    node = {"id": 'a"', "call": "c", "op": 'x"]<b>#1', "state": "forward", "inputs": [], "outputs": []}
    call = {"id": 'c"', "parent": None, "type": "T", "module": "c", "summary": ""}
    snapshot = {
        "at": {"event": 0, "iteration": 0, "phase": "forward"},
        "nodes": [{**node, "call": 'c"'}], "tensors": [], "edges": [], "calls": [call],
    }  # fmt: skip
    text = mermaid(snapshot)
    assert '("x#quot;]#lt;b#gt;#35;1")' in text
    assert '["c#quot;  T"]' in text


def strings(pairs: list[dict[str, Any]]) -> bool:
    return all(set(pair) == {"key", "value"} and all(isinstance(x, str) for x in pair.values()) for pair in pairs)


@pytest.mark.parametrize("at", ["0:zero_grad", "20", "0:backward"])
def test_model_explorer(server: Server, digits: dict, at: str) -> None:
    """The structure that ai-edge-model-explorer publishes (its graph_builder.py and node_data_builder.py)."""
    snapshot = server.get(f"/runs/{digits['id']}/graph?at={at}").json()
    collection = server.get(f"/runs/{digits['id']}/graph?at={at}&format=model-explorer").json()
    assert set(collection) == {"label", "graphs"}  # what its loader takes for a graph collection
    (graph,) = collection["graphs"]
    assert set(graph) == {"id", "nodes", "groupNodeAttributes"}
    ids = [node["id"] for node in graph["nodes"]]
    assert len(ids) == len(set(ids))
    assert {node["id"] for node in snapshot["nodes"]} <= set(ids)
    outputs = {node["id"]: {out["id"] for out in node["outputsMetadata"]} for node in graph["nodes"]}
    for node in graph["nodes"]:
        assert set(node) - {"style"} == {"id", "label", "namespace", "attrs", "incomingEdges", "outputsMetadata"}
        assert isinstance(node["namespace"], str) and isinstance(node["label"], str)
        assert strings(node["attrs"]) and all(strings(out["attrs"]) for out in node["outputsMetadata"])
        for edge in node["incomingEdges"]:
            assert set(edge) == {"sourceNodeId", "sourceNodeOutputId", "targetNodeInputId"}
            assert edge["sourceNodeOutputId"] in outputs[edge["sourceNodeId"]]
    assert sum(len(node["incomingEdges"]) for node in graph["nodes"]) == len(snapshot["edges"])
    namespaces = {node["namespace"] for node in graph["nodes"]}
    assert {"conv1", "conv2", "head", "criterion", ""} <= namespaces
    assert all(isinstance(x, str) for box in graph["groupNodeAttributes"].values() for x in box.values())

    data = server.get(f"/runs/{digits['id']}/graph?at={at}&format=model-explorer-data").json()
    assert set(data) == {graph["id"]}
    (norms,) = data.values()
    assert set(norms) == {"name", "results", "gradient"}
    assert [stop["stop"] for stop in norms["gradient"]] == [0, 1]
    assert set(norms["results"]) <= set(ids)
    with_gradient = [tensor for tensor in snapshot["tensors"] if tensor["gradient"] is not None]
    assert len(norms["results"]) == len(with_gradient)
    if at == "0:backward":
        parameter = next(tensor for tensor in with_gradient if tensor["id"] == "head.weight")
        assert norms["results"]["tensor head.weight"] == {"value": parameter["gradient"]["norm"]}


def test_svg_and_png(server: Server, digits: dict) -> None:
    svg = server.get(f"/runs/{digits['id']}/graph?at=0:backward&format=svg")
    assert svg.headers["content-type"] == "image/svg+xml"
    assert ElementTree.fromstring(svg.text).tag.endswith("svg")
    assert "conv1.weight" in svg.text
    png = server.get(f"/runs/{digits['id']}/graph?at=0:backward&format=png")
    assert png.headers["content-type"] == "image/png"
    assert png.content.startswith(b"\x89PNG")


def backplay(*arguments: object, cwd: Path = ROOT) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-W", "error", "-m", "backend.cli", *map(str, arguments)],
        cwd=cwd,
        capture_output=True,
        timeout=30,
        env={"PYTHONPATH": str(ROOT), "PATH": ""},
    )


def test_the_command_line_draws_a_downloaded_tape(server: Server, digits: dict, tmp_path: Path) -> None:
    file = tmp_path / "digits.tape"
    file.write_bytes(server.get(f"/runs/{digits['id']}/tape").content)
    begins = {
        "json": b"{", "dot": b"digraph", "svg": b"<?xml", "png": b"\x89PNG", "pdf": b"%PDF-", "mermaid": b"---\ntitle:",
        "model-explorer": b'{"label"', "model-explorer-data": b'{"backplay"', "onnx": b"\x08",
    }  # fmt: skip
    assert set(begins) == set(FORMATS)
    for format, start in begins.items():
        done = backplay("graph", file, "--at", "0:backward", "--format", format)
        assert done.returncode == 0, done.stderr
        assert done.stdout.startswith(start)
    written = backplay("graph", file, "-o", tmp_path / "graph.json")
    assert (written.returncode, written.stdout) == (0, b"")
    assert (tmp_path / "graph.json").read_text().startswith("{")
    wrong = backplay("graph", file, "--at", "7:")
    assert wrong.returncode == 2
    assert b"iteration 7" in wrong.stderr
    assert len(wrong.stderr.splitlines()) == 1


LONG = """import torch
torch.manual_seed(0)
model = torch.nn.Sequential(torch.nn.Linear(2, 8), torch.nn.Tanh(), torch.nn.Linear(8, 1))
optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
x = torch.randn(64, 2)
y = (x[:, :1] * x[:, 1:]).sign()
for i in range(200):
    optimizer.zero_grad()
    loss = torch.nn.functional.mse_loss(model(x), y)
    loss.backward()
    optimizer.step()
print("last loss", loss.item())
"""


def test_any_moment_of_two_hundred_iterations(tmp_path: Path) -> None:
    """Record and graph from the shell: the moments a script never printed are all there."""
    (tmp_path / "long.py").write_text(LONG)
    done = backplay("record", tmp_path / "long.py", "-o", tmp_path / "long.tape")
    assert done.returncode == 0, done.stderr
    assert b"iterations 200" in done.stderr
    norms = {}
    for at in ("0:forward", "57:backward", "123:zero_grad", "199:step", "latest"):
        drawn = backplay("graph", tmp_path / "long.tape", "--at", at, "--format", "json", "-o", tmp_path / "one.json")
        assert drawn.returncode == 0, drawn.stderr
        snapshot = json.loads((tmp_path / "one.json").read_text())
        tensors = {tensor["id"]: tensor for tensor in snapshot["tensors"]}
        norms[at] = tensors["0.weight"]["value"]["norm"]
        assert (tensors["0.weight"]["gradient"] is None) == (at in ("0:forward", "123:zero_grad"))
        if at[0].isdigit():
            assert snapshot["at"]["iteration"] == int(at.split(":")[0])
    assert norms["199:step"] == norms["latest"]
    assert len({norms[at] for at in ("0:forward", "57:backward", "123:zero_grad", "199:step")}) == 4
    model = backplay(
        "graph", tmp_path / "long.tape", "--at", "150:forward", "--format", "onnx", "-o", tmp_path / "m.onnx"
    )
    assert model.returncode == 0, model.stderr
    assert (tmp_path / "m.onnx").stat().st_size > 0


def test_an_op_without_a_twin_is_one_sentence_of_the_command_line(tmp_path: Path) -> None:
    (tmp_path / "flip.py").write_text(
        "import torch\nw = torch.ones(3, requires_grad=True)\nw.flip(0).sum().backward()\n"
    )
    assert backplay("record", tmp_path / "flip.py", "-o", tmp_path / "flip.tape").returncode == 0
    done = backplay("graph", tmp_path / "flip.tape", "--format", "onnx")
    assert (done.returncode, done.stdout) == (1, b"")
    assert b"flip, line 3" in done.stderr
    assert len(done.stderr.splitlines()) == 1
