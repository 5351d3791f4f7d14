"""Codes as schedules write them, with brackets, spaces and signs of every markup, in all outputs.

`tests/build/test_site.py` follows the links of the same document's site.
"""

from __future__ import annotations

import csv
import json
import re
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from bs4 import BeautifulSoup
from pypdf import PdfReader
from sphinx.util.inventory import InventoryFile
from tests.support.comments import FILE, comment
from tests.support.printed import DOCUMENTS, plain

from milepost.base.addresses import milestone_anchor, milestone_file
from milepost.document.conditions import terms_in, values_in
from milepost.history.csv_rows import text_of_cell
from milepost.loading.load import load

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.printed import Edition, Editions

pytestmark = pytest.mark.slow

TEXT = DOCUMENTS["codes"].read_text("utf-8")
SOURCE: dict[str, dict[str, Any]] = yaml.load(TEXT, yaml.BaseLoader)["milestones"]
DOCUMENT = load(DOCUMENTS["codes"]).document


@pytest.fixture(scope="module")
def edition(editions: Editions) -> Edition:
    return editions("codes")


def test_codes_are_what_the_file_says() -> None:
    assert {each.code: list(each.predecessors) for each in DOCUMENT.milestones} == {
        code: values.get("predecessors", []) for code, values in SOURCE.items()
    }
    own = [section.milestones for section in DOCUMENT.sections if section.milestones]
    assert [[each.code for each in DOCUMENT.selected(selection)] for selection in own] == [
        ["T&SC-1100-0900", "100%-X", "=1+2"],
        ["DM-NCSA-11 Status", "X[1]{2}"],
    ]


def test_the_pdf_prints_each_code_and_leads_to_it(edition: Edition) -> None:
    text = plain(edition.pdf_text())
    assert [code for code in SOURCE if code not in text] == []
    _follow_links(edition.reader)
    titles = [title for title in _titles(edition.reader.outline) if ": " in title]
    assert titles == [
        "2.1 With an ampersand: T&SC-1100-0900",
        "2.2 With a percent sign and a number: 100%-X",
        "2.3 Like a formula: =1+2",
        "3.1 With a space: DM-NCSA-11 Status",
        "3.2 With square brackets and braces: X[1]{2}",
    ]


def _titles(outline: list[Any]) -> list[str]:
    return [
        title for each in outline for title in (_titles(each) if isinstance(each, list) else [each.title])
    ]


def _follow_links(reader: PdfReader) -> None:
    """Check that every link within a PDF has a target, and that each milestone is one."""
    targets = set(reader.named_destinations)
    links = [
        str(action.get("/D", link.get("/Dest")))
        for page in reader.pages
        for link in (each.get_object() for each in page.get("/Annots", ()))
        if "/URI" not in (action := link.get("/A", {}))
    ]
    assert len(links) > len(SOURCE)
    assert set(links) <= targets
    assert {milestone_anchor(code) for code in SOURCE} <= targets


def test_both_layouts_have_the_same_links(
    tmp_path: Path, edition: Edition, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TEXMFHOME", str(DOCUMENTS["codes"].parents[1] / "texmf"))
    path = tmp_path / "milestones.yaml"
    path.write_text(TEXT.replace("  status: draft\n", "  status: draft\n  class: lsstdoc\n"), "utf-8")
    run(tmp_path, "build", "pdf")
    reader = PdfReader(tmp_path / "build/CODES-1.pdf")
    _follow_links(reader)
    assert {name for name in reader.named_destinations if name.startswith("milestone-")} == {
        name for name in edition.reader.named_destinations if name.startswith("milestone-")
    }


def test_data_for_programs_have_the_codes(edition: Edition) -> None:
    site = edition.workspace.site
    values = json.loads((site / "milestones.json").read_text("utf-8"))["milestones"]
    order = [each.code for each in DOCUMENT.milestones]
    assert [each["code"] for each in values] == order
    assert [each["page"] for each in values] == [milestone_file(_page(code)) for code in order]
    assert all((site / each["page"]).is_file() for each in values)
    with (site / "milestones.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [text_of_cell(row["code"]) for row in rows] == order
    for row, value in zip(rows, values, strict=True):
        for key in ("predecessors", "successors", "aka"):
            words = [word for term in terms_in(text_of_cell(row[key])) for word in values_in(term)]
            assert words == value[key]
    script = (site / "codes.js").read_text("utf-8")
    entries = json.loads(script.removeprefix("milepostCodes(").removesuffix(");\n"))
    assert [entry[0] for entry in entries] == order
    objects = InventoryFile.loads((site / "objects.inv").read_bytes(), uri="").data["milepost:milestone"]
    earlier = {old for values in SOURCE.values() for old in values.get("aka", [])}
    assert set(objects) == set(SOURCE) | earlier
    calendar = (site / "milestones.ics").read_text("utf-8").replace("\r\n ", "")
    assert "SUMMARY:ITC-NR-100030(54): With brackets" in calendar


def _page(code: str) -> str:
    return milestone_anchor(code).removeprefix("milestone-")


def test_the_site_links_each_code_to_its_page(edition: Edition) -> None:
    page = BeautifulSoup((edition.workspace.site / "document/codes.html").read_text("utf-8"), "html.parser")
    links = {plain(link.text): link["href"] for link in page.select("article p a.reference")}
    named = re.findall(r"What.*?is last", TEXT, re.DOTALL)[0]
    assert len(links) == named.count(":milestone:") + 1  # the last one is after these words
    assert {code: str(address).rpartition("/")[2] for code, address in links.items()} == {
        code: f"{_page(code)}.html" for code in links
    }
    assert set(links) <= set(SOURCE)
    svg = (edition.workspace.rst / "figures/chart.svg").read_text("utf-8")
    assert len(set(re.findall(r'id="([^"]*)"', svg))) == len(re.findall(r'id="([^"]*)"', svg))


@pytest.fixture(scope="module")
def changed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with an earlier edition in `old.yaml`."""
    folder = tmp_path_factory.mktemp("codes")
    (folder / "old.yaml").write_text(TEXT, "utf-8")
    text = TEXT.replace("due: 2024-03-01, wbs", "due: 2024-04-01, wbs").replace("With a space", "With one")
    text = text.replace("  Größe-Ж5: {", "  Größe-Ж(6): {aka: [Größe-Ж5], ")
    text = text.replace("Größe-Ж5, '", "Größe-Ж(6), '").replace("`Größe-Ж5`", "`Größe-Ж(6)`")
    entry = "{version: 1.1, date: 2024-01-31, owner: B. Author, description: Next, authorises: [%s]}"
    entry %= "T&SC-1100-0900, DM-NCSA-11 Status, Größe-Ж5"
    text = text.replace("sections:\n", f"  - {entry}\nsections:\n", 1)
    (folder / "milestones.yaml").write_text(text, "utf-8")
    return folder


def run(folder: Path, *arguments: str) -> str:
    result = subprocess.run(
        [sys.executable, "-m", "milepost", *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout


def test_the_packet_says_what_changed(changed: Path) -> None:
    shown = run(changed, "diff", "old.yaml", "milestones.yaml", "--packet")
    assert "  T&SC-1100-0900 is due 2024-04-01, 31 days later than before (2024-03-01)" in shown
    assert "  DM-NCSA-11 Status was renamed from “With a space” to “With one”." in shown
    assert "  Größe-Ж5 was recoded to Größe-Ж(6)." in shown
    review = changed / "build/review"
    page = BeautifulSoup((review / "index.html").read_text("utf-8"), "html.parser")
    places = {tag["id"] for tag in page.select("[id]")}
    inner = {link["href"][1:] for link in page.select("a[href^='#']")}
    assert inner <= places | {""}
    about = {json.loads(str(each["data-change"]))["about"]["key"] for each in page.select("[data-change]")}
    assert {"T&SC-1100-0900", "DM-NCSA-11 Status", "Größe-Ж(6)"} <= about
    reader = PdfReader(review / "CODES-1-packet.pdf")
    text = plain(" ".join(page.extract_text() for page in reader.pages))
    assert "Größe-Ж(6)" in text


def test_comments_on_such_milestones_are_applied(changed: Path, tmp_path: Path) -> None:
    shutil.copy(changed / "old.yaml", tmp_path / "milestones.yaml")
    codes = [code for code in SOURCE if "completed" not in SOURCE[code]]
    comments = [
        comment(number, key=code, old=SOURCE[code]["due"], new=SOURCE[code]["due"], proposal="2025-01-01")
        for number, code in enumerate(codes)
    ]
    (tmp_path / "c.json").write_text(json.dumps({**FILE, "document": "CODES-1", "comments": comments}))
    run(tmp_path, "comments", "c.json", "--apply", "--write")
    again = yaml.load((tmp_path / "milestones.yaml").read_text("utf-8"), yaml.BaseLoader)["milestones"]
    assert {code: again[code]["due"] for code in codes} == dict.fromkeys(codes, "2025-01-01")


@pytest.mark.parametrize("code", ["ITC-NR-100030(54)", "DM-NCSA-11 Status", "Old one", "~", "O'Neil's \"5\""])
def test_what_follows_if_it_slips(changed: Path, code: str) -> None:
    shown = run(changed, "impact", code, "--to", "2025-01-31", "-f", "old.yaml")
    assert shown.startswith(f"{'ITC-NR-100030(54)' if code == 'Old one' else code} ")
