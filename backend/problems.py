"""Errors as `application/problem+json` (RFC 9457): what is wrong, in a sentence a student can act on."""

from __future__ import annotations

import json
import logging
import re
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from autograd.tape.segment import plain

log = logging.getLogger("backplay")


class Problem(Exception):
    """An answer other than the one asked for. `more` adds members: a line, a column, what would be valid."""

    def __init__(self, status: int, detail: str, **more: Any) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.more = more


def problem_body(status: int, detail: str, **more: Any) -> bytes:
    """The JSON of a problem."""
    title = HTTPStatus(status).phrase
    return json.dumps(
        plain({"type": "about:blank", "title": title, "status": status, "detail": detail, **more})
    ).encode()


def problem_response(status: int, detail: str, headers: dict[str, str] | None = None, **more: Any) -> Response:
    return Response(problem_body(status, detail, **more), status, headers, "application/problem+json")


def _place(location: tuple[int | str, ...]) -> str:
    """Where in the request an invalid value stands: `iterations`, `after`."""
    return ".".join(str(part) for part in location if part not in ("body", "query", "path", "header")) or "the body"


async def _on_problem(_: Request, error: Exception) -> Response:
    assert isinstance(error, Problem)
    return problem_response(error.status, error.detail, **error.more)


async def _on_http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    detail = error.detail
    if detail == HTTPStatus(error.status_code).phrase:
        if error.status_code == 404:
            detail = f"There is nothing at {request.url.path}. The calls are listed at /docs."
        elif error.status_code == 405:
            error.headers = {"Allow": ", ".join(sorted(methods_at(request) or {"GET"}))}
            detail = f"{request.method} does not work on {request.url.path}. The calls are listed at /docs."
        elif error.status_code == 413:
            detail = "The body of this request is larger than the server accepts."
    return problem_response(error.status_code, detail, dict(error.headers or {}))


def methods_at(request: Request) -> set[str]:
    """Every method there is at this path: each is a route of its own, and the framework names the first one's only."""
    path: str = request.scope["path"]
    found: set[str] = set()
    for template, calls in request.app.openapi()["paths"].items():
        pattern = "".join(
            ".+" if part.startswith("{") else re.escape(part) for part in re.split(r"(\{[^}]*\})", template)
        )
        if re.fullmatch(pattern, path) and template.count("/") == path.count("/"):
            found |= {method.upper() for method in calls}
    return found


async def _on_invalid(_: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    found = [{"field": _place(tuple(e["loc"])), "message": str(e["msg"])} for e in error.errors()]
    detail = "; ".join(f"{e['field']}: {e['message']}" for e in found) + "."
    return problem_response(422, detail, errors=found)


async def _on_bug(request: Request, error: Exception) -> Response:
    log.error("%s %s failed", request.method, request.url.path, exc_info=error)
    return problem_response(500, "Something in Backplay itself went wrong; the server's log says what.")


def install(app: FastAPI) -> None:
    """Make every error of `app` a problem."""
    app.add_exception_handler(Problem, _on_problem)
    app.add_exception_handler(HTTPException, _on_http)
    app.add_exception_handler(RequestValidationError, _on_invalid)
    app.add_exception_handler(Exception, _on_bug)
