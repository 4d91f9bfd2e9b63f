"""Answers that a client has already are not sent again: an ETag on every plain answer of the API, 304 where it matches.

A moment of a tape never changes, so its tag never does; what is recorded further gets another.
"""

from __future__ import annotations

from hashlib import blake2b

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send


class Tagged:
    """ASGI middleware. Streams and answers that carry a tag of their own pass as they are."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "GET" or not scope["path"].startswith("/api/"):
            await self._app(scope, receive, send)
            return
        known = Headers(scope=scope).get("if-none-match", "")
        start: Message | None = None

        async def sending(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start":
                headers = Headers(raw=message["headers"])
                if message["status"] == 200 and "etag" not in headers and "content-length" in headers:
                    start = message  # held until its body is here
                    return
            elif start is not None:
                held, start = start, None
                if not message.get("more_body", False):
                    await _answer(held, message, known, send)
                    return
                await send(held)
            await send(message)

        await self._app(scope, receive, sending)


async def _answer(start: Message, body: Message, known: str, send: Send) -> None:
    headers = MutableHeaders(raw=start["headers"])
    # The kind is part of it: one address answers with JSON, .npy or raw numbers.
    tag = f'W/"{blake2b(headers.get("content-type", "").encode() + body["body"], digest_size=12).hexdigest()}"'
    headers["ETag"] = tag
    headers.setdefault("Cache-Control", "private, no-cache")
    headers.add_vary_header("Accept")
    if matches(tag, known):
        del headers["content-length"]
        await send({"type": "http.response.start", "status": 304, "headers": headers.raw})
        await send({"type": "http.response.body", "body": b""})
        return
    await send({**start, "headers": headers.raw})
    await send(body)


def matches(tag: str, known: str) -> bool:
    """Does an If-None-Match header name this tag?"""
    tags = {one.strip().removeprefix("W/") for one in known.split(",")}
    return "*" in tags or tag.removeprefix("W/") in tags
