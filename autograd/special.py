"""`torch.special`: special functions under their longer names."""

from __future__ import annotations

from typing import Any

from autograd.functions.activation import sigmoid as expit
from autograd.functions.elementwise import expm1, log1p, round
from autograd.functions.reduction import logsumexp
from autograd.functions.smooth import entr, erfc, erfinv, exp2, i0, i0e, i1, i1e, logit, ndtr, sinc
from autograd.functions.softmax import log_softmax, softmax
from autograd.functions.special import erf, xlogy

__all__ = [
    "entr",
    "erf",
    "erfc",
    "erfinv",
    "exp2",
    "expit",
    "expm1",
    "i0",
    "i0e",
    "i1",
    "i1e",
    "log1p",
    "log_softmax",
    "logit",
    "logsumexp",
    "ndtr",
    "round",
    "sinc",
    "softmax",
    "xlogy",
]


def __getattr__(name: str) -> Any:
    from autograd.missing import explain

    raise AttributeError(explain("torch.special", name))
