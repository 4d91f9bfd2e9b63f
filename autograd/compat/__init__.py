"""What `import torch` resolves to: names only, no logic."""

from __future__ import annotations

import sys
from types import ModuleType

import autograd
from autograd import data, distributions, func, gradients, hardware, linalg, nn, optim, random
from autograd.data import dataset, loader, sampler
from autograd.nn import functional, init, module, packing, parameter, utils
from autograd.optim import lr_scheduler, optimizer, swa_utils


def install() -> ModuleType:
    """Makes `import torch` and its submodules resolve to this core, which it returns."""
    torch_utils = ModuleType("torch.utils")
    torch_utils.data = data  # type: ignore[attr-defined]
    autograd.utils = torch_utils
    cuda = ModuleType("torch.cuda")
    cuda.__dict__.update(vars(hardware.cuda))
    backends = ModuleType("torch.backends")
    backends.__dict__.update(vars(hardware.backends))
    nn_modules = ModuleType("torch.nn.modules")
    nn_modules.__dict__.update({name: getattr(nn, name) for name in dir(nn) if name[:1].isupper()})
    sys.modules.update(
        {
            "torch": autograd,
            "torch.autograd": gradients,
            "torch.backends": backends,
            "torch.cuda": cuda,
            "torch.distributions": distributions,
            **_distributions(),
            "torch.func": func,
            "torch.linalg": linalg,
            "torch.nn": nn,
            "torch.nn.functional": functional,
            "torch.nn.init": init,
            "torch.nn.modules": nn_modules,
            "torch.nn.modules.module": module,
            "torch.nn.parameter": parameter,
            "torch.nn.utils": utils,
            "torch.nn.utils.rnn": packing,
            "torch.optim": optim,
            "torch.optim.lr_scheduler": lr_scheduler,
            "torch.optim.optimizer": optimizer,
            "torch.optim.swa_utils": swa_utils,
            "torch.random": random,
            "torch.utils": torch_utils,
            "torch.utils.data": data,
            "torch.utils.data.dataloader": loader,
            "torch.utils.data.dataset": dataset,
            "torch.utils.data.sampler": sampler,
        }
    )
    return autograd


def _distributions() -> dict[str, ModuleType]:
    """`torch.distributions.normal` and its like: one module each, named as PyTorch names them."""
    here = f"{distributions.__name__}."
    found = {name.removeprefix(here): module for name, module in sys.modules.items() if name.startswith(here)}
    return {f"torch.distributions.{name}": module for name, module in found.items()}
