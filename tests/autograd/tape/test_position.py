import pytest

import autograd as torch
from autograd import tape


@pytest.fixture(scope="module")
def recorded() -> tape.Tape:
    w = torch.tensor(1.0, requires_grad=True)
    optimizer = torch.optim.SGD([w], lr=0.1)
    with tape.record() as recorded:
        with torch.no_grad():
            w.fill_(2.0)
        for _ in range(2):
            optimizer.zero_grad()
            for _ in range(2):
                (w * 3).backward()
            optimizer.step()
    return recorded


# edit | zero_grad, mul, seed, mul', w+, mul, seed, mul', w+, step | …
@pytest.mark.parametrize(
    ("position", "event"),
    [
        ("start", -1), ("setup", 0), (0, 0), ("7", 7), ("0:", 10), ("0:zero_grad", 1), ("0:forward", 6),
        ("0:forward.1", 2), ("0:forward.2", 6), ("0:backward.1", 5), ("0:backward", 9), ("0:step", 10), ("1:", 20),
        ("1:zero_grad", 11), ("latest", 20), (20, 20),
    ],
)  # fmt: skip
def test_positions(recorded: tape.Tape, position: str | int, event: int) -> None:
    assert recorded.at(position).event == event


@pytest.mark.parametrize(
    ("position", "says"),
    [
        ("21", "events 0 to 20"), (-2, "events 0 to 20"), ("2:", "0 to 1"),
        ("0:evaluate", "zero_grad, forward, backward, step"), ("0:forward.3", "2 stretches"),
        ("0:forward.0", "2 stretches"), ("soon", "not a position"), ("0:Forward", "not a position"),
    ],
)  # fmt: skip
def test_a_position_that_is_none_says_what_would_be(recorded: tape.Tape, position: str | int, says: str) -> None:
    with pytest.raises(tape.PositionError, match=says):
        recorded.at(position)


def test_a_moment_knows_where_it_is(recorded: tape.Tape) -> None:
    assert [(m.iteration, m.phase) for m in map(recorded.at, ("start", "setup", "0:backward.1", "latest"))] == [
        (None, "start"), (None, "setup"), (0, "backward"), (1, "step"),
    ]  # fmt: skip
