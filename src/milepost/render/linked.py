"""Makes a chart's SVG part of a page: rows that lead to their milestones, colours that follow the theme."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from markupsafe import Markup

from milepost.render import gantt
from milepost.render.canvas import WIDTH, Colour
from milepost.render.svg import SVG, written

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from milepost.catalogue import Entry
    from milepost.chart import GanttChart
    from milepost.render.routing import Row

_TARGET = 24.0  # least height of a row in CSS pixels (WCAG 2.2, 2.5.8)
# A style sheet can set `--milepost-chart-ink` and so on; without one the colours are those of the figure.
_COLOURS = {
    value.lower(): f"var(--milepost-chart-{name.lower().replace('_', '-')}, {value.lower()})"
    for name, value in vars(Colour).items()
    if name.isupper()
}


def linked(
    svg: str, chart: GanttChart, entries: Mapping[str, Entry], href: Callable[[str], str | None]
) -> Markup:
    """Return `svg`, the drawing of `chart`, as an element for a page.

    The group of each row is wrapped in a link of the class `milepost-row`, or in a group of that class where
    `href` knows no address, and each group of a link between two rows is of the class `milepost-link`. Both
    bear what a script needs to know as attributes `data-…`.

    Args:
        svg: what `milepost.render.figures.svg` makes of `chart`.
        chart: what is drawn.
        entries: the milestones by their codes; the row of another milestone stays as it is.
        href: returns the address of the page of the milestone of a code.

    Raises:
        xml.etree.ElementTree.ParseError: when `svg` is no XML.
    """
    root = ET.fromstring(svg)  # noqa: S314 -- written by `milepost.render.svg`
    rows = gantt.measured(chart).rows
    _open(root, chart, rows)
    groups = {element.get("id"): element for element in root.iter(f"{{{SVG}}}g")}
    for link in chart.links:
        predecessor, successor = chart.bars[link.predecessor], chart.bars[link.successor]
        group = groups[f"{chart.name}-link-{predecessor.anchor}-{successor.anchor}"]
        group.set("class", "milepost-link")
        group.set("data-predecessor", predecessor.code)
        group.set("data-successor", successor.code)
    positions = {element.get("id"): position for position, element in enumerate(root)}
    for bar, row in zip(chart.bars, rows, strict=True):
        entry = entries.get(bar.code)
        if entry is not None:
            position = positions[f"{chart.name}-{bar.anchor}"]
            root[position] = _wrapped(root[position], entry, href(bar.code), row)
    for element in root.iter():
        if "style" in element.attrib:
            element.set("style", _themed(element.attrib["style"]))
    return Markup(written(root))  # noqa: S704 -- XML, whose texts ElementTree has escaped


def _open(root: ET.Element, chart: GanttChart, rows: tuple[Row, ...]) -> None:
    """Make an image, whose parts assistive technology does not see, a group of such parts.

    Its least width is that at which each row is high enough to be pointed at.
    """
    lowest = min((row.bottom - row.top for row in rows), default=_TARGET)
    root.set("role", "group")
    root.set("aria-labelledby", f"{chart.name}-title")
    root.set("aria-describedby", f"{chart.name}-description")
    root.set("style", f"{root.get('style', '')}; --milepost-chart-width: {ceil(_TARGET / lowest * WIDTH)}px")


def _wrapped(group: ET.Element, entry: Entry, href: str | None, row: Row) -> ET.Element:
    """Return the group of a row inside of what makes the whole of the row answer to a pointer."""
    title = group.findtext(f"{{{SVG}}}title", "")
    wrapper = ET.Element(f"{{{SVG}}}g" if href is None else f"{{{SVG}}}a")
    wrapper.set("class", "milepost-row")
    if href is None:
        wrapper.set("role", "img")
    else:
        wrapper.set("href", href)
    wrapper.set("aria-label", title)
    wrapper.set("data-code", entry.code)
    wrapper.set("data-name", entry.name)
    wrapper.set("data-aka", " ".join(entry.aka))
    wrapper.set("data-level", str(entry.level))
    wrapper.set("data-state", entry.state)
    wrapper.set("data-late", "true" if entry.late else "false")
    ground = ET.SubElement(wrapper, f"{{{SVG}}}rect")
    ground.set("class", "milepost-ground")
    for name, value in (("x", 0.0), ("y", row.top), ("width", WIDTH), ("height", row.bottom - row.top)):
        ground.set(name, f"{value:.6g}")
    ground.set("fill", "none")
    ground.set("pointer-events", "all")
    wrapper.append(group)
    return wrapper


def _themed(style: str) -> str:
    """Return the declarations `style` with the palette's colours as variables."""
    declarations = (declaration.partition(":") for declaration in style.split(";"))
    return "; ".join(
        f"{name.strip()}: {_COLOURS.get(value.strip(), value.strip())}" for name, _, value in declarations
    )
