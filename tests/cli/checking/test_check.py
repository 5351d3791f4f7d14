"""`milepost check` and `milepost rule` as a user meets them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from tests.build.test_build import DOCUMENT
from tests.cli.test_cli import FAULTY, OVERDUE, on_a_terminal
from tests.support.forked import milepost

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.slow


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    (tmp_path / "milestones.yaml").write_text(OVERDUE, "utf-8")
    return tmp_path


def test_a_terminal_shows_the_line_of_the_file(plan: Path) -> None:
    (plan / "milestones.yaml").write_text(FAULTY, "utf-8")
    shown = on_a_terminal(plan, "check", NO_COLOR="1").replace("\r\n", "\n")

    assert (
        shown
        == """\
milestones.yaml:31:10: 2026-02-30 is not a date: February 2026 has 28 days [MP104]
 31 |     due: 2026-02-30
    |          ^^^^^^^^^^
    = write it as year-month-day, like 2019-07-16

milestones.yaml:33:9: there is no milestone R-9 [MP210]
 33 |       - R-9
    |         ^^^
    = did you mean R-2?

milestones.yaml: 2 errors, no warnings
"""
    )


def test_warnings_are_chosen(plan: Path) -> None:
    chosen = milepost(plan, "check", "--strict", "--ignore", "overdue")
    other = milepost(plan, "check", "--strict", "--select", "MP2")
    wrong = milepost(plan, "check", "--ignore", "MP299")

    assert (chosen.returncode, chosen.stderr) == (0, "")
    assert chosen.stdout == "milestones.yaml: 3 milestones, no errors, no warnings, 1 left out\n"
    assert other.returncode == 1
    assert (wrong.returncode, wrong.stdout) == (1, "")
    assert wrong.stderr == "--ignore: there is no rule 'MP299' (`milepost rule` lists them)\n"


def test_no_rule_to_select_is_an_error_rather_than_none_at_all(plan: Path) -> None:
    empty = milepost(plan, "check", "--strict", "--select", "")

    assert (empty.returncode, empty.stdout) == (1, "")
    assert empty.stderr == "--select: there is no rule (name some, or leave the option out)\n"


def test_a_line_end_in_the_name_of_the_file(plan: Path) -> None:
    (plan / "milestones.yaml").rename(plan / "two\nlines.yaml")
    found = milepost(plan, "check", "-f", "two\nlines.yaml", "--ignore", "MP2")

    assert found.stdout == "two<U+000A>lines.yaml: 3 milestones, no errors, no warnings, 1 left out\n"


def test_quiet_and_verbose(plan: Path) -> None:
    quiet, verbose = milepost(plan, "check", "-q"), milepost(plan, "check", "-v")

    assert (quiet.returncode, quiet.stdout, quiet.stderr) == (0, "", "")
    assert (
        "\nMP203: The due date has passed, and the milestone is neither completed nor forecast. On"
        in verbose.stderr
    )


def test_what_is_waived_is_counted_and_with_v_shown(plan: Path) -> None:
    waivers = "waivers: [{rule: overdue, reason: The report is late., authority: A. Author}]"
    (plan / "milestones.yaml").write_text(
        OVERDUE.replace("due: 2026-02-01", f"due: 2026-02-01\n    {waivers}"), "utf-8"
    )
    done, verbose = milepost(plan, "check", "--strict"), milepost(plan, "check", "-v")
    built = milepost(plan, "build", "rst")

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "milestones.yaml: 3 milestones, no errors, no warnings, 1 waived\n"
    assert verbose.stderr.startswith("milestones.yaml:31:5: waived: R-2 was due 2026-02-01, before the")
    assert verbose.stderr.endswith("(The report is late; A. Author) [MP203]\n")
    assert (built.returncode, built.stderr) == (0, "")


@pytest.mark.parametrize("before", [True, False])
def test_standard_input_is_a_document_too(plan: Path, *, before: bool) -> None:
    arguments = ["-f", "-", "check"] if before else ["check", "-f", "-"]
    done = milepost(plan, *arguments, stdin=FAULTY)

    assert done.returncode == 1
    assert done.stderr.splitlines()[1] == ("-:33:9: there is no milestone R-9 (did you mean R-2?) [MP210]")


def test_programs_get_one_value_and_the_exit_code(plan: Path) -> None:
    for form in ("json", "sarif"):
        done = milepost(plan, "check", "--strict", "--format", form)
        assert (done.returncode, done.stderr) == (1, "")
        assert json.loads(done.stdout)
    assert milepost(plan, "check", "--format", "github").stdout.startswith(
        "::warning file=milestones.yaml,line=31,col=5,title=MP203 The due date has passed%2C and"
    )
    assert 'failures="0"' in milepost(plan, "check", "--format", "junit").stdout


def test_a_rule_is_explained(plan: Path) -> None:
    one, some, none = (milepost(plan, "rule", *names) for names in (["MP203"], ["MP6", "year"], ["MP9"]))

    assert one.stdout.startswith(
        "MP203 The due date has passed, and the milestone is neither completed nor forecast\n"
    )
    assert "        due: 2024-01-30\n" in one.stdout
    assert [line.split()[0] for line in some.stdout.splitlines()][-2:] == ["MP609", "MP211"]
    assert (none.returncode, none.stdout) == (1, "")
    assert len(json.loads(milepost(plan, "rule", "--format", "json").stdout)) > 50


def test_a_rule_is_explained_where_there_is_no_document(tmp_path: Path) -> None:
    assert milepost(tmp_path, "rule", "MP101").returncode == 0


def test_a_good_document_on_a_terminal_has_one_line(plan: Path) -> None:
    (plan / "milestones.yaml").write_text(DOCUMENT, "utf-8")

    assert on_a_terminal(plan, "check").replace("\r\n", "\n") == (
        "milestones.yaml: 3 milestones, no errors, no warnings\n"
    )
