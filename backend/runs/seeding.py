"""Every generator a script may draw from without seeding it itself."""

from __future__ import annotations

import random

import numpy as np

from autograd.random import manual_seed


def seed_everything(seed: int) -> None:
    """Make what follows repeatable."""
    random.seed(seed)
    np.random.seed(seed % (1 << 32))
    manual_seed(seed)
