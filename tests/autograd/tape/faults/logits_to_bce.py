import torch
from torch import nn

model = nn.Linear(1, 1)
with torch.no_grad():
    model.weight.fill_(0.25)
    model.bias.fill_(0.5)
criterion = nn.BCELoss()
optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
x, y = torch.tensor([[-1.0], [1.0]]), torch.tensor([[0.0], [1.0]])
for _ in range(2):
    optimizer.zero_grad()
    loss = criterion(model(x), y)
    loss.backward()
    optimizer.step()
