"""Read the plain facts from the pages of a site, to compare them with those of the PDF and the reST document.

What only a site has (status, summary, citation, pages of milestones) has its own tests. Left out here are its
own headings, permanent links, and the brackets of footnotes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bs4 import BeautifulSoup, Tag
from tests.support.printed import Fact, plain

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

OF_THE_SITE = {"Contents", "How to cite", "Data"}
"""Headings of the landing page that the document does not have."""
HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}
FIELDS = {"authors": "Authors", "handle": "Handle", "revision": "Latest revision"}


def article(page: Path) -> Tag:
    """Return the text of a page, without links and labels that only a site has."""
    found = BeautifulSoup(page.read_text("utf-8"), "html.parser").find("article")
    assert isinstance(found, Tag)
    for extra in found.select("a.headerlink, .milepost-more, .fn-bracket, colgroup"):
        extra.decompose()
    return found


def fields(landing: Tag) -> dict[str, str]:
    """Return the fields of the title page, by their labels."""
    listed = landing.select_one("dl.milepost-title-page")
    assert listed is not None
    labels = [plain(term.get_text()).rstrip(":") for term in listed.find_all("dt")]
    values = [plain(value.get_text()) for value in listed.find_all("dd")]
    return dict(zip(labels, values, strict=True))


def document_pages(site: Path) -> list[Path]:
    """Return the pages of the document in the order of the contents."""
    landing = article(site / "index.html")
    links = [str(link["href"]) for link in landing.select("#contents a")]
    return [site / link for link in links if link.startswith("document/")]


def facts_of_site(site: Path) -> list[Fact]:
    """Return the facts about the document: those in the flow of the text, then captions and footnotes."""
    landing = article(site / "index.html")
    values = fields(landing)
    facts = [
        Fact("publisher", _text(_one(landing, ".milepost-publisher"))),
        Fact("title", _text(_one(landing, "h1"))),
        *(Fact(kind, values[label]) for kind, label in FIELDS.items()),
    ]
    notice = landing.select_one(".milepost-notice")
    if notice is not None:
        marks = [Fact("mark", plain(mark.extract().get_text())) for mark in notice.find_all("strong")]
        facts += [*marks, Fact("notice", plain(notice.get_text()).strip("– "))]
    for section in landing.select("section > section"):
        if _text(_one(section, "h2")) not in OF_THE_SITE:
            facts += _of_block(section)
    if "Source" in values:
        facts.append(Fact("paragraph", f"Document source location: {values['Source']}"))
    for page in document_pages(site):
        facts += _of_block(_one(article(page), "section"))
    last = ["caption", "footnote"]
    return sorted(facts, key=lambda fact: last.index(fact.kind) if fact.kind in last else -1)


def _one(node: Tag, selector: str) -> Tag:
    found = node.select_one(selector)
    assert found is not None, selector
    return found


def _of_block(node: Tag, kind: str = "number") -> Iterator[Fact]:
    """Yield the facts of an element; an element without a reader is an error."""
    if node.name == "section":
        yield from _of_section(node)
    elif node.name == "ol":
        for number, item in enumerate(_elements(node), start=1):
            yield from _of_item(item, kind, f"{number} " if kind == "reference" else f"{number}. ")
    else:
        yield from _READERS[node.name](node)


def _of_section(section: Tag) -> Iterator[Fact]:
    references = False
    for child in _elements(section):
        if child.name in HEADINGS:
            references = _text(child).endswith(" References")
            yield Fact("heading", _text(child))
        else:
            yield from _of_block(child, "reference" if references else "number")


def _of_box(box: Tag) -> Iterator[Fact]:
    """Yield the facts of a quotation, a table's frame or a program."""
    if any(name.startswith("highlight") for name in box.get_attribute_list("class") if name):
        yield from (
            Fact("literal", plain(line)) for line in _one(box, "pre").get_text().split("\n") if line.strip()
        )
    else:
        for child in _elements(box):
            yield from _of_block(child)


def _of_notes(notes: Tag) -> Iterator[Fact]:
    for note in notes.select("aside.footnote"):
        label = plain(_one(note, ".label").extract().get_text())
        yield Fact("footnote", f"{label} {_text(note)}")


def _of_anchor(anchor: Tag) -> Iterator[Fact]:
    assert not anchor.get_text()
    return iter(())


def _elements(node: Tag) -> list[Tag]:
    return [child for child in node.children if isinstance(child, Tag)]


def _of_item(item: Tag, kind: str, label: str) -> Iterator[Fact]:
    for position, block in enumerate(_elements(item)):
        if position == 0 and block.name == "p":
            yield Fact(kind, label + _text(block))
        else:
            yield from _of_block(block)


def _of_table(table: Tag) -> Iterator[Fact]:
    rows = [[_text(cell) for cell in _elements(row)] for row in table.find_all("tr")]
    kind = "change" if len(rows[0]) == 4 else "acronym"
    for position, cells in enumerate(rows):
        yield Fact(kind if position else "columns", " | ".join(cells))


def _text(node: Tag) -> str:
    """Return the text of an element; a mark of a footnote reads as in `tests.printed`."""
    for mark in node.select("a.footnote-reference"):
        mark.replace_with(f"⟦{mark.get_text()}⟧")
    return plain(node.get_text())


_READERS: dict[str, Callable[[Tag], Iterator[Fact]]] = {
    "p": lambda node: iter([Fact("paragraph", _text(node))]),
    "ul": lambda node: (fact for item in _elements(node) for fact in _of_item(item, "item", "")),
    "blockquote": _of_box,
    "details": _of_box,
    "div": _of_box,
    "table": _of_table,
    "figure": lambda node: iter([Fact("caption", _text(_one(node, "figcaption")))]),
    "aside": _of_notes,
    "span": _of_anchor,
}
