import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

import autograd as torch
from autograd import tape


@pytest.fixture
def saved(tmp_path: Path) -> tuple[tape.Tape, Path]:
    w = torch.tensor([1.0, float("nan")], requires_grad=True)
    optimizer = torch.optim.SGD([w], lr=0.1)
    with tape.record() as recorded:
        for _ in range(3):
            optimizer.zero_grad()
            (w * 3).sum().backward()
            optimizer.step()
    recorded.seed, recorded.script = 7, "print('가')\n"
    recorded.save(tmp_path / "run.tape")
    return recorded, tmp_path / "run.tape"


def state(moment: tape.Moment) -> Any:
    return [(key, held.freed, *(None if a is None else (a.dtype.str, a.tobytes()) for a in (held.value, held.gradient)))
            for key, held in moment.tensors.items()]  # fmt: skip


def test_a_round_trip_is_exact(saved: tuple[tape.Tape, Path]) -> None:
    recorded, path = saved
    loaded = tape.load(path)
    assert (loaded.seed, loaded.script, len(loaded)) == (7, "print('가')\n", len(recorded))
    assert loaded.events() == recorded.events()
    for event in range(-1, len(recorded)):
        assert state(loaded.at(event)) == state(recorded.at(event))


def rewrite(path: Path, change: Any) -> None:
    with zipfile.ZipFile(path) as file:
        members = {name: file.read(name) for name in file.namelist()}
    change(members)
    with zipfile.ZipFile(path, "w") as file:
        for name, data in members.items():
            file.writestr(name, data)


def newer(members: dict[str, bytes]) -> None:
    members["manifest.json"] = json.dumps({**json.loads(members["manifest.json"]), "version": 99}).encode()


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (newer, "version 99"),
        (lambda m: m.pop("segments/000001.bpsg"), "cut short"),
        (lambda m: m.update({"../evil": b""}), "no place"),
        (lambda m: m.update({"segments/000001.bpsg": m["segments/000001.bpsg"][:-8]}), "ends inside"),
        (lambda m: m.update({"segments/000001.bpsg": m["segments/000001.bpsg"] + b"more"}), "after its end"),
        (lambda m: m.pop("manifest.json"), "damaged"),
        (lambda m: m.update({"manifest.json": b"[]"}), "manifest"),
    ],
)
def test_a_file_that_is_not_a_tape_is_refused(saved: tuple[tape.Tape, Path], change: Any, says: str) -> None:
    rewrite(saved[1], change)
    with pytest.raises(tape.TapeError, match=says):
        tape.load(saved[1])


def test_a_truncated_or_compressed_zip_is_refused(saved: tuple[tape.Tape, Path], tmp_path: Path) -> None:
    data = saved[1].read_bytes()
    (tmp_path / "cut.tape").write_bytes(data[: len(data) // 2])
    with pytest.raises(tape.TapeError):
        tape.load(tmp_path / "cut.tape")
    with zipfile.ZipFile(tmp_path / "bomb.tape", "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("manifest.json", b" " * 10_000_000)
    with pytest.raises(tape.TapeError, match="compressed"):
        tape.load(tmp_path / "bomb.tape")


def test_a_journal_loads_too(saved: tuple[tape.Tape, Path], tmp_path: Path) -> None:
    journal = tape.Journal(tmp_path / "run.journal", writable=True)
    for segment in saved[0].segments:
        journal.append(segment)
    assert state(tape.load(tmp_path / "run.journal").at("latest")) == state(saved[0].at("latest"))
