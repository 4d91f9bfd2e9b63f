"""Skip-gram with negative sampling: words that stand together get vectors that do."""

import torch
import torch.nn.functional as F
from torch import nn

torch.manual_seed(9)
sentences = ["the cat sat on the mat", "the dog sat on the rug", "a cat and a dog ran", "the dog ran on the mat"]
words = sorted({word for s in sentences for word in s.split()})
index = {word: i for i, word in enumerate(words)}
pairs = []
for sentence in sentences:
    ids = [index[word] for word in sentence.split()]
    for i, centre in enumerate(ids):
        pairs += [(centre, ids[j]) for j in range(max(0, i - 2), min(len(ids), i + 3)) if j != i]


class SkipGram(nn.Module):
    def __init__(self, size, width):
        super().__init__()
        self.centre = nn.Embedding(size, width)
        self.context = nn.Embedding(size, width)
        self.centre.weight.data.uniform_(-0.5 / width, 0.5 / width)
        nn.init.zeros_(self.context.weight)

    def forward(self, centre, context, negative):
        v = self.centre(centre)
        positive = F.logsigmoid((v * self.context(context)).sum(1))
        others = F.logsigmoid(-torch.bmm(self.context(negative), v.unsqueeze(2)).squeeze(2)).sum(1)
        return -(positive + others).mean()


model = SkipGram(len(words), 8)
optimizer = torch.optim.Adagrad(model.parameters(), lr=0.3)
data = torch.tensor(pairs)
losses = []
for step in range(30):
    batch = data[torch.randperm(len(data))[:24]]
    negative = torch.randint(0, len(words), (24, 4))
    loss = model(batch[:, 0], batch[:, 1], negative)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    losses.append(loss.item())
v = F.normalize(model.centre.weight.detach(), dim=1)
print(f"loss {losses[0]:.4f} -> {losses[-1]:.4f}; cat and dog: {(v[index['cat']] @ v[index['dog']]).item():.3f}")
