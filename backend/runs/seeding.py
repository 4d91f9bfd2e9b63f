"""Every generator a script may draw from without seeding it itself."""

from __future__ import annotations

import random

import numpy as np

import autograd


def seed_everything(seed: int) -> None:
    """Make what follows repeatable."""
    random.seed(seed)
    np.random.seed(seed % (1 << 32))
    autograd.manual_seed(seed)
