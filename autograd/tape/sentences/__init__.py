"""One sentence per event: what happened, with its numbers, in English and Korean.

`en.json` and `ko.json` are the one table, which the page reads too; `ops.json` says which text belongs to which op:
`[where the result is many numbers, where it is one]`, forwards and backwards.
"""

from __future__ import annotations

import json
import re
from importlib import resources
from typing import TYPE_CHECKING, Any, Literal, get_args

import numpy as np

from autograd.tape.sentences import figures
from autograd.tape.sentences.naming import tensor_name
from autograd.tape.sentences.ops import Backward, Forward, Untold, only
from autograd.tape.values import norm, statistics

if TYPE_CHECKING:
    from autograd.tape.moment import Moment
    from autograd.tape.segment import Array

Language = Literal["en", "ko"]
LANGUAGES: tuple[Language, ...] = get_args(Language)


def _read(name: str) -> dict[str, Any]:
    text = resources.files(__name__).joinpath(name).read_text(encoding="utf-8")
    found: dict[str, Any] = json.loads(text)
    return found


TABLES: dict[Language, dict[str, str]] = {language: _read(f"{language}.json") for language in LANGUAGES}
OPS: dict[str, dict[str, list[str | None]]] = _read("ops.json")

_FIELD = re.compile(r"\{(\w+)\}")


def fields_of(text: str) -> set[str]:
    """The names in braces."""
    return set(_FIELD.findall(text))


def say(key: str, language: Language, **fields: str) -> str:
    """A text of the table with its fields filled in. Raises KeyError for a key or field that there is not."""
    return _FIELD.sub(lambda found: fields[found[1]], TABLES[language][key])


def sentence(moment: Moment, before: Moment, language: Language = "en") -> str:
    """What the event just before `moment` did; `before` is the moment one event earlier."""
    event = moment.happened
    if event is None:
        return say("say.setup" if moment.iteration is None and moment.event >= 0 else "say.start", language)
    match event["kind"]:
        case "forward":
            return _op("forward", Forward(moment, moment.structure.nodes[event["node"]]), language)
        case "backward":
            return _backward(moment, event, language)
        case "output":
            text = str(moment.details.get("text", "")).strip()[:200]
            return say("say.output", language, text=text)
        case "accumulate":
            key, fields = _accumulate(moment, before, event)
        case "zero_grad":
            key, fields = _zero(moment, before, event)
        case "step":
            key, fields = _step(moment, before, event)
        case "edit":
            key, fields = _edit(moment, before, event)
        case "adjust":
            key, fields = _adjust(moment, before, event)
        case "hook":
            key, fields = "say.hook", {name: _told(moment.details[name]) for name in ("before", "after")}
        case "mode":
            key = "say.mode.train" if moment.details["training"] else "say.mode.eval"
            return say(key, language, module=str(moment.details["module"]))
        case "options":
            return _options(moment, language)
        case _:
            return say("say.other", language)  # of a newer recorder
    tensor = tensor_name(moment.structure, event["tensor"])
    return say(key, language, tensor=tensor, **fields)


# Ops ------------------------------------------------------------------------------------------------------------------


def _op(way: Literal["forward", "backward"], op: Forward | Backward, language: Language) -> str:
    many, one = OPS[way].get(op.node["op"], [None, None])
    general = [f"say.{way}.scalar", f"say.{way}.any"] if op.single else [f"say.{way}.any"]
    for key in ([one, many] if op.single and one else [None if op.single else many]) + general:
        if key is None:
            continue
        try:
            fields = {name: op.field(name) for name in fields_of(TABLES[language][key]) - {"unchanged"}}
        except Untold:
            continue
        return say(key, language, unchanged=say("say.unchanged", language), **fields)
    return say("say.loading", language)


def _backward(moment: Moment, event: dict[str, Any], language: Language) -> str:
    op = Backward(moment, moment.structure.nodes[event["node"]])
    if op.handed is None:
        return say("say.backward.end", language, node=op.field("node"), leaves=op.field("leaves"))
    return _op("backward", op, language)


# Parameters and leaves ------------------------------------------------------------------------------------------------

Said = tuple[str, dict[str, str]]


def _length(array: Array) -> str:
    return figures.number(norm(array[np.isfinite(array)]))


def _accumulate(moment: Moment, before: Moment, event: dict[str, Any]) -> Said:
    after, earlier = moment.tensors[event["tensor"]].gradient, None
    assert after is not None, "an accumulate writes a gradient"
    one = only(after)
    if event["node"] is None:
        if one is None:
            return "say.seed.many", {
                "backward": "backward",
                "count": figures.count(after.size),
                "norm": _length(after),
            }
        return "say.seed", {"backward": "backward", "one": figures.number(one)}
    earlier = before.tensors[event["tensor"]].gradient
    if earlier is None:
        if one is None:
            return "say.share.first", {"norm": _length(after)}
        return "say.share.firstScalar", {"after": figures.number(one)}
    more = "say.share.more" if moment.structure.tensors[event["tensor"]]["leaf"] else "say.share.meets"
    was = only(earlier)
    if one is None or was is None:
        return more, {"before": _length(earlier), "after": _length(after)}
    return f"{more}Scalar", {"before": figures.number(was), "after": figures.number(one)}


def _zero(moment: Moment, before: Moment, event: dict[str, Any]) -> Said:
    earlier = before.tensors[event["tensor"]].gradient
    if earlier is None:
        return "say.zero.nothing", {"zero_grad": "zero_grad"}
    cleared = moment.tensors[event["tensor"]].gradient is None
    key = "say.zero.cleared" if cleared else "say.zero.zeros"
    return key, {"zero_grad": "zero_grad", "norm": _length(earlier)}


def _change(before: Array | None, after: Array | None) -> float | None:
    """How far the most moved number moved."""
    if before is None or after is None or before.shape != after.shape or not after.size:
        return None
    return float(np.max(np.abs(np.subtract(after, before, dtype=np.float64))))


def _step(moment: Moment, before: Moment, event: dict[str, Any]) -> Said:
    earlier, after = before.tensors[event["tensor"]].value, moment.tensors[event["tensor"]].value
    change = _change(earlier, after)
    if not change:
        return "say.step.still", {}
    optimizer, rate = moment.details.get("optimizer"), moment.details.get("lr")
    by, fields = "", {}
    if optimizer is not None and rate is not None:
        by, fields = "By", {"optimizer": str(optimizer), "rate": figures.number(float(rate))}
    start, end = only(earlier), only(after)
    if start is None or end is None:
        return f"say.step.moves{by}", {"change": figures.number(change), **fields}
    ends = {"before": figures.number(start), "after": figures.number(end)}
    return f"say.step.scalar{by}", {"step": "step", **ends, **fields}


def _edit(moment: Moment, before: Moment, event: dict[str, Any]) -> Said:
    after = moment.tensors[event["tensor"]].value
    if moment.iteration is None and after is not None and after.size:
        return _initial(after)
    earlier = before.tensors[event["tensor"]].value
    change = _change(earlier, after)
    if change is None:
        return "say.edit", {}
    start, end = only(earlier), only(after)
    if start is None or end is None:
        return "say.edit.moves", {"change": figures.number(change)}
    return "say.edit.scalar", {"before": figures.number(start), "after": figures.number(end)}


def _initial(after: Array) -> Said:
    end, found = only(after), statistics(after)
    if end is not None:
        return "say.initial.scalar", {"after": figures.number(end)}
    if found["min"] is None or found["max"] is None:
        return "say.edit", {}
    return "say.initial", {
        "count": figures.count(after.size),
        "min": figures.number(found["min"]),
        "max": figures.number(found["max"]),
    }


# Changed gradients and options ----------------------------------------------------------------------------------------


def _told(value: Any) -> str:
    """A number of the details as a person would write it: 0.25 and not 0.2500."""
    return f"{float(value):.4g}"


def _adjust(moment: Moment, before: Moment, event: dict[str, Any]) -> Said:
    details = moment.details
    match details.get("by"):
        case "clip_grad_norm_":
            numbers = {"norm": _told(details["norm"]), "limit": _told(details["limit"])}
            if float(details["factor"]) == 1:
                return "say.clip.norm.within", numbers
            return "say.clip.norm", {**numbers, "factor": _told(details["factor"])}
        case "clip_grad_value_":
            return "say.clip.value", {"limit": _told(details["limit"]), "changed": str(details["changed"])}
        case "unscale_":
            return "say.unscale", {"factor": _told(details["factor"])}
    was, now = before.tensors[event["tensor"]].gradient, moment.tensors[event["tensor"]].gradient
    if now is None:
        return "say.other", {}
    if was is None:
        return "say.adjust.new", {"after": _length(now)}
    return "say.adjust", {"before": _length(was), "after": _length(now)}


def _options(moment: Moment, language: Language) -> str:
    changed: dict[str, list[Any]] = moment.details.get("changed", {})
    if not changed:
        return say("say.other", language)
    option, (before, after) = next(iter(changed.items()))
    fields = {"optimizer": str(moment.details["optimizer"]), "before": _spoken(before), "after": _spoken(after)}
    if option == "lr":
        return say("say.options.lr", language, **fields)
    return say("say.options", language, option=option, **fields)


def _spoken(value: Any) -> str:
    """An option's value: a number, several of them, or yes and no."""
    if isinstance(value, (list, tuple)):
        return ", ".join(_spoken(one) for one in value)
    if isinstance(value, bool) or value is None:
        return json.dumps(value)
    try:
        return _told(value)
    except (TypeError, ValueError):
        return str(value)
