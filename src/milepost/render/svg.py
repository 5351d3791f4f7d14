"""Turns matplotlib's SVG into one that people, scripts and screen readers can use, also inside a page."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from milepost.render.canvas import Group, Label

if TYPE_CHECKING:
    from collections.abc import Mapping

    from matplotlib.figure import Figure

SVG = "http://www.w3.org/2000/svg"
"""The namespace of SVG."""
_XLINK = "http://www.w3.org/1999/xlink"
_REFERENCE = re.compile(r"url\(#([^)]+)\)|^#(.+)$")


def finish(drawn: str, figure: Figure, *, name: str, title: str, description: str) -> str:
    """Return the SVG `drawn` of `figure` with names and titles.

    Args:
        drawn: what matplotlib wrote.
        figure: its `Group`s carry the titles.
        name: prefix of the identifiers of the root's title and description.
        title: the figure's name for people who cannot see it.
        description: the text alternative.
    """
    root = ET.fromstring(drawn)  # noqa: S314 - written by matplotlib a moment ago
    titles = {group.get_gid(): group.title for group in figure.findobj(Group)}
    _drop_identifiers(root, titles)
    _unwrap(root)
    _style(root)
    _fix_lengths(root, figure)
    _title_groups(root, titles)
    _name(root, name, title, description)
    return written(root)


def written(root: ET.Element) -> str:
    """Return the SVG `root`, which this changes, as text that can also stand in HTML."""
    _use_prefixes(root)
    ET.indent(root, " ")
    return ET.tostring(root, encoding="unicode") + "\n"


def _title_groups(root: ET.Element, titles: Mapping[str | None, str]) -> None:
    """Give each group its title, which browsers show as a tooltip."""
    for element in root.iter(f"{{{SVG}}}g"):
        if element.get("id") in titles:
            title = ET.Element(f"{{{SVG}}}title")
            title.text = titles[element.get("id")]
            element.insert(0, title)


def _drop_identifiers(root: ET.Element, titles: Mapping[str | None, str]) -> None:
    """Drop matplotlib's own identifiers, such as `line2d_7`: two figures in one page would share them."""
    used = {
        found[1] or found[2]
        for element in root.iter()
        for value in element.attrib.values()
        for found in _REFERENCE.finditer(value)
    }
    for element in root.iter():
        if element.get("id") not in used and element.get("id") not in titles:
            element.attrib.pop("id", None)


def _unwrap(parent: ET.Element) -> None:
    """Drop matplotlib's metadata and replace its bare groups, one for each artist, with what is in them."""
    children = []
    for child in parent:
        _unwrap(child)
        if child.tag == f"{{{SVG}}}g" and not child.attrib:
            children += list(child)
        elif child.tag != f"{{{SVG}}}metadata":
            children.append(child)
    parent[:] = children


def _style(root: ET.Element) -> None:
    """Replace matplotlib's style sheet, which would reach the whole of a page around the figure."""
    for parent in list(root.iter()):
        for child in [child for child in parent if child.find(f"{{{SVG}}}style") is not None]:
            parent.remove(child)
    root.set("style", "stroke-linejoin: round; stroke-linecap: butt")


def _fix_lengths(root: ET.Element, figure: Figure) -> None:
    """State each text's length, so that it keeps to its place where Fira Sans is missing.

    The texts of an SVG come in the order in which they were drawn.
    """
    for element, label in zip(root.iter(f"{{{SVG}}}text"), figure.findobj(Label), strict=True):
        element.set("textLength", f"{label.length:.2f}")
        element.set("lengthAdjust", "spacingAndGlyphs")
        element.attrib.pop("transform", None)  # a rotation by nothing


def _name(root: ET.Element, name: str, title: str, description: str) -> None:
    """State what the whole figure is, for assistive technology."""
    root.set("role", "img")
    root.set("aria-labelledby", f"{name}-title {name}-description")
    for position, (tag, text) in enumerate((("title", title), ("desc", description))):
        element = ET.Element(f"{{{SVG}}}{tag}")
        element.set("id", f"{name}-{'title' if tag == 'title' else 'description'}")
        element.text = text
        root.insert(position, element)


def _use_prefixes(root: ET.Element) -> None:
    """Write SVG names plain and XLink names with a prefix.

    ElementTree could do so itself after `register_namespace`, but that is a setting for the whole process.
    """
    for element in root.iter():
        element.tag = element.tag.removeprefix(f"{{{SVG}}}")
        for key in [key for key in element.attrib if key.startswith(f"{{{_XLINK}}}")]:
            element.set(key.replace(f"{{{_XLINK}}}", "xlink:"), element.attrib.pop(key))
    root.set("xmlns", SVG)
    root.set("xmlns:xlink", _XLINK)
