"""`gradcheck` and `gradgradcheck`: derivatives by backward against those by small steps."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from autograd import dtypes, engine, mode
from autograd.function import Array
from autograd.tensor import Tensor, wrap

__all__ = ["GradcheckError", "gradcheck", "gradgradcheck"]


class GradcheckError(RuntimeError):
    """The two derivatives differ, or backward is not what it should be."""


def _tuple(value: Any) -> tuple[Any, ...]:
    return tuple(value) if isinstance(value, (tuple, list)) else (value,)


def _outputs(func: Callable[..., Any], inputs: tuple[Any, ...]) -> list[Tensor]:
    """The outputs of `func` that can be differentiated."""
    return [t for t in _tuple(func(*inputs)) if isinstance(t, Tensor) and t._array.dtype.kind == "f"]


def _differentiable(inputs: tuple[Any, ...]) -> list[Tensor]:
    found = [t for t in inputs if isinstance(t, Tensor) and t._requires_grad]
    if not found:
        raise ValueError(
            "gradcheck expects at least one input tensor to require gradient, but none of the them have "
            "requires_grad=True."
        )
    for i, t in enumerate(inputs):
        if isinstance(t, Tensor) and t._requires_grad:
            if t.dtype is not dtypes.float64:
                warnings.warn(
                    f"Input #{i} requires gradient and is not a double precision floating point or complex. This check "
                    "will likely fail if all the inputs are not of double precision floating point or complex. ",
                    stacklevel=4,
                )
            if any(step == 0 and n > 1 for n, step in zip(t._array.shape, t._array.strides, strict=True)):
                raise RuntimeError(
                    f"The {i}th input has a dimension with stride 0. gradcheck only supports inputs that are "
                    "non-overlapping to be able to compute the numerical gradients correctly. You should call "
                    ".contiguous on the input before passing it to gradcheck."
                )
            t.retain_grad()
    return found


def _gradients(output: Tensor, inputs: Sequence[Tensor], seed: Array) -> list[Array | None]:
    found = engine.grad([output], [wrap(seed)], inputs, True, False, True, False)
    return [None if g is None else g._array for g in found]


def _moved(func: Callable[..., Any], inputs: tuple[Any, ...], t: Tensor, change: Array) -> list[Array]:
    """What `func` gives where `t` is changed; its memory holds its own numbers again afterwards."""
    array, kept = t._array, t._array.copy()
    array[...] = kept + change
    try:
        with mode.no_grad():
            return [o._array.copy() for o in _outputs(func, inputs)]
    finally:
        array[...] = kept


def _slopes(func: Callable[..., Any], inputs: tuple[Any, ...], t: Tensor, way: Array, eps: float) -> list[Array]:
    """The derivative of every output where `t` goes along `way`, by a step of `eps` either way."""
    up, down = _moved(func, inputs, t, eps * way), _moved(func, inputs, t, -eps * way)
    return [(a - b) / (2 * eps) for a, b in zip(up, down, strict=True)]


def _same(analytical: Any, numerical: Any, atol: float, rtol: float) -> bool:
    return bool(np.allclose(analytical, numerical, rtol, atol, equal_nan=True))


def _mismatch(numerical: Array, analytical: Array, output: int, input: int) -> str:
    return (
        f"Jacobian mismatch for output {output} with respect to input {input},\n"
        f"numerical:{wrap(numerical)!r}\nanalytical:{wrap(analytical)!r}\n"
    )


def _check_fully(
    func: Callable[..., Any], inputs: tuple[Any, ...], wanted: list[Tensor], eps: float, atol: float, rtol: float
) -> None:
    """Every element of every Jacobian (rows: elements of the input, as PyTorch prints them)."""
    outputs = _outputs(func, inputs)
    for i, t in enumerate(wanted):
        numeric = [np.zeros((t._array.size, o._array.size)) for o in outputs]
        for place in range(t._array.size):
            way = np.zeros(t._array.size, t._array.dtype)
            way[place] = 1
            for jacobian, slope in zip(
                numeric, _slopes(func, inputs, t, way.reshape(t._array.shape), eps), strict=True
            ):
                jacobian[place] = slope.reshape(-1)
        for k, output in enumerate(outputs):
            exact = np.zeros_like(numeric[k])
            for place in range(output._array.size if output._requires_grad else 0):
                seed = np.zeros(output._array.size, output._array.dtype)
                seed[place] = 1
                (share,) = _gradients(output, [t], seed.reshape(output._array.shape))
                if share is not None:
                    exact[:, place] = share.reshape(-1)
            if not _same(exact, numeric[k], atol, rtol):
                raise GradcheckError(_mismatch(numeric[k], exact, k, i))


def _check_fast(
    func: Callable[..., Any], inputs: tuple[Any, ...], wanted: list[Tensor], eps: float, atol: float, rtol: float
) -> None:
    """One number for each Jacobian: its product with a random vector at either side."""
    rng = np.random.default_rng(0)
    outputs = _outputs(func, inputs)
    for i, t in enumerate(wanted):
        way = rng.standard_normal(t._array.shape)
        way /= np.linalg.norm(way) or 1.0
        slopes = _slopes(func, inputs, t, way.astype(t._array.dtype), eps)
        for k, output in enumerate(outputs):
            weights = rng.uniform(size=output._array.shape).astype(output._array.dtype)
            share = _gradients(output, [t], weights)[0] if output._requires_grad else None
            exact = 0.0 if share is None else float((share * way).sum())
            numeric = float((slopes[k] * weights).sum())
            # A sum of so many differences may differ by as much more.
            if not _same(exact, numeric, atol * float(weights.sum() or 1), rtol):
                raise GradcheckError(
                    _mismatch(np.array(numeric), np.array(exact), k, i)
                    + "\nThe above quantities relating the numerical and analytical jacobians are computed in fast "
                    "mode; run without fast_mode to see the whole of them."
                )


def _check_repeats(func: Callable[..., Any], inputs: tuple[Any, ...], wanted: list[Tensor], tolerance: float) -> None:
    """Backward twice gives the same."""
    for output in _outputs(func, inputs):
        if not output._requires_grad:
            continue
        seed = np.random.default_rng(1).standard_normal(output._array.shape).astype(output._array.dtype)
        first, second = _gradients(output, wanted, seed), _gradients(output, wanted, seed)
        for a, b in zip(first, second, strict=True):
            if a is not None and b is not None and a.size and np.abs(a - b).max() > tolerance:
                raise GradcheckError(
                    "Backward is not reentrant, i.e., running backward with same input and grad_output multiple times "
                    "gives different values, although analytical gradient matches numerical gradient. The tolerance "
                    f"for nondeterminism was {tolerance}."
                )


def _check_forms(func: Callable[..., Any], inputs: tuple[Any, ...], wanted: list[Tensor], dtypes_too: bool) -> None:
    """A gradient of zeros gives zeros, of the shape and type of the input."""
    for output in _outputs(func, inputs):
        if not output._requires_grad:
            continue
        for t, share in zip(wanted, _gradients(output, wanted, np.zeros_like(output._array)), strict=True):
            if share is None:
                continue
            if share.shape != t._array.shape:
                raise GradcheckError("grad is incorrect size")
            if dtypes_too and share.dtype != t._array.dtype:
                raise GradcheckError("grad is incorrect type")
            if np.any(share):
                raise GradcheckError("backward not multiplied by grad_output")


def gradcheck(
    func: Callable[..., Any],
    inputs: Any,
    *,
    eps: float = 1e-6,
    atol: float = 1e-5,
    rtol: float = 1e-3,
    raise_exception: bool = True,
    nondet_tol: float = 0.0,
    check_undefined_grad: bool = True,
    check_grad_dtypes: bool = False,
    check_batched_grad: bool = False,
    check_batched_forward_grad: bool = False,
    check_forward_ad: bool = False,
    check_backward_ad: bool = True,
    fast_mode: bool = False,
    masked: bool | None = None,
) -> bool:
    """Whether the gradients of `func(*inputs)` agree with small steps of `eps` up to `atol + rtol · |numerical|`.

    GradcheckError where they do not, or False without `raise_exception`. Inputs that require a gradient should be
    float64. `nondet_tol`: how far two backwards may be apart. `fast_mode` compares one random projection of each
    Jacobian. Checks of a batched, an undefined or a forward-mode gradient have nothing to check here.
    """
    if check_forward_ad:
        raise NotImplementedError("gradcheck(check_forward_ad=True): there is no forward mode; check backward only")
    given = _tuple(inputs)
    try:
        wanted = _differentiable(given)
        outputs = _outputs(func, given)
        if not any(o._requires_grad for o in outputs):
            for i, t in enumerate(wanted):
                for slope in _slopes(func, given, t, np.ones_like(t._array), eps):
                    if np.any(slope):
                        raise GradcheckError(f"Numerical gradient for function expected to be zero (input {i})")
            return True
        if check_backward_ad:
            (_check_fast if fast_mode else _check_fully)(func, given, wanted, eps, atol, rtol)
            _check_repeats(func, given, wanted, nondet_tol)
            _check_forms(func, given, wanted, check_grad_dtypes)
    except GradcheckError:
        if raise_exception:
            raise
        return False
    return True


def gradgradcheck(
    func: Callable[..., Any],
    inputs: Any,
    grad_outputs: Any = None,
    *,
    eps: float = 1e-6,
    atol: float = 1e-5,
    rtol: float = 1e-3,
    gen_non_contig_grad_outputs: bool = False,
    raise_exception: bool = True,
    nondet_tol: float = 0.0,
    check_undefined_grad: bool = True,
    check_grad_dtypes: bool = False,
    check_batched_grad: bool = False,
    check_fwd_over_rev: bool = False,
    check_rev_over_rev: bool = True,
    fast_mode: bool = False,
    masked: bool = False,
) -> bool:
    """`gradcheck` of the gradients of `func`, by its inputs and by `grad_outputs` (drawn at random where not given)."""
    if check_fwd_over_rev:
        raise NotImplementedError("gradgradcheck(check_fwd_over_rev=True): there is no forward mode; leave it out")
    given = _tuple(inputs)
    if grad_outputs is None:
        rng = np.random.default_rng(2)
        seeds = []
        for output in _outputs(func, given):
            drawn = rng.uniform(-1, 1, (*output._array.shape, 2)).astype(output._array.dtype)
            array = drawn[..., 0] if gen_non_contig_grad_outputs else drawn[..., 0].copy()
            seeds.append(wrap(array).requires_grad_())
        starts: tuple[Any, ...] = tuple(seeds)
    else:
        starts = _tuple(grad_outputs)
    count = len(starts)

    def slopes(*both: Any) -> tuple[Tensor, ...]:
        arguments, weights = both[: len(both) - count], both[len(both) - count :]
        with mode.enable_grad():
            arguments = tuple([
                t if not isinstance(t, Tensor) or t._requires_grad or not o._requires_grad else t.requires_grad_()
                for t, o in zip(arguments, given, strict=True)
            ])  # fmt: skip
            pairs = [(o, w) for o, w in zip(_outputs(func, arguments), weights, strict=True) if o._requires_grad]
            wanted = [t for t in arguments if isinstance(t, Tensor) and t._requires_grad]
            found = engine.grad([o for o, _ in pairs], [w for _, w in pairs], wanted, True, True, True, False)
        return tuple([g for g in found if g is not None])

    return gradcheck(
        slopes,
        given + starts,
        eps=eps,
        atol=atol,
        rtol=rtol,
        raise_exception=raise_exception,
        nondet_tol=nondet_tol,
        check_grad_dtypes=check_grad_dtypes,
        fast_mode=fast_mode,
    )
