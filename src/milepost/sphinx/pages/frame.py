"""The theme's frame of the pages of milestones, made once where only known parts of it differ.

The frame of a page takes the theme longer than its contents. It is made with marks in the places of what
differs from page to page, and the pages are put together from the pieces between them.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from markupsafe import Markup, escape

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from sphinx.builders.html import StandaloneHTMLBuilder

    from milepost.sphinx.domain import Differences

PLACE = "Milepost-place-of-a-page"
"""How the name of a page ends that stands for all others."""
HEAD = "<!-- milepost:place-of-the-head -->"
"""What stands on that page in the place of a page's own head."""

_BODY, _METADATA = "<!-- milepost:place-of-the-body -->", "<!-- milepost:place-of-metadata -->"
# With and without tags, and escaped: the theme prints the same text in several ways.
_TITLE, _PREVIOUS, _NEXT = (
    f"Milepost-place-of-{each}<i></i>" for each in ("the-title", "the-title-before", "the-title-after")
)
_LINK_BACK, _LINK_ON = "Milepost-link-back&", "Milepost-link-on&"


class Frame:
    """The frame of the pages in one directory, in which pages have their contexts."""

    def __init__(self, builder: StandaloneHTMLBuilder, differences: Differences, path: Path) -> None:
        """Make nothing yet; `path` is for files that are made to be read."""
        self._builder = builder
        self._differences = differences
        self._path = path
        self._pieces: dict[tuple[str, bool, bool], list[str]] = {}

    def fits(self, pages: Iterable[tuple[str, dict[str, Any]]]) -> bool:
        """Return whether the theme makes each of these pages in the same way."""
        return all(self._whole(name, {**context}) == self.page(name, context) for name, context in pages)

    def page(self, name: str, context: dict[str, Any]) -> str:
        """Return the page `name`, as the theme makes it of `context`."""
        before, after = context["prev"], context["next"]
        values = {
            PLACE: quote(name.rpartition("/")[2]),
            HEAD: self._differences.head(name),
            _BODY: self._differences.body(context["body"]),
            _METADATA: context["metatags"],
            **_in_all_ways(_TITLE, context["title"]),
        }
        for each, link, title in ((before, _LINK_BACK, _PREVIOUS), (after, _LINK_ON, _NEXT)):
            if each is not None:
                values |= _in_all_ways(title, each["title"])
                values |= {link: each["link"], str(escape(link)): str(escape(each["link"]))}
        pieces = self._between(name, before is not None, after is not None)
        return "".join(values[piece] if at % 2 else piece for at, piece in enumerate(pieces))

    def _between(self, name: str, before: bool, after: bool) -> list[str]:
        """Return the pieces of the frame, of which every second one is a mark."""
        key = name.rpartition("/")[0], before, after
        if key not in self._pieces:
            context: dict[str, Any] = {
                "title": _TITLE,
                "body": _BODY,
                "metatags": _METADATA,
                "prev": {"link": _LINK_BACK, "title": _PREVIOUS} if before else None,
                "next": {"link": _LINK_ON, "title": _NEXT} if after else None,
                "parents": [],
                "meta": {},
                "toc": "",
                "display_toc": False,
                "sourcename": "",
            }
            whole = self._whole(f"{key[0]}/{PLACE}", context)
            self._pieces[key] = _MARKS.split(whole)
        return self._pieces[key]

    def _whole(self, name: str, context: dict[str, Any]) -> str:
        """Return a page as Sphinx makes it."""
        self._builder.handle_page(name, context, "page.html", outfilename=self._path)
        return self._path.read_text("utf-8")


def _in_all_ways(mark: str, title: str) -> dict[str, str]:
    """Return a title, which is HTML, by the mark as the theme has printed it."""
    plain, plain_title = (str(escape(Markup(each).striptags())) for each in (mark, title))  # noqa: S704 -- it is HTML
    return {mark: title, plain: plain_title}


_MARKS = re.compile(
    "("
    + "|".join(
        sorted(
            map(
                re.escape,
                [
                    *(PLACE, HEAD, _BODY, _METADATA),
                    *(way for mark in (_TITLE, _PREVIOUS, _NEXT) for way in _in_all_ways(mark, "")),
                    *(way for link in (_LINK_BACK, _LINK_ON) for way in (link, str(escape(link)))),
                ],
            ),
            key=len,
            reverse=True,
        )
    )
    + ")"
)
