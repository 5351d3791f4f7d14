"""`milepost history`: keep the states of a document."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from milepost.base.errors import count
from milepost.base.paths import Workspace

if TYPE_CHECKING:
    from milepost.cli.terminal import Terminal

_DESCRIPTION = """\
Write the dates, levels, states and names of all milestones, as they are now in the document, to
history/DATE.csv beside it. DATE is the data date. `milepost diff DATE` compares with it later; see
history/README.md for what is in the file.

A file of the same day is replaced, those of other days never are.
"""

_EPILOG = """\
examples:
  milepost history save                    every month, once the dates are updated
  milepost history save --output archive/  in another folder

exit codes:
  0  the state is saved, or was already
  1  the document has errors, or the file cannot be written
  2  the command line is wrong
"""


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command `history` to `commands`."""
    parser = commands.add_parser(
        "history",
        help="save the dates of today's document, to compare with later",
        description=_DESCRIPTION,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("action", choices=["save"], help="save: write the present state to history/")
    parser.add_argument(
        "--output", type=Path, metavar="FILE", help="write FILE, or into the folder FILE, instead"
    )
    parser.set_defaults(run=run)


def run(options: argparse.Namespace, terminal: Terminal) -> int:
    """Save the state of the document, and return the exit code."""
    from milepost.build.history import save

    path, milestones, changed = save(Workspace.of(options.file), options.output)
    terminal.say(f"{path} ({count(milestones, 'milestone')}{'' if changed else ', nothing changed'})")
    return 0
