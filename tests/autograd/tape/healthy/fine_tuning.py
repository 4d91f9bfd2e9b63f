import torch
from torch import nn

torch.manual_seed(0)
body = nn.Sequential(nn.Linear(3, 8), nn.ReLU())
body.requires_grad_(False)
model = nn.Sequential(body, nn.Linear(8, 3))
optimizer = torch.optim.SGD(model[1].parameters(), lr=0.01)
x, y = torch.randn(32, 3), torch.randint(0, 3, (32,))
for _ in range(6):
    optimizer.zero_grad()
    loss = nn.functional.cross_entropy(model(x), y)
    loss.backward()
    optimizer.step()
