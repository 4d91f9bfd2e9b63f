"""A node of one iteration as a rule sees it: the arrays it read, its options, and its elements as factors."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np

from autograd.tape.explain.again import Again
from autograd.tape.explain.pages import Page
from autograd.tape.explain.terms import Column, Factor, Index, Products, Source, Sum, Term
from autograd.tape.segment import Array, TapeError


class Reading:
    """A node as its forward ran. Inputs are by place; an optional one that was absent has none.

    Raises TapeError where the node ran before this iteration, so that what it read is not at hand.
    """

    def __init__(self, page: Page, node: dict[str, Any]) -> None:
        self.page = page
        self.node = node
        self.id: str = node["id"]
        self.op: str = node["op"]
        local = page.forward_of(self.id)
        if local is None:
            raise TapeError(f"“{self.id}” ran before this iteration: what it read is not on this page of the tape.")
        self.local = local
        absent = set(node.get("absent", ()))
        names = iter(node["inputs"])
        count = len(node["inputs"]) + len(absent)
        self.names: list[str | None] = [None if place in absent else next(names) for place in range(count)]

    @cached_property
    def arrays(self) -> list[Array | None]:
        """What it read."""
        found: list[Array | None] = []
        for name in self.names:
            array = None if name is None else self.page.held(name, "value", self.local)
            if name is not None and array is None:
                raise TapeError(f"The tape does not hold the value of “{name}” that “{self.id}” read.")
            found.append(array)
        return found

    @cached_property
    def again(self) -> Again:
        """The op, to run again."""
        return Again(self.node, self.arrays)

    @property
    def options(self) -> dict[str, Any]:
        """Its options, as the op got them."""
        return self.again.options

    def output(self, slot: int = 0) -> Array:
        """What it made, in float64 where it is of floating type."""
        array = self.page.held(self.node["outputs"][slot], "value", self.local)
        if array is None:
            raise TapeError(f"The tape does not hold what “{self.id}” made.")
        return array

    def has(self, argument: str) -> bool:
        """Was this input given?"""
        return self.again.place(argument) is not None

    def _place(self, argument: str | int) -> int:
        place = argument if isinstance(argument, int) else self.again.place(argument)
        if place is None:
            raise TapeError(f"“{self.id}” has no input “{argument}”.")
        return place

    def array(self, argument: str | int) -> Array:
        """An input, in float64 where it is of floating type."""
        array = self.again.arrays[self._place(argument)]
        assert array is not None
        return array

    def source(self, argument: str | int) -> Source:
        """An input's value as it was read."""
        name = self.names[self._place(argument)]
        assert name is not None
        return self.page.source(name, "value", self.local)

    def factor(self, argument: str | int, index: Index) -> Factor:
        """One element of an input."""
        return Factor(self.source(argument), tuple(int(i) for i in index), float(self.array(argument)[index]))

    def spread(self, argument: str | int, index: Index) -> Factor:
        """The element of an input that broadcasting brings to an output element."""
        shape = self.array(argument).shape
        tail = index[len(index) - len(shape) :]
        return self.factor(argument, tuple(0 if extent == 1 else i for i, extent in zip(tail, shape, strict=True)))

    def column(self, argument: str | int, places: Array) -> Column:
        """Elements of an input by their places, counted in order."""
        array = self.array(argument)
        return Column(self.source(argument), array.shape, places, array.ravel()[places].astype(np.float64))

    def made(self, slot: int, index: Index) -> Factor:
        """One element of an output."""
        name = self.node["outputs"][slot]
        return Factor(self.page.source(name, "value", self.local), index, float(self.output(slot)[index]))

    def weighted(self, argument: str | int, coefficients: Array) -> Products:
        """An input's elements times coefficients of its shape, without those that are zero."""
        flat = coefficients.ravel()
        places = np.flatnonzero(flat)
        return Products(flat[places], (self.column(argument, places),))


def one(factor: Factor) -> Sum:
    """A sum of one factor."""
    return Sum((Term(1.0, (factor,)),))
