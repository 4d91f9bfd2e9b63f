import torch
from torch import nn

torch.manual_seed(0)
model = nn.Linear(1, 1)
with torch.no_grad():
    model.weight.fill_(2.0)
    model.bias.fill_(0.5)
optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
x, y = torch.tensor([[-1.0], [0.0], [1.0]]), torch.tensor([[0.0], [1.0], [1.0]])
loss = nn.functional.binary_cross_entropy(model(x), y)
loss.backward()
optimizer.step()
