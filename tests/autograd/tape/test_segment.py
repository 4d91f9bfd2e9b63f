"""Segments as bytes: what is written is read, and what is not a segment is refused with a sentence."""

import json
import struct
import zlib
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from autograd.tape import Journal, Segment, TapeError


def make(arrays: dict[int, Any], **fields: Any) -> Segment:
    header = {
        "iteration": 0, "first": 0, "count": 1, "complete": True, "structure": "a" * 16, "layout": "b" * 16,
        "define": {}, "entry": [], "writes": list(arrays), "details": {}, "loss": None, "norms": {}, **fields,
    }  # fmt: skip
    return Segment(header, arrays)


dtypes = st.sampled_from([np.float32, np.float64, np.float16, np.int64, np.int32, np.uint8, np.bool_])


@given(st.lists(dtypes.flatmap(lambda d: hnp.arrays(d, hnp.array_shapes(min_dims=0, min_side=0)))))
def test_a_round_trip_is_exact(arrays: list[Any]) -> None:
    segment = make(dict(enumerate(arrays)))
    data = segment.to_bytes()
    read, end = Segment.from_buffer(data)
    assert end == len(data) and read.header == segment.header
    for identity, array in segment.arrays.items():
        assert read.arrays[identity].dtype == array.dtype and read.arrays[identity].shape == array.shape
        assert read.arrays[identity].tobytes() == array.tobytes()
        assert not read.arrays[identity].flags.writeable


def test_the_documented_layout_is_enough_to_read_one() -> None:
    data = make({7: np.arange(6, dtype=np.float32).reshape(2, 3)}).to_bytes()
    magic, version, header_size, checksum, body_size = struct.unpack("<4sIIIQ", data[:24])
    assert (magic, version, header_size % 8) == (b"BPSG", 1, 0)
    text = data[24 : 24 + header_size]
    assert zlib.crc32(text) == checksum and len(data) == 24 + header_size + body_size
    [[identity, dtype, shape, offset]] = json.loads(text)["arrays"]
    body = data[24 + header_size :]
    assert identity == 7
    np.testing.assert_array_equal(np.frombuffer(body, dtype, 6, offset).reshape(shape), [[0, 1, 2], [3, 4, 5]])


def test_what_is_not_a_segment_is_refused() -> None:
    data = make({0: np.zeros(4, np.float32)}).to_bytes()
    for damaged, says in [
        (data[:20], "ends inside"),
        (data[:-1], "ends inside"),
        (b"ZIP!" + data[4:], "not a tape"),
        (data[:4] + struct.pack("<I", 2) + data[8:], "version 2"),
        (data[:30] + b"\0" + data[31:], "checksum"),
        (data[:8] + struct.pack("<I", 1 << 31) + data[12:], "absurd"),
    ]:
        with pytest.raises(TapeError, match=says):
            Segment.from_buffer(damaged)


def test_an_array_that_lies_outside_or_holds_objects_is_refused() -> None:
    def crafted(table: list[Any]) -> bytes:
        text = json.dumps({**make({}).header, "arrays": table}).encode()
        text += b" " * (-len(text) % 8)
        return struct.pack("<4sIIIQ", b"BPSG", 1, len(text), zlib.crc32(text), 8) + text + b"\0" * 8

    for table in [[[0, "<f4", [1000], 0]], [[0, "<f4", [2], 4]], [[0, "<f4", [2], -8]], [[0, "|O", [1], 0]]]:
        with pytest.raises(TapeError):
            Segment.from_buffer(crafted(table))


def test_a_journal_recovers_all_but_a_torn_last_segment(tmp_path: Any) -> None:
    path = tmp_path / "run.journal"
    journal = Journal(path, writable=True)
    for count in range(3):
        journal.append(make({count: np.full(3, count, np.float32)}, iteration=count, first=count))
    journal.close()
    whole = path.read_bytes()
    path.write_bytes(whole + whole[:40])
    assert len(Journal(path)) == 3
    reopened = Journal(path, writable=True)
    reopened.append(make({3: np.full(3, 3, np.float32)}, iteration=3, first=3))
    assert [float(reopened.array(identity)[0]) for identity in range(4)] == [0, 1, 2, 3]
    assert path.read_bytes()[: len(whole)] == whole


def test_a_journal_read_while_it_grows(tmp_path: Any) -> None:
    writer = Journal(tmp_path / "run.journal", writable=True)
    reader = Journal(tmp_path / "run.journal")
    assert reader.refresh() == 0
    writer.append(make({0: np.ones(2)}))
    assert reader.refresh() == 1 and reader.array(0).tolist() == [1, 1]
