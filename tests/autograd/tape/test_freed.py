"""Leaf gradients stay, inner ones are freed: a moment has a gradient exactly where PyTorch has a `.grad`.

What PyTorch 2.13 leaves after each script is written out beside it: the names whose `.grad` is not None.
"""

import textwrap
from typing import Any

import pytest

import autograd as torch
from autograd import tape

GRAPHS: dict[str, tuple[str, set[str], set[str]]] = {
    # script, names with a gradient in the end, names freed on the way
    "a chain": ("y = w * 2; z = y + 1; l = z.sum(); l.backward()", {"w"}, {"mul", "add", "sum"}),
    "fan-out": ("y = w * 2; l = (y * y).sum(); l.backward()", {"w"}, {"mul", "mul~2", "sum"}),
    "fan-out, retained": (
        "y = w * 2; y.retain_grad(); l = (y * y).sum(); l.backward()",
        {"w", "mul"},
        {"mul~2", "sum"},
    ),
    "two backwards, retained": (
        "y = w * 2; y.retain_grad(); l = (y * y).sum(); l.backward(retain_graph=True); l.backward(); w.data -= w.grad",
        {"w", "mul"},
        {"mul~2", "sum"},
    ),
    "detached half-way": ("y = w * 2; d = y.detach(); l = (d * w).sum(); l.backward()", {"w"}, {"mul~2", "sum"}),
    "an unused leaf": ("l = (w * 2).sum() + 0 * v.detach().sum(); l.backward()", {"w"}, {"mul", "sum", "add"}),
    "the gradient asked for of an inner tensor": (
        "y = w * 2; l = (y * y).sum(); torch.autograd.grad(l, [y])",
        set(),
        {"mul~2", "sum"},
    ),
    "the gradient asked for of a leaf": (
        "y = w * 2; l = (y * y).sum(); torch.autograd.grad(l, [w])",
        set(),
        {"mul", "mul~2", "sum"},
    ),
    "the loss retained": ("l = (w * 2).sum(); l.retain_grad(); l.backward()", {"w", "sum"}, {"mul"}),
    "an op of two outputs, one used": (
        "a, b = (w * 2).split(1); l = a.sum(); l.backward()",
        {"w"},
        {"mul", "split", "sum"},
    ),
    "written in place": ("y = w * 2; y.mul_(3); l = y.sum(); l.backward()", {"w"}, {"mul", "mul~2", "sum"}),
    "backward for an inner tensor": ("y = w * 2; l = y.sum(); l.backward(inputs=[y])", {"mul"}, {"sum"}),
    "backward for one leaf": ("l = (w * v).sum(); l.backward(inputs=[w])", {"w"}, {"mul", "sum"}),
    "hooks on a retained tensor": (
        "y = w * 2; z = y.relu(); y.retain_grad(); y.register_hook(lambda g: g * 3); l = z.sum(); l.backward()",
        {"w", "mul"},
        {"relu", "sum"},
    ),
    "a part under no_grad": (
        """
        x = w * 3
        with torch.no_grad():
            y = x * 2
        l = (y * v).sum(); l.backward()
        """,
        {"v"},
        {"mul~3", "sum"},
    ),
}


def run(script: str) -> tuple[tape.Tape, dict[str, Any]]:
    space: dict[str, Any] = {"torch": torch}
    setup = "w = torch.ones(2, requires_grad=True); v = torch.ones(2, requires_grad=True)\n"
    with tape.record(script="graph.py") as recorded:
        exec(compile(setup + textwrap.dedent(script), "graph.py", "exec"), space)
        (space["w"] * 1).sum()  # another op: what a pass left behind is gone by now
    return recorded, space


@pytest.mark.parametrize("graph", GRAPHS)
def test_gradients_are_where_pytorch_has_them(graph: str) -> None:
    script, kept, freed = GRAPHS[graph]
    recorded, space = run(script)
    end = recorded.at("latest")
    assert {name for name, held in end.tensors.items() if held.gradient is not None} == kept
    assert {name for name, held in end.tensors.items() if held.freed} == freed
    for name in kept & {"w", "v"}:
        assert end.tensors[name].gradient.tolist() == space[name].grad.tolist()


def test_what_passes_bring_to_a_retained_tensor_adds_up() -> None:
    """y = 2w, l = Σ y²: dl/dy = 2y = 4; twice that is 8 (PyTorch's numbers)."""
    recorded, space = run(GRAPHS["two backwards, retained"][0])
    assert recorded.at("latest").tensors["mul"].gradient.tolist() == [8, 8] == space["y"].grad.tolist()
    assert recorded.at("latest").tensors["w"].gradient.tolist() == [16, 16]


def test_a_retained_gradient_is_the_one_the_hooks_left() -> None:
    """dl/dy is 1; the hook makes it 3, though it was registered after `retain_grad` (PyTorch's numbers)."""
    recorded, space = run(GRAPHS["hooks on a retained tensor"][0])
    assert recorded.at("latest").tensors["mul"].gradient.tolist() == [3, 3] == space["y"].grad.tolist()
    assert recorded.at("latest").tensors["w"].gradient.tolist() == [6, 6]


def test_an_op_without_a_graph_has_no_backward() -> None:
    recorded, _ = run(GRAPHS["a part under no_grad"][0])
    nodes = {node["id"]: node["backward"] for node in recorded.at("latest").graph.nodes}
    assert nodes["mul~2"] is None and nodes["mul~3"] == "MulBackward0"
    assert recorded.at("latest").tensors["mul~2"].requires_grad is False


def test_a_detached_tensor_says_what_it_was() -> None:
    recorded, _ = run("y = w * 2; d = y.detach(); l = (d * w).sum() + (w.data * v).sum(); l.backward()")
    tensors = {info["id"]: info.get("detached") for info in recorded.at("latest").graph.tensors}
    assert {name: source for name, source in tensors.items() if source} == {
        "mul~2.input": "mul",
        "mul~3.input": "w",
    }
