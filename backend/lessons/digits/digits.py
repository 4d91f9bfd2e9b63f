import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F

torch.manual_seed(0)
digits = np.load("digits.npz")
pixels = digits["images"].repeat(2, axis=1).repeat(2, axis=2)  # 8×8, enlarged to 16×16
pixels = torch.tensor(pixels / 16, dtype=torch.float32).unsqueeze(1)
classes = torch.tensor(digits["labels"], dtype=torch.int64)
batches = [(pixels[i : i + 32], classes[i : i + 32]) for i in range(0, len(pixels), 32)]


class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 20, 5)
        self.conv2 = nn.Conv2d(20, 20, 5)
        self.head = nn.Linear(1280, 10)

    def forward(self, x):
        x = F.relu(self.conv1(x))
        x = F.relu(self.conv2(x))
        return self.head(x.flatten(1))


model = Model()
criterion = nn.CrossEntropyLoss()
optimizer = torch.optim.SGD(model.parameters(), lr=0.08)

for epoch in range(5):
    for images, labels in batches:
        optimizer.zero_grad()
        outputs = model(images)
        loss = criterion(outputs, labels)
        loss.backward()
        optimizer.step()
