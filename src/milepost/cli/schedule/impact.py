"""`milepost impact`: what cannot hold its date if a milestone slips."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

from milepost.base.errors import MilepostError, Problem
from milepost.base.paths import Templates, Workspace
from milepost.cli.commands import Help, add_command
from milepost.cli.editing import day, read_document

if TYPE_CHECKING:
    import argparse

    from milepost.cli.commands import Commands
    from milepost.cli.terminal import Terminal
    from milepost.document.model import Document, Milestone

_HELP = Help(
    summary="show what cannot hold its date if a milestone slips",
    description="""\
Show which milestones cannot hold their dates if CODE is done only on DATE, through the links to what waits
for it, and how much time remains before those that can.

It is the least that follows: links have no durations, so a milestone is only sure to be late if something
before it is later than its own date. Lags of links count where an import of the schedule has recorded them.
The date of a milestone is its forecast or else its due date.
""",
    examples=(
        ("milepost impact ABC-7 --to 2025-03-31", ""),
        ("milepost impact ABC-7 --to 2025-03-31 --format json", ""),
    ),
    exit_codes={
        0: "the result is printed",
        1: "the document has errors, or has no such milestone that is still to come",
    },
    reads_input=True,
)


def add_parser(commands: Commands) -> None:
    """Add the command `impact` to `commands`."""
    parser = add_command(commands, "impact", _HELP, run)
    parser.add_argument("code", metavar="CODE", help="the milestone that slips; an earlier code will do")
    parser.add_argument(
        "--to", metavar="DATE", required=True, type=day, help="the day on which it is done then"
    )
    parser.add_argument(
        "--format", choices=["json", "text"], default="text", help="how it is printed (default: %(default)s)"
    )


def run(options: argparse.Namespace, terminal: Terminal) -> int:
    """Print what follows, and return the exit code."""
    from milepost.document.impact import Successors
    from milepost.history.lags import recorded_lags
    from milepost.render.documents import impact_text
    from milepost.views.impact import impact_view

    document = read_document(options.file).document
    milestone = _milestone(document, options.code)
    lags = recorded_lags(Workspace.of(options.file), document)
    terminal.problems(lags.problems)
    view = impact_view(Successors(document, lags.days).impact(milestone, options.to), lags.file)
    if options.format == "json":
        terminal.write(json.dumps(asdict(view), ensure_ascii=False, indent=2) + "\n")
    else:
        terminal.write(impact_text(view, Templates.beside(options.file)))
    return 0


def _milestone(document: Document, code: str) -> Milestone:
    """Return the milestone of that code or earlier code.

    Raises:
        MilepostError: there is none, or it is completed or cancelled.
    """
    from milepost.base.suggest import Vocabulary
    from milepost.document.impact import is_to_come
    from milepost.document.schedule import current_codes

    earlier = current_codes(document.milestones)
    milestone = document.milestone(earlier.get(code, code))
    if milestone is None:
        codes = (name for each in document.milestones for name in (each.code, *each.aka))
        hint = Vocabulary(codes).hint(code, "give one of the document")
        raise MilepostError(Problem(rule="code", message=f"there is no milestone {code}", hint=hint))
    if not is_to_come(milestone):
        message = (
            f"{milestone.code} is {'cancelled' if milestone.cancelled else 'completed'}, and cannot slip"
        )
        raise MilepostError(Problem(rule="code", message=message, hint="give one that is still to come"))
    return milestone
