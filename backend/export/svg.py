"""DOT drawn as SVG or PNG, in this process: pygraphviz carries the library with it."""

from __future__ import annotations

import threading
from typing import Literal

import pygraphviz

# The library keeps global state: one picture at a time.
_lock = threading.Lock()


def draw(source: str, format: Literal["svg", "png"]) -> bytes:
    """The picture of a DOT source."""
    with _lock:
        picture = pygraphviz.AGraph(string=source)
        try:
            drawn = picture.draw(format=format, prog="dot")
        finally:
            picture.close()
    return bytes(drawn)
