"""Exports that are not what they claim, by the command: one clear error, and the document stays as it was."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
from tests.importing.test_proposal import PLAN
from tests.support.exports import (
    COLUMNS_2022,
    compound_file,
    encrypted_xls,
    sheet,
    sheets,
    task,
    with_row,
    xls,
    xlsx,
)

from milepost.cli.main import main

if TYPE_CHECKING:
    from pathlib import Path

GOOD = sheets([task("A-1", "2/15/2025"), task("A-2", "3/1/2025")])
P6 = "in P6, export it as Spreadsheet (XLS)"
DATES = "write month/day/year, as in 7/16/2021, or year-month-day"
DAY_FIRST = "A-1: '31/01/2024' has no month 31: its day seems to come first"
TWICE = "A-1 is the code of another row as well (202501-ME.xls:TASK!A3)"
NO_SHEET = "there is no sheet TASK, which has the activities (its sheets: Sheet1)"
EMPTY = "with the empty ones between others"
FAULTS = {
    "pointer": (b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 9\n",
                ": this is a pointer of Git LFS, not the file itself (run git lfs pull)"),
    "page": (b"<html><body><table>", f": this is a web page or XML, whatever its name says ({P6})"),
    "truncated .xlsx": (xlsx(GOOD)[:-200], f": the workbook is cut short or damaged ({P6} again)"),
    "truncated .xls": (xls(GOOD)[:2000],
                       f": the workbook cannot be read: it is damaged (it may be cut short; {P6} again)"),
    "encrypted .xls": (encrypted_xls(GOOD), ": the workbook is encrypted (save it without a password)"),
    "encrypted .xlsx": (compound_file("Root Entry", "EncryptionInfo", "EncryptedPackage"),
                        ": the workbook is encrypted (save it without a password)"),
    "macros": (xlsx(GOOD, **{"xl/vbaProject.bin": "x"}),
               f": the workbook has macros, which no export has ({P6})"),
    "no sheet": (xls({"Sheet1": [["a"]]}),
                 f": {NO_SHEET} ({P6}, with activities and relationships)"),
    "no column": (xls({"TASK": sheet([each for each in COLUMNS_2022 if each != "end_date"], [])}),
                  ":TASK!A1: TASK has no column end_date (did you mean act_end_date?)"),
    "one code twice": (xls(sheets([task("A-1", "2/15/2025"), task("A-1", "3/1/2025")])),
                       f":TASK!A4: {TWICE} (keep one of them)"),
    "no date": (xls(sheets([task("A-1", "soon", end_date="")])),
                f":TASK!G3: A-1: 'soon' is not a date ({DATES})"),
    "day first": (xls(sheets([task("A-1", "31/01/2024", end_date="")])), f":TASK!G3: {DAY_FIRST} ({DATES})"),
    "far cell": (with_row(xlsx(GOOD), '<row r="15000"><c r="OJ15000"/></row>'),
                 f": a sheet has 6,000,000 cells, {EMPTY} (export fewer activities at once)"),
}  # fmt: skip


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_one_clear_line(name: str, tmp_path: Path, monkeypatch: Any, capsys: Any) -> None:
    content, expected = FAULTS[name]
    (tmp_path / "milestones.yaml").write_text(PLAN, "utf-8")
    (tmp_path / "202501-ME.xls").write_bytes(content)
    monkeypatch.chdir(tmp_path)
    capsys.readouterr()
    assert main(["import", "primavera", "202501-ME.xls", "--write"]) == 1
    printed = capsys.readouterr()
    errors = [line for line in printed.err.splitlines() if ": warning: " not in line]
    assert (printed.out, errors) == ("", [f"202501-ME.xls{expected}"])
    assert (tmp_path / "milestones.yaml").read_text("utf-8") == PLAN


@pytest.mark.slow
def test_what_ends_the_library_that_reads_workbooks_does_not_end_the_command(tmp_path: Path) -> None:
    """Of damaged workbooks, some make it ask for all memory, or print where it failed."""
    (tmp_path / "milestones.yaml").write_text(PLAN, "utf-8")
    good = xls(GOOD)
    dimensions = good.index(b"\x00\x02\x0e\x00")  # of the first sheet: make it as large as the format can say
    content = bytearray(good)
    content[dimensions + 4 : dimensions + 18] = bytes.fromhex("00000000ffffffff0000ffff0000")
    (tmp_path / "202501-ME.xls").write_bytes(content)
    command = [sys.executable, "-m", "milepost", "import", "primavera", "202501-ME.xls"]
    result = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert "panicked" not in result.stderr
    assert "Traceback" not in result.stderr
    assert result.returncode in {0, 1}
