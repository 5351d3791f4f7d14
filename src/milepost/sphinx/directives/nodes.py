"""The document tree's nodes for a card, a table, a chart and an acronym."""

from __future__ import annotations

from typing import TYPE_CHECKING

from docutils import nodes

if TYPE_CHECKING:
    from sphinx.builders import Builder


class milepost_acronym(nodes.abbreviation):  # noqa: N801 -- docutils' way to name nodes
    """An `acronym` with its `explanation`. Builders without a visitor for it write an abbreviation."""


class milepost_card(nodes.General, nodes.Element):  # noqa: N801
    """The card of the milestone `code`, or a line if it is `short`; `ids` as in docutils."""


class milepost_table(nodes.General, nodes.Element):  # noqa: N801
    """A table of the milestones `codes` with a title; `align` and `width` as in docutils.

    It is no `nodes.table`, because themes put those into boxes that get the same identifiers.
    """


class milepost_chart(nodes.figure):  # noqa: N801
    """The chart `chart` with a caption; `align`, `width` and `alt` as of docutils' figures and images.

    With `numbered` it has the number that its figure has in the document.
    """


class milepost_unbroken(nodes.inline):  # noqa: N801
    """Text without line breaks, for LaTeX. Builders without a visitor for it write its text."""


def is_page_builder(builder: Builder) -> bool:
    """Return whether `builder` writes HTML for browsers. EPUB is not: its readers run no scripts."""
    return builder.format == "html" and builder.name != "epub"
