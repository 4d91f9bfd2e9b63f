"""Write moments/: small tapes, and what every moment of them holds. Python made them; TypeScript must read the same.

    python tests/golden/make_moments.py [FOLDER]

NAME.bpsg holds whole segments, one after another; NAME.sentences.json what is said of each event, by language;
NAME.json one entry per event: for each tensor its value, gradient,
arriving share (flat lists, null for none), optimizer state, and whether its gradient was freed.
"""

from __future__ import annotations

import json
import math
import sys
from pathlib import Path
from typing import Any

import numpy as np

import autograd as torch
from autograd import tape
from autograd.tape.sentences import LANGUAGES

HERE = Path(__file__).parent


def neuron() -> None:
    w = torch.tensor(0.8, requires_grad=True)
    b = torch.tensor(-0.3, requires_grad=True)
    x, y = torch.tensor(1.5), torch.tensor(1.0)
    optimizer = torch.optim.SGD([w, b], lr=0.1)
    for _ in range(2):
        optimizer.zero_grad()
        loss = (torch.tanh(w * x + b) - y) ** 2
        loss.backward()
        optimizer.step()


def shared() -> None:
    """A weight used twice, momentum, whole numbers, a mask, printed text, a gradient nobody clears."""
    torch.manual_seed(3)
    w = torch.randn(3, 2, requires_grad=True)
    rows = torch.tensor([[0, 2], [1, 0]])
    x = torch.tensor([[1.0, -2.0, 0.5], [0.0, 1.0, float("inf")]], dtype=torch.float64).float()
    x[1, 2] = 4.0
    optimizer = torch.optim.SGD([w], lr=0.05, momentum=0.9)
    for step in range(3):
        hidden = x @ w
        again = torch.relu(hidden) * (hidden > 0.5)
        picked = w[rows]
        loss = again.sum() + (picked * picked).mean()
        loss.backward()
        optimizer.step()
        print("step", step)


TAPES = {"neuron": neuron, "shared": shared}


def plain(array: np.ndarray[Any, Any] | None) -> list[object] | None:
    if array is None:
        return None
    return [x if not isinstance(x, float) or math.isfinite(x) else str(x) for x in np.asarray(array).ravel().tolist()]


def write(folder: Path) -> None:
    folder.mkdir(exist_ok=True)
    for name, run in TAPES.items():
        with tape.record() as recorded:
            run()
        whole = [recorded.whole(n) for n in range(len(recorded.segments))]
        (folder / f"{name}.bpsg").write_bytes(
            b"".join(one.to_bytes(define=recorded.structure(one).body) for one in whole)
        )
        moments = []
        for event in range(len(recorded)):
            moment = recorded.at(event)
            moments.append(
                {
                    "event": event,
                    "iteration": moment.iteration,
                    "phase": moment.phase,
                    "tensors": {
                        key: {
                            "value": plain(held.value),
                            "gradient": plain(held.gradient),
                            "arriving": plain(held.arriving),
                            "state": {of: plain(state) for of, state in held.state.items()},
                            "freed": held.freed,
                        }
                        for key, held in moment.tensors.items()
                    },
                }
            )
        said = {
            language: [recorded.at(event).sentence(language) for event in range(len(recorded))]
            for language in LANGUAGES
        }
        (folder / f"{name}.sentences.json").write_text(json.dumps(said, ensure_ascii=False, indent=1) + "\n")
        (folder / f"{name}.json").write_text(json.dumps(moments, indent=None, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    write(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE / "moments")
