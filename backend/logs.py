"""Logs for people or, as one JSON object a line, for machines; whatever concerns a run carries its id."""

from __future__ import annotations

import json
import logging
import sys
from datetime import UTC, datetime

# What a record carries besides its message, where there is such a thing.
_MEMBERS = ("run", "why", "method", "path", "status", "seconds")


class JsonLines(logging.Formatter):
    """One JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        line.update({name: getattr(record, name) for name in _MEMBERS if hasattr(record, name)})
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)


class Lines(logging.Formatter):
    """A line as people read it, with the run at its end."""

    def format(self, record: logging.LogRecord) -> str:
        members = " ".join(f"{name}={getattr(record, name)}" for name in _MEMBERS if hasattr(record, name))
        return f"{super().format(record)} {members}".rstrip()


def install(form: str, level: str) -> None:
    """Write our logs to standard error."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines() if form == "json" else Lines("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logger = logging.getLogger("backplay")
    logger.handlers = [handler]
    logger.setLevel(level.upper())
    logger.propagate = False
