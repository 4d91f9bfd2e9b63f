"""Deep Q-learning on a corridor: replay memory, a target network moved softly, the Huber loss."""

import random
from collections import deque, namedtuple

import torch
from torch import nn

torch.manual_seed(10)
random.seed(10)
Transition = namedtuple("Transition", ("state", "action", "next_state", "reward"))


class Corridor:
    """Six cells; the reward waits at the right end, and each step costs a little."""

    def reset(self):
        self.at, self.steps = 1, 0
        return self.observe()

    def observe(self):
        return [self.at / 5, 1 - self.at / 5, self.steps / 20]

    def step(self, action):
        self.at = max(0, self.at + (1 if action == 1 else -1))
        self.steps += 1
        done = self.at == 5
        return self.observe(), (1.0 if done else -0.05), done or self.steps >= 20


class DQN(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer1 = nn.Linear(3, 24)
        self.layer2 = nn.Linear(24, 2)

    def forward(self, x):
        return self.layer2(torch.relu(self.layer1(x)))


policy_net, target_net = DQN(), DQN()
target_net.load_state_dict(policy_net.state_dict())
optimizer = torch.optim.AdamW(policy_net.parameters(), lr=5e-3, amsgrad=True)
criterion = nn.SmoothL1Loss()
memory = deque([], maxlen=200)
losses = []


def optimize_model():
    if len(memory) < 16:
        return
    batch = Transition(*zip(*random.sample(memory, 16)))
    going_on = torch.tensor([s is not None for s in batch.next_state], dtype=torch.bool)
    following = torch.cat([s for s in batch.next_state if s is not None])
    values = policy_net(torch.cat(batch.state)).gather(1, torch.cat(batch.action))
    next_values = torch.zeros(16)
    with torch.no_grad():
        next_values[going_on] = target_net(following).max(1).values
    expected = next_values * 0.9 + torch.cat(batch.reward)
    loss = criterion(values, expected.unsqueeze(1))
    optimizer.zero_grad()
    loss.backward()
    torch.nn.utils.clip_grad_value_(policy_net.parameters(), 100)
    optimizer.step()
    losses.append(loss.item())


environment = Corridor()
for episode in range(6):
    state = torch.tensor([environment.reset()])
    done = False
    while not done:
        if random.random() < 0.5:
            action = torch.tensor([[random.randrange(2)]])
        else:
            with torch.no_grad():
                action = policy_net(state).max(1).indices.view(1, 1)
        observation, reward, done = environment.step(action.item())
        next_state = None if done else torch.tensor([observation])
        memory.append(Transition(state, action, next_state, torch.tensor([reward])))
        state = next_state
        optimize_model()
        moved, held = policy_net.state_dict(), target_net.state_dict()
        for key in moved:
            held[key] = moved[key] * 0.05 + held[key] * 0.95
        target_net.load_state_dict(held)
print(f"{len(losses)} updates, last loss {losses[-1]:.4f}")
