"""Lessons: real scripts a teacher would show, with their texts, questions and data.

A lesson is a folder here: `lesson.json` (its texts) and the script itself, which runs unchanged under PyTorch. The
data that scripts read lies in `data/`, their working directory.
"""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
DATA = HERE / "data"


@dataclass(frozen=True)
class Lesson:
    id: str
    title: dict[str, str]
    summary: dict[str, str]
    script: str
    questions: list[dict[str, Any]]
    data: Path
    file: str


def _read(folder: Path) -> tuple[int, Lesson]:
    about = json.loads((folder / "lesson.json").read_text(encoding="utf-8"))
    return about["order"], Lesson(
        id=about["id"],
        title=about["title"],
        summary=about["summary"],
        script=(folder / about["file"]).read_text(encoding="utf-8"),
        questions=about["questions"],
        data=DATA,
        file=about["file"],
    )


@cache
def _lessons() -> dict[str, Lesson]:
    found = sorted((_read(path.parent) for path in HERE.glob("*/lesson.json")), key=lambda pair: pair[0])
    return {lesson.id: lesson for _, lesson in found}


def all() -> list[Lesson]:
    """The lessons, in the order in which they are taught."""
    return list(_lessons().values())


def get(id: str) -> Lesson:
    """The lesson of that id; KeyError if there is none."""
    return _lessons()[id]
