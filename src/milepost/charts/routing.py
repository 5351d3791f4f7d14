"""Route the links of a Gantt chart, in points, x to the right and y down.

A link leaves the mark of its predecessor at the bottom when it leads down and at the top when it leads up. It
goes sideways in the gap next to that row, vertically in a lane, sideways again in the gap next to the row of
its successor, and ends at the mark from above (leading down) or from below (leading up):

      ◇ predecessor
    ╭─╯                 the links of one predecessor share a lane,
    │   ◇ other row     the links into one successor share its gap,
    ╰─────╮             and nothing else is shared: links turn at rounded corners
          ◇ successor   and cross elsewhere.

Each gap between two rows has a level for each of these uses, so that links only cross.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count, pairwise
from math import hypot
from typing import TYPE_CHECKING

from matplotlib.path import Path

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

Point = tuple[float, float]

LANE = 2.6
"""Distance between two lanes."""

_CLEARANCE = 4.2  # from the middle of a mark to a lane that passes it
_VISIBLE = 1.4  # from a rule to a lane that can be seen beside it
_SIDE_STEP = 1.9  # from the tip of a mark to where links that lead up are attached
_ENTRY, _EXIT = 0.2, 0.72  # levels in a gap, as parts of the way from the border of the row to the mark


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A row of the chart.

    Attributes:
        top, bottom: the borders of the row.
        x: the mark at which links begin and end.
        radius: half of the height of that mark.
        marks: all marks of the row, which lanes avoid.
    """

    top: float
    bottom: float
    x: float
    radius: float
    marks: tuple[float, ...]

    @property
    def middle(self) -> float:
        """Height of the marks."""
        return (self.top + self.bottom) / 2

    def level(self, part: float, *, below: bool) -> float:
        """Return a height in the gap: 0 is at the border, 1 at the mark."""
        border, sign = (self.bottom, -1) if below else (self.top, 1)
        return border + sign * part * (self.bottom - self.top - 2 * self.radius) / 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """Where lanes may be: between `left` and `right`, and not next to the vertical lines `rules`."""

    left: float
    right: float
    rules: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class _Stem:
    """The vertical part that the links of one predecessor share."""

    source: int
    downwards: bool
    first: int  # rows that are passed, first to last, without the source
    last: int


@dataclass(frozen=True, slots=True)
class _Lane:
    """An occupied part of a lane."""

    x: float
    top: float
    bottom: float


def routes(rows: Sequence[Row], links: Sequence[tuple[int, int]], area: Area) -> list[list[Point]]:
    """Return the corners of each link, from the middle of one mark to the tip of the other.

    Links are pairs of different indices into `rows`, predecessor and successor.
    """
    lanes = _lanes(rows, _stems(links), area)
    return [_corners(rows, link, lanes) for link in links]


def rounded(corners: Sequence[Point], radius: float) -> Path:
    """Return the path along `corners`, each of them rounded by `radius` or as far as there is room."""
    vertices, codes = [corners[0]], [Path.MOVETO]
    for before, corner, after in zip(corners, corners[1:], corners[2:], strict=False):
        reach = min(radius, _distance(before, corner) / 2, _distance(corner, after) / 2)
        vertices += [_towards(corner, before, reach), corner, _towards(corner, after, reach)]
        codes += [Path.LINETO, Path.CURVE3, Path.CURVE3]
    return Path([*vertices, corners[-1]], [*codes, Path.LINETO])


def _stems(links: Sequence[tuple[int, int]]) -> list[_Stem]:
    """Return the stems of all links: at most one down and one up for each predecessor."""
    reach: dict[tuple[int, bool], int] = {}
    for source, target in links:
        if abs(source - target) == 1:
            continue  # leads straight into the next row
        downwards = target > source
        farthest = reach.get((source, downwards), target)
        reach[source, downwards] = max(farthest, target) if downwards else min(farthest, target)
    return [
        _Stem(source, downwards, *((source + 1, end - 1) if downwards else (end + 1, source - 1)))
        for (source, downwards), end in sorted(reach.items())
    ]


def _lanes(rows: Sequence[Row], stems: list[_Stem], area: Area) -> dict[tuple[int, bool], float]:
    """Choose a lane for each stem, for short ones first, so that they are next to their marks."""
    taken: list[_Lane] = []
    lanes: dict[tuple[int, bool], float] = {}
    for stem in sorted(stems, key=lambda stem: (stem.last - stem.first, -stem.source)):
        tip = _tip(rows[stem.source], stem.downwards)
        passed = rows[stem.first : stem.last + 1]
        top, bottom = _extent(rows, stem)
        others = [lane.x for lane in taken if lane.top < bottom and top < lane.bottom]
        marks = [mark for row in passed for mark in row.marks]
        costs = {
            x: 1000 * _near(x, others, LANE)
            + 40 * _near(x, marks, _CLEARANCE)
            + 4 * _near(x, area.rules, _VISIBLE)
            + abs(x - tip)
            for x in _candidates(tip, stem.downwards, area)
        }
        lane = _Lane(min(costs, key=costs.__getitem__), top, bottom)
        taken.append(lane)
        lanes[stem.source, stem.downwards] = lane.x
    return lanes


def _candidates(tip: float, downwards: bool, area: Area) -> Iterator[float]:
    """Yield lanes at both sides of `tip`, nearest first.

    Later marks are mostly further right, so lanes down are tried at the left first and lanes up at the right.
    """
    side = -LANE if downwards else LANE
    yield tip
    for number in count(1):
        lanes = (tip + side * number, tip - side * number)
        yield from (lane for lane in lanes if area.left <= lane <= area.right)
        if min(lanes) < area.left and max(lanes) > area.right:
            return


def _near(x: float, lines: Sequence[float], distance: float) -> int:
    """Count the vertical lines closer to `x` than `distance`."""
    return sum(1 for line in lines if abs(line - x) < distance - 0.01)


def _extent(rows: Sequence[Row], stem: _Stem) -> tuple[float, float]:
    """Return the top and the bottom of a stem."""
    if stem.downwards:
        return rows[stem.source].middle, rows[stem.last + 1].top
    return rows[stem.first - 1].bottom, rows[stem.source].middle


def _tip(row: Row, downwards: bool) -> float:
    """Return where links are attached to a row: those that lead up to the right of those that lead down."""
    return row.x if downwards else row.x + _SIDE_STEP


def _corners(rows: Sequence[Row], link: tuple[int, int], lanes: dict[tuple[int, bool], float]) -> list[Point]:
    """Return the corners of one link."""
    source, target = rows[link[0]], rows[link[1]]
    downwards = link[1] > link[0]
    start, end = _tip(source, downwards), _tip(target, downwards)
    lane = start if abs(link[0] - link[1]) == 1 else lanes[link[0], downwards]
    leave = source.level(_EXIT, below=downwards)
    arrive = target.level(_ENTRY, below=not downwards)
    edge = target.radius - abs(end - target.x)  # half of the diamond's height at the attachment
    tip = target.middle - edge if downwards else target.middle + edge
    return _simplified(
        [(start, source.middle), (start, leave), (lane, leave), (lane, arrive), (end, arrive), (end, tip)]
    )


def _simplified(corners: list[Point]) -> list[Point]:
    """Drop corners that lie on a straight line between their neighbours."""
    kept = corners[:1]
    for corner, after in pairwise(corners[1:]):
        before = kept[-1]
        if not (before[0] == corner[0] == after[0] or before[1] == corner[1] == after[1]):
            kept.append(corner)
    return [*kept, corners[-1]]


def _distance(start: Point, end: Point) -> float:
    return hypot(end[0] - start[0], end[1] - start[1])


def _towards(start: Point, end: Point, reach: float) -> Point:
    """Return the point `reach` away from `start` in the direction of `end`."""
    part = reach / (_distance(start, end) or 1.0)
    return start[0] + part * (end[0] - start[0]), start[1] + part * (end[1] - start[1])
