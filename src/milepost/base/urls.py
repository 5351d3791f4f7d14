"""Addresses and identifiers by which others refer to a site and to what is in it."""

from __future__ import annotations

from urllib.parse import quote
from uuid import UUID, uuid5

# What a URI may hold besides letters, digits and -._~ (RFC 3986, 2.2), and the sign of what is encoded.
_KEPT = ":/?#[]@!$&'()*+,;=%"

_OURS = UUID("ebae8dd7-a0a8-46a4-acaf-f392a0b470db")
"""The name space of all identifiers that Milepost gives. It never changes: neither must they."""


def absolute(site: str, path: str = "") -> str:
    """Return the address of what lies at `path` below the top of the site whose address is `site`."""
    return uri(f"{site.rstrip('/')}/{path}")


def uri(address: str) -> str:
    """Return `address` as a URI, with characters beyond ASCII encoded (RFC 3987, 3.1)."""
    return quote(address, safe=_KEPT)


def identifier(*names: str) -> UUID:
    """Return the identifier of what bears these names, each of one line: a version 5 UUID (RFC 9562, 5.5)."""
    return uuid5(_OURS, "\n".join(names))
