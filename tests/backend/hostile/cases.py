"""Scripts that mean harm, and what each must come to.

A case expects a status and a piece of what its author reads. `REFUSED` ones try something and print `refused` where
the system said no; they print `DONE` where it went through, which no case may.
"""

# ruff: noqa: E501 — scripts in a table: one that is broken over lines is harder to read.

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Case:
    script: str
    status: str | tuple[str, ...]
    says: str  # a piece of the error's sentence, or of the output of a script that ends well


TRIED = """import torch
torch.ones(1)
try:
    {attempt}
except (OSError, RuntimeError, ImportError, ValueError) as error:
    print("refused:", type(error).__name__)
else:
    print("DONE")
"""


def refused(attempt: str) -> Case:
    """The attempt fails inside the script, which goes on to its end."""
    return Case(TRIED.format(attempt=attempt.replace("\n", "\n    ")), "finished", "refused:")


def called(call: str) -> Case:
    """A system call made past Python: it must give an error number."""
    setup = "import ctypes\nlibc = ctypes.CDLL(None, use_errno=True)\n"
    check = f"{setup}result = {call}\nif result in (-1, None): raise OSError(ctypes.get_errno(), 'no')"
    return refused(check)


def ends(script: str, status: str | tuple[str, ...], says: str) -> Case:
    """The whole script, and how it ends."""
    return Case("import torch\ntorch.ones(1)\n" + script, status, says)


# Finds the worker's own objects from inside the script.
INSIDE = """import gc, os, sys, json, struct
worker = next(o for o in gc.get_objects() if type(o).__name__ == "Execution")
def frame(**what):
    text = json.dumps(what).encode()
    os.write(worker._reports, struct.pack("<I", len(text)) + text)
def recorded(**what):
    frame(**{**dict(kind="recorded", iteration=0, first=0, count=0, complete=True, loss=None, length=0, again=False), **what})
"""

TRAIN = """w = torch.ones(3, requires_grad=True)
optimizer = torch.optim.SGD([w], lr=0.1)
for i in range({count}):
    optimizer.zero_grad()
    (w * w).sum().backward()
    optimizer.step()
"""

MEDDLED = "meddled with its own recording"
SLOW = "one iteration"  # too much CPU, or on a busy machine too long
STOPPED_OR_FAILED = ("stopped", "failed")

CASES: dict[str, Case] = {
    # Files
    "read /etc/passwd": refused("open('/etc/passwd').read()"),
    "read /etc/shadow": refused("open('/etc/shadow').read()"),
    "read a key": refused("import os\nopen(os.path.expanduser('~root/.ssh/id_rsa')).read()"),
    "climb out of the data": refused("open('../../../pyproject.toml').read()"),
    "read the server's code": refused("open('../../app.py').read()"),
    "list the root": refused("import os\nos.listdir('/')"),
    "list the other runs": refused("import os\nos.listdir(os.environ.get('BACKPLAY_DATA_DIR', '/tmp'))"),
    "open the root's descriptor": refused("import os\nos.open('/', os.O_RDONLY | os.O_DIRECTORY)"),
    "glob everything": ends("import glob\nassert not glob.glob('/*/*')", "finished", ""),
    "write beside itself": refused("open('hostile.txt', 'w')"),
    "write in /tmp": refused("open('/tmp/backplay-hostile', 'w')"),
    "a temporary file": refused("import tempfile\ntempfile.TemporaryFile()"),
    "write into the library": refused("import torch\nopen(torch.__file__, 'a')"),
    "write into its cache": refused("import os\nos.mkdir(os.path.dirname(os.__file__) + '/hostile')"),
    "truncate the data": refused("import os\nos.truncate('digits.npz', 0)"),
    "remove the data": refused("import os\nos.remove('digits.npz')"),
    "rename a file": refused("import os\nos.rename('digits.npz', 'gone')"),
    "a symbolic link": refused("import os\nos.symlink('/etc/passwd', 'link')"),
    "a hard link": refused("import os\nos.link('/etc/passwd', '/tmp/backplay-hostile')"),
    "a named pipe": refused("import os\nos.mkfifo('/tmp/backplay-hostile')"),
    "change rights": refused("import os\nos.chmod('/tmp', 0o777)"),
    "change the folder": refused("import os\nos.chdir('/')"),
    "a new root": refused("import os\nos.chroot('/tmp')"),
    "shorten its journal": refused(f"exec({INSIDE!r})\nimport os\nos.ftruncate(worker._journal, 0)"),
    "open its journal anew": refused(f"exec({INSIDE!r})\nopen(worker._job.journal, 'r+b')"),
    "its journal's folder": refused(f"exec({INSIDE!r})\nimport os\nos.open('../', os.O_RDONLY, dir_fd=worker._lock)"),
    # What it may learn
    "the environment": ends("import os\nprint(dict(os.environ))\nassert not os.environ", "finished", "{}"),
    "/proc/self/environ": refused("open('/proc/self/environ').read()"),
    "/proc/self/maps": refused("open('/proc/self/maps').read()"),
    "/proc/self/mem": refused("open('/proc/self/mem', 'r+b')"),
    "/proc of the parent": refused("import os\nopen(f'/proc/{os.getppid()}/cmdline').read()"),
    "all processes": refused("import os\nos.listdir('/proc')"),
    "descriptors by name": refused("import os\nos.listdir('/proc/self/fd')"),
    "descriptors left open": ends(
        "import os\nfound = []\nfor d in range(3, 64):\n    try: os.fstat(d)\n    except OSError: continue\n"
        "    found.append(d)\nassert len(found) <= 4, found",
        "finished",
        "",
    ),
    "import of the server": refused("import backend.app"),
    "import of the store": refused("import backend.store.database"),
    # The network
    "a TCP socket": refused("import socket\nsocket.create_connection(('127.0.0.1', 22), 1)"),
    "a UDP socket": refused("import socket\nsocket.socket(socket.AF_INET, socket.SOCK_DGRAM)"),
    "a Unix socket": refused("import socket\nsocket.socket(socket.AF_UNIX)"),
    "a pair of sockets": refused("import socket\nsocket.socketpair()"),
    "a raw socket": refused("import socket\nsocket.socket(socket.AF_INET, socket.SOCK_RAW, 1)"),
    "a web page": refused("import urllib.request\nurllib.request.urlopen('http://127.0.0.1/', timeout=1)"),
    "a name's address": refused("import socket\nsocket.getaddrinfo('localhost', 80)\nsocket.socket()"),
    # Processes
    "os.system": ends("import os\nassert os.system('true') == 0", "failed", "AssertionError"),
    "a subprocess": refused("import subprocess\nsubprocess.run(['true'])"),
    "exec": refused("import os\nos.execv('/bin/sh', ['sh', '-c', 'id'])"),
    "spawn": refused("import os\nos.posix_spawn('/bin/sh', ['sh', '-c', 'id'], {})"),
    "fork": refused("import os\nos.fork() or os._exit(0)"),
    "a fork bomb": ends("import os\nwhile True: os.fork()", "failed", "PermissionError"),
    "a thread": refused("import threading\nthreading.Thread(target=print).start()"),
    "a pool of processes": refused(
        "import multiprocessing\nmultiprocessing.get_context('fork').Process(target=print).start()"
    ),
    "kill the parent": refused("import os\nos.kill(os.getppid(), 9)"),
    "kill everyone": refused("import os\nos.kill(-1, 9)"),
    "kill its group": refused("import os\nos.killpg(0, 9)"),
    "queue a signal": called("libc.sigqueue(__import__('os').getppid(), 9, None)"),
    "ptrace": called("libc.ptrace(16, __import__('os').getppid(), None, None)"),
    "read the parent's memory": called("libc.process_vm_readv(__import__('os').getppid(), None, 0, None, 0, 0)"),
    "the parent's limits": refused("import os, resource\nresource.prlimit(os.getppid(), resource.RLIMIT_AS, (1, 1))"),
    "lift its own limits": refused("import resource\nresource.setrlimit(resource.RLIMIT_CPU, (-1, -1))"),
    "lift its memory": refused("import resource\nresource.setrlimit(resource.RLIMIT_AS, (-1, -1))"),
    "become root": refused("import os\nos.setuid(0)"),
    "be nice to itself": refused("import os\nos.setpriority(os.PRIO_PROCESS, 0, -20)"),
    # Calls past Python
    "clone": called("libc.syscall(56, 17, 0, 0, 0, 0)"),
    "io_uring": called("libc.syscall(425, 8, None)"),
    "unshare": called("libc.unshare(0x10000000)"),
    "mount": called("libc.mount(b'none', b'/tmp', b'tmpfs', 0, None)"),
    "bpf": called("libc.syscall(321, 0, None, 0)"),
    "a memory file": called("libc.syscall(319, b'x', 0)"),
    "System V shared memory": called("libc.shmget(0, 4096, 0o1600)"),
    "undo the lock": called("libc.prctl(22, 0, 0, 0, 0)"),
    "outlive the server": called("libc.prctl(1, 0, 0, 0, 0)"),
    "watch files": called("libc.inotify_init()"),
    "a timer's signal": called("libc.syscall(222, 0, None, None)"),
    "32-bit calls": ends("import ctypes\nctypes.CDLL(None).syscall(0x40000000 + 39)", "failed", "signal"),
    "shared memory": refused(
        "from multiprocessing import shared_memory\nshared_memory.SharedMemory(create=True, size=9)"
    ),
    # More than its part
    "10 GB at once": ends("torch.ones(10 * 2**28)", "stopped", "memory"),
    "10 GB bit by bit": ends("kept = []\nwhile True: kept.append(bytearray(1 << 22))", "stopped", "memory"),
    "a huge number": ends("print(1 << (1 << 40))", STOPPED_OR_FAILED, "mem"),
    "a list of itself": ends("x = [0]\nwhile True: x += x", "stopped", "memory"),
    "an endless loop": ends("while True: pass", "stopped", SLOW),
    "an endless loop that hears nothing": ends(
        "while True:\n    try:\n        while True: pass\n    except BaseException: pass", "stopped", SLOW
    ),
    "an endless loop, deaf to signals": ends(
        "import signal\nfor s in (signal.SIGXCPU, signal.SIGTERM): signal.signal(s, signal.SIG_IGN)\nwhile True: pass",
        "stopped",
        "longer than",
    ),
    "sleep for ever": ends("import time\ntime.sleep(1e6)", "stopped", "longer than"),
    "a power that never ends": ends("print(len(str(9 ** (9 ** 9))))", STOPPED_OR_FAILED, ""),
    "a pattern that never ends": ends("import re\nre.match('(a+)+$', 'a' * 60 + 'b')", "stopped", SLOW),
    "deep recursion": ends("def f(): return f()\nf()", "failed", "RecursionError"),
    "deeper recursion": ends(
        "import sys\nsys.setrecursionlimit(10**9)\nclass A:\n    def __getattr__(self, n): return getattr(self, n)\nA().x",
        STOPPED_OR_FAILED,
        "",
    ),
    "__del__ without end": ends(
        "class A:\n    def __del__(self):\n        while True: pass\na = A()\ndel a", ("finished", "stopped"), ""
    ),
    "__del__ at the end": ends("class A:\n    def __del__(self):\n        while True: pass\na = A()", "finished", ""),
    "a flood of output": ends("while True: print('x' * 10000)", "stopped", ""),
    "output past Python": ends(
        "import os\nfor i in range(9999): os.write(1, b'x' * 9999); os.write(2, b'x')", "finished", ""
    ),
    "a flood of events": ends("w = torch.ones(1, requires_grad=True)\nwhile True: w * w", "stopped", "events"),
    "a flood of tape": ends(
        "w = torch.ones(1 << 18, requires_grad=True)\n" + TRAIN.partition("\n")[2].format(count=999), "stopped", "tape"
    ),
    "a flood of descriptors": refused("kept = []\nwhile True: kept.append(open(torch.__file__))"),
    # Its own recording
    "a fake frame": ends(INSIDE + "os.write(worker._reports, b'x' * 99)\nwhile True: pass", "failed", MEDDLED),
    "a fake frame of 4 GB": ends(
        INSIDE + "os.write(worker._reports, b'\\xff' * 4)\nwhile True: pass", "failed", MEDDLED
    ),
    "a frame that is no JSON": ends(
        INSIDE + "os.write(worker._reports, struct.pack('<I', 3) + b'abc')\nwhile True: pass", "failed", MEDDLED
    ),
    "a pickle": ends(
        INSIDE + "import pickle\np = pickle.dumps(print)\nos.write(worker._reports, struct.pack('<I', len(p)) + p)\n"
        "while True: pass",
        "failed",
        MEDDLED,
    ),
    "a frame of another shape": ends(
        INSIDE + "frame(kind='recorded', iteration='../..')\nwhile True: pass", "failed", MEDDLED
    ),
    "ready once more": ends(INSIDE + "frame(kind='ready')\nwhile True: pass", "failed", MEDDLED),
    "waiting again and again": ends(INSIDE + "while True: frame(kind='waiting')", "failed", MEDDLED),
    "an iteration far ahead": ends(INSIDE + "recorded(iteration=10**9)\nwhile True: pass", "failed", MEDDLED),
    "a negative count": ends(INSIDE + "recorded(count=-5)\nwhile True: pass", "failed", MEDDLED),
    "a flood of fake iterations": ends(
        INSIDE + "i = 0\nwhile True:\n    recorded(iteration=i)\n    i += 1", "failed", MEDDLED
    ),
    "half a frame": ends(
        INSIDE + "os.write(worker._reports, struct.pack('<I', 999) + b'{')\nwhile True: pass", STOPPED_OR_FAILED, ""
    ),
    "a closed pipe": ends(INSIDE + "os.close(worker._reports)\nwhile True: pass", STOPPED_OR_FAILED, ""),
    "a forged end": ends(
        INSIDE + "frame(kind='ended', status='failed', message='I was ' + 'x' * 9000)\nwhile True: pass",
        "failed",
        "I was",
    ),
    "rubbish in its journal": ends(
        INSIDE + "os.write(worker._journal, b'\\0' * 5000)\n" + TRAIN.format(count=2),
        ("finished", "waiting", "failed"),
        "",
    ),
    "no recorder": ends(
        "import autograd.recording\nautograd.recording.current = None\n" + TRAIN.format(count=2), "finished", ""
    ),
    "another recorder": ends(
        "import autograd.recording\nautograd.recording.current = object()\nw = torch.ones(1, requires_grad=True)\n(w * w).sum()",
        "failed",
        "AttributeError",
    ),
    "a recorder that lies": ends(
        INSIDE + "worker._recorder._first = 10**6\n" + TRAIN.format(count=2), "failed", MEDDLED
    ),
    "its limits patched": ends(
        INSIDE + "import backend.runs.limits as limits\nlimits.grant_cpu = lambda s: None\n"
        "object.__setattr__(worker._job.limits, 'cpu_seconds', 10**6)\nwhile True: pass",
        "stopped",
        SLOW,
    ),
    # Memory that is not its own
    "address zero": ends("import ctypes\nctypes.string_at(0)", "failed", "signal 11"),
    "corrupted strides": ends(
        "import numpy as np\na = np.lib.stride_tricks.as_strided(np.ones(1), (1 << 40,), (1 << 12,))\na.sum()",
        "failed",
        "signal 11",
    ),
    "writes past an array": ends(
        "import numpy as np\na = np.lib.stride_tricks.as_strided(np.ones(1), (1 << 30,), (1 << 12,))\na[:] = 1",
        "failed",
        "signal",
    ),
    "a broken code object": ends(
        "def f(): pass\nf.__code__ = f.__code__.replace(co_code=b'\\x64\\xff' * 8, co_consts=())\nf()",
        STOPPED_OR_FAILED,
        "",
    ),
    "abort": ends("import os\nos.abort()", "failed", "signal"),
}
