"""The line of the script that an event is told of, wherever in an expression the call stands."""

from typing import Any

import autograd as torch
from autograd import tape


def lines(script: str) -> dict[str, int | None]:
    """Node → line, of a script whose first line is line 1."""
    with tape.record(script="site.py") as recorded:
        exec(compile(script, "site.py", "exec"), {"torch": torch, "w": torch.ones(2, requires_grad=True)})
    bodies = [recorded.structure(segment).body for segment in recorded.segments]
    return {node["id"]: node["line"] for body in bodies for node in body["nodes"]}


def events(script: str, **given: Any) -> list[tuple[str, int | None]]:
    space = {"torch": torch, "w": torch.ones(2, requires_grad=True), **given}
    with tape.record(script="site.py") as recorded:
        exec(compile(script, "site.py", "exec"), space)
    return [(event["kind"], event["line"]) for event in recorded.events()]


def test_a_comprehension_over_several_lines() -> None:
    script = """parts = [
    w
    * factor
    for factor in (1.0, 2.0)
    if factor
]
total = sum(
    part.sum()
    for part in parts
)
"""
    found = lines(script)
    assert (found["mul"], found["mul~2"]) == (2, 2)
    assert (found["sum"], found["sum~2"]) == (8, 8)
    # `sum` adds on its own line.
    assert (found["add"], found["add~2"]) == (7, 7)


def test_a_lambda_is_told_of_where_it_is_written_and_not_where_it_is_called() -> None:
    script = """double = lambda x: (
    x * 2
)
y = double(
    w
)
z = list(map(lambda x: x.exp(), [y]))
"""
    assert lines(script) == {"mul": 2, "exp": 7}


def test_a_decorated_function() -> None:
    script = """def logged(function):
    def wrapper(x):
        return function(x) + 1
    return wrapper

@logged
def double(x):
    return x * 2

y = double(w)
"""
    assert lines(script) == {"mul": 8, "add": 3}


def test_nested_functions_and_methods() -> None:
    script = """def outer(x):
    def inner(y):
        return y.tanh()
    return inner(x).exp()

class Net(torch.nn.Module):
    def forward(self, x):
        x = outer(x)
        return x.sigmoid()

Net()(w)
"""
    assert lines(script) == {"net:tanh": 3, "net:exp": 4, "net:sigmoid": 9}


def test_an_expression_over_several_lines() -> None:
    """An operator is told of on the line where its left side begins, as a traceback would; a method on its own."""
    script = """loss = (
    w
    .exp()
    .log()
    .sum()
)
total = (
    loss
    + torch.tanh(
        w
    ).sum()
)
"""
    found = lines(script)
    assert (found["exp"], found["log"], found["sum"]) == (3, 4, 5)
    assert (found["tanh"], found["sum~2"], found["add"]) == (9, 11, 8)


def test_a_call_of_several_lines_is_told_of_where_it_begins() -> None:
    script = """y = torch.nn.functional.linear(
    torch.ones(1, 2),
    torch.stack([
        w.exp(),
        w.tanh(),
    ]),
)
"""
    assert lines(script) == {"exp": 4, "tanh": 5, "stack": 3, "linear": 1}


def test_a_generator_a_property_and_a_with_block() -> None:
    script = """class Holder:
    @property
    def doubled(self):
        return w * 2

def stream():
    for i in range(1):
        yield Holder().doubled

with torch.enable_grad():
    for y in stream():
        y.exp()
"""
    assert lines(script) == {"mul": 4, "exp": 12}


def test_backward_step_and_their_shares_are_told_of_where_the_script_calls_them() -> None:
    script = """opt = torch.optim.SGD([w], lr=0.1)
def train(
    x,
):
    opt.zero_grad()
    loss = (
        x * 2
    ).sum()
    loss.backward(
    )
    opt.step()
train(w)
"""
    assert events(script) == [
        ("zero_grad", 5), ("forward", 7), ("forward", 8), ("accumulate", 9), ("backward", 9), ("backward", 9),
        ("accumulate", 9), ("step", 11),
    ]  # fmt: skip


def test_a_hook_s_own_lines() -> None:
    script = """w.register_hook(
    lambda g: g * 2
)
with torch.no_grad():
    w.add_(
        1
    )
(w * 1).sum().backward()
w.grad.mul_(
    0.5
)
"""
    found = events(script)
    assert ("edit", 5) in found and ("adjust", 9) in found and ("hook", 8) in found


def test_no_line_of_the_script_on_the_stack() -> None:
    """A recorder told of a script that is not running here has no lines."""
    w = torch.ones(2, requires_grad=True)
    with tape.record(script="elsewhere.py") as recorded:
        w * 2
    assert [event["line"] for event in recorded.events()] == [None]
