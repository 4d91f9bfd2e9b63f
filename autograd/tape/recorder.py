"""The recorder: what the core tells it becomes raw events, and where the script comes round, a segment."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Mapping, Sequence
from types import FrameType, TracebackType
from typing import TYPE_CHECKING, Any

import numpy as np

from autograd import engine, recording
from autograd.tape.cast import Cast, StepRecord, ended_by
from autograd.tape.cycle import Cycle
from autograd.tape.events import PHASELESS, CallRecord, Kind, NodeRecord, Phase, RawEvent, TensorRecord
from autograd.tape.naming import Names, snake
from autograd.tape.segment import Array, Segment, plain
from autograd.tape.sites import Script, Site, line
from autograd.tape.structure import Woven, weave
from autograd.tape.values import norm

if TYPE_CHECKING:
    from autograd.function import Function
    from autograd.nn.module import Module
    from autograd.optim.optimizer import Optimizer
    from autograd.tensor import Tensor


class TapeLimit(BaseException):
    """Recording reached a stated limit. Not an Exception: a script's `except Exception` must not swallow it."""


class Recorder:
    """Records what runs inside `with recorder:`; implements `autograd.recording.Recorder`.

    `on_segment` is called with each segment as it closes, in the script's own thread: blocking there holds the script
    where it is. `script` is the file name the script was compiled under (None: any frame outside the core).
    `limit_events` bounds the events of one iteration; past it `TapeLimit` is raised out of the script.

    A signal handler that wants to end the script must not raise while the recorder is at work (see `at_work`), or the
    tape would lose what is half done: it sets `pending`, which is raised as soon as the recorder is done.
    """

    def __init__(
        self, on_segment: Callable[[Segment], None], *, script: str | None = None, limit_events: int | None = None
    ) -> None:
        self._on_segment = on_segment
        self._limit = limit_events
        self._script = Script(script)
        self._cycle = Cycle(self._script)
        self._names = Names()
        self._cast = Cast(self._names, self._script)
        self._steps: list[StepRecord] = []  # that began in the open events; places count from the first of them
        self._setup: list[RawEvent] = []  # held until iteration 0 closes, when names are fixed
        self._events: list[RawEvent] = []
        self._iteration: int | None = None
        self._first = 0  # index, in the tape, of the first event not yet in a segment
        self._call: CallRecord | None = None
        self._phase: Phase = "forward"
        self._in_step = False
        self._lasting: dict[int, TensorRecord] = {}
        self._tensors: dict[int, TensorRecord] = {}  # of the open segment, by tensor number
        self._nodes: dict[int, NodeRecord] = {}
        # The options of each optimizer's groups when last looked at.
        self._options: weakref.WeakKeyDictionary[Optimizer, list[dict[str, Any]]] = weakref.WeakKeyDictionary()
        self._pending: list[tuple[TensorRecord, Array]] = []  # shares of the node whose backward just ran
        self._sender: NodeRecord | None = None
        self._next_array = 0
        self._arrays = _Table()  # named anew since the last segment closed
        self._held: dict[int, tuple[int, Array]] = {}  # id(array) → its array id
        # id(memory) → the tables, of this or of closed segments still held by someone, with arrays that look into it
        self._owners: dict[int, list[tuple[weakref.ref[_Table], int]]] = {}
        self._prune_at = 1000
        self._defined: set[str] = set()
        self._previous: recording.Recorder | None = None
        self.pending: BaseException | None = None
        self._error: dict[str, Any] | None = None  # what the script died of
        self._closed = False

    # Installing ---------------------------------------------------------------------------------------------------

    def __enter__(self) -> Recorder:
        self._previous, recording.current = recording.current, self
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        recording.current = self._previous
        self.close(complete=kind is None, error=error)

    def close(self, complete: bool, error: BaseException | None = None) -> None:
        """Write what is open. `complete` False: recording ended inside an iteration, by `error` where there was one."""
        if self._closed:
            return
        self._closed = True
        self._error = None if error is None else ended_by(error, self._script)
        if self._cycle.updates or self._iteration is None:
            self._close_segment(len(self._events), complete)
        while self._events:  # a script that never updates: each backward ends an iteration
            self._close_segment(self._after_backward(), complete)
        # From now on nobody says what is written in place: the tape parts from the arrays the script goes on with.
        for _, array in list(self._held.values()):
            self.overwrite(array)

    # What the core tells ------------------------------------------------------------------------------------------

    def forward(self, node: Function, inputs: Sequence[Tensor | None], outputs: Sequence[Tensor]) -> None:
        graded = outputs[0].requires_grad
        # With create_graph a backward pass is made of ops itself.
        phase: Phase = "backward" if engine.working() else "forward" if graded else "evaluate"
        event = self._event("forward", "step" if self._in_step and phase == "evaluate" else phase)
        event.node = self._node(node, inputs, outputs, event.site)
        self._append(event, opens=phase == "forward")

    def seed(self, root: Tensor, gradient: Array) -> None:
        event = self._event("accumulate", "backward")
        record = event.tensor = self._record(root)
        record.retains = root.retains_grad
        identity = self._identify(gradient)
        event.writes = [(record, "arriving", identity), (record, "gradient", identity)]
        event.root = self._identify(root._array)
        self._sender = None
        self._append(event)

    def backward(self, node: Function, gradients: Sequence[Array | None], shares: Sequence[Array | None]) -> None:
        event = self._event("backward", "backward")
        record = self._nodes.get(node.number)
        if record is None:  # made before this iteration: a graph kept alive
            record = self._node(node, node.inputs, (), None)
        event.node = record
        event.writes = [(tensor, "gradient", None) for tensor, _ in record.outputs if not tensor.retains]
        for (tensor, _), gradient in zip(record.outputs, gradients, strict=False):
            if tensor.retains and gradient is not None:
                # As in a leaf's .grad, what several passes bring adds up.
                if tensor.retained is not None:
                    gradient = tensor.retained + gradient
                    event.writes.append((tensor, "gradient", self._identify(gradient)))
                tensor.retained = gradient
        by_number = {tensor.number: tensor for _, tensor, _ in record.inputs}
        self._pending = []
        for tensor, share in zip(node.inputs, shares, strict=False):
            if tensor is None or share is None:
                continue
            target = by_number.get(tensor.number) or self._record(tensor)
            target.retains = tensor.retains_grad
            self._pending.append((target, share))
            if not target.leaf:
                event.shares.append((target, self._identify(share)))
        self._sender = record
        self._append(event)

    def accumulate(self, tensor: Tensor, before: Array | None, share: Array, after: Array) -> None:
        event = self._event("accumulate", "backward")
        event.node = self._sender
        record = event.tensor = self._target(tensor, share)
        # `backward(inputs=[inner])` keeps the gradient of a tensor that is no leaf.
        record.retains |= not record.leaf and tensor._grad is not None and tensor._grad._array is after
        event.writes = [(record, "arriving", self._identify(share)), (record, "gradient", self._identify(after))]
        self._append(event)

    def _target(self, tensor: Tensor, share: Array) -> TensorRecord:
        """What `share` arrives at: one of the inputs of the node that sent it."""
        sent = [record for record, pending in self._pending if pending is share]
        # An op may send one array to several inputs; a tensor written in place has another record than its old self.
        same = [record for record in sent if record.number == tensor.number]
        return next(iter(same or sent), None) or self._record(tensor)

    def zero_grad(self, tensor: Tensor, before: Array | None, after: Array | None) -> None:
        event = self._event("zero_grad", "zero_grad")
        record = event.tensor = self._parameter(tensor, tensor._array, before)
        event.writes = [(record, "gradient", None if after is None else self._identify(after))]
        self._append(event, opens=True)

    def adjust(self, tensor: Tensor, before: Array | None, after: Array, details: Mapping[str, Any]) -> None:
        event = self._event("adjust", "backward" if engine.working() else "step")
        record = event.tensor = self._parameter(tensor, tensor._array, before)
        event.writes = [(record, "gradient", self._identify(after))]
        event.details = dict(details)
        self._append(event)

    def hooked(self, target: Tensor | tuple[Function, int], before: Array, after: Array) -> None:
        event = self._event("hook", "backward")
        if isinstance(target, tuple):
            node = self._nodes.get(target[0].number)
            if node is None:  # made before this iteration: its outputs are not on the tape
                return
            record, of = node.outputs[target[1]][0], "gradient"
        else:
            record, of = self._record(target), "arriving"
        event.tensor = record
        event.writes = [(record, of, self._identify(after))]
        event.details = {"before": norm(before), "after": norm(after)}
        self._append(event)

    def mode(self, module: Module, training: bool) -> None:
        event = self._event("mode", self._phase)
        name = self._names.path(module) or self._script.variable(module) or snake(type(module).__name__)
        event.details = {"module": name, "type": type(module).__name__, "training": training}
        self._append(event)

    def options(self, optimizer: Optimizer) -> None:
        self._look_at_options(optimizer, self._phase)

    def _look_at_options(self, optimizer: Optimizer, phase: Phase) -> None:
        """An event for each group whose options are not what they were when last looked at."""
        now = [{name: value for name, value in group.items() if _told(name, value)} for group in optimizer.param_groups]
        for place, (was, group) in enumerate(zip(self._options.get(optimizer, ()), now, strict=False)):
            changed = {name: [was[name], value] for name, value in group.items() if was.get(name, value) != value}
            if changed:
                event = self._event("options", phase)
                event.details = {"optimizer": type(optimizer).__name__, "group": place, "changed": changed}
                self._append(event)
        self._options[optimizer] = now

    def begin_step(self, optimizer: Optimizer, closure: bool) -> None:
        at = len(self._events)
        if closure:
            self._turn(self._cycle.event(at, opens=True))
        if self._cycle.opened:
            self._turn(self._cycle.update(id(optimizer), len(self._events)))
        self._steps.append(StepRecord(self._cast.optimizer(optimizer), len(self._events), self._script.site()))
        self._cycle.enter_step()
        self._in_step = True
        self._look_at_options(optimizer, self._phase if closure else "step")

    def step(
        self,
        optimizer: Optimizer,
        parameter: Tensor,
        before: Array,
        gradient: Array,
        after: Array,
        state: Mapping[str, Array | float],
        options: Mapping[str, Any],
    ) -> None:
        event = self._event("step", "step")
        record = event.tensor = self._parameter(parameter, before, gradient)
        event.writes = [(record, "value", self._identify(after))]
        if parameter.grad is not None:
            # As it was used: clipped in place, say. Where the tape knows it so already, this is no write.
            event.writes.insert(0, (record, "gradient", self._identify(gradient)))
        numbers = {}
        for name, value in state.items():
            if isinstance(value, np.ndarray):
                event.writes.append((record, f"state.{name}", self._identify(value)))
            elif value is not None:
                numbers[name] = value
        event.details = {"optimizer": type(optimizer).__name__, **plain(options)}
        if numbers:
            event.details["state"] = plain(numbers)
        self._append(event)

    def end_step(self, optimizer: Optimizer) -> None:
        self._in_step = False
        self._steps[-1].end = len(self._events)
        self._cycle.leave_step()
        if self._cycle.opened:
            self._cycle.updated(id(optimizer), len(self._events))

    def edit(self, tensor: Tensor, before: Array, after: Array, *, outside: bool = False) -> None:
        """`outside`: not the script changed it but whoever plays it, so it says nothing about the loop."""
        if outside:
            event = self._event("edit", "step")
            gradient = None if tensor.grad is None else tensor.grad._array
            record = event.tensor = self._parameter(tensor, before, gradient)
            event.writes = [(record, "value", self._identify(after))]
            self._events.append(event)
            return
        counts = self._cycle.opened and not self._in_step
        if counts:
            self._turn(self._cycle.update(tensor.number, len(self._events)))
        event = self._event("edit", "step")
        record = event.tensor = self._parameter(tensor, before, None if tensor.grad is None else tensor.grad._array)
        event.writes = [(record, "value", self._identify(after))]
        self._append(event)
        if counts:
            self._cycle.updated(tensor.number, len(self._events))

    def overwrite(self, array: Array) -> None:
        """`array` is about to be written in place: whoever keeps it keeps a copy from now on."""
        memory = _memory(array)
        self._held = {key: held for key, held in self._held.items() if _memory(held[1]) != memory}
        for table, identity in self._owners.pop(memory, ()):
            owner = table()
            if owner is not None and identity in owner:
                owner[identity] = owner[identity].copy()

    def enter(self, module: Module) -> None:
        call = self._call
        variable = None
        if call is None and self._names.is_new(module):
            variable = self._script.variable(module)
            self._names.see_root(module, variable)
        self._call = CallRecord(module, call, variable, bool(module.training))

    def leave(self, module: Module) -> None:
        if self._call is not None:
            self._call = self._call.parent

    def output(self, text: str) -> None:
        """The script printed `text`."""
        event = self._event("output", self._phase)
        event.details = {"text": text}
        self._append(event)

    def number(self, name: str) -> int | None:
        """The number of the parameter of that name, if it was seen."""
        self._names.fix(self._lasting.values())
        return next((n for n, record in self._lasting.items() if self._names.tensor(record) == name), None)

    @property
    def count(self) -> int:
        """Events recorded so far, written or not."""
        return self._first + len(self._setup) + len(self._events)

    def upcoming(self) -> int:
        """The iteration to which an op belongs that begins now."""
        return (self._iteration or 0) + self._cycle.came_round()

    # Records ------------------------------------------------------------------------------------------------------

    def _identify(self, array: Array) -> int:
        held = self._held.get(id(array))
        if held is not None:
            return held[0]
        identity = self._next_array
        self._next_array += 1
        self._arrays[identity] = array
        self._held[id(array)] = (identity, array)
        self._owners.setdefault(_memory(array), []).append((weakref.ref(self._arrays), identity))
        return identity

    def _record(self, tensor: Tensor) -> TensorRecord:
        record = self._lasting.get(tensor.number) or self._tensors.get(tensor.number)
        if record is None:
            if tensor.requires_grad and tensor.is_leaf:
                return self._parameter(tensor, tensor._array, None if tensor.grad is None else tensor.grad._array)
            record = self._new_record(tensor)
            record.buffer = record.lasting = self._names.is_buffer(tensor)
            if record.lasting:
                self._lasting[tensor.number] = record
                record.entry = {"value": self._identify(tensor._array)}
            elif record.leaf:
                record.variable = self._script.variable(tensor)
            self._tensors[tensor.number] = record
        return record

    def _new_record(self, tensor: Tensor) -> TensorRecord:
        array = tensor._array
        return TensorRecord(tensor.number, array.shape, array.dtype.name, tensor.is_leaf, tensor.requires_grad)

    def _parameter(self, tensor: Tensor, value: Array, gradient: Array | None) -> TensorRecord:
        """The record of a leaf the optimizer updates; `value` and `gradient` are what it held before this event."""
        record = self._lasting.get(tensor.number)
        if record is not None:
            return record
        record = self._lasting[tensor.number] = self._tensors[tensor.number] = self._new_record(tensor)
        record.lasting = True
        record.variable = self._script.variable(tensor)
        if record.variable is None and not self._names.knows(tensor):
            record.owner = self._names.owner(tensor, self._script)
        record.entry = {
            "value": self._identify(value),
            "gradient": None if gradient is None else self._identify(gradient),
        }
        return record

    def _node(
        self, node: Function, inputs: Sequence[Tensor | None], outputs: Sequence[Tensor], site: Site | None
    ) -> NodeRecord:
        names = node.arguments
        ins = []
        absent = []
        for place, tensor in enumerate(inputs):
            if tensor is None:
                absent.append(place)
            else:
                name = names[place] if place < len(names) else f"{names[-1] if names else 'input'}{place}"
                ins.append((name, self._record(tensor), self._identify(tensor._array)))
        outs = []
        for tensor in outputs:
            record = self._tensors[tensor.number] = self._new_record(tensor)
            record.leaf = False
            outs.append((record, self._identify(tensor._array)))
        backward = node.name() if not outputs or outputs[0].requires_grad else None
        made = NodeRecord(
            node.op, backward, node.attributes, names, node.saves, self._call, site, ins, outs,
            type(node), node.options, absent,
        )  # fmt: skip
        self._nodes[node.number] = made
        return made

    # Events and segments ------------------------------------------------------------------------------------------

    @staticmethod
    def at_work(frame: FrameType | None) -> bool:
        """Was the recorder running when `frame` was interrupted?"""
        while frame is not None:
            if frame.f_code.co_filename == __file__:
                return True
            frame = frame.f_back
        return False

    def _raise_pending(self) -> None:
        if self.pending is not None:
            error, self.pending = self.pending, None
            raise error

    def _event(self, kind: Kind, phase: Phase) -> RawEvent:
        self._raise_pending()
        return RawEvent(kind, phase, self._script.site(), self._next_array)

    def _append(self, event: RawEvent, opens: bool = False) -> None:
        self._events.append(event)
        self._phase = event.phase
        if self._limit is not None and len(self._events) > self._limit:
            raise TapeLimit(f"One iteration made more than {self._limit:,} events.")
        self._turn(self._cycle.event(len(self._events) - 1, opens, event.kind == "zero_grad"))
        self._raise_pending()

    def _turn(self, place: int | None) -> None:
        """A new iteration begins at `place` of the open events: close what comes before it."""
        if place is None:
            return
        if self._iteration is None:
            self._iteration = 0
            self._setup, self._events = self._events[:place], self._events[place:]
            for step in self._steps:  # one before any iteration is told with the first
                step.begin, step.end = max(0, step.begin - place), max(0, step.end - place)
            self._cycle.split(place)
        else:
            self._close_segment(place, complete=True)

    def _close_segment(self, place: int, complete: bool) -> None:
        """Write the first `place` of the open events, and the setup before the first of them."""
        self._names.fix(self._lasting.values())
        setup, self._setup = self._setup, []
        if self._iteration is None:  # all there is was setup
            setup, self._events, place = self._events, [], 0
        events, self._events = self._events[:place], self._events[place:]
        self._cycle.split(place)
        last = not self._events
        steps = [step for step in self._steps if last or step.begin <= place]
        self._steps = self._steps[len(steps) :]
        for step in self._steps:
            step.begin, step.end = step.begin - place, step.end - place
        error = self._error if last else None
        if setup:
            end = events[0].mark if events else self._next_array
            self._write(setup, None, complete or bool(events), end, error=None if events else error)
        if events:
            iteration, self._iteration = self._iteration, (self._iteration or 0) + 1
            end = self._events[0].mark if self._events else self._next_array
            self._write(events, iteration, complete, end, steps, error)

    def _write(
        self,
        events: list[RawEvent],
        iteration: int | None,
        complete: bool,
        end: int,
        steps: Sequence[StepRecord] = (),
        error: dict[str, Any] | None = None,
    ) -> None:
        """Make a segment of `events`, whose arrays are those below id `end`, and hand it on."""
        first = next((event.phase for event in events if event.kind not in PHASELESS), None)
        for event in events:  # what comes before the turn's first phase belongs to that
            if first is None or event.kind not in PHASELESS:
                break
            event.phase = first
        lasting = [record for record in self._lasting.values() if (record.entry["value"] or 0) < end]
        woven = weave(events, lasting, self._names)
        table = self._arrays
        self._arrays = _Table((i, table.pop(i)) for i in [i for i in table if i >= end])
        for identity, array in self._arrays.items():
            self._owners.setdefault(_memory(array), []).append((weakref.ref(self._arrays), identity))
        arrays = dict(self._held.values()) | table
        header: dict[str, Any] = {
            "iteration": iteration,
            "first": self._first,
            "count": len(events),
            "complete": complete,
            "structure": woven.key,
            "layout": woven.layout,
            "define": None if woven.key in self._defined else woven.structure,
            "entry": woven.entry,
            "writes": woven.writes,
            "details": woven.details,
            "loss": _loss(events, arrays),
            "norms": {} if iteration is None else self._norms(lasting, woven, arrays),
            "models": self._cast.models(),
            "optimizers": self._cast.optimizers(),
            "steps": [
                {"optimizer": step.optimizer, "from": step.begin, "to": step.end, "line": line(step.site)}
                for step in steps
            ],
            "error": error,
        }
        self._defined.add(woven.key)
        self._first += len(events)
        self._advance(lasting, woven, events)
        self._on_segment(Segment(header, table))

    def _advance(self, lasting: list[TensorRecord], woven: Woven, events: list[RawEvent]) -> None:
        """Lasting tensors go on from where the segment left them; all else that only it needed is let go."""
        for record in lasting:
            record.entry = {
                of: identity for (tensor, of), identity in woven.after.items() if tensor is record and of != "arriving"
            }
        keep = {identity for record in self._lasting.values() for identity in record.entry.values()}
        keep.update(self._arrays)
        inputs = {
            identity
            for event in events
            if event.kind == "forward" and event.node is not None
            for _, tensor, identity in event.node.inputs
            if tensor.leaf
        }
        self._held = {key: held for key, held in self._held.items() if held[0] in keep or held[0] in inputs}
        still = {node for event in self._events if (node := event.node) is not None}
        self._nodes = {number: node for number, node in self._nodes.items() if node in still}
        known = {tensor for node in still for _, tensor, _ in node.inputs}
        known.update(tensor for node in still for tensor, _ in node.outputs)
        self._tensors = {n: tensor for n, tensor in self._tensors.items() if tensor.lasting or tensor in known}
        if len(self._owners) > self._prune_at:
            alive = ((key, [o for o in owners if o[0]() is not None]) for key, owners in self._owners.items())
            self._owners = {key: owners for key, owners in alive if owners}
            self._prune_at = 2 * len(self._owners) + 1000

    def _norms(
        self, lasting: list[TensorRecord], woven: Woven, arrays: dict[int, Array]
    ) -> dict[str, list[float | str | None]]:
        """L2 norms of each parameter's value at the start, of its last gradient and of its update."""
        gradients: dict[TensorRecord, int] = {}
        slots = woven.structure["slots"]
        by_name = {self._names.tensor(record): record for record in lasting if not record.buffer}
        places = [slots[slot] for event in woven.structure["events"] for slot in event["writes"]]
        for slot, identity in zip(places, woven.writes, strict=True):
            record = by_name.get(slot["tensor"])
            if record is not None and slot["of"] == "gradient" and identity is not None:
                gradients[record] = identity
        norms: dict[str, list[float | str | None]] = {}
        for name, record in by_name.items():
            before, after = record.entry.get("value"), woven.after.get((record, "value"))
            value = None if before is None else arrays.get(before)
            moved = None if after is None or after == before else arrays.get(after)
            gradient = arrays.get(gradients.get(record, record.entry.get("gradient") or -1))
            norms[name] = plain([
                None if value is None else norm(value),
                None if gradient is None else norm(gradient),
                None if moved is None or value is None else norm(moved - value),
            ])  # fmt: skip
        return norms

    def _after_backward(self) -> int:
        """The place where an iteration ends that has no update: after the first backward of the open events.

        What follows it belongs to it too, until the loop comes back to that backward's place or before; where a
        further backward comes first there is no such loop, and only what was printed belongs.
        """
        events = self._events
        seed = next((place for place, event in enumerate(events) if event.root is not None), None)
        if seed is None:
            return len(events)
        here = events[seed].site
        after = seed + 1
        while after < len(events) and events[after].phase == "backward" and events[after].root is None:
            after += 1
        printed = next((p for p in range(after, len(events)) if events[p].kind != "output"), len(events))
        for place in range(after, len(events)):
            site = events[place].site
            if events[place].root is not None:
                return printed
            if here is not None and site is not None and site.code is here.code and site.offset <= here.offset:
                return place
        return len(events)


class _Table(dict[int, Array]):
    """Arrays by id. A class of its own because a plain dict cannot be referred to weakly."""

    __slots__ = ("__weakref__",)


def _told(name: str, value: Any) -> bool:
    """Is it an option a reader would want to know about: a number the optimizer uses?"""
    return name not in _SCHEDULERS and isinstance(value, (int, float, tuple))


# What schedulers keep among a group's options for themselves.
_SCHEDULERS = {"initial_lr", "max_lr", "min_lr", "base_momentum", "max_momentum", "swa_lr"}


def _memory(array: Array) -> int:
    """The identity of the memory an array looks into."""
    while isinstance(array.base, np.ndarray):
        array = array.base
    return id(array)


def _loss(events: list[RawEvent], arrays: dict[int, Array]) -> Any:
    """The value of the last backward's root, as the format writes it; None where it is not one number."""
    root = next((event.root for event in reversed(events) if event.root is not None), None)
    array = None if root is None else arrays.get(root)
    return None if array is None or array.size != 1 else plain(float(array.reshape(())))
