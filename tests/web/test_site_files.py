"""What a site says to programs about itself: feed, sitemap, head of the pages, how to cite the document."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any
from uuid import UUID
from xml.etree import ElementTree as ET

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from tests.support.documents import document
from tests.support.published import (
    ANY_TEXT,
    HOSTILE,
    MINIMAL,
    PRINTED,
    REAL,
    golden,
    published,
    published_values,
    real_values,
)

from milepost.prose.values import Emphasis, Link, Literal, Text
from milepost.views.document import ChangeView
from milepost.web.citation import bibtex, citation_text
from milepost.web.feeds import change_feed, robots, sitemaps
from milepost.web.head import Head, document_metadata, head_html, milestone_metadata, page_metadata

if TYPE_CHECKING:
    from collections.abc import Callable

    from milepost.views.document import DocumentView

ATOM = "{http://www.w3.org/2005/Atom}"
XHTML = "{http://www.w3.org/1999/xhtml}"
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
SITE = "https://docs.example.org/a&b/%C3%BC/"
TITLE = 'The DAQ of </title></script><!-- & "DP0.2": {50 % \\N; 1,2] SQuaRE'


@pytest.fixture
def hostile() -> DocumentView:
    return published(HOSTILE).view


def _sitemap(view: DocumentView) -> str:
    assert view.site is not None
    ((_, text),) = sitemaps(view.site, ["", "milestones/a-1.html?x='<&>\"", "é/{x}.html"])
    return text


def _heads(view: DocumentView) -> str:
    entries = published(HOSTILE).milestones.entries
    return (
        head_html(document_metadata(view, view.site, "X_1-b.pdf"))
        + head_html(page_metadata(view, "1 Part; of, it", "Section 1", f"{SITE}document/part.html"))
        + head_html(milestone_metadata(view, entries[0], f"{SITE}milestones/{entries[0].page}.html"))
        + head_html(milestone_metadata(view, entries[2], None))
    )


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("hostile.feed.xml", lambda view: change_feed(view, view.site)),
        ("hostile.sitemap.xml", _sitemap),
        ("hostile.head.html", _heads),
        ("hostile.bib", lambda view: bibtex(view, view.site)),
    ],
)
def test_golden_files(name: str, content: Callable[[DocumentView], str], hostile: DocumentView) -> None:
    actual = content(hostile).encode()
    assert actual == golden(name, actual)


# --- Feed --------------------------------------------------------------------------------------------------


def text_of(parent: ET.Element, tag: str) -> str:
    found = parent.find(f"{ATOM}{tag}")
    assert found is not None
    return "".join(found.itertext())


def links(parent: ET.Element) -> dict[str | None, str | None]:
    return {link.get("rel"): link.get("href") for link in parent.findall(f"{ATOM}link")}


def test_the_feed_is_the_change_record() -> None:
    source = real_values()
    feed = ET.fromstring(change_feed(published(REAL).view, "https://ldm-564.lsst.io/"))
    record = source["change_record"]
    assert feed.tag == f"{ATOM}feed"
    assert text_of(feed, "title") == "LDM-564: Change Record"
    assert text_of(feed, "updated") == f"{record[-1]['date']}T00:00:00Z"
    assert [text_of(author, "name") for author in feed.findall(f"{ATOM}author")] == source["document"][
        "authors"
    ]
    assert links(feed) == {
        "self": "https://ldm-564.lsst.io/feed.xml",
        "alternate": "https://ldm-564.lsst.io/#change-record",
    }
    entries = feed.findall(f"{ATOM}entry")
    assert len(entries) == len(record)
    for entry, change in zip(entries, reversed(record), strict=True):
        version = change.get("version")
        assert text_of(entry, "title") == (f"Version {version}" if version else f"Change of {change['date']}")
        assert text_of(entry, "updated") == f"{change['date']}T00:00:00Z"
        assert text_of(entry, "author") == change["owner"]
        assert links(entry) == {"alternate": "https://ldm-564.lsst.io/#change-record"}
        assert text_of(entry, "content") == re.sub(r":\w+:`([^`]+)`", r"\1", change["description"])
        issues = re.findall(r":jira:`([^`]+)`", change["description"])
        assert [link.get("href") for link in entry.iter(f"{XHTML}a")] == [
            f"https://rubinobs.atlassian.net/browse/{issue}" for issue in issues
        ]


def identifiers(*changes: dict[str, str], handle: str = "DOC-1") -> list[str]:
    """Return the identifiers of the entries of a feed, in the order of the record."""
    values = document(change_record=list(changes), document={"handle": handle})
    feed = ET.fromstring(change_feed(published_values(values).view, None))
    found = [text_of(entry, "id") for entry in feed.findall(f"{ATOM}entry")]
    assert len({*found, text_of(feed, "id")}) == len(changes) + 1
    return found[::-1]


def test_entries_of_the_feed_keep_their_identifiers() -> None:
    first = {"version": "1.0", "date": "2023-01-01", "owner": "A", "description": "First."}
    second = {"date": "2023-05-01", "owner": "A", "description": "The same."}
    found = identifiers(first, second, second)
    assert all(UUID(name.removeprefix("urn:uuid:")).version == 5 for name in found)
    assert identifiers(first, second, second, {**first, "version": "2.0", "date": "2023-06-01"})[:3] == found
    corrected = [{**change, "owner": "B", "description": "Corrected."} for change in (first, second, second)]
    assert identifiers(*corrected) == found
    assert identifiers({**first, "version": "1.1"}) != found[:1]
    assert not {*identifiers(first, second, second, handle="DOC-2")} & {*found}


def test_a_feed_of_nothing_without_an_address() -> None:
    minimal = published(MINIMAL).view
    feed = ET.fromstring(change_feed(minimal, None))
    assert text_of(feed, "updated") == "2020-02-29T00:00:00Z"  # RFC 4287, 4.1.1: a feed must have one
    assert text_of(feed, "author") == "N. N."
    assert feed.findall(f"{ATOM}entry") == feed.findall(f"{ATOM}link") == []


def test_entries_without_an_address_have_their_content(hostile: DocumentView) -> None:
    """RFC 4287, 4.1.2: an entry must have a link or its content."""
    feed = ET.fromstring(change_feed(hostile, None))
    assert [text_of(entry, "content") for entry in feed.findall(f"{ATOM}entry")] == [
        "Third, of the same day.",
        "Second.",
        "First, by R-1, with em & em, strong, ]]> <code> and A-1.",
    ]
    assert feed.findall(f".//{ATOM}link") == []


@given(ANY_TEXT)
@example("\x00\ufffe]]>&<\"'")
def test_any_text_makes_well_formed_xml(text: str) -> None:
    line = (Text(text), Emphasis(text), Literal(text), Link(text, "https://example.org/?a=1&b='\"<"))
    change = ChangeView(version=text, date="2030-01-01", description=line, owner=text)
    view = replace(published(HOSTILE).view, title=text, authors=(text,), changes=(change,))
    feed = ET.fromstring(change_feed(view, "https://example.org/a&b"))
    assert len(feed.findall(f"{ATOM}entry")) == 1
    (link,) = feed.iter(f"{XHTML}a")
    assert link.get("href") == "https://example.org/?a=1&b='\"<"


@given(PRINTED)
def test_the_feed_gives_printed_text_back(text: str) -> None:
    change = ChangeView(version=text, date="2030-01-01", description=(Text(text), Emphasis(text)), owner=text)
    view = replace(published(HOSTILE).view, title=text, authors=(text,), changes=(change,))
    feed = ET.fromstring(change_feed(view, None))
    assert (text_of(feed, "subtitle"), text_of(feed, "author")) == (text, text)
    (entry,) = feed.findall(f"{ATOM}entry")
    assert text_of(entry, "title") == f"Version {text}"
    assert text_of(entry, "content") == text * 2


# --- Sitemap and robots ------------------------------------------------------------------------------------


def locations(text: str) -> list[str | None]:
    return [each.text for each in ET.fromstring(text).iter(f"{SITEMAP}loc")]


def only_sitemap(site: str, pages: list[str]) -> list[str | None]:
    ((name, text),) = sitemaps(site, pages)
    assert name == "sitemap.xml"
    return locations(text)


def test_the_sitemap_lists_pages_in_their_order() -> None:
    assert only_sitemap("https://a.example/plan/", ["b.html", ""]) == [
        "https://a.example/plan/b.html",
        "https://a.example/plan/",
    ]
    assert only_sitemap("http://a.example/", ["ü.html"]) == ["http://a.example/%C3%BC.html"]
    assert only_sitemap("http://a.example/", []) == []


@given(st.text(min_size=1))
def test_any_address_makes_a_well_formed_sitemap(text: str) -> None:
    (location,) = only_sitemap("https://a.example/", [text])
    assert location is not None
    assert re.fullmatch(r"https://a\.example/[A-Za-z0-9:/?#\[\]@!$&'()*+,;=%._~-]*", location)


@pytest.mark.slow
def test_a_site_of_more_pages_than_a_sitemap_may_list_has_an_index() -> None:
    pages = [f"{number}.html" for number in range(50_001)]
    assert len(only_sitemap("https://a.example/", pages[1:])) == 50_000
    listed = {name: locations(text) for name, text in sitemaps("https://a.example/", pages)}
    assert listed["sitemap.xml"] == ["https://a.example/sitemap-1.xml", "https://a.example/sitemap-2.xml"]
    assert len(listed["sitemap-1.xml"]) == 50_000
    assert listed["sitemap-2.xml"] == ["https://a.example/50000.html"]


def test_robots_may_read_everything() -> None:
    assert robots("https://a.example/b") == (
        "User-agent: *\nAllow: /\n\nSitemap: https://a.example/b/sitemap.xml\n"
    )
    assert robots(None) == "User-agent: *\nAllow: /\n"


# --- Head --------------------------------------------------------------------------------------------------


class _HeadReader(HTMLParser):
    """Collects the elements of a head as a browser would find them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.scripts: list[str] = []
        self.stray = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag == "script":
            self.scripts.append("")

    def handle_data(self, data: str) -> None:
        if self.cdata_elem:
            self.scripts[-1] += data
        else:
            self.stray += data.strip()

    def handle_comment(self, data: str) -> None:
        raise AssertionError(data)

    @property
    def metas(self) -> list[tuple[str, str | None]]:
        return [
            (each.get("name") or each["property"] or "", each["content"])
            for tag, each in self.elements
            if tag == "meta"
        ]

    @property
    def json_ld(self) -> Any:
        (script,) = self.scripts
        return json.loads(script)


def read(head: Head) -> _HeadReader:
    reader = _HeadReader(head_html(head))
    assert {tag for tag, _ in reader.elements} <= {"meta", "link", "script"}
    assert reader.elements[-1] == ("script", {"type": "application/ld+json"})
    assert not reader.stray
    return reader


def test_the_head_of_the_real_landing_page() -> None:
    source = real_values()
    about = source["document"]
    abstract = about["abstract"].strip()
    site = "https://ldm-564.lsst.io/"
    head = read(document_metadata(published(REAL).view, site, "LDM-564.pdf"))
    assert head.metas == [
        ("description", abstract),
        *(("author", author) for author in about["authors"]),
        ("og:type", "article"),
        ("og:title", f"LDM-564: {about['title']}"),
        ("og:description", abstract),
        ("og:url", site),
        ("og:site_name", f"LDM-564: {about['title']}"),
        ("og:locale", "en_US"),
        ("twitter:card", "summary"),
        ("article:modified_time", "2024-12-01"),
        ("citation_title", about["title"]),
        *(("citation_author", author) for author in about["authors"]),
        ("citation_publication_date", "2024/12/01"),
        ("citation_technical_report_institution", "Vera C. Rubin Observatory Data Management"),
        ("citation_technical_report_number", "LDM-564"),
        ("citation_language", "en-US"),
        ("citation_abstract_html_url", site),
        ("citation_pdf_url", f"{site}LDM-564.pdf"),
    ]
    assert [(each["type"], each["href"]) for tag, each in head.elements if tag == "link"] == [
        ("application/atom+xml", "feed.xml"),
        ("text/calendar", "milestones.ics"),
        ("text/calendar", "milestones-forecast.ics"),
        ("application/json", "milestones.json"),
        ("text/csv", "milestones.csv"),
        ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "milestones.xlsx"),
    ]
    assert head.json_ld == {
        "@context": "https://schema.org",
        "@type": "Report",
        "name": about["title"],
        "reportNumber": "LDM-564",
        "identifier": "LDM-564",
        "url": site,
        "abstract": abstract,
        "author": [{"@type": "Person", "name": author} for author in about["authors"]],
        "publisher": {
            "@type": "Organization",
            "name": "Vera C. Rubin Observatory",
            "department": {"@type": "Organization", "name": "Data Management"},
        },
        "version": "2024-12-01 (0123abcd, with uncommitted changes)",
        "creativeWorkStatus": "Draft",
        "datePublished": "2024-12-01",
        "dateModified": "2024-12-01",
        "inLanguage": "en-US",
        "isBasedOn": "https://github.com/lsst/LDM-564",
        "encoding": {
            "@type": "MediaObject",
            "encodingFormat": "application/pdf",
            "contentUrl": f"{site}LDM-564.pdf",
        },
    }


def test_an_approved_document_is_its_version(hostile: DocumentView) -> None:
    head = read(document_metadata(hostile, None))
    values = head.json_ld
    assert (values["version"], values["creativeWorkStatus"]) == ("1.0 & <b>", "Approved")
    assert values["datePublished"] == "2029-06-01"
    assert ("citation_publication_date", "2029/06/01") in head.metas
    assert ("citation_title", TITLE) in head.metas
    assert (
        values["abstract"] == "A short text & </script><script>alert(1)</script>. Second paragraph, by R-1."
    )
    # Without an address and a PDF, their keys are left out.
    assert not {"url", "encoding", "license"} & set(values)
    assert not {"og:url", "citation_pdf_url", "citation_abstract_html_url"} & dict(head.metas).keys()


def test_a_document_without_an_abstract_is_described_by_its_title() -> None:
    head = read(document_metadata(published(MINIMAL).view, None))
    assert head.metas[0] == ("description", "Minimal")
    assert "abstract" not in head.json_ld
    assert head.json_ld["publisher"] == {"@type": "Organization", "name": "Nobody"}


def test_the_head_of_a_page(hostile: DocumentView) -> None:
    head = read(page_metadata(hostile, "1 <Part>", "What & why", f"{SITE}document/part.html"))
    assert head.metas == [
        ("description", "What & why"),
        ("og:type", "article"),
        ("og:title", "1 <Part>"),
        ("og:description", "What & why"),
        ("og:url", f"{SITE}document/part.html"),
        ("og:site_name", f"X_1+b: {TITLE}"),
        ("twitter:card", "summary"),
    ]
    assert head.json_ld == {
        "@context": "https://schema.org",
        "@type": "WebPage",
        "name": "1 <Part>",
        "description": "What & why",
        "url": f"{SITE}document/part.html",
        "inLanguage": "en",
        "isPartOf": {
            "@type": "Report",
            "name": TITLE,
            "reportNumber": "X_1+b",
            "identifier": "X_1+b",
            "url": SITE,
        },
    }


@pytest.mark.parametrize(
    ("code", "description"),
    [
        ("A-1", "Milestone of level 1 in X_1+b: due 2030-03-01, open, forecast 2030-04-01, 31 days late."),
        ("B-1", "Milestone of level 2 in X_1+b: due 2029-12-01, forecast 2030-01-15, overdue, 61 days late."),
        ("B-2", "Milestone of level 2 in X_1+b: due 2029-12-01, completed 2029-11-28, 3 days early."),
        ("C-1", "Milestone of level 3 in X_1+b: due 2031-01-01, open."),
    ],
)
def test_the_head_of_a_milestone(code: str, description: str, hostile: DocumentView) -> None:
    entry = published(HOSTILE).milestones.entry(code)
    assert entry is not None
    head = read(milestone_metadata(hostile, entry, f"{SITE}milestones/{entry.page}.html"))
    assert dict(head.metas)["description"] == dict(head.metas)["og:description"] == description
    assert dict(head.metas)["og:title"] == f"{code}: {entry.name}"
    term = head.json_ld["mainEntity"]
    assert (term["@type"], term["termCode"], term["name"]) == ("DefinedTerm", code, entry.name)
    assert term.get("alternateName") == (["OLD-1", "OLD/2"] if code == "A-1" else None)


@given(ANY_TEXT)
@example("</script><script>alert(1)</script>")
@example("<!--<script>")
@example('\u2028\u2029&lt;/script&gt;"\\')
def test_nothing_gets_out_of_the_head(text: str) -> None:
    view = replace(published(HOSTILE).view, title=text, authors=(text,), organisation=text)
    for head in (document_metadata(view, None), page_metadata(view, text, text, None)):
        assert not set(head.json_ld) & set("<>&\u2028\u2029")
        found = read(head)
        assert found.json_ld["name"] == text
        assert all(
            meta.content == content for meta, (_, content) in zip(head.metas, found.metas, strict=True)
        )


# --- How to cite -------------------------------------------------------------------------------------------


def test_citations_as_text(hostile: DocumentView) -> None:
    assert citation_text(published(REAL).view, "https://ldm-564.lsst.io/") == (
        "William O'Mullane, Frossie Economou, Tim Jenness, Andrew Loftus and John D. Swinbank (2024). "
        "Data Management Releases for Verification/Integration. "
        "LDM-564, draft of 2024-12-01 (0123abcd, with uncommitted changes), "
        "Vera C. Rubin Observatory Data Management. https://ldm-564.lsst.io/"
    )
    assert citation_text(hostile, None) == (
        f"Ann And Bob, O'Neil; x, y, z, <w> and Őry & Söhne_}} (2029). {TITLE}. "
        "X_1+b, version 1.0 & <b> of 2029-06-01, House, Sons & Co. {Ltd =GROUP()."
    )
    minimal = published(MINIMAL).view
    assert citation_text(minimal, None) == (
        "N. N. (2024). Minimal. MIN-1, draft of 2024-12-01 (0123abcd, with uncommitted changes), Nobody."
    )


def test_bibtex_of_the_real_document() -> None:
    assert bibtex(published(REAL).view, "https://ldm-564.lsst.io/") == (
        "@techreport{LDM-564,\n"
        "  author = {William O'Mullane and Frossie Economou and Tim Jenness and Andrew Loftus"
        " and John D. Swinbank},\n"
        "  title = {Data Management Releases for Verification/Integration},\n"
        "  institution = {Vera C. Rubin Observatory Data Management},\n"
        "  number = {LDM-564},\n"
        "  year = {2024},\n"
        "  month = dec,\n"
        "  note = {Draft of 2024-12-01 (0123abcd, with uncommitted changes)},\n"
        "  url = {https://ldm-564.lsst.io/},\n"
        "}\n"
    )


def entry_of(text: str) -> tuple[str, str, dict[str, str]]:
    """Return kind, key and fields of the one entry in `text`, by BibTeX's rules: each brace counts."""
    head = re.match(r"@(\w+)\{([^,\s{}\"#%~\\]+),", text)
    assert head is not None
    fields: dict[str, str] = {}
    position = head.end()
    while field := re.compile(r"\s*(\w+) = ").match(text, position):
        position = field.end()
        if text[position] == "{":
            depth, end = 1, position
            while depth:
                end += 1
                depth += {"{": 1, "}": -1}.get(text[end], 0)
            value = text[position + 1 : end]
            end += 1
        else:
            value = re.compile(r"\w+").match(text, position)[0]  # type: ignore[index]  # a month
            end = position + len(value)
        assert field[1] not in fields
        fields[field[1]] = value
        assert text[end] == ","
        position = end + 1
    assert text[position:] == "\n}\n"
    return head[1], head[2], fields


_COMMANDS = {
    "textbackslash": "\\",
    "textasciicircum": "^",
    "textasciitilde": "~",
    "textasciigrave": "`",
    "textbar": "|",
    "textless": "<",
    "textgreater": ">",
    "textquotedbl": '"',
    "textbraceleft": "{",
    "textbraceright": "}",
}
_TEX = re.compile(r"\\([a-z]+)\{\}|\\([$&#%_])|(\\/)|(\\-)|([{}])|(~)|([^\\$&#%_^])")


def printed(latex: str) -> str:
    """Return what LaTeX prints for text in a field."""
    result, position = "", 0
    while position < len(latex):
        found = _TEX.match(latex, position)
        assert found is not None, latex[position:]
        command, character, _, hyphen, _, tie, other = found.groups()
        result += _COMMANDS[command] if command else character or other or ("\xad" if hyphen else "")
        result += "\xa0" if tie else ""
        position = found.end()
    return result


def names_of(authors: str) -> list[str]:
    """Return the names that BibTeX finds: parted by ` and ` outside of braces, whatever its case."""
    names, depth, start = [], 0, 0
    for position, character in enumerate(authors):
        depth += {"{": 1, "}": -1}.get(character, 0)
        if depth == 0 and re.compile(r"\sand\s", re.IGNORECASE).match(authors, position):
            names.append(authors[start:position].strip())
            start = position + 4
    return [*names, authors[start:].strip()]


def test_bibtex_of_the_hostile_document(hostile: DocumentView) -> None:
    kind, key, fields = entry_of(bibtex(hostile, hostile.site))
    assert (kind, key) == ("techreport", "X_1-b")
    assert fields.pop("month") == "jun"
    assert fields.pop("url") == SITE
    assert names_of(fields["author"]) == [
        "{Ann And Bob}",
        "{O'Neil; x, y, z, \\textless{}w\\textgreater{}}",
        "Őry \\& Söhne\\_\\textbraceright{}",
    ]
    assert {name: printed(value) for name, value in fields.items() if name != "author"} == {
        "title": TITLE,
        "institution": "House, Sons & Co. {Ltd =GROUP()",
        "number": "X_1+b",
        "year": "2029",
        "note": "Version 1.0 & <b>",
    }


def test_styles_leave_the_capitals_of_acronyms() -> None:
    title = "The LSST and DP0.2 Plan: M1M3, SQuaRE & a EFD/TAP Test B of It"
    _, _, fields = entry_of(bibtex(replace(published(REAL).view, title=title), None))
    assert fields["title"] == (
        "The {LSST} and {DP0}.2 Plan: {M1M3}, {SQuaRE} \\& a {EFD}/{TAP} Test {B} of It"
    )


@given(PRINTED, PRINTED)
@example("{", "and")
@example("}{\\", "others")
@example("--- '' `` <<>> ?` !` ,,", "A and B, c, d, e")
def test_bibtex_gives_any_text_back(title: str, author: str) -> None:
    title, author = " ".join(title.split()), " ".join(author.split())  # as the loader leaves them
    view = replace(published(HOSTILE).view, title=title, authors=(author, "Last"))
    _, _, fields = entry_of(bibtex(view, "https://example.org/{x}"))
    assert printed(fields["title"]) == title
    assert [printed(name) for name in names_of(fields["author"])] == [author, "Last"]
    assert fields["url"] == "https://example.org/%7Bx%7D"
