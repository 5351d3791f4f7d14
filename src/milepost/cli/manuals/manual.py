"""`milepost manual`: the manual pages, and the reference of all commands."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from milepost.cli.commands import Help, add_command

if TYPE_CHECKING:
    import argparse

    from milepost.cli.commands import Commands
    from milepost.cli.manuals.pages import Page
    from milepost.cli.terminal import Terminal

_HELP = Help(
    summary="make the manual pages",
    description="""\
Print the manual page of a command, or write all of them to a folder. With --format markdown, print the
reference of all commands.
""",
    examples=(
        ("milepost manual check | man -l -", "read the page of milepost check"),
        ("milepost manual --output ~/.local/share/man/man1", "then: man milepost, man milepost-check"),
        ("milepost manual --format markdown", "the reference of all commands"),
    ),
    exit_codes={0: "success", 1: "a page cannot be written"},
)


def add_parser(commands: Commands) -> None:
    """Add the command `manual` to `commands`."""
    parser = add_command(commands, "manual", _HELP, run, checks=True)
    parser.add_argument(
        "command",
        metavar="COMMAND",
        nargs="*",
        help="the command (default: milepost itself), as in import primavera",
    )
    parser.add_argument(
        "--format",
        choices=["roff", "markdown"],
        default="roff",
        help="of what it is made (default: %(default)s)",
    )
    parser.add_argument("--output", metavar="DIR", type=Path, help="write the pages of all commands to DIR")


def run(options: argparse.Namespace, terminal: Terminal) -> int:
    """Print or write pages, and return the exit code."""
    from milepost.base.files import write_if_changed
    from milepost.cli.manuals.pages import pages
    from milepost.cli.manuals.printing import manual_page, reference

    whole = options.parser()
    found = {page.name: page for page in pages(whole)}
    name = " ".join([whole.prog, *options.command])
    if options.command and (options.output or options.format == "markdown"):
        options.usage_error("name no command: this is about all of them")
    if options.output and options.format == "markdown":
        options.usage_error("--output is for manual pages: redirect the Markdown into a file")
    if name not in found:
        options.usage_error(f"there is no command {name!r}")
    if options.format == "markdown":
        terminal.write(reference(list(found.values())))
    elif options.output:
        for page in found.values():
            path = options.output / f"{page.file}.1"
            write_if_changed(path, manual_page(page, _others(page, found)))
            terminal.say(str(path))
    else:
        terminal.write(manual_page(found[name], _others(found[name], found)))
    return 0


def _others(page: Page, found: dict[str, Page]) -> list[str]:
    """Return the names of the manual pages that one refers to: of the command above, and of those below."""
    return [each.file for each in found.values() if each.name == page.parent or each.parent == page.name]
