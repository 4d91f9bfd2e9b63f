"""Runs the graph backwards: nodes in reverse order of creation, by a heap and not by recursion."""

from __future__ import annotations

from collections.abc import Sequence
from heapq import heappop, heappush
from sys import getrefcount
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

import autograd.tensor as tensors  # circular, and used only when a graph runs
from autograd import anomaly, clock, hooking, mode, recording
from autograd.function import FREED, Function

if TYPE_CHECKING:
    from autograd.tensor import Tensor

Array = NDArray[Any]
ndarray, asarray = np.ndarray, np.asarray


class Pass:
    """One backward pass: the partial gradients on their way, and where the finished ones go."""

    __slots__ = ("captured", "heap", "needed", "partial", "recorder", "retain", "wanted")

    def __init__(self, retain: bool, targets: Sequence[Tensor] | None) -> None:
        self.retain = retain
        self.recorder = recording.current
        self.heap: list[tuple[int, Function]] = []
        self.partial: dict[Function, list[Array | None]] = {}
        self.needed: set[Function] | None = None
        # For `grad` and `backward(inputs=…)`: leaves by number, inner tensors by their edge.
        self.wanted: set[Any] | None = None
        self.captured: dict[Any, Array] = {}
        if targets is not None:
            self.wanted = {place(t) for t in targets}

    def prune(self, roots: Sequence[Tensor]) -> None:
        """Keeps the nodes that lead to a wanted tensor; the rest of the graph may even have been freed."""
        assert self.wanted is not None
        nodes: dict[Function, None] = {}
        stack = [t._edge[0] for t in roots if t._edge is not None]
        while stack:
            node = stack.pop()
            if node not in nodes:
                nodes[node] = None
                stack.extend([e[0] for e in node.edges if type(e) is tuple])
        needed: set[Function] = set()
        for node in sorted(nodes, key=lambda n: n.number):
            for e in node.edges:
                if e is None:
                    continue
                if type(e) is tuple:
                    hit = e[0] in needed or e in self.wanted
                else:
                    hit = e.number in self.wanted
                if hit:
                    needed.add(node)
                    break
        self.needed = needed

    def start(self, root: Tensor, gradient: Array) -> None:
        """Puts `gradient` at `root`."""
        if self.recorder is not None:
            self.recorder.seed(root, gradient)
        if root._edge is None:
            self.at_leaf(root, gradient)
            return
        node, slot = root._edge
        if node not in self.partial:
            self.partial[node] = []
            heappush(self.heap, (-node.number, node))
        self.add(self.partial[node], slot, root, gradient)

    def add(self, arrived: list[Array | None], slot: int, tensor: Tensor | None, share: Array) -> None:
        """Adds a share to what has arrived at the outputs of a node."""
        if len(arrived) <= slot:
            arrived.extend([None] * (slot + 1 - len(arrived)))
        before = arrived[slot]
        if before is None:
            arrived[slot] = share
            return
        if self.recorder is None and getrefcount(before) == 3 and before.flags.owndata and before.shape == share.shape:
            # The list, this name and the argument of getrefcount: the sum may take the array's place.
            np.add(before, share, out=before)
            return
        after = arrived[slot] = asarray(before + share)
        if self.recorder is not None and tensor is not None:
            self.recorder.accumulate(tensor, before, share, after)

    def at_leaf(self, leaf: Tensor, share: Array) -> None:
        """Adds a share to a leaf's gradient, out of place: a tape or another tensor may hold the old array."""
        if leaf._hooks:
            given, share = share, run_hooks(leaf._hooks, share)
            if self.recorder is not None and share is not given:
                self.recorder.hooked(leaf, given, share)
        if self.wanted is not None:
            if leaf.number not in self.wanted:
                return
            if not self.writes():
                held = self.captured.get(leaf.number)
                self.captured[leaf.number] = share if held is None else held + share
                return
        grad = leaf._grad
        if grad is None:
            before = None
            # As PyTorch steals a buffer that nobody else uses (the shares, the name in `run`, the one here and the
            # argument of getrefcount): a shared one must be copied, or zeroing one gradient in place would zero the
            # other's.
            fresh = getrefcount(share) <= 4 and share.flags.owndata and share.flags.writeable
            after = share if fresh else share.copy()
            leaf._grad = tensors.wrap(after)
        else:
            before = grad._array
            after = asarray(before + share)
            grad._array = after
        if self.recorder is not None:
            self.recorder.accumulate(leaf, before, share, after)
        if leaf._after_hooks:
            hooking.after_leaf(leaf, tensors.wrap(share))

    def writes(self) -> bool:
        """Whether finished leaf gradients go to `.grad`; `Capture` keeps them instead."""
        return True

    def run(self) -> None:
        """Runs until no gradient is on its way."""
        heap, partial, recorder, wanted, retain = self.heap, self.partial, self.recorder, self.wanted, self.retain
        # The node to run next, younger than all in the heap: along a chain of ops the heap is never needed.
        following: Function | None = None
        ahead: list[Array | None] = []
        gradients: Any
        while following is not None or heap:
            if following is not None:
                node, gradients, following = following, ahead, None
            else:
                node = heappop(heap)[1]
                gradients = partial.pop(node)
            if node.hooks is not None:
                self.finished(node, gradients)
            if wanted is not None:
                self.keep(node, gradients)
                if self.needed is not None and node not in self.needed:
                    continue
            if node.kept is not None or clock.written > node.number:
                check(node)
            edges = node.edges
            inputs = node.inputs or (None,) * len(edges)
            result = node.backward(gradients[0]) if len(gradients) == 1 else node.backward(*gradients)
            if node.hooks is not None and "post" in node.hooks:
                result = hooking.after_arrays(node, result, gradients)
            if mode.anomaly:
                anomaly.inspect(node, result if type(result) is tuple else (result,))
            if recorder is not None:
                result = fitted(result if type(result) is tuple else (result,), inputs)
                recorder.backward(node, gradients, result)
            # Whatever else holds an array counts below, where one that nobody holds is written in place.
            gradients = None
            i = 0
            for edge in edges:
                if edge is None:
                    i += 1
                    continue
                share = result[i] if type(result) is tuple else result
                if share is None:
                    i += 1
                    continue
                if type(share) is not ndarray:
                    share = asarray(share)
                tensor = inputs[i]
                i += 1
                if tensor is not None and share.dtype is not tensor._array.dtype:
                    share = asarray(share, tensor._array.dtype)
                if type(edge) is not tuple:
                    self.at_leaf(edge, share)
                    continue
                target, slot = edge
                if target is following:
                    self.add(ahead, slot, tensor, share)
                    continue
                if partial and (arrived := partial.get(target)) is not None:
                    self.add(arrived, slot, tensor, share)
                    continue
                arrived = [share] if slot == 0 else [*[None] * slot, share]
                if following is None:
                    if not heap or target.number > -heap[0][0]:
                        following, ahead = target, arrived
                        continue
                elif target.number > following.number:
                    target, arrived, following, ahead = following, ahead, target, arrived
                partial[target] = arrived
                heappush(heap, (-target.number, target))
            if not retain:
                if node.always_saves:
                    node.saved = None
                    node.kept = FREED
                    node.inputs = ()
                elif node.saves:
                    node.free()
                else:
                    node.inputs = ()

    def keep(self, node: Function, gradients: list[Array | None]) -> None:
        """Captures the finished gradients of wanted inner tensors."""
        assert self.wanted is not None
        for slot, gradient in enumerate(gradients):
            if gradient is not None and (node, slot) in self.wanted:
                self.captured[(node, slot)] = gradient

    def finished(self, node: Function, gradients: list[Array | None]) -> None:
        """Runs the hooks of a node's outputs, now that their gradients are whole; hooks may replace them."""
        if "restore" in node.hooks:
            hooking.restore(node)
        for slot, hooks in node.hooks.items():
            if type(slot) is int and slot < len(gradients) and (gradient := gradients[slot]) is not None:
                found = gradients[slot] = run_hooks(hooks, gradient)
                if self.recorder is not None and found is not gradient:
                    self.recorder.hooked((node, slot), gradient, found)
        if "pre" in node.hooks:
            given = list(gradients)
            hooking.before_arrays(node, gradients)
            for slot, (was, now) in enumerate(zip(given, gradients, strict=False)):
                if self.recorder is not None and was is not None and now is not None and now is not was:
                    self.recorder.hooked((node, slot), was, now)


class Capture(Pass):
    """A pass for `autograd.grad`: leaf gradients are returned and not written."""

    __slots__ = ()

    def writes(self) -> bool:
        """Never to `.grad`."""
        return False


def place(tensor: Tensor) -> Any:
    """What names a tensor during a pass."""
    return tensor._edge or tensor.number


SECOND_TIME = (
    "Trying to backward through the graph a second time (or directly access saved tensors after they have already been "
    "freed). Saved intermediate values of the graph are freed when you call .backward() or autograd.grad(). Specify "
    "retain_graph=True if you need to backward through the graph a second time or if you need to access saved tensors "
    "after calling backward."
)


def written(name: str, version: int, expected: str = "the version it was saved at") -> str:
    """What is wrong where a tensor that node `name` saved was written since."""
    return (
        "one of the variables needed for gradient computation has been modified by an inplace operation: a tensor that "
        f"{name} saved is at version {version}; expected {expected}. Hint: enable anomaly detection to find the "
        "operation that failed to compute its gradient, with torch.autograd.set_detect_anomaly(True)."
    )


def check(node: Function) -> None:
    """RuntimeError where what the node saved was freed, or written since."""
    if node.kept is FREED:
        raise RuntimeError(SECOND_TIME)
    stale = node.stale()
    if stale is not None:
        raise RuntimeError(written(node.name(), stale.version))


def fitted(shares: tuple[Any, ...], inputs: Sequence[Tensor | None]) -> tuple[Array | None, ...]:
    """Shares as arrays in their inputs' dtype: promotion in forward is undone in backward."""
    return tuple(
        [
            s if s is None else asarray(s) if t is None else asarray(s, t._array.dtype)
            for s, t in zip(shares, inputs, strict=False)
        ]
    )


def run_hooks(hooks: dict[int, Any], gradient: Array) -> Array:
    """The gradient after each hook has seen, and perhaps replaced, it."""
    # A hook's arithmetic belongs to this backward: it is neither forward nor evaluation.
    before, recording.stepping = recording.stepping, True
    try:
        # The entry that retains the gradient (-1) sees it as all others leave it.
        for key in sorted(hooks, key=lambda key: key == -1):
            # A hook may write into what it is shown: a tape holds the array as it was.
            shown = tensors.wrap(gradient if recording.current is None else gradient.copy())
            replaced = hooks[key](shown)
            if replaced is not None:
                gradient = replaced._array
            elif shown._version:
                gradient = shown._array
    finally:
        recording.stepping = before
    return gradient


def seed_for(root: Tensor, gradient: Tensor | None) -> Array:
    """The gradient to start with: ones for a scalar, otherwise the one given."""
    if not root._requires_grad:
        raise RuntimeError("element 0 of tensors does not require grad and does not have a grad_fn")
    if gradient is None:
        if root._array.size != 1:
            raise RuntimeError("grad can be implicitly created only for scalar outputs")
        one = np.array(1, root._array.dtype)
        return one if not root._array.ndim else one.reshape(root._array.shape)
    if gradient._array.shape != root._array.shape:
        raise RuntimeError(
            f"Mismatch in shape: grad_output[0] has a shape of {gradient.shape} and output[0] has a shape of "
            f"{root.shape}."
        )
    return gradient._array.astype(root._array.dtype, copy=False)


def backward(
    roots: Sequence[Tensor],
    gradients: Sequence[Tensor | None],
    retain_graph: bool | None,
    create_graph: bool,
    inputs: Sequence[Tensor] | None,
) -> None:
    """`Tensor.backward` and `autograd.backward`: adds gradients to the `.grad` of leaves."""
    if inputs is not None and not inputs:
        raise RuntimeError("`inputs` argument to `backward()` cannot be empty.")
    if create_graph:
        from autograd import differentiation

        differentiation.backward(roots, gradients, retain_graph is not False, inputs)
        return
    seeds = [seed_for(r, g) for r, g in zip(roots, gradients, strict=True)]
    run = Pass(bool(retain_graph), inputs)
    if inputs is not None:
        run.prune(roots)
    _go(run, roots, seeds)
    for t in inputs or ():
        if t._edge is not None and place(t) in run.captured:
            held = run.captured[place(t)]
            before = None if t._grad is None else t._grad._array
            after = held.copy() if before is None else np.asarray(before + held)
            t._set_grad_array(after)
            if run.recorder is not None:
                run.recorder.accumulate(t, before, held, after)


def grad(
    roots: Sequence[Tensor],
    gradients: Sequence[Tensor | None],
    inputs: Sequence[Tensor],
    retain_graph: bool | None,
    create_graph: bool,
    allow_unused: bool,
    materialize_grads: bool,
) -> tuple[Tensor | None, ...]:
    """`autograd.grad`: the gradients of the inputs, returned."""
    for t in inputs:
        if not t._requires_grad:
            raise RuntimeError("One of the differentiated Tensors does not require grad")
    found: list[Tensor | None]
    if create_graph:
        from autograd import differentiation

        found = differentiation.grad(roots, gradients, inputs, retain_graph is not False)
    else:
        seeds = [seed_for(r, g) for r, g in zip(roots, gradients, strict=True)]
        run = Capture(bool(retain_graph), inputs)
        run.prune(roots)
        _go(run, roots, seeds)
        arrays = [run.captured.get(place(t)) for t in inputs]
        found = [None if a is None else tensors.wrap(a) for a in arrays]
    for i, t in enumerate(inputs):
        if found[i] is None:
            if materialize_grads:
                found[i] = tensors.wrap(np.zeros_like(t._array))
            elif not allow_unused:
                raise RuntimeError(
                    "One of the differentiated Tensors appears to not have been used in the graph. Set "
                    "allow_unused=True if this is the desired behavior."
                )
    return tuple(found)


def _go(run: Pass, roots: Sequence[Tensor], seeds: Sequence[Array]) -> None:
    # Hooks are a script's code: what they compute is not part of the graph.
    before, mode.grad = mode.grad, False
    try:
        with at_work(run, roots):
            for root, seed in zip(roots, seeds, strict=True):
                run.start(root, seed)
            run.run()
    finally:
        mode.grad = before


# The passes at work, the innermost last: another may run within a hook.
_passes: list[tuple[Pass, Sequence[Tensor], int]] = []


class at_work:
    """While a pass runs from these roots."""

    def __init__(self, run: Pass, roots: Sequence[Tensor]) -> None:
        self.entry = run, roots, clock.tick()

    def __enter__(self) -> None:
        _passes.append(self.entry)

    def __exit__(self, *exception: object) -> None:
        _passes.pop()


def current_pass() -> int:
    """The number of the innermost pass at work."""
    return _passes[-1][2]


def working() -> bool:
    """Whether a pass is at work: an op that runs now belongs to it (`create_graph`)."""
    return bool(_passes)


def accumulating() -> bool:
    """Whether the pass at work adds to the `.grad` of every leaf it comes to."""
    return bool(_passes) and _passes[-1][0].wanted is None


def reached(tensors: Sequence[Tensor]) -> list[bool]:
    """Which tensors the pass at work sends a gradient to."""
    run, roots, _ = _passes[-1]
    places = {place(t) for t in roots}
    seen: set[Function] = set()
    todo = [t._edge[0] for t in roots if t._edge is not None]
    while todo:
        node = todo.pop()
        if node in seen or (run.needed is not None and node not in run.needed):
            continue
        seen.add(node)
        for e in node.edges:
            if type(e) is tuple:
                places.add(e)
                todo.append(e[0])
            elif e is not None:
                places.add(e.number)
    return [place(t) in places for t in tensors]
