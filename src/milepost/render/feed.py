"""The change record of a document as a feed: Atom, RFC 4287."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from milepost.paths import FEED
from milepost.render.addresses import absolute, identifier
from milepost.render.xml import xml_environment

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from milepost.views import ChangeView, DocumentView


def change_feed(view: DocumentView, site: str | None, *own_templates: Path) -> str:
    """Return the change record as an Atom feed, newest first; it may be empty.

    Args:
        view: the document.
        site: the address of the site; None where it is not known, and then the feed has no links.
        own_templates: directories whose templates stand before the built-in ones.
    """
    # Within a day, the order of the record.
    entries = sorted(_identified(view), key=lambda entry: entry[1].date)
    return (
        xml_environment(*own_templates)
        .get_template("site/feed.xml.jinja")
        .render(
            document=view,
            uuid=str(identifier(view.handle, "change record")),
            # A feed must say when it changed. Without changes it is as old as what the document says.
            updated=entries[-1][1].date if entries else view.data_date,
            entries=entries[::-1],
            address=None if site is None else absolute(site, FEED),
            record=None if site is None else absolute(site, "#change-record"),
        )
    )


def _identified(view: DocumentView) -> Iterator[tuple[str, ChangeView]]:
    """Yield each entry with its identifier, in the order of the record.

    An entry is known by its version, which no other has, or else by its date and by how many such entries of
    that day come before it. Neither changes when entries are added or a description is corrected.
    """
    seen: Counter[tuple[str, str]] = Counter()
    for change in view.changes:
        name = ("version", change.version) if change.version else ("date", change.date)
        seen[name] += 1
        yield str(identifier(view.handle, "change", *name, str(seen[name]))), change
