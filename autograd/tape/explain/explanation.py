"""The answer to "why is this number what it is?"."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from autograd.tape.explain.terms import Group, Index, Sum, Term
from autograd.tape.segment import plain


@dataclass(frozen=True, slots=True)
class Explanation:
    """The exact arithmetic of one element.

    `value` is the recorded number; `event` the index of the event that wrote it (-1: it was there before); `kind` the
    way it came about (a key of `sentences.SENTENCES`); `line` the script's, where there is one. `latex` is the rule and
    `latex_numbers` the same with this run's numbers; `sentence` says it in words, by language.
    """

    tensor: str
    index: Index
    of: str
    at: int
    event: int
    value: float
    kind: str
    sum: Sum
    latex: str
    latex_numbers: str
    sentence: dict[str, str]
    node: str | None = None
    line: int | None = None
    limit: int = 12
    numeric: dict[str, Any] | None = field(default=None)

    @property
    def terms(self) -> list[Term | Group]:
        """The largest terms, `limit` of them, largest first."""
        return self.sum.largest(self.limit)[0]

    @property
    def left_out(self) -> tuple[int, float]:
        """How many terms `terms` leaves out, and what they add up to."""
        return self.sum.largest(self.limit)[1:]

    def evaluate(self) -> float:
        """What all terms add up to. Reads coefficients and factors' values, and nothing else."""
        return self.sum.evaluate()

    def to_json(self) -> dict[str, Any]:
        """As the API answers; numbers that JSON has no word for are strings."""
        found: dict[str, Any] = plain({
            "tensor": self.tensor, "index": list(self.index), "of": self.of, "at": self.at, "event": self.event,
            "kind": self.kind, "node": self.node, "line": self.line, "latex": self.latex,
            "latex_numbers": self.latex_numbers, "sentence": self.sentence, **self.sum.to_json(self.limit),
            "numeric": self.numeric, "evaluated": self.evaluate(), "value": self.value,
        })  # fmt: skip
        return found
