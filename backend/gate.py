"""The gate every request passes: who may ask, what a browser may do with the answer, how long it took.

Any web page can post to a loopback address and a rebound name can read from it, so Host must be a name this server
answers to, and Origin, where a browser sends one, must be that same host.
"""

from __future__ import annotations

import ipaddress
import logging
import math
import time
from typing import Any
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from backend.metrics import Metrics
from backend.problems import problem_body, problem_response
from backend.rates import Rates
from backend.settings import Settings

log = logging.getLogger("backplay.requests")

_TOO_LARGE = problem_body(413, "The body of this request is larger than the server accepts.")
_METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
_LOOPBACK = {"localhost", "127.0.0.1", "::1"}
_EVERYWHERE = {"", "0.0.0.0", "::"}
_FOR_OPERATORS = {"/healthz", "/readyz", "/metrics"}


def is_loopback(host: str | None) -> bool:
    """Is this client on the same machine? A Unix socket's client is."""
    if host is None:
        return True
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    return (mapped or address).is_loopback


def host_name(authority: str) -> str:
    """`localhost` of `localhost:8000`, `::1` of `[::1]:8000`."""
    try:
        return (urlsplit(f"//{authority}").hostname or "").rstrip(".")
    except ValueError:
        return ""


class Gate:
    """ASGI middleware: Host and Origin checked, security headers set, requests counted."""

    def __init__(self, app: ASGIApp, settings: Settings, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics
        self._rates = Rates(settings.requests_per_second, settings.requests_burst)
        own = set() if settings.host in _EVERYWHERE else {settings.host.lower()}
        self._hosts = _LOOPBACK | own | {host.lower() for host in settings.hosts}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        refusal = None if scope["path"] in _FOR_OPERATORS else self._refusal(headers)
        if scope["type"] == "websocket":
            if refusal is None:
                await self._app(scope, receive, send)
            else:
                await send({"type": "websocket.close", "code": 1008, "reason": refusal[:120]})
            return
        sending = self._decorated(scope, headers, send)
        if refusal is not None:
            await problem_response(403, refusal)(scope, receive, sending)
            return
        wait = self._rates.wait((scope.get("client") or ("local",))[0], _cost(scope))
        if wait:
            detail = f"This client asks more often than the server allows; ask again in {wait:.1f} s."
            await problem_response(429, detail, {"Retry-After": str(math.ceil(wait))})(scope, receive, sending)
            return
        await self._app(scope, receive, sending)

    def _refusal(self, headers: Headers) -> str | None:
        """Why this request is refused, or None."""
        host = headers.get("host", "")
        name = host_name(host)
        if name not in self._hosts and "*" not in self._hosts:
            return (
                f"This server does not answer to the name “{name[:80]}”. Open it as http://localhost, or let the "
                "operator add the name to BACKPLAY_HOSTS."
            )
        origin = headers.get("origin")
        if origin is not None and urlsplit(origin).netloc.lower() != host.lower():
            return "This request comes from a page of another site, which may not use this server."
        return None

    def _decorated(self, scope: Scope, headers: Headers, send: Send) -> Send:
        began = time.perf_counter()
        host = headers.get("host", "localhost")

        too_large = False

        async def sending(message: Message) -> None:
            nonlocal too_large
            if message["type"] == "http.response.start":
                _secure(MutableHeaders(scope=message), host)
                seconds = time.perf_counter() - began
                self._metrics.requests.labels(_method(scope), _route(scope), message["status"]).observe(seconds)
                log.info("request", extra=_said(scope, message["status"], seconds))
                if message["status"] == 413 and _is_plain(message):
                    too_large = True
                    _as_problem(message)
            elif too_large:
                message = {**message, "body": _TOO_LARGE, "more_body": False}
            await send(message)

        return sending


def _is_plain(start: Message) -> bool:
    return Headers(raw=start["headers"]).get("content-type", "").startswith("text/plain")


def _as_problem(start: Message) -> None:
    """The framework refuses a body that is too large in its own words, before our handlers see it."""
    headers = MutableHeaders(scope=start)
    headers["content-type"] = "application/problem+json"
    headers["content-length"] = str(len(_TOO_LARGE))


def _method(scope: Scope) -> str:
    """The method, of those there are: a client must not make labels of its own."""
    method: str = scope["method"]
    return method if method in _METHODS else "other"


def _route(scope: Scope) -> str:
    """The path as it is declared, with the prefix it is really found under."""
    path = getattr(scope.get("route"), "path", None)
    if path is None:
        return "other"
    return path if path.startswith("/api/") or not scope["path"].startswith("/api/") else f"/api{path}"


def _said(scope: Scope, status: int, seconds: float) -> dict[str, Any]:
    """What is logged of a request, with the run it is about."""
    said = {"method": scope["method"], "path": scope["path"], "status": status, "seconds": round(seconds, 6)}
    run = scope.get("path_params", {}).get("run")
    return said if run is None else {**said, "run": run}


def _cost(scope: Scope) -> float:
    """Operators ask for nothing; what begins a process counts for more."""
    path: str = scope["path"]
    if path in _FOR_OPERATORS:
        return 0.0
    return 10.0 if scope["method"] == "POST" and path.endswith(("/runs", "/branches", "/tapes")) else 1.0


def _secure(headers: MutableHeaders, host: str) -> None:
    """What a browser may do with an answer of ours."""
    headers["Content-Security-Policy"] = (
        "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
        f"worker-src 'self' blob:; connect-src 'self' ws://{host} wss://{host}; object-src 'none'; base-uri 'self'; "
        "form-action 'self'; frame-ancestors 'none'"
    )
    headers["X-Content-Type-Options"] = "nosniff"
    headers["X-Frame-Options"] = "DENY"
    headers["Referrer-Policy"] = "no-referrer"
    headers["Cross-Origin-Opener-Policy"] = "same-origin"
    headers["Cross-Origin-Resource-Policy"] = "same-origin"
