"""The PDF of a difference: each edition can be read from it, by the colours and by the lines."""

from __future__ import annotations

import os
import re
import subprocess
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from hypothesis import HealthCheck, Phase, given, settings
from pypdf import PdfReader, PdfWriter
from tests.support.documents import document, documents, view
from tests.support.history import april_2019
from tests.support.marked_pdf import new_edition, old_edition, pieces
from tests.support.pairs import merged
from tests.support.printed import DOCUMENTS

from milepost.charts import output
from milepost.latex.passes import Engines
from milepost.latex.pdf import diff_pdf, draw_figures, typeset_text
from milepost.render.documents import latex

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from milepost.latex import engine
    from milepost.views.document import DocumentView

pytestmark = pytest.mark.slow

# Every example is three documents to typeset, 2 s each.
EXAMPLES = int(os.environ.get("MILEPOST_PDF_PAIRS", "2"))


def typeset(edition: DocumentView, directory: Path) -> Path:
    """Return the PDF of one edition."""
    draw_figures(edition, directory)
    with Engines() as engines:
        return typeset_text(latex(edition), directory, "edition", epoch=0, engines=engines).pdf


def difference(both: DocumentView, directory: Path, **more: Any) -> engine.Typeset:
    about: dict[str, Any] = {
        "listing": [],
        "old_name": "old",
        "new_name": "new",
        "headline": "Much changes.",
    }
    return diff_pdf(both, directory, epoch=0, **about | more)


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
        patch.setattr(output, "pdf", lambda *_: content.getvalue())
        yield


@settings(max_examples=EXAMPLES, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
@given(old=documents(), new=documents())
@pytest.mark.usefixtures("blank_figures")
def test_each_edition_can_be_read_from_the_pdf(job: Path, old: dict[str, Any], new: dict[str, Any]) -> None:
    before = new_edition(pieces(typeset(view(old), job)))
    after = new_edition(pieces(typeset(view(new, 2), job)))
    both = pieces(difference(merged(old, new), job).pdf)

    assert new_edition(both) == after
    assert old_edition(both) == before


@pytest.mark.usefixtures("blank_figures")
def test_numbers_whose_digits_are_equal(job: Path) -> None:
    """A class that compares the tokens of a number must not see `11` or `22` in it."""

    def plan(first: int) -> dict[str, Any]:
        numbers = range(first, first + 23)
        below = [{"title": f"Part {number}", "sections": []} for number in numbers]
        return document(
            sections=[
                {
                    "title": f"Section {number}",
                    "text": f"Note [#n]_.\n\n.. figure:: sites-{number}\n\n.. [#n] Of {number}.",
                    "sections": below if number == 12 else [],
                }
                for number in numbers
            ],
            figures={
                f"sites-{number}": {
                    "kind": "deployment",
                    "facilities": [{"name": "F"}],
                    "caption": f"Of {number}",
                }
                for number in numbers
            },
        )

    old, new = plan(0), plan(1)
    before, after = (new_edition(pieces(typeset(view(values), job))).text for values in (old, new))

    found = pieces(difference(merged(plan(0), plan(1)), job).pdf)
    assert new_edition(found).text.replace("2024-01-02", "2024-01-01") == after
    assert old_edition(found).text == before


@pytest.fixture(scope="module")
def marked(
    job: Path,
    blank_figures: None,  # noqa: ARG001 -- usefixtures is not for fixtures
) -> Path:
    """Give the PDF of a difference with a literal text of pages, another status, and a changed word."""
    lines = "".join(f"    line {number}\n" for number in range(60))
    footer = {"control_footer": "Under control", "handle": "DOC-2"}
    moved = {"title": "Moved", "text": "Something that is said at another place."}
    inner = {"title": "Inner", "text": "What belongs to it."}
    old = document(
        document=footer | {"authors": ["A. One", "B. Two"]},
        sections=[
            {"title": "Introduction", "text": f"::\n\n{lines}"},
            {"title": "One", "text": "There was `a <https://a.example>`__ and *that*."},
            {"title": "Host", "text": "Something about the host."},
            {**moved, "sections": [{**inner, "sections": [{"title": "Gone", "text": ""}]}]},
        ],
    )
    approval = {"version": "1.0", "date": "2024-01-02", "owner": "A. One", "description": "Approved."}
    new = document(
        document=footer | {"authors": ["A. One"], "status": "approved"},
        change_record=[approval],
        sections=[
            {"title": "Introduction", "text": f"::\n\n{lines}"},
            {"title": "One", "text": "There was `b <https://b.example>`__ and **this**."},
            {
                "title": "Host",
                "text": "Something about the host.",
                "sections": [{**moved, "sections": [inner]}],
            },
        ],
    )
    return difference(merged(old, new), job).pdf


def in_xml(pdf: Path) -> str:
    command = ["pdftohtml", "-xml", "-i", "-stdout", str(pdf)]
    return subprocess.run(command, capture_output=True, check=True, text=True).stdout


def test_what_is_compared_is_said_in_the_same_face_on_every_page(marked: Path) -> None:
    """A page that ends within literal text has the line above it in no other face."""
    output = in_xml(marked)

    families = dict(re.findall(r'<fontspec id="(\d+)" .*?family="\w+\+(.*?)"', output))
    faces = re.findall(r' font="(\d+)">Changes from old to new<', output)
    number = len(PdfReader(marked).pages)
    assert number > 4
    assert [families[face] for face in faces] == ["FiraSans"] * (number + 1)  # twice on the title page


def test_what_stands_about_the_text_is_that_of_the_new_edition(marked: Path) -> None:
    """No mark of a draft, and no author who is gone, is in the footer or in the properties of the file."""
    output = in_xml(marked)

    about = PdfReader(marked).metadata
    assert about is not None
    assert about.author == "A. One"
    assert str(about["/Keywords"]) == "DOC-2, 2024-01-02"
    colours = dict(re.findall(r'<fontspec id="(\d+)" .*?color="(#\w+)"', output))
    feet = [colours[font] for font in re.findall(r' font="(\d+)">Under control<', output)]
    assert set(feet) == {"#595959"}


def test_what_is_gone_and_what_is_new_keep_their_distance(marked: Path) -> None:
    command = ["pdftotext", str(marked), "-"]
    text = subprocess.run(command, capture_output=True, check=True, text=True).stdout

    assert "There was a b and that this." in words(text)


def test_a_section_without_text_that_is_gone_is_printed_at_any_depth(marked: Path) -> None:
    """Below a section that has moved, there is a level more than in either edition."""
    command = ["pdftotext", str(marked), "-"]
    text = words(subprocess.run(command, capture_output=True, check=True, text=True).stdout)

    assert "4.1 3.1.1 Inner" in text
    assert "4.1.1 Gone" in text


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
def later() -> dict[str, Any]:
    """Give the real document as it is now."""
    values: dict[str, Any] = yaml.load(DOCUMENTS["real"].read_text("utf-8"), yaml.BaseLoader)
    return values


@pytest.fixture(scope="module")
def real(
    job: Path,
    earlier: dict[str, Any],
    later: dict[str, Any],
    blank_figures: None,  # noqa: ARG001 -- usefixtures is not for fixtures
) -> engine.Typeset:
    """Give the difference of the two."""
    listing = [
        ("A milestone is late.", "milestone-ldm-503-01", "Dates moved"),
        ("Something is gone.", "nowhere", "Scope"),
        ("The group is another.", "title-page", "Scope"),
        ("An entry is new.", "change-record", "Scope"),
        ("An acronym is new.", "section-acronyms", "Scope"),
    ]
    about = {"listing": listing, "old_name": "April 2019", "new_name": "v1_2 & more"}
    return difference(merged(earlier, later), job / "real", **about)


def test_the_real_document_can_be_read_from_its_difference(
    real: engine.Typeset, job: Path, earlier: dict[str, Any], later: dict[str, Any]
) -> None:
    both = pieces(real.pdf)

    assert new_edition(both) == new_edition(pieces(typeset(view(later, 2), job)))
    assert old_edition(both) == new_edition(pieces(typeset(view(earlier), job)))
    assert not real.warnings


def test_every_page_says_what_is_compared_and_the_front_lists_the_changes(real: engine.Typeset) -> None:
    pages = [page.extract_text() for page in PdfReader(real.pdf).pages]

    assert all("Changes from April 2019 to v1_2 & more" in page for page in pages)
    assert "Changes from April 2019 to v1_2 & more. Much changes. In the text" in words(pages[1])
    assert "Dates moved 1 • A milestone is late. Scope 4 • Something is gone. •" in words(pages[1])
    leads = ["milestone-ldm-503-01", "title-page", "change-record", "section-acronyms"]
    assert destinations(real.pdf, 1) == leads
    assert set(leads) <= set(PdfReader(real.pdf).named_destinations)


def words(text: str) -> str:
    return " ".join(text.split())


def destinations(pdf: Path, page: int) -> list[str]:
    """Return where the links of a page lead."""
    annotations = [each.get_object() for each in PdfReader(pdf).pages[page].get("/Annots", [])]
    return [str(each["/A"]["/D"]) for each in annotations if "/D" in each.get("/A", {})]


def test_marks_are_seen_without_colours(real: engine.Typeset) -> None:
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


def test_contents_and_bookmarks_are_those_of_the_new_edition(real: engine.Typeset) -> None:
    outline = list(flat(PdfReader(real.pdf).outline))

    assert "3 Functionality in DM releases" in outline
    assert not [title for title in outline if "History" in title]


def flat(outline: list[Any]) -> Iterator[str]:
    for entry in outline:
        if isinstance(entry, list):
            yield from flat(entry)
        else:
            yield entry.title
