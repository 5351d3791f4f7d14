"""`milepost import`: bring the schedule of a month into the document."""

from __future__ import annotations

import argparse
import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from milepost.base import dates, files
from milepost.base.errors import Place, Problem, Severity, count
from milepost.base.paths import Workspace
from milepost.cli.commands import Help, add_command, add_group
from milepost.cli.editing import day, difference, refuse_document
from milepost.cli.schedule import overrides
from milepost.cli.terminal import Tone

if TYPE_CHECKING:
    from milepost.build.month import Import, Step
    from milepost.cli.commands import Commands
    from milepost.cli.terminal import Terminal
    from milepost.diff.comparison import Comparison
    from milepost.importing.month import Month
    from milepost.importing.moves import Moved
    from milepost.importing.outcome.gates import Gate

_GROUP = Help(
    summary="bring the schedule of a month into the document",
    description="Bring facts of other files into the document: see `milepost import SOURCE --help`.",
    examples=(
        ("milepost import primavera 202210-ME.xls", ""),
        ("milepost import overrides local.yaml", ""),
    ),
    exit_codes={0: "success", 1: "a file or the document has errors"},
)

_HELP = Help(
    summary="an export of Primavera P6",
    description="""\
Show what exports of the schedule change in the document, as a difference and as a patch; with --write, change
the document, and record each whole export in the folder schedule/.

FILE is what Primavera P6 exports: a spreadsheet (.xls, .xlsx), an XER file, or CSV. Of the milestones of the
document, it gives the names, levels, places in the work breakdown structure, due dates (the baseline),
forecasts and completions, as far as it states them. Facts that the document lists under own stay. The
document says under schedule which other milestones it takes over, which links, and the folder.

Several files are imported in the order of their data dates. Of two with the same data date, the last one is
taken. One that was recorded before is replaced by its new version. One that is older than the document is
recorded, and changes the document only with --older.
""",
    notes="""\
gates (with --gate; each may be given once, and stops the import where there is more):
  missing=N            N milestones of the document that are not in the schedule
  new=N                N milestones that come into the document
  moved-days=N         a due date or an expected date that moves by N days
  completed-removed=N  N milestones that were completed and are open again
  warnings=N           N warnings about the export
Without =N, none is let through; moved-days needs a number.
""",
    examples=(
        ("milepost import primavera 202210-ME.xls", ""),
        ("milepost import primavera export.xlsx --data-date 2024-02-29 --write", ""),
        ("milepost import primavera 202210-ME.xls --format patch > month.patch", ""),
        ("milepost import primavera 2022*-ME.xls --record-only --write", ""),
        (
            "milepost import primavera export.xls --write --gate missing=5 --summary summary.md",
            "",
        ),
    ),
    exit_codes={
        0: "success",
        1: "a file or the document has errors, or the document would have errors. Nothing is written then.",
        3: "a gate stops the import. Nothing is written then but the file of --summary.",
        4: "with --exit-code: there is nothing to change and nothing to record",
    },
)

_MOST_LISTED = 20
"""More new milestones than this are counted; the difference and the patch have all of them."""


def add_parser(commands: Commands) -> None:
    """Add the command `import` to `commands`."""
    sources = add_group(commands, "import", _GROUP, of="source")
    parser = add_command(sources, "primavera", _HELP, run)
    overrides.add_parser(sources)
    parser.add_argument("exports", metavar="FILE", nargs="+", type=Path, help="an export")
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
        help="what is printed (default: text and a patch); json is what moved and what is done, for programs",
    )
    parser.add_argument(
        "--all",
        action="store_true",
        help="list every date that moved, and all milestones by what became of them",
    )
    parser.add_argument(
        "--older", action="store_true", help="let exports that are older than the document change it, too"
    )
    parser.add_argument(
        "--record-only", action="store_true", help="record the exports and leave the document as it is"
    )
    parser.add_argument("--write", action="store_true", help="change the document and record the exports")
    parser.add_argument(
        "--gate",
        action="append",
        default=[],
        dest="gates",
        metavar="GATE",
        type=_gate,
        help="stop with 3 and write nothing if there is more than this; see below",
    )
    parser.add_argument(
        "--summary", metavar="FILE", type=Path, help="write what is imported to FILE as Markdown"
    )
    parser.add_argument("--exit-code", action="store_true", help="exit with 4 if there is nothing to do")


def run(options: argparse.Namespace, terminal: Terminal) -> int:
    """Show what changes or change it, and return the exit code."""
    from milepost.build.month import prepare, write

    if options.data_date is not None and len(options.exports) > 1:
        options.usage_error("--data-date is for one file: import the others without it, or one by one")
    refuse_document(options, options.summary)
    planned = prepare(
        Workspace.of(options.file),
        options.exports,
        data_date=options.data_date,
        older=options.older,
        record_only=options.record_only,
    )
    stopped = _show(options, terminal, planned)
    if options.summary is not None:
        _write_summary(options, planned)
    if stopped:
        terminal.say_error("stopped by a gate: nothing is written")
        return 3
    if not planned.changes:
        terminal.say_error(f"{options.file}: there is nothing to change")
        return 4 if options.exit_code else 0
    if not options.write:
        terminal.say_error("nothing is changed yet: add --write to do this")
        return 0
    changed = [str(step.recording.path) for step in planned.steps if step.recording.changes]
    changed += [str(options.file)] if planned.old != planned.new else []
    write(planned, terminal.say_waiting)
    for path in changed:
        terminal.say_error(f"{path}: written")
    return 0


def _gate(text: str) -> Gate:
    from milepost.importing.outcome.gates import Gate

    try:
        return Gate.parse(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def _show(options: argparse.Namespace, terminal: Terminal, planned: Import) -> bool:
    """Print what each export does, and return whether a gate stops the import."""
    from milepost.loading.edit import patch

    stopped = False
    for step in planned.steps:
        month, file = step.month, step.month.export.schedule.file
        terminal.problems(month.export.schedule.warnings)
        if month.is_older:
            terminal.problems([_is_older(month)])
        terminal.problems(month.warnings)
        if options.format == "text":
            _show_found(options, terminal, step)
            if not month.only_recorded:
                _show_moves(options, terminal, planned, step)
                _show_changes(options, terminal, month)
        for gate in options.gates:
            if why := gate.stops(month):
                stopped = True
                hint = f"--gate {gate}"
                terminal.problems([Problem(rule="gate", place=Place(file), message=why, hint=hint)])
    for note in planned.notes:
        terminal.say_error(note)
    if options.format == "json":
        terminal.write(_json(options, planned))
    elif planned.old != planned.new and not options.write:
        if options.format == "text":
            terminal.say("")
        terminal.write_bytes(patch(planned.old, planned.new, options.file.name))
    return stopped


def _show_found(options: argparse.Namespace, terminal: Terminal, step: Step) -> None:
    """Print what the export has, how much of it is about the document, and how it is recorded."""
    month = step.month
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
    recorded = "Recorded in" if options.write else "To record in"
    terminal.say(f"{recorded} {step.recording.path}: {step.recording}")
    if not month.only_recorded:
        terminal.say("")


def _show_moves(options: argparse.Namespace, terminal: Terminal, planned: Import, step: Step) -> None:
    """Print what moved in the schedule, in a few lines."""
    from milepost.cli.diff import show_moves
    from milepost.moves.view import view_of

    workspace = Workspace.of(options.file)
    found = _moved(options, planned, step)
    terminal.say(f"What moved since {found.since}", Tone.HEADING)
    show_moves(view_of(found.explanations), terminal, workspace, events=True, everything=options.all)
    terminal.say("")


def _moved(options: argparse.Namespace, planned: Import, step: Step) -> Moved:
    from milepost.importing.moves import moved

    folder = Workspace.of(options.file).schedule(step.month.before.document.schedule.folder)
    position = planned.steps.index(step)
    return moved(step.month, folder, planned.steps[position - 1].recording if position else None)


def _json(options: argparse.Namespace, planned: Import) -> str:
    """Return what moved with each export, and what is done, as JSON."""
    from milepost.importing.moves import values
    from milepost.importing.outcome.view import month_values

    found = [
        values(step.month, _moved(options, planned, step))
        | month_values(step.month, step.recording, options.gates)
        for step in planned.steps
    ]
    return json.dumps(found, ensure_ascii=False, indent=1) + "\n"


def _write_summary(options: argparse.Namespace, planned: Import) -> None:
    """Write what is imported as Markdown, for the description of a pull request."""
    from milepost.diff import summary
    from milepost.importing.outcome.view import ImportView, month_view
    from milepost.render.markdown import import_markdown

    months = (
        month_view(
            step.month,
            step.recording,
            options.gates,
            None if step.month.only_recorded else _moved(options, planned, step),
        )
        for step in planned.steps
    )
    view = ImportView(months=tuple(months), notes=planned.notes)
    made = _difference(options, planned.steps[0].month, planned.steps[-1].month)
    shown = replace(summary.view(made), moves=None)  # each month says what moved
    text = import_markdown(view, shown, Workspace.of(options.file).templates)
    files.write_if_changed(options.summary, text)


def _difference(options: argparse.Namespace, first: Month, last: Month) -> Comparison:
    """Return the difference that the exports from the first to the last make in the document."""
    return difference(options.file, last.export.schedule.file, first.before, last.after)


def _show_changes(options: argparse.Namespace, terminal: Terminal, month: Month) -> None:
    """Print what changes, as `milepost diff` does."""
    from milepost.cli.diff import show

    made = _difference(options, month, month)
    show(made, terminal, Workspace.of(options.file), moves=False, everything=options.all)


def _is_older(month: Month) -> Problem:
    """Return the warning that an export is older than the document."""
    known, before = month.export.data_date, month.before.document.metadata.data_date
    message = f"its data date, {dates.iso(known)}, is before that of the document, {dates.iso(before)}"
    hint = "it is recorded; add --older to let it change the document" if month.only_recorded else ""
    return Problem(
        rule="import",
        place=Place(month.export.schedule.file),
        message=message,
        hint=hint,
        severity=Severity.WARNING,
    )
