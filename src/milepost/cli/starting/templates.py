"""`milepost templates`: list the templates of the program, and copy some to change them."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from milepost.base.errors import MilepostError, Place, Problem, quoted

if TYPE_CHECKING:
    from pathlib import Path

    from milepost.cli.terminal import Terminal

_DESCRIPTION = """\
List the templates of the program, or copy some into templates/ beside the document, where they replace those
of the program. One that is there already is never replaced.
"""

_EPILOG = """\
examples:
  milepost templates list
  milepost templates copy latex/body.tex.jinja

exit codes:
  0  success
  1  there is no such template, or its copy is there already
  2  the command line is wrong
"""


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command `templates` to `commands`."""
    parser = commands.add_parser(
        "templates",
        help="list the templates, or copy some to change them",
        description=_DESCRIPTION,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("action", choices=["list", "copy"], help="what to do")
    parser.add_argument("names", metavar="NAME", nargs="*", help="which to copy, as they are listed")
    parser.set_defaults(run=run, usage_error=parser.error)


def run(options: argparse.Namespace, terminal: Terminal) -> int:
    """List or copy, and return the exit code."""
    from milepost.base import files
    from milepost.base.paths import builtin_templates
    from milepost.render.overrides import replaceable

    if (options.action == "copy") != bool(options.names):
        options.usage_error("name the templates to copy, and none for list")
    known = replaceable()
    own = options.file.parent / "templates"
    if options.action == "list":
        for name in known:
            terminal.say(f"{name}{'  (replaced)' if (own / name).is_file() else ''}")
        return 0
    problems = [problem for name in options.names for problem in _faults(name, known, own)]
    if problems:
        raise MilepostError(*problems)
    for name in dict.fromkeys(options.names):
        files.write_if_changed(own / name, (builtin_templates() / name).read_text("utf-8"))
        terminal.say(str(own / name))
    return 0


def _faults(name: str, known: tuple[str, ...], own: Path) -> list[Problem]:
    from milepost.base.suggest import Vocabulary

    if name not in known:
        hint = Vocabulary(known).hint(name, "`milepost templates list` lists them")
        return [Problem(rule="template", message=f"there is no template {quoted(name)}", hint=hint)]
    if (own / name).exists():
        place = Place(str(own / name))
        return [Problem(rule="template", place=place, message="this file is there already", hint="edit it")]
    return []
