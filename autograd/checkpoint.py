"""`torch.utils.checkpoint`: what a part of a network saved for backward is dropped, and computed again when needed."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import TYPE_CHECKING, Any

from autograd import clock, engine, mode, random, recording, writing
from autograd.gradients.function import BackwardCFunction, Function
from autograd.hooking import table
from autograd.tensor import Tensor, wrap

if TYPE_CHECKING:
    from autograd.function import Function as Node

__all__ = ["CheckpointError", "CheckpointFunction", "checkpoint", "checkpoint_sequential", "noop_context_fn"]


class CheckpointError(RuntimeError):
    """The second time the function did not do what it did the first time."""


def noop_context_fn() -> tuple[AbstractContextManager[Any], AbstractContextManager[Any]]:
    """Two contexts that do nothing: for the first run and for the second."""
    return nullcontext(), nullcontext()


@contextmanager
def _drawing_from(state: Tensor | None) -> Iterator[None]:
    """Random numbers inside come from a state of the generator; afterwards it goes on from where it was."""
    if state is None:
        yield
        return
    before = random.get_rng_state()
    random.set_rng_state(state)
    try:
        yield
    finally:
        random.set_rng_state(before)


class CheckpointFunction(Function):
    """The function as one node, whose backward runs it again and goes back through that."""

    @staticmethod
    def forward(ctx: Any, run_function: Callable[..., Any], preserve_rng_state: bool, *args: Any) -> Any:
        ctx.run_function = run_function
        ctx.state = random.get_rng_state() if preserve_rng_state else None
        ctx.places = [i for i, a in enumerate(args) if isinstance(a, Tensor)]
        ctx.args = [None if isinstance(a, Tensor) else a for a in args]
        ctx.save_for_backward(*[args[i] for i in ctx.places])
        return run_function(*args)

    @staticmethod
    def backward(ctx: Any, *gradients: Any) -> Any:
        if not engine.accumulating():
            raise RuntimeError(
                "When use_reentrant=True, torch.utils.checkpoint is incompatible with .grad() or passing an `inputs` "
                "parameter to .backward(). To resolve this error, you can either set use_reentrant=False, or call "
                ".backward() without passing the `inputs` argument."
            )
        args = list(ctx.args)
        # To a tape this is the backward of one node, which also writes the gradients of leaves.
        silent = recording.Silent()
        for place, t in zip(ctx.places, ctx.saved_tensors, strict=True):
            # Leaves of a graph of their own.
            args[place] = wrap(t._array)
            args[place]._requires_grad = t._requires_grad
            silent.own.add(args[place].number)
        with silent, _drawing_from(ctx.state), mode.enable_grad():
            outputs = ctx.run_function(*args)
        outputs = outputs if isinstance(outputs, tuple) else (outputs,)
        live = [(o, g) for o, g in zip(outputs, gradients, strict=True) if isinstance(o, Tensor) and o._requires_grad]
        if not live:
            raise RuntimeError("none of output has requires_grad=True, this checkpoint() is not necessary")
        with silent:
            engine.backward([o for o, _ in live], [g for _, g in live], False, False, None)
        return (None, None, *[a._grad if isinstance(a, Tensor) else None for a in args])


def checkpoint(
    function: Callable[..., Any],
    *args: Any,
    use_reentrant: bool | None = None,
    context_fn: Callable[[], tuple[Any, Any]] = noop_context_fn,
    determinism_check: str = "default",
    debug: bool = False,
    early_stop: bool = True,
    **kwargs: Any,
) -> Any:
    """`function(*args, **kwargs)`, which keeps nothing for backward but its inputs and runs again then.

    With `use_reentrant` the whole is one node and only inputs that require a gradient lead to one. Otherwise the graph
    is as without a checkpoint. Random numbers are the same in both runs unless `preserve_rng_state=False`.
    """
    if use_reentrant is None:
        warnings.warn(
            "torch.utils.checkpoint: the use_reentrant parameter should be passed explicitly. use_reentrant=False is "
            "recommended.",
            FutureWarning,
            stacklevel=2,
        )
        use_reentrant = True
    preserve = kwargs.pop("preserve_rng_state", True)
    if not use_reentrant:
        return _without_reentry(function, args, kwargs, context_fn, preserve)
    if kwargs:
        raise ValueError("Unexpected keyword arguments: " + ",".join(kwargs))
    if context_fn is not noop_context_fn or debug:
        raise ValueError("Passing `context_fn` or `debug` is only supported when use_reentrant=False.")
    if not any(isinstance(a, Tensor) and a._requires_grad for a in args):
        warnings.warn("None of the inputs have requires_grad=True. Gradients will be None", stacklevel=2)
    return CheckpointFunction.apply(function, preserve, *args)


def _without_reentry(
    function: Callable[..., Any],
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
    context_fn: Callable[[], tuple[Any, Any]],
    preserve: bool,
) -> Any:
    first, second = context_fn()
    state = random.get_rng_state() if preserve else None
    since = clock.tick()
    with first:
        output = function(*args, **kwargs)
    nodes = _made(output, since)
    if not nodes:
        return output
    signature = [(n.name(), len(n.edges)) for n in nodes]
    restored = False

    def again(_: Node) -> None:
        nonlocal restored
        if restored:
            return
        start = clock.tick()
        with recording.Silent(), second, _drawing_from(state), mode.enable_grad():
            repeated = function(*args, **kwargs)
        made = _made(repeated, start)
        if [(n.name(), len(n.edges)) for n in made] != signature:
            raise CheckpointError(
                "torch.utils.checkpoint: A different number of tensors was saved during the original forward and "
                f"recomputation.\nNumber of nodes during forward: {len(signature)}\nNumber of nodes during "
                f"recomputation: {len(made)}"
            )
        for old, new in zip(nodes, made, strict=True):
            if isinstance(old, BackwardCFunction) and isinstance(new, BackwardCFunction):
                old.ctx._kept = new.ctx._kept
            else:
                old.saved = new.saved
                old.inputs = _as_before(new.inputs, numbers[old])
                if old.kept is None:
                    old.kept = new.kept
        restored = True
        nodes.clear()
        numbers.clear()

    numbers = {n: [None if t is None else t.number for t in n.inputs] for n in nodes}
    for node in nodes:
        table(node, "restore")["checkpoint"] = again
        if isinstance(node, BackwardCFunction):
            node.ctx._kept = []
        else:
            node.saved = None
            node.inputs = (None,) * len(node.inputs)
    return output


def _as_before(inputs: tuple[Any, ...], numbers: list[int | None]) -> tuple[Any, ...]:
    """Inputs of the second run that a recorder takes for those of the first."""
    found = []
    for t, number in zip(inputs, numbers, strict=True):
        if t is not None and t._edge is not None and number is not None:
            t = writing.former(t, t._array)
            t.number = number
        found.append(t)
    return tuple(found)


def _made(output: Any, since: int) -> list[Node]:
    """The nodes behind the outputs that are younger than `since`, oldest first."""
    found: dict[Node, None] = {}
    todo = [t._edge[0] for t in _tensors(output) if t._edge is not None]
    while todo:
        node = todo.pop()
        if node.number > since and node not in found:
            found[node] = None
            todo += [e[0] for e in node.edges if type(e) is tuple]
    return sorted(found, key=lambda n: n.number)


def _tensors(value: Any) -> list[Tensor]:
    if isinstance(value, Tensor):
        return [value]
    if isinstance(value, dict):
        value = list(value.values())
    return [t for v in value for t in _tensors(v)] if isinstance(value, (tuple, list)) else []


def checkpoint_sequential(
    functions: Any, segments: int, input: Any, use_reentrant: bool | None = None, **kwargs: Any
) -> Any:
    """Runs functions (or the children of a Sequential) one after the other, in `segments` checkpoints but the last."""
    if use_reentrant is None:
        warnings.warn(
            "torch.utils.checkpoint.checkpoint_sequential: the use_reentrant parameter should be passed explicitly. "
            "use_reentrant=False is recommended.",
            FutureWarning,
            stacklevel=2,
        )
        use_reentrant = True
    preserve = kwargs.pop("preserve_rng_state", True)
    if kwargs:
        raise ValueError("Unexpected keyword arguments: " + ",".join(kwargs))
    steps: Sequence[Callable[..., Any]] = list(functions.children() if hasattr(functions, "children") else functions)
    size = len(steps) // segments

    def run(start: int, end: int) -> Callable[[Any], Any]:
        def forward(value: Any) -> Any:
            for step in steps[start:end]:
                value = step(value)
            return value

        return forward

    end = 0
    for start in range(0, size * (segments - 1), size):
        end = start + size
        input = checkpoint(run(start, end), input, use_reentrant=use_reentrant, preserve_rng_state=preserve)
    return run(end, len(steps))(input)
