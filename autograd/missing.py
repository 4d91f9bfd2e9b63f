"""What a name that PyTorch has and this core lacks says: its name, and what to use instead where there is something."""

from __future__ import annotations

# Names people reach for, and what does the same here.
INSTEAD = {
    "torch.sparse": "dense tensors",
    "torch.fft": "numpy.fft on .numpy()",
    "torch.autograd.profiler": "time.perf_counter() around the lines to measure",
    "torch.autograd.forward_ad": "torch.func.jvp",
    "torch.func.functionalize": "the function as it is",
    "torch.complex64": "two float tensors, for the real and the imaginary part",
    "torch.nn.CrossMapLRN2d": "LocalResponseNorm, which divides by the same sums",
    "torch.nn.SyncBatchNorm": "BatchNorm1d, BatchNorm2d or BatchNorm3d: in one process they compute the same",
    "torch.bfloat16": "torch.float32",
    "torch.nn.utils.parametrizations.orthogonal": "torch.nn.init.orthogonal_, or a penalty on W.T @ W - I",
    "Tensor.resize": "reshape, or torch.empty of the size that is wanted",
    "Tensor.resize_": "reshape, or torch.empty of the size that is wanted",
    "Tensor.resize_as_": "reshape, or torch.empty_like",
    "Tensor.set_": "t.data = other",
    "Tensor.requires_gradient": "requires_grad",
    "Tensor.gradient": "grad",
}


# Parts of PyTorch that make no sense in one process on a CPU, and what to do instead. They cannot be imported either.
REFUSED = {
    "torch.classes": "ordinary Python classes: no compiled libraries are loaded here",
    "torch.compiler": "the module itself: there is no compiler here",
    "torch.distributed": "one process: there is no distributed training here",
    "torch.export": "the module itself: there is no exporter here",
    "torch.fx": "the module itself: its graph is recorded when it runs",
    "torch.jit": "the module itself, uncompiled: there is no compiler here",
    "torch.multiprocessing": "one process, and DataLoader(num_workers=0)",
    "torch.nn.parallel": "the module itself: there are no devices to spread a batch over",
    "torch.onnx": "`backplay graph --format onnx`, which writes the graph of a recorded run",
    "torch.ops": "the functions of torch: no compiled libraries are loaded here",
    "torch.profiler": "time.perf_counter, or cProfile",
    "torch.autograd.profiler": "time.perf_counter, or cProfile",
    "torch.quantization": "float32: nothing is quantized here",
    "torch.utils.cpp_extension": "torch.autograd.Function, in Python",
    "torch.utils.tensorboard": "print, or `backplay record`, which keeps every number of a run",
}


def explain_import(name: str) -> str:
    """The sentence of the ImportError for a module of PyTorch's that this core does not have."""
    parts = name.split(".")
    for size in range(len(parts), 1, -1):
        hint = REFUSED.get(".".join(parts[:size])) or INSTEAD.get(".".join(parts[:size]))
        if hint:
            return f"{name} is not part of this core; use {hint}"
    return f"No module named '{name}': this core has no such part of PyTorch"


def explain(owner: str, name: str) -> str:
    """The sentence of the AttributeError."""
    path = f"{owner}.{name}"
    hint = INSTEAD.get(path) or REFUSED.get(path) or REFUSED.get(owner)
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
