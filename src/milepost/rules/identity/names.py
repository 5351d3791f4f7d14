"""Rules of names: each means one thing and leads to one place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from milepost.base.addresses import LABELS_OF_ENDS, anchor, section_anchor
from milepost.base.errors import quoted
from milepost.base.suggest import Hint
from milepost.document.traverse import sections
from milepost.rules.finding import Finding, Other
from milepost.rules.identity.milestone_names import check_milestone_names

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from milepost.base.errors import ValuePath
    from milepost.document.model import Document


def check_names(document: Document) -> Iterator[Finding]:
    """Yield codes, labels and handles that are equal, or nearly equal, to another."""
    yield from _title(document)
    yield from _earlier_codes(document)
    yield from check_milestone_names(document)
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
    hint: str
    current = {milestone.code: milestone.code for milestone in document.milestones}
    owners: dict[str, tuple[str, ValuePath]] = {}
    for milestone in document.milestones:
        for index, old in enumerate(milestone.aka):
            path: ValuePath = ("milestones", milestone.code, "aka", index)
            owner, first = owners.setdefault(old, (milestone.code, path))
            other = Other(first, f"{old} is an earlier code of {owner}", at_key=False)
            if old in current:
                other = Other(("milestones", old), f"the milestone {old}")
            if old == milestone.code:
                message, hint = f"{old} is its code now", Hint("remove it here", removes=True)
            elif old in current:
                message, hint = f"there is a milestone {old}", "a code can belong to one milestone only"
            elif owner != milestone.code:
                message = f"{old} is already an earlier code of {owner}"
                hint = "a code can belong to one milestone only"
            elif first != path:
                message, hint = f"{old} is in this list twice", Hint("remove one of the two", removes=True)
            else:
                continue
            yield Finding(path=path, rule="aka", message=message, hint=hint, others=(other,))


def _labels(document: Document) -> Iterator[Finding]:
    taken: dict[str, Other] = {
        figure.name: Other(("figures", figure.name), f"the figure {figure.name}")
        for figure in document.figures
    }
    for path, section in sections(document):
        if section.label is None:
            continue
        here = (*path, "label")
        if section_anchor(section.label) in map(section_anchor, LABELS_OF_ENDS):
            message = f"the label {section.label} belongs to a section that the program adds"
            yield Finding(path=here, rule="label", message=message, hint="choose another one")
        elif section.label in taken:
            other = taken[section.label]
            message = f"the label {section.label} already belongs to {other.message}"
            yield Finding(
                path=here, rule="label", message=message, hint="choose another one", others=(other,)
            )
        else:
            taken[section.label] = Other(here, f"the section {section.title}", at_key=False)


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
        at_key = path[0] != "sections"  # a label is a value, other names are keys
        if other != name:
            yield Finding(
                path=path,
                rule="anchor",
                message=f"links cannot tell {other} and {name} apart: only letter case or punctuation differ",
                hint="rename one of the two",
                at_key=at_key,
                rival=rival,
                others=(
                    Other(rival, f"the {kind} {other}", at_key=rival[0] != "sections"),
                    Other(path, f"the {kind} {name}", at_key=at_key),
                ),
            )
