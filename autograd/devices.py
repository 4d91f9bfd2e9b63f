"""`torch.device`: there is one, the CPU."""

from __future__ import annotations

from typing import Any


class device:
    """`device("cpu")`; other types can be named, as PyTorch allows, but hold no tensors here."""

    __slots__ = ("index", "type")

    def __init__(self, type: Any, index: int | None = None) -> None:
        name = str(type)
        if ":" in name:
            name, number = name.split(":")
            index = int(number)
        if name not in ("cpu", "cuda", "mps", "xpu", "meta"):
            raise RuntimeError(
                f"Expected one of cpu, cuda, mps, xpu, meta device type at start of device string: {name}"
            )
        self.type, self.index = name, index

    def __repr__(self) -> str:
        return f"device(type='{self.type}'" + (f", index={self.index})" if self.index is not None else ")")

    def __str__(self) -> str:
        return self.type if self.index is None else f"{self.type}:{self.index}"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, device) and (self.type, self.index) == (other.type, other.index)

    def __hash__(self) -> int:
        return hash((self.type, self.index))


CPU = device("cpu")


def check(where: Any) -> None:
    """AssertionError, as a PyTorch without a GPU raises it, unless `where` is None or the CPU."""
    if where is None:
        return
    kind = (
        where if isinstance(where, device) else device("cuda", where) if isinstance(where, int) else device(where)
    ).type
    if kind != "cpu":
        raise AssertionError(f"Torch not compiled with {kind.upper()} enabled: this core runs on the CPU")
