import torch
from torch import nn

model = nn.Linear(2, 1)
better = nn.Linear(2, 1)
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
x, y = torch.randn(8, 2), torch.randn(8, 1)
for _ in range(4):
    optimizer.zero_grad()
    loss = nn.functional.mse_loss(better(x), y)
    loss.backward()
    optimizer.step()
