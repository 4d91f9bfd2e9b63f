"""A finding: something the tape says is wrong, where, by which numbers, and what to do about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from autograd.tape.findings.sentences import LANGUAGES, SENTENCES, bad_numbers
from autograd.tape.segment import plain

Severity = Literal["error", "warning", "notice"]

SEVERITIES: tuple[Severity, ...] = ("error", "warning", "notice")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong with a training.

    `severity`: an error makes the training do something else than its author meant; a warning slows or spoils it; a
    notice is worth a look. `event` is an index in the tape, `line` a line of the script counted from 1; `parameter`,
    `tensor` and `node` are ids of that event's structure, None where there is none. `evidence`: the numbers by name.
    """

    kind: str
    severity: Severity
    event: int
    iteration: int | None
    line: int | None
    parameter: str | None = None
    tensor: str | None = None
    node: str | None = None
    evidence: Mapping[str, Any] = field(default_factory=dict)

    @property
    def message(self) -> str:
        """What happened, in one English sentence with its numbers."""
        return self.say("en")[0]

    @property
    def advice(self) -> str:
        """What to do, in one English sentence."""
        return self.say("en")[1]

    def say(self, language: str) -> tuple[str, str]:
        """The message and the advice in a language: `en` or `ko`."""
        message, advice = SENTENCES[self.kind][LANGUAGES.index(language)]
        words: dict[str, Any] = {
            "parameter": self.parameter,
            "tensor": self.tensor,
            "node": self.node,
            "line": self.line,
        }
        words.update(self.evidence)
        if "nan" in words and "infinite" in words:
            words["bad"] = bad_numbers(words["nan"], words["infinite"], language)
        return message.format(**words), advice.format(**words)

    def to_json(self, language: str = "en") -> dict[str, Any]:
        """As JSON can carry it; numbers without a word in JSON are strings, as in the tape's format."""
        message, advice = self.say(language)
        return {
            "kind": self.kind,
            "severity": self.severity,
            "event": self.event,
            "iteration": self.iteration,
            "line": self.line,
            "parameter": self.parameter,
            "tensor": self.tensor,
            "node": self.node,
            "evidence": plain(self.evidence),
            "message": message,
            "advice": advice,
        }
