"""Modules, optimizers, schedulers and whole training loops, against PyTorch."""

from __future__ import annotations

import copy
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch

import autograd

pytestmark = pytest.mark.parity

MODULES: dict[str, tuple[Callable[[Any], Any], tuple[int, ...]]] = {
    "Linear": (lambda nn: nn.Linear(5, 3), (4, 5)),
    "Linear_no_bias": (lambda nn: nn.Linear(5, 3, bias=False), (4, 5)),
    "Conv2d": (lambda nn: nn.Conv2d(3, 4, 3, stride=2, padding=1), (2, 3, 8, 8)),
    "Conv2d_options": (lambda nn: nn.Conv2d(4, 4, (3, 1), dilation=2, groups=2, bias=False), (2, 4, 8, 8)),
    "Conv1d": (lambda nn: nn.Conv1d(3, 4, 3, padding=1), (2, 3, 8)),
    "ConvTranspose2d": (lambda nn: nn.ConvTranspose2d(3, 4, 4, 2, 1), (2, 3, 5, 5)),
    "BatchNorm1d": (lambda nn: nn.BatchNorm1d(5), (4, 5)),
    "BatchNorm2d": (lambda nn: nn.BatchNorm2d(3, momentum=None), (4, 3, 5, 5)),
    "BatchNorm2d_plain": (lambda nn: nn.BatchNorm2d(3, affine=False, track_running_stats=False), (4, 3, 5, 5)),
    "LayerNorm": (lambda nn: nn.LayerNorm((3, 5)), (4, 3, 5)),
    "MaxPool2d": (lambda nn: nn.MaxPool2d(2), (2, 3, 8, 8)),
    "AvgPool2d": (lambda nn: nn.AvgPool2d(3, 2), (2, 3, 8, 8)),
    "AdaptiveAvgPool2d": (lambda nn: nn.AdaptiveAvgPool2d((2, 3)), (2, 3, 8, 8)),
    "Flatten": (lambda nn: nn.Flatten(), (2, 3, 4)),
    "Unflatten": (lambda nn: nn.Unflatten(1, (2, 3)), (2, 6)),
    "Identity": (lambda nn: nn.Identity(), (2, 6)),
    "ReLU": (lambda nn: nn.Sequential(nn.Linear(6, 6), nn.ReLU(inplace=True)), (2, 6)),
    "ReLU_of_a_view": (lambda nn: nn.Sequential(nn.Conv1d(3, 4, 3), nn.ReLU(inplace=True)), (2, 3, 8)),
    "LeakyReLU": (lambda nn: nn.LeakyReLU(0.2), (2, 6)),
    "ELU": (lambda nn: nn.ELU(), (2, 6)),
    "GELU": (lambda nn: nn.GELU(), (2, 6)),
    "SiLU": (lambda nn: nn.SiLU(), (2, 6)),
    "Softplus": (lambda nn: nn.Softplus(), (2, 6)),
    "Sigmoid": (lambda nn: nn.Sigmoid(), (2, 6)),
    "Tanh": (lambda nn: nn.Tanh(), (2, 6)),
    "Softmax": (lambda nn: nn.Softmax(dim=1), (2, 6)),
    "LogSoftmax": (lambda nn: nn.LogSoftmax(dim=-1), (2, 6)),
    "Dropout": (lambda nn: nn.Dropout(0.3), (20, 6)),
    "Nested": (
        lambda nn: nn.Sequential(nn.Linear(6, 4), nn.ModuleList([nn.Tanh()])[0], nn.Sequential(nn.Linear(4, 2))),
        (3, 6),
    ),
}


def trained(library: Any, name: str, training: bool) -> list[np.ndarray[Any, Any]]:
    make, shape = MODULES[name]
    library.manual_seed(0)
    module = make(library.nn).train(training)
    x = library.randn(*shape, requires_grad=True)
    output = module(x)
    output.backward(library.randn(*output.shape))
    found = [output, x.grad, *module.state_dict().values(), *[p.grad for p in module.parameters()]]
    return [t.detach().numpy() for t in found]


@pytest.mark.parametrize("training", [True, False])
@pytest.mark.parametrize("name", MODULES)
def test_modules(name: str, training: bool) -> None:
    for ours, theirs in zip(trained(autograd, name, training), trained(torch, name, training), strict=True):
        assert ours.dtype == theirs.dtype
        np.testing.assert_allclose(ours, theirs, 2e-5, 2e-6)


@pytest.mark.parametrize("name", MODULES)
def test_module_text_and_names(name: str) -> None:
    ours, theirs = MODULES[name][0](autograd.nn), MODULES[name][0](torch.nn)
    assert repr(ours) == repr(theirs)
    assert list(ours.state_dict()) == list(theirs.state_dict())
    assert [n for n, _ in ours.named_modules()] == [n for n, _ in theirs.named_modules()]


OPTIMIZERS: dict[str, Callable[[Any, Any], Any]] = {
    "SGD": lambda o, p: o.SGD(p, lr=0.1),
    "SGD_momentum": lambda o, p: o.SGD(p, lr=0.05, momentum=0.9, weight_decay=0.01),
    "SGD_dampening": lambda o, p: o.SGD(p, lr=0.05, momentum=0.9, dampening=0.3),
    "SGD_nesterov": lambda o, p: o.SGD(p, lr=0.05, momentum=0.9, nesterov=True),
    "SGD_maximize": lambda o, p: o.SGD(p, lr=0.01, maximize=True),
    "Adam": lambda o, p: o.Adam(p, lr=0.01),
    "Adam_options": lambda o, p: o.Adam(p, lr=0.01, betas=(0.8, 0.95), eps=1e-6, weight_decay=0.1, amsgrad=True),
    "AdamW": lambda o, p: o.AdamW(p, lr=0.01, weight_decay=0.1),
}


def mlp(library: Any) -> tuple[Any, Any, Any]:
    library.manual_seed(0)
    nn = library.nn
    model = nn.Sequential(nn.Linear(8, 16), nn.Tanh(), nn.Linear(16, 3))
    return model, library.randn(32, 8), library.randint(0, 3, (32,))


def losses(library: Any, optimizer: Callable[[Any, Any], Any], steps: int = 30) -> list[float]:
    model, x, y = mlp(library)
    opt = optimizer(library.optim, model.parameters())
    seen = []
    for step in range(steps):
        opt.zero_grad()
        loss = library.nn.functional.cross_entropy(model(x), y)
        loss.backward()
        opt.step()
        seen.append(loss.item())
        if step == steps // 2:
            # A state saved and loaded half way must change nothing.
            saved = copy.deepcopy(opt.state_dict())
            opt = optimizer(library.optim, model.parameters())
            opt.load_state_dict(saved)
    return seen


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_optimizers(name: str) -> None:
    ours, theirs = losses(autograd, OPTIMIZERS[name]), losses(torch, OPTIMIZERS[name])
    np.testing.assert_allclose(ours, theirs, 1e-5, 1e-6)


SCHEDULERS: dict[str, Callable[[Any, Any], Any]] = {
    "StepLR": lambda s, o: s.StepLR(o, 3, 0.5),
    "MultiStepLR": lambda s, o: s.MultiStepLR(o, [2, 5]),
    "ExponentialLR": lambda s, o: s.ExponentialLR(o, 0.9),
    "CosineAnnealingLR": lambda s, o: s.CosineAnnealingLR(o, 6, 0.01),
    "LambdaLR": lambda s, o: s.LambdaLR(o, lambda e: 1 / (e + 1)),
}


@pytest.mark.parametrize("name", SCHEDULERS)
def test_schedulers(name: str) -> None:
    rates = []
    for library in (autograd, torch):
        w = library.zeros(2, requires_grad=True)
        opt = library.optim.SGD([{"params": [w]}], lr=0.5)
        scheduler = SCHEDULERS[name](library.optim.lr_scheduler, opt)
        seen = []
        for _ in range(20):
            opt.step()
            scheduler.step()
            seen.append(scheduler.get_last_lr()[0])
        rates.append(seen)
    np.testing.assert_allclose(rates[0], rates[1], 1e-12)


def conv_net(library: Any) -> list[float]:
    nn, F = library.nn, library.nn.functional

    class Net(nn.Module):  # type: ignore[name-defined, misc]
        def __init__(self) -> None:
            super().__init__()
            self.conv1 = nn.Conv2d(1, 20, 5)
            self.conv2 = nn.Conv2d(20, 20, 5)
            self.pool = nn.MaxPool2d(2)
            self.drop = nn.Dropout(0.25)
            self.fc = nn.Linear(20 * 4, 10)

        def forward(self, x: Any) -> Any:
            x = F.relu(self.conv1(x))
            x = self.pool(F.relu(self.conv2(x)))
            return self.fc(self.drop(x.view(-1, 20 * 4)))

    library.manual_seed(0)
    net = Net()
    opt = library.optim.SGD(net.parameters(), lr=0.05, momentum=0.9)
    criterion = nn.CrossEntropyLoss()
    x, y = library.randn(48, 1, 12, 12), library.randint(0, 10, (48,))
    seen = []
    for _ in range(4):
        order = library.randperm(48)
        for i in range(0, 48, 16):
            rows = order[i : i + 16]
            opt.zero_grad()
            loss = criterion(net(x[rows]), y[rows])
            loss.backward()
            nn.utils.clip_grad_norm_(net.parameters(), 1.0)
            opt.step()
            seen.append(loss.item())
    net.eval()
    with library.no_grad():
        seen.append(float((net(x).argmax(1) == y).sum()))
    return seen


def adam_mlp(library: Any) -> list[float]:
    return losses(library, lambda o, p: o.Adam(p, lr=0.02), 60)


def by_hand(library: Any) -> list[float]:
    nn = library.nn

    class Linear(nn.Module):  # type: ignore[name-defined, misc]
        def __init__(self, n: int, m: int, bias: bool = True) -> None:
            super().__init__()
            self.weight = nn.Parameter(library.randn(n, m))
            self.bias = nn.Parameter(library.randn(m)) if bias else None

        def forward(self, x: Any) -> Any:
            y = x @ self.weight
            return y if self.bias is None else y + self.bias

    library.manual_seed(1)
    model = Linear(4, 1)
    x = library.randn(50, 4)
    y = x @ library.tensor([[1.0], [-2.0], [0.5], [3.0]]) + 0.7
    seen = []
    for step in range(40):
        loss = ((model(x) - y) ** 2).mean()
        loss.backward()
        with library.no_grad():
            for p in model.parameters():
                if step % 2:
                    p -= 0.05 * p.grad
                else:
                    p.data = p.data - 0.05 * p.grad.data
                p.grad.zero_()
        seen.append(loss.item())
    return seen


def autoencoder(library: Any) -> list[float]:
    nn = library.nn
    library.manual_seed(2)
    encoder = nn.Sequential(nn.Conv2d(1, 4, 3, 2, 1), nn.BatchNorm2d(4), nn.LeakyReLU(0.1), nn.Flatten())
    decoder = nn.Sequential(nn.Unflatten(1, (4, 4, 4)), nn.ConvTranspose2d(4, 1, 4, 2, 1), nn.Sigmoid())
    opt = library.optim.AdamW([*encoder.parameters(), *decoder.parameters()], lr=0.01)
    x = library.rand(16, 1, 8, 8)
    seen = []
    for _ in range(25):
        loss = nn.functional.binary_cross_entropy(decoder(encoder(x)), x)
        opt.zero_grad()
        loss.backward()
        opt.step()
        seen.append(loss.item())
    return seen


def adversaries(library: Any) -> list[float]:
    nn = library.nn
    library.manual_seed(1)
    maker = nn.Sequential(nn.Linear(4, 8), nn.LeakyReLU(0.2), nn.Linear(8, 2))
    judge = nn.Sequential(nn.Linear(2, 8), nn.ReLU(), nn.Linear(8, 1), nn.Sigmoid())
    of_maker = library.optim.Adam(maker.parameters(), lr=0.01, betas=(0.5, 0.999))
    of_judge = library.optim.Adam(judge.parameters(), lr=0.01)
    criterion = nn.BCELoss()
    seen = []
    for _ in range(20):
        real, made = library.randn(16, 2) + 3, maker(library.randn(16, 4))
        of_judge.zero_grad()
        loss = criterion(judge(real), library.ones(16, 1)) + criterion(judge(made.detach()), library.zeros(16, 1))
        loss.backward()
        of_judge.step()
        of_maker.zero_grad()
        other = criterion(judge(made), library.ones(16, 1))
        other.backward()
        of_maker.step()
        seen += [loss.item(), other.item()]
    return seen


def attention(library: Any) -> list[float]:
    library.manual_seed(4)
    nn = library.nn
    table, project, norm, head = nn.Embedding(7, 8), nn.Linear(8, 24), nn.LayerNorm(8), nn.Linear(8, 7)
    parts = nn.ModuleList([table, project, norm, head])
    opt = library.optim.AdamW(parts.parameters(), lr=0.02)
    tokens = library.randint(0, 7, (6, 9))
    mask = library.tril(library.ones(8, 8)).bool()
    seen = []
    for _ in range(20):
        x = table(tokens[:, :-1])
        q, k, v = project(x).view(6, 8, 3, 2, 4).permute(2, 0, 3, 1, 4).unbind(0)
        scores = (q @ k.transpose(-2, -1) / 2).masked_fill(~mask, float("-inf"))
        mixed = (scores.softmax(-1) @ v).transpose(1, 2).reshape(6, 8, 8)
        logits = head(norm(x + mixed))
        loss = nn.functional.cross_entropy(logits.reshape(-1, 7), tokens[:, 1:].reshape(-1))
        opt.zero_grad()
        loss.backward()
        opt.step()
        seen.append(loss.item())
    return seen


@pytest.mark.parametrize("script", [adversaries, attention, conv_net, adam_mlp, by_hand, autoencoder])
def test_whole_loops(script: Callable[[Any], list[float]]) -> None:
    np.testing.assert_allclose(script(autograd), script(torch), 1e-4, 1e-5)


PRINTED: list[Callable[[Any], Any]] = [
    lambda T: T.tensor(2.274),
    lambda T: T.tensor([1.0, 2.0, 3.0]),
    lambda T: T.tensor([1.5, -2.25, 300.0]),
    lambda T: T.tensor([[1e-5, 1.0], [100.0, 3.0]]),
    lambda T: T.tensor([1e10, 1.0]),
    lambda T: T.tensor([float("nan"), float("inf"), 1.0]),
    lambda T: T.tensor([float("nan")]),
    lambda T: T.arange(12).view(3, 4),
    lambda T: T.arange(24.0).view(2, 3, 4),
    lambda T: T.tensor([True, False]),
    lambda T: T.tensor([], dtype=T.int64),
    lambda T: T.zeros(2, 0),
    lambda T: T.zeros(3, dtype=T.float64),
    lambda T: T.arange(2000.0) / 7,
    lambda T: T.arange(3000).view(30, 100),
    lambda T: T.linspace(0, 1, 40),
    lambda T: T.randn(5, 5, requires_grad=True),
    lambda T: T.randn(3, requires_grad=True).exp(),
    lambda T: T.randn(2, 2, requires_grad=True).sum(),
    lambda T: T.nn.Parameter(T.randn(2, 2)),
    lambda T: T.nn.functional.cross_entropy(T.randn(3, 4, requires_grad=True), T.tensor([0, 1, 2])),
    lambda T: T.randn(2, 3).shape,
    lambda T: T.device("cpu"),
    lambda T: T.float32,
    lambda T: T.tensor(3),
    lambda T: T.tensor([0.0, 0.0]),
    lambda T: T.tensor([-0.0001, 0.5]),
    lambda T: T.tensor([[1, -200], [30, 4]], dtype=T.uint8 if False else T.int32),
]


@pytest.mark.parametrize("index", range(len(PRINTED)))
def test_printing(index: int) -> None:
    texts = []
    for library in (autograd, torch):
        library.manual_seed(0)
        texts.append(str(PRINTED[index](library)))
    assert texts[0] == texts[1]


def leaf_in_place(T: Any) -> None:
    T.ones(2, requires_grad=True).add_(1)


def second_backward(T: Any) -> None:
    loss = (T.ones(2, requires_grad=True) ** 2).sum()
    loss.backward()
    loss.backward()


def stale(T: Any) -> None:
    x = T.ones(2, requires_grad=True)
    y = x.exp()
    y += 1
    y.sum().backward()


BAD: dict[str, Callable[[Any], Any]] = {
    "leaf_in_place": leaf_in_place,
    "second_backward": second_backward,
    "stale": stale,
    "no_grad_fn": lambda T: T.ones(2).sum().backward(),
    "not_scalar": lambda T: T.ones(2, requires_grad=True).backward(),
    "seed_shape": lambda T: T.ones(2, requires_grad=True).backward(T.ones(3)),
    "broadcast": lambda T: T.ones(2) + T.ones(3),
    "matmul": lambda T: T.ones(2, 3) @ T.ones(2, 3),
    "linear": lambda T: T.nn.Linear(3, 2)(T.ones(4, 5)),
    "conv_channels": lambda T: T.nn.Conv2d(3, 2, 3)(T.ones(1, 1, 5, 5)),
    "conv_small": lambda T: T.nn.Conv2d(1, 2, 5)(T.ones(1, 1, 3, 3)),
    "view": lambda T: T.ones(6).view(4, -1),
    "cat": lambda T: T.cat([T.ones(2, 3), T.ones(2, 4)]),
    "stack": lambda T: T.stack([T.ones(2), T.ones(3)]),
    "index": lambda T: T.ones(3)[5],
    "item": lambda T: T.ones(3).item(),
    "numpy": lambda T: T.ones(3, requires_grad=True).numpy(),
    "int_grad": lambda T: T.arange(3).requires_grad_(),
    "bool": lambda T: bool(T.ones(3)),
    "target_range": lambda T: T.nn.functional.cross_entropy(T.ones(2, 3), T.tensor([0, 3])),
    "target_batch": lambda T: T.nn.functional.cross_entropy(T.ones(2, 3), T.tensor([0, 1, 2])),
    "dim": lambda T: T.ones(2, 3).sum(2),
    "mean_int": lambda T: T.arange(3).mean(),
    "dtype": lambda T: T.ones(2, 2) @ T.ones(2, 2, dtype=T.float64),
    "state": lambda T: T.nn.Linear(2, 2).load_state_dict({"weight": T.ones(3, 3)}),
    "empty_optimizer": lambda T: T.optim.SGD([], lr=0.1),
    "negative_lr": lambda T: T.optim.SGD([T.ones(1, requires_grad=True)], lr=-1),
    "int_in_place": lambda T: T.arange(3).add_(0.5),
    "ragged": lambda T: T.tensor([[1, 2], [3]]),
    "bce": lambda T: T.nn.functional.binary_cross_entropy_with_logits(T.ones(3), T.ones(4)),
    "expand": lambda T: T.ones(3).expand(4),
    "split": lambda T: T.ones(5).split([1, 2]),
    "grad_unused": lambda T: T.autograd.grad(T.ones(1, requires_grad=True) * 2, T.ones(1, requires_grad=True)),
}


@pytest.mark.parametrize("name", BAD)
def test_errors(name: str) -> None:
    raised = []
    for library in (autograd, torch):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with pytest.raises(Exception) as caught:
                BAD[name](library)
        raised.append(caught.type)
    assert raised[0] is raised[1]
