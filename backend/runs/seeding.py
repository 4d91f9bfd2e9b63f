"""Every generator a script may draw from without seeding it itself."""

from __future__ import annotations

import os
import random
from typing import Any

import numpy as np

from autograd.random import manual_seed


def seed_everything(seed: int) -> None:
    """Make what follows repeatable."""
    random.seed(seed)
    np.random.seed(seed % (1 << 32))
    manual_seed(seed)


def replace_entropy(seed: int) -> None:
    """Let what a script draws without a seed follow from `seed` too: urandom, `Random()`, `default_rng()`.

    For the rest of this process: a worker's, where no secret is ever made.
    """
    source = random.Random(f"entropy {seed}")
    bit_generator: Any = np.random.bit_generator

    class Repeatable(random.Random):
        def seed(self, a: Any = None, version: int = 2) -> None:
            super().seed(source.getrandbits(128) if a is None else a, version)

    Repeatable.__name__ = Repeatable.__qualname__ = "Random"
    Repeatable.__module__ = "random"
    os.urandom = random._urandom = source.randbytes  # type: ignore[attr-defined]
    bit_generator.randbits = source.getrandbits
    random.Random = Repeatable  # type: ignore[misc]
