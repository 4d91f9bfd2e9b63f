"""LeNet on pictures of bars: which of four directions does the bar run?"""

import torch
import torch.nn.functional as F
from torch import nn, optim

torch.manual_seed(1)


def pictures(count):
    images = 0.3 * torch.rand(count, 1, 28, 28)
    labels = torch.randint(0, 4, (count,))
    for i in range(count):
        label, at = labels[i].item(), 8 + i % 12
        if label == 0:
            images[i, 0, at, :] += 1.0
        elif label == 1:
            images[i, 0, :, at] += 1.0
        else:
            for k in range(28):
                images[i, 0, k, k if label == 2 else 27 - k] += 1.0
    return images, labels


class LeNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 6, 5, padding=2)
        self.conv2 = nn.Conv2d(6, 16, 5)
        self.fc1 = nn.Linear(16 * 5 * 5, 120)
        self.fc2 = nn.Linear(120, 84)
        self.fc3 = nn.Linear(84, 4)

    def forward(self, x):
        x = F.max_pool2d(torch.relu(self.conv1(x)), 2)
        x = F.max_pool2d(torch.relu(self.conv2(x)), 2)
        x = torch.flatten(x, 1)
        x = torch.relu(self.fc1(x))
        x = torch.relu(self.fc2(x))
        return F.log_softmax(self.fc3(x), dim=1)


model = LeNet()
optimizer = optim.Adadelta(model.parameters(), lr=0.5)
data, target = pictures(64)
losses = []
model.train()
for step in range(24):
    rows = slice(step % 4 * 16, step % 4 * 16 + 16)
    optimizer.zero_grad()
    loss = F.nll_loss(model(data[rows]), target[rows])
    loss.backward()
    optimizer.step()
    losses.append(loss.item())
    if step % 4 == 3:
        print(f"step {step + 1}: loss {loss.item():.4f}")
model.eval()
with torch.no_grad():
    right = model(data).argmax(dim=1, keepdim=True).eq(target.view_as(model(data).argmax(dim=1))[:, None]).sum().item()
print(f"{right} of {len(data)} right")
