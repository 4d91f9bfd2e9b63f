"""Activations."""

from __future__ import annotations

from cases.case import A, Case

CASES = [
    Case("relu", (A,), lambda T, a: T.relu(a)),
    Case("sigmoid", (A,), lambda T, a: a.sigmoid()),
    Case("tanh", (A,), lambda T, a: a.tanh()),
    Case("leaky_relu", (A,), lambda T, a: T.nn.functional.leaky_relu(a, 0.2)),
    Case("elu", (A,), lambda T, a: T.nn.functional.elu(a, 1.5)),
    Case("silu", (A,), lambda T, a: T.nn.functional.silu(a)),
    Case("softplus", (A,), lambda T, a: T.nn.functional.softplus(a, 2.0, 3.0)),
    Case("gelu", (A,), lambda T, a: T.nn.functional.gelu(a)),
    Case("gelu_tanh", (A,), lambda T, a: T.nn.functional.gelu(a, approximate="tanh")),
    Case("relu6", (((5, 5), (-3.0, 9.0)),), lambda T, a: T.nn.functional.relu6(a), composed=True),
    Case("logsigmoid", (A,), lambda T, a: T.nn.functional.logsigmoid(a), composed=True),
    Case("softmax", (A,), lambda T, a: a.softmax(1)),
    Case("softmax_0", (A,), lambda T, a: T.softmax(a, dim=0)),
    Case("log_softmax", ((2, 3, 4),), lambda T, a: T.log_softmax(a, -1)),
]
