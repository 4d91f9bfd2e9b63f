import torch
from torch import nn

torch.manual_seed(0)
body, head = nn.Linear(3, 4), nn.Linear(4, 1)
optimizer = torch.optim.SGD([*body.parameters(), *head.parameters()], lr=0.01)
x, y = torch.randn(20, 3), torch.randn(20, 1)
for _ in range(3):
    optimizer.zero_grad()
    features = torch.tanh(body(x))
    loss = nn.functional.mse_loss(head(features.detach()), y)
    loss.backward()
    optimizer.step()
