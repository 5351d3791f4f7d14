"""`milepost lsp`: answer an editor while somebody writes a document."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from milepost.cli import site_extra
from milepost.cli.commands import Help, add_command

if TYPE_CHECKING:
    import argparse

    from milepost.cli.commands import Commands
    from milepost.cli.terminal import Terminal

_HELP = Help(
    summary="the language server: an editor starts it",
    description="""\
Speak the Language Server Protocol on standard input and output. Editors start this command; it ends with
them. It serves every YAML file that is open and has the keys format and document at its top level.
""",
    examples=(("milepost lsp", "what to enter as the command in the settings of an editor"),),
    exit_codes={
        0: "the editor has ended it",
        1: "the editor has ended without saying so, or packages are not installed",
    },
)


def add_parser(commands: Commands) -> None:
    """Add the command `lsp` to `commands`."""
    parser = add_command(commands, "lsp", _HELP, run, checks=True)
    parser.add_argument(
        "--stdio", action="store_true", help="what some editors add; nothing else is possible"
    )


def run(options: argparse.Namespace, terminal: Terminal) -> int:  # noqa: ARG001 -- the same for every command
    """Answer until the editor ends, and return the exit code."""
    site_extra.require(what="the language server", packages={"pygls": "pygls"}, extra="lsp")
    from importlib.metadata import version

    from milepost.lsp.server import serve

    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")  # the server closes it
    sys.stdout = sys.stderr  # what a library prints is no answer
    return serve(version("milepost"), sys.stdin.buffer, answers)
