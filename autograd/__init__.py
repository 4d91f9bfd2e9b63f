"""An autograd core in numpy with PyTorch's names, semantics and random numbers. `import autograd as torch` works."""

# ruff: noqa: F401, E402 - this file is the public namespace; what needs the names above is imported last.
from __future__ import annotations

import gc as _gc
from math import e, inf, nan, pi
from typing import Any

from autograd import memory as _memory
from autograd import tensor as _tensor  # first: it ties the core's circle together
from autograd.creation import (
    BoolTensor,
    ByteTensor,
    CharTensor,
    DoubleTensor,
    FloatTensor,
    HalfTensor,
    IntTensor,
    LongTensor,
    ShortTensor,
    arange,
    as_tensor,
    asarray,
    empty,
    empty_like,
    eye,
    from_numpy,
    frombuffer,
    full,
    full_like,
    is_complex,
    is_floating_point,
    is_inference,
    is_signed,
    is_tensor,
    linspace,
    logspace,
    numel,
    ones,
    ones_like,
    range,
    result_type,
    scalar_tensor,
    tensor,
    typename,
    zeros,
    zeros_like,
)
from autograd.devices import device
from autograd.dtypes import (
    bool,
    can_cast,
    double,
    dtype,
    finfo,
    float,
    float16,
    float32,
    float64,
    get_default_dtype,
    half,
    iinfo,
    int,
    int8,
    int16,
    int32,
    int64,
    long,
    promote_types,
    set_default_dtype,
    short,
    uint8,
)
from autograd.functions.activation import celu, celu_, relu, relu_, selu, selu_, sigmoid, sigmoid_, tanh, tanh_
from autograd.functions.arithmetic import add, div, floor_divide, maximum, minimum, mul, pow, remainder, rsub, sub
from autograd.functions.baddbmm import baddbmm
from autograd.functions.bilinear import bilinear
from autograd.functions.cdist import cdist
from autograd.functions.choice import clamp, clamp_max, clamp_min, masked_fill, where
from autograd.functions.comparison import (
    allclose,
    bitwise_and,
    bitwise_not,
    bitwise_or,
    bitwise_xor,
    eq,
    equal,
    ge,
    gt,
    is_nonzero,
    is_same_size,
    isclose,
    isfinite,
    isinf,
    isnan,
    isneginf,
    isposinf,
    isreal,
    le,
    logical_and,
    logical_not,
    logical_or,
    logical_xor,
    lt,
    ne,
    signbit,
)
from autograd.functions.convolution import conv1d, conv2d, conv3d, conv_transpose1d, conv_transpose2d, conv_transpose3d
from autograd.functions.counting import (
    argwhere,
    bincount,
    bucketize,
    histc,
    histogram,
    isin,
    nonzero,
    searchsorted,
    unique,
    unique_consecutive,
    unravel_index,
)
from autograd.functions.cumulative import cummax, cummin, cumprod, cumulative_trapezoid, diff, logcumsumexp, trapezoid
from autograd.functions.decompositions import (
    cholesky_inverse,
    cholesky_solve,
    det,
    logdet,
    matrix_exp,
    matrix_power,
)
from autograd.functions.decompositions import inv as inverse
from autograd.functions.decompositions import pinv as pinverse
from autograd.functions.diagonals import (
    diag,
    diag_embed,
    diagflat,
    diagonal,
    diagonal_scatter,
    trace,
    tril_indices,
    triu_indices,
)
from autograd.functions.distance import cosine_similarity, pairwise_distance, pdist
from autograd.functions.elementwise import (
    abs,
    ceil,
    clone,
    cos,
    exp,
    expm1,
    floor,
    log,
    log1p,
    log2,
    log10,
    neg,
    positive,
    reciprocal,
    round,
    rsqrt,
    sgn,
    sign,
    sin,
    sqrt,
    square,
    tan,
    trunc,
)
from autograd.functions.gamma import digamma, lgamma, mvlgamma, polygamma
from autograd.functions.gathering import (
    gather,
    index_add,
    index_copy,
    index_fill,
    index_select,
    masked_scatter,
    masked_select,
    put,
    scatter,
    scatter_add,
    take,
    take_along_dim,
)
from autograd.functions.gating import prelu, rrelu, rrelu_
from autograd.functions.grids import block_diag, cartesian_prod, combinations, meshgrid, vander
from autograd.functions.indexing import index_put, index_put_, narrow, select, select_scatter, slice_scatter
from autograd.functions.joining import (
    cat,
    chunk,
    column_stack,
    dsplit,
    dstack,
    hsplit,
    hstack,
    repeat_interleave,
    split,
    split_with_sizes,
    stack,
    tensor_split,
    tile,
    unbind,
    vsplit,
    vstack,
)
from autograd.functions.linalg import addbmm, addmm, addmv, addr, bmm, dot, einsum, matmul, mm, mv, outer
from autograd.functions.older import cholesky, qr, svd
from autograd.functions.pairs import (
    addcdiv,
    addcmul,
    atan2,
    bitwise_left_shift,
    bitwise_right_shift,
    copysign,
    float_power,
    fmax,
    fmin,
    fmod,
    frexp,
    gcd,
    heaviside,
    hypot,
    lcm,
    ldexp,
    lerp,
    logaddexp,
    logaddexp2,
    nextafter,
)
from autograd.functions.piecewise import hardshrink, threshold, threshold_
from autograd.functions.products import chain_matmul, cross, inner, kron, tensordot, vdot
from autograd.functions.reduction import (
    all,
    amax,
    amin,
    any,
    count_nonzero,
    cumsum,
    logsumexp,
    mean,
    norm,
    prod,
    std,
    sum,
    var,
)
from autograd.functions.scattering import index_reduce, scatter_reduce
from autograd.functions.selection import (
    aminmax,
    argmax,
    argmin,
    argsort,
    kthvalue,
    max,
    median,
    min,
    msort,
    nanmedian,
    sort,
    topk,
)
from autograd.functions.shape import (
    adjoint,
    atleast_1d,
    atleast_2d,
    atleast_3d,
    broadcast_shapes,
    broadcast_tensors,
    broadcast_to,
    flatten,
    flip,
    fliplr,
    flipud,
    movedim,
    permute,
    ravel,
    reshape,
    roll,
    rot90,
    squeeze,
    t,
    transpose,
    tril,
    triu,
    unflatten,
    unsqueeze,
)
from autograd.functions.smooth import (
    acos,
    acosh,
    asin,
    asinh,
    atan,
    atanh,
    cosh,
    deg2rad,
    erfc,
    erfinv,
    exp2,
    frac,
    i0,
    logit,
    nan_to_num,
    rad2deg,
    sinc,
    sinh,
)
from autograd.functions.softmax import log_softmax, softmax
from autograd.functions.special import erf, xlogy
from autograd.functions.statistics import (
    corrcoef,
    cov,
    dist,
    nanmean,
    nanquantile,
    nansum,
    quantile,
    renorm,
    std_mean,
    var_mean,
)
from autograd.functions.strides import as_strided
from autograd.mode import (
    enable_grad,
    inference_mode,
    is_grad_enabled,
    is_inference_mode_enabled,
    no_grad,
    set_grad_enabled,
)
from autograd.printing import set_printoptions
from autograd.random import (
    Generator,
    bernoulli,
    binomial,
    default_generator,
    get_rng_state,
    initial_seed,
    manual_seed,
    multinomial,
    normal,
    poisson,
    rand,
    rand_like,
    randint,
    randint_like,
    randn,
    randn_like,
    randperm,
    seed,
    set_rng_state,
)
from autograd.saving import load, save
from autograd.tensor import Size, Tensor

absolute = abs
arccos, arcsin, arctan, arctan2 = acos, asin, atan, atan2
arccosh, arcsinh, arctanh = acosh, asinh, atanh
fix, ger, trapz = trunc, outer, trapezoid
moveaxis = movedim
row_stack = vstack
clip = clamp
concat = concatenate = cat
divide = true_divide = div
multiply = mul
negative = neg
subtract = sub
swapaxes = swapdims = transpose
greater, less, greater_equal, less_equal, not_equal = gt, lt, ge, le, ne

# A graph is thousands of small objects without a cycle, which reference counting frees; looking for cycles after every
# 700 of them costs a step of small ops a tenth of its time.
if _gc.get_threshold()[0] == 700:
    _gc.set_threshold(20_000, 10, 10)

_memory.keep()

newaxis = None
strided = "torch.strided"

__version__ = "2.13.0+backplay"


from autograd import amp, data, func, linalg, nn, optim, special, testing
from autograd import gradients as autograd
from autograd import hardware as _hardware
from autograd import random as random
from autograd.amp import autocast, is_autocast_enabled
from autograd.func import vmap
from autograd.linalg import slogdet

__version__, version, xpu = _hardware.VERSION, _hardware.version, _hardware.xpu
cuda, backends, accelerator, mps = _hardware.cuda, _hardware.backends, _hardware.accelerator, _hardware.mps
get_num_threads, set_num_threads = _hardware.get_num_threads, _hardware.set_num_threads
compile, use_deterministic_algorithms = _hardware.compile, _hardware.use_deterministic_algorithms
set_default_device, get_default_device = _hardware.set_default_device, _hardware.get_default_device
set_float32_matmul_precision = _hardware.set_float32_matmul_precision


# PyTorch has these in place as functions too.
for _line in (
    "abs acos acosh arccos arccosh arcsin arcsinh arctan arctanh asin asinh atan atanh ceil clamp clamp_max clamp_min",
    "clip cos cosh deg2rad erf erfc exp exp2 expm1 fix floor frac gcd i0 lcm ldexp log log10 log1p log2 logit",
    "nan_to_num neg negative rad2deg reciprocal relu round rsqrt sigmoid sin sinc sinh sqrt square tan tanh trunc",
):
    for _name in _line.split():
        globals()[_name + "_"] = getattr(Tensor, _name + "_")
fill_, zero_, detach = Tensor.fill_, Tensor.zero_, Tensor.detach


def __getattr__(name: str) -> Any:
    from autograd.missing import explain

    if name == "distributions":
        # Some forty modules, of which most scripts need none.
        from importlib import import_module

        return import_module("autograd.distributions")

    raise AttributeError(explain("torch", name))
