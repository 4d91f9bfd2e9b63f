"""Functions of functions: derivatives (`grad`, `vjp`, `jvp`, `jacrev`, `hessian`, …), each of which can be nested.

Each call differentiates by the graph that the function makes, with the inputs as leaves of its own. What it returns
belongs to a graph only where something outside does: an input of an enclosing transform, or a tensor that the function
closes over and that requires a gradient. There is no forward mode here: `jvp` is the derivative of a backward pass, and
`jacfwd` goes row by row as `jacrev` does; the numbers are the same.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np

from autograd import engine, mode
from autograd.func.trees import flatten, map_leaves
from autograd.functions.joining import stack
from autograd.functions.shape import view_as
from autograd.tensor import Tensor, wrap

Argnums = int | tuple[int, ...]


class _Level:
    """One transform at work: its inputs, and whether the graph outside is being built."""

    def __init__(self) -> None:
        self.outside = mode.grad
        self.own: set[int] = set()

    def enter(self, tree: Any) -> tuple[Any, list[Tensor]]:
        """The tree with its tensors as inputs to differentiate by, and these."""
        leaves, build = flatten(tree)
        made = [self.input(t) if isinstance(t, Tensor) else t for t in leaves]
        return build(made), [t for t in made if isinstance(t, Tensor)]

    def input(self, t: Tensor) -> Tensor:
        """`t` to differentiate by; it stays a part of the graph it is in."""
        if t._requires_grad and self.outside:
            return view_as(t, t)
        made = wrap(t._array)
        if t._array.dtype.kind == "f":
            made._requires_grad = True
            self.own.add(made.number)
        return made

    def leave(self, tree: Any) -> Any:
        """The results without a graph, where nothing but the inputs of this level would be reached by it."""
        return map_leaves(lambda t: self._result(t) if isinstance(t, Tensor) else t, tree)

    def _result(self, t: Tensor) -> Tensor:
        return t if not t._requires_grad or self.reaches_outside([t]) else wrap(t._array)

    def reaches_outside(self, tensors: Sequence[Tensor | None]) -> bool:
        """Whether the graph of one of the tensors has a leaf that is no input of this level."""
        stack_: list[Any] = [t._edge or t for t in tensors if t is not None and t._requires_grad]
        if not self.outside:
            return False
        seen = set()
        while stack_:
            edge = stack_.pop()
            if type(edge) is not tuple:
                if edge.number not in self.own:
                    return True
                continue
            if edge[0] not in seen:
                seen.add(edge[0])
                stack_ += [e for e in edge[0].edges if e is not None]
        return False


@contextmanager
def _level() -> Iterator[_Level]:
    level = _Level()
    with mode.enable_grad():
        yield level


def derivatives(
    outputs: Sequence[Tensor],
    inputs: Sequence[Tensor],
    seeds: Sequence[Tensor | None] | None = None,
    create_graph: bool = True,
) -> list[Tensor]:
    """The derivatives of the outputs by each input, part of the graph with `create_graph`; zeros where none."""
    wanted = [t for t in inputs if t._requires_grad]
    seeds = seeds or [None] * len(outputs)
    live = [(o, s) for o, s in zip(outputs, seeds, strict=True) if o._requires_grad]
    found: Any = iter(())
    if live and wanted:
        roots, starts = [o for o, _ in live], [s for _, s in live]
        found = iter(engine.grad(roots, starts, wanted, True, create_graph, True, True))
    zeros = [None if t._requires_grad and live else wrap(np.zeros_like(t._array)) for t in inputs]
    return [next(found) if z is None else z for z in zeros]


def _chosen(args: tuple[Any, ...], argnums: Argnums) -> list[int]:
    numbers = (argnums,) if isinstance(argnums, int) else tuple(argnums)
    if not numbers:
        raise RuntimeError("argnums must be non-empty")
    for n in numbers:
        if not -len(args) <= n < len(args):
            raise RuntimeError(f"Got argnum={n}, but only {len(args)} positional inputs")
    return [n % len(args) for n in numbers]


def _split(output: Any, has_aux: bool, name: str) -> tuple[Any, Any]:
    if not has_aux:
        return output, None
    if not (isinstance(output, tuple) and len(output) == 2):
        raise RuntimeError(
            f"{name}(f, *primals): output of function f should be a tuple: (output, aux) if has_aux is True"
        )
    return output


def grad_and_value(func: Callable[..., Any], argnums: Argnums = 0, has_aux: bool = False) -> Callable[..., Any]:
    """A function of the same arguments that returns (gradient, value), the value with `aux` where `has_aux`.

    The gradient is by the arguments `argnums` and has their form (tensors in nested tuples, lists, dicts). `func`
    returns one tensor of one element, or with `has_aux` (that tensor, anything).
    """

    @functools.wraps(func)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        chosen = _chosen(args, argnums)
        with _level() as level:
            given = list(args)
            inputs: list[Tensor] = []
            builds = []
            for n in chosen:
                given[n], found = level.enter(args[n])
                inputs += found
                builds.append((flatten(args[n])[1], len(found), len(flatten(args[n])[0])))
                if len(found) != builds[-1][2]:
                    raise ValueError("differentiable arguments must consist of tensors only")
            output, aux = _split(func(*given, **kwargs), has_aux, "grad_and_value")
            if not isinstance(output, Tensor):
                raise RuntimeError(
                    f"grad_and_value(f)(*args): Expected f(*args) to return a tensor, got {type(output)}"
                )
            if output.ndim:
                raise RuntimeError(
                    "grad_and_value(f)(*args): Expected f(*args) to return a scalar tensor, got tensor with "
                    f"{output.ndim} dims. Did you forget to sum over the outputs?"
                )
            slopes = derivatives([output], inputs, None, level.reaches_outside([output]))
            parts, at = [], 0
            for build, count, _ in builds:
                parts.append(build(slopes[at : at + count]))
                at += count
        gradient, value = level.leave((parts[0] if isinstance(argnums, int) else tuple(parts), output))
        return (gradient, (value, level.leave(aux))) if has_aux else (gradient, value)

    return wrapper


def grad(func: Callable[..., Any], argnums: Argnums = 0, has_aux: bool = False) -> Callable[..., Any]:
    """A function of the same arguments that returns the gradient of `func` (with `has_aux`: gradient and aux)."""
    both = grad_and_value(func, argnums, has_aux)

    @functools.wraps(func)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        gradient, value = both(*args, **kwargs)
        return (gradient, value[1]) if has_aux else gradient

    return wrapper


def _tensors(tree: Any, name: str) -> list[Tensor]:
    leaves = flatten(tree)[0]
    for t in leaves:
        if not isinstance(t, Tensor):
            raise RuntimeError(f"{name}: expected tensors only, got {type(t).__name__}")
    return leaves


def vjp(func: Callable[..., Any], *primals: Any, has_aux: bool = False) -> Any:
    """`func(*primals)` and a function from a cotangent (of the form of the output) to the vector-Jacobian product."""
    with _level() as level:
        given, inputs = level.enter(primals)
        if not primals:
            raise RuntimeError("vjp: expected at least one primal")
        _tensors(primals, "vjp(f, *primals)")
        output, aux = _split(func(*given), has_aux, "vjp")
        outputs = _tensors(output, "vjp(f, *primals): the output of f")
    build = flatten(primals)[1]

    def product(cotangents: Any, retain_graph: bool = True, create_graph: bool | None = None) -> Any:
        seeds = _tensors(cotangents, "vjp_fn(cotangents)")
        shapes = [tuple(t.shape) for t in outputs]
        if [tuple(t.shape) for t in seeds] != shapes:
            raise RuntimeError(
                f"Expected pytree structure of cotangents to be the same as pytree structure of outputs to the "
                f"function. cotangents: {[tuple(t.shape) for t in seeds]}, primal output: {shapes}"
            )
        level.outside = mode.grad
        with mode.enable_grad():
            found = build(derivatives(outputs, inputs, seeds, level.reaches_outside([*outputs, *seeds])))
        return level.leave(found)

    result = level.leave(output)
    return (result, product, level.leave(aux)) if has_aux else (result, product)


def linearize(func: Callable[..., Any], *primals: Any) -> tuple[Any, Callable[..., Any]]:
    """`func(*primals)` and a function from tangents to the Jacobian-vector product there."""
    if not primals:
        raise RuntimeError("linearize: expected at least one primal")
    with _level() as level:
        given, inputs = level.enter(primals)
        output = func(*given)
        outputs = _tensors(output, "linearize(f, *primals): the output of f")
        # The derivative of a backward pass by what it started from is the Jacobian again.
        dummies = [wrap(np.zeros_like(t._array)).requires_grad_() for t in outputs]
        level.own.update(d.number for d in dummies)
        backward = derivatives(outputs, inputs, dummies)
    build = flatten(output)[1]

    def product(*tangents: Any) -> Any:
        given_ = _tensors(tangents, "jvp_fn(*tangents)")
        if [t.shape for t in given_] != [t.shape for t in inputs]:
            raise RuntimeError("the tangents must have the shapes of the primals")
        with mode.enable_grad():
            found = derivatives(backward, dummies, given_, level.reaches_outside([*backward, *given_]))
        return level.leave(build(found))

    return level.leave(output), product


def jvp(
    func: Callable[..., Any], primals: Any, tangents: Any, *, strict: bool = False, has_aux: bool = False
) -> tuple[Any, ...]:
    """`func(*primals)` and its Jacobian times `tangents`, both tuples of as many tensors (or trees of them)."""
    if not isinstance(primals, tuple) or not isinstance(tangents, tuple):
        raise RuntimeError("jvp(f, primals, tangents): Expected primals and tangents to be tuples")
    if not primals or len(primals) != len(tangents):
        raise RuntimeError(
            "jvp(f, primals, tangents): Expected primals and tangents to have the same form and at least one tensor"
        )
    kept: list[Any] = []

    def without_aux(*args: Any) -> Any:
        output, aux = _split(func(*args), has_aux, "jvp")
        kept[:] = [aux]
        if strict and any(isinstance(t, Tensor) and not t._requires_grad for t in flatten(output)[0]):
            raise RuntimeError("jvp(f, primals, tangents): with strict=True every output must depend on the primals")
        return output

    output, product = linearize(without_aux, *primals)
    slope = product(*tangents)
    aux = map_leaves(lambda t: t.detach() if isinstance(t, Tensor) else t, kept[0]) if has_aux else None
    return (output, slope, aux) if has_aux else (output, slope)


def jacrev(
    func: Callable[..., Any],
    argnums: Argnums = 0,
    *,
    has_aux: bool = False,
    chunk_size: int | None = None,
    _preallocate_and_copy: bool = False,
) -> Callable[..., Any]:
    """A function that returns the Jacobian of `func` by the arguments `argnums`: output's shape, then the argument's.

    For an output in a tree the result is such a tree, of Jacobians. One backward pass runs for each element of the
    output; `chunk_size` says in PyTorch how many at a time and has no effect here.
    """
    if chunk_size is not None and chunk_size <= 0:
        raise ValueError("jacrev: `chunk_size` should be greater than 0.")

    @functools.wraps(func)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        chosen = _chosen(args, argnums)
        with _level() as level:
            given = list(args)
            inputs: list[Tensor] = []
            trees = []
            for n in chosen:
                given[n], found = level.enter(args[n])
                inputs += found
                trees.append(args[n])
            output, aux = _split(func(*given, **kwargs), has_aux, "jacrev")
            outputs, build = flatten(output)
            _tensors(output, "jacrev(f)(*args): the output of f")
            whole = flatten(trees[0] if isinstance(argnums, int) else tuple(trees))[1]
            result = build([whole(_rows(t, inputs, level.reaches_outside([t]))) for t in outputs])
        result = level.leave(result)
        return (result, level.leave(aux)) if has_aux else result

    return wrapper


def _rows(output: Tensor, inputs: Sequence[Tensor], create_graph: bool) -> list[Tensor]:
    """The Jacobian of one output by each input."""
    rows = []
    for place in range(output._array.size):
        seed = np.zeros(output._array.size, output._array.dtype)
        seed[place] = 1
        rows.append(derivatives([output], inputs, [wrap(seed.reshape(output._array.shape))], create_graph))
    jacobians = []
    for i, t in enumerate(inputs):
        shape = (*output._array.shape, *t._array.shape)
        if not rows:
            jacobians.append(wrap(np.zeros(shape, t._array.dtype)))
        else:
            jacobians.append(stack([row[i] for row in rows]).reshape(shape))
    return jacobians


def jacfwd(
    func: Callable[..., Any], argnums: Argnums = 0, has_aux: bool = False, *, randomness: str = "error"
) -> Callable[..., Any]:
    """As `jacrev`, whose numbers these are: there is no forward mode here."""
    return jacrev(func, argnums, has_aux=has_aux)


def hessian(func: Callable[..., Any], argnums: Argnums = 0) -> Callable[..., Any]:
    """A function that returns the second derivatives of `func` by the arguments `argnums`."""
    return jacfwd(jacrev(func, argnums), argnums)
