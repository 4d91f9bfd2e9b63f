"""torch.save and torch.load: what goes in comes out; what is no checkpoint is refused."""

from __future__ import annotations

import io
import pickle
import zipfile
from collections import OrderedDict
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import autograd as torch


def through(obj: Any) -> Any:
    file = io.BytesIO()
    torch.save(obj, file)
    file.seek(0)
    return torch.load(file)


@pytest.mark.parametrize("kind", ["float64", "float32", "float16", "int64", "int32", "int16", "int8", "uint8", "bool"])
def test_every_dtype(kind: str) -> None:
    t = torch.arange(6).reshape(2, 3).to(getattr(torch, kind))
    back = through(t)
    assert back.dtype is t.dtype and torch.equal(back, t)


def test_views_share_one_storage() -> None:
    base = torch.arange(12.0).reshape(3, 4)
    back = through({"whole": base, "part": base[1:, ::2].t()})
    assert torch.equal(back["part"], base[1:, ::2].t())
    back["whole"].zero_()
    assert not back["part"].any()


def test_containers_and_state(tmp_path: Path) -> None:
    model = torch.nn.Sequential(torch.nn.Linear(3, 2), torch.nn.BatchNorm1d(2))
    optimizer = torch.optim.Adam(model.parameters())
    model(torch.randn(4, 3)).sum().backward()
    optimizer.step()
    whole = {"model": model.state_dict(), "optimizer": optimizer.state_dict(), "epoch": 3, "name": "a",
             "size": torch.Size([2]), "kind": torch.float64, "set": {1, 2}, "raw": b"\xff", "none": None,
             "parameter": model[0].weight}  # fmt: skip
    torch.save(whole, tmp_path / "run.pt")
    back = torch.load(tmp_path / "run.pt", map_location="cpu", weights_only=True)
    other = torch.nn.Sequential(torch.nn.Linear(3, 2), torch.nn.BatchNorm1d(2))
    other.load_state_dict(back["model"])
    assert all(torch.equal(a, b) for a, b in zip(model.parameters(), other.parameters(), strict=True))
    torch.optim.Adam(other.parameters()).load_state_dict(back["optimizer"])
    assert isinstance(back["model"], OrderedDict)
    assert (back["epoch"], back["size"], back["kind"], back["set"], back["raw"]) == (
        3,
        (2,),
        torch.float64,
        {1, 2},
        b"\xff",
    )
    assert isinstance(back["parameter"], torch.nn.Parameter) and back["parameter"].requires_grad


def test_same_tensors_give_the_same_file() -> None:
    files = [io.BytesIO(), io.BytesIO()]
    for file in files:
        torch.save({"a": torch.ones(3), "b": torch.zeros(0, 2)}, file)
    assert files[0].getvalue() == files[1].getvalue()


def archive(body: bytes, storages: dict[str, bytes] | None = None, method: int = zipfile.ZIP_STORED) -> io.BytesIO:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as z:
        z.writestr("a/data.pkl", body)
        z.writestr("a/byteorder", "little")
        for key, raw in (storages or {}).items():
            z.writestr(f"a/data/{key}", raw)
    file.seek(0)
    return file


class Evil:
    def __reduce__(self) -> Any:
        return print, ("owned",)


def test_code_is_not_run(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(pickle.UnpicklingError, match="print"):
        torch.load(archive(pickle.dumps(Evil(), protocol=2)))
    assert not capsys.readouterr().out


def pickled(size: tuple[int, ...], stride: tuple[int, ...], offset: int = 0, count: int = 4) -> bytes:
    file = io.BytesIO()
    torch.save(torch.zeros(4), file)
    body = zipfile.ZipFile(file).read("archive/data.pkl")
    assert body.count(b"K\x04") == 2  # the storage's count and the tensor's size
    head, _, tail = body.partition(b"K\x04")
    number = pickle.dumps(count, protocol=2)[2:-1]
    middle, _, rest = tail.partition(b"K\x00K\x04\x85")
    rest = rest[rest.index(b"K\x01\x85") + 3 :]
    rest = rest[rest.index(b"q") + 2 :] if rest[:1] == b"q" else rest
    new = b"".join(pickle.dumps(v, protocol=2)[2:-1] for v in (offset, size, stride))
    return head + number + middle + new + rest


@pytest.mark.parametrize(
    "size, stride, offset, count",
    [((5,), (1,), 0, 4), ((1 << 40,), (0,), 0, 4), ((4,), (1,), 1, 4), ((-1,), (1,), 0, 4), ((2, 2), (1,), 0, 4),
     ((4,), (1,), 0, 1 << 40), ((4,), (-1,), 3, 4)],
)  # fmt: skip
def test_sizes_that_do_not_fit(size: Any, stride: Any, offset: int, count: int) -> None:
    with pytest.raises(pickle.UnpicklingError):
        torch.load(archive(pickled(size, stride, offset, count), {"0": bytes(16)}))


def test_a_fitting_size_is_read() -> None:
    raw = np.arange(4, dtype="<f4").tobytes()
    assert torch.load(archive(pickled((2, 2), (1, 2)), {"0": raw})).tolist() == [[0, 2], [1, 3]]


def test_compressed_and_damaged_files() -> None:
    with pytest.raises(pickle.UnpicklingError, match="compressed"):
        torch.load(archive(pickle.dumps(1, protocol=2), {"0": bytes(1 << 20)}, zipfile.ZIP_DEFLATED))
    with pytest.raises(pickle.UnpicklingError, match=r"1\.6"):
        torch.load(io.BytesIO(pickle.dumps(0x1950A86A20F9469CFC6C, protocol=2)))
    with pytest.raises(pickle.UnpicklingError, match="zip"):
        torch.load(io.BytesIO(b"hello, there"))
    with pytest.raises(RuntimeError):
        torch.load(io.BytesIO(b"PK\x03\x04 cut short"))
    with pytest.raises(pickle.UnpicklingError):
        torch.load(archive(b"\x80\x02cbuiltins\nobject\n)\x81."))
    with pytest.raises(pickle.UnpicklingError):  # an attribute of something shared
        torch.load(archive(b"\x80\x02ctorch\nSize\n}X\x01\x00\x00\x00aK\x01sb."))


def test_another_device() -> None:
    file = io.BytesIO()
    torch.save(torch.ones(1), file)
    file.seek(0)
    with pytest.raises(RuntimeError, match="cuda"):
        torch.load(file, map_location="cuda")
