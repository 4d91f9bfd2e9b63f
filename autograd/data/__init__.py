"""`torch.utils.data`: datasets, and batches of them."""

from __future__ import annotations

from typing import Any

from autograd.data.dataset import ConcatDataset, Dataset, IterableDataset, Subset, TensorDataset, random_split
from autograd.data.loader import DataLoader, default_collate
from autograd.data.sampler import BatchSampler, RandomSampler, Sampler, SequentialSampler, SubsetRandomSampler

__all__ = [
    "BatchSampler",
    "ConcatDataset",
    "DataLoader",
    "Dataset",
    "IterableDataset",
    "RandomSampler",
    "Sampler",
    "SequentialSampler",
    "Subset",
    "SubsetRandomSampler",
    "TensorDataset",
    "default_collate",
    "random_split",
]


def __getattr__(name: str) -> Any:
    from autograd.missing import explain

    raise AttributeError(explain("torch.utils.data", name))
