"""A recorded op, run again on arrays of our choosing: how outputs hang on inputs is asked of the op itself.

Everything is in float64. An op that is linear in an input has one coefficient per pair of elements: a forward of a
single 1 shows those of an input element, a backward of a single 1 those of an output element. Where the coefficient is
an element of another operand, putting that operand's positions in its place tells which.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np

from autograd import mode, recording, viewing
from autograd.function import Function, node_for
from autograd.tape.explain.terms import Index
from autograd.tape.options import Unknown, decode, ops
from autograd.tape.segment import Array, TapeError
from autograd.tensor import wrap

# Runs of a backward that finding the sparse coefficients of one element may cost.
_MAX_RUNS = 20_000

# Elements that an op may make whatever the size of its inputs; and options that are operands and ask for no memory.
_ROOM = 1 << 22
_NUMBERS = frozenset({
    "other", "input", "exponent", "value", "alpha", "beta", "weight", "min", "max", "index", "ignore_index",
})  # fmt: skip

# Ops that make an output element of the input elements in the same place alone.
ELEMENTWISE = frozenset({
    "exp", "expm1", "exp2", "log", "log2", "log10", "log1p", "sqrt", "rsqrt", "reciprocal", "sign", "floor", "ceil",
    "trunc", "round", "sin", "cos", "tan", "asin", "acos", "atan", "sinh", "cosh", "tanh", "asinh", "acosh", "atanh",
    "erf", "erfc", "lgamma", "digamma", "sigmoid", "square", "relu", "leaky_relu", "elu", "silu", "softplus", "gelu",
    "add", "sub", "rsub", "mul", "div", "neg", "pow", "remainder", "abs", "clamp", "clone", "to", "dropout",
    "masked_fill", "where", "atan2",
})  # fmt: skip


class Again:
    """A node of the structure with the arrays it read, by place (None: an optional input that was absent).

    Raises TapeError where the op is not the core's, or its options are not on the tape.
    """

    def __init__(self, node: dict[str, Any], arrays: Sequence[Array | None]) -> None:
        self.node = node
        if "function" not in node:
            raise TapeError(f"“{node['id']}”: this tape is of an older Backplay and does not hold its ops' options.")
        function = ops().get(node["function"])
        if function is None or node["options"] is None:
            raise TapeError(
                f"“{node['id']}” ({node['op']}) cannot be run again from the tape: "
                + ("its options are not on it." if function is not None else "it is an op of the script's own.")
            )
        if getattr(function, "forward", None) is None and function not in _VIEWS:
            raise TapeError(f"“{node['id']}” ({node['op']}) cannot be run again from the tape: it is the script's own.")
        self.function: type[Function] = function
        try:
            self.options: dict[str, Any] = {name: decode(value) for name, value in node["options"].items()}
        except Unknown as error:
            raise TapeError(f"The options of “{node['id']}” on this tape are not valid: {error}.") from None
        most = max([_ROOM, *[16 * a.size for a in arrays if a is not None]])
        if any(_asked(name, value) > most for name, value in self.options.items()):
            raise TapeError(f"The options of “{node['id']}” on this tape do not fit its arrays.")
        self.arrays = [None if a is None else a.astype(np.float64) if a.dtype.kind == "f" else a for a in arrays]
        self.arguments = [self._argument(place) for place in range(len(self.arrays))]

    def _argument(self, place: int) -> str:
        names = self.function.arguments
        return names[place] if place < len(names) else names[-1] if names else "input"

    def floats(self) -> list[int]:
        """Places of the inputs of floating type."""
        return [place for place, a in enumerate(self.arrays) if a is not None and a.dtype.kind == "f"]

    def place(self, argument: str) -> int | None:
        """The place of an argument that was given."""
        if argument not in self.arguments:
            return None
        place = self.arguments.index(argument)
        return None if self.arrays[place] is None else place

    def run(self, replaced: dict[int, Array] | None = None) -> tuple[Function, list[Array]]:
        """The node and its outputs, with some inputs replaced."""
        arrays = list(self.arrays)
        for place, array in (replaced or {}).items():
            arrays[place] = array
        inputs = tuple(None if a is None else wrap(a) for a in arrays)
        edges = tuple(t if t is not None and t._array.dtype.kind == "f" else None for t in inputs)
        node = node_for(self.function, inputs, edges, self.options)
        node.number = 0
        with self._quietly():
            if self.function in _VIEWS:
                results = _VIEWS[self.function](node, arrays, self.options)
            else:
                results = node.forward(*arrays, **self.options)
        outputs = list(results) if isinstance(results, tuple | list) else [results]
        return node, [np.asarray(output) for output in outputs]

    def backward(
        self, node: Function, slot: int, gradient: Array, replaced: dict[int, Array] | None = None
    ) -> list[Array | None]:
        """The shares of every input, for a gradient at one output; `replaced` as in the `run` that made the node."""
        gradients: list[Any] = [*[None] * slot, gradient]
        with self._quietly():
            shares = node.backward(*gradients)
        shares = shares if isinstance(shares, tuple) else (shares,)
        found: list[Array | None] = []
        for place, own in enumerate(self.arrays):
            array = (replaced or {}).get(place, own)
            share = shares[place] if place < len(shares) else None
            if share is None or array is None or array.dtype.kind != "f":
                found.append(None)
            else:
                found.append(np.asarray(share, np.float64).reshape(array.shape))
        return found

    @contextmanager
    def _quietly(self) -> Iterator[None]:
        """Nothing is recorded, no graph made. Whatever an op raises for numbers or options it refuses is TapeError."""
        try:
            with recording.paused(), mode.no_grad(), np.errstate(all="ignore"):
                yield
        except TapeError:
            raise
        except Exception as error:
            raise TapeError(f"“{self.node['id']}” ({self.node['op']}) cannot be run again: {error}") from error

    def row(self, slot: int, index: Index, replaced: dict[int, Array] | None = None) -> list[Array | None]:
        """The derivatives of output element `index` in every element of every input."""
        node, outputs = self.run(replaced)
        return self.backward(node, slot, one_at(index, outputs[slot].shape), replaced)

    def column(self, slot: int, place: int, index: Index) -> Array:
        """The derivatives of every element of output `slot` in one input element. Exact; TapeError where too many."""
        node, outputs = self.run()
        shape = outputs[slot].shape
        array = self.arrays[place]
        if self.node["op"] in ELEMENTWISE and array is not None and array.shape == shape:
            # Each element has to do with its own only: one backward of ones has all derivatives, whatever is infinite.
            share = self.backward(node, slot, np.ones(shape))[place]
            column = np.zeros(shape)
            column[index] = 0.0 if share is None else share[index]
            return column
        if node.differentiate is not None:
            try:
                found = self._by_graph(node, slot, place, index, shape)
            except RuntimeError:  # its derivative cannot be differentiated again
                found = None
            if found is not None:
                return found
        return self._by_search(node, slot, place, index, shape)

    def _by_graph(self, node: Function, slot: int, place: int, index: Index, shape: Index) -> Array | None:
        """The share is linear in the gradient: its own gradient in the gradient is the column."""
        with recording.paused(), mode.enable_grad(), np.errstate(all="ignore"):
            gradient = wrap(np.zeros(shape))
            gradient.requires_grad_(True)
            shares = node.differentiate(*[*[None] * slot, gradient])
            shares = shares if isinstance(shares, tuple) else (shares,)
            share = shares[place] if place < len(shares) else None
            if share is None or not share.requires_grad:
                return np.zeros(shape) if share is not None else None
            array = self.arrays[place]
            assert array is not None
            seed = wrap(one_at(index, share._array.shape))
            from autograd import engine

            (found,) = engine.grad([share], [seed], [gradient], None, False, True, False)
        return np.zeros(shape) if found is None else np.asarray(found._array, np.float64)

    def _by_search(self, node: Function, slot: int, place: int, index: Index, shape: Index) -> Array:
        """Halves the outputs until those that matter are found; random weights keep halves from cancelling."""
        size = int(np.prod(shape, dtype=np.int64))
        weights = np.random.default_rng(0).uniform(1, 2, size)
        column = np.zeros(size)
        pending = [np.arange(size)]
        runs = 0
        while pending:
            places = pending.pop()
            runs += 1
            if runs > _MAX_RUNS:
                raise TapeError(f"“{self.node['id']}” ({self.node['op']}) mixes too many elements to list them.")
            gradient = np.zeros(size)
            gradient[places] = weights[places]
            shares = self.backward(node, slot, gradient.reshape(shape))
            share = shares[place]
            found = 0.0 if share is None else float(share[index])
            if found == 0:
                continue
            if len(places) == 1:
                column[places] = found / weights[places]
            else:
                pending += np.array_split(places, 2)
        return column.reshape(shape)


def _asked(name: str, value: Any) -> int:
    """How many elements an option may make an op allocate: a shape, a count of repeats."""
    if name in _NUMBERS or isinstance(value, bool):
        return 0
    if isinstance(value, int):
        return abs(value)
    if isinstance(value, tuple | list):
        return math.prod(max(1, _asked("", item)) for item in value)
    return 0


def one_at(index: Index, shape: Index) -> Array:
    """Zeros with a 1 at `index`."""
    array = np.zeros(shape)
    array[index] = 1
    return array


def positions(shape: Index) -> Array:
    """1, 2, 3, … in order: what an element's number is, so that 0 means none."""
    return np.arange(1, int(np.prod(shape, dtype=np.int64)) + 1, dtype=np.float64).reshape(shape)


def _as_strided(node: Function, arrays: Sequence[Any], options: dict[str, Any]) -> Array:
    (array,) = arrays
    places = viewing.places_in(np.ascontiguousarray(array), **options)
    if places is None:
        raise TapeError("A look into memory that this tape no longer knows the layout of.")
    node.saved = array.shape, places
    return np.asarray(array.reshape(-1)[places])


def _copy_into_view(node: Function, arrays: Sequence[Any], options: dict[str, Any]) -> Array:
    array, value = arrays
    places = viewing.places_in(np.ascontiguousarray(array), **options)
    if places is None:
        raise TapeError("A write into memory that this tape no longer knows the layout of.")
    node.saved = places
    output = np.array(array, order="C")
    output.reshape(-1)[places] = value
    return output


# Ops whose forward is a change of memory and not a function of arrays.
_VIEWS: dict[type[Function], Callable[..., Array]] = {
    viewing.AsStrided: _as_strided,
    viewing.CopyIntoView: _copy_into_view,
}
