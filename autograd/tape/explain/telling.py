"""Which sentence fits an explanation, and the facts it tells."""

from __future__ import annotations

import math
from typing import NamedTuple

from autograd.tape.explain.reading import Reading
from autograd.tape.explain.rules.slopes import SLOPES
from autograd.tape.explain.sentences import say, written
from autograd.tape.explain.terms import Factor, Group, Index, Part, Sum, Term
from autograd.tape.explain.updates import Step

_CONVOLUTIONS = frozenset({"conv1d", "conv2d", "conv3d"})
_PRODUCTS = frozenset({"linear", "matmul", "dot", "addmm", "einsum", "addmv", "baddbmm", "addbmm"})
_GATES = frozenset({"relu", "leaky_relu", "relu6", "hardtanh", "threshold", "clamp", "prelu"})
_CHOICES = frozenset({
    "max", "min", "amax", "amin", "maximum", "minimum", "max_pool1d", "max_pool2d", "max_pool3d", "sort", "topk",
    "median", "kthvalue", "adaptive_max_pool1d", "adaptive_max_pool2d", "adaptive_max_pool3d",
})  # fmt: skip
_SOFTMAXES = frozenset({"softmax", "_safe_softmax"})
_NORMS = frozenset({"batch_norm", "layer_norm", "group_norm"})
_SUMS = frozenset({"add", "sub", "rsub", "sum", "lerp", "addcmul"})
_MEANS = frozenset({"mean", "avg_pool1d", "avg_pool2d", "avg_pool3d", "adaptive_avg_pool1d", "adaptive_avg_pool2d"})


class Told(NamedTuple):
    """A sentence in each language, and its kind."""

    kind: str
    sentence: dict[str, str]


def told(kind: str, **facts: object) -> Told:
    """The sentence of a kind."""
    return Told(kind, say(kind, **facts))


def element(tensor: str, index: Index) -> str:
    """An element as a script writes it: `fc.weight[0, 2]`."""
    return f"{tensor}[{', '.join(map(str, index))}]" if index else tensor


def added(values: list[float]) -> str:
    """`2 + (−3) + 4`."""
    shown = [written(value) if value >= 0 else f"({written(value)})" for value in values[:6]]
    return " + ".join([*shown, "…"] if len(values) > 6 else shown)


def factor(of: Factor | Part) -> str:
    """`x[3] = 0.5`, or the number of a part."""
    if isinstance(of, Part):
        return written(of.value)
    return f"{element(of.source.tensor, of.index)} = {written(of.value)}"


def product(term: Term | Group) -> str:
    """`0.5 × −2 = −1`."""
    if isinstance(term, Group):
        return written(term.evaluate())
    parts = [written(f.value) for f in term.factors]
    if term.coefficient != 1 or not parts:
        parts.insert(0, written(term.coefficient))
    return parts[0] if len(parts) == 1 else f"{' × '.join(parts)} = {written(term.evaluate())}"


def of_value(name: str, reading: Reading, index: Index, made: Sum, value: float) -> Told:
    """The sentence for what a node made."""
    shown, _, _ = made.largest(1)
    count, op = len(made), reading.op
    first = shown[0] if shown else Term(0.0)
    facts = {"element": name, "value": value, "count": count, "largest": product(first), "op": op}
    if op in _CONVOLUTIONS:
        return told("patch", **{**facts, "count": count - (len(made.items) > 1)})
    if op in _PRODUCTS and count > 1:
        biased = len(made.items) > 1
        return told("product_and_bias" if biased else "product", **{**facts, "count": count - biased})
    if op in _SOFTMAXES and isinstance(first, Term) and first.factors:
        return told("softmax", element=name, value=value, source=factor(_first_element(made)))
    if op == "log_softmax" and index:
        probability = math.exp(value) if value < 700 else math.inf
        return told("log_softmax", element=name, value=value, p=probability)
    normal = made.items[0] if made.items else None
    if op in _NORMS and isinstance(normal, Term):
        centred, spread = normal.factors[:2]
        mean = next((t.factors[0] for t in _terms(centred) if t.coefficient == -1), None)
        if isinstance(spread, Part) and mean is not None:
            x, width = factor(_first_element(made)), spread.arguments[0].evaluate() ** 0.5
            return told("normalised", element=name, value=value, source=x, mean=mean.value, spread=width)
    if op == "lstm":
        return told("memory" if _memory(made) else "gates", element=name, value=value)
    if op == "scaled_dot_product_attention":
        return told("attention", **facts)
    if op == "nll_loss" or op.endswith("loss") or "cross_entropy" in op:
        return told("loss", **facts)
    single = first if isinstance(first, Term) and count == 1 else None
    source = factor(single.factors[0]) if single is not None and single.factors else None
    if op == "dropout" and source is not None and single is not None and len(single.factors) == 2:
        scale = single.factors[1].value
        return told("survived" if scale else "dropped", element=name, value=value, source=source, scale=scale)
    if op == "relu" and source is not None and single is not None:
        return told("kept" if single.coefficient else "closed", element=name, value=value, source=source)
    if op in _CHOICES and single is not None and not single.factors:
        return told("place", element=name, value=value)
    if op in _CHOICES and source is not None:
        return told("chosen", element=name, value=value, source=source, losers=_losers(reading))
    if op == "embedding" and source is not None:
        return told("row", element=name, value=value, source=source)
    if source is not None and single is not None:
        if isinstance(single.factors[0], Part):
            inner = single.factors[0].arguments[0].largest(1)[0]
            around = product(inner[0]) if inner else written(single.factors[0].value)
            return told("function", element=name, value=value, op=op, source=around)
        if len(single.factors) == 1 and single.coefficient == 1:
            return told("moved", element=name, value=value, source=source)
        return told("times", element=name, largest=product(single))
    if op in _MEANS:
        return told("mean", **facts)
    if 1 < count <= 4 and op in _SUMS:
        return told("added", element=name, value=value, parts=added([t.evaluate() for t in made.largest(count)[0]]))
    if count > 1 and all(not isinstance(f, Part) for t in shown if isinstance(t, Term) for f in t.factors):
        return told("sum", **facts)
    return told("formula", **facts)


def _terms(of: Factor | Part | None) -> list[Term]:
    """The plain terms of a part's first argument."""
    return [item for item in of.arguments[0].items if isinstance(item, Term)] if isinstance(of, Part) else []


def _first_element(made: Sum) -> Factor:
    """The first element that a sum of parts comes down to."""
    pending: list[object] = list(reversed(made.items))
    while pending:
        item = pending.pop()
        if isinstance(item, Factor):
            return item
        if isinstance(item, Part):
            pending += [inner for argument in reversed(item.arguments) for inner in reversed(argument.items)]
        elif isinstance(item, Term):
            pending += reversed(item.factors)
    raise ValueError("a sum without elements")


def _memory(made: Sum) -> bool:
    """Is it an LSTM's memory, a sum of what was kept and what was added, and not a gated output?"""
    return len(made) > 1


def _losers(reading: Reading) -> int:
    """How many elements an output element was chosen from, less the one."""
    output = reading.output()
    sizes = [a.size for a in reading.arrays if a is not None]
    if reading.op in ("maximum", "minimum"):
        return len(sizes) - 1
    kernel = reading.options.get("kernel_size")
    if kernel is not None:
        window = 1
        for extent in kernel if isinstance(kernel, tuple | list) else (kernel,):
            window *= int(extent)
        return window - 1
    return max(0, sizes[0] // max(1, output.size) - 1)


def of_gradient(name: str, reading: Reading, place: int, index: Index, made: Sum, value: float) -> Told:
    """The sentence for the share that a node's backward sent to its input `place`."""
    shown, _, _ = made.largest(1)
    count, op = len(made), reading.op
    first = shown[0] if shown else Term(0.0)
    facts = {"element": name, "value": value, "count": count, "largest": product(first), "op": op}
    p = next((f for t in made.items if isinstance(t, Term) for f in t.factors if _is(f, "p")), None)
    if op == "log_softmax" and p is not None and isinstance(made.items[0], Term):
        weight = made.items[0].coefficient
        facts = {"element": name, "p": p.value, "y": float(count > 1), "n": 1 / weight if weight else math.nan}
        return told("cross_entropy", value=value, **facts)
    if count == 1 and isinstance(first, Term) and op in SLOPES and len(first.factors) > 1:
        arrived = first.factors[-1].value
        slope = first.coefficient * math.prod(f.value for f in first.factors[:-1])
        if op in ("mse_loss", "binary_cross_entropy_with_logits"):
            return told("error", element=name, value=value, op=op, arrived=arrived, largest=product(first))
        return told("slope", element=name, value=value, op=op, arrived=arrived, slope=slope)
    per_sample = isinstance(first, Group) or (isinstance(first, Term) and first.sample is not None)
    products = isinstance(first, Group) or (isinstance(first, Term) and len(first.factors) > 1)
    if per_sample and products:
        return told("per_sample", **facts)
    if count > 1:
        if products:
            return told("gradient_product", **facts)
        if all(isinstance(t, Term) and t.coefficient == 1 for t in made.largest(count)[0]):
            return told("broadcast", **facts)
        return told("per_sample" if per_sample else "gradient_sum", **facts)
    if op == "dropout" and isinstance(first, Term) and len(first.factors) == 2:
        arrived, mask = (f.value for f in first.factors)
        return told("mask_open" if mask else "mask_closed", element=name, value=value, arrived=arrived, scale=mask)
    if isinstance(first, Term) and len(first.factors) == 1:
        slope, arrived = first.coefficient, first.factors[0].value
        if op in _GATES and slope in (0.0, 1.0):
            return told("gate_open" if slope else "gate_closed", element=name, value=value, arrived=arrived)
        if op in _CHOICES and slope in (0.0, 1.0):
            return told("routed" if slope else "not_routed", element=name, value=value)
        kind = "passed" if slope == 1 else "turned" if slope == -1 else "slope"
        return told(kind, element=name, value=value, op=op, arrived=arrived, slope=slope)
    if products and count == 1:
        return told("gradient_of_product", element=name, value=value, largest=product(first))
    if op in _CHOICES and not count:
        return told("not_routed", element=name, value=value)
    return told("gradient_product" if products else "gradient_sum", **facts)


def _is(of: Factor | Part, symbol: str) -> bool:
    return isinstance(of, Part) and of.symbol == symbol


_KINDS = {"Adam": "adam", "AdamW": "adam"}


def of_update(name: str, step: Step, value: float) -> Told:
    """The sentence for a step."""
    kind = _KINDS.get(step.optimizer, "optimizer")
    decay = float(step.options.get("weight_decay") or 0.0)
    if step.optimizer == "SGD":
        kind = "momentum" if step.options.get("momentum") else "sgd_decay" if decay else "sgd"
    return told(
        kind, element=name, value=value, optimizer=step.optimizer, lr=float(step.options.get("lr") or 0.0),
        gradient=step.gradient.value, decay=decay,
    )  # fmt: skip
