"""Datasets, samplers and loaders against PyTorch: the same items in the same order, and the same draws afterwards."""

from __future__ import annotations

import collections
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
import torch.utils.data

import autograd
import autograd.data

Case = Callable[[Any, Any], Any]
Pair = collections.namedtuple("Pair", "a b")


def plain(value: Any) -> Any:
    """Tensors as (dtype, shape, numbers)."""
    if isinstance(value, (autograd.Tensor, torch.Tensor)):
        return str(value.dtype), tuple(value.shape), value.tolist()
    if isinstance(value, Pair):
        return "Pair", plain(value.a), plain(value.b)
    if isinstance(value, dict):
        return {k: plain(v) for k, v in value.items()}
    if isinstance(value, tuple):
        return tuple(plain(v) for v in value)
    return [plain(v) for v in value] if isinstance(value, list) else value


def table(T: Any, D: Any, n: int = 11) -> Any:
    return D.TensorDataset(T.arange(n), T.arange(n * 2.0).view(n, 2))


def stream(D: Any, n: int = 7) -> Any:
    class Stream(D.IterableDataset):  # type: ignore[name-defined, misc]
        def __iter__(self) -> Any:
            return iter(range(n))

        def __len__(self) -> int:
            return n

    return Stream()


def seeded(T: Any, seed: int = 5) -> Any:
    return T.Generator().manual_seed(seed)


ORDERS: dict[str, Case] = {
    "plain": lambda T, D: list(D.DataLoader(table(T, D), 4)),
    "shuffled": lambda T, D: list(D.DataLoader(table(T, D), 4, shuffle=True)),
    "drop_last": lambda T, D: list(D.DataLoader(table(T, D), 4, shuffle=True, drop_last=True)),
    "generator": lambda T, D: list(D.DataLoader(table(T, D), 4, shuffle=True, generator=seeded(T))),
    "two_epochs": lambda T, D: [list(D.DataLoader(table(T, D), 4, shuffle=True)) for _ in range(2)],
    "two_passes": lambda T, D: [list(x) for x in [D.DataLoader(table(T, D), 4, shuffle=True)] * 3],
    "generator_twice": lambda T, D: [
        list(x) for x in [D.DataLoader(table(T, D), 4, shuffle=True, generator=seeded(T))] * 2
    ],
    "interleaved": lambda T, D: list(zip(*[D.DataLoader(table(T, D), 4, shuffle=True)] * 2, strict=True)),
    "with_draws": lambda T, D: [(b, T.rand(2)) for b in D.DataLoader(table(T, D), 3, shuffle=True)],
    "first_only": lambda T, D: next(iter(D.DataLoader(table(T, D), 4, shuffle=True))),
    "never_asked": lambda T, D: len(list(map(iter, [D.DataLoader(table(T, D), shuffle=True)]))),
    "no_batches": lambda T, D: list(D.DataLoader(table(T, D), None, shuffle=True)),
    "no_batches_of_arrays": lambda T, D: list(D.DataLoader([np.ones(2), {"a": np.float32(1), "b": "x"}], None)),
    "batch_sampler": lambda T, D: list(D.DataLoader(table(T, D), batch_sampler=[[1, 2], [5], [0, 0, 3]])),
    "list_sampler": lambda T, D: list(D.DataLoader(table(T, D), 2, sampler=[5, 1, 3])),
    "own_collate": lambda T, D: list(D.DataLoader(table(T, D), 4, collate_fn=len)),
    "replacement": lambda T, D: list(D.RandomSampler(range(9), True, 70)),
    "replacement_32": lambda T, D: (list(D.RandomSampler(range(9), True, 32, seeded(T))), T.rand(1)),
    "more_than_all": lambda T, D: list(D.RandomSampler(range(5), num_samples=12)),
    "sampler_twice": lambda T, D: [list(s) for s in [D.RandomSampler(range(5), generator=seeded(T))] * 3],
    "subset_sampler": lambda T, D: list(D.SubsetRandomSampler([3, 4, 9, 1])),
    "batches_of_sampler": lambda T, D: list(D.BatchSampler(D.SequentialSampler(range(7)), 3, True)),
    "weighted_all": lambda T, D: list(D.WeightedRandomSampler([0.0, 1.0, 0.0], 4)),
    "split": lambda T, D: [p.indices for p in D.random_split(range(10), [3, 7])],
    "fractions": lambda T, D: [p.indices for p in D.random_split(range(10), [0.33, 0.33, 0.34], seeded(T))],
    "split_loader": lambda T, D: list(D.DataLoader(D.random_split(table(T, D), [6, 5])[0], 4, shuffle=True)),
    "stream": lambda T, D: list(D.DataLoader(stream(D), 3)),
    "stream_drop": lambda T, D: list(D.DataLoader(stream(D), 3, drop_last=True)),
    "stream_single": lambda T, D: list(D.DataLoader(stream(D), None)),
    "stream_length": lambda T, D: len(D.DataLoader(stream(D), 3)),
    "chain": lambda T, D: list(D.DataLoader(stream(D) + stream(D, 3), 4)),
    "concat": lambda T, D: [(D.ConcatDataset([range(3), range(5, 9)])[i]) for i in (0, 3, 6, -1, -7)],
    "stack": lambda T, D: list(D.DataLoader(D.StackDataset(a=range(5), b=[0.5] * 5), 3)),
    "length": lambda T, D: [len(D.DataLoader(table(T, D), 4, drop_last=d)) for d in (True, False)],
}


@pytest.mark.parametrize("name", ORDERS)
def test_orders(name: str) -> None:
    seen = []
    for T, D in ((autograd, autograd.data), (torch, torch.utils.data)):
        T.manual_seed(3)
        seen.append((plain(ORDERS[name](T, D)), T.rand(3).tolist()))
    assert seen[0] == seen[1]


def test_workers_keep_the_order() -> None:
    """Also the draws after the loop, for loaders of one process here and two there."""
    seen = []
    for T, D in ((autograd, autograd.data), (torch, torch.utils.data)):
        T.manual_seed(3)
        rows = [plain(b) for b in D.DataLoader(table(T, D), 3, shuffle=True, num_workers=2)]
        seen.append((rows, T.rand(3).tolist()))
    assert seen[0] == seen[1]


BATCHES: dict[str, Callable[[Any], list[Any]]] = {
    "tensors": lambda T: [T.ones(2), T.zeros(2)],
    "arrays": lambda T: [np.ones(2, np.float32), np.zeros(2, np.float32)],
    "bools": lambda T: [True, False],
    "ints": lambda T: [1, 2],
    "floats": lambda T: [1.5, 2.5],
    "numpy_numbers": lambda T: [np.float32(1), np.float32(2)],
    "numpy_ints": lambda T: [np.int32(1), np.int32(2)],
    "text": lambda T: ["a", "b"],
    "bytes": lambda T: [b"a", b"b"],
    "tuples": lambda T: [(1, T.ones(1)), (2, T.zeros(1))],
    "lists": lambda T: [[1, 2.0], [3, 4.0]],
    "dicts": lambda T: [{"x": 1, "y": {"z": "q"}}, {"x": 2, "y": {"z": "r"}}],
    "ordered": lambda T: [collections.OrderedDict(x=1), collections.OrderedDict(x=2)],
    "named": lambda T: [Pair(1, T.ones(1)), Pair(2, T.ones(1))],
    "none": lambda T: [None, None],
    "ragged": lambda T: [[1, 2], [3]],
    "shapes": lambda T: [T.ones(2), T.ones(3)],
    "words": lambda T: [np.array(["a"]), np.array(["b"])],
}


@pytest.mark.parametrize("function", ["default_collate", "default_convert"])
@pytest.mark.parametrize("name", BATCHES)
def test_batches(name: str, function: str) -> None:
    seen: list[Any] = []
    for T, D in ((autograd, autograd.data), (torch, torch.utils.data)):
        try:
            seen.append(plain(getattr(D, function)(BATCHES[name](T))))
        except Exception as error:
            seen.append(type(error))
    assert str(seen[0]) == str(seen[1])


BAD: dict[str, Case] = {
    "batch_size": lambda T, D: D.DataLoader([1], batch_size=0),
    "sampler_and_shuffle": lambda T, D: D.DataLoader([1], sampler=[0], shuffle=True),
    "batch_sampler_and_size": lambda T, D: D.DataLoader([1], 2, batch_sampler=[[0]]),
    "no_batch_drop": lambda T, D: D.DataLoader([1], None, drop_last=True),
    "workers": lambda T, D: D.DataLoader([1], num_workers=-1),
    "prefetch": lambda T, D: D.DataLoader([1], prefetch_factor=2),
    "persistent": lambda T, D: D.DataLoader([1], persistent_workers=True),
    "timeout": lambda T, D: D.DataLoader([1], timeout=-1),
    "unknown": lambda T, D: D.DataLoader([1], shuffel=True),
    "empty_shuffled": lambda T, D: D.DataLoader([], shuffle=True),
    "stream_shuffled": lambda T, D: D.DataLoader(stream(D), shuffle=True),
    "stream_sampler": lambda T, D: D.DataLoader(stream(D), sampler=[0]),
    "set_later": lambda T, D: setattr(D.DataLoader([1]), "batch_size", 3),
    "split": lambda T, D: D.random_split([1, 2], [3]),
    "fractions": lambda T, D: D.random_split([1, 2], [1.5, -0.5]),
    "mismatch": lambda T, D: D.TensorDataset(T.ones(2), T.ones(3)),
    "stack_mismatch": lambda T, D: D.StackDataset([1], [1, 2]),
    "concat_nothing": lambda T, D: D.ConcatDataset([]),
    "concat_stream": lambda T, D: D.ConcatDataset([stream(D)]),
    "concat_index": lambda T, D: D.ConcatDataset([[1]])[-2],
    "concat_beyond": lambda T, D: D.ConcatDataset([[1]])[1],
    "no_item": lambda T, D: D.Dataset()[0],
    "num_samples": lambda T, D: D.RandomSampler([1], num_samples=0),
    "replacement": lambda T, D: D.RandomSampler([1], replacement=1),
    "weights": lambda T, D: D.WeightedRandomSampler([[1.0]], 1),
    "weighted_count": lambda T, D: D.WeightedRandomSampler([1.0], 0),
    "drop_last": lambda T, D: D.BatchSampler([1], 1, 1),
}


@pytest.mark.parametrize("name", BAD)
def test_errors(name: str) -> None:
    raised = []
    for T, D in ((autograd, autograd.data), (torch, torch.utils.data)):
        with warnings.catch_warnings(), pytest.raises(Exception) as caught:
            warnings.simplefilter("ignore")
            BAD[name](T, D)
        raised.append(caught.type)
    assert raised[0] is raised[1]
