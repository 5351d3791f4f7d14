"""`milepost rule`: explain the rules that `milepost check` checks."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from milepost.cli.terminal import Terminal

_EPILOG = """\
examples:
  milepost rule              list all rules
  milepost rule MP203        explain one, with an example
  milepost rule MP2 acronym  list some

exit codes:
  0  success
  1  there is no such rule
  2  the command line is wrong
"""


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command `rule` to `commands`."""
    parser = commands.add_parser(
        "rule",
        help="explain the rules of a document",
        description="Explain what `milepost check` finds: what is wrong, why, what to do, and an example.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "rules", metavar="RULE", nargs="*", help="an id, the beginning of ids, or a name (default: all)"
    )
    parser.add_argument(
        "--format", choices=["text", "json", "markdown"], default="text", help="default: text"
    )
    parser.set_defaults(run=run, checks=True)


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
