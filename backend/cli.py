"""The `backplay` command."""

from __future__ import annotations

import contextlib
import os
import runpy
import socket
import sys
import tempfile
import threading
import time
import webbrowser
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, NoReturn, cast

import typer
import typer.core

from backend import run_commands

if TYPE_CHECKING:
    from autograd import tape
    from backend.settings import Settings

app = typer.Typer(
    name="backplay",
    help="Watch a neural network learn: record a training run and play it, forwards and backwards.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)

app.add_typer(run_commands.app)

Host = Annotated[str | None, typer.Option(help="Address to listen on [default: 127.0.0.1, or BACKPLAY_HOST].")]
Port = Annotated[int | None, typer.Option(min=0, max=65535, help="Port [default: 8000, or BACKPLAY_PORT].")]
NoOpen = Annotated[bool, typer.Option("--no-open", help="Do not open the browser.")]
Script = Annotated[Path, typer.Argument(help="A PyTorch-style Python script.")]
TapeFile = Annotated[Path, typer.Argument(help="A .tape file.")]


def _fail(sentence: str, code: int = 1) -> NoReturn:
    """Say what is wrong in one sentence and leave."""
    typer.echo(f"backplay: {sentence}", err=True)
    raise typer.Exit(code)


# Serving --------------------------------------------------------------------------------------------------------------


class _WithSettings(typer.core.TyperCommand):
    """A command whose help ends with every setting there is."""

    def format_epilog(self, ctx: Any, formatter: Any) -> None:
        from backend.settings import Settings

        super().format_epilog(ctx, formatter)
        rows = []
        for name, field in Settings.model_fields.items():
            default = field.get_default(call_default_factory=True)
            rows.append((f"BACKPLAY_{name.upper()}", f"{field.description} [default: {default}]"))
        with formatter.section("Environment"):
            formatter.write_dl(rows)


@app.command(cls=_WithSettings, epilog="Example: backplay serve --port 8080 --no-open")
def serve(host: Host = None, port: Port = None, no_open: NoOpen = False) -> None:
    """Start the server and open its page. Settings are environment variables named BACKPLAY_…"""
    _serve(host, port, not no_open)


@app.command(name="open", epilog="Example: backplay open digits.tape")
def open_tape(file: TapeFile, host: Host = None, port: Port = None, no_open: NoOpen = False) -> None:
    """Play a .tape file in the browser."""
    recorded = _load(file)
    # What is only looked at leaves nothing behind, and does not disturb a server that is running.
    with tempfile.TemporaryDirectory(prefix="backplay-") as folder:
        _serve(host, port, not no_open, Path(folder), [recorded])


def _serve(
    host: str | None,
    port: int | None,
    show: bool,
    data: Path | None = None,
    opened: Sequence[tape.Tape] = (),
) -> None:
    import uvicorn
    from pydantic import ValidationError

    from backend import logs
    from backend.app import create_app
    from backend.settings import Settings
    from backend.store.folder import FolderInUse, hold

    given: dict[str, Any] = {"host": host, "port": port, "data_dir": data}
    try:
        settings = Settings(**{name: value for name, value in given.items() if value is not None})
    except ValidationError as error:
        wrong = "; ".join(f"BACKPLAY_{str(e['loc'][0]).upper()}: {e['msg']}" for e in error.errors() if e["loc"])
        _fail(f"a setting is not valid: {wrong}.", 2)
    try:
        os.close(hold(settings.data_dir))
    except (FolderInUse, OSError) as error:
        _fail(str(error))
    listening = _listen(settings, any_port=data is not None and port is None)
    logs.install(settings.log_format, settings.log_level)
    application = create_app(settings, opened)
    server = uvicorn.Server(
        uvicorn.Config(
            application,
            log_level="warning",
            ws="websockets-sansio",
            ws_max_size=1 << 16,
            timeout_graceful_shutdown=3,
            server_header=False,
        )
    )
    threading.Thread(target=_announce, args=(server, application, listening, settings, show), daemon=True).start()
    server.run(sockets=[listening])
    if not server.started:
        raise typer.Exit(1)


def _listen(settings: Settings, any_port: bool) -> socket.socket:
    """The listening socket. `any_port`: where the port is taken, another will do."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    listening = socket.socket(family)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        try:
            listening.bind((settings.host, settings.port))
        except OSError:
            if not any_port:
                raise
            listening.bind((settings.host, 0))
    except OSError as error:
        listening.close()
        _fail(f"cannot listen on {settings.host}:{settings.port} ({error.strerror}). Choose another with --port.")
    return listening


def _announce(server: Any, application: Any, listening: socket.socket, settings: Settings, show: bool) -> None:
    """Once the server answers, print its address and open it."""
    while not server.started:
        time.sleep(0.02)
    host = "localhost" if settings.host in ("0.0.0.0", "::") else settings.host
    shown = f"[{host}]" if ":" in host else host
    runs = application.state.opened
    query = f"#run={runs[0]}" if runs else ""
    address = f"http://{shown}:{listening.getsockname()[1]}/{query}"
    # Where `backplay runs delete` finds a running server.
    with contextlib.suppress(OSError):
        (settings.data_dir / "address").write_text(f"http://{shown}:{listening.getsockname()[1]}", encoding="utf-8")
    typer.echo(f"Backplay is at {address} (Ctrl+C ends it)")
    if show and (sys.platform == "darwin" or os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        webbrowser.open(address)


# Running scripts ------------------------------------------------------------------------------------------------------


@app.command(
    name="exec",
    context_settings={"allow_extra_args": True, "ignore_unknown_options": True, "allow_interspersed_args": False},
    epilog="Example: backplay exec train.py --epochs 3",
)
def execute(context: typer.Context, script: Script) -> None:
    """Run a script on our own core, without recording it.

    The script runs as it is, as `__main__`; `import torch` resolves to Backplay's core.
    """
    _check_script(script)
    from autograd import compat

    compat.install()
    sys.argv = [str(script), *context.args]
    sys.path.insert(0, str(script.resolve().parent))
    runpy.run_path(str(script), run_name="__main__")


@app.command(epilog="Example: backplay record train.py -o train.tape --iterations 20")
def record(
    script: Script,
    output: Annotated[Path, typer.Option("--output", "-o", help="The .tape file to write.")],
    iterations: Annotated[int | None, typer.Option(min=1, help="Stop after so many [default: to the end].")] = None,
    seed: Annotated[int, typer.Option(min=0, help="Seeds every generator before the script begins.")] = 0,
) -> None:
    """Run a script and record it to a .tape file."""
    _check_script(script)
    if not output.resolve().parent.is_dir():
        _fail(f"there is no folder {output.resolve().parent} to write {output.name} to.", 2)
    from autograd import tape
    from backend.runs.inline import record_script

    with tempfile.TemporaryDirectory(prefix="backplay-") as folder:
        journal = tape.Journal(Path(folder) / "journal.bpsg", writable=True)
        status = record_script(script, journal, iterations=iterations, seed=seed)
        if len(journal):
            recorded = tape.Tape(journal, seed=seed, script=script.read_text(encoding="utf-8"))
            try:
                recorded.save(output)
            except OSError as error:
                _fail(f"cannot write {output}: {error.strerror}.")
            typer.echo(f"{output}: iterations {recorded.iterations}, events {len(recorded)}", err=True)
        elif not status:
            _fail(f"{script} recorded nothing: it ran no op on a tensor.")
        journal.close()
    raise typer.Exit(status)


def _check_script(script: Path) -> None:
    if not script.is_file():
        _fail(f"there is no script {script}.", 2)
    try:
        compile(script.read_text(encoding="utf-8"), str(script), "exec", dont_inherit=True)
    except SyntaxError as error:
        _fail(f"{script}, line {error.lineno}, column {error.offset}: {error.msg}.")
    except ValueError as error:
        _fail(f"{script} cannot be read as a script: {error}.")


# Asking a tape --------------------------------------------------------------------------------------------------------


@app.command(epilog="Example: backplay graph train.tape --at 0:backward --format svg -o graph.svg")
def graph(
    file: TapeFile,
    at: Annotated[str, typer.Option(help="start, setup, latest, an event (17), 3: or 3:backward.")] = "latest",
    format: Annotated[
        Literal["json", "dot", "svg", "png", "pdf", "mermaid", "model-explorer", "model-explorer-data", "onnx"],
        typer.Option(help="What to write: see docs/exports.md."),
    ] = "json",
    output: Annotated[Path | None, typer.Option("--output", "-o", help="A file [default: standard output].")] = None,
) -> None:
    """Write the graph of one moment of a tape."""
    from autograd import tape
    from backend.export.formats import FORMATS
    from backend.export.onnx import NotInstalled
    from backend.export.svg import NotDrawn, draw
    from backend.export.twins import NoTwin

    recorded = _load(file)
    chosen = FORMATS[format]
    try:
        data = chosen.write(recorded.at(at), None)
        if chosen.drawn:
            data = draw(data.decode(), cast(Any, format))
    except (tape.PositionError, tape.TapeError) as error:
        _fail(str(error), 2)
    except (NoTwin, NotDrawn, NotInstalled) as error:
        _fail(str(error))
    if output is None:
        sys.stdout.buffer.write(data)
        return
    try:
        output.write_bytes(data)
    except OSError as error:
        _fail(f"cannot write {output}: {error.strerror}.")


@app.command(epilog="Example: backplay findings train.tape --json")
def findings(
    file: TapeFile,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON array, for programs.")] = False,
    language: Annotated[Literal["en", "ko"], typer.Option("--lang", help="Language of the sentences.")] = "en",
) -> None:
    """Say what a tape shows to be wrong with the training. Exits with 1 where there is an error or a warning."""
    import json

    found = _load(file).findings()
    if as_json:
        told = [finding.to_json(language) for finding in found]
        typer.echo(json.dumps(told, ensure_ascii=False, allow_nan=False, indent=1))
    else:
        for finding in found:
            message, advice = finding.say(language)
            where = f"line {finding.line}, " if finding.line else ""
            typer.echo(f"{finding.severity}: {finding.kind} ({where}event {finding.event})\n  {message}\n  {advice}")
    raise typer.Exit(any(finding.severity != "notice" for finding in found))


@app.command(epilog="Example: backplay events train.tape --at 0:backward --language ko")
def events(
    file: TapeFile,
    at: Annotated[str | None, typer.Option(help="Only this event: a position as of `graph` [default: all].")] = None,
    language: Annotated[Literal["en", "ko"], typer.Option(help="What the sentences are written in.")] = "en",
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
) -> None:
    """Say what happened: a line for each event, with its numbers."""
    from autograd import tape

    recorded = _load(file)
    first, end = 0, len(recorded)
    if at is not None:
        try:
            first = recorded.resolve(at)
        except (tape.PositionError, tape.TapeError) as error:
            _fail(str(error), 2)
        if first < 0:
            typer.echo(recorded.at(first).sentence(language))
            return
        end = first + 1
    for start in range(first, end, 500):
        limit = min(500, end - start)
        said = recorded.sentences(start - 1, limit, language)
        for event, sentence in zip(recorded.events(start - 1, limit), said, strict=True):
            typer.echo(_event_line(event, sentence, as_json))


def _event_line(event: dict[str, Any], sentence: str, as_json: bool) -> str:
    import json

    if as_json:
        return json.dumps({**event, "sentence": sentence}, ensure_ascii=False, allow_nan=False)
    turn = "setup" if event["iteration"] is None else event["iteration"]
    return f"{event['index']:>6}  {turn!s:>5}  {sentence}"


def _load(file: Path) -> tape.Tape:
    from autograd import tape

    if not file.is_file():
        _fail(f"there is no file {file}.", 2)
    try:
        return tape.load(file)
    except tape.TapeError as error:
        _fail(f"{file}: {error}")


def main() -> None:
    """The entry point."""
    app()


if __name__ == "__main__":
    main()
