"""Convolutions."""

from __future__ import annotations

import warnings
from typing import Any

from cases.case import Case, Wrong

IMAGE = (2, 3, 8, 9)
VOLUME = (2, 2, 4, 5, 4)


def layer(T: Any, name: str, *args: Any, weight: Any, bias: Any = None, **options: Any) -> Any:
    """A module with the weight and bias given, which stay part of the graph."""
    made = getattr(T.nn, name)(*args, bias=bias is not None, **options)
    del made.weight, made.bias
    made.weight, made.bias = weight, bias
    return made


def same(T: Any, function: str, *tensors: Any) -> Any:
    """With padding "same"; PyTorch warns once that an even kernel costs a copy."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return getattr(T.nn.functional, function)(*tensors, padding="same")


CASES = [
    Case("conv2d", (IMAGE, (4, 3, 3, 3), (4,)), lambda T, x, w, b: T.nn.functional.conv2d(x, w, b)),
    Case("conv2d_5", (IMAGE, (4, 3, 5, 2)), lambda T, x, w: T.nn.functional.conv2d(x, w)),
    Case("conv2d_pad", (IMAGE, (4, 3, 3, 3), (4,)), lambda T, x, w, b: T.nn.functional.conv2d(x, w, b, padding=1)),
    Case("conv2d_same", (IMAGE, (4, 3, 3, 5)), lambda T, x, w: same(T, "conv2d", x, w)),
    Case("conv2d_same_even", (IMAGE, (4, 3, 4, 2)), lambda T, x, w: same(T, "conv2d", x, w)),
    Case("conv2d_stride", (IMAGE, (4, 3, 3, 3), (4,)), lambda T, x, w, b: T.nn.functional.conv2d(x, w, b, 2, (1, 0))),
    Case("conv2d_dilated", (IMAGE, (4, 3, 3, 3)), lambda T, x, w: T.nn.functional.conv2d(x, w, dilation=(2, 1))),
    Case(
        "conv2d_groups",
        ((2, 4, 6, 6), (6, 2, 3, 3), (6,)),
        lambda T, x, w, b: T.nn.functional.conv2d(x, w, b, groups=2),
    ),
    Case(
        "conv2d_depthwise",
        ((2, 4, 6, 6), (4, 1, 3, 3)),
        lambda T, x, w: T.nn.functional.conv2d(x, w, groups=4, stride=2),
    ),
    Case("conv2d_1x1", (IMAGE, (4, 3, 1, 1)), lambda T, x, w: T.nn.functional.conv2d(x, w)),
    Case(
        "conv2d_rows",
        ((2, 11, 4, 5), (11, 11, 2, 3), (11,)),
        lambda T, x, w, b: T.nn.functional.conv2d(x, w, b),
        single=5e-5,
    ),
    Case(
        "conv2d_rows_padded",
        ((2, 11, 3, 4), (12, 11, 3, 3)),
        lambda T, x, w: T.nn.functional.conv2d(x, w, padding=(2, 1)),
        single=5e-5,
    ),
    Case(
        "conv2d_rows_wide_padding",
        ((2, 16, 2, 3), (16, 16, 2, 2)),
        lambda T, x, w: T.nn.functional.conv2d(x, w, padding=3),
        single=5e-5,
    ),
    Case(
        "conv2d_rows_tall",
        ((1, 32, 5, 2), (33, 32, 4, 1)),
        lambda T, x, w: T.nn.functional.conv2d(x, w, padding=(1, 0)),
        single=1e-4,
    ),
    Case("conv2d_single", ((3, 8, 9), (4, 3, 3, 3)), lambda T, x, w: T.nn.functional.conv2d(x, w)),
    Case(
        "conv1d", ((2, 3, 9), (4, 3, 3), (4,)), lambda T, x, w, b: T.nn.functional.conv1d(x, w, b, stride=2, padding=1)
    ),
    Case(
        "conv1d_channels",
        ((2, 11, 9), (12, 11, 3), (12,)),
        lambda T, x, w, b: T.nn.functional.conv1d(x, w, b, padding=1),
        single=5e-5,
    ),
    Case("conv1d_same_even", ((2, 3, 9), (4, 3, 4)), lambda T, x, w: same(T, "conv1d", x, w)),
    Case(
        "conv1d_single", ((3, 9), (4, 3, 3), (4,)), lambda T, x, w, b: T.nn.functional.conv1d(x, w, b, padding="valid")
    ),
    Case("conv1d_groups", ((2, 4, 9), (4, 2, 3)), lambda T, x, w: T.nn.functional.conv1d(x, w, groups=2, dilation=2)),
    Case("conv3d", (VOLUME, (3, 2, 2, 3, 2), (3,)), lambda T, x, w, b: T.nn.functional.conv3d(x, w, b)),
    Case(
        "conv3d_options",
        ((2, 2, 4, 5, 5), (4, 1, 2, 2, 3)),
        lambda T, x, w: T.nn.functional.conv3d(x, w, None, (1, 2, 1), (1, 0, 1), (1, 1, 2), 2),
    ),
    Case("conv3d_same", ((2, 3, 3, 3), (3, 2, 2, 3, 1)), lambda T, x, w: same(T, "conv3d", x, w)),
    Case(
        "conv_transpose2d",
        ((2, 3, 4, 5), (3, 4, 3, 3), (4,)),
        lambda T, x, w, b: T.nn.functional.conv_transpose2d(x, w, b, stride=2, padding=1, output_padding=1),
    ),
    Case(
        "conv_transpose2d_groups",
        ((2, 4, 4, 5), (4, 3, 3, 2)),
        lambda T, x, w: T.nn.functional.conv_transpose2d(x, w, groups=2, dilation=2),
    ),
    Case(
        "conv_transpose2d_beyond",
        ((2, 2, 3, 3), (2, 3, 2, 3)),
        lambda T, x, w: T.nn.functional.conv_transpose2d(x, w, dilation=3, output_padding=2),
    ),
    Case(
        "conv_transpose2d_rows",
        ((1, 11, 3, 3), (11, 12, 3, 3), (12,)),
        lambda T, x, w, b: T.nn.functional.conv_transpose2d(x, w, b, padding=1),
        single=5e-5,
    ),
    Case(
        "conv_transpose2d_single",
        ((3, 4, 5), (3, 2, 3, 3)),
        lambda T, x, w: T.nn.functional.conv_transpose2d(x, w, stride=(2, 1)),
    ),
    Case(
        "conv_transpose1d",
        ((2, 3, 5), (3, 4, 3), (4,)),
        lambda T, x, w, b: T.nn.functional.conv_transpose1d(x, w, b, stride=3, padding=1, output_padding=2),
    ),
    Case(
        "conv_transpose1d_single", ((4, 5), (4, 2, 3)), lambda T, x, w: T.nn.functional.conv_transpose1d(x, w, groups=2)
    ),
    Case(
        "conv_transpose3d",
        ((2, 2, 2, 3, 2), (2, 2, 2, 3, 2), (2,)),
        lambda T, x, w, b: T.nn.functional.conv_transpose3d(x, w, b, (2, 1, 2), 1, (1, 0, 0)),
    ),
    Case(
        "conv_transpose3d_groups",
        ((1, 4, 2, 2, 2), (4, 1, 2, 2, 2)),
        lambda T, x, w: T.nn.functional.conv_transpose3d(x, w, groups=2, dilation=(1, 2, 1)),
    ),
    Case(
        "Conv2d_reflect",
        (IMAGE, (4, 3, 3, 3), (4,)),
        lambda T, x, w, b: layer(T, "Conv2d", 3, 4, 3, padding=(1, 2), padding_mode="reflect", weight=w, bias=b)(x),
    ),
    Case(
        "Conv2d_replicate",
        (IMAGE, (4, 3, 3, 3), (4,)),
        lambda T, x, w, b: layer(T, "Conv2d", 3, 4, 3, padding=(1, 2), padding_mode="replicate", weight=w, bias=b)(x),
    ),
    Case(
        "Conv2d_circular",
        (IMAGE, (4, 3, 3, 3), (4,)),
        lambda T, x, w, b: layer(T, "Conv2d", 3, 4, 3, padding=(1, 2), padding_mode="circular", weight=w, bias=b)(x),
    ),
    Case(
        "Conv1d_reflect_same",
        ((2, 3, 7), (2, 3, 4)),
        lambda T, x, w: layer(T, "Conv1d", 3, 2, 4, padding="same", padding_mode="reflect", weight=w)(x),
    ),
    Case(
        "Conv3d_circular",
        ((1, 2, 3, 3, 3), (2, 2, 2, 2, 2)),
        lambda T, x, w: layer(T, "Conv3d", 2, 2, 2, padding=1, padding_mode="circular", weight=w)(x),
    ),
    Case(
        "ConvTranspose2d_size",
        ((2, 3, 4, 5), (3, 2, 3, 3), (2,)),
        lambda T, x, w, b: layer(T, "ConvTranspose2d", 3, 2, 3, 2, 1, weight=w, bias=b)(x, output_size=(8, 9)),
    ),
    Case(
        "ConvTranspose1d_size",
        ((3, 4), (3, 2, 3)),
        lambda T, x, w: layer(T, "ConvTranspose1d", 3, 2, 3, stride=3, weight=w)(x, output_size=[2, 13]),
    ),
]

WRONG = [
    Wrong("conv2d_dims", lambda T: T.nn.functional.conv2d(T.ones(2, 9), T.ones(4, 3, 3, 3))),
    Wrong("conv2d_channels", lambda T: T.nn.functional.conv2d(T.ones(2, 4, 9, 9), T.ones(4, 3, 3, 3))),
    Wrong("conv2d_small", lambda T: T.nn.functional.conv2d(T.ones(2, 3, 2, 9), T.ones(4, 3, 3, 3))),
    Wrong("conv2d_weight_dims", lambda T: T.nn.functional.conv2d(T.ones(2, 3, 9, 9), T.ones(4, 3, 3))),
    Wrong("conv2d_bias", lambda T: T.nn.functional.conv2d(T.ones(2, 3, 9, 9), T.ones(4, 3, 3, 3), T.ones(5))),
    Wrong("conv2d_no_groups", lambda T: T.nn.functional.conv2d(T.ones(2, 3, 9, 9), T.ones(4, 3, 3, 3), groups=0)),
    Wrong("conv2d_uneven_groups", lambda T: T.nn.functional.conv2d(T.ones(2, 6, 9, 9), T.ones(5, 3, 3, 3), groups=2)),
    Wrong("conv2d_stride_0", lambda T: T.nn.functional.conv2d(T.ones(2, 3, 9, 9), T.ones(4, 3, 3, 3), stride=0)),
    Wrong("conv2d_dilation_0", lambda T: T.nn.functional.conv2d(T.ones(2, 3, 9, 9), T.ones(4, 3, 3, 3), dilation=0)),
    Wrong(
        "conv2d_padding_negative", lambda T: T.nn.functional.conv2d(T.ones(2, 3, 9, 9), T.ones(4, 3, 3, 3), padding=-1)
    ),
    Wrong(
        "conv2d_stride_three",
        lambda T: T.nn.functional.conv2d(T.ones(2, 3, 9, 9), T.ones(4, 3, 3, 3), stride=(2, 1, 1)),
    ),
    Wrong("conv2d_dtype", lambda T: T.nn.functional.conv2d(T.ones(2, 3, 9, 9), T.ones(4, 3, 3, 3, dtype=T.float64))),
    Wrong(
        "conv2d_bias_dtype",
        lambda T: T.nn.functional.conv2d(T.ones(2, 3, 9, 9), T.ones(4, 3, 3, 3), T.ones(4, dtype=T.float64)),
    ),
    Wrong(
        "conv2d_same_stride",
        lambda T: T.nn.functional.conv2d(T.ones(2, 3, 9, 9), T.ones(4, 3, 3, 3), stride=2, padding="same"),
    ),
    Wrong(
        "conv2d_padding_word", lambda T: T.nn.functional.conv2d(T.ones(2, 3, 9, 9), T.ones(4, 3, 3, 3), padding="all")
    ),
    Wrong(
        "conv_transpose2d_output_padding",
        lambda T: T.nn.functional.conv_transpose2d(T.ones(2, 3, 4, 4), T.ones(3, 4, 3, 3), output_padding=1),
    ),
    Wrong(
        "conv_transpose2d_channels", lambda T: T.nn.functional.conv_transpose2d(T.ones(2, 5, 4, 4), T.ones(3, 4, 3, 3))
    ),
    Wrong(
        "conv_transpose2d_groups",
        lambda T: T.nn.functional.conv_transpose2d(T.ones(2, 3, 4, 4), T.ones(3, 4, 3, 3), groups=2),
    ),
    Wrong(
        "conv_transpose2d_bias",
        lambda T: T.nn.functional.conv_transpose2d(T.ones(2, 3, 4, 4), T.ones(3, 4, 3, 3), T.ones(5)),
    ),
    Wrong(
        "conv_transpose1d_small",
        lambda T: T.nn.functional.conv_transpose1d(T.ones(2, 3, 1), T.ones(3, 4, 1), padding=2),
    ),
    Wrong("Conv2d_groups", lambda T: T.nn.Conv2d(3, 4, 3, groups=2)),
    Wrong("Conv2d_no_groups", lambda T: T.nn.Conv2d(3, 4, 3, groups=0)),
    Wrong("Conv2d_mode", lambda T: T.nn.Conv2d(3, 4, 3, padding_mode="mirror")),
    Wrong("Conv2d_word", lambda T: T.nn.Conv2d(3, 4, 3, padding="all")),
    Wrong("Conv2d_same_stride", lambda T: T.nn.Conv2d(3, 4, 3, 2, padding="same")),
    Wrong("ConvTranspose2d_mode", lambda T: T.nn.ConvTranspose2d(3, 4, 3, padding_mode="reflect")),
    Wrong(
        "ConvTranspose2d_size",
        lambda T: T.nn.ConvTranspose2d(3, 4, 3, stride=2)(T.ones(1, 3, 4, 4), output_size=(20, 20)),
    ),
    Wrong(
        "ConvTranspose2d_sizes",
        lambda T: T.nn.ConvTranspose2d(3, 4, 3, stride=2)(T.ones(1, 3, 4, 4), output_size=(9, 9, 9)),
    ),
]
