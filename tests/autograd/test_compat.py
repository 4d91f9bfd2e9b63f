"""`import torch` and its submodules, in a process of their own."""

from __future__ import annotations

import subprocess
import sys

SCRIPT = """
import autograd.compat
autograd.compat.install()
import torch
import torch.nn as nn
import torch.nn.functional as F
import torch.optim as optim
from torch import Tensor
from torch.autograd import Variable
from torch.nn import Parameter, init
from torch.nn.parameter import Parameter as Same
from torch.nn.utils import clip_grad_norm_
from torch.optim.lr_scheduler import StepLR
from torch.utils.data import DataLoader, TensorDataset
import torch.utils.data as data
import torch.cuda
import autograd
assert torch is autograd and Parameter is Same and torch.utils.data is data
assert torch.optim.SGD is optim.SGD and torch.nn is nn and not torch.cuda.is_available()
device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
model = nn.Linear(2, 1).to(device)
print(F.relu(model(torch.ones(1, 2).to(device))).shape)
try:
    from torch import nonsense
except ImportError:
    print("refused")
"""


def test_imports() -> None:
    done = subprocess.run([sys.executable, "-W", "error", "-c", SCRIPT], capture_output=True, text=True, check=False)
    assert done.stderr == "" and done.stdout == "torch.Size([1, 1])\nrefused\n"


def test_import_is_light() -> None:
    script = (
        "import sys, autograd; "
        "print([m for m in sys.modules if 'torch' in m or m.startswith(('backend', 'autograd.tape'))])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
