"""Route the links of a Gantt chart, in points, x to the right and y down.

A link leaves the mark of its predecessor at the bottom when it leads down and at the top when it leads up. It
goes sideways in the gap next to that row, vertically in a lane, sideways again in the gap next to the row of
its successor, and ends at the mark from above (leading down) or from below (leading up):

      ◇ predecessor
    ╭─╯                 the links of one predecessor share a lane,
    │   ◇ other row     the links into one successor share its gap,
    ╰─────╮             and nothing else is shared: links turn at rounded corners
          ◇ successor   and cross elsewhere.

Each gap between two rows has a level for each of these uses, so that links only cross. Where two cross, the
vertical one has a gap, so that a crossing does not look like a branch.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from itertools import chain, pairwise
from math import ceil, hypot
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.path import Path

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

Point = tuple[float, float]

LANE = 3.0
"""Distance between two lanes."""

_CLEARANCE = 4.2  # from the middle of a mark to a lane that passes it
_APART = 2 * LANE  # between two lanes, where there is room
_TOUCH = 0.01  # what is apart by a distance may be closer by that
_VISIBLE = 1.4  # from a rule to a lane that can be seen beside it
_SIDE_STEP = 1.9  # from the tip of a mark to where links that lead up are attached
_ENTRY, _EXIT = 0.2, 0.72  # levels in a gap, as parts of the way from the border of the row to the mark
_GAP = 1.1  # from a crossing to both ends of the line that it interrupts
_MOST_GAPS = 40  # with more, a line would look dashed
_NOWHERE = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A row of the chart.

    Attributes:
        top, bottom: the borders of the row.
        x: the mark at which links begin and end.
        radius: half of the height of that mark.
        marks: all marks of the row, which lanes avoid.
        square: whether the mark is a square, which is as high at its sides as in its middle.
    """

    top: float
    bottom: float
    x: float
    radius: float
    marks: tuple[float, ...]
    square: bool = False

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


def routes(rows: Sequence[Row], links: Sequence[tuple[int, int]], area: Area) -> list[list[Point]]:
    """Return the corners of each link, from the middle of one mark to the tip of the other.

    Links are pairs of different indices into `rows`, predecessor and successor.
    """
    lanes = _lanes(rows, _stems(links), area)
    return [_corners(rows, link, lanes) for link in links]


def pieces(corners: Sequence[Point], heights: Iterable[float]) -> list[list[Point]]:
    """Return the pieces of a route that is interrupted where its vertical parts cross `heights`."""
    parts = [[corners[0]]]
    levels = sorted(set(heights))
    for (x, start), end in pairwise(corners):
        for level in (levels if end[1] > start else reversed(levels)) if x == end[0] else ():
            top, bottom = sorted((start, end[1]))
            if top + _GAP < level - _GAP and level + _GAP < bottom - _GAP:
                before, after = (
                    (level - _GAP, level + _GAP) if end[1] > start else (level + _GAP, level - _GAP)
                )
                last = parts[-1][-1]
                if abs(before - last[1]) > _GAP / 2 or last[0] != x:
                    parts[-1].append((x, before))
                    parts.append([(x, after)])
        parts[-1].append(end)
    return parts


def rounded(parts: Sequence[Sequence[Point]], radius: float) -> Path:
    """Return the path along `parts`, whose corners are rounded by `radius` or as far as there is room."""
    vertices: list[Point] = []
    codes = []
    for corners in parts:
        vertices.append(corners[0])
        codes.append(Path.MOVETO)
        for before, corner, after in zip(corners, corners[1:], corners[2:], strict=False):
            reach = min(radius, _distance(before, corner) / 2, _distance(corner, after) / 2)
            vertices += [_towards(corner, before, reach), corner, _towards(corner, after, reach)]
            codes += [Path.LINETO, Path.CURVE3, Path.CURVE3]
        vertices.append(corners[-1])
        codes.append(Path.LINETO)
    return Path(vertices, codes)


def crossings(routed: Sequence[Sequence[Point]], links: Sequence[tuple[int, int]]) -> list[list[float]]:
    """Return for each link the heights at which its vertical parts cross other links.

    Where links branch or join, they do not cross. A link that crosses very many others has no crossings.
    """
    targets: defaultdict[int, list[int]] = defaultdict(list)
    for source, target in links:
        targets[source].append(target)
    # The level part next to a source belongs to all its links, that next to a target to all links into it.
    levels = sorted(
        (
            y0,
            min(x0, x1),
            max(x0, x1),
            source,
            target if abs(y0 - corners[-1][1]) < abs(y0 - corners[0][1]) else _NOWHERE,
        )
        for corners, (source, target) in zip(routed, links, strict=True)
        for (x0, y0), (x1, y1) in pairwise(corners)
        if y0 == y1
    )
    heights, lefts, rights, sources, into = np.array(levels).reshape(-1, 5).T
    found: list[list[float]] = []
    for corners, (source, _) in zip(routed, links, strict=True):
        crossed: list[float] = []
        for (x, y0), (x1, y1) in pairwise(corners):
            if x != x1:
                continue
            here = slice(*np.searchsorted(heights, sorted((y0, y1))))
            across = np.flatnonzero((lefts[here] < x - _GAP / 2) & (x + _GAP / 2 < rights[here])) + here.start
            apart = (sources[across] != source) & ~np.isin(into[across], targets[source])
            crossed += np.unique(heights[across[apart]]).tolist()
        found.append(crossed if len(crossed) <= _MOST_GAPS else [])
    return found


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
    marks = np.array(list(chain(*(row.marks for row in rows))))
    marks_before = np.cumsum([0, *(len(row.marks) for row in rows)])
    rules = np.array(sorted(area.rules))
    # The lanes that are taken, with their tops and bottoms.
    taken, tops, bottoms = np.empty((3, len(stems)))
    lanes: dict[tuple[int, bool], float] = {}
    in_order = sorted(stems, key=lambda stem: (stem.last - stem.first, -stem.source))
    for number, stem in enumerate(in_order):
        tip = _tip(rows[stem.source], stem.downwards)
        top, bottom = _extent(rows, stem)
        beside = np.sort(taken[:number][(tops[:number] < bottom) & (top < bottoms[:number])])
        passed = np.sort(marks[marks_before[stem.first] : marks_before[stem.last + 1]])
        candidates = _candidates(tip, stem.downwards, area)
        cost = (
            1000 * _near(beside, candidates, LANE)
            + 5 * _near(beside, candidates, _APART)
            + 40 * _near(passed, candidates, _CLEARANCE)
            + 4 * _near(rules, candidates, _VISIBLE)
            + np.abs(candidates - tip)
        )
        best = candidates[np.argmin(cost)]
        taken[number], tops[number], bottoms[number] = best, top, bottom
        lanes[stem.source, stem.downwards] = float(best)
    return lanes


def _candidates(tip: float, downwards: bool, area: Area) -> NDArray[np.float64]:
    """Return lanes at both sides of `tip`, nearest first.

    Later marks are mostly further right, so lanes down are tried at the left first and lanes up at the right.
    """
    most = max(0, ceil(max(tip - area.left, area.right - tip) / LANE))
    steps = LANE * np.arange(1, most + 1)
    side = -1 if downwards else 1
    lanes = np.column_stack([tip + side * steps, tip - side * steps]).ravel()
    return np.concatenate([[tip], lanes[(area.left <= lanes) & (lanes <= area.right)]])


def _near(places: NDArray[np.float64], candidates: NDArray[np.float64], distance: float) -> NDArray[np.int64]:
    """Count for each candidate the `places`, which are sorted, that are closer to it than `distance`."""
    reach = distance - _TOUCH
    ends = np.searchsorted(places, candidates + reach, "left")
    starts = np.searchsorted(places, candidates - reach, "right")
    return np.asarray(ends - starts)


def _extent(rows: Sequence[Row], stem: _Stem) -> tuple[float, float]:
    """Return the top and the bottom of a stem."""
    if stem.downwards:
        return rows[stem.source].middle, rows[stem.last + 1].top
    return rows[stem.first - 1].bottom, rows[stem.source].middle


def _tip(row: Row, downwards: bool) -> float:
    """Return where links are attached to a row: those that lead up to the right of those that lead down."""
    return row.x if downwards else row.x + _SIDE_STEP


def end_of_link(row: Row, *, source: bool, downwards: bool) -> list[Point]:
    """Return the beginning of a link that leaves `row`, or the end of one that enters it."""
    x = _tip(row, downwards)
    if source:
        return [(x, row.middle), (x, row.level(_EXIT, below=downwards))]
    return [(x, row.level(_ENTRY, below=not downwards)), (x, _border_of_mark(row, x, downwards))]


def _corners(rows: Sequence[Row], link: tuple[int, int], lanes: dict[tuple[int, bool], float]) -> list[Point]:
    """Return the corners of one link."""
    source, target = rows[link[0]], rows[link[1]]
    downwards = link[1] > link[0]
    start, end = _tip(source, downwards), _tip(target, downwards)
    lane = start if abs(link[0] - link[1]) == 1 else lanes[link[0], downwards]
    leave = source.level(_EXIT, below=downwards)
    arrive = target.level(_ENTRY, below=not downwards)
    tip = _border_of_mark(target, end, downwards)
    return _simplified(
        [(start, source.middle), (start, leave), (lane, leave), (lane, arrive), (end, arrive), (end, tip)]
    )


def _border_of_mark(row: Row, x: float, downwards: bool) -> float:
    """Return the height at which a link at `x` meets the mark of a row."""
    half = row.radius - (0.0 if row.square else abs(x - row.x))
    return row.middle - half if downwards else row.middle + half


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
