import torch

# The gradient of the first factor is all the others' product: 10^4 times that of the last.
ws = [torch.eye(4).mul(s).requires_grad_() for s in (0.001, 10.0, 10.0, 10.0)]
optimizer = torch.optim.SGD(ws, lr=1e-9)
x = torch.ones(1, 4)
for _ in range(3):
    optimizer.zero_grad()
    h = x
    for w in ws:
        h = h @ w
    loss = h.sum()
    loss.backward()
    optimizer.step()
