"""A mixture density network: the inverse of a wavy function, which has several answers."""

import math

import torch
from torch import nn

torch.manual_seed(21)
t = torch.rand(80, 1) * 2 - 1
x = t + 0.3 * torch.sin(2 * math.pi * t) + 0.05 * torch.randn(80, 1)


class MDN(nn.Module):
    def __init__(self, hidden=16, gaussians=4):
        super().__init__()
        self.z_h = nn.Sequential(nn.Linear(1, hidden), nn.Tanh())
        self.z_pi = nn.Linear(hidden, gaussians)
        self.z_sigma = nn.Linear(hidden, gaussians)
        self.z_mu = nn.Linear(hidden, gaussians)

    def forward(self, x):
        z = self.z_h(x)
        return torch.log_softmax(self.z_pi(z), -1), self.z_mu(z), self.z_sigma(z)


def mdn_loss(log_pi, mu, log_sigma, target):
    log_normal = -0.5 * ((target - mu) / log_sigma.exp()) ** 2 - log_sigma - 0.5 * math.log(2 * math.pi)
    return -torch.logsumexp(log_pi + log_normal, dim=1).mean()


model = MDN()
optimizer = torch.optim.RAdam(model.parameters(), lr=0.03)
losses = []
for step in range(40):
    optimizer.zero_grad()
    loss = mdn_loss(*model(x), t)
    loss.backward()
    optimizer.step()
    losses.append(loss.item())
print(f"loss {losses[0]:.4f} -> {losses[-1]:.4f}")
