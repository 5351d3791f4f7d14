"""`milepost fmt`: write the document in its canonical form."""

from __future__ import annotations

from typing import TYPE_CHECKING

from milepost.cli.commands import STANDARD_INPUT, Help, add_command
from milepost.cli.editing import replace_document, standard_input

if TYPE_CHECKING:
    import argparse

    from milepost.cli.commands import Commands
    from milepost.cli.terminal import Terminal

_HELP = Help(
    summary="write the document in its canonical form",
    description="""\
Write the YAML in the one form that docs/reference/canonical.md describes: order of keys and milestones,
quotes, indentation, length of lines. No comment is lost, and the document is the same one before and after.
A document with errors stays as it is.
""",
    examples=(
        ("milepost fmt", "change the document"),
        ("milepost fmt --check", "exit with 1 if it would change, for workflows"),
        ("milepost fmt --diff", "show what would change"),
        ("git show HEAD:milestones.yaml | milepost fmt -f -", "print the canonical form"),
    ),
    exit_codes={
        0: "the document is in its canonical form now; with --check or --diff, it was before",
        1: "with --check or --diff, it would change; or it has errors. Nothing is written then.",
    },
    reads_input=True,
)


def add_parser(commands: Commands) -> None:
    """Add the command `fmt` to `commands`."""
    parser = add_command(commands, "fmt", _HELP, run, checks=True)
    parser.add_argument("--check", action="store_true", help="only name the file if it would change")
    parser.add_argument("--diff", action="store_true", help="only show what would change, as a patch")


def run(options: argparse.Namespace, terminal: Terminal) -> int:
    """Write the document or say whether it would change, and return the exit code."""
    from milepost.authoring.canonical import canonical
    from milepost.loading.edit import patch
    from milepost.loading.load import read

    file = str(options.file)
    is_input = options.file == STANDARD_INPUT
    content = standard_input() if is_input else read(options.file, file)
    new = canonical(content, file)
    if options.diff and new != content:
        terminal.write_bytes(patch(content, new, options.file.name))
    if options.check or options.diff:
        if new != content:
            terminal.say_error(f"{file}: would change")
        return int(new != content)
    if is_input:
        terminal.write_bytes(new)
    elif new != content:
        replace_document(options.file, content, new, terminal)
        terminal.say_error(f"{file}: written")
    else:
        terminal.say_error(f"{file}: there is nothing to change")
    return 0
