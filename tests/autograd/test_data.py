"""Datasets and loaders."""

from __future__ import annotations

import numpy as np
import pytest

import autograd as torch
from autograd.data import DataLoader, Dataset, IterableDataset, Subset, TensorDataset, random_split


class Squares(Dataset):
    def __len__(self) -> int:
        return 7

    def __getitem__(self, index: int) -> dict[str, object]:
        return {"x": index, "y": float(index**2), "z": np.ones(2), "name": str(index)}


def test_batches() -> None:
    loader = DataLoader(TensorDataset(torch.arange(5), torch.arange(5) * 2), batch_size=2)
    assert [x.tolist() for x, _ in loader] == [[0, 1], [2, 3], [4]]
    assert len(loader) == 3 and len(DataLoader(loader.dataset, 2, drop_last=True)) == 2


def test_collate() -> None:
    batch = next(iter(DataLoader(Squares(), batch_size=3)))
    assert batch["x"].tolist() == [0, 1, 2] and batch["x"].dtype is torch.int64
    assert batch["y"].dtype is torch.float64 and batch["z"].shape == (3, 2) and batch["name"] == ["0", "1", "2"]


def test_shuffle_is_a_permutation_and_follows_the_seed() -> None:
    orders = []
    for _ in range(2):
        torch.manual_seed(3)
        loader = DataLoader(list(range(10)), batch_size=4, shuffle=True)
        orders.append([i for batch in loader for i in batch.tolist()])
    assert orders[0] == orders[1] != sorted(orders[0]) and sorted(orders[0]) == list(range(10))


def test_splits() -> None:
    parts = random_split(range(10), [0.7, 0.3])
    assert [len(p) for p in parts] == [7, 3]
    assert sorted(i for p in parts for i in p.indices) == list(range(10))
    assert Subset(range(10), [3, 5])[1] == 5
    with pytest.raises(ValueError, match="Sum of input lengths"):
        random_split(range(10), [3, 3])


def test_streams() -> None:
    class Stream(IterableDataset):
        def __iter__(self):  # type: ignore[no-untyped-def]
            return iter(range(5))

    assert [b.tolist() for b in DataLoader(Stream(), batch_size=2)] == [[0, 1], [2, 3], [4]]


def test_bad_arguments() -> None:
    with pytest.raises(AssertionError, match="Size mismatch"):
        TensorDataset(torch.ones(2), torch.ones(3))
    with pytest.raises(ValueError, match="positive integer"):
        DataLoader([1], batch_size=0)


def test_large_batches_and_workers() -> None:
    seen: list[object] = []
    items = TensorDataset(torch.arange(40.0).view(20, 2))
    loader = DataLoader(items, 20, num_workers=3, persistent_workers=True, worker_init_fn=seen.append)
    for _ in range(2):
        assert [x.shape for (x,) in loader] == [(20, 2)]
    assert seen == [0]  # workers that persist are prepared once
