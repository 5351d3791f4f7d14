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

from bisect import bisect_left, bisect_right
from collections import defaultdict
from dataclasses import dataclass
from itertools import chain, count, pairwise
from math import floor, hypot, inf
from typing import TYPE_CHECKING

from matplotlib.path import Path

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

Point = tuple[float, float]

LANE = 2.6
"""Distance between two lanes."""

_CLEARANCE = 4.2  # from the middle of a mark to a lane that passes it
_CROWDED = 3  # lanes in the same place
_TOUCH = 0.01  # what is apart by a distance may be closer by that
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


def clipped(corners: Sequence[Point], top: float, bottom: float) -> list[Point]:
    """Return the part of a route, which leads only up or only down, between two heights."""
    kept: list[Point] = []
    for (x0, y0), (x1, y1) in pairwise(corners):
        start, end = min(max(y0, top), bottom), min(max(y1, top), bottom)
        if start != end or y0 == y1 == start:
            kept += [(x1, end)] if kept else [(x0, start), (x1, end)]
    return kept


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
    marks = _Marks(rows)
    rules = _Lanes()
    for rule in area.rules:
        rules.add(_Lane(rule, -inf, inf))
    taken = _Lanes()
    lanes: dict[tuple[int, bool], float] = {}
    for stem in sorted(stems, key=lambda stem: (stem.last - stem.first, -stem.source)):
        tip = _tip(rows[stem.source], stem.downwards)
        top, bottom = _extent(rows, stem)
        lowest, best = inf, tip
        for x in _candidates(tip, stem.downwards, area):
            if abs(x - tip) >= lowest:
                break  # candidates further away cost more
            cost = (
                1000 * taken.near(x, LANE, top, bottom)
                + 40 * marks.near(x, stem.first, stem.last + 1)
                + 4 * rules.near(x, _VISIBLE, top, bottom)
                + abs(x - tip)
            )
            if cost < lowest:
                lowest, best = cost, x
        taken.add(_Lane(best, top, bottom))
        lanes[stem.source, stem.downwards] = best
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


class _Lanes:
    """Occupied lanes, to be found by their places: in strips of the width `LANE`."""

    def __init__(self) -> None:
        self._strips: defaultdict[int, list[_Lane]] = defaultdict(list)

    def add(self, lane: _Lane) -> None:
        self._strips[floor(lane.x / LANE)].append(lane)

    def near(self, x: float, distance: float, top: float, bottom: float) -> int:
        """Count the lanes closer to `x` than `distance` between two heights; all above `_CROWDED` are alike.

        `distance` is `LANE` at most.
        """
        strip = floor(x / LANE)
        found = 0
        for lane in chain(*(reversed(self._strips.get(each, ())) for each in (strip, strip - 1, strip + 1))):
            found += abs(lane.x - x) < distance - _TOUCH and lane.top < bottom and top < lane.bottom
            if found > _CROWDED:
                break
        return found


class _Marks:
    """The marks of all rows: sorted for each row, for each two rows, for each four rows and so on."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self._levels = [[sorted(row.marks) for row in rows]]
        while len(self._levels[-1]) > 1:
            blocks = self._levels[-1]
            self._levels.append([sorted(chain(*blocks[i : i + 2])) for i in range(0, len(blocks), 2)])

    def near(self, x: float, first: int, end: int) -> int:
        """Count the marks closer to `x` than `_CLEARANCE` in the rows from `first` to before `end`."""
        found, reach = 0, _CLEARANCE - _TOUCH

        def count_in(block: list[float]) -> int:
            return bisect_left(block, x + reach) - bisect_right(block, x - reach)

        for blocks in self._levels:
            if first % 2 and first < end:
                found += count_in(blocks[first])
                first += 1
            if end % 2 and first < end:
                end -= 1
                found += count_in(blocks[end])
            first, end = first // 2, end // 2
        return found


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
