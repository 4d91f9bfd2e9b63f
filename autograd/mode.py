"""Whether ops build a graph: `no_grad`, `enable_grad`, `set_grad_enabled`, `inference_mode`."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Generator
from typing import Any, TypeVar

Called = TypeVar("Called", bound=Callable[..., Any])

# Read on every op; written only here.
grad: bool = True

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
                while True:
                    with type(self)._make(self.enabled):
                        try:
                            value = next(iterator)
                        except StopIteration as stop:
                            return stop.value
                    yield value

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
    """As `no_grad` (this core makes no further difference)."""

    def __init__(self, mode: bool = True) -> None:
        super().__init__(not mode)


def is_grad_enabled() -> bool:
    """Whether ops build a graph now."""
    return grad


def is_inference_mode_enabled() -> bool:
    """Always False: tensors of `inference_mode` are ordinary ones here."""
    return False
