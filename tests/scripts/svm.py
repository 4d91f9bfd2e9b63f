"""A linear support vector machine: the hinge loss with a penalty on the weights."""

import torch
from torch import nn

torch.manual_seed(20)
x = torch.cat([torch.randn(30, 2) + 1.5, torch.randn(30, 2) - 1.5])
y = torch.cat([torch.ones(30), -torch.ones(30)])
model = nn.Linear(2, 1)
optimizer = torch.optim.ASGD(model.parameters(), lr=0.1)
losses = []
for epoch in range(5):
    order = torch.randperm(60)
    for i in range(0, 60, 12):
        rows = order[i : i + 12]
        optimizer.zero_grad()
        output = model(x[rows]).squeeze()
        weight = model.weight.squeeze()
        loss = torch.mean(torch.clamp(1 - y[rows] * output, min=0))
        loss += 0.01 * (weight.t() @ weight) / 2.0
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
print(f"loss {losses[0]:.4f} -> {losses[-1]:.4f}")
