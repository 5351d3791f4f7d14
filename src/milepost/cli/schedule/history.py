"""`milepost history`: follow the dates of milestones through time, and keep the present ones."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from milepost.base.errors import MilepostError, Problem, count
from milepost.base.paths import Workspace
from milepost.cli.commands import Help, add_command
from milepost.cli.editing import day, read_document, selection
from milepost.cli.schedule.tables import check_output, give, show

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from milepost.cli.commands import Commands
    from milepost.cli.terminal import Terminal
    from milepost.document.model import Document
    from milepost.history.states import Snapshot

_HELP = Help(
    summary="follow the dates of milestones through time, or save the present ones",
    description="""\
Show the dates of milestones in each state: in the folder history/ and in the recorded schedules, or, with
--through git, in the revisions of the document, of which the last with each data date counts.

`milepost history save` writes the dates, levels, states and names of all milestones, as they are now in the
document, to history/DATE.csv beside it. DATE is the data date. `milepost diff DATE` compares with it later;
docs/reference/history.md says what is in the file. A file of the same day is replaced, those of other days
never are.
""",
    examples=(
        ("milepost history --select level:1", "the due dates of level 1 in each state"),
        ("milepost history --date forecast", "the forecasts instead"),
        ("milepost history --through git --format csv", ""),
        ("milepost history --select level:1 --output trend.pdf", "the milestone trend chart"),
        ("milepost history save", "every month, once the dates are updated"),
        ("milepost history save --output archive/", "in another folder"),
    ),
    exit_codes={
        0: "success",
        1: "the document has errors, or the file cannot be written",
    },
    reads_input=True,
)

_FORMATS = {"text": "txt", "markdown": "md", "csv": "csv", "json": "json", "xlsx": "xlsx"}
_CHARTS = ("svg", "pdf")
_FORMATS |= {form: form for form in _CHARTS}
"""The formats, and how the names of their files end."""
_OF_CHARTS = ("labels", "direction", "baseline")


def add_parser(commands: Commands) -> None:
    """Add the command `history` to `commands`."""
    parser = add_command(commands, "history", _HELP, run)
    parser.add_argument(
        "action", nargs="?", choices=["save"], help="save: write the present state to history/"
    )
    parser.add_argument(
        "--date",
        choices=["due", "forecast", "completed"],
        help="which dates a table for people or a chart has (default: due); csv and json have all",
    )
    parser.add_argument(
        "--through",
        choices=["states", "git"],
        help="states: files in history/ and of the schedule, the default; git: revisions of the document",
    )
    parser.add_argument(
        "--select",
        metavar="SELECTION",
        type=selection,
        help="only these milestones, as in 'level:2 wbs:A.01'",
    )
    parser.add_argument("--since", metavar="DATE", type=day, help="only states from that day on")
    parser.add_argument(
        "--labels",
        metavar="SELECTION",
        type=selection,
        help="the lines of a chart with labels, at most 15 (default: those that moved most)",
    )
    parser.add_argument(
        "--direction", choices=["up", "down"], help="where later dates are in a chart (default: up)"
    )
    parser.add_argument(
        "--baseline",
        action="store_const",
        const=True,
        help="draw the first date of each line in a chart, or for forecasts its due date",
    )
    parser.add_argument(
        "--format",
        choices=_FORMATS,
        help="how it is printed (default: as the name of FILE ends, or else text)",
    )
    parser.add_argument(
        "--output", type=Path, metavar="FILE", help="write FILE; with save, FILE or into the folder FILE"
    )


def run(options: argparse.Namespace, terminal: Terminal) -> int:
    """Show or save, and return the exit code."""
    if options.action == "save":
        for name in ("date", "through", "select", "since", *_OF_CHARTS, "format"):
            if getattr(options, name) is not None:
                options.usage_error(f"--{name} is no option of save")
        return _save(options, terminal)
    form = _format(options, terminal)

    if form in _CHARTS:
        give(options.output, _chart(form, options, terminal), terminal)
        return 0
    from milepost.views.reports.table import Options
    from milepost.views.reports.through_time.history import followed, points

    document = read_document(options.file).document
    states = _states(options, document, terminal)
    asked = Options(selection=options.select)
    if form in {"csv", "json"}:
        table = points(document, states, asked)
    else:
        table = followed(document, states, asked, options.date or "due")
    show(table, form, options.output, options.file, terminal)
    return 0


def _format(options: argparse.Namespace, terminal: Terminal) -> str:
    """Return the format, or end with exit code 2 where the options do not fit each other."""
    ending = options.output.suffix.lower().removeprefix(".") if options.output else ""
    form: str = options.format or next((form for form, end in _FORMATS.items() if end == ending), "text")
    if form in {"csv", "json"} and options.date is not None:
        options.usage_error(f"{form} has all dates (leave out --date)")
    if form in _CHARTS and options.date == "completed":
        options.usage_error("a chart has completions beside --date due or forecast (write one of these)")
    for name in _OF_CHARTS if form not in _CHARTS else ():
        if getattr(options, name) is not None:
            options.usage_error(f"--{name} is for charts (add --format svg or pdf)")
    if form == "pdf" and options.output is None and terminal.width is not None:
        options.usage_error("a terminal cannot show a PDF (add --output FILE)")
    check_output(options, form, terminal)
    return form


def _chart(form: str, options: argparse.Namespace, terminal: Terminal) -> bytes:
    """Return the trend chart as a file.

    Raises:
        MilepostError: no milestone is selected.
    """
    from milepost.charts import output
    from milepost.document.figures import TrendFigure
    from milepost.views.page import PAGES
    from milepost.views.trend.make import trend_chart

    document = read_document(options.file).document
    asked = {
        "date": options.date,
        "direction": options.direction,
        "labels": options.labels and options.labels.as_keys(),
        "baseline": options.baseline and "true",
    }
    figure = TrendFigure.model_validate(
        {"name": "trend", "kind": "trend", "caption": "Trend"}
        | (options.select.as_keys() if options.select else {})
        | {key: value for key, value in asked.items() if value}
    )
    if not document.selected(figure):
        message, hint = f"no milestone is selected by {figure}", "change one of the conditions"
        raise MilepostError(Problem(rule="selection", message=message, hint=hint))
    about = document.metadata
    title = f"{about.handle}: {figure.date} dates from state to state"
    chart = trend_chart(figure, document, _states(options, document, terminal), title)
    if form == "pdf":
        return output.pdf(chart, PAGES[about.layout, about.paper])
    return output.svg(chart).encode()


def _states(options: argparse.Namespace, document: Document, terminal: Terminal) -> Sequence[Snapshot]:
    """Return the earlier states of the document, and print what is wrong with some."""
    if options.through == "git":
        from milepost.git.states import states_in_git

        states, warnings = states_in_git(options.file, document.metadata.data_date)
    else:
        from milepost.build.history import states_of

        states, warnings = states_of(Workspace.of(options.file), document)
    terminal.problems(warnings)
    return [each for each in states if options.since is None or each.day >= options.since]


def _save(options: argparse.Namespace, terminal: Terminal) -> int:
    from milepost.build.history import save

    path, milestones, changed = save(Workspace.of(options.file), options.output)
    terminal.say(f"{path} ({count(milestones, 'milestone')}{'' if changed else ', nothing changed'})")
    return 0
