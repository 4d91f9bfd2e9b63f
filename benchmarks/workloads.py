"""Training steps written once against the `torch` API; the same function runs on PyTorch and on our core.

Each workload takes the module that plays `torch` and returns one full step: zero_grad, forward, loss, backward, step.
The step returns the loss.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

Step = Callable[[], Any]


def moons(count: int = 100) -> tuple[Any, Any]:
    """Two interleaved half circles and their labels, −1 and 1; the same for everyone."""
    noise = np.random.RandomState(0)
    angle = np.linspace(0, np.pi, count // 2)
    upper = np.stack([np.cos(angle), np.sin(angle)], 1)
    lower = np.stack([1 - np.cos(angle), 0.5 - np.sin(angle)], 1)
    points = np.concatenate([upper, lower]) + noise.normal(0, 0.1, (count, 2))
    labels = np.repeat([-1.0, 1.0], count // 2)[:, None]
    return points.astype(np.float32), labels.astype(np.float32)


def a(torch: Any) -> Step:
    """MLP 2-16-16-1 on 100 points of two moons, hinge loss and L2."""
    nn = torch.nn
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(2, 16), nn.ReLU(), nn.Linear(16, 16), nn.ReLU(), nn.Linear(16, 1))
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    points, labels = (torch.from_numpy(array) for array in moons())
    parameters = list(model.parameters())

    def step() -> Any:
        optimizer.zero_grad()
        loss = (1 - labels * model(points)).relu().mean() + 1e-4 * sum((p * p).sum() for p in parameters)
        loss.backward()
        optimizer.step()
        return loss

    return step


def classifier(torch: Any, optimizer: Callable[[Any], Any]) -> Step:
    """MLP 64-128-64-10, batch 32, cross-entropy."""
    nn = torch.nn
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(64, 128), nn.ReLU(), nn.Linear(128, 64), nn.ReLU(), nn.Linear(64, 10))
    update = optimizer(model.parameters())
    inputs, labels = torch.randn(32, 64), torch.randint(0, 10, (32,))

    def step() -> Any:
        update.zero_grad()
        loss = nn.functional.cross_entropy(model(inputs), labels)
        loss.backward()
        update.step()
        return loss

    return step


def b(torch: Any) -> Step:
    """MLP 64-128-64-10, batch 32, cross-entropy, SGD."""
    return classifier(torch, lambda parameters: torch.optim.SGD(parameters, lr=0.1))


def b_adam(torch: Any) -> Step:
    """The same with Adam."""
    return classifier(torch, lambda parameters: torch.optim.Adam(parameters, lr=1e-3))


def convolutions(torch: Any) -> tuple[Any, Any, Any]:
    nn = torch.nn
    torch.manual_seed(0)
    model = nn.Sequential(
        nn.Conv2d(1, 20, 5), nn.ReLU(), nn.Conv2d(20, 20, 5), nn.ReLU(), nn.Flatten(), nn.Linear(8000, 10)
    )
    return model, torch.randn(32, 1, 28, 28), torch.randint(0, 10, (32,))


def c(torch: Any) -> Step:
    """Conv(1,20,5)-ReLU-Conv(20,20,5)-ReLU-Linear on 28×28, batch 32."""
    model, inputs, labels = convolutions(torch)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01)

    def step() -> Any:
        optimizer.zero_grad()
        loss = torch.nn.functional.cross_entropy(model(inputs), labels)
        loss.backward()
        optimizer.step()
        return loss

    return step


def c_eval(torch: Any) -> Step:
    """The forward of c in evaluation mode, under no_grad."""
    model, inputs, _ = convolutions(torch)
    model.eval()

    def step() -> Any:
        with torch.no_grad():
            return model(inputs).sum()

    return step


def d(torch: Any) -> Step:
    """A transformer block: width 64, 4 heads, 64 tokens, batch 8, causal, MSE."""
    nn = torch.nn
    functional = nn.functional

    class Block(nn.Module):  # type: ignore[name-defined,misc]
        def __init__(self, width: int, heads: int) -> None:
            super().__init__()
            self.heads = heads
            self.norm1, self.norm2 = nn.LayerNorm(width), nn.LayerNorm(width)
            self.qkv, self.out = nn.Linear(width, 3 * width), nn.Linear(width, width)
            self.up, self.down = nn.Linear(width, 4 * width), nn.Linear(4 * width, width)
            self.register_buffer("mask", torch.full((64, 64), -1e9).triu(1))

        def forward(self, x: Any) -> Any:
            batch, tokens, width = x.shape
            size = width // self.heads
            qkv = self.qkv(self.norm1(x)).view(batch, tokens, 3, self.heads, size).permute(2, 0, 3, 1, 4)
            q, k, v = qkv.unbind(0)
            weights = torch.softmax(q @ k.transpose(-1, -2) / math.sqrt(size) + self.mask, -1)
            x = x + self.out((weights @ v).transpose(1, 2).reshape(batch, tokens, width))
            return x + self.down(functional.gelu(self.up(self.norm2(x)), approximate="tanh"))

    torch.manual_seed(0)
    model = Block(64, 4)
    inputs, targets = torch.randn(8, 64, 64), torch.randn(8, 64, 64)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)

    def step() -> Any:
        optimizer.zero_grad()
        loss = functional.mse_loss(model(inputs), targets)
        loss.backward()
        optimizer.step()
        return loss

    return step


def e(torch: Any) -> Step:
    """1,000 tiny element-wise ops on 4 numbers."""
    w = torch.linspace(0.1, 0.4, 4).requires_grad_()
    scale, shift = torch.full((4,), 1.001), torch.full((4,), 0.001)
    optimizer = torch.optim.SGD([w], lr=0.01)

    def step() -> Any:
        optimizer.zero_grad()
        x = w
        for _ in range(500):
            x = x * scale
            x = x + shift
        loss = x.sum()
        loss.backward()
        optimizer.step()
        return loss

    return step


def lstm(torch: Any) -> Step:
    """LSTM(64) over 50 steps, batch 16."""
    nn = torch.nn
    torch.manual_seed(0)
    model, head = nn.LSTM(32, 64, batch_first=True), nn.Linear(64, 10)
    inputs, labels = torch.randn(16, 50, 32), torch.randint(0, 10, (16,))
    optimizer = torch.optim.SGD([*model.parameters(), *head.parameters()], lr=0.1)

    def step() -> Any:
        optimizer.zero_grad()
        outputs, _ = model(inputs)
        loss = nn.functional.cross_entropy(head(outputs[:, -1]), labels)
        loss.backward()
        optimizer.step()
        return loss

    return step


# Each workload with the bar its ratio ours / PyTorch is to stay under.
WORKLOADS: dict[str, tuple[Callable[[Any], Step], float]] = {
    "a": (a, 0.35),
    "b": (b, 0.35),
    "c": (c, 1.0),
    "d": (d, 0.9),
    "e": (e, 0.5),
    "b adam": (b_adam, 0.4),
    "lstm": (lstm, 1.0),
    "c eval": (c_eval, 1.0),
}
