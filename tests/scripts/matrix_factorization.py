"""Film ratings as products of embeddings, with biases."""

import torch
from torch import nn

torch.manual_seed(17)
USERS, ITEMS = 12, 15
tastes, traits = torch.randn(USERS, 2), torch.randn(ITEMS, 2)
users, items = torch.randint(0, USERS, (120,)), torch.randint(0, ITEMS, (120,))
ratings = (3 + (tastes[users] * traits[items]).sum(1)).clamp(1, 5)


class Factorization(nn.Module):
    def __init__(self, factors=4):
        super().__init__()
        self.user_factors, self.item_factors = nn.Embedding(USERS, factors), nn.Embedding(ITEMS, factors)
        self.user_bias, self.item_bias = nn.Embedding(USERS, 1), nn.Embedding(ITEMS, 1)
        for table in (self.user_factors, self.item_factors):
            nn.init.normal_(table.weight, std=0.1)

    def forward(self, user, item):
        score = (self.user_factors(user) * self.item_factors(item)).sum(dim=1, keepdim=True)
        return (score + self.user_bias(user) + self.item_bias(item)).squeeze(1)


model = Factorization()
optimizer = torch.optim.NAdam(model.parameters(), lr=0.05, weight_decay=1e-5)
scheduler = torch.optim.lr_scheduler.ExponentialLR(optimizer, gamma=0.98)
losses = []
for step in range(40):
    loss = nn.functional.mse_loss(model(users, items), ratings)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    scheduler.step()
    losses.append(loss.item())
print(f"rmse {losses[0] ** 0.5:.4f} -> {losses[-1] ** 0.5:.4f}")
