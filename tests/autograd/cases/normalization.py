"""Normalisation."""

from __future__ import annotations

from typing import Any

from cases.case import A, Case, Wrong

LINE, IMAGE, SOLID = (2, 4, 5), (2, 3, 8, 9), (2, 4, 2, 3, 2)
GROUPS = (2, 6, 3, 4)


def _tracked(T: Any, name: str, x: Any, *args: Any, **options: Any) -> Any:
    """The running statistics after two calls in training."""
    mean, var = T.zeros(x.shape[1], dtype=x.dtype), T.ones(x.shape[1], dtype=x.dtype)
    for _ in range(2):
        getattr(T.nn.functional, name)(x, mean, var, *args, **options)
    return T.cat([mean, var])


def _eval(T: Any, name: str, x: Any, *rest: Any, **options: Any) -> Any:
    """With given statistics of three channels."""
    mean, var = (T.tensor(v, dtype=x.dtype) for v in ([0.3, -1.0, 0.1], [0.5, 2.0, 1.5]))
    return getattr(T.nn.functional, name)(x, mean, var, *rest, **options)


CASES = [
    Case("layer_norm", ((2, 3, 4), (4,), (4,)), lambda T, x, w, b: T.nn.functional.layer_norm(x, (4,), w, b)),
    Case("layer_norm_2", ((2, 3, 4), (3, 4)), lambda T, x, w: T.nn.functional.layer_norm(x, (3, 4), w)),
    Case("layer_norm_all", ((3, 4), (3, 4), (3, 4)), lambda T, x, w, b: T.nn.functional.layer_norm(x, (3, 4), w, b)),
    Case("layer_norm_plain", ((2, 3, 4),), lambda T, x: T.nn.functional.layer_norm(x, (4,), eps=1e-2)),
    Case("layer_norm_bias", ((2, 3, 4), (4,)), lambda T, x, b: T.nn.functional.layer_norm(x, (4,), None, b)),
    Case(
        "layer_norm_turned", ((4, 3, 2), (4,)), lambda T, x, w: T.nn.functional.layer_norm(x.transpose(0, 2), (4,), w)
    ),
    Case(
        "batch_norm",
        (IMAGE, (3,), (3,)),
        lambda T, x, w, b: T.nn.functional.batch_norm(x, None, None, w, b, training=True),
    ),
    Case(
        "batch_norm_turned",
        ((3, 2, 4, 5), (3,), (3,)),
        lambda T, x, w, b: T.nn.functional.batch_norm(x.transpose(0, 1), None, None, w, b, training=True),
    ),
    Case(
        "batch_norm_last",
        ((4, 5, 3), (3,), (3,)),
        lambda T, x, w, b: T.nn.functional.batch_norm(x.transpose(1, 2), None, None, w, b, training=True),
    ),
    Case(
        "batch_norm_far",
        (IMAGE, (3,)),
        lambda T, x, w: T.nn.functional.batch_norm(x + 30, None, None, w, training=True),
        tolerance=1e-9,
    ),
    Case(
        "batch_norm_large",
        ((2, 3, 40, 300), (3,)),
        lambda T, x, w: T.nn.functional.batch_norm(x + w.reshape(-1, 1, 1), None, None, w, training=True).mean((1, 3)),
        rough=True,
        tolerance=1e-9,
    ),
    Case(
        "batch_norm_constant", (IMAGE,), lambda T, x: T.nn.functional.batch_norm(x * 0 + 2, None, None, training=True)
    ),
    Case("batch_norm_flat", ((5, 3),), lambda T, x: T.nn.functional.batch_norm(x, None, None, training=True, eps=0.1)),
    Case("batch_norm_solid", (SOLID, (4,)), lambda T, x, b: T.nn.functional.batch_norm(x, None, None, None, b, True)),
    Case("batch_norm_eval", ((5, 3), (3,), (3,)), lambda T, x, w, b: _eval(T, "batch_norm", x, w, b)),
    Case("batch_norm_eval_image", ((2, 3, 4, 5),), lambda T, x: _eval(T, "batch_norm", x)),
    Case("batch_norm_running", (IMAGE,), lambda T, x: _tracked(T, "batch_norm", x, None, None, True, 0.3), rough=True),
    Case(
        "batch_norm_running_detached",
        (IMAGE,),
        lambda T, x: _tracked(T, "batch_norm", x.detach(), None, None, True),
        rough=True,
    ),
    Case("group_norm", (GROUPS, (6,), (6,)), lambda T, x, w, b: T.nn.functional.group_norm(x, 3, w, b)),
    Case("group_norm_far", (GROUPS, (6,)), lambda T, x, w: T.nn.functional.group_norm(x - 40, 3, w), tolerance=1e-9),
    Case("group_norm_1", (LINE, (4,)), lambda T, x, w: T.nn.functional.group_norm(x, 1, w)),
    Case("group_norm_all", (SOLID,), lambda T, x: T.nn.functional.group_norm(x, 4, eps=1e-2)),
    Case("group_norm_flat", ((3, 6), (6,)), lambda T, x, w: T.nn.functional.group_norm(x, 2, w)),
    Case("instance_norm", (LINE, (4,), (4,)), lambda T, x, w, b: T.nn.functional.instance_norm(x, weight=w, bias=b)),
    Case("instance_norm_image", (IMAGE,), lambda T, x: T.nn.functional.instance_norm(x)),
    Case("instance_norm_running", (IMAGE,), lambda T, x: _tracked(T, "instance_norm", x, momentum=0.3), rough=True),
    Case(
        "instance_norm_eval",
        ((2, 3, 5), (3,)),
        lambda T, x, w: _eval(T, "instance_norm", x, w, use_input_stats=False),
    ),
    Case("rms_norm", ((2, 3, 4), (4,)), lambda T, x, w: T.nn.functional.rms_norm(x, (4,), w)),
    Case("rms_norm_2", ((2, 3, 4),), lambda T, x: T.nn.functional.rms_norm(x, (3, 4), eps=0.1)),
    Case("local_response_norm_3d", (LINE,), lambda T, x: T.nn.functional.local_response_norm(x, 3, 0.1)),
    Case("local_response_norm", (IMAGE,), lambda T, x: T.nn.functional.local_response_norm(x, 2, 0.5, 0.6, 2.0)),
    Case("local_response_norm_5d", (SOLID,), lambda T, x: T.nn.functional.local_response_norm(x, 5, 0.5)),
    Case("normalize", (A,), lambda T, x: T.nn.functional.normalize(x)),
    Case("normalize_1", (A,), lambda T, x: T.nn.functional.normalize(x, p=1, dim=0)),
    Case("normalize_3", (LINE,), lambda T, x: T.nn.functional.normalize(x, p=3, dim=-1)),
]


def _wrong(name: str, what: str, shape: tuple[int, ...], call: Any) -> Wrong:
    return Wrong(f"{name}_{what}", lambda T: call(T, getattr(T.nn.functional, name), T.zeros(*shape)))


WRONG = [
    _wrong("batch_norm", "weight", (4, 3), lambda T, f, x: f(x, None, None, T.zeros(4), None, True)),
    _wrong("batch_norm", "statistics", (4, 3), lambda T, f, x: f(x, T.zeros(4), T.zeros(4))),
    _wrong("batch_norm", "eval", (4, 3), lambda T, f, x: f(x, None, None)),
    _wrong("batch_norm", "dimensions", (4,), lambda T, f, x: f(x, None, None, training=True)),
    _wrong("batch_norm", "one_value", (1, 3), lambda T, f, x: f(x, None, None, training=True)),
    _wrong("batch_norm", "eps", (4, 3), lambda T, f, x: f(x, None, None, training=True, eps=0.0)),
    _wrong("batch_norm", "integers", (4, 3), lambda T, f, x: f(x.long(), None, None, training=True)),
    _wrong("layer_norm", "weight", (4, 3), lambda T, f, x: f(x, (3,), T.zeros(4))),
    _wrong("layer_norm", "shape", (4, 3), lambda T, f, x: f(x, (4,))),
    _wrong("layer_norm", "nothing", (4, 3), lambda T, f, x: f(x, ())),
    _wrong("layer_norm", "integers", (4, 3), lambda T, f, x: f(x.long(), (3,))),
    _wrong("group_norm", "groups", (2, 3, 4), lambda T, f, x: f(x, 2)),
    _wrong("group_norm", "weight", (2, 4, 4), lambda T, f, x: f(x, 2, T.zeros(2))),
    _wrong("group_norm", "dimensions", (2,), lambda T, f, x: f(x, 2)),
    _wrong("group_norm", "one_value", (1, 2), lambda T, f, x: f(x, 2)),
    _wrong("instance_norm", "one_element", (2, 3, 1), lambda T, f, x: f(x)),
    _wrong("instance_norm", "weight", (2, 3, 4), lambda T, f, x: f(x, weight=T.zeros(4))),
    _wrong("instance_norm", "eval", (2, 3, 4), lambda T, f, x: f(x, use_input_stats=False)),
    _wrong("instance_norm", "half", (2, 3, 4), lambda T, f, x: f(x, T.zeros(3), None)),
    _wrong("rms_norm", "weight", (2, 3), lambda T, f, x: f(x, (3,), T.zeros(2))),
    _wrong("rms_norm", "shape", (2, 3), lambda T, f, x: f(x, (2,))),
    _wrong("local_response_norm", "dimensions", (2, 3), lambda T, f, x: f(x, 2)),
]
