"""These tests are worth nothing unless `torch` is PyTorch itself."""

from __future__ import annotations

import torch

if "backplay" in torch.__version__:
    raise RuntimeError("`import torch` resolves to this core: run `make parity`, which installs PyTorch")
