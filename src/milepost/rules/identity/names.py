"""Rules of names: each means one thing and leads to one place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from milepost.base.addresses import LABELS_OF_ENDS, anchor, section_anchor
from milepost.base.errors import Severity, quoted
from milepost.document.traverse import sections
from milepost.rules.finding import Finding

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from milepost.base.errors import ValuePath
    from milepost.document.model import Document


_TO_DELETE = "delete"
"""How names begin in a schedule that are to be removed from it."""


def check_names(document: Document) -> Iterator[Finding]:
    """Yield codes, labels and handles that are equal, or nearly equal, to another."""
    yield from _title(document)
    yield from _earlier_codes(document)
    yield from _to_delete(document)
    yield from _labels(document)
    yield from _anchors("milestone", _codes(document))
    yield from _anchors("label", _labelled(document))
    references = [(reference.handle, ("references", reference.handle)) for reference in document.references]
    yield from _anchors("reference", references)


def _title(document: Document) -> Iterator[Finding]:
    """Yield a fault where reStructuredText could not tell the title from another heading."""
    if document.metadata.title.casefold() in {"abstract", "change record", "contents"}:
        message = f"the title {quoted(document.metadata.title)} is that of a part of every document"
        yield Finding(path=("document", "title"), rule="title", message=message, hint="choose a longer title")


def _earlier_codes(document: Document) -> Iterator[Finding]:
    owners = {milestone.code: milestone.code for milestone in document.milestones}
    for milestone in document.milestones:
        for index, old in enumerate(milestone.aka):
            path = ("milestones", milestone.code, "aka", index)
            owner = owners.setdefault(old, milestone.code)
            if old == milestone.code:
                message, hint = f"{old} is its code now", "remove it here"
            elif document.milestone(old) is not None:
                message, hint = f"there is a milestone {old}", "a code can belong to one milestone only"
            elif owner != milestone.code:
                message = f"{old} is already an earlier code of {owner}"
                hint = "a code can belong to one milestone only"
            elif old in milestone.aka[:index]:
                message, hint = f"{old} is in this list twice", "remove one of the two"
            else:
                continue
            yield Finding(path=path, rule="aka", message=message, hint=hint)


def _to_delete(document: Document) -> Iterator[Finding]:
    """Yield milestones whose names say that they are to be deleted."""
    for milestone in document.milestones:
        if milestone.name.casefold().startswith(_TO_DELETE) and not milestone.cancelled:
            yield Finding(
                path=("milestones", milestone.code, "name"),
                rule="to_delete",
                message=f"{milestone.code} is called {quoted(milestone.name)}",
                hint="cancel it (state: cancelled), or give it its name again",
                severity=Severity.WARNING,
            )


def _labels(document: Document) -> Iterator[Finding]:
    taken = {figure.name: f"the figure {figure.name}" for figure in document.figures}
    for path, section in sections(document):
        if section.label is None:
            continue
        if section_anchor(section.label) in map(section_anchor, LABELS_OF_ENDS):
            message = f"the label {section.label} belongs to a section that the program adds"
            yield Finding(path=(*path, "label"), rule="label", message=message, hint="choose another one")
        elif section.label in taken:
            message = f"the label {section.label} already belongs to {taken[section.label]}"
            yield Finding(path=(*path, "label"), rule="label", message=message, hint="choose another one")
        else:
            taken[section.label] = f"the section {section.title}"


def _codes(document: Document) -> Iterator[tuple[str, ValuePath]]:
    for milestone in document.milestones:
        path: ValuePath = ("milestones", milestone.code)
        yield milestone.code, path
        yield from ((old, (*path, "aka", index)) for index, old in enumerate(milestone.aka))


def _labelled(document: Document) -> Iterator[tuple[str, ValuePath]]:
    for figure in document.figures:
        yield figure.name, ("figures", figure.name)
    for path, section in sections(document):
        if section.label is not None:
            yield section.label, (*path, "label")


def _anchors(kind: str, names: Iterable[tuple[str, ValuePath]]) -> Iterator[Finding]:
    """Yield the names that share their anchor with another name of that kind.

    Equal names are reported by other rules.
    """
    taken: dict[str, tuple[str, ValuePath]] = {}
    for name, path in names:
        other, rival = taken.setdefault(anchor(kind, name), (name, path))
        if other != name:
            yield Finding(
                path=path,
                rule="anchor",
                message=f"links cannot tell {other} and {name} apart: only letter case or punctuation differ",
                hint="rename one of the two",
                at_key=path[0] != "sections",  # a label is a value, other names are keys
                rival=rival,
            )
