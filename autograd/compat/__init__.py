"""What `import torch` resolves to: names only, no logic."""

from __future__ import annotations

import sys
from types import ModuleType

import autograd
import autograd.gradients.gradcheck  # the module, which its function hides in the package
from autograd import anomaly, checkpoint, data, func, gradients, hardware, mode, nn, optim, random, special
from autograd.data import dataset, loader, sampler
from autograd.nn import functional, init, module, packing, parameter, utils
from autograd.optim import lr_scheduler, optimizer, swa_utils

_gradcheck = sys.modules["autograd.gradients.gradcheck"]


def install() -> ModuleType:
    """Makes `import torch` and its submodules resolve to this core, which it returns."""
    torch_utils = ModuleType("torch.utils")
    torch_utils.checkpoint = checkpoint  # type: ignore[attr-defined]
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
            "torch.autograd.anomaly_mode": anomaly,
            "torch.autograd.function": gradients.function,
            "torch.autograd.functional": gradients.functional,
            "torch.autograd.grad_mode": mode,
            "torch.autograd.gradcheck": _gradcheck,
            "torch.autograd.graph": gradients.graph,
            "torch.autograd.variable": gradients,
            "torch.backends": backends,
            "torch.cuda": cuda,
            "torch.func": func,
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
            "torch.special": special,
            "torch.utils": torch_utils,
            "torch.utils.checkpoint": checkpoint,
            "torch.utils.data": data,
            "torch.utils.data.dataloader": loader,
            "torch.utils.data.dataset": dataset,
            "torch.utils.data.sampler": sampler,
        }
    )
    return autograd
