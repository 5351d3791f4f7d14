"""`milepost rule`: explain the rules that `milepost check` checks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from milepost.cli.commands import Help, add_command, add_format

if TYPE_CHECKING:
    import argparse

    from milepost.cli.commands import Commands
    from milepost.cli.terminal import Terminal

_HELP = Help(
    summary="explain the rules of a document",
    description="Explain what `milepost check` finds: what is wrong, why, what to do, and an example.",
    examples=(
        ("milepost rule", "list all rules"),
        ("milepost rule MP203", "explain one, with an example"),
        ("milepost rule MP2 acronym", "list some"),
    ),
    exit_codes={
        0: "success",
        1: "there is no such rule",
    },
)


def add_parser(commands: Commands) -> None:
    """Add the command `rule` to `commands`."""
    parser = add_command(commands, "rule", _HELP, run, checks=True)
    parser.add_argument(
        "rules", metavar="RULE", nargs="*", help="an id, the beginning of ids, or a name (default: all)"
    )
    add_format(parser, "text", "json", "markdown")


def run(options: argparse.Namespace, terminal: Terminal) -> int:
    """Print the rules, and return the exit code."""
    from milepost.findings.formats import rules_as_json
    from milepost.findings.pages import rules_page, rules_text
    from milepost.findings.report import rules_in
    from milepost.rulebook.book import rules

    chosen = rules_in(options.rules, "milepost rule") if options.rules else rules()
    match options.format:
        case "json":
            terminal.write(rules_as_json(chosen))
        case "markdown":
            terminal.write(rules_page(chosen))
        case _:
            terminal.write(rules_text(chosen))
    return 0
