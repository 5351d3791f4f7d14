"""What cannot hold its date if a milestone slips, ready to print."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from milepost.base.dates import iso
from milepost.base.errors import count

if TYPE_CHECKING:
    from milepost.document.impact import Impact


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokenView:
    """A milestone that cannot hold its date: `milepost.document.impact.Broken` and its days in words."""

    code: str
    name: str
    expected: str
    days: int
    late: str
    chain: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class GapView:
    """A milestone that holds its date: `milepost.document.impact.Gap` with what remains also in words."""

    code: str
    name: str
    expected: str
    days: int | None
    left: int
    remains: str
    predecessor: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LagView:
    """The lag of a link: `milepost.document.impact.Lag`, and its days also in words."""

    predecessor: str
    successor: str
    days: int
    lag: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ImpactView:
    """What follows if a milestone slips, as texts.

    Attributes:
        code, name: of the milestone.
        to: the day to which it slips.
        move: that move in words.
        broken: what cannot hold its date.
        gaps: what holds it with less time left.
        lags: those that were counted.
        source: the file that the lags are from; empty where none are recorded.
    """

    code: str
    name: str
    to: str
    move: str
    broken: tuple[BrokenView, ...]
    gaps: tuple[GapView, ...]
    lags: tuple[LagView, ...]
    source: str


def impact_view(impact: Impact, source: str = "") -> ImpactView:
    """Return the view of `impact`, whose lags are from the file `source`."""
    return ImpactView(
        code=impact.milestone.code,
        name=impact.milestone.name,
        to=iso(impact.to),
        move=_move(impact),
        broken=tuple(
            BrokenView(
                code=each.milestone.code,
                name=each.milestone.name,
                expected=str(each.expected),
                days=each.days,
                late=count(each.days, "day"),
                chain=each.chain,
            )
            for each in impact.broken
        ),
        gaps=tuple(
            GapView(
                code=each.successor.code,
                name=each.successor.name,
                expected=str(each.expected),
                days=each.days,
                left=each.left,
                remains=_remains(each.left, each.days),
                predecessor=each.predecessor,
            )
            for each in impact.gaps
        ),
        lags=tuple(
            LagView(
                predecessor=each.predecessor,
                successor=each.successor,
                days=each.days,
                lag=count(each.days, "day") if each.days > 0 else f"{count(-each.days, 'day')} less",
            )
            for each in impact.lags
        ),
        source=source,
    )


def _remains(left: int, days: int | None) -> str:
    return count(left, "day") if days is None else f"{left} of {count(days, 'day')}"


def _move(impact: Impact) -> str:
    if not impact.expected.known:
        return f"{iso(impact.to)}, in place of no date"
    if impact.days > 0:
        return f"{iso(impact.to)}, {count(impact.days, 'day')} later than expected ({impact.expected})"
    return f"{iso(impact.to)}, no later than expected ({impact.expected})"
