import torch

w = torch.tensor(0.8, requires_grad=True)
b = torch.tensor(-0.3, requires_grad=True)
x = torch.tensor(1.5)
y = torch.tensor(1.0)


def model(x):
    return torch.tanh(w * x + b)


def criterion(output, y):
    return (output - y) ** 2


optimizer = torch.optim.SGD([w, b], lr=0.1)

for iteration in range(50):
    optimizer.zero_grad()
    output = model(x)
    loss = criterion(output, y)
    loss.backward()
    optimizer.step()
