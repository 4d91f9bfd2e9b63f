"""Dropout: each call draws from the generator, seeded alike in both libraries."""

from __future__ import annotations

import warnings
from typing import Any

from cases.case import A, Case, Wrong

LINE, IMAGE, SOLID = (2, 3, 9), (2, 3, 4, 5), (2, 3, 2, 4, 3)


def seeded(T: Any, name: str, x: Any, *args: Any, **options: Any) -> Any:
    """A function after seeding."""
    T.manual_seed(4)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return getattr(T.nn.functional, name)(x, *args, **options)


CASES = [
    Case("dropout", (A,), lambda T, x: seeded(T, "dropout", x, 0.3)),
    Case("dropout_large", ((30, 40),), lambda T, x: seeded(T, "dropout", x, 0.5), rough=True),
    Case("dropout_all", (A,), lambda T, x: seeded(T, "dropout", x, 1.0)),
    Case("dropout_none", (A,), lambda T, x: seeded(T, "dropout", x * 2, 0.0)),
    Case("dropout_eval", (A,), lambda T, x: seeded(T, "dropout", x * 2, 0.7, training=False)),
    Case("dropout_inplace", (A,), lambda T, x: seeded(T, "dropout", x * 2, 0.3, inplace=True)),
    Case("dropout1d", (LINE,), lambda T, x: seeded(T, "dropout1d", x, 0.4)),
    Case("dropout1d_single", (LINE[1:],), lambda T, x: seeded(T, "dropout1d", x, 0.4)),
    Case("dropout2d", (IMAGE,), lambda T, x: seeded(T, "dropout2d", x, 0.4)),
    Case("dropout2d_line", (LINE,), lambda T, x: seeded(T, "dropout2d", x, 0.4)),
    Case("dropout2d_inplace", (IMAGE,), lambda T, x: seeded(T, "dropout2d", x * 2, 0.4, inplace=True)),
    Case("dropout3d", (SOLID,), lambda T, x: seeded(T, "dropout3d", x, 0.4)),
    Case("dropout3d_single", (SOLID[1:],), lambda T, x: seeded(T, "dropout3d", x, 0.4)),
    Case("alpha_dropout", (A,), lambda T, x: seeded(T, "alpha_dropout", x, 0.3, True)),
    Case("alpha_dropout_all", (A,), lambda T, x: seeded(T, "alpha_dropout", x, 1.0, True)),
    Case("alpha_dropout_idle", (A,), lambda T, x: seeded(T, "alpha_dropout", x * 2, 0.3)),
    Case("alpha_dropout_inplace", (A,), lambda T, x: seeded(T, "alpha_dropout", x * 2, 0.3, True, True)),
    Case("feature_alpha_dropout", (IMAGE,), lambda T, x: seeded(T, "feature_alpha_dropout", x, 0.3, True)),
]

WRONG = [
    Wrong("dropout_probability", lambda T: T.nn.functional.dropout(T.zeros(3), 1.5)),
    Wrong("dropout_of_integers", lambda T: T.nn.functional.dropout(T.tensor([1, 2, 3]), 0.5)),
    Wrong("dropout1d_shape", lambda T: T.nn.functional.dropout1d(T.zeros(1, 2, 3, 4), 0.5)),
    Wrong("feature_alpha_dropout_shape", lambda T: T.nn.functional.feature_alpha_dropout(T.zeros(3), 0.5, True)),
    Wrong("alpha_dropout_probability", lambda T: T.nn.functional.alpha_dropout(T.zeros(3), -0.5)),
    Wrong("dropout3d_probability", lambda T: T.nn.functional.dropout3d(T.zeros(1, 1, 1, 1, 3), 2)),
]
