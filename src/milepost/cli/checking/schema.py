"""`milepost schema`: what the YAML may contain, for editors and for people."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from milepost.cli.terminal import Terminal

_EPILOG = """\
examples:
  milepost schema > milestones-schema.json      then begin the YAML with the line
                                                # yaml-language-server: $schema=milestones-schema.json
  milepost schema --format markdown             a reference of all keys

exit codes:
  0  success
  2  the command line is wrong
"""


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command `schema` to `commands`."""
    parser = commands.add_parser(
        "schema",
        help="print what the YAML may contain, for editors or people",
        description="Print the JSON Schema of the YAML, by which editors complete and check keys.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--format", choices=["json", "markdown"], default="json", help="default: json")
    parser.set_defaults(run=run, checks=True)


def run(options: argparse.Namespace, terminal: Terminal) -> int:
    """Print the schema, and return the exit code."""
    if options.format == "json":
        from milepost.schema.generate import json_schema

        terminal.write(json_schema())
    else:
        from milepost.schema.reference import reference

        terminal.write(reference())
    return 0
