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


PARTS = """
import autograd.compat
autograd.compat.install()
import torch
import torch.backends.cudnn as cudnn
import torch.nn.modules.linear
import torch.optim.adam
import torch.version
from torch.cuda.amp import GradScaler, autocast
from torch.nn.modules.batchnorm import _BatchNorm
from torch.nn.modules.conv import _ConvNd
from torch.nn.modules.loss import MSELoss
from torch.nn.modules.utils import _pair
from torch.nn.parallel import DistributedDataParallel
from torch.nn.utils import parametrizations, prune
from torch.nn.utils.rnn import pad_sequence
from torch.testing import assert_close
from torch.utils.data.dataloader import DataLoader
from torch.utils.hooks import RemovableHandle
cudnn.deterministic = True
assert torch.backends.cudnn.deterministic and torch.backends.cudnn is cudnn
assert torch.nn.modules.linear.Linear is torch.nn.Linear and MSELoss is torch.nn.MSELoss
assert torch.optim.adam.Adam is torch.optim.Adam
assert torch.utils.data.dataloader.DataLoader is DataLoader is torch.utils.data.DataLoader
assert isinstance(torch.nn.Conv2d(1, 1, 1), _ConvNd) and isinstance(torch.nn.BatchNorm2d(1), _BatchNorm)
assert _pair(3) == (3, 3) and _pair((1, 2)) == (1, 2)
assert torch.__version__.startswith("2.13.0") and torch.version.cuda is None
for line in (
    "import torch.distributed", "import torch.distributed.rpc", "from torch import distributed",
    "import torch.multiprocessing as mp", "import torch.jit", "torch.jit.script", "torch.fx.symbolic_trace",
    "torch.onnx.export", "from torch.profiler import profile", "torch.classes.load_library", "torch.bfloat16",
    "from torch.utils.tensorboard import SummaryWriter", "torch.distributed.init_process_group",
    "torch.nn.parallel.scatter", "torch.nn.utils.parametrizations.orthogonal",
):
    try:
        exec(line)
    except (AttributeError, ImportError) as error:
        assert "; use " in str(error), (line, str(error))
    else:
        raise AssertionError(line)
for line in ("import torch.engine", "import torch.nn.nonsense", "from torch.nn.modules.loss import Nonsense"):
    try:
        exec(line)
    except ImportError:
        continue
    raise AssertionError(line)
try:
    torch.autocast("cpu")
except NotImplementedError as error:
    print(error)
"""


def test_parts_and_what_is_refused() -> None:
    done = subprocess.run([sys.executable, "-W", "error", "-c", PARTS], capture_output=True, text=True, check=False)
    assert done.stderr == "" and "bfloat16" in done.stdout
