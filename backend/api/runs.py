"""Runs: made, listed, recorded further, stopped, removed; their script, output, events and segments."""

from __future__ import annotations

import warnings
from typing import Annotated, Any

from anyio import to_thread
from fastapi import APIRouter, Depends, Header, Path, Query, Request
from starlette.responses import PlainTextResponse, Response

from autograd import tape
from backend import lessons
from backend.api.answers import encode, json_response
from backend.api.branches import at_event
from backend.api.dependencies import MAX_JSON, AllRuns, Configured, KnownRun, Spoken, Tapes, check_pasted, json_only
from backend.problems import Problem
from backend.schemas.graphs import EventPage
from backend.schemas.runs import Advance, NewRun, RunView
from backend.settings import Settings

router = APIRouter(tags=["runs"])

_FOREVER = "private, max-age=31536000, immutable"


@router.get("/runs")
async def all_runs(
    runs: AllRuns,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    offset: Annotated[int, Query(ge=0, le=1_000_000, description="So many of the newest are left out.")] = 0,
) -> list[RunView]:
    """The runs, newest first."""
    return [RunView.of(run) for run in await runs.newest(limit, offset)]


@router.post("/runs", status_code=201, dependencies=[Depends(json_only)], max_body_size=MAX_JSON)
async def make_run(new: NewRun, request: Request, response: Response, runs: AllRuns, settings: Configured) -> RunView:
    """Begin a run of a lesson or of a script; it records `iterations` iterations, then waits for more credit."""
    if (new.lesson is None) == (new.script is None):
        raise Problem(422, "Give either a lesson or a script.")
    if new.script is not None:
        check_pasted(request, settings)
        if runs.refusal is not None:
            raise Problem(403, runs.refusal)
        await to_thread.run_sync(_check_script, new.script, settings)
        script = new.script
    else:
        script = _lesson_script(new.lesson or "")
    run = await runs.create(
        script,
        lesson=new.lesson,
        name=new.name,
        seed=new.seed,
        iterations=new.iterations,
        edits=[at_event(edit) for edit in new.edits],
    )
    response.headers["Location"] = f"/api/runs/{run.id}"
    return RunView.of(run)


def _lesson_script(lesson: str) -> str:
    try:
        return str(lessons.get(lesson).script)
    except KeyError:
        known = [known.id for known in lessons.all()]
        raise Problem(404, f"There is no lesson “{lesson[:80]}”: there are {', '.join(known)}.", valid=known) from None


def _check_script(script: str, settings: Settings) -> None:
    """Raises Problem where the script cannot be compiled."""
    size = len(script.encode(errors="replace"))
    if size > settings.script_bytes:
        raise Problem(413, f"The script has {size:,} bytes; the most is {settings.script_bytes:,}.")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(script, "script.py", "exec", dont_inherit=True)
    except SyntaxError as error:
        where = f" in line {error.lineno}" if error.lineno else ""
        raise Problem(
            422, f"{type(error).__name__}{where}: {error.msg}.", line=error.lineno, column=error.offset
        ) from None
    except (ValueError, RecursionError, MemoryError, OverflowError) as error:
        reason = str(error) or "it is nested too deeply"
        raise Problem(422, f"The script cannot be read: {reason}.", line=None, column=None) from None


@router.get("/runs/{run}")
async def one_run(run: KnownRun) -> RunView:
    """A run: its status, how far it is recorded, its losses, its error."""
    return RunView.of(run)


@router.delete("/runs/{run}", status_code=204)
async def remove_run(run: KnownRun, runs: AllRuns) -> None:
    """Remove a run with its tape."""
    await runs.delete(run)


@router.get("/runs/{run}/script", response_class=PlainTextResponse)
async def script(run: KnownRun, runs: AllRuns) -> PlainTextResponse:
    """The script, as it was given."""
    return PlainTextResponse(await runs.script(run))


@router.get("/runs/{run}/output", response_class=PlainTextResponse)
async def output(run: KnownRun, tapes: Tapes) -> PlainTextResponse:
    """What the script printed."""

    def printed(recorded: tape.Tape) -> str:
        details = (segment.header["details"] for segment in recorded.segments)
        return "".join(str(one["text"]) for of in details for one in of.values() if "text" in one)

    return PlainTextResponse(await tapes.ask(run.id, printed))


@router.post("/runs/{run}/advance", status_code=202, dependencies=[Depends(json_only)], max_body_size=MAX_JSON)
async def advance(run: KnownRun, more: Advance, runs: AllRuns) -> RunView:
    """Record further. Several calls add up; progress goes on the stream."""
    if more.iterations is not None and more.until is not None:
        raise Problem(422, "Give either iterations or until.")
    await runs.advance(run, more.iterations or 1, more.until)
    return RunView.of(run)


@router.post("/runs/{run}/stop")
async def stop(run: KnownRun, runs: AllRuns) -> RunView:
    """Stop recording. What was recorded stays; `advance` goes on from there."""
    await runs.stop(run)
    return RunView.of(run)


@router.get("/runs/{run}/events", responses={200: {"model": EventPage}})
async def events(
    run: KnownRun,
    tapes: Tapes,
    language: Spoken,
    after: Annotated[int, Query(ge=-1, description="Events with a larger index.")] = -1,
    limit: Annotated[int, Query(ge=1, le=5000)] = 500,
) -> Response:
    """What happened, in order, each with a sentence that says it with its numbers."""

    def page(recorded: tape.Tape) -> bytes:
        found = recorded.events(after, limit)
        for event, sentence in zip(found, recorded.sentences(after, limit, language), strict=True):
            event["sentence"] = sentence
        last = found[-1]["index"] if found else after
        return encode({"events": found, "next": last if found and last + 1 < len(recorded) else None})

    return json_response(await tapes.ask(run.id, page))


@router.get(
    "/runs/{run}/segments/{iteration}",
    response_class=Response,
    responses={200: {"content": {"application/octet-stream": {}}}, 304: {"description": "You have it already."}},
)
async def segment(
    run: KnownRun,
    tapes: Tapes,
    iteration: Annotated[str, Path(max_length=20, description="An iteration, counted from 0, or `setup`.")],
    if_none_match: Annotated[str | None, Header(max_length=2000)] = None,
) -> Response:
    """One iteration with all its arrays, as docs/tape-format.md has it."""
    if iteration != "setup" and not iteration.isdecimal():
        raise Problem(422, f"“{iteration}” is not an iteration: write a number, counted from 0, or setup.")

    def read(recorded: tape.Tape) -> tuple[str, bool, bytes | None]:
        index = _index(recorded, None if iteration == "setup" else int(iteration))
        header: dict[str, Any] = recorded.segments[index].header
        complete = bool(header["complete"])
        # Of one URL only a cut iteration's content ever changes: it is recorded anew.
        tag = f'"1-{header["structure"]}-{header["first"]}-{header["count"]}-{int(complete)}"'
        if if_none_match is not None and (tag in if_none_match or if_none_match.strip() == "*"):
            return tag, complete, None
        return tag, complete, recorded.whole(index).to_bytes()

    tag, complete, body = await tapes.ask(run.id, read)
    headers = {"ETag": tag, "Cache-Control": _FOREVER if complete else "no-cache"}
    if body is None:
        return Response(status_code=304, headers=headers)
    return Response(body, headers=headers, media_type="application/octet-stream")


def _index(recorded: tape.Tape, iteration: int | None) -> int:
    """The index of an iteration's segment. Raises Problem 404."""
    for index, one in enumerate(recorded.segments):
        if one.iteration == iteration:
            return index
    last = recorded.iterations - 1
    known = f"the tape has 0 to {last}" if last >= 0 else "none is recorded yet"
    name = "setup" if iteration is None else f"iteration {iteration}"
    raise Problem(404, f"There is no {name}: {known}.")
