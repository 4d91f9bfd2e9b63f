"""Every format a moment's graph can be had in: its media type, the end of its file's name, and what makes it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, get_args

from autograd import tape
from autograd.tape.segment import plain
from backend.export.dot import dot
from backend.export.mermaid import mermaid
from backend.export.model_explorer import gradient_norms, model_explorer
from backend.export.onnx import onnx

FormatName = Literal[
    "json", "dot", "svg", "png", "pdf", "mermaid", "model-explorer", "model-explorer-data", "onnx"
]  # fmt: skip


@dataclass(frozen=True)
class Format:
    """`write` makes the file's bytes of a moment and the run's name; of a picture (`drawn`), the DOT source."""

    media: str
    suffix: str
    write: Callable[[tape.Moment, str | None], bytes]
    drawn: bool = False


def _json(content: Any) -> bytes:
    return json.dumps(plain(content), ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()


def _of_snapshot(make: Callable[[dict[str, Any]], Any]) -> Callable[[tape.Moment, str | None], bytes]:
    def write(moment: tape.Moment, run: str | None) -> bytes:
        made = make(tape.snapshot(moment, run))
        return made.encode() if isinstance(made, str) else _json(made)

    return write


_dot = _of_snapshot(dot)

FORMATS: dict[FormatName, Format] = {
    "json": Format("application/json", "json", _of_snapshot(lambda snapshot: snapshot)),
    "dot": Format("text/vnd.graphviz; charset=utf-8", "dot", _dot),
    "svg": Format("image/svg+xml", "svg", _dot, drawn=True),
    "png": Format("image/png", "png", _dot, drawn=True),
    "pdf": Format("application/pdf", "pdf", _dot, drawn=True),
    "mermaid": Format("text/vnd.mermaid; charset=utf-8", "mmd", _of_snapshot(mermaid)),
    "model-explorer": Format("application/json", "model-explorer.json", _of_snapshot(model_explorer)),
    "model-explorer-data": Format("application/json", "gradient-norms.json", _of_snapshot(gradient_norms)),
    "onnx": Format("application/octet-stream", "onnx", lambda moment, _: onnx(moment)),
}
assert tuple(FORMATS) == get_args(FormatName)


def file_name(moment_at: int, format: FormatName) -> str:
    """`graph-event-17.svg`; -1, before the first event, is `start`."""
    where = "start" if moment_at < 0 else f"event-{moment_at}"
    return f"graph-{where}.{FORMATS[format].suffix}"
