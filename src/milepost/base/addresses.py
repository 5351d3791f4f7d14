"""Anchors and addresses: how a document refers to its parts, and how others refer to them."""

from __future__ import annotations

import re
import unicodedata
from contextlib import suppress
from ipaddress import ip_address
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

from milepost.base.errors import quoted

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

# What a URI may hold besides letters, digits and -._~ (RFC 3986, 2.2), and the sign of what is encoded.
_KEPT = ":/?#[]@!$&'()*+,;=%"

_OURS = "ebae8dd7-a0a8-46a4-acaf-f392a0b470db"
"""The name space of all identifiers that Milepost gives. It never changes: neither must they."""

LABELS_OF_ENDS = ("references", "acronyms")
"""The labels of the two sections that the program adds at the end; no other section can have them."""

HANDLE = re.compile(r"[A-Za-z0-9]+(?:[-._+&/][A-Za-z0-9]+)*")
"""Names that an address shows well enough: letters and digits of ASCII, joined by single punctuation marks.

It must not change, because other names have addresses with a digest.
"""

LONGEST_SLUG = 80
"""The length of names in anchors. They become names of files, which may have 255 bytes with their endings."""

# Letters in ASCII, where Unicode does not decompose them: Cyrillic, Greek, Latin. It must not change, because
# addresses are made with it.
_ASCII = str.maketrans(
    dict(zip("абвгдезийклмнопрстуфыэіґўјѓќ", "abvgdeziyklmnoprstufyeigujgk", strict=True))
    | {"ж": "zh", "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch", "ъ": "", "ь": "", "ю": "yu"}
    | {"я": "ya", "ё": "yo", "ї": "yi", "є": "ye", "ђ": "dj", "љ": "lj", "њ": "nj", "ћ": "c", "џ": "dz"}
    | dict(zip("αβγδεζηικλμνξοπρστυφω", "avgdeziiklmnxoprstyfo", strict=True))
    | {"θ": "th", "χ": "ch", "ψ": "ps"}
    | {"æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ħ": "h", "ı": "i"}
)
# Titles that differ only in these and in white space are similar enough to share an address.
_PUNCTUATION = {"Pc", "Pd", "Ps", "Pe", "Pi", "Pf"}
_SIGNS = frozenset(".,:;!?'\"/&")


def absolute(site: str, path: str = "") -> str:
    """Return the address of what lies at `path` below the top of the site whose address is `site`."""
    return uri(f"{site.rstrip('/')}/{path}")


def page_address(site: str, file: str) -> str:
    """Return the complete address of the page `file`; that of the landing page is the one of the site."""
    return absolute(site, "" if file == "index.html" else file)


def uri(address: str) -> str:
    """Return `address` as a URI, with other characters encoded (RFC 3986, 2.1; RFC 3987, 3.1)."""
    return quote(re.sub("%(?![0-9A-Fa-f]{2})", "%25", address), safe=_KEPT)


def is_local(address: str) -> bool:
    """Return whether `address` is on this machine."""
    host = urlsplit(address).hostname or ""
    with suppress(ValueError):
        return ip_address(host).is_loopback
    return host == "localhost" or host.endswith(".localhost")


def fault_of_server(address: str) -> tuple[str, str]:
    """Return why no password may be sent to `address`, and what to do; empty texts if one may."""
    parts = urlsplit(address)
    if parts.username is not None or parts.password is not None:
        return "this address has a name or password in it", "remove the part up to @"
    if parts.scheme != "https" and not is_local(address):
        return f"{quoted(address)} is not encrypted", "write https:// in place of http://"
    return "", ""


def stable_uuid(*names: str) -> UUID:
    """Return the UUID of what has these names, each of one line: version 5 (RFC 9562, 5.5)."""
    from uuid import UUID, uuid5

    return uuid5(UUID(_OURS), "\n".join(names))


def anchor(kind: str, name: str) -> str:
    """Return the anchor of the thing of that kind and name, safe in LaTeX, reST, HTML, XML and addresses.

    It depends on nothing but the two, so that links stay valid when the document changes. Long names are cut,
    and names with other signs than those of `HANDLE` end in a digest, so that that `A(5)` is not `A-5`.

    >>> anchor("milestone", "T&SC-1100"), anchor("milestone", "A(5)"), anchor("milestone", "A-5")
    ('milestone-t-sc-1100', 'milestone-a-5-91ececcb', 'milestone-a-5')
    """
    if not HANDLE.fullmatch(name.strip("-")):
        return f"{kind}-{with_digest(_slug(_in_ascii(name)), name)}"
    slug = _slug(name)
    return f"{kind}-{slug if len(slug) <= LONGEST_SLUG else with_digest(slug, slug)}"


def title_slug(title: str, parents: Sequence[str] | None = None) -> str:
    """Return a name for the section `title`, for its anchor.

    It depends on nothing but the title. If letters and digits of ASCII do not identify that, it ends in a
    digest: of the title, or of the titles of the sections above as well if these are given.

    >>> title_slug("Scope & goals"), title_slug("Цели"), title_slug("C++"), title_slug("C#")
    ('scope-goals', 'tseli', 'c-47ad9a09', 'c-643f189a')
    """
    slug = _slug(_in_ascii(title))
    if parents is None and has_readable_slug(title):
        return slug
    return with_digest(slug, *parents or (), unicodedata.normalize("NFC", title))


def has_readable_slug(title: str) -> bool:
    """Return whether letters and digits of ASCII, not too many, are enough to identify `title`."""
    text = _in_ascii(title)
    return 0 < len(_slug(text)) <= LONGEST_SLUG and all(
        (character.isascii() and character.isalnum())
        or character.isspace()
        or character in _SIGNS
        or unicodedata.category(character) in _PUNCTUATION
        for character in text
    )


def _in_ascii(text: str) -> str:
    """Return `text` in small letters, with letters of ASCII where there are equivalents."""
    composed = unicodedata.normalize("NFC", text).casefold().translate(_ASCII)
    decomposed = unicodedata.normalize("NFKD", composed).translate(_ASCII)
    return "".join(each for each in decomposed if unicodedata.category(each) not in {"Mn", "Cf"})


def _slug(name: str) -> str:
    """Return the letters and digits of ASCII in `name`, joined by hyphens."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")


def with_digest(slug: str, *names: str) -> str:
    """Return `slug`, cut if it is too long, with a digest of `names`."""
    return f"{slug[:LONGEST_SLUG].strip('-')}-{stable_uuid('name', *names).hex[:8]}".strip("-")


def milestone_anchor(code: str) -> str:
    """Return the anchor of the milestone `code`."""
    return anchor("milestone", code)


def section_anchor(label: str) -> str:
    """Return the anchor of the section with that label."""
    return anchor("section", label)


def title_anchor(slug: str) -> str:
    """Return the anchor of a section without a label; `slug` is as in `title_slug`."""
    return f"section-title-{slug}"


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
