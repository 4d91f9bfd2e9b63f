"""The data directory: one server at a time holds it."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path


class FolderInUse(RuntimeError):
    """Another server holds the data directory."""


def hold(folder: Path) -> int:
    """Make the folder and hold it until the returned descriptor is closed. Raises FolderInUse."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    lock = os.open(folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(lock)
        raise FolderInUse(f"Another Backplay server is using {folder}; BACKPLAY_DATA_DIR names another.") from None
    return lock
