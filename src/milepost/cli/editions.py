"""`milepost editions`: build a site for each release and for the draft, from git."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from milepost.base.errors import MilepostError, Problem, Severity, count, quoted
from milepost.base.paths import Workspace
from milepost.cli import site_extra
from milepost.cli.commands import Help, add_command

if TYPE_CHECKING:
    from milepost.cli.commands import Commands
    from milepost.cli.terminal import Terminal

_MOST_COMPARED = 40
"""Then there are 780 pages."""
_MANY = 10

_SHALLOW = Problem(
    rule="revision",
    message="this is a shallow clone: older commits and tags, and therefore editions, may be missing",
    hint="git fetch --unshallow --tags",
    severity=Severity.WARNING,
)

_WITHOUT_GIT = "editions are built from tags and branches; `milepost build site` does not need git"

_HELP = Help(
    summary="build a site for each release and for the draft",
    description="""\
Build a site for each release tag and one for the draft, side by side in build/editions/site/:

  /              the last approved release
  /stable/       the same, for links from elsewhere
  /latest/       the draft, for links from elsewhere
  /v/TAG/        each release
  /v/BRANCH/     the draft, and previews of other branches

The YAML of each is read from git; nothing is checked out, changed or fetched. An edition is built once and
then kept. A revision that cannot be built is reported and left out. Previews and hidden editions can be
read, but other editions do not name them, and search engines are told not to list them.
""",
    examples=(
        ("milepost editions", ""),
        ("milepost editions --preview 'draft/*' --title v1.5='2022 replan'", ""),
    ),
    exit_codes={
        0: "there are editions; with --strict: of every revision",
        1: "there are none; with --strict also: some could not be built, or the clone is shallow",
    },
)


def add_parser(commands: Commands) -> None:
    """Add the command `editions` to `commands`."""
    parser = add_command(commands, "editions", _HELP, run)
    parser.add_argument(
        "--tags", metavar="PATTERN", default="v*", help="which tags are releases (default: %(default)s)"
    )
    parser.add_argument(
        "--draft",
        metavar="REVISION",
        help="the draft: a branch or another revision (default: main, else the default branch of origin, "
        "else what is checked out)",
    )
    parser.add_argument(
        "--preview",
        metavar="BRANCH",
        action="append",
        default=[],
        help="build a preview of this branch, or of all that match a pattern; can be repeated",
    )
    parser.add_argument(
        "--show", metavar="NAME", action="append", default=[], help="list this preview in the other editions"
    )
    parser.add_argument(
        "--hide", metavar="NAME", action="append", default=[], help="do not list this edition in the others"
    )
    parser.add_argument(
        "--title",
        metavar="NAME=TITLE",
        action="append",
        default=[],
        help="give this edition a title, such as v1.5='2022 replan'",
    )
    parser.add_argument(
        "--compare",
        metavar="NUMBER",
        type=number_of_editions,
        default=10,
        help="how many of the newest editions are compared with each other (default: %(default)s); older "
        "ones are compared with those beside them and with the current one; 0 compares none",
    )
    parser.add_argument("--no-pdf", action="store_true", help="build sites without the PDF")
    parser.add_argument("--strict", action="store_true", help="exit with 1 if an edition cannot be built")


def number_of_editions(text: str) -> int:
    """Return the number that an option gives.

    Raises:
        ArgumentTypeError: it is none.
    """
    if text.isascii() and text.isdigit() and int(text) <= _MOST_COMPARED:
        return int(text)
    raise argparse.ArgumentTypeError(f"{quoted(text)} is not a number from 0 to {_MOST_COMPARED}")


def _say_comparing(number: int, terminal: Terminal) -> None:
    """Say what takes a while; a few pages are made as fast as that is read."""
    if number >= _MANY:
        terminal.say_error(f"comparing {number} pairs of editions …")


def run(options: argparse.Namespace, terminal: Terminal) -> int:
    """Build the editions that `options` select, and return the exit code."""
    site_extra.require()
    from milepost.build.editions.make import make_editions
    from milepost.git.listing import Listing
    from milepost.git.releases import releases_and_draft
    from milepost.git.repository import Repository
    from milepost.git.source_state import source_date_epoch

    workspace = Workspace.of(options.file)
    repository = Repository.discover(options.file.parent, _WITHOUT_GIT)
    revisions, absent = releases_and_draft(
        repository, options.file, tags=options.tags, draft=options.draft, previews=options.preview
    )
    try:
        chosen = Listing(hidden=options.hide, shown=options.show, titles=options.title).of(revisions)
    except MilepostError:
        terminal.problems(absent)  # why there may be no such edition
        raise
    report = make_editions(
        chosen,
        workspace,
        with_pdf=not options.no_pdf,
        epoch=source_date_epoch(),
        most=options.compare,
        on_made=lambda name: terminal.say_error(f"building {name} …"),
        on_compare=lambda number: _say_comparing(number, terminal),
        on_wait=terminal.say_waiting,
    )
    terminal.problems(report.warnings)
    for name, problems in report.failed.items():
        terminal.say_error(f"{name} is left out:")
        terminal.problems(problems)
    terminal.problems(absent)
    if shallow := repository.is_shallow:
        terminal.problems([_SHALLOW])
    if report.current is None:
        hint = "commit the document, or choose its tags with --tags"
        raise MilepostError(Problem(rule="editions", message="there is no edition to build", hint=hint))
    editions = count(len(report.made) + len(report.kept), "edition")
    terminal.say(
        f"{workspace.editions} ({editions}, {len(report.made)} built now; {report.current.label} is current)"
    )
    return 1 if options.strict and (report.failed or absent or shallow) else 0
