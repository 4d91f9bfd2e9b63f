"""Modules: what they hold, hooks, state and text, by scripts run with both libraries."""

from __future__ import annotations

import copy
import io
import pickle
import sys
from collections import OrderedDict
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from same import error, same

pytestmark = pytest.mark.parity


def network(T: Any) -> Any:
    nn = T.nn

    class Net(nn.Module):  # type: ignore[name-defined, misc]
        def __init__(self) -> None:
            super().__init__()
            self.first = nn.Linear(2, 3)
            self.rest = nn.Sequential(nn.Tanh(), nn.Sequential(nn.Linear(3, 3), nn.ReLU()), nn.Linear(3, 1, bias=False))
            self.again = self.first
            self.norm = nn.BatchNorm1d(3)
            self.scale = nn.Parameter(T.ones(1))
            self.register_buffer("offset", T.zeros(1))
            self.register_buffer("scratch", T.zeros(2), persistent=False)
            self.register_parameter("none", None)

        def forward(self, x: Any, shift: float = 0.0) -> Any:
            return self.rest(self.norm(self.first(x))) * self.scale + self.offset + shift

    return Net()


def holds(T: Any) -> Any:
    net = network(T)
    names = lambda pairs: [name for name, _ in pairs]  # noqa: E731
    return [
        names(net.named_parameters()),
        names(net.named_parameters(prefix="a", recurse=False)),
        names(net.named_parameters(remove_duplicate=False)),
        names(net.named_buffers()),
        names(net.named_buffers(prefix="b", recurse=False)),
        names(net.named_children()),
        names(net.named_modules()),
        names(net.named_modules(prefix="c", remove_duplicate=False)),
        [len(list(net.modules())), len(list(net.children())), len(list(net.modules(remove_duplicate=False)))],
        net,
        net.get_submodule("rest.1.0"),
        net.get_submodule("") is net,
        net.get_parameter("rest.1.0.weight"),
        net.get_buffer("norm.running_var"),
        [name in dir(net) for name in ("first", "scale", "offset", "forward", "training")],
        ["0" in dir(net.rest), "append" in dir(net.rest)],
    ]


def paths_that_lead_nowhere(T: Any) -> Any:
    net = network(T)
    return [
        error(lambda: net.get_submodule("rest.7")),
        error(lambda: net.get_submodule("scale")),
        error(lambda: net.get_parameter("first.nothing")),
        error(lambda: net.get_parameter("offset")),
        error(lambda: net.get_buffer("scale")),
        error(lambda: net.get_buffer("nothing")),
        error(lambda: net.set_submodule("", T.nn.ReLU())),
        error(lambda: net.set_submodule("rest.0", 3)),
        error(lambda: net.set_submodule("rest.nine", T.nn.ReLU(), strict=True)),
        error(lambda: net.set_submodule("scale", T.nn.ReLU())),
        error(lambda: net.nothing),
    ]


def replacing_submodules(T: Any) -> Any:
    net = network(T)
    net.set_submodule("rest.1.1", T.nn.Tanh())
    net.set_submodule("extra", T.nn.ReLU())
    del net.first
    net.again = None
    net.none = T.nn.Parameter(T.ones(2))
    return [net, list(net.state_dict()), error(lambda: net.first)]


def refusals(T: Any) -> Any:
    net = network(T)

    class Early(T.nn.Module):  # type: ignore[name-defined, misc]
        def __init__(self, what: str) -> None:
            if what == "parameter":
                self.p = T.nn.Parameter(T.ones(1))
            elif what == "module":
                self.m = T.nn.ReLU()
            elif what == "buffer":
                self.register_buffer("b", T.ones(1))
            else:
                self.forward(1)

    def assign(name: str, value: Any) -> Any:
        return error(lambda: setattr(net, name, value))

    return [
        assign("scale", 3),
        assign("scale", T.ones(1)),
        assign("first", 3),
        assign("offset", 3),
        error(lambda: Early("parameter")),
        error(lambda: Early("module")),
        error(lambda: Early("buffer")),
        error(lambda: net.register_parameter("a.b", T.nn.Parameter(T.ones(1)))),
        error(lambda: net.register_parameter("", T.nn.Parameter(T.ones(1)))),
        error(lambda: net.register_parameter("first", T.nn.Parameter(T.ones(1)))),
        error(lambda: net.register_parameter("new", T.ones(1))),
        error(lambda: net.register_parameter(3, None)),
        error(lambda: net.register_buffer("first", T.ones(1))),
        error(lambda: net.register_buffer("a.b", T.ones(1))),
        error(lambda: net.register_buffer("new", 3)),
        error(lambda: net.add_module("a.b", T.nn.ReLU())),
        error(lambda: net.add_module("", T.nn.ReLU())),
        error(lambda: net.add_module("scale", T.nn.ReLU())),
        error(lambda: net.add_module("new", 3)),
        error(lambda: net.train("yes")),
        error(lambda: net.to(T.int64)),
        error(lambda: T.nn.Module()(1)),
        error(lambda: T.nn.Module(1)),
        error(lambda: T.nn.Module(a=1)),
        error(lambda: net.get_extra_state(), words=False),
        error(lambda: net.load_state_dict([1])),
    ]


def conversions(T: Any) -> Any:
    net = network(T)
    found = []
    net(T.ones(2, 2)).sum().backward()
    for convert in (
        lambda: net.double(),
        lambda: net.half(),
        lambda: net.float(),
        lambda: net.to(T.float64),
        lambda: net.to("cpu"),
        lambda: net.to(T.ones(1)),
        lambda: net.to("cpu", T.float64, non_blocking=True),
        lambda: net.type(T.float32),
        lambda: net.cpu(),
        lambda: net.share_memory(),
    ):
        assert convert() is net
        found.append([str(p.dtype) for p in [*net.parameters(), *net.buffers()]])
        found.append([None if p.grad is None else str(p.grad.dtype) for p in net.parameters()])
    shapes = [list(p.shape) for p in net.to_empty(device="cpu").parameters()]
    return [found, shapes]


def modes(T: Any) -> Any:
    net = network(T)
    before = [m.training for m in net.modules()]
    net.eval()
    net.rest.train()
    names: list[str] = []
    net.apply(lambda m: names.append(type(m).__name__))
    net.requires_grad_(False)
    frozen = [p.requires_grad for p in net.parameters()]
    net.requires_grad_(True)
    net(T.ones(1, 2)).sum().backward()
    net.zero_grad(set_to_none=False)
    zeroed = [p.grad for p in net.parameters()]
    net.zero_grad()
    return [before, [m.training for m in net.modules()], names, frozen, zeroed, [p.grad for p in net.parameters()]]


def forward_hooks(T: Any) -> Any:
    net = network(T)
    net.eval()
    seen: list[Any] = []
    x = T.tensor([[1.0, 2.0]])
    handles = [
        net.register_forward_hook(lambda m, args, out: seen.append(("a", args, out))),
        net.register_forward_hook(lambda m, args, out: seen.append("first"), prepend=True),
        net.register_forward_hook(lambda m, args, kwargs, out: out * kwargs["shift"], with_kwargs=True),
        net.register_forward_pre_hook(lambda m, args: seen.append("pre")),
        net.register_forward_pre_hook(lambda m, args: args[0] * 2),
        net.register_forward_pre_hook(lambda m, args, kwargs: (args, {"shift": 3.0}), with_kwargs=True),
        net.register_forward_pre_hook(lambda m, args: seen.append("very first"), prepend=True),
    ]
    out = net(x)
    counts = [len(net._forward_hooks), len(net._forward_pre_hooks)]
    for handle in handles:
        handle.remove()
    again = net(x)
    with net.register_forward_hook(lambda m, args, out: out * 0):
        nothing = net(x)
    wrong = net.register_forward_pre_hook(lambda m, args, kwargs: args, with_kwargs=True)
    refused = error(lambda: net(x), words=False)
    wrong.remove()
    return [out, counts, again, nothing, seen, refused, len(net._forward_hooks_with_kwargs)]


def always_called(T: Any) -> Any:
    seen: list[Any] = []

    class Breaks(T.nn.Module):  # type: ignore[name-defined, misc]
        def forward(self, x: Any) -> Any:
            raise KeyError("no")

    def careless(m: Any, args: Any, out: Any) -> None:
        raise ValueError("in the hook")

    module = Breaks()
    module.register_forward_hook(lambda m, args, out: seen.append("usual"))
    module.register_forward_hook(lambda m, args, out: seen.append(("always", out)), always_call=True)
    module.register_forward_hook(careless, always_call=True)
    return [error(lambda: module(1)), seen]


def full_backward_hooks(T: Any) -> Any:
    net = network(T)
    seen: list[Any] = []
    net.rest.register_full_backward_hook(lambda m, gi, go: seen.append(("rest", gi, go)))
    net.first.register_full_backward_hook(lambda m, gi, go: seen.append(("first", gi, go)))
    net.rest[0].register_full_backward_hook(lambda m, gi, go: (gi[0] * 10,))
    net.rest[2].register_full_backward_pre_hook(lambda m, go: (go[0] * 3,))
    net.rest[2].register_full_backward_pre_hook(lambda m, go: seen.append(("pre", go)), prepend=True)
    net.rest[2].register_full_backward_hook(lambda m, gi, go: seen.append(("after pre", gi, go)))
    x = T.tensor([[1.0, 2.0], [0.5, -1.0]], requires_grad=True)
    out = net(x)
    out.pow(2).sum().backward()
    return [out, seen, x.grad, [p.grad for p in net.parameters()], out.grad_fn.name()]


def hooks_without_an_input_that_wants_gradients(T: Any) -> Any:
    layer = T.nn.Linear(2, 1)
    seen: list[Any] = []
    layer.register_full_backward_hook(lambda m, gi, go: seen.append((gi, go)))
    layer(T.ones(1, 2)).sum().backward()
    layer.register_full_backward_hook(lambda m, gi, go: (T.ones(1),))
    refused = error(lambda: layer(T.ones(1, 2)).sum().backward())
    with T.no_grad():
        silent = layer(T.ones(1, 2))
    return [seen, refused, silent, layer(T.ones(1, 2)).grad_fn.name()]


def hooks_of_several_inputs_and_outputs(T: Any) -> Any:
    class Several(T.nn.Module):  # type: ignore[name-defined, misc]
        def forward(self, a: Any, n: int, b: Any, c: Any) -> Any:
            return a * n, "text", b * a, c

    module = Several()
    seen: list[Any] = []
    module.register_full_backward_hook(lambda m, gi, go: seen.append((gi, go)))
    a, b = T.tensor([1.0, 2.0], requires_grad=True), T.tensor([3.0, 4.0], requires_grad=True)
    first, _, second, third = module(a, 2, b, T.ones(2))
    first.sum().backward(retain_graph=True)
    (second * 2).sum().backward()
    wrong = Several()
    wrong.register_full_backward_hook(lambda m, gi, go: (None,))
    short = error(lambda: wrong(a, 2, b, T.ones(2))[0].sum().backward())
    wrong = Several()
    wrong.register_full_backward_pre_hook(lambda m, go: (None,))
    return [seen, a.grad, b.grad, third, short, error(lambda: wrong(a, 2, b, T.ones(2))[0].sum().backward())]


def hooks_in_a_graph_of_gradients(T: Any) -> Any:
    layer = T.nn.Linear(2, 2).double()
    seen: list[Any] = []
    layer.register_full_backward_hook(lambda m, gi, go: seen.append((gi[0], go[0])))
    layer.register_full_backward_hook(lambda m, gi, go: (gi[0] * gi[0],))
    x = T.tensor([[1.0, 2.0]], dtype=T.float64, requires_grad=True)
    (g,) = T.autograd.grad(layer(x).pow(3).sum(), [x], create_graph=True)
    second = T.autograd.grad(g.sum(), [x, layer.weight])
    return [g, second, seen]


def writing_into_what_a_hook_watches(T: Any) -> Any:
    class Writes(T.nn.Module):  # type: ignore[name-defined, misc]
        def forward(self, x: Any) -> Any:
            return x.mul_(2)

    layer = Writes()
    layer.register_full_backward_hook(lambda m, gi, go: None)
    return error(lambda: layer(T.ones(2, requires_grad=True) * 1), words=False)


def two_kinds_of_backward_hooks(T: Any) -> Any:
    layer = T.nn.Linear(2, 1)
    layer.register_full_backward_hook(lambda m, gi, go: None)
    return error(lambda: layer.register_backward_hook(lambda m, gi, go: None))


def older_backward_hooks(T: Any) -> Any:
    seen: list[Any] = []
    found = []
    for layer in (T.nn.ReLU(), T.nn.Tanh(), T.nn.Sequential(T.nn.Tanh(), T.nn.ReLU())):
        layer.register_backward_hook(lambda m, gi, go: seen.append((type(m).__name__, gi, go)))
        layer.register_backward_hook(lambda m, gi, go: (gi[0] * 2,))
        x = T.tensor([1.0, -2.0], dtype=T.float64, requires_grad=True)
        layer(x * 1).pow(2).sum().backward()
        found.append(x.grad)
        y = T.tensor([1.0, 2.0], dtype=T.float64, requires_grad=True)
        (g,) = T.autograd.grad(layer(y * 1).pow(3).sum(), [y], create_graph=True)
        found += [g, T.autograd.grad(g.sum(), [y])]
    return [found, seen]


def global_hooks(T: Any) -> Any:
    import importlib

    module = importlib.import_module("torch.nn.modules.module" if T.__name__ == "torch" else "autograd.nn.module")
    seen: list[Any] = []
    name = lambda m: type(m).__name__  # noqa: E731
    handles = [
        module.register_module_forward_pre_hook(lambda m, args: seen.append(("pre", name(m)))),
        module.register_module_forward_hook(lambda m, args, out: seen.append(("post", name(m), out))),
        module.register_module_full_backward_hook(lambda m, gi, go: seen.append(("back", name(m), gi, go))),
        module.register_module_full_backward_pre_hook(lambda m, go: seen.append(("back pre", name(m), go))),
        module.register_module_parameter_registration_hook(lambda m, n, p: seen.append(("parameter", n))),
        module.register_module_module_registration_hook(lambda m, n, p: seen.append(("module", n))),
        module.register_module_buffer_registration_hook(lambda m, n, p: seen.append(("buffer", n))),
    ]
    try:
        net = T.nn.Sequential(T.nn.Linear(2, 2), T.nn.BatchNorm1d(2), T.nn.Tanh())
        net(T.tensor([[1.0, 2.0], [3.0, 1.0]], requires_grad=True)).sum().backward()
    finally:
        for handle in handles:
            handle.remove()
    count = len(seen)
    net(T.ones(2, 2))
    return [seen, len(seen) == count]


def state(T: Any) -> Any:
    net = network(T)
    d = net.state_dict()
    d["offset"].add_(5)
    under = net.state_dict(prefix="net.", keep_vars=True)
    into: OrderedDict[str, Any] = OrderedDict()
    assert net.state_dict(destination=into) is into
    return [
        d,
        dict(d._metadata),
        net.offset,
        list(under),
        [v.requires_grad for v in under.values()],
        dict(under._metadata),
        list(into),
        hasattr(into, "_metadata"),
        list(net.state_dict(OrderedDict(), "old.", False)),
    ]


def loading(T: Any) -> Any:
    net, other = network(T), network(T)
    matched = net.load_state_dict(other.state_dict())
    d = other.state_dict()
    del d["scale"], d["norm.running_mean"]
    d["more"] = T.ones(1)
    d["rest.9.weight"] = T.ones(1)
    d["first.extra"] = T.ones(1)
    d["rest.2.weight"] = T.ones(2, 3)
    d["offset"] = T.tensor(7.0)
    scalar = T.nn.Module()
    scalar.s = T.nn.Parameter(T.tensor(1.0))
    scalar.load_state_dict({"s": T.tensor([4.0])})
    return [
        repr(matched),
        error(lambda: net.load_state_dict(d)),
        error(lambda: net.load_state_dict(d, strict=False)),
        error(lambda: T.nn.Linear(2, 2).load_state_dict({"weight": [1], "bias": T.ones(2)})),
        repr(T.nn.Linear(2, 2).load_state_dict({"other": T.ones(1)}, strict=False)),
        scalar.s,
        error(lambda: T.nn.Linear(2, 2).load_state_dict({})),
    ]


def assigning(T: Any) -> Any:
    layer = T.nn.Linear(2, 2)
    weight = T.ones(2, 2, dtype=T.float64)
    bias = T.nn.Parameter(T.ones(2), requires_grad=False)
    layer.load_state_dict({"weight": weight, "bias": bias}, assign=True)
    weight.mul_(3)
    norm = T.nn.BatchNorm1d(2)
    d = norm.state_dict()
    d["running_mean"] = T.full((2,), 9.0)
    norm.load_state_dict(d, assign=True)
    return [layer.weight, layer.bias is bias, layer.bias, norm.running_mean, norm.running_mean is d["running_mean"]]


def state_hooks(T: Any) -> Any:
    seen: list[Any] = []

    class Extra(T.nn.Module):  # type: ignore[name-defined, misc]
        def __init__(self) -> None:
            super().__init__()
            self.inner = T.nn.Linear(1, 1)

        def get_extra_state(self) -> Any:
            return {"note": 3}

        def set_extra_state(self, state: Any) -> None:
            seen.append(("extra", state))

    module = Extra()
    module.register_state_dict_pre_hook(lambda m, prefix, keep: seen.append(("pre", prefix, keep)))
    module.register_state_dict_post_hook(lambda m, d, prefix, meta: d.update(added=T.ones(1)))
    module._register_state_dict_hook(lambda m, d, prefix, meta: seen.append((list(d), prefix, meta)))
    module.register_load_state_dict_pre_hook(lambda m, d, prefix, *rest: d.pop("added"))
    module._register_load_state_dict_pre_hook(lambda d, prefix, *rest: seen.append((list(d), prefix)))
    module.register_load_state_dict_post_hook(lambda m, keys: seen.append((keys.missing_keys, keys.unexpected_keys)))
    d = module.state_dict()
    copied = copy.deepcopy(module)
    copied.load_state_dict(d)
    plain = T.nn.Linear(1, 1)
    bad = T.nn.Linear(1, 1)
    bad.register_state_dict_post_hook(lambda m, d, prefix, meta: d)
    del d["_extra_state"]
    return [
        list(d),
        seen,
        error(lambda: module.load_state_dict(OrderedDict(d))),
        error(lambda: plain.load_state_dict({"_extra_state": 1, **plain.state_dict()})),
        error(lambda: bad.state_dict()),
    ]


def copies(T: Any) -> Any:
    net = network(T)
    net(T.ones(2, 2)).sum().backward()
    seen: list[str] = []
    net.register_forward_hook(lambda m, args, out: seen.append(type(m).__name__))
    twin = copy.deepcopy(net)
    with T.no_grad():
        twin.scale.add_(1)
    twin(T.ones(2, 2))
    layer = pickle.loads(pickle.dumps(T.nn.Sequential(T.nn.Linear(2, 2), T.nn.BatchNorm1d(2))))
    shallow = copy.copy(net)
    return [
        twin.again is twin.first,
        [p.grad for p in twin.parameters()],
        net.scale,
        twin.scale,
        seen,
        layer,
        layer.state_dict(),
        shallow.first is net.first,
        {net: 1}.get(twin),
        copy.deepcopy(T.nn.Parameter(T.ones(2), requires_grad=False)),
        copy.deepcopy(T.nn.Buffer(T.ones(2))),
    ]


def buffers_and_parameters(T: Any) -> Any:
    module = T.nn.Module()
    module.a = T.nn.Buffer(T.ones(2))
    module.b = T.nn.Buffer(T.ones(2), persistent=False)
    module.a = T.zeros(3)
    module.p = T.nn.Parameter(T.ones(2))
    module.q = T.nn.Parameter(T.ones(2, dtype=T.int64), requires_grad=False)
    del module.b
    module.register_buffer("c", None)
    module.c = T.ones(1)
    return [
        module.state_dict(),
        repr(module.p),
        isinstance(module.p, T.Tensor),
        T.nn.Parameter().shape,
        error(lambda: T.nn.Parameter(T.ones(1, dtype=T.int64)), words=False),
    ]


def texts(T: Any) -> Any:
    nn = T.nn

    class Told(nn.Module):  # type: ignore[name-defined, misc]
        def __init__(self, lines: str, child: Any = None) -> None:
            super().__init__()
            self.lines, self.child = lines, child

        def extra_repr(self) -> str:
            return self.lines

    block = lambda: nn.Sequential(nn.Linear(2, 2), nn.ReLU())  # noqa: E731
    return [
        nn.ModuleList([nn.Linear(2, 2) for _ in range(3)]),
        nn.ModuleList([block(), block(), nn.ReLU(), block()]),
        nn.ModuleList(),
        nn.ModuleList([nn.ModuleList([block(), block()]), nn.ModuleList([block(), block()])]),
        nn.ModuleDict({"a": nn.ReLU(), "b": block()}),
        nn.ParameterList([T.ones(2, 3), nn.Parameter(T.ones(1)), 3]),
        nn.ParameterDict({"w": T.ones(2, 3)}),
        nn.ParameterDict({"w": T.ones(2, 3), "x": "text"}),
        nn.Sequential(OrderedDict(a=nn.ReLU())),
        Told("one"),
        Told("one\ntwo"),
        Told("one", nn.ReLU()),
        Told("", block()),
        Told("a\n\nb", Told("c\n\nd")),
    ]


def sequential(T: Any) -> Any:
    nn = T.nn
    s = nn.Sequential(nn.Linear(2, 2), nn.ReLU(), nn.Tanh())
    found: list[Any] = [s[0], s[-1], s[1:], s[::2], len(s), [type(m).__name__ for m in s]]
    s.append(nn.Sigmoid()).insert(1, nn.ELU()).insert(-1, nn.ReLU()).extend([nn.Tanh()])
    found.append(s)
    found += [s.pop(1), s.pop(-1), s]
    s[0] = nn.Identity()
    del s[1]
    found.append(s)
    del s[1:]
    found += [s, s + nn.Sequential(nn.ReLU()), s * 3, 2 * s]
    s += nn.Sequential(nn.ReLU(), nn.Tanh())
    s *= 2
    found += [s, s[0] is s[3]]
    named = nn.Sequential(OrderedDict(a=nn.ReLU(), b=nn.Tanh()))
    found += [named[1:], named.a]
    del named[0]
    return [
        *found,
        named,
        error(lambda: s[9]),
        error(lambda: s["a"], words=False),
        error(lambda: s + (nn.ReLU(),)),  # noqa: RUF005
        error(lambda: s * 0),
        error(lambda: s * "a"),
        error(lambda: s.insert(99, nn.ReLU())),
        error(lambda: s.insert(0, 3)),
        error(lambda: s.append(3)),
        error(lambda: s.__setitem__(77, nn.ReLU())),
    ]


def module_list(T: Any) -> Any:
    nn = T.nn
    l = nn.ModuleList([nn.Linear(2, 2), nn.ReLU()])
    found: list[Any] = [l[-1], l[:1], len(l), [type(m).__name__ for m in l]]
    l.append(nn.Tanh()).extend([nn.ELU(), nn.ReLU()])
    l.insert(1, nn.Sigmoid())
    l += [nn.ReLU()]
    l[0] = nn.Identity()
    found += [l, l + (nn.Tanh(),), l.pop(0), l.pop(-1), l]  # noqa: RUF005
    del l[0]
    del l[1:3]
    found += [l, list(l.state_dict())]
    return [
        *found,
        error(lambda: l[17]),
        error(lambda: l.extend(3)),
        error(lambda: l.append(3)),
        error(lambda: l(1)),
    ]


def module_dict(T: Any) -> Any:
    nn = T.nn
    d = nn.ModuleDict({"a": nn.ReLU(), "b": nn.Linear(1, 1)})
    d["c"] = nn.Tanh()
    d.update([["e", nn.ELU()], ("d", nn.ReLU())])
    d.update(nn.ModuleDict({"z": nn.ReLU()}))
    found: list[Any] = [d, list(d), list(d.keys()), [k for k, _ in d.items()], len(list(d.values())), "a" in d, len(d)]
    found += [d.pop("a"), d.b]
    del d["c"]
    found.append(d)
    refused = [
        error(lambda: d["nothing"]),
        error(lambda: d.update(3)),
        error(lambda: d.update([3])),
        error(lambda: d.update([[1, 2, 3]])),
        error(lambda: d.__setitem__("b.c", nn.ReLU())),
        error(lambda: d.__setitem__("x", 3)),
        error(lambda: d.pop("nothing")),
    ]
    d.clear()
    return [*found, refused, d]


def parameter_list(T: Any) -> Any:
    nn = T.nn
    l = nn.ParameterList([T.ones(1), nn.Parameter(T.zeros(2))])
    l.append(T.full((3,), 2.0)).extend([T.ones(1), "text"])
    l += [T.ones(4)]
    l[0] = T.zeros(5)
    return [
        l,
        list(l.state_dict()),
        l[-1],
        l[1:3],
        len(l),
        [type(v).__name__ for v in l],
        [n for n, _ in l.named_parameters()],
        error(lambda: l[99]),
        error(lambda: l.extend(3)),
        error(lambda: l.extend(T.ones(1))),
        error(lambda: l(1)),
    ]


def parameter_dict(T: Any) -> Any:
    nn = T.nn
    d = nn.ParameterDict({"b": T.ones(1), "a": nn.Parameter(T.zeros(2))})
    d["c"] = T.ones(3)
    d.update([("e", T.ones(1)), ["d", 3]])
    found: list[Any] = [d, list(d), list(reversed(d)), list(d.keys()), len(d), "c" in d, d["c"], d.get("x", 5)]
    found += [d.setdefault("y", T.ones(2)), d.setdefault("y"), d.pop("c"), d.popitem(), d]
    other = nn.ParameterDict(OrderedDict(q=T.ones(1)))
    found += [
        d | other,
        list(other | d),
        list(d.copy()),
        d.copy()["a"] is d["a"],
        list(d.fromkeys(["k", "l"], 1).items()),
    ]
    d |= other
    del d["q"]
    found += [d, [k for k, _ in d.items()], len(list(d.values()))]
    refused = [
        error(lambda: d["nothing"]),
        error(lambda: d[3], words=False),
        error(lambda: d.update(3)),
        error(lambda: d.update([3])),
        error(lambda: d.update([[1, 2, 3]])),
        error(lambda: d(1)),
    ]
    d.clear()
    return [*found, refused, d]


def compiled(T: Any) -> Any:
    layer = T.nn.Linear(2, 2)
    return [T.compile(layer)(T.ones(1, 2)).shape if T.__name__ == "autograd" else layer(T.ones(1, 2)).shape]


def saved(T: Any) -> Any:
    net, other = network(T), network(T)
    file = io.BytesIO()
    T.save(net.state_dict(), file)
    file.seek(0)
    d = T.load(file)
    other.load_state_dict(d)
    return [other.state_dict(), dict(d._metadata)]


SCRIPTS = [
    holds, paths_that_lead_nowhere, replacing_submodules, refusals, conversions, modes, forward_hooks, always_called,
    full_backward_hooks, hooks_without_an_input_that_wants_gradients, hooks_of_several_inputs_and_outputs,
    hooks_in_a_graph_of_gradients, writing_into_what_a_hook_watches, two_kinds_of_backward_hooks, older_backward_hooks,
    global_hooks, state,
    loading, assigning, state_hooks, copies, buffers_and_parameters, texts, sequential, module_list, module_dict,
    parameter_list, parameter_dict, compiled, saved,
]  # fmt: skip


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.__name__)
def test_same(script: Any) -> None:
    same(script)
