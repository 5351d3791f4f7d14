"""Other documents than the real one: a hostile, a minimal and an approved one, through the whole build.

`tests/golden` holds what is expected of them, for people to read: `.facts` everything that PDF and
reStructuredText say, `.tex` and `.rst` what is emitted. After a change that is meant, write them anew with

    MILEPOST_UPDATE_GOLDEN=1 python -m pytest tests/end_to_end/test_documents.py

and look at what `git diff` says.
"""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Any

import pytest
from docutils import nodes
from tests.support.printed import (
    DOCUMENTS,
    REVISION,
    REVISION_DATE,
    ROOT,
    Fact,
    contents_of_pdf,
    contents_of_rst,
    doctree,
    facts_of_pdf,
    facts_of_rst,
    pages_of_headings,
)

if TYPE_CHECKING:
    from tests.support.printed import Edition, Editions

pytestmark = pytest.mark.slow

GOLDEN = ROOT / "tests/golden"
DRAFT_MARK = "Draft Revision NOT YET Approved"


def golden(name: str, actual: str) -> str:
    """Return what is expected of the output `name`; `actual` is what it is now."""
    path = GOLDEN / name
    if os.environ.get("MILEPOST_UPDATE_GOLDEN"):
        path.write_text(actual, "utf-8")
    return path.read_text("utf-8")


def listed(facts: list[Fact]) -> str:
    return "".join(f"{fact.kind}: {fact.text}\n" for fact in facts)


@pytest.fixture(scope="module", params=["sonde", "minimal", "plan"])
def edition(request: pytest.FixtureRequest, editions: Editions) -> Edition:
    return editions(request.param)


@pytest.fixture(scope="module")
def sonde(editions: Editions) -> Edition:
    return editions("sonde")


def test_pdf_and_rst_say_the_golden_facts(edition: Edition) -> None:
    """The golden facts are read and corrected by people: every character is that of the YAML."""
    in_pdf = facts_of_pdf(edition.pages)
    name = f"{edition.workspace.source.parent.name}.facts"
    assert listed(in_pdf) == golden(name, listed(in_pdf))
    assert facts_of_rst(doctree(edition.rst.read_text("utf-8"))) == in_pdf


def test_emitted_latex(edition: Edition) -> None:
    tex = edition.tex.read_text("utf-8")
    assert tex.count(r"\begin{document}") == 1
    # The preamble, which hardly depends on the document, is in one of the two.
    name = edition.workspace.source.parent.name
    shown = tex if name == "minimal" else tex[tex.index(r"\begin{document}") :]
    assert shown == golden(f"{name}.tex", shown)


def test_emitted_rst(edition: Edition) -> None:
    rst = edition.rst.read_text("utf-8")
    assert rst == golden(f"{edition.workspace.source.parent.name}.rst", rst)


def test_contents_are_right(edition: Edition) -> None:
    entries, figures = contents_of_pdf(edition.pages)
    assert entries == pages_of_headings(edition.pages)
    assert figures == ([("1 The chart.", "1")] if edition.handle == "PLAN-1" else [])
    tree = doctree(edition.rst.read_text("utf-8"))
    assert [text for text, _ in contents_of_rst(tree)] == [text for text, _ in entries]


def test_nothing_sticks_out_and_nothing_is_missing(edition: Edition) -> None:
    log = edition.log.read_text("utf-8", errors="replace")
    assert not re.findall(r"^(?:Overfull|Missing character|.*undefined|.*multiply).*$", log, re.MULTILINE)


HOSTILE = "% $ _ { } & # ~ ^ \\ < > \" ' ` | -- --- '' `` [x] @ *bold* |sub| text_ :role:"


def test_hostile_characters_are_printed_as_they_are(sonde: Edition) -> None:
    """The golden facts may be written by a program that is wrong; this line is not."""
    assert Fact("item", f"{HOSTILE}⟦1⟧") in facts_of_pdf(sonde.pages)
    assert Fact("item", f"{HOSTILE}⟦1⟧") in facts_of_rst(doctree(sonde.rst.read_text("utf-8")))


def test_hostile_metadata(sonde: Edition) -> None:
    title = (
        "Плeйада & Ωmega: 100 % $x_1^2$ {Sonde} #7 ~ \\LaTeX <b> \"q\" 'a' `b` |c| -- --- '' `` [x] @ *bold*"
    )
    information = sonde.reader.metadata
    assert information is not None
    assert (information.title, information.author, information.subject) == (
        f"SONDE_7.b: {title}",
        "Ørjan Ångström-Łukasiewicz, José Őry & Söhne_, Γιώργος Σεφέρης, Фёдор *Достоевский*, Ștefan \\Țuțea",
        "Łódź & Århus *Sternwarte* e_V #1 {Gruppe} $G$ ^~",
    )
    root: Any = sonde.reader.root_object
    assert root["/Lang"] == "de"


def test_hostile_bookmarks(sonde: Edition) -> None:
    def titles(items: list[object]) -> list[str]:
        return [
            title
            for item in items
            for title in (titles(item) if isinstance(item, list) else [str(getattr(item, "title", ""))])
        ]

    headings = [text for text, _ in pages_of_headings(sonde.pages)]
    assert titles(list(sonde.reader.outline)) == ["Abstract", "Change Record", "Contents", *headings]


def test_hostile_addresses(sonde: Edition) -> None:
    """Links lead to exactly the addresses of the YAML, in both outputs."""
    addresses = {
        "https://example.org/~sonde/a_b?x=1&y=2%20z#frag_ment",
        "https://issues.example.org/a_b/S_1-9?q=1&r=2#c_d",
        "https://example.org/a_(b)~c?d=%C3%A9&e#f",
        "https://example.org/x_y",
        "https://example.org/",
        "https://example.org/z_2~x?a=b&c=%20#d",
    }
    in_pdf = {
        annotation.get_object()["/A"]["/URI"]
        for page in sonde.reader.pages
        for annotation in page.get("/Annots", [])
        if "/URI" in annotation.get_object().get("/A", {})
    }
    tree = doctree(sonde.rst.read_text("utf-8"))
    in_rst = {link["refuri"] for link in tree.findall(nodes.reference) if "refuri" in link}
    assert in_pdf == in_rst == addresses


def test_code_keeps_its_indentation(sonde: Edition) -> None:
    printed = [
        (run.left, run.text)
        for page in sonde.pages
        for line in page.body
        for run in line.runs[:1]
        if run.mono and "\\" in run.text
    ]
    lefts = {text.split()[0]: left for left, text in printed}
    assert lefts["a_1"] > lefts["\\begin{tabular}{l}"] == lefts["\\end{document}"]
    tree = doctree(sonde.rst.read_text("utf-8"))
    code = [
        r"\begin{tabular}{l} % kein TeX",
        r"  a_1 & b^2 \\",
        "",
        """  --- '' `` <x> "y" 'z' ~ | $""",
        r"\end{document}",
    ]
    assert [node.astext().split("\n") for node in tree.findall(nodes.literal_block)] == [
        code,
        ["$ make   all"],
        [".. raw:: latex", "", r"   \input{/etc/passwd}"],
    ]


def test_running_header_and_footer_of_the_hostile_document(sonde: Edition) -> None:
    header = f"Sonde_7 & *Ω* \\relax 100 % SONDE_7.b Latest Revision {REVISION_DATE}"
    assert {" ".join(sorted(" ".join(page.header).split())) for page in sonde.pages if page.header} == {
        " ".join(sorted(header.split()))
    }
    footer = "*ENTWURF* – nicht_frei & 50 % – Unter Kontrolle & 100 %"
    assert {page.footer[:-1] for page in sonde.pages} == {(footer,)}


def test_minimal_document_has_no_empty_parts(editions: Editions) -> None:
    minimal = editions("minimal")
    assert [" ".join(line.text() for line in page.body) for page in minimal.pages] == [
        f"Nobody Minimal N. N. MIN-1 Latest Revision: {REVISION} Draft",
        "Contents 1 Nothing 1",
        "Minimal 1 Nothing",
    ]
    assert [page.footer for page in minimal.pages] == [("Draft", "i"), ("Draft", "ii"), ("Draft", "1")]


def test_approved_document_bears_no_mark_of_a_draft(editions: Editions) -> None:
    """Approval changes the mark, the footer, the keywords and the date, and not a word of the rest."""
    draft, approved = editions("real"), editions("real-approved")
    assert DRAFT_MARK in draft.pdf_text()
    for text in (approved.pdf_text(), approved.rst.read_text("utf-8"), approved.tex.read_text("utf-8")):
        assert "draft" not in re.sub(r"\\definecolor\{draft\}.*", "", text).casefold()
    assert "draft" not in repr(approved.reader.metadata).casefold()
    control = (
        "The contents of this document are subject to configuration control by the Rubin Observatory DM "
        "Change Control Board."
    )
    assert {" ".join(page.footer[:-1]) for page in approved.pages} == {control}
    issued = REVISION.replace(REVISION_DATE, "2023-08-13")  # the date of the last change
    assert facts_of_pdf(approved.pages) == [
        fact._replace(text=fact.text.replace(REVISION, issued))
        for fact in facts_of_pdf(draft.pages)
        if fact.kind != "mark"
    ]
    assert facts_of_rst(doctree(approved.rst.read_text("utf-8"))) == facts_of_pdf(approved.pages)


def test_documents_are_valid_and_named_here() -> None:
    assert {path.stem for path in (ROOT / "tests/data/documents").glob("*.yaml")} == set(DOCUMENTS) - {"real"}
