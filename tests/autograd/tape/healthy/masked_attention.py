import torch
import torch.nn.functional as F
from torch import nn

torch.manual_seed(0)
embed = nn.Linear(4, 6)
head = nn.Linear(6, 3)
optimizer = torch.optim.Adam([*embed.parameters(), *head.parameters()], lr=1e-3)
x, y = torch.randn(8, 5, 4), torch.randint(0, 3, (8, 5))
mask = torch.tril(torch.ones(5, 5)) == 0
for _ in range(6):
    optimizer.zero_grad()
    h = embed(x)
    scores = (h @ h.transpose(1, 2)).masked_fill(mask, float("-inf"))
    mixed = F.softmax(scores, dim=-1) @ h
    loss = F.cross_entropy(head(mixed).flatten(0, 1), y.flatten())
    loss.backward()
    optimizer.step()
