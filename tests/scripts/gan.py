"""A generative adversarial network learns a ring of points."""

import math

import torch
from torch import nn

torch.manual_seed(5)
generator = nn.Sequential(nn.Linear(4, 16), nn.LeakyReLU(0.2), nn.Linear(16, 2))
discriminator = nn.Sequential(nn.Linear(2, 16), nn.LeakyReLU(0.2), nn.Linear(16, 1), nn.Sigmoid())
criterion = nn.BCELoss()
optimizer_g = torch.optim.Adam(generator.parameters(), lr=0.01, betas=(0.5, 0.999))
optimizer_d = torch.optim.Adam(discriminator.parameters(), lr=0.01, betas=(0.5, 0.999))
losses = []
for step in range(25):
    angle = 2 * math.pi * torch.rand(32)
    real = torch.stack([angle.cos(), angle.sin()], dim=1)
    ones, zeros = torch.ones(32, 1), torch.zeros(32, 1)

    discriminator.zero_grad()
    loss_real = criterion(discriminator(real), ones)
    loss_real.backward()
    fake = generator(torch.randn(32, 4))
    loss_fake = criterion(discriminator(fake.detach()), zeros)
    loss_fake.backward()
    optimizer_d.step()

    generator.zero_grad()
    loss_g = criterion(discriminator(fake), ones)
    loss_g.backward()
    optimizer_g.step()
    losses += [loss_real.item() + loss_fake.item(), loss_g.item()]
print(f"discriminator {losses[-2]:.4f}, generator {losses[-1]:.4f}")
