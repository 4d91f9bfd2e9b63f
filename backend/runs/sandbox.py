"""The sandbox: what a worker gives up before the first line of a script, and the test that it is really gone.

What holds where is told in docs/security.md. Nothing here needs a privilege, so it works inside a container that has
dropped them all.
"""

from __future__ import annotations

import _thread
import ctypes
import json
import os
import select
import signal
import socket
import struct
import sys
import sysconfig
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import NoReturn

import numpy as np

import autograd
from backend.runs import landlock, seccomp

_PR_SET_DUMPABLE = 4
_PR_SET_NO_NEW_PRIVS = 38
_CAPABILITIES_V3 = 0x20080522
_PTRACE_SEIZE = 0x4206  # unlike PTRACE_ATTACH it does not stop the other, should it succeed
_SELF_TEST_SECONDS = 10.0


def libraries() -> list[str]:
    """Where a script may import from: Python's own library, numpy and the core."""
    modules = Path(np.__file__).parent
    compiled = sysconfig.get_config_var("DESTSHARED")
    paths = [os.path.dirname(os.__file__), *([compiled] if compiled else []), str(modules), f"{modules}.libs"]
    paths.append(os.path.dirname(autograd.__file__))
    return sorted({os.path.realpath(path) for path in paths})


def lock(readable: Sequence[str]) -> None:
    """Give up, for good, everything a script does not need: all files but those beneath `readable`, all calls but few.

    What the kernel lacks is left out (`Protections` says it); what it has and refuses raises OSError. Python's threads
    must not have been started: the lock would not hold for them.
    """
    if sys.platform != "linux":
        return
    libc = ctypes.CDLL(None, use_errno=True)
    # As root, limits and the rights of files would not count.
    header = ctypes.c_char_p(struct.pack("=Ii", _CAPABILITIES_V3, 0))
    _check(libc.capset(header, ctypes.c_char_p(bytes(24))))
    _check(libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
    _check(libc.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0))
    if landlock.version():
        landlock.restrict(readable)
    if seccomp.available():
        seccomp.restrict()


def _check(result: int) -> None:
    if result != 0:
        error = ctypes.get_errno()
        raise OSError(error, os.strerror(error))


# The self-test ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Protections:
    """What holds on this machine. `held`: each thing that was tried, and whether it was refused."""

    landlock: int = 0
    seccomp: bool = False
    held: dict[str, bool] = field(default_factory=dict)

    @property
    def missing(self) -> str | None:
        """Why scripts of strangers should not run here, in one sentence; None where they may."""
        if not self.landlock:
            return "this system has no Landlock (Linux 5.13 or newer, with it switched on)"
        if not self.seccomp:
            return "this system has no seccomp filter that Backplay knows (Linux on x86_64 or aarch64)"
        failed = [name for name in ATTEMPTS if not self.held.get(name, False)]
        return f"the sandbox did not pass its self-test ({', '.join(failed)})" if failed else None


def _read_a_file() -> None:
    os.close(os.open("/etc/passwd", os.O_RDONLY))


def _list_a_folder() -> None:
    os.listdir("/")


def _write_a_file() -> None:
    path = os.path.join(tempfile.gettempdir(), f"backplay-self-test-{os.getpid()}")
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    os.unlink(path)


def _open_a_socket() -> None:
    with socket.socket() as one:
        one.settimeout(1)
        one.connect_ex(("127.0.0.1", 9))


def _start_a_process() -> None:
    if os.fork() == 0:
        os._exit(0)


def _start_a_thread() -> None:
    _thread.start_new_thread(int, ())


def _debug_the_parent() -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    libc.ptrace.argtypes = (ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p)
    _check(libc.ptrace(_PTRACE_SEIZE, os.getppid(), None, None))


def _signal_the_parent() -> None:
    os.kill(os.getppid(), 0)


def _execute_a_program() -> None:
    os.execv("/bin/sh", ["sh", "-c", ":"])


# In this order: the last would leave nobody to report.
ATTEMPTS: dict[str, Callable[[], None]] = {
    "reading files": _read_a_file,
    "listing folders": _list_a_folder,
    "writing files": _write_a_file,
    "network": _open_a_socket,
    "new processes": _start_a_process,
    "new threads": _start_a_thread,
    "debugging others": _debug_the_parent,
    "signals to others": _signal_the_parent,
    "other programs": _execute_a_program,
}


def self_test(restrict: Callable[[Sequence[str]], None] = lock) -> Protections:
    """Lock a forked process as a script's is locked, and let it try what must fail."""
    ours, theirs = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(ours)
        _attempt_all(theirs, restrict)
    os.close(theirs)
    told = b""
    while select.select([ours], [], [], _SELF_TEST_SECONDS)[0]:
        piece = os.read(ours, 1 << 16)
        if not piece:
            break
        told += piece
    os.close(ours)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    refused = {json.loads(line) for line in told.splitlines() if line.endswith(b'"')}
    return Protections(landlock.version(), seccomp.available(), {name: name in refused for name in ATTEMPTS})


def _attempt_all(report: int, restrict: Callable[[Sequence[str]], None]) -> NoReturn:
    """Tell the name of each attempt that was refused, one a line."""
    try:
        restrict(libraries())
        for name, attempt in ATTEMPTS.items():
            try:
                attempt()
            except (OSError, RuntimeError):  # threads are refused with a RuntimeError
                os.write(report, json.dumps(name).encode() + b"\n")
    finally:
        os._exit(0)


if __name__ == "__main__":  # a process of its own: the server has threads, and must not be forked
    print(json.dumps(asdict(self_test())))
