"""Anchors and addresses: how a document refers to its parts, and how others refer to them."""

from __future__ import annotations

import re
from urllib.parse import quote
from uuid import UUID, uuid5

# What a URI may hold besides letters, digits and -._~ (RFC 3986, 2.2), and the sign of what is encoded.
_KEPT = ":/?#[]@!$&'()*+,;=%"

_OURS = UUID("ebae8dd7-a0a8-46a4-acaf-f392a0b470db")
"""The name space of all identifiers that Milepost gives. It never changes: neither must they."""

LABELS_OF_ENDS = ("references", "acronyms")
"""The labels of the two sections that the program adds at the end; no other section can have them."""


def absolute(site: str, path: str = "") -> str:
    """Return the address of what lies at `path` below the top of the site whose address is `site`."""
    return uri(f"{site.rstrip('/')}/{path}")


def uri(address: str) -> str:
    """Return `address` as a URI, with characters beyond ASCII encoded (RFC 3987, 3.1)."""
    return quote(address, safe=_KEPT)


def stable_uuid(*names: str) -> UUID:
    """Return the UUID of what has these names, each of one line: version 5 (RFC 9562, 5.5)."""
    return uuid5(_OURS, "\n".join(names))


def anchor(kind: str, name: str) -> str:
    """Return the anchor of the thing of that kind and name, safe in LaTeX, reST, HTML, XML and addresses.

    It depends on nothing but the two, so that a link to it stays good when the document changes.
    """
    return f"{kind}-{re.sub(r'[^a-z0-9]+', '-', name.lower()).strip('-')}"


def milestone_anchor(code: str) -> str:
    """Return the anchor of the milestone `code`."""
    return anchor("milestone", code)


def section_anchor(label: str) -> str:
    """Return the anchor of the section with that label."""
    return anchor("section", label)


def figure_anchor(name: str) -> str:
    """Return the anchor of the figure of that name."""
    return anchor("figure", name)


def reference_anchor(handle: str) -> str:
    """Return the anchor of the reference with that handle."""
    return anchor("reference", handle)


def gone_anchor(other: str) -> str:
    """Return the anchor, in a marked document, of what only the earlier edition has at the anchor `other`."""
    return f"was-{other}"


def milestone_page(code: str) -> str:
    """Return the name of the page of the milestone `code` below that of all milestones, without an ending.

    It depends on nothing but the code, and the loader refuses codes that would share theirs.
    """
    return milestone_anchor(code).removeprefix("milestone-")


def milestone_file(page: str) -> str:
    """Return the path of the page of that name (see `milestone_page`), relative to the top of a site."""
    return f"milestones/{page}.html"
