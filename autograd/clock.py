"""The order in which things came to be: one sequence of numbers for tensors, nodes and in-place writes."""

from __future__ import annotations

from itertools import count

tick = count(1).__next__

# The number of the last write that a graph could notice; a node younger than this needs no look at what it saved.
written = 0


class Memory:
    """What tensors that share memory have in common. A tensor gets one only when it is viewed, saved as an output or
    written."""

    __slots__ = ("shared", "version", "written")

    def __init__(self) -> None:
        self.version = 0  # how often it was written in place
        self.written = 0  # when it was written last
        self.shared = False  # whether something outside the graph, as numpy, may look into the array

    def write(self) -> None:
        """Notes that the array was just written in place."""
        global written
        self.version += 1
        self.written = written = tick()
