import torch

w = torch.ones(2, 2, requires_grad=True)
optimizer = torch.optim.SGD([w], lr=0.95)
for _ in range(6):
    optimizer.zero_grad()
    loss = (w * w).sum()
    loss.backward()
    optimizer.step()
