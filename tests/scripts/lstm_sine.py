"""An LSTM continues sine waves."""

import torch
from torch import nn

torch.manual_seed(16)
time = torch.arange(30) / 4
phases = torch.rand(6, 1) * 6
waves = torch.sin(time + phases)


class Sequence(nn.Module):
    def __init__(self):
        super().__init__()
        self.lstm = nn.LSTM(1, 12, num_layers=2, batch_first=True)
        self.linear = nn.Linear(12, 1)

    def forward(self, x):
        output, (hidden, cell) = self.lstm(x.unsqueeze(-1))
        return self.linear(output).squeeze(-1)


model = Sequence()
optimizer = torch.optim.Adam(model.parameters(), lr=0.02)
criterion = nn.MSELoss()
losses = []
for step in range(20):
    optimizer.zero_grad()
    loss = criterion(model(waves[:, :-1]), waves[:, 1:])
    loss.backward()
    optimizer.step()
    losses.append(loss.item())
print(f"loss {losses[0]:.4f} -> {losses[-1]:.4f}")
