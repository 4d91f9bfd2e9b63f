"""Losses, distances and similarities."""

from __future__ import annotations

from typing import Any

from cases.case import POSITIVE, UNIT, A, Case, Wrong, ints

Y = (0, 4, 2)
P = (3, 5)  # three samples of five classes, with the targets Y
SIGNS = (1.0, -1.0, 1.0, -1.0, -1.0, 1.0, 1.0, -1.0, 1.0, 1.0, -1.0, 1.0)


def signs(T: Any, like: Any) -> Any:
    """Targets of 1 and -1 in the dtype of `like`, of its size of at most 12."""
    return T.tensor(SIGNS[: like.numel()], dtype=like.dtype).reshape(like.shape)


def labels(T: Any) -> Any:
    """Rows of classes, ended by -1; one names a class twice, one none."""
    return T.tensor([[1, 3, -1, 0, 2], [4, 4, 0, -1, -1], [-1, 0, 1, 2, 3]])


def image(T: Any) -> Any:
    """Labels of two images of 2 by 2, one of them -100."""
    return T.tensor([[[0, 1], [2, 2]], [[1, -100], [0, 2]]])


def matrix(T: Any) -> Any:
    """A matrix of ones."""
    return T.ones(2, 3)


def ctc(T: Any, a: Any, **options: Any) -> Any:
    """Three samples of other lengths: one label twice in a row, one of none."""
    targets = T.tensor([[1, 1, 2], [3, 1, 0], [0, 0, 0]])
    return T.nn.functional.ctc_loss(a.log_softmax(2), targets, (7, 5, 6), (3, 2, 0), **options)


CASES = [
    Case(
        "mse_loss",
        (
            A,
            A,
        ),
        lambda T, a, b: T.nn.functional.mse_loss(a, b),
    ),
    Case(
        "mse_loss_none",
        (
            A,
            A,
        ),
        lambda T, a, b: T.nn.functional.mse_loss(a, b, reduction="none"),
    ),
    Case(
        "mse_loss_sum",
        (
            A,
            A,
        ),
        lambda T, a, b: T.nn.functional.mse_loss(a, b, reduction="sum"),
    ),
    Case(
        "mse_loss_weight",
        (
            A,
            A,
            (A, POSITIVE),
        ),
        lambda T, a, b, c: T.nn.functional.mse_loss(a, b, weight=c),
    ),
    Case(
        "mse_loss_weight_sum",
        (
            A,
            A,
            (A, POSITIVE),
        ),
        lambda T, a, b, c: T.nn.functional.mse_loss(a, b, weight=c, reduction="sum"),
    ),
    Case(
        "l1_loss_mean",
        (
            A,
            A,
        ),
        lambda T, a, b: T.nn.functional.l1_loss(a, b, reduction="mean"),
    ),
    Case(
        "l1_loss_sum",
        (
            A,
            A,
        ),
        lambda T, a, b: T.nn.functional.l1_loss(a, b, reduction="sum"),
    ),
    Case(
        "l1_loss_none",
        (
            A,
            A,
        ),
        lambda T, a, b: T.nn.functional.l1_loss(a, b, reduction="none"),
    ),
    Case(
        "l1_loss_weight",
        (
            A,
            A,
            (A, POSITIVE),
        ),
        lambda T, a, b, c: T.nn.functional.l1_loss(a, b, weight=c),
    ),
    Case(
        "smooth_l1_loss",
        (
            A,
            A,
        ),
        lambda T, a, b: T.nn.functional.smooth_l1_loss(a, b, beta=0.5),
    ),
    Case(
        "smooth_l1_loss_none",
        (
            A,
            A,
        ),
        lambda T, a, b: T.nn.functional.smooth_l1_loss(a, b, reduction="none"),
    ),
    Case(
        "smooth_l1_loss_sharp",
        (
            A,
            A,
        ),
        lambda T, a, b: T.nn.functional.smooth_l1_loss(a, b, reduction="sum", beta=0.0),
    ),
    Case(
        "huber_loss",
        (
            A,
            A,
        ),
        lambda T, a, b: T.nn.functional.huber_loss(a, b, delta=0.7),
    ),
    Case(
        "huber_loss_sum",
        (
            A,
            A,
        ),
        lambda T, a, b: T.nn.functional.huber_loss(a, b, reduction="sum"),
    ),
    Case(
        "huber_loss_none",
        (
            A,
            A,
        ),
        lambda T, a, b: T.nn.functional.huber_loss(a, b, reduction="none"),
    ),
    Case(
        "huber_loss_weight",
        (
            A,
            A,
            (A, POSITIVE),
        ),
        lambda T, a, b, c: T.nn.functional.huber_loss(a, b, weight=c),
    ),
    Case(
        "poisson_nll_loss",
        (
            A,
            (A, POSITIVE),
        ),
        lambda T, a, b: T.nn.functional.poisson_nll_loss(a, b),
    ),
    Case(
        "poisson_nll_loss_full",
        (
            A,
            (A, (0.2, 4.0)),
        ),
        lambda T, a, b: T.nn.functional.poisson_nll_loss(a, b.detach(), full=True),
    ),
    Case(
        "poisson_nll_loss_rates",
        (
            (A, POSITIVE),
            (A, (0.2, 4.0)),
        ),
        lambda T, a, b: T.nn.functional.poisson_nll_loss(a, b, log_input=False, full=True, reduction="sum"),
    ),
    Case(
        "poisson_nll_loss_none",
        (
            A,
            (A, POSITIVE),
        ),
        lambda T, a, b: T.nn.functional.poisson_nll_loss(a, b, reduction="none"),
    ),
    Case(
        "gaussian_nll_loss",
        (
            A,
            A,
            (A, POSITIVE),
        ),
        lambda T, a, b, c: T.nn.functional.gaussian_nll_loss(a, b, c),
    ),
    Case(
        "gaussian_nll_loss_full",
        (
            A,
            A,
            (A, POSITIVE),
        ),
        lambda T, a, b, c: T.nn.functional.gaussian_nll_loss(a, b, c, full=True, reduction="sum"),
    ),
    Case(
        "gaussian_nll_loss_shared",
        (
            A,
            A,
            ((3,), POSITIVE),
        ),
        lambda T, a, b, c: T.nn.functional.gaussian_nll_loss(a, b, c, reduction="none"),
    ),
    Case(
        "gaussian_nll_loss_column",
        (
            A,
            A,
            ((3, 1), POSITIVE),
        ),
        lambda T, a, b, c: T.nn.functional.gaussian_nll_loss(a, b, c),
    ),
    Case(
        "gaussian_nll_loss_number",
        (
            A,
            A,
        ),
        lambda T, a, b: T.nn.functional.gaussian_nll_loss(a, b, 0.6),
    ),
    Case(
        "gaussian_nll_loss_clamped",
        (
            A,
            A,
            (A, POSITIVE),
        ),
        lambda T, a, b, c: T.nn.functional.gaussian_nll_loss(a, b, c, eps=1.0),
        rough=True,
    ),
    Case("cross_entropy", (P,), lambda T, a: T.nn.functional.cross_entropy(a, ints(T, *Y))),
    Case("cross_entropy_sum", (P,), lambda T, a: T.nn.functional.cross_entropy(a, ints(T, *Y), reduction="sum")),
    Case("cross_entropy_none", (P,), lambda T, a: T.nn.functional.cross_entropy(a, ints(T, *Y), reduction="none")),
    Case("cross_entropy_ignore", (P,), lambda T, a: T.nn.functional.cross_entropy(a, ints(T, 0, -100, 2))),
    Case(
        "cross_entropy_ignore_class",
        (P,),
        lambda T, a: T.nn.functional.cross_entropy(a, ints(T, *Y), ignore_index=4, reduction="none"),
    ),
    Case(
        "cross_entropy_weight",
        (
            P,
            ((5,), POSITIVE),
        ),
        lambda T, a, b: T.nn.functional.cross_entropy(a, ints(T, *Y), b.detach()),
    ),
    Case(
        "cross_entropy_weight_sum",
        (
            P,
            ((5,), POSITIVE),
        ),
        lambda T, a, b: T.nn.functional.cross_entropy(a, ints(T, 0, -100, 2), b.detach(), reduction="sum"),
    ),
    Case(
        "cross_entropy_smooth_mean",
        (P,),
        lambda T, a: T.nn.functional.cross_entropy(a, ints(T, 0, -100, 2), reduction="mean", label_smoothing=0.2),
    ),
    Case(
        "cross_entropy_smooth_sum",
        (P,),
        lambda T, a: T.nn.functional.cross_entropy(a, ints(T, 0, -100, 2), reduction="sum", label_smoothing=0.2),
    ),
    Case(
        "cross_entropy_smooth_none",
        (P,),
        lambda T, a: T.nn.functional.cross_entropy(a, ints(T, 0, -100, 2), reduction="none", label_smoothing=0.2),
    ),
    Case(
        "cross_entropy_smooth_weight",
        (
            P,
            ((5,), POSITIVE),
        ),
        lambda T, a, b: T.nn.functional.cross_entropy(a, ints(T, 0, -100, 2), b.detach(), label_smoothing=0.2),
    ),
    Case("cross_entropy_single", ((5,),), lambda T, a: T.nn.functional.cross_entropy(a, T.tensor(3))),
    Case("cross_entropy_row", ((2, 3, 2),), lambda T, a: T.nn.functional.cross_entropy(a, T.tensor([[0, 1], [2, 2]]))),
    Case(
        "cross_entropy_image_mean",
        ((2, 3, 2, 2),),
        lambda T, a: T.nn.functional.cross_entropy(a, image(T), reduction="mean"),
    ),
    Case(
        "cross_entropy_image_sum",
        ((2, 3, 2, 2),),
        lambda T, a: T.nn.functional.cross_entropy(a, image(T), reduction="sum"),
    ),
    Case(
        "cross_entropy_image_none",
        ((2, 3, 2, 2),),
        lambda T, a: T.nn.functional.cross_entropy(a, image(T), reduction="none"),
    ),
    Case(
        "cross_entropy_image_smooth",
        ((2, 3, 2, 2),),
        lambda T, a: T.nn.functional.cross_entropy(a, image(T), label_smoothing=0.1),
    ),
    Case(
        "cross_entropy_probabilities_mean",
        (
            P,
            P,
        ),
        lambda T, a, b: T.nn.functional.cross_entropy(a, b.softmax(1), reduction="mean"),
        composed=True,
    ),
    Case(
        "cross_entropy_probabilities_sum",
        (
            P,
            P,
        ),
        lambda T, a, b: T.nn.functional.cross_entropy(a, b.softmax(1), reduction="sum"),
    ),
    Case(
        "cross_entropy_probabilities_none",
        (
            P,
            P,
        ),
        lambda T, a, b: T.nn.functional.cross_entropy(a, b.softmax(1), reduction="none"),
    ),
    Case(
        "cross_entropy_probabilities_weight",
        (
            P,
            P,
            ((5,), POSITIVE),
        ),
        lambda T, a, b, c: T.nn.functional.cross_entropy(a, b.softmax(1), c.detach(), label_smoothing=0.1),
        composed=True,
    ),
    Case(
        "cross_entropy_probabilities_image",
        (
            (2, 3, 2, 2),
            (2, 3, 2, 2),
        ),
        lambda T, a, b: T.nn.functional.cross_entropy(a, b.softmax(1), reduction="none"),
    ),
    Case("nll_loss", (P,), lambda T, a: T.nn.functional.nll_loss(a, ints(T, *Y))),
    Case("nll_loss_none", (P,), lambda T, a: T.nn.functional.nll_loss(a, ints(T, *Y), reduction="none")),
    Case(
        "nll_loss_row_none",
        ((2, 3, 2),),
        lambda T, a: T.nn.functional.nll_loss(a, T.tensor([[0, 1], [2, 2]]), reduction="none"),
    ),
    Case(
        "nll_loss_image_weight",
        (
            (2, 3, 2, 2),
            ((3,), POSITIVE),
        ),
        lambda T, a, b: T.nn.functional.nll_loss(a, image(T), b.detach()),
    ),
    Case("nll_loss_volume", ((2, 3, 1, 2, 2),), lambda T, a: T.nn.functional.nll_loss(a, image(T).unsqueeze(1))),
    Case("nll_loss_bytes", (P,), lambda T, a: T.nn.functional.nll_loss(a, ints(T, *Y).to(T.uint8))),
    Case(
        "binary_cross_entropy",
        (
            (A, UNIT),
            (A, UNIT),
        ),
        lambda T, a, b: T.nn.functional.binary_cross_entropy(a, b),
    ),
    Case(
        "binary_cross_entropy_weight",
        (
            (A, UNIT),
            (A, UNIT),
            ((4,), POSITIVE),
        ),
        lambda T, a, b, c: T.nn.functional.binary_cross_entropy(a, b, c.detach(), reduction="sum"),
    ),
    Case(
        "binary_cross_entropy_none",
        (
            (A, UNIT),
            (A, UNIT),
        ),
        lambda T, a, b: T.nn.functional.binary_cross_entropy(a, b, reduction="none"),
    ),
    Case(
        "bce_logits",
        (
            A,
            (A, UNIT),
        ),
        lambda T, a, b: T.nn.functional.binary_cross_entropy_with_logits(a, b),
    ),
    Case(
        "bce_logits_none",
        (
            A,
            (A, UNIT),
        ),
        lambda T, a, b: T.nn.functional.binary_cross_entropy_with_logits(a, b, reduction="none"),
    ),
    Case(
        "bce_logits_weight",
        (
            A,
            (A, UNIT),
            ((4,), POSITIVE),
        ),
        lambda T, a, b, c: T.nn.functional.binary_cross_entropy_with_logits(a, b, weight=c.detach(), reduction="sum"),
    ),
    Case(
        "bce_logits_pos_weight",
        (
            A,
            (A, UNIT),
            ((4,), POSITIVE),
        ),
        lambda T, a, b, c: T.nn.functional.binary_cross_entropy_with_logits(a, b, pos_weight=c.detach()),
    ),
    Case(
        "kl_div",
        (
            A,
            (A, UNIT),
        ),
        lambda T, a, b: T.nn.functional.kl_div(a, b.detach(), reduction="batchmean"),
    ),
    Case(
        "kl_div_both",
        (
            A,
            (A, UNIT),
        ),
        lambda T, a, b: T.nn.functional.kl_div(a, b, reduction="sum"),
    ),
    Case(
        "kl_div_none",
        (
            A,
            (A, UNIT),
        ),
        lambda T, a, b: T.nn.functional.kl_div(a, b, reduction="none"),
    ),
    Case(
        "kl_div_log_target",
        (
            A,
            A,
        ),
        lambda T, a, b: T.nn.functional.kl_div(a, b, reduction="batchmean", log_target=True),
    ),
    Case(
        "xlogy",
        (
            A,
            (A, POSITIVE),
        ),
        lambda T, a, b: T.xlogy(a, b),
    ),
    Case("xlogy_zero", (((4,), POSITIVE),), lambda T, a: T.xlogy(a.clamp(max=0), a), rough=True, twice=True),
    Case("soft_margin_loss", (A,), lambda T, a: T.nn.functional.soft_margin_loss(a, signs(T, a))),
    Case(
        "soft_margin_loss_none", (A,), lambda T, a: T.nn.functional.soft_margin_loss(a, signs(T, a), reduction="none")
    ),
    Case("multi_margin_loss", (P,), lambda T, a: T.nn.functional.multi_margin_loss(a, ints(T, *Y))),
    Case(
        "multi_margin_loss_square",
        (
            P,
            ((5,), POSITIVE),
        ),
        lambda T, a, b: T.nn.functional.multi_margin_loss(a, ints(T, *Y), p=2, margin=0.7, weight=b.detach()),
    ),
    Case(
        "multi_margin_loss_none",
        (P,),
        lambda T, a: T.nn.functional.multi_margin_loss(a, ints(T, *Y), p=2, reduction="none"),
    ),
    Case(
        "multi_margin_loss_single",
        ((5,),),
        lambda T, a: T.nn.functional.multi_margin_loss(a, T.tensor(2), reduction="none"),
    ),
    Case(
        "multi_margin_loss_sum",
        (
            P,
            ((5,), POSITIVE),
        ),
        lambda T, a, b: T.nn.functional.multi_margin_loss(a, ints(T, *Y), weight=b.detach(), reduction="sum"),
    ),
    Case(
        "multilabel_margin_loss_mean",
        (P,),
        lambda T, a: T.nn.functional.multilabel_margin_loss(a, labels(T), reduction="mean"),
    ),
    Case(
        "multilabel_margin_loss_sum",
        (P,),
        lambda T, a: T.nn.functional.multilabel_margin_loss(a, labels(T), reduction="sum"),
    ),
    Case(
        "multilabel_margin_loss_none",
        (P,),
        lambda T, a: T.nn.functional.multilabel_margin_loss(a, labels(T), reduction="none"),
    ),
    Case(
        "multilabel_margin_loss_single", ((5,),), lambda T, a: T.nn.functional.multilabel_margin_loss(a, labels(T)[0])
    ),
    Case(
        "multilabel_soft_margin_loss",
        (
            P,
            (P, UNIT),
        ),
        lambda T, a, b: T.nn.functional.multilabel_soft_margin_loss(a, b),
    ),
    Case(
        "multilabel_soft_margin_loss_weight",
        (
            P,
            (P, UNIT),
            ((5,), POSITIVE),
        ),
        lambda T, a, b, c: T.nn.functional.multilabel_soft_margin_loss(a, b, c, reduction="none"),
    ),
    Case(
        "hinge_embedding_loss_mean",
        (A,),
        lambda T, a: T.nn.functional.hinge_embedding_loss(a, signs(T, a), margin=0.8, reduction="mean"),
    ),
    Case(
        "hinge_embedding_loss_sum",
        (A,),
        lambda T, a: T.nn.functional.hinge_embedding_loss(a, signs(T, a), margin=0.8, reduction="sum"),
    ),
    Case(
        "hinge_embedding_loss_none",
        (A,),
        lambda T, a: T.nn.functional.hinge_embedding_loss(a, signs(T, a), margin=0.8, reduction="none"),
    ),
    Case(
        "cosine_embedding_loss_mean",
        (
            A,
            A,
        ),
        lambda T, a, b: T.nn.functional.cosine_embedding_loss(a, b, signs(T, a[:, 0]), margin=-0.4, reduction="mean"),
    ),
    Case(
        "cosine_embedding_loss_none",
        (
            A,
            A,
        ),
        lambda T, a, b: T.nn.functional.cosine_embedding_loss(a, b, signs(T, a[:, 0]), margin=-0.4, reduction="none"),
    ),
    Case(
        "cosine_embedding_loss_single",
        (
            (4,),
            (4,),
        ),
        lambda T, a, b: T.nn.functional.cosine_embedding_loss(a, b, T.tensor(1.0, dtype=a.dtype)),
    ),
    Case(
        "margin_ranking_loss_mean",
        (
            A,
            A,
        ),
        lambda T, a, b: T.nn.functional.margin_ranking_loss(a, b, signs(T, a), margin=0.5, reduction="mean"),
    ),
    Case(
        "margin_ranking_loss_sum",
        (
            A,
            A,
        ),
        lambda T, a, b: T.nn.functional.margin_ranking_loss(a, b, signs(T, a), margin=0.5, reduction="sum"),
    ),
    Case(
        "margin_ranking_loss_none",
        (
            A,
            A,
        ),
        lambda T, a, b: T.nn.functional.margin_ranking_loss(a, b, signs(T, a), margin=0.5, reduction="none"),
        composed=True,
    ),
    Case(
        "triplet_margin_loss",
        (
            A,
            A,
            A,
        ),
        lambda T, a, b, c: T.nn.functional.triplet_margin_loss(a, b, c),
    ),
    Case(
        "triplet_margin_loss_swap",
        (
            A,
            A,
            A,
        ),
        lambda T, a, b, c: T.nn.functional.triplet_margin_loss(a, b, c, margin=2.0, p=3, swap=True, reduction="sum"),
    ),
    Case(
        "triplet_margin_loss_none",
        (
            A,
            A,
            A,
        ),
        lambda T, a, b, c: T.nn.functional.triplet_margin_loss(a, b, c, margin=3.0, p=1, reduction="none"),
        composed=True,
    ),
    Case(
        "triplet_margin_with_distance_loss",
        (
            A,
            A,
            A,
        ),
        lambda T, a, b, c: T.nn.functional.triplet_margin_with_distance_loss(a, b, c, margin=2.0),
    ),
    Case(
        "triplet_margin_with_distance_loss_own",
        (
            A,
            A,
            A,
        ),
        lambda T, a, b, c: T.nn.functional.triplet_margin_with_distance_loss(
            a, b, c, distance_function=lambda x, y: (x - y).abs().sum(1), margin=2.0, swap=True
        ),
    ),
    Case("ctc_loss", ((7, 3, 4),), lambda T, a: ctc(T, a)),
    Case("ctc_loss_sum", ((7, 3, 4),), lambda T, a: ctc(T, a, reduction="sum")),
    Case("ctc_loss_none", ((7, 3, 4),), lambda T, a: ctc(T, a, reduction="none")),
    Case(
        "ctc_loss_single",
        ((6, 4),),
        lambda T, a: T.nn.functional.ctc_loss(
            a.log_softmax(1), ints(T, 2, 1), T.tensor(5), T.tensor(2), reduction="none"
        ),
        composed=True,
    ),
    Case(
        "ctc_loss_joined",
        ((6, 2, 4),),
        lambda T, a: T.nn.functional.ctc_loss(
            a.log_softmax(2), ints(T, 2, 1, 0), ints(T, 6, 4), ints(T, 2, 1), blank=3
        ),
    ),
    Case(
        "ctc_loss_infinite",
        ((2, 2, 4),),
        lambda T, a: T.nn.functional.ctc_loss(
            a.log_softmax(2), T.tensor([[1, 1], [2, 3]]), (2, 2), (2, 2), zero_infinity=True
        ),
    ),
    Case(
        "pairwise_distance_1",
        (
            A,
            A,
        ),
        lambda T, a, b: T.nn.functional.pairwise_distance(a, b, p=1),
    ),
    Case(
        "pairwise_distance_2",
        (
            A,
            A,
        ),
        lambda T, a, b: T.nn.functional.pairwise_distance(a, b, p=2),
    ),
    Case(
        "pairwise_distance_3",
        (
            A,
            A,
        ),
        lambda T, a, b: T.nn.functional.pairwise_distance(a, b, p=3),
    ),
    Case(
        "pairwise_distance_inf",
        (
            A,
            A,
        ),
        lambda T, a, b: T.nn.functional.pairwise_distance(a, b, p=float("inf")),
    ),
    Case(
        "pairwise_distance_keepdim",
        (
            A,
            (4,),
        ),
        lambda T, a, b: T.pairwise_distance(a, b, keepdim=True),
    ),
    Case("pdist_0", (A,), lambda T, a: T.pdist(a, p=0), rough=True),
    Case("pdist_1", (A,), lambda T, a: T.pdist(a, p=1)),
    Case("pdist_2", (A,), lambda T, a: T.pdist(a, p=2)),
    Case("pdist_2_5", (A,), lambda T, a: T.pdist(a, p=2.5)),
    Case("pdist_inf", (A,), lambda T, a: T.pdist(a, p=float("inf"))),
    Case(
        "cosine_similarity",
        (
            A,
            A,
        ),
        lambda T, a, b: T.cosine_similarity(a, b),
    ),
    Case(
        "cosine_similarity_dim",
        (
            (2, 3, 4),
            (3, 4),
        ),
        lambda T, a, b: T.nn.functional.cosine_similarity(a, b, dim=-1),
    ),
    Case(
        "cosine_similarity_short",
        (
            A,
            A,
        ),
        lambda T, a, b: T.nn.functional.cosine_similarity(a, b, dim=0, eps=2.5),
        rough=True,
    ),
    Case(
        "module_mse",
        (
            A,
            A,
        ),
        lambda T, a, b: T.nn.MSELoss()(a, b),
    ),
    Case(
        "module_smooth",
        (
            A,
            A,
        ),
        lambda T, a, b: T.nn.SmoothL1Loss(beta=0.4)(a, b),
    ),
    Case(
        "module_huber",
        (
            A,
            A,
        ),
        lambda T, a, b: T.nn.HuberLoss(delta=0.4)(a, b),
    ),
    Case(
        "module_l1",
        (
            A,
            A,
        ),
        lambda T, a, b: T.nn.L1Loss(reduction="sum")(a, b),
    ),
    Case(
        "module_ce",
        (
            P,
            ((5,), POSITIVE),
        ),
        lambda T, a, b: T.nn.CrossEntropyLoss(b.detach(), label_smoothing=0.1)(a, ints(T, *Y)),
    ),
    Case("module_nll", (P,), lambda T, a: T.nn.NLLLoss(ignore_index=2)(a, ints(T, *Y))),
    Case(
        "module_bce",
        (
            (A, UNIT),
            (A, UNIT),
        ),
        lambda T, a, b: T.nn.BCELoss()(a, b),
    ),
    Case(
        "module_bcel",
        (
            A,
            (A, UNIT),
            ((4,), POSITIVE),
        ),
        lambda T, a, b, c: T.nn.BCEWithLogitsLoss(pos_weight=c.detach())(a, b),
    ),
    Case(
        "module_kl",
        (
            A,
            A,
        ),
        lambda T, a, b: T.nn.KLDivLoss(reduction="batchmean", log_target=True)(a, b),
    ),
    Case(
        "module_poisson",
        (
            A,
            (A, POSITIVE),
        ),
        lambda T, a, b: T.nn.PoissonNLLLoss(full=True)(a, b.detach()),
    ),
    Case(
        "module_gaussian",
        (
            A,
            A,
            (A, POSITIVE),
        ),
        lambda T, a, b, c: T.nn.GaussianNLLLoss(full=True)(a, b, c),
    ),
    Case("module_hinge", (A,), lambda T, a: T.nn.HingeEmbeddingLoss(0.5)(a, signs(T, a))),
    Case(
        "module_cosine",
        (
            A,
            A,
        ),
        lambda T, a, b: T.nn.CosineEmbeddingLoss(0.1)(a, b, signs(T, a[:, 0])),
    ),
    Case(
        "module_ranking",
        (
            A,
            A,
        ),
        lambda T, a, b: T.nn.MarginRankingLoss(0.3)(a, b, signs(T, a)),
    ),
    Case("module_multimargin", (P,), lambda T, a: T.nn.MultiMarginLoss(2, 0.5)(a, ints(T, *Y))),
    Case("module_multilabel", (P,), lambda T, a: T.nn.MultiLabelMarginLoss()(a, labels(T))),
    Case(
        "module_multilabelsoft",
        (
            P,
            (P, UNIT),
        ),
        lambda T, a, b: T.nn.MultiLabelSoftMarginLoss()(a, b),
    ),
    Case("module_softmargin", (A,), lambda T, a: T.nn.SoftMarginLoss()(a, signs(T, a))),
    Case(
        "module_triplet",
        (
            A,
            A,
            A,
        ),
        lambda T, a, b, c: T.nn.TripletMarginLoss(2.0, swap=True)(a, b, c),
    ),
    Case(
        "module_tripletdist",
        (
            A,
            A,
            A,
        ),
        lambda T, a, b, c: T.nn.TripletMarginWithDistanceLoss(margin=2.0)(a, b, c),
    ),
    Case(
        "module_ctc",
        ((6, 2, 4),),
        lambda T, a: T.nn.CTCLoss(blank=3)(a.log_softmax(2), ints(T, 2, 1, 0), ints(T, 6, 4), ints(T, 2, 1)),
    ),
    Case(
        "module_pairwise",
        (
            A,
            A,
        ),
        lambda T, a, b: T.nn.PairwiseDistance(1.5)(a, b),
    ),
    Case(
        "module_cosinesim",
        (
            A,
            A,
        ),
        lambda T, a, b: T.nn.CosineSimilarity(dim=0)(a, b),
    ),
]

WRONG = [
    Wrong("mse_loss_reduction", lambda T: T.nn.functional.mse_loss(T.ones(2), T.ones(2), reduction="median")),
    Wrong("mse_loss_batchmean", lambda T: T.nn.functional.mse_loss(T.ones(2), T.ones(2), reduction="batchmean")),
    Wrong("mse_loss_long", lambda T: T.nn.functional.mse_loss(T.tensor([1]), T.tensor([2]))),
    Wrong("mse_loss_weight", lambda T: T.nn.functional.mse_loss(T.ones(2), T.ones(2), weight=T.ones(3))),
    Wrong("smooth_l1_loss_beta", lambda T: T.nn.functional.smooth_l1_loss(T.ones(2), T.ones(2), beta=-1.0)),
    Wrong("huber_loss_delta", lambda T: T.nn.functional.huber_loss(T.ones(2), T.ones(2), delta=0.0)),
    Wrong("poisson_reduction", lambda T: T.nn.functional.poisson_nll_loss(T.ones(2), T.ones(2), reduction="x")),
    Wrong("gaussian_negative", lambda T: T.nn.functional.gaussian_nll_loss(T.ones(2), T.ones(2), -T.ones(2))),
    Wrong("gaussian_negative_number", lambda T: T.nn.functional.gaussian_nll_loss(T.ones(2), T.ones(2), -1.0)),
    Wrong("gaussian_size", lambda T: T.nn.functional.gaussian_nll_loss(T.ones(2, 3), T.ones(2, 3), T.ones(3))),
    Wrong(
        "gaussian_reduction",
        lambda T: T.nn.functional.gaussian_nll_loss(T.ones(2), T.ones(2), T.ones(2), reduction="x"),
    ),
    Wrong("cross_entropy_class", lambda T: T.nn.functional.cross_entropy(T.ones(2, 3), ints(T, 0, 3))),
    Wrong("cross_entropy_negative_class", lambda T: T.nn.functional.cross_entropy(T.ones(2, 3), ints(T, 0, -1))),
    Wrong("cross_entropy_batch", lambda T: T.nn.functional.cross_entropy(T.ones(2, 3), ints(T, 0, 1, 2))),
    Wrong("cross_entropy_floats", lambda T: T.nn.functional.cross_entropy(T.ones(2, 3), T.ones(2))),
    Wrong("cross_entropy_int32", lambda T: T.nn.functional.cross_entropy(T.ones(2, 3), ints(T, 0, 1).int())),
    Wrong("cross_entropy_long_input", lambda T: T.nn.functional.cross_entropy(T.ones(2, 3).long(), ints(T, 0, 1))),
    Wrong("cross_entropy_one_hot", lambda T: T.nn.functional.cross_entropy(T.ones(2, 3), T.ones(2, 3).long())),
    Wrong(
        "cross_entropy_smoothing",
        lambda T: T.nn.functional.cross_entropy(T.ones(2, 3), ints(T, 0, 1), label_smoothing=1.5),
    ),
    Wrong(
        "cross_entropy_probabilities_ignore",
        lambda T: T.nn.functional.cross_entropy(T.ones(2, 3), T.ones(2, 3), ignore_index=0),
    ),
    Wrong(
        "cross_entropy_probabilities_weight",
        lambda T: T.nn.functional.cross_entropy(T.ones(2, 3), T.ones(2, 3), T.ones(2)),
    ),
    Wrong("nll_loss_scalar", lambda T: T.nn.functional.nll_loss(T.tensor(1.0), T.tensor(0))),
    Wrong("nll_loss_weight", lambda T: T.nn.functional.nll_loss(T.ones(2, 3), ints(T, 0, 1), T.ones(2))),
    Wrong("nll_loss_weight_type", lambda T: T.nn.functional.nll_loss(T.ones(2, 3), ints(T, 0, 1), T.ones(3).double())),
    Wrong(
        "nll_loss_weight_gradient",
        lambda T: T.nn.functional.nll_loss(T.ones(2, 3), ints(T, 0, 1), T.ones(3, requires_grad=True)),
    ),
    Wrong("nll_loss_long", lambda T: T.nn.functional.nll_loss(T.ones(2, 3).long(), ints(T, 0, 1))),
    Wrong("nll_loss_image", lambda T: T.nn.functional.nll_loss(T.ones(2, 3, 4, 4), T.zeros(2, 4, 5).long())),
    Wrong("nll_loss_image_bytes", lambda T: T.nn.functional.nll_loss(T.ones(1, 3, 2, 2), T.zeros(1, 2, 2).to(T.uint8))),
    Wrong("bce_shapes", lambda T: T.nn.functional.binary_cross_entropy(T.ones(2), T.ones(2, 1))),
    Wrong("bce_range", lambda T: T.nn.functional.binary_cross_entropy(T.tensor([1.5]), T.ones(1))),
    Wrong("bce_nan", lambda T: T.nn.functional.binary_cross_entropy(T.tensor([float("nan")]), T.ones(1))),
    Wrong("bce_long", lambda T: T.nn.functional.binary_cross_entropy(T.ones(2), ints(T, 0, 1))),
    Wrong("bce_dtype", lambda T: T.nn.functional.binary_cross_entropy(T.ones(2), T.ones(2).double())),
    Wrong(
        "bce_weight_gradient",
        lambda T: T.nn.functional.binary_cross_entropy(T.ones(2), T.ones(2), T.ones(2, requires_grad=True)),
    ),
    Wrong("bce_logits_shapes", lambda T: T.nn.functional.binary_cross_entropy_with_logits(T.ones(2), T.ones(2, 1))),
    Wrong("bce_logits_long", lambda T: T.nn.functional.binary_cross_entropy_with_logits(T.ones(2), ints(T, 0, 1))),
    Wrong("kl_div_reduction", lambda T: T.nn.functional.kl_div(T.ones(2), T.ones(2), reduction="median")),
    Wrong(
        "soft_margin_target_gradient",
        lambda T: T.nn.functional.soft_margin_loss(T.ones(2), T.ones(2, requires_grad=True)),
    ),
    Wrong("multi_margin_p", lambda T: T.nn.functional.multi_margin_loss(T.ones(2, 3), ints(T, 0, 1), p=3)),
    Wrong("multi_margin_class", lambda T: T.nn.functional.multi_margin_loss(T.ones(2, 3), ints(T, 0, 3))),
    Wrong("multi_margin_size", lambda T: T.nn.functional.multi_margin_loss(T.ones(2, 3), ints(T, 0))),
    Wrong("multi_margin_int32", lambda T: T.nn.functional.multi_margin_loss(T.ones(2, 3), ints(T, 0, 1).int())),
    Wrong(
        "multi_margin_weight",
        lambda T: T.nn.functional.multi_margin_loss(T.ones(2, 3), ints(T, 0, 1), weight=T.ones(2)),
    ),
    Wrong("multilabel_margin_class", lambda T: T.nn.functional.multilabel_margin_loss(T.ones(3), ints(T, 0, 3, -1))),
    Wrong("multilabel_margin_size", lambda T: T.nn.functional.multilabel_margin_loss(T.ones(3), ints(T, 0, 1))),
    Wrong("cosine_embedding_target", lambda T: T.nn.functional.cosine_embedding_loss(T.ones(2), T.ones(2), T.ones(2))),
    Wrong("margin_ranking_sizes", lambda T: T.nn.functional.margin_ranking_loss(T.ones(2), T.ones(2), T.tensor(1))),
    Wrong("triplet_margin", lambda T: T.nn.functional.triplet_margin_loss(matrix(T), matrix(T), matrix(T), margin=0.0)),
    Wrong("triplet_dimensions", lambda T: T.nn.functional.triplet_margin_loss(matrix(T), matrix(T), T.ones(3))),
    Wrong("ctc_blank", lambda T: T.nn.functional.ctc_loss(T.zeros(4, 1, 3), T.ones(1, 2).long(), (4,), (2,), blank=3)),
    Wrong("ctc_time", lambda T: T.nn.functional.ctc_loss(T.zeros(4, 1, 3), T.ones(1, 2).long(), (5,), (2,))),
    Wrong("ctc_lengths", lambda T: T.nn.functional.ctc_loss(T.zeros(4, 1, 3), T.ones(1, 2).long(), (4, 4), (2,))),
    Wrong("ctc_targets", lambda T: T.nn.functional.ctc_loss(T.zeros(4, 1, 3), T.ones(1, 1).long(), (4,), (2,))),
    Wrong("ctc_joined", lambda T: T.nn.functional.ctc_loss(T.zeros(4, 2, 3), T.ones(3).long(), (4, 4), (2, 2))),
    Wrong(
        "cosine_similarity_long", lambda T: T.nn.functional.cosine_similarity(T.ones(1, 2).long(), T.ones(1, 2).long())
    ),
    Wrong("cosine_similarity_dim", lambda T: T.nn.functional.cosine_similarity(T.ones(1, 2), T.ones(1, 2), dim=2)),
    Wrong("multi_margin_module_p", lambda T: T.nn.MultiMarginLoss(p=3)),
    Wrong("multi_margin_module_weight", lambda T: T.nn.MultiMarginLoss(weight=T.ones(2, 2))),
    Wrong("triplet_module_margin", lambda T: T.nn.TripletMarginLoss(margin=-1.0)),
    Wrong("triplet_distance_module_margin", lambda T: T.nn.TripletMarginWithDistanceLoss(margin=0.0)),
    Wrong("pdist_dimensions", lambda T: T.pdist(T.ones(3))),
    Wrong("pdist_negative", lambda T: T.pdist(T.ones(3, 2), p=-1.0)),
    Wrong("pdist_long", lambda T: T.pdist(T.ones(3, 2).long())),
]
