"""What a worker may say next. A script shares its worker's memory and pipe, so nothing that comes out is believed."""

from __future__ import annotations

from backend.runs.protocol import Ended, Ready, Recorded, Report


class OutOfOrder(Exception):
    """A report that cannot come here; the message says why."""


class Order:
    """Follows the reports of one execution: segments in their order, one wait for each credit, no more than asked for.

    `beyond`: as many iterations may follow the credit, those that the end of a script closes all at once.
    """

    def __init__(self, target: int, beyond: int) -> None:
        self._target = target
        self._beyond = beyond
        self._waits = 1
        self._events = 0
        self._iteration: int | None = None
        self._cut = False

    def credit(self, target: int) -> None:
        """The worker was given credit up to `target`."""
        self._target = target
        self._waits += 1

    def check(self, report: Report) -> None:
        """Raises OutOfOrder."""
        if isinstance(report, Ready):
            raise OutOfOrder("it said twice that it was ready")
        if isinstance(report, Recorded):
            self._recorded(report)
        elif not isinstance(report, Ended):
            if not self._waits:
                raise OutOfOrder("it waits twice for one credit")
            self._waits -= 1

    def _recorded(self, report: Recorded) -> None:
        first = self._iteration is None and self._events == 0
        expected = 0 if self._iteration is None else self._iteration + 1
        if self._cut:
            raise OutOfOrder("a segment after one that was cut short")
        if report.iteration != expected and not (report.iteration is None and first):
            raise OutOfOrder("an iteration that cannot come next")
        if expected >= self._target + self._beyond:
            raise OutOfOrder("an iteration that was not asked for")
        if report.first != self._events or report.count < 0 or report.length < 0:
            raise OutOfOrder("a segment that does not follow the one before it")
        self._events += report.count
        self._iteration = report.iteration
        self._cut = not report.complete
