"""RNN, LSTM and GRU layers, and their cells."""

from __future__ import annotations

import math
import warnings
from typing import Any

from autograd import creation, recording
from autograd.functions import recurrent
from autograd.functions.joining import cat, stack, unbind
from autograd.nn import functional as F
from autograd.nn import init
from autograd.nn.module import Module
from autograd.nn.packing import PackedSequence
from autograd.nn.parameter import Parameter
from autograd.tensor import Tensor

STEPS: dict[str, Any] = {
    "RNN_TANH": recurrent.tanh_step,
    "RNN_RELU": recurrent.relu_step,
    "GRU": recurrent.gru_step,
    "LSTM": recurrent.lstm_step,
}
GATES = {"RNN_TANH": 1, "RNN_RELU": 1, "GRU": 3, "LSTM": 4}
# The states of a layer: first the hidden one, for an LSTM also the cell's.
State = tuple[Tensor, ...]


def _check_sizes(input_size: Any, hidden_size: Any) -> None:
    for name, size in (("input_size", input_size), ("hidden_size", hidden_size)):
        if not isinstance(size, int):
            raise TypeError(f"{name} should be of type int, got: {type(size).__name__}")
        if size <= 0:
            raise ValueError(f"{name} must be greater than zero")


class RNNBase(Module):
    """What the recurrent layers share: weights by name, the run over layers, directions and steps.

    Input (T, N, I), or (N, T, I) with `batch_first`, or (T, I) for one sequence, or a PackedSequence. Gives the last
    layer's hidden states at every step and the last states of each layer and direction, (layers * directions, N, H).
    """

    def __init__(
        self,
        mode: str,
        input_size: int,
        hidden_size: int,
        num_layers: int = 1,
        bias: bool = True,
        batch_first: bool = False,
        dropout: float = 0.0,
        bidirectional: bool = False,
        proj_size: int = 0,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        super().__init__()
        if isinstance(dropout, bool) or not isinstance(dropout, (int, float)) or not 0 <= dropout <= 1:
            raise ValueError(
                "dropout should be a number in range [0, 1] representing the probability of an element being zeroed"
            )
        if dropout > 0 and num_layers == 1:
            warnings.warn(
                "dropout option adds dropout after all but last recurrent layer, so non-zero dropout expects "
                f"num_layers greater than 1, but got dropout={dropout} and num_layers={num_layers}",
                stacklevel=3,
            )
        for name, flag in (("bias", bias), ("batch_first", batch_first)):
            if not isinstance(flag, bool):
                raise TypeError(f"{name} should be of type bool, got: {type(flag).__name__}")
        _check_sizes(input_size, hidden_size)
        if num_layers <= 0:
            raise ValueError("num_layers must be greater than zero")
        if proj_size < 0:
            raise ValueError("proj_size should be a positive integer or zero to disable projections")
        if proj_size >= hidden_size:
            raise ValueError("proj_size has to be smaller than hidden_size")
        self.mode, self.input_size, self.hidden_size, self.num_layers = mode, input_size, hidden_size, num_layers
        self.bias, self.batch_first, self.dropout = bias, batch_first, float(dropout)
        self.bidirectional, self.proj_size = bidirectional, proj_size
        self._names: list[list[str]] = []
        gates, width = GATES[mode] * hidden_size, proj_size or hidden_size
        for layer in range(num_layers):
            for suffix in ("", "_reverse") if bidirectional else ("",):
                given = width * (2 if bidirectional else 1) if layer else input_size
                shapes: dict[str, tuple[int, ...]] = {"weight_ih": (gates, given), "weight_hh": (gates, width)}
                if bias:
                    shapes |= {"bias_ih": (gates,), "bias_hh": (gates,)}
                if proj_size:
                    shapes["weight_hr"] = (proj_size, hidden_size)
                self._names.append([f"{name}_l{layer}{suffix}" for name in shapes])
                for name, shape in shapes.items():
                    weight = Parameter(creation.empty(*shape, dtype=dtype, device=device))
                    self.register_parameter(f"{name}_l{layer}{suffix}", weight)
        with recording.paused():
            self.reset_parameters()

    def reset_parameters(self) -> None:
        """Uniform first values, bounded by 1 / sqrt(hidden_size)."""
        bound = 1.0 / math.sqrt(self.hidden_size)
        for weight in self.parameters():
            init.uniform_(weight, -bound, bound)

    def flatten_parameters(self) -> None:
        """Nothing: it matters on a GPU only."""

    @property
    def all_weights(self) -> list[list[Parameter]]:
        """The weights of each layer and direction."""
        return [[getattr(self, name) for name in names] for names in self._names]

    def forward(self, input: Any, hx: Any = None) -> Any:
        if isinstance(input, PackedSequence):
            return self._packed(input, hx)
        kind = type(self).__name__
        if input.ndim not in (2, 3):
            raise ValueError(f"{kind}: Expected input to be 2D or 3D, got {input.ndim}D instead")
        batched = input.ndim == 3
        if not batched:
            input = input.unsqueeze(0 if self.batch_first else 1)
            if hx is not None:
                hx = self._unbatched(hx)
        elif hx is not None:
            self._batched(hx)
        self._check_input(input, 3)
        batch = input._array.shape[0 if self.batch_first else 1]
        states = self._states(hx, input, batch)
        steps = input.transpose(0, 1) if self.batch_first else input
        output, last = self._run(steps, states, None)
        if self.batch_first:
            output = output.transpose(0, 1)
        if not batched:
            output, last = output.squeeze(0 if self.batch_first else 1), tuple([s.squeeze(1) for s in last])
        return output, self._shown(last)

    def _packed(self, packed: PackedSequence, hx: Any) -> Any:
        data, counts, order, back = packed
        self._check_input(data, 2)
        sizes = counts.tolist()
        if hx is not None and order is not None:
            hx = tuple([s.index_select(1, order) for s in hx]) if self.mode == "LSTM" else hx.index_select(1, order)
        output, last = self._run(data, self._states(hx, data, sizes[0]), sizes)
        if back is not None:
            last = tuple([s.index_select(1, back) for s in last])
        return PackedSequence(output, counts, order, back), self._shown(last)

    # -- states ----------------------------------------------------------------------------------------------------

    def _shown(self, states: State) -> Any:
        return states[0]

    def _given(self, hx: Any) -> State:
        return (hx,)

    def _batched(self, hx: Any) -> None:
        if hx.ndim != 3:
            raise RuntimeError(f"For batched 3-D input, hx should also be 3-D but got {hx.ndim}-D tensor")

    def _unbatched(self, hx: Any) -> Any:
        if hx.ndim != 2:
            raise RuntimeError(f"For unbatched 2-D input, hx should also be 2-D but got {hx.ndim}-D tensor")
        return hx.unsqueeze(1)

    def _states(self, hx: Any, input: Tensor, batch: int) -> State:
        count = self.num_layers * (2 if self.bidirectional else 1)
        widths = (self.proj_size or self.hidden_size, self.hidden_size)[: 2 if self.mode == "LSTM" else 1]
        if hx is None:
            return tuple([creation.zeros(count, batch, width, dtype=input.dtype) for width in widths])
        given = self._given(hx)
        for place, (state, width) in enumerate(zip(given, widths, strict=True)):
            if state.shape != (count, batch, width):
                which = "hidden" if len(widths) == 1 else f"hidden[{place}]"
                raise RuntimeError(f"Expected {which} size {(count, batch, width)}, got {list(state.shape)}")
        return given

    def _check_input(self, input: Tensor, dimensions: int) -> None:
        weight: Tensor = getattr(self, self._names[0][0])
        if input.dtype != weight.dtype:
            raise ValueError(
                f"RNN input dtype ({input.dtype}) does not match weight dtype ({weight.dtype}). Convert input: "
                f"input.to({weight.dtype}), or convert model: model.to({input.dtype})"
            )
        if input.ndim != dimensions:
            raise RuntimeError(f"input must have {dimensions} dimensions, got {input.ndim}")
        if input.shape[-1] != self.input_size:
            raise RuntimeError(
                f"input.size(-1) must be equal to input_size. Expected {self.input_size}, got {input.shape[-1]}"
            )

    # -- the run ---------------------------------------------------------------------------------------------------

    def _run(self, value: Tensor, states: State, sizes: list[int] | None) -> tuple[Tensor, State]:
        lasts: list[State] = []
        directions = 2 if self.bidirectional else 1
        for layer in range(self.num_layers):
            outputs = []
            for direction in range(directions):
                place = layer * directions + direction
                weights = self._weights(place)
                first = tuple([s[place] for s in states])
                if sizes is not None:
                    output, last = self._packed_layer(value, first, weights, sizes, direction == 1)
                elif self.mode == "LSTM" and not self.proj_size:
                    w_ih, w_hh, b_ih, b_hh = weights[:4]
                    assert w_ih is not None and w_hh is not None
                    output, *rest = recurrent.lstm_layer(
                        value, w_ih, w_hh, b_ih, b_hh, first[0], first[1], reverse=direction == 1
                    )
                    last = tuple(rest)
                else:
                    output, last = self._layer(value, first, weights, direction == 1)
                outputs.append(output)
                lasts.append(last)
            value = outputs[0] if directions == 1 else cat(outputs, -1)
            if self.dropout and self.training and layer < self.num_layers - 1:
                value = F.dropout(value, self.dropout, True)
        return value, tuple([stack(parts, 0) for parts in zip(*lasts, strict=True)])

    def _weights(self, place: int) -> tuple[Any, ...]:
        """(weight_ih, weight_hh, bias_ih, bias_hh, weight_hr) of one layer and direction, None where there is none."""
        held = {name.split("_l")[0]: getattr(self, name) for name in self._names[place]}
        return tuple([held.get(n) for n in ("weight_ih", "weight_hh", "bias_ih", "bias_hh", "weight_hr")])

    def _layer(self, value: Tensor, state: State, weights: Any, reverse: bool) -> tuple[Tensor, State]:
        weight_ih, weight_hh, bias_ih, bias_hh, weight_hr = weights
        step = STEPS[self.mode]
        given = unbind(F.linear(value, weight_ih, bias_ih), 0)
        outputs = []
        for part in reversed(given) if reverse else given:
            state = step(part, state, weight_hh, bias_hh, weight_hr)
            outputs.append(state[0])
        return stack(outputs[::-1] if reverse else outputs, 0), state

    def _packed_layer(
        self, value: Tensor, first: State, weights: Any, sizes: list[int], reverse: bool
    ) -> tuple[Tensor, State]:
        """The sequences that end at a step leave the batch there; in reverse they join it."""
        weight_ih, weight_hh, bias_ih, bias_hh, weight_hr = weights
        step = STEPS[self.mode]
        given = F.linear(value, weight_ih, bias_ih)
        ends = [sum(sizes[: i + 1]) for i in range(len(sizes))]
        size = sizes[-1] if reverse else sizes[0]
        state = tuple([s[:size] for s in first]) if reverse else first
        outputs, left = [], []
        for t in range(len(sizes) - 1, -1, -1) if reverse else range(len(sizes)):
            if sizes[t] < size:
                left.append(tuple([s[sizes[t] :] for s in state]))
                state = tuple([s[: sizes[t]] for s in state])
            elif sizes[t] > size:
                state = tuple([cat([s, f[size : sizes[t]]]) for s, f in zip(state, first, strict=True)])
            size = sizes[t]
            state = step(given[ends[t] - size : ends[t]], state, weight_hh, bias_hh, weight_hr)
            outputs.append(state[0])
        if left:
            state = tuple([cat(parts) for parts in zip(state, *left[::-1], strict=True)])
        return cat(outputs[::-1] if reverse else outputs), state

    def extra_repr(self) -> str:
        text = f"{self.input_size}, {self.hidden_size}"
        usual = {"proj_size": 0, "num_layers": 1, "bias": True, "batch_first": False, "dropout": 0}
        for name, value in {**usual, "bidirectional": False}.items():
            if getattr(self, name) != value:
                text += f", {name}={getattr(self, name)}"
        return text


class RNN(RNNBase):
    """`h = tanh(W_ih x + b_ih + W_hh h + b_hh)`, or relu (Elman, 1990).

    Arguments: input_size, hidden_size, num_layers=1, nonlinearity="tanh", bias=True, batch_first=False, dropout=0.0,
    bidirectional=False. ValueError for another nonlinearity.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        if "proj_size" in kwargs:
            raise ValueError("proj_size argument is only supported for LSTM, not RNN or GRU")
        if len(args) > 3:
            nonlinearity = args[3]
            args = args[:3] + args[4:]
        else:
            nonlinearity = kwargs.pop("nonlinearity", "tanh")
        if nonlinearity not in ("tanh", "relu"):
            raise ValueError(f"Unknown nonlinearity '{nonlinearity}'. Select from 'tanh' or 'relu'.")
        super().__init__(f"RNN_{nonlinearity.upper()}", *args, **kwargs)
        self.nonlinearity = nonlinearity


class GRU(RNNBase):
    """Gated recurrent units (Cho et al., 2014).

    Arguments: input_size, hidden_size, num_layers=1, bias=True, batch_first=False, dropout=0.0, bidirectional=False.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        if "proj_size" in kwargs:
            raise ValueError("proj_size argument is only supported for LSTM, not RNN or GRU")
        super().__init__("GRU", *args, **kwargs)


class LSTM(RNNBase):
    """Long short-term memory (Hochreiter and Schmidhuber, 1997); its state is (hidden, cell).

    Arguments: input_size, hidden_size, num_layers=1, bias=True, batch_first=False, dropout=0.0, bidirectional=False,
    proj_size=0 (then hidden states are projected to that size, https://arxiv.org/abs/1402.1128).
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__("LSTM", *args, **kwargs)

    def _shown(self, states: State) -> Any:
        return states

    def _given(self, hx: Any) -> State:
        return tuple(hx)

    def _batched(self, hx: Any) -> None:
        if hx[0].ndim != 3 or hx[1].ndim != 3:
            raise RuntimeError(
                f"For batched 3-D input, hx and cx should also be 3-D but got ({hx[0].ndim}-D, {hx[1].ndim}-D) tensors"
            )

    def _unbatched(self, hx: Any) -> Any:
        if hx[0].ndim != 2 or hx[1].ndim != 2:
            raise RuntimeError(
                "For unbatched 2-D input, hx and cx should also be 2-D but got "
                f"({hx[0].ndim}-D, {hx[1].ndim}-D) tensors"
            )
        return hx[0].unsqueeze(1), hx[1].unsqueeze(1)


class RNNCellBase(Module):
    """What the cells share: the weights of one step. Input (N, I) or (I)."""

    bias_ih: Parameter | None
    bias_hh: Parameter | None
    mode = ""

    def __init__(
        self, input_size: int, hidden_size: int, bias: bool, num_chunks: int, device: Any = None, dtype: Any = None
    ) -> None:
        super().__init__()
        for name, size in (("input_size", input_size), ("hidden_size", hidden_size)):
            if not isinstance(size, int):
                raise TypeError(f"{name} should be of type int, got: {type(size).__name__}")
            if size < 0:
                raise RuntimeError(f"{name} must not be negative, got {size}")
        self.input_size, self.hidden_size, self.bias = input_size, hidden_size, bias
        rows = num_chunks * hidden_size
        self.weight_ih = Parameter(creation.empty(rows, input_size, dtype=dtype, device=device))
        self.weight_hh = Parameter(creation.empty(rows, hidden_size, dtype=dtype))
        for name in ("bias_ih", "bias_hh"):
            self.register_parameter(name, Parameter(creation.empty(rows, dtype=dtype)) if bias else None)
        with recording.paused():
            self.reset_parameters()

    def reset_parameters(self) -> None:
        """Uniform first values, bounded by 1 / sqrt(hidden_size)."""
        bound = 1.0 / math.sqrt(self.hidden_size) if self.hidden_size else 0.0
        for weight in self.parameters():
            init.uniform_(weight, -bound, bound)

    def _step(self, input: Tensor, states: State | None, count: int) -> State:
        kind = type(self).__name__
        if input.ndim not in (1, 2):
            raise ValueError(f"{kind}: Expected input to be 1D or 2D, got {input.ndim}D instead")
        for place, state in enumerate(states or ()):
            if state.ndim not in (1, 2):
                which = "hidden" if count == 1 else f"hx[{place}]"
                raise ValueError(f"{kind}: Expected {which} to be 1D or 2D, got {state.ndim}D instead")
        batched = input.ndim == 2
        if not batched:
            input = input.unsqueeze(0)
        if input.shape[1] != self.input_size:
            raise RuntimeError(f"input has inconsistent input_size: got {input.shape[1]}, expected {self.input_size}")
        if states is None:
            states = (creation.zeros(input.shape[0], self.hidden_size, dtype=input.dtype),) * count
        elif not batched:
            states = tuple([s.unsqueeze(0) for s in states])
        for state in states:
            if state.shape != (input.shape[0], self.hidden_size):
                raise RuntimeError(
                    f"hidden has inconsistent size: got {list(state.shape)}, expected "
                    f"{[input.shape[0], self.hidden_size]}"
                )
        given = F.linear(input, self.weight_ih, self.bias_ih)
        result: State = STEPS[self.mode](given, states, self.weight_hh, self.bias_hh, None)
        return result if batched else tuple([s.squeeze(0) for s in result])

    def extra_repr(self) -> str:
        text = f"{self.input_size}, {self.hidden_size}" + ("" if self.bias else f", bias={self.bias}")
        return text + (f", nonlinearity={self.nonlinearity}" if getattr(self, "nonlinearity", "tanh") != "tanh" else "")


class RNNCell(RNNCellBase):
    """One step of `RNN`: input (N, I) and hidden (N, H) give the next hidden. RuntimeError for another nonlinearity."""

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        bias: bool = True,
        nonlinearity: str = "tanh",
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        super().__init__(input_size, hidden_size, bias, 1, device, dtype)
        self.nonlinearity = nonlinearity

    def forward(self, input: Tensor, hx: Tensor | None = None) -> Tensor:
        if self.nonlinearity not in ("tanh", "relu"):
            raise RuntimeError(f"Unknown nonlinearity: {self.nonlinearity}")
        self.mode = f"RNN_{self.nonlinearity.upper()}"
        return self._step(input, None if hx is None else (hx,), 1)[0]


class GRUCell(RNNCellBase):
    """One step of `GRU`: input (N, I) and hidden (N, H) give the next hidden."""

    mode = "GRU"

    def __init__(
        self, input_size: int, hidden_size: int, bias: bool = True, device: Any = None, dtype: Any = None
    ) -> None:
        super().__init__(input_size, hidden_size, bias, 3, device, dtype)

    def forward(self, input: Tensor, hx: Tensor | None = None) -> Tensor:
        return self._step(input, None if hx is None else (hx,), 1)[0]


class LSTMCell(RNNCellBase):
    """One step of `LSTM`: input (N, I) and (hidden, cell), each (N, H), give the next (hidden, cell)."""

    mode = "LSTM"

    def __init__(
        self, input_size: int, hidden_size: int, bias: bool = True, device: Any = None, dtype: Any = None
    ) -> None:
        super().__init__(input_size, hidden_size, bias, 4, device, dtype)

    def forward(self, input: Tensor, hx: Any = None) -> tuple[Tensor, ...]:
        return self._step(input, None if hx is None else tuple(hx), 2)
