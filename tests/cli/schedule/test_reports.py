"""`milepost report` as a user meets it."""

from __future__ import annotations

import csv
import fcntl
import io
import json
import os
import pty
import re
import struct
import subprocess
import sys
import termios
from datetime import date
from pathlib import Path

import openpyxl
import pytest
import yaml

from milepost.cli import site_extra
from milepost.cli.main import main
from milepost.views.reports.registry import REPORTS

ROOT = Path(__file__).parents[3]
PLAN = """\
format: 1
document:
  handle: PLAN-1
  title: A plan
  organisation: Office
  authors: [A. Author]
  status: draft
  data_date: 2025-01-01
  draft_mark: Draft
sections:
  - title: Parts
    milestones: {codes: "*", no_deliveries: Nothing.}
milestones:
  A-1: {name: Walls, level: 2, due: 2024-12-01, completed: 2024-12-20}
  A-2: {name: Roof, level: 2, due: 2025-02-20, forecast: 2025-03-01, predecessors: [A-1]}
  A-3: {name: Opening, level: 1, due: 2025-06, predecessors: [A-2]}
"""
THEN = "# milestones: all\ncode,level,due,completed,name\nA-1,2,2024-11-01,,Walls\nA-2,2,2024-10-01,,Roof\n"


@pytest.fixture
def plan(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "milestones.yaml").write_text(PLAN, "utf-8")
    (tmp_path / "history").mkdir()
    (tmp_path / "history/2024-10-31.csv").write_text(THEN, "utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def failing(*arguments: str) -> int:
    with pytest.raises(SystemExit) as end:
        main(["report", *arguments])
    return int(end.value.code or 0)


def test_the_reports_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["report"]) == 0

    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == [report.name for report in REPORTS]
    assert all(
        line.endswith(f"(also as {', '.join(report.drawings)})") == bool(report.drawings)
        for line, report in zip(lines, REPORTS, strict=True)
    )


@pytest.mark.usefixtures("plan")
def test_a_report_is_printed_as_text(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["report", "upcoming", "--to", "2025-06-30", "--select", "level:2"]) == 0

    assert (
        capsys.readouterr().out
        == """\
PLAN-1: Upcoming milestones until 2025-06-30, as of 2025-01-01
What is overdue, then what is due or expected by 2025-06-30, 180 days ahead. The expected date is
the forecast, or else the due date. Only the milestones selected by 'level:2'.

Code  Name  Level  Due         Expected    State   Days  Days
                                                  ahead  late
A-2   Roof      2  2025-02-20  2025-03-01  open      59     9
"""
    )


@pytest.mark.usefixtures("plan")
def test_as_of_an_earlier_day_it_is_the_last_state_before(capsys: pytest.CaptureFixture[str]) -> None:
    """The completion and the forecast came later."""
    assert main(["report", "delayed", "--as-of", "2024-12-31", "--format", "csv"]) == 0

    assert capsys.readouterr().out == (
        "code,name,level,due,expected,state,days,waiting\r\nA-2,Roof,2,2024-10-01,2024-10-01,overdue,30,\r\n"
    )


@pytest.mark.usefixtures("plan")
def test_what_a_state_does_not_give_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["report", "status", "--as-of", "2024-10-31", "--format", "json"]) == 0

    values = json.loads(capsys.readouterr().out)
    assert values["document"]["data_date"] == "2024-10-31"
    assert values["note"].endswith("The state of 2024-10-31 does not give: forecast, state.")
    assert values["groups"][0]["total"] == {
        "part": "all", "completed": 0, "open": 1, "overdue": 1, "deferred": 0, "cancelled": 0, "all": 2,
    }  # fmt: skip


@pytest.mark.usefixtures("plan")
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ["status", "--as-of", "2024-10-30"],
            "there is no state of 2024-10-30 or earlier (the first one is that of 2024-10-31)",
        ),
        (
            ["status", "--as-of", "2025-01-02"],
            "2025-01-02 is after the data date, 2025-01-01 (give --as-of an earlier day)",
        ),
        (
            ["upcoming", "--to", "2024-12-31"],
            "2024-12-31 is before the data date, 2025-01-01 (give --to a later day)",
        ),
    ],
)
def test_days_that_a_report_cannot_be_about(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["report", *arguments]) == 1

    assert capsys.readouterr().err == f"{message}\n"


@pytest.mark.usefixtures("plan")
def test_what_is_not_in_a_state_is_counted(plan: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (plan / "history/2024-10-31.csv").write_text("# milestones: some\ncode,due\nA-1,2024-11-01\n", "utf-8")
    assert main(["report", "delayed", "--as-of", "2024-11-30", "--format", "json"]) == 0

    assert json.loads(capsys.readouterr().out)["note"].endswith(
        "The state of 2024-10-31 does not give: forecast, completed, state. "
        "2 milestones are not in it and have the due dates of 2025-01-01."
    )


@pytest.mark.usefixtures("plan")
def test_a_chart_says_what_it_leaves_out_too(capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["status", "--as-of", "2024-11-01", "--select", "level:2", "--format", "svg"]
    assert main(["report", *arguments]) == 0

    shown = capsys.readouterr().out
    assert "The state of 2024-10-31 does not give: forecast, state." in shown
    assert "selected by 'level:2'" in shown


@pytest.mark.usefixtures("plan")
def test_only_what_remains_may_be_asked_of_a_later_day(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["report", "remaining", "--as-of", "2025-03-01", "--format", "csv"]) == 0

    assert capsys.readouterr().out.splitlines()[1:] == ["none,A-3,Opening,1,2025-06,2025-06,open"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["statu"], "there is no report 'statu' (did you mean status?)"),
        (
            ["delayed", "--format", "svg"],
            "the report delayed cannot be svg (choose from text, markdown, rst, html, csv, ",
        ),
        (["delayed", "--days", "3"], "--days is not an option of the report delayed"),
        (["status", "--days", "3"], "--days is not an option of the report status"),
        (["upcoming", "--days", "3", "--to", "2025-02-01"], "give --days or --to, not both"),
        (["upcoming", "--days", "0"], "'0' is not a number from 1 to 99999"),
        (["upcoming", "--to", "soon"], "'soon' is not a date (write year-month-day)"),
        (["status", "--select", "lvl:2"], "there is no condition 'lvl' (did you mean level?)"),
        (["status", "--output", "history/../milestones.yaml"], "milestones.yaml is the document itself"),
        (["monthly", "--by", "owner"], "invalid choice: 'owner'"),
    ],
)
def test_wrong_command_lines(
    arguments: list[str], message: str, plan: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert failing(*arguments) == 2
    assert message in capsys.readouterr().err
    assert sorted(path.name for path in plan.iterdir()) == ["history", "milestones.yaml"]
    assert (plan / "milestones.yaml").read_text("utf-8") == PLAN


@pytest.mark.parametrize(
    ("name", "beginning"),
    [
        ("r.txt", b"PLAN-1: Status"),
        ("r.md", b"**PLAN-1: Status"),
        ("r.csv", b"group,part,"),
        ("R.JSON", b'{\n "schema": 1,'),
        ("r.xlsx", b"PK"),
        ("new/r.svg", b"<svg "),
        ("r", b"PLAN-1: Status"),
    ],
)
def test_the_name_of_the_file_gives_the_format(
    name: str, beginning: bytes, plan: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["report", "status", "--output", name]) == 0

    assert (plan / name).read_bytes().startswith(beginning)
    assert capsys.readouterr().out == f"{name}\n"
    before = (plan / name).stat()
    assert main(["report", "status", "--output", name]) == 0
    assert (plan / name).stat() == before


@pytest.mark.usefixtures("plan")
def test_a_folder_is_no_file(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["report", "status", "--output", "history"]) == 1

    assert capsys.readouterr().err == "history: is a directory (check the permissions and the free space)\n"


@pytest.mark.usefixtures("plan")
def test_without_the_package_for_excel_one_line_says_so(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(site_extra, "find_spec", lambda _: None)

    assert main(["report", "status", "--output", "r.xlsx"]) == 1
    assert capsys.readouterr().err == (
        "an Excel file needs XlsxWriter, which is not installed (run: pip install 'milepost[site]')\n"
    )


@pytest.mark.usefixtures("plan")
def test_a_fault_in_a_state_is_a_warning(plan: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (plan / "history/2024-11-30.csv").write_text("# milestones: all\ncode,due\nA-1,soon\n", "utf-8")

    assert main(["report", "slip", "--format", "csv"]) == 0

    printed = capsys.readouterr()
    assert "2024-11-30.csv:3:5: warning:" in printed.err
    assert "A-2,Roof,2024-10-01,142,2024-10-01,142,2025-02-20,9\r\n" in printed.out


def on_terminal(plan: Path, columns: int, **environment: str) -> str:
    """Return what a terminal of so many columns gets."""
    leader, follower = pty.openpty()
    fcntl.ioctl(follower, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    command = [sys.executable, "-m", "milepost", "report", "delayed"]
    environment = {**os.environ, "TERM": "xterm", **environment}
    subprocess.run(command, cwd=plan, stdout=follower, check=True, env=environment)
    os.close(follower)
    content = b""
    while True:
        try:
            content += os.read(leader, 65_536)
        except OSError:
            break
    os.close(leader)
    return content.decode().replace("\r\n", "\n")


@pytest.mark.parametrize(("setting", "is_bold"), [({}, True), ({"NO_COLOR": "1"}, False)])
def test_a_terminal_has_headings_and_its_own_width(
    setting: dict[str, str], is_bold: bool, plan: Path
) -> None:
    shown = on_terminal(plan, 80, **setting)

    assert ("\x1b[1mPLAN-1: Delayed milestones" in shown) == is_bold
    assert ("\x1b" in shown) == is_bold
    plain = shown.replace("\x1b[1m", "").replace("\x1b[0m", "")
    assert 70 < max(map(len, plain.splitlines())) <= 80


@pytest.mark.usefixtures("plan")
def test_a_workbook_may_go_to_a_pipe() -> None:
    command = [sys.executable, "-m", "milepost", "report", "delayed", "--format", "xlsx"]
    done = subprocess.run(command, capture_output=True, check=True)

    assert openpyxl.load_workbook(io.BytesIO(done.stdout)).active["B2"].value == "Roof"


# --- The table of slips in the documentation ---


def test_the_table_of_slips_in_the_documentation_is_what_the_command_prints(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["-f", str(ROOT / "milestones.yaml"), "report", "slip", "--format", "markdown"]) == 0

    page = (ROOT / "docs/explanation/ldm-564-slip.md").read_text("utf-8")
    assert page == f"# The slip of LDM-564\n\n{capsys.readouterr().out}"


def test_every_cell_of_that_table_is_that_of_the_states() -> None:
    """The states are read as plain CSV and the document as plain YAML, without the program."""
    text = (ROOT / "docs/explanation/ldm-564-slip.md").read_text("utf-8")
    document = yaml.load((ROOT / "milestones.yaml").read_text("utf-8"), yaml.BaseLoader)
    data_date = date.fromisoformat(document["document"]["data_date"])
    assert data_date == date(2024, 11, 30)
    states = {}
    for months, at_the_latest in ((2, "2024-09-30"), (1, "2024-10-31")):
        day = max(path.stem for path in (ROOT / "history").glob("*.csv") if path.stem <= at_the_latest)
        assert f"({at_the_latest}): the state of {day}." in text
        _, *lines = (ROOT / f"history/{day}.csv").read_text("utf-8").splitlines()
        states[months] = {row["code"]: row["due"] for row in csv.DictReader(lines)}

    rows = [
        [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
        for line in text.splitlines()
        if line.startswith("|")
    ][2:]
    assert sorted(row[0] for row in rows) == sorted(document["milestones"])
    for code, _, due_2, moved_2, due_1, moved_1, due, slip in rows:
        milestone = document["milestones"][code]
        assert due == milestone["due"]
        for months, earlier, moved in ((2, due_2, moved_2), (1, due_1, moved_1)):
            assert earlier == states[months].get(code, "")
            days = str((date.fromisoformat(due) - date.fromisoformat(earlier)).days) if earlier else ""
            assert moved.replace("\\", "") == days, code
        reached = milestone.get("completed") or milestone.get("forecast")
        until = date.fromisoformat(reached) if reached else max(data_date, date.fromisoformat(due))
        assert int(slip.replace("\\", "")) == (until - date.fromisoformat(due)).days, code
