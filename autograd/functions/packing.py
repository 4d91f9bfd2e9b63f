"""Sequences of different lengths: packed without their padding, and padded to one length."""

# numpy's stubs type most results as Any, which says nothing about an op.
# mypy: disable-error-code="no-any-return"
from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from autograd.function import Array, Function, Shares, apply

if TYPE_CHECKING:
    from autograd.tensor import Tensor


class PackPadded(Function):
    """The rows (step, sequence) of a padded batch (T, N, …) that belong to sequences, step by step."""

    __slots__ = ()
    op, backward_name = "pack_padded_sequence", "PackPaddedSequenceBackward0"
    arguments = ("input",)
    formula, derivatives = r"\text{rows of input, without padding}", {"input": r"g \text{ at the rows, else } 0"}

    def forward(self, input: Array, batch_sizes: list[int]) -> Array:
        self.saved = input.shape, places(batch_sizes)
        return input[self.saved[1]]

    def backward(self, gradient: Array) -> Array:
        shape, place = self.saved
        share = np.zeros(shape, gradient.dtype)
        share[place] = gradient
        return share

    def differentiate(self, gradient: Tensor) -> tuple[Tensor | None, ...]:
        """The padded gradient."""
        steps = self.inputs[0]._array.shape[0] if self.inputs[0] is not None else 0
        return (pad_packed(gradient, self.options["batch_sizes"], 0.0, steps),)


class PadPacked(Function):
    """A packed batch as (T, N, …), padded with a value."""

    __slots__ = ()
    op, backward_name = "pad_packed_sequence", "CopySlices"
    arguments = ("input",)
    formula, derivatives = r"\text{rows of input, padded}", {"input": r"g \text{ at the rows}"}

    def forward(self, input: Array, batch_sizes: list[int], padding_value: float, total_length: int) -> Array:
        self.saved = places(batch_sizes)
        output = np.full((total_length, batch_sizes[0], *input.shape[1:]), padding_value, input.dtype)
        output[self.saved] = input
        return output

    def backward(self, gradient: Array) -> Array:
        return gradient[self.saved]

    def differentiate(self, gradient: Tensor) -> tuple[Tensor | None, ...]:
        """The gradient without padding."""
        return (pack_padded(gradient, self.options["batch_sizes"]),)


class PadSequence(Function):
    """Sequences (L_i, …) as one batch (N, T, …), padded with a value after or before them."""

    __slots__ = ()
    op, backward_name = "pad_sequence", "CopySlices"
    arguments = ("sequences",)
    formula = r"\text{sequences, padded to one length}"
    derivatives: ClassVar[dict[str, str]] = {"sequences": r"g \text{ over its own part}"}

    def forward(self, *sequences: Array, padding_value: float, left: bool) -> Array:
        longest = max(len(s) for s in sequences)
        self.saved = [slice(longest - len(s), longest) if left else slice(len(s)) for s in sequences]
        output = np.full((len(sequences), longest, *sequences[0].shape[1:]), padding_value, sequences[0].dtype)
        for row, part, sequence in zip(output, self.saved, sequences, strict=True):
            row[part] = sequence
        return output

    def backward(self, gradient: Array) -> Shares:
        return tuple([row[part] for row, part in zip(gradient, self.saved, strict=True)])

    def differentiate(self, gradient: Tensor) -> tuple[Tensor | None, ...]:
        """Each its own part."""
        return tuple([gradient[i, part] for i, part in enumerate(self.saved)])


def places(batch_sizes: list[int]) -> tuple[Array, Array]:
    """Step and sequence of each row of a packed batch."""
    return np.repeat(np.arange(len(batch_sizes)), batch_sizes), np.concatenate([np.arange(n) for n in batch_sizes])


def pack_padded(input: Tensor, batch_sizes: list[int]) -> Tensor:
    """(T, N, …) to (sum of lengths, …); `batch_sizes` says how many sequences reach each step."""
    return apply(PackPadded, input, batch_sizes=batch_sizes)


def pad_packed(input: Tensor, batch_sizes: list[int], padding_value: float, total_length: int) -> Tensor:
    """(sum of lengths, …) to (total_length, N, …)."""
    return apply(PadPacked, input, batch_sizes=batch_sizes, padding_value=padding_value, total_length=total_length)


def pad_together(sequences: Any, padding_value: float, left: bool) -> Tensor:
    """Sequences (L_i, …) to (N, longest, …)."""
    return apply(PadSequence, *sequences, padding_value=padding_value, left=left)
