"""The page of a milestone has its dates in the earlier states of a document."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from bs4 import BeautifulSoup
from tests.build.test_editions import text

from milepost.base.files import walk
from milepost.cli.main import main

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.slow


def rows(directory: Path, page: str) -> list[list[str]]:
    soup = BeautifulSoup((directory / f"build/site/milestones/{page}.html").read_text("utf-8"), "html.parser")
    return [[cell.get_text() for cell in row.select("th, td")] for row in soup.select("#earlier tbody tr")]


def test_a_milestone_has_its_dates_in_earlier_states(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = tmp_path / "milestones.yaml"
    source.write_text(text("1", code="X-1", more="    aka: [R-1]\n"))
    history = tmp_path / "history"
    history.mkdir()
    (history / "2029-12-31.csv").write_text(
        "# milestones: all\ncode,due,forecast,completed\nX-1,2030-05,2030-08,\nR-2,2029-10-01,,\n"
    )
    (history / "2028-12-31.csv").write_text("# milestones: some\ncode,due\nR-1,2029\n")
    (history / "2030-01-31.csv").write_text("# milestones: some\ncode,due\nX-1,2040\n")  # the data date
    build = ["-f", str(source), "build", "site", "--no-pdf"]
    assert main(build) == 0

    assert rows(tmp_path, "x-1") == [
        ["2029-12-31", "2030-05", "2030-08", "open"],
        ["2028-12-31", "2029", "not known", "not known"],  # under its earlier code
    ]
    assert rows(tmp_path, "r-2") == [["2029-12-31", "2029-10-01", "", "overdue"]]

    # A state that is corrected changes the site, and one with faults is left out.
    (history / "2028-12-31.csv").write_text("# milestones: some\ncode,due,completed\nR-1,soon,\n")
    (history / "2029-12-31.csv").write_text("# milestones: all\ncode,due,completed\nR-1,2030,2029-11-01\n")
    capsys.readouterr()
    assert main(build) == 0
    assert "2028-12-31.csv:3:5: warning: 'soon' is not a date" in capsys.readouterr().err
    assert rows(tmp_path, "x-1") == [["2029-12-31", "2030", "completed 2029-11-01"]]
    assert rows(tmp_path, "r-2") == []

    before = {name: path.read_bytes() for name, path in walk(tmp_path / "build/site")}
    (tmp_path / "build").rename(tmp_path / "old")
    assert main(build) == 0
    assert {name: path.read_bytes() for name, path in walk(tmp_path / "build/site")} == before
