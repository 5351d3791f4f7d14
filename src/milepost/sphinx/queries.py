"""Queries: what a document can ask of the milestones. A document is read anew when an answer has changed.

A query is a value that can be kept with the document. Its `facts` are everything that the document shows of
the answer; their digest tells whether the document still shows what is true.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Protocol

from milepost.base.files import digest

if TYPE_CHECKING:
    from collections.abc import Iterable

    from milepost.sphinx.source import ProjectMilestones
    from milepost.views.milestones import MilestoneInfo, State

SORT_KEYS = ("due", "code", "expected", "slip")
"""By what a table can be sorted."""

_WORD = re.compile(r"[A-Za-z0-9]+")


class Query(Protocol):
    """What a document asks; queries are hashable, and equal if they ask the same."""

    def facts(self, source: ProjectMilestones) -> object:
        """Return what a document shows of the answer: values with a `repr` that tells them apart."""


def answered(query: Query, source: ProjectMilestones) -> str:
    """Return a digest of what a document shows of the answer to `query`."""
    return digest(repr(query.facts(source)))


def line_of(entry: MilestoneInfo) -> tuple[object, ...]:
    """Return what a line about a milestone may say of it."""
    return (
        entry.code,
        entry.name,
        entry.page,
        entry.level,
        entry.due,
        entry.forecast,
        entry.completed,
        entry.expected,
        str(entry.state),
        entry.days,
    )


@dataclass(frozen=True, slots=True)
class Reference:
    """A reference to a milestone: its name and state are in the tooltip."""

    code: str

    def facts(self, source: ProjectMilestones) -> object:
        """Return code, name, page and status."""
        entry = source.entry(self.code)
        return entry and (entry.code, entry.name, entry.page, entry.status)


@dataclass(frozen=True, slots=True)
class Card:
    """A milestone with its dates."""

    code: str

    def facts(self, source: ProjectMilestones) -> object:
        """Return what a line says, too."""
        entry = source.entry(self.code)
        return entry and line_of(entry)


@dataclass(frozen=True, slots=True)
class ChartOf:
    """A chart by the name of its figure; None for the first one."""

    name: str | None

    def facts(self, source: ProjectMilestones) -> object:
        """Return the drawing, and the lines of its rows, which are in their tooltips."""
        chart = source.chart(self.name)
        return chart and (
            chart,
            [line_of(entry) for bar in chart.drawing.bars for entry in source.entries((bar.code,))],
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
        """Return the acronyms and their definitions, and what keeps words from being acronyms."""
        return (
            sorted((name, text) for name, text in source.acronyms.items() if self._may_have(name)),
            sorted(filter(self._may_have, source.unexpanded)),
            sorted(filter(self._may_have, source.names)),
        )

    def _may_have(self, name: str) -> bool:
        return self.words.issuperset(_WORD.findall(name))


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """A table of those milestones that meet all conditions; an empty condition is met by all.

    Attributes:
        levels: of one of these levels.
        states: in one of these states.
        late: completed, expected or still open after its due date.
        codes: patterns of shells (`fnmatch`), of which the code matches one.
        successors_of, predecessors_of: codes of milestones; directly after or before that one.
        sort: one of `SORT_KEYS`; by `slip` those that are the latest come first.
    """

    levels: tuple[int, ...] = ()
    states: tuple[State, ...] = ()
    late: bool = False
    codes: tuple[str, ...] = ()
    successors_of: str | None = None
    predecessors_of: str | None = None
    sort: str = "due"

    def entries(self, source: ProjectMilestones) -> list[MilestoneInfo]:
        """Return the milestones, sorted; those that are equal in this stay in the document's order."""
        chosen = [entry for entry in self._candidates(source) if self._meets(entry)]
        match self.sort:
            case "code":
                chosen.sort(key=lambda entry: entry.code)
            case "expected":
                chosen.sort(key=lambda entry: entry.expected)
            case "slip":
                chosen.sort(key=lambda entry: -entry.days)
        return chosen

    def facts(self, source: ProjectMilestones) -> object:
        """Return the lines of the table, and whether there is what it is made around."""
        around = (self.successors_of, self.predecessors_of)
        known = [source.entry(code) is not None for code in around if code]
        return known, [line_of(entry) for entry in self.entries(source)]

    def _candidates(self, source: ProjectMilestones) -> Iterable[MilestoneInfo]:
        chosen = source.catalogue.entries
        for code, kind in ((self.successors_of, "successors"), (self.predecessors_of, "predecessors")):
            if code is not None:
                entry = source.entry(code)
                related = {each.code for each in getattr(entry, kind)} if entry else set()
                chosen = tuple(each for each in chosen if each.code in related)
        return chosen

    def _meets(self, entry: MilestoneInfo) -> bool:
        return (
            (not self.levels or entry.level in self.levels)
            and (not self.states or entry.state in self.states)
            and (entry.late or not self.late)
            and (not self.codes or any(fnmatchcase(entry.code, pattern) for pattern in self.codes))
        )
