"""`milepost new`: begin another document."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from milepost.cli.commands import Help, add_command

if TYPE_CHECKING:
    import argparse

    from milepost.cli.commands import Commands
    from milepost.cli.terminal import Terminal

_HELP = Help(
    summary="begin another document",
    description="""\
Write a small document that shows each part once, with a Makefile, a workflow for GitHub, and a schema for
editors. Files that are there already are never replaced.
""",
    examples=(("milepost new plan && cd plan && make pdf", ""),),
    exit_codes={
        0: "the document is written",
        1: "one of its files is there already, or cannot be written",
    },
)


def add_parser(commands: Commands) -> None:
    """Add the command `new` to `commands`."""
    parser = add_command(commands, "new", _HELP, run, checks=True)
    parser.add_argument("directory", metavar="DIR", type=Path, help="its folder, for instance plan")


def run(options: argparse.Namespace, terminal: Terminal) -> int:
    """Write the files, and return the exit code."""
    from milepost.build.new import write_new

    for path in write_new(options.directory):
        terminal.say(str(path))
    terminal.say_error(f"next: cd {options.directory} && make pdf")
    return 0
