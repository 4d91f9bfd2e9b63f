import torch

w = torch.tensor([1.0, 0.0]) / 0
w.requires_grad_()
optimizer = torch.optim.SGD([w], lr=0.1)
for _ in range(2):
    optimizer.zero_grad()
    loss = (w * 2).sum()
    loss.backward()
    optimizer.step()
