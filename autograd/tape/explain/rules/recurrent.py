"""An LSTM layer that is one node: gates, memory and hidden state, step by step back to where it began."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.tape.explain.reading import Reading, one
from autograd.tape.explain.terms import Column, Factor, Index, Item, Part, Products, Sum, Term, total
from autograd.tape.segment import TapeError

# Steps back that are listed: each is a function within the next.
_LONGEST = 120


class _Layer:
    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.hidden = reading.array("hx").shape[-1]
        self.steps = reading.array("input").shape[0]
        self.reverse = bool(reading.options.get("reverse"))

    def gate(self, which: int, step: int, row: int, unit: int) -> Sum:
        """What a gate's sigmoid or tanh is taken of, at `step` of the order in which steps run."""
        reading, at = self.reading, which * self.hidden + unit
        time = self.steps - 1 - step if self.reverse else step
        items: list[Item] = [self._product("input", (time, row), "weight_ih", at)]
        if step == 0:
            items.append(self._product("hx", (row,), "weight_hh", at))
        else:
            before = time + 1 if self.reverse else time - 1
            array = reading.output(0)
            lead = np.ravel_multi_index((before, row, 0), array.shape)
            places = lead + np.arange(self.hidden)
            source = reading.page.source(reading.node["outputs"][0], "value", reading.local)
            hidden = Column(source, array.shape, places, array.ravel()[places].astype(np.float64))
            items.append(Products(np.ones(self.hidden), (hidden, self._row("weight_hh", at))))
        items += [Term(1.0, (reading.factor(b, (at,)),)) for b in ("bias_ih", "bias_hh") if reading.has(b)]
        return Sum(tuple(items))

    def _row(self, argument: str, at: int) -> Column:
        width = self.reading.array(argument).shape[1]
        return self.reading.column(argument, at * width + np.arange(width))

    def _product(self, argument: str, lead: Index, weight: str, at: int) -> Products:
        array = self.reading.array(argument)
        width = array.shape[-1]
        places = np.ravel_multi_index((*lead, 0), array.shape) + np.arange(width)
        return Products(np.ones(width), (self.reading.column(argument, places), self._row(weight, at)))

    def memory(self, step: int, row: int, unit: int) -> Part | Factor:
        """The cell state after `step`: f · the one before + i · g."""
        if step < 0:
            return self.reading.factor("cx", (row, unit))
        before: Part | Factor = self.reading.factor("cx", (row, unit))
        for at in range(step + 1):
            i, f, g = (self.gate(which, at, row, unit) for which in (0, 1, 2))
            kept = Term(1.0, (Part("sigmoid", (f,), "f"), before))
            added = Term(1.0, (Part("sigmoid", (i,), "i"), Part("tanh", (g,), "g")))
            before = Part("sum", (total(kept, added),), f"c_{{{at}}}")
        return before


def _lstm(reading: Reading, slot: int, index: Index) -> Sum:
    layer = _Layer(reading)
    *lead, row, unit = index
    step = layer.steps - 1 if not lead else layer.steps - 1 - lead[0] if layer.reverse else lead[0]
    if step >= _LONGEST:
        raise TapeError(f"“{reading.id}”: the memory of step {step} goes back too far to list every step.")
    memory = layer.memory(step, row, unit)
    if slot == 2:
        return memory.arguments[0] if isinstance(memory, Part) else one(memory)
    output = Part("sigmoid", (layer.gate(3, step, row, unit),), "o")
    return total(Term(1.0, (output, Part("tanh", (total(Term(1.0, (memory,))),)))))


RULES: dict[str, Any] = {"lstm": _lstm}
