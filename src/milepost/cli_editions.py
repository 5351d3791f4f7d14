"""`milepost editions`: a site for each release, and the draft, from git."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from milepost.errors import MilepostError, Place, Problem, Severity, quoted
from milepost.paths import Workspace

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from milepost.editions import Revision
    from milepost.git import Repository
    from milepost.terminal import Terminal

_DESCRIPTION = """\
Make a site for each release tag and one for the draft, side by side in build/editions/site/:

  /              the last approved release
  /v/TAG/        each release
  /v/BRANCH/     the draft

The YAML of each is read from git; nothing is checked out, changed or fetched. Editions that were made before
are not made again. A revision that cannot be made is reported and left out.
"""

_EPILOG = """\
exit codes:
  0  there are editions; with --strict, of every revision
  1  there are none; with --strict also: some could not be made
  2  the command line is wrong
"""


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command `editions` to `commands`."""
    parser = commands.add_parser(
        "editions",
        help="make a site for each release, and the draft",
        description=_DESCRIPTION,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--tags", metavar="PATTERN", default="v*", help="which tags are releases (default: %(default)s)"
    )
    parser.add_argument(
        "--draft", metavar="REVISION", help="the draft (default: main, where there is such a branch, or HEAD)"
    )
    parser.add_argument("--no-pdf", action="store_true", help="make sites without the PDF")
    parser.add_argument("--strict", action="store_true", help="exit with 1 when an edition cannot be made")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace, terminal: Terminal) -> int:
    """Make the editions that `options` ask for, and return the exit code."""
    from milepost.editions import make_editions
    from milepost.git import Repository
    from milepost.surroundings import source_date_epoch

    workspace = Workspace.around(options.file)
    repository = Repository.around(options.file.parent)
    absent: list[Problem] = []
    revisions = list(_revisions(options, repository, absent))
    report = make_editions(
        revisions,
        workspace,
        with_pdf=not options.no_pdf,
        epoch=source_date_epoch(),
        on_made=lambda name: terminal.say_error(f"making {name} …"),
    )
    for name, problems in report.failed.items():
        terminal.say_error(f"{name} is left out:")
        terminal.problems(problems)
    terminal.problems(absent)
    if report.current is None:
        hint = "commit the document, or name its tags with --tags"
        raise MilepostError(Problem(rule="editions", message="there is no edition to make", hint=hint))
    terminal.say(
        f"{workspace.editions} ({len(report.made) + len(report.kept)} editions, {len(report.made)} of them"
        f" made now; {report.current.name} is the current one)"
    )
    return 1 if options.strict and (report.failed or absent) else 0


def _revisions(
    options: argparse.Namespace, repository: Repository, absent: list[Problem]
) -> Iterator[Revision]:
    """Yield the releases, the oldest first, then the draft; `absent` gets those without the file."""
    names = [(name, f"refs/tags/{name}", True) for name in repository.tags(options.tags)]
    draft = options.draft or ("main" if repository.commit("refs/heads/main") else "HEAD")
    for name, revision, released in [*names, (draft, draft, False)]:
        found = _revision(repository, options.file, name, revision, released=released)
        if isinstance(found, Problem):
            absent.append(found)
        else:
            yield found


def _revision(
    repository: Repository, source: Path, name: str, revision: str, *, released: bool
) -> Revision | Problem:
    from milepost.editions import Revision

    commit = repository.commit(revision)
    if commit is None:
        raise MilepostError(
            Problem(
                rule="revision",
                message=f"there is no revision {quoted(name)}",
                hint="name a branch, a tag or a commit that this clone has",
            )
        )
    path = f"{repository.prefix}{source.name}"
    content = repository.content(commit, path)
    if content is None:
        return Problem(
            rule="revision",
            place=Place(f"{name}:{path}"),
            message="there is no such file in this revision, so that it is left out",
            severity=Severity.WARNING,
        )
    return Revision(
        name=name,
        commit=commit,
        committed=repository.time(commit),
        content=content,
        file=f"{name}:{path}",
        released=released,
    )
