"""The layout for Rubin Observatory's document class, typeset by XeLaTeX with a stand-in for that class.

The class is not part of this repository. The stand-in, `tests/data/texmf/tex/latex/lsstdoc.cls`, has its
interface, engine, packages, typeface and measure.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import unicodedata
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any

import pytest
from pypdf import PdfReader
from tests.end_to_end.test_parity import FACTS, MARK, METADATA, SOURCE
from tests.support.documents import document, view
from tests.support.printed import DOCUMENTS, ROOT

from milepost.base.errors import MilepostError
from milepost.latex import engine, pdf
from milepost.loading.load import loads
from milepost.render.documents import latex
from milepost.views.document import RevisionLine
from milepost.views.resolve import resolve

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from milepost.views.document import DocumentView

pytestmark = pytest.mark.slow

TEXMFHOME = ROOT / "tests/data/texmf"
INTERFACE = {
    *("vcsRevision", "vcsDate", "title", "author", "setDocRef", "setDocDate", "setDocUpstreamLocation"),
    *("setDocUpstreamVersion", "setDocCurator", "setDocAbstract", "setDocChangeRecord", "addtohist"),
    *("maketitle", "citeds", "jira"),
}
"""The commands of the class that a document uses."""


def real(status: str = "draft") -> DocumentView:
    """Return the real document for the class lsstdoc."""
    source = DOCUMENTS["real"].read_text("utf-8")
    for key, value in {"class": "lsstdoc", "status": status}.items():
        source, count = re.subn(rf"(?m)^  {key}: \S+", f"  {key}: {value}", source)
        assert count == 1
    loaded = loads(source.encode(), "milestones.yaml")
    revision = RevisionLine(date=date(2024, 11, 30), commit="0123abcd", modified=True)
    return resolve(loaded.document, loaded.places, revision)


def emitted(status: str = "draft") -> str:
    return latex(real(status))


@dataclass(frozen=True)
class Printed:
    """A document that has been typeset.

    Attributes:
        pdf: the file.
        log: the text of XeLaTeX's log.
    """

    pdf: Path
    log: str

    @cached_property
    def reader(self) -> PdfReader:
        return PdfReader(self.pdf)

    @cached_property
    def bodies(self) -> tuple[str, ...]:
        """The text of each page without header and footer."""
        area = ("-x", "0", "-y", "100", "-W", "612", "-H", "618")
        done = subprocess.run(
            ["pdftotext", "-layout", *area, str(self.pdf), "-"], capture_output=True, check=True, text=True
        )
        return tuple(done.stdout.split("\f")[:-1])

    @cached_property
    def text(self) -> str:
        """The words of all bodies without spaces."""
        return squeezed("".join(self.bodies))

    @cached_property
    def sizes(self) -> set[float]:
        """The sizes of type on all pages, in points."""
        done = subprocess.run(
            ["pdftohtml", "-xml", "-i", "-stdout", "-zoom", "3", str(self.pdf)],
            capture_output=True,
            check=True,
            text=True,
        )
        return {int(size) / 3 for size in re.findall(r'<fontspec [^>]*size="(\d+)"', done.stdout)}

    @cached_property
    def words(self) -> tuple[tuple[float, ...], ...]:
        """The edges of each word: left, top, right and bottom."""
        done = subprocess.run(
            ["pdftotext", "-bbox", str(self.pdf), "-"], capture_output=True, check=True, text=True
        )
        found = re.findall(r'<word xMin="([^"]+)" yMin="([^"]+)" xMax="([^"]+)" yMax="([^"]+)"', done.stdout)
        return tuple(tuple(map(float, edges)) for edges in found)

    def links(self) -> Iterator[Any]:
        for page in self.reader.pages:
            for annotation in page.get("/Annots", ()):
                link = annotation.get_object()
                if link["/Subtype"] == "/Link":
                    yield link


def typeset(edition: DocumentView, directory: Path) -> Printed:
    """Typeset a document with the stand-in; `tests.conftest` refuses what is too wide or too high."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TEXMFHOME", str(TEXMFHOME))
        result = pdf.document_pdf(edition, directory, epoch=0)
    return Printed(result.pdf, result.log.read_text("utf-8", errors="replace"))


def squeezed(words: str) -> str:
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", words).replace("’", "'"))


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> Printed:
    return typeset(real(), tmp_path_factory.mktemp("lsstdoc"))


# --- The LaTeX --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "options"),
    [("draft", "DM,lsstdraft,toc"), ("approved", "DM,toc"), ("obsolete", "DM,obsolete,toc")],
)
def test_class_options(status: str, options: str) -> None:
    assert emitted(status).splitlines()[1] == rf"\documentclass[{options}]{{lsstdoc}}"


def test_what_the_class_prints_itself_is_left_to_it() -> None:
    tex = emitted()
    defined = set(re.findall(r"\\(?:newcommand|DeclareRobustCommand)\*?\{?\\(\w+)", tex))
    assert INTERFACE - defined == INTERFACE - {"vcsRevision", "vcsDate"}
    assert not re.search(
        r"\\(?:fancy|[lcr]head|[lcr]foot|thispagestyle|geometry|titlepage|tableofcontents)", tex
    )
    for text in (MARK, METADATA["control_notice"], METADATA["control_footer"]):
        assert " ".join(text.split()) not in " ".join(tex.split())


def test_preamble() -> None:
    address = "https://github.com/lsst/LDM-564"
    preamble = emitted().partition(r"\title[")
    assert r"\newcommand{\vcsRevision}{0123abcd-dirty}" in preamble[0].splitlines()
    assert r"\newcommand{\vcsDate}{2024-11-30}" in preamble[0].splitlines()
    assert "".join(preamble[1:]).partition("\\setDocChangeRecord")[0].splitlines() == [
        rf"\title[{real().running_title}]{{{METADATA['title']}}}",
        rf"\author{{{', '.join(METADATA['authors'])}}}",
        r"\setDocRef{LDM-564}",
        r"\setDocDate{2024-11-30}",
        rf"\setDocUpstreamLocation{{\weblink{{{address.encode().hex().upper()}}}{{{address}}}}}",
        r"\setDocUpstreamVersion{0123abcd-dirty}",
        r"\setDocAbstract{%",
        METADATA["abstract"].strip(),
        "",
        "}",
    ]


def test_what_is_no_draft_has_the_date_of_its_last_change() -> None:
    for status in ("approved", "obsolete"):
        tex = emitted(status)
        assert r"\setDocDate{2023-08-13}" in tex
        assert r"\newcommand{\vcsDate}{2024-11-30}" in tex


def test_references_have_the_label_that_natbib_prints() -> None:
    """The class prints what natbib takes for the year: Rubin's own style of BibTeX gives the handle there."""
    labels = re.findall(r"\\bibitem\[\{\{(.*?)\}\((.*?)\)\}\]\{(.*?)\}", emitted())
    assert [(handle, key) for _, handle, key in labels] == [
        (handle, handle) for handle in SOURCE["references"]
    ]
    assert labels[0][0] == "Comoretto, G."


# --- The pages --------------------------------------------------------------------------------------------


def test_the_title_page_and_the_change_record_are_made_by_the_class(printed: Printed) -> None:
    title, abstract, record = map(squeezed, printed.bodies[:3])
    assert title == squeezed(
        f"{METADATA['title']} {', '.join(METADATA['authors'])} LDM-564 Latest Revision: 2024-11-30 "
        "Group DM DRAFT BY THE CLASS"
    )
    assert abstract == squeezed(f"Abstract {METADATA['abstract']}")
    assert record.endswith(squeezed(f"Location: {METADATA['source']} Version: 0123abcd-dirty"))
    assert re.findall(r"20\d\d-\d\d-\d\d", record) == [row["date"] for row in SOURCE["change_record"]]


def test_everything_is_printed_in_order(printed: Printed) -> None:
    """What the class does not print itself is in the same order as in the layout milepost."""
    title = squeezed(METADATA["title"])
    position = printed.text.index(f"{title}1Introduction")
    # Footnotes are at the foot of their page.
    notes = [squeezed(fact.text) for fact in FACTS if fact.kind == "footnote"]
    text = printed.text
    for note in notes:
        words = re.sub(r"^⟦(\d+)⟧", r"\1", note)
        assert words in text
        text = text.replace(words, "", 1)
    for fact in FACTS:
        if fact.kind not in {"heading", "paragraph", "item", "acronym", "reference"}:
            continue
        if fact.text in {"Abstract", "Change Record"} or fact.text.startswith("Document source location"):
            continue
        if fact.text == METADATA["abstract"].strip():
            continue
        words = squeezed(fact.text.replace(" | ", " ").replace("⟦", "").replace("⟧", ""))
        if fact.kind == "reference":
            words = re.sub(r"^(\d+)", r"[\1]", words)
        found = text.find(words, position)
        assert found >= 0, (fact, text[position : position + 300])
        position = found + 1


def test_nothing_is_undefined_and_no_character_is_missing(printed: Printed) -> None:
    assert not re.findall(
        r"^(?:Missing character|.*undefined|.*multiply|Overfull).*$", printed.log, re.MULTILINE
    )
    assert "(year?)" not in printed.text


def test_links_have_no_boxes_and_lead_somewhere(printed: Printed) -> None:
    links = list(printed.links())
    assert len(links) > 70
    assert all(list(link.get("/Border", (0, 0, 0)))[2] == 0 for link in links)
    targets = set(printed.reader.named_destinations)
    inner = [str(link["/A"]["/D"]) for link in links if link.get("/A", {}).get("/S") == "/GoTo"]
    inner += [str(link["/Dest"]) for link in links if "/Dest" in link]
    assert len(inner) > 50
    assert set(inner) <= targets


def test_text_is_six_points_high_and_on_the_page(printed: Printed) -> None:
    assert min(printed.sizes) >= 6
    assert len(printed.words) > 3000
    for left, top, right, bottom in printed.words:
        assert 72 - 1 <= left < right <= 540 + 1
        assert 20 <= top < bottom <= 780


def test_no_page_ends_with_a_heading_or_before_a_first_item(printed: Printed) -> None:
    first = next(
        number for number, body in enumerate(printed.bodies) if "1 Introduction" in " ".join(body.split())
    )
    for body, following in zip(printed.bodies[first + 2 :], printed.bodies[first + 3 :], strict=False):
        lines = [line for line in body.splitlines() if line.strip()]
        assert not re.match(r"\d+(?:\.\d+)+ ", lines[-1])
        if lines[-1].startswith("Due:"):
            assert not following.lstrip().startswith("•")


# --- Other documents --------------------------------------------------------------------------------------

ADDRESS = (
    "https://docs.example.org/docushare/dsweb/Get/LSE-30/LSE-30_Observatory_System_Specifications"
    "_Rev20180814_final_signed.pdf?one=1&two=2#part-3"
)
CODE = "LONG-" * 19 + "1"


@pytest.fixture(scope="module")
def unusual(tmp_path_factory: pytest.TempPathFactory) -> Printed:
    """Return an obsolete document with much of everything that is rare."""
    text = (
        f"Δοκιμή and проверка, see “:cite:`A_B&C`”s, :cite:`{CODE}` and :ref:`chart`; with a note [#]_.\n\n"
    )
    note = ".. [#] A note on Ω.\n"
    record = [
        {
            "version": str(number),
            "date": "2023-01-02",
            "owner": "Ж. Δ",
            "description": f"Change {number}, :jira:`X-1`",
        }
        for number in range(1, 71)
    ]
    plan = {
        f"M-{number}": {"name": f"Milestone {number}", "level": "1", "due": "2024-03-01"}
        for number in range(150)
    }
    values = document(
        document={
            "class": "lsstdoc",
            "status": "obsolete",
            "title": "Δ 100 % & more_ Проверка",
            "authors": ["Ж. Дё", "Γιώργος"],
            "short_title": "[Δ]",
            "curator": "C. Ж",
            "source": ADDRESS,
            "abstract": "Об этом.",
        },
        change_record=record,
        sections=[
            {"title": "Über Δ [1]", "text": f"{text}A link {ADDRESS} in it.\n\n.. figure:: chart\n\n{note}"},
            {"title": "Plan", "milestones": {"level": "2", "no_deliveries": "Nothing."}},
        ],
        milestones=plan | {CODE: {"name": "Long", "level": "2", "due": "2024-03-01"}},
        figures={"chart": {"kind": "gantt", "level": "1", "caption": "All of :cite:`A_B&C`."}},
        references={
            "A_B&C": {"authors": ["Group (of A)", "B_, C."], "year": "2018", "title": "T", "url": ADDRESS},
            CODE: {"authors": ["Long, L."], "year": "2019", "title": "L"},
        },
    )
    return typeset(view(values), tmp_path_factory.mktemp("unusual"))


def test_an_obsolete_document_says_so_in_the_words_of_the_class(unusual: Printed) -> None:
    assert squeezed("OBSOLETE BY THE CLASS") in squeezed(unusual.bodies[0])
    assert squeezed("Latest Revision: 2023-01-02") in squeezed(unusual.bodies[0])


def test_letters_that_the_title_page_of_the_class_does_not_have_are_printed(unusual: Printed) -> None:
    assert squeezed(unusual.bodies[0]).startswith(squeezed("Δ 100 % & more_ Проверка Ж. Дё, Γιώργος"))
    assert r"\sfdefault" not in emitted()


def test_rare_letters_handles_and_codes_are_printed(unusual: Printed) -> None:
    assert squeezed(f"Δοκιμή and проверка, see “A_B&C”s, {CODE} and Figure 1") in unusual.text
    assert squeezed(f"A link {ADDRESS} in it.") in unusual.text
    assert squeezed(f"Curator: C. Ж Location: {ADDRESS}") in unusual.text
    assert squeezed("[1] [A_B&C], Group (of A), B_, C., 2018, T, A_B&C") in unusual.text
    assert not re.findall(r"Missing character|undefined on input", unusual.log)


def test_all_parts_of_a_long_chart_and_a_long_change_record_are_printed(unusual: Printed) -> None:
    for number in range(1, 71):
        assert squeezed(f"{number} 2023-01-02 Change {number}, X-1 Ж. Δ") in unusual.text
    assert all(squeezed(f"Milestone {number}") in unusual.text for number in range(150))
    parts = re.findall(r"Figure1\((\d)of(\d)\):All", unusual.text, re.IGNORECASE)
    assert [part for part, _ in parts] == [str(number) for number in range(1, int(parts[0][1]) + 1)]
    assert len(parts) > 2


def test_what_is_rare_is_on_the_page_too(unusual: Printed) -> None:
    assert min(unusual.sizes) >= 6
    for left, top, right, bottom in unusual.words:
        assert 72 - 1 <= left < right <= 540 + 1
        assert 20 <= top < bottom <= 780


@pytest.fixture(scope="module")
def difference(tmp_path_factory: pytest.TempPathFactory) -> Printed:
    """Return the difference of two small documents, as the command makes it."""
    directory = tmp_path_factory.mktemp("difference")
    milestones: dict[str, dict[str, Any]] = {
        "M-1": {"name": "First", "level": "1", "due": "2024-03-01", "predecessors": ["M-2"]},
        "M-2": {"name": "Second", "level": "2", "due": "2024-02-01"},
    }
    values = document(
        document={"class": "lsstdoc", "abstract": "About it."},
        change_record=[
            {"version": "1", "date": "2024-01-02", "owner": "A", "description": "First, :jira:`X-1`."}
        ],
        sections=[
            {"title": "Text", "text": "It is old & said by :cite:`REF-1`. [#]_\n\n.. [#] A remark."},
            {"title": "Plan", "milestones": {"level": "1", "no_deliveries": "Nothing."}},
        ],
        milestones=milestones,
        references={"REF-1": {"authors": ["Old, O."], "year": "2018", "title": "T"}},
        acronyms={"AB": {"definition": "One", "keep": "true"}},
    )
    (directory / "old.yaml").write_text(json.dumps(values))
    values["document"]["title"] = "Plan of the bureau"
    values["sections"][0]["text"] = (
        "It is new & said by :cite:`REF-2`, with more words. [#]_\n\n.. [#] A note."
    )
    values["sections"].reverse()
    milestones["M-2"]["due"] = "2024-05-01"
    values["references"] = {"REF-2": {"authors": ["New, N."], "year": "2019", "title": "T"}}
    values["acronyms"]["CD"] = {"definition": "Two", "keep": "true"}
    values["change_record"].append(
        {"version": "2", "date": "2024-01-03", "owner": "B", "description": ":jira:`X-2`"}
    )
    (directory / "new.yaml").write_text(json.dumps(values))
    done = subprocess.run(
        [sys.executable, "-m", "milepost", "diff", "old.yaml", "new.yaml"],
        cwd=directory,
        env={**os.environ, "TEXMFHOME": str(TEXMFHOME)},
        capture_output=True,
        check=False,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    log = (directory / "build/diff-work/DOC-1-diff.log").read_text("utf-8", errors="replace")
    return Printed(directory / "build/diff/DOC-1-diff.pdf", log)


def test_a_difference_is_shown_in_the_class_of_the_document(difference: Printed) -> None:
    title, text = squeezed(difference.bodies[0]), difference.text
    assert squeezed("Plan of the office bureau") in title
    assert "Stand-in" in " ".join(page.extract_text() for page in difference.reader.pages)
    for words in (
        "Changes from old.yaml to new.yaml",
        "First, X-1.",
        "X-2",
        "It is old new & said by REF-1 REF-2, with more words.",
        "A remark. A note.",
        "M-2: Second (Due: 2024-02-01 2024-05-01; currently incomplete)",
        "moved from",
        "CD Two",
    ):
        assert squeezed(words) in text, words
    assert not re.findall(
        r"^(?:Missing character|.*undefined on|.*multiply|Overfull).*$", difference.log, re.MULTILINE
    )


def test_a_difference_has_colours_lines_and_bars(difference: Printed) -> None:
    drawn = b"".join(page.get_contents().get_data() for page in difference.reader.pages)  # type: ignore[union-attr]
    assert b"0 0.333 0.667 rg" in drawn
    assert b"0.667 0.067 0.2 rg" in drawn
    bars = re.findall(rb"1\.49\d* w [-\d.]+ ([-\d.]+) m [-\d.]+ ([-\d.]+) l", drawn)
    assert len(bars) > 8
    assert all(8 < float(top) - float(bottom) < 60 for bottom, top in bars)


def test_contents_are_those_of_the_new_edition(difference: Printed) -> None:
    contents = next(body for body in difference.bodies if "Contents" in body)
    assert re.findall(r"^ *([\d.]+) +(\w+)", contents, re.MULTILINE) == [
        ("1", "Plan"),
        ("1.1", "First"),
        ("2", "Text"),
        ("3", "References"),
        ("4", "Acronyms"),
    ]


def test_the_stand_in_refuses_another_engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEXMFHOME", str(TEXMFHOME))
    (tmp_path / "doc.tex").write_text(r"\documentclass{lsstdoc}\begin{document}x\end{document}")
    with pytest.raises(MilepostError, match="This class is for XeLaTeX"):
        engine.typeset(tmp_path, "doc", source_date_epoch=0, locate=lambda _: None)
