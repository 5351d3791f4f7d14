"""The PDF of a difference: each edition can be read from it, by the colours and by the lines."""

from __future__ import annotations

import html
import os
import re
import subprocess
from collections import Counter
from io import BytesIO
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
import yaml
from hypothesis import HealthCheck, Phase, given, settings
from pypdf import PdfReader, PdfWriter
from tests.history import april_2019
from tests.pairs import documents, merged, view
from tests.printed import DOCUMENTS

from milepost.diff_pdf import diff_pdf
from milepost.pdf import draw_figures, typeset_text
from milepost.render import figures
from milepost.render.documents import latex

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from milepost import tex
    from milepost.views import DocumentView

# Every example is three documents to typeset, 2 s each.
EXAMPLES = int(os.environ.get("MILEPOST_PDF_PAIRS", "3"))
INSERTED, DELETED, REMARK = (0, 85, 170), (170, 17, 51), (102, 85, 34)
TOP, BOTTOM = 112, 1085  # between header and footer, in Poppler's pixels
BODY = 15  # the size of text that is neither in a footnote nor in a caption


Colour = tuple[int, int, int]


class Piece(NamedTuple):
    """Some text in one of the colours of marks or in another; pages are counted from 0."""

    page: int
    top: int
    left: int
    size: int
    colour: Colour | None
    text: str


def mark_of(colour: str) -> Colour | None:
    """Return which of the colours of marks `colour` is; Poppler rounds down."""
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    for mark in (INSERTED, DELETED, REMARK):
        if max(abs(red - mark[0]), abs(green - mark[1]), abs(blue - mark[2])) <= 1:
            return mark
    return None


def pieces(pdf: Path) -> list[Piece]:
    command = ["pdftohtml", "-xml", "-i", "-hidden", "-stdout", str(pdf)]
    output = subprocess.run(command, capture_output=True, check=True, text=True).stdout
    fonts: dict[str, tuple[int, Colour | None]] = {}
    found = []
    for number, page in enumerate(output.split("<page ")[1:]):
        for name, size, colour in re.findall(r'<fontspec id="(\d+)" size="(\d+)" .*?color="(#\w+)"/>', page):
            fonts[name] = int(size), mark_of(colour)
        for top, left, font, text in re.findall(
            r'<text top="(-?\d+)" left="(-?\d+)" .*? font="(\d+)">(.*?)</text>', page, re.DOTALL
        ):
            words = html.unescape(re.sub(r"<[^>]+>", "", text))
            found.append(Piece(number, int(top), int(left), *fonts[font], words))
    return found


def characters(
    found: Iterable[Piece], *, without: Colour | None = None, front: int = 0
) -> tuple[str, Counter[str]]:
    """Return what stands in the flow of the text, and how often each character stands anywhere.

    Args:
        found: the pieces of a PDF.
        without: the colour of pieces to leave out.
        front: how many pages after the title page to leave out.
    """
    found = list(found)
    contents = next(piece.page for piece in found if piece.text == "Contents")
    text = next(piece.page for piece in found if piece.top >= BOTTOM and piece.text == "1")
    flow: list[str] = []
    others: list[str] = []
    for piece in found:
        if not TOP < piece.top < BOTTOM or 0 < piece.page <= front or contents <= piece.page < text:
            continue
        if piece.colour is not None and piece.colour in (without, REMARK):
            continue
        words = re.sub(r"[\s•–]", "", piece.text)
        if piece.page == 0:
            words = words.replace(",", "")  # between authors
        (flow if piece.size >= BODY else others).append(words)
    joined = "".join(flow)
    return joined, Counter(joined) + Counter("".join(others))


def typeset(document: DocumentView, directory: Path) -> Path:
    """Return the PDF of one edition."""
    draw_figures(document, directory)
    return typeset_text(latex(document), directory, "edition", epoch=0).pdf


def difference(document: DocumentView, directory: Path, **more: Any) -> tex.Typeset:
    about: dict[str, Any] = {"listing": [], "old_name": "old", "new_name": "new", "epoch": 0}
    return diff_pdf(document, directory, **about | more)


@pytest.fixture(scope="module")
def job(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give one directory for all runs, which share the fonts that were read."""
    return tmp_path_factory.mktemp("job")


@pytest.fixture(scope="module")
def blank_figures() -> Iterator[None]:
    """Let figures be empty: what is in them is none of the text, and drawing takes longer than LaTeX."""
    writer = PdfWriter()
    writer.add_blank_page(width=200, height=100)
    content = BytesIO()
    writer.write(content)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(figures, "pdf", lambda _: content.getvalue())
        yield


@settings(max_examples=EXAMPLES, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
@given(old=documents(), new=documents())
@pytest.mark.usefixtures("blank_figures")
def test_each_edition_can_be_read_from_the_pdf(job: Path, old: dict[str, Any], new: dict[str, Any]) -> None:
    before = characters(pieces(typeset(view(old), job)))
    after = characters(pieces(typeset(view(new, 2), job)))
    both = pieces(difference(merged(old, new), job).pdf)

    assert characters(both, without=DELETED, front=1) == after
    assert characters(both, without=INSERTED, front=1)[1] == before[1]


# --- The real document, against what it was in April 2019 -------------------------------------------------


@pytest.fixture(scope="module")
def earlier() -> dict[str, Any]:
    """Give the real document as it was then, with a section that is gone since and another group."""
    text = april_2019(DOCUMENTS["real"].read_text("utf-8"))
    values: dict[str, Any] = yaml.load(text, yaml.BaseLoader)
    values["document"]["group"] = "Systems"
    values["sections"].insert(1, {"title": "History", "text": "See :ref:`schedule` [#a]_.\n\n.. [#a] Gone."})
    return values


@pytest.fixture(scope="module")
def real(job: Path, earlier: dict[str, Any]) -> tex.Typeset:
    """Give the difference of the two."""
    new = yaml.load(DOCUMENTS["real"].read_text("utf-8"), yaml.BaseLoader)
    listing = [("A milestone is late.", "milestone-ldm-503-01"), ("Something is gone.", "nowhere")]
    about = {"listing": listing, "old_name": "April 2019", "new_name": "v1_2 & more"}
    return difference(merged(earlier, new), job / "real", **about)


def test_the_real_document_can_be_read_from_its_difference(real: tex.Typeset, job: Path) -> None:
    new = view(yaml.load(DOCUMENTS["real"].read_text("utf-8"), yaml.BaseLoader), 2)

    both, _ = characters(pieces(real.pdf), without=DELETED, front=1)
    alone, _ = characters(pieces(typeset(new, job)))

    # The head of a table comes again on each page.
    assert both.replace("AcronymDescription", "") == alone.replace("AcronymDescription", "")
    assert not real.warnings


def test_every_page_says_what_is_compared_and_the_front_lists_the_changes(real: tex.Typeset) -> None:
    pages = [page.extract_text() for page in PdfReader(real.pdf).pages]

    assert all("Changes from April 2019 to v1_2 & more" in page for page in pages)
    assert "A milestone is late." in pages[1]
    assert "Something is gone." in pages[1]
    assert destinations(real.pdf, 1) == ["milestone-ldm-503-01"]


def destinations(pdf: Path, page: int) -> list[str]:
    """Return where the links of a page lead."""
    annotations = [each.get_object() for each in PdfReader(pdf).pages[page].get("/Annots", [])]
    return [str(each["/A"]["/D"]) for each in annotations if "/D" in each.get("/A", {})]


def test_marks_are_seen_without_colours(real: tex.Typeset) -> None:
    """Where the title page says another group, there is a line through the one and a line under the other."""
    content = PdfReader(real.pdf).pages[0].get_contents()
    assert content is not None
    drawn = content.get_data().decode("latin-1")
    lines = {
        colour: [
            tuple(map(float, rule)) for rule in re.findall(r"([\d.]+) ([\d.]+) ([\d.]+) ([\d.]+) re f", part)
        ]
        for colour, part in re.findall(
            r"(0\.667 0\.067 0\.2 rg|0 0\.333 0\.667 rg|0\.3 g)\n((?:[^a-z]+re f\n?)+)", drawn
        )
    }

    struck, under, bar = lines["0.667 0.067 0.2 rg"][0], lines["0 0.333 0.667 rg"][0], lines["0.3 g"][0]
    assert struck[1] > under[1]  # higher on the page
    assert struck[0] + struck[2] < under[0]  # before it
    assert bar[0] < 72  # in the margin
    assert bar[2] < 2 < bar[3]


def test_contents_and_bookmarks_are_those_of_the_new_edition(real: tex.Typeset) -> None:
    outline = list(flat(PdfReader(real.pdf).outline))

    assert "3 Functionality in DM releases" in outline
    assert not [title for title in outline if "History" in title]


def flat(outline: list[Any]) -> Iterator[str]:
    for entry in outline:
        if isinstance(entry, list):
            yield from flat(entry)
        else:
            yield entry.title
