"""What the script does to values and gradients by itself: edits, clipping, hooks, train and eval, options."""

import math
import textwrap
from typing import Any

import pytest

import autograd as torch
from autograd import nn, tape

PREAMBLE = """
w = torch.tensor([1.0, 2.0], requires_grad=True)
v = torch.tensor([3.0, 4.0], requires_grad=True)
opt = torch.optim.SGD([w, v], lr=0.5)
"""


def run(script: str) -> tuple[tape.Tape, dict[str, Any]]:
    space: dict[str, Any] = {"torch": torch, "nn": nn}
    with tape.record(script="changes.py") as recorded:
        exec(compile(PREAMBLE + textwrap.dedent(script), "changes.py", "exec"), space)
    return recorded, space


def of_kind(recorded: tape.Tape, kind: str) -> list[dict[str, Any]]:
    return [event for event in recorded.events() if event["kind"] == kind]


# Leaves changed by hand. (w · w).sum() has run backward: w is [1, 2], its gradient [2, 4].
EDITS = {
    "w.data -= 0.5 * w.grad": [0, 0],
    "w.data = w.data - 1": [0, 1],
    "w.data[0] = 9.0": [9, 2],
    "w.data[:] = 7.0": [7, 7],
    "w.data.copy_(v.data)": [3, 4],
    "w.data.sub_(w.grad, alpha=0.5)": [0, 0],
    "w.data.view(-1)[1] = 5.0": [1, 5],
    "w.detach().zero_()": [0, 0],
    "w.detach()[0] -= 1": [0, 2],
    "w.data[0] -= 1": [0, 2],
    "with torch.no_grad(): w -= 0.5 * w.grad": [0, 0],
    "with torch.no_grad(): w[1] = 8.0": [1, 8],
    "with torch.no_grad(): w.copy_(w - 1)": [0, 1],
    "with torch.no_grad(): w.clamp_(max=1.5)": [1, 1.5],
    "with torch.no_grad(): w.fill_(3.0)": [3, 3],
    "with torch.no_grad(): w.add_(w.grad, alpha=-0.25)": [0.5, 1],
    "with torch.no_grad(): [p.sub_(0.5 * p.grad) for p in [w]]": [0, 0],
    "nn.init.constant_(w, 6.0)": [6, 6],
}


@pytest.mark.parametrize("change", EDITS)
def test_a_leaf_changed_by_hand_is_an_edit(change: str) -> None:
    recorded, space = run(f"(w * w).sum().backward()\n{change}")
    [event] = of_kind(recorded, "edit")
    assert event["tensor"] == "w" and event["phase"] == "step" and event["line"] == 6
    assert recorded.at(event["index"] - 1).parameters["w"].value.tolist() == [1, 2]
    assert recorded.at(event["index"]).parameters["w"].value.tolist() == EDITS[change] == space["w"].tolist()
    assert recorded.at("0:backward").parameters["w"].value.tolist() == [1, 2]


# A gradient of [2, 4], changed by the script.
GRADIENTS = {
    "w.grad *= 0.5": [1, 2],
    "w.grad.mul_(0.5)": [1, 2],
    "w.grad.copy_(v.data)": [3, 4],
    "w.grad = torch.tensor([5.0, 6.0])": [5, 6],
    "w.grad = w.grad / 2": [1, 2],
    "w.grad.data = v.data": [3, 4],
    "w.grad.data.mul_(2)": [4, 8],
    "w.grad[0] = 0.0": [0, 4],
    "w.grad[0] *= 2": [4, 4],
    "w.grad[0].zero_()": [0, 4],
    "w.grad.add_(w.data, alpha=0.5)": [2.5, 5],
    "w.grad.clamp_(max=3)": [2, 3],
    "with torch.no_grad(): w.grad /= 2": [1, 2],
}


@pytest.mark.parametrize("change", GRADIENTS)
def test_a_gradient_changed_by_hand_is_an_adjustment(change: str) -> None:
    recorded, space = run(f"(w * w).sum().backward()\n{change}")
    [event] = of_kind(recorded, "adjust")
    assert (event["tensor"], event["phase"], event["line"]) == ("w", "step", 6)
    assert event["details"] == {"by": "script"}
    assert recorded.at(event["index"] - 1).parameters["w"].gradient.tolist() == [2, 4]
    assert recorded.at(event["index"]).parameters["w"].gradient.tolist() == GRADIENTS[change]
    assert space["w"].grad.tolist() == GRADIENTS[change]
    assert not of_kind(recorded, "zero_grad")


def test_what_was_the_gradient_and_is_no_more_is_nobodys() -> None:
    recorded, _ = run("(w * w).sum().backward()\ng = w.grad\nw.grad = None\ng.mul_(2)\ng.zero_()")
    assert [event["kind"] for event in recorded.events()][-1] == "zero_grad"
    assert len(of_kind(recorded, "zero_grad")) == 1
    assert recorded.at("latest").parameters["w"].gradient is None


def test_clipping_by_norm_tells_norm_limit_and_factor() -> None:
    """Gradients 2w = [2, 4] and 2v = [6, 8]: their common norm is √120."""
    recorded, space = run("(w * w + v * v).sum().backward()\nnn.utils.clip_grad_norm_([w, v], 1.0)\nopt.step()")
    first, second = of_kind(recorded, "adjust")
    assert [first["tensor"], second["tensor"]] == ["w", "v"]
    assert first["details"] == second["details"]
    assert first["details"]["by"] == "clip_grad_norm_" and first["details"]["limit"] == 1
    assert first["details"]["norm"] == pytest.approx(math.sqrt(120))
    assert first["details"]["factor"] == pytest.approx(1 / math.sqrt(120), rel=1e-5)
    moment = recorded.at(second["index"])
    for name in ("w", "v"):
        assert moment.parameters[name].gradient.tolist() == space[name].grad.tolist()
    assert moment.parameters["w"].gradient.tolist() == pytest.approx([2 / math.sqrt(120), 4 / math.sqrt(120)], rel=1e-5)
    assert recorded.at("0:backward").parameters["v"].gradient.tolist() == [6, 8]
    # The step uses what clipping left: w − 0.5 g.
    assert recorded.at("latest").parameters["w"].value.tolist() == pytest.approx(
        [1 - 1 / math.sqrt(120), 2 - 2 / math.sqrt(120)], rel=1e-5
    )


def test_a_small_gradient_is_not_clipped() -> None:
    recorded, _ = run("(w * w).sum().backward()\nnn.utils.clip_grad_norm_(w, 10.0)")
    [event] = of_kind(recorded, "adjust")
    assert event["details"]["factor"] == 1
    assert recorded.at("latest").parameters["w"].gradient.tolist() == [2, 4]


def test_clipping_by_value_tells_the_limit_and_how_many_changed() -> None:
    recorded, space = run("(w * w).sum().backward()\nnn.utils.clip_grad_value_([w], 3.0)")
    [event] = of_kind(recorded, "adjust")
    assert event["details"] == {"by": "clip_grad_value_", "limit": 3, "changed": 1}
    assert recorded.at("latest").parameters["w"].gradient.tolist() == [2, 3] == space["w"].grad.tolist()


def test_unscaling_is_an_adjustment() -> None:
    recorded, _ = run("""
        scaler = torch.amp.GradScaler("cpu", init_scale=4.0)
        scaler.scale((w * w).sum()).backward()
        scaler.step(opt)
        scaler.update()
        """)
    [event] = of_kind(recorded, "adjust")
    assert event["details"] == {"by": "unscale_", "factor": 0.25}
    assert recorded.at("0:backward").parameters["w"].gradient.tolist() == [8, 16]
    assert recorded.at(event["index"]).parameters["w"].gradient.tolist() == [2, 4]


# Hooks on the way: (2w · 1).sum() gives w the gradient [2, 2]; the gradient at y = 2w is [1, 1].
HOOKS = {
    "w.register_hook(lambda g: g * 3)": ("w", [6, 6]),
    "w.register_hook(lambda g: g.mul_(3))": ("w", [6, 6]),
    "y.register_hook(lambda g: g * 3)": ("mul", [6, 6]),
    "y.grad_fn.register_prehook(lambda gs: (gs[0] * 5,))": ("mul", [10, 10]),
}


@pytest.mark.parametrize("hook", HOOKS)
def test_a_hook_that_changes_a_gradient_is_an_event(hook: str) -> None:
    recorded, space = run(f"y = w * 2\n{hook}\n(y * 1).sum().backward()")
    tensor, gradient = HOOKS[hook]
    [event] = of_kind(recorded, "hook")
    assert (event["tensor"], event["phase"]) == (tensor, "backward")
    share = recorded.at(event["index"]).tensors[tensor]
    now = share.arriving if tensor == "w" else share.gradient
    assert event["details"]["after"] == pytest.approx(math.sqrt(2) * now[0])
    assert event["details"]["before"] == pytest.approx(math.sqrt(2) * (2 if tensor == "w" else 1))
    assert recorded.at("latest").parameters["w"].gradient.tolist() == gradient == space["w"].grad.tolist()


def test_a_hook_that_writes_into_the_gradient_leaves_the_tape_as_it_was() -> None:
    recorded, space = run("""
        y = w * 2
        def triple(g):
            g.mul_(3)
        y.register_hook(triple)
        y.sum().backward()
        """)
    [event] = of_kind(recorded, "hook")
    assert recorded.at(event["index"] - 1).tensors["mul"].gradient.tolist() == [1, 1]
    assert recorded.at(event["index"]).tensors["mul"].gradient.tolist() == [3, 3]
    assert recorded.at("latest").parameters["w"].gradient.tolist() == [6, 6] == space["w"].grad.tolist()


def test_a_hook_that_only_looks_is_no_event() -> None:
    recorded, _ = run("seen = []\nw.register_hook(lambda g: seen.append(g.tolist()))\n(w * 2).sum().backward()")
    assert not of_kind(recorded, "hook")


def test_a_hook_after_accumulation_is_an_adjustment_within_backward() -> None:
    recorded, space = run("""
        def halve(p):
            p.grad.mul_(0.5)
        w.register_post_accumulate_grad_hook(halve)
        (w * v).sum().backward()
        """)
    [event] = of_kind(recorded, "adjust")
    assert (event["tensor"], event["phase"]) == ("w", "backward")
    assert recorded.at("latest").parameters["w"].gradient.tolist() == [1.5, 2] == space["w"].grad.tolist()


def test_a_module_s_backward_hook_leaves_the_gradient_the_script_has() -> None:
    recorded, space = run("""
        first, layer = nn.Linear(2, 2), nn.Linear(2, 1)
        layer.register_full_backward_hook(lambda module, given, out: (given[0] * 10,))
        layer(first(w)).sum().backward()
        """)
    end = recorded.at("latest")
    assert end.parameters["w"].gradient.tolist() == space["w"].grad.tolist()
    gradients = {name: held.gradient for name, held in end.parameters.items()}
    for name in ("first", "layer"):
        found = [g.tolist() for key, g in gradients.items() if g is not None and g.shape == space[name].weight.shape]
        assert space[name].weight.grad.tolist() in found


def test_train_and_eval_are_events() -> None:
    recorded, _ = run("""
        model = nn.Sequential(nn.Linear(2, 2), nn.Dropout())
        for i in range(2):
            model.train()
            opt.zero_grad()
            (model(w) * v).sum().backward()
            opt.step()
            model.eval()
            with torch.no_grad():
                model(w)
        model[1].train()
        """)
    told = [(e["iteration"], e["phase"], e["line"], e["details"]) for e in of_kind(recorded, "mode")]
    model = {"module": "model", "type": "Sequential"}
    assert told == [
        (0, "step", 12, {**model, "training": False}),
        (1, "zero_grad", 8, {**model, "training": True}),
        (1, "step", 12, {**model, "training": False}),
        (1, "evaluate", 15, {"module": "1", "type": "Dropout", "training": True}),
    ]


def test_a_scheduler_that_changes_the_learning_rate_is_an_event() -> None:
    recorded, _ = run("""
        schedule = torch.optim.lr_scheduler.StepLR(opt, 2, gamma=0.1)
        for i in range(4):
            opt.zero_grad()
            (w * v).sum().backward()
            opt.step()
            schedule.step()
        """)
    told = [(e["iteration"], e["phase"], e["line"]) for e in of_kind(recorded, "options")]
    assert told == [(1, "step", 11), (3, "step", 11)]
    details = of_kind(recorded, "options")[0]["details"]
    assert (details["optimizer"], details["group"]) == ("SGD", 0)
    assert details["changed"]["lr"] == pytest.approx([0.5, 0.05])
    assert [e["details"]["lr"] for e in of_kind(recorded, "step")][::2] == pytest.approx([0.5, 0.5, 0.05, 0.05])


def test_an_option_changed_by_the_script_is_seen_at_the_next_step() -> None:
    recorded, _ = run("""
        for i in range(2):
            opt.zero_grad()
            (w * v).sum().backward()
            opt.step()
            opt.param_groups[0]["lr"] = 0.25
        """)
    [event] = of_kind(recorded, "options")
    assert (event["iteration"], event["phase"], event["line"]) == (1, "step", 9)
    assert event["details"]["changed"] == {"lr": [0.5, 0.25]}


def test_the_moment_before_a_step_has_the_state_it_starts_from() -> None:
    """Momentum 0.9 of a gradient that is always 1: the buffer is 1, then 1.9, then 2.71."""
    recorded, _ = run("""
        opt = torch.optim.SGD([w], lr=0.1, momentum=0.9)
        for i in range(3):
            opt.zero_grad()
            w.sum().backward()
            opt.step()
        """)
    steps = of_kind(recorded, "step")
    before = [recorded.at(e["index"] - 1).parameters["w"].state.get("momentum_buffer") for e in steps]
    after = [recorded.at(e["index"]).parameters["w"].state["momentum_buffer"] for e in steps]
    assert [None if b is None else round(float(b[0]), 5) for b in before] == [None, 1, 1.9]
    assert [round(float(a[0]), 5) for a in after] == [1, 1.9, 2.71]


def test_an_optimizer_that_steps_in_a_hook() -> None:
    """The parameter moves within backward: 3 − 0.5 · 1."""
    recorded, space = run("""
        one = torch.optim.SGD([v], lr=0.5)
        def at_once(p):
            one.step()
            one.zero_grad()
        v.register_post_accumulate_grad_hook(at_once)
        for i in range(2):
            v.sum().backward()
        """)
    assert recorded.at("latest").parameters["v"].value.tolist() == [2, 3] == space["v"].tolist()
    assert recorded.iterations == 2
