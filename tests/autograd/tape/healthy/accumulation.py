import torch
from torch import nn

torch.manual_seed(0)
model = nn.Sequential(nn.Linear(3, 8), nn.Tanh(), nn.Linear(8, 1))
optimizer = torch.optim.SGD(model.parameters(), lr=0.05)
x, y = torch.randn(24, 3), torch.randn(24, 1)
for _ in range(4):
    optimizer.zero_grad()
    for inputs, targets in zip(x.split(8), y.split(8), strict=True):
        loss = nn.functional.mse_loss(model(inputs), targets) / 3
        loss.backward()
    optimizer.step()
