"""Ways to answer: JSON with words for NaN and the infinities, and arrays as numpy's own files."""

from __future__ import annotations

import io
import json
from typing import Any

import numpy as np
from fastapi import Request
from starlette.responses import JSONResponse, Response

from autograd import tape
from autograd.tape.segment import Array, plain
from backend.problems import Problem

NPY = "application/x-npy"
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


def wants_npy(request: Request) -> bool:
    """Does the client ask for a .npy file?"""
    return NPY in request.headers.get("accept", "")


def npy(array: Array) -> bytes:
    """The array as `numpy.save` writes it."""
    file = io.BytesIO()
    np.save(file, array, allow_pickle=False)
    return file.getvalue()


def npy_response(body: bytes) -> Response:
    return Response(body, media_type=NPY)


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
