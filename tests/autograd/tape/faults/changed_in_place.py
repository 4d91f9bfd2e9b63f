import torch

w = torch.tensor([1.0, 2.0], requires_grad=True)
optimizer = torch.optim.SGD([w], lr=0.1)
optimizer.zero_grad()
h = torch.exp(w)
h += 1
loss = h.sum()
loss.backward()
optimizer.step()
