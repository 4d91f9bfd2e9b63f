"""Borders."""

from __future__ import annotations

from cases.case import Case, Wrong

CASES = [
    Case("pad", ((3, 4),), lambda T, a: T.nn.functional.pad(a, (1, 2, 0, 1), value=0.5)),
    Case("pad_negative", ((3, 4),), lambda T, a: T.nn.functional.pad(a, (-1, 1))),
    Case("pad_cut", ((3, 4, 5),), lambda T, a: T.nn.functional.pad(a, (-2, -1, 1, -2))),
    Case("pad_nothing", ((3, 4),), lambda T, a: T.nn.functional.pad(a, ())),
    Case("pad_reflect_1", ((2, 3, 5),), lambda T, a: T.nn.functional.pad(a, (1, 3), "reflect")),
    Case("pad_reflect_1_single", ((3, 5),), lambda T, a: T.nn.functional.pad(a, (2, 0), "reflect")),
    Case("pad_reflect_1_cut", ((2, 3, 5),), lambda T, a: T.nn.functional.pad(a, (-1, 2), "reflect")),
    Case("pad_reflect_2", ((2, 3, 4, 5),), lambda T, a: T.nn.functional.pad(a, (1, 2, 3, 0), "reflect")),
    Case("pad_reflect_2_single", ((3, 4, 5),), lambda T, a: T.nn.functional.pad(a, (1, 2, 1, 1), "reflect")),
    Case("pad_reflect_3", ((2, 2, 3, 3, 4),), lambda T, a: T.nn.functional.pad(a, (1, 2, 2, 1, 0, 1), "reflect")),
    Case("pad_replicate_1", ((2, 3, 5),), lambda T, a: T.nn.functional.pad(a, (1, 3), "replicate")),
    Case("pad_replicate_1_single", ((3, 5),), lambda T, a: T.nn.functional.pad(a, (2, 0), "replicate")),
    Case("pad_replicate_1_cut", ((2, 3, 5),), lambda T, a: T.nn.functional.pad(a, (-1, 2), "replicate")),
    Case("pad_replicate_2", ((2, 3, 4, 5),), lambda T, a: T.nn.functional.pad(a, (1, 2, 3, 0), "replicate")),
    Case("pad_replicate_2_single", ((3, 4, 5),), lambda T, a: T.nn.functional.pad(a, (1, 2, 1, 1), "replicate")),
    Case("pad_replicate_3", ((2, 2, 3, 3, 4),), lambda T, a: T.nn.functional.pad(a, (1, 2, 2, 1, 0, 1), "replicate")),
    Case("pad_circular_1", ((2, 3, 5),), lambda T, a: T.nn.functional.pad(a, (1, 3), "circular"), composed=True),
    Case("pad_circular_1_single", ((3, 5),), lambda T, a: T.nn.functional.pad(a, (2, 0), "circular"), composed=True),
    Case("pad_circular_1_cut", ((2, 3, 5),), lambda T, a: T.nn.functional.pad(a, (-1, 2), "circular"), composed=True),
    Case(
        "pad_circular_2", ((2, 3, 4, 5),), lambda T, a: T.nn.functional.pad(a, (1, 2, 3, 0), "circular"), composed=True
    ),
    Case(
        "pad_circular_2_single",
        ((3, 4, 5),),
        lambda T, a: T.nn.functional.pad(a, (1, 2, 1, 1), "circular"),
        composed=True,
    ),
    Case(
        "pad_circular_3",
        ((2, 2, 3, 3, 4),),
        lambda T, a: T.nn.functional.pad(a, (1, 2, 2, 1, 0, 1), "circular"),
        composed=True,
    ),
    Case("pad_replicate_far", ((1, 2, 3),), lambda T, a: T.nn.functional.pad(a, (5, 4), "replicate")),
    Case("pad_circular_whole", ((1, 2, 3),), lambda T, a: T.nn.functional.pad(a, (3, 3), "circular"), composed=True),
    Case("CircularPad1d", ((2, 3, 4),), lambda T, a: T.nn.CircularPad1d(1)(a), composed=True),
    Case("ReflectionPad1d", ((2, 3, 4),), lambda T, a: T.nn.ReflectionPad1d(1)(a)),
    Case("ReplicationPad1d", ((2, 3, 4),), lambda T, a: T.nn.ReplicationPad1d(1)(a)),
    Case("ZeroPad1d", ((2, 3, 4),), lambda T, a: T.nn.ZeroPad1d(1)(a)),
    Case("ConstantPad1d", ((2, 3, 4),), lambda T, a: T.nn.ConstantPad1d((1, 2), 1.5)(a)),
    Case("CircularPad2d", ((2, 3, 4, 4),), lambda T, a: T.nn.CircularPad2d(1)(a), composed=True),
    Case("ReflectionPad2d", ((2, 3, 4, 4),), lambda T, a: T.nn.ReflectionPad2d(1)(a)),
    Case("ReplicationPad2d", ((2, 3, 4, 4),), lambda T, a: T.nn.ReplicationPad2d(1)(a)),
    Case("ZeroPad2d", ((2, 3, 4, 4),), lambda T, a: T.nn.ZeroPad2d(1)(a)),
    Case("ConstantPad2d", ((2, 3, 4, 4),), lambda T, a: T.nn.ConstantPad2d((1, 2, 3, 4), 1.5)(a)),
    Case("CircularPad3d", ((1, 2, 4, 4, 4),), lambda T, a: T.nn.CircularPad3d(1)(a), composed=True),
    Case("ReflectionPad3d", ((1, 2, 4, 4, 4),), lambda T, a: T.nn.ReflectionPad3d(1)(a)),
    Case("ReplicationPad3d", ((1, 2, 4, 4, 4),), lambda T, a: T.nn.ReplicationPad3d(1)(a)),
    Case("ZeroPad3d", ((1, 2, 4, 4, 4),), lambda T, a: T.nn.ZeroPad3d(1)(a)),
    Case("ConstantPad3d", ((1, 2, 4, 4, 4),), lambda T, a: T.nn.ConstantPad3d((1, 2, 3, 4, 5, 6), 1.5)(a)),
]

WRONG = [
    Wrong("pad_odd", lambda T: T.nn.functional.pad(T.ones(2, 3, 5), (1, 2, 1))),
    Wrong("pad_many", lambda T: T.nn.functional.pad(T.ones(5), (1, 2, 1, 1))),
    Wrong("pad_cut_all", lambda T: T.nn.functional.pad(T.ones(2, 3), (-2, -2))),
    Wrong("pad_reflect_far", lambda T: T.nn.functional.pad(T.ones(2, 3, 5), (5, 2), "reflect")),
    Wrong("pad_circular_far", lambda T: T.nn.functional.pad(T.ones(2, 3, 5), (6, 2), "circular")),
    Wrong("pad_value", lambda T: T.nn.functional.pad(T.ones(2, 3, 5), (1, 2), "reflect", 0.5)),
    Wrong("pad_mode", lambda T: T.nn.functional.pad(T.ones(2, 3, 5), (1, 2), "mirror")),
    Wrong("pad_reflect_dims", lambda T: T.nn.functional.pad(T.ones(2, 3), (1, 2, 1, 1), "reflect")),
    Wrong("pad_replicate_nothing", lambda T: T.nn.functional.pad(T.ones(2, 3, 2), (-1, -1), "replicate")),
    Wrong("CircularPad1d_dims", lambda T: T.nn.CircularPad1d(1)(T.ones(1, 1, 3, 3))),
]
