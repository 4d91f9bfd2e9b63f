"""Pooling."""

from __future__ import annotations

from typing import Any

from cases.case import Case, Wrong

LINE, IMAGE, SOLID = (2, 3, 9), (2, 3, 8, 9), (2, 2, 4, 5, 6)


def _unpooled(T: Any, x: Any, dims: int, **options: Any) -> Any:
    """Every window's largest number put back where it was."""
    pool, unpool = (getattr(T.nn.functional, f"max_{kind}{dims}d") for kind in ("pool", "unpool"))
    values, places = pool(x, 2, return_indices=True)
    return unpool(values, places, 2, **options)


def _drawn(T: Any, x: Any, *shape: int) -> Any:
    """Places for fractional pooling, the same in both libraries."""
    return ((T.arange(shape[0] * shape[1] * shape[2]).to(x.dtype) * 0.37) % 1).reshape(*shape)


CASES = [
    Case("max_pool1d", (LINE,), lambda T, x: T.nn.functional.max_pool1d(x, 3, 2)),
    Case("max_pool1d_single", ((3, 9),), lambda T, x: T.nn.functional.max_pool1d(x, 2, padding=1)),
    Case("max_pool1d_indices", (LINE,), lambda T, x: T.nn.functional.max_pool1d(x, 3, 2, 1, 2, return_indices=True)[1]),
    Case("max_pool2d", (IMAGE,), lambda T, x: T.nn.functional.max_pool2d(x, 2)),
    Case("max_pool2d_even", ((2, 2, 4, 6),), lambda T, x: T.nn.functional.max_pool2d(x, (2, 3))),
    Case("max_pool2d_overlap", (IMAGE,), lambda T, x: T.nn.functional.max_pool2d(x, 3, 2, 1)),
    Case("max_pool2d_dense", (IMAGE,), lambda T, x: T.nn.functional.max_pool2d(x, (3, 2), 1)),
    Case("max_pool2d_sparse", (IMAGE,), lambda T, x: T.nn.functional.max_pool2d(x, 2, 3)),
    Case("max_pool2d_dilated", (IMAGE,), lambda T, x: T.nn.functional.max_pool2d(x, 2, 3, 0, (2, 3))),
    Case("max_pool2d_ceil", (IMAGE,), lambda T, x: T.nn.functional.max_pool2d(x, 2, ceil_mode=True)),
    Case("max_pool2d_one", (IMAGE,), lambda T, x: T.nn.functional.max_pool2d(x, 1)),
    Case("max_pool2d_single", (IMAGE[1:],), lambda T, x: T.nn.functional.max_pool2d(x, 2)),
    Case("max_pool2d_ties", (IMAGE,), lambda T, x: T.nn.functional.max_pool2d(x.round(), 3, 2), rough=True),
    Case("max_pool2d_indices", (IMAGE,), lambda T, x: T.nn.functional.max_pool2d(x, 2, return_indices=True)[1]),
    Case(
        "max_pool2d_indices_ties",
        (IMAGE,),
        lambda T, x: T.nn.functional.max_pool2d(x.round(), 3, (1, 2), 1, 1, True, return_indices=True)[1],
    ),
    Case(
        "max_pool2d_nan",
        (IMAGE,),
        lambda T, x: T.nn.functional.max_pool2d(x.log(), 3, 2, return_indices=True)[1],
    ),
    Case("max_pool2d_whole", (IMAGE,), lambda T, x: T.nn.functional.max_pool2d((x * 9).to(T.int32), 3, 2, 1)),
    Case("max_pool3d", (SOLID,), lambda T, x: T.nn.functional.max_pool3d(x, 2)),
    Case("max_pool3d_overlap", (SOLID,), lambda T, x: T.nn.functional.max_pool3d(x, (3, 2, 3), (1, 2, 2), 1, 1, True)),
    Case("max_pool3d_single", (SOLID[1:],), lambda T, x: T.nn.functional.max_pool3d(x, 2)),
    Case(
        "max_pool3d_indices",
        (SOLID,),
        lambda T, x: T.nn.functional.max_pool3d(x, (1, 3, 2), 2, (0, 1, 0), (1, 1, 2), return_indices=True)[1],
    ),
    Case("avg_pool1d", (LINE,), lambda T, x: T.nn.functional.avg_pool1d(x, 3, 2)),
    Case("avg_pool1d_pad", (LINE,), lambda T, x: T.nn.functional.avg_pool1d(x, 4, 3, 2, True, False)),
    Case("avg_pool2d", (IMAGE,), lambda T, x: T.nn.functional.avg_pool2d(x, 2)),
    Case("avg_pool2d_pad", (IMAGE,), lambda T, x: T.nn.functional.avg_pool2d(x, 3, 2, 1, True, False)),
    Case("avg_pool2d_ceil", (IMAGE,), lambda T, x: T.nn.functional.avg_pool2d(x, 3, 2, 1, True)),
    Case("avg_pool2d_sparse", (IMAGE,), lambda T, x: T.nn.functional.avg_pool2d(x, (2, 1), 3)),
    Case("avg_pool2d_one", (IMAGE,), lambda T, x: T.nn.functional.avg_pool2d(x, 1)),
    Case("avg_pool2d_single", (IMAGE[1:],), lambda T, x: T.nn.functional.avg_pool2d(x, 2)),
    Case("avg_pool2d_divisor", (IMAGE,), lambda T, x: T.nn.functional.avg_pool2d(x, 3, 1, 1, divisor_override=4)),
    Case("avg_pool3d", (SOLID,), lambda T, x: T.nn.functional.avg_pool3d(x, 2)),
    Case(
        "avg_pool3d_pad",
        (SOLID,),
        lambda T, x: T.nn.functional.avg_pool3d(x, (3, 2, 3), (2, 1, 2), (1, 0, 1), True, False),
    ),
    Case("avg_pool3d_ceil", (SOLID,), lambda T, x: T.nn.functional.avg_pool3d(x, 3, 2, 1, True)),
    Case("avg_pool3d_divisor", (SOLID,), lambda T, x: T.nn.functional.avg_pool3d(x, 2, divisor_override=3)),
    Case("adaptive_avg_pool1d", (LINE,), lambda T, x: T.nn.functional.adaptive_avg_pool1d(x, 4)),
    Case("adaptive_avg_pool1d_1", (LINE,), lambda T, x: T.nn.functional.adaptive_avg_pool1d(x, 1)),
    Case("adaptive_avg_pool2d", (IMAGE,), lambda T, x: T.nn.functional.adaptive_avg_pool2d(x, (3, 4))),
    Case("adaptive_avg_pool2d_even", (IMAGE,), lambda T, x: T.nn.functional.adaptive_avg_pool2d(x, (4, None))),
    Case("adaptive_avg_pool2d_wide", (IMAGE,), lambda T, x: T.nn.functional.adaptive_avg_pool2d(x, (11, 9))),
    Case("adaptive_avg_pool2d_same", (IMAGE,), lambda T, x: T.nn.functional.adaptive_avg_pool2d(x, (8, 9))),
    Case("adaptive_avg_pool2d_1", (IMAGE,), lambda T, x: T.nn.functional.adaptive_avg_pool2d(x, 1)),
    Case("adaptive_avg_pool2d_single", (IMAGE[1:],), lambda T, x: T.nn.functional.adaptive_avg_pool2d(x, 2)),
    Case("adaptive_avg_pool3d", (SOLID,), lambda T, x: T.nn.functional.adaptive_avg_pool3d(x, (3, 2, 3))),
    Case("adaptive_avg_pool3d_1", (SOLID,), lambda T, x: T.nn.functional.adaptive_avg_pool3d(x, 1)),
    Case("adaptive_max_pool1d", (LINE,), lambda T, x: T.nn.functional.adaptive_max_pool1d(x, 4)),
    Case("adaptive_max_pool2d", (IMAGE,), lambda T, x: T.nn.functional.adaptive_max_pool2d(x, (3, 4))),
    Case("adaptive_max_pool2d_none", (IMAGE,), lambda T, x: T.nn.functional.adaptive_max_pool2d(x, (None, 5))),
    Case(
        "adaptive_max_pool2d_indices",
        (IMAGE,),
        lambda T, x: T.nn.functional.adaptive_max_pool2d(x.round(), (3, 4), return_indices=True)[1],
    ),
    Case("adaptive_max_pool3d", (SOLID,), lambda T, x: T.nn.functional.adaptive_max_pool3d(x, (3, 2, 3))),
    Case(
        "adaptive_max_pool3d_indices",
        (SOLID,),
        lambda T, x: T.nn.functional.adaptive_max_pool3d(x, 3, return_indices=True)[1],
    ),
    Case("lp_pool1d", (LINE,), lambda T, x: T.nn.functional.lp_pool1d(x, 2, 3, 2), single=1e-4),
    Case("lp_pool2d", (IMAGE,), lambda T, x: T.nn.functional.lp_pool2d(x, 2, (2, 3)), single=1e-4),
    Case("lp_pool2d_4", (IMAGE,), lambda T, x: T.nn.functional.lp_pool2d(x, 4, 2, ceil_mode=True), single=1e-4),
    Case("lp_pool2d_inf", (IMAGE,), lambda T, x: T.nn.functional.lp_pool2d(x, float("inf"), 2)),
    Case("lp_pool2d_least", (IMAGE,), lambda T, x: T.nn.functional.lp_pool2d(x, -float("inf"), 2)),
    Case("lp_pool3d", (SOLID,), lambda T, x: T.nn.functional.lp_pool3d(x, 2, 2), single=1e-4),
    Case("max_unpool1d", ((2, 3, 8),), lambda T, x: _unpooled(T, x, 1)),
    Case("max_unpool2d", ((2, 3, 6, 8),), lambda T, x: _unpooled(T, x, 2)),
    Case("max_unpool2d_size", (IMAGE,), lambda T, x: _unpooled(T, x, 2, output_size=(8, 9))),
    Case("max_unpool3d", ((2, 2, 4, 4, 6),), lambda T, x: _unpooled(T, x, 3, output_size=(2, 2, 4, 4, 6))),
    Case(
        "fractional_max_pool2d",
        (IMAGE,),
        lambda T, x: T.nn.functional.fractional_max_pool2d(x, (2, 3), (3, 4), _random_samples=_drawn(T, x, 2, 3, 2)),
    ),
    Case(
        "fractional_max_pool2d_ratio",
        (IMAGE[1:],),
        lambda T, x: T.nn.functional.fractional_max_pool2d(
            x, 2, output_ratio=(0.5, 0.7), return_indices=True, _random_samples=_drawn(T, x, 1, 3, 2)
        )[1],
    ),
    Case(
        "fractional_max_pool3d",
        (SOLID,),
        lambda T, x: T.nn.functional.fractional_max_pool3d(x, 2, (2, 3, 4), _random_samples=_drawn(T, x, 2, 2, 3)),
    ),
]


def _wrong(name: str, *args: Any, shape: tuple[int, ...] = IMAGE, **options: Any) -> Wrong:
    what = f"{name}_{len(args)}_{'_'.join(map(str, shape))}_{'_'.join(options)}_{args}"
    return Wrong(what, lambda T: getattr(T.nn.functional, name)(T.zeros(*shape), *args, **options))


WRONG = [
    _wrong("max_pool1d", 2, shape=(9,)),
    _wrong("max_pool2d", 2, shape=(8, 9)),
    _wrong("max_pool2d", (2, 2, 2)),
    _wrong("max_pool2d", 10),
    _wrong("max_pool2d", 2, 0),
    _wrong("max_pool2d", 2, 2, 2),
    _wrong("max_pool2d", 2, dilation=0),
    _wrong("max_pool3d", 2, shape=(3, 4, 4)),
    _wrong("avg_pool1d", 2, shape=(9,)),
    _wrong("avg_pool2d", 3, 1, 2),
    _wrong("avg_pool2d", 12),
    _wrong("avg_pool2d", 2, divisor_override=0),
    _wrong("avg_pool3d", 2, shape=(3, 4, 4)),
    _wrong("adaptive_avg_pool2d", 2, shape=(8, 9)),
    _wrong("adaptive_avg_pool2d", (2, -1)),
    _wrong("adaptive_max_pool2d", (2, 2), shape=(8, 9)),
    _wrong("fractional_max_pool2d", 2),
    _wrong("fractional_max_pool2d", 2, (9, 9)),
    Wrong("max_unpool2d_indices", lambda T: T.nn.functional.max_unpool2d(T.zeros(1, 2, 2), T.zeros(1, 2, 2), 2)),
    Wrong(
        "max_unpool2d_range",
        lambda T: T.nn.functional.max_unpool2d(T.zeros(1, 2, 2), T.full((1, 2, 2), 99), 2),
    ),
    Wrong(
        "max_unpool2d_shapes",
        lambda T: T.nn.functional.max_unpool2d(T.zeros(1, 2, 2), T.zeros(1, 2, 3, dtype=T.int64), 2),
    ),
    Wrong(
        "max_unpool2d_size",
        lambda T: T.nn.functional.max_unpool2d(
            T.zeros(1, 2, 2), T.zeros(1, 2, 2, dtype=T.int64), 2, output_size=(9, 9)
        ),
    ),
    Wrong("max_pool2d_whole", lambda T: T.nn.functional.max_pool2d(T.zeros(*IMAGE, dtype=T.bool), 2)),
]
