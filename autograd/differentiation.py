"""A backward pass that is itself a graph (`create_graph=True`): gradients are Tensors, shares are made by recorded ops.

Each node's shares come from its `differentiate`, run with grad mode on, so that they can be differentiated again.
"""

from __future__ import annotations

import weakref
from collections.abc import Sequence
from heapq import heappop, heappush
from typing import TYPE_CHECKING, Any

import numpy as np

from autograd import dtypes, hooking, mode
from autograd.anomaly import inspect
from autograd.engine import Pass, at_work, check, place, seed_for
from autograd.function import Function
from autograd.functions.elementwise import cast
from autograd.tensor import wrap

if TYPE_CHECKING:
    from autograd.tensor import Tensor


class GraphPass(Pass):
    """A pass whose gradients belong to the graph. With `captures` they are kept and not written to leaves."""

    __slots__ = ("captures",)

    def __init__(self, retain: bool, targets: Sequence[Tensor] | None, captures: bool) -> None:
        super().__init__(retain, targets)
        self.captures = captures

    def writes(self) -> bool:
        """Whether leaves' `.grad` is written."""
        return not self.captures

    def begin(self, root: Tensor, gradient: Tensor) -> None:
        """Puts `gradient` at `root`."""
        if self.recorder is not None:
            self.recorder.seed(root, gradient._array)
        self.bring(root._edge or root, root, gradient)

    def bring(self, edge: Any, tensor: Tensor | None, share: Any) -> None:
        """Adds a share to what has arrived at an edge."""
        if type(edge) is not tuple:
            self.to_leaf(edge, share)
            return
        node, slot = edge
        # Until its node runs a partial gradient is a Tensor in the table that other passes keep arrays in.
        before, arrived = self.slot(node, slot)
        if before is None:
            arrived[slot] = share
            return
        after = before + share
        arrived[slot] = after
        if self.recorder is not None and tensor is not None:
            self.recorder.accumulate(tensor, before._array, share._array, after._array)

    def slot(self, node: Function, slot: int) -> tuple[Any, list[Any]]:
        """What has arrived at an output of `node`, and the list it is kept in."""
        arrived: list[Any] | None = self.partial.get(node)
        if arrived is None:
            arrived = self.partial[node] = []
            heappush(self.heap, (-node.number, node))
        arrived.extend([None] * (slot + 1 - len(arrived)))
        return arrived[slot], arrived

    def to_leaf(self, leaf: Tensor, share: Any) -> None:
        """Adds a share to a leaf's gradient, which becomes part of the graph."""
        if leaf._hooks:
            given, share = share, hooked(leaf._hooks, share)
            if self.recorder is not None and share is not given:
                self.recorder.hooked(leaf, given._array, share._array)
        if self.wanted is not None and leaf.number not in self.wanted:
            return
        if self.captures:
            held: Any = self.captured.get(leaf.number)
            self.captured[leaf.number] = share if held is None else held + share
            return
        before = leaf._grad
        # A tensor of its own: the share may be the seed, or another leaf's gradient too.
        after = attached_copy(share) if before is None else before + share
        set_gradient(leaf, after)
        if self.recorder is not None:
            self.recorder.accumulate(leaf, None if before is None else before._array, share._array, after._array)
        if leaf._after_hooks:
            hooking.after_leaf(leaf, share)

    def run(self) -> None:
        """Runs until no gradient is on its way."""
        heap, recorder = self.heap, self.recorder
        while heap:
            node = heappop(heap)[1]
            gradients: list[Any] = self.partial.pop(node)
            if node.hooks is not None:
                if "restore" in node.hooks:
                    hooking.restore(node)
                for slot, hooks in node.hooks.items():
                    if type(slot) is int and slot < len(gradients) and (given := gradients[slot]) is not None:
                        found = gradients[slot] = hooked(hooks, given)
                        if recorder is not None and found is not given:
                            recorder.hooked((node, slot), given._array, found._array)
                if "pre" in node.hooks:
                    hooking.before(node, gradients)
            if self.wanted is not None:
                self.keep(node, gradients)
            if self.needed is not None and node not in self.needed:
                continue
            check(node)
            inputs = node.inputs or (None,) * len(node.edges)
            shares = tuple([fitted(s, t) for s, t in zip(differentiated(node, gradients), inputs, strict=True)])
            if node.hooks is not None and "post" in node.hooks:
                shares = hooking.after(node, shares, gradients)
            if mode.anomaly:
                inspect(node, [None if s is None else s._array for s in shares])
            if recorder is not None:
                recorder.backward(
                    node,
                    tuple([None if g is None else g._array for g in gradients]),
                    tuple([None if s is None else s._array for s in shares]),
                )
            for i, edge in enumerate(node.edges):
                share = shares[i]
                if edge is not None and share is not None:
                    self.bring(edge, inputs[i], share)
            if not self.retain:
                node.free()


def differentiated(node: Function, gradients: Sequence[Any]) -> tuple[Any, ...]:
    """The shares of a node as Tensors; RuntimeError for an op that cannot be differentiated twice."""
    if node.differentiate is None:
        raise RuntimeError(
            f"derivative for {node.name()} is not implemented: the gradient of {node.op} is not made of recorded ops, "
            "so create_graph=True cannot go through it"
        )
    result = node.differentiate(*gradients)
    shares = result if type(result) is tuple else (result,)
    # What an op of fewer shares leaves out gets none.
    return shares + (None,) * (len(node.edges) - len(shares))


def fitted(share: Any, t: Tensor | None) -> Any:
    """A share in its input's dtype: promotion in forward is undone in backward."""
    if share is None or t is None or share._array.dtype == t._array.dtype:
        return share
    return cast(share, dtypes.of(t._array))


def hooked(hooks: dict[int, Any], gradient: Any) -> Any:
    """The gradient after each hook has seen, and perhaps replaced, it."""
    for hook in tuple(hooks.values()):
        replaced = hook(gradient)
        if replaced is not None:
            gradient = replaced
    return gradient


def attached_copy(share: Tensor) -> Tensor:
    """Another Tensor at the same place of the graph, with memory of its own."""
    t = wrap(share._array.copy())
    t._requires_grad, t._edge = share._requires_grad, share._edge
    if t._edge is None and share._requires_grad:
        return share.clone()
    return t


def set_gradient(leaf: Tensor, gradient: Tensor) -> None:
    """Makes `gradient` the leaf's `.grad`, as part of the graph it has."""
    leaf._grad = gradient
    if gradient._alias is None:
        gradient._alias = "grad", weakref.ref(leaf)


def seeds_for(roots: Sequence[Tensor], gradients: Sequence[Tensor | None]) -> list[Tensor]:
    """The gradients to start with; one that was given keeps its place in a graph."""
    seeds = []
    for root, gradient in zip(roots, gradients, strict=True):
        array = seed_for(root, gradient)
        seeds.append(wrap(array) if gradient is None else cast(gradient, dtypes.of(root._array)))
    return seeds


def backward(
    roots: Sequence[Tensor], gradients: Sequence[Tensor | None], retain: bool, inputs: Sequence[Tensor] | None
) -> None:
    """`backward(create_graph=True)`: the leaves' gradients are part of a graph.

    A leaf then refers to its gradient and the gradient to the leaf; Python's collector frees the pair. (PyTorch warns
    of a leak here.) `autograd.grad` makes no such circle.
    """
    run = GraphPass(retain, inputs, False)
    go(run, roots, seeds_for(roots, gradients), inputs)
    for t in inputs or ():
        held: Any = run.captured.get(place(t))
        if t._edge is not None and held is not None:
            with mode.enable_grad():
                set_gradient(t, held if t._grad is None else t._grad + held)


def grad(
    roots: Sequence[Tensor], gradients: Sequence[Tensor | None], inputs: Sequence[Tensor], retain: bool
) -> list[Tensor | None]:
    """`grad(create_graph=True)`: the gradients of the inputs, None where there is none."""
    run = GraphPass(retain, inputs, True)
    go(run, roots, seeds_for(roots, gradients), inputs)
    return [run.captured.get(place(t)) for t in inputs]  # type: ignore[misc]


def go(run: GraphPass, roots: Sequence[Tensor], seeds: Sequence[Tensor], inputs: Sequence[Tensor] | None) -> None:
    """Starts and runs a pass, with grad mode on."""
    if inputs is not None:
        run.prune(roots)
    with mode.enable_grad(), at_work(run, roots), np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        for root, seed in zip(roots, seeds, strict=True):
            run.begin(root, seed)
        run.run()
