"""Anomaly detection: a backward pass stops at the op whose gradient is not a number, and says where that was called.

https://docs.pytorch.org/docs/stable/autograd.html#anomaly-detection
"""

from __future__ import annotations

import os
import traceback
import warnings
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from autograd import mode, recording

if TYPE_CHECKING:
    from autograd.function import Function
    from autograd.tensor import Tensor

_CORE = os.path.dirname(os.path.abspath(__file__)) + os.sep


def inspect(node: Function, shares: Sequence[Any]) -> None:
    """RuntimeError where a share holds NaN, naming the node; a warning tells where its op was called."""
    for i, share in enumerate(shares):
        if share is not None and node.edges[i] is not None and np.isnan(share).any():
            made = None if node.hooks is None else node.hooks.get("made")
            if made is not None:
                warnings.warn(
                    f"Error detected in {node.name()}. Traceback of forward call that caused the error:\n{made}",
                    UserWarning,
                    stacklevel=2,
                )
            else:
                warnings.warn(
                    f"Error detected in {node.name()}. No forward pass information available. Enable detect anomaly "
                    "during forward pass for more information.",
                    UserWarning,
                    stacklevel=2,
                )
            given = ", ".join(
                f"{name}: {list(t.shape)}"
                for name, t in zip(node.arguments, node.inputs, strict=False)
                if t is not None
            )
            raise RuntimeError(
                f"Function '{node.name()}' returned nan values in its {i}th output. The forward op was "
                f"{node.op}({given})."
            )


class _Sites(recording.Listener):
    """Notes, for each op, where it is called."""

    def forward(self, node: Function, inputs: Sequence[Tensor | None], outputs: Sequence[Tensor]) -> None:
        """An op ran."""
        if self.inner is not None:
            self.inner.forward(node, inputs, outputs)
        if outputs[0].requires_grad:
            frames = [f for f in traceback.extract_stack() if not f.filename.startswith(_CORE)]
            if node.hooks is None:
                node.hooks = {}
            node.hooks["made"] = "".join(traceback.format_list(frames))


_enabled = False
_sites: _Sites | None = None


def _switch(enabled: bool, check_nan: bool) -> None:
    global _enabled, _sites
    _enabled, mode.anomaly = enabled, enabled and check_nan
    if enabled and _sites is None:
        _sites = _Sites()
        _sites.install()
    elif not enabled and _sites is not None:
        _sites.remove()
        _sites = None


class set_detect_anomaly:
    """Whether every backward checks each node's gradients for NaN. A function, and a context manager."""

    def __init__(self, mode: bool, check_nan: bool = True) -> None:
        self.before = _enabled, is_anomaly_check_nan_enabled()
        _switch(mode, check_nan)

    def __enter__(self) -> None:
        return None

    def __exit__(self, *exception: object) -> None:
        _switch(*self.before)


class detect_anomaly:
    """`with detect_anomaly():` checks every backward inside."""

    def __init__(self, check_nan: bool = True) -> None:
        self.check_nan = check_nan
        warnings.warn(
            "Anomaly Detection has been enabled. This mode will increase the runtime and should only be enabled for "
            "debugging.",
            stacklevel=2,
        )

    def __enter__(self) -> None:
        self.before = _enabled, is_anomaly_check_nan_enabled()
        _switch(True, self.check_nan)

    def __exit__(self, *exception: object) -> None:
        _switch(*self.before)


def is_anomaly_enabled() -> bool:
    """Whether anomalies are looked for."""
    return _enabled


def is_anomaly_check_nan_enabled() -> bool:
    """Whether backward checks for NaN."""
    return mode.anomaly
