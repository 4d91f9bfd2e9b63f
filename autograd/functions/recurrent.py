"""Recurrent layers: an LSTM layer over all its steps as one node, and one step of each kind of cell."""

# numpy's stubs type most results as Any, which says nothing about an op.
# mypy: disable-error-code="no-any-return"
from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from autograd.function import Array, Function, Shares, apply_many
from autograd.functions.activation import relu, sigmoid, tanh
from autograd.functions.common import zeros_like
from autograd.functions.joining import Split, cat, stack
from autograd.functions.linalg import linear

if TYPE_CHECKING:
    from autograd.tensor import Tensor


class UnsafeSplit(Split):
    """The gates of a cell: equal parts along dimension 1, which nobody writes to."""

    __slots__ = ()
    backward_name = "UnsafeSplitBackward0"
    view = False

    def forward(self, input: Array, sizes: list[int], dim: int) -> tuple[Array, ...]:
        self.saved = input.shape, input.dtype
        width = sizes[0]
        return tuple([input[:, start : start + width] for start in range(0, width * len(sizes), width)])

    def differentiate(self, *gradients: Tensor | None) -> Tensor:
        """The gradients side by side, zeros where none came."""
        given = next(g for g in gradients if g is not None)
        return cat(
            [zeros_like(given) if g is None else g for g in gradients]
            + [zeros_like(given) for _ in range(len(self.options["sizes"]) - len(gradients))],
            1,
        )


class LstmLayer(Function):
    """One direction of one LSTM layer over all its steps (Hochreiter and Schmidhuber, 1997), as PyTorch's CPU build
    runs it (oneDNN): gives the hidden states (T, N, H), the last one and the last cell state.

    A step is one product, of all weights with what comes in: the input, the last hidden state, a one for the biases.
    The batch is the last dimension inside, so that every gate is one block of memory. A sigmoid is half a hyperbolic
    tangent of half its argument, so that all gates take one tanh; halving is exact. The gradients of all weights are
    one product at the end.
    """

    __slots__ = ()
    op, backward_name = "lstm", "MkldnnRnnLayerBackward0"
    arguments = ("input", "weight_ih", "weight_hh", "bias_ih", "bias_hh", "hx", "cx")
    saves = ("input", "weight_ih", "weight_hh", "hx", "cx", "output")
    formula = (
        r"\begin{aligned} i, f, o &= \sigma(W_{ih} x_t + b_{ih} + W_{hh} h_{t-1} + b_{hh}) \\"
        r" g &= \tanh(W_{ih} x_t + b_{ih} + W_{hh} h_{t-1} + b_{hh}) \\"
        r" c_t &= f \odot c_{t-1} + i \odot g \\ h_t &= o \odot \tanh c_t \end{aligned}"
    )
    derivatives: ClassVar[dict[str, str]] = {
        "input": r"\delta_t W_{ih}",
        "weight_ih": r"\sum_t \delta_t^T x_t",
        "weight_hh": r"\sum_t \delta_t^T h_{t-1}",
        "bias_ih": r"\sum_t \delta_t",
        "bias_hh": r"\sum_t \delta_t",
        "hx": r"\delta_1 W_{hh}",
        "cx": r"f_1 \odot \tfrac{\partial L}{\partial c_1}",
    }

    def forward(
        self,
        input: Array,
        weight_ih: Array,
        weight_hh: Array,
        bias_ih: Array | None,
        bias_hh: Array | None,
        hx: Array,
        cx: Array,
        reverse: bool = False,
    ) -> tuple[Array, Array, Array]:
        steps, batch, width = input.shape
        size, kind = weight_hh.shape[1], input.dtype
        half = np.full((4 * size, batch), 0.5, kind)
        half[2 * size : 3 * size] = 1
        shift = 1 - half
        parts = [weight_ih, weight_hh]
        if bias_ih is not None and bias_hh is not None:
            parts.append((bias_ih + bias_hh)[:, None])
        biased = len(parts) == 3
        weights = np.concatenate(parts, 1)
        weights[: 2 * size] *= kind.type(0.5)
        weights[3 * size :] *= kind.type(0.5)
        # A slot more than steps: the first states lie before the first step, or in reverse after the last.
        before, after = (slice(1, None), slice(None, -1)) if reverse else (slice(None, -1), slice(1, None))
        turn, first = (slice(None, None, -1), -1) if reverse else (slice(None), 0)
        coming = np.empty((steps + 1, width + size + biased, batch), kind)
        inside = slice(width, width + size)
        coming[before, :width] = input.transpose(0, 2, 1)
        coming[first, inside] = hx.T
        if biased:
            coming[:, -1] = 1
        cells = np.empty((steps + 1, size, batch), kind)
        cells[first] = cx.T
        gates, curved = np.empty((steps, 4 * size, batch), kind), np.empty((steps, size, batch), kind)
        part, c = np.empty((size, batch), kind), cells[first]
        dot, multiply, tangent = np.dot, np.multiply, np.tanh
        for x, z, (i, f, g, o), new, bend, h in zip(
            coming[before][turn],
            gates[turn],
            gates.reshape(steps, 4, size, batch)[turn],
            cells[after][turn],
            curved[turn],
            coming[after, inside][turn],
            strict=True,
        ):
            dot(weights, x, out=z)
            tangent(z, out=z)
            z *= half
            z += shift
            c = multiply(f, c, out=new)
            multiply(i, g, out=part)
            c += part
            tangent(c, out=bend)
            multiply(o, bend, out=h)
        self.saved = weight_ih, weight_hh, gates, coming[before], cells[before], curved
        output = np.ascontiguousarray(coming[after, inside].transpose(0, 2, 1))
        return output, output[0 if reverse else -1].copy(), c.T.copy()

    def backward(self, output: Array | None = None, hy: Array | None = None, cy: Array | None = None) -> Shares:
        weight_ih, weight_hh, gates, coming, cells, curved = self.saved
        steps, size, batch = curved.shape
        kind, width = curved.dtype, weight_ih.shape[1]
        i, f, g, o = (gates[:, k * size : (k + 1) * size] for k in range(4))
        # What the gradient at a step's cell (or, for the output gate, at its hidden state) is multiplied by.
        slopes = np.multiply(gates, gates)
        np.subtract(gates, slopes, out=slopes)
        si, sf, sg, so = (slopes[:, k * size : (k + 1) * size] for k in range(4))
        si *= g
        sf *= cells
        np.multiply(g, g, out=sg)
        np.subtract(1, sg, out=sg)
        sg *= i
        so *= curved
        through = curved * curved
        np.subtract(1, through, out=through)
        through *= o
        dh = np.zeros((size, batch), kind) if hy is None else hy.T.copy()
        dc = np.zeros((size, batch), kind) if cy is None else cy.T.copy()
        part = np.empty((size, batch), kind)
        back = np.ascontiguousarray(weight_hh.T)
        turn = slice(None) if self.options["reverse"] else slice(None, None, -1)
        arriving = None if output is None else np.ascontiguousarray(output.transpose(0, 2, 1))[turn]
        dot, multiply = np.dot, np.multiply
        for t, (slope, cell_slopes, out_slope, bend, keep) in enumerate(
            zip(
                slopes[turn],
                slopes.reshape(steps, 4, size, batch)[turn, :3],
                so[turn],
                through[turn],
                f[turn],
                strict=True,
            )
        ):
            if arriving is not None:
                dh += arriving[t]
            multiply(dh, bend, out=part)
            dc += part
            cell_slopes *= dc
            out_slope *= dh
            dc *= keep
            dot(back, slope, out=dh)
        for_weights = None
        if any(self.needs(k) for k in (1, 2, 3, 4)):
            across = slopes.transpose(1, 0, 2).reshape(4 * size, steps * batch)
            for_weights = np.dot(across, coming.transpose(1, 0, 2).reshape(coming.shape[1], steps * batch).T)
        shares: list[Array | None] = [None] * 7
        if self.needs(0):
            shares[0] = np.ascontiguousarray(np.matmul(weight_ih.T, slopes).transpose(0, 2, 1))
        for k, columns in ((1, slice(width)), (2, slice(width, width + size)), (3, -1), (4, -1)):
            if for_weights is not None and self.needs(k):
                shares[k] = for_weights[:, columns].copy()
        shares[5] = dh.T.copy() if self.needs(5) else None
        shares[6] = dc.T.copy() if self.needs(6) else None
        return tuple(shares)

    def differentiate(
        self, output: Tensor | None = None, hy: Tensor | None = None, cy: Tensor | None = None
    ) -> tuple[Tensor | None, ...]:
        """The shares of `backward`, step by step of recorded ops."""
        x, weight_ih, weight_hh, bias_ih, bias_hh, h, c = self.inputs
        assert x is not None and weight_ih is not None and weight_hh is not None and h is not None and c is not None
        steps, _, width = x.shape
        turn = range(steps - 1, -1, -1) if self.options["reverse"] else range(steps)
        given = linear(x, weight_ih, bias_ih)
        states: list[tuple[Tensor, ...]] = []
        for t in turn:
            i, f, g, o = lstm_gates(given[t], h, weight_hh, bias_hh)
            new = f * c + i * g
            curve = new.tanh()
            states.append((h, c, i, f, g, o, curve))
            h, c = o * curve, new
        dh, dc = (h * 0 if hy is None else hy), (c * 0 if cy is None else cy)
        deltas: list[Tensor] = []
        for t, (_, c, i, f, g, o, curve) in zip(reversed(turn), reversed(states), strict=True):
            if output is not None:
                dh = dh + output[t]
            dc = dc + dh * o * (1 - curve * curve)
            delta = cat([dc * g * i * (1 - i), dc * c * f * (1 - f), dc * i * (1 - g * g), dh * curve * o * (1 - o)], 1)
            deltas.append(delta)
            dh, dc = delta @ weight_hh, dc * f
        deltas.reverse()
        previous = cat([state[0] for state in states])
        flat = cat(deltas)
        ordered = stack(deltas if turn.step > 0 else deltas[::-1])
        bias = flat.sum(0)
        return (
            ordered @ weight_ih if self.needs(0) else None,
            ordered.reshape(-1, flat.shape[1]).t() @ x.reshape(-1, width) if self.needs(1) else None,
            flat.t() @ previous if self.needs(2) else None,
            bias if self.needs(3) else None,
            bias if self.needs(4) else None,
            dh if self.needs(5) else None,
            dc if self.needs(6) else None,
        )


def lstm_layer(
    input: Tensor,
    weight_ih: Tensor,
    weight_hh: Tensor,
    bias_ih: Tensor | None,
    bias_hh: Tensor | None,
    hx: Tensor,
    cx: Tensor,
    reverse: bool = False,
) -> tuple[Tensor, ...]:
    """One direction of one LSTM layer: input (T, N, I), states (N, H); gives (T, N, H) and the last states."""
    return apply_many(LstmLayer, input, weight_ih, weight_hh, bias_ih, bias_hh, hx, cx, reverse=reverse)


def split_gates(values: Tensor, count: int) -> tuple[Tensor, ...]:
    """(N, count * H) as `count` tensors (N, H)."""
    return apply_many(UnsafeSplit, values, sizes=[values._array.shape[1] // count] * count, dim=1)


def lstm_gates(given: Tensor, h: Tensor, weight_hh: Tensor, bias_hh: Tensor | None) -> tuple[Tensor, ...]:
    """The input, forget, cell and output gates; `given` is what the input contributes."""
    i, f, g, o = split_gates(linear(h, weight_hh, bias_hh) + given, 4)
    return sigmoid(i), sigmoid(f), tanh(g), sigmoid(o)


def lstm_step(given: Tensor, state: Any, weight_hh: Tensor, bias_hh: Tensor | None, weight_hr: Tensor | None) -> Any:
    """The next (hidden, cell)."""
    h, c = state
    i, f, g, o = lstm_gates(given, h, weight_hh, bias_hh)
    c = f * c + i * g
    h = o * tanh(c)
    return (h if weight_hr is None else linear(h, weight_hr)), c


def gru_step(given: Tensor, state: Any, weight_hh: Tensor, bias_hh: Tensor | None, weight_hr: Tensor | None) -> Any:
    """The next (hidden,) of a gated recurrent unit (Cho et al., 2014), the reset gate applied after the product."""
    (h,) = state
    new = split_gates(given, 3)
    old = split_gates(linear(h, weight_hh, bias_hh), 3)
    reset, update = sigmoid(old[0] + new[0]), sigmoid(old[1] + new[1])
    candidate = tanh(new[2] + old[2] * reset)
    return ((h - candidate) * update + candidate,)


def tanh_step(given: Tensor, state: Any, weight_hh: Tensor, bias_hh: Tensor | None, weight_hr: Tensor | None) -> Any:
    """The next (hidden,) of a plain recurrent layer."""
    return (tanh(linear(state[0], weight_hh, bias_hh) + given),)


def relu_step(given: Tensor, state: Any, weight_hh: Tensor, bias_hh: Tensor | None, weight_hr: Tensor | None) -> Any:
    """The same with relu."""
    return (relu(linear(state[0], weight_hh, bias_hh) + given),)
