"""The tape: a run recorded event by event, and any moment of it. See docs/tape-format.md."""

from autograd.tape.explain import Explanation
from autograd.tape.findings import Finding
from autograd.tape.graph import snapshot
from autograd.tape.journal import Journal
from autograd.tape.moment import Moment
from autograd.tape.position import PositionError
from autograd.tape.recorder import Recorder, TapeLimit
from autograd.tape.segment import Segment, TapeError
from autograd.tape.tape import Tape, load, record
from autograd.tape.values import Statistics, statistics

__all__ = [
    "Explanation",
    "Finding",
    "Journal",
    "Moment",
    "PositionError",
    "Recorder",
    "Segment",
    "Statistics",
    "Tape",
    "TapeError",
    "TapeLimit",
    "load",
    "record",
    "snapshot",
    "statistics",
]
