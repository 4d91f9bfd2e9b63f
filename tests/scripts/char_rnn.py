"""A recurrent network, written by hand, learns the next letter; gradients are clipped."""

import torch
from torch import nn

torch.manual_seed(6)
text = "the quick brown fox jumps over the lazy dog. " * 6
letters = sorted(set(text))
index = {letter: i for i, letter in enumerate(letters)}
data = torch.tensor([index[letter] for letter in text])


class RNN(nn.Module):
    def __init__(self, size, hidden):
        super().__init__()
        self.hidden_size = hidden
        self.embedding = nn.Embedding(size, hidden)
        self.i2h = nn.Linear(2 * hidden, hidden)
        self.h2o = nn.Linear(hidden, size)

    def forward(self, letter, hidden):
        combined = torch.cat((self.embedding(letter), hidden), 1)
        hidden = torch.tanh(self.i2h(combined))
        return self.h2o(hidden), hidden

    def init_hidden(self, batch):
        return torch.zeros(batch, self.hidden_size)


model = RNN(len(letters), 24)
optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
criterion = nn.CrossEntropyLoss()
losses = []
for step in range(30):
    starts = torch.randint(0, len(data) - 13, (8,))
    chunk = torch.stack([data[s : s + 13] for s in starts.tolist()])
    hidden = model.init_hidden(8)
    optimizer.zero_grad()
    loss = 0
    for t in range(12):
        output, hidden = model(chunk[:, t], hidden)
        loss += criterion(output, chunk[:, t + 1])
    loss = loss / 12
    loss.backward()
    nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    optimizer.step()
    losses.append(loss.item())
print(f"loss {losses[0]:.4f} -> {losses[-1]:.4f}")
