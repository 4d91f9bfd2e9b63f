"""Logistic regression with a learning rate that falls when the loss stops falling."""

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset, random_split

torch.manual_seed(15)
x = torch.randn(100, 4)
y = ((x @ torch.tensor([1.0, -2.0, 0.5, 0.0]) + 0.3 * torch.randn(100)) > 0).float().unsqueeze(1)
train, test = random_split(TensorDataset(x, y), [0.8, 0.2])
model = nn.Linear(4, 1)
optimizer = torch.optim.SGD(model.parameters(), lr=1.0, weight_decay=1e-3)
scheduler = torch.optim.lr_scheduler.ReduceLROnPlateau(optimizer, factor=0.5, patience=0, threshold=0.05)
criterion = nn.BCEWithLogitsLoss()
losses = []
for epoch in range(8):
    for inputs, targets in DataLoader(train, batch_size=20, shuffle=True):
        optimizer.zero_grad()
        loss = criterion(model(inputs), targets)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    with torch.no_grad():
        held = sum(criterion(model(a), b).item() for a, b in DataLoader(test, batch_size=10)) / 2
    scheduler.step(held)
    losses.append(held)
    print(f"epoch {epoch + 1}: {held:.4f}, lr {optimizer.param_groups[0]['lr']}")
