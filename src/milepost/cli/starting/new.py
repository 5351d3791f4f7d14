"""`milepost new`: begin another document."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from milepost.cli.terminal import Terminal

_DESCRIPTION = """\
Write a small document that shows each part once, with a Makefile, a workflow for GitHub, and a schema for
editors. Files that are there already are never replaced.
"""

_EPILOG = """\
examples:
  milepost new plan && cd plan && make pdf

exit codes:
  0  the document is written
  1  one of its files is there already, or cannot be written
  2  the command line is wrong
"""


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command `new` to `commands`."""
    parser = commands.add_parser(
        "new",
        help="begin another document",
        description=_DESCRIPTION,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("directory", metavar="DIR", type=Path, help="its folder, for instance plan")
    parser.set_defaults(run=run, checks=True)


def run(options: argparse.Namespace, terminal: Terminal) -> int:
    """Write the files, and return the exit code."""
    from milepost.build.new import write_new

    for path in write_new(options.directory):
        terminal.say(str(path))
    terminal.say_error(f"next: cd {options.directory} && make pdf")
    return 0
