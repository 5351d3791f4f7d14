"""Queries: which facts about milestones a document shows. Sphinx reads it again if one of them changes.

A query is a value that is pickled with the environment. Its `facts` are everything that the document shows of
the answer; a digest of them tells whether the document is out of date.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Protocol

from milepost.base.dates import UNDATED
from milepost.base.files import digest

if TYPE_CHECKING:
    from collections.abc import Iterable

    from milepost.sphinx.source import ProjectMilestones
    from milepost.views.milestones import MilestoneInfo

SORT_KEYS = ("due", "code", "expected", "slip")
"""The keys that a table can be sorted by."""

_WORD = re.compile(r"[A-Za-z0-9]+")


class Query(Protocol):
    """A query; it is hashable, and equal to others that ask for the same."""

    def facts(self, source: ProjectMilestones) -> object:
        """Return everything that a document shows of the answer, as values with an exact `repr`."""


def answer_digest(query: Query, source: ProjectMilestones) -> str:
    """Return a digest of the facts of `query`."""
    return digest(repr(query.facts(source)))


_ON_PAGE_ONLY = frozenset({
    "predecessors", "successors", "sections", "deliveries", "findings", "test_spec", "issues", "tags",
})  # fmt: skip
"""What only the page of a milestone shows."""


def line_facts(entry: MilestoneInfo) -> tuple[object, ...]:
    """Return the facts that a row of a table, a card or a row of a chart may show."""
    return tuple(getattr(entry, each.name) for each in fields(entry) if each.name not in _ON_PAGE_ONLY)


@dataclass(frozen=True, slots=True)
class Reference:
    """A reference to a milestone; the tooltip has its name and state."""

    code: str

    def facts(self, source: ProjectMilestones) -> object:
        """Return code, name, page and status."""
        entry = source.entry(self.code)
        return entry and (entry.code, entry.name, entry.page, entry.status)


@dataclass(frozen=True, slots=True)
class Label:
    """A reference to a label, which may be that of a milestone."""

    name: str

    def facts(self, source: ProjectMilestones) -> object:
        """Return page and heading."""
        entry = source.labelled.get(self.name)
        return entry and (entry.page, entry.heading)


@dataclass(frozen=True, slots=True)
class Card:
    """A milestone with its dates."""

    code: str

    def facts(self, source: ProjectMilestones) -> object:
        """Return the facts of the card."""
        entry = source.entry(self.code)
        return entry and (line_facts(entry), entry.issues)


@dataclass(frozen=True, slots=True)
class ChartOf:
    """A chart by the name of its figure; None for the first one."""

    name: str | None

    def facts(self, source: ProjectMilestones) -> object:
        """Return the drawing, and the facts in the tooltips of its rows."""
        chart = source.chart(self.name)
        return chart and (
            chart,
            [line_facts(entry) for entry in source.entries(chart.drawing.codes)],
        )


@dataclass(frozen=True, slots=True)
class Definition:
    """The definition of an acronym."""

    acronym: str

    def facts(self, source: ProjectMilestones) -> object:
        """Return the definition."""
        return source.acronyms.get(self.acronym)


@dataclass(frozen=True, slots=True)
class Acronyms:
    """The acronyms that may be among the words of a document."""

    words: frozenset[str]

    @classmethod
    def among(cls, texts: Iterable[str]) -> Acronyms:
        """Return the query for the words of `texts`, with and without a plural s."""
        words = {word for text in texts for word in _WORD.findall(text)}
        return cls(frozenset(words | {word.removesuffix("s") for word in words}))

    def facts(self, source: ProjectMilestones) -> object:
        """Return the acronyms with their definitions, and the names and words in which none is explained."""
        return (
            sorted((name, text) for name, text in source.acronyms.items() if self._may_have(name)),
            sorted(filter(self._may_have, source.unexpanded)),
            sorted(filter(self._may_have, source.names)),
        )

    def _may_have(self, name: str) -> bool:
        return self.words.issuperset(_WORD.findall(name))


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table of the milestones that meet all conditions.

    Attributes:
        selection: a selection as text (`milepost.document.selection`), whose import would be slow.
        late: completed, expected or still open after the due date.
        successors_of, predecessors_of: a code; directly after or before that milestone.
        sort: one of `SORT_KEYS`; by `slip`, the latest come first.
    """

    selection: str = ""
    late: bool = False
    successors_of: str | None = None
    predecessors_of: str | None = None
    sort: str = "due"

    def entries(self, source: ProjectMilestones) -> list[MilestoneInfo]:
        """Return the milestones, sorted; equal ones are in the document's order."""
        chosen = [entry for entry in self._candidates(source) if entry.late or not self.late]
        if self.selection:
            from milepost.document.selection import Selection  # noqa: PLC0415 -- importing pydantic is slow

            selection = Selection.from_text(self.selection)
            chosen = [entry for entry in chosen if selection.holds(entry.facts)]
        match self.sort:
            case "code":
                chosen.sort(key=lambda entry: entry.code)
            case "expected":
                chosen.sort(key=lambda entry: entry.expected_date or UNDATED)
            case "slip":
                chosen.sort(key=lambda entry: -entry.days)
        return chosen

    def facts(self, source: ProjectMilestones) -> object:
        """Return the rows of the table, and whether the milestones exist that its options name."""
        named = (self.successors_of, self.predecessors_of)
        exist = [source.entry(code) is not None for code in named if code]
        return exist, [line_facts(entry) for entry in self.entries(source)]

    def _candidates(self, source: ProjectMilestones) -> Iterable[MilestoneInfo]:
        chosen = source.milestones.entries
        for code, kind in ((self.successors_of, "successors"), (self.predecessors_of, "predecessors")):
            if code is not None:
                entry = source.entry(code)
                related = {each.code for each in getattr(entry, kind)} if entry else set()
                chosen = tuple(each for each in chosen if each.code in related)
        return chosen
