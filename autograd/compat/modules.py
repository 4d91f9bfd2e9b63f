"""`torch.nn.modules` and its parts: where PyTorch keeps its classes, which some scripts import from there."""

from __future__ import annotations

from types import ModuleType
from typing import Any

from autograd import nn
from autograd.missing import explain
from autograd.nn import convolution, lazy, losses, module, norms

# PyTorch's files, and the beginnings or whole names of the classes in each.
PARTS = {
    "activation": "CELU ELU GELU GLU Hardshrink Hardsigmoid Hardswish Hardtanh LeakyReLU LogSigmoid LogSoftmax Mish "
    "MultiheadAttention PReLU ReLU ReLU6 RReLU SELU SiLU Sigmoid Softmax Softmax2d Softmin Softplus Softshrink "
    "Softsign Tanh Tanhshrink Threshold",
    "adaptive": "AdaptiveLogSoftmaxWithLoss",
    "batchnorm": "BatchNorm1d BatchNorm2d BatchNorm3d LazyBatchNorm1d LazyBatchNorm2d LazyBatchNorm3d SyncBatchNorm",
    "container": "Container ModuleDict ModuleList ParameterDict ParameterList Sequential",
    "conv": "Conv1d Conv2d Conv3d ConvTranspose1d ConvTranspose2d ConvTranspose3d LazyConv1d LazyConv2d LazyConv3d "
    "LazyConvTranspose1d LazyConvTranspose2d LazyConvTranspose3d",
    "distance": "CosineSimilarity PairwiseDistance",
    "dropout": "AlphaDropout Dropout Dropout1d Dropout2d Dropout3d FeatureAlphaDropout",
    "flatten": "Flatten Unflatten",
    "fold": "Fold Unfold",
    "instancenorm": "InstanceNorm1d InstanceNorm2d InstanceNorm3d LazyInstanceNorm1d LazyInstanceNorm2d "
    "LazyInstanceNorm3d",
    "linear": "Bilinear Identity LazyLinear Linear",
    "loss": "BCELoss BCEWithLogitsLoss CTCLoss CosineEmbeddingLoss CrossEntropyLoss GaussianNLLLoss HingeEmbeddingLoss "
    "HuberLoss KLDivLoss L1Loss MSELoss MarginRankingLoss MultiLabelMarginLoss MultiLabelSoftMarginLoss "
    "MultiMarginLoss NLLLoss NLLLoss2d PoissonNLLLoss SmoothL1Loss SoftMarginLoss TripletMarginLoss "
    "TripletMarginWithDistanceLoss",
    "normalization": "CrossMapLRN2d GroupNorm LayerNorm LocalResponseNorm RMSNorm",
    "padding": "CircularPad1d CircularPad2d CircularPad3d ConstantPad1d ConstantPad2d ConstantPad3d ReflectionPad1d "
    "ReflectionPad2d ReflectionPad3d ReplicationPad1d ReplicationPad2d ReplicationPad3d ZeroPad1d ZeroPad2d ZeroPad3d",
    "pixelshuffle": "PixelShuffle PixelUnshuffle",
    "pooling": "AdaptiveAvgPool1d AdaptiveAvgPool2d AdaptiveAvgPool3d AdaptiveMaxPool1d AdaptiveMaxPool2d "
    "AdaptiveMaxPool3d AvgPool1d AvgPool2d AvgPool3d FractionalMaxPool2d FractionalMaxPool3d LPPool1d LPPool2d "
    "LPPool3d MaxPool1d MaxPool2d MaxPool3d MaxUnpool1d MaxUnpool2d MaxUnpool3d",
    "rnn": "GRU GRUCell LSTM LSTMCell RNN RNNBase RNNCell RNNCellBase",
    "sparse": "Embedding EmbeddingBag",
    "transformer": "Transformer TransformerDecoder TransformerDecoderLayer TransformerEncoder TransformerEncoderLayer",
    "upsampling": "Upsample UpsamplingBilinear2d UpsamplingNearest2d",
}

# Base classes that scripts ask `isinstance` about: PyTorch's name, and where ours is.
BASES: dict[str, dict[str, Any]] = {
    "batchnorm": {"_BatchNorm": norms._BatchNorm},
    "conv": {"_ConvNd": convolution._ConvNd, "_ConvTransposeNd": convolution._ConvTransposeNd},
}


class _Part(ModuleType):
    def __getattr__(self, name: str) -> Any:
        raise AttributeError(explain(self.__name__, name))


def _pair_of(size: int) -> Any:
    def repeated(value: Any) -> tuple[Any, ...]:
        return tuple(value) if hasattr(value, "__iter__") else (value,) * size

    return repeated


def made() -> dict[str, ModuleType]:
    """Every part by its full name, each with those of its classes that this core has."""
    found: dict[str, ModuleType] = {"torch.nn.modules.module": module, "torch.nn.modules.lazy": lazy}
    whole = _Part("torch.nn.modules")
    whole.__path__ = []
    for part, names in PARTS.items():
        full = f"torch.nn.modules.{part}"
        held = _Part(full)
        for name in names.split():
            if hasattr(nn, name):
                setattr(held, name, getattr(nn, name))
                setattr(whole, name, getattr(nn, name))
        held.__dict__.update(BASES.get(part, {}))
        found[full] = held
    utils = ModuleType("torch.nn.modules.utils")
    for size, name in enumerate(("_single", "_pair", "_triple", "_quadruple"), 1):
        setattr(utils, name, _pair_of(size))
    utils._ntuple = lambda n, name="parse": _pair_of(n)  # type: ignore[attr-defined]
    found["torch.nn.modules.utils"] = utils
    whole.Module = nn.Module  # type: ignore[attr-defined]
    for full in found:
        setattr(whole, full.rpartition(".")[2], found[full])
    found["torch.nn.modules"] = whole
    for name, kind in vars(losses).items():
        if name in ("_Loss", "_WeightedLoss") and isinstance(kind, type):
            setattr(found["torch.nn.modules.loss"], name, kind)
    return found
