"""The packet for a decision: a PDF that begins with the cover sheet, a page, and texts to paste."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest
from pypdf import PdfReader
from tests.cli.test_cli_diff import comparison, edition
from tests.review.test_report import RECORD, plan

from milepost.base.paths import Workspace
from milepost.build import diff
from milepost.redline.edition import mark
from milepost.render.documents import diff_latex
from milepost.review.cover import Origin
from milepost.review.report import report
from milepost.review.side_by_side import side_by_side

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.slow

HOSTILE = "$ % & # _ ~ {x} \\input <b>"


@pytest.fixture(scope="module")
def packet(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the folder of the packet of a difference with names that are hard to print."""
    many = [f"M-{number} 2026-05-{number + 1:02d}" for number in range(20)]
    later = [f"M-{number} 2026-06-{number + 1:02d}" for number in range(20)]
    sections = "    milestones: {level: 2, no_deliveries: None.}\n"
    old = plan(
        *many,
        "A 2026-05-01",
        "B 2026-05-02 predecessors: [A]",
        "C 2026-01-01 forecast: 2026-04-01",
        sections=sections,
    )
    new = plan(*later, "B 2026-05-02", "C 2026-01-09 completed: 2026-01-05", record=RECORD, sections=sections)
    found = comparison(old, new.replace("Name of C", f"'{HOSTILE}'"))
    origin = Origin(author=HOSTILE, date="2026-03-01", commit="0123abcd", message=HOSTILE)
    workspace = Workspace.of(tmp_path_factory.mktemp("packet") / "milestones.yaml")
    editions = [
        edition(text, name)
        for text, name in ((old, "v1"), (new.replace("2026-06-2", "2026-05-2"), "v2"), (new, "v3"))
    ]
    dates = side_by_side(editions)
    diff.write(found, workspace, packet=True, dates=dates, origins=dict.fromkeys(found.changes[-3:], origin))
    return workspace.review


def text(path: Path, page: int) -> str:
    options = ["-f", str(page), "-l", str(page), "-layout"]
    done = subprocess.run(["pdftotext", *options, str(path), "-"], capture_output=True, text=True, check=True)
    return " ".join(done.stdout.split())


def test_what_is_in_the_folder(packet: Path) -> None:
    assert sorted(path.name for path in packet.iterdir()) == [
        "ACME-7-packet.pdf",
        "ACME-7.txt.diff",
        "gantt-diff.pdf",
        "gantt-diff.svg",
        "index.html",
        "review.jira",
        "review.txt",
        "summary.json",
        "summary.md",
    ]


def test_the_cover_sheet_is_the_first_page(packet: Path) -> None:
    cover = text(packet / "ACME-7-packet.pdf", 1)
    assert cover.index("Change request") < cover.index("Document ACME-7: Releases of the Rocket")
    for words in (
        "Proposed by W. Coyote",
        "Reason The board moved it, see RFC-7.",
        "Issue RFC-7",
        "Summary 21 dates later, the most by 31 days (M-0)",
        "Consequences if not old stays in force.",
        "Authorised by 1.1, of 2026-03-01, W. Coyote, RFC-7: 2 changes",
        f"0123abcd 2026-03-01, {HOSTILE}: {HOSTILE}",
    ):
        assert words in cover
    assert "Releases of the Rocket" in text(packet / "ACME-7-packet.pdf", 2)


def test_the_dates_of_three_editions_are_side_by_side(packet: Path) -> None:
    page = text(packet / "ACME-7-packet.pdf", 3)
    assert "Dates in v1, v2 and v3 Milestone v1 v2 v3 C " in page
    assert "M-0 Name of M-0 2026-05-01 open 2026-06-01 open; 31 days 2026-06-01 open later M-1 " in page


def test_the_changes_are_by_milestone_and_lead_to_their_places(packet: Path) -> None:
    pages = PdfReader(packet / "ACME-7-packet.pdf").pages
    changes = " ".join(text(packet / "ACME-7-packet.pdf", number) for number in (3, 4))
    for words in (
        "20 milestones: due date 31 days later. M-0 2026-06-01, M-1 2026-06-02, M-2 2026-06-03, ",
        "M-19 2026-06-20. Not authorised.",
        "A: Name of A level 2, gone, due 2026-05-01",
        "– B no longer waits for A. Authorised by 1.1.",
        f"C: {HOSTILE} level 2, due 2026-01-09, completed, 4 days early (before: open, 90 days late)",
        "the baseline moved with the completion: 4 days late became 4 days early. Not authorised.",
        "– C no longer has a forecast, because it is completed; it was 2026-04-01. Not authorised.",
        "To authorise the rest add instead of line",
    ):
        assert words in changes
    links = [each.get_object() for page in pages[2:4] for each in page.get("/Annots", [])]
    assert len([link for link in links if "/D" in link.get("/A", {})]) >= 20


def test_the_cover_sheet_comes_first_in_every_class() -> None:
    layout = "draft_mark: Draft\n  class: lsstdoc"
    old = plan("A 2026-05-01").replace("draft_mark: Draft", layout)
    found = comparison(old, old.replace("2026-05-01", "2026-06-01"))
    marked = mark(found)

    text = diff_latex(
        marked.merged, marked.listing, *marked.names, marked.headline, report=report(found), packet=True
    )

    assert "{lsstdoc}" in text.partition("\\begin{document}")[0]
    body = text.partition("\\begin{document}")[2]
    assert body.index("Change request") < body.index("\\maketitle")
