"""Resampling: interpolation, shuffles, grids."""

from __future__ import annotations

from typing import Any

from cases.case import Case, Wrong

LINE, IMAGE, SOLID = (2, 3, 7), (2, 2, 5, 6), (2, 2, 3, 4, 3)


def _resized(name: str, shape: tuple[int, ...], mode: str, size: Any = None, scale: Any = None, **options: Any) -> Case:
    def call(T: Any, x: Any) -> Any:
        return T.nn.functional.interpolate(x, size, scale, mode, **options)

    return Case(f"interpolate_{mode}_{name}", (shape,), call)


_SIZES: dict[int, tuple[tuple[int, ...], Any, Any]] = {
    1: (LINE, 11, (0.6,)),
    2: (IMAGE, (8, 4), (1.7, 0.55)),
    3: (SOLID, (5, 2, 4), (1.5, 2.0, 0.7)),
}
_MODES = [("nearest", (1, 2, 3)), ("nearest-exact", (1, 2, 3)), ("linear", (1,)), ("bilinear", (2,))]
_MODES += [("bicubic", (2,)), ("trilinear", (3,)), ("area", (1, 2, 3))]

CASES = []
for _mode, _all in _MODES:
    for _dims in _all:
        _shape, _size, _scale = _SIZES[_dims]
        CASES += [
            _resized(f"size_{_dims}d", _shape, _mode, size=_size),
            _resized(f"scale_{_dims}d", _shape, _mode, scale=_scale),
            _resized(f"twice_{_dims}d", _shape, _mode, scale=2),
            _resized(f"recomputed_{_dims}d", _shape, _mode, scale=_scale, recompute_scale_factor=True),
        ]
        if "linear" in _mode or "cubic" in _mode:
            CASES += [
                _resized(f"aligned_{_dims}d", _shape, _mode, size=_size, align_corners=True),
                _resized(f"aligned_one_{_dims}d", _shape, _mode, size=1, align_corners=True),
                _resized(f"aligned_scale_{_dims}d", _shape, _mode, scale=_scale, align_corners=True),
            ]
for _mode in ("bilinear", "bicubic", "lanczos"):
    CASES += [
        _resized("wide_size", (2, 2, 11, 9), _mode, size=(4, 12), antialias=True),
        _resized("wide_scale", (2, 2, 11, 9), _mode, scale=(0.37, 0.8), antialias=True),
    ]


CASES += [
    Case("pixel_shuffle", ((2, 8, 3, 2),), lambda T, x: T.nn.functional.pixel_shuffle(x, 2)),
    Case("pixel_shuffle_single", ((9, 3, 2),), lambda T, x: T.nn.functional.pixel_shuffle(x, 3)),
    Case("pixel_unshuffle", ((2, 2, 6, 4),), lambda T, x: T.nn.functional.pixel_unshuffle(x, 2)),
    Case("channel_shuffle", ((2, 6, 3, 2),), lambda T, x: T.nn.functional.channel_shuffle(x, 2)),
    Case("channel_shuffle_line", ((2, 6, 3),), lambda T, x: T.nn.functional.channel_shuffle(x, 3)),
    Case("affine_grid", ((2, 2, 3),), lambda T, t: T.nn.functional.affine_grid(t, (2, 3, 4, 5), False)),
    Case("affine_grid_aligned", ((2, 2, 3),), lambda T, t: T.nn.functional.affine_grid(t, (2, 3, 4, 5), True)),
    Case("affine_grid_line", ((2, 2, 3),), lambda T, t: T.nn.functional.affine_grid(t, [2, 3, 1, 5], False)),
    Case("affine_grid_3d", ((2, 3, 4),), lambda T, t: T.nn.functional.affine_grid(t, (2, 3, 4, 5, 2), False)),
    Case(
        "transformer",
        (IMAGE, (2, 2, 3)),
        lambda T, x, t: T.nn.functional.grid_sample(
            x, T.nn.functional.affine_grid(t, (2, 2, 3, 4), False), align_corners=False
        ),
        generic=True,  # on a border between pixels either neighbour's slope is right
    ),
]


def _sampled(mode: str, padding: str, align: bool, solid: bool) -> Case:
    shapes = (SOLID, (2, 2, 3, 2, 3)) if solid else (IMAGE, (2, 4, 3, 2))

    def call(T: Any, x: Any, grid: Any) -> Any:
        return T.nn.functional.grid_sample(x, grid * 0.8, mode, padding, align)

    name = f"grid_sample_{mode}_{padding}{'_aligned' if align else ''}{'_3d' if solid else ''}"
    return Case(name, shapes, call, single=1e-4)


CASES += [
    _sampled(mode, padding, align, solid)
    for mode in ("bilinear", "nearest", "bicubic")
    for padding in ("zeros", "border", "reflection")
    for align in (False, True)
    for solid in (False, True)
    if not (solid and mode == "bicubic")
]


def _wrong(name: str, *args: Any, shape: tuple[int, ...] = IMAGE, **options: Any) -> Wrong:
    what = f"{name}_{'_'.join(map(str, shape))}_{args}_{options}"
    return Wrong(what, lambda T: getattr(T.nn.functional, name)(T.zeros(*shape), *args, **options))


def _wrong_grid(name: str, image: tuple[int, ...], grid: tuple[int, ...], *args: Any) -> Wrong:
    def call(T: Any) -> Any:
        return T.nn.functional.grid_sample(T.zeros(*image), T.zeros(*grid), *args, align_corners=False)

    return Wrong(f"grid_sample_{name}", call)


WRONG = [
    _wrong("interpolate"),
    _wrong("interpolate", 3, 2.0),
    _wrong("interpolate", (3, 4, 5)),
    _wrong("interpolate", scale_factor=(2.0, 2.0, 2.0)),
    _wrong("interpolate", (3.5, 2)),
    _wrong("interpolate", 3, recompute_scale_factor=True),
    _wrong("interpolate", 3, mode="nearest", align_corners=True),
    _wrong("interpolate", 3, mode="linear"),
    _wrong("interpolate", 3, mode="trilinear"),
    _wrong("interpolate", 3, mode="bilinear", shape=LINE),
    _wrong("interpolate", 3, mode="bicubic", shape=SOLID),
    _wrong("interpolate", 3, mode="other"),
    _wrong("interpolate", 3, mode="lanczos"),
    _wrong("interpolate", 3, mode="nearest", antialias=True),
    _wrong("interpolate", 0),
    _wrong("interpolate", scale_factor=0.01),
    _wrong("interpolate", 3, shape=(3, 4)),
    _wrong("pixel_shuffle", 3),
    _wrong("pixel_shuffle", 2, shape=(4, 4)),
    _wrong("pixel_shuffle", -1),
    _wrong("pixel_unshuffle", 4),
    _wrong("pixel_unshuffle", 2, shape=(4, 4)),
    _wrong("channel_shuffle", 4, shape=(2, 6, 3, 2)),
    _wrong("channel_shuffle", 2, shape=(2, 6)),
    _wrong("channel_shuffle", 0, shape=(2, 6, 3, 2)),
    _wrong("affine_grid", (2, 3, 4, 5), False, shape=(2, 3, 4)),
    _wrong("affine_grid", (2, 3, 4), False, shape=(2, 2, 3)),
    _wrong("affine_grid", (2, 3, 0, 5), False, shape=(2, 2, 3)),
    _wrong("affine_grid", (3, 3, 4, 5), False, shape=(2, 2, 3)),
    Wrong("affine_grid_whole", lambda T: T.nn.functional.affine_grid(T.ones(2, 2, 3).long(), (2, 3, 4, 5), False)),
    _wrong_grid("mode", IMAGE, (2, 4, 3, 2), "linear"),
    _wrong_grid("padding", IMAGE, (2, 4, 3, 2), "bilinear", "circular"),
    _wrong_grid("batch", IMAGE, (3, 4, 3, 2)),
    _wrong_grid("last", IMAGE, (2, 4, 3, 3)),
    _wrong_grid("dimensions", IMAGE, (2, 4, 3, 2, 3)),
    _wrong_grid("line", LINE, (2, 4, 1)),
    _wrong_grid("cubic", SOLID, (2, 3, 2, 2, 3), "bicubic"),
]
