"""`milepost jira push`, as a process that speaks to a server."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest
from tests.support.jira_documents import text
from tests.support.jira_server import TOKEN, USER, Jira, Trouble, served

from milepost.cli import main as cli
from milepost.cli import site_extra

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MILESTONES = (
    "M-1: {name: First, due: 2024-06-01, jira: AB-1, jira_testplan: AB-2}",
    "M-2: {name: Second, due: 2024-07, level: 2, jira: AB-3}",
    "M-3: {name: Third, due: tbd, jira: AB-4}",
    "M-4: {name: Fourth, due: 2024-01-01, completed: 2024-01-02, jira: AB-5}",
    "M-5: {name: Fifth, due: 2024-08-01, jira: AB-6, jira_testplan: AB-7}",
    "M-6: {name: Sixth, due: 2024-09-01, jira: AB-8}",
)


@pytest.fixture
def jira() -> Iterator[Jira]:
    with served(Jira()) as found:
        found.add("AB-1", "2024-05-01")
        found.add("AB-2")
        found.add("AB-3", "2024-07-31")
        found.add("AB-6", "2024-01-01", resolution="Done")
        found.add("AB-7", editable=False)
        found.add("AB-8", has_due_date=False)
        yield found


class Command:
    """The command on a document in a folder of its own."""

    def __init__(self, folder: Path, jira: Jira, *milestones: str, more: str = "") -> None:
        self.file = folder / "m.yaml"
        self.file.write_text(text(*milestones, more=more or f"jira: {{server: '{jira.url}'}}\n"))
        self.jira = jira
        self.environment = {
            **{name: value for name, value in os.environ.items() if "MILEPOST" not in name},
            "MILEPOST_JIRA_TOKEN": TOKEN,
            **({"MILEPOST_JIRA_USER": USER} if jira.cloud else {}),
        }

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "milepost", "-f", "m.yaml", "jira", "push", *arguments]
        return subprocess.Popen(
            command,
            cwd=self.file.parent,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def ended(self, process: subprocess.Popen[str]) -> tuple[int, str, str]:
        output, errors = (each.replace(self.jira.url, "SERVER") for each in process.communicate(timeout=60))
        assert TOKEN not in output + errors
        assert "Traceback" not in errors
        return process.returncode, output, errors

    def run(self, *arguments: str) -> tuple[int, str, str]:
        return self.ended(self.start(*arguments))


TABLE = """\
T-1: Due dates of issues, as of 2024-01-31
On SERVER{note}.

Issue  Milestone  Issue of   In Jira     Here        Action  Reason
AB-5   M-4        milestone                          skip    completed
AB-1   M-1        milestone  2024-05-01  2024-06-01  set
AB-2   M-1        test plan              2024-04-17  set
AB-3   M-2        milestone  2024-07-31  2024-07-31  keep
AB-6   M-5        milestone  2024-01-01  2024-08-01  skip    resolved
"""
PLANNED = """\
AB-7   M-5        test plan              2024-06-17  set
AB-8   M-6        milestone              2024-09-01  set
AB-4   M-3        milestone                          skip    no date yet

4 to set, 1 right already, 3 skipped
"""
DONE = """\
AB-7   M-5        test plan              2024-06-17  fail    the account may not change this issue
AB-8   M-6        milestone              2024-09-01  fail    Jira cannot set the field Due date: Field 'duedate' cannot
                                                             be set. It is not on the appropriate screen, or unknown.
AB-4   M-3        milestone                          skip    no date yet

2 set, 1 right already, 3 skipped, 2 failed
"""  # noqa: E501 -- as wide as the output
FAULTS = """\
m.yaml:17:66: AB-7: the account may not change this issue (ask for the permission to edit issues)
m.yaml:18:45: AB-8: Jira cannot set the field Due date: Field 'duedate' cannot be set. It is not on the \
appropriate screen, or unknown. (ask who administers the project to add it to the screen on which issues are edited)
"""  # noqa: E501 -- likewise
WRITTEN = {
    "AB-1": ("2024-06-01", ["Due date 2024-05-01 -> 2024-06-01 to follow T-1, schedule of 2024-01-31: M-1."]),
    "AB-2": (
        "2024-04-17",
        ["Due date none -> 2024-04-17 to follow T-1, schedule of 2024-01-31: 45 days before M-1."],
    ),
    "AB-3": ("2024-07-31", []),
    "AB-6": ("2024-01-01", []),
    "AB-7": (None, []),
    "AB-8": (None, []),
}


def test_a_push_is_shown_then_done_once(tmp_path: Path, jira: Jira) -> None:
    command = Command(tmp_path, jira, *MILESTONES)
    before = jira.written
    hint = "nothing is changed yet: add --write to do this\n"
    assert command.run() == (0, TABLE.format(note="; nothing is changed yet") + PLANNED, hint)
    assert (jira.written, jira.changes()) == (before, [])
    assert command.run("--write") == (1, TABLE.format(note="") + DONE, FAULTS)
    assert jira.written == WRITTEN
    code, output, errors = command.run("--write")
    assert (code, output.split("\n")[-2], errors) == (1, "3 right already, 3 skipped, 2 failed", FAULTS)
    assert jira.written == WRITTEN


def test_in_the_cloud_a_search_may_be_late(tmp_path: Path) -> None:
    with served(Jira(cloud=True, lag=True)) as jira:
        issue = jira.add("AB-3", "2024-05-01")
        command = Command(tmp_path, jira, *MILESTONES)
        for summary in ("1 set", "1 right already"):
            code, output, errors = command.run("--write", "--select", "level:2")
            assert (code, output.split("\n")[-2], errors) == (0, summary, "")
        assert (issue.due, len(issue.comments)) == ("2024-07-31", 1)


def test_for_programs(tmp_path: Path, jira: Jira) -> None:
    code, output, _ = Command(tmp_path, jira, *MILESTONES).run("--format", "json", "--write")
    rows = json.loads(output)["groups"][0]["rows"]
    assert code == 1
    assert rows[1:3] == [
        {"issue": "AB-1", "milestones": ["M-1"], "of": "milestone", "there": "2024-05-01",
         "here": "2024-06-01", "action": "set", "reason": None},
        {"issue": "AB-2", "milestones": ["M-1"], "of": "test plan", "there": None, "here": "2024-04-17",
         "action": "set", "reason": None},
    ]  # fmt: skip
    assert [row["action"] for row in rows] == ["skip", "set", "set", "keep", "skip", "fail", "fail", "skip"]


def test_all_faults_of_the_document_are_told_before_anything_is_sent(tmp_path: Path, jira: Jira) -> None:
    more = "jira: {server: 'http://jira.example.org'}\n"
    command = Command(tmp_path, jira, *MILESTONES, more=more)
    assert command.run("--write")[::2] == (
        1,
        "m.yaml:19:16: 'http://jira.example.org' is not encrypted (write https:// in place of http://)\n",
    )
    command = Command(tmp_path, jira, *MILESTONES, "M-7: {name: S, due: 2024-10-01, jira: AB-1}")
    del command.environment["MILEPOST_JIRA_TOKEN"]
    code, output, errors = command.run("--write")
    assert (code, output) == (1, "")
    assert [line.partition(" (")[0] for line in errors.split("\n")] == [
        "MILEPOST_JIRA_TOKEN is not set",
        "m.yaml:19:41: AB-1 cannot be due 2024-10-01 with M-7 and 2024-06-01 with M-1",
        "",
    ]
    assert jira.requests == []


def test_without_issues_nothing_is_sent(tmp_path: Path, jira: Jira) -> None:
    command = Command(tmp_path, jira, "M-1: {name: First, due: tbd, jira: AB-1}")
    code, output, errors = command.run("--write")
    assert (code, output.split("\n")[-2], errors) == (0, "1 skipped", "")
    assert jira.requests == []


def test_a_token_that_ends_on_the_way(tmp_path: Path, jira: Jira) -> None:
    jira.troubles.append(Trouble(401, "PUT", f"issue/{jira.issues[1].id}"))
    code, output, errors = Command(tmp_path, jira, *MILESTONES).run("--write")
    assert (code, output.split("\n")[-2]) == (1, "1 set, 1 right already, 3 skipped, 3 not finished")
    assert errors == "SERVER: Jira refuses the token (make a new one, and set MILEPOST_JIRA_TOKEN to it)\n"
    assert [row.split()[-1] for row in output.split("\n")[5:7]] == ["set", "finished"]


def test_an_interruption_leaves_no_half_of_a_change(tmp_path: Path, jira: Jira) -> None:
    jira.troubles.append(Trouble(200, "PUT", carried_out=True, slow=5))
    command = Command(tmp_path, jira, *MILESTONES)
    process = command.start("--write")
    end = time.monotonic() + 30
    while not jira.changes() and time.monotonic() < end:
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    code, output, errors = command.ended(process)
    assert (code, errors) == (130, "interrupted; files from earlier builds are unchanged\n")
    assert "AB-1   M-1        milestone  2024-05-01  2024-06-01  not finished" in output
    command.run("--write")
    assert jira.written == WRITTEN


def test_the_extra_is_named(tmp_path: Path, jira: Jira, monkeypatch: pytest.MonkeyPatch,
                            capsys: pytest.CaptureFixture[str]) -> None:  # fmt: skip
    command = Command(tmp_path, jira, *MILESTONES)
    monkeypatch.setattr(site_extra, "find_spec", lambda _: None)
    assert cli.main(["-f", str(command.file), "jira", "push"]) == 1
    assert capsys.readouterr().err == (
        "Jira needs the package jira, which is not installed (run: pip install 'milepost[jira]')\n"
    )
