"""The graph in other formats, by the API and by the command line."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pygraphviz
import pytest

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
    for format, start in (("json", b"{"), ("dot", b"digraph"), ("svg", b"<?xml"), ("png", b"\x89PNG")):
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
