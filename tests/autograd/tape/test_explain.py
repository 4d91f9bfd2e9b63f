"""Explanations that must read well, each against arithmetic done by hand."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

import autograd as torch
from autograd import nn, tape
from autograd.nn import functional as F
from autograd.tape.explain import Explanation, Factor, Group, Part, Term


def products(terms: list[Any]) -> list[tuple[float, ...]]:
    """Each term's coefficient and factors' values, sorted."""
    return sorted((term.coefficient, *[f.value for f in term.factors]) for term in terms)


def gradient_event(t: tape.Tape, tensor: str) -> int:
    """The last event that wrote an array into the gradient of a tensor."""
    found = -1
    for event in t.events():
        for write in event["writes"]:
            held = t.at(event["index"]).tensors
            if write == {"tensor": tensor, "of": "gradient"} and held[tensor].gradient is not None:
                found = event["index"]
    return found


def gradient(t: tape.Tape, tensor: str, index: Any = ()) -> Explanation:
    """Why the gradient of an element is what it is, where it stood complete."""
    return t.explain(tensor, index, gradient_event(t, tensor), of="gradient")


def factors(of: Any) -> list[Factor]:
    """Every element that an explanation, term or part refers to."""
    if isinstance(of, Factor):
        return [of]
    if isinstance(of, Explanation):
        return [f for term in of.terms for f in factors(term)]
    if isinstance(of, Group):
        return [f for term in of.sum.largest(50)[0] for f in factors(term)] + ([of.reference] if of.reference else [])
    if isinstance(of, Part):
        return [f for argument in of.arguments for term in argument.largest(50)[0] for f in factors(term)]
    assert isinstance(of, Term)
    return [f for factor in of.factors for f in factors(factor)]


# Products ---------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def line() -> tape.Tape:
    """y = x W^T + b for two samples, L = Σ y²/2: the gradient at y is y."""
    x = torch.tensor([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
    w = torch.tensor([[1.0, 0.0, -1.0], [2.0, -1.0, 0.5]], requires_grad=True)
    b = torch.tensor([0.5, -0.5], requires_grad=True)
    with tape.record() as t:
        y = F.linear(x, w, b)
        ((y * y).sum() / 2).backward()
    return t


def test_a_linear_element_is_a_dot_product(line: tape.Tape) -> None:
    """1·2 + 2·(−1) + 3·0.5 − 0.5 = 1."""
    found = line.explain("linear", (0, 1), "0:forward")
    assert found.kind == "product_and_bias" and found.value == found.evaluate() == 1
    assert products(found.terms) == [(1, -0.5), (1, 1, 2), (1, 2, -1), (1, 3, 0.5)]
    assert [abs(term.evaluate()) for term in found.terms] == [2, 2, 1.5, 0.5]
    refers = {(f.source.tensor, f.index) for f in factors(found)}
    assert ("w", (1, 2)) in refers and ("linear.input", (0, 2)) in refers and ("b", (1,)) in refers
    assert "3 products" in found.sentence["en"] and "내적" in found.sentence["ko"]
    assert r"\text{weight}^T" in found.latex and "= 1" in found.latex_numbers


def test_a_weights_gradient_is_one_share_per_sample(line: tape.Tape) -> None:
    """y[:, 1] = (1, 5.5); w[1, 2] met x[0, 2] = 3 and x[1, 2] = 6: 1·3 + 5.5·6 = 36."""
    found = gradient(line, "w", (1, 2))
    assert found.kind == "per_sample" and found.value == found.evaluate() == 36
    assert [(term.sample, term.evaluate()) for term in found.terms] == [(1, 33), (0, 3)]
    assert products(found.terms) == [(1, 1, 3), (1, 5.5, 6)]
    assert "one share per sample" in found.sentence["en"] and "2 shares" in found.sentence["en"]


def test_a_bias_gradient_is_a_sum_over_the_batch_and_says_why(line: tape.Tape) -> None:
    found = gradient(line, "b", (1,))
    assert found.kind == "broadcast" and products(found.terms) == [(1, 1), (1, 5.5)]
    assert "copied to 2 places" in found.sentence["en"] and "add up" in found.sentence["en"]


def test_left_out_terms_are_counted_and_added_up() -> None:
    x, w = torch.arange(30.0), torch.ones(30, requires_grad=True)
    with tape.record() as t:
        (x @ w).backward()
    found = t.explain("dot", (), "0:forward", limit=3)
    assert [term.evaluate() for term in found.terms] == [29, 28, 27]
    assert found.left_out == (27, 435 - 84) and found.evaluate() == 435
    assert len(t.explain("dot", (), "0:forward", limit=100).terms) == 30


def test_a_convolution_element_is_kernel_times_patch() -> None:
    image = torch.arange(16.0).reshape(1, 1, 4, 4)
    kernel = torch.tensor([[[[1.0, 2.0], [3.0, 4.0]]]], requires_grad=True)
    with tape.record() as t:
        F.conv2d(image, kernel).sum().backward()
    found = t.explain("conv2d", (0, 0, 1, 2), "0:forward")
    # The patch at row 1, column 2: 6 7 / 10 11.
    assert found.kind == "patch" and products(found.terms) == [(1, 6, 1), (1, 7, 2), (1, 10, 3), (1, 11, 4)]
    back = gradient(t, "kernel", (0, 0, 1, 0))
    # One sample: nine positions, each 1 times the pixel below: rows 1–3, columns 0–2.
    assert back.value == sum(4 * row + column for row in (1, 2, 3) for column in (0, 1, 2))
    assert len(back.sum) == 9


def test_a_convolutions_weight_gradient_is_grouped_by_sample() -> None:
    torch.manual_seed(0)
    image, kernel = torch.randn(3, 2, 5, 5), torch.randn(4, 2, 3, 3, requires_grad=True)
    with tape.record() as t:
        F.conv2d(image, kernel, padding=1).sum().backward()
    found = gradient(t, "kernel", (1, 0, 0, 0))
    groups = found.terms
    assert all(isinstance(group, Group) and group.by == "sample" for group in groups)
    assert sorted(group.key for group in groups) == [0, 1, 2]
    # The gradient is 1 everywhere; the upper left weight never meets the last row and column.
    for group in groups:
        assert group.evaluate() == pytest.approx(float(image.numpy()[group.key, 0, :4, :4].sum()), rel=1e-5)
        assert len(group.sum) == 16


# Sums of gradients ------------------------------------------------------------------------------------------------


def test_broadcasting_backwards_is_a_sum() -> None:
    x, b = torch.ones(3, 2), torch.tensor([1.0, 2.0], requires_grad=True)
    with tape.record() as t:
        ((x + b) * torch.tensor([[1.0], [2.0], [4.0]])).sum().backward()
    found = gradient(t, "b", (0,))
    assert found.kind == "broadcast" and found.value == 7
    assert products(found.terms) == [(1, 1), (1, 2), (1, 4)]
    assert "copied to 3 places" in found.sentence["en"]


def test_fan_out_adds_up_and_each_share_is_explained() -> None:
    """L = (x y)(x z) at 3, 2, −1: the shares at x are y · x z = −6 and z · x y = −6."""
    x, y, z = (torch.tensor(v, requires_grad=True) for v in (3.0, 2.0, -1.0))
    with tape.record() as t:
        ((x * y) * (x * z)).backward()
    found = gradient(t, "x")
    assert found.kind == "fan_out" and found.value == -12
    assert [group.key for group in found.terms] == ["mul~2", "mul"]
    for group in found.terms:
        assert isinstance(group, Group) and group.evaluate() == -6 and group.reference is not None
        inner = t.explain("x", (), group.reference.source.at, of=group.reference.source.of)
        assert inner.value == -6 and inner.node == group.key
    assert "(−6) + (−6) = −12" in found.sentence["en"]


def test_a_node_that_gets_a_tensor_twice_sends_two_shares() -> None:
    x = torch.tensor([[1.0, 2.0], [3.0, 5.0]], requires_grad=True)
    with tape.record() as t:
        y = x * 1
        (y @ y).sum().backward()
    found = gradient(t, "mul", (0, 1))
    # d/dA of Σ A A at (0, 1): the row sum of A's row 1, plus the column sum of column 0.
    assert found.value == found.evaluate() == (3 + 5) + (1 + 3)
    assert sorted(group.evaluate() for group in found.terms) == [4, 8]


def test_a_gradient_nobody_cleared_says_so() -> None:
    w = torch.tensor(2.0, requires_grad=True)
    optimizer = torch.optim.SGD([w], lr=0.0)
    with tape.record() as t:
        for _ in range(3):
            (w * 3).backward()
            optimizer.step()
    found = t.explain("w", (), "2:backward", of="gradient")
    assert found.kind == "piled_up" and found.value == found.evaluate() == 9
    assert "6 was there already" in found.sentence["en"]
    assert sorted(term.evaluate() for term in found.terms) == [3, 6]


def test_zero_grad_and_the_seed() -> None:
    w = torch.tensor([2.0], requires_grad=True)
    optimizer = torch.optim.SGD([w], lr=0.1)
    with tape.record() as t:
        for _ in range(2):
            optimizer.zero_grad(set_to_none=False)
            (w * 3).sum().backward()
            optimizer.step()
    assert t.explain("w", 0, "1:zero_grad", of="gradient").kind == "cleared"
    seed = next(e["index"] for e in t.events() if e["kind"] == "accumulate" and e["node"] is None)
    assert t.explain("sum", (), seed, of="gradient").kind == "seed"


# Losses, normalisation, gates -------------------------------------------------------------------------------------


def test_softmax_and_cross_entropy_is_p_minus_y_over_n() -> None:
    logits = torch.tensor([[1.0, 2.0, 3.0], [0.0, 0.0, 0.0]], requires_grad=True)
    with tape.record() as t:
        F.cross_entropy(logits * 1, torch.tensor([2, 0])).backward()
    powers = [math.exp(k) for k in (1, 2, 3)]
    p = [power / sum(powers) for power in powers]
    hit, miss = gradient(t, "mul", (0, 2)), gradient(t, "mul", (0, 1))
    assert hit.kind == miss.kind == "cross_entropy"
    assert hit.evaluate() == pytest.approx((p[2] - 1) / 2) and miss.evaluate() == pytest.approx(p[1] / 2)
    assert f"({p[2]:.4g} − 1) / 2" in hit.sentence["en"] and f"({p[1]:.4g} − 0) / 2" in miss.sentence["en"]
    assert gradient(t, "mul", (1, 0)).evaluate() == pytest.approx((1 / 3 - 1) / 2)


def test_a_softmax_element_is_a_share_of_one() -> None:
    with tape.record() as t:
        torch.softmax(torch.tensor([0.0, math.log(3.0)], requires_grad=True), 0).sum().backward()
    found = t.explain("softmax", 1, "0:forward")
    assert found.kind == "softmax" and found.evaluate() == pytest.approx(0.75)


def test_normalisation_is_the_distance_from_the_mean_over_the_spread() -> None:
    """1, 3, 5, 7: mean 4, variance 5."""
    x = torch.tensor([[1.0, 3.0, 5.0, 7.0]], requires_grad=True)
    weight, bias = torch.full((4,), 2.0), torch.full((4,), 10.0)
    with tape.record() as t:
        F.layer_norm(x, (4,), weight, bias, eps=0.0).sum().backward()
    found = t.explain("layer_norm", (0, 3), "0:forward")
    assert found.kind == "normalised" and found.evaluate() == pytest.approx(3 / math.sqrt(5) * 2 + 10)
    assert "the mean 4" in found.sentence["en"] and f"{math.sqrt(5):.4g}" in found.sentence["en"]


def test_max_pool_routes_the_gradient_to_the_largest() -> None:
    x = torch.tensor([[[[1.0, 4.0], [3.0, 2.0]]]], requires_grad=True)
    with tape.record() as t:
        (F.max_pool2d(x * 1, 2) * 5).sum().backward()
    found = t.explain("max_pool2d", (0, 0, 0, 0), "0:forward")
    assert found.kind == "chosen" and products(found.terms) == [(1, 4)] and "3 others" in found.sentence["en"]
    won, lost = gradient(t, "mul", (0, 0, 0, 1)), gradient(t, "mul", (0, 0, 1, 0))
    assert (won.kind, won.value) == ("routed", 5) and products(won.terms) == [(1, 5)]
    assert (lost.kind, lost.value, lost.evaluate()) == ("not_routed", 0, 0)


def test_relu_is_a_gate() -> None:
    x = torch.tensor([2.0, -3.0], requires_grad=True)
    with tape.record() as t:
        (torch.relu(x * 1) * 7).sum().backward()
    assert [t.explain("relu", i, "0:forward").kind for i in (0, 1)] == ["kept", "closed"]
    opened, shut = gradient(t, "mul", 0), gradient(t, "mul", 1)
    assert opened.kind == "gate_open" and products(opened.terms) == [(1, 7)]
    assert shut.kind == "gate_closed" and products(shut.terms) == [(0, 7)] and "7" in shut.sentence["en"]


def test_dropout_is_a_mask() -> None:
    torch.manual_seed(0)
    x = torch.ones(20, requires_grad=True)
    with tape.record() as t:
        (F.dropout(x * 1, 0.5) * 3).sum().backward()
    values = t.at("0:forward").tensors["dropout"].value
    dropped, kept = int(np.flatnonzero(values == 0)[0]), int(np.flatnonzero(values)[0])
    assert t.explain("dropout", dropped, "0:forward").kind == "dropped"
    assert products(t.explain("dropout", kept, "0:forward").terms) == [(1, 1, 2)]
    assert gradient(t, "mul", dropped).kind == "mask_closed"
    back = gradient(t, "mul", kept)
    assert back.kind == "mask_open" and products(back.terms) == [(1, 3, 2)]


def test_an_embedding_is_a_row_and_its_gradient_a_sum_over_uses() -> None:
    table = torch.tensor([[1.0, 2.0], [3.0, 4.0]], requires_grad=True)
    with tape.record() as t:
        rows = F.embedding(torch.tensor([1, 0, 1]), table)
        (rows * torch.tensor([[1.0], [2.0], [4.0]])).sum().backward()
    found = t.explain("embedding", (2, 1), "0:forward")
    assert found.kind == "row" and [f.index for f in factors(found)] == [(1, 1)]
    back = gradient(t, "table", (1, 1))
    assert back.value == 5 and products(back.terms) == [(1, 1), (1, 4)]


def test_an_lstm_element_by_its_gates() -> None:
    """Two steps of one unit by hand, from what is on the tape."""
    torch.manual_seed(0)
    layer = nn.LSTM(1, 1)
    x = torch.tensor([[[0.5]], [[-1.0]]])
    with tape.record() as t:
        layer(x)[0].sum().backward()
    at = t.at("0:forward")
    weights = [
        float(at.parameters[name].value.ravel()[k]) for k in range(4) for name in ("weight_ih_l0", "weight_hh_l0")
    ]
    biases = [float(at.parameters["bias_ih_l0"].value[k] + at.parameters["bias_hh_l0"].value[k]) for k in range(4)]

    def sigmoid(v: float) -> float:
        return 1 / (1 + math.exp(-v))

    h = c = 0.0
    for given in (0.5, -1.0):
        i, f, g, o = (weights[2 * k] * given + weights[2 * k + 1] * h + biases[k] for k in range(4))
        c = sigmoid(f) * c + sigmoid(i) * math.tanh(g)
        h = sigmoid(o) * math.tanh(c)
    node = next(node for node in at.graph.nodes if node["op"] == "lstm")
    found = t.explain(node["outputs"][0], (1, 0, 0), "0:forward")
    assert found.kind == "gates" and found.evaluate() == pytest.approx(h, rel=1e-6)
    memory = t.explain(node["outputs"][2], (0, 0), "0:forward")
    assert memory.kind == "memory" and memory.evaluate() == pytest.approx(c, rel=1e-6)


def test_attention_weights_are_a_softmax_of_scaled_dot_products() -> None:
    torch.manual_seed(0)
    q, k, v = (torch.randn(3, 4, requires_grad=True) for _ in range(3))
    with tape.record() as t:
        weights = torch.softmax(q @ k.t() / 2, -1)
        (weights @ v).sum().backward()
    scores = q.detach().numpy() @ k.detach().numpy().T / 2
    row = np.exp(scores[1] - scores[1].max())
    assert t.explain("softmax", (1, 2), "0:forward").evaluate() == pytest.approx(row[2] / row.sum(), rel=1e-5)
    mixed = t.explain("matmul~2", (1, 0), "0:forward")
    assert mixed.kind == "product" and len(mixed.terms) == 3
    assert mixed.evaluate() == pytest.approx(float(row / row.sum() @ v.detach().numpy()[:, 0]), rel=1e-5)


# Updates ----------------------------------------------------------------------------------------------------------


def trained(optimizer: Any, steps: int = 2) -> tape.Tape:
    """L = 3 w at w = 2."""
    w = torch.tensor([2.0], requires_grad=True)
    made = optimizer([w])
    with tape.record() as t:
        for _ in range(steps):
            made.zero_grad()
            (w * 3).sum().backward()
            made.step()
    return t


def test_sgd_and_weight_decay() -> None:
    found = trained(lambda p: torch.optim.SGD(p, lr=0.1)).explain("w", 0, "0:step", of="update")
    assert found.kind == "sgd" and products(found.terms) == [(-0.1, 3)]
    found = trained(lambda p: torch.optim.SGD(p, lr=0.1, weight_decay=0.5)).explain("w", 0, "0:step", of="update")
    # −0.1 · (3 + 0.5 · 2)
    assert found.kind == "sgd_decay" and products(found.terms) == [(-0.1, 3), (-0.05, 2)]


def test_momentum_remembers() -> None:
    t = trained(lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.9))
    found = t.explain("w", 0, "1:step", of="update")
    assert found.kind == "momentum" and products(found.terms) == [(-0.1, pytest.approx(5.7))]
    (buffer,) = factors(found)
    inner = t.explain(buffer.source.tensor, buffer.index, buffer.source.at, of=buffer.source.of)
    assert products(inner.terms) == [(0.9, 3), (1, 3)]


def test_adam_with_its_bias_corrections() -> None:
    """m = 0.1 · 3, v = 0.001 · 9: the first step is −lr · 3 / (√9 + ε)."""
    t = trained(lambda p: torch.optim.Adam(p, lr=0.1), 1)
    found = t.explain("w", 0, "0:step", of="update")
    assert found.kind == "adam" and found.evaluate() == pytest.approx(-0.1 * 3 / (3 + 1e-8), rel=1e-6)
    (term,) = found.terms
    assert term.coefficient == pytest.approx(-0.1 / (1 - 0.9))
    assert {f.source.of for f in factors(found)} == {"state.exp_avg", "state.exp_avg_sq"}


def test_clipping_is_in_the_gradient_that_the_step_used() -> None:
    w = torch.tensor([3.0, 4.0], requires_grad=True)
    optimizer = torch.optim.SGD([w], lr=1.0)
    with tape.record() as t:
        for _ in range(2):
            optimizer.zero_grad()
            (w * w).sum().backward()
            nn.utils.clip_grad_norm_([w], 1.0)
            optimizer.step()
    # The gradient (6, 8) has norm 10: clipped to (0.6, 0.8).
    found = t.explain("w", 0, "0:step", of="update")
    assert found.value == pytest.approx(-0.6, rel=1e-5) and found.evaluate() == pytest.approx(-0.6, rel=1e-5)
    used = t.explain("w", 0, "0:step", of="gradient")
    assert used.kind == "clipped" and products(used.terms) == [(pytest.approx(0.1, rel=1e-5), 6)]
    assert t.explain("w", 0, "0:backward", of="gradient").value == 6


def test_clipping_by_value() -> None:
    w = torch.tensor([3.0, -0.5], requires_grad=True)
    optimizer = torch.optim.SGD([w], lr=1.0)
    with tape.record() as t:
        (w * w).sum().backward()
        nn.utils.clip_grad_value_([w], 2.0)
        optimizer.step()
    assert [t.explain("w", i, "0:step", of="gradient").evaluate() for i in (0, 1)] == [2, -1]
    assert t.explain("w", 0, "0:step", of="gradient").kind == "clamped"


def test_an_edit_by_hand() -> None:
    w = torch.tensor([1.0], requires_grad=True)
    with tape.record() as t:
        for _ in range(2):
            (w * w).sum().backward()
            with torch.no_grad():
                w -= 0.25 * w.grad
            w.grad = None
    found = t.explain("w", 0, "0:")
    assert found.kind == "edited" and found.value == 0.5 and "by −0.5" in found.sentence["en"]


# References and refusals ------------------------------------------------------------------------------------------


def test_every_reference_is_on_the_tape_and_can_be_explained_in_turn() -> None:
    torch.manual_seed(0)
    model = nn.Sequential(nn.Conv2d(1, 2, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(8, 3))
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    x, y = torch.randn(4, 1, 6, 6), torch.tensor([0, 1, 2, 1])
    with tape.record() as t:
        for _ in range(2):
            optimizer.zero_grad()
            F.cross_entropy(model(x), y).backward()
            optimizer.step()
    pending: list[Explanation] = [t.explain("0.weight", (1, 0, 2, 1), "1:step", of="update")]
    seen: set[Any] = set()
    kinds = set()
    while pending and len(seen) < 250:
        found = pending.pop(0)
        kinds.add(found.kind)
        for factor in factors(found)[:6]:
            source = factor.source
            if (source, factor.index) in seen:
                continue
            seen.add((source, factor.index))
            held = t.at(source.at).tensors[source.tensor]
            arrays = {"value": held.value, "gradient": held.gradient, "arriving": held.arriving, **{
                f"state.{name}": array for name, array in held.state.items()
            }}  # fmt: skip
            assert float(arrays[source.of][factor.index]) == factor.value
            pending.append(t.explain(source.tensor, factor.index, source.at, of=source.of))
    assert {"adam", "state", "per_sample", "given"} <= kinds


def test_in_a_file_it_is_explained_the_same(tmp_path: Any, line: tape.Tape) -> None:
    line.save(tmp_path / "line.tape")
    again = tape.load(tmp_path / "line.tape")
    for of, name, index in (("value", "linear", (1, 0)), ("gradient", "w", (0, 1))):
        assert again.explain(name, index, of=of).to_json() == line.explain(name, index, of=of).to_json()


@pytest.mark.parametrize(
    ("ask", "words"),
    [
        (("linear", (0, 0), "start"), "has not run yet"),
        (("linear", (0, 5), "latest"), "outside dimension 1 of “linear”, which has 2 places"),
        (("linear", 0, "latest"), "has 2 numbers, not 1"),
        (("nothing", (), "latest"), "no tensor “nothing”"),
    ],
)
def test_what_cannot_be_explained_says_why(line: tape.Tape, ask: Any, words: str) -> None:
    with pytest.raises(tape.TapeError, match=words.replace("(", r"\(")) as error:
        line.explain(*ask)
    assert str(error.value).endswith((".", "none."))


def test_a_gradient_that_was_freed_says_when_it_was_there(line: tape.Tape) -> None:
    with pytest.raises(tape.TapeError, match=r"used and freed.*It was there at event \d+"):
        line.explain("linear", (0, 0), "latest", of="gradient")
    at = gradient_event(line, "linear")
    with pytest.raises(tape.TapeError, match=f"at event {at}"):
        line.explain("linear", (0, 0), "latest", of="gradient")


def test_an_op_of_the_scripts_own_is_not_guessed_at() -> None:
    class Double(torch.autograd.Function):
        @staticmethod
        def forward(ctx: Any, x: Any) -> Any:
            return x * 2

        @staticmethod
        def backward(ctx: Any, g: Any) -> Any:
            return g * 2

    x = torch.tensor([1.0], requires_grad=True)
    with tape.record() as t:
        Double.apply(x * 1).sum().backward()
    node = next(node for node in t.at("latest").graph.nodes if node["op"] == "Double")
    with pytest.raises(tape.TapeError, match="script's own"):
        t.explain(node["outputs"][0], 0, "0:forward")


def test_a_hook_that_changed_a_gradient_is_not_explained_away() -> None:
    x = torch.tensor([1.0], requires_grad=True)
    with tape.record() as t:
        y = x * 3
        x.register_hook(lambda g: g * 10)
        y.sum().backward()
    with pytest.raises(tape.TapeError, match="such as a hook"):
        t.explain("x", 0, "latest", of="gradient")


def test_a_hook_on_the_way_is_explained() -> None:
    """The gradient at y is 1; the hook makes it 10, and x gets 3 · 10."""
    x = torch.tensor([1.0], requires_grad=True)
    with tape.record() as t:
        y = x * 3
        y.register_hook(lambda g: g * 10)
        y.sum().backward()
    assert t.explain("x", 0, "latest", of="gradient").evaluate() == 30
    hook = next(event["index"] for event in t.events() if event["kind"] == "hook")
    found = t.explain("mul", 0, hook, of="gradient")
    assert found.kind == "hooked" and found.evaluate() == 10 and "by 9" in found.sentence["en"]
    assert t.explain("mul", 0, hook - 1, of="gradient").evaluate() == 1


def test_a_gradient_set_by_the_script() -> None:
    w = torch.tensor([1.0], requires_grad=True)
    with tape.record() as t:
        (w * w).sum().backward()
        w.grad.mul_(3)
        w.data -= w.grad
    found = t.explain("w", 0, "latest", of="gradient")
    assert found.kind == "changed" and found.evaluate() == 6 and "by 4" in found.sentence["en"]


def test_numbers_that_are_none() -> None:
    x = torch.tensor([0.0, 1.0], requires_grad=True)
    with tape.record() as t:
        y = x / 0
        y.sum().backward()
    assert math.isnan(t.explain("div", 0, "0:forward").evaluate())
    assert t.explain("div", 1, "0:forward").evaluate() == math.inf
    assert t.explain("div", 0, "0:forward").to_json()["value"] == "NaN"


# The numeric derivative -------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def network() -> tape.Tape:
    torch.manual_seed(3)
    model = nn.Sequential(nn.Conv2d(1, 2, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(8, 3))
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    x, y = torch.randn(4, 1, 6, 6), torch.tensor([0, 1, 2, 1])
    with tape.record() as t:
        for _ in range(2):
            optimizer.zero_grad()
            F.cross_entropy(model(x), y).backward()
            optimizer.step()
    return t


@pytest.mark.parametrize("name", ["0.weight", "0.bias", "4.weight", "4.bias"])
def test_the_numeric_derivative_agrees_with_a_parameters_gradient(network: tape.Tape, name: str) -> None:
    shape = network.at("1:").parameters[name].shape
    rng = np.random.default_rng(0)
    for _ in range(4):
        index = tuple(int(rng.integers(extent)) for extent in shape)
        found = network.explain(name, index, "1:backward", of="gradient", numeric=True)
        assert found.numeric is not None and found.numeric["digits"] >= 4
        assert found.numeric["value"] == pytest.approx(found.value, rel=1e-4, abs=1e-7)


def test_the_numeric_derivative_of_an_inner_element(network: tape.Tape) -> None:
    for name, index in (("0:conv2d", (1, 0, 2, 2)), ("1:relu", (1, 0, 2, 2)), ("4:linear", (2, 1))):
        at = gradient_event(network, name)
        found = network.explain(name, index, at, of="gradient", numeric=True)
        assert found.numeric is not None and found.numeric["value"] == pytest.approx(found.value, rel=1e-4, abs=1e-7)


def test_the_nudge_shrinks_until_no_unit_flips() -> None:
    """|x| at 1e-6: a nudge above that would cross the corner."""
    x = torch.tensor(1e-6, requires_grad=True)
    with tape.record() as t:
        (x.abs() * 3).backward()
    found = t.explain("x", (), "latest", of="gradient", numeric=True).numeric
    assert found is not None and found["value"] == pytest.approx(3) and found["nudge"] <= 1e-6


def test_on_a_corner_there_is_no_slope() -> None:
    x = torch.tensor(0.0, requires_grad=True)
    with tape.record() as t:
        (torch.relu(x) * 3).backward()
    found = t.explain("x", (), "latest", of="gradient", numeric=True).numeric
    assert found is not None and found["value"] is None and "corner" in found["sentence"]["en"]


def test_of_several_backwards_the_losses_are_added() -> None:
    w = torch.tensor(2.0, requires_grad=True)
    with tape.record() as t:
        (w * w).backward()
        (w * 5).backward()
        w.data -= 1
    found = t.explain("w", (), "0:backward", of="gradient", numeric=True)
    assert found.value == 9 and found.numeric is not None and found.numeric["value"] == pytest.approx(9)


def test_a_gradient_still_growing_and_one_from_before_are_not_compared() -> None:
    w = torch.tensor(2.0, requires_grad=True)
    optimizer = torch.optim.SGD([w], lr=0.1)
    with tape.record() as t:
        for _ in range(2):
            (w * w).backward()
            optimizer.step()
    first = next(e["index"] for e in t.events() if e["kind"] == "accumulate" and e["tensor"] == "w")
    growing = t.explain("w", (), first, of="gradient", numeric=True).numeric
    assert growing is not None and growing["value"] is None and "still to come" in growing["sentence"]["en"]
    old = t.explain("w", (), "1:backward", of="gradient", numeric=True).numeric
    assert old is not None and old["value"] is None and "before this iteration" in old["sentence"]["en"]


def test_an_op_of_the_scripts_own_cannot_be_tried() -> None:
    class Double(torch.autograd.Function):
        @staticmethod
        def forward(ctx: Any, x: Any) -> Any:
            return x * 2

        @staticmethod
        def backward(ctx: Any, g: Any) -> Any:
            return g * 2

    x = torch.tensor([1.0], requires_grad=True)
    with tape.record() as t:
        y = x * 3
        Double.apply(y).sum().backward()
    found = t.explain("x", 0, "latest", of="gradient", numeric=True).numeric
    assert found is not None and found["value"] is None and "script's own" in found["sentence"]["en"]


# The ways of asking -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "call",
    [
        lambda x: x.exp(),
        lambda x: x.tanh(),
        lambda x: torch.softmax(x, 0),
        lambda x: x * x,
        lambda x: x.norm(),
        lambda x: x.var(),
        lambda x: F.gelu(x),
        lambda x: F.layer_norm(x, (4,)),
    ],
)
def test_no_op_that_bends_is_taken_for_a_weighted_sum(call: Any) -> None:
    from autograd.tape.explain import linear
    from autograd.tape.explain.pages import Pages
    from autograd.tape.explain.reading import Reading

    x = torch.tensor([0.5, -1.5, 2.0, 0.25], requires_grad=True)
    with tape.record() as t:
        y = call(x)
        y.sum().backward()
    page = Pages(t).at(0)
    reading = Reading(page, t.at(0).graph.nodes[0])
    index = (1,) * y.ndim
    assert linear.combination(reading, 0, index) is None


def test_long_recurrences_are_refused_in_a_sentence() -> None:
    torch.manual_seed(0)
    layer = nn.LSTM(1, 1)
    with tape.record() as t:
        layer(torch.randn(200, 1, 1))[0].sum().backward()
    node = next(node for node in t.at("0:forward").graph.nodes if node["op"] == "lstm")
    assert t.explain(node["outputs"][0], (99, 0, 0), "0:forward").to_json()["kind"] == "gates"
    with pytest.raises(tape.TapeError, match="goes back too far"):
        t.explain(node["outputs"][0], (199, 0, 0), "0:forward")


def test_a_tape_names_ops_and_imports_nothing(line: tape.Tape) -> None:
    from autograd.tape.explain.again import Again

    node = {**line.at("latest").graph.nodes[0], "function": "os.system", "options": {}}
    with pytest.raises(tape.TapeError, match="script's own"):
        Again(node, [])
    huge = {**node, "function": "autograd.functions.joining.Repeat", "options": {"repeats": {"tuple": [10**6, 10**6]}}}
    with pytest.raises(tape.TapeError, match="do not fit its arrays"):
        Again(huge, [np.ones(3)])
    wrong = {**node, "function": "autograd.functions.shape.View", "options": {"shape": {"tuple": [7]}}}
    with pytest.raises(tape.TapeError, match="cannot be run again"):
        Again(wrong, [np.ones(3)]).run()
    known = {**node, "function": "autograd.functions.linalg.Linear"}
    for options in ({"x": {"record": ["os", "system", ["true"]]}}, {"x": {"array": ["O", [1], [0]]}}, {"x": {"y": 1}}):
        with pytest.raises(tape.TapeError, match="not valid"):
            Again({**known, "options": options}, [])


# Derivatives by heart ---------------------------------------------------------------------------------------------


def test_the_slope_of_tanh_is_one_minus_its_square() -> None:
    x = torch.tensor(0.5, requires_grad=True)
    with tape.record() as t:
        (torch.tanh(x * 1) * 4).backward()
    found = gradient(t, "mul")
    y = math.tanh(0.5)
    assert found.kind == "slope" and found.evaluate() == pytest.approx(4 * (1 - y * y))
    assert {(f.source.tensor, f.source.of) for f in factors(found)} == {("tanh", "value"), ("tanh", "gradient")}


def test_the_gradient_of_a_squared_error_is_twice_the_error_over_n() -> None:
    x = torch.tensor([1.0, 5.0], requires_grad=True)
    with tape.record() as t:
        F.mse_loss(x * 1, torch.tensor([0.0, 2.0])).backward()
    found = gradient(t, "mul", 1)
    assert found.kind == "error" and found.value == 3 and products(found.terms) == [(1, 3, 1)]
    assert sorted(f.value for f in factors(found)) == [1, 2, 5]


def test_the_gradient_through_a_softmax_alone() -> None:
    """y_i (g_i − Σ y g) at y = (1/4, 3/4), g = (8, 0): 1/4 · (8 − 2) = 1.5."""
    x = torch.tensor([0.0, math.log(3.0)], requires_grad=True)
    with tape.record() as t:
        (torch.softmax(x * 1, 0) * torch.tensor([8.0, 0.0])).sum().backward()
    assert gradient(t, "mul", 0).evaluate() == pytest.approx(1.5)


def test_a_log_softmax_that_no_loss_reads_is_no_cross_entropy() -> None:
    """g_i − p_i Σ g at p = (1/4, 3/4), g = (8, 4): 8 − 12/4 = 5."""
    x = torch.tensor([0.0, math.log(3.0)], requires_grad=True)
    with tape.record() as t:
        (torch.log_softmax(x * 1, 0) * torch.tensor([8.0, 4.0])).sum().backward()
    found = gradient(t, "mul", 0)
    assert found.kind != "cross_entropy" and found.evaluate() == pytest.approx(5)


def test_whole_numbers_that_an_op_moves() -> None:
    x = torch.tensor([[1.0, 5.0, 2.0], [7.0, 0.0, 3.0]], requires_grad=True)
    with tape.record() as t, torch.no_grad():
        x.max(1)[1].view(2, 1)
    assert t.explain("max.1", 0, "latest").kind == "place" and t.explain("max.1", 0, "latest").evaluate() == 1
    found = t.explain("view", (1, 0), "latest")
    assert found.evaluate() == found.value == 0 and [f.index for f in factors(found)] == [(1,)]


def test_every_sentence_tells_the_same_facts_in_both_languages() -> None:
    import string

    from autograd.tape.explain.sentences import SENTENCES

    for kind, (english, korean) in SENTENCES.items():
        facts = [{name for _, name, _, _ in string.Formatter().parse(text) if name} for text in (english, korean)]
        assert facts[1] <= facts[0], kind
        assert facts[0] - facts[1] <= {"value", "op"}, kind
        assert any("가" <= letter <= "힣" for letter in korean) or kind == "times", kind
