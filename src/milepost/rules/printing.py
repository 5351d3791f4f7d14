"""Rules about printing: the depth of sections, and acronyms."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from milepost.base.errors import Severity, ValuePath, quoted
from milepost.document import acronyms
from milepost.document.traverse import sections
from milepost.rules.finding import Finding

DEEPEST_HEADING = 5
"""LaTeX has section, subsection, subsubsection, paragraph and subparagraph."""

if TYPE_CHECKING:
    from collections.abc import Iterator

    from milepost.document.model import Document


def check_printed(document: Document) -> Iterator[Finding]:
    """Yield what cannot be printed, or would be unexplained."""
    about = document.metadata
    if about.layout == "lsstdoc" and about.paper != "letter":
        message, hint = "the class lsstdoc has letter paper only", "remove paper, or write class: milepost"
        yield Finding(path=("document", "paper"), rule="paper", message=message, hint=hint)
    yield from _depths(document)
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


def _acronyms(document: Document) -> Iterator[Finding]:
    found = document.once(acronyms.usage)
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
