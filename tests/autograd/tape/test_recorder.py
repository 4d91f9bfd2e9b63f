"""What the recorder puts on the tape, and what it must never lose."""

import gc
import signal
import weakref
from itertools import accumulate
from typing import Any

import numpy as np
import pytest

import autograd as torch
from autograd import nn, tape


def kinds(recorded: tape.Tape) -> list[tuple[str, str | None]]:
    return [(event["kind"], event["tensor"] or event["node"]) for event in recorded.events()]


def test_inner_gradients_are_there_until_used_and_leaf_gradients_stay() -> None:
    x = torch.tensor([1.0, -2.0], requires_grad=True)
    with tape.record() as recorded:
        y = x * 3
        y.sum().backward()
    events = recorded.events()
    by = {(event["kind"], event["node"]): event["index"] for event in events}
    after_sum = recorded.at(by["backward", "sum"])
    assert after_sum.tensors["mul"].gradient.tolist() == [1, 1] and not after_sum.tensors["mul"].freed
    assert after_sum.tensors["sum"].gradient is None and after_sum.tensors["sum"].freed
    end = recorded.at("latest")
    assert end.tensors["mul"].gradient is None and end.tensors["mul"].freed
    assert end.parameters["x"].gradient.tolist() == [3, 3] and not end.parameters["x"].freed


def test_retain_grad_keeps_an_inner_gradient() -> None:
    x = torch.tensor([1.0, -2.0], requires_grad=True)
    with tape.record() as recorded:
        y = x * 3
        y.retain_grad()
        y.sum().backward()
    end = recorded.at("latest")
    assert end.tensors["mul"].gradient.tolist() == [1, 1] and not end.tensors["mul"].freed


def test_fan_out_shows_each_share_arriving() -> None:
    """(x y)(x z) at 3, 2, −1: both arrivals at x are −6."""
    x, y, z = (torch.tensor(v, requires_grad=True) for v in (3.0, 2.0, -1.0))
    with tape.record() as recorded:
        p = x * y
        q = x * z
        (p * q).backward()
    arrivals = [e for e in recorded.events() if e["kind"] == "accumulate" and e["tensor"] == "x"]
    moments = [recorded.at(event["index"]) for event in arrivals]
    assert [float(m.tensors["x"].arriving) for m in moments] == [-6, -6]
    assert [float(m.tensors["x"].gradient) for m in moments] == [-6, -12]


def test_an_inner_tensor_used_twice() -> None:
    """y = 2x; y·y: the shares at y are y and y, so x gets 2·2y = 8x."""
    x = torch.tensor(5.0, requires_grad=True)
    with tape.record() as recorded:
        y = x * 2
        (y * y).backward()
    events = [(e["kind"], e["node"], e["tensor"]) for e in recorded.events()]
    assert events == [
        ("forward", "mul", None), ("forward", "mul~2", None), ("accumulate", None, "mul~2"),
        ("backward", "mul~2", None), ("accumulate", "mul~2", "mul"), ("backward", "mul", None),
        ("accumulate", "mul", "x"),
    ]  # fmt: skip
    assert float(recorded.at(3).tensors["mul"].gradient) == 10
    assert float(recorded.at(4).tensors["mul"].gradient) == 20
    assert float(recorded.at("latest").tensors["x"].gradient) == 40


@pytest.mark.parametrize(
    "change",
    ["w.data -= 1", "w.data.add_(-1)", "w.data.zero_()", "w.data[0] = 9.0", "w.data = w.data - 1", "w.grad.zero_()"],
)
def test_what_is_written_in_place_stays_on_the_tape_as_it_was(change: str) -> None:
    w = torch.tensor([1.0, 2.0], requires_grad=True)
    with tape.record() as recorded:
        (w * w).sum().backward()
        before = len(recorded.source)
        exec(change, {"w": w})
    assert before == 0
    moment = recorded.at("0:backward")
    assert moment.parameters["w"].value.tolist() == [1, 2]
    assert moment.parameters["w"].gradient.tolist() == [2, 4]


def test_an_edit_in_a_later_iteration_does_not_reach_back() -> None:
    w = torch.tensor([1.0], requires_grad=True)
    with tape.record() as recorded:
        for _ in range(4):
            (w * w).sum().backward()
            with torch.no_grad():
                w -= 0.25 * w.grad
            w.grad.zero_()
    assert [recorded.at(f"{i}:").parameters["w"].value.tolist() for i in range(4)] == [[0.5], [0.25], [0.125], [0.0625]]
    assert [recorded.at(f"{i}:backward").parameters["w"].gradient.tolist() for i in range(4)] == [
        [2],
        [1],
        [0.5],
        [0.25],
    ]


def test_a_kept_output_overwritten_later_stays_as_it_was() -> None:
    w = torch.tensor([1.0, 1.0], requires_grad=True)
    optimizer = torch.optim.SGD([w], lr=0.5)
    kept = []
    with tape.record() as recorded:
        for _ in range(3):
            optimizer.zero_grad()
            y = w * 2
            kept.append(y.detach())
            y.sum().backward()
            optimizer.step()
        for old in kept:
            old.zero_()
    assert [recorded.at(f"{i}:forward").tensors["mul"].value.tolist() for i in range(3)] == [[2, 2], [0, 0], [-2, -2]]


def test_the_optimizers_memory_is_on_the_tape() -> None:
    w = torch.tensor([2.0], requires_grad=True)
    optimizer = torch.optim.Adam([w], lr=0.1)
    with tape.record() as recorded:
        for _ in range(2):
            optimizer.zero_grad()
            (w * 3).sum().backward()
            optimizer.step()
    step = next(event for event in recorded.events() if event["kind"] == "step")
    assert step["details"]["optimizer"] == "Adam" and step["details"]["lr"] == 0.1
    # m = 0.1 g, v = 0.001 g²; a first Adam step moves by lr.
    state = recorded.at("0:").parameters["w"].state
    assert state["exp_avg"].tolist() == pytest.approx([0.3]) and state["exp_avg_sq"].tolist() == pytest.approx([0.009])
    assert recorded.at("0:").parameters["w"].value.tolist() == pytest.approx([1.9])
    assert recorded.at("1:zero_grad").parameters["w"].state["exp_avg"].tolist() == pytest.approx([0.3])
    assert recorded.at("0:backward").parameters["w"].state == {}


def test_recording_changes_no_number() -> None:
    def train() -> list[float]:
        torch.manual_seed(3)
        model = nn.Sequential(nn.Linear(4, 8), nn.Tanh(), nn.Linear(8, 2))
        optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
        x, y = torch.randn(16, 4), torch.randint(0, 2, (16,))
        losses = []
        for _ in range(5):
            optimizer.zero_grad()
            loss = nn.functional.cross_entropy(model(x), y)
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
        return [*losses, *(float(p.sum()) for p in model.parameters())]

    plain = train()
    with tape.record() as recorded:
        watched = train()
    assert watched == plain
    assert recorded.losses == plain[:5]


def test_names_of_modules_used_twice_and_of_later_roots() -> None:
    class Twice(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.inner = nn.Linear(2, 2)

        def forward(self, x: Any) -> Any:
            return self.inner(torch.relu(self.inner(x)))

    model, critic = Twice(), nn.Linear(2, 1)
    with tape.record() as recorded:
        critic(model(torch.ones(1, 2))).sum().backward()
    graph = recorded.at("latest").graph
    assert [call["id"] for call in graph.calls] == ["inner", "inner~2", "critic"]
    assert [call["same"] for call in graph.calls] == [None, "inner", None]
    assert [node["id"] for node in graph.nodes] == [
        "inner:linear", "relu", "inner~2:linear", "critic:linear", "sum",
    ]  # fmt: skip
    assert list(recorded.at("latest").parameters) == ["inner.weight", "inner.bias", "critic.weight", "critic.bias"]


def test_names_without_a_module() -> None:
    weights = [torch.ones(2, requires_grad=True), torch.ones(2, requires_grad=True)]
    with tape.record() as recorded:
        (weights[0] * weights[1]).sum().backward()
    assert list(recorded.at("latest").parameters) == ["param.0", "param.1"]


def test_data_is_named_by_the_outermost_variable_and_written_where_first_seen() -> None:
    model = nn.Linear(2, 1)
    images = torch.ones(3, 2)
    with tape.record() as recorded:
        model(images).sum().backward()
    held = recorded.at(0).tensors["linear.input"]
    assert (held.kind, held.name, held.leaf) == ("input", "images", True)
    assert held.value.shape == (3, 2)
    assert recorded.at("start").tensors["linear.input"].value is None


def test_prints_are_events() -> None:
    w = torch.tensor(1.0, requires_grad=True)
    with tape.record() as recorded:
        (w * 2).backward()
        print("loss", 2)
    assert recorded.events()[-1]["details"] == {"text": "loss 2\n"}


def test_an_op_that_raises_is_no_event_and_an_exception_cuts_the_iteration_short() -> None:
    w = torch.ones(2, requires_grad=True)
    segments: list[tape.Segment] = []
    with pytest.raises(ZeroDivisionError), tape.Recorder(segments.append):
        w * 2
        raise ZeroDivisionError
    assert [segment.header["complete"] for segment in segments] == [False]
    with tape.record() as recorded, pytest.raises(RuntimeError):
        y = w * 2
        y @ torch.ones(3)
    assert kinds(recorded) == [("forward", "mul")]


def test_a_limit_of_events_cannot_be_swallowed() -> None:
    w = torch.ones(2, requires_grad=True)
    segments: list[tape.Segment] = []
    with pytest.raises(tape.TapeLimit, match="more than 100 events"), tape.Recorder(segments.append, limit_events=100):
        while True:
            try:
                w * 2
            except Exception:
                pytest.fail("the script saw the limit")
    assert segments[0].count == 101


def test_a_graph_kept_alive_is_run_in_a_later_iteration() -> None:
    w = torch.ones(2, requires_grad=True)
    optimizer = torch.optim.SGD([w], lr=0.1)
    with tape.record() as recorded:
        loss = (w * 2).sum()
        for _ in range(2):
            optimizer.zero_grad()
            loss.backward(retain_graph=True)
            optimizer.step()
    assert recorded.iterations == 2
    assert recorded.at("1:backward").parameters["w"].gradient.tolist() == [2, 2]


def test_old_iterations_leave_memory_within_the_budget() -> None:
    w = torch.ones(1000, requires_grad=True)
    optimizer = torch.optim.SGD([w], lr=0.1)
    with tape.record(budget=100_000) as recorded:
        for _ in range(50):
            optimizer.zero_grad()
            (w * 2).sum().backward()
            optimizer.step()
    assert recorded.iterations == 50
    for iteration in (0, 25, 49):
        value = recorded.at(f"{iteration}:").parameters["w"].value
        np.testing.assert_allclose(value, 1 - 0.2 * (iteration + 1), rtol=1e-5)


def test_arrays_of_a_segment_handed_on_are_not_kept() -> None:
    gone: list[Any] = []
    w = torch.ones(10, requires_grad=True)
    optimizer = torch.optim.SGD([w], lr=0.1)

    def look(segment: tape.Segment) -> None:
        gone.append(weakref.ref(segment.arrays[max(segment.arrays)]))

    with tape.Recorder(look):
        for _ in range(5):
            optimizer.zero_grad()
            (w * 2).sum().backward()
            optimizer.step()
    gc.collect()
    assert [ref() is None for ref in gone[:3]] == [True] * 3


def test_training_on_after_the_recording_does_not_reach_back() -> None:
    w = torch.tensor([1.0], requires_grad=True)
    optimizer = torch.optim.SGD([w], lr=0.25)

    def step() -> None:
        optimizer.zero_grad()
        (w * w).sum().backward()
        optimizer.step()

    with tape.record() as recorded:
        step()
    step()
    assert recorded.at("latest").parameters["w"].value.tolist() == [0.5]


def test_making_a_layer_is_no_event_and_filling_it_by_hand_is() -> None:
    with tape.record() as recorded:
        layer = nn.Linear(2, 1)
        nn.init.constant_(layer.weight, 0.5)
        layer(torch.ones(1, 2)).sum().backward()
    assert [event["kind"] for event in recorded.events() if event["iteration"] is None] == ["edit"]


def test_a_signal_at_any_time_loses_no_iteration() -> None:
    """A handler that raises only where the recorder is not at work: iterations stay in one row, the last cut short."""

    class Stop(Exception):
        pass

    def handler(_number: int, frame: Any) -> None:
        if tape.Recorder.at_work(frame):
            recorder.pending = Stop()
        else:
            raise Stop

    previous = signal.signal(signal.SIGALRM, handler)
    w = torch.ones(3, requires_grad=True)
    optimizer = torch.optim.SGD([w], lr=0.1)
    try:
        for microseconds in range(1000, 9000, 200):
            segments: list[tape.Segment] = []
            recorder = tape.Recorder(segments.append)
            # An exception at any instruction may leave the core's grad mode off: each round says what it wants.
            with torch.enable_grad(), pytest.raises(Stop), recorder:
                signal.setitimer(signal.ITIMER_REAL, microseconds / 1e6)
                while True:
                    optimizer.zero_grad()
                    (w * 2).sum().backward()
                    optimizer.step()
            assert [segment.iteration for segment in segments] == list(range(len(segments)))
            assert [s.first for s in segments] == [0, *accumulate(s.count for s in segments)][:-1]
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, previous)
