"""Rules about printing: the depth of sections, and the paper."""

from __future__ import annotations

from typing import TYPE_CHECKING

from milepost.base.suggest import Hint
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
        message = "the class lsstdoc has letter paper only"
        hint = Hint("remove paper, or write class: milepost", removes=True)
        yield Finding(path=("document", "paper"), rule="paper", message=message, hint=hint)
    yield from _depths(document)


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
