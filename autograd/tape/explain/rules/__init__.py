"""The rules of ops that no general way explains, one family a file: op → the sum that an output element is."""

from __future__ import annotations

from autograd.tape.explain.rules import elementwise
from autograd.tape.explain.rules.elementwise import Rule

VALUES: dict[str, Rule] = {**elementwise.RULES}
