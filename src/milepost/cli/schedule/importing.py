"""`milepost import`: bring the schedule of a month into the document."""

from __future__ import annotations

import argparse
import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from milepost.base import dates
from milepost.base.errors import MilepostError, Place, Problem, Severity, count
from milepost.base.paths import Workspace
from milepost.cli.editing import day, offer
from milepost.cli.schedule import overrides
from milepost.cli.terminal import Tone

if TYPE_CHECKING:
    from collections.abc import Iterable

    from milepost.cli.terminal import Terminal
    from milepost.importing.month import Month
    from milepost.importing.moves import Moved

_DESCRIPTION = """\
Show what an export of the schedule changes in the document, as a difference and as a patch; with --write,
change the document.

FILE is what Primavera P6 exports: a spreadsheet (.xls, .xlsx), an XER file, or CSV. Of the milestones of the
document, it gives the names, levels, places in the work breakdown structure, due dates (the baseline),
forecasts and completions, as far as it states them. Facts that the document lists under own stay. The
document says under schedule which other milestones it takes over, and which links.
"""

_EPILOG = """\
examples:
  milepost import primavera 202210-ME.xls
  milepost import primavera export.xlsx --data-date 2024-02-29 --write
  milepost import primavera 202210-ME.xls --format patch > month.patch

exit codes:
  0  success
  1  the file or the document has errors, or the document would have errors. Nothing is written then.
  2  the command line is wrong
"""

_MOST_LISTED = 20
"""More new milestones than this are counted; the difference and the patch have all of them."""


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command `import` to `commands`."""
    command = commands.add_parser(
        "import",
        help="bring the schedule of a month into the document",
        description="Bring facts of other files into the document: see `milepost import SOURCE --help`.",
    )
    sources = command.add_subparsers(title="sources", required=True, metavar="SOURCE")
    parser = sources.add_parser(
        "primavera",
        help="an export of Primavera P6",
        description=_DESCRIPTION,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    overrides.add_parser(sources)
    for source in sources.choices.values():  # as after all other commands
        source.add_argument("-f", "--file", type=Path, default=argparse.SUPPRESS, help="the document")
    parser.add_argument("export", metavar="FILE", type=Path, help="the export")
    parser.add_argument(
        "--data-date",
        metavar="DATE",
        type=day,
        help="as of which its dates are known (default: as in the file or, of a name like 202210-ME.xls, "
        "the end of that month)",
    )
    parser.add_argument(
        "--format",
        choices=["json", "patch", "text"],
        default="text",
        help="default: text and a patch; json is what moved, for programs",
    )
    parser.add_argument(
        "--all",
        action="store_true",
        help="list every date that moved, and all milestones by what became of them",
    )
    parser.add_argument("--older", action="store_true", help="write also what is older than the document")
    parser.add_argument("--write", action="store_true", help="change the document")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace, terminal: Terminal) -> int:
    """Show what changes or change it, and return the exit code."""
    from milepost.importing.month import bring_in, read_exports
    from milepost.loading.load import loads, read

    content = read(options.file, str(options.file))
    loaded = loads(content, str(options.file))
    columns = loaded.document.schedule.columns
    (export,) = read_exports([options.export], options.data_date, columns)
    terminal.problems(export.schedule.warnings)
    month = bring_in(export, content, str(options.file), loaded)
    if month.is_older:
        _refuse_older(options, terminal, month)
    terminal.problems(month.warnings)
    if options.format == "text":
        _show_found(terminal, month)
        _show_moves(options, terminal, month)
        _show_changes(options, terminal, month)
    elif options.format == "json":
        terminal.write(_json(options, [month]))
    offer(options, content, month.new, terminal)
    return 0


def _show_found(terminal: Terminal, month: Month) -> None:
    """Print what the export has, and how much of it is about the document."""
    schedule, proposal = month.export.schedule, month.proposal
    milestones = count(len(schedule.milestones), "milestone")
    relations = f"{count(len(schedule.relations), 'relation')}, {len(schedule.joined)} of them between these"
    known = dates.iso(month.export.data_date)
    terminal.say(f"{schedule.file}: {milestones}, {relations}; data date {known} ({month.export.origin})")
    number = len(proposal.found) + len(proposal.missing)
    missing = f"; not in the schedule: {', '.join(proposal.missing)}" if proposal.missing else ""
    terminal.say(f"{len(proposal.found)} of {count(number, 'milestone')} found{missing}")
    if proposal.new:
        codes = [each.code for each in proposal.new]
        more = f" and {count(len(codes) - _MOST_LISTED, 'other')}" if len(codes) > _MOST_LISTED else ""
        listed = ", ".join(codes[:_MOST_LISTED])
        terminal.say(f"{count(len(codes), 'milestone')} added: {listed}{more}")
    if proposal.small:
        number, threshold = len(proposal.small), month.before.document.schedule.threshold
        forecasts = f"{count(number, 'forecast')} {'stays' if number == 1 else 'stay'}"
        terminal.say(f"{forecasts}, less than {count(threshold or 0, 'day')} from the schedule")
    needless = [f"{own.fact.code} ({own.fact.key})" for own in proposal.own if own.is_needless]
    if proposal.own:
        terminal.say(f"{count(len(proposal.own), 'fact')} kept on purpose")
    if needless:
        terminal.say(f"The schedule agrees with {len(needless)} of them now: {', '.join(needless)}")
    terminal.say("")


def _show_moves(options: argparse.Namespace, terminal: Terminal, month: Month) -> None:
    """Print what moved in the schedule, in a few lines."""
    from milepost.cli.diff import show_moves
    from milepost.moves.view import view_of

    workspace = Workspace.of(options.file)
    found = _moved(options, month)
    terminal.say(f"What moved since {found.since}", Tone.HEADING)
    show_moves(view_of(found.explanations), terminal, workspace, events=True, everything=options.all)
    terminal.say("")


def _moved(options: argparse.Namespace, month: Month) -> Moved:
    from milepost.importing.moves import moved

    folder = month.before.document.schedule.folder
    return moved(month, Workspace.of(options.file).schedule(folder))


def _json(options: argparse.Namespace, months: Iterable[Month]) -> str:
    """Return what moved with each export, as JSON."""
    from milepost.importing.moves import values

    found = [values(month, _moved(options, month)) for month in months]
    return json.dumps(found, ensure_ascii=False, indent=1) + "\n"


def _show_changes(options: argparse.Namespace, terminal: Terminal, month: Month) -> None:
    """Print what changes, as `milepost diff` does."""
    from milepost.cli.diff import show
    from milepost.diff.comparison import Edition, compare

    old, new = (
        Edition(name=name, file=str(options.file), commit=None, loaded=loaded)
        for name, loaded in (("working tree", month.before), (month.export.schedule.file, month.after))
    )
    show(compare(old, new), terminal, Workspace.of(options.file), moves=False, everything=options.all)


def _refuse_older(options: argparse.Namespace, terminal: Terminal, month: Month) -> None:
    """Warn of an export that is older than the document, or raise an error where it would be written."""
    known, before = month.export.data_date, month.before.document.metadata.data_date
    message = f"its data date, {dates.iso(known)}, is before that of the document, {dates.iso(before)}"
    problem = _problem(month.export.schedule.file, message, "add --older to write it all the same")
    if options.write and not options.older:
        raise MilepostError(problem)
    terminal.problems([replace(problem, severity=Severity.WARNING)])


def _problem(file: str, message: str, hint: str) -> Problem:
    return Problem(rule="import", place=Place(file), message=message, hint=hint)
