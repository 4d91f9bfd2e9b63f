"""Every public name has a case against PyTorch: what is exempt is listed here, each with its reason."""

from __future__ import annotations

import ast
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import autograd

pytestmark = pytest.mark.parity

HERE = Path(__file__).parent
# Files in which a name counts as compared with PyTorch.
CASES = (HERE.parent / "autograd" / "cases").glob("*.py")
SOURCES = sorted([*HERE.glob("*.py"), *CASES, *(HERE.parent / "scripts").glob("*.py")])

# Where the answer is the machine's, or Python's, and nothing could be compared.
EXEMPT = {
    "Tensor.data_ptr": "an address",
    "seed": "entropy",
    "share_memory_": "there are no other processes here: itself",
    "pin_memory": "there is no GPU here: itself",
    "cuda": "raises as a CPU-only PyTorch does: tests/autograd/test_tensor.py",
    "compile": "returns what it is given: there is no compiler here",
    "nn.Container": "an old name of Module, which PyTorch lets nobody use",
    "nn.functional.upsample": "the old name of interpolate, which PyTorch warns of",
    "nn.RNNBase": "the base of RNN, LSTM and GRU",
    "nn.RNNCellBase": "the base of the cells",
    "Optimizer": "the base of every optimizer",
    "LRScheduler": "the base of every scheduler",
}


OPERATORS = {
    ast.Add: "add", ast.Sub: "sub", ast.Mult: "mul", ast.Div: "div", ast.Mod: "remainder", ast.Pow: "pow",
    ast.MatMult: "matmul", ast.FloorDiv: "floor_divide", ast.Gt: "gt", ast.GtE: "ge", ast.Lt: "lt", ast.LtE: "le",
    ast.Eq: "eq", ast.NotEq: "ne", ast.BitAnd: "bitwise_and", ast.BitOr: "bitwise_or", ast.BitXor: "bitwise_xor",
    ast.Invert: "bitwise_not", ast.USub: "neg",
}  # fmt: skip


def mentioned() -> set[str]:
    """Attribute names, and words of string constants (names that cases get by getattr), in the sources."""
    found: set[str] = set()
    for path in SOURCES:
        if path.name == Path(__file__).name:
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Attribute):
                found.add(node.attr)
            elif isinstance(node, ast.alias):
                found.update(node.name.split("."))
            elif isinstance(node, ast.Constant) and isinstance(node.value, str) and "\n" not in node.value:
                found.update(node.value.split())
            elif isinstance(node, (ast.BinOp, ast.UnaryOp, ast.AugAssign)):
                found.add(OPERATORS.get(type(node.op), ""))
            elif isinstance(node, ast.Compare):
                found.update(OPERATORS.get(type(op), "") for op in node.ops)
    return found


def same(owner: Any) -> dict[int, set[str]]:
    """The names under which each object is public: a case of one is a case of all."""
    names: dict[int, set[str]] = {}
    for name in dir(owner):
        if not name.startswith("_"):
            value = vars(owner).get(name) if isinstance(owner, type) else getattr(owner, name)
            names.setdefault(id(value), set()).add(name)
    return names


def public(owner: Any) -> list[str]:
    """Public callables of a namespace, modules and types aside."""
    found = []
    for name in dir(owner):
        if name.startswith("_"):
            continue
        value = getattr(owner, name, None)
        if callable(value) and not isinstance(value, ModuleType) and getattr(value, "__module__", "") != "typing":
            found.append(name)
    return found


NAMESPACES = {
    "torch": autograd,
    "Tensor": autograd.Tensor,
    "nn": autograd.nn,
    "nn.functional": autograd.nn.functional,
    "optim": autograd.optim,
    "optim.lr_scheduler": autograd.optim.lr_scheduler,
    "special": autograd.special,
}


@pytest.mark.parametrize("namespace", NAMESPACES)
def test_every_public_name_has_a_case(namespace: str) -> None:
    owner = NAMESPACES[namespace]
    known = mentioned()
    aliases = same(owner)
    missing = []
    for name in public(owner):
        value = vars(owner).get(name) if isinstance(owner, type) else getattr(owner, name)
        names = aliases.get(id(value), {name})
        if not names & known and name not in EXEMPT and f"{namespace}.{name}" not in EXEMPT:
            missing.append(name)
    assert not missing, f"{namespace}: no parity test mentions {', '.join(missing)}"


def test_what_is_exempt_is_there() -> None:
    everything = {name for owner in NAMESPACES.values() for name in dir(owner)}
    stale = [name for name in EXEMPT if name.rpartition(".")[2] not in everything]
    assert not stale
