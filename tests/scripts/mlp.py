"""A perceptron with two hidden layers tells three spirals apart, with batches from a DataLoader."""

import math

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(0)
points, labels = [], []
for arm in range(3):
    for i in range(40):
        radius = i / 40
        angle = 4 * radius + arm * 2 * math.pi / 3
        points.append([radius * math.cos(angle), radius * math.sin(angle)])
        labels.append(arm)
x = torch.tensor(points) + 0.02 * torch.randn(120, 2)
y = torch.tensor(labels)
loader = DataLoader(TensorDataset(x, y), batch_size=30, shuffle=True)

model = nn.Sequential(nn.Linear(2, 32), nn.ReLU(), nn.Linear(32, 32), nn.ReLU(), nn.Linear(32, 3))
optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9, nesterov=True)
scheduler = torch.optim.lr_scheduler.StepLR(optimizer, step_size=4, gamma=0.5)
criterion = nn.CrossEntropyLoss()
losses = []
for epoch in range(10):
    for inputs, targets in loader:
        optimizer.zero_grad()
        loss = criterion(model(inputs), targets)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    scheduler.step()
    print(f"epoch {epoch + 1}: loss {losses[-1]:.4f}, lr {scheduler.get_last_lr()[0]:.4f}")
