import torch

w = torch.tensor([0.0, 0.5, 1.0], requires_grad=True)
optimizer = torch.optim.SGD([w], lr=0.1)
for _ in range(3):
    optimizer.zero_grad()
    p = torch.relu(w)
    loss = -(torch.log(p) * 2).mean()
    loss.backward()
    optimizer.step()
