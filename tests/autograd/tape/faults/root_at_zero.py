import torch

w = torch.tensor([0.0, 4.0], requires_grad=True)
optimizer = torch.optim.SGD([w], lr=0.1)
for _ in range(3):
    optimizer.zero_grad()
    loss = torch.sqrt(w * w).sum()
    loss.backward()
    optimizer.step()
