"""A small network learns from the softened answers of a larger one."""

import torch
import torch.nn.functional as F
from torch import nn

torch.manual_seed(22)
x = torch.randn(96, 6)
y = (x[:, :3].sum(1) > 0).long() + (x[:, 3:].prod(1) > 0).long()
teacher = nn.Sequential(nn.Linear(6, 48), nn.ReLU(), nn.Linear(48, 3))
student = nn.Sequential(nn.Linear(6, 6), nn.ReLU(), nn.Linear(6, 3))
losses = []

optimizer = torch.optim.Adam(teacher.parameters(), lr=0.01)
teacher.train()
for step in range(20):
    optimizer.zero_grad()
    loss = F.cross_entropy(teacher(x), y)
    loss.backward()
    optimizer.step()
    losses.append(loss.item())

teacher.eval()
T = 2.0
optimizer = torch.optim.Adamax(student.parameters(), lr=0.02)
for step in range(20):
    optimizer.zero_grad()
    with torch.no_grad():
        teacher_logits = teacher(x)
    logits = student(x)
    soft_targets = F.softmax(teacher_logits / T, dim=-1)
    soft_prob = F.log_softmax(logits / T, dim=-1)
    soft_loss = torch.sum(soft_targets * (soft_targets.log() - soft_prob)) / soft_prob.size()[0] * T**2
    loss = 0.25 * soft_loss + 0.75 * F.cross_entropy(logits, y)
    loss.backward()
    optimizer.step()
    losses.append(loss.item())
print(f"teacher {losses[19]:.4f}, student {losses[-1]:.4f}")
