import torch
import torch.nn.functional as F
from torch import nn

model = nn.Linear(4, 3)
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
x, y = torch.randn(16, 4), torch.randint(0, 3, (16,))
for _ in range(4):
    optimizer.zero_grad()
    logs = F.log_softmax(model(x), dim=1)
    loss = F.cross_entropy(logs, y)
    loss.backward()
    optimizer.step()
