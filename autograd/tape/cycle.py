"""The iteration rule: where one turn of a training loop ends and the next begins.

After an update (an optimizer's step, or a leaf changed by hand) the script *comes round* when an event lies, in the
deepest script frame shared with that update, at its instruction offset or before it: the loop went back to an earlier
place. The next differentiable op, `zero_grad` or `step(closure)` then opens a new iteration, which begins at the first
event after coming round. Where a script repeats its steps without a loop, the same updater updating again splits at the
first opener since the last update by anyone (a GAN's second player belongs to the turn of the first), or else since its
own. A `zero_grad` there is the end of the old turn, not the start of the new, if the old turn did not begin with one.
A script that never updates has an iteration for each backward.
"""

from __future__ import annotations

from types import FrameType

from autograd.tape.sites import Script


class Cycle:
    """Follows a script's events by index and says where a new iteration begins.

    Indices count the events of the open iteration from 0; whoever splits the list calls `split` with the place.
    """

    def __init__(self, script: Script) -> None:
        self._script = script
        self._update: list[tuple[FrameType, int]] | None = None  # the frames of the last update, outermost first
        self._round: int | None = None  # the first event after coming round
        self._start: list[tuple[FrameType, int]] | None = None  # the frames of the opener of the open iteration
        self._whole = False  # did it come round to where the open iteration began, or before?
        self._openers: list[tuple[int, bool]] = []  # index, and whether it is a zero_grad
        self._updated: dict[int, int] = {}  # updater → index just after its last update; the latest last
        self._in_step = 0
        self.opened = False  # has iteration 0 begun?
        self.updates = False  # has this script ever updated?

    def event(self, index: int, opens: bool, clears: bool = False) -> int | None:
        """An event of that index came; the index where a new iteration begins, if it tells so.

        `opens`: it is a differentiable op, a `zero_grad` or the start of a `step(closure)`; `clears`: a `zero_grad`.
        """
        if self._in_step:
            return None
        if self._update is not None and self._is_back_at(self._update):
            self._update = None
            if self._round is None:
                self._round = index
                self._whole = self._start is not None and self._is_back_at(self._start)
        if not opens:
            return None
        self._openers.append((index, clears))
        if not self.opened:
            self.opened = True
            self._round = index
        if self._round is not None:
            self._start = self._stack()
        return self._round

    def update(self, updater: int, index: int) -> int | None:
        """An update by an optimizer or to a leaf (`updater`: its identity), its events from `index` on.

        Returns where a new iteration begins if the update reveals that one did.
        """
        since = self._updated.get(updater)
        place = None
        if since is not None and not self.came_round():
            latest = next(reversed(self._updated.values()))
            place = self._opener(latest)
            if place is None:
                place = self._opener(since)
        self.updates = True
        return place

    def _opener(self, since: int) -> int | None:
        """The first opener from `since` on that starts a turn as the one before it started."""
        cleared = any(clears for index, clears in self._openers if index < since)
        found = [(index, clears) for index, clears in self._openers if index >= since]
        starts = (index for index, clears in found if cleared or not clears)
        return next(starts, found[0][0] if found else None)

    def updated(self, updater: int, index: int) -> None:
        """The update is over; the next event will have that index."""
        self._updated.pop(updater, None)
        self._updated[updater] = index
        self._update = self._stack()
        # A loop over parameters comes round to the next one's update. What came round to the turn's own beginning
        # before it updated (a target network is copied, weights are clamped) is in the next turn already.
        if not self._whole:
            self._round = None
        if self._start is not None:  # frames that have returned are let go, and what they hold with them
            running = {id(frame) for frame, _ in self._update}
            self._start = [(frame, offset) for frame, offset in self._start if id(frame) in running]

    def enter_step(self) -> None:
        self._in_step += 1

    def leave_step(self) -> None:
        self._in_step -= 1

    def split(self, place: int) -> None:
        """The events before `place` went into a segment: count from there."""
        self._openers = [(index - place, clears) for index, clears in self._openers if index >= place]
        self._updated = {key: index - place for key, index in self._updated.items() if index > place}
        if self._round is None:  # an update told, and where the turn's opener stood is not known any more
            self._start = None
        self._round, self._whole = None, False

    def came_round(self) -> bool:
        """Would an op that begins now begin an iteration?"""
        return self._round is not None or (self._update is not None and self._is_back_at(self._update))

    def _stack(self) -> list[tuple[FrameType, int]]:
        """The script's frames and where they are, outermost first."""
        frames = [(frame, frame.f_lasti) for frame in self._script.frames()]
        frames.reverse()
        return frames

    def _is_back_at(self, place: list[tuple[FrameType, int]]) -> bool:
        """Is the script, in the deepest frame it shares with `place`, at that instruction or before it?"""
        shared: tuple[int, int] | None = None
        for (frame, offset), (current, now) in zip(place, self._stack(), strict=False):
            if frame is not current:
                break
            shared = (now, offset)
        # Without a shared frame (the function that updated has returned) there is no going back within it.
        return shared is not None and shared[0] <= shared[1]
