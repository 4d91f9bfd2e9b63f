"""The golden moments that the browser's fold is tested against are what this fold makes today."""

import importlib.util
import json
from pathlib import Path

import pytest

GOLDEN = Path(__file__).parents[2] / "golden"


def test_golden_moments_are_up_to_date(tmp_path: Path) -> None:
    spec = importlib.util.spec_from_file_location("make_moments", GOLDEN / "make_moments.py")
    assert spec is not None and spec.loader is not None
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    script.write(tmp_path)
    for name in script.TAPES:
        made = json.loads((tmp_path / f"{name}.json").read_text())
        kept = json.loads((GOLDEN / "moments" / f"{name}.json").read_text())
        assert len(made) == len(kept), "run tests/golden/make_moments.py"
        for ours, theirs in zip(made, kept, strict=True):
            assert ours["phase"] == theirs["phase"]
            assert ours["tensors"].keys() == theirs["tensors"].keys()
            for tensor, held in ours["tensors"].items():
                for of in ("value", "gradient", "arriving"):
                    # Another processor's tanh may differ in the last bit.
                    assert held[of] == pytest.approx(theirs["tensors"][tensor][of], rel=1e-5), (tensor, of)
