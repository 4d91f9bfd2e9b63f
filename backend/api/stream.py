"""Segments as they are recorded, by WebSocket, or as server-sent events where WebSockets are blocked.

Nothing is queued for a client: each has a place in the journal and reads on from there, so a slow one holds up nobody.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import time
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Query, WebSocket
from starlette.responses import StreamingResponse
from starlette.websockets import WebSocketDisconnect

from autograd import tape
from backend.api.answers import encode
from backend.api.dependencies import AllRuns, KnownRun, Tapes
from backend.problems import Problem, problem_response
from backend.runs.run import Run
from backend.runs.service import Runs
from backend.runs.shelf import Shelf
from backend.schemas.runs import RunView

router = APIRouter(tags=["stream"])

# Frames read at once: bounds what one client holds in memory.
_BATCH = 64
_PAUSE = 0.02

After = Annotated[int, Query(ge=0, description="Iterations from this one on; with 0 the setup too.")]


class Reader:
    """One client's place in a tape."""

    def __init__(self, after: int) -> None:
        self._after = after
        self._next = 0
        self._cut = False  # the last segment sent was a cut one, which may be recorded anew
        self._defined: set[str] = set()

    def read(self, recorded: tape.Tape) -> list[bytes]:
        """The next few segments, without their arrays, each with its structure where this client needs it."""
        segments = recorded.segments
        if self._cut and (len(segments) < self._next or segments[self._next - 1].header["complete"]):
            self._next -= 1
            self._cut = False
        frames: list[bytes] = []
        while self._next < len(segments) and len(frames) < _BATCH:
            segment = segments[self._next]
            self._next += 1
            self._cut = not segment.header["complete"]
            if self._after and (segment.iteration is None or segment.iteration < self._after):
                continue
            name = segment.header["structure"]
            define = None if name in self._defined else recorded.structure(segment).body
            self._defined.add(name)
            frames.append(segment.to_bytes(arrays=False, define=define))
        return frames


def _view(run: Run) -> str:
    return encode(RunView.of(run).model_dump(mode="json")).decode()


async def frames(run: Run, runs: Runs, shelf: Shelf, after: int) -> AsyncIterator[str | bytes]:
    """The run as text, then segments as bytes; once they are all sent, the run where it changed."""
    run.readers += 1
    try:
        async for frame in _followed(run, runs, shelf, Reader(after)):
            yield frame
    finally:
        run.readers -= 1
        run.used = time.monotonic()


async def _followed(run: Run, runs: Runs, shelf: Shelf, reader: Reader) -> AsyncIterator[str | bytes]:
    told: str | None = None
    while not run.deleted and not runs.closing:
        version = run.version
        view = _view(run)
        if told is None:
            told = view
            yield view
        try:
            batch = await shelf.ask(run.id, reader.read)
        except Problem:
            return  # removed in the meantime
        for frame in batch:
            yield frame
        caught_up = len(batch) < _BATCH
        if view != told and caught_up:  # never before the segments it counts
            told = view
            yield view
        if caught_up:
            await asyncio.sleep(_PAUSE)  # short iterations come together, not one by one
            await run.change(version)


@router.websocket("/runs/{run}/stream")
async def stream(socket: WebSocket, run: str, runs: AllRuns, shelf: Tapes, after: After = 0) -> None:
    """Text frames: the run, as GET /runs/{run} has it. Binary frames: segments without their arrays."""
    try:
        known = await runs.get(run)
    except Problem as problem:
        await socket.send_denial_response(problem_response(problem.status, problem.detail))
        return
    await socket.accept()
    sending = asyncio.create_task(_send(socket, frames(known, runs, shelf, after)))
    listening = asyncio.create_task(_listen(socket))
    _, pending = await asyncio.wait([sending, listening], return_when=asyncio.FIRST_COMPLETED)
    for task in pending:
        task.cancel()
    await asyncio.gather(sending, listening, return_exceptions=True)
    if not sending.cancelled() and sending.exception() is None:
        with contextlib.suppress(RuntimeError):
            await socket.close(1001 if runs.closing else 1000)


async def _send(socket: WebSocket, source: AsyncIterator[str | bytes]) -> None:
    async for frame in source:
        if isinstance(frame, str):
            await socket.send_text(frame)
        else:
            await socket.send_bytes(frame)


async def _listen(socket: WebSocket) -> None:
    """Nothing is expected from the client; this ends when it goes."""
    with contextlib.suppress(WebSocketDisconnect, RuntimeError):
        while True:
            await socket.receive_bytes()


@router.get(
    "/runs/{run}/stream",
    response_class=StreamingResponse,
    responses={200: {"content": {"text/event-stream": {}}}},
)
async def events_stream(run: KnownRun, runs: AllRuns, shelf: Tapes, after: After = 0) -> StreamingResponse:
    """The same as server-sent events: `run` (JSON) and `segment` (base64)."""

    async def lines() -> AsyncIterator[str]:
        async for frame in frames(run, runs, shelf, after):
            if isinstance(frame, str):
                yield f"event: run\ndata: {frame}\n\n"
            else:
                yield f"event: segment\ndata: {base64.b64encode(frame).decode()}\n\n"

    return StreamingResponse(lines(), media_type="text/event-stream", headers={"Cache-Control": "no-store"})
