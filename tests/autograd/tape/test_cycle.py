"""Where iterations begin, in many styles of loop. The expected phases of each iteration are written out by hand."""

import textwrap

import pytest

import autograd as torch
from autograd import tape

PREAMBLE = """
w = torch.tensor(2.0, requires_grad=True)
v = torch.tensor(3.0, requires_grad=True)
opt = torch.optim.SGD([w], lr=0.01)
opt2 = torch.optim.SGD([v], lr=0.01)
"""

Z, F, B, S, E = "zero_grad", "forward", "backward", "step", "evaluate"
PLAIN = [Z, F, B, S]

STYLES = {
    "plain": (
        """
        for i in range(3):
            opt.zero_grad()
            loss = (w - 1) ** 2
            loss.backward()
            opt.step()
        """,
        [PLAIN] * 3,
    ),
    "zero_grad after the step": (
        """
        for i in range(3):
            loss = (w - 1) ** 2
            loss.backward()
            opt.step()
            opt.zero_grad()
        """,
        [[F, B, S, Z]] * 3,
    ),
    "zero_grad between forward and backward": (
        """
        for i in range(2):
            loss = (w - 1) ** 2
            opt.zero_grad()
            loss.backward()
            opt.step()
        """,
        [[F, Z, B, S]] * 2,
    ),
    "no zero_grad": (
        """
        for i in range(3):
            loss = (w - 1) ** 2
            loss.backward()
            opt.step()
        """,
        [[F, B, S]] * 3,
    ),
    "while loop": (
        """
        i = 0
        while i < 3:
            opt.zero_grad()
            ((w - 1) ** 2).backward()
            opt.step()
            i += 1
        """,
        [PLAIN] * 3,
    ),
    "a function per step": (
        """
        def train():
            opt.zero_grad()
            ((w - 1) ** 2).backward()
            opt.step()
        for i in range(3):
            train()
        """,
        [PLAIN] * 3,
    ),
    "functions per phase": (
        """
        def forward():
            return (w - 1) ** 2
        def update(loss):
            loss.backward()
            opt.step()
        for i in range(3):
            opt.zero_grad()
            update(forward())
        """,
        [PLAIN] * 3,
    ),
    "loop in a function, epochs": (
        """
        def fit():
            for epoch in range(2):
                for batch in range(2):
                    opt.zero_grad()
                    ((w - batch) ** 2).backward()
                    opt.step()
        fit()
        """,
        [PLAIN] * 4,
    ),
    "a generator of batches": (
        """
        def batches():
            for i in range(3):
                yield torch.tensor(float(i))
        for x in batches():
            opt.zero_grad()
            ((w - x) ** 2).backward()
            opt.step()
        """,
        [PLAIN] * 3,
    ),
    "a comprehension": (
        """
        def turn(i):
            opt.zero_grad()
            loss = (w - i) ** 2
            loss.backward()
            opt.step()
            return loss.item()
        losses = [turn(i) for i in range(3)]
        """,
        [PLAIN] * 3,
    ),
    "accumulation over two backwards": (
        """
        for i in range(2):
            opt.zero_grad()
            for part in range(2):
                ((w - part) ** 2).backward()
            opt.step()
        """,
        [[Z, F, B, F, B, S]] * 2,
    ),
    "two losses, two backwards": (
        """
        for i in range(2):
            opt.zero_grad()
            a = (w - 1) ** 2
            b = w * 3
            a.backward()
            b.backward()
            opt.step()
        """,
        [PLAIN] * 2,
    ),
    "two optimizers": (
        """
        for i in range(2):
            opt.zero_grad()
            ((w - 1) ** 2).backward()
            opt.step()
            opt2.zero_grad()
            ((v - 1) ** 2).backward()
            opt2.step()
        """,
        [[Z, F, B, S, Z, F, B, S]] * 2,
    ),
    "two steps of one optimizer in a turn, in an inner loop": (
        """
        for i in range(2):
            for k in range(2):
                opt2.zero_grad()
                ((v - 1) ** 2).backward()
                opt2.step()
            opt.zero_grad()
            ((w - 1) ** 2).backward()
            opt.step()
        """,
        [PLAIN, [*PLAIN, *PLAIN]] * 2,
    ),
    "printing and scheduling after the update": (
        """
        schedule = torch.optim.lr_scheduler.StepLR(opt, 2)
        for i in range(2):
            opt.zero_grad()
            loss = (w - 1) ** 2
            loss.backward()
            opt.step()
            schedule.step()
            print("loss", loss.item())
        """,
        [PLAIN] * 2,
    ),
    "evaluation every turn": (
        """
        for i in range(2):
            opt.zero_grad()
            ((w - 1) ** 2).backward()
            opt.step()
            with torch.no_grad():
                score = (w - 1) ** 2
        """,
        [[Z, F, B, S, E]] * 2,
    ),
    "by hand, under no_grad": (
        """
        for i in range(3):
            loss = (w - 1) ** 2
            loss.backward()
            with torch.no_grad():
                w -= 0.1 * w.grad
                w.grad.zero_()
        """,
        [[F, B, E, S, Z]] * 3,
    ),
    "by hand, through data": (
        """
        for i in range(3):
            loss = (w - 1) ** 2
            loss.backward()
            w.data -= 0.1 * w.grad
            w.grad = None
        """,
        [[F, B, S, Z]] * 3,
    ),
    "no loop, two steps in a row": (
        """
        opt.zero_grad()
        ((w - 1) ** 2).backward()
        opt.step()
        opt.zero_grad()
        ((w - 1) ** 2).backward()
        opt.step()
        """,
        [PLAIN] * 2,
    ),
    "one backward, no update": ("((w - 1) ** 2).backward()", [[F, B]]),
    "no update: an iteration for each backward": (
        """
        for i in range(3):
            loss = (w - 1) ** 2
            loss.backward()
        """,
        [[F, B]] * 3,
    ),
    "forward only": ("y = (w - 1) ** 2", [[F]]),
    "a last backward without a step": (
        """
        for i in range(2):
            opt.zero_grad()
            ((w - 1) ** 2).backward()
            opt.step()
        ((w - 1) ** 2).backward()
        """,
        [PLAIN, [*PLAIN, F, B]],
    ),
}


def stretches(recorded: tape.Tape, segment: tape.Segment) -> list[str]:
    phases = [event["phase"] for event in recorded.structure(segment).events]
    return [phase for at, phase in enumerate(phases) if at == 0 or phases[at - 1] != phase]


@pytest.mark.parametrize("style", STYLES)
def test_iterations_and_phases(style: str, capsys: pytest.CaptureFixture[str]) -> None:
    source, expected = STYLES[style]
    code = compile(PREAMBLE + textwrap.dedent(source), "loop.py", "exec")
    with tape.record(script="loop.py") as recorded:
        exec(code, {"torch": torch})
    found = [stretches(recorded, segment) for segment in recorded.segments if segment.iteration is not None]
    assert found == expected
    assert [segment.iteration for segment in recorded.segments if segment.iteration is not None] == list(
        range(len(expected))
    )


def test_events_before_the_first_iteration_are_setup(capsys: pytest.CaptureFixture[str]) -> None:
    source = """
print("ready")
with torch.no_grad():
    w.fill_(1.0)
loss = w * 2
loss.backward()
"""
    with tape.record(script="loop.py") as recorded:
        exec(compile(PREAMBLE + source, "loop.py", "exec"), {"torch": torch})
    setup, first = recorded.segments
    assert setup.iteration is None
    assert [event["kind"] for event in recorded.structure(setup).events] == ["output", "edit"]
    assert first.iteration == 0
    assert recorded.at("setup").parameters["w"].value == 1.0
    assert recorded.at("start").parameters["w"].value == 2.0
