"""`torch.nn.utils.rnn`: batches of sequences of different lengths."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np

from autograd.functions import packing
from autograd.functions.shape import transpose
from autograd.tensor import Tensor, wrap

__all__ = [
    "PackedSequence",
    "invert_permutation",
    "pack_padded_sequence",
    "pack_sequence",
    "pad_packed_sequence",
    "pad_sequence",
    "unpack_sequence",
    "unpad_sequence",
]


class _Packed(NamedTuple):
    data: Tensor
    batch_sizes: Tensor
    sorted_indices: Tensor | None
    unsorted_indices: Tensor | None


class PackedSequence(_Packed):
    """Rows of sequences step by step, longest sequence first, and how many sequences reach each step."""

    __slots__ = ()

    def __new__(
        cls,
        data: Tensor,
        batch_sizes: Tensor | None = None,
        sorted_indices: Tensor | None = None,
        unsorted_indices: Tensor | None = None,
    ) -> Any:
        if unsorted_indices is None:
            unsorted_indices = invert_permutation(sorted_indices)
        if batch_sizes is None:
            data, batch_sizes = data
        return super().__new__(cls, data, batch_sizes, sorted_indices, unsorted_indices)

    def to(self, *args: Any, **kwargs: Any) -> PackedSequence:
        """The same with its data cast."""
        return self._replace(data=self.data.to(*args, **kwargs))

    def cpu(self) -> PackedSequence:
        """Itself."""
        return self

    def cuda(self, *args: Any, **kwargs: Any) -> PackedSequence:
        """AssertionError: there is no GPU."""
        return self._replace(data=self.data.cuda(*args, **kwargs))

    def double(self) -> PackedSequence:
        """Its data as float64."""
        return self._replace(data=self.data.double())

    def float(self) -> PackedSequence:
        """Its data as float32."""
        return self._replace(data=self.data.float())

    def half(self) -> PackedSequence:
        """Its data as float16."""
        return self._replace(data=self.data.half())

    def long(self) -> PackedSequence:
        """Its data as int64."""
        return self._replace(data=self.data.long())

    def int(self) -> PackedSequence:
        """Its data as int32."""
        return self._replace(data=self.data.int())

    def pin_memory(self) -> PackedSequence:
        """Itself: there is no GPU."""
        return self

    def is_pinned(self) -> bool:
        """Never: there is no GPU."""
        return False

    is_cuda = False


def invert_permutation(permutation: Tensor | None) -> Tensor | None:
    """The permutation that undoes one."""
    return None if permutation is None else wrap(np.argsort(permutation._array, kind="stable"))


def pack_padded_sequence(
    input: Tensor, lengths: Any, batch_first: bool = False, enforce_sorted: bool = True
) -> PackedSequence:
    """A padded batch (T, N, …), or (N, T, …) with `batch_first`, without its padding.

    RuntimeError where lengths are not positive, not one for each sequence, or (with `enforce_sorted`) not decreasing.
    """
    sizes = np.asarray(lengths._array if isinstance(lengths, Tensor) else [int(n) for n in lengths]).astype(np.int64)
    order: Tensor | None = None
    if not enforce_sorted:
        order = wrap(np.argsort(-sizes, kind="stable"))
        sizes = sizes[order._array]
        input = input.index_select(0 if batch_first else 1, order)
    steps = transpose(input, 0, 1) if batch_first else input
    if steps.shape[1] != len(sizes):
        raise RuntimeError(
            f"Expected `len(lengths)` to be equal to batch_size, but got {len(sizes)} (batch_size={steps.shape[1]})"
        )
    if not len(sizes) or sizes.min() <= 0:
        raise RuntimeError(
            "Length of all samples has to be greater than 0, but found an element in 'lengths' that is <= 0"
        )
    if (np.diff(sizes) > 0).any():
        raise RuntimeError(
            "`lengths` array must be sorted in decreasing order when `enforce_sorted` is True. You can pass "
            "`enforce_sorted=False` to pack_padded_sequence and/or pack_sequence to sidestep this requirement if you "
            "do not need ONNX exportability."
        )
    if sizes[0] > steps.shape[0]:
        raise RuntimeError(f"Expected lengths of at most {steps.shape[0]} steps, but got {sizes[0]}")
    counts = (sizes > np.arange(sizes[0])[:, None]).sum(1)
    packed: PackedSequence = PackedSequence(packing.pack_padded(steps, counts.tolist()), wrap(counts), order, None)
    return packed


def pad_packed_sequence(
    sequence: PackedSequence, batch_first: bool = False, padding_value: float = 0.0, total_length: int | None = None
) -> tuple[Tensor, Tensor]:
    """The padded batch, in its first order, and the lengths. ValueError for a `total_length` that is too short."""
    counts = sequence.batch_sizes._array
    longest = len(counts)
    if total_length is not None:
        if total_length < longest:
            raise ValueError(
                "Expected total_length to be at least the length of the longest sequence in input, but got "
                f"total_length={total_length} and max sequence length being {longest}"
            )
        longest = total_length
    padded = packing.pad_packed(sequence.data, counts.tolist(), padding_value, longest)
    lengths = wrap((counts[:, None] > np.arange(counts[0])).sum(0))
    if batch_first:
        padded = transpose(padded, 0, 1)
    if sequence.unsorted_indices is not None:
        padded = padded.index_select(0 if batch_first else 1, sequence.unsorted_indices)
        lengths = lengths[sequence.unsorted_indices]
    return padded, lengths


def pad_sequence(
    sequences: Any, batch_first: bool = False, padding_value: float = 0.0, padding_side: str = "right"
) -> Tensor:
    """Sequences (L_i, …) as one batch (T, N, …), or (N, T, …) with `batch_first`. RuntimeError unless iterable."""
    if not isinstance(sequences, (Iterable, Tensor)):
        raise RuntimeError(
            f"pad_sequence: Expected iterable for input sequences, but got arg of type: {type(sequences)}"
        )
    if padding_side not in ("left", "right"):
        raise RuntimeError(f"Expected padding_side to be one of left or right, but got {padding_side}.")
    parts = tuple(sequences)
    if not parts:
        raise RuntimeError("received an empty list of sequences")
    for p in parts:
        if p.shape[1:] != parts[0].shape[1:]:
            raise RuntimeError(
                f"The size of tensor a ({list(parts[0].shape)}) must match the size of tensor b ({list(p.shape)}) in "
                "all but the first dimension"
            )
    padded = packing.pad_together(parts, padding_value, padding_side == "left")
    return padded if batch_first else transpose(padded, 0, 1)


def unpad_sequence(padded_sequences: Tensor, lengths: Tensor, batch_first: bool = False) -> list[Tensor]:
    """The opposite of `pad_sequence`."""
    rows = padded_sequences if batch_first else transpose(padded_sequences, 0, 1)
    return [row[: int(n)] for row, n in zip(rows, lengths._array, strict=True)]


def pack_sequence(sequences: Any, enforce_sorted: bool = True) -> PackedSequence:
    """Sequences (L_i, …), packed."""
    return pack_padded_sequence(pad_sequence(sequences), [len(s._array) for s in sequences], False, enforce_sorted)


def unpack_sequence(packed_sequences: PackedSequence) -> list[Tensor]:
    """The opposite of `pack_sequence`."""
    padded, lengths = pad_packed_sequence(packed_sequences, batch_first=True)
    return unpad_sequence(padded, lengths, batch_first=True)
