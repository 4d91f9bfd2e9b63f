"""The rules of ops that no general way explains, one family a file: op → the sum that an output element is."""

from __future__ import annotations

from autograd.tape.explain.rules import (
    distances,
    elementwise,
    losses,
    matrices,
    normalization,
    recurrent,
    reduction,
    softmax,
)
from autograd.tape.explain.rules.elementwise import Rule
from autograd.tape.explain.rules.reduction import place_of_choice

VALUES: dict[str, Rule] = {
    **elementwise.RULES,
    **softmax.RULES,
    **reduction.RULES,
    **normalization.RULES,
    **losses.RULES,
    **recurrent.RULES,
    **distances.RULES,
    **matrices.RULES,
}

__all__ = ["VALUES", "Rule", "place_of_choice"]
