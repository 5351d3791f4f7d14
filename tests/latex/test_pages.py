"""Page breaks: a table is on the page of its heading, and its head on that of its first row."""

from __future__ import annotations

import re
import subprocess
from typing import TYPE_CHECKING, Any

import pytest
from pypdf import PdfReader
from tests.build.test_diff_pdf import typeset
from tests.support.documents import document, view

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.slow

ACRONYMS = {name: {"definition": "first light", "keep": "true"} for name in ("AA", "AB")}


def lines(number: int) -> str:
    return "::\n\n" + "".join(f"    line {each}\n" for each in range(number))


# The text before the table is just long enough that the table does not fit on the page.
PLANS: dict[str, dict[str, Any]] = {
    # This page stretches so much that a page break before the heading would be cheapest.
    "3 Acronyms": {
        "sections": [
            {
                "title": "Introduction",
                "text": f"Text.\n\n{lines(5)}\nAfter.",
                "sections": [{"title": "A"}, {"title": "B", "text": "Text."}, {"title": "C"}],
                "milestones": {"level": "1", "no_deliveries": "none"},
            }
        ],
        "milestones": {
            "M-1": {"name": "one", "level": "1", "due": "2024-07-01", "predecessors": ["M-3"]},
            "M-2": {"name": "two", "level": "1", "due": "2024-07-01", "predecessors": ["M-3", "M-4"]},
            "M-3": {"name": "first light", "level": "2", "due": "2023-05-01"},
            "M-4": {"name": "first light", "level": "2", "due": "2023-05-01"},
        },
        "references": {"REF-1": {"authors": ["Z"], "year": "2001", "title": "first light"}},
        "acronyms": ACRONYMS,
    },
    "7 Acronyms": {
        "sections": [
            {"title": "Introduction", "text": lines(8)},
            *({"title": f"Part {number}", "text": "Text."} for number in range(5)),
        ],
        "acronyms": ACRONYMS,
    },
    "Change Record": {
        "document": {"abstract": lines(40)},
        "change_record": [
            {"date": f"2022-0{number}-01", "owner": "somebody", "description": "one"} for number in (1, 2)
        ],
    },
}


@pytest.mark.parametrize("heading", PLANS)
def test_a_table_stays_with_its_heading(tmp_path: Path, heading: str) -> None:
    pdf = typeset(view(document(**PLANS[heading])), tmp_path)

    output = subprocess.run(
        ["pdftotext", "-layout", str(pdf), "-"], capture_output=True, check=True, text=True
    )
    pages = [re.sub(r"\s+", " ", page) for page in output.stdout.split("\f")]
    head = "Version Date Description Owner name" if heading == "Change Record" else "Acronym Description"
    (page,) = (page for page in pages if head in page)
    first_row = "2022-01-01" if heading == "Change Record" else "AA first light"
    assert f" {heading} {head} {first_row}" in page
    assert page.count(head) == 1


def test_a_title_page_of_many_authors_goes_on_on_a_second_page(tmp_path: Path) -> None:
    about = {
        "authors": [f"Firstname{number} Familyname" for number in range(120)],
        "control_notice": "Notice.",
    }
    reader = PdfReader(typeset(view(document(document=about)), tmp_path))

    pages = [" ".join(page.extract_text().split()) for page in reader.pages]
    assert [page.split()[-1] for page in pages] == ["i", "ii", "iii", "1"]
    assert all("Draft" in page for page in pages)
    assert "Firstname0 Familyname" in pages[0]
    assert "Firstname119 Familyname" in pages[1]
    assert "Draft – Notice. – Draft" in pages[1]
    assert "Contents" in pages[2]


def test_wide_numbers_and_many_headings_without_text_fit(tmp_path: Path) -> None:
    sections = [{"title": f"Part {number}"} for number in range(9)]
    inner = [{"title": f"Sub {number}", "sections": [{"title": f"Low {number}"}]} for number in range(108)]
    numbered = "\n".join(f"#. item {number}" for number in range(1, 1003))
    last = {"title": "Last", "text": numbered, "sections": inner}
    reader = PdfReader(typeset(view(document(sections=[*sections, last])), tmp_path))

    contents = "".join(page.extract_text() for page in reader.pages[1:6])
    found = set(re.findall(r"10\.\d+(?:\.1)? (?:Sub|Low) \d+", contents))
    assert found == {
        f"10.{number + 1}{ending} {number}" for number in range(108) for ending in (" Sub", ".1 Low")
    }
    assert "1002. item 1002" in "".join(page.extract_text() for page in reader.pages)
