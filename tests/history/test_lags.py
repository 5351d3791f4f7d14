"""The lags of links, from the relations that are recorded of exports."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.document.test_impact import plan

from milepost.base.paths import Workspace
from milepost.history.lags import recorded_lags

if TYPE_CHECKING:
    from pathlib import Path

    from milepost.document.model import Document

HEAD = "predecessor,successor,kind,lag\n"


@pytest.fixture
def document() -> Document:
    """A plan of which the data date is 2025-01-01."""
    return plan(A={"aka": ["OLD"]}, B={"predecessors": ["A"]}, C={"predecessors": ["A", "B"]})


def beside(folder: Path) -> Workspace:
    return Workspace.of(folder / "milestones.yaml")


def recorded(folder: Path, **days: str) -> None:
    (folder / "schedule").mkdir(exist_ok=True)
    for day, rows in days.items():
        name = f"{day.removeprefix('d').replace('_', '-')}.relations.csv"
        (folder / "schedule" / name).write_text(HEAD + rows, "utf-8")


def test_the_newest_relations_up_to_the_data_date_count(tmp_path: Path, document: Document) -> None:
    recorded(tmp_path, d2024_10_31="A,B,FS,80\n", d2024_11_30="A,B,FS,16\n", d2025_01_31="A,B,FS,800\n")
    (tmp_path / "schedule/latest.relations.csv").write_text("no state", "utf-8")
    found = recorded_lags(beside(tmp_path), document)
    assert (found.days, found.file, found.problems) == (
        {("A", "B"): 2},
        str(tmp_path / "schedule/2024-11-30.relations.csv"),
        (),
    )


def test_only_links_of_the_document_have_lags(tmp_path: Path, document: Document) -> None:
    rows = "A,B,FS,0\nB,A,FS,80\nOLD,C,SS,-8\nB,C,FS,8\nB,C,FF,24\nX,C,FS,8\n"
    recorded(tmp_path, d2025_01_01=rows)
    assert recorded_lags(beside(tmp_path), document).days == {("A", "B"): 0, ("A", "C"): -3, ("B", "C"): 3}


def test_without_records_there_are_none(tmp_path: Path, document: Document) -> None:
    for folder in (tmp_path, tmp_path / "nothing"):
        found = recorded_lags(beside(folder), document)
        assert (found.days, found.file, found.problems) == ({}, "", ())


def test_a_file_with_faults_gives_warnings(tmp_path: Path, document: Document) -> None:
    recorded(tmp_path, d2024_10_31="A,B,FS,80\n", d2024_11_30="A,B,XX,16\nA,C,FS,much\n")
    found = recorded_lags(beside(tmp_path), document)
    assert found.days == {}
    assert [str(each).replace(str(tmp_path), "").partition(" (")[0] for each in found.problems] == [
        "/schedule/2024-11-30.relations.csv:2:5: warning: 'XX' is no kind of relation",
        "/schedule/2024-11-30.relations.csv:3:8: warning: 'much' is not a number of hours",
    ]
