"""`milepost import overrides`: mark facts as the document's own, from a YAML of overrides."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from milepost.base.errors import count
from milepost.base.paths import Workspace
from milepost.cli.commands import Help, add_command
from milepost.cli.editing import difference, offer

if TYPE_CHECKING:
    from milepost.cli.commands import Commands
    from milepost.cli.terminal import Terminal
    from milepost.importing.overrides import Overrides, Takeover

_HELP = Help(
    summary="a YAML of what differs from the schedule on purpose",
    description="""\
Show what a YAML of overrides changes in the document, as a difference and as a patch; with --write, change
the document.

FILE has the codes of milestones, and below each what differs from the schedule on purpose: name, level, wbs,
due, forecast, completed, predecessors. These facts are set and marked under own, with the comment of the file
as the reason, so that no import of the schedule changes them. short_name, test_spec, jira and jira_testplan
are set as well, and entries of aka and tags are added. A description, which no document has, is left out, and
so are codes that the document does not have.
""",
    examples=(
        ("milepost import overrides local.yaml", ""),
        ('milepost import overrides local.yaml --reason "clearer than in the schedule" --write', ""),
    ),
    exit_codes={
        0: "success",
        1: "the file or the document has errors, or the document would have errors. Nothing is written then.",
    },
)

_REASON = "differs from the schedule on purpose"
_MOST_CODES = 10


def add_parser(sources: Commands) -> None:
    """Add the source `overrides` to `milepost import`."""
    parser = add_command(sources, "overrides", _HELP, run)
    parser.add_argument("overrides", metavar="FILE", type=Path, help="the YAML of overrides")
    parser.add_argument(
        "--reason",
        metavar="WORDS",
        type=_words,
        default=_REASON,
        help=f"why facts differ that have no comment (default: {_REASON})",
    )
    parser.add_argument(
        "--format",
        choices=["patch", "text"],
        default="text",
        help="what is printed (default: text and a patch)",
    )
    parser.add_argument("--write", action="store_true", help="change the document")


def _words(text: str) -> str:
    words = " ".join(text.split())
    if not words or not words.isprintable():
        raise argparse.ArgumentTypeError("write the reason in a few words")
    return words


def run(options: argparse.Namespace, terminal: Terminal) -> int:
    """Show what changes or change it, and return the exit code."""
    from milepost.importing.overrides import read_overrides, take_over
    from milepost.loading.load import read

    content = read(options.file, str(options.file))
    overrides = read_overrides(read(options.overrides, str(options.overrides)), str(options.overrides))
    terminal.problems(overrides.warnings)
    result = take_over(overrides, content, str(options.file), options.reason)
    if options.format == "text":
        _show_found(terminal, overrides, result)
        _show_changes(options, terminal, overrides.file, result)
    offer(options, result.old, result.new, terminal)
    return 0


def _show_found(terminal: Terminal, overrides: Overrides, result: Takeover) -> None:
    """Print how much of the overrides is about the document, and what becomes of the rest."""
    number = count(len(overrides.entries), "milestone")
    terminal.say(f"{overrides.file}: {number}, {len(result.found)} of them in the document")
    if result.unknown:
        shown = ", ".join(result.unknown[:_MOST_CODES])
        more = len(result.unknown) - _MOST_CODES
        others = f" and {count(more, 'other')}" if more > 0 else ""
        terminal.say(f"left out, not in the document: {shown}{others}")
    for key, times in sorted(overrides.left_out.items()):
        terminal.say(f"left out: {key}, {'once' if times == 1 else f'{times} times'}")
    comments = sum(bool(each.comment) for each in overrides.entries)
    if comments:
        terminal.say(f"comments: {result.reasons} of {comments} taken as reasons of what is marked")
    facts = f"{count(result.marks, 'fact')} marked as the document's own"
    terminal.say(f"{facts}; {count(result.values, 'value')} changed")
    terminal.say("")


def _show_changes(options: argparse.Namespace, terminal: Terminal, name: str, result: Takeover) -> None:
    """Print what changes, as `milepost diff` does."""
    from milepost.cli.diff import show

    changes = difference(options.file, name, result.before, result.after)
    show(changes, terminal, Workspace.of(options.file), moves=False, everything=True)
