"""The frame of a site: the 404 page, and pages among editions, with any address of the site."""

from __future__ import annotations

import json
import re
from html import unescape
from urllib.parse import unquote

import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st
from tests.support.published import HOSTILE, REAL, published

from milepost.base.addresses import uri
from milepost.web.edition_banner import Choice, Known, Notice, placed
from milepost.web.frame import from_anywhere, not_found
from milepost.web.head import head_html, page_metadata

SITES = st.text(
    st.characters(exclude_characters=' "\\<>^`|?#', exclude_categories=("C", "Z")), min_size=1
).map("https://example.org/a&b/{}/".format)
HTML = (
    '<html data-content_root="./"><a href="milestones/a-1.html">a</a><a href="./b.html?q=1&amp;r=2">b</a>'
    '<a href="#c">c</a><a href="https://example.com/">d</a><img src="e.svg"></html>'
)


@given(SITES)
def test_the_404_page_has_absolute_addresses(site: str) -> None:
    page = BeautifulSoup(from_anywhere(HTML, site), "html.parser")

    root = uri(site).removeprefix("https://example.org")
    assert [link["href"] for link in page.select("a")] == [
        f"{root}milestones/a-1.html",
        f"{root}b.html?q=1&r=2",
        "#c",
        "https://example.com/",
    ]
    assert [image["src"] for image in page.select("img")] == [f"{root}e.svg"]
    assert page.select("html")[0]["data-content_root"] == root
    assert len(page.find_all()) == 6
    assert re.fullmatch(r"[!-~]+", root)


def test_without_an_address_the_site_is_at_the_top_of_its_host() -> None:
    assert '<a href="/milestones/a-1.html">' in from_anywhere(HTML, None)


def test_the_404_page_names_the_pages() -> None:
    page = BeautifulSoup(not_found(published(REAL).view, ()), "html.parser")

    assert [link["href"] for link in page.select("a")] == ["index.html", "timeline.html"]
    assert page.select("form")[0]["action"] == "search.html"


@given(SITES)
def test_a_page_has_the_addresses_of_its_edition(site: str) -> None:
    before, after = f"{site}a.html", f"{site}v/1&2/a.html"
    head = head_html(page_metadata(published(HOSTILE).view, "A", "B", before))
    text = f'<head><link rel="canonical" href="x">{head}</head><!-- milepost:banner --><!-- milepost:end -->'
    notice = Notice(mark="<Draft>", here="1&2", superseded=True, current="3", href="../a&b.html")
    choice = Choice(name="1&2", what="<old>", href="'a&b\".html", here=True)

    page = BeautifulSoup(
        placed(
            f"{text}<!-- milepost:editions --><!-- milepost:end -->",
            notice,
            [choice],
            Known(before=before, after=after),
        ),
        "html.parser",
    )

    assert [link["href"] for link in page.select('[rel="canonical"]')] == [uri(after)]
    assert [meta["content"] for meta in page.select('[property="og:url"]')] == [uri(after)]
    assert json.loads(page.select("script")[0].get_text())["url"] == uri(after)
    assert [link["href"] for link in page.select("a")] == ["../a&b.html", "'a&b\".html"]
    assert "<Draft>" in page.get_text()


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("https://a.example/100%", "https://a.example/100%25"),
        ("https://a.example/100%25", "https://a.example/100%25"),
        ("https://a.example/%zz%4", "https://a.example/%25zz%254"),
        ("https://a.example/ü{x}", "https://a.example/%C3%BC%7Bx%7D"),
    ],
)
def test_an_address_becomes_a_uri(address: str, expected: str) -> None:
    assert uri(address) == expected
    assert unquote(unescape(uri(address))) == unquote(address)
