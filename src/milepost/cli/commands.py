"""The frame of every command: its description, options, examples and exit codes, as data.

The help is made from it here; manual pages, the reference and completion are made from it in `cli.manuals`.
"""

from __future__ import annotations

import argparse
import textwrap
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from milepost.base.paths import SOURCE

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from milepost.cli.terminal import Terminal

    Commands = argparse._SubParsersAction["Command"]
    Run = Callable[[argparse.Namespace, Terminal], int]

STANDARD_INPUT = Path("-")
_WIDTH = 108
_WRONG = (2, "the command line is wrong")


@dataclass(frozen=True, slots=True)
class Help:
    """What the help of a command says besides its options.

    Attributes:
        summary: a few words for the list of commands.
        description: paragraphs; indented lines are kept as they are.
        exit_codes: what each means, without 2, which is the same everywhere.
        examples: command lines, and in a few words what each does, if that is not obvious.
        notes: more paragraphs, for after the options.
        environment: the variables that are read, and what each does.
        reads_input: whether `-f -` gives the document on standard input.
    """

    summary: str
    description: str
    exit_codes: Mapping[int, str]
    examples: Sequence[tuple[str, str]] = ()
    notes: str = ""
    environment: Mapping[str, str] = field(default_factory=dict)
    reads_input: bool = False

    def all_exit_codes(self) -> list[tuple[int, str]]:
        """Return all exit codes in their order."""
        return sorted([*self.exit_codes.items(), _WRONG])

    def epilog(self) -> str:
        """Return the end of the help."""
        codes = [(str(code), meaning) for code, meaning in self.all_exit_codes()]
        lists = {"examples": self.examples, "exit codes": codes, "environment": [*self.environment.items()]}
        parts = [self.notes.strip("\n")] if self.notes else []
        parts += [f"{title}:\n{_list(rows)}" for title, rows in lists.items() if rows]
        return "\n\n".join(parts)


class Command(argparse.ArgumentParser):
    """The parser of a command, which keeps what its help is made of."""

    def __init__(self, *, about: Help, **options: Any) -> None:
        super().__init__(
            description=about.description,
            formatter_class=argparse.RawDescriptionHelpFormatter,
            **options,
        )
        self.about = about

    def format_help(self) -> str:
        """Return the help, whose end is made only now: most runs print none."""
        self.epilog = self.about.epilog()
        return super().format_help()


def add_command(commands: Commands, name: str, about: Help, run: Run, *, checks: bool = False) -> Command:
    """Add a command, and return its parser, which has the option -f already.

    Args:
        commands: those of the parser above.
        name: what is typed.
        about: the help.
        run: runs the command, and returns the exit code.
        checks: whether the command checks the templates itself, or needs none.
    """
    parser = commands.add_parser(name, help=about.summary, about=about)
    add_file(parser, argparse.SUPPRESS, reads_input=about.reads_input)  # keeps an option from before it
    parser.set_defaults(run=run, usage_error=parser.error, checks=checks, reads_input=about.reads_input)
    return parser


def add_format(parser: Command, first: str, *others: str) -> None:
    """Add the option `--format` with its choices; the first one is the default."""
    parser.add_argument(
        "--format",
        choices=[first, *others],
        default=first,
        help="how it is printed (default: %(default)s)",
    )


def add_group(commands: Commands, name: str, about: Help, of: str) -> Commands:
    """Add a command that has commands itself, each of which is an `of`, and return what takes them."""
    parser = commands.add_parser(name, help=about.summary, about=about)
    add_file(parser, argparse.SUPPRESS)
    return parser.add_subparsers(title=f"{of}s", required=True, metavar=of.upper())


def add_file(parser: argparse.ArgumentParser, default: str | None, *, reads_input: bool = False) -> None:
    """Add the option -f."""
    source = ", or - for standard input" if reads_input else ""
    parser.add_argument(
        "-f",
        "--file",
        type=Path,
        default=default,
        help=f"the document{source} (default: {SOURCE} in this folder or the nearest one above); "
        "outputs go to build/ beside it",
    )


def _list(rows: Sequence[tuple[str, str]]) -> str:
    """Return rows of a term and its explanation, which begins in the same column everywhere."""
    column = 2 + max((len(term) for term, meaning in rows if meaning), default=0)
    indent = " " * (column + 2)
    lines = (
        textwrap.fill(
            meaning,
            _WIDTH,
            initial_indent=f"  {term:{column}}",
            subsequent_indent=indent,
            break_on_hyphens=False,
        )
        if meaning
        else f"  {term}"
        for term, meaning in rows
    )
    return "\n".join(lines)
