"""Draw the deployment diagram: components in enclaves in facilities, as boxes in boxes.

Facilities are below each other in the full width, their enclaves side by side, and inside of an enclave the
components in as many columns as fit. All lengths are points.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import ceil
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from milepost.charts.canvas import Canvas, Colour, Frame, Pen
from milepost.charts.fonts import TextStyle, Weight
from milepost.views.chart import Enclave, Facility

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from matplotlib.figure import Figure

    from milepost.views.chart import DeploymentDiagram
    from milepost.views.page import Page

T = TypeVar("T")

_EDGE = 0.5  # from the edge of the page to the middle of a border
_PADDING = 5.0  # from the border of a box to the boxes in it
_INDENT = 3.0  # from the border of a box to its text, at least
_BETWEEN_COMPONENTS, _BETWEEN_ENCLAVES, _BETWEEN_FACILITIES = 3.0, 6.0, 8.0
_LINES = 5  # of a text, before it is cut


@dataclass(frozen=True, slots=True)
class _Scheme:
    """The page, the size of the type, and how many enclaves are side by side."""

    page: Page
    size: float
    enclaves: int

    @property
    def facility(self) -> TextStyle:
        """Type of the facilities' headings."""
        return TextStyle(self.size + 1.0, Weight.SEMI_BOLD, self.page.typeface)

    @property
    def enclave(self) -> TextStyle:
        """Type of the enclaves' headings."""
        return TextStyle(self.size, Weight.SEMI_BOLD, self.page.typeface)

    @property
    def component(self) -> TextStyle:
        """Type of the components' names."""
        return TextStyle(self.size, family=self.page.typeface)

    @property
    def column(self) -> float:
        """Least width of a column of components, where an enclave has several columns."""
        return 14 * self.size


_SIZES = ((7.0, 4), (6.5, 5), (6.5, 6))  # of type, and enclaves side by side: the first that fits is used


class _Room(NamedTuple):
    """A place for boxes: the width is given, the height is as needed."""

    left: float
    top: float
    width: float


@dataclass(frozen=True, slots=True, kw_only=True)
class _Box:
    """A box on the page, with the boxes inside it.

    Its text is at the top, or in the middle where there are no boxes inside.
    """

    frame: Frame
    lines: tuple[str, ...]
    style: TextStyle
    boxes: tuple[_Box, ...] = ()

    @property
    def heading(self) -> float:
        """Middle of the text."""
        room = _text_height(self.lines, self.style) if self.boxes else self.frame.height
        return self.frame.top + room / 2

    def stretched(self, bottom: float) -> _Box:
        """Move the lower border down to `bottom`."""
        return replace(self, frame=self.frame._replace(height=bottom - self.frame.top))


class _Changed(str):
    """The text of a box that the other of two diagrams does not have, or not like this."""

    __slots__ = ()


def _with_notes(diagram: DeploymentDiagram) -> DeploymentDiagram:
    """Return `diagram` with its notes in the texts of the boxes."""
    notes = diagram.notes
    if not notes:
        return diagram

    def text(words: str, *path: int) -> str:
        if path not in notes:
            return words
        return _Changed(f"{words} ({notes[path]})" if notes[path] else words)

    facilities = tuple(
        Facility(
            heading=text(facility.heading, i),
            enclaves=tuple(
                Enclave(
                    heading=text(enclave.heading, i, j),
                    components=tuple(text(name, i, j, k) for k, name in enumerate(enclave.components)),
                )
                for j, enclave in enumerate(facility.enclaves)
            ),
        )
        for i, facility in enumerate(diagram.facilities)
    )
    return replace(diagram, facilities=facilities)


def _pen(text: str, usual: Pen) -> Pen:
    """Return the pen for the border of the box with `text`: a thick one if it has changed."""
    return Pen(Colour.LATER, 1.4) if isinstance(text, _Changed) else usual


def draw(diagram: DeploymentDiagram, page: Page) -> Figure:
    """Draw `diagram` as wide as `page`, in the largest type in which it fits there."""
    diagram = _with_notes(diagram)
    scheme, _ = _scheme(diagram, page)
    return _draw(diagram, diagram.facilities, scheme)


def draw_parts(diagram: DeploymentDiagram, page: Page) -> Iterator[Figure]:
    """Draw `diagram` on as many pages as it needs to be readable."""
    diagram = _with_notes(diagram)
    scheme, fits = _scheme(diagram, page)
    if fits:
        yield _draw(diagram, diagram.facilities, scheme)
        return
    for part in _fill(_pieces(diagram.facilities, scheme), scheme):
        yield _draw(diagram, part, scheme)


def _scheme(diagram: DeploymentDiagram, page: Page) -> tuple[_Scheme, bool]:
    """Return the largest scheme in which `diagram` fits on `page`, or the smallest, and whether it fits."""
    schemes = [_Scheme(page, size, enclaves) for size, enclaves in _SIZES]
    fitting = (scheme for scheme in schemes if _fits(diagram.facilities, scheme))
    return next(((scheme, True) for scheme in fitting), (schemes[-1], False))


def _fits(facilities: Sequence[Facility], scheme: _Scheme) -> bool:
    return _height(_lay_out(facilities, scheme)) <= scheme.page.figure


def _fill(facilities: Iterable[Facility], scheme: _Scheme) -> Iterator[tuple[Facility, ...]]:
    """Fill pages with facilities one after the other."""
    page: tuple[Facility, ...] = ()
    for facility in facilities:
        if page and not _fits((*page, facility), scheme):
            yield page
            page = ()
        page = (*page, facility)
    yield page


def _pieces(facilities: Iterable[Facility], scheme: _Scheme) -> Iterator[Facility]:
    """Divide each facility that does not fit on a page into facilities with some of its enclaves."""
    for facility in facilities:
        if _fits((facility,), scheme):
            yield facility
            continue
        heading = facility.heading
        piece = replace(facility, enclaves=())
        for enclave in _enclave_pieces(facility, scheme):
            longer = replace(piece, enclaves=(*piece.enclaves, enclave))
            if piece.enclaves and not _fits((longer,), scheme):
                yield piece
                longer = Facility(heading=f"{heading} (continued)", enclaves=(enclave,))
            piece = longer
        yield piece


def _enclave_pieces(facility: Facility, scheme: _Scheme) -> Iterator[Enclave]:
    """Divide each enclave that does not fit on a page into enclaves with some of its components."""
    heading = f"{facility.heading} (continued)"

    def fits(enclave: Enclave) -> bool:
        # Beside others, an enclave is narrowest and therefore highest.
        return _fits((Facility(heading=heading, enclaves=(enclave,) * scheme.enclaves),), scheme)

    for enclave in facility.enclaves:
        rest = enclave
        while not fits(rest) and len(rest.components) > 1:
            least, most = 1, len(rest.components)
            while most - least > 1:
                middle = (least + most) // 2
                fitting = fits(replace(rest, components=rest.components[:middle]))
                least, most = (middle, most) if fitting else (least, middle)
            yield replace(rest, components=rest.components[:least])
            rest = Enclave(heading=f"{enclave.heading} (continued)", components=rest.components[least:])
        yield rest


def _draw(diagram: DeploymentDiagram, facilities: Sequence[Facility], scheme: _Scheme) -> Figure:
    boxes = _lay_out(facilities, scheme)
    canvas = Canvas(scheme.page.width, _height(boxes))
    for number, (facility, box) in enumerate(zip(facilities, boxes, strict=True), start=1):
        _draw_facility(canvas, facility, box, f"{diagram.name}-facility-{number}")
    return canvas.figure


def _height(boxes: Sequence[_Box]) -> float:
    """Return the height of the figure, with half of the last border's thickness."""
    return boxes[-1].frame.bottom + _EDGE if boxes else _PADDING


def _lay_out(facilities: Sequence[Facility], scheme: _Scheme) -> tuple[_Box, ...]:
    """Return a box for each facility."""

    def box(facility: Facility, room: _Room) -> _Box:
        return _facility_box(facility, scheme, room)

    return _grid(facilities, box, 1, _BETWEEN_FACILITIES)(_Room(_EDGE, _EDGE, scheme.page.width - 2 * _EDGE))


def _facility_box(facility: Facility, scheme: _Scheme, room: _Room) -> _Box:
    def box(enclave: Enclave, room: _Room) -> _Box:
        return _enclave_box(enclave, scheme, room)

    lines = scheme.facility.balance(facility.heading, room.width - 2 * _PADDING, _LINES)
    inside = _grid(facility.enclaves, box, scheme.enclaves, _BETWEEN_ENCLAVES)
    return _enclosing(lines, scheme.facility, room, inside)


def _enclave_box(enclave: Enclave, scheme: _Scheme, room: _Room) -> _Box:
    def box(component: str, room: _Room) -> _Box:
        lines = scheme.component.balance(component, room.width - 2 * _INDENT, _LINES)
        return _enclosing(lines, scheme.component, room)

    width = room.width - 2 * _PADDING
    lines = scheme.enclave.balance(enclave.heading, width, _LINES)
    columns = max(1, int((width + _BETWEEN_COMPONENTS) / (scheme.column + _BETWEEN_COMPONENTS)))
    inside = _grid(enclave.components, box, columns, _BETWEEN_COMPONENTS)
    return _enclosing(lines, scheme.enclave, room, inside)


def _enclosing(
    lines: tuple[str, ...],
    style: TextStyle,
    room: _Room,
    inside: Callable[[_Room], tuple[_Box, ...]] = lambda _: (),
) -> _Box:
    """Return a box as high as its text and, below the text, the boxes that `inside` makes."""
    height = _text_height(lines, style)
    boxes = inside(_Room(room.left + _PADDING, room.top + height, room.width - 2 * _PADDING))
    if boxes:
        height = boxes[-1].frame.bottom + _PADDING - room.top
    return _Box(frame=Frame(*room, height), lines=lines, style=style, boxes=boxes)


def _text_height(lines: Sequence[str], style: TextStyle) -> float:
    """Return the height of a text with the space above and below it."""
    return len(lines) * style.leading + 2 * _INDENT


def _grid(
    items: Sequence[T], box: Callable[[T, _Room], _Box], most: int, gap: float
) -> Callable[[_Room], tuple[_Box, ...]]:
    """Return a function that makes a box for each of `items` in a given room, at most `most` side by side.

    Lines are filled from left to right and about equally; columns are equally wide, the boxes of a line
    equally high.
    """

    def placed(room: _Room) -> tuple[_Box, ...]:
        if not items:
            return ()
        columns = ceil(len(items) / ceil(len(items) / most))
        width = (room.width - (columns - 1) * gap) / columns
        boxes: list[_Box] = []
        top = room.top
        for start in range(0, len(items), columns):
            line = [
                box(item, _Room(room.left + column * (width + gap), top, width))
                for column, item in enumerate(items[start : start + columns])
            ]
            bottom = max(made.frame.bottom for made in line)
            boxes += [made.stretched(bottom) for made in line]
            top = bottom + gap
        return tuple(boxes)

    return placed


def _draw_facility(canvas: Canvas, facility: Facility, box: _Box, name: str) -> None:
    with canvas.group(name, facility.heading):
        canvas.box(
            box.frame, _pen(facility.heading, Pen(Colour.TEAL, 0.8)), face=Colour.PALE_TEAL, radius=4.0
        )
        _print(canvas, box)
        for number, (enclave, inner) in enumerate(zip(facility.enclaves, box.boxes, strict=True), start=1):
            _draw_enclave(canvas, enclave, inner, f"{name}-enclave-{number}", facility)


def _draw_enclave(canvas: Canvas, enclave: Enclave, box: _Box, name: str, facility: Facility) -> None:
    with canvas.group(name, f"{enclave.heading} in {facility.heading}"):
        canvas.box(box.frame, _pen(enclave.heading, Pen(Colour.GREY)), face=Colour.PAPER, radius=3.0)
        _print(canvas, box)
        for number, (component, inner) in enumerate(zip(enclave.components, box.boxes, strict=True), start=1):
            with canvas.group(f"{name}-component-{number}", f"{component} in {enclave.heading}"):
                canvas.box(inner.frame, _pen(component, Pen(Colour.RULE)), face=Colour.BAND, radius=2.0)
                _print(canvas, inner)


def _print(canvas: Canvas, box: _Box) -> None:
    """Print a box's own text."""
    canvas.lines((box.frame.centre, box.heading), box.lines, box.style, align="center")
