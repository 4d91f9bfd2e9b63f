"""Edits: what a person changed in a run, applied in the worker at the very moment they were made for.

A run with edits is its script executed as ever, by a listener that counts events as the recorder does: the same edits
at the same moments give the same numbers.
"""

from __future__ import annotations

import functools
import weakref
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from autograd import nn, optim, recording
from autograd.tape.recorder import Recorder
from backend.runs.protocol import Edit


class EditFailed(BaseException):
    """An edit cannot be made; the message says why. Not an Exception: a script's own `except` must not swallow it."""


class Editing(recording.Listener):
    """Hands everything on to the recorder and makes each edit when its moment has come."""

    def __init__(self, recorder: Recorder, edits: Sequence[Edit]) -> None:
        super().__init__()
        self._recorder = recorder
        self._values = sorted((edit for edit in edits if edit.kind == "value"), key=lambda edit: edit.event)
        self._stretches = [edit for edit in edits if edit.kind != "value"]
        self._last = -1  # the index of the last event
        self._leaves: weakref.WeakValueDictionary[int, Any] = weakref.WeakValueDictionary()
        self._in_step = False
        self._held: list[tuple[dict[str, Any], str, Any]] = []  # what a step is shown another value of

    def __enter__(self) -> Editing:
        self.install()
        for kind in (optim.Optimizer, nn.Module):
            kind.zero_grad = self._unless_skipped(kind.zero_grad)  # type: ignore[method-assign]
        return self

    def __exit__(self, *exception: object) -> None:
        self.remove()

    # Events -------------------------------------------------------------------------------------------------------

    def forward(self, node: Any, inputs: Sequence[Any], outputs: Sequence[Any]) -> None:
        """An op; its leaves are remembered, so that they can be edited."""
        for tensor in inputs:
            if tensor is not None and tensor.is_leaf and tensor.requires_grad:
                self._leaves[tensor.number] = tensor
        self._event(self._recorder.forward, node, inputs, outputs)

    def seed(self, *told: Any) -> None:
        """An event."""
        self._event(self._recorder.seed, *told)

    def backward(self, *told: Any) -> None:
        """An event."""
        self._event(self._recorder.backward, *told)

    def accumulate(self, *told: Any) -> None:
        """An event."""
        self._event(self._recorder.accumulate, *told)

    def zero_grad(self, tensor: Any, *told: Any) -> None:
        """An event."""
        self._leaves[tensor.number] = tensor
        self._event(self._recorder.zero_grad, tensor, *told)

    def step(self, optimizer: Any, parameter: Any, *told: Any) -> None:
        """An event."""
        self._leaves[parameter.number] = parameter
        self._event(self._recorder.step, optimizer, parameter, *told)

    def edit(self, *told: Any) -> None:
        """An event: the script itself changed a leaf by hand."""
        self._event(self._recorder.edit, *told)

    def output(self, text: str) -> None:
        """An event: the script printed."""
        self._event(self._recorder.output, text)

    def adjust(self, *told: Any) -> None:
        """An event: a gradient was changed."""
        self._event(self._recorder.adjust, *told)

    def hooked(self, *told: Any) -> None:
        """An event: a hook changed a gradient."""
        self._event(self._recorder.hooked, *told)

    def options(self, *told: Any) -> None:
        """Perhaps an event: a scheduler acted."""
        self._event(self._recorder.options, *told)

    def mode(self, *told: Any) -> None:
        """An event: train() or eval()."""
        self._event(self._recorder.mode, *told)

    def _event(self, tell: Callable[..., None], *told: Any) -> None:
        tell(*told)
        self._last = self._recorder.count - 1
        if not self._in_step:
            self._make_due()

    # Values -------------------------------------------------------------------------------------------------------

    def _make_due(self) -> None:
        while self._values and self._values[0].event <= self._last:
            self._set(self._values.pop(0))

    def _set(self, edit: Edit) -> None:
        number = self._recorder.number(edit.target or "")
        tensor = None if number is None else self._leaves.get(number)
        if tensor is None:
            raise EditFailed(f"No parameter “{edit.target}” was in use at event {edit.event}; edit it later.")
        before = tensor._array
        after = before.copy()
        try:
            after[... if edit.index is None else tuple(edit.index)] = np.asarray(edit.value, before.dtype)
        except (IndexError, ValueError, TypeError) as error:
            raise EditFailed(f"The value for “{edit.target}” does not fit its shape {list(before.shape)}.") from error
        with recording.paused():
            tensor._array = after
        self._recorder.edit(tensor, before, after, outside=True)
        self._last = self._recorder.count - 1

    # Stretches ----------------------------------------------------------------------------------------------------

    def _active(self, kind: str) -> Edit | None:
        """The edit of that kind that holds for what begins now; of several the last."""
        now = None
        for edit in self._stretches:
            if edit.kind != kind or self._last < edit.event:
                continue
            if edit.until is None or self._recorder.upcoming() <= edit.until:
                now = edit
        return now

    def begin_step(self, optimizer: Any, closure: bool) -> None:
        """A step: with another learning rate, or with no parameter to update."""
        if self._active("skip_step") is not None:
            self._show(optimizer, "params", [])
        rate = self._active("lr")
        if rate is not None:
            self._show(optimizer, "lr", rate.value)
        self._in_step = True
        self._recorder.begin_step(optimizer, closure)

    def _show(self, optimizer: Any, name: str, value: Any) -> None:
        for group in optimizer.param_groups:
            self._held.append((group, name, group[name]))
            group[name] = value

    def end_step(self, optimizer: Any) -> None:
        """The step is over: the script finds its optimizer as it left it."""
        while self._held:
            group, name, value = self._held.pop()
            group[name] = value
        self._in_step = False
        self._event(self._recorder.end_step, optimizer)

    def _unless_skipped(self, zero_grad: Callable[..., None]) -> Callable[..., None]:
        @functools.wraps(zero_grad)
        def wrapper(*args: Any, **options: Any) -> None:
            if self._active("skip_zero_grad") is None:
                zero_grad(*args, **options)

        return wrapper
