"""Whether ops build a graph: `no_grad`, `enable_grad`, `set_grad_enabled`, `inference_mode`."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Generator
from typing import Any, TypeVar

from autograd import recording

Called = TypeVar("Called", bound=Callable[..., Any])

# Read on every op; written only here.
grad: bool = True

# Whether `inference_mode` is on.
inference: bool = False

# Whether backward passes look for NaN; written by `anomaly`.
anomaly: bool = False


class _Mode:
    """A grad mode as a context manager and as a decorator."""

    def __init__(self, enabled: bool) -> None:
        self.enabled = enabled
        self.previous: list[bool] = []

    def __enter__(self) -> None:
        global grad
        self.previous.append(grad)
        grad = self.enabled

    def __exit__(self, *exception: object) -> None:
        global grad
        grad = self.previous.pop()

    def __call__(self, function: Called) -> Called:
        if inspect.isgeneratorfunction(function):

            @functools.wraps(function)
            def generator(*args: Any, **kwargs: Any) -> Generator[Any, Any, Any]:
                iterator = function(*args, **kwargs)
                step: Callable[[], Any] = functools.partial(next, iterator)
                while True:
                    with type(self)._make(self.enabled):
                        try:
                            value = step()
                        except StopIteration as stop:
                            return stop.value
                    # What is sent or thrown into the wrapper goes on to the function.
                    try:
                        sent = yield value
                    except GeneratorExit:
                        iterator.close()
                        raise
                    except BaseException as error:
                        step = functools.partial(iterator.throw, error)
                    else:
                        step = functools.partial(iterator.send, sent)

            return generator  # type: ignore[return-value]

        @functools.wraps(function)
        def wrapper(*args: Any, **kwargs: Any) -> Any:
            with type(self)._make(self.enabled):
                return function(*args, **kwargs)

        return wrapper  # type: ignore[return-value]

    @staticmethod
    def _make(enabled: bool) -> _Mode:
        return _Mode(enabled)


class no_grad(_Mode):
    """Ops inside build no graph. `with no_grad():`, `@no_grad()` or `@no_grad`."""

    def __new__(cls, function: Callable[..., Any] | None = None) -> Any:
        mode = super().__new__(cls)
        if function is None:
            return mode
        mode.__init__()  # type: ignore[misc]
        return mode(function)

    def __init__(self) -> None:
        super().__init__(False)


class enable_grad(_Mode):
    """Ops inside build a graph, also within `no_grad`."""

    def __init__(self) -> None:
        super().__init__(True)


class set_grad_enabled(_Mode):
    """Sets the mode at once; as a context manager, until its end."""

    def __init__(self, mode: bool) -> None:
        super().__init__(bool(mode))
        global grad
        self.before = grad
        grad = self.enabled

    def __enter__(self) -> None:
        self.previous.append(self.before)

    def __call__(self, function: Called) -> Called:
        global grad
        grad = self.before
        return super().__call__(function)


class inference_mode(_Mode):
    """As `no_grad`; what ops make inside cannot become part of a graph by `requires_grad_` or be written outside.

    `with inference_mode():`, `inference_mode(False)` to leave it for a while, `@inference_mode()` or `@inference_mode`.
    """

    def __new__(cls, mode: Any = True) -> Any:
        made = super().__new__(cls)
        if not callable(mode):
            return made
        made.__init__()  # type: ignore[misc]
        return made(mode)

    def __init__(self, mode: bool = True) -> None:
        super().__init__(not mode)
        self.outer: list[tuple[bool, Any]] = []

    def __enter__(self) -> None:
        global inference
        super().__enter__()
        marks = None if self.enabled else _Marks()
        self.outer.append((inference, marks))
        inference = not self.enabled
        if marks is not None:
            marks.install()

    def __exit__(self, *exception: object) -> None:
        global inference
        inference, marks = self.outer.pop()
        if marks is not None:
            marks.remove()
        super().__exit__()

    @staticmethod
    def _make(enabled: bool) -> _Mode:
        return inference_mode(not enabled)


class _Marks(recording.Listener):
    """Marks what ops make in inference mode."""

    def forward(self, node: Any, inputs: Any, outputs: Any) -> None:
        """An op ran."""
        if self.inner is not None:
            self.inner.forward(node, inputs, outputs)
        if inference:
            for t in outputs:
                t._inference = True


def is_grad_enabled() -> bool:
    """Whether ops build a graph now."""
    return grad


def is_inference_mode_enabled() -> bool:
    """Whether `inference_mode` is on."""
    return inference
