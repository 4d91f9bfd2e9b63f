"""From a question about one number to its explanation."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from autograd.optim.optimizer import Optimizer
from autograd.tape.explain import gradients, latex, meetings, telling, updates, values
from autograd.tape.explain.explanation import Explanation
from autograd.tape.explain.meetings import Meeting, Share
from autograd.tape.explain.numeric import derivative
from autograd.tape.explain.pages import Page, Pages, Write, checked_index
from autograd.tape.explain.reading import Reading, one
from autograd.tape.explain.telling import Told
from autograd.tape.explain.terms import Group, Index, Part, Sum, Term, total
from autograd.tape.segment import TapeError

if TYPE_CHECKING:
    from autograd.tape.tape import Tape

QUESTIONS = ("value", "gradient", "update")

# Rounding of a sum in the tensor's own type, beside one in float64: relative to the sum of the terms' sizes.
_ROUNDING = {"float64": 1e-9, "float32": 2e-4, "float16": 5e-2}
# What a difference of two numbers of a type may be off by, relative to those.
_LAST_BITS = {"float64": 1e-15, "float32": 5e-7, "float16": 4e-3}


def explain(
    tape: Tape,
    tensor: str,
    index: Any = (),
    at: str | int = "latest",
    *,
    of: str = "value",
    limit: int = 12,
    numeric: bool = False,
) -> Explanation:
    """Why one element is what it is just after a moment; see `Tape.explain`."""
    event = tape.resolve(at)
    pages = Pages(tape)
    page = pages.at(event)
    name = _tensor(page, tensor)
    place = checked_index(index, page.described(name)["shape"], name)
    question = _Question(pages, name, place, of, event, limit)
    try:
        found = question.answer(page, event - page.first)
    except (RecursionError, MemoryError):
        raise TapeError(f"What “{name}” is made of goes too deep, or is too much, to be listed.") from None
    if not numeric:
        return found
    if of != "gradient":
        raise TapeError("A numeric derivative stands beside a gradient: ask for the gradient.")
    page = pages.at(found.event)
    return replace(found, numeric=derivative(page, name, place, question.written - page.first, found.value))


def _tensor(page: Page, tensor: str) -> str:
    if tensor in page.structure.tensors:
        return tensor
    named = [key for key, info in page.structure.tensors.items() if info["name"] == tensor]
    if named:
        return named[0]
    known = list(page.structure.tensors)
    listed = ", ".join(known[:20]) + (", …" if len(known) > 20 else "")
    raise TapeError(f"There is no tensor “{tensor[:80]}” in this iteration: there are {listed or 'none'}.")


class _Question:
    def __init__(self, pages: Pages, tensor: str, index: Index, of: str, at: int, limit: int) -> None:
        self.pages = pages
        self.tensor = tensor
        self.index = index
        self.of = of
        self.at = at
        self.limit = limit
        self.element = telling.element(tensor, index)
        self.written = at  # the event that wrote the number last

    def answer(self, page: Page, local: int) -> Explanation:
        if self.of == "value":
            return self._value(page, local)
        if self.of == "gradient":
            return self._gradient(page, local)
        if self.of == "arriving":
            return self._arriving(page, local)
        if self.of == "update":
            return self._update(page, local)
        if self.of.startswith("state."):
            return self._state(page, local)
        raise TapeError(f"“{self.of[:40]}” is nothing that can be explained: ask for {', '.join(QUESTIONS)}.")

    # What was written last ----------------------------------------------------------------------------------------

    def _written(self, page: Page, local: int, of: str) -> tuple[Page, Write] | None:
        """The last write of a slot, on the page where it was made; None where it was there before the recording."""
        found: Write | None = page.last(self.tensor, of, local)
        earlier: Page | None = page
        while earlier is not None:
            if found is None and self.tensor in earlier.structure.tensors:
                return None
            if found is not None and found.local >= 0:
                return earlier, found
            older = self.pages.before(earlier)
            if older is None or self.tensor not in older.structure.tensors:
                return None
            page, earlier = earlier, older
            found = older.last(self.tensor, of, older.segment.count - 1)
            if found is None:
                return None
        return None

    def _recorded(self, page: Page, local: int, of: str) -> float:
        array = page.held(self.tensor, of, local)
        if array is None:
            raise TapeError(self._missing(page, local, of))
        try:
            return float(array[self.index])
        except IndexError:
            raise TapeError(f"“{self.tensor}” changed its shape in place: it has {list(array.shape)} here.") from None

    def _missing(self, page: Page, local: int, of: str) -> str:
        if of == "value":
            return f"“{self.tensor}” has no value at this moment: its op has not run yet."
        if of == "gradient":
            held = [write for write in page.writes(self.tensor, "gradient", local) if write.array is not None]
            if held:
                until = page.first + held[-1].local
                return (
                    f"The gradient of “{self.tensor}” is no longer there: it was used and freed, or cleared. It was "
                    f"there at event {until}."
                )
            return f"“{self.tensor}” has no gradient at this moment (in PyTorch, its .grad is None)."
        return f"“{self.tensor}” has no {of} at this moment."

    # Values -------------------------------------------------------------------------------------------------------

    def _value(self, page: Page, local: int) -> Explanation:
        value = self._recorded(page, local, "value")
        written = self._written(page, local, "value")
        if written is None:
            told = telling.told("earlier", element=self.element, value=value)
            return self._finish(value, total(Term(value)), told, latex.name(self.tensor, self.index), -1, page)
        page, write = written
        event = page.event(write.local)
        if event["kind"] == "step":
            return self._stepped(page, write.local, value)
        if event["kind"] == "edit":
            return self._edited(page, write.local, value)
        maker = page.makers.get(self.tensor)
        if maker is None or event["kind"] != "forward" or event["node"] != maker[0]["id"]:
            told = telling.told("given", element=self.element, value=value)
            left = latex.name(self.tensor, self.index)
            return self._finish(value, total(Term(value)), told, left, write.local, page)
        node, slot = maker
        reading = Reading(page, node)
        made = values.made_by(reading, slot, self.index)
        told = telling.of_value(self.element, reading, self.index, made, value)
        rule = reading.again.function.formula or rf"\operatorname{{{node['op']}}}"
        return self._finish(value, made, told, rule, write.local, page, node["id"], reading=reading)

    def _stepped(self, page: Page, local: int, value: float) -> Explanation:
        before = page.factor(self.tensor, "value", local - 1, self.index)
        change = updates.of_step(page, self.tensor, self.index, local)
        optimizer = str(page.details(local).get("optimizer"))
        told = telling.told(
            "updated", element=self.element, value=value, before=before.value, change=value - before.value,
            optimizer=optimizer,
        )  # fmt: skip
        made = Sum((Term(1.0, (before,)), *change.items))
        return self._finish(value, made, told, _optimizer_rule(optimizer), local, page)

    def _edited(self, page: Page, local: int, value: float) -> Explanation:
        before = page.factor(self.tensor, "value", local - 1, self.index)
        change = value - before.value
        told = telling.told("edited", element=self.element, value=value, before=before.value, change=change)
        made = total(Term(1.0, (before,)), Term(change))
        return self._finish(value, made, told, r"\theta \leftarrow \theta + \Delta", local, page)

    # Gradients ----------------------------------------------------------------------------------------------------

    def _gradient(self, page: Page, local: int) -> Explanation:
        value = self._recorded(page, local, "gradient")
        written = self._written(page, local, "gradient")
        if written is None:
            told = telling.told("earlier", element=self.element, value=value)
            return self._finish(value, total(Term(value)), told, "g", -1, page)
        page, write = written
        self.written = page.first + write.local
        if page.event(write.local)["kind"] == "zero_grad":
            told = telling.told("cleared", element=self.element)
            return self._finish(value, total(Term(0.0)), told, "g = 0", write.local, page)
        if page.event(write.local)["kind"] in ("adjust", "hook", "step"):
            return self._clipped(page, write.local, value)
        meeting = meetings.met(page, self.tensor, write.local)
        if not meeting.shares:
            told = telling.told("given", element=self.element, value=value)
            return self._finish(value, total(Term(value)), told, "g", write.local, page)
        if meeting.before is None and len(meeting.shares) == 1:
            return self._share(page, meeting.shares[0], value)
        return self._gathered(page, meeting, value, write.local)

    def _clipped(self, page: Page, local: int, value: float) -> Explanation:
        """A gradient that was changed after it was made: clipped, by a hook, or by the script."""
        clipped = page.details(local).get("by", "step") != "script" and page.event(local)["kind"] != "hook"
        if page.held(self.tensor, "gradient", local - 1) is None:  # given where there was none
            told = telling.told("given", element=self.element, value=value)
            return self._finish(value, total(Term(value)), told, "g", local, page)
        before = page.factor(self.tensor, "gradient", local - 1, self.index)
        old, new = (page.held(self.tensor, "gradient", at) for at in (local - 1, local))
        assert old is not None and new is not None
        a, b = old.astype(np.float64), new.astype(np.float64)
        length = float((a * a).sum())
        factor = float((a * b).sum()) / length if length else 0.0
        bound = float(np.abs(b).max(initial=0))
        facts = {"element": self.element, "value": value, "before": before.value}
        if clipped and np.allclose(b, factor * a, rtol=1e-4, atol=1e-6 * bound):
            told, made = telling.told("clipped", **facts, factor=factor), total(Term(factor, (before,)))
        elif clipped and np.allclose(b, np.clip(a, -bound, bound), rtol=1e-6):
            inside = Part("min", (one(before), total(Term(bound))))
            told = telling.told("clamped", **facts, bound=bound)
            made = total(Term(1.0, (Part("max", (total(Term(1.0, (inside,))), total(Term(-bound)))),)))
        else:
            hooked = page.event(local)["kind"] == "hook"
            told = telling.told("hooked" if hooked else "changed", **facts, change=value - before.value)
            made = total(Term(1.0, (before,)), Term(value - before.value))
        return self._finish(value, made, told, r"g \leftarrow \text{clip}(g)", local, page)

    def _gathered(self, page: Page, meeting: Meeting, value: float, local: int) -> Explanation:
        made = gradients.gathered(page, self.tensor, self.index, meeting)
        if meeting.before is None:
            parts = [item.evaluate() for item in made.items if isinstance(item, Term | Group)]
            told = telling.told(
                "fan_out", element=self.element, value=value, count=len(parts), parts=telling.added(parts)
            )
        else:
            before = page.factor(self.tensor, "gradient", meeting.before, self.index)
            told = telling.told("piled_up", element=self.element, value=value, before=before.value)
        return self._finish(value, made, told, r"g = \sum_k g^{(k)}", local, page)

    def _arriving(self, page: Page, local: int) -> Explanation:
        value = self._recorded(page, local, "arriving")
        write = page.last(self.tensor, "arriving", local)
        assert write is not None
        return self._share(page, Share(page.event(write.local)["node"], "arriving", write.local), value)

    def _share(self, page: Page, share: Share, value: float) -> Explanation:
        if share.node is None:
            told = telling.told("seed", element=self.element, value=value)
            rule = r"\frac{\partial L}{\partial L} = 1"
            return self._finish(value, total(Term(value)), told, rule, share.local, page)
        made = gradients.share(page, self.tensor, self.index, share)
        sent = meetings.sender(page, self.tensor, share)
        reading = sent.reading
        told = telling.of_gradient(self.element, reading, sent.place, self.index, made, value)
        derivatives = reading.again.function.derivatives
        rule = derivatives.get(reading.again.arguments[sent.place], r"\sum_j g_j \frac{\partial y_j}{\partial x_i}")
        if told.kind == "cross_entropy":
            rule = r"\frac{g}{N} (p - y)"
        scale = self._arrived(page, reading, sent.local)
        return self._finish(value, made, told, rule, sent.local, page, reading.id, reading=reading, scale=scale)

    @staticmethod
    def _arrived(page: Page, reading: Reading, local: int) -> float:
        """How large the numbers are that a backward worked with: what cancels out leaves rounding of this size."""
        arrived = [page.held(name, "gradient", local - 1) for name in reading.node["outputs"]]
        read = [a for a in reading.arrays if a is not None and a.dtype.kind == "f"]
        largest = max([1.0, *[float(np.abs(a[np.isfinite(a)]).max(initial=0)) for a in read]])
        return sum(float(np.nansum(np.abs(a))) for a in arrived if a is not None) * largest

    # Updates ------------------------------------------------------------------------------------------------------

    def _step_before(self, page: Page, local: int) -> tuple[Page, int]:
        """The last `step` of this parameter, up to this moment."""
        current: Page | None = page
        while current is not None:
            for at in range(local, -1, -1):
                event = current.event(at)
                if event["kind"] in ("step", "edit") and event["tensor"] == self.tensor:
                    return current, at
            current = self.pages.before(current)
            if current is not None:
                local = current.segment.count - 1
        raise TapeError(f"“{self.tensor}” has not been updated by this moment.")

    def _update(self, page: Page, local: int) -> Explanation:
        page, at = self._step_before(page, local)
        before = page.factor(self.tensor, "value", at - 1, self.index)
        after = page.factor(self.tensor, "value", at, self.index)
        value = after.value - before.value
        if page.event(at)["kind"] == "edit":
            told = telling.told("edited", element=self.element, value=after.value, before=before.value, change=value)
            made = total(Term(1.0, (after,)), Term(-1.0, (before,)))
            return self._finish(value, made, told, r"\Delta = \theta_t - \theta_{t-1}", at, page)
        made = updates.of_step(page, self.tensor, self.index, at)
        optimizer = str(page.details(at).get("optimizer"))
        step = updates.Step(page, self.tensor, self.index, at)
        told = telling.of_update(self.element, step, value)
        # The difference of two rounded numbers is as exact as they are, however small it is.
        return self._finish(value, made, told, _optimizer_rule(optimizer), at, page, scale=abs(before.value))

    def _state(self, page: Page, local: int) -> Explanation:
        value = self._recorded(page, local, self.of)
        written = self._written(page, local, self.of)
        if written is None:
            told = telling.told("earlier", element=self.element, value=value)
            return self._finish(value, total(Term(value)), told, r"\text{state}", -1, page)
        page, write = written
        state = self.of.removeprefix("state.")
        made = updates.of_state(page, self.tensor, self.index, write.local, state)
        optimizer = str(page.details(write.local).get("optimizer"))
        told = telling.told("state", element=self.element, value=value, state=state, optimizer=optimizer)
        return self._finish(value, made, told, _optimizer_rule(optimizer), write.local, page)

    # The answer ---------------------------------------------------------------------------------------------------

    def _finish(
        self,
        value: float,
        made: Sum,
        told: Told,
        rule: str,
        local: int,
        page: Page,
        node: str | None = None,
        *,
        reading: Reading | None = None,
        scale: float = 0.0,
    ) -> Explanation:
        self._check(value, made, page.described(self.tensor)["dtype"], scale, reading)
        return Explanation(
            tensor=self.tensor,
            index=self.index,
            of=self.of,
            at=self.at,
            event=page.first + local if local >= 0 else local,
            value=value,
            kind=told.kind,
            sum=made,
            latex=rule,
            latex_numbers=latex.equation(_left(self.tensor, self.index, self.of), made),
            sentence=told.sentence,
            node=node,
            line=page.event(local)["line"] if local >= 0 else None,
            limit=self.limit,
        )

    def _check(self, value: float, made: Sum, dtype: str, scale: float, reading: Reading | None) -> None:
        """Nothing is said that does not add up: a hook, say, changed a number where the tape does not show it."""
        found = made.evaluate()
        if math.isfinite(value) and math.isfinite(found):
            room = _ROUNDING.get(dtype, 1e-9) * (made.size() + abs(value)) + _LAST_BITS.get(dtype, 1e-15) * scale
            if abs(found - value) <= room + 1e-30:
                return
        elif math.isnan(value) or math.isnan(found) or value == found:
            return  # a sum of infinities may be anything
        elif max(abs(value), abs(found)) == math.inf and min(abs(value), abs(found)) > 1e38:
            return  # beyond float32, within float64
        by = "" if reading is None else f" of “{reading.id}” ({reading.op})"
        raise TapeError(
            f"The {self.of} of “{self.tensor}” is {value:.9g}, but the terms{by} add up to {found:.9g}: something the "
            "tape does not show changed it, such as a hook."
        )


def _left(tensor: str, index: Index, of: str) -> str:
    name = latex.name(tensor, index)
    if of == "gradient" or of == "arriving":
        return rf"\frac{{\partial L}}{{\partial {name}}}"
    return rf"\Delta {name}" if of == "update" else name


def _optimizer_rule(optimizer: str) -> str:
    """The optimizer's equations, a line each."""
    found = _optimizers(Optimizer).get(optimizer)
    lines = [] if found is None else found.formula
    if not lines:
        return r"\theta_t = \theta_{t-1} + \Delta"
    return lines[0] if len(lines) == 1 else r"\begin{gathered} " + r" \\ ".join(lines) + r" \end{gathered}"


def _optimizers(base: type[Optimizer]) -> dict[str, type[Optimizer]]:
    found: dict[str, type[Optimizer]] = {}
    for kind in base.__subclasses__():
        if kind.__module__.startswith("autograd.optim"):
            found[kind.__name__] = kind
        found.update(_optimizers(kind))
    return found
