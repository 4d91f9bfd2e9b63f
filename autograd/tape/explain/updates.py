"""Why an update is what it is: the optimizer's rule, with its state before and after."""

from __future__ import annotations

from typing import Any

from autograd.tape.explain.pages import Page
from autograd.tape.explain.terms import Factor, Index, Part, Sum, Term, total
from autograd.tape.segment import TapeError


class Step:
    """One element of a parameter in one `step` event: its old value, gradient and state."""

    def __init__(self, page: Page, tensor: str, index: Index, local: int) -> None:
        self.page = page
        self.tensor = tensor
        self.index = index
        self.local = local
        self.options: dict[str, Any] = page.details(local)
        self.optimizer = str(self.options.get("optimizer"))
        self.numbers: dict[str, Any] = self.options.get("state", {})

    def option(self, name: str) -> float:
        """An option that is a number. Raises TapeError where the tape has none of this name."""
        try:
            return float(self.options[name])
        except (KeyError, TypeError, ValueError):
            raise TapeError(f"The step of “{self.tensor}” has no option “{name}” on this tape.") from None

    @property
    def value(self) -> Factor:
        """Before the step."""
        return self.page.factor(self.tensor, "value", self.local - 1, self.index)

    @property
    def gradient(self) -> Factor:
        return self.page.factor(self.tensor, "gradient", self.local, self.index)

    def before(self, name: str) -> Factor | None:
        """A state's element before the step; None where there was none yet."""
        if self.page.held(self.tensor, f"state.{name}", self.local - 1) is None:
            return None
        return self.page.factor(self.tensor, f"state.{name}", self.local - 1, self.index)

    def after(self, name: str) -> Factor:
        """A state's element after the step."""
        return self.page.factor(self.tensor, f"state.{name}", self.local, self.index)

    def descent(self) -> Sum:
        """The gradient to go down: its sign turned to maximize, with weight decay where that is part of it."""
        terms = [Term(-1.0 if self.options.get("maximize") else 1.0, (self.gradient,))]
        decay = float(self.options.get("weight_decay") or 0)
        if decay and not self.options.get("decoupled_weight_decay"):
            terms.append(Term(decay, (self.value,)))
        return Sum(tuple(terms))


def scaled(factor: float, of: Sum, *more: Factor | Part) -> list[Term]:
    """Each term of a sum of plain terms times a number, and times further factors."""
    return [
        Term(factor * item.coefficient, (*item.factors, *more))
        for item in of.items
        if isinstance(item, Term)
    ]  # fmt: skip


def _sgd(step: Step) -> Sum:
    lr, descent = step.option("lr"), step.descent()
    momentum = float(step.options.get("momentum") or 0)
    if not momentum:
        return Sum(tuple(scaled(-lr, descent)))
    if not step.options.get("nesterov"):
        return total(Term(-lr, (step.after("momentum_buffer"),)))
    return Sum((*scaled(-lr, descent), Term(-lr * momentum, (step.after("momentum_buffer"),))))


def _adam(step: Step) -> Sum:
    lr, count = step.option("lr"), float(step.numbers["step"])
    beta1, beta2 = (float(beta) for beta in step.options["betas"])
    second = "max_exp_avg_sq" if step.options.get("amsgrad") else "exp_avg_sq"
    corrected = total(Term(1 / (1 - beta2**count), (step.after(second),)))
    scale = total(Term(1.0, (Part("sqrt", (corrected,), r"\sqrt{\hat v}"),)), Term(step.option("eps")))
    terms = [Term(-lr / (1 - beta1**count), (step.after("exp_avg"), Part("reciprocal", (scale,))))]
    if step.options.get("decoupled_weight_decay") and step.options.get("weight_decay"):
        terms.append(Term(-lr * step.option("weight_decay"), (step.value,)))
    return Sum(tuple(terms))


RULES = {"SGD": _sgd, "Adam": _adam, "AdamW": _adam}


def of_step(page: Page, tensor: str, index: Index, local: int) -> Sum:
    """after − before of a `step` event. Raises TapeError for an optimizer of the script's own."""
    step = Step(page, tensor, index, local)
    rule = RULES.get(step.optimizer)
    if rule is None:
        raise TapeError(f"{step.optimizer} has no rule here: its update cannot be taken apart.")
    return rule(step)


def _buffer(step: Step) -> Sum:
    """SGD's momentum buffer."""
    before = step.before("momentum_buffer")
    if before is None:
        return step.descent()
    dampening = float(step.options.get("dampening") or 0)
    return Sum((Term(step.option("momentum"), (before,)), *scaled(1 - dampening, step.descent())))


def _mean(step: Step) -> Sum:
    beta = float(step.options["betas"][0])
    before = step.before("exp_avg")
    terms = scaled(1 - beta, step.descent())
    return Sum(tuple(terms) if before is None else (Term(beta, (before,)), *terms))


def _square(step: Step) -> Sum:
    beta = float(step.options["betas"][1])
    before = step.before("exp_avg_sq")
    descent = step.descent()
    term = Term(1 - beta, (Part("square", (descent,)),))
    return Sum((term,) if before is None else (Term(beta, (before,)), term))


def _greatest(step: Step) -> Sum:
    before = step.before("max_exp_avg_sq")
    after = Sum((Term(1.0, (step.after("exp_avg_sq"),)),))
    return after if before is None else total(Term(1.0, (Part("max", (Sum((Term(1.0, (before,)),)), after)),)))


STATES = {
    "momentum_buffer": _buffer,
    "exp_avg": _mean,
    "exp_avg_sq": _square,
    "max_exp_avg_sq": _greatest,
}


def of_state(page: Page, tensor: str, index: Index, local: int, name: str) -> Sum:
    """One element of an optimizer's state after a `step` event."""
    rule = STATES.get(name)
    step = Step(page, tensor, index, local)
    if rule is None or step.optimizer not in RULES:
        raise TapeError(f"How {step.optimizer} keeps “{name}” has no rule here.")
    return rule(step)
