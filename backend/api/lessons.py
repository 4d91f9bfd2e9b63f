"""Lessons."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Header, Query

from backend import lessons
from backend.api.language import preferred
from backend.schemas.lessons import LessonView

router = APIRouter(tags=["lessons"])


@router.get("/lessons")
def all_lessons(
    lang: Annotated[str | None, Query(max_length=20, description="`en` or `ko`; else by Accept-Language.")] = None,
    accept_language: Annotated[str, Header(max_length=500)] = "en",
) -> list[LessonView]:
    """The lessons, in the order in which they are taught."""
    views = []
    for lesson in lessons.all():
        language = preferred(lang or accept_language, set(lesson.title))
        views.append(
            LessonView(
                id=lesson.id,
                title=lesson.title[language],
                summary=lesson.summary.get(language, lesson.summary["en"]),
                titles=lesson.title,
                script=lesson.script,
                questions=lesson.questions,
            )
        )
    return views
