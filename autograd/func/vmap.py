"""`vmap`: a function of one example made one of a batch, by a loop over the examples."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from autograd import random
from autograd.func.trees import flatten, spread
from autograd.functions.indexing import select
from autograd.functions.joining import stack
from autograd.tensor import Tensor

Dims = Any  # an int, None, or a tree of them


def vmap(
    func: Callable[..., Any],
    in_dims: Dims = 0,
    out_dims: Dims = 0,
    randomness: str = "error",
    *,
    chunk_size: int | None = None,
) -> Callable[..., Any]:
    """A function that calls `func` on each slice of its arguments along `in_dims` and stacks the results at `out_dims`.

    `in_dims` is an int for all arguments, or one per argument: an int, None (given whole to each call), or a tree of
    these like the argument. Arguments by name are given whole. `randomness`: "error" refuses
    random numbers inside, "different" draws new ones for each slice, "same" gives all the same. `chunk_size` has no
    effect. ValueError for dimensions that do not fit or differ in size.
    """
    if randomness not in ("error", "different", "same"):
        raise RuntimeError(f"Only allowed values for randomness are 'error', 'different', or 'same'. Got {randomness}")
    if chunk_size is not None and chunk_size <= 0:
        raise ValueError(f"vmap: chunk_size should be None or greater than 0. (got {chunk_size})")

    @functools.wraps(func)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        size, given = _slices(in_dims, args)
        generator = random.default_generator
        before = None if randomness == "different" else generator.get_state()
        results = []
        for i in range(size):
            if randomness == "same" and before is not None:
                generator.set_state(before)
            results.append(func(*given(i), **kwargs))
        if randomness == "error" and before is not None and not before.equal(generator.get_state()):
            raise RuntimeError(
                "vmap: called random operation while in randomness error mode. Please either use the 'same' or "
                "'different' randomness flags on vmap or perform the randomness operation out of vmap"
            )
        return _stacked(results, out_dims)

    return wrapper


def _slices(in_dims: Dims, args: tuple[Any, ...]) -> tuple[int, Callable[[int], tuple[Any, ...]]]:
    """How many slices there are, and what gives the arguments of each."""
    if not isinstance(in_dims, (int, tuple, list)):
        raise ValueError(
            f"vmap(f, in_dims={in_dims}, ...)(<inputs>): expected `in_dims` to be int or a (potentially nested) tuple "
            f"matching the structure of inputs, got: {type(in_dims)}."
        )
    if not args:
        raise ValueError("vmap(f)(<inputs>): got no inputs. Maybe you forgot to add inputs, or you are trying to vmap "
                         "over a function with no inputs. The latter is unsupported.")  # fmt: skip
    leaves, build = flatten(args)
    dims = spread(tuple(in_dims) if isinstance(in_dims, list) else in_dims, args)
    if dims is None:
        raise ValueError(
            f"vmap(f, in_dims={in_dims}, ...)(<inputs>): in_dims is not compatible with the structure of inputs. "
            f"in_dims has structure {in_dims} but inputs has {len(args)} arguments"
        )
    sizes = []
    for i, (t, dim) in enumerate(zip(leaves, dims, strict=True)):
        if dim is None:
            continue
        if not isinstance(dim, int):
            raise ValueError(f"vmap(f, in_dims={in_dims}, ...)(<inputs>): Got in_dim={dim} for an input but in_dim "
                             "must be either an integer dimension or None.")  # fmt: skip
        if not isinstance(t, Tensor):
            raise ValueError(
                f"vmap(f, in_dims={in_dims}, ...)(<inputs>): Got in_dim={dim} for an input but the input is of type "
                f"{type(t)}. We cannot vmap over non-Tensor arguments, please use None as the respective in_dim"
            )
        if not -t.ndim <= dim < t.ndim:
            raise ValueError(
                f"vmap(f, in_dims={in_dims}, ...)(<inputs>): Got in_dim={dim} for some input, but that input is a "
                f"Tensor of dimensionality {t.ndim} so expected in_dim to satisfy -{t.ndim} <= in_dim < {t.ndim}."
            )
        dims[i] = dim % t.ndim
        sizes.append(t._array.shape[dim])
    if not sizes:
        raise ValueError(f"vmap(f, in_dims={in_dims}, ...)(<inputs>): at least one input must be mapped")
    if len(set(sizes)) > 1:
        raise ValueError(
            "vmap: Expected all tensors to have the same size in the mapped dimension, got sizes "
            f"{sizes} for the mapped dimension"
        )
    if not sizes[0]:
        raise ValueError("vmap: there is nothing to map over, the mapped dimension is of size 0")

    def call(i: int) -> tuple[Any, ...]:
        made: tuple[Any, ...] = build([t if d is None else select(t, d, i) for t, d in zip(leaves, dims, strict=True)])
        return made

    return sizes[0], call


def _stacked(results: list[Any], out_dims: Dims) -> Any:
    leaves, build = flatten(results[0])
    dims = spread(out_dims, results[0])
    if dims is None and isinstance(out_dims, tuple) and len(out_dims) == 1 and isinstance(results[0], Tensor):
        dims = list(out_dims)
    if dims is None:
        raise ValueError(
            f"vmap(f, ..., out_dims={out_dims})(<inputs>): out_dims is not compatible with the structure of outputs"
        )
    columns = zip(*[flatten(r)[0] for r in results], strict=True)
    found = []
    for first, column, dim in zip(leaves, columns, dims, strict=True):
        for t in column:
            if not isinstance(t, Tensor):
                raise ValueError(
                    f"vmap(f, ...): `f` must only return Tensors, got type {type(t)}. Did you mean to set "
                    "out_dims= to None for output?"
                )
        found.append(first if dim is None else stack(list(column), dim))
    return build(found)
