"""Convolutions."""

from __future__ import annotations

from cases.case import Case

IMAGE = (2, 3, 8, 9)

CASES = [
    Case("conv2d", (IMAGE, (4, 3, 3, 3), (4,)), lambda T, x, w, b: T.nn.functional.conv2d(x, w, b), twice=False),
    Case("conv2d_5", (IMAGE, (4, 3, 5, 2)), lambda T, x, w: T.nn.functional.conv2d(x, w), twice=False),
    Case(
        "conv2d_pad",
        (IMAGE, (4, 3, 3, 3), (4,)),
        lambda T, x, w, b: T.nn.functional.conv2d(x, w, b, padding=1),
        twice=False,
    ),
    Case(
        "conv2d_same", (IMAGE, (4, 3, 3, 5)), lambda T, x, w: T.nn.functional.conv2d(x, w, padding="same"), twice=False
    ),
    Case(
        "conv2d_stride",
        (IMAGE, (4, 3, 3, 3), (4,)),
        lambda T, x, w, b: T.nn.functional.conv2d(x, w, b, 2, (1, 0)),
        twice=False,
    ),
    Case(
        "conv2d_dilated",
        (IMAGE, (4, 3, 3, 3)),
        lambda T, x, w: T.nn.functional.conv2d(x, w, dilation=(2, 1)),
        twice=False,
    ),
    Case(
        "conv2d_groups",
        ((2, 4, 6, 6), (6, 2, 3, 3), (6,)),
        lambda T, x, w, b: T.nn.functional.conv2d(x, w, b, groups=2),
        twice=False,
    ),
    Case(
        "conv2d_depthwise",
        ((2, 4, 6, 6), (4, 1, 3, 3)),
        lambda T, x, w: T.nn.functional.conv2d(x, w, groups=4, stride=2),
        twice=False,
    ),
    Case("conv2d_1x1", (IMAGE, (4, 3, 1, 1)), lambda T, x, w: T.nn.functional.conv2d(x, w), twice=False),
    Case(
        "conv2d_single",
        ((3, 8, 9), (4, 3, 3, 3)),
        lambda T, x, w: T.nn.functional.conv2d(x, w),
        composed=True,
        twice=False,
    ),
    Case(
        "conv1d",
        ((2, 3, 9), (4, 3, 3), (4,)),
        lambda T, x, w, b: T.nn.functional.conv1d(x, w, b, stride=2, padding=1),
        composed=True,
        twice=False,
    ),
    Case(
        "conv_transpose2d",
        ((2, 3, 4, 5), (3, 4, 3, 3), (4,)),
        lambda T, x, w, b: T.nn.functional.conv_transpose2d(x, w, b, stride=2, padding=1, output_padding=1),
        twice=False,
    ),
    Case(
        "conv_transpose2d_groups",
        ((2, 4, 4, 5), (4, 3, 3, 2)),
        lambda T, x, w: T.nn.functional.conv_transpose2d(x, w, groups=2, dilation=2),
        twice=False,
    ),
]
