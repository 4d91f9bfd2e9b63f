"""A physics-informed network solves u'' = -u, u(0) = 0, u'(0) = 1, by second derivatives of the network itself."""

import torch
from torch import nn

torch.manual_seed(19)
network = nn.Sequential(nn.Linear(1, 16), nn.Tanh(), nn.Linear(16, 16), nn.Tanh(), nn.Linear(16, 1))
optimizer = torch.optim.Adam(network.parameters(), lr=5e-3)
start = torch.zeros(1, 1, requires_grad=True)
x = torch.linspace(0, 3, 20).view(-1, 1).requires_grad_(True)
losses = []
for step in range(25):
    optimizer.zero_grad()
    u0 = network(start)
    du0 = torch.autograd.grad(u0, start, torch.ones_like(u0), create_graph=True)[0]
    u = network(x)
    du = torch.autograd.grad(u, x, torch.ones_like(u), create_graph=True)[0]
    d2u = torch.autograd.grad(du, x, torch.ones_like(du), create_graph=True)[0]
    loss = (u0**2).mean() + (du0 - 1).pow(2).mean() + 0.1 * torch.mean((d2u + u) ** 2)
    loss.backward()
    optimizer.step()
    losses.append(loss.item())
print(f"loss {losses[0]:.4f} -> {losses[-1]:.4f}")
