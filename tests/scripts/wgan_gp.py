"""A Wasserstein GAN whose critic pays for gradients that are not of norm one."""

import torch
from torch import nn

torch.manual_seed(13)
generator = nn.Sequential(nn.Linear(3, 16), nn.ReLU(), nn.Linear(16, 2))
critic = nn.Sequential(nn.Linear(2, 16), nn.LeakyReLU(0.2), nn.Linear(16, 1))
optimizer_g = torch.optim.Adam(generator.parameters(), lr=5e-3, betas=(0.0, 0.9))
optimizer_c = torch.optim.Adam(critic.parameters(), lr=5e-3, betas=(0.0, 0.9))


def gradient_penalty(real, fake):
    alpha = torch.rand(real.size(0), 1)
    mixed = (alpha * real + (1 - alpha) * fake).requires_grad_(True)
    scores = critic(mixed)
    gradients = torch.autograd.grad(
        outputs=scores, inputs=mixed, grad_outputs=torch.ones_like(scores), create_graph=True, retain_graph=True
    )[0]
    return ((gradients.norm(2, dim=1) - 1) ** 2).mean()


losses = []
for step in range(20):
    for _ in range(2):
        real = torch.randn(24, 2) * 0.3 + torch.tensor([1.0, -1.0])
        fake = generator(torch.randn(24, 3)).detach()
        optimizer_c.zero_grad()
        loss_c = critic(fake).mean() - critic(real).mean() + 10 * gradient_penalty(real, fake)
        loss_c.backward()
        optimizer_c.step()
    optimizer_g.zero_grad()
    loss_g = -critic(generator(torch.randn(24, 3))).mean()
    loss_g.backward()
    optimizer_g.step()
    losses += [loss_c.item(), loss_g.item()]
print(f"critic {losses[-2]:.4f}, generator {losses[-1]:.4f}")
