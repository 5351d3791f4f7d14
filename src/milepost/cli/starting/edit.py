"""`milepost edit`: change milestones without opening the YAML."""

from __future__ import annotations

import argparse
import unicodedata
from typing import TYPE_CHECKING

from milepost.cli.commands import Help, add_command
from milepost.cli.editing import day, offer

if TYPE_CHECKING:
    from milepost.cli.commands import Commands
    from milepost.cli.terminal import Terminal

_HELP = Help(
    summary="change a milestone: set, complete, add, remove, recode",
    description="""\
Change a milestone with the smallest change of the YAML. What would change is shown as a patch; with --write,
the document is changed.

  set CODE FIELD=VALUE ...     set fields; FIELD= removes one; of lists: tags=a,b or tags+=c or tags-=c
  complete CODE [DATE]         enter the day of completion (default: the data date), and remove the forecast
  add CODE name=NAME ...       add a milestone, where the order of the file suggests
  remove CODE ...              remove milestones, the links to them, and waivers that are about nothing else
  recode OLD NEW               give it another code, everywhere; OLD becomes an earlier code (aka)
""",
    examples=(
        ("milepost edit set A-16 forecast=2025-07-01", ""),
        ("milepost edit set A-16 own.forecast='agreed with the vendor' --write", ""),
        ("milepost edit complete A-16 2025-05-27 --write", ""),
        ("milepost edit recode A-16 A-16b", ""),
    ),
    exit_codes={
        0: "success",
        1: "there is no such milestone, or the document would have errors. Nothing is written then.",
    },
)

_ACTIONS = {"set": (2, 99), "complete": (1, 2), "add": (2, 99), "remove": (1, 99), "recode": (2, 2)}
"""The actions, and how many arguments each has at least and at most."""


def add_parser(commands: Commands) -> None:
    """Add the command `edit` to `commands`."""
    parser = add_command(commands, "edit", _HELP, run)
    parser.add_argument("action", choices=_ACTIONS, help="what to do")
    parser.add_argument("arguments", metavar="ARGUMENT", nargs="+", help="see above")
    parser.add_argument("--write", action="store_true", help="change the document")
    parser.set_defaults(format="patch")


def run(options: argparse.Namespace, terminal: Terminal) -> int:
    """Show what changes or change it, and return the exit code."""
    from milepost.loading.load import read

    least, most = _ACTIONS[options.action]
    if not least <= len(options.arguments) <= most:
        options.usage_error(f"{options.action} has other arguments (see milepost edit --help)")
    content = read(options.file, str(options.file))
    changed, notes = _changed(content, options)
    for note in notes:
        terminal.say_error(note)
    offer(options, content, changed, terminal)
    return 0


def _changed(content: bytes, options: argparse.Namespace) -> tuple[bytes, tuple[str, ...]]:
    """Return the changed document, and what is to be known about the change."""
    from milepost.authoring import fields, mentions

    code, *others = (unicodedata.normalize("NFC", each) for each in options.arguments)
    file = str(options.file)
    match options.action:
        case "set":
            return fields.set_fields(content, file, code, fields.parse(others, file)), ()
        case "add":
            return fields.add(content, file, code, fields.parse(others, file)), ()
        case "complete":
            try:
                on = day(others[0]) if others else None
            except argparse.ArgumentTypeError as error:
                options.usage_error(str(error))
            return fields.complete(content, file, code, on), ()
        case "remove":
            removal = mentions.remove(content, file, [code, *others])
            return removal.content, removal.notes
        case _:
            return mentions.recode(content, file, code, others[0]), ()
