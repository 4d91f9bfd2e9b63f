import numpy as np
import torch
import torch.nn as nn

torch.manual_seed(0)
penguins = np.loadtxt("penguins.csv", delimiter=",", skiprows=1)  # 342 penguins
sizes = penguins[:, :3]  # bill length, bill depth and flipper length, in mm
sizes = (sizes - sizes.mean(axis=0)) / sizes.std(axis=0)
inputs = torch.tensor(sizes, dtype=torch.float32)
masses = torch.tensor(penguins[:, 3:] / 1000, dtype=torch.float32)  # in kg


class Linear(nn.Module):
    def __init__(self, inputs, outputs, bias=True):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(inputs, outputs))
        self.bias = nn.Parameter(torch.randn(outputs)) if bias else None

    def forward(self, x):
        if self.bias is None:
            return x @ self.weight
        return x @ self.weight + self.bias


model = Linear(3, 1)
criterion = nn.MSELoss()
optimizer = torch.optim.SGD(model.parameters(), lr=0.05)

for iteration in range(200):
    optimizer.zero_grad()
    outputs = model(inputs)
    loss = criterion(outputs, masses)
    loss.backward()
    optimizer.step()
