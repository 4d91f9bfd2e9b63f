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
        parts = [weight_ih, weight_hh]
        if bias_ih is not None and bias_hh is not None:
            parts.append((bias_ih + bias_hh)[:, None])
        # The rows of the gates in the order i, f, o, g: the sigmoids together.
        joined = np.concatenate(parts, 1)
        weights = np.concatenate([joined[: 2 * size], joined[3 * size :], joined[2 * size : 3 * size]])
        weights[: 3 * size] *= kind.type(0.5)
        # All is in the order of the run, which starts at the end in reverse. A slot of `coming` is what a step takes,
        # one of `blocks` its gates and the cell before it: i and f, times g and the cell, are then one product.
        turn = slice(None, None, -1 if reverse else 1)
        coming = np.empty((steps + 1, weights.shape[1], batch), kind)
        states = coming[:, width : width + size]
        coming[:-1, :width] = input[turn].transpose(0, 2, 1)
        states[0] = hx.T
        coming[:, width + size :] = 1
        blocks = np.empty((steps + 1, 5, size, batch), kind)
        blocks[0, 4] = cx.T
        products, curved = np.empty((steps, 2, size, batch), kind), np.empty((steps, size, batch), kind)
        gates = blocks.reshape(steps + 1, 5 * size, batch)[:, : 4 * size]
        dot, multiply, add, tangent = np.dot, np.multiply, np.add, np.tanh
        for x, z, sigmoids, i_f, g_c, o, product, new, bend, h in zip(
            coming,
            gates,
            gates[:, : 3 * size],
            blocks[:, :2],
            blocks[:, 3:],
            blocks[:, 2],
            products,
            blocks[1:, 4],
            curved,
            states[1:],
            strict=False,
        ):
            dot(weights, x, out=z)
            tangent(z, out=z)
            sigmoids *= 0.5
            sigmoids += 0.5
            multiply(i_f, g_c, out=product)
            add(product[0], product[1], out=new)
            tangent(new, out=bend)
            multiply(o, bend, out=h)
        self.saved = weight_ih, weight_hh, blocks, products, coming, curved
        output = np.ascontiguousarray(states[1:][turn].transpose(0, 2, 1))
        return output, states[-1].T.copy(), blocks[-1, 4].T.copy()

    def backward(self, output: Array | None = None, hy: Array | None = None, cy: Array | None = None) -> Shares:
        weight_ih, weight_hh, blocks, products, coming, curved = self.saved
        steps, size, batch = curved.shape
        kind, width = curved.dtype, weight_ih.shape[1]
        i, f, o, g = (blocks[:-1, k] for k in range(4))
        states = coming[1:, width : width + size]
        # What the gradient at a step's cell (or, for the output gate, at its hidden state) is multiplied by:
        # i g (1 - i), f c (1 - f), i - i g g, h (1 - o).
        slopes = np.empty((steps, 4, size, batch), kind)
        np.subtract(1, blocks[:-1, :2], out=slopes[:, :2])
        slopes[:, :2] *= products
        np.multiply(products[:, 0], g, out=slopes[:, 2])
        np.subtract(i, slopes[:, 2], out=slopes[:, 2])
        np.subtract(1, o, out=slopes[:, 3])
        slopes[:, 3] *= states
        through = states * curved  # o - h tanh c
        np.subtract(o, through, out=through)
        dh = np.zeros((size, batch), kind) if hy is None else hy.T.copy()
        dc = np.zeros((size, batch), kind) if cy is None else cy.T.copy()
        part = np.empty((size, batch), kind)
        back = np.ascontiguousarray(weight_hh.T)
        turn = slice(None, None, -1 if self.options["reverse"] else 1)
        arriving = None if output is None else np.ascontiguousarray(output[turn].transpose(0, 2, 1))[::-1]
        delta = slopes.reshape(steps, 4 * size, batch)
        last = slice(None, None, -1)
        dot, multiply = np.dot, np.multiply
        for t, (slope, cell_slopes, out_slope, bend, keep) in enumerate(
            zip(delta[last], slopes[last, :3], slopes[last, 3], through[last], f[last], strict=True)
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
            taken = coming[:-1].transpose(1, 0, 2).reshape(coming.shape[1], steps * batch)
            for_weights = np.dot(delta.transpose(1, 0, 2).reshape(4 * size, steps * batch), taken.T)
        shares: list[Array | None] = [None] * 7
        if self.needs(0):
            shares[0] = np.ascontiguousarray(np.matmul(weight_ih.T, delta)[turn].transpose(0, 2, 1))
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
