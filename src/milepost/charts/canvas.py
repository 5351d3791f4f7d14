"""Draw texts, lines and marks on one matplotlib figure.

Coordinates are points, x to the right and y down from the top left corner. Artists are drawn in the order in
which they are added. A `TitledGroup` becomes a group with an identifier and a title in SVG.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from matplotlib.artist import Artist
from matplotlib.colors import to_hex, to_rgb
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.markers import MarkerStyle
from matplotlib.patches import FancyBboxPatch, PathPatch, Rectangle
from matplotlib.path import Path
from matplotlib.text import Text
from matplotlib.transforms import Affine2D

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from matplotlib.backend_bases import RendererBase

    from milepost.charts.fonts import TextStyle

POINTS = 72.0
"""Points in an inch."""


class Colour:
    """The palette: the document's teal, and colours of Okabe and Ito for colour-blind readers."""

    INK = "#1F2A30"
    GREY = "#5C6A72"
    RULE = "#D3DADD"
    BAND = "#F3F6F6"
    PAPER = "#FFFFFF"
    TEAL = "#058B8C"
    PALE_TEAL = "#E3F1F1"
    LATE = "#E69F00"
    OVERDUE = "#C94F00"
    FORECAST = "#0072B2"
    LINK = "#4F626C"
    LINK_BLUE = "#2A66AC"
    LINK_BROWN = "#86590A"
    LINK_VIOLET = "#76509B"
    LINK_GREEN = "#38784A"
    BACKWARDS = "#B0307F"
    OLD = "#87949B"
    LATER = "#A85600"


Point = tuple[float, float]
Align = Literal["left", "center", "right"]


@dataclass(frozen=True, slots=True)
class Pen:
    """The style of a line.

    Attributes:
        colour: as matplotlib names it.
        width: in points.
        dashes: lengths of a dash, a gap and so on, in points; a solid line when empty.
    """

    colour: str
    width: float = 0.5
    dashes: tuple[float, ...] = ()

    def properties(self) -> dict[str, Any]:
        """Return the properties of a matplotlib patch."""
        # Matplotlib measures dashes in widths of the line.
        dashes = (0, tuple(dash / self.width for dash in self.dashes)) if self.dashes else "-"
        return {"edgecolor": self.colour, "linewidth": self.width, "linestyle": dashes}


NO_PEN = Pen("none", 0.0)


class Frame(NamedTuple):
    """A rectangle on the page."""

    left: float
    top: float
    width: float
    height: float

    @property
    def bottom(self) -> float:
        """The lower edge."""
        return self.top + self.height

    @property
    def centre(self) -> float:
        """The middle of the width."""
        return self.left + self.width / 2


class Label(Text):
    """A text on one line, with its `length` in points."""

    def __init__(self, at: Point, text: str, style: TextStyle, align: Align, colour: str) -> None:
        x, middle = at
        super().__init__(
            x,
            middle + style.middle,
            text,
            fontproperties=style.properties(text),
            color=colour,
            ha=align,
            va="baseline",
            parse_math=False,
            usetex=False,
        )
        self.length = style.width(text)


class Group(Artist):
    """Artists that belong together: in SVG one `<g id="…">`.

    Attributes:
        members: the artists, drawn in this order.
    """

    def __init__(self, name: str) -> None:
        super().__init__()
        self.set_gid(name)
        self.members: list[Artist] = []

    def get_children(self) -> list[Artist]:
        """Return the members, for matplotlib's `findobj`."""
        return list(self.members)

    def draw(self, renderer: RendererBase) -> None:
        """Draw the members inside a group of `renderer`."""
        renderer.open_group("group", gid=self.get_gid())
        for member in self.members:
            member.draw(renderer)
        renderer.close_group("group")


class TitledGroup(Group):
    """A group that has the `<title>` `title` in SVG."""

    def __init__(self, name: str, title: str) -> None:
        super().__init__(name)
        self.title = title


class Canvas:
    """A new figure of `width` by `height` points, in the attribute `figure`."""

    def __init__(self, width: float, height: float) -> None:
        self.figure = Figure(figsize=(width / POINTS, height / POINTS), facecolor=Colour.PAPER)
        flip = Affine2D().scale(1 / POINTS, -1 / POINTS).translate(0, height / POINTS)
        self._transform = flip + self.figure.dpi_scale_trans
        self._groups: list[Group] = []
        self._faded = 0.0

    @contextmanager
    def faded(self, part: float) -> Iterator[None]:
        """Mix a `part` of the paper's colour, from 0 to 1, into what is drawn inside the `with` block."""
        before, self._faded = self._faded, part
        try:
            yield
        finally:
            self._faded = before

    @contextmanager
    def group(self, name: str, title: str | None = None) -> Iterator[None]:
        """Collect what is drawn inside the `with` block in a group, which may hold other groups."""
        group = Group(name) if title is None else TitledGroup(name, title)
        self._add(group)
        self._groups.append(group)
        try:
            yield
        finally:
            self._groups.pop()

    def text(
        self,
        at: Point,
        text: str,
        style: TextStyle,
        *,
        align: Align = "left",
        colour: str = Colour.INK,
    ) -> None:
        """Print `text` on one line, with the middle of its capital letters at the height of `at`."""
        if text:
            self._add(Label(at, text, style, align, self._shade(colour)))

    def lines(
        self,
        at: Point,
        lines: Sequence[str],
        style: TextStyle,
        *,
        align: Align = "left",
        colour: str = Colour.INK,
    ) -> None:
        """Print `lines` below each other, centred on the height of `at`."""
        x, middle = at
        first = middle - style.leading * (len(lines) - 1) / 2
        for number, line in enumerate(lines):
            self.text((x, first + number * style.leading), line, style, align=align, colour=colour)

    def line(self, start: Point, end: Point, pen: Pen) -> None:
        """Draw a straight line."""
        self.path(Path([start, end]), pen)

    def path(self, path: Path, pen: Pen = NO_PEN, *, face: str = "none") -> None:
        """Draw a path."""
        face, pen = self._shade(face), self._shaded(pen)
        self._add(PathPatch(path, facecolor=face, capstyle="butt", joinstyle="round", **pen.properties()))

    def box(self, frame: Frame, pen: Pen = NO_PEN, *, face: str, radius: float = 0.0) -> None:
        """Draw a rectangle, with rounded corners where `radius` is not 0."""
        corner, size = (frame.left, frame.top), (frame.width, frame.height)
        face, pen = self._shade(face), self._shaded(pen)
        if radius:
            shape = f"round,pad=0,rounding_size={radius}"
            self._add(FancyBboxPatch(corner, *size, boxstyle=shape, facecolor=face, **pen.properties()))
        else:
            self._add(Rectangle(corner, *size, facecolor=face, **pen.properties()))

    def mark(self, at: Point, shape: str, size: float, pen: Pen, *, face: str) -> None:
        """Draw one of matplotlib's markers, `size` across."""
        if pen.dashes:  # matplotlib cannot dash the edge of a marker
            style = MarkerStyle(shape)
            place = style.get_transform() + Affine2D().scale(size).translate(*at)
            self.path(style.get_path().transformed(place), pen, face=face)
            return
        face, pen = self._shade(face), self._shaded(pen)
        self._add(
            Line2D(
                [at[0]],
                [at[1]],
                linestyle="none",
                marker=shape,
                markersize=size,
                markerfacecolor=face,
                markeredgecolor=pen.colour,
                markeredgewidth=pen.width,
            )
        )

    def _shaded(self, pen: Pen) -> Pen:
        return replace(pen, colour=self._shade(pen.colour))

    def _shade(self, colour: str) -> str:
        """Return `colour`, mixed with the paper's inside of `faded`."""
        if not self._faded or colour == "none":
            return colour
        pairs = zip(to_rgb(colour), to_rgb(Colour.PAPER), strict=True)
        red, green, blue = (one + self._faded * (other - one) for one, other in pairs)
        return to_hex((red, green, blue))

    def _add(self, artist: Artist) -> None:
        """Put `artist` on top of everything drawn so far."""
        if not isinstance(artist, Group):
            artist.set_transform(self._transform)
        if self._groups:
            artist.set_figure(self.figure)
            self._groups[-1].members.append(artist)
        else:
            # Artists of the same height are drawn in the order in which they were added.
            artist.set_zorder(1)
            self.figure.add_artist(artist)
        artist.set_clip_on(False)
