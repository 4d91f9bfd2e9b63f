"""Determinants and inverses of small matrices, written out as sums over permutations (Leibniz's formula)."""

from __future__ import annotations

from itertools import permutations
from typing import Any

from autograd.tape.explain.reading import Reading
from autograd.tape.explain.rules.elementwise import applied
from autograd.tape.explain.terms import Factor, Index, Part, Sum, Term
from autograd.tape.segment import TapeError

# 5! = 120 terms; more is no explanation.
_LARGEST = 5


def _sign(order: tuple[int, ...]) -> int:
    swaps = sum(a > b for i, a in enumerate(order) for b in order[i + 1 :])
    return -1 if swaps % 2 else 1


def _determinant(rows: list[list[Factor]], sign: int = 1) -> Sum:
    size = range(len(rows))
    return Sum(
        tuple(Term(float(sign * _sign(order)), tuple(rows[i][order[i]] for i in size)) for order in permutations(size))
    )


def _matrix(reading: Reading, lead: Index) -> list[list[Factor]]:
    size = reading.array(0).shape[-1]
    if size > _LARGEST:
        raise TapeError(f"“{reading.id}”: a matrix of {size} rows has too many terms to list them.")
    return [[reading.factor(0, (*lead, i, j)) for j in range(size)] for i in range(size)]


def _det(reading: Reading, slot: int, index: Index) -> Sum:
    if slot:
        raise TapeError(f"“{reading.id}”: only the determinant itself is taken apart.")
    return _determinant(_matrix(reading, index))


def _slogdet(reading: Reading, slot: int, index: Index) -> Sum:
    determinant = _determinant(_matrix(reading, index))
    if slot == 0:
        return applied("sign", determinant)
    if slot == 1:
        return applied("log", applied("abs", determinant))
    raise TapeError(f"“{reading.id}”: only the sign and the logarithm are taken apart.")


def _inverse(reading: Reading, slot: int, index: Index) -> Sum:
    """The cofactor of the element across, over the determinant."""
    *lead, row, column = index
    matrix = _matrix(reading, tuple(lead))
    minor = [[a for j, a in enumerate(line) if j != row] for i, line in enumerate(matrix) if i != column]
    over = Part("reciprocal", (_determinant(matrix),))
    cofactor = _determinant(minor, -1 if (row + column) % 2 else 1)
    return Sum(tuple(Term(t.coefficient, (*t.factors, over)) for t in cofactor.items if isinstance(t, Term)))


RULES: dict[str, Any] = {"det": _det, "slogdet": _slogdet, "inv": _inverse}
