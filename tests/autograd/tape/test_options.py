"""Options in JSON and back: what a tape keeps to run an op again."""

from __future__ import annotations

import json
import math
from typing import Any

import numpy as np
import pytest

import autograd
from autograd.functions.correlation import Geometry
from autograd.tape.options import Unknown, decode, encode


@pytest.mark.parametrize(
    "value",
    [
        None,
        True,
        3,
        -0.5,
        math.inf,
        "mean",
        (1, (2.5, None)),
        [1, [2]],
        {"a": (1,), 2: [3]},
        slice(None, 4, 2),
        Ellipsis,
        autograd.float32,
        Geometry((1,), (0,), (2,), 3),
    ],
)
def test_there_and_back(value: Any) -> None:
    again = decode(json.loads(json.dumps(encode(value), allow_nan=False)))
    assert again == value and type(again) is type(value)


def test_arrays_and_numpy_numbers() -> None:
    for value in (np.array([[1.5, np.nan]], np.float32), np.arange(3), np.float64(0.1), np.array(True)):
        again = decode(json.loads(json.dumps(encode(value), allow_nan=False)))
        np.testing.assert_array_equal(again, value)
        assert again.dtype == value.dtype and np.shape(again) == np.shape(value)


@pytest.mark.parametrize("value", [object(), lambda: 0, np.zeros(5000), np.array(["a"]), {1, 2}])
def test_what_has_no_json_says_so(value: Any) -> None:
    with pytest.raises(Unknown):
        encode(value)


@pytest.mark.parametrize("text", ['{"nothing": 1}', '{"a": 1, "b": 2}', '{"slice": 3}', '{"dtype": "what"}', "{}"])
def test_what_encode_never_wrote_is_refused(text: str) -> None:
    with pytest.raises(Unknown):
        decode(json.loads(text))
