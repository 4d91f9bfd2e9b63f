"""What the core tells a recorder, and the recorder that is installed.

The core knows nothing of tapes. Where `current` is not None it calls the methods below (docs/architecture.md shows
when). While a recorder is installed no array it may have seen is written in place unless `overwrite` was called.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Protocol

from numpy.typing import NDArray

if TYPE_CHECKING:
    from autograd.function import Function
    from autograd.nn.module import Module
    from autograd.optim.optimizer import Optimizer
    from autograd.tensor import Tensor

Array = NDArray[Any]


class Recorder(Protocol):
    """A listener to everything a training script does."""

    def forward(self, node: Function, inputs: Sequence[Tensor | None], outputs: Sequence[Tensor]) -> None:
        """An op ran. Its outputs require a gradient, or gradients are off (evaluation)."""

    def seed(self, root: Tensor, gradient: Array) -> None:
        """`root.backward()` starts here."""

    def backward(self, node: Function, gradients: Sequence[Array | None], shares: Sequence[Array | None]) -> None:
        """A node's backward ran: the arrays that arrived at its outputs, and one share per input."""

    def accumulate(self, tensor: Tensor, before: Array | None, share: Array, after: Array) -> None:
        """A share was added to a leaf's gradient, or to an inner tensor that already had a partial one."""

    def zero_grad(self, tensor: Tensor, before: Array | None, after: Array | None) -> None:
        """A leaf's gradient was cleared: to zeros, or to None."""

    def adjust(self, tensor: Tensor, before: Array | None, after: Array, details: Mapping[str, Any]) -> None:
        """A leaf's gradient was changed after it was made: clipped, scaled, or written by the script.

        `details` has `by`, who did it ("script" or the name of a function), and that function's own numbers.
        """

    def hooked(self, target: Tensor | tuple[Function, int], before: Array, after: Array) -> None:
        """A hook changed a gradient on its way: to a leaf, or to an output of a node."""

    def begin_step(self, optimizer: Optimizer, closure: bool) -> None:
        """An optimizer's step starts; `closure` says whether it was given one."""

    def step(
        self,
        optimizer: Optimizer,
        parameter: Tensor,
        before: Array,
        gradient: Array,
        after: Array,
        state: Mapping[str, Array | float],
        options: Mapping[str, Any],
    ) -> None:
        """An optimizer wrote one parameter; `state` is the optimizer's state for it afterwards."""

    def end_step(self, optimizer: Optimizer) -> None:
        """The step that began last is over."""

    def edit(self, tensor: Tensor, before: Array, after: Array) -> None:
        """A leaf was changed by hand."""

    def options(self, optimizer: Optimizer) -> None:
        """A scheduler acted on an optimizer's options: they may have changed."""

    def mode(self, module: Module, training: bool) -> None:
        """A module, or one within it, is being set to train or to evaluate, and was not."""

    def overwrite(self, array: Array) -> None:
        """`array` is about to be written in place: keep what it holds."""

    def enter(self, module: Module) -> None:
        """A module is being called."""

    def leave(self, module: Module) -> None:
        """The module entered last returned or raised."""


current: Recorder | None = None


class Listener:
    """Listens beside a recorder, if there is one, to which it hands on all that it is told.

    A subclass has a `forward` that hands on itself. They may be removed in any order.
    """

    def __init__(self) -> None:
        self.inner: Any = None

    def install(self) -> None:
        """Begins to listen."""
        global current
        self.inner, current = current, self

    def remove(self) -> None:
        """Ceases to listen."""
        global current
        if current is self:
            current = self.inner
            return
        outer: Any = current
        while isinstance(outer, Listener) and outer.inner is not self:
            outer = outer.inner
        if isinstance(outer, Listener):
            outer.inner = self.inner

    def __getattr__(self, name: str) -> Any:
        return _nothing if self.inner is None else getattr(self.inner, name)


class Silent(Listener):
    """Tells a recorder of no op and no pass that runs meanwhile, but of what is written: memory, and leaves' gradients
    (not those of the leaves whose numbers are in `own`)."""

    def __init__(self) -> None:
        super().__init__()
        self.own: set[int] = set()

    def forward(self, node: Function, inputs: Sequence[Tensor | None], outputs: Sequence[Tensor]) -> None:
        """Nobody's event."""

    def seed(self, root: Tensor, gradient: Array) -> None:
        """Nobody's event."""

    def backward(self, node: Function, gradients: Sequence[Array | None], shares: Sequence[Array | None]) -> None:
        """Nobody's event."""

    def accumulate(self, tensor: Tensor, before: Array | None, share: Array, after: Array) -> None:
        """Told of a leaf."""
        if self.inner is not None and tensor.is_leaf and tensor.number not in self.own:
            self.inner.accumulate(tensor, before, share, after)

    def enter(self, module: Module) -> None:
        """Nobody's event."""

    def leave(self, module: Module) -> None:
        """Nobody's event."""

    def __enter__(self) -> Silent:
        self.install()
        return self

    def __exit__(self, *exception: object) -> None:
        self.remove()


def _nothing(*args: Any) -> None:
    """What a listener that has no recorder to tell does."""


@contextmanager
def paused() -> Iterator[None]:
    """What happens inside is nobody's event: a layer filling the parameters it has just made."""
    global current
    held, current = current, None
    try:
        yield
    finally:
        current = held


# True inside an optimizer's step (but not in its closure) and inside a gradient's hook: ops there are no evaluation.
stepping: bool = False
