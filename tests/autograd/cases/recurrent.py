"""Recurrent layers and cells, packed and padded sequences."""

from __future__ import annotations

import warnings
from typing import Any

from cases.case import Case, Wrong

I, H, N, STEPS = 3, 2, 2, 3
X, S = (STEPS, N, I), (1, N, H)


def layer(T: Any, kind: str, tensors: tuple[Any, ...], *given: Any, **options: Any) -> Any:
    """`nn.<kind>` with `tensors` for its weights: all it gives as one vector, and nothing else of its own."""
    module = getattr(T.nn, kind)(I, H, **options).to(tensors[0].dtype)
    for (name, _), tensor in zip(list(module.named_parameters()), tensors, strict=True):
        del module._parameters[name]
        setattr(module, name, tensor)
    with warnings.catch_warnings():
        # What PyTorch says of projections: that another of its kernels runs.
        warnings.filterwarnings("ignore", "LSTM with projections")
        return joined(T, module(*given))


def joined(T: Any, results: Any) -> Any:
    flat: list[Any] = []
    for part in results if isinstance(results, tuple) else (results,):
        if isinstance(part, tuple):
            flat += [p.reshape(-1) for p in part if p is not None and p.is_floating_point()]
        else:
            flat.append(part.reshape(-1))
    return T.cat(flat)


def weights(gates: int, width: int = I, hidden: int = H, bias: bool = True) -> tuple[tuple[int, ...], ...]:
    rows = gates * H
    return ((rows, width), (rows, hidden), *(((rows,), (rows,)) if bias else ()))


def packed(T: Any, x: Any, lengths: list[int], sort: bool = True) -> Any:
    return T.nn.utils.rnn.pack_padded_sequence(x, T.tensor(lengths), enforce_sorted=sort)


LSTM, GRU, RNN = weights(4), weights(3), weights(1)

CASES = [
    Case("lstm", (X, S, S, *LSTM), lambda T, x, h, c, *w: layer(T, "LSTM", w, x, (h, c)), composed=True),
    Case("lstm_no_states", (X, *LSTM), lambda T, x, *w: layer(T, "LSTM", w, x), composed=True),
    Case(
        "lstm_no_bias", (X, *weights(4, bias=False)), lambda T, x, *w: layer(T, "LSTM", w, x, bias=False), composed=True
    ),
    Case(
        "lstm_both_ways",
        (X, (2, N, H), (2, N, H), *LSTM, *LSTM),
        lambda T, x, h, c, *w: layer(T, "LSTM", w, x, (h, c), bidirectional=True),
        composed=True,
    ),
    Case(
        "lstm_two_layers",
        ((N, STEPS, I), *LSTM, *weights(4, H)),
        lambda T, x, *w: layer(T, "LSTM", w, x, num_layers=2, batch_first=True),
        composed=True,
    ),
    Case(
        "lstm_projected",
        (X, *weights(4, hidden=1), (1, H)),
        lambda T, x, *w: layer(T, "LSTM", w, x, proj_size=1),
        composed=True,
    ),
    Case(
        "lstm_packed",
        (X, (2, N, H), (2, N, H), *LSTM, *LSTM),
        lambda T, x, h, c, *w: layer(T, "LSTM", w, packed(T, x, [2, 3], False), (h, c), bidirectional=True),
        composed=True,
    ),
    Case("gru", (X, S, *GRU), lambda T, x, h, *w: layer(T, "GRU", w, x, h), composed=True),
    Case(
        "gru_both_ways",
        ((STEPS, I), *GRU, *GRU),
        lambda T, x, *w: layer(T, "GRU", w, x, bidirectional=True),
        composed=True,
    ),
    Case("rnn", (X, S, *RNN), lambda T, x, h, *w: layer(T, "RNN", w, x, h), composed=True),
    Case("rnn_relu", (X, *RNN), lambda T, x, *w: layer(T, "RNN", w, x, nonlinearity="relu"), composed=True),
    Case("lstm_cell", ((N, I), (N, H), (N, H), *LSTM), lambda T, x, h, c, *w: layer(T, "LSTMCell", w, x, (h, c)),
         composed=True),
    Case("lstm_cell_alone", ((I,), *LSTM), lambda T, x, *w: layer(T, "LSTMCell", w, x), composed=True),
    Case("gru_cell", ((N, I), (N, H), *GRU), lambda T, x, h, *w: layer(T, "GRUCell", w, x, h), composed=True),
    Case("rnn_cell", ((N, I), (N, H), *RNN), lambda T, x, h, *w: layer(T, "RNNCell", w, x, h), composed=True),
    Case(
        "rnn_cell_relu", ((N, I), *weights(1, bias=False)),
        lambda T, x, *w: layer(T, "RNNCell", w, x, nonlinearity="relu", bias=False), composed=True,
    ),
    Case("pack_padded", (X,), lambda T, x: packed(T, x, [3, 1]).data),
    Case("pack_padded_unsorted", (X,), lambda T, x: packed(T, x, [1, 3], False).data),
    Case(
        "pad_packed",
        (X,),
        lambda T, x: T.nn.utils.rnn.pad_packed_sequence(packed(T, x, [3, 1]), total_length=4)[0],
        composed=True,
    ),
    Case(
        "pad_sequence",
        ((2, I), (3, I), (1, I)),
        lambda T, *s: T.nn.utils.rnn.pad_sequence(list(s), batch_first=True, padding_value=0.5),
        composed=True,
    ),
    Case(
        "pad_sequence_left",
        ((2, I), (3, I)),
        lambda T, *s: T.nn.utils.rnn.pad_sequence(list(s), padding_side="left"),
        composed=True,
    ),
]  # fmt: skip


def _run(T: Any, kind: str, *shapes: Any, **options: Any) -> Any:
    given = [tuple(T.zeros(*s) for s in shape) if isinstance(shape[0], tuple) else T.zeros(*shape) for shape in shapes]
    return getattr(T.nn, kind)(I, H, **options)(*given)


def _pad(T: Any, *lengths: int, **options: Any) -> Any:
    return T.nn.utils.rnn.pack_padded_sequence(T.zeros(*X), list(lengths), **options)


WRONG = [
    Wrong("rnn_dims", lambda T: _run(T, "RNN", (1, 2, 3, I))),
    Wrong("rnn_width", lambda T: _run(T, "RNN", (STEPS, N, 4))),
    Wrong("rnn_type", lambda T: T.nn.RNN(I, H)(T.zeros(*X).double())),
    Wrong("gru_state_size", lambda T: _run(T, "GRU", X, (1, N, 5))),
    Wrong("gru_state_dims", lambda T: _run(T, "GRU", X, (N, H))),
    Wrong("gru_state_dims_alone", lambda T: _run(T, "GRU", (STEPS, I), (1, N, H))),
    Wrong("lstm_state_size", lambda T: _run(T, "LSTM", X, (S, (1, N, 5)))),
    Wrong("lstm_state_dims", lambda T: _run(T, "LSTM", X, (S, (N, H)))),
    Wrong("lstm_state_dims_alone", lambda T: _run(T, "LSTM", (STEPS, I), (S, S))),
    Wrong("lstm_sizes", lambda T: T.nn.LSTM(0, 3)),
    Wrong("lstm_hidden", lambda T: T.nn.LSTM(3, 0)),
    Wrong("lstm_size_type", lambda T: T.nn.LSTM(3, 2.0)),
    Wrong("lstm_layers", lambda T: T.nn.LSTM(3, 2, 0)),
    Wrong("lstm_projection", lambda T: T.nn.LSTM(3, 2, proj_size=2)),
    Wrong("lstm_negative_projection", lambda T: T.nn.LSTM(3, 2, proj_size=-1)),
    Wrong("gru_projection", lambda T: T.nn.GRU(3, 2, proj_size=1)),
    Wrong("rnn_projection", lambda T: T.nn.RNN(3, 2, proj_size=1)),
    Wrong("rnn_nonlinearity", lambda T: T.nn.RNN(3, 2, nonlinearity="sigmoid")),
    Wrong("lstm_dropout", lambda T: T.nn.LSTM(3, 2, 2, dropout=1.5)),
    Wrong("lstm_bias", lambda T: T.nn.LSTM(3, 2, bias=1)),
    Wrong("rnn_cell_dims", lambda T: _run(T, "RNNCell", X)),
    Wrong("rnn_cell_width", lambda T: _run(T, "RNNCell", (N, 4))),
    Wrong("rnn_cell_state", lambda T: _run(T, "RNNCell", (N, I), (N, 4))),
    Wrong("rnn_cell_state_dims", lambda T: _run(T, "RNNCell", (N, I), (1, N, H))),
    Wrong("rnn_cell_negative", lambda T: T.nn.RNNCell(-1, 3)),
    Wrong("rnn_cell_size_type", lambda T: T.nn.RNNCell(1.5, 3)),
    Wrong("rnn_cell_nonlinearity", lambda T: _run(T, "RNNCell", (N, I), nonlinearity="sigmoid")),
    Wrong("gru_cell_batch", lambda T: _run(T, "GRUCell", (N, I), (3, H))),
    Wrong("lstm_cell_state_dims", lambda T: _run(T, "LSTMCell", (N, I), ((N, H), (1, N, H)))),
    Wrong("pack_unsorted", lambda T: _pad(T, 1, 3)),
    Wrong("pack_empty", lambda T: _pad(T, 3, 0)),
    Wrong("pack_count", lambda T: _pad(T, 3, 2, 1)),
    Wrong("pad_too_short", lambda T: T.nn.utils.rnn.pad_packed_sequence(_pad(T, 3, 1), total_length=2)),
    Wrong("pad_side", lambda T: T.nn.utils.rnn.pad_sequence([T.zeros(2)], padding_side="top")),
    Wrong("pad_number", lambda T: T.nn.utils.rnn.pad_sequence(3)),
    Wrong("pad_shapes", lambda T: T.nn.utils.rnn.pad_sequence([T.zeros(2, 3), T.zeros(2, 4)])),
]
