"""What a state of a schedule says of its milestones, as far as moves are concerned."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from milepost.base.dates import PlannedDate
    from milepost.document.model import Document
    from milepost.history.states import Snapshot

FIELDS = frozenset({"name", "due", "forecast", "completed", "state", "wbs"})
"""The fields that are looked at."""

Link = tuple[str, str]
"""The code of a predecessor and that of its successor."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What one state says of one milestone; None where it says nothing.

    Attributes:
        name: of the milestone.
        due: the baseline date.
        forecast: the date that is expected, where it differs from the baseline or is stated all the same.
        completed: the day of completion.
        state: `cancelled` or `deferred`.
        wbs: its place in the work breakdown structure.
    """

    name: str = ""
    due: PlannedDate | None = None
    forecast: PlannedDate | None = None
    completed: date | None = None
    state: str | None = None
    wbs: str | None = None

    @property
    def expected(self) -> PlannedDate | None:
        """The date of an open milestone: the forecast or, without one, the baseline."""
        return self.forecast or self.due

    @property
    def has_news(self) -> bool:
        """Whether the forecast says something that the baseline does not say."""
        return self.forecast is not None and self.forecast != self.due


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """A schedule at one time.

    Attributes:
        milestones: by code.
        stated: the fields that it has at all; what is not stated is not known.
        aka: the present code for each earlier code, where that is known.
    """

    milestones: Mapping[str, Facts]
    stated: frozenset[str] = FIELDS
    aka: Mapping[str, str] = field(default_factory=dict)

    @property
    def has_news(self) -> bool:
        """Whether the forecast of an open milestone differs from its baseline."""
        return any(each.has_news for each in self.milestones.values() if each.completed is None)


def of_document(document: Document) -> State:
    """Return the milestones of `document` as they are now."""
    return State(
        milestones={
            each.code: Facts(
                name=each.name,
                due=each.due,
                forecast=each.forecast,
                completed=each.completed,
                state=each.state,
                wbs=each.wbs,
            )
            for each in document.milestones
        },
        aka={earlier: each.code for each in document.milestones for earlier in each.aka},
    )


def links_of(document: Document) -> list[Link]:
    """Return the links between the milestones of `document`."""
    return [(before, each.code) for each in document.milestones for before in each.predecessors]


def of_snapshot(snapshot: Snapshot) -> State:
    """Return the milestones of a recorded state."""
    stated = FIELDS & set(snapshot.columns)
    return State(
        milestones={
            code: Facts(**{name: facts[name] for name in stated if facts[name] is not None})
            for code, facts in snapshot.rows.items()
        },
        stated=stated,
    )
