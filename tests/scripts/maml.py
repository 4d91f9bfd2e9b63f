"""Model-agnostic meta-learning of sines: gradients through a step of gradient descent."""

import math

import torch
import torch.nn.functional as F

torch.manual_seed(12)
weights = [
    (torch.randn(16, 1) * 0.5).requires_grad_(),
    torch.zeros(16, requires_grad=True),
    (torch.randn(1, 16) * 0.25).requires_grad_(),
    torch.zeros(1, requires_grad=True),
]
optimizer = torch.optim.Adam(weights, lr=1e-2)


def model(x, w):
    return F.linear(torch.tanh(F.linear(x, w[0], w[1])), w[2], w[3])


losses = []
for step in range(20):
    meta_loss = 0.0
    for _ in range(3):
        amplitude, phase = 0.5 + torch.rand(1), math.pi * torch.rand(1)
        x = 4 * torch.rand(20, 1) - 2
        y = amplitude * torch.sin(x + phase)
        inner = F.mse_loss(model(x[:10], weights), y[:10])
        gradients = torch.autograd.grad(inner, weights, create_graph=True)
        adapted = [w - 0.1 * g for w, g in zip(weights, gradients)]
        meta_loss = meta_loss + F.mse_loss(model(x[10:], adapted), y[10:])
    optimizer.zero_grad()
    meta_loss.backward()
    optimizer.step()
    losses.append(meta_loss.item() / 3)
print(f"loss {losses[0]:.4f} -> {losses[-1]:.4f}")
