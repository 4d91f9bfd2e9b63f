"""An encoder and a decoder with additive attention learn to reverse words, half of the time taught by the target."""

import torch
import torch.nn.functional as F
from torch import nn

torch.manual_seed(7)
SIZE, HIDDEN, LENGTH, START = 8, 16, 5, 0


class Encoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.embedding = nn.Embedding(SIZE, HIDDEN)
        self.gru = nn.GRU(HIDDEN, HIDDEN, batch_first=True)

    def forward(self, source):
        return self.gru(self.embedding(source))


class Attention(nn.Module):
    def __init__(self):
        super().__init__()
        self.Wa = nn.Linear(HIDDEN, HIDDEN)
        self.Ua = nn.Linear(HIDDEN, HIDDEN)
        self.Va = nn.Linear(HIDDEN, 1)

    def forward(self, query, keys):
        scores = self.Va(torch.tanh(self.Wa(query) + self.Ua(keys))).squeeze(2).unsqueeze(1)
        weights = F.softmax(scores, dim=-1)
        return torch.bmm(weights, keys), weights


class Decoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.embedding = nn.Embedding(SIZE, HIDDEN)
        self.attention = Attention()
        self.gru = nn.GRU(2 * HIDDEN, HIDDEN, batch_first=True)
        self.out = nn.Linear(HIDDEN, SIZE)

    def forward(self, outputs, hidden, target, taught):
        token = torch.full((len(target), 1), START, dtype=torch.long)
        steps = []
        for t in range(LENGTH):
            context, _ = self.attention(hidden.permute(1, 0, 2), outputs)
            made, hidden = self.gru(torch.cat((self.embedding(token), context), dim=2), hidden)
            logits = self.out(made)
            steps.append(logits)
            token = target[:, t].unsqueeze(1) if taught else logits.argmax(-1).detach()
        return F.log_softmax(torch.cat(steps, dim=1), dim=-1)


encoder, decoder = Encoder(), Decoder()
encoder_optimizer = torch.optim.Adam(encoder.parameters(), lr=0.01)
decoder_optimizer = torch.optim.Adam(decoder.parameters(), lr=0.01)
criterion = nn.NLLLoss()
losses = []
for step in range(24):
    source = torch.randint(1, SIZE, (16, LENGTH))
    target = source.flip(1)
    encoder_optimizer.zero_grad()
    decoder_optimizer.zero_grad()
    outputs, hidden = encoder(source)
    predictions = decoder(outputs, hidden, target, taught=step % 2 == 0)
    loss = criterion(predictions.view(-1, SIZE), target.reshape(-1))
    loss.backward()
    encoder_optimizer.step()
    decoder_optimizer.step()
    losses.append(loss.item())
print(f"loss {losses[0]:.4f} -> {losses[-1]:.4f}")
