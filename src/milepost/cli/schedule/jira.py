"""`milepost jira`: bring the due dates of issues in line with the document."""

from __future__ import annotations

import logging
import os
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from milepost.base.errors import MilepostError
from milepost.cli import site_extra
from milepost.cli.commands import Help, add_command
from milepost.cli.editing import selection
from milepost.cli.terminal import Tone

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator, Sequence

    from milepost.base.errors import Problem
    from milepost.cli.commands import Commands
    from milepost.cli.terminal import Terminal
    from milepost.jira.plan import Step
    from milepost.views.reports.table import Table

_WIDTH = 120
"""Columns of the table where no terminal shows it."""

_HELP = Help(
    summary="bring due dates of issues in line with the document",
    description="""\
Show which issues of milestones and of test plans have another due date in Jira than in the document; with
--write, set the due date of each and say so in a comment.

The issues are those under jira and jira_testplan of the milestones. Skipped are issues that are resolved,
and those of milestones that are completed, cancelled or without a date. The server is the one of issue_url,
or the one that the document has under jira.
""",
    examples=(
        ("milepost jira push", ""),
        ("milepost jira push --select 'codes:ABC-* level:2'", ""),
        ("milepost jira push --write", ""),
    ),
    exit_codes={
        0: "every issue is as the document says, or would be with --write",
        1: "the document has errors, Jira refuses, or an issue cannot be read or changed. Others are "
        "changed.",
    },
    environment={
        "MILEPOST_JIRA_TOKEN": "a personal access token or, of Jira Cloud, an API token",
        "MILEPOST_JIRA_USER": "the e-mail address of the account, for Jira Cloud",
    },
)


def add_parser(commands: Commands) -> None:
    """Add the command `jira` to `commands`."""
    parser = add_command(commands, "jira", _HELP, run)
    parser.add_argument("action", choices=["push"], help="push: give due dates to Jira")
    parser.add_argument(
        "--select",
        metavar="SELECTION",
        type=selection,
        help="only the issues of these milestones, as in 'level:2 wbs:A.01'",
    )
    parser.add_argument(
        "--format", choices=["json", "text"], default="text", help="how it is printed (default: %(default)s)"
    )
    parser.add_argument("--write", action="store_true", help="change the issues")


def run(options: argparse.Namespace, terminal: Terminal) -> int:
    """Show or change due dates, and return the exit code."""
    site_extra.require(what="Jira", packages={"jira": "the package jira"}, extra="jira")
    logging.disable()  # libraries would log answers of the server
    from milepost.jira.connection import Connection, Credentials
    from milepost.jira.listing import problem_of, table
    from milepost.jira.plan import Action, asked_for, plan
    from milepost.jira.push import push
    from milepost.jira.wanted import server_of, wanted
    from milepost.loading.load import load

    loaded = load(options.file)
    document, metadata = loaded.document, loaded.document.metadata
    codes = None if options.select is None else {each.code for each in document.selected(options.select)}
    problems: list[Problem] = []
    with _added_to(problems):
        server = server_of(document)
    with _added_to(problems):
        credentials = Credentials.of(os.environ)
    with _added_to(problems):
        issues = wanted(document, loaded.places, codes)
    if problems:
        raise MilepostError(*problems)
    keys, found = asked_for(issues), {}
    if keys:
        connection = Connection(server, credentials, time.sleep, terminal.say_error)
        found = connection.issues(keys)
    steps = list(plan(issues, found))
    if keys and options.write:
        finished = 0
        try:
            for finished, step in enumerate(push(tuple(steps), connection, metadata), start=1):
                steps[finished - 1] = step
        finally:
            steps[finished:] = [step.unfinished() for step in steps[finished:]]
            _show(options, terminal, steps, table(steps, server, metadata, written=True))
    else:
        _show(options, terminal, steps, table(steps, server, metadata, written=False))
    faults = [step for step in steps if step.action is Action.FAIL]
    terminal.problems(map(problem_of, faults))
    return 1 if faults else 0


@contextmanager
def _added_to(problems: list[Problem]) -> Iterator[None]:
    """Add the problems of an error to `problems`, and go on."""
    try:
        yield
    except MilepostError as error:
        problems += error.problems


def _show(options: argparse.Namespace, terminal: Terminal, steps: Sequence[Step], shown: Table) -> None:
    """Print what is done to the issues."""
    from milepost.jira.listing import summary

    if options.format == "json":
        from milepost.web.exports.reports import report_json

        terminal.write(report_json(shown))
        return
    from milepost.render.reports import text_lines

    for line, is_heading in text_lines(shown, terminal.width or _WIDTH):
        terminal.say(line, Tone.HEADING if is_heading else None)
    terminal.say("")
    terminal.say(summary(steps, written=options.write))
    if not options.write:
        terminal.say_error("nothing is changed yet: add --write to do this")
