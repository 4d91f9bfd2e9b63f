"""The golden moments that the browser's fold is tested against are what this fold makes today."""

import importlib.util
import json
import math
from pathlib import Path
from typing import Any

GOLDEN = Path(__file__).parents[2] / "golden"


def alike(ours: list[Any] | None, theirs: list[Any] | None) -> bool:
    """Equal, but for the last bits: another processor's tanh may differ in them."""
    if ours is None or theirs is None:
        return ours is theirs
    return len(ours) == len(theirs) and all(
        a == b if isinstance(a, str | bool) else math.isclose(a, b, rel_tol=1e-5, abs_tol=1e-7)
        for a, b in zip(ours, theirs, strict=True)
    )


def test_golden_moments_are_up_to_date(tmp_path: Path) -> None:
    spec = importlib.util.spec_from_file_location("make_moments", GOLDEN / "make_moments.py")
    assert spec is not None and spec.loader is not None
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    script.write(tmp_path)
    for name in script.TAPES:
        said, told = ((where / f"{name}.sentences.json").read_text() for where in (tmp_path, GOLDEN / "moments"))
        assert said == told, "run tests/golden/make_moments.py"
        made = json.loads((tmp_path / f"{name}.json").read_text())
        kept = json.loads((GOLDEN / "moments" / f"{name}.json").read_text())
        assert len(made) == len(kept), "run tests/golden/make_moments.py"
        for ours, theirs in zip(made, kept, strict=True):
            assert ours["phase"] == theirs["phase"]
            assert ours["tensors"].keys() == theirs["tensors"].keys()
            for tensor, held in ours["tensors"].items():
                for of in ("value", "gradient", "arriving"):
                    assert alike(held[of], theirs["tensors"][tensor][of]), (ours["event"], tensor, of)
