"""A line search that ends at a point satisfying the strong Wolfe conditions (minFunc's, as PyTorch has it).

Nocedal and Wright, *Numerical Optimization*, algorithms 3.5 and 3.6.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from autograd.optim.optimizer import Array

Probe = Callable[[Any], tuple[float, Array]]


class Point(NamedTuple):
    """How far along the direction, with the loss, the gradient and the slope there."""

    at: Any
    loss: float
    gradient: Array
    slope: Any


def cubic_minimum(a: Point, b: Point, bounds: tuple[Any, Any] | None = None) -> Any:
    """Where the cubic through two points and their slopes is least, kept within `bounds` (else between them)."""
    low, high = bounds or ((a.at, b.at) if a.at <= b.at else (b.at, a.at))
    d1 = a.slope + b.slope - 3 * (a.loss - b.loss) / (a.at - b.at)
    square = d1 * d1 - a.slope * b.slope
    if square < 0:
        return (low + high) / 2.0
    d2 = np.sqrt(square)
    if a.at <= b.at:
        least = b.at - (b.at - a.at) * ((b.slope + d2 - d1) / (b.slope - a.slope + 2 * d2))
    else:
        least = a.at - (a.at - b.at) * ((a.slope + d2 - d1) / (a.slope - b.slope + 2 * d2))
    return min(max(least, low), high)


def strong_wolfe(
    probe: Probe,
    length: Any,
    direction: Array,
    loss: float,
    gradient: Array,
    slope: Any,
    most: int,
    c1: float = 1e-4,
    c2: float = 0.9,
    tolerance: float = 1e-9,
) -> tuple[float, Array, Any, int]:
    """Loss, gradient and length at the point found, and how often `probe(length)` was called (about `most` times).

    c1 is the decrease asked of the loss, c2 the decrease asked of the slope.
    """

    def look(t: Any) -> Point:
        value, found = probe(t)
        return Point(t, value, found, found.dot(direction))

    start = Point(0, loss, gradient, slope)
    before, now, calls = start, look(length), 1
    turns, done = 0, False
    bracket = [start, now]
    while turns < most:
        if now.loss > loss + c1 * now.at * slope or (turns > 1 and now.loss >= before.loss):
            bracket = [before, now]
            break
        if abs(now.slope) <= -c2 * slope:
            bracket, done = [now], True
            break
        if now.slope >= 0:
            bracket = [before, now]
            break
        bounds = (now.at + 0.01 * (now.at - before.at), now.at * 10)
        before, now = now, look(cubic_minimum(before, now, bounds))
        calls += 1
        turns += 1
    if turns == most:
        bracket = [start, now]

    # The bracket holds such a point: make it smaller until the point is found.
    stuck = False
    low, high = (0, 1) if bracket[0].loss <= bracket[-1].loss else (1, 0)
    reach = abs(direction).max()
    while not done and turns < most:
        left, right = min(p.at for p in bracket), max(p.at for p in bracket)
        if abs(right - left) * reach < tolerance:
            break
        t = cubic_minimum(bracket[0], bracket[1])
        margin = 0.1 * (right - left)
        if min(right - t, t - left) < margin:
            if stuck or t >= right or t <= left:
                t = right - margin if abs(t - right) < abs(t - left) else left + margin
                stuck = False
            else:
                stuck = True
        else:
            stuck = False
        now = look(t)
        calls += 1
        turns += 1
        if now.loss > loss + c1 * now.at * slope or now.loss >= bracket[low].loss:
            bracket[high] = now
            low, high = (0, 1) if bracket[0].loss <= bracket[1].loss else (1, 0)
        else:
            if abs(now.slope) <= -c2 * slope:
                done = True
            elif now.slope * (bracket[high].at - bracket[low].at) >= 0:
                bracket[high] = bracket[low]
            bracket[low] = now
    best = bracket[low]
    return best.loss, best.gradient, best.at, calls
