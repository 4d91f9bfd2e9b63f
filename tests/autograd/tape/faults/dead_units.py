import torch
from torch import nn

torch.manual_seed(0)
model = nn.Sequential(nn.Linear(3, 8), nn.ReLU(), nn.Linear(8, 1))
with torch.no_grad():
    model[0].bias[:6] = -100.0
optimizer = torch.optim.SGD(model.parameters(), lr=0.001)
x, y = torch.randn(40, 3), torch.randn(40, 1)
for _ in range(6):
    optimizer.zero_grad()
    loss = nn.functional.mse_loss(model(x), y)
    loss.backward()
    optimizer.step()
