import torch

w = torch.tensor([1.0, 2.0], requires_grad=True)
for _ in range(2):
    loss = (w * w).sum()
    w.data -= 0.1
    loss.backward()
    w.grad = None
