"""Why an update is what it is: the optimizer's rule, with its state before and after."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from autograd.tape.explain.pages import Page
from autograd.tape.explain.reading import one
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


def shrunk(step: Step) -> list[Term]:
    """Weight decay apart from the gradient: the value loses a part of itself."""
    decay = float(step.options.get("weight_decay") or 0)
    if not decay or not step.options.get("decoupled_weight_decay"):
        return []
    return [Term(-step.option("lr") * decay, (step.value,))]


def over(scale: Sum) -> Part:
    """1 over a sum."""
    return Part("reciprocal", (scale,))


def root(*terms: Term, symbol: str | None = None) -> Part:
    """The square root of a sum."""
    return Part("sqrt", (Sum(terms),), symbol)


def _sgd(step: Step) -> Sum:
    lr, descent = step.option("lr"), step.descent()
    momentum = float(step.options.get("momentum") or 0)
    if not momentum:
        return Sum(tuple(scaled(-lr, descent)))
    if not step.options.get("nesterov"):
        return total(Term(-lr, (step.after("momentum_buffer"),)))
    return Sum((*scaled(-lr, descent), Term(-lr * momentum, (step.after("momentum_buffer"),))))


def _betas(step: Step) -> tuple[float, float]:
    first, second = step.options["betas"]
    return float(first), float(second)


def _adam(step: Step) -> Sum:
    lr, count = step.option("lr"), float(step.numbers["step"])
    beta1, beta2 = _betas(step)
    second = "max_exp_avg_sq" if step.options.get("amsgrad") else "exp_avg_sq"
    spread = root(Term(1 / (1 - beta2**count), (step.after(second),)), symbol=r"\sqrt{\hat v}")
    scale = total(Term(1.0, (spread,)), Term(step.option("eps")))
    return Sum((Term(-lr / (1 - beta1**count), (step.after("exp_avg"), over(scale))), *shrunk(step)))


def _nadam(step: Step) -> Sum:
    lr, count = step.option("lr"), float(step.numbers["step"])
    beta1, beta2 = _betas(step)
    decay, product = step.option("momentum_decay"), float(step.numbers["mu_product"])
    now = beta1 * (1 - 0.5 * 0.96 ** (count * decay))
    then = beta1 * (1 - 0.5 * 0.96 ** ((count + 1) * decay))
    spread = root(Term(1 / (1 - beta2**count), (step.after("exp_avg_sq"),)), symbol=r"\sqrt{\hat v}")
    scale = over(total(Term(1.0, (spread,)), Term(step.option("eps"))))
    ahead = scaled(-lr * (1 - now) / (1 - product), step.descent(), scale)
    return Sum((*ahead, Term(-lr * then / (1 - product * then), (step.after("exp_avg"), scale)), *shrunk(step)))


def _radam(step: Step) -> Sum:
    lr, count = step.option("lr"), float(step.numbers["step"])
    beta1, beta2 = _betas(step)
    correction = 1 - beta2**count
    longest = 2 / (1 - beta2) - 1
    length = longest - 2 * count * beta2**count / correction
    rate = -lr / (1 - beta1**count)
    if length <= 5:
        return Sum((Term(rate, (step.after("exp_avg"),)), *shrunk(step)))
    trust = ((length - 4) * (length - 2) * longest / ((longest - 4) * (longest - 2) * length)) ** 0.5
    scale = total(Term(1.0, (root(Term(1.0, (step.after("exp_avg_sq"),))),)), Term(step.option("eps")))
    return Sum((Term(rate * trust * correction**0.5, (step.after("exp_avg"), over(scale))), *shrunk(step)))


def _adamax(step: Step) -> Sum:
    beta1, _ = _betas(step)
    rate = -step.option("lr") / (1 - beta1 ** float(step.numbers["step"]))
    return Sum((Term(rate, (step.after("exp_avg"), over(one(step.after("exp_inf"))))), *shrunk(step)))


def _rmsprop(step: Step) -> Sum:
    if float(step.options.get("momentum") or 0) > 0:
        return total(Term(-step.option("lr"), (step.after("momentum_buffer"),)))
    return Sum(tuple(scaled(-step.option("lr"), step.descent(), over(_spread(step)))))


def _spread(step: Step) -> Sum:
    """RMSprop's root of the mean square, or of the variance where it is centred, plus epsilon."""
    terms = [Term(1.0, (step.after("square_avg"),))]
    if step.options.get("centered"):
        mean = step.after("grad_avg")
        terms.append(Term(-1.0, (mean, mean)))
    return total(Term(1.0, (root(*terms),)), Term(step.option("eps")))


def _adagrad(step: Step) -> Sum:
    rate = -step.option("lr") / (1 + (float(step.numbers["step"]) - 1) * step.option("lr_decay"))
    scale = total(Term(1.0, (root(Term(1.0, (step.after("sum"),))),)), Term(step.option("eps")))
    return Sum(tuple(scaled(rate, step.descent(), over(scale))))


def _adadelta(step: Step) -> Sum:
    return Sum((*scaled(-step.option("lr"), step.descent(), *_ratio(step)), *shrunk(step)))


def _ratio(step: Step) -> tuple[Part, Part]:
    """Adadelta: the usual size of steps so far, over the usual size of gradients."""
    past, eps = step.before("acc_delta"), Term(step.option("eps"))
    usual = root(eps) if past is None else root(Term(1.0, (past,)), eps)
    return usual, over(total(Term(1.0, (root(Term(1.0, (step.after("square_avg"),)), eps),))))


def _asgd(step: Step) -> Sum:
    eta, decay = _rate(step), step.option("lambd")
    return Sum((*scaled(-eta, step.descent()), Term(-eta * decay, (step.value,)), *shrunk(step)))


def _rate(step: Step) -> float:
    """ASGD's rate of this step, which the state before it holds; at first the learning rate."""
    count, lr = float(step.numbers["step"]), step.option("lr")
    if count == 1:
        return lr
    return float(lr / (1 + step.option("lambd") * lr * (count - 1)) ** step.option("alpha"))


def _rprop(step: Step) -> Sum:
    return total(Term(-1.0, (Part("sign", (one(step.after("prev")),)), step.after("step_size"))))


def _lbfgs(step: Step) -> Sum:
    if "length" in step.numbers:
        return total(Term(float(step.numbers["length"]), (step.after("direction"),)))
    # The line search takes a trial back: the change is what it was, with its sign turned.
    after = step.page.factor(step.tensor, "value", step.local, step.index)
    return total(Term(1.0, (after,)), Term(-1.0, (step.value,)))


RULES: dict[str, Callable[[Step], Sum]] = {
    "SGD": _sgd,
    "Adam": _adam,
    "AdamW": _adam,
    "NAdam": _nadam,
    "RAdam": _radam,
    "Adamax": _adamax,
    "RMSprop": _rmsprop,
    "Adagrad": _adagrad,
    "Adadelta": _adadelta,
    "ASGD": _asgd,
    "Rprop": _rprop,
    "LBFGS": _lbfgs,
}


def of_step(page: Page, tensor: str, index: Index, local: int) -> Sum:
    """after − before of a `step` event. Raises TapeError for an optimizer of the script's own."""
    step = Step(page, tensor, index, local)
    rule = RULES.get(step.optimizer)
    if rule is None:
        raise TapeError(f"{step.optimizer} has no rule here: its update cannot be taken apart.")
    return rule(step)


def _decayed(before: Factor | None, keep: float, added: list[Term]) -> Sum:
    """keep · what it was + what is added."""
    return Sum(tuple(added) if before is None else (Term(keep, (before,)), *added))


def _buffer(step: Step) -> Sum:
    """A momentum buffer: of gradients (SGD), or of gradients over their usual size (RMSprop)."""
    before, momentum = step.before("momentum_buffer"), step.option("momentum")
    if step.optimizer == "RMSprop":
        return _decayed(before, momentum, scaled(1.0, step.descent(), over(_spread(step))))
    dampening = 0.0 if before is None else float(step.options.get("dampening") or 0)
    return _decayed(before, momentum, scaled(1 - dampening, step.descent()))


def _kept(step: Step, which: int) -> float:
    """How much of a running mean stays: a beta, or RMSprop's alpha, or Adadelta's rho."""
    if "betas" in step.options:
        return _betas(step)[which]
    return step.option("alpha" if "alpha" in step.options else "rho")


def _mean(name: str) -> Callable[[Step], Sum]:
    def rule(step: Step) -> Sum:
        beta = _kept(step, 0)
        return _decayed(step.before(name), beta, scaled(1 - beta, step.descent()))

    return rule


def _square(name: str) -> Callable[[Step], Sum]:
    def rule(step: Step) -> Sum:
        beta = _kept(step, 1)
        return _decayed(step.before(name), beta, [Term(1 - beta, (Part("square", (step.descent(),)),))])

    return rule


def _larger(before: Factor | None, fresh: Sum, keep: float = 1.0) -> Sum:
    return fresh if before is None else total(Term(1.0, (Part("max", (total(Term(keep, (before,))), fresh)),)))


def _greatest(step: Step) -> Sum:
    return _larger(step.before("max_exp_avg_sq"), one(step.after("exp_avg_sq")))


def _infinity(step: Step) -> Sum:
    size = total(Term(1.0, (Part("abs", (step.descent(),)),)), Term(step.option("eps")))
    return _larger(step.before("exp_inf"), size, _kept(step, 1))


def _summed(step: Step) -> Sum:
    """Adagrad's sum of squares."""
    square = Term(1.0, (Part("square", (step.descent(),)),))
    before = step.before("sum")
    first = Term(float(step.options.get("initial_accumulator_value") or 0))
    return total(first if before is None else Term(1.0, (before,)), square)


def _moves(step: Step) -> Sum:
    """Adadelta's mean of squared steps."""
    rho = _kept(step, 0)
    delta = Sum(tuple(scaled(1.0, step.descent(), *_ratio(step))))
    return _decayed(step.before("acc_delta"), rho, [Term(1 - rho, (Part("square", (delta,)),))])


STATES: dict[str, Callable[[Step], Sum]] = {
    "momentum_buffer": _buffer,
    "exp_avg": _mean("exp_avg"),
    "grad_avg": _mean("grad_avg"),
    "exp_avg_sq": _square("exp_avg_sq"),
    "square_avg": _square("square_avg"),
    "max_exp_avg_sq": _greatest,
    "exp_inf": _infinity,
    "sum": _summed,
    "acc_delta": _moves,
}


def of_state(page: Page, tensor: str, index: Index, local: int, name: str) -> Sum:
    """One element of an optimizer's state after a `step` event."""
    rule = STATES.get(name)
    step = Step(page, tensor, index, local)
    if rule is None or step.optimizer not in RULES:
        raise TapeError(f"How {step.optimizer} keeps “{name}” has no rule here.")
    return rule(step)
