"""A moment: the whole state just after one event, folded from its segment's entry slots and writes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from typing import Any, TypeVar

from autograd.tape.graph import Graph, NodeState
from autograd.tape.segment import Array, Segment
from autograd.tape.sentences import Language, sentence
from autograd.tape.structure import Structure

T = TypeVar("T")


class Fold:
    """The slots of a segment just after its event `local` (-1: as it began)."""

    def __init__(self, segment: Segment, structure: Structure, local: int) -> None:
        self.slots: dict[int, int | None] = dict(zip(structure.entry, segment.header["entry"], strict=True))
        self.freed: set[str] = set()
        self.states: dict[str, NodeState] = {}
        writes = iter(segment.header["writes"])
        for event in structure.events[: local + 1]:
            kind, node = event["kind"], event["node"]
            if node is not None and kind in ("forward", "backward"):
                self.states[node] = kind
            for slot in event["writes"]:
                identity = next(writes)
                self.slots[slot] = identity
                where = structure.slots[slot]
                if where["of"] == "gradient":
                    if identity is None and kind == "backward":
                        self.freed.add(where["tensor"])
                    else:
                        self.freed.discard(where["tensor"])


class Held:
    """One tensor at a moment. Arrays are read-only numpy arrays; None where there is no such thing at this moment."""

    def __init__(self, info: dict[str, Any], slots: dict[str, int], moment: Moment) -> None:
        self.id: str = info["id"]
        self.kind: str = info["kind"]
        self.name: str = info["name"]
        self.shape: tuple[int, ...] = tuple(info["shape"])
        self.dtype: str = info["dtype"]
        self.leaf: bool = info["leaf"]
        self.requires_grad: bool = info["requires_grad"]
        self._slots = slots
        self._moment = moment

    def _array(self, of: str) -> Array | None:
        slot = self._slots.get(of)
        identity = None if slot is None else self._moment.slots.get(slot)
        return None if identity is None else self._moment.read(identity)

    @property
    def value(self) -> Array | None:
        return self._array("value")

    @property
    def gradient(self) -> Array | None:
        """As PyTorch's `.grad` would be; for an inner tensor, the gradient on its way until its op has used it."""
        return self._array("gradient")

    @property
    def arriving(self) -> Array | None:
        """The share that the last `accumulate` added."""
        return self._array("arriving")

    @property
    def state(self) -> dict[str, Array]:
        """The optimizer's memory of this parameter, by name."""
        found = {of.removeprefix("state."): self._array(of) for of in self._slots if of.startswith("state.")}
        return {name: array for name, array in found.items() if array is not None}

    @property
    def freed(self) -> bool:
        """Its gradient was here, was used, and is gone."""
        return self.id in self._moment.freed


class _Lazy(Mapping[str, T]):
    """A mapping whose values are made when asked for."""

    def __init__(self, keys: list[str], make: Callable[[str], T]) -> None:
        self._keys = dict.fromkeys(keys)
        self._make = make

    def __getitem__(self, key: str) -> T:
        if key not in self._keys:
            raise KeyError(key)
        return self._make(key)

    def __iter__(self) -> Iterator[str]:
        return iter(self._keys)

    def __len__(self) -> int:
        return len(self._keys)

    def __contains__(self, key: object) -> bool:
        return key in self._keys


class Moment:
    """The state just after event `event` (-1: before the first).

    `parameters` and `tensors` map names and ids to what they hold; `graph` is the iteration's whole graph with how far
    each op has come.
    """

    def __init__(self, event: int, segment: Segment, structure: Structure, read: Callable[[int], Array]) -> None:
        self.event = event
        self.iteration = segment.iteration
        self.segment = segment
        self.structure = structure
        self.read = read
        self._local = event - segment.first
        self._fold = Fold(segment, structure, self._local)

    @property
    def slots(self) -> dict[int, int | None]:
        return self._fold.slots

    @property
    def freed(self) -> set[str]:
        return self._fold.freed

    @property
    def happened(self) -> dict[str, Any] | None:
        """The event this moment lies just after, as the structure has it."""
        return self.structure.events[self._local] if self._local >= 0 else None

    @property
    def phase(self) -> str:
        """The phase of that event; `start` before the first, `setup` before the first iteration."""
        happened = self.happened
        if happened is None:
            return "start"
        return "setup" if self.iteration is None else str(happened["phase"])

    @property
    def details(self) -> dict[str, Any]:
        """What the format says of that event beyond its writes: printed text, an optimizer's hyperparameters."""
        found: dict[str, Any] = self.segment.header["details"].get(str(self._local), {})
        return found

    @cached_property
    def previous(self) -> Moment:
        """The moment one event earlier in the same segment; at its start, itself."""
        if self._local < 0:
            return self
        return Moment(self.event - 1, self.segment, self.structure, self.read)

    def sentence(self, language: Language = "en") -> str:
        """What that event did, in one sentence with its numbers. Raises KeyError for a language it is not told in."""
        return sentence(self, self.previous, language)

    @cached_property
    def tensors(self) -> Mapping[str, Held]:
        by_id = self.structure.tensors
        return _Lazy(list(by_id), lambda key: Held(by_id[key], self.structure.slots_of.get(key, {}), self))

    @cached_property
    def parameters(self) -> Mapping[str, Held]:
        names = [key for key, info in self.structure.tensors.items() if info["kind"] == "parameter"]
        return _Lazy(names, lambda key: self.tensors[key])

    @cached_property
    def graph(self) -> Graph:
        return Graph(self.structure, self._fold.states)
