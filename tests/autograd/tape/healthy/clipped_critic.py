import torch
from torch import nn

torch.manual_seed(0)
critic = nn.Linear(2, 1)
optimizer = torch.optim.RMSprop(critic.parameters(), lr=0.001)
for _ in range(5):
    optimizer.zero_grad()
    loss = critic(torch.randn(8, 2)).mean() - critic(torch.randn(8, 2) + 1).mean()
    loss.backward()
    optimizer.step()
    for p in critic.parameters():
        p.data.clamp_(-0.5, 0.5)
