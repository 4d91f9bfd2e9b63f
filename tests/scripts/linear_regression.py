"""Linear regression by hand: no optimizer, parameters changed under no_grad."""

import torch

torch.manual_seed(14)
x = torch.randn(50, 2)
y = x @ torch.tensor([2.0, -3.4]) + 4.2 + 0.01 * torch.randn(50)
w = torch.zeros(2, requires_grad=True)
b = torch.zeros(1, requires_grad=True)
losses = []
for epoch in range(5):
    for i in range(0, 50, 10):
        loss = ((x[i : i + 10] @ w + b - y[i : i + 10]) ** 2 / 2).mean()
        loss.backward()
        with torch.no_grad():
            for p in (w, b):
                p -= 0.1 * p.grad
                p.grad.zero_()
        losses.append(loss.item())
    print(f"epoch {epoch + 1}: w {w.tolist()}, b {b.item():.3f}")
