"""What a script draws or reads without a seed is the same in every execution of one run."""

from __future__ import annotations

from .conftest import Server

UNSEEDED = """import datetime, os, random, secrets, time, uuid
import numpy as np
import torch
torch.ones(1)
print(os.urandom(8), random.random(), random.Random().random(), random.SystemRandom().random())
print(np.random.rand(), np.random.default_rng().random(), np.random.RandomState().rand(), torch.rand(1).item())
print(secrets.token_hex(8), uuid.uuid4(), hash("x"), list({"a", "b", "c", "d"}))
print(time.time(), time.perf_counter(), time.monotonic_ns(), time.process_time(), time.ctime())
now = datetime.datetime.now()
print(now, datetime.date.today(), isinstance(now, datetime.datetime), now - datetime.timedelta(days=1))
began = time.perf_counter()
time.sleep(0.01)
assert 0.01 <= time.perf_counter() - began < 0.02
"""


def test_nothing_is_left_to_chance(server: Server) -> None:
    printed = []
    for seed in (5, 5, 6):
        run = server.run(script=UNSEEDED, seed=seed)
        assert run["status"] == "finished", run
        printed.append(server.get(f"/runs/{run['id']}/output").text)
    assert printed[0] == printed[1]
    assert printed[0].count("\n") == 5
    first, other = printed[0].splitlines(), printed[2].splitlines()
    assert all(one != another for one, another in zip(first[:2], other[:2], strict=True))
    assert first[4].startswith("2026-01-01")
