"""Who takes part in a run: models with their parameters, optimizers with what they were given, and how it all ended.

An op that never ran and a parameter that nobody used leave no event; what is missing can be told only beside what is
there.
"""

from __future__ import annotations

import weakref
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from autograd.tape.naming import Names
from autograd.tape.sites import Script, Site

if TYPE_CHECKING:
    from autograd.optim.optimizer import Optimizer
    from autograd.tensor import Tensor


@dataclass(slots=True, eq=False)
class StepRecord:
    """One call of an optimizer's `step`: the open events from `begin` up to `end` are its own."""

    optimizer: int
    begin: int
    site: Site | None
    end: int = 0


@dataclass(slots=True)
class _Given:
    """A parameter that an optimizer was given; `name` is for one whose model the run never called."""

    number: int
    name: str
    requires_grad: bool


@dataclass(slots=True)
class _Optimizer:
    reference: weakref.ref[Optimizer]
    type: str
    given: list[_Given]


class Cast:
    """The models and optimizers of one run, as far as they have appeared."""

    def __init__(self, names: Names, script: Script) -> None:
        self._names = names
        self._script = script
        self._optimizers: list[_Optimizer] = []
        self._changed = False
        self._models = 0  # how many roots were there when they were last told

    def optimizer(self, optimizer: Optimizer) -> int:
        """The number of an optimizer, from 0 by their first step."""
        size = sum(len(group["params"]) for group in optimizer.param_groups)
        for number, known in enumerate(self._optimizers):
            if known.reference() is optimizer:
                if len(known.given) != size:
                    known.given = self._given(optimizer)
                    self._changed = True
                return number
        self._optimizers.append(_Optimizer(weakref.ref(optimizer), type(optimizer).__name__, self._given(optimizer)))
        self._changed = True
        return len(self._optimizers) - 1

    def _given(self, optimizer: Optimizer) -> list[_Given]:
        return [
            _Given(parameter.number, self._stranger(parameter), parameter.requires_grad)
            for group in optimizer.param_groups
            for parameter in group["params"]
        ]

    def _stranger(self, parameter: Tensor) -> str:
        """What to call a parameter of a model that was never called, as far as the script's variables tell."""
        if self._names.knows(parameter):
            return ""
        variable = self._script.variable(parameter)
        if variable is not None:
            return variable
        owner = self._names.owner(parameter, self._script)
        if owner is None:
            return f"param.{parameter.number}"
        module, variable = owner
        return next(f"{variable}.{path}" for path, held in module.named_parameters() if held is parameter)

    def optimizers(self) -> list[dict[str, Any]] | None:
        """What the format says of the optimizers; None where it is as it was when last asked."""
        if not self._changed:
            return None
        self._changed = False
        return [
            {
                "type": optimizer.type,
                "parameters": [
                    {"name": self._names.of(given.number) or given.name, "requires_grad": given.requires_grad}
                    for given in optimizer.given
                ],
            }
            for optimizer in self._optimizers
        ]

    def models(self) -> list[dict[str, Any]] | None:
        """What the format says of the modules that were called from outside any module; None where nothing is new."""
        roots = self._names.roots
        if len(roots) == self._models:
            return None
        self._models = len(roots)
        return [
            {
                "name": root.prefix or "",
                "type": type(root.module).__name__,
                "layers": {path: type(child).__name__ for path, child in root.module.named_modules()},
                "parameters": [
                    {"name": self._names.of(parameter.number) or path, "requires_grad": parameter.requires_grad}
                    for path, parameter in root.module.named_parameters()
                ],
            }
            for root in roots
            if root.owns
        ]


def ended_by(error: BaseException, script: Script) -> dict[str, Any] | None:
    """What the format says of the exception a script died of; None for one that only ends it (a limit, an exit)."""
    if not isinstance(error, Exception):
        return None
    line, trace = None, error.__traceback__
    while trace is not None:
        if script.owns(trace.tb_frame.f_code):
            line = trace.tb_lineno
        trace = trace.tb_next
    return {"type": type(error).__name__, "message": str(error)[:2000], "line": line}
