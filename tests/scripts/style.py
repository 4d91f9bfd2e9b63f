"""Style transfer in small: L-BFGS changes a picture until its features' Gram matrices are those of another."""

import torch
import torch.nn.functional as F
from torch import nn

torch.manual_seed(18)
features = nn.Sequential(nn.Conv2d(1, 4, 3, padding=1), nn.Tanh(), nn.Conv2d(4, 6, 3, padding=1), nn.Tanh())
for parameter in features.parameters():
    parameter.requires_grad_(False)


def gram_matrix(maps):
    a, b, c, d = maps.size()
    flat = maps.view(a * b, c * d)
    return torch.mm(flat, flat.t()).div(a * b * c * d)


style, content = torch.rand(1, 1, 8, 8), torch.rand(1, 1, 8, 8)
target_style, target_content = gram_matrix(features(style)), features(content)
image = content.clone().requires_grad_(True)
optimizer = torch.optim.LBFGS([image], lr=0.5, max_iter=3)
losses = []
for _ in range(8):

    def closure():
        with torch.no_grad():
            image.clamp_(0, 1)
        optimizer.zero_grad()
        maps = features(image)
        loss = 1e4 * F.mse_loss(gram_matrix(maps), target_style) + F.mse_loss(maps, target_content)
        loss.backward()
        losses.append(loss.item())
        return loss

    optimizer.step(closure)
with torch.no_grad():
    image.clamp_(0, 1)
print(f"{len(losses)} evaluations, loss {losses[0]:.5f} -> {losses[-1]:.5f}")
