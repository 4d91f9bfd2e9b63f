import torch

w = torch.tensor([3.0], requires_grad=True)
optimizer = torch.optim.SGD([w], lr=1e38)
for _ in range(2):
    optimizer.zero_grad()
    loss = (w * 4).sum()
    loss.backward()
    optimizer.step()
