"""`milepost quality`: how sound the schedule of a document, or a whole export, is."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from milepost.cli.commands import Help, add_command, add_format
from milepost.cli.editing import day, read_document
from milepost.cli.schedule.tables import show

if TYPE_CHECKING:
    import argparse

    from milepost.cli.commands import Commands
    from milepost.cli.terminal import Terminal
    from milepost.views.reports.table import Table

_HELP = Help(
    summary="count what is missing or wrong in a schedule, by the DCMA's points",
    description="""\
Count what the DCMA's 14-point assessment counts, as far as it needs no durations: missing links, leads, lags,
types of relations, invalid dates, missed dates, and the index of the baseline. Each has its share and the
threshold.

With EXPORT, the whole export of a schedule is assessed, otherwise the milestones of the document.
""",
    examples=(
        ("milepost quality", ""),
        ("milepost quality 202402-ME.xls --format markdown", ""),
    ),
    exit_codes={
        0: "the table is printed, whether thresholds are met or not",
        1: "the document or the export has errors",
    },
    reads_input=True,
)

_FORMATS = ("text", "markdown", "csv", "json")


def add_parser(commands: Commands) -> None:
    """Add the command `quality` to `commands`."""
    parser = add_command(commands, "quality", _HELP, run)
    parser.add_argument("export", metavar="EXPORT", type=Path, nargs="?", help="an export of Primavera P6")
    parser.add_argument("--data-date", metavar="DATE", type=day, help="of the export, if it does not say it")
    add_format(parser, *_FORMATS)


def run(options: argparse.Namespace, terminal: Terminal) -> int:
    """Print the table, and return the exit code."""
    if options.export is None and options.data_date is not None:
        options.usage_error("--data-date is that of an export")
    table = _of_document(options) if options.export is None else _of_export(options, terminal)
    show(table, options.format, None, options.file, terminal)
    return 0


def _of_document(options: argparse.Namespace) -> Table:
    from milepost.views.reports.quality import quality
    from milepost.views.reports.table import Options

    return quality(read_document(options.file).document, (), Options())


def _of_export(options: argparse.Namespace, terminal: Terminal) -> Table:
    from milepost.importing.data_date import data_date_of
    from milepost.schedule.read import read
    from milepost.views.reports.quality import quality_of

    found = read(options.export)
    terminal.problems(found.warnings)
    known, origin = data_date_of(found, options.data_date)
    terminal.say_error(f"data date {known} ({origin})")
    return quality_of(found, known)
