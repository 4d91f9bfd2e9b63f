"""seccomp: a process gives up every system call but those listed here, by a BPF program built by hand."""

from __future__ import annotations

import ctypes
import errno
import fcntl
import os
import platform
import resource
import struct
import sys
from dataclasses import dataclass

_SET_MODE_FILTER = 1
_GET_ACTION_AVAILABLE = 2
_KILL_PROCESS, _ERRNO, _ALLOW = 0x80000000, 0x00050000, 0x7FFF0000
_LOAD, _EQUAL, _AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06
_NUMBER, _ARCHITECTURE, _ARGUMENTS = 0, 4, 16  # offsets in `struct seccomp_data`
_X32 = 0x40000000

# What Python, numpy and the recorder need once everything is imported: (x86_64, aarch64). A script reads files that
# Landlock lets it open, computes, and writes to what is open already. There is no way to a socket, a process, a
# thread, a signal to another, a name on the disk; `ftruncate` is missing because the server maps journals.
_CALLS: dict[str, tuple[int | None, int | None]] = {
    "read": (0, 63),
    "write": (1, 64),
    "open": (2, None),
    "close": (3, 57),
    "stat": (4, None),
    "fstat": (5, 80),
    "lstat": (6, None),
    "poll": (7, None),
    "lseek": (8, 62),
    "mmap": (9, 222),
    "mprotect": (10, 226),
    "munmap": (11, 215),
    "brk": (12, 214),
    "rt_sigaction": (13, 134),
    "rt_sigprocmask": (14, 135),
    "rt_sigreturn": (15, 139),
    "pread64": (17, 67),
    "writev": (20, 66),
    "access": (21, None),
    "select": (23, None),
    "sched_yield": (24, 124),
    "mremap": (25, 216),
    "madvise": (28, 233),
    "nanosleep": (35, 101),
    "getpid": (39, 172),
    "exit": (60, 93),
    "uname": (63, 160),
    "getcwd": (79, 17),
    "readlink": (89, None),
    "gettimeofday": (96, 169),
    "getrusage": (98, 165),
    "sysinfo": (99, 179),
    "times": (100, 153),
    "getuid": (102, 174),
    "getgid": (104, 176),
    "geteuid": (107, 175),
    "getegid": (108, 177),
    "getppid": (110, 173),
    "sigaltstack": (131, 132),
    "gettid": (186, 178),
    "futex": (202, 98),
    "sched_getaffinity": (204, 123),
    "getdents64": (217, 61),
    "restart_syscall": (219, 128),
    "clock_gettime": (228, 113),
    "clock_getres": (229, 114),
    "clock_nanosleep": (230, 115),
    "exit_group": (231, 94),
    "openat": (257, 56),
    "newfstatat": (262, 79),
    "readlinkat": (267, 78),
    "faccessat": (269, 48),
    "pselect6": (270, 72),
    "ppoll": (271, 73),
    "getcpu": (309, 168),
    "getrandom": (318, 278),
    "statx": (332, 291),
    "faccessat2": (439, 439),
}

# Calls that are allowed with certain arguments only: {position: values}.
_IOCTL, _FCNTL, _PRLIMIT = (16, 29), (72, 25), (302, 261)
_TCGETS, _FIONCLEX, _FIOCLEX = 0x5401, 0x5450, 0x5451
_LIMITED: tuple[tuple[tuple[int, int], dict[int, tuple[int, ...]]], ...] = (
    (_IOCTL, {1: (_TCGETS, _FIONCLEX, _FIOCLEX)}),
    (_FCNTL, {1: (fcntl.F_DUPFD, fcntl.F_GETFD, fcntl.F_SETFD, fcntl.F_GETFL, 1030)}),  # 1030: F_DUPFD_CLOEXEC
    # Its own memory, so that the tape can still be written when the script has used up its part.
    (_PRLIMIT, {0: (0,), 1: (resource.RLIMIT_AS,)}),
)


@dataclass(frozen=True, slots=True)
class _Architecture:
    column: int  # in the tables above
    audit: int  # the kernel's name of it
    seccomp: int  # the number of seccomp(2)


_ARCHITECTURES = {
    "x86_64": _Architecture(0, 0xC000003E, 317),
    "aarch64": _Architecture(1, 0xC00000B7, 277),
}


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_char_p))


def _step(code: int, value: int, true: int = 0, false: int = 0) -> bytes:
    return struct.pack("=HBBI", code, true, false, value)


def program(machine: str) -> bytes:
    """The filter for `machine`, as the kernel takes it. KeyError for one that is not in the tables."""
    architecture = _ARCHITECTURES[machine]
    refused = _step(_RETURN, _ERRNO | errno.EPERM)
    steps = [
        _step(_LOAD, _ARCHITECTURE),
        _step(_EQUAL, architecture.audit, true=1),
        _step(_RETURN, _KILL_PROCESS),
        _step(_LOAD, _NUMBER),
    ]
    if machine == "x86_64":
        steps += [_step(_AT_LEAST, _X32, false=1), _step(_RETURN, _KILL_PROCESS)]
    for numbers in _CALLS.values():
        number = numbers[architecture.column]
        if number is not None:
            steps += [_step(_EQUAL, number, false=1), _step(_RETURN, _ALLOW)]
    for both, arguments in _LIMITED:
        block = []
        for position, values in arguments.items():
            block.append(_step(_LOAD, _ARGUMENTS + 8 * position))  # its lower half: both are little-endian
            count = len(values)
            block += [_step(_EQUAL, value, true=count - index) for index, value in enumerate(values)]
            block.append(refused)
        block.append(_step(_RETURN, _ALLOW))
        steps += [_step(_EQUAL, both[architecture.column], false=len(block)), *block]
    return b"".join([*steps, refused])


def _call(*arguments: object) -> int:
    libc = ctypes.CDLL(None, use_errno=True)
    return int(libc.syscall(ctypes.c_long(_ARCHITECTURES[platform.machine()].seccomp), *arguments))


def available() -> bool:
    """Does this kernel filter system calls, and do we know its numbers?"""
    if sys.platform != "linux" or platform.machine() not in _ARCHITECTURES:
        return False
    action = ctypes.c_uint32(_ERRNO)
    return _call(ctypes.c_uint(_GET_ACTION_AVAILABLE), ctypes.c_uint(0), ctypes.byref(action)) == 0


def restrict() -> None:
    """From now on this process makes the calls above only; any other fails with EPERM. Needs no_new_privs."""
    steps = program(platform.machine())
    filter = _Program(len(steps) // 8, steps)
    if _call(ctypes.c_uint(_SET_MODE_FILTER), ctypes.c_uint(0), ctypes.byref(filter)) != 0:
        error = ctypes.get_errno()
        raise OSError(error, os.strerror(error))
