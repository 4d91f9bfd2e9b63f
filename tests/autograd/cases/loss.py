"""Losses."""

from __future__ import annotations

from cases.case import POSITIVE, UNIT, A, Case, ints

CASES = [
    Case("mse_loss", (A, A), lambda T, a, b: T.nn.functional.mse_loss(a, b)),
    Case("mse_loss_none", (A, A), lambda T, a, b: T.nn.functional.mse_loss(a, b, reduction="none")),
    Case("l1_loss", (A, A), lambda T, a, b: T.nn.functional.l1_loss(a, b), twice=False),
    Case("l1_loss_sum", (A, A), lambda T, a, b: T.nn.functional.l1_loss(a, b, reduction="sum"), twice=False),
    Case("smooth_l1_loss", (A, A), lambda T, a, b: T.nn.functional.smooth_l1_loss(a, b, beta=0.5), twice=False),
    Case("huber_loss", (A, A), lambda T, a, b: T.nn.functional.huber_loss(a, b, delta=0.7), twice=False),
    Case("cross_entropy", ((3, 5),), lambda T, a: T.nn.functional.cross_entropy(a, ints(T, 0, 4, 2)), twice=False),
    Case(
        "cross_entropy_sum",
        ((3, 5),),
        lambda T, a: T.nn.functional.cross_entropy(a, ints(T, 0, 4, 2), reduction="sum"),
        twice=False,
    ),
    Case(
        "cross_entropy_none",
        ((3, 5),),
        lambda T, a: T.nn.functional.cross_entropy(a, ints(T, 0, 4, 2), reduction="none"),
        twice=False,
    ),
    Case(
        "cross_entropy_ignore",
        ((3, 5),),
        lambda T, a: T.nn.functional.cross_entropy(a, ints(T, 0, -100, 2), ignore_index=-100),
        twice=False,
    ),
    Case(
        "cross_entropy_weight",
        ((3, 5), ((5,), POSITIVE)),
        lambda T, a, w: T.nn.functional.cross_entropy(a, ints(T, 0, 4, 2), w.detach()),
        twice=False,
    ),
    Case(
        "cross_entropy_smooth",
        ((3, 5),),
        lambda T, a: T.nn.functional.cross_entropy(a, ints(T, 0, 4, 2), label_smoothing=0.2),
        twice=False,
    ),
    Case("cross_entropy_single", ((5,),), lambda T, a: T.nn.functional.cross_entropy(a, T.tensor(3)), twice=False),
    Case(
        "cross_entropy_image",
        ((2, 3, 2),),
        lambda T, a: T.nn.functional.cross_entropy(a, T.tensor([[0, 1], [2, 2]])),
        twice=False,
    ),
    Case(
        "cross_entropy_probabilities",
        ((3, 5), (3, 5)),
        lambda T, a, p: T.nn.functional.cross_entropy(a, p.softmax(1)),
        composed=True,
        twice=False,
    ),
    Case("nll_loss", ((3, 5),), lambda T, a: T.nn.functional.nll_loss(a, ints(T, 0, 4, 2)), twice=False),
    Case(
        "binary_cross_entropy",
        ((A, UNIT), (A, UNIT)),
        lambda T, a, b: T.nn.functional.binary_cross_entropy(a, b.detach()),
        twice=False,
    ),
    Case(
        "bce_logits",
        (A, (A, UNIT)),
        lambda T, a, b: T.nn.functional.binary_cross_entropy_with_logits(a, b),
        twice=False,
    ),
    Case(
        "bce_logits_weight",
        (A, (A, UNIT), ((4,), POSITIVE)),
        lambda T, a, b, w: T.nn.functional.binary_cross_entropy_with_logits(a, b.detach(), pos_weight=w.detach()),
        twice=False,
    ),
    Case(
        "kl_div",
        (A, (A, UNIT)),
        lambda T, a, b: T.nn.functional.kl_div(a, b.detach(), reduction="batchmean"),
        composed=True,
        twice=False,
    ),
    Case("cosine_similarity", (A, A), lambda T, a, b: T.cosine_similarity(a, b), composed=True),
]
