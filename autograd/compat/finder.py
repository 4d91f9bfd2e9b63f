"""`import torch.something` for what was not installed by name: a part of this core, or an ImportError that says why."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

from autograd.missing import REFUSED, explain_import


class Finder(MetaPathFinder):
    """First in line for every name under `torch.`: nothing else may answer, or files would be run a second time."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname.startswith("autograd.") and f"torch.{fullname[9:]}" in REFUSED:
            # `from torch import x` asks for it by the name that this core has itself.
            raise ModuleNotFoundError(explain_import(f"torch.{fullname[9:]}"))
        if not fullname.startswith("torch."):
            return None
        found: Any = sys.modules["torch"]
        for part in fullname.split(".")[1:]:
            found = vars(found).get(part) if isinstance(found, ModuleType) else None
        # Only what PyTorch has as a module, too: this core's own files have other names under it.
        if not isinstance(found, ModuleType) or fullname.split(".")[1] not in PUBLIC:
            # Without a name, or `from torch import x` would replace the sentence by its own.
            raise ModuleNotFoundError(explain_import(fullname))
        return ModuleSpec(fullname, _Same(found))


class _Same(Loader):
    """Gives a module that there is already, as it is."""

    def __init__(self, module: ModuleType) -> None:
        self.module, self.spec = module, module.__spec__

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        return self.module

    def exec_module(self, module: ModuleType) -> None:
        module.__spec__ = self.spec


# Parts of PyTorch by whose names the first part of a path under `torch` may go.
PUBLIC = {
    "amp", "autograd", "backends", "cuda", "distributions", "fft", "func", "linalg", "nn", "optim", "random", "special",
    "testing", "utils", "version",
}  # fmt: skip


def install() -> None:
    """Puts the finder in front."""
    if not any(isinstance(finder, Finder) for finder in sys.meta_path):
        sys.meta_path.insert(0, Finder())
