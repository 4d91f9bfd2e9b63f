"""Normalisation, pooling and resampling layers: parameters, buffers, state, repr and numbers over some steps."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

import autograd

pytestmark = pytest.mark.parity

LINE, IMAGE, SOLID = (3, 4, 6), (3, 4, 6, 5), (2, 4, 4, 5, 6)

NORMS: dict[str, tuple[Any, tuple[int, ...]]] = {
    "BatchNorm1d": (lambda nn: nn.BatchNorm1d(4), LINE),
    "BatchNorm1d_flat": (lambda nn: nn.BatchNorm1d(4, eps=1e-3, momentum=0.3), (7, 4)),
    "BatchNorm2d": (lambda nn: nn.BatchNorm2d(4), IMAGE),
    "BatchNorm2d_cumulative": (lambda nn: nn.BatchNorm2d(4, momentum=None), IMAGE),
    "BatchNorm2d_plain": (lambda nn: nn.BatchNorm2d(4, affine=False), IMAGE),
    "BatchNorm2d_untracked": (lambda nn: nn.BatchNorm2d(4, track_running_stats=False), IMAGE),
    "BatchNorm2d_no_bias": (lambda nn: nn.BatchNorm2d(4, bias=False), IMAGE),
    "BatchNorm3d": (lambda nn: nn.BatchNorm3d(4), SOLID),
    "LayerNorm": (lambda nn: nn.LayerNorm(6), LINE),
    "LayerNorm_2": (lambda nn: nn.LayerNorm([4, 6], eps=1e-3), LINE),
    "LayerNorm_plain": (lambda nn: nn.LayerNorm(6, elementwise_affine=False), LINE),
    "LayerNorm_no_bias": (lambda nn: nn.LayerNorm(6, bias=False), LINE),
    "GroupNorm": (lambda nn: nn.GroupNorm(2, 4), IMAGE),
    "GroupNorm_plain": (lambda nn: nn.GroupNorm(4, 4, affine=False), LINE),
    "GroupNorm_no_bias": (lambda nn: nn.GroupNorm(1, 4, bias=False), LINE),
    "InstanceNorm1d": (lambda nn: nn.InstanceNorm1d(4), LINE),
    "InstanceNorm1d_single": (lambda nn: nn.InstanceNorm1d(4, affine=True), LINE[1:]),
    "InstanceNorm2d": (lambda nn: nn.InstanceNorm2d(4, affine=True, track_running_stats=True), IMAGE),
    "InstanceNorm2d_single": (lambda nn: nn.InstanceNorm2d(4), IMAGE[1:]),
    "InstanceNorm3d": (lambda nn: nn.InstanceNorm3d(4, momentum=0.4, track_running_stats=True), SOLID),
    "RMSNorm": (lambda nn: nn.RMSNorm(6), LINE),
    "RMSNorm_plain": (lambda nn: nn.RMSNorm((4, 6), eps=1e-2, elementwise_affine=False), LINE),
    "LocalResponseNorm": (lambda nn: nn.LocalResponseNorm(3, 0.2, k=2.0), IMAGE),
}

POOLS: dict[str, tuple[Any, tuple[int, ...]]] = {
    "MaxPool1d": (lambda nn: nn.MaxPool1d(2), LINE),
    "MaxPool2d": (lambda nn: nn.MaxPool2d((2, 3), stride=1, padding=1, ceil_mode=True), IMAGE),
    "MaxPool3d": (lambda nn: nn.MaxPool3d(2, dilation=2), SOLID),
    "AvgPool1d": (lambda nn: nn.AvgPool1d(2, padding=1, count_include_pad=False), LINE),
    "AvgPool2d": (lambda nn: nn.AvgPool2d((2, 3), 1), IMAGE),
    "AvgPool3d": (lambda nn: nn.AvgPool3d(2, divisor_override=3), SOLID),
    "AdaptiveAvgPool1d": (lambda nn: nn.AdaptiveAvgPool1d(4), LINE),
    "AdaptiveAvgPool2d": (lambda nn: nn.AdaptiveAvgPool2d((None, 3)), IMAGE),
    "AdaptiveAvgPool3d": (lambda nn: nn.AdaptiveAvgPool3d(2), SOLID),
    "AdaptiveMaxPool1d": (lambda nn: nn.AdaptiveMaxPool1d(4), LINE),
    "AdaptiveMaxPool2d": (lambda nn: nn.AdaptiveMaxPool2d((2, 3)), IMAGE),
    "AdaptiveMaxPool3d": (lambda nn: nn.AdaptiveMaxPool3d(2), SOLID),
    "LPPool1d": (lambda nn: nn.LPPool1d(2, 3), LINE),
    "LPPool2d": (lambda nn: nn.LPPool2d(2, 2, stride=1), IMAGE),
    "LPPool3d": (lambda nn: nn.LPPool3d(2, 2), SOLID),
    "Upsample": (lambda nn: nn.Upsample(scale_factor=2), LINE),
    "Upsample_size": (lambda nn: nn.Upsample((4, 9), mode="bicubic", align_corners=True), IMAGE),
    "Upsample_scales": (
        lambda nn: nn.Upsample(None, (2, 1.5, 0.5), "trilinear", False, recompute_scale_factor=True),
        SOLID,
    ),
    "UpsamplingNearest2d": (lambda nn: nn.UpsamplingNearest2d(scale_factor=2), IMAGE),
    "UpsamplingBilinear2d": (lambda nn: nn.UpsamplingBilinear2d((9, 4)), IMAGE),
    "PixelShuffle": (lambda nn: nn.PixelShuffle(2), IMAGE),
    "PixelUnshuffle": (lambda nn: nn.PixelUnshuffle(2), (3, 4, 6, 4)),
    "ChannelShuffle": (lambda nn: nn.ChannelShuffle(2), IMAGE),
    "FractionalMaxPool2d": (lambda nn: nn.FractionalMaxPool2d(2, output_size=(4, 3)), IMAGE),
    "FractionalMaxPool2d_ratio": (lambda nn: nn.FractionalMaxPool2d((3, 2), output_ratio=0.6), IMAGE),
    "FractionalMaxPool3d": (lambda nn: nn.FractionalMaxPool3d(2, output_size=2), SOLID),
    "FractionalMaxPool3d_single": (lambda nn: nn.FractionalMaxPool3d(2, output_ratio=(0.6, 0.5, 0.7)), SOLID[1:]),
}


def story(library: Any, name: str, dtype: str) -> list[Any]:
    """What a layer is and does: two steps of training, then evaluation."""
    make, shape = {**NORMS, **POOLS}[name]
    rng = np.random.default_rng(1)
    library.manual_seed(5)
    layer = make(library.nn).to(getattr(library, dtype))
    told: list[Any] = [repr(layer), [(k, str(v.dtype), tuple(v.shape)) for k, v in layer.state_dict().items()]]
    told.append([k for k, _ in layer.named_parameters()])
    told += [v.numpy().copy() for v in layer.state_dict().values()]
    for _ in range(2):
        x = library.tensor(rng.normal(1.0, 2.0, shape), dtype=getattr(library, dtype), requires_grad=True)
        out = layer(x)
        out.backward(library.tensor(rng.normal(size=tuple(out.shape)), dtype=getattr(library, dtype)))
        told += [out.detach().numpy(), x.grad.numpy()]
        told += [p.grad.numpy().copy() for p in layer.parameters()]
    told += [v.numpy() for v in layer.state_dict().values()]
    told.append(layer.eval()(x).detach().numpy())
    told.append(library.rand(2).numpy())
    return told


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("name", [*NORMS, *POOLS])
def test_same_layer(name: str, dtype: str) -> None:
    tolerance = 1e-4 if dtype == "float32" else 1e-10
    ours, theirs = story(autograd, name, dtype), story(torch, name, dtype)
    assert len(ours) == len(theirs)
    for a, b in zip(ours, theirs, strict=True):
        if isinstance(a, np.ndarray):
            assert a.dtype == b.dtype
            np.testing.assert_allclose(a, b, tolerance, tolerance)
        else:
            assert a == b


@pytest.mark.parametrize("dims", [1, 2, 3])
def test_unpooling_undoes_pooling(dims: int) -> None:
    shape = (2, 3, 4, 6, 8)[: 2 + dims]
    numbers = np.random.default_rng(2).normal(size=shape)
    found = []
    for library in (autograd, torch):
        pool = getattr(library.nn, f"MaxPool{dims}d")(2, return_indices=True)
        unpool = (library.nn.MaxUnpool1d, library.nn.MaxUnpool2d, library.nn.MaxUnpool3d)[dims - 1](2)
        values, places = pool(library.tensor(numbers))
        found.append((repr(unpool), repr(pool), unpool(values, places, output_size=shape).numpy()))
    assert found[0][:2] == found[1][:2]
    np.testing.assert_array_equal(found[0][2], found[1][2])


@pytest.mark.parametrize(
    "call",
    [
        lambda T: T.nn.BatchNorm1d(3)(T.zeros(2, 3, 4, 5)),
        lambda T: T.nn.BatchNorm2d(3)(T.zeros(2, 3)),
        lambda T: T.nn.BatchNorm3d(3)(T.zeros(2, 3)),
        lambda T: T.nn.InstanceNorm1d(3)(T.zeros(3)),
        lambda T: T.nn.InstanceNorm1d(3, affine=True)(T.zeros(2, 4, 5)),
        lambda T: T.nn.GroupNorm(3, 4),
        lambda T: T.nn.FractionalMaxPool2d(2),
        lambda T: T.nn.FractionalMaxPool2d(2, output_size=2, output_ratio=0.5),
        lambda T: T.nn.FractionalMaxPool3d(2, output_ratio=1.5),
        lambda T: T.nn.FractionalMaxPool3d(0, output_ratio=0.5),
    ],
)
def test_refused(call: Any) -> None:
    with pytest.raises(Exception) as theirs:
        call(torch)
    with pytest.raises(type(theirs.value)) as ours:
        call(autograd)
    assert str(ours.value)


def test_instance_norm_warns_of_channels_that_do_not_matter() -> None:
    for library in (autograd, torch):
        with pytest.warns(UserWarning, match="does not match num_features"):
            library.nn.InstanceNorm1d(3)(library.ones(2, 4, 5))


def test_a_state_read_from_the_other_library() -> None:
    theirs = torch.nn.BatchNorm2d(4)
    theirs(torch.rand(3, 4, 5, 6))
    ours = autograd.nn.BatchNorm2d(4)
    ours.load_state_dict({k: autograd.tensor(v.numpy()) for k, v in theirs.state_dict().items()})
    assert ours.num_batches_tracked.item() == 1
    np.testing.assert_array_equal(ours.running_mean.numpy(), theirs.running_mean.numpy())


def test_layers_of_several_processes_are_named() -> None:
    with pytest.raises(AttributeError, match=r"SyncBatchNorm.*BatchNorm2d"):
        _ = autograd.nn.SyncBatchNorm
