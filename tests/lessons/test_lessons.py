import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from backend import lessons

HERE = Path(__file__).parent
PYTORCH: dict[str, list[float]] = json.loads((HERE / "pytorch.json").read_text())["losses"]


def run(lesson: lessons.Lesson, count: int) -> list[float]:
    script = Path(lessons.__file__).parent / lesson.id / lesson.file
    done = subprocess.run(
        [sys.executable, HERE / "losses.py", script, lesson.data, str(count), "--backplay"],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    found: list[float] = json.loads(done.stdout)
    return found


def test_the_lessons_are_in_order():
    assert [lesson.id for lesson in lessons.all()] == ["digits", "linear", "neuron"]
    assert lessons.get("digits") is lessons.all()[0]
    with pytest.raises(KeyError):
        lessons.get("nonsense")


@pytest.mark.parametrize("lesson", lessons.all(), ids=lambda lesson: lesson.id)
def test_a_lesson_is_whole(lesson: lessons.Lesson):
    for text in (lesson.title, lesson.summary):
        assert set(text) == {"en", "ko"}
        assert all(text.values())
    assert lesson.data.is_dir()
    assert "import torch\n" in lesson.script
    for line in ("optimizer.zero_grad()", "loss = criterion(", "loss.backward()", "optimizer.step()"):
        assert line in lesson.script
    compile(lesson.script, lesson.file, "exec")


def test_data_is_real_and_licensed():
    with np.load(lessons.DATA / "digits.npz") as digits:
        assert digits["images"].shape == (1797, 8, 8)
        assert digits["images"].dtype == np.uint8
        assert digits["images"].max() == 16
        assert np.bincount(digits["labels"]).tolist() == [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]
    penguins = np.loadtxt(lessons.DATA / "penguins.csv", delimiter=",", skiprows=1)
    assert penguins.shape == (342, 4)
    for path in lessons.DATA.iterdir():
        if not path.name.endswith(".LICENSE.txt"):
            licence = path.with_name(f"{path.stem}.LICENSE.txt").read_text(encoding="utf-8")
            assert "creativecommons.org" in licence
            assert path.stat().st_size < 200_000


@pytest.mark.parametrize("lesson", lessons.all(), ids=lambda lesson: lesson.id)
def test_losses_are_pytorchs(lesson: lessons.Lesson):
    # The expected numbers were printed by PyTorch 2.13.0 running the same script (see losses.py). The rates were chosen
    # so that no activation comes within rounding of a ReLU's kink here: PyTorch's float32 and float64 agree as well.
    expected = PYTORCH[lesson.id]
    assert len(expected) == 20
    np.testing.assert_allclose(run(lesson, 20), expected, rtol=0, atol=1e-4)


@pytest.mark.parametrize(("lesson", "iterations"), [("digits", 285), ("linear", 200), ("neuron", 50)])
def test_a_lesson_learns_to_its_end(lesson: str, iterations: int):
    found = run(lessons.get(lesson), 1000)
    assert len(found) == iterations
    assert np.mean(found[-5:]) < 0.2 * np.mean(found[:5])
