"""Snapshots: what is read and written, and each fault of a file with its place."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.history.test_states import document

from milepost.base.dates import parse_planned
from milepost.base.errors import MilepostError
from milepost.diff.compare import diff
from milepost.document.selection import Selection
from milepost.history.csv_rows import csv_cell, text_of_cell
from milepost.history.names import day_of, snapshots_in
from milepost.history.snapshots import as_csv, in_document, load_snapshot, read_snapshot
from milepost.history.states import as_of, snapshot_of

if TYPE_CHECKING:
    from pathlib import Path

FILE = "history/2024-01-31.csv"
HEAD = "# milestones: all\n"
PLAIN = f"{HEAD}code,due,completed\nA-1,2024-02,\nA-2,tbd,2024-01-05\n"


def read(text: str | bytes, file: str = FILE) -> Any:
    return read_snapshot(text.encode() if isinstance(text, str) else text, file).snapshot


def faults(text: str | bytes, file: str = FILE) -> list[str]:
    with pytest.raises(MilepostError) as caught:
        read(text, file)
    return str(caught.value).removesuffix("\n").split("\n")


def test_what_is_read() -> None:
    found = read(PLAIN)

    assert (found.day, found.scope, found.columns) == (date(2024, 1, 31), Selection(), ("due", "completed"))
    assert found.rows == {
        "A-1": {"due": parse_planned("2024-02"), "completed": None},
        "A-2": {"due": parse_planned("tbd"), "completed": date(2024, 1, 5)},
    }
    assert read(PLAIN.replace("all", "some")).scope is None
    for scope in ("codes:A-1", "codes:A-*,B-1"):
        text = PLAIN.replace("all", scope)
        assert str(read(text).scope) == scope
        assert as_csv(read(text)) == text


@pytest.mark.parametrize(
    "text",
    [
        "\ufeff" + PLAIN,
        PLAIN.replace("\n", "\r\n"),
        PLAIN.replace("\n", "\r"),
        PLAIN.rstrip("\n"),
        PLAIN + "\n,,\n  \n",
        PLAIN.replace("A-1,2024-02,", '"A-1","2024-02",""'),
        PLAIN.replace("A-1,2024-02,", ' A-1 ,  "2024-02" , '.replace('"', "")),
        PLAIN.replace(": all\n", ":all,,\n").replace("# ", "#"),
    ],
    ids=["BOM", "CRLF", "CR", "no end", "empty rows", "quotes", "spaces", "as a spreadsheet saves it"],
)
def test_other_ways_to_write_the_same(text: str) -> None:
    assert read(text) == read(PLAIN)


def test_names_with_any_signs() -> None:
    rows = 'A-1,"One, ""two""\nthree"\nA-2,\'=1+1\nA-3,=1+1\nA-4,\'\'quoted\'\nA-5,e\u0301\nA-6,a"b\n'
    found = read(f"{HEAD}code,name\n{rows}")

    assert [row["name"] for row in found.rows.values()] == [
        'One, "two" three', "=1+1", "=1+1", "'quoted'", "é", 'a"b'
    ]  # fmt: skip
    assert as_csv(found) == (
        f"{HEAD}code,name\n"
        'A-1,"One, ""two"" three"\nA-2,\'=1+1\nA-3,\'=1+1\nA-4,\'\'quoted\'\nA-5,é\nA-6,"a""b"\n'
    )


def test_codes_of_others_can_have_any_signs() -> None:
    codes = ["T&SC-1100-0900", "ITC-NR-100030(54)", "DM-NCSA-11 Status"]
    rows = "".join(f"{code},2024\n" for code in codes)

    assert list(read(f"{HEAD}code,due\n{rows}").rows) == codes


@given(st.text())
def test_a_cell_is_never_a_formula_and_gives_its_text_back(text: str) -> None:
    cell = csv_cell(text)

    assert not cell.startswith(("=", "+", "-", "@"))
    assert text_of_cell(cell) == text


DATE_FORM = "write it as year-month-day, like 2019-07-16"
COLUMNS = "the columns are code, "
UNDECLARED = (
    "the file does not say whether all milestones are in it "
    "(begin the file with the line  # milestones: all  or  # milestones: some)"
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ["", UNDECLARED]),
        (PLAIN.removeprefix(HEAD), ["1:1", UNDECLARED]),
        (PLAIN.replace("all", ""), ["1:1", UNDECLARED]),
        (
            PLAIN.replace("all", "half"),
            [
                "1:1",
                ("'half' is neither all nor some: 'half' is not a condition "
                "(write it after a key, as in codes:half)"),
            ],
        ),
        (
            PLAIN.replace("all", "codes:A-* level:2"),
            [
                "1:1",
                ("only codes can say which milestones are in a file: the rest changes with time "
                "(write it as  # milestones: codes:ABC-*,XYZ-1)"),
            ],
        ),
        (HEAD, ["", "there is no milestone in this file (add a row for each)"]),
        (f"{HEAD}code,due\n", ["", "there is no milestone in this file (add a row for each)"]),
        (
            PLAIN.replace("completed", "compelted"),
            ["2:10", "there is no column 'compelted' (did you mean completed?)"],
        ),
        (PLAIN.replace("code", "due"), ["2:5", "the column 'due' is here twice (remove one of the two)"]),
        (
            f"{HEAD}due,completed\n2024-01-31,\n",
            ["2:1", "there is no column 'code' (name a column code in this line)"],
        ),
        (
            PLAIN.replace(",", ";"),
            ["2:1", "there is no column 'code;due;completed' (separate cells by commas)"],
        ),
        (
            PLAIN + "A-3,2024\n",
            ["5:1", "this row has 2 cells, and there are 3 columns (an empty cell needs its comma)"],
        ),
        (
            PLAIN + "A-1,2025,\n",
            ["5:1", "the milestone 'A-1' is already in line 3 (remove one of the two rows)"],
        ),
        (PLAIN + ",2025,\n", ["5:1", "there is no text here (write it, or remove the row)"]),
        (PLAIN + "A-3,,\n", ["5:5", "due is missing (write a date, or tbd where there was none)"]),
        (PLAIN + "A-3,2/29/2024,\n", ["5:5", f"'2/29/2024' is not a date ({DATE_FORM})"]),
        (
            PLAIN + "A-3,2024\u201102\u201103,\n",
            [
                "5:5",
                ("'2024\u201102\u201103' is not a date "
                "(write 2024-02-03, with hyphens and digits as on the keyboard)"),
            ],
        ),
        (
            PLAIN + "A-3,2024,2023-02-29\n",
            ["5:10", f"2023-02-29 is not a date: February 2023 has 28 days ({DATE_FORM})"],
        ),
        (
            PLAIN + "A-3,2024,tbd\n",
            ["5:10", f"only due and forecast can be tbd ({DATE_FORM}, or leave the cell empty)"],
        ),
        (
            PLAIN + "A-3,2024,2024-02-01\n",
            [
                "5:10",
                ("A-3 cannot be completed after the day of the file, 2024-01-31 "
                "(fix the date, or the name of the file)"),
            ],
        ),
        (
            f"{HEAD}code,state\nA-1,late\n",
            ["3:5", "'late' is not possible here (write 'cancelled' or 'deferred')"],
        ),
        (
            f"{HEAD}code,completed,state\nA-1,2024-01-01,deferred\n",
            ["3:16", "A-1 cannot be completed and deferred (remove one of the two)"],
        ),
        (
            f"{HEAD}code,state,since\nA-1,,2024-01-01\n",
            [
                "3:6",
                ("since is about the state of A-1, which has none "
                "(write cancelled or deferred in the column state, or leave this cell empty)"),
            ],
        ),
        (
            f"{HEAD}code,level\nA-1,12\n",
            ["3:5", "'12' is not possible here (write a whole number from 1 to 9)"],
        ),
        (f"{HEAD}code,name\nA-1,a\x07b\n", ["3:6", "the character U+0007 cannot be printed (remove it)"]),
        (
            f'{HEAD}code,name\nA-1,"no end\nA-2,x\n',
            ["3:5", 'this quotation mark is never closed (add the closing " at the end of the cell)'],
        ),
        (
            f'{HEAD}code,name\nA-1,"x" y\n',
            ["3:8", 'there is text after the closing quotation mark (write "" for one in a cell)'],
        ),
        (
            "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12\n",
            ["", "this is a pointer of Git LFS, not the file itself (run: git lfs pull)"],
        ),
    ],
)  # fmt: skip
def test_faults(text: str, expected: list[str]) -> None:
    place, message = expected
    assert faults(text) == [":".join(filter(None, (FILE, place))) + f": {message}"]


def test_bytes_that_are_not_utf_8() -> None:
    assert faults(PLAIN.encode() + b"A-3,2024,\xe9\n") == [
        (
            f"{FILE}:5:10: the byte 0xE9 is not UTF-8 "
            "(save the file as UTF-8; editors call this the encoding or the character set)"
        )
    ]


def test_all_faults_at_once_in_the_order_of_the_file() -> None:
    found = faults("code,due,level\nA-1,x,0\n\nA-1,2024,2\n", "2024-13-01.csv")

    assert [fault.partition(" ")[0] for fault in found] == [
        "2024-13-01.csv:", "2024-13-01.csv:1:1:", "2024-13-01.csv:2:5:", "2024-13-01.csv:2:7:",
        "2024-13-01.csv:4:1:",
    ]  # fmt: skip
    assert found[0] == (
        "2024-13-01.csv: the name of the file is not a day "
        "(name it after its data date, for instance 2024-02-29.csv)"
    )


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(MilepostError, match="there is no such file"):
        load_snapshot(tmp_path / "2024-01-31.csv")


def test_which_files_are_snapshots(tmp_path: Path) -> None:
    for name in ("2024-01-31.csv", "2023-12-31.csv", "2024-02-30.csv", "2024-01-31.yaml", "README.md"):
        (tmp_path / name).write_text("")
    (tmp_path / "2022-01-31.csv").mkdir()

    assert [path.name for _, path in snapshots_in(tmp_path)] == ["2024-01-31.csv", "2023-12-31.csv"]
    assert list(snapshots_in(tmp_path / "none")) == []
    assert day_of("v1.6:history/2024-02-29.csv") == date(2024, 2, 29)


# --- In a document -----------------------------------------------------------------------------------------


def loaded(**milestones: dict[str, Any]) -> Any:
    from milepost.loading.load import Loaded  # noqa: PLC0415
    from milepost.loading.nodes import Mapping, SourceText  # noqa: PLC0415
    from milepost.loading.positions import Places  # noqa: PLC0415

    source = SourceText("", "milestones.yaml")
    return Loaded(document(**milestones), Places(source, Mapping(source, 0)), ())


def test_milestones_that_the_document_does_not_have_are_listed_once() -> None:
    rows = "".join(f"B-{number},2024\n" for number in range(9))
    found = read_snapshot(f"{HEAD}code,due\nA-1,2024\n{rows}".encode(), FILE)

    state = in_document(found, loaded(A_1={}))

    assert [each.code for each in state.document.milestones] == ["A-1"]
    assert [str(warning) for warning in state.warnings] == [
        (
            f"{FILE}: warning: 9 milestones are not in X-1 and left out: "
            "B-0, B-1, B-2, B-3, B-4, B-5, B-6, B-7, …"
        )
    ]
    one = read_snapshot(f"{HEAD}code,due\nA-1,2024\nB-1,2024\n".encode(), FILE)
    (warning,) = in_document(one, loaded(A_1={})).warnings
    assert warning.message == "1 milestone is not in X-1 and left out: B-1"
    assert in_document(found, loaded(A_1={}, **{f"B_{number}": {} for number in range(9)})).warnings == ()


def test_a_snapshot_of_another_document_is_an_error() -> None:
    found = read_snapshot(PLAIN.encode(), FILE)

    with pytest.raises(MilepostError) as caught:
        in_document(found, loaded(B_1={}))
    assert str(caught.value) == (
        f"{FILE}: X-1 has none of the milestones in this file (check that it is the right file)"
    )


# --- Saved and compared with later -------------------------------------------------------------------------

PLANNED = st.sampled_from(["2023-12-24", "2024-02", "2024-Q3", "2025", "tbd"])
BY_JANUARY = st.sampled_from(["2023-11-11", "2024-01-31"])
BY_APRIL = st.sampled_from(["2023-11-11", "2024-01-31", "2024-02-01", "2024-04-30"])
CODES = ("A_1", "B_1", "C_1", "D_1")


def milestones(days: st.SearchStrategy[str]) -> st.SearchStrategy[dict[str, dict[str, Any]]]:
    """Return documents' milestones: their facts, in each of the states in which a milestone can be."""
    planned = st.fixed_dictionaries(
        {
            "name": st.sampled_from(["=1+1", "One, two", '"x"', "'é"]),
            "due": PLANNED,
        },
        optional={"forecast": PLANNED, "level": st.sampled_from("123"), "wbs": st.just("02C.04")},
    )
    set_aside = st.fixed_dictionaries(
        {"state": st.sampled_from(["cancelled", "deferred"])},
        optional={"since": days, "reason": st.sampled_from(["Snow", "-"])},
    )
    ended: st.SearchStrategy[dict[str, Any]] = st.one_of(
        st.just({}), st.fixed_dictionaries({"completed": days}), set_aside
    )
    facts = st.builds(lambda one, other: {**one, **other}, planned, ended)
    return st.dictionaries(st.sampled_from(CODES), facts, min_size=1)


@settings(max_examples=150)
@given(milestones(BY_JANUARY), milestones(BY_APRIL), st.sets(st.sampled_from(CODES)))
def test_the_difference_from_a_saved_state_is_that_from_the_document_saved(
    before: dict[str, Any], after: dict[str, Any], recoded: set[str]
) -> None:
    both = before.keys() & after.keys()
    if not both:
        return  # refused: another document
    after = {
        (f"{code}x" if code in recoded & both else code): (
            {**facts, "aka": [code.replace("_", "-")]} if code in recoded & both else facts
        )
        for code, facts in after.items()
    }
    old = document(**before)
    old = old.model_copy(
        update={"metadata": old.metadata.model_copy(update={"data_date": date(2024, 1, 31)})}
    )
    new = document(**after)

    text = as_csv(snapshot_of(old))
    found = read(text)
    then = as_of(new, found)

    assert as_csv(found) == text
    assert then.milestones == old.milestones
    assert diff(then, new) == diff(old, new)
    assert not list(diff(as_of(old, found), old))
