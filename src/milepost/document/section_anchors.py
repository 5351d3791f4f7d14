"""The anchors of sections, which links from outside of the document use."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from milepost.base.addresses import section_anchor, title_anchor, title_slug
from milepost.document.traverse import walk

if TYPE_CHECKING:
    from milepost.document.model import Document
    from milepost.document.traverse import Position


def section_anchors(document: Document) -> dict[Position, str]:
    """Return the anchor of each section by its position: made from its label, or else from its title.

    It stays the same when the section moves, or another one is inserted before it. The titles above tell
    sections with the same title apart; only if those are equal too, sections are counted.
    """
    anchors: dict[Position, str] = {}
    shared: dict[str, dict[Position, tuple[str, ...]]] = {}
    titles: dict[Position, tuple[str, ...]] = {}
    for position, section in walk(document.sections):
        titles[position] = (*titles.get(position[:-1], ()), section.title)
        if section.label is not None:
            anchors[position] = section_anchor(section.label)
        else:
            anchors[position] = ""  # to keep the reading order
            shared.setdefault(title_slug(section.title), {})[position] = titles[position]
    labels = set(anchors.values())
    for slug, sections in shared.items():
        counts: Counter[str] = Counter()
        plain = set() if title_anchor(slug) in labels else _plain(sections)
        for position, (*parents, title) in sections.items():
            name = slug if position in plain else title_slug(title, parents)
            counts[name] += 1
            number = f"--{counts[name]}" if counts[name] > 1 else ""
            anchors[position] = title_anchor(name) + number
    return anchors


def _plain(sections: dict[Position, tuple[str, ...]]) -> set[Position]:
    """Return which of the sections with the same slug need nothing else to tell them apart.

    The highest one if it is alone, or all of them if what is above them is the same as well.
    """
    if len(set(sections.values())) == 1:
        return set(sections)
    highest = [position for position in sections if len(position) == min(map(len, sections))]
    return set(highest) if len(highest) == 1 else set()
