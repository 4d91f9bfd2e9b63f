"""Equal calls, rows of them, ids and layouts on scripts like those that people train."""

import textwrap
from typing import Any

import pytest

import autograd as torch
from autograd import tape

PREAMBLE = """
import autograd as torch
from autograd import nn
from autograd.nn import functional as F
"""

RESNET = """
class Block(nn.Module):
    def __init__(self, inside, outside):
        super().__init__()
        self.conv1 = nn.Conv2d(inside, outside, 3, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(outside)
        self.conv2 = nn.Conv2d(outside, outside, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(outside)
        self.shortcut = nn.Identity() if inside == outside else nn.Conv2d(inside, outside, 1)
    def forward(self, x):
        out = F.relu(self.bn1(self.conv1(x)))
        return F.relu(self.bn2(self.conv2(out)) + self.shortcut(x))

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem = nn.Conv2d(1, 2, 3, padding=1)
        self.blocks = nn.Sequential(Block(2, 2), Block(2, 2), Block(2, 4), Block(4, 4), Block(4, 4), Block(4, 4))
        self.head = nn.Linear(4, 3)
    def forward(self, x):
        x = self.blocks(F.relu(self.stem(x)))
        return self.head(x.mean((2, 3)))

model = Net()
opt = torch.optim.SGD(model.parameters(), lr=0.1)
for size in sizes:
    opt.zero_grad()
    F.cross_entropy(model(torch.randn(size, 1, 4, 4)), torch.zeros(size, dtype=torch.int64)).backward()
    opt.step()
"""

TRANSFORMER = """
layer = nn.TransformerEncoderLayer(4, 2, 8, dropout=0.0, batch_first=True)
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.embed = nn.Embedding(5, 4)
        self.encoder = nn.TransformerEncoder(layer, 3)
        self.head = nn.Linear(4, 5)
    def forward(self, x):
        return self.head(self.encoder(self.embed(x)))

model = Net()
opt = torch.optim.Adam(model.parameters(), lr=0.1)
for size in sizes:
    opt.zero_grad()
    tokens = torch.randint(0, 5, (size, 6))
    F.cross_entropy(model(tokens).flatten(0, 1), tokens.flatten()).backward()
    opt.step()
"""

RNN = """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.cell = nn.RNNCell(3, 4)
        self.head = nn.Linear(4, 1)
    def forward(self, xs):
        h = torch.zeros(xs.shape[1], 4)
        for x in xs:
            h = self.cell(x, h)
        return self.head(h)

model = Net()
opt = torch.optim.SGD(model.parameters(), lr=0.1)
for size in sizes:
    opt.zero_grad()
    (model(torch.randn(5, size, 3)) ** 2).mean().backward()
    opt.step()
"""

SCRIPTS = {"resnet": RESNET, "transformer": TRANSFORMER, "rnn": RNN}


def record(script: str, sizes: tuple[int, ...] = (2,)) -> tape.Tape:
    torch.manual_seed(0)
    code = compile(PREAMBLE + textwrap.dedent(script), "net.py", "exec")
    with tape.record(script="net.py") as recorded:
        exec(code, {"sizes": sizes})
    return recorded


def calls(recorded: tape.Tape) -> dict[str, dict[str, Any]]:
    return {call["id"]: call for call in recorded.at("latest").graph.calls}


def test_the_blocks_of_a_resnet() -> None:
    found = calls(record(RESNET))
    blocks = [call for name, call in found.items() if name.startswith("blocks.") and name.count(".") == 1]
    assert [block["same"] for block in blocks] == [None, "blocks.0", None, None, "blocks.3", "blocks.3"]
    assert [block["repeat"] for block in blocks] == [None, "blocks.0", None, None, "blocks.3", "blocks.3"]
    # Within a block the two convolutions are equal, but batch norm lies between.
    assert found["blocks.0.conv2"]["same"] == "blocks.0.conv1" and found["blocks.0.conv2"]["repeat"] is None
    assert found["blocks.5.conv1"]["same"] == "blocks.2.conv2"
    assert found["stem"]["same"] is None and found["head"]["same"] is None


def test_the_layers_of_a_transformer() -> None:
    found = calls(record(TRANSFORMER))
    layers = [found[f"encoder.layers.{i}"] for i in range(3)]
    assert [layer["parent"] for layer in layers] == ["encoder"] * 3
    assert [layer["repeat"] for layer in layers] == [None, "encoder.layers.0", "encoder.layers.0"]
    assert [layer["same"] for layer in layers] == [None, "encoder.layers.0", "encoder.layers.0"]
    assert found["encoder.layers.0.norm2"]["same"] == "encoder.layers.0.norm1"


def test_the_turns_of_an_rnn() -> None:
    found = calls(record(RNN))
    turns = [found[name] for name in ("cell", "cell~2", "cell~3", "cell~4", "cell~5")]
    assert [turn["module"] for turn in turns] == ["cell"] * 5
    assert [turn["repeat"] for turn in turns] == [None, "cell", "cell", "cell", "cell"]
    assert found["head"]["repeat"] is None


def test_equal_ops_with_another_wiring_are_not_alike() -> None:
    found = calls(
        record("""
        class Left(nn.Module):
            def forward(self, x):
                y = torch.tanh(x)
                return torch.sigmoid(y) * y
        class Right(nn.Module):
            def forward(self, x):
                y = torch.tanh(x)
                return torch.sigmoid(y) * x
        Right.__name__ = "Left"
        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.start = nn.Linear(2, 2)
                self.a, self.b, self.c = Left(), Right(), Left()
            def forward(self, x):
                return self.c(self.b(self.a(self.start(x))))
        Net()(torch.ones(2)).sum().backward()
        """)
    )
    assert [found[name]["type"] for name in "abc"] == ["Left"] * 3
    assert [found[name]["same"] for name in "abc"] == [None, None, "a"]
    assert [found[name]["repeat"] for name in "abc"] == [None, None, None]


@pytest.mark.parametrize("script", SCRIPTS)
def test_ids_survive_iterations_and_a_short_batch_keeps_the_picture(script: str) -> None:
    recorded = record(SCRIPTS[script], sizes=(4, 4, 3))
    full, again, short = [segment for segment in recorded.segments if segment.iteration is not None]
    assert full.header["layout"] == again.header["layout"] == short.header["layout"]
    # The first turn differs from the next: its optimizer has no state, its gradients are none.
    assert again.header["structure"] != short.header["structure"]
    first, last = recorded.structure(full).body, recorded.structure(short).body
    for part in ("calls", "nodes", "tensors"):
        assert [item["id"] for item in first[part]] == [item["id"] for item in last[part]]
    ids = [item["id"] for item in first["nodes"]]
    assert len(set(ids)) == len(ids)


@pytest.mark.parametrize("script", SCRIPTS)
def test_marks_are_the_same_in_a_structure_met_before(script: str) -> None:
    assert calls(record(SCRIPTS[script])) == calls(record(SCRIPTS[script], sizes=(2, 2)))


def test_backward_twins_and_what_they_save() -> None:
    """Names and saved tensors as PyTorch 2.13 has them (`grad_fn.name()`, its `_saved_…` that are tensors)."""
    recorded = record(RESNET)
    nodes = {node["id"]: node for node in recorded.at("0:forward").graph.nodes}
    assert {name: nodes[name]["backward"] for name in ("stem:conv2d", "relu", "blocks.0:relu", "head:linear")} == {
        "stem:conv2d": "ConvolutionBackward0",
        "relu": "ReluBackward0",
        "blocks.0:relu": "ReluBackward0",
        "head:linear": "AddmmBackward0",
    }
    assert nodes["stem:conv2d"]["saved"] == ["stem:conv2d.input", "stem.weight"]
    assert nodes["relu"]["saved"] == ["relu"]  # ReLU saves its result
    assert nodes["blocks.0:add"]["saved"] == []
    assert nodes["head:linear"]["saved"] == ["mean", "head.weight"]
    assert nodes["blocks.0.bn1:batch_norm"]["saved"][:2] == ["blocks.0.conv1:conv2d", "blocks.0.bn1.weight"]
    after = {node["id"]: node for node in recorded.at("latest").graph.nodes}
    assert all(node["saved"] == [] for node in after.values() if node["state"] == "backward")
