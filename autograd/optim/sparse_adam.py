"""SparseAdam: for sparse gradients, which this core does not have."""

from __future__ import annotations

from typing import Any


class SparseAdam:
    """RuntimeError on making one: gradients here are dense."""

    def __init__(self, params: Any, *args: Any, **kwargs: Any) -> None:
        raise RuntimeError("SparseAdam does not support dense gradients, please consider Adam instead")
