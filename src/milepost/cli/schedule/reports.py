"""`milepost report`: what managers ask of a document, as text, Markdown, CSV, JSON, XLSX or SVG."""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from milepost.base.dates import iso
from milepost.base.errors import MilepostError, Problem
from milepost.base.paths import Workspace
from milepost.base.suggest import Vocabulary
from milepost.cli.commands import Help, add_command
from milepost.cli.editing import day, read_document, selection
from milepost.cli.schedule.tables import check_output, give, show
from milepost.views.reports.registry import REPORTS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from milepost.cli.commands import Commands
    from milepost.cli.terminal import Terminal
    from milepost.document.model import Document
    from milepost.history.states import Snapshot
    from milepost.views.reports.registry import Report
    from milepost.views.reports.table import Options

_MOST = 99_999
"""The greatest number that an option takes: days of 270 years."""

_TABLES = {
    "text": "txt",
    "markdown": "md",
    "rst": "rst",
    "html": "html",
    "csv": "csv",
    "json": "json",
    "xlsx": "xlsx",
}
_DRAWINGS = {"svg": "svg", "pdf": "pdf", "dot": "dot", "mermaid": "mmd"}
"""The formats of tables and of drawings, and how the names of their files end."""

_BY_NAME = {report.name: report for report in REPORTS}

_HELP = Help(
    summary="print a report: status, slip, what is late, comes next or remains",
    description="""\
Print a report on the document. Without NAME, list the reports.

"Today" is the data date of the document; nothing depends on the clock.
""",
    examples=(
        ("milepost report status", ""),
        ("milepost report upcoming --days 60 --select 'level:2 not wbs:A.07'", ""),
        ("milepost report slip --output slip.xlsx", ""),
        ("milepost report status --format svg > status.svg", ""),
    ),
    exit_codes={
        0: "the report is printed or written",
        1: "the document has errors, or there is no such state of it",
    },
    reads_input=True,
)


def _number(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and 1 <= int(text[:9]) <= _MOST):
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from 1 to {_MOST}")
    return int(text)


_OPTIONS: dict[str, dict[str, Any]] = {
    "as_of": {"metavar": "DATE", "type": day, "help": "as the document was on that day, by its history"},
    "days": {"metavar": "N", "type": _number, "help": "days ahead of the data date (default: 90)"},
    "to": {"metavar": "DATE", "type": day, "help": "the last day, instead of --days"},
    "by": {"choices": ["level", "section", "wbs"], "help": "the rows of the grid (default: level)"},
    "codes": {"action": "store_true", "default": None, "help": "list codes by month, instead of the grid"},
    "dates": {"choices": ["due", "expected"], "help": "which dates are compared (default: due)"},
    "moved": {"action": "store_true", "default": None, "help": "leave out what has not moved"},
    "transitive": {
        "action": "store_true",
        "default": None,
        "help": "also by way of other predecessors",
    },
    "months": {
        "metavar": "N",
        "type": _number,
        "help": "months before the data date, of which the forecast is shown (default: 3)",
    },
    "direction": {
        "choices": ["LR", "TB"],
        "help": "from the left to the right, or from top to bottom (default: LR)",
    },
    "wbs_depth": {
        "metavar": "N",
        "type": _number,
        "help": "parts of a place in the WBS that count (default: 2)",
    },
}
"""The options that some reports have, with what `argparse` needs; the flag is made from the name."""


def add_parser(commands: Commands) -> None:
    """Add the command `report` to `commands`."""
    parser = add_command(commands, "report", _HELP, run)
    parser.add_argument("name", nargs="?", metavar="NAME", type=_report, help=f"{', '.join(_BY_NAME)}")
    formats = [*_TABLES, *_DRAWINGS]
    parser.add_argument(
        "--format",
        metavar="FORMAT",
        choices=formats,
        help=f"{', '.join(formats)} (default: as the name of FILE ends, or else text)",
    )
    parser.add_argument(
        "--select",
        metavar="SELECTION",
        type=selection,
        help="only these milestones, as in 'level:2 wbs:A.01'",
    )
    parser.add_argument("--output", metavar="FILE", type=Path, help="write FILE instead of printing")
    some = parser.add_argument_group("options of some reports")
    for name, arguments in _OPTIONS.items():
        owners = ", ".join(report.name for report in REPORTS if name in report.options)
        some.add_argument(_flag(name), **(arguments | {"help": f"{arguments['help']} [{owners}]"}))


def _flag(name: str) -> str:
    return f"--{name.replace('_', '-')}"


def _report(name: str) -> Report:
    if name not in _BY_NAME:
        hint = Vocabulary(_BY_NAME).hint(name, f"choose from {', '.join(_BY_NAME)}")
        raise argparse.ArgumentTypeError(f"there is no report {name!r} ({hint})")
    return _BY_NAME[name]


def run(options: argparse.Namespace, terminal: Terminal) -> int:
    """Print or write a report, or list the reports, and return the exit code."""
    report: Report | None = options.name
    if report is None:
        width = max(map(len, _BY_NAME))
        for each in REPORTS:
            terminal.say(f"{each.name:{width}}  {each.about}{_also(each)}")
        return 0
    form = _check(options, terminal, report)
    from milepost.build.history import states_of

    document = read_document(options.file).document
    states, warnings = states_of(Workspace.of(options.file), document)
    terminal.problems(warnings)
    asked = _asked(options)
    document, snapshots, asked, notes = _as_asked(report, document, states, asked)
    if report.is_recorded:
        from milepost.history.recorded import recorded_of

        recorded = recorded_of(Workspace.of(options.file), document)
        terminal.problems(recorded.problems)
        asked = replace(asked, recorded=recorded.snapshot, activities=recorded.activities)
    if form in _DRAWINGS:
        from milepost.cli.schedule.drawings import drawing

        chart = report.chart(document, snapshots, asked)
        chart = replace(chart, note=" ".join(filter(None, (chart.note, *notes))))
        give(options.output, drawing(form, chart, options.file), terminal)
        return 0
    table = report.table(document, snapshots, asked)
    table = replace(table, note=" ".join([table.note, *notes]))
    show(table, form, options.output, options.file, terminal)
    return 0


def _also(report: Report) -> str:
    return f" (also as {', '.join(report.drawings)})" if report.drawings else ""


def _check(options: argparse.Namespace, terminal: Terminal, report: Report) -> str:
    """Return the format, or end with exit code 2 where the options do not fit the report."""
    for name in _OPTIONS:
        if getattr(options, name) is not None and name not in report.options:
            options.usage_error(f"{_flag(name)} is not an option of the report {report.name}")
    if options.days is not None and options.to is not None:
        options.usage_error("give --days or --to, not both")
    ending = options.output.suffix.lower().removeprefix(".") if options.output else ""
    formats = {**_TABLES, **{form: _DRAWINGS[form] for form in report.drawings}}
    form: str = options.format or next(
        (form for form, end in (_TABLES | _DRAWINGS).items() if end == ending), "text"
    )
    if form not in formats:
        has = ", ".join(formats)
        options.usage_error(f"the report {report.name} cannot be {form} (choose from {has})")
    check_output(options, form, terminal)
    return form


def _as_asked(
    report: Report, document: Document, snapshots: Sequence[Snapshot], asked: Options
) -> tuple[Document, Sequence[Snapshot], Options, list[str]]:
    """Return the document and its states as on the day that is asked for, and what to say of that.

    Raises:
        MilepostError: a day is before or after those of which the report can be.
    """
    from milepost.views.reports.through_time.earlier import on_day

    day_asked, known = asked.as_of, document.metadata.data_date
    notes = []
    if day_asked is not None and day_asked > known and not report.looks_ahead:
        raise MilepostError(_wrong("--as-of", day_asked, f"after the data date, {iso(known)}", "an earlier"))
    if day_asked is not None and day_asked <= known:
        document, snapshots, note = on_day(document, snapshots, day_asked)
        asked = replace(asked, as_of=None)
        notes += [note] if note else []
    known = document.metadata.data_date
    if asked.to is not None and asked.to < known:
        raise MilepostError(_wrong("--to", asked.to, f"before the data date, {iso(known)}", "a later"))
    if asked.selection is not None and not asked.selection.is_empty:
        notes.append(f"Only the milestones selected by '{asked.selection}'.")
    return document, snapshots, asked, notes


def _wrong(option: str, found: date, why: str, other: str) -> Problem:
    message = f"{iso(found)} is {why}"
    return Problem(rule=option.lstrip("-"), message=message, hint=f"give {option} {other} day")


def _asked(options: argparse.Namespace) -> Options:
    from milepost.views.reports.table import Options

    given = {name: value for name in _OPTIONS if (value := getattr(options, name)) is not None}
    return Options(selection=options.select, **given)
