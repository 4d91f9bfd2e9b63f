"""Branches: runs that share the past of another and differ from an edit on."""

from __future__ import annotations

from fastapi import APIRouter, Depends, Request, Response

from autograd import tape
from backend.api.dependencies import MAX_JSON, AllRuns, Configured, KnownRun, Tapes, check_pasted, json_only
from backend.api.tensors import one_of
from backend.problems import Problem
from backend.runs.protocol import Edit
from backend.schemas.edits import Branch, EditSpec
from backend.schemas.runs import RunView

router = APIRouter(tags=["runs"])


def at_event(spec: EditSpec) -> Edit:
    """An edit of a run that has no tape yet. Raises Problem 422 where its moment needs one."""
    if spec.at != "start" and not (spec.at.isascii() and spec.at.isdecimal() and len(spec.at) < 10):
        detail = (
            f"“{spec.at}” is a moment of a tape, which a new run does not have yet: write start or the number of an "
            "event, or POST the edits to /api/runs/{run}/branches."
        )
        raise Problem(422, detail)
    return _edit(spec, -1 if spec.at == "start" else int(spec.at))


def _edit(spec: EditSpec, event: int) -> Edit:
    return Edit(spec.kind, event, spec.target, spec.index, spec.value, spec.until)


@router.post("/runs/{run}/branches", status_code=201, dependencies=[Depends(json_only)], max_body_size=MAX_JSON)
async def branch(
    run: KnownRun,
    new: Branch,
    request: Request,
    response: Response,
    runs: AllRuns,
    tapes: Tapes,
    settings: Configured,
) -> RunView:
    """A new run: the same script and seed, the same numbers up to the first of `edits`, which are made from there on.

    Edits that the run itself has are kept where they come before.
    """
    if run.uploaded:
        raise Problem(409, "This run was uploaded as a tape; it can be played, not run differently.")
    if run.lesson is None:
        check_pasted(request, settings)

    def place(recorded: tape.Tape) -> list[Edit]:
        edits = []
        for spec in new.edits:
            moment = recorded.at(spec.at)
            if spec.kind == "value":
                _check_value(spec, one_of("parameter", moment.parameters, spec.target or "").shape)
            edits.append(_edit(spec, moment.event))
        return edits

    edits = await tapes.ask(run.id, place)
    first = min(edit.event for edit in edits)
    kept = [edit for edit in (Edit(**known) for known in run.edits) if edit.event <= first]
    made = await runs.create(
        await runs.script(run),
        lesson=run.lesson,
        name=run.name,
        seed=run.seed,
        iterations=new.iterations or max(1, run.whole),
        edits=[*kept, *edits],
        parent=run.id,
    )
    response.headers["Location"] = f"/api/runs/{made.id}"
    return RunView.of(made)


def _check_value(spec: EditSpec, shape: tuple[int, ...]) -> None:
    """Raises Problem 422 where the element does not exist or the numbers do not fit."""
    index = spec.index
    if index is not None and (len(index) != len(shape) or any(i >= size for i, size in zip(index, shape, strict=True))):
        raise Problem(422, f"“{spec.target}” has the shape {list(shape)}; there is no element {index}.")
    given = _shape(spec.value)
    if given != (() if index is not None else shape) and given != ():
        raise Problem(422, f"“{spec.target}” has the shape {list(shape)}; the value has another.")


def _shape(value: object) -> tuple[int, ...] | None:
    """The shape of nested lists; None where they are ragged."""
    if not isinstance(value, list):
        return ()
    inner = {_shape(item) for item in value}
    if len(inner) > 1 or None in inner:
        return None
    return (len(value), *(inner.pop() if inner else ()))  # type: ignore[misc]
