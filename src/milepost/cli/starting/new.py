"""`milepost new`: begin another document."""

from __future__ import annotations

import argparse
import shlex
from pathlib import Path
from typing import TYPE_CHECKING

from milepost.cli.commands import Help, add_command

if TYPE_CHECKING:
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
    parser.add_argument("directory", metavar="DIR", type=_folder, help="its folder, for instance plan")


def run(options: argparse.Namespace, terminal: Terminal) -> int:
    """Write the files, and return the exit code."""
    from milepost.build.new import write_new
    from milepost.git.repository import Repository

    directory: Path = options.directory
    for path in write_new(directory):
        terminal.say(str(path))
    repository = Repository.find(directory)
    if repository is not None and repository.prefix:
        place, folder = directory / ".github", repository.prefix.rstrip("/")
        hint = f"move it there, with working-directory: {folder} and path: {folder}/build/*.pdf"
        terminal.say_error(f"{place}: GitHub reads this only at the top of a repository ({hint})")
    where = f"./{directory}" if str(directory).startswith("-") else str(directory)
    terminal.say_error("next: " + ("" if where == "." else f"cd {shlex.quote(where)} && ") + "make pdf")
    return 0


def _folder(text: str) -> Path:
    if not text.strip():
        raise argparse.ArgumentTypeError("name a folder, or . for this one")
    return Path(text)
