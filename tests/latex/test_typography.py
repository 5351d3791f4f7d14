"""The page: where lines and pages end, what is at the head and the foot, and the size of the paper."""

from __future__ import annotations

import re
import subprocess
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
from pypdf import PdfReader
from tests.build.test_diff_pdf import typeset
from tests.support.documents import document, view

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.printed import Edition, Editions

pytestmark = pytest.mark.slow

LETTER, A4 = (612.0, 792.0), (595.28, 841.89)


class Line(NamedTuple):
    """A line of text with its box, from the top left corner, in points."""

    left: float
    top: float
    right: float
    bottom: float
    text: str


def pages_of(pdf: Path) -> list[list[Line]]:
    """Return the lines of each page."""
    command = ["pdftotext", "-bbox-layout", str(pdf), "-"]
    output = subprocess.run(command, capture_output=True, check=True, text=True).stdout
    box = r'<line xMin="(.*?)" yMin="(.*?)" xMax="(.*?)" yMax="(.*?)">(.*?)</line>'
    words = re.compile(r">([^<]*)</word>")
    return [
        [
            Line(float(left), float(top), float(right), float(bottom), " ".join(words.findall(content)))
            for left, top, right, bottom, content in re.findall(box, page, re.DOTALL)
        ]
        for page in output.split("<page ")[1:]
    ]


@pytest.fixture(scope="module", params=["real", "real-approved"])
def edition(editions: Editions, request: pytest.FixtureRequest) -> Edition:
    return editions(request.param)


def test_no_line_holds_only_the_end_of_a_date(edition: Edition) -> None:
    texts = [line.text for page in pages_of(edition.pdf) for line in page]
    assert len([text for text in texts if re.search(r"completed \d{4}-\d\d-\d\d[).]?$", text)]) > 80
    # A date begins a line in the change record only, after the version.
    endings = [text for text in texts if re.fullmatch(r"[\d-]*-?\d\d?[).,;]*|[).,;]+", text)]
    assert [text for text in endings if not text.isdigit()] == [text for text in endings if len(text) == 10]
    assert not [text for text in texts if re.search(r".(?:completed|Due:|\d-)$", text)]


def test_a_figure_and_its_number_are_on_one_line(edition: Edition) -> None:
    text = "\n".join(line.text for page in pages_of(edition.pdf) for line in page)
    assert not re.search(r"(?:Figure|Section|§)\n\d", text)


def test_nothing_leaves_the_page_or_is_too_small(edition: Edition) -> None:
    for page in pages_of(edition.pdf):
        for line in page:
            assert 66 <= line.left < line.right <= 546
            assert 20 <= line.top < line.bottom <= 772
    output = subprocess.run(
        ["pdftohtml", "-xml", "-i", "-stdout", str(edition.pdf)], capture_output=True, check=True, text=True
    ).stdout
    # 9 of pdftohtml's units are 6 points.
    assert min(map(int, re.findall(r'<fontspec id="\d+" size="(\d+)"', output))) >= 9


def test_pages_are_full(edition: Edition) -> None:
    """Only the last page of a part, and one before a figure of a page, leaves much of it empty."""
    pages = pages_of(edition.pdf)
    first = next(number for number, page in enumerate(pages) if any(line.text == "1" for line in page[-4:]))
    empty = [max(line.bottom for line in page if line.bottom < 700) for page in pages[first:-1]]
    assert min(empty) > 72 + 0.7 * 620


def test_a_figure_of_a_page_is_between_sections(edition: Edition) -> None:
    texts = [" ".join(line.text for line in page) for page in pages_of(edition.pdf)]
    chart = next(number for number, text in enumerate(texts) if "Figure 2: " in text and "Milestone" in text)
    assert re.search(r"Latest Revision [\d-]+ 3\.\d+ ", texts[chart + 1])


def test_ligatures_are_copied_as_letters(edition: Edition) -> None:
    text = edition.pdf_text()
    assert "configuration" in text
    assert "verification" in text
    assert not re.search("[\ufb00-\ufb06]", text)


def test_words_of_the_published_document(edition: Edition) -> None:
    output = subprocess.run(
        ["pdftohtml", "-xml", "-i", "-stdout", str(edition.pdf)], capture_output=True, check=True, text=True
    ).stdout
    families = dict(re.findall(r'<fontspec id="(\d+)" .*?family="\w+\+(.*?)"', output))
    assert "“level 2”" in output
    assert output.count(">DM level 2 milestones (LDM-503-<") == 2  # in the list of figures, too
    assert output.count("><i>x</i><") == 2
    assert "<i>Due: 2017-11-30; completed 2018-05-30.</i>" in output
    assert set(families.values()) >= {"FiraSans", "FiraSans-SemiBold"}


TITLE = "Plan of the releases of the office, and of everything that is in them "


def tall(paper: str) -> dict[str, Any]:
    """Return a document of forty authors with a change of thousands of words, and links in it."""
    words = " ".join(f"word{number}" for number in range(900))
    link = "`a link of many words that goes on on the next line of its column <https://example.org/>`__ "
    record = [
        {"version": "1", "date": "2023-01-02", "owner": "A. Author", "description": "first"},
        {
            "version": "2",
            "date": "2023-01-03",
            "owner": "B. " + "Name " * 60,
            "description": words + link * 20,
        },
        {"version": "3", "date": "2023-01-04", "owner": "C. Author", "description": "last"},
    ]
    deployed = {"name": "Site", "enclaves": [{"name": "Dome", "components": ["Motor"]}]}
    return document(
        document={
            "paper": paper,
            "authors": [f"Firstname{number} von Familyname-{number}" for number in range(40)],
            "control_notice": "This is under the control of the board of changes. " * 8,
            "control_footer": "Under control.",
            "title": TITLE * 2,
        },
        change_record=record,
        sections=[{"title": "Introduction", "text": ".. figure:: sites"}],
        figures={
            "sites": {"kind": "deployment", "caption": "Long words of it. " * 138, "facilities": [deployed]}
        },
    )


@pytest.mark.parametrize(("paper", "size"), [("letter", LETTER), ("a4", A4)])
def test_rows_captions_and_title_page_on_both_papers(
    tmp_path: Path, paper: str, size: tuple[float, float]
) -> None:
    pdf = typeset(view(document(**tall(paper))), tmp_path)
    reader = PdfReader(pdf)
    pages = pages_of(pdf)

    for page in reader.pages:
        assert (float(page.mediabox.width), float(page.mediabox.height)) == pytest.approx(size, abs=0.1)
    margin = (size[0] - 468) / 2
    for line in (line for page in pages for line in page):
        assert margin - 6 <= line.left < line.right <= size[0] - margin + 6
        assert 20 <= line.top < line.bottom <= size[1] - 20
    text = " ".join(line.text for page in pages for line in page)
    found = [int(number) for number in re.findall(r"\bword(\d+)\b", text)]
    assert sorted(found) == list(range(900))
    heads = [number for number, page in enumerate(pages) if "Version" in {line.text for line in page}]
    described = [number for number, page in enumerate(pages) if re.search(r"\bword\d", str(page))]
    assert set(described) <= set(heads)
    assert len(described) > 2
    links = [annotation for page in reader.pages for annotation in page.get("/Annots") or ()]
    addresses = [str(link.get_object().get("/A", {}).get("/URI", "")) for link in links]
    assert addresses.count("https://example.org/") >= 20
    texts = [" ".join(line.text for line in page) for page in pages]
    assert "Firstname39 von Familyname-39" in texts[0] + texts[1]
    assert not texts[0].startswith(f"{TITLE}Plan")
    for number, page_text in zip(("i", "ii"), texts, strict=False):
        assert re.search(rf"Draft – Under control\. {number}\b|{number} Draft – Under control\.", page_text)
