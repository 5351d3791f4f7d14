"""Read exports of the schedule: each format and layout, and files that are not what they claim to be."""

from __future__ import annotations

import io
import zipfile
from contextlib import suppress
from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support import exports
from tests.support.exports import COLUMNS_2022, relation, sheets, task, with_row, xls, xlsx
from xlsxwriter import Workbook

from milepost.base.errors import MilepostError
from milepost.document.settings.schedule import ScheduleColumns
from milepost.schedule.activities import Kind, Status
from milepost.schedule.cells import DATE_FORMS
from milepost.schedule.read import parse

WBS = "Plan 19-04.02C.04.03"


def faults(content: bytes, file: str = "month.xls") -> list[str]:
    """Return the lines of the error that reading `content` raises."""
    with pytest.raises(MilepostError) as caught:
        parse(content, file)
    return str(caught.value).splitlines()


def test_layout_of_2019_has_neither_levels_nor_types() -> None:
    rows = [
        task("AB-1", "1/17/2019", wbs_id=WBS),
        task("AB-2", "7/16/2021 8:00:00 AM", status="In Progress", end_date="12/1/2021 5:00:00 PM"),
        task("AB-3", "2/28/2019 5:00:00 PM", status="Completed", act_end_date="3/1/2019 5:00:00 PM"),
    ]
    found = parse(xls(sheets(rows, [relation("AB-1", "AB-2")], exports.COLUMNS_2019)), "month.xls")
    first, second, third = found.activities
    assert (first.code, first.name, first.wbs, first.level) == ("AB-1", "Name of AB-1", "02C.04.03", None)
    assert (first.due, first.finish, first.completed) == (date(2019, 1, 17), date(2019, 1, 17), None)
    assert (second.status, second.due, second.finish) == (
        Status.IN_PROGRESS,
        date(2021, 7, 16),
        date(2021, 12, 1),
    )
    assert third.completed == date(2019, 3, 1)
    assert found.milestones == found.activities
    [joined] = found.joined
    assert (joined.predecessor, joined.successor, joined.kind, joined.lag) == (
        "AB-1",
        "AB-2",
        Kind.FINISH_TO_START,
        Decimal(0),
    )


def test_layout_of_2022_has_levels_and_celebrations() -> None:
    rows = [
        task("AB-1", "1/17/2023", user_field_859="2", actv_code_celebratory_achievements_id="Top"),
        task("AB-2", "", start_date="3/18/2020 8:00:00 AM", status="Completed"),
    ]
    first, second = parse(xls(sheets(rows)), "month.xls").activities
    assert (first.level, first.celebratory) == (2, "Top")
    # A completed start milestone has neither a baseline nor an actual finish.
    assert (second.due, second.completed) == (date(2020, 3, 18), date(2020, 3, 18))


def test_layout_of_2024_has_activities_beside_milestones() -> None:
    rows = [
        task("AB-1", "1/17/2025", task_type="Finish Milestone", actv_code_milestone_tracking_id="Y"),
        task("AB-2", "1/18/2025", task_type="Task Dependent", actv_code_summary_chart_id="Dome.Shutter work"),
    ]
    found = parse(xls(sheets(rows, columns=exports.COLUMNS_2024)), "month.xls")
    assert [each.code for each in found.milestones] == ["AB-1"]
    assert found.by_code["AB-1"].is_tracked
    assert found.by_code["AB-2"].category == ("Dome", "Shutter work")


def test_all_formats_say_the_same() -> None:
    rows = [
        task("T&SC-1", "1/17/2025", task_name="Dome & <shutter>"),
        task("AB 2 Status", "2/1/2025", status="Completed", act_end_date="2/3/2025 5:00:00 PM"),
    ]
    contents = sheets(rows, [relation("T&SC-1", "AB 2 Status", "FF", "-16")])
    old, new = parse(xls(contents), "a.xls"), parse(xlsx(contents), "a.xlsx")
    assert old.activities == new.activities
    assert old.relations == new.relations
    assert old.relations[0].lag == Decimal(-16)
    lines = "".join(",".join(f'"{cell}"' for cell in row) + "\r\n" for row in contents["TASK"])
    assert parse(lines.encode(), "a.csv").activities == old.activities
    # As it is saved by hand: captions only.
    without_names = lines.partition("\r\n")[2]
    assert parse(b"\xef\xbb\xbf" + without_names.encode(), "a.csv").activities == old.activities


XER = """\
ERMHDR\t18.8\t2024-03-01\tProject\tadmin\tAdministrator\tdb\tProject Management\tUSD
%T\tPROJECT
%F\tproj_id\tproj_short_name\tlast_recalc_date
%R\t7\tPlan\t2024-02-29 00:00
%T\tPROJWBS
%F\twbs_id\tproj_id\twbs_short_name\tparent_wbs_id
%R\t70\t7\tPlan\t
%R\t71\t7\t02C\t70
%R\t72\t7\t04\t71
%T\tACTVTYPE
%F\tactv_code_type_id\tactv_code_type
%R\t5\tMilestone Tracking
%T\tACTVCODE
%F\tactv_code_id\tactv_code_type_id\tshort_name
%R\t50\t5\tY
%T\tTASK
%F\ttask_id\tproj_id\twbs_id\ttask_type\tstatus_code\ttask_code\ttask_name\tact_end_date\tearly_end_date\ttarget_end_date\tearly_start_date
%R\t1\t7\t72\tTT_FinMile\tTK_NotStart\tAB-1\tFen\xeatre\t\t2024-05-02 17:00\t2024-04-01 17:00\t
%R\t2\t7\t72\tTT_Task\tTK_Active\tAB-2\tWork\t\t2024-04-20 17:00\t2024-04-01 17:00\t2024-02-01 08:00
%R\t3\t7\t71\tTT_FinMile\tTK_Complete\tAB-3\tDone\t2024-01-05 17:00\t\t2024-01-01 17:00\t
%T\tTASKACTV
%F\ttask_id\tactv_code_type_id\tactv_code_id
%R\t1\t5\t50
%T\tTASKPRED
%F\ttask_pred_id\ttask_id\tpred_task_id\tproj_id\tpred_proj_id\tpred_type\tlag_hr_cnt
%R\t90\t1\t2\t7\t7\tPR_FS\t40
%R\t91\t1\t99\t7\t8\tPR_FS\t0
%T\tUDFTYPE
%F\tudf_type_id\ttable_name\tudf_type_label
%R\t859\tTASK\tMilestone Level
%T\tUDFVALUE
%F\tudf_type_id\tfk_id\tproj_id\tudf_number\tudf_text
%R\t859\t1\t7\t2.000000\t
%E
"""


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252"])
def test_xer_gives_what_a_spreadsheet_gives(encoding: str) -> None:
    found = parse(XER.replace("\n", "\r\n").encode(encoding), "plan.xer")
    first, work, done = found.activities
    assert (first.code, first.name, first.wbs, first.level) == ("AB-1", "Fen\xeatre", "02C.04", 2)
    assert (first.due, first.finish, first.is_tracked) == (date(2024, 4, 1), date(2024, 5, 2), True)
    assert (work.is_milestone, work.status) == (False, Status.IN_PROGRESS)
    assert done.completed == date(2024, 1, 5)
    assert found.data_date == date(2024, 2, 29)
    # The other relation begins in a project that is not in the file.
    [joined] = found.relations
    assert (joined.predecessor, joined.successor, joined.lag) == ("AB-2", "AB-1", Decimal(40))


def test_columns_that_have_other_names() -> None:
    columns = ScheduleColumns(level="user_field_901", baseline="end_date", lag="delay", celebratory="x")
    rows = [task("A-1", "1/1/2025", user_field_859="4", user_field_901="2", end_date="2/1/2025", x="Y")]
    links = [relation("A-1", "B-1", lag="0") | {"delay": "40"}]
    contents = {
        "TASK": exports.sheet([*COLUMNS_2022, "user_field_901", "x"], rows),
        "TASKPRED": exports.sheet([*exports.RELATION_COLUMNS, "delay"], links),
    }
    for content in (xls(contents), xlsx(contents)):
        found = parse(content, "month", columns)
        (activity,), (link,) = found.activities, found.relations
        assert (activity.level, activity.baseline, activity.celebratory) == (2, date(2025, 2, 1), "Y")
        assert link.lag == Decimal(40)
    # Two may be exchanged.
    both = ScheduleColumns(baseline="end_date", forecast="base_end_date")
    (activity,) = parse(xls(contents), "month.xls", both).activities
    assert (activity.baseline, activity.forecast) == (date(2025, 2, 1), date(2025, 1, 1))


def test_columns_of_csv_and_xer_that_have_other_names() -> None:
    text = "Activity ID,Activity Status,Activity Name,BL Project Finish,Actual Finish,Finish,Class\n"
    content = f"{text}A-1,Not Started,Wall,1/1/2025,,2/1/2025,3\n".encode()
    (activity,) = parse(content, "m.csv", ScheduleColumns(level="Class", baseline="Finish")).activities
    assert (activity.level, activity.baseline) == (3, date(2025, 2, 1))
    xer = XER.replace("Milestone Level\n", "Milestone Level\n%R\t901\tTASK\tClass\n").replace(
        "%E\n", "%R\t901\t1\t7\t\t4\n%E\n"
    )
    assert parse(xer.encode(), "m.xer").activities[0].level == 2
    assert parse(xer.encode(), "m.xer", ScheduleColumns(level="user_field_901")).activities[0].level == 4
    named = ScheduleColumns(celebratory="actv_code_milestone_tracking_id")
    assert parse(xer.encode(), "m.xer", named).activities[0].celebratory == "Y"


def test_a_column_that_is_not_there_and_a_cell_in_one_of_another_name() -> None:
    contents = exports.sheets([task("A-1", "1/1/2025", user_field_859="high")])
    with pytest.raises(MilepostError) as caught:
        parse(xls(contents), "m.xls", ScheduleColumns(level="user_field_895", lag="lag"))
    assert [str(each) for each in caught.value.problems] == [
        "m.xls:TASK!A1: TASK has no column user_field_895 (did you mean user_field_859?)",
        "m.xls:TASKPRED!A1: TASKPRED has no column lag (row 1 has the names of the columns)",
    ]
    with pytest.raises(MilepostError) as caught:
        parse(xls(contents), "m.xls", ScheduleColumns(actual="user_field_859"))
    assert "m.xls:TASK!J3: A-1: " in str(caught.value)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (
            b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 4085248\n",
            "month.xls: this is a pointer of Git LFS, not the file itself (run git lfs pull)",
        ),
        (
            b"\r\n<html><table><tr><td>task_code",
            (
                "month.xls: this is a web page or XML, whatever its name says"
                " (in P6, export it as Spreadsheet (XLS))"
            ),
        ),
        (b"", "month.xls: the file is empty (give a .xls, .xlsx, .xer or .csv that P6 has exported)"),
        (
            b"\x89PNG\r\n\x1a\n\0\0",
            (
                "month.xls: this is neither a workbook nor text"
                " (give a .xls, .xlsx, .xer or .csv that P6 has exported)"
            ),
        ),
        (
            exports.compound_file("Root Entry", "EncryptedPackage"),
            "month.xls: the workbook is encrypted (save it without a password)",
        ),
        (
            exports.compound_file("Root Entry", "Workbook", "_VBA_PROJECT_CUR"),
            "month.xls: the workbook has macros, which no export has (in P6, export it as Spreadsheet (XLS))",
        ),
        (
            xlsx(sheets([task("AB-1", "1/1/2024")]), **{"xl/vbaProject.bin": ""}),
            "month.xls: the workbook has macros, which no export has (in P6, export it as Spreadsheet (XLS))",
        ),
        (
            xls({"Tabelle1": [["a"]], "USERDATA": [["b"]]}),
            (
                "month.xls: there is no sheet TASK, which has the activities (its sheets: Tabelle1, USERDATA)"
                " (in P6, export it as Spreadsheet (XLS), with activities and relationships)"
            ),
        ),
        (
            xlsx(sheets([task("AB-1", "1/1/2024")]))[:-30],
            "month.xls: the workbook is cut short or damaged (in P6, export it as Spreadsheet (XLS) again)",
        ),
        (
            b"ERMHDR\t18.8\n%T\tTASK\n%F\ttask_code\n%R\tAB-1\n",
            (
                "month.xls: the file is cut short: it has no line %E at its end"
                " (in P6, export the project as XER again)"
            ),
        ),
        (
            b"ERMHDR\t18.8\n%T\tTASK\n%F\ttask_id\ttask_name\n%R\t1\tAB-1\n%E\n",
            "month.xls:4: TASK has no column task_code (in P6, export the project as XER again)",
        ),
        (
            b"ERMHDR\t18.8\n%T\tTASK\n%F\ttask_id\n%R\t1\tAB-1\n%E\n",
            (
                "month.xls:4: this row of TASK has 2 cells, not 1 as its table"
                " (in P6, export the project as XER again)"
            ),
        ),
        (
            exports.encrypted_xls(sheets([task("AB-1", "1/1/2024")])),
            "month.xls: the workbook is encrypted (save it without a password)",
        ),
        (
            b"ERMHDR\t18.8\n%T\tTASK\n%F\ttask_code\nAB-1\n%E\n",
            (
                "month.xls:4: this line is no part of a table: it begins with none of %T, %F, %R and %E"
                " (in P6, export the project as XER again)"
            ),
        ),
    ],
    ids=[
        "lfs",
        "html",
        "empty",
        "picture",
        "encrypted",
        "macros",
        "macros-xlsx",
        "no-sheet",
        "truncated-xlsx",
        "truncated-xer",
        "xer-without-column",
        "xer-with-more-cells",
        "encrypted-xls",
        "odd-xer",
    ],
)
def test_what_is_not_an_export_is_one_clear_line(content: bytes, expected: str) -> None:
    assert faults(content) == [expected]


def test_truncated_workbook() -> None:
    whole = xls(sheets([task(f"AB-{number}", "1/1/2024") for number in range(100)]))
    [line] = faults(whole[: len(whole) // 2])
    assert line.startswith("month.xls: the workbook cannot be read: ")
    assert line.endswith("(it may be cut short; in P6, export it as Spreadsheet (XLS) again)")


def test_all_faults_in_one_run_each_with_its_cell() -> None:
    rows = [
        task("AB-1", "16/7/2021 8:00:00 AM"),
        task("AB-2", "2/30/2021"),
        task("AB-2", "1/1/2021"),
        task("", "1/1/2021"),
        task("AB-3", "soon", status="Done", user_field_859="two"),
    ]
    relations = [relation("AB-1", ""), relation("AB-1", "AB-2", "XX"), relation("AB-1", "AB-2", "FS", "long")]
    remedy = "write month/day/year, as in 7/16/2021, or year-month-day"
    assert faults(xls(sheets(rows, relations))) == [
        (
            "month.xls:TASK!G3: AB-1: '16/7/2021 8:00:00 AM' has no month 16: its day seems to come first"
            f" ({remedy})"
        ),
        (
            "month.xls:TASK!I3: AB-1: '16/7/2021 8:00:00 AM' has no month 16: its day seems to come first"
            f" ({remedy})"
        ),
        f"month.xls:TASK!G4: AB-2: 2021-02-30 is not a date: February 2021 has 28 days ({remedy})",
        f"month.xls:TASK!I4: AB-2: 2021-02-30 is not a date: February 2021 has 28 days ({remedy})",
        "month.xls:TASK!A5: AB-2 is the code of another row as well (month.xls:TASK!A4) (keep one of them)",
        "month.xls:TASK!A6: this row has no code (export it again)",
        "month.xls:TASK!B7: AB-3: 'Done' is not a status (write Not Started, In Progress, Completed)",
        "month.xls:TASK!J7: AB-3: 'two' is not a level (write a number from 1 to 9, or nothing)",
        f"month.xls:TASK!G7: AB-3: 'soon' is not a date ({remedy})",
        f"month.xls:TASK!I7: AB-3: 'soon' is not a date ({remedy})",
        "month.xls:TASKPRED!B3: this relation has one end only (export it again)",
        "month.xls:TASKPRED!C4: 'XX' is no kind of relation (write FS, SS, FF, SF)",
        "month.xls:TASKPRED!D5: 'long' is not a number of hours (write a number, or nothing)",
    ]


def test_missing_and_repeated_columns_are_all_named() -> None:
    contents = sheets([task("AB-1", "1/1/2024")])
    names = contents["TASK"][0]
    names[names.index("status_code")] = "stat_code"
    names[names.index("end_date")] = "task_name"
    assert faults(xls(contents)) == [
        "month.xls:TASK!A1: TASK has no column status_code (did you mean stat_code?)",
        "month.xls:TASK!A1: 2 columns of TASK are called task_name (keep one of them)",
        "month.xls:TASK!A1: TASK has no column end_date (did you mean act_end_date?)",
    ]


def test_texts_are_plain_and_rows_to_be_deleted_are_left_out() -> None:
    rows = [
        task("AB\u00a01", "1/1/2024", task_name="Dome&nbsp;&amp;\u00a0shutter\u200b \r\n test"),
        task("AB-2", "1/1/2024", delete_record_flag="Y"),
    ]
    found = parse(xls(sheets(rows)), "month.xls")
    assert [(each.code, each.name) for each in found.activities] == [("AB 1", "Dome & shutter test")]
    assert [str(each) for each in found.warnings] == [
        "month.xls:TASK!A4: warning: AB-2 is marked to be deleted, and left out"
    ]


@given(
    st.binary(max_size=300),
    st.sampled_from([b"", b"PK\x03\x04", exports.compound_file("Workbook"), b"ERMHDR\t"]),
)
def test_no_bytes_raise_anything_but_the_one_error(content: bytes, beginning: bytes) -> None:
    with suppress(MilepostError):
        parse(beginning + content, "month.xls")


def test_a_cell_far_away_does_not_fill_the_memory() -> None:
    content = sheets([task("A-1", "1/1/2025")])
    row = '<row r="1048576"><c r="XFD1048576" t="inlineStr"><is><t>x</t></is></c></row>'
    assert faults(with_row(xlsx(content), row)) == [
        (
            f"month.xls: a sheet has {16_384 * 1_048_576:,} cells, with the empty ones between others "
            "(export fewer activities at once)"
        )
    ]


def test_cells_that_do_not_say_where_they_are_are_counted() -> None:
    content = sheets([task("A-1", "1/1/2025")])
    rows = f"<row>{'<c/>' * 16_000}</row>{'<row><c/></row>' * 1_000}"
    (fault,) = faults(with_row(xlsx(content), rows))
    assert "a sheet has 16,064,000 cells" in fault


def test_an_archive_that_is_no_workbook() -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("202401-ME.xls", xls(sheets([])))
    assert faults(file.getvalue()) == [
        (
            "month.xls: this is an archive, but no workbook of Excel "
            "(unpack it, or in P6, export it as Spreadsheet (XLS))"
        )
    ]


def test_numbers_dates_and_hidden_sheets_are_read_as_what_they_are() -> None:
    file = io.BytesIO()
    book = Workbook(file, {"in_memory": True})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    names = [
        "task_code",
        "status_code",
        "task_name",
        "base_end_date",
        "act_end_date",
        "end_date",
        "user_field_859",
    ]
    sheet = book.add_worksheet("TASK")
    for row in range(2):
        sheet.write_row(row, 0, names)
    sheet.write_row(2, 0, [1001, "Not Started", 7])
    sheet.write_datetime(2, 3, datetime(2024, 1, 31, 17, 30), day)  # noqa: DTZ001 -- cells have no time zone
    sheet.write_datetime(2, 5, datetime(2024, 2, 29), day)  # noqa: DTZ001
    sheet.write_number(2, 6, 2)
    book.add_worksheet("Notes")
    book.worksheets()[1].activate()
    sheet.hide()
    book.close()
    [activity] = parse(file.getvalue(), "month.xlsx").activities
    assert (activity.code, activity.name, activity.level) == ("1001", "7", 2)
    assert (activity.baseline, activity.forecast) == (date(2024, 1, 31), date(2024, 2, 29))


def test_a_column_with_the_day_first_is_described_at_its_beginning() -> None:
    rows = [task(f"AB-{day}", f"{day}/1/2024", end_date="") for day in range(10, 29)]
    assert faults(xls(sheets(rows))) == [
        *(
            f"month.xls:TASK!G{row}: AB-{row + 7}: '{row + 7}/1/2024' has no month {row + 7}: "
            f"its day seems to come first ({DATE_FORMS})"
            for row in (6, 7, 8)
        ),
        "month.xls:TASK!G9: 13 more cells of base_end_date are wrong, from here on (correct all of them)",
    ]
