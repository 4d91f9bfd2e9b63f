"""Which shares met in a gradient, and which node sent each."""

from __future__ import annotations

from typing import NamedTuple

from autograd.tape.explain.pages import Page
from autograd.tape.explain.reading import Reading
from autograd.tape.segment import TapeError


class Share(NamedTuple):
    """One share that arrived at a tensor: by which node (None: backward() put it there), and where the tape has it."""

    node: str | None
    of: str
    local: int


class Meeting(NamedTuple):
    """What a gradient is made of: the gradient it was added to, if any, and the shares since."""

    before: int | None  # the event after which the older gradient stood; None where there was none
    shares: list[Share]


def met(page: Page, tensor: str, local: int) -> Meeting:
    """The shares that a gradient slot, as it is after event `local`, has got since it was empty or cleared."""
    writes = page.writes(tensor, "gradient", local)
    shares: list[Share] = []
    before = None
    for write in reversed(writes):
        kind = page.event(write.local)["kind"] if write.local >= 0 else None
        if write.array is None:
            break
        if kind == "accumulate":
            shares.append(Share(page.event(write.local)["node"], "arriving", write.local))
        elif kind == "backward":
            shares.append(Share(page.event(write.local)["node"], "gradient", write.local))
        else:
            array = page.array(write)
            before = write.local if array is not None and array.any() else None
            break
    shares.reverse()
    return Meeting(before, shares)


class Sender(NamedTuple):
    """The node that sent a share, the event of its backward, and the place of the input that got it."""

    reading: Reading
    local: int
    place: int


def sender(page: Page, tensor: str, of: Share) -> Sender:
    """Who sent a share. Raises TapeError where its node is of an earlier iteration."""
    assert of.node is not None
    local = of.local
    while local >= 0 and not (page.event(local)["kind"] == "backward" and page.event(local)["node"] == of.node):
        local -= 1
    if local < 0:
        raise TapeError(f"The backward of “{of.node}” is not in this iteration.")
    reading = Reading(page, page.structure.nodes[of.node])
    places = [place for place, name in enumerate(reading.names) if name == tensor]
    # A node that got a tensor twice sends it two shares, in the order of its inputs.
    earlier = [
        write
        for write in page.writes(tensor, "gradient", of.local)
        if local <= write.local < of.local and page.event(write.local)["node"] == of.node and write.array is not None
    ]
    if len(earlier) >= len(places):
        raise TapeError(f"The share of “{tensor}” at event {page.first + of.local} was not sent by “{of.node}”.")
    return Sender(reading, local, places[len(earlier)])
