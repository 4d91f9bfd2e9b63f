"""The forward graph as ONNX: what onnxruntime computes from it is what the tape holds."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
import pytest

import autograd as torch
import autograd.nn.functional as F
from autograd import tape
from backend.export.onnx import NotInstalled, model
from backend.export.onnx import onnx as as_onnx
from backend.export.twins import NoTwin

from .conftest import ROOT, Server

SCRIPTS = sorted(path for path in (ROOT / "tests" / "scripts").glob("*.py") if path.stem != "make_expected")
LESSONS = sorted((ROOT / "backend" / "lessons").glob("*/*.py"))
# Their ops are not all of the core yet, or have no twin: they may be refused, by name.
MAY_BE_REFUSED = {"policy_gradient"}


def runs_as_recorded(moment: tape.Moment, later: tape.Moment | None = None) -> int:
    """Run the model on the moment's inputs and compare every result the moment holds; how many those are.

    An input that no op has read yet is taken from `later`.
    """
    whole = model(moment)
    onnx.checker.check_model(whole, full_check=True)
    declared = {one.name for one in whole.graph.output}
    for between in list(whole.graph.value_info):
        if between.name not in declared:
            whole.graph.output.append(between)
    onnxruntime.set_default_logger_severity(3)
    session = onnxruntime.InferenceSession(whole.SerializeToString(), providers=["CPUExecutionProvider"])
    feed = {}
    for one in whole.graph.input:
        value = moment.tensors[one.name].value
        feed[one.name] = value if value is not None or later is None else later.tensors[one.name].value
    names = [one.name for one in whole.graph.output]
    compared = 0
    for name, theirs in zip(names, session.run(names, feed), strict=True):
        ours = moment.tensors[name].value
        if ours is not None:
            assert (theirs.shape, theirs.dtype) == (ours.shape, ours.dtype), name
            np.testing.assert_allclose(theirs, ours, rtol=1e-4, atol=1e-5, err_msg=name)
            compared += 1
    return compared


def record(script: Path, to: Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "backend.cli", "record", str(script), "-o", str(to), "--iterations", "1"],
        cwd=cwd,
        capture_output=True,
        text=True,
        timeout=120,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.stem)
def test_scripts(script: Path, tmp_path: Path) -> None:
    done = record(script, tmp_path / "x.tape", tmp_path)
    if done.returncode and script.stem in MAY_BE_REFUSED:
        pytest.skip("the core does not run this script yet")
    assert done.returncode == 0, done.stderr
    recorded = tape.load(tmp_path / "x.tape")
    try:
        assert runs_as_recorded(recorded.at("0:forward.1"), recorded.at("0:")) >= 1
    except NoTwin as error:
        assert script.stem in MAY_BE_REFUSED, error


@pytest.mark.parametrize("script", LESSONS, ids=lambda path: path.stem)
def test_lessons(script: Path, tmp_path: Path) -> None:
    done = record(script, tmp_path / "x.tape", ROOT / "backend" / "lessons" / "data")
    assert done.returncode == 0, done.stderr
    recorded = tape.load(tmp_path / "x.tape")
    moment = recorded.at("0:forward")
    assert runs_as_recorded(moment, recorded.at("0:")) == len(moment.graph.nodes)
    # The moment's own values: after the update the loss is another.
    before, after = (model(recorded.at(at)).graph.initializer for at in ("0:forward", "0:step"))
    assert [one.name for one in before] == [one.name for one in after]
    assert any(one.raw_data != other.raw_data for one, other in zip(before, after, strict=True))


def _x() -> Any:
    return torch.linspace(-1.3, 1.7, 24).reshape(4, 6).requires_grad_()


def _image() -> Any:
    return torch.linspace(-2, 2, 2 * 4 * 6 * 6).reshape(2, 4, 6, 6).requires_grad_()


def _many(*functions: Callable[[Any], Any]) -> Callable[[], list[Any]]:
    return lambda: [function(_x()) for function in functions]


OPS: dict[str, Callable[[], Any]] = {
    "arithmetic": _many(
        lambda x: 1 - x, lambda x: x - 1, lambda x: 2 / (x + 5), lambda x: x / 3, lambda x: 2**x, lambda x: x**3,
        lambda x: torch.add(x, x, alpha=2), lambda x: x * torch.tensor([2]), lambda x: -x,
        lambda x: torch.maximum(x, x * 0.5), lambda x: torch.minimum(x, x * 0.5),
    ),
    "functions": _many(
        torch.abs, torch.exp, torch.expm1, torch.sin, torch.cos, torch.tan, torch.floor, torch.ceil, torch.round,
        torch.sign, torch.erf, torch.reciprocal, lambda x: torch.log(x + 3), lambda x: torch.sqrt(x + 3),
        lambda x: torch.rsqrt(x + 3), lambda x: torch.log1p(x + 3), lambda x: torch.log2(x + 3),
        lambda x: torch.log10(x + 3), lambda x: x.clone(), lambda x: x.to(torch.float64),
    ),
    "activations": _many(
        F.relu, F.gelu, lambda x: F.gelu(x, approximate="tanh"), F.silu, F.elu, lambda x: F.leaky_relu(x, 0.2),
        F.softplus, lambda x: F.softplus(x, beta=3), torch.sigmoid, torch.tanh, lambda x: torch.softmax(x, -1),
        lambda x: F.log_softmax(x, 0), F.logsigmoid, F.celu, F.selu, F.mish, F.hardswish, F.hardsigmoid, F.hardtanh,
        F.relu6, F.softshrink, F.hardshrink, lambda x: F.threshold(x, 0.1, 0.7), F.glu,
        lambda x: F.prelu(x, torch.tensor([0.2])), lambda x: F.prelu(x, torch.arange(6) / 10),
    ),
    "choice": _many(
        lambda x: x.clamp(-0.5, 0.5), lambda x: x.clamp(min=0), lambda x: x.clamp(max=0.1),
        lambda x: torch.where(x > 0, x, 0.0), lambda x: x.masked_fill(x > 0, 9.0),
        lambda x: x.masked_fill(x > 0, float("-inf")),
    ),
    "reductions": _many(
        lambda x: x.sum(), lambda x: x.sum(-1, keepdim=True), lambda x: x.mean((0, 1)), lambda x: x.amax(1),
        lambda x: x.amin(0), lambda x: x.max(), lambda x: x.min(1)[0], lambda x: x.max(0)[0], lambda x: x.prod(),
        lambda x: torch.logsumexp(x, 1), lambda x: x.norm(), lambda x: x.norm(p=1, dim=1), lambda x: x.var(1),
        lambda x: x.std(), lambda x: x.cumsum(1), lambda x: x.topk(2, dim=1)[0], lambda x: x.sum().sum(),
    ),
    "shapes": _many(
        lambda x: x.reshape(2, 12), lambda x: x.flatten(), lambda x: x.unsqueeze(1), lambda x: x.t(),
        lambda x: x.transpose(-1, -2), lambda x: x.reshape(2, 2, 6).permute(2, 0, 1), lambda x: x.expand(3, 4, 6),
        lambda x: x.repeat(2, 1, 1), lambda x: torch.tril(x), lambda x: F.pad(x, (1, 2), value=3.0),
        lambda x: torch.cat([x, x], -1), lambda x: torch.stack([x, x], -1), lambda x: torch.split(x, 2)[1],
        lambda x: x.unbind(1)[2],
    ),
    "picking": _many(
        lambda x: x[1:3], lambda x: x[:, 2], lambda x: x[-1], lambda x: x[::2, 1:], lambda x: x[..., None],
        lambda x: x[..., 3], lambda x: x[torch.tensor([0, 2, 0])],
        lambda x: x.gather(1, torch.tensor([[0], [5], [2], [1]])),
        lambda x: x.index_select(0, torch.tensor([3, 1])), lambda x: F.embedding(torch.tensor([[0, 1], [3, 3]]), x),
    ),
    "linear": _many(
        lambda x: x @ x.t(), lambda x: x[0] @ x[1], lambda x: torch.dot(x[0], x[1]), lambda x: F.linear(x, x),
        lambda x: F.linear(x, x, x[:, 0]), lambda x: torch.addmm(x[:, :4], x, x.t(), beta=0.5, alpha=2),
        lambda x: torch.einsum("ij,kj->ik", x, x), lambda x: x.reshape(2, 2, 6) @ x.t(),
    ),
    "losses": _many(
        *[
            lambda x, f=f, r=r: f(x, torch.zeros(4, 6) + 0.4, reduction=r)
            for f in (
                F.mse_loss, F.l1_loss, F.smooth_l1_loss, F.huber_loss, F.binary_cross_entropy_with_logits, F.kl_div,
            )
            for r in ("mean", "sum", "none")
            if (f, r) != (F.kl_div, "mean")  # as in PyTorch, that one warns
        ],
        lambda x: F.binary_cross_entropy(torch.sigmoid(x), torch.zeros(4, 6)),
        lambda x: F.cross_entropy(x, torch.tensor([0, 1, 2, -100])),
        lambda x: F.cross_entropy(x, torch.tensor([0, 1, 2, 3]), label_smoothing=0.1),
        lambda x: F.cross_entropy(x, torch.tensor([0, 1, 2, 5]), weight=torch.tensor([1.0, 2, 3, 4, 5, 6])),
        lambda x: F.nll_loss(x, torch.tensor([0, 1, 2, 3]), reduction="sum"),
    ),
    "images": lambda: [
        F.conv2d(_image(), torch.ones(6, 2, 3, 3) * 0.1, torch.ones(6), stride=2, padding=1, groups=2),
        F.conv2d(_image(), torch.ones(3, 4, 3, 3) * 0.1, dilation=2),
        F.conv2d(_image()[0], torch.ones(3, 4, 3, 3) * 0.1),
        F.conv_transpose2d(_image(), torch.ones(4, 3, 3, 3) * 0.1, stride=2, padding=1, output_padding=1),
        F.conv1d(_image()[:, :, 0], torch.ones(3, 4, 3) * 0.1),
        F.max_pool2d(_image(), 2), F.max_pool2d(_image(), 3, stride=2, padding=1),
        F.avg_pool2d(_image(), 2), F.avg_pool2d(_image(), 3, stride=2, padding=1),
        F.avg_pool2d(_image(), 3, stride=2, padding=1, count_include_pad=False),
        F.adaptive_avg_pool2d(_image(), 1), F.adaptive_avg_pool2d(_image(), 3),
        F.batch_norm(_image(), torch.zeros(4), torch.ones(4) * 2),
        F.batch_norm(_image(), torch.zeros(4), torch.ones(4), training=True),
        F.batch_norm(_image(), torch.zeros(4), torch.ones(4), torch.ones(4) * 3, torch.ones(4)),
        F.layer_norm(_image(), (6, 6)), F.layer_norm(_image(), (6,), torch.ones(6) * 2, torch.ones(6)),
        F.dropout(_image(), 0.5), F.group_norm(_image(), 2),
        F.group_norm(_image(), 2, torch.ones(4) * 2, torch.ones(4)),
    ],
    "recurrent": lambda: torch.nn.LSTM(3, 5, num_layers=2, bidirectional=True)(torch.randn(7, 2, 3)),
}  # fmt: skip


@pytest.mark.parametrize("family", OPS)
def test_every_twin_computes_the_same_numbers(family: str) -> None:
    torch.manual_seed(0)
    with tape.record() as recorded:
        OPS[family]()
    assert runs_as_recorded(recorded.at("latest")) >= 1


def test_parameters_are_initializers_and_data_are_inputs() -> None:
    torch.manual_seed(0)
    with tape.record() as recorded:
        layer = torch.nn.Linear(3, 2)
        x = torch.randn(5, 3)
        layer(x).sum().backward()
    whole = model(recorded.at("latest"))
    shapes = [[axis.dim_value for axis in one.type.tensor_type.shape.dim] for one in whole.graph.input]
    assert shapes == [[5, 3]]
    assert [one.name for one in whole.graph.output] == ["sum"]
    held = {one.name: onnx.numpy_helper.to_array(one) for one in whole.graph.initializer}
    np.testing.assert_array_equal(held["weight"], recorded.at("latest").parameters["weight"].value)


def test_an_op_without_a_twin_is_named() -> None:
    with tape.record() as recorded:
        torch.ones(3, requires_grad=True).flip(0)
    with pytest.raises(NoTwin, match=r"The op flip, line \d+ has no ONNX twin"):
        as_onnx(recorded.at("latest"))


def test_without_the_package_it_is_said_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    with tape.record() as recorded:
        torch.ones(3, requires_grad=True) * 2
    monkeypatch.setitem(sys.modules, "onnx", None)
    with pytest.raises(NotInstalled, match="pip install"):
        as_onnx(recorded.at("latest"))


def test_the_server_refuses_by_name(server: Server) -> None:
    script = "import torch\nw = torch.ones(3, requires_grad=True)\nw.flip(0).sum().backward()\n"
    run = server.run(script=script)
    answer = server.get(f"/runs/{run['id']}/graph?format=onnx")
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert "flip, line 3" in answer.json()["detail"]
