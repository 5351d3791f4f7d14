"""Rules of addresses: the address of a section is readable, and belongs to no other one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from milepost.base.addresses import LONGEST_SLUG, has_readable_slug, title_anchor, title_slug
from milepost.base.errors import Severity, quoted
from milepost.document.traverse import section_anchors, section_path, walk
from milepost.rules.finding import Finding, Other

if TYPE_CHECKING:
    from collections.abc import Iterator

    from milepost.document.model import Document


def check_addresses(document: Document) -> Iterator[Finding]:
    """Yield the sections without a label whose titles do not make good addresses."""
    anchors = section_anchors(document)
    taken = {anchor: position for position, anchor in anchors.items()}
    for position, section in walk(document.sections):
        if section.label is not None:
            continue
        slug = title_slug(section.title)
        others: tuple[Other, ...] = ()
        if anchors[position] != title_anchor(slug):
            if (other := taken.get(title_anchor(slug))) is not None:
                path = (*section_path(other), "title")
                others = (Other(path, f"this section has the address {quoted(slug)}", at_key=False),)
            reason = f"another section has the address {quoted(slug)}"
        elif len(slug) > LONGEST_SLUG:
            reason = f"addresses are cut after {LONGEST_SLUG} letters"
        elif not has_readable_slug(section.title):
            reason = "its title has signs that an address cannot have"
        else:
            continue
        address = anchors[position].removeprefix(title_anchor(""))
        yield Finding(
            path=(*section_path(position), "title"),
            rule="section_address",
            message=f"the address of this section is {quoted(address)}: {reason}",
            hint="give it a label, which becomes its address",
            severity=Severity.WARNING,
            others=others,
        )
