"""What an op's sentence may speak of, by the names that the table's texts use in braces.

A field that there is no answer for raises `Untold`; the reader then says less.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from autograd.tape.segment import Array
from autograd.tape.sentences import figures
from autograd.tape.sentences.naming import node_name, tensor_name
from autograd.tape.structure import Structure
from autograd.tape.values import statistics

if TYPE_CHECKING:
    from autograd.tape.moment import Moment


class Untold(Exception):
    """This op has no such number."""


def only(array: Array | None) -> float | None:
    """The only number of an array that holds one."""
    return float(array.reshape(-1)[0]) if array is not None and array.size == 1 else None


def _there(x: Any) -> Any:
    if x is None:
        raise Untold
    return x


def _statistic(array: Array, name: str) -> str:
    found = statistics(array)[name]  # type: ignore[literal-required]
    return figures.number(_there(found))


class _Op:
    """One op at the moment it ran, forwards or backwards."""

    structure: Structure
    node: dict[str, Any]

    def __init__(self, moment: Moment, node: dict[str, Any]) -> None:
        self.moment = moment
        self.structure = moment.structure
        self.node = node
        written = [x for x in node["attributes"].values() if isinstance(x, (int, float)) and not isinstance(x, bool)]
        self._written: float | None = written[0] if written else None
        # `1 - x` and `2 ** x` name the number on the left `input`.
        first = "input" in node["attributes"]
        self.operands: list[str | None] = [None, *node["inputs"]] if first else list(node["inputs"])

    def value(self, place: int) -> Array | None:
        """The array of an operand; None for a number written in the expression."""
        identity = self.operands[place] if place < len(self.operands) else None
        return None if identity is None else self.moment.tensors[identity].value

    def operand(self, place: int) -> str:
        """An operand by its name; a number written in the expression by itself."""
        identity = self.operands[place] if place < len(self.operands) else None
        if identity is None:
            return figures.number(_there(self._written))
        constant = self.structure.tensors[identity]["kind"] == "constant"
        number = only(self.value(place)) if constant else None
        return tensor_name(self.structure, identity) if number is None else figures.number(number)

    def factor(self, place: int) -> str:
        """An operand's number, where it is one."""
        number = only(self.value(place))
        return self.operand(place) if number is None else figures.number(number)

    def exponent(self) -> float:
        written = self.node["attributes"].get("exponent")
        return float(_there(only(self.value(1)) if written is None else written))

    def out(self) -> Array:
        array: Array = _there(self.moment.tensors[self.node["outputs"][0]].value)
        return array


class Forward(_Op):
    """An op that has just run."""

    @property
    def single(self) -> bool:
        return self.out().size == 1

    def _left(self) -> Array:
        array: Array = _there(self.value(0))
        return array

    def field(self, name: str) -> str:
        """The text of one field. Raises Untold."""
        return _FORWARD[name](self)

    def _features(self) -> str:
        data = self.value(1 if self.node["op"] == "addmm" else 0)
        return figures.count(_size(_there(data), -1))

    def _per_image(self) -> int:
        return int(self.node["op"].rpartition("conv")[2].rpartition("transpose")[2][0]) + 1


def _size(array: Array, place: int) -> int:
    if array.ndim < abs(place) or (place >= 0 and array.ndim <= place):
        raise Untold
    return int(array.shape[place])


_FORWARD: dict[str, Callable[[Forward], str]] = {
    "node": lambda op: node_name(op.structure, op.node),
    "left": lambda op: op.operand(0),
    "right": lambda op: op.operand(1),
    "a": lambda op: op.factor(0),
    "b": lambda op: op.factor(1),
    "input": lambda op: op.operand(0),
    "exponent": lambda op: figures.number(op.exponent()),
    "value": lambda op: figures.number(_there(only(op.out()))),
    "shape": lambda op: figures.shape(op.out().shape),
    "leftShape": lambda op: figures.shape(op._left().shape),
    "count": lambda op: figures.count(op.out().size),
    "of": lambda op: figures.count(op.out().size),
    "leftCount": lambda op: figures.count(op._left().size),
    "zeros": lambda op: figures.count(int(np.count_nonzero(op.out() == 0))),
    "min": lambda op: _statistic(op.out(), "min"),
    "max": lambda op: _statistic(op.out(), "max"),
    "mean": lambda op: _statistic(op.out(), "mean"),
    "std": lambda op: _statistic(op.out(), "std"),
    "features": lambda op: op._features(),
    "last": lambda op: figures.count(_size(op.out(), -1)),
    "rows": lambda op: figures.count(math.prod(op.out().shape[:-1])),
    "batch": lambda op: figures.count(op._left().shape[0] if op._left().ndim else 1),
    "kernels": lambda op: figures.count(_size(op.out(), -op._per_image())),
    "each": lambda op: figures.shape(op.out().shape[-op._per_image() :]),
    "images": lambda op: figures.count(op.out().shape[0] if op.out().ndim > op._per_image() else 1),
    "parts": lambda op: figures.count(len(op.node["inputs"])),
}


class Backward(_Op):
    """An op whose backward has just run. `handed` is the first inner tensor it gave a gradient, None where there is
    none: then only leaves are left to receive it."""

    handed: str | None

    def __init__(self, moment: Moment, node: dict[str, Any]) -> None:
        super().__init__(moment, node)
        tensors = moment.tensors
        inner = [key for key in node["inputs"] if not self.structure.tensors[key]["leaf"]]
        self.handed = next((key for key in inner if tensors[key].gradient is not None), None)
        # A tensor that had a gradient already keeps it until the share arrives: the next event.
        slots = (self.structure.slots[slot] for slot in (moment.happened or {"writes": []})["writes"])
        wrote = {slot["tensor"] for slot in slots if slot["of"] == "gradient"}
        self._gradient = None if self.handed not in wrote else tensors[str(self.handed)].gradient

    @property
    def single(self) -> bool:
        return only(self._gradient) is not None

    def gradient(self) -> Array:
        array: Array = _there(self._gradient)
        return array

    def field(self, name: str) -> str:
        """The text of one field. Raises Untold."""
        return _BACKWARD[name](self)

    def _leaves(self) -> str:
        infos = self.structure.tensors
        names = [
            tensor_name(self.structure, key)
            for key in self.node["inputs"]
            if infos[key]["leaf"] and infos[key]["requires_grad"]
        ]
        return ", ".join(dict.fromkeys(names))

    def _slope(self) -> str:
        if self.node["op"] == "tanh":
            out = _there(only(self.out()))
            return figures.number(1 - out * out)
        base, exponent = _there(only(self.value(0))), self.exponent()
        try:
            power = base ** (exponent - 1)
        except (ZeroDivisionError, OverflowError):
            raise Untold from None
        if isinstance(power, complex):
            raise Untold
        return f"{figures.number(exponent)} × {figures.number(power)}"


_BACKWARD: dict[str, Callable[[Backward], str]] = {
    "node": lambda op: node_name(op.structure, op.node),
    "target": lambda op: tensor_name(op.structure, _there(op.handed)),
    "leaves": lambda op: op._leaves(),
    "left": lambda op: tensor_name(op.structure, _there(op.operands[0])),
    "gradient": lambda op: figures.number(_there(only(op.gradient()))),
    "shape": lambda op: figures.shape(op.gradient().shape),
    "count": lambda op: figures.count(op.gradient().size),
    "of": lambda op: figures.count(op.gradient().size),
    "open": lambda op: figures.count(int(np.count_nonzero(op.out()))),
    "reached": lambda op: figures.count(int(np.count_nonzero(op.gradient()))),
    "min": lambda op: _statistic(op.gradient(), "min"),
    "max": lambda op: _statistic(op.gradient(), "max"),
    "share": lambda op: _statistic(op.gradient(), "mean"),
    "exponent": lambda op: figures.number(op.exponent()),
    "less": lambda op: figures.number(op.exponent() - 1),
    "slope": lambda op: op._slope(),
    "out": lambda op: figures.number(_there(only(op.out()))),
    "parts": lambda op: figures.count(len(op.node["inputs"])),
}
