"""Write expected.json: what PyTorch holds at the end of each phase of the lessons. Needs PyTorch (see `make parity`).

    python tests/golden/make_expected.py

The lessons' own scripts run, unchanged, under the real PyTorch, with its optimizer watched: values before `step`,
gradients before `step`, values after it, for the first iterations.
"""

import json
import os
from pathlib import Path

import torch

HERE = Path(__file__).parent
LESSONS = HERE.parents[1] / "backend" / "lessons"
ITERATIONS = 3
LARGEST = 64  # of larger tensors the first numbers are kept, and their norm


class Enough(Exception):
    """Iterations enough were watched."""


def numbers(tensor: torch.Tensor) -> dict[str, object]:
    flat = tensor.detach().reshape(-1)
    return {"first": flat[:LARGEST].tolist(), "norm": flat.double().norm().item(), "shape": list(tensor.shape)}


def watch(script: Path) -> list[dict[str, object]]:
    seen: list[dict[str, object]] = []
    namespace: dict[str, object] = {"__name__": "__main__"}
    plain_step = torch.optim.SGD.step

    def step(self: torch.optim.SGD, closure: object = None) -> None:
        parameters = [p for group in self.param_groups for p in group["params"]]
        before = [numbers(p) for p in parameters]
        gradients = [numbers(p.grad) for p in parameters]
        plain_step(self)
        loss = namespace["loss"]
        assert isinstance(loss, torch.Tensor)
        seen.append({
            "loss": loss.item(), "before": before, "gradient": gradients, "after": [numbers(p) for p in parameters],
        })  # fmt: skip
        if len(seen) == ITERATIONS:
            raise Enough

    torch.optim.SGD.step = step  # type: ignore[method-assign]
    try:
        exec(compile(script.read_text(), script.name, "exec"), namespace)
    except Enough:
        pass
    finally:
        torch.optim.SGD.step = plain_step  # type: ignore[method-assign]
    return seen


if __name__ == "__main__":
    os.chdir(LESSONS / "data")
    found = {name: watch(LESSONS / name / f"{name}.py") for name in ("digits", "linear", "neuron")}
    (HERE / "expected.json").write_text(json.dumps({"torch": torch.__version__, "lessons": found}) + "\n")
