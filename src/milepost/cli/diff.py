"""`milepost diff`: what differs between two editions, for people, programs and gates."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from milepost.base.errors import Place, Problem, Severity, quoted
from milepost.base.paths import Workspace
from milepost.cli.terminal import Tone

if TYPE_CHECKING:
    from collections.abc import Iterator

    from milepost.cli.terminal import Terminal
    from milepost.diff.comparison import Comparison
    from milepost.diff.sentences import Explained

_DESCRIPTION = """\
Say what differs between two editions of a document, and write it to build/diff/:

  HANDLE-diff.pdf         the document with all changes marked, and a list of them at the front
  index.html              the same as one page that needs nothing else, for instance in an e-mail
  gantt-diff.svg, .pdf    the chart with old dates in grey
  summary.md              for people, for instance below a pull request
  summary.json            for programs
  HANDLE.txt.diff         a unified diff of the plain text

Nothing is checked out, changed or fetched.
"""

_EPILOG = """\
OLD and NEW are each
  a file              if there is a file of that name; else
  a revision          a tag, branch or commit: the document's file as it was then
  REVISION:PATH       another file of that revision; PATH counts from the top of the repository,
                      or from here if it begins with ./ or ../
Without NEW, the document as it is now is compared.

examples:
  milepost diff v1.6                   what has changed since v1.6
  milepost diff v1.5 v1.6              what changed between the two
  milepost diff old.yaml new.yaml      two files, no git needed
  milepost diff HEAD~1:old/plan.yaml   when the file had another name

exit codes:
  0  compared; with --exit-code, and there are no differences
  1  a document has faults or cannot be read; with --exit-code also: there are differences;
     with --require-record also: some change is not authorised. Faults are printed on the standard error
     output, in a revision as REVISION:PATH:LINE:COLUMN: what is wrong, and nothing is written then.
  2  the command line is wrong
"""


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command `diff` to `commands`."""
    parser = commands.add_parser(
        "diff",
        help="say what differs between two editions",
        description=_DESCRIPTION,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("old", metavar="OLD", help="the earlier edition: a file or a revision")
    parser.add_argument(
        "new", metavar="NEW", nargs="?", help="the later one (default: the document as it is)"
    )
    parser.add_argument("--exit-code", action="store_true", help="exit with 1 when there are differences")
    parser.add_argument(
        "--require-record",
        action="store_true",
        help="exit with 1 when a new entry of the change record does not authorise every change",
    )
    parser.add_argument("--no-pdf", action="store_true", help="make no PDF, which takes longest")
    instead = parser.add_mutually_exclusive_group()
    instead.add_argument("--markdown", action="store_true", help="print summary.md and write nothing")
    instead.add_argument("--json", action="store_true", help="print summary.json and write nothing")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace, terminal: Terminal) -> int:
    """Compare what `options` name, write or print what is asked for, and return the exit code."""
    from milepost.build import diff
    from milepost.diff.comparison import compare
    from milepost.git.revisions import read

    comparison = compare(*read(options.file, options.old, options.new))
    workspace = Workspace.of(options.file)
    if options.markdown:
        terminal.write(diff.summary_markdown(comparison, workspace))
    elif options.json:
        terminal.write(diff.summary_json(comparison, workspace))
    else:
        _show(comparison, terminal)
        with terminal.progress() as progress:
            written = diff.write(comparison, workspace, pdf=not options.no_pdf, on_progress=progress)
        for path in written:
            terminal.say_error(str(path))
    required = options.require_record
    doubts = [*_unknown(comparison, Severity.ERROR if required else Severity.WARNING)]
    lacking = [*_unauthorised(comparison)] if required else []
    terminal.problems([*doubts, *lacking])
    refused = required and (doubts or lacking)
    return 1 if refused or (options.exit_code and comparison.changes) else 0


def _show(comparison: Comparison, terminal: Terminal) -> None:
    """Print the headline, then every change in its sentence, below the heading of its group."""
    from milepost.diff.changes import ProseChanged
    from milepost.diff.summary import changed_lines, view

    shown = view(comparison)
    terminal.say(f"{shown.handle}: {shown.old} → {shown.new}", Tone.HEADING)
    terminal.say(" ".join(filter(None, (shown.headline, shown.authority))))
    group = None
    for each in comparison.explained:
        if each.group is not group:
            group = each.group
            terminal.say("")
            terminal.say(group.value, Tone.HEADING)
        terminal.say(f"  {each.sentence}", _tone(each))
        if isinstance(each.change, ProseChanged):
            for line in changed_lines(each.change):
                terminal.say_marked(line, indent="    ")


def _tone(explained: Explained) -> Tone | None:
    """Return how good the news is: what is late or gone is bad, what is done or early is good."""
    from milepost.diff.changes import Completed, MilestoneRemoved, Reopened

    if isinstance(explained.change, Reopened | MilestoneRemoved):
        return Tone.BAD
    if isinstance(explained.change, Completed):
        return Tone.GOOD
    if not explained.days:
        return None
    return Tone.BAD if explained.days > 0 else Tone.GOOD


def _unknown(comparison: Comparison, severity: Severity) -> Iterator[Problem]:
    """Yield the names under `authorises` that mean nothing, with their places."""
    for each in comparison.unknown:
        yield Problem(
            rule="authorises",
            place=comparison.new.loaded.places.of(each.path),
            message=f"there is nothing called {quoted(each.name)} to authorise, before or after",
            hint="name a milestone, a section or a part, or everything",
            severity=severity,
        )


def _unauthorised(comparison: Comparison) -> Iterator[Problem]:
    """Yield what no new entry of the change record authorises."""
    for each in comparison.unauthorised:
        yield Problem(
            rule="unauthorised",
            place=_place(comparison, each),
            message=f"no new entry of the change record authorises this: {each.sentence.removesuffix('.')}",
            hint="name it under authorises in the new entry",
        )


def _place(comparison: Comparison, explained: Explained) -> Place:
    """Return the place of the milestone that a change is about, or the file."""
    new = comparison.new
    if explained.code is None or new.document.milestone(explained.code) is None:
        return Place(new.file)
    return new.loaded.places.of_key(("milestones", explained.code))
