"""Pictures where the library that draws them is missing: the sentence says what to install."""

import sys

import pytest

from backend.export.svg import NotDrawn, draw


def test_a_machine_without_the_libraries_is_told_which(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pygraphviz", None)
    with pytest.raises(NotDrawn, match=r"sudo apt install .*libx11-6"):
        draw("digraph {}", "svg")
