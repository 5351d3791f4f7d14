"""The conditions of selections: what they are about, and when a value of each holds for a milestone.

`milepost.document.selection` is how they are written. Nothing here imports pydantic, which is slow.
"""

from __future__ import annotations

import re
from fnmatch import fnmatchcase
from itertools import accumulate
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from milepost.base.dates import PlannedDate, planned
from milepost.document import schedule

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from datetime import date

    from milepost.document.schedule import State


class Candidate(schedule.Planned, schedule.Coded, Protocol):
    """May be selected: a milestone, as `milepost.document.model.Milestone` describes it."""

    @property
    def level(self) -> int | None:
        """Its level in the schedule."""

    @property
    def wbs(self) -> str | None:
        """Its place in the work breakdown structure."""

    @property
    def tags(self) -> tuple[str, ...]:
        """Short words."""


class Facts(NamedTuple):
    """What is known of a milestone on the data date: that is what conditions are about."""

    code: str
    level: int | None
    wbs: str | None
    state: State
    due: PlannedDate
    completed: PlannedDate | None
    forecast: PlannedDate | None
    tags: tuple[str, ...]


def facts_of(milestone: Candidate, data_date: date) -> Facts:
    """Return what is known of `milestone` on the data date."""
    return Facts(
        code=milestone.code,
        level=milestone.level,
        wbs=milestone.wbs,
        state=schedule.state(milestone, data_date),
        due=milestone.due,
        completed=None if milestone.completed is None else planned(milestone.completed),
        forecast=milestone.forecast,
        tags=milestone.tags,
    )


def _places(wbs: str | None) -> Iterator[str]:
    """Yield a place in a work breakdown structure, and each place that it is a part of."""
    return accumulate(wbs.split("."), "{}.{}".format) if wbs else iter(())


NO_LEVEL = 0
"""The level, in a selection, of a milestone that has none."""

VALUES: Mapping[str, Callable[[Facts], Iterable[Any]]] = {
    "level": lambda facts: (facts.level or NO_LEVEL,),
    "wbs": lambda facts: _places(facts.wbs),
    "state": lambda facts: (facts.state,),
    "tags": lambda facts: facts.tags,
}
"""The keys of conditions of which each value is compared, with the values that hold for a milestone."""

HOLDS: Mapping[str, Callable[[Facts, Any], bool]] = {
    "codes": lambda facts, pattern: facts.code == pattern or fnmatchcase(facts.code, pattern),
    "level": lambda facts, level: level in VALUES["level"](facts),
    "wbs": lambda facts, whole: whole in VALUES["wbs"](facts),
    "state": lambda facts, state: state in VALUES["state"](facts),
    "due": lambda facts, days: facts.due in days,
    "completed": lambda facts, days: facts.completed in days,
    "forecast": lambda facts, days: facts.forecast in days,
    "tags": lambda facts, tag: tag in VALUES["tags"](facts),
}
"""The keys of the conditions, each with a function that says whether one of its values holds."""


# --- As text ---

_IN_QUOTES = r'"(?:[^"]|"")*"'
_TERM = re.compile(rf"(?:(?<![^\s:,]){_IN_QUOTES}|\S)+")
_VALUE = re.compile(rf"(?:^|,)(?:({_IN_QUOTES})(?=,|$)|([^,]*))")


def as_word(value: str) -> str:
    """Return `value` in quotation marks if it could not be told from several values without them."""
    return '"' + value.replace('"', '""') + '"' if re.search(r'[\s,"]', value) else value


def terms_in(text: str) -> list[str]:
    """Return the parts of `text` between spaces that are not in quotation marks."""
    return _TERM.findall(text)


def values_in(text: str) -> list[str]:
    """Return the values in `text`, which have commas between them, without their quotation marks.

    Raises:
        ValueError: a quotation mark has no end, or is not at the end of a value.
    """
    found = [
        (in_quotes[1:-1].replace('""', '"') if in_quotes else plain, plain)
        for in_quotes, plain in _VALUE.findall(text)
    ]
    for _, plain in found:
        if plain.startswith('"'):
            raise ValueError("put one at both ends of a value, and two for each one within it")
    return [value for value, _ in found]


class AllFacts:
    """What is known of all milestones of a document; finds those with a value without looking at the others.

    Attributes:
        facts: of each milestone, in the document's order.
    """

    def __init__(self, facts: Iterable[Facts]) -> None:
        self.facts = tuple(facts)
        self._positions: dict[str, dict[Any, list[int]]] = {}

    def having(self, key: str, values: Sequence[Any]) -> Sequence[int]:
        """Return the positions in `facts` of the milestones for which one of `values` holds, in order.

        Args:
            key: of a condition.
            values: of that condition.
        """
        if key not in VALUES:
            holds = HOLDS[key]
            return [n for n, facts in enumerate(self.facts) if any(holds(facts, each) for each in values)]
        if key not in self._positions:
            found = self._positions[key] = {}
            for position, facts in enumerate(self.facts):
                for value in dict.fromkeys(VALUES[key](facts)):
                    found.setdefault(value, []).append(position)
        of_values = [self._positions[key].get(value, []) for value in values]
        return of_values[0] if len(of_values) == 1 else sorted(set().union(*of_values))
