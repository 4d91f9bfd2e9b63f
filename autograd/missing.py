"""What a name that PyTorch has and this core lacks says: its name, and what to use instead where there is something."""

from __future__ import annotations

# Names people reach for, and what does the same here.
INSTEAD = {
    "torch.jit": "call the module itself: there is no compiler here",
    "torch.distributed": "one process: there is no distributed training here",
    "torch.multiprocessing": "one process, and DataLoader(num_workers=0)",
    "torch.sparse": "dense tensors",
    "torch.fft": "numpy.fft on .numpy()",
    "torch.autograd.profiler": "time.perf_counter() around the lines to measure",
    "torch.autograd.forward_ad": "torch.func.jvp",
    "torch.func.functionalize": "the function as it is",
    "torch.complex64": "two float tensors, for the real and the imaginary part",
    "torch.nn.CrossMapLRN2d": "LocalResponseNorm, which divides by the same sums",
    "torch.nn.SyncBatchNorm": "BatchNorm1d, BatchNorm2d or BatchNorm3d: in one process they compute the same",
    "torch.bfloat16": "torch.float32",
    "Tensor.resize_": "reshape, or torch.empty of the size that is wanted",
    "Tensor.resize_as_": "reshape, or torch.empty_like",
    "Tensor.set_": "t.data = other",
    "Tensor.requires_gradient": "requires_grad",
    "Tensor.gradient": "grad",
}


def explain(owner: str, name: str) -> str:
    """The sentence of the AttributeError."""
    hint = INSTEAD.get(f"{owner}.{name}")
    kind = f"'{owner}' object" if owner == "Tensor" else f"module '{owner}'"
    return f"{kind} has no attribute '{name}'" + (f"; use {hint}" if hint else "")


def of(owner: str) -> list[str]:
    """The names that `owner` lacks and for which there is a hint."""
    return [key.rpartition(".")[2] for key in INSTEAD if key.rpartition(".")[0] == owner]


class Missing:
    """An attribute that raises the AttributeError with its hint."""

    def __init__(self, owner: str, name: str) -> None:
        self.sentence = explain(owner, name)

    def __get__(self, instance: object, kind: type) -> None:
        raise AttributeError(self.sentence)
