"""`torch.testing`, `torch.amp`, `nn.DataParallel`, `torch.cuda` without a GPU: by scripts run with both libraries."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parent))
from same import error, same

pytestmark = pytest.mark.parity


def closeness(T: Any) -> Any:
    x = T.tensor
    compare = T.testing.assert_close
    nan = float("nan")

    def outcome(*args: Any, **options: Any) -> Any:
        return error(lambda: compare(*args, **options))

    return [
        outcome(x([1.0, 2.0]), x([1.0, 2.5])),
        outcome(x([[1.0, 2.0], [3, 4]]), x([[1.0, 2.0], [3, 9]]), rtol=0, atol=0),
        outcome(1.0, 2.0),
        outcome(1.0, 1.0 + 1e-9),
        outcome(x(1.0), x(2.0)),
        outcome(x([1.0]), x([1])),
        outcome(x([1.0]), x([[1.0]])),
        outcome(x([1]), x([2])),
        outcome([1.0, 2.0], [1.0, 3.0]),
        outcome({"a": [x([1.0])]}, {"a": [x([2.0])]}),
        outcome({"a": 1}, {"b": 1}),
        outcome([1], [1, 2]),
        outcome(x([nan]), x([nan])),
        outcome(x([nan]), x([nan]), equal_nan=True),
        outcome(x([float("inf")]), x([float("inf")])),
        outcome(x([1.0]), x([1.0], dtype=T.float64), check_dtype=False),
        outcome(None, None),
        outcome(1, 1.0),
        outcome(x([True]), x([False])),
        outcome(x([1.0]), x([2.0]), msg="mine"),
        outcome(x([1.0]), x([2.0]), msg=lambda text: "before\n" + text),
        outcome(x([1.0]), x([2.0]), rtol=1),
        outcome(T.ones(3, 3), T.zeros(3, 3)),
        outcome(True, False),
        outcome(np.ones(2), np.zeros(2)),
        outcome(x([1], dtype=T.uint8), x([255], dtype=T.uint8)),
        outcome(x([1.0]), x([2.0]), atol=0.1, rtol=0.1),
        outcome(T.ones(2, 2).t(), T.ones(2, 2), check_stride=True),
        error(lambda: compare("a", "b"), words=False),
        error(lambda: compare(x([1.0]), [1.0]), words=False),
        error(lambda: compare(x([1.0]), 1.0), words=False),
    ]


def scaling(T: Any) -> Any:
    off = T.amp.GradScaler()
    found: list[Any] = [off.is_enabled(), off.get_scale(), off.state_dict(), off.scale(T.ones(2))]
    scaler = T.amp.GradScaler("cpu", init_scale=8.0, growth_interval=2)
    p = T.nn.Parameter(T.tensor([1.0, 2.0]))
    optimizer = T.optim.SGD([p], lr=0.1)
    for factor in (1.0, float("inf"), 2.0, 3.0, 4.0):
        optimizer.zero_grad()
        loss = scaler.scale((p * factor).sum())
        loss.backward()
        if factor == 2.0:
            scaler.unscale_(optimizer)
            found.append(error(lambda: scaler.unscale_(optimizer)))
        scaler.step(optimizer)
        found += [error(lambda: scaler.step(optimizer)), error(lambda: scaler.unscale_(optimizer))]
        scaler.update()
        found += [loss, p.grad, p, scaler.get_scale(), scaler.state_dict()]
    other = T.amp.GradScaler("cpu")
    other.load_state_dict(scaler.state_dict())
    return [*found, other.get_scale(), other.get_growth_factor(), [scaler.scale([T.ones(1), (T.ones(2),)])],
            error(lambda: other.update()), error(lambda: other.load_state_dict({})),
            error(lambda: T.amp.GradScaler("cpu", growth_factor=1.0))]  # fmt: skip


def casting(T: Any) -> Any:
    x = T.ones(2, 2)
    with T.autocast("cuda"):
        first = x @ x

    @T.amp.autocast("cpu", enabled=False)
    def doubled(t: Any) -> Any:
        return t * 2

    with T.cuda.amp.autocast(), T.autocast("cuda", enabled=False):
        second = x @ x
    return [first, second, doubled(x), T.is_autocast_enabled(), T.cuda.amp.GradScaler().is_enabled()]


def data_parallel(T: Any) -> Any:
    net = T.nn.DataParallel(T.nn.Linear(2, 1), device_ids=None)
    return [net, net(T.ones(3, 2)), list(net.state_dict()), net.module, net.device_ids,
            error(lambda: T.nn.parallel.DistributedDataParallel(T.nn.Linear(1, 1)), words=False)]  # fmt: skip


def without_a_gpu(T: Any) -> Any:
    c = T.cuda
    answers = [c.is_available(), c.device_count(), c.is_bf16_supported(), c.memory_allocated(), c.is_initialized(),
               c.max_memory_allocated(), c.get_arch_list(), c.empty_cache(), c.manual_seed(1), c.manual_seed_all(1),
               T.accelerator.is_available(), T.accelerator.current_accelerator(), T.accelerator.device_count(),
               T.backends.cudnn.is_available(), T.backends.cudnn.enabled, T.backends.cudnn.benchmark,
               T.backends.cudnn.version(), T.backends.mps.is_available(), T.version.cuda,
               T.xpu.is_available()]  # fmt: skip
    asked = [lambda: c.current_device(), lambda: c.get_device_name(0), lambda: c.synchronize(),
             lambda: c.current_stream(), lambda: c.get_device_properties(0), lambda: T.accelerator.synchronize(),
             lambda: T.nn.Linear(1, 1).cuda()]  # fmt: skip
    return [answers, [error(question, words=False) for question in asked]]


@pytest.mark.parametrize(
    "script", [closeness, scaling, casting, data_parallel, without_a_gpu], ids=lambda script: script.__name__
)
def test_same(script: Any) -> None:
    same(script)
