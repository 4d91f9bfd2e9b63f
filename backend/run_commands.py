"""`backplay runs`: the runs that are kept, from the command line, whether a server is running or not."""

from __future__ import annotations

import json
import os
import shutil
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from backend.store.models import RunRow

app = typer.Typer(
    name="runs", help="List, show and delete the runs that are kept.", no_args_is_help=True, rich_markup_mode=None
)

AsJson = Annotated[bool, typer.Option("--json", help="Write JSON.")]
RunId = Annotated[str, typer.Argument(help="A run's id, as `backplay runs list` shows it.")]


@app.command(name="list", epilog="Example: backplay runs list --json")
def list_runs(as_json: AsJson = False) -> None:
    """List the runs, newest first."""
    from sqlalchemy import select

    from backend.store.models import RunRow

    with _session() as session:
        rows = session.scalars(select(RunRow).order_by(RunRow.created.desc()))
        views = [_view(row) for row in rows]
    if as_json:
        typer.echo(json.dumps(views, indent=1))
        return
    for view in views:
        what = view["name"] or view["lesson"] or "script"
        size = f"{view['bytes'] / 1e6:.1f} MB"
        line = f"{view['id']}  {view['status']:<9}  {view['iterations']:>6} iterations  {size:>10}"
        typer.echo(f"{line}  {view['used'][:10]}  {what}")


@app.command(epilog="Example: backplay runs show h2Jx8Zk3mQwE1aRt")
def show(run: RunId, as_json: AsJson = False) -> None:
    """Show one run with its script."""
    from backend.store.models import RunRow

    with _session() as session:
        row = session.get(RunRow, run) or _no_run(run)
        view = {**_view(row), "edits": row.edits, "losses": row.losses, "script": row.script}
    if as_json:
        typer.echo(json.dumps(view, indent=1))
        return
    script = view.pop("script")
    for name, value in view.items():
        typer.echo(f"{name}: {'-' if value is None else value}")
    typer.echo(f"\n{script}")


@app.command(epilog="Example: backplay runs delete h2Jx8Zk3mQwE1aRt")
def delete(
    runs: Annotated[list[str], typer.Argument(help="Ids of runs.")],
    as_json: AsJson = False,
) -> None:
    """Delete runs with their files. A server that is running is asked to do it."""
    from backend.settings import Settings
    from backend.store.folder import FolderInUse, hold
    from backend.store.models import RunRow

    folder = Settings().data_dir
    with _session() as session:
        rows = [session.get(RunRow, run) or _no_run(run) for run in runs]
        try:
            lock = hold(folder)
        except FolderInUse:
            for run in runs:
                _ask_server(folder, run)
        else:
            for row in rows:
                session.delete(row)
            session.commit()
            for run in runs:
                shutil.rmtree(folder / "runs" / run, ignore_errors=True)
            os.close(lock)
    typer.echo(json.dumps({"deleted": runs}) if as_json else f"deleted: {', '.join(runs)}")


@contextmanager
def _session() -> Iterator[Session]:
    """The database of the data directory."""
    from sqlalchemy import create_engine
    from sqlalchemy.orm import Session

    from backend.settings import Settings
    from backend.store.database import migrate

    database = Settings().data_dir / "backplay.sqlite3"
    if not database.is_file():
        _fail(f"nothing is kept in {database.parent} yet; BACKPLAY_DATA_DIR names another folder.")
    migrate(database)
    engine = create_engine(f"sqlite:///{database}")
    try:
        with Session(engine) as session:
            yield session
    finally:
        engine.dispose()


def _view(row: RunRow) -> dict[str, Any]:
    from backend.runs.retention import size_of
    from backend.settings import Settings

    used = row.used if row.used.tzinfo else row.used.replace(tzinfo=UTC)
    return {
        "id": row.id,
        "lesson": row.lesson,
        "name": row.name,
        "status": row.status,
        "error": row.message,
        "seed": row.seed,
        "iterations": len(row.losses),
        "events": row.events,
        "parent": row.parent,
        "used": used.isoformat(),
        "bytes": size_of(Settings().data_dir / "runs" / row.id),
    }


def _ask_server(folder: Path, run: str) -> None:
    try:
        address = (folder / "address").read_text(encoding="utf-8").strip()
        request = urllib.request.Request(f"{address}/api/runs/{run}", method="DELETE")
        with urllib.request.urlopen(request, timeout=10):
            pass
    except (OSError, ValueError, urllib.error.URLError) as error:
        _fail(f"a server is using {folder} and could not be asked to delete {run} ({error}).")


def _no_run(run: str) -> NoReturn:
    _fail(f"there is no run {run}. `backplay runs list` shows those there are.", 2)


def _fail(sentence: str, code: int = 1) -> NoReturn:
    typer.echo(f"backplay: {sentence}", err=True)
    raise typer.Exit(code)
