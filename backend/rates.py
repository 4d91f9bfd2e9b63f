"""How often one client may ask: a bucket of requests that refills steadily."""

from __future__ import annotations

import time
from collections.abc import Callable

# Buckets kept at once; full ones are forgotten first.
_CLIENTS = 10_000


class Rates:
    """One bucket per client. `rate` requests a second, `burst` of them at once; a rate of 0 is no limit."""

    def __init__(self, rate: float, burst: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._rate = rate
        self._burst = burst
        self._clock = clock
        self._buckets: dict[str, tuple[float, float]] = {}  # client → what is left, and when that was

    def wait(self, client: str, cost: float = 1.0) -> float:
        """0 where the client may ask now, else the seconds until it may."""
        if not self._rate:
            return 0.0
        now = self._clock()
        left, at = self._buckets.get(client, (self._burst, now))
        left = min(self._burst, left + (now - at) * self._rate)
        if left < cost:
            return (cost - left) / self._rate
        self._buckets[client] = (left - cost, now)
        if len(self._buckets) > _CLIENTS:
            self._forget(now)
        return 0.0

    def _forget(self, now: float) -> None:
        full = self._burst / self._rate
        self._buckets = {who: bucket for who, bucket in self._buckets.items() if now - bucket[1] < full}
