"""Tables of vectors read by integers: embedding, embedding_bag, one_hot."""

# numpy's stubs type most results as Any, which says nothing about an op.
# mypy: disable-error-code="no-any-return"
from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from autograd import mode, writing
from autograd.function import Array, Function, Shares, apply
from autograd.functions.common import constant_array

if TYPE_CHECKING:
    from autograd.tensor import Tensor


def add_rows(count: int, indices: Array, rows: Array) -> Array:
    """A table of `count` rows: row i is the sum of the `rows` (…, d) whose index is i."""
    width = rows.shape[indices.ndim :]
    table = np.zeros((count, *width), rows.dtype)
    flat = indices.reshape(-1)
    if flat.size:
        order = np.argsort(flat, kind="stable")
        places = flat[order]
        starts = np.flatnonzero(np.concatenate(([True], places[1:] != places[:-1])))
        table[places[starts]] = np.add.reduceat(rows.reshape(flat.size, *width)[order], starts, axis=0)
    return table


def _factors(indices: Array, count: int, padding_idx: int | None, by_frequency: bool, kind: Any) -> Array | None:
    """What a gradient is multiplied by before it is added at each index: nothing for padding, 1 / how often it is."""
    if padding_idx is None and not by_frequency:
        return None
    factors = np.ones(indices.shape, kind)
    if by_frequency:
        factors /= np.bincount(indices.reshape(-1), minlength=count)[indices].astype(kind)
    if padding_idx is not None:
        factors[indices == padding_idx] = 0
    return factors[..., None]


class Embedding(Function):
    __slots__ = ()
    op, backward_name, saves = "embedding", "EmbeddingBackward0", ("indices",)
    arguments = ("weight", "indices")
    formula = r"\text{weight}[\text{indices}]"
    derivatives: ClassVar[dict[str, str]] = {"weight": r"g \text{ added at the rows of indices, else } 0"}

    def forward(
        self, weight: Array, indices: Array, padding_idx: int | None = None, scale_grad_by_freq: bool = False
    ) -> Array:
        if indices.size and (indices.min() < 0 or indices.max() >= len(weight)):
            raise IndexError(
                f"index out of range in self: indices from {indices.min()} to {indices.max()}, of {len(weight)} rows"
            )
        self.saved = len(weight), indices
        return weight[indices]

    def backward(self, gradient: Array) -> Shares:
        count, indices = self.saved
        factors = _factors(indices, count, self.options.get("padding_idx"),
                           self.options.get("scale_grad_by_freq", False), gradient.dtype)  # fmt: skip
        return add_rows(count, indices, gradient if factors is None else gradient * factors), None

    def differentiate(self, gradient: Tensor) -> Any:
        return apply(EmbeddingRows, gradient, self.inputs[1], count=self.saved[0], **self.options), None


class EmbeddingRows(Function):
    """The gradient of a table: rows added at their indices."""

    __slots__ = ()
    op, backward_name, saves = "embedding_dense_backward", "EmbeddingDenseBackwardBackward0", ("indices",)
    arguments = ("grad_output", "indices")
    formula = r"\text{grad\_output added at the rows of indices}"
    derivatives: ClassVar[dict[str, str]] = {"grad_output": r"g[\text{indices}]"}

    def forward(
        self,
        grad_output: Array,
        indices: Array,
        count: int,
        padding_idx: int | None = None,
        scale_grad_by_freq: bool = False,
    ) -> Array:
        factors = _factors(indices, count, padding_idx, scale_grad_by_freq, grad_output.dtype)
        self.saved = indices, factors
        return add_rows(count, indices, grad_output if factors is None else grad_output * factors)

    def backward(self, gradient: Array) -> Shares:
        indices, factors = self.saved
        share = gradient[indices]
        return (share if factors is None else share * factors), None

    def differentiate(self, gradient: Tensor) -> Any:
        share = apply(Embedding, gradient, self.inputs[1])
        factors = self.saved[1]
        return (share if factors is None else share * constant_array(factors)), None


class EmbeddingBag(Function):
    """Sums, means or maxima of the rows of each bag. `weights` multiply the rows of a sum."""

    __slots__ = ()
    op, backward_name = "embedding_bag", "EmbeddingBagBackward0"
    arguments = ("weight", "indices", "offsets", "per_sample_weights")
    saves = ("weight", "indices", "offsets", "per_sample_weights")
    formula = r"\text{mode over each bag of } \text{weight}[\text{indices}] \cdot \text{per\_sample\_weights}"
    derivatives: ClassVar[dict[str, str]] = {
        "weight": r"g \text{ of each bag, added at the rows it took}",
        "per_sample_weights": r"g \cdot \text{weight}[\text{indices}]",
    }

    def saved_inputs(self) -> tuple[int, ...]:
        # The table itself matters to the weights of a sum alone.
        return (0, 1, 2, 3) if self.inputs[3] is not None else (1, 2)

    def forward(
        self,
        weight: Array,
        indices: Array,
        offsets: Array,
        per_sample_weights: Array | None,
        mode: str,
        scale_grad_by_freq: bool,
        include_last_offset: bool,
        padding_idx: int | None,
    ) -> Array:
        bags = len(offsets) - 1 if include_last_offset else len(offsets)
        ends = offsets[1:] if include_last_offset else np.append(offsets[1:], len(indices))
        sizes = ends - offsets[:bags]
        bag = np.repeat(np.arange(bags), sizes)
        used = indices[: len(bag)]
        kept = np.ones(len(bag), bool) if padding_idx is None else used != padding_idx
        counts = np.bincount(bag[kept], minlength=bags)
        rows = weight[used]
        # Each row's part in its bag; a gradient goes back by it.
        part = kept[:, None].astype(weight.dtype)
        if mode == "max":
            part, output = _largest(rows, bag, kept, bags)
        else:
            if mode == "mean":
                part /= np.maximum(counts, 1).astype(weight.dtype)[bag, None]
            scaled = rows * part
            if per_sample_weights is not None:
                scaled *= per_sample_weights[: len(bag), None]
            output = add_rows(bags, bag, scaled)
        self.saved = len(weight), used, bag, part, rows, per_sample_weights
        return output

    def backward(self, gradient: Array) -> Shares:
        count, indices, bag, part, rows, weights = self.saved
        back = gradient[bag] * part
        for_weights = None
        if weights is not None and self.needs(3):
            for_weights = np.zeros_like(weights)
            for_weights[: len(bag)] = (back * rows).sum(-1)
        if not self.needs(0):
            return None, None, None, for_weights
        if weights is not None:
            back *= weights[: len(bag), None]
        factors = _factors(indices, count, None, self.options["scale_grad_by_freq"], gradient.dtype)
        return add_rows(count, indices, back if factors is None else back * factors), None, None, for_weights

    def differentiate(self, gradient: Tensor) -> Any:
        count, indices, bag, part, _, _ = self.saved
        weight, weights = self.inputs[0], self.inputs[3]
        places = constant_array(indices)
        back = apply(Embedding, gradient, constant_array(bag)) * constant_array(part)
        for_weights = None
        if weights is not None and self.needs(3):
            for_weights = (back * apply(Embedding, weight, places)).sum(-1)
        if not self.needs(0):
            return None, None, None, for_weights
        if weights is not None:
            back = back * weights.unsqueeze(-1)
        by_frequency = self.options["scale_grad_by_freq"]
        table = apply(EmbeddingRows, back, places, count=count, scale_grad_by_freq=by_frequency)
        return table, None, None, for_weights


def _largest(rows: Array, bag: Array, kept: Array, bags: int) -> tuple[Array, Array]:
    """The largest number of each bag and column, 0 in an empty bag; and 1 at the first row that holds it, else 0."""
    output = np.zeros((bags, rows.shape[1]), rows.dtype)
    part = np.zeros_like(rows)
    inside = np.flatnonzero(kept)
    if inside.size:
        owner, values = bag[inside], rows[inside]
        starts = np.flatnonzero(np.concatenate(([True], owner[1:] != owner[:-1])))
        output[owner[starts]] = np.maximum.reduceat(values, starts, axis=0)
        holds = np.where(values == output[owner], inside[:, None], len(rows))
        first = np.minimum.reduceat(holds, starts, axis=0)
        np.put_along_axis(part, first, 1, axis=0)
    return part, output


def _row(padding_idx: int | None, count: int, error: type[Exception]) -> int | None:
    """`padding_idx` counted from the front."""
    if padding_idx is None:
        return None
    if not -count <= padding_idx < count:
        raise error(f"padding_idx must be within num_embeddings: {-count} through {count - 1}, but got {padding_idx}")
    return padding_idx % count


def _check_indices(input: Tensor, op: str) -> None:
    if input._array.dtype.kind != "i" or input._array.dtype.itemsize < 4:
        raise RuntimeError(
            f"Expected tensor for argument #1 'indices' to be of type Long or Int, but got {input.dtype} (while "
            f"checking arguments for {op})"
        )


def _refuse_sparse(sparse: bool, op: str) -> None:
    if sparse:
        raise NotImplementedError(
            f"{op}: sparse=True asks for a sparse gradient, which there is none of here; leave it out, the numbers are "
            "the same"
        )


def renormalize(weight: Tensor, indices: Tensor, max_norm: float, norm_type: float) -> None:
    """Scales those rows of `weight` that are read and longer than `max_norm` down to it, in place."""
    rows = np.unique(indices._array)
    if rows.size and (rows[0] < 0 or rows[-1] >= len(weight._array)):
        return  # the look-up says so
    values = weight._array[rows]
    with np.errstate(over="ignore", divide="ignore"):
        norms = np.linalg.norm(values.astype(np.float64), norm_type, axis=1)
    long = norms > max_norm
    if long.any():
        scale = (max_norm / (norms[long] + 1e-7)).astype(values.dtype)
        with mode.no_grad():
            writing.store(weight, values[long] * scale[:, None], rows[long])


def embedding(
    input: Tensor,
    weight: Tensor,
    padding_idx: int | None = None,
    max_norm: float | None = None,
    norm_type: float = 2.0,
    scale_grad_by_freq: bool = False,
    sparse: bool = False,
) -> Tensor:
    """Rows of `weight` (n, d) chosen by integers; those of `padding_idx` get no gradient.

    With `max_norm` the rows that are read are first shortened in place, where their `norm_type`-norm is larger. With
    `scale_grad_by_freq` the gradient of a row is divided by how often it was read. IndexError for rows there are not.
    """
    _check_indices(input, "embedding")
    _refuse_sparse(sparse, "embedding")
    if weight.ndim != 2:
        raise RuntimeError(f"'weight' must be 2-D, but has shape {list(weight.shape)}")
    place = _row(padding_idx, weight._array.shape[0], AssertionError)
    if max_norm is not None:
        renormalize(weight, input, max_norm, norm_type)
    return apply(Embedding, weight, input, padding_idx=place, scale_grad_by_freq=scale_grad_by_freq)


def embedding_bag(
    input: Tensor,
    weight: Tensor,
    offsets: Tensor | None = None,
    max_norm: float | None = None,
    norm_type: float = 2,
    scale_grad_by_freq: bool = False,
    mode: str = "mean",
    sparse: bool = False,
    per_sample_weights: Tensor | None = None,
    include_last_offset: bool = False,
    padding_idx: int | None = None,
) -> Tensor:
    """The sum, mean or maximum (`mode`) of rows of `weight` (n, d) over bags of integers: (bags, d).

    input: (bags, length); or a vector, with `offsets` for where each bag starts (`include_last_offset`: and for where
    the last one ends). `per_sample_weights`, shaped as input, multiply the rows of a sum. Indices `padding_idx` are
    left out. An empty bag gives zeros. ValueError and RuntimeError for what does not fit.
    """
    if mode not in ("sum", "mean", "max"):
        raise ValueError(f"mode has to be one of sum, mean or max, but got {mode!r}")
    _refuse_sparse(sparse, "embedding_bag")
    if per_sample_weights is not None and per_sample_weights.shape != input.shape:
        raise ValueError(
            f"embedding_bag: per_sample_weights has shape {list(per_sample_weights.shape)}, and must have that of the "
            f"input, {list(input.shape)}"
        )
    if weight.ndim != 2:
        raise ValueError(f"weight has to be a 2D Tensor, but has shape {list(weight.shape)}")
    if input.ndim == 2:
        if offsets is not None:
            raise ValueError("if input is 2D, then offsets has to be None, as each row is a bag")
        bags, length = input._array.shape
        offsets = constant_array(np.arange(bags) * length)
        input = input.reshape(-1)
        per_sample_weights = None if per_sample_weights is None else per_sample_weights.reshape(-1)
        include_last_offset = False
    elif input.ndim != 1:
        raise ValueError(f"input has to be 1D or 2D Tensor, but got Tensor of dimension {input.ndim}")
    elif offsets is None or offsets.ndim != 1:
        raise ValueError(f"offsets has to be a 1D Tensor but got {None if offsets is None else list(offsets.shape)}")
    if scale_grad_by_freq and mode == "max":
        raise ValueError("max mode does not support scaling the gradient by the frequency")
    if per_sample_weights is not None and mode != "sum":
        raise NotImplementedError(
            f"embedding_bag: per_sample_weights is only supported for mode='sum' (got mode='{mode}'): the weights of a "
            "mean or a maximum are not defined"
        )
    _check_indices(input, "embedding_bag")
    count, bounds, indices = weight._array.shape[0], offsets._array, input._array
    place = _row(padding_idx, count, RuntimeError)
    if include_last_offset and not bounds.size:
        raise RuntimeError("include_last_offset: number of offset should be at least 1")
    if bounds.size and bounds[0] != 0:
        raise RuntimeError(f"offsets[0] has to be 0, where the first bag starts, but got {bounds[0]}")
    if bounds.size and bounds[-1] > len(indices):
        raise RuntimeError(
            f"offsets[-1] can not be greater than input's length {len(indices)} but got offsets[-1] of {bounds[-1]}"
        )
    if (np.diff(bounds) < 0).any():
        raise RuntimeError(f"offsets must not decrease, but got {bounds.tolist()}")
    if indices.size and (indices.min() < 0 or indices.max() >= count):
        raise RuntimeError(f"indices from {indices.min()} to {indices.max()} are not all rows of a table of {count}")
    if max_norm is not None:
        renormalize(weight, input, max_norm, norm_type)
    return apply(
        EmbeddingBag, weight, input, offsets, per_sample_weights, mode=mode, scale_grad_by_freq=scale_grad_by_freq,
        include_last_offset=include_last_offset, padding_idx=place,
    )  # fmt: skip


def one_hot(tensor: Tensor, num_classes: int = -1) -> Tensor:
    """(…) of class numbers to (…, classes) of 0 and 1, int64; as many classes as are needed where not given."""
    index = tensor._array
    if index.dtype != np.int64:
        raise RuntimeError(f"one_hot is only applicable to index tensor of type LongTensor, but got {tensor.dtype}.")
    if not index.size and num_classes <= 0:
        raise RuntimeError("Can not infer total number of classes from empty tensor.")
    classes = int(index.max()) + 1 if num_classes == -1 else num_classes
    if index.size and (index.min() < 0 or index.max() >= classes):
        raise RuntimeError(
            f"Class values must be non-negative and smaller than num_classes ({classes}), but are from {index.min()} "
            f"to {index.max()}."
        )
    return constant_array((index[..., None] == np.arange(classes)).astype(np.int64))
