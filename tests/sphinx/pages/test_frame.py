"""Pages in a frame that is made once are the same as the pages that the theme makes, each by itself."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING, Any

import pytest
from jinja2 import Environment

from milepost.sphinx.domain import Differences
from milepost.sphinx.pages.contents import context
from milepost.sphinx.pages.frame import HEAD, PLACE, Frame
from milepost.web.milestone_page import Linked

if TYPE_CHECKING:
    from pathlib import Path

# As Furo prints them.
THEME = """\
<title>{{ title|striptags|e }} - Big</title>{% if metatags %}{{ metatags }}{% endif %}{{ head }}
<link rel="canonical" href="https://example.org/milestones/{{ target }}.html">
{% if next %}<link rel="next" title="{{ next.title|striptags|e }}" href="{{ next.link|e }}">{% endif %}
{% if prev %}<link rel="prev" title="{{ prev.title|striptags|e }}" href="{{ prev.link|e }}">{% endif %}
<article>{{ body }}</article>{{ extra }}
{% if next %}<a href="{{ next.link }}">{{ next.title }}</a>{% endif %}
{% if prev %}<a href="{{ prev.link }}">{{ prev.title }}</a>{% endif %}
"""
TITLES = ("A-1: plain", "B-2: <b>bold</b> & 'it' \"x\"", "C-3: &amp; <!-- x -->", "D-4: {{ 7 }} \\1 \\g<0>")


class Theme:
    """Makes pages as Sphinx does by a theme."""

    def __init__(self, extra: str = "") -> None:
        self.pages = 0
        self._extra = extra

    def handle_page(self, name: str, context: dict[str, Any], template: str, outfilename: Path) -> None:
        self.pages += 1
        assert template == "page.html"
        page = name.removeprefix("milestones/")
        values = {
            "body": _body(context["body"]),
            "head": HEAD if page == PLACE else _head(name),
            "target": page,
            "extra": self._extra if page == "a-1" else "",
        }
        text = Environment(autoescape=False).from_string(THEME).render({**context, **values})
        outfilename.write_text(text, "utf-8")


def _head(name: str) -> str:
    return f'<meta name="page" content="{name}">'


def _body(body: str) -> str:
    return body.replace("<pre>", '<pre tabindex="0">')


def _pages() -> list[tuple[str, dict[str, Any]]]:
    links = [Linked(text=title, href=f"{title[:3].lower()}.html?a=1&b=2") for title in TITLES]
    around = zip([None, *links[:-1]], links, [*links[1:], None], strict=True)
    return [
        (
            f"milestones/{each.text[:3].lower()}",
            context(each.text, f"<pre>{html.escape(each.text)}</pre>", "<meta>", before, after),
        )
        for before, each, after in around
    ]


def _frame(theme: Theme, path: Path) -> Frame:
    return Frame(theme, Differences(_head, _body), path)  # type: ignore[arg-type]  # a part of a builder


def test_a_page_is_as_the_theme_makes_it(tmp_path: Path) -> None:
    theme = Theme()
    frame = _frame(theme, tmp_path / "frame")
    made = [frame.page(name, page) for name, page in _pages()]
    times = theme.pages

    for (name, page), text in zip(_pages(), made, strict=True):
        theme.handle_page(name, page, "page.html", tmp_path / "page")
        assert text == (tmp_path / "page").read_text("utf-8")
    assert times == 3  # without a page before it, with both, without one after it
    assert frame.fits(_pages())


@pytest.mark.parametrize(("extra", "fits"), [("", True), ("<p>of this page</p>", False)])
def test_a_theme_that_shows_more_of_a_page_is_noticed(tmp_path: Path, extra: str, *, fits: bool) -> None:
    assert _frame(Theme(extra), tmp_path / "frame").fits(_pages()) is fits
