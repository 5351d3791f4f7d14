"""Reports as text for a terminal, and as Markdown."""

from __future__ import annotations

import re
from datetime import date

import pytest
from docutils.utils import column_width
from tests.support.reports import plan

from milepost.render.reports import markdown, text_lines
from milepost.views.reports.registry import REPORTS
from milepost.views.reports.table import Column, Group, Kind, Options, Share, Table

BY_NAME = {report.name: report for report in REPORTS}


def text(table: Table, width: int = 100) -> str:
    return "\n".join(line.text for line in text_lines(table, width)) + "\n"


def report(name: str, **options: object) -> Table:
    return BY_NAME[name].table(plan(), (), Options(**options))  # type: ignore[arg-type]


def test_a_report_in_groups_with_totals() -> None:
    assert (
        text(report("status"))
        == """\
DOC-1: Status by level and WBS, as of 2024-03-05
A milestone is overdue if the date that is expected now (the forecast, or else the due date) is
over.

  Part  Completed  Open  Overdue  Deferred  Cancelled  All
By level
  1             1     1        0         0          0    2
  2             0     2        2         0          0    4
  none          0     0        0         1          1    2
  all           1     3        2         1          1    8

By WBS
  W.01          1     0        1         0          0    2
  W.02          0     1        1         1          1    4
  X             0     1        0         0          0    1
  none          0     1        0         0          0    1
  all           1     3        2         1          1    8
"""
    )


def test_a_plain_report() -> None:
    assert (
        text(report("delayed"), 80)
        == """\
DOC-1: Delayed milestones, as of 2024-03-05
Open milestones that are overdue, or expected after they are due. The expected
date is the forecast, or else the due date. Days late are counted from the due
date to the expected date or, of what is overdue, to the data date.

Code  Name    Level  Due         Expected    State    Days  What waits for it
                                                      late
A-3   Doors       2  2024-04-01  2024-05-31  open       60  A-4
B-1   Ground      2  2024-02-10  2024-02-10  overdue    24  A-3
A-2   Roof        2  2024-03-01  2024-03-01  overdue     4  A-3 A-4
"""
    )


def test_a_grid_of_months() -> None:
    assert (
        text(report("monthly", by="wbs"))
        == """\
DOC-1: Milestones by month due and WBS, as of 2024-03-05
By the month in which milestones are due: completed of planned. What is due in a quarter or a year
counts in its last month. 2 cancelled or deferred milestones are left out.

  Part  Jan  Feb  Mar  Apr  May  Jun  Jul  Aug  Sep  Oct  Nov  Dec  Year
2024
  W.01  1/1       0/1                                                1/2
  W.02       0/1       0/1                                           0/2
  none                           0/1                                 0/1
  all   1/1  0/1  0/1  0/1       0/1                                 1/5

No date yet
  X                                                                  0/1
  all                                                                0/1
"""
    )


def test_a_report_of_nothing_says_so() -> None:
    table = BY_NAME["delayed"].table(plan(milestones={}), (), Options())

    assert text(table).endswith("\n\nThere are none.\n")
    assert markdown(table).endswith("\n\nThere are none.\n")


def test_deliveries_of_a_milestone_without_any() -> None:
    lines = text(report("deliveries")).splitlines()

    assert lines[lines.index("A-1 Walls (due 2024-01-10, completed 2024-01-20)") + 1] == "  Nothing new."


def wide(name: str) -> Table:
    return Table(
        name="wide",
        title="Wide",
        handle="DOC-1",
        data_date=date(2024, 3, 5),
        note="",
        columns=(
            Column(name="code", title="Code", kind=Kind.CODE),
            Column(name="name", title="Name"),
            Column(name="days", title="Days late", kind=Kind.NUMBER),
        ),
        groups=(Group(rows=(("A-1", name, 12), ("A-22", "x", -3))),),
    )


def test_names_are_wrapped_to_the_width_and_nothing_is_lost() -> None:
    name = "A name of several words that does not fit into one line of this width"
    lines = text(wide(name), 40).splitlines()

    assert lines[-4:-1] == [
        "A-1   A name of several words that    12",
        "      does not fit into one line",
        "      of this width",
    ]
    assert lines[-1] == "A-22  x                               -3"


@pytest.mark.parametrize("width", [1, 20, 30, 80])
def test_words_without_spaces_are_wrapped_too(width: int) -> None:
    found = text(wide("x" * 100), width)

    assert found.count("x") == 101
    assert max(map(len, found.splitlines()[2:])) <= max(width, 24)


def test_wide_characters_take_two_columns() -> None:
    lines = text(wide("望遠鏡の最初の光")).splitlines()

    assert [column_width(line) for line in lines[-2:]] == [28, 28]


def test_controls_of_the_terminal_are_shown_as_codes() -> None:
    assert "\x1b" not in text(wide("a\x1b[31mb"))
    assert "a<U+001B>[31mb" in text(wide("a\x1b[31mb"))


HOSTILE = r"a|b \| c\ `d` <b>&amp; [x](http://e.org) @who #12 *e* _f_ ~~g~~ $h$ http://e.org www.e.org GH-7"


def test_every_cell_of_markdown_is_escaped() -> None:
    found = markdown(wide(HOSTILE))
    row = next(line for line in found.splitlines() if line.startswith("| A-1"))

    assert len(re.split(r"(?<!\\)(?:\\\\)*\|", row)) == 5  # the edges and three cells
    assert "@who" not in row
    assert "#12" not in row
    assert "GH-7" not in row
    assert "://" not in row
    assert not re.search(r"(?<!\\)[`<>*_\[\]$~&](?!#8203;)", row)


def test_markdown_of_a_report_in_groups() -> None:
    assert (
        markdown(report("monthly", by="level")).partition("\n\n**No date yet**")[0]
        == """\
**DOC-1: Milestones by month due and level, as of 2024-03-05**

By the month in which milestones are due: completed of planned. What is due in a quarter or a year counts \
in its last month. 2 cancelled or deferred milestones are left out.

**2024**

| Part | Jan | Feb | Mar | Apr | May | Jun | Jul | Aug | Sep | Oct | Nov | Dec | Year |
|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|
| 1 | 1/1 |  |  |  |  | 0/1 |  |  |  |  |  |  | 1/2 |
| 2 |  | 0/1 | 0/1 | 0/1 |  |  |  |  |  |  |  |  | 0/3 |
| **all** | **1/1** | **0/1** | **0/1** | **0/1** |  | **0/1** |  |  |  |  |  |  | **1/5** |"""
    )


def test_no_share_of_nothing_is_printed() -> None:
    table = wide("x")
    shares = Table(
        **{field: getattr(table, field) for field in ("name", "title", "handle", "data_date", "note")},
        columns=(Column(name="share", title="Share", kind=Kind.SHARE),),
        groups=(Group(rows=((Share(0, 0),), (Share(0, 2),))),),
    )

    assert text(shares).splitlines()[-2:] == ["", "  0/2"]
