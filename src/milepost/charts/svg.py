"""Turn matplotlib's SVG into one with titles, links and colours by style sheet, also for HTML pages."""

from __future__ import annotations

import re
from math import ceil
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from markupsafe import Markup

from milepost.base.dates import iso
from milepost.charts.canvas import Colour, Group, Label, TitledGroup
from milepost.charts.gantt.layout import GAP
from milepost.charts.gantt.sheets import layout_of
from milepost.charts.room import TREND_SIZE
from milepost.views.page import SCREEN

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from collections.abc import Set as AbstractSet

    from matplotlib.figure import Figure

    from milepost.charts.gantt.layout import Layout
    from milepost.charts.gantt.routing import Row
    from milepost.views.chart import GanttChart
    from milepost.views.milestones import MilestoneInfo
    from milepost.views.trend.lines import TrendChart

SVG = "http://www.w3.org/2000/svg"
"""The namespace of SVG."""
_XLINK = "http://www.w3.org/1999/xlink"
_REFERENCE = re.compile(r"url\(#([^)]+)\)|^#(.+)$")
_TARGET = 24.0  # least height of a row in CSS pixels (WCAG 2.2, 2.5.8)
_TEXT = 11.2  # least size of text in CSS pixels
_PARTS = ("bands", "axis", "known", "box", "legend")
"""What a chart has besides rows and links, as groups of `milepost.charts.gantt.drawing`."""
# A style sheet can set `--milepost-chart-ink` and so on; the defaults are the colours of the figure.
_COLOURS = {
    value.lower(): f"var(--milepost-chart-{name.lower().replace('_', '-')}, {value.lower()})"
    for name, value in vars(Colour).items()
    if name.isupper()
}


def finish(drawn: str, figure: Figure, *, name: str, title: str, description: str) -> str:
    """Add titles to the SVG `drawn`, which matplotlib wrote of `figure`.

    These are the titles of the `TitledGroup`s of `figure`, and for the whole figure `title` and the text
    alternative `description`, with identifiers that begin with `name`.
    """
    root = ET.fromstring(drawn)  # noqa: S314 -- written by matplotlib
    titles = {group.get_gid(): group.title for group in figure.findobj(TitledGroup)}
    _fix_identifiers(root, {group.get_gid() for group in figure.findobj(Group)}, name)
    _unwrap(root)
    _style(root)
    _fix_lengths(root, figure)
    _title_groups(root, titles)
    describe(root, name, title, description)
    return written(root)


def written(root: ET.Element) -> str:
    """Return the SVG `root`, which this changes, as text that is valid in HTML too."""
    _use_prefixes(root)
    ET.indent(root, " ")
    return ET.tostring(root, encoding="unicode") + "\n"


def linked(
    svg: str,
    chart: GanttChart,
    entries: Mapping[str, MilestoneInfo],
    href: Callable[[str], str | None],
    suffix: str = "",
) -> Markup:
    """Return `svg`, the drawing of `chart`, as an element for a page.

    The group of each row is wrapped in a link of the class `milepost-row`, or in a group of that class where
    `href` returns None. The group of each dependency gets the class `milepost-link`. Both have attributes
    `data-…` for scripts.

    Args:
        svg: the result of `milepost.charts.output.svg` for `chart`.
        chart: the chart; its description may be another than when it was drawn.
        entries: the milestones by code; rows of other milestones are left as they are.
        href: returns the address of a milestone's page, by code.
        suffix: is added to identifiers, for the second and further drawings of a chart on a page.

    Raises:
        xml.etree.ElementTree.ParseError: `svg` is not XML.
    """
    root = ET.fromstring(svg)  # noqa: S314 -- written by `finish`
    layout = layout_of(chart, SCREEN)
    rows = layout.rows
    identifiers = {element.get("id", "") for element in root.iter()} - {""}
    _open(root, layout)
    for text in root.findall(f"{{{SVG}}}desc"):
        text.text = chart.description
    groups = {element.get("id"): element for element in root.iter(f"{{{SVG}}}g")}
    for part in _PARTS:
        if (group := groups.get(f"{chart.name}-{part}")) is not None:
            group.set("class", "milepost-part")
            group.set("data-part", part)
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
    if suffix:
        _rename(root, {identifier: identifier + suffix for identifier in identifiers})
    return Markup(written(root))  # noqa: S704 -- XML, whose texts ElementTree has escaped


def themed(svg: str) -> Markup:
    """Return `svg` as an element for a page, whose style sheet can change its colours."""
    root = ET.fromstring(svg)  # noqa: S314 -- written by `finish`
    for element in root.iter():
        if "style" in element.attrib:
            element.set("style", _themed(element.attrib["style"]))
    return Markup(written(root))  # noqa: S704 -- XML, whose texts ElementTree has escaped


def linked_lines(svg: str, chart: TrendChart, href: Callable[[str], str | None], suffix: str = "") -> Markup:
    """Return `svg`, the drawing of `chart`, as an element for a page: the lines link to their milestones.

    Args:
        svg: the result of `milepost.charts.output.svg` for `chart`.
        chart: the chart; its description may be another than when it was drawn.
        href: returns the address of a milestone's page, by code.
        suffix: as for `linked`.

    Raises:
        xml.etree.ElementTree.ParseError: `svg` is not XML.
    """
    root = ET.fromstring(svg)  # noqa: S314 -- written by `finish`
    identifiers = {element.get("id", "") for element in root.iter()} - {""}
    for text in root.findall(f"{{{SVG}}}desc"):
        text.text = chart.description
    root.set("role", "group")
    width = ceil(_TEXT / TREND_SIZE * SCREEN.width)
    root.set("style", f"{root.get('style', '')}; --milepost-chart-width: {width}px")
    positions = {element.get("id"): position for position, element in enumerate(root)}
    for trend in chart.trends:
        position, address = positions.get(f"{chart.name}-{trend.anchor}"), href(trend.code)
        if position is not None and address is not None:
            link = ET.Element(
                f"{{{SVG}}}a", {"class": "milepost-line", "href": address, "data-code": trend.code}
            )
            link.set("aria-label", root[position].findtext(f"{{{SVG}}}title", ""))
            link.append(root[position])
            root[position] = link
    for element in root.iter():
        if "style" in element.attrib:
            element.set("style", _themed(element.attrib["style"]))
    if suffix:
        _rename(root, {identifier: identifier + suffix for identifier in identifiers})
    return Markup(written(root))  # noqa: S704 -- XML, whose texts ElementTree has escaped


def _title_groups(root: ET.Element, titles: Mapping[str | None, str]) -> None:
    """Add the title of each group, which browsers show as a tooltip."""
    for element in root.iter(f"{{{SVG}}}g"):
        if element.get("id") in titles:
            title = ET.Element(f"{{{SVG}}}title")
            title.text = titles[element.get("id")]
            element.insert(0, title)


def _fix_identifiers(root: ET.Element, groups: AbstractSet[str | None], name: str) -> None:
    """Drop matplotlib's identifiers, which other figures have as well, or put `name` before those in use."""
    used = {
        found[1] or found[2]
        for element in root.iter()
        for value in element.attrib.values()
        for found in _REFERENCE.finditer(value)
    }
    for element in root.iter():
        if element.get("id") not in used and element.get("id") not in groups:
            element.attrib.pop("id", None)
    _rename(root, {identifier: f"{name}-{identifier}" for identifier in used - groups})


def _rename(root: ET.Element, names: Mapping[str, str]) -> None:
    """Give elements other identifiers, also where these are referred to."""
    for element in root.iter():
        for key, value in element.attrib.items():
            if key in {"id", "aria-labelledby", "aria-describedby"}:
                element.set(key, " ".join(names.get(word, word) for word in value.split(" ")))
            elif not key.startswith(("aria-", "data-")):  # those are texts
                element.set(key, _REFERENCE.sub(lambda found: _renamed(found, names), value))


def _renamed(found: re.Match[str], names: Mapping[str, str]) -> str:
    identifier = found[1] or found[2]
    return found[0].replace(identifier, names.get(identifier, identifier))


def _unwrap(parent: ET.Element) -> None:
    """Drop matplotlib's metadata and its groups without attributes, but keep the children of these groups."""
    children = []
    for child in parent:
        _unwrap(child)
        if child.tag == f"{{{SVG}}}g" and not child.attrib:
            children += list(child)
        elif child.tag != f"{{{SVG}}}metadata":
            children.append(child)
    parent[:] = children


def _style(root: ET.Element) -> None:
    """Replace matplotlib's style sheet, which would apply to the whole page around the figure."""
    for parent in list(root.iter()):
        for child in [child for child in parent if child.find(f"{{{SVG}}}style") is not None]:
            parent.remove(child)
    root.set("style", "stroke-linejoin: round; stroke-linecap: butt")


def _fix_lengths(root: ET.Element, figure: Figure) -> None:
    """Write the length of each text, so that it keeps its place where Fira Sans is missing."""
    # The texts of the SVG are in the order of drawing.
    for element, label in zip(root.iter(f"{{{SVG}}}text"), figure.findobj(Label), strict=True):
        element.set("textLength", f"{label.length:.2f}")
        element.set("lengthAdjust", "spacingAndGlyphs")
        element.attrib.pop("transform", None)  # a rotation by 0 degrees


def describe(root: ET.Element, name: str, title: str, description: str) -> None:
    """Add the title and the text alternative of the whole figure, for assistive technology."""
    root.set("role", "img")
    root.set("aria-labelledby", f"{name}-title {name}-description")
    for position, (tag, text) in enumerate((("title", title), ("desc", description))):
        element = ET.Element(f"{{{SVG}}}{tag}")
        element.set("id", f"{name}-{'title' if tag == 'title' else 'description'}")
        element.text = text
        root.insert(position, element)


def _use_prefixes(root: ET.Element) -> None:
    """Write names of SVG without a prefix and those of XLink with one.

    ElementTree does so after `register_namespace`, but that is a global setting.
    """
    for element in root.iter():
        element.tag = element.tag.removeprefix(f"{{{SVG}}}")
        for key in [key for key in element.attrib if key.startswith(f"{{{_XLINK}}}")]:
            element.set(key.replace(f"{{{_XLINK}}}", "xlink:"), element.attrib.pop(key))
    root.set("xmlns", SVG)
    root.set("xmlns:xlink", _XLINK)


def _open(root: ET.Element, layout: Layout) -> None:
    """Make the image, whose parts are hidden from assistive technology, a group, whose parts are not.

    Its least width makes each row high enough as a target of a pointer, and its text large enough. Its
    attributes `data-…` say where its columns and its days are, so that a script can zoom.
    """
    chart, scale = layout.chart, layout.scale
    lowest = min((row.bottom - row.top for row in layout.rows), default=_TARGET)
    width = max(_TARGET / lowest, _TEXT / layout.label.size) * SCREEN.width
    for key, value in (
        ("codes", f"{layout.label_left - GAP / 2:.6g}"),
        ("left", f"{scale.left:.6g}"),
        ("right", f"{scale.right:.6g}"),
        ("top", f"{layout.top:.6g}"),
        ("start", iso(scale.start)),
        ("end", iso(scale.end)),
        ("known", iso(chart.data_date)),
    ):
        root.set(f"data-{key}", value)
    root.set("role", "group")
    root.set("aria-labelledby", f"{chart.name}-title")
    root.set("aria-describedby", f"{chart.name}-description")
    root.set("style", f"{root.get('style', '')}; --milepost-chart-width: {ceil(width)}px")


def _wrapped(group: ET.Element, entry: MilestoneInfo, href: str | None, row: Row) -> ET.Element:
    """Wrap the group of a row in a link, with a rectangle that makes the whole row clickable."""
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
    wrapper.set("data-level", str(entry.level or "none"))
    wrapper.set("data-state", entry.state)
    wrapper.set("data-late", "true" if entry.late else "false")
    ground = ET.SubElement(wrapper, f"{{{SVG}}}rect")
    ground.set("class", "milepost-ground")
    for name, value in (
        ("x", 0.0),
        ("y", row.top),
        ("width", SCREEN.width),
        ("height", row.bottom - row.top),
    ):
        ground.set(name, f"{value:.6g}")
    ground.set("fill", "none")
    ground.set("pointer-events", "all")
    wrapper.append(group)
    return wrapper


def _themed(style: str) -> str:
    """Replace the colours of the palette in the declarations `style` with variables."""
    declarations = (declaration.partition(":") for declaration in style.split(";"))
    return "; ".join(
        f"{name.strip()}: {_COLOURS.get(value.strip(), value.strip())}" for name, _, value in declarations
    )
