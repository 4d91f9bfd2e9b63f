"""`.tape` files: a zip of segments that zipfile and numpy, or a browser, can read alone. See docs/tape-format.md."""

from __future__ import annotations

import json
import os
import re
import tempfile
import zipfile
from collections.abc import Iterable
from typing import Any

from autograd.tape.journal import Journal
from autograd.tape.segment import VERSION, Segment, TapeError

CREATED_BY = "backplay 0.1.0"
_MEMBER = re.compile(r"segments/(\d{6,})\.bpsg")
_MAX_MEMBERS = 10_000_000
_MAX_TEXT = 16 << 20


def is_archive(path: str | os.PathLike[str]) -> bool:
    return zipfile.is_zipfile(path)


def save(
    path: str | os.PathLike[str], segments: Iterable[Segment], *, seed: int | None = None, script: str | None = None
) -> None:
    """Write the segments in order. The file appears whole or not at all."""
    target = os.fspath(path)
    part = f"{target}.part"
    try:
        with zipfile.ZipFile(part, "w", zipfile.ZIP_STORED) as file:
            count = 0
            for count, segment in enumerate(segments, 1):
                file.writestr(f"segments/{count - 1:06d}.bpsg", segment.to_bytes())
            manifest = {
                "format": "backplay", "version": VERSION, "seed": seed, "segments": count, "created_by": CREATED_BY,
            }  # fmt: skip
            file.writestr("manifest.json", json.dumps(manifest))
            file.writestr("script.py", script or "")
        os.replace(part, target)
    finally:
        if os.path.exists(part):
            os.unlink(part)


def load(path: str | os.PathLike[str]) -> tuple[dict[str, Any], str | None, list[Segment]]:
    """Manifest, script and segments of a `.tape` file. Raises TapeError with one sentence where it cannot be read."""
    try:
        with zipfile.ZipFile(path) as file:
            return _read(file)
    except (zipfile.BadZipFile, OSError, EOFError, KeyError, UnicodeDecodeError, ValueError) as error:
        raise TapeError(f"This is not a .tape file, or it is damaged: {error}.") from error


def _read(file: zipfile.ZipFile) -> tuple[dict[str, Any], str | None, list[Segment]]:
    entries = file.infolist()
    if len(entries) > _MAX_MEMBERS:
        raise TapeError("This .tape file claims an absurd number of segments.")
    for entry in entries:
        name = entry.filename
        if name not in ("manifest.json", "script.py") and not _MEMBER.fullmatch(name):
            raise TapeError(f"This .tape file holds “{name}”, which has no place in one.")
        if entry.compress_type != zipfile.ZIP_STORED or entry.file_size != entry.compress_size:
            raise TapeError("This .tape file is compressed; a tape is stored as it is.")
        if not _MEMBER.fullmatch(name) and entry.file_size > _MAX_TEXT:
            raise TapeError(f"“{name}” in this .tape file claims an absurd size.")
    manifest = json.loads(file.read("manifest.json"))
    if not isinstance(manifest, dict) or manifest.get("format") != "backplay":
        raise TapeError("This zip is not a .tape file: its manifest does not say “backplay”.")
    if int(manifest["version"]) > VERSION:
        raise TapeError(f"This tape is of format version {manifest['version']}; update Backplay to read it.")
    count = int(manifest["segments"])
    if count != sum(1 for entry in entries if _MEMBER.fullmatch(entry.filename)):
        raise TapeError("This .tape file is cut short: its manifest promises another number of segments.")
    segments = []
    for index in range(count):
        data = file.read(f"segments/{index:06d}.bpsg")
        segment, end = Segment.from_buffer(data)
        if end != len(data):
            raise TapeError(f"Segment {index} of this .tape file has bytes after its end.")
        segments.append(segment)
    return manifest, file.read("script.py").decode() or None, segments


def temporary_journal() -> Journal:
    """A journal that is gone when it is closed or the process ends."""
    handle, path = tempfile.mkstemp(suffix=".journal")
    os.close(handle)
    journal = Journal(path, writable=True)
    os.unlink(path)
    return journal
