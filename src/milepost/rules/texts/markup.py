"""The rule that nothing reads as markup and is printed as it is: in texts with markup, and in plain ones."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from milepost.base.errors import Severity, ValuePath
from milepost.document import traverse
from milepost.document.figures import DeploymentFigure
from milepost.prose.other_markup import HABITS, Habit
from milepost.prose.values import Line, Prose, doubts_of
from milepost.rules.finding import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from milepost.document.model import Document

_PLAIN_HINT = "this text is printed as it is: write it without markup"
_PLAIN_HABITS = [
    *HABITS,
    Habit(("[#",), r"\[#[\w-]*\]_", "this reads as the mark of a footnote", _PLAIN_HINT),
    Habit(("\\",), r"\\(?:[A-Za-z]+\{|[&%$#_{}])", "this reads as LaTeX", _PLAIN_HINT),
]
_POSSIBLE = re.compile(r"[*_`<>{}\[\]|~^$#\\=!?+]|--|''|&[#\w]|:\w+:|:[a-z]+\[")
"""What each text has in which a habit is found."""


def check_markup(document: Document) -> Iterator[Finding]:
    """Yield what reads as markup and is not, and what is not printed."""
    texts: list[tuple[ValuePath, Prose | Line]] = [
        *traverse.prose(document),
        *traverse.single_lines(document),
    ]
    for path, text in texts:
        for doubt in doubts_of(text):
            yield Finding(
                path=path,
                rule="markup",
                message=doubt.message,
                hint=doubt.hint,
                severity=Severity.WARNING,
                line=doubt.line,
                column=doubt.column,
            )
    for path, plain in _plain_texts(document):
        if plain and _POSSIBLE.search(plain):
            yield from _in_plain_text(path, plain)


def _in_plain_text(path: ValuePath, text: str) -> Iterator[Finding]:
    seen: Counter[str] = Counter()
    for habit in _PLAIN_HABITS:
        for match in habit.found_in(text):
            words = match[0].strip()
            yield Finding(
                path=path,
                rule="markup",
                message=habit.message,
                hint=_PLAIN_HINT,
                severity=Severity.WARNING,
                words=words,
                occurrence=seen[words],
            )
            seen[words] += 1


def _plain_texts(document: Document) -> Iterator[tuple[ValuePath, str | None]]:
    """Yield the path and the words of everything that is printed or shown on the site, and has no markup."""
    yield from _of_title_page(document)
    for path, section in traverse.sections(document):
        yield (*path, "title"), section.title
        if section.milestones is not None:
            yield (*path, "milestones", "no_deliveries"), section.milestones.no_deliveries
    for milestone in document.milestones:
        for key in ("name", "short_name", "reason"):
            yield ("milestones", milestone.code, key), getattr(milestone, key)
    for figure in document.figures:
        if isinstance(figure, DeploymentFigure):
            yield from _of_diagram(figure)
    for reference in document.references:
        for key in ("title", "series", "publisher"):
            yield ("references", reference.handle, key), getattr(reference, key)
    for acronym in document.acronyms:
        yield ("acronyms", acronym.acronym), acronym.definition


def _of_title_page(document: Document) -> Iterator[tuple[ValuePath, str | None]]:
    about = document.metadata
    for key in ("title", "short_title", "organisation", "group", "dates_from", "draft_mark", "obsolete_mark"):
        yield ("document", key), getattr(about, key)
    for key in ("obsolete_notice", "control_notice", "control_footer"):
        yield ("document", key), getattr(about, key)
    for index, name in enumerate(about.authors):
        yield ("document", "authors", index), name
    for index, entry in enumerate(document.change_record):
        yield ("change_record", index, "owner"), entry.owner


def _of_diagram(figure: DeploymentFigure) -> Iterator[tuple[ValuePath, str]]:
    for index, facility in enumerate(figure.facilities):
        path: ValuePath = ("figures", figure.name, "facilities", index)
        yield (*path, "name"), facility.name
        for inner, enclave in enumerate(facility.enclaves):
            below = (*path, "enclaves", inner)
            yield (*below, "name"), enclave.name
            yield from (((*below, "components", last), name) for last, name in enumerate(enclave.components))
