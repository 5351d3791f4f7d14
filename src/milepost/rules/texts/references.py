"""Rules of prose: what texts refer to must exist, and figures have one place."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from milepost.base.errors import Severity, ValuePath, quoted
from milepost.base.suggest import Hint, Vocabulary
from milepost.document import traverse
from milepost.document.schedule import current_codes
from milepost.prose.values import (
    Citation,
    CrossReference,
    Footnote,
    Inline,
    Issue,
    MilestoneMention,
    figure_places,
)
from milepost.rules.finding import Finding, Other

if TYPE_CHECKING:
    from collections.abc import Iterator

    from milepost.document.model import Document, Reference

_SAME_ADDRESS = re.compile(r"^https?://(?:www\.|dx\.(?=doi\.org/))?")
"""Beginnings of addresses that lead to the same place with and without them."""


def check_prose(document: Document) -> Iterator[Finding]:
    """Yield what leads nowhere, is never used, or cannot be where it is."""
    yield from _Names(document).dangling()
    yield from _issue_address(document)
    yield from _uncited(document)
    yield from _of_one_document(document)
    yield from _figures(document)


class _Names:
    """What the texts of a document may refer to."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._handles = Vocabulary(reference.handle for reference in document.references)
        self._codes = Vocabulary(milestone.code for milestone in document.milestones)
        self._renamed = current_codes(document.milestones)
        labels = {section.label for _, section in traverse.sections(document) if section.label is not None}
        self._labels = Vocabulary(labels | {figure.name for figure in document.figures})
        self._unplaced = {figure.name for figure in document.figures} - {*traverse.placed_figures(document)}

    def dangling(self) -> Iterator[Finding]:
        """Yield each reference whose target is missing."""
        seen: Counter[tuple[ValuePath, str]] = Counter()
        for path, line in traverse.lines(self._document):
            for inline in line:
                fault = self._fault(inline, path)
                if fault is not None:
                    rule, words, message, hint = fault
                    yield Finding(
                        path=path,
                        rule=rule,
                        message=message,
                        hint=hint,
                        words=words,
                        occurrence=seen[path, words],
                    )
                    seen[path, words] += 1

    def _fault(  # noqa: PLR0911 -- one case for each kind of fault
        self, inline: Inline, path: ValuePath
    ) -> tuple[str, str, str, str] | None:
        """Return rule, words, message and hint, or None where there is no fault."""
        match inline:
            case Citation(name) if name not in self._handles:
                hint = self._handles.hint(name, "add it under references")
                return "dangling", f"`{name}`", f"there is no reference {_shown(name)}", hint
            case MilestoneMention(name) if name not in self._codes:
                hint = self._codes.hint(name, "add it under milestones")
                if name in self._renamed:
                    hint = Hint(
                        f"it is called {self._renamed[name]} now", words=name, instead=self._renamed[name]
                    )
                return "dangling", f"`{name}`", f"there is no milestone {_shown(name)}", hint
            case CrossReference(name) if name not in self._labels:
                hint = self._labels.hint(name, "add it as the label of a section, or under figures")
                return "dangling", f"`{name}`", f"there is no section or figure {_shown(name)}", hint
            case CrossReference(name) if name in self._unplaced:
                hint = f"write  .. figure:: {name}  in the text of a section"
                return "dangling", f"`{name}`", f"the figure {name} has no place to refer to", hint
            case Issue(key) if self._document.metadata.issue_url is None:
                hint = "add the line  issue_url: https://.../{key}  under document"
                return "issue", f"`{key}`", f"the issue {key} has no address to link to", hint
            case Footnote() if path[0] != "sections" and path != ("document", "abstract"):
                return "footnote", "[#", "no footnote is possible here", "write it into the text"
            case _:
                return None


def _shown(name: str) -> str:
    return name if name.isprintable() else quoted(name)


def _issue_address(document: Document) -> Iterator[Finding]:
    if document.metadata.issue_url is not None and "{key}" not in document.metadata.issue_url:
        yield Finding(
            path=("document", "issue_url"),
            rule="issue",
            message="this address has no place for the key of an issue",
            hint="write {key} where it belongs",
        )


def _uncited(document: Document) -> Iterator[Finding]:
    cited = {
        inline.handle
        for _, line in traverse.lines(document)
        for inline in line
        if isinstance(inline, Citation)
    }
    for reference in document.references:
        if reference.handle not in cited:
            yield Finding(
                path=("references", reference.handle),
                rule="uncited",
                message=f"nothing cites {reference.handle}",
                hint=Hint("cite it or remove it", removes=True),
                severity=Severity.WARNING,
                at_key=True,
            )


def _of_one_document(document: Document) -> Iterator[Finding]:
    """Yield the references to a document that another one, with another handle, is about, too."""
    known: dict[tuple[object, ...], Reference] = {}
    for reference in document.references:
        address = _SAME_ADDRESS.sub("", (reference.url or "").casefold()).removesuffix("/")
        words = " ".join(reference.title.casefold().split())
        same = [(words, reference.year, _plain(reference.authors[0]))] + ([(address,)] if address else [])
        others = [known.setdefault(key, reference) for key in same]
        other = next((each for each in others if each is not reference), None)
        if other is not None:
            what = f"{other.handle}: {other.title}, {other.year}"
            yield Finding(
                path=("references", reference.handle),
                rule="reference_twice",
                message=f"{reference.handle} and {other.handle} are one document",
                hint="keep one of them, and cite it by that handle",
                severity=Severity.WARNING,
                at_key=True,
                others=(Other(("references", other.handle), what),),
            )


def _plain(author: str) -> str:
    return author.partition(",")[0].casefold()


def _figures(document: Document) -> Iterator[Finding]:
    names = Vocabulary(figure.name for figure in document.figures)
    places: Counter[str] = Counter()
    first: dict[str, Other] = {}
    for path, text in traverse.prose(document):
        here: Counter[str] = Counter()
        for name in figure_places(text):
            message = ""
            if name not in names:
                message, hint = f"there is no figure {name}", names.hint(name, "add it under figures")
            elif path[0] == "document":
                message, hint = "no figure is possible here", "place it in a section"
            elif places[name]:
                message, hint = f"the figure {name} is placed already", Hint("remove this line", removes=True)
            if message:
                yield Finding(
                    path=path,
                    rule="figure",
                    message=message,
                    hint=hint,
                    words=f".. figure:: {name}",
                    occurrence=here[name],
                    others=(first[name],) if places[name] and name in first else (),
                )
            elif name not in first:
                first[name] = Other(
                    path, "the other place", words=f".. figure:: {name}", occurrence=here[name]
                )
            here[name] += 1
            places[name] += path[0] != "document"
    for figure in document.figures:
        if not places[figure.name]:
            yield Finding(
                path=("figures", figure.name),
                rule="figure",
                message=f"the figure {figure.name} is placed nowhere and not printed",
                hint=f"write  .. figure:: {figure.name}  in the text of a section",
                severity=Severity.WARNING,
                at_key=True,
            )
