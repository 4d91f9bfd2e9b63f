"""Memory that is freed and asked for again at every step: kept by the process and not returned to the system."""

from __future__ import annotations

import ctypes
import sys

# glibc's mallopt(3). By default what lies free at the top of the heap is returned, and a large array has pages of its
# own: each step then waits for the kernel to clear the same pages once more.
_TRIM_THRESHOLD, _TOP_PAD, _MMAP_THRESHOLD = -1, -2, -3


def keep() -> bool:
    """Asks the C library to keep freed memory, up to 256 MB; whether it took the advice (glibc alone knows it)."""
    if not sys.platform.startswith("linux"):
        return False
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is None:
        return False
    wanted = ((_MMAP_THRESHOLD, 32 << 20), (_TRIM_THRESHOLD, 256 << 20), (_TOP_PAD, 16 << 20))
    taken = [mallopt(option, value) == 1 for option, value in wanted]
    return all(taken)
