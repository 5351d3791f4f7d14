"""`milepost templates`: list the templates of the program, and copy some to change them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from milepost.base.errors import MilepostError, Place, Problem, quoted
from milepost.cli.commands import Help, add_command

if TYPE_CHECKING:
    import argparse
    from pathlib import Path

    from milepost.cli.commands import Commands
    from milepost.cli.terminal import Terminal

_HELP = Help(
    summary="list the templates, or copy some to change them",
    description="""\
List the templates of the program, or copy some into templates/ beside the document, where they replace those
of the program. One that is there already is never replaced.
""",
    examples=(
        ("milepost templates list", ""),
        ("milepost templates copy latex/body.tex.jinja", ""),
    ),
    exit_codes={
        0: "success",
        1: "there is no such template, or its copy is there already",
    },
)


def add_parser(commands: Commands) -> None:
    """Add the command `templates` to `commands`."""
    parser = add_command(commands, "templates", _HELP, run)
    parser.add_argument("action", choices=["list", "copy"], help="what to do")
    parser.add_argument("names", metavar="NAME", nargs="*", help="which to copy, as they are listed")


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
        ours = own.is_dir() and own.samefile(builtin_templates())
        for name in known:
            terminal.say(f"{name}{'  (replaced)' if (own / name).is_file() and not ours else ''}")
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
