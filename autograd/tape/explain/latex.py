"""Sums in LaTeX, with a run's numbers in them."""

from __future__ import annotations

import math

from autograd.tape.explain.functions import FUNCTIONS
from autograd.tape.explain.terms import Factor, Group, Index, Part, Sum, Term

# Terms written out, at the top and inside a function; the rest is one number.
_TOP, _INSIDE = 6, 3
_DEPTH = 6


def rounded(value: float) -> str:
    """A number to four digits, as a person writes it: `0.25`, `-3`, `1.234 \\cdot 10^{-5}`."""
    if math.isnan(value):
        return r"\text{NaN}"
    if math.isinf(value):
        return r"\infty" if value > 0 else r"-\infty"
    if value == 0:
        return "0"
    if value == int(value) and abs(value) < 1e5:
        return str(int(value))
    exponent = math.floor(math.log10(abs(value)))
    if -4 <= exponent < 5:
        text = f"{value:.{max(0, 3 - exponent)}f}"
        return text.rstrip("0").rstrip(".") if "." in text else text
    mantissa, _, power = f"{value:.3e}".partition("e")
    mantissa = mantissa.rstrip("0").rstrip(".")
    return rf"{mantissa} \cdot 10^{{{int(power)}}}"


def name(tensor: str, index: Index) -> str:
    """An element's name: `\\text{fc.weight}_{0,2}`."""
    text = tensor.replace("\\", "").replace("_", r"\_").replace("~", r"\sim{}").replace("#", r"\#").replace("%", r"\%")
    text = text.replace("&", r"\&").replace("$", r"\$").replace("{", "").replace("}", "")
    return rf"\text{{{text}}}" + (rf"_{{{','.join(map(str, index))}}}" if index else "")


def _bracketed(text: str) -> str:
    return f"({text})" if text.startswith("-") or r"\cdot" in text else text


def _factor(factor: Factor | Part, depth: int) -> str:
    if isinstance(factor, Factor):
        return _bracketed(rounded(factor.value))
    if factor.symbol is not None:
        return rf"\underbrace{{{rounded(factor.value)}}}_{{{factor.symbol}}}"
    if depth >= _DEPTH:
        return _bracketed(rounded(factor.value))
    text = FUNCTIONS[factor.function].latex
    for place, argument in enumerate(factor.arguments, 1):
        text = text.replace(f"#{place}", in_numbers(argument, _INSIDE, depth + 1))
    return text


def _term(term: Term | Group, depth: int) -> str:
    if isinstance(term, Group):
        return _bracketed(rounded(term.evaluate()))
    parts = [_factor(factor, depth) for factor in term.factors]
    if not parts:
        return _bracketed(rounded(term.coefficient))
    if term.coefficient == 1:
        return r" \cdot ".join(parts)
    return r" \cdot ".join([_bracketed(rounded(term.coefficient)), *parts])


def in_numbers(of: Sum, limit: int = _TOP, depth: int = 0) -> str:
    """The sum written out: its largest terms, and what the others add up to."""
    shown, count, value = of.largest(limit)
    parts = [_term(term, depth) for term in shown]
    if count:
        parts.append(rf"\underbrace{{{rounded(value)}}}_{{{count}\ \text{{more}}}}")
    return " + ".join(parts) if parts else "0"


def equation(left: str, of: Sum) -> str:
    """`left = terms = value`."""
    numbers, value = in_numbers(of), rounded(of.evaluate())
    return f"{left} = {numbers}" + ("" if numbers in (value, f"({value})") else f" = {value}")
