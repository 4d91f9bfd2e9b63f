"""DataLoader: batches of a dataset."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from autograd.data.collate import default_collate, default_convert
from autograd.data.dataset import IterableDataset
from autograd.data.sampler import BatchSampler, Forever, RandomSampler, SequentialSampler, draw_seed
from autograd.random import default_generator


@dataclass
class WorkerInfo:
    """Which worker is at work: there is one, this process."""

    id: int
    num_workers: int
    seed: int
    dataset: Any


_worker: WorkerInfo | None = None


def get_worker_info() -> WorkerInfo | None:
    """None: everything is loaded in this process, except while `worker_init_fn` runs."""
    return _worker


class DataLoader:
    """Goes over a dataset in batches, in PyTorch's order for the seed.

    Workers (`num_workers`, `prefetch_factor`, `persistent_workers`, `timeout`, `multiprocessing_context`) are accepted
    and everything is loaded in this process, in the same order; random numbers that a dataset draws itself come from
    this process's generator and so differ from a PyTorch worker's. `worker_init_fn` is called once a pass, with 0,
    where there are workers. `pin_memory` does nothing. ValueError for options that exclude each other.
    """

    _settled = False

    def __init__(
        self,
        dataset: Any,
        batch_size: int | None = 1,
        shuffle: bool | None = None,
        sampler: Any = None,
        batch_sampler: Any = None,
        num_workers: int = 0,
        collate_fn: Callable[[Any], Any] | None = None,
        pin_memory: bool = False,
        drop_last: bool = False,
        timeout: float = 0,
        worker_init_fn: Callable[[int], None] | None = None,
        multiprocessing_context: Any = None,
        generator: Any = None,
        *,
        prefetch_factor: int | None = None,
        persistent_workers: bool = False,
        pin_memory_device: str = "",
        in_order: bool = True,
    ) -> None:
        if num_workers < 0:
            raise ValueError("num_workers option should be non-negative; use num_workers=0 to disable multiprocessing.")
        if timeout < 0:
            raise ValueError("timeout option should be non-negative")
        if num_workers == 0 and prefetch_factor is not None:
            raise ValueError(
                "prefetch_factor option could only be specified in multiprocessing. let num_workers > 0 to enable "
                "multiprocessing, otherwise set prefetch_factor to None."
            )
        if prefetch_factor is not None and prefetch_factor < 0:
            raise ValueError("prefetch_factor option should be non-negative")
        if persistent_workers and num_workers == 0:
            raise ValueError("persistent_workers option needs num_workers > 0")
        self.iterable = isinstance(dataset, IterableDataset)
        if self.iterable:
            for name, value in (("shuffle", shuffle or None), ("sampler", sampler), ("batch_sampler", batch_sampler)):
                if value is not None:
                    raise ValueError(
                        f"DataLoader with IterableDataset: expected unspecified {name} option, but got {name}={value}"
                    )
        if sampler is not None and shuffle:
            raise ValueError("sampler option is mutually exclusive with shuffle")
        if batch_sampler is not None:
            if batch_size != 1 or shuffle or sampler is not None or drop_last:
                raise ValueError(
                    "batch_sampler option is mutually exclusive with batch_size, shuffle, sampler, and drop_last"
                )
            batch_size = None
        elif batch_size is None and drop_last:
            raise ValueError("batch_size=None option disables auto-batching and is mutually exclusive with drop_last")
        if sampler is None:
            if self.iterable:
                sampler = Forever()
            elif shuffle:
                sampler = RandomSampler(dataset, generator=generator)
            else:
                sampler = SequentialSampler(dataset)
        if batch_size is not None and batch_sampler is None:
            batch_sampler = BatchSampler(sampler, batch_size, drop_last)
        self.dataset, self.batch_size, self.drop_last = dataset, batch_size, drop_last
        self.sampler, self.batch_sampler = sampler, batch_sampler
        self.num_workers, self.timeout, self.worker_init_fn = num_workers, timeout, worker_init_fn
        self.prefetch_factor = 2 if num_workers and prefetch_factor is None else prefetch_factor
        self.persistent_workers, self.multiprocessing_context = persistent_workers, multiprocessing_context
        self.pin_memory, self.pin_memory_device, self.in_order = pin_memory, pin_memory_device, in_order
        self.generator = generator
        self.collate_fn: Callable[[Any], Any] = collate_fn or (
            default_convert if batch_sampler is None else default_collate
        )
        self._promised: int | None = None
        self._kept: _Pass | None = None
        self._settled = True

    def __setattr__(self, name: str, value: Any) -> None:
        if self._settled and name in _FIXED:
            raise ValueError(f"{name} attribute should not be set after {type(self).__name__} is initialized")
        super().__setattr__(name, value)

    def __iter__(self) -> Iterator[Any]:
        if not (self.persistent_workers and self.num_workers):
            return _Pass(self)
        # Workers that persist are seeded once, so only the first pass draws their seed.
        self._kept = _Pass(self, None if self._kept is None else self._kept.seed)
        return self._kept

    def __len__(self) -> int:
        if not self.iterable:
            return len(self.sampler if self.batch_sampler is None else self.batch_sampler)
        items = len(self.dataset)
        if self.batch_size is not None:
            items = items // self.batch_size if self.drop_last else -(-items // self.batch_size)
        self._promised = items
        return items


_FIXED = ("batch_size", "batch_sampler", "sampler", "drop_last", "dataset", "persistent_workers")


class _Pass:
    """One pass over the data. Making it draws, in PyTorch's order, the sampler's seeds when they are asked for."""

    def __init__(self, loader: DataLoader, seed: int | None = None) -> None:
        self.loader = loader
        self.indices = iter(loader.sampler if loader.batch_sampler is None else loader.batch_sampler)
        # PyTorch draws a seed for the workers at the start of every pass, also where there are none.
        self.seed = draw_seed(loader.generator or default_generator) if seed is None else seed
        self.source = iter(loader.dataset) if loader.iterable else None
        self.ended = False
        self.given = 0
        self.prepared = loader.num_workers == 0 or loader.worker_init_fn is None or seed is not None

    def __iter__(self) -> _Pass:
        return self

    def __len__(self) -> int:
        loader = self.loader
        return len(loader.sampler if loader.batch_sampler is None else loader.batch_sampler)

    def __next__(self) -> Any:
        if not self.prepared:
            self._prepare()
        loader = self.loader
        chosen = next(self.indices)
        if self.source is None:
            batch = loader.collate_fn(self._fetch(chosen))
        else:
            batch = loader.collate_fn(self._stream(chosen))
        self.given += 1
        if self.source is not None and loader._promised is not None and self.given > loader._promised:
            warnings.warn(
                f"Length of IterableDataset {loader.dataset} was reported to be {loader._promised} (when accessing "
                f"len(dataloader)), but {self.given} samples have been fetched.",
                stacklevel=2,
            )
        return batch

    def _prepare(self) -> None:
        global _worker
        loader, self.prepared = self.loader, True
        _worker = WorkerInfo(0, loader.num_workers, self.seed, loader.dataset)
        try:
            if loader.worker_init_fn is not None:
                loader.worker_init_fn(0)
        finally:
            _worker = None

    def _fetch(self, chosen: Any) -> Any:
        dataset = self.loader.dataset
        if self.loader.batch_sampler is None:
            return dataset[chosen]
        several = getattr(dataset, "__getitems__", None)
        return several(chosen) if several else [dataset[i] for i in chosen]

    def _stream(self, chosen: Any) -> Any:
        if self.ended or self.source is None:
            raise StopIteration
        if self.loader.batch_sampler is None:
            return next(self.source)
        items = list(islice(self.source, len(chosen)))
        self.ended = len(items) < len(chosen)
        if not items or (self.loader.drop_last and self.ended):
            raise StopIteration
        return items
