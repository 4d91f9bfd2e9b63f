"""DOT drawn as SVG, PNG or PDF by pygraphviz, which carries graphviz itself with it.

The library holds the interpreter while it works, and an awkward graph can keep it for minutes; a server draws in a
process of its own (`python -m backend.export.svg svg < DOT`) with a time limit.
"""

from __future__ import annotations

import asyncio
import sys
from typing import Literal, cast, get_args

Format = Literal["svg", "png", "pdf"]

_SECONDS = 15.0
_at_once = asyncio.Semaphore(2)


# What its wheel for Linux still asks of the system; every desktop has them, a bare server may not.
_LIBRARIES = "libglib2.0-0 libx11-6 libxext6 libxrender1"
_NOT_INSTALLED = 3  # exit status of a drawing process that could not load pygraphviz


class NotDrawn(Exception):
    """There is no picture; the message says why and what helps."""


def draw(source: str, format: Format) -> bytes:
    """The picture of a DOT source, drawn here. Raises NotDrawn where the library does not load."""
    try:
        import pygraphviz
    except ImportError as error:
        raise NotDrawn(
            f"Pictures need libraries that this machine lacks ({error}). On Debian or Ubuntu: "
            f"sudo apt install {_LIBRARIES}. Until then ask for format=dot or json."
        ) from error
    picture = pygraphviz.AGraph(string=source)
    try:
        return bytes(picture.draw(format=format, prog="dot"))
    finally:
        picture.close()


async def draw_apart(source: str, format: Format) -> bytes:
    """The picture of a DOT source, drawn in another process. Raises NotDrawn."""
    async with _at_once:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "backend.export.svg",
            format,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        try:
            drawn, said = await asyncio.wait_for(process.communicate(source.encode()), _SECONDS)
        except TimeoutError:
            raise NotDrawn("This graph is too large to be drawn; ask for format=dot or json instead.") from None
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
        if process.returncode == _NOT_INSTALLED:
            raise NotDrawn(said.decode())
        if process.returncode:
            raise NotDrawn("This graph could not be drawn; ask for format=dot or json instead.")
        return drawn


def main() -> None:
    """Draw standard input to standard output."""
    format = sys.argv[1]
    assert format in get_args(Format), format
    try:
        sys.stdout.buffer.write(draw(sys.stdin.buffer.read().decode(), cast(Format, format)))
    except NotDrawn as error:
        sys.stderr.write(str(error))
        sys.exit(_NOT_INSTALLED)


if __name__ == "__main__":
    main()
