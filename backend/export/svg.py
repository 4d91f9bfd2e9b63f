"""DOT drawn as SVG or PNG: pygraphviz carries the library with it, no system package is needed.

The library holds the interpreter while it works, and an awkward graph can keep it for minutes; a server draws in a
process of its own (`python -m backend.export.svg svg < DOT`) with a time limit.
"""

from __future__ import annotations

import asyncio
import sys
from typing import Literal

Format = Literal["svg", "png"]

_SECONDS = 15.0
_at_once = asyncio.Semaphore(2)


class TooLarge(Exception):
    """The graph could not be drawn in the time there is."""


def draw(source: str, format: Format) -> bytes:
    """The picture of a DOT source, drawn here."""
    import pygraphviz

    picture = pygraphviz.AGraph(string=source)
    try:
        return bytes(picture.draw(format=format, prog="dot"))
    finally:
        picture.close()


async def draw_apart(source: str, format: Format) -> bytes:
    """The picture of a DOT source, drawn in another process. Raises TooLarge."""
    async with _at_once:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "backend.export.svg",
            format,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
        )
        try:
            drawn, _ = await asyncio.wait_for(process.communicate(source.encode()), _SECONDS)
        except TimeoutError:
            raise TooLarge from None
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
        if process.returncode:
            raise TooLarge
        return drawn


def main() -> None:
    """Draw standard input to standard output."""
    format: Format = "png" if sys.argv[1] == "png" else "svg"
    sys.stdout.buffer.write(draw(sys.stdin.buffer.read().decode(), format))


if __name__ == "__main__":
    main()
