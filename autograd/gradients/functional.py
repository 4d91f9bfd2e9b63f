"""`torch.autograd.functional`: Jacobians, Hessians and products with them, of a function of tensors."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from autograd import engine, mode
from autograd.functions.joining import stack
from autograd.functions.shape import view_as
from autograd.tensor import Tensor, wrap

__all__ = ["hessian", "hvp", "jacobian", "jvp", "vhp", "vjp"]

Tensors = Tensor | tuple[Tensor, ...]


def _tuple(value: Any, name: str, arg: str) -> tuple[bool, tuple[Tensor, ...]]:
    """Whether `value` was a tuple, and it as one. TypeError for anything but tensors."""
    is_tuple = isinstance(value, (tuple, list))
    found = tuple(value) if is_tuple else (value,)
    for i, t in enumerate(found):
        if not isinstance(t, Tensor):
            where = f" at index {i}" if is_tuple else ""
            raise TypeError(
                f"The {arg} given to {name} must be either a Tensor or a tuple of Tensors but the value{where} has "
                f"type {type(t)}."
            )
    return is_tuple, found


def _own(inputs: Sequence[Tensor], create_graph: bool) -> tuple[Tensor, ...]:
    """The inputs to differentiate by: with `create_graph` still part of the graph they are in."""
    return tuple([view_as(t, t) if create_graph else t.detach().requires_grad_() for t in inputs])


def _tell(outputs: Sequence[Tensor], inputs: Sequence[Tensor], strict: bool, name: str) -> None:
    if strict and not any(t._requires_grad for t in inputs):
        raise RuntimeError(
            "The inputs do not require gradients, so their derivatives cannot be part of a graph in strict mode: call "
            f"requires_grad_() on them, or {name} without create_graph."
        )
    for i, t in enumerate(outputs):
        if strict and not t._requires_grad:
            raise RuntimeError(
                f"Output {i} of the user-provided function does not require gradients. The outputs must be computed in "
                "a differentiable manner from the input when running in strict mode."
            )


def _gradients(
    outputs: Sequence[Tensor],
    inputs: Sequence[Tensor],
    seeds: Sequence[Tensor | None] | None,
    create_graph: bool,
    strict: bool = False,
) -> tuple[Tensor, ...]:
    """As `autograd.grad`; zeros for an input that the outputs do not depend on, which `strict` refuses."""
    seeds = seeds or [None] * len(outputs)
    live = [(o, s) for o, s in zip(outputs, seeds, strict=True) if o._requires_grad]
    wanted = [t for t in inputs if t._requires_grad]
    found: dict[int, Tensor | None] = {}
    if live and wanted:
        grads = engine.grad([o for o, _ in live], [s for _, s in live], wanted, True, create_graph, True, False)
        found = {id(t): g for t, g in zip(wanted, grads, strict=True)}
    result = []
    for i, t in enumerate(inputs):
        gradient = found.get(id(t))
        if gradient is None and strict:
            raise RuntimeError(
                f"The output of the user-provided function is independent of input {i}. This is not allowed in strict "
                "mode."
            )
        if strict and create_graph and gradient is not None and not gradient._requires_grad:
            raise RuntimeError(
                f"The jacobian of the user-provided function with respect to input {i} is independent of the input. "
                "This is not allowed in strict mode when create_graph=True."
            )
        result.append(wrap(np.zeros_like(t._array)) if gradient is None else gradient)
    return tuple(result)


def _finished(values: Sequence[Tensor], create_graph: bool) -> tuple[Tensor, ...]:
    return tuple(values) if create_graph else tuple([t.detach() for t in values])


def _form(values: tuple[Any, ...], is_tuple: bool) -> Any:
    return values if is_tuple else values[0]


def jacobian(
    func: Callable[..., Any],
    inputs: Any,
    create_graph: bool = False,
    strict: bool = False,
    vectorize: bool = False,
    strategy: str = "reverse-mode",
) -> Any:
    """The Jacobian of `func(*inputs)`: of each output (outermost tuple, where it is one) by each input.

    Each has the shape of the output followed by that of the input. One backward pass for each element of the output;
    `vectorize` and `strategy` say in PyTorch how they are run, and give the same numbers. RuntimeError with `strict`
    where an output does not depend on an input.
    """
    if strategy not in ("forward-mode", "reverse-mode"):
        raise AssertionError('Expected strategy to be either "forward-mode" or "reverse-mode".')
    if strategy == "forward-mode" and create_graph:
        raise NotImplementedError(
            "torch.autograd.functional.jacobian: `create_graph=True` and `strategy='forward-mode'` are not supported "
            "together (yet). Please either set `create_graph=False` or `strategy='reverse-mode'`."
        )
    if strict and vectorize:
        raise RuntimeError("torch.autograd.functional.jacobian: `strict=True` and `vectorized=True` are not supported "
                           "together. Please either set `strict=False` or `vectorize=False`.")  # fmt: skip
    with mode.enable_grad():
        of_tuple, given = _tuple(inputs, "jacobian", "inputs")
        given = _own(given, create_graph)
        out_tuple, outputs = _tuple(func(*given), "jacobian", "outputs of the user-provided function")
        _tell(outputs, given, strict, "jacobian")
        rows = []
        for output in outputs:
            columns: list[tuple[Tensor, ...]] = []
            for place in range(output._array.size):
                seed = np.zeros(output._array.size, output._array.dtype)
                seed[place] = 1
                start = wrap(seed.reshape(output._array.shape))
                columns.append(_gradients([output], given, [start], create_graph, strict))
            made = []
            for i, t in enumerate(given):
                shape = (*output._array.shape, *t._array.shape)
                parts = [c[i] for c in columns]
                made.append(stack(parts).reshape(shape) if parts else wrap(np.zeros(shape, t._array.dtype)))
            rows.append(_form(_finished(made, create_graph), of_tuple))
    return _form(tuple(rows), out_tuple)


def _single(output: Any, name: str) -> Tensor:
    """The one output of one element that a Hessian needs."""
    is_tuple, outputs = _tuple(output, name, "outputs of the user-provided function")
    if is_tuple or not isinstance(output, Tensor):
        raise RuntimeError(f"The function given to {name} should return a single Tensor")
    if output._array.size != 1:
        raise RuntimeError(f"The Tensor returned by the function given to {name} should contain a single element")
    return outputs[0].reshape(())


def hessian(
    func: Callable[..., Any],
    inputs: Any,
    create_graph: bool = False,
    strict: bool = False,
    vectorize: bool = False,
    outer_jacobian_strategy: str = "reverse-mode",
) -> Any:
    """The second derivatives of `func(*inputs)`, one number: by each input (row) and each input again (column)."""
    is_tuple, given = _tuple(inputs, "hessian", "inputs")
    if outer_jacobian_strategy not in ("forward-mode", "reverse-mode"):
        raise AssertionError('Expected strategy to be either "forward-mode" or "reverse-mode".')

    def slopes(*arguments: Tensor) -> tuple[Tensor, ...]:
        output = _single(func(*arguments), "hessian")
        _tell([output], arguments, strict, "hessian")
        return _gradients([output], arguments, None, True, strict)

    found = jacobian(slopes, given, create_graph, strict, vectorize)
    return found if is_tuple else found[0][0]


def _vector(v: Any, like: Sequence[Tensor], name: str, what: str) -> tuple[Tensor, ...]:
    """The tensors of `v`, which has the form of `like`; ones where there is none and `like` is one number."""
    if v is None:
        if len(like) != 1 or like[0]._array.size != 1:
            raise RuntimeError(f"The vector v can only be None if {what} is a single Tensor with a single element.")
        return (wrap(np.ones_like(like[0]._array)),)
    _, found = _tuple(v, name, "v")
    if len(found) != len(like):
        raise RuntimeError(f"v is a tuple of invalid length: should be {len(like)} but got {len(found)}.")
    for i, (a, b) in enumerate(zip(found, like, strict=True)):
        if a._array.shape != b._array.shape:
            prefix = f"Entry {i} in " if len(like) > 1 else ""
            raise RuntimeError(f"{prefix}v has invalid size: should be {b.shape} but got {a.shape}.")
    return found


def vjp(
    func: Callable[..., Any], inputs: Any, v: Any = None, create_graph: bool = False, strict: bool = False
) -> tuple[Any, Any]:
    """`func(*inputs)`, and `v` (of the form of the output) times its Jacobian."""
    with mode.enable_grad():
        in_tuple, given = _tuple(inputs, "vjp", "inputs")
        given = _own(given, create_graph)
        out_tuple, outputs = _tuple(func(*given), "vjp", "outputs of the user-provided function")
        _tell(outputs, given, strict, "vjp")
        seeds = _vector(v, outputs, "vjp", "the user-provided function's output")
        found = _gradients(outputs, given, seeds, create_graph, strict)
    return (
        _form(_finished(outputs, create_graph), out_tuple),
        _form(_finished(found, create_graph), in_tuple),
    )


def jvp(
    func: Callable[..., Any], inputs: Any, v: Any = None, create_graph: bool = False, strict: bool = False
) -> tuple[Any, Any]:
    """`func(*inputs)`, and its Jacobian times `v` (of the form of the inputs), by a backward through a backward."""
    with mode.enable_grad():
        _, given = _tuple(inputs, "jvp", "inputs")
        vectors = _vector(v, given, "jvp", "the input to the user-provided function")
        given = _own(given, create_graph)
        out_tuple, outputs = _tuple(func(*given), "jvp", "outputs of the user-provided function")
        _tell(outputs, given, strict, "jvp")
        dummies = [wrap(np.zeros_like(t._array)).requires_grad_() for t in outputs]
        backward = _gradients(outputs, given, dummies, True, strict)
        found = _gradients(backward, dummies, vectors, create_graph)
    return (
        _form(_finished(outputs, create_graph), out_tuple),
        _form(_finished(found, create_graph), out_tuple),
    )


def _second(
    func: Callable[..., Any], inputs: Any, v: Any, create_graph: bool, strict: bool, name: str
) -> tuple[Any, Any]:
    """The value and the product of the Hessian, which is symmetric, with `v`."""
    with mode.enable_grad():
        in_tuple, given = _tuple(inputs, name, "inputs")
        vectors = _vector(v, given, name, "the input to the user-provided function")
        given = _own(given, create_graph)
        raw = func(*given)
        output = _single(raw, name)
        _tell([output], given, strict, name)
        slopes = _gradients([output], given, None, True, strict)
        found = _gradients(slopes, given, vectors, create_graph, strict)
    return _finished([raw], create_graph)[0], _form(_finished(found, create_graph), in_tuple)


def vhp(
    func: Callable[..., Any], inputs: Any, v: Any = None, create_graph: bool = False, strict: bool = False
) -> tuple[Any, Any]:
    """`func(*inputs)`, one number, and `v` (of the form of the inputs) times its Hessian."""
    return _second(func, inputs, v, create_graph, strict, "vhp")


def hvp(
    func: Callable[..., Any], inputs: Any, v: Any = None, create_graph: bool = False, strict: bool = False
) -> tuple[Any, Any]:
    """`func(*inputs)`, one number, and its Hessian times `v` (of the form of the inputs)."""
    return _second(func, inputs, v, create_graph, strict, "hvp")
