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
    full,
    full_like,
    is_floating_point,
    is_tensor,
    linspace,
    logspace,
    numel,
    ones,
    ones_like,
    result_type,
    scalar_tensor,
    tensor,
    zeros,
    zeros_like,
)
from autograd.devices import device
from autograd.dtypes import (
    bool,
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
    set_default_dtype,
    short,
    uint8,
)
from autograd.functions.activation import erf, log_softmax, relu, sigmoid, softmax, tanh
from autograd.functions.arithmetic import (
    add,
    div,
    floor_divide,
    maximum,
    minimum,
    mul,
    pow,
    remainder,
    rsub,
    sub,
)
from autograd.functions.choice import (
    clamp,
    masked_fill,
    where,
)
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
    isclose,
    isfinite,
    isinf,
    isnan,
    le,
    logical_and,
    logical_not,
    logical_or,
    logical_xor,
    lt,
    ne,
)
from autograd.functions.convolution import (
    conv1d,
    conv2d,
    conv3d,
    conv_transpose1d,
    conv_transpose2d,
    conv_transpose3d,
)
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
from autograd.functions.elementwise import (
    abs,
    ceil,
    clone,
    cos,
    exp,
    expm1,
    floor,
    lerp,
    log,
    log1p,
    log2,
    log10,
    neg,
    reciprocal,
    round,
    rsqrt,
    sign,
    sin,
    sqrt,
    square,
    tan,
    trunc,
)
from autograd.functions.gamma import digamma, lgamma, mvlgamma, polygamma
from autograd.functions.indexing import (
    bincount,
    gather,
    index_select,
    masked_select,
    narrow,
    nonzero,
    scatter,
    scatter_add,
    select,
    take,
    unique,
)
from autograd.functions.joining import (
    cat,
    chunk,
    repeat_interleave,
    split,
    stack,
    tile,
    unbind,
)
from autograd.functions.linalg import (
    addbmm,
    addmm,
    addmv,
    addr,
    baddbmm,
    bmm,
    dot,
    einsum,
    matmul,
    mm,
    mv,
    outer,
)
from autograd.functions.loss import cosine_similarity
from autograd.functions.older import cholesky, qr, svd
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
from autograd.functions.selection import (
    argmax,
    argmin,
    argsort,
    max,
    median,
    min,
    sort,
    topk,
)
from autograd.functions.shape import (
    atleast_1d,
    broadcast_to,
    diag,
    diagonal,
    flatten,
    flip,
    meshgrid,
    movedim,
    permute,
    reshape,
    roll,
    squeeze,
    t,
    transpose,
    tril,
    triu,
    unflatten,
    unsqueeze,
)
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
ger = outer
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

from autograd import data, func, linalg, nn, optim
from autograd import gradients as autograd
from autograd import hardware as _hardware
from autograd import random as random
from autograd.func import vmap
from autograd.linalg import slogdet

cuda, backends, accelerator, mps = _hardware.cuda, _hardware.backends, _hardware.accelerator, _hardware.mps
get_num_threads, set_num_threads = _hardware.get_num_threads, _hardware.set_num_threads
compile, use_deterministic_algorithms = _hardware.compile, _hardware.use_deterministic_algorithms
set_default_device, get_default_device = _hardware.set_default_device, _hardware.get_default_device
set_float32_matmul_precision = _hardware.set_float32_matmul_precision


def __getattr__(name: str) -> Any:
    from autograd.missing import explain

    if name == "distributions":
        # Some forty modules, of which most scripts need none.
        from importlib import import_module

        return import_module("autograd.distributions")

    raise AttributeError(explain("torch", name))
