"""Connectionist temporal classification: the likelihood of a label sequence, summed over all its alignments.

A. Graves et al., "Connectionist temporal classification", ICML 2006: forward and backward variables over the labels
with a blank before, between and after them, here in logarithms.
"""

# numpy's stubs type most results as Any, which says nothing about an op.
# mypy: disable-error-code="no-any-return"
from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from autograd.function import Array, Function, Shares, apply
from autograd.functions.choice import where
from autograd.functions.common import constant_array, is_tensor
from autograd.functions.loss import reduction_for

if TYPE_CHECKING:
    from autograd.tensor import Tensor

# In place of the logarithm of 0 where gradients pass: no nan comes of the difference of two.
NEVER = -1e30


class CtcLoss(Function):
    """Of (time, samples, classes) log probabilities; the losses of the samples."""

    __slots__ = ()
    op, backward_name = "ctc_loss", "CtcLossBackward0"
    arguments = ("log_probs", "targets")
    saves = ("log_probs", "targets")
    formula = r"-\ln \sum_{\pi \to \text{targets}} \prod_t e^{\text{log\_probs}_{t, \pi_t}}"
    derivatives: ClassVar[dict[str, str]] = {
        "log_probs": r"g \cdot (e^{\text{log\_probs}_{t,c}} - P(\pi_t = c \mid \text{targets}))"
    }

    def forward(
        self, log_probs: Array, targets: Array, input_lengths: Any, target_lengths: Any, blank: int, zero_infinity: bool
    ) -> Array:
        steps, samples, _ = log_probs.shape
        times, sizes = np.array(input_lengths, np.int64), np.array(target_lengths, np.int64)
        labels, skips = _states(targets, sizes, blank)
        states = labels.shape[1]
        rows = np.arange(samples)
        with np.errstate(invalid="ignore", divide="ignore"):
            # (time, sample, state)
            emitted = np.take_along_axis(log_probs, np.broadcast_to(labels, (steps, samples, states)), 2)
            real = np.arange(states) < (2 * sizes + 1)[:, None]
            emitted = np.where(real, emitted, -np.inf).astype(log_probs.dtype)
            alpha = np.full((max(steps, 1), samples, states), -np.inf, log_probs.dtype)
            if steps:
                alpha[0, :, :2] = emitted[0, :, :2]
            for t in range(1, steps):
                alpha[t] = _arrive(alpha[t - 1], skips)
                alpha[t] += emitted[t]
            last = np.maximum(times - 1, 0)
            final = alpha[last, rows, 2 * sizes]
            other = np.where(sizes > 0, alpha[last, rows, np.maximum(2 * sizes - 1, 0)], -np.inf)
            loss = -np.logaddexp(final, other).astype(log_probs.dtype)
        # No time at all spells nothing.
        loss = np.where(times > 0, loss, np.where(sizes == 0, 0, np.inf)).astype(log_probs.dtype)
        self.saved = log_probs, labels, skips, emitted, alpha, loss, times, sizes
        return loss

    def backward(self, gradient: Array) -> Shares:
        log_probs, labels, skips, emitted, alpha, loss, times, sizes = self.saved
        steps, samples, classes = log_probs.shape
        states = labels.shape[1]
        ends = np.zeros((samples, states), np.bool_)
        rows = np.arange(samples)
        ends[rows, 2 * sizes] = True
        ends[rows, np.maximum(2 * sizes - 1, 0)] = True
        beta = np.full((samples, states), -np.inf, log_probs.dtype)
        occupied = np.zeros((steps, samples, states), log_probs.dtype)
        with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
            for t in range(steps - 1, -1, -1):
                beta = _arrive(beta[:, ::-1], np.roll(skips, -2, 1)[:, ::-1])[:, ::-1] + emitted[t]
                beta = np.where((times - 1 == t)[:, None], np.where(ends, emitted[t], -np.inf), beta)
                occupied[t] = np.exp(alpha[t] + beta - emitted[t] + loss[:, None])
            occupied[~(np.isfinite(alpha[:steps]) & np.isfinite(emitted))] = 0
            spelled = np.zeros((samples, states, classes), log_probs.dtype)
            spelled[rows[:, None], np.arange(states), labels] = 1
            share = np.exp(log_probs) - np.matmul(occupied.transpose(1, 0, 2), spelled).transpose(1, 0, 2)
            share *= gradient[:, None]
        lost = np.isinf(loss)
        share[:, lost] = 0 if self.options["zero_infinity"] else np.nan
        share[np.arange(steps)[:, None] >= times] = 0
        return share, None

    def differentiate(self, gradient: Tensor) -> Any:
        from autograd.differentiation import grad

        array, labels, skips, _, _, loss, times, sizes = self.saved
        log_probs = self.inputs[0]
        counts = (np.arange(len(array))[:, None] < times) & (np.isfinite(loss) | (not self.options["zero_infinity"]))
        composed = _composed(log_probs, labels, skips, times, sizes)
        weights = where(constant_array(np.isfinite(loss) | (not self.options["zero_infinity"])), gradient, 0.0)
        (slope,) = grad([composed], [weights], [log_probs], True)
        assert slope is not None
        # As in PyTorch the gradient is that of the loss after log_softmax, which takes this part away again.
        kept = constant_array(counts.astype(array.dtype)[:, :, None])
        return slope + log_probs.exp() * gradient.unsqueeze(1) * kept, None


def _states(targets: Array, sizes: Array, blank: int) -> tuple[Array, Array]:
    """The label of each state, blanks between, and where a state may follow the one two before it."""
    labels = np.full((len(sizes), 2 * int(sizes.max(initial=0)) + 1), blank, np.int64)
    within = np.arange(labels.shape[1] // 2) < sizes[:, None]
    if targets.ndim == 2:
        labels[:, 1::2] = np.where(within, targets[:, : within.shape[1]], blank)
    else:
        labels[:, 1::2][within] = targets[: int(sizes.sum())]
    skips = np.zeros(labels.shape, np.bool_)
    skips[:, 2:] = labels[:, 2:] != labels[:, :-2]
    skips[:, 0::2] = False
    return labels, skips


def _arrive(before: Array, skips: Array) -> Array:
    """The logarithm of what comes to each state: from itself, the one before and, past a blank, two before."""
    total = before.copy()
    np.logaddexp(before[:, 1:], before[:, :-1], out=total[:, 1:])
    skipped = np.where(skips[:, 2:], before[:, :-2], -np.inf)
    np.logaddexp(total[:, 2:], skipped, out=total[:, 2:])
    return total


def _composed(log_probs: Tensor, labels: Array, skips: Array, times: Array, sizes: Array) -> Tensor:
    """The losses by ops that can be differentiated again."""
    steps, samples, _ = log_probs.shape
    states = labels.shape[1]
    rows = np.arange(samples)[:, None]
    never = constant_array(np.full((samples, states), NEVER, log_probs._array.dtype))
    real = np.arange(states) < (2 * sizes + 1)[:, None]
    first = constant_array(real & (np.arange(states) < 2))
    # Where each state may be come to from: so many states before, and whether it may.
    ways = [(np.maximum(np.arange(states) - 1, 0), real & (np.arange(states) >= 1)),
            (np.maximum(np.arange(states) - 2, 0), real & skips)]  # fmt: skip
    alpha, ended = never, never
    for t in range(steps):
        emitted = log_probs[constant_array(np.full_like(labels, t)), constant_array(rows), constant_array(labels)]
        if t:
            parts = [alpha]
            for source, allowed in ways:
                moved = alpha[constant_array(rows), constant_array(source)]
                parts.append(where(constant_array(allowed), moved, never))
            alpha = where(constant_array(real), _log_of_sum(parts) + emitted, never)
        else:
            alpha = where(first, emitted, never)
        ended = where(constant_array((times - 1 == t)[:, None]), alpha, ended)
    ends = np.zeros((samples, states), np.bool_)
    ends[np.arange(samples), 2 * sizes] = True
    ends[np.arange(samples), np.maximum(2 * sizes - 1, 0)] = True
    return -where(constant_array(ends), ended, never).logsumexp(1)


def _log_of_sum(parts: list[Tensor]) -> Tensor:
    largest = constant_array(np.maximum.reduce([p._array for p in parts]))
    total = (parts[0] - largest).exp()
    for part in parts[1:]:
        total = total + (part - largest).exp()
    return total.log() + largest


def _lengths(lengths: Any, samples: int, name: str) -> tuple[int, ...]:
    values = lengths._array.ravel().tolist() if is_tensor(lengths) else list(np.atleast_1d(lengths))
    if any(int(v) != v for v in values):
        raise RuntimeError(f"{name} must be integral")
    if len(values) != samples:
        raise RuntimeError(f"{name} must be of size batch_size: {len(values)} for {samples} samples")
    return tuple(int(v) for v in values)


def ctc_loss(
    log_probs: Tensor,
    targets: Tensor,
    input_lengths: Any,
    target_lengths: Any,
    blank: int = 0,
    reduction: str = "mean",
    zero_infinity: bool = False,
) -> Tensor:
    """Minus the log likelihood of label sequences: log probabilities (T, N, C) or (T, C), as of `log_softmax`.

    `targets` is (N, S), padded, or one row of all labels together; the lengths are tuples or tensors. The mean is of
    each loss over its target's length. A target that its input is too short for has an infinite loss, or with
    `zero_infinity` none. RuntimeError for lengths, a blank or labels that do not fit.
    """
    reduction = reduction_for(reduction)
    single = log_probs.ndim == 2
    if single:
        log_probs = log_probs.unsqueeze(1)
        targets = targets.unsqueeze(0) if targets.ndim == 1 else targets
    if log_probs.ndim != 3 or log_probs._array.dtype.kind != "f":
        raise RuntimeError(f"ctc_loss: log_probs must be floats of (T, N, C) or (T, C), got {list(log_probs.shape)}")
    steps, samples, classes = log_probs.shape
    if not 0 <= blank < classes:
        raise RuntimeError(f"blank must be in label range: {blank} for {classes} classes")
    times = _lengths(input_lengths, samples, "input_lengths")
    sizes = _lengths(target_lengths, samples, "target_lengths")
    if any(t < 0 or t > steps for t in times):
        raise RuntimeError(f"Expected input_lengths to have value at most {steps}, but got {list(times)}")
    if any(s < 0 for s in sizes):
        raise RuntimeError(f"Expected target_lengths to be at least 0, but got {list(sizes)}")
    if targets._array.dtype.kind not in "iu" or targets.ndim not in (1, 2):
        raise RuntimeError(f"ctc_loss: targets must be integers in one or two dimensions, got {list(targets.shape)}")
    if targets.ndim == 2:
        if targets.shape[0] != samples or max(sizes, default=0) > targets.shape[1]:
            raise RuntimeError(
                f"Expected targets of {samples} rows and {max(sizes, default=0)} columns at least, got "
                f"{list(targets.shape)}"
            )
    elif sum(sizes) != targets.numel():
        raise RuntimeError(f"Expected targets of {sum(sizes)} labels together, got {list(targets.shape)}")
    inside = targets._array
    if inside.ndim == 2:
        inside = inside[np.arange(inside.shape[1]) < np.array(sizes)[:, None]]
    if ((inside < 0) | (inside >= classes)).any():
        raise RuntimeError(f"targets hold labels that are none of the {classes} classes")
    options = {"input_lengths": times, "target_lengths": sizes, "blank": blank, "zero_infinity": zero_infinity}
    loss = apply(CtcLoss, log_probs, targets, **options)
    if zero_infinity:
        loss = where(constant_array(np.isinf(loss._array)), 0.0, loss)
    if reduction == "mean":
        divisors = constant_array(np.maximum(np.array(sizes), 1).astype(log_probs._array.dtype))
        return (loss / divisors).mean()
    if reduction == "sum":
        return loss.sum()
    return loss.squeeze(0) if single else loss
