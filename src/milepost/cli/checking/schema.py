"""`milepost schema`: what the YAML may contain, for editors and for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from milepost.cli.commands import Help, add_command, add_format

if TYPE_CHECKING:
    import argparse

    from milepost.cli.commands import Commands
    from milepost.cli.terminal import Terminal

_HELP = Help(
    summary="print what the YAML may contain, for editors or people",
    description="Print the JSON Schema of the YAML, by which editors complete and check keys.",
    notes="""\
Editors read the schema where the YAML begins with the line

  # yaml-language-server: $schema=milestones-schema.json
""",
    examples=(
        ("milepost schema > milestones-schema.json", "for editors"),
        ("milepost schema --format markdown", "a reference of all keys"),
    ),
    exit_codes={
        0: "success",
    },
)


def add_parser(commands: Commands) -> None:
    """Add the command `schema` to `commands`."""
    parser = add_command(commands, "schema", _HELP, run, checks=True)
    add_format(parser, "json", "markdown")


def run(options: argparse.Namespace, terminal: Terminal) -> int:
    """Print the schema, and return the exit code."""
    if options.format == "json":
        from milepost.schema.generate import json_schema

        terminal.write(json_schema())
    else:
        from milepost.schema.reference import reference

        terminal.write(reference())
    return 0
