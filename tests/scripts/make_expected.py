"""Writes expected.json: the losses of every script here under PyTorch. Run with PyTorch's Python."""

import contextlib
import io
import json
import runpy
from pathlib import Path

import torch

HERE = Path(__file__).parent


def main() -> None:
    if torch.__version__.split("+")[0] != "2.13.0" or "backplay" in torch.__version__:
        raise SystemExit(f"expected numbers come from PyTorch 2.13.0, not {torch.__version__}")
    torch.set_num_threads(1)
    expected = {}
    for script in sorted(HERE.glob("*.py")):
        if script.name != Path(__file__).name:
            with contextlib.redirect_stdout(io.StringIO()):
                expected[script.stem] = runpy.run_path(str(script))["losses"]
    text = json.dumps(expected, indent=0)
    (HERE / "expected.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
