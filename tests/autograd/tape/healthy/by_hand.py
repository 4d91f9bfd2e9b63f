import torch

torch.manual_seed(0)
x = torch.randn(16, 2)
y = x @ torch.tensor([[1.0], [-2.0]])
w = torch.randn(2, 1, requires_grad=True)
for _ in range(10):
    loss = ((x @ w - y) ** 2).mean()
    loss.backward()
    with torch.no_grad():
        w -= 0.05 * w.grad
        w.grad.zero_()
