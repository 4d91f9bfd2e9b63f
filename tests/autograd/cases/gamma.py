"""The gamma function and its derivatives."""

from __future__ import annotations

from typing import Any

from cases.case import A, Case, Wrong

BELOW = (-2.9, -2.1)
LARGE = (5.0, 60.0)


def special(T: Any) -> Any:
    """Where the functions have poles, zeros and limits."""
    return T.tensor([0.0, -1.0, -2.0, 1.0, 2.0, float("inf"), float("nan"), 1e-3, 170.0])


CASES = [
    Case("lgamma", ((A, (0.05, 4.0)),), lambda T, x: T.lgamma(x)),
    Case("lgamma_large", ((A, LARGE),), lambda T, x: x.lgamma()),
    Case("lgamma_negative", ((A, BELOW),), lambda T, x: T.lgamma(x), single=1e-4),
    Case("lgamma_special", ((1,),), lambda T, x: T.lgamma(special(T)) + 0 * x.detach(), rough=True, tolerance=1e-6),
    Case("digamma", ((A, (0.05, 4.0)),), lambda T, x: T.digamma(x), tolerance=1e-8),
    Case("digamma_large", ((A, LARGE),), lambda T, x: x.digamma()),
    Case("digamma_negative", ((A, BELOW),), lambda T, x: T.digamma(x), single=1e-3),
    Case("digamma_special", ((1,),), lambda T, x: T.digamma(special(T)) + 0 * x.detach(), rough=True, tolerance=1e-6),
    Case("polygamma_0", ((A, (0.3, 4.0)),), lambda T, x: T.polygamma(0, x), tolerance=1e-8),
    Case("polygamma_1", ((A, (0.3, 4.0)),), lambda T, x: T.polygamma(1, x), tolerance=1e-8),
    Case("polygamma_2", ((A, (0.3, 4.0)),), lambda T, x: x.polygamma(2)),
    Case("polygamma_3_large", ((A, LARGE),), lambda T, x: T.polygamma(3, x)),
    Case("mvlgamma", ((A, (2.0, 6.0)),), lambda T, x: T.mvlgamma(x, 3)),
    Case(
        "lgamma_of_integers",
        ((1,),),
        lambda T, x: T.lgamma(T.tensor([1, 3, 6])) + 0 * x.detach(),
        rough=True,
        tolerance=1e-6,
    ),
]

WRONG = [
    Wrong("polygamma_order", lambda T: T.polygamma(-1, T.ones(2))),
    Wrong("mvlgamma_dimensions", lambda T: T.mvlgamma(T.ones(2), 0)),
]
