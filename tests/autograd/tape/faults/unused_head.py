import torch
from torch import nn

torch.manual_seed(0)
model, other = nn.Linear(3, 1), nn.Linear(3, 2)
optimizer = torch.optim.SGD([*model.parameters(), *other.parameters()], lr=0.01)
x, y = torch.randn(20, 3), torch.randn(20, 1)
for _ in range(3):
    optimizer.zero_grad()
    guess, more = model(x), other(x)
    loss = nn.functional.mse_loss(guess, y)
    loss.backward()
    optimizer.step()
