"""`milepost waivers`: list which warnings of a document are accepted, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from milepost.cli.commands import Help, add_command, add_format

if TYPE_CHECKING:
    import argparse

    from milepost.cli.commands import Commands
    from milepost.cli.terminal import Terminal

_HELP = Help(
    summary="list which warnings are accepted, and why",
    description="""\
List the `waivers` of the document: the rule and the part of each, its reason, who decided, until when it
holds, and the warnings that it accepts. `milepost check` warns of those that have ended or accept nothing.
""",
    examples=(
        ("milepost waivers", ""),
        ("milepost waivers --format markdown > waivers.md", "a page for readers"),
    ),
    exit_codes={
        0: "success",
        1: "the document has errors",
    },
)


def add_parser(commands: Commands) -> None:
    """Add the command `waivers` to `commands`."""
    parser = add_command(commands, "waivers", _HELP, run, checks=True)
    add_format(parser, "text", "markdown")


def run(options: argparse.Namespace, terminal: Terminal) -> int:
    """Print the waivers, and return the exit code."""
    from milepost.base.errors import MilepostError, Severity
    from milepost.cli.checking.check import checked
    from milepost.findings.pages import waivers_page, waivers_text

    _, loaded, problems = checked(options.file)
    errors = [problem for problem in problems if problem.severity is Severity.ERROR]
    if loaded is None or errors:
        raise MilepostError(*errors)
    terminal.write(waivers_page(loaded) if options.format == "markdown" else waivers_text(loaded))
    return 0
