"""One script run with PyTorch and with this core, and what it returns compared."""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable
from types import ModuleType
from typing import Any

import numpy as np
import torch

import autograd

Script = Callable[[Any], Any]


def plain(value: Any) -> Any:
    """A result in types that both libraries have: a tensor as its dtype and numbers, a module as its text."""
    if isinstance(value, (torch.Tensor, autograd.Tensor)):
        array = value.detach().numpy()
        return ("tensor", str(value.dtype), value.requires_grad, np.array(array))
    if isinstance(value, dict):
        return [(key, plain(item)) for key, item in value.items()]
    if isinstance(value, (tuple, list)):
        return [plain(item) for item in value]
    if isinstance(value, (torch.nn.Module, autograd.nn.Module)):
        return repr(value)
    if isinstance(value, (torch.dtype, torch.Size, autograd.dtype)):
        return str(value)
    return value


def assert_alike(ours: Any, theirs: Any, tolerance: float, where: str = "result") -> None:
    """The same structure, names and dtypes; numbers within `tolerance` (0: the same bits)."""
    if isinstance(theirs, tuple) and theirs and isinstance(theirs[0], str) and theirs[0] == "tensor":
        assert ours[:3] == theirs[:3], where
        assert ours[3].shape == theirs[3].shape, where
        np.testing.assert_allclose(ours[3], theirs[3], rtol=tolerance, atol=tolerance, err_msg=where)
    elif isinstance(theirs, (list, tuple)):
        assert isinstance(ours, (list, tuple)) and len(ours) == len(theirs), f"{where}: {ours!r} for {theirs!r}"
        for i, (a, b) in enumerate(zip(ours, theirs, strict=True)):
            assert_alike(a, b, tolerance, f"{where}[{i}]")
    elif isinstance(theirs, float):
        np.testing.assert_allclose(ours, theirs, rtol=tolerance, atol=tolerance, err_msg=where)
    else:
        assert ours == theirs, where


def run(script: Script, library: ModuleType) -> Any:
    """The plain result of a script, warnings it gave included."""
    library.manual_seed(0)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        result = plain(script(library))
    return [result, sorted(warning.category.__name__ for warning in caught)]


def same(script: Script, tolerance: float = 1e-6) -> None:
    """AssertionError unless a script gives the same results, and kinds of warnings, with both libraries."""
    assert_alike(run(script, autograd), run(script, torch), tolerance)


def error(call: Callable[[], Any], words: bool = True) -> Any:
    """The type and (with `words`) the text of what `call` raises, or "no error"."""
    try:
        call()
    except Exception as raised:
        text = re.sub(r"(torch|autograd)\.nn\.(\w+\.)*", "nn.", str(raised)) if words else ""
        return [type(raised).__name__, text]
    return "no error"
