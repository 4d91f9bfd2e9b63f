"""The language that a client asks for."""

from __future__ import annotations

from collections.abc import Collection


def preferred(wanted: str, known: Collection[str]) -> str:
    """The first language of an Accept-Language header that there is; English where there is none of them."""
    for part in wanted.split(","):
        code = part.partition(";")[0].strip().lower().partition("-")[0]
        if code in known:
            return code
    return "en"
