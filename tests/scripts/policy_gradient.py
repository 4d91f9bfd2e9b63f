"""REINFORCE with a baseline on a small grid world; actions are drawn from a Categorical distribution."""

import torch
import torch.nn.functional as F
from torch import nn
from torch.distributions import Categorical

torch.manual_seed(11)
SIDE = 3
MOVES = [(0, 1), (1, 0), (0, -1), (-1, 0)]


class Policy(nn.Module):
    def __init__(self):
        super().__init__()
        self.affine1 = nn.Linear(SIDE * SIDE, 16)
        self.affine2 = nn.Linear(16, 4)

    def forward(self, x):
        return F.softmax(self.affine2(torch.relu(self.affine1(x))), dim=1)


policy = Policy()
optimizer = torch.optim.Adam(policy.parameters(), lr=0.02)
losses = []
for episode in range(30):
    row = column = 0
    log_probs, rewards = [], []
    for _ in range(8):
        state = torch.zeros(1, SIDE * SIDE)
        state[0, row * SIDE + column] = 1.0
        distribution = Categorical(policy(state))
        action = distribution.sample()
        log_probs.append(distribution.log_prob(action))
        down, right = MOVES[action.item()]
        row, column = min(max(row + down, 0), SIDE - 1), min(max(column + right, 0), SIDE - 1)
        rewards.append(1.0 if (row, column) == (SIDE - 1, SIDE - 1) else -0.1)
        if rewards[-1] > 0:
            break
    returns, total = [], 0.0
    for reward in reversed(rewards):
        total = reward + 0.95 * total
        returns.insert(0, total)
    returns = torch.tensor(returns)
    returns = returns - returns.mean()
    policy_loss = torch.cat([-log_prob * gain for log_prob, gain in zip(log_probs, returns)]).sum()
    optimizer.zero_grad()
    policy_loss.backward()
    optimizer.step()
    losses.append(policy_loss.item())
print(f"last episode: {len(rewards)} steps, loss {losses[-1]:.4f}")
