"""Rules about printing: the sections of milestones, and acronyms."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from milepost.base.errors import Severity, ValuePath, quoted
from milepost.document import acronyms
from milepost.document.model import GanttFigure
from milepost.document.traverse import printed_levels, printed_milestones, sections
from milepost.rules.finding import Finding

DEEPEST_HEADING = 5
"""LaTeX has section, subsection, subsubsection, paragraph and subparagraph."""

if TYPE_CHECKING:
    from collections.abc import Iterator

    from milepost.document.model import Document


def check_printed(document: Document) -> Iterator[Finding]:
    """Yield what would be printed twice, empty, not at all or unexplained."""
    yield from _depths(document)
    yield from _levels(document)
    yield from _charts(document)
    yield from _undelivered(document)
    yield from _acronyms(document)


def _warning(path: ValuePath, rule: str, message: str, hint: str) -> Finding:
    """Return a doubt about the key at `path`."""
    severity = Severity.WARNING
    return Finding(path=path, rule=rule, message=message, hint=hint, severity=severity, at_key=True)


def _depths(document: Document) -> Iterator[Finding]:
    """Yield the sections that are too deep for a heading."""
    for path, section in sections(document):
        depth = path.count("sections") + (section.milestones is not None)
        if depth > DEEPEST_HEADING:
            what = "the sections of its milestones would be" if section.milestones else "this section is"
            yield Finding(
                path=(*path, "title"),
                rule="depth",
                message=f"{what} at depth {depth}, and headings go down to {DEEPEST_HEADING}",
                hint="move it up",
            )


def _levels(document: Document) -> Iterator[Finding]:
    levels = {milestone.level for milestone in document.milestones}
    printed: set[int] = set()
    for path, section in sections(document):
        if section.milestones is None:
            continue
        level, here = section.milestones.level, (*path, "milestones", "level")
        if level in printed:
            message = f"the milestones of level {level} have their sections elsewhere already"
            yield Finding(path=here, rule="level", message=message, hint="remove one of the two")
        elif level not in levels:
            yield _warning(here, "level", f"there are no milestones of level {level}", "name another level")
        printed.add(level)


def _charts(document: Document) -> Iterator[Finding]:
    levels = {milestone.level for milestone in document.milestones}
    for figure in document.figures:
        if isinstance(figure, GanttFigure) and figure.level not in levels:
            yield Finding(
                path=("figures", figure.name, "level"),
                rule="figure",
                message=f"there are no milestones of level {figure.level} to draw",
                hint="name another level",
            )


def _undelivered(document: Document) -> Iterator[Finding]:
    """Yield the milestones that are not printed, if any section prints milestones."""
    printed = printed_milestones(document)
    if not printed_levels(document):
        return
    for milestone in document.milestones:
        if milestone.code not in printed:
            message = f"{milestone.code} is not delivered by any milestone and not printed"
            path = ("milestones", milestone.code)
            yield _warning(path, "undelivered", message, "name it as a predecessor of one")


def _acronyms(document: Document) -> Iterator[Finding]:
    found = acronyms.usage(document)
    for entry in found.unused:
        hint = "remove it, or write definition and keep: true below it"
        yield _warning(("acronyms", entry.acronym), "acronym", f"nothing uses {entry.acronym}", hint)
    for word, path in found.undefined:
        hint = "define it under acronyms, or list it under unexpanded"
        message = f"{word} looks like an acronym and has no definition"
        yield replace(_warning(path, "acronym", message, hint), words=word)
    positions = {word: index for index, word in enumerate(document.unexpanded)}
    for word in found.needless:
        path = ("unexpanded", positions[word])
        yield _warning(path, "acronym", f"nothing uses {word}", "remove it")
    for acronym, definition, other in found.competing:
        message = f"{acronym} has two definitions: {quoted(definition)} and {quoted(other)}"
        yield _warning(("acronyms", acronym), "definition", message, "keep one of them")
