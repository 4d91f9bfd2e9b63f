"""Ways to answer: JSON with words for NaN and the infinities, and arrays as numpy's own files."""

from __future__ import annotations

import contextlib
import io
import json
from typing import Any, Literal

import numpy as np
from fastapi import Request
from starlette.responses import JSONResponse, Response

from autograd import tape
from autograd.tape.segment import Array, plain
from backend.problems import Problem

NPY = "application/x-npy"
RAW = "application/octet-stream"
Kind = Literal["json", "npy", "raw"]
_KINDS: dict[str, Kind] = {
    "application/json": "json",
    "application/*": "json",
    "*/*": "json",
    "text/html": "json",
    NPY: "npy",
    RAW: "raw",
}
# JSON of more numbers than this is of no use to anybody.
_MAX_NUMBERS = 1_000_000


class PlainJSON(JSONResponse):
    """JSON in which NaN and the infinities are the strings "NaN", "Infinity" and "-Infinity"."""

    def render(self, content: Any) -> bytes:
        return encode(content)


def encode(content: Any) -> bytes:
    try:
        return json.dumps(content, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()
    except ValueError:
        return json.dumps(plain(content), ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()


def json_response(body: bytes) -> Response:
    return Response(body, media_type="application/json")


def wanted(request: Request) -> Kind:
    """What the client's Accept header prefers of JSON, .npy and raw numbers. Raises Problem 406."""
    ranked: list[tuple[float, str]] = []
    for part in request.headers.get("accept", "*/*").split(","):
        kind, *parameters = (piece.strip().lower() for piece in part.split(";"))
        quality = 1.0
        for parameter in parameters:
            if parameter.startswith("q="):
                with contextlib.suppress(ValueError):
                    quality = float(parameter[2:])
        if quality > 0:
            ranked.append((quality, kind))
    for _, kind in sorted(ranked, key=lambda one: -one[0]):
        if kind in _KINDS:
            return _KINDS[kind]
    raise Problem(406, f"This is answered as application/json, {NPY} or {RAW}: ask for one of them with Accept.")


def raw(array: Array, header: dict[str, Any]) -> bytes:
    """The length of a JSON header (32 bits), the header, then the numbers: everything little-endian."""
    little = np.ascontiguousarray(array, array.dtype.newbyteorder("<"))
    text = encode({**header, "shape": list(array.shape), "dtype": array.dtype.name})
    text += b" " * (-(len(text) + 4) % 8)  # the numbers begin at a multiple of 8
    return len(text).to_bytes(4, "little") + text + little.tobytes()


def npy(array: Array) -> bytes:
    """The array as `numpy.save` writes it."""
    file = io.BytesIO()
    np.save(file, array, allow_pickle=False)
    return file.getvalue()


def array_response(kind: Kind, body: bytes) -> Response:
    """An answer made by `npy`, `raw` or `encode`."""
    return Response(body, media_type={"json": "application/json", "npy": NPY, "raw": RAW}[kind])


def numbers(array: Array | None) -> Any:
    """The array's numbers, nested. Raises Problem where they are too many for JSON."""
    if array is None:
        return None
    if array.size > _MAX_NUMBERS:
        raise Problem(406, f"{array.size:,} numbers are too many for JSON: ask with the header Accept: {NPY}.")
    return array.tolist()


def summary(array: Array | None) -> Any:
    """The array in a few numbers, or None."""
    return None if array is None else tape.statistics(array)


def moment_at(moment: tape.Moment) -> dict[str, Any]:
    return {"event": moment.event, "iteration": moment.iteration, "phase": moment.phase}
