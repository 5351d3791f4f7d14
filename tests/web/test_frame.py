"""The frame of a site: the 404 page, and pages among editions, with any address of the site."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from html import unescape
from urllib.parse import unquote

import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import escape
from tests.support.published import HOSTILE, REAL, published

from milepost.base.addresses import absolute, uri
from milepost.web.editions.addresses import Addresses, addressed, unindexed
from milepost.web.editions.page import Choice, Notice, Switcher, placed
from milepost.web.frame import from_anywhere, not_found
from milepost.web.head import document_metadata, head_html, page_metadata

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

    assert [link["href"] for link in page.select("a")] == ["index.html", "timeline.html", "status.html"]
    assert page.select("form")[0]["action"] == "search.html"


@given(SITES)
def test_a_page_has_the_addresses_of_its_edition(site: str) -> None:
    view = replace(published(HOSTILE).view, site=site)
    of_page = head_html(page_metadata(view, "A", "B", absolute(site, "a.html")))
    of_document = head_html(document_metadata(view, site, "b&c.pdf"))
    cited = f'<section id="how-to-cite"><p>{escape(site)}, {escape(uri(site))}x.</p></section>'
    text = f'<head><link rel="canonical" href="x">{of_page}{of_document}</head>{cited}{escape(site)}'
    here, there = absolute(site, "v/1&2/"), absolute(site, "latest/a.html")

    page = BeautifulSoup(
        addressed(
            text,
            Addresses(
                site=site,
                built=site,
                here=here,
                permanent=absolute(site, "v/12/"),
                page="a.html",
                canonical=there,
                files=frozenset({"a.html", "b&c.pdf"}),
            ),
        ),
        "html.parser",
    )

    assert [link["href"] for link in page.select('[rel="canonical"]')] == [there]
    assert {str(meta["content"]) for meta in page.select('[property="og:url"]')} == {there}
    assert page.select('[name="citation_pdf_url"]')[0]["content"] == f"{here}b&c.pdf"
    assert page.select('[name="citation_abstract_html_url"]')[0]["content"] == here
    of_page_data, of_document_data = (json.loads(each.get_text()) for each in page.select("script"))
    assert of_page_data["url"] == there
    assert of_page_data["isPartOf"]["url"] == uri(site)
    assert of_document_data["encoding"]["contentUrl"] == f"{here}b&c.pdf"
    assert page.select("p")[0].get_text() == f"{absolute(site, 'v/12/')}, {uri(site)}x."
    assert page.get_text().endswith(site)


def test_what_is_put_into_a_page_is_escaped() -> None:
    text = "<!-- milepost:banner -->x<!-- milepost:end --><!-- milepost:editions --><!-- milepost:end -->"
    here = Choice(name="1&2", what="<old>", href="'a&b\".html", here=True)
    there = Choice(name='3"', what="", href="../a&b.html", here=False, lacks='<"R">')
    notice = Notice(kind="superseded", mark="<Draft>", here="1&2", current=there)
    page = BeautifulSoup(
        placed(text, notice, Switcher(here='<"1">', always=(), editions=(here, there))), "html.parser"
    )

    assert [link["href"] for link in page.select("a")] == ["../a&b.html", "'a&b\".html", "../a&b.html"]
    assert [link.get("data-milepost-lacks") for link in page.select("a")] == ['<"R">', None, '<"R">']
    (banner,), (label,) = page.select(".milepost-banner p"), page.select("summary")
    assert banner.get_text() == '<Draft> (1&2, superseded). The current edition is 3".'
    assert label.get_text() == 'Edition: <"1">'
    assert page.select("details")[0]["data-edition"] == '<"1">'


def test_a_page_says_that_it_is_not_for_search_engines() -> None:
    page = BeautifulSoup(unindexed("<head><title>a</title></head>"), "html.parser")

    assert page.select('head > meta[name="robots"]')[0]["content"] == "noindex"


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
