"""Every op once or more, one family a file: `CASES` is all of them, `WRONG` the calls that must raise."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

from cases.case import Case, Wrong

CASES: list[Case] = []
WRONG: list[Wrong] = []
for _family in sorted(m.name for m in iter_modules(__path__) if m.name != "case"):
    _module = import_module(f"cases.{_family}")
    CASES += _module.CASES
    WRONG += getattr(_module, "WRONG", [])
