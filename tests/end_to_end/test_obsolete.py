"""`status: obsolete` in every output: the mark, the notice, the date, and what programs read."""

from __future__ import annotations

import json
import subprocess
import sys
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest
from tests.support.documents import document
from tests.support.published import ROOT, Published, published_values

from milepost.build.editions.edition import current
from milepost.render.documents import latex, plain_text, rst
from milepost.web.citation import bibtex, citation_text
from milepost.web.exports.data import milestones_json
from milepost.web.frame import frame
from milepost.web.head import document_metadata

if TYPE_CHECKING:
    from pathlib import Path

RECORD = [
    {"version": "1", "date": "2023-04-05", "owner": "A", "description": "Approved."},
    {"version": "2", "date": "2024-03-04", "owner": "A", "description": "Made obsolete."},
]
NOTICE = "This document is obsolete. It is kept for the record, and nothing in it applies any more."


def values(status: str = "obsolete", **about: str) -> dict[str, Any]:
    notices = {"control_notice": "Controlled.", "control_footer": "Under control."}
    return document(document={"status": status, **notices, **about}, change_record=RECORD)


@pytest.fixture(scope="module")
def obsolete() -> Published:
    return published_values(values())


def test_the_title_page_has_mark_and_notice_instead_of_the_control_notice(obsolete: Published) -> None:
    view = obsolete.view
    assert (view.status, view.mark, view.notice, view.foot) == ("obsolete", "OBSOLETE", NOTICE, None)
    assert view.revision_date == "2024-03-04"
    assert view.source_date != "2024-03-04"
    assert f"**OBSOLETE** – {NOTICE} – **OBSOLETE**" in rst(view)
    assert f"OBSOLETE\n{NOTICE.replace('. ', '.' + chr(10))}\n" in plain_text(view)
    for text in (rst(view), plain_text(view), latex(view)):
        assert "Controlled." not in text
        assert "Under control." not in text


def test_every_page_of_the_pdf_has_the_mark(obsolete: Published) -> None:
    tex = latex(obsolete.view)
    (footer,) = [line for line in tex.splitlines() if line.startswith(r"\newcommand*\footleft")]
    assert "OBSOLETE" in footer
    assert f"pdfkeywords={{DOC-1, OBSOLETE, {obsolete.view.revision}}}" in tex


def test_words_of_the_document_come_first() -> None:
    view = published_values(values(obsolete_mark="Überholt", obsolete_notice="Siehe DOC-2.")).view
    assert (view.mark, view.notice) == ("Überholt", "Siehe DOC-2.")


def test_every_page_of_the_site_has_the_mark(obsolete: Published) -> None:
    made = frame(obsolete.view, "obsolete")
    assert "<strong>OBSOLETE</strong>" in made.banner
    assert made.edition == "Version 2, obsolete; dates as of 2024-01-31"


def test_programs_read_the_status(obsolete: Published) -> None:
    data = json.loads(milestones_json(obsolete.milestones, obsolete.view, None))
    assert data["document"]["status"] == "obsolete"
    assert data["document"]["revision"]["date"] == obsolete.view.source_date
    schema = json.loads((ROOT / "docs/reference/milestones-schema.json").read_text("utf-8"))
    jsonschema.validate(data, schema)
    head = json.loads(document_metadata(obsolete.view, None).json_ld)
    assert head["creativeWorkStatus"] == "Obsolete"
    assert (head["version"], head["datePublished"]) == ("2", "2024-03-04")


def test_it_is_cited_as_obsolete(obsolete: Published) -> None:
    assert "version 2 of 2024-03-04, obsolete, Office." in citation_text(obsolete.view, None)
    assert "note = {Version 2, obsolete}" in bibtex(obsolete.view, None)
    assert "year = {2024}" in bibtex(obsolete.view, None)
    assert "obsolete" not in citation_text(published_values(values("approved")).view, None)


def test_the_last_release_is_at_the_top_if_it_is_obsolete() -> None:
    def edition(status: str, *, released: bool = True) -> Any:
        return SimpleNamespace(
            revision=SimpleNamespace(released=released, preview=False, listed=True),
            facts=SimpleNamespace(status=status),
        )

    approved, gone, draft = edition("approved"), edition("obsolete"), edition("draft", released=False)
    assert current([approved, gone, draft]) is gone
    assert current([gone, approved, draft]) is approved
    assert current([approved, edition("draft"), draft]) is approved


def test_a_difference_shows_the_change_of_status(tmp_path: Path) -> None:
    for status in ("approved", "obsolete"):
        (tmp_path / f"{status}.yaml").write_text(json.dumps(values(status)))
    done = subprocess.run(
        [sys.executable, "-m", "milepost", "diff", "--no-pdf", "approved.yaml", "obsolete.yaml"],
        cwd=tmp_path,
        capture_output=True,
        check=False,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert "The status of the document changed from “approved” to “obsolete”." in done.stdout
    text = (tmp_path / "build/diff/DOC-1.txt.diff").read_text("utf-8")
    assert "-Controlled.\n" in text
    assert "+OBSOLETE\n" in text
    page = (tmp_path / "build/diff/index.html").read_text("utf-8")
    assert "OBSOLETE" in page
    assert "<del>Controlled.</del>" in page.replace("\n", "")
    summary = json.loads((tmp_path / "build/diff/summary.json").read_text("utf-8"))
    assert (summary["old"]["status"], summary["new"]["status"]) == ("approved", "obsolete")
    jsonschema.validate(summary, json.loads((ROOT / "docs/reference/diff-schema.json").read_text("utf-8")))
