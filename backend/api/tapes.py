""".tape files: downloaded, uploaded."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Annotated

from anyio import to_thread
from fastapi import APIRouter, Query, Request, Response
from starlette.background import BackgroundTask
from starlette.responses import FileResponse

from autograd import tape
from backend.api.dependencies import AllRuns, Configured, KnownRun, Tapes
from backend.problems import Problem
from backend.runs.uploads import read_tape
from backend.schemas.runs import RunView

router = APIRouter(tags=["tapes"])


@router.get(
    "/runs/{run}/tape",
    response_class=FileResponse,
    responses={200: {"content": {"application/octet-stream": {}}}},
)
async def download(run: KnownRun, runs: AllRuns, tapes: Tapes) -> FileResponse:
    """The run as a `.tape` file, which opens without a server."""
    script = await runs.script(run)
    path = _temporary()

    def save(recorded: tape.Tape) -> None:
        if not recorded.segments:
            raise Problem(409, "Nothing is recorded of this run yet.")
        recorded.seed, recorded.script = run.seed, script
        recorded.save(path)

    try:
        await tapes.ask(run.id, save)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return FileResponse(
        path,
        media_type="application/octet-stream",
        filename=f"{run.lesson or 'run'}-{run.id}.tape",
        background=BackgroundTask(path.unlink, missing_ok=True),
    )


@router.post(
    "/tapes",
    status_code=201,
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
        }
    },
)
async def upload(
    request: Request,
    response: Response,
    runs: AllRuns,
    settings: Configured,
    name: Annotated[str | None, Query(max_length=200)] = None,
) -> RunView:
    """Make a finished run of a `.tape` file, sent as it is."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/octet-stream":
        raise Problem(415, "Send the file as it is, with the header Content-Type: application/octet-stream.")
    path = _temporary()
    try:
        await _receive(request, path, settings.upload_bytes)
        run = await runs.adopt(await to_thread.run_sync(read_tape, path), name)
    finally:
        path.unlink(missing_ok=True)
    response.headers["Location"] = f"/api/runs/{run.id}"
    return RunView.of(run)


def _temporary() -> Path:
    handle, path = tempfile.mkstemp(suffix=".tape", prefix="backplay-")
    os.close(handle)
    return Path(path)


async def _receive(request: Request, path: Path, limit: int) -> None:
    """Write the body to a file. Raises Problem 413 where it is too large."""
    size = 0
    with path.open("wb") as file:
        async for chunk in request.stream():
            size += len(chunk)
            if size > limit:
                raise Problem(413, f"This tape has more than {limit:,} bytes, the most that is accepted.")
            await to_thread.run_sync(file.write, chunk)
