"""Raw events become a structure (everything about an iteration but its numbers) and a table of array ids."""

from __future__ import annotations

import hashlib
import json
import marshal
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from autograd.tape import likeness
from autograd.tape.events import CallRecord, NodeRecord, RawEvent, TensorRecord
from autograd.tape.naming import Names
from autograd.tape.options import Unknown, name_of
from autograd.tape.options import encode as options_in_json
from autograd.tape.segment import plain
from autograd.tape.sites import line

SlotKey = tuple[TensorRecord, str]


class Structure:
    """A structure as the format has it (`body`), with the look-ups its readers share."""

    def __init__(self, body: dict[str, Any]) -> None:
        self.body = body
        self.events: list[dict[str, Any]] = body["events"]
        self.slots: list[dict[str, str]] = body["slots"]
        self.entry: list[int] = body["entry"]
        self.tensors: dict[str, dict[str, Any]] = {tensor["id"]: tensor for tensor in body["tensors"]}
        self.nodes: dict[str, dict[str, Any]] = {node["id"]: node for node in body["nodes"]}
        self.slots_of: dict[str, dict[str, int]] = {}
        for index, slot in enumerate(self.slots):
            self.slots_of.setdefault(slot["tensor"], {})[slot["of"]] = index


@dataclass(slots=True)
class Woven:
    """A segment's content: `structure` by its hash, and the array ids that fill it."""

    structure: dict[str, Any]
    key: str
    layout: str
    entry: list[int | None]
    writes: list[int | None]
    details: dict[str, Any]
    after: dict[SlotKey, int | None] = field(default_factory=dict)  # the slots as the last event left them


def weave(events: list[RawEvent], lasting: Iterable[TensorRecord], names: Names) -> Woven:
    """The structure and table of `events`; `lasting` are the tensors that were there before them."""
    return _Loom(names).weave(events, list(lasting))


class _Loom:
    def __init__(self, names: Names) -> None:
        self._names = names
        self._calls: dict[CallRecord, str | None] = {}
        self._nodes: dict[NodeRecord, str] = {}
        self._tensors: dict[TensorRecord, str] = {}
        self._made_by: dict[TensorRecord, str] = {}
        self._counts: Counter[str] = Counter()
        self._slots: dict[SlotKey, int] = {}
        self._state: dict[SlotKey, int | None] = {}
        self._arriving: set[TensorRecord] = set()  # inner tensors that a share of this pass has reached
        self._seeded = False  # was the last event the start of a backward pass?
        self._holders: dict[int, str] = {}  # array id → the tensor whose value it is
        self._body: dict[str, list[Any]] = {
            "calls": [], "nodes": [], "tensors": [], "edges": [], "slots": [], "entry": [], "events": [],
        }  # fmt: skip

    def weave(self, events: list[RawEvent], lasting: list[TensorRecord]) -> Woven:
        entry: list[int | None] = []
        for tensor in lasting:
            for of, identity in tensor.entry.items():
                self._body["entry"].append(self._slot(tensor, of))
                entry.append(identity)
                self._state[tensor, of] = identity
                if of == "value" and identity is not None:
                    self._holders[identity] = self._tensor(tensor)
        writes: list[int | None] = []
        details: dict[str, Any] = {}
        for place, event in enumerate(events):
            node = None if event.node is None else self._node(event.node)
            slots = []
            for tensor, of, identity in self._left_over(event) + self._written(event):
                slots.append(self._slot(tensor, of))
                writes.append(identity)
                self._state[tensor, of] = identity
                if of == "value" and identity is not None and (tensor.lasting or not tensor.leaf):
                    self._holders[identity] = self._tensor(tensor)
            self._body["events"].append({
                "kind": event.kind,
                "phase": event.phase,
                "node": node,
                "tensor": None if event.tensor is None else self._tensor(event.tensor),
                "line": line(event.site),
                "writes": slots,
            })  # fmt: skip
            if event.details:
                details[str(place)] = plain(event.details)
        body: dict[str, Any] = self._body
        return Woven(body, *_names_of(body), entry, writes, details, self._state)

    def _left_over(self, event: RawEvent) -> list[tuple[TensorRecord, str, int | None]]:
        """What a backward pass that is over left at inner tensors whose own op it did not reach (`autograd.grad`)."""
        seeds = event.root is not None
        over = event.phase != "backward" or (seeds and not self._seeded)
        self._seeded = seeds
        if not over or not self._arriving:
            return []
        left = [tensor for tensor in self._arriving if not tensor.retains]
        self._arriving = set()
        return [(tensor, "gradient", None) for tensor in sorted(left, key=lambda tensor: tensor.number)]

    def _written(self, event: RawEvent) -> list[tuple[TensorRecord, str, int | None]]:
        """What an event wrote, given what the segment knew before it."""
        node = event.node
        if event.kind == "forward" and node is not None:
            # A leaf's value is written where it is first seen, and again where it changed without an event.
            read = {
                (tensor, "value"): identity
                for _, tensor, identity in node.inputs
                if self._state.get((tensor, "value"), -1) != identity
            }
            made: list[tuple[TensorRecord, str, int | None]] = [
                (tensor, "value", identity) for tensor, identity in node.outputs
            ]
            return [(tensor, of, identity) for (tensor, of), identity in read.items()] + made
        if event.kind == "backward":
            writes = [write for write in event.writes if self._state.get(write[:2]) is not None]
            first: dict[TensorRecord, int] = {}
            if node is not None:
                self._arriving.difference_update(tensor for tensor, _ in node.outputs)
            for tensor, identity in event.shares:
                if tensor not in self._arriving:
                    first.setdefault(tensor, identity)
            self._arriving.update(first)
            return writes + [(tensor, "gradient", identity) for tensor, identity in first.items()]
        if event.kind == "step":
            return [w for w in event.writes if w[1] != "gradient" or self._state.get(w[:2], -1) != w[2]]
        if event.kind == "accumulate" and event.tensor is not None and not event.tensor.leaf:
            self._arriving.add(event.tensor)
        return event.writes

    def _slot(self, tensor: TensorRecord, of: str) -> int:
        at = self._slots.get((tensor, of))
        if at is None:
            at = self._slots[tensor, of] = len(self._slots)
            self._body["slots"].append({"tensor": self._tensor(tensor), "of": of})
        return at

    def _tensor(self, tensor: TensorRecord, seen_by: str | None = None) -> str:
        known = self._tensors.get(tensor)
        if known is not None:
            return known
        if tensor.lasting:
            name = identity = self._names.tensor(tensor)
            kind = "buffer" if tensor.buffer else "parameter"
        else:
            identity = seen_by or self._counted(tensor.variable or "tensor")
            name = tensor.variable or identity
            size = 1
            for extent in tensor.shape:
                size *= extent
            kind = "result" if not tensor.leaf else "constant" if tensor.variable is None and size == 1 else "input"
        return self._add_tensor(tensor, identity, kind, name)

    def _add_tensor(self, tensor: TensorRecord, identity: str, kind: str, name: str) -> str:
        self._tensors[tensor] = identity
        self._body["tensors"].append({
            "id": identity, "kind": kind, "name": name, "shape": list(tensor.shape), "dtype": tensor.dtype,
            "leaf": tensor.leaf, "requires_grad": tensor.requires_grad,
        })  # fmt: skip
        return identity

    def _node(self, node: NodeRecord) -> str:
        known = self._nodes.get(node)
        if known is not None:
            return known
        call = None if node.call is None else self._call(node.call)
        identity = self._nodes[node] = self._counted(f"{call}:{node.op}" if call else node.op)
        inputs = []
        for slot, (argument, tensor, array) in enumerate(node.inputs):
            new = tensor not in self._tensors and not tensor.lasting
            name = self._tensor(tensor, f"{identity}.{argument}")
            if new and tensor.leaf and array in self._holders:
                self._body["tensors"][-1]["detached"] = self._holders[array]
            inputs.append(name)
            self._body["edges"].append(
                {"tensor": name, "from": self._made_by.get(tensor), "to": identity, "slot": slot}
            )
        outputs = []
        for place, (tensor, _) in enumerate(node.outputs):
            name = f"{identity}.{place}" if place else identity
            self._made_by[tensor] = identity
            outputs.append(self._add_tensor(tensor, name, "result", name))
        saved = []
        for what in node.saves:
            saved += outputs if what == "output" else [
                name for name, (argument, _, _) in zip(inputs, node.inputs, strict=True) if argument == what
            ]  # fmt: skip
        self._body["nodes"].append({
            "id": identity, "call": call, "op": node.op, "backward": node.backward, "line": line(node.site),
            "attributes": plain(node.attributes), "inputs": inputs, "outputs": outputs, "saved": saved,
            **_again(node),
        })  # fmt: skip
        return identity

    def _call(self, call: CallRecord) -> str | None:
        if call in self._calls:
            return self._calls[call]
        parent = None if call.parent is None else self._call(call.parent)
        at = self._names.call(call)
        if at is None:
            self._calls[call] = None
            return None
        identity = self._calls[call] = self._counted(at[0])
        self._body["calls"].append({
            "id": identity, "parent": parent, "module": at[1], "type": type(call.module).__name__,
            "summary": call.module.extra_repr(), "same": None, "repeat": None, "training": call.training,
        })  # fmt: skip
        return identity

    def _counted(self, name: str) -> str:
        self._counts[name] += 1
        count = self._counts[name]
        return name if count == 1 else f"{name}~{count}"


# What is worked out of the structures met last, by their content: their names, and which calls are alike. Hashing JSON
# takes longer than recording the events; the content as marshal writes it (version 2: without references) is the same
# for the same content and is made in no time.
_KNOWN: dict[bytes, tuple[str, str, list[tuple[str | None, str | None]]]] = {}
_MOST = 256


def _names_of(body: dict[str, Any]) -> tuple[str, str]:
    """The names of a structure and of its layout: digests of their JSON. Marks which calls are alike."""
    content = hashlib.blake2b(marshal.dumps(body, 2), digest_size=16).digest()
    found = _KNOWN.get(content)
    if found is None:
        if len(_KNOWN) >= _MOST:
            _KNOWN.clear()
        likeness.mark(body)
        marks = [(call["same"], call["repeat"]) for call in body["calls"]]
        found = _KNOWN[content] = _digest(body), _digest(_picture(body)), marks
    else:
        for call, (same, repeat) in zip(body["calls"], found[2], strict=True):
            call["same"], call["repeat"] = same, repeat
    return found[:2]


def _again(node: NodeRecord) -> dict[str, Any]:
    """What it takes to run the op again; `options` None where they have no JSON."""
    options: dict[str, Any] | None
    try:
        options = {name: options_in_json(value) for name, value in node.options.items()} if node.options else {}
    except Unknown:
        options = None
    return {"function": name_of(node.function), "options": options, "absent": node.absent}


def _picture(body: dict[str, Any]) -> dict[str, Any]:
    """What the layout depends on: no shapes, no lines, no attributes."""
    return {
        "calls": [[call["id"], call["parent"], call["type"]] for call in body["calls"]],
        "nodes": [[node["id"], node["call"], node["op"], node["inputs"], node["outputs"]] for node in body["nodes"]],
        "tensors": [[tensor["id"], tensor["kind"]] for tensor in body["tensors"]],
    }


def _digest(value: Any) -> str:
    text = json.dumps(value, separators=(",", ":"), sort_keys=True).encode()
    return hashlib.blake2b(text, digest_size=8).hexdigest()
