"""What `import torch` resolves to: names only, no logic."""

from __future__ import annotations

import sys
from types import ModuleType
from typing import Any

import autograd
import autograd.gradients.gradcheck  # the module, which its function hides in the package
from autograd import (
    amp,
    anomaly,
    checkpoint,
    data,
    distributions,
    func,
    gradients,
    hardware,
    linalg,
    mode,
    nn,
    optim,
    random,
    special,
    testing,
)
from autograd.compat import finder, modules
from autograd.data import dataset, loader, sampler
from autograd.missing import explain
from autograd.nn import functional, init, packing, parallel, parameter, utils
from autograd.nn.utils import parametrizations, parametrize, prune, stateless
from autograd.optim import lr_scheduler, optimizer, swa_utils
from autograd.tensor import RemovableHandle


class _Made(ModuleType):
    def __getattr__(self, name: str) -> Any:
        raise AttributeError(explain(self.__name__, name))


def _module(name: str, names: dict[str, Any]) -> Any:
    made = _Made(name)
    made.__path__ = []
    made.__dict__.update(names)
    return made


_gradcheck = sys.modules["autograd.gradients.gradcheck"]


def install() -> ModuleType:
    """Makes `import torch` and its submodules resolve to this core, which it returns."""
    hooks = _module("torch.utils.hooks", {"RemovableHandle": RemovableHandle})
    torch_utils = _module("torch.utils", {"checkpoint": checkpoint, "data": data, "hooks": hooks})
    # One object under both names, so that what a script sets in one is there in the other.
    cudnn = _module("torch.backends.cudnn", vars(hardware.backends.cudnn))
    backends = _module("torch.backends", {**vars(hardware.backends), "cudnn": cudnn})
    cuda_amp = _module("torch.cuda.amp", vars(hardware.cuda.amp))
    cuda = _module("torch.cuda", {**vars(hardware.cuda), "amp": cuda_amp})
    version = _module("torch.version", vars(hardware.version))
    autograd.backends, autograd.cuda, autograd.utils, autograd.version = backends, cuda, torch_utils, version
    parts = modules.made()
    nn.modules = parts["torch.nn.modules"]
    data.dataloader = loader
    sys.modules.update(
        {
            **parts,
            "torch": autograd,
            "torch.amp": amp,
            "torch.autograd": gradients,
            "torch.autograd.anomaly_mode": anomaly,
            "torch.autograd.function": gradients.function,
            "torch.autograd.functional": gradients.functional,
            "torch.autograd.grad_mode": mode,
            "torch.autograd.gradcheck": _gradcheck,
            "torch.autograd.graph": gradients.graph,
            "torch.autograd.variable": gradients,
            "torch.backends": backends,
            "torch.backends.cudnn": cudnn,
            "torch.cuda": cuda,
            "torch.distributions": distributions,
            **_distributions(),
            "torch.func": func,
            "torch.cuda.amp": cuda_amp,
            "torch.linalg": linalg,
            "torch.nn": nn,
            "torch.nn.functional": functional,
            "torch.nn.init": init,
            "torch.nn.parallel": parallel,
            "torch.nn.parameter": parameter,
            "torch.nn.utils": utils,
            "torch.nn.utils.parametrizations": parametrizations,
            "torch.nn.utils.parametrize": parametrize,
            "torch.nn.utils.prune": prune,
            "torch.nn.utils.rnn": packing,
            "torch.nn.utils.stateless": stateless,
            "torch.optim": optim,
            "torch.optim.lr_scheduler": lr_scheduler,
            "torch.optim.optimizer": optimizer,
            "torch.optim.swa_utils": swa_utils,
            "torch.random": random,
            "torch.special": special,
            "torch.testing": testing,
            "torch.utils": torch_utils,
            "torch.utils.checkpoint": checkpoint,
            "torch.utils.data": data,
            "torch.utils.data.dataloader": loader,
            "torch.utils.data.dataset": dataset,
            "torch.utils.data.sampler": sampler,
            "torch.utils.hooks": hooks,
            "torch.version": version,
        }
    )
    finder.install()
    return autograd


def _distributions() -> dict[str, ModuleType]:
    """`torch.distributions.normal` and its like: one module each, named as PyTorch names them."""
    here = f"{distributions.__name__}."
    found = {name.removeprefix(here): module for name, module in sys.modules.items() if name.startswith(here)}
    return {f"torch.distributions.{name}": module for name, module in found.items()}
