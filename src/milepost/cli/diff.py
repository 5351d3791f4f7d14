"""`milepost diff`: compare two editions, for people, programs and automatic checks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from milepost.base.errors import Severity
from milepost.base.paths import Workspace
from milepost.cli.commands import Help, add_command
from milepost.cli.terminal import Tone

if TYPE_CHECKING:
    import argparse

    from milepost.cli.commands import Commands
    from milepost.cli.terminal import Terminal
    from milepost.diff.comparison import Comparison
    from milepost.diff.sentences import Explained
    from milepost.moves.view import MovesView
    from milepost.review.side_by_side import SideBySide

_MOST_DATES = 15
"""So many changed dates are listed unless all are asked for."""
_HELP = Help(
    summary="show what differs between two editions",
    description="""\
Compare two editions of a document, and write the differences to build/diff/:

  HANDLE-diff.pdf         the document with all changes marked, and a list of them at the front
  index.html              the same as one web page without other files, for instance for an e-mail
  gantt-diff.svg, .pdf    the chart with old dates in grey
  summary.md              for people, for instance below a pull request
  summary.json            for programs
  HANDLE.txt.diff         a unified diff of the plain text

With --packet, the folder is build/review/, and it has what a board needs for its decision:

  HANDLE-packet.pdf       a cover sheet, the changes by milestone, then the marked document
  index.html              the same as one web page
  review.jira, .txt       the cover sheet and the changes as text to paste
  and the other files

Nothing is checked out, and nothing in the repository is changed or fetched.
""",
    notes="""\
OLD and NEW are each
  a file              if there is a file of that name; else
  a tag or branch     the document in that revision, also if it was called or placed otherwise; else
  a state             in history/, by its day or the beginning of it (history/DAY.csv names its file); else
  another revision    for instance a commit
  REVISION:PATH       another file of that revision; PATH is relative to the top of the repository,
                      or to this directory if it begins with ./ or ../
With more than two of them, the first is compared with the last, and the dates of each milestone in all of
them are shown side by side.
Without NEW, OLD is compared with the document in the working tree. A state has facts about milestones;
everything else is from the document that it is compared with.
""",
    examples=(
        ("milepost diff v1.6", "what has changed since v1.6"),
        ("milepost diff 2024-02", "what has changed since the state of that month"),
        ("milepost diff v1.5 v1.6", "what changed between the two"),
        ("milepost diff v1.3 v1.5 v1.6", "the same since v1.3, with the dates in all three"),
        ("milepost diff v1.6 --packet", "the packet for a decision"),
        ("milepost diff old.yaml new.yaml", "two files, no git needed"),
        ("milepost diff HEAD~1:old/plan.yaml", "another file of that revision"),
    ),
    exit_codes={
        0: "success; with --exit-code only if there are no differences",
        1: "a document has errors or cannot be read; with --exit-code also if there are "
        "differences, and with --require-record also if a change is not authorised. Errors in a revision are "
        "printed as REVISION:PATH:LINE:COLUMN: what is wrong (how to fix it), and nothing is written then.",
    },
)


def add_parser(commands: Commands) -> None:
    """Add the command `diff` to `commands`."""
    parser = add_command(commands, "diff", _HELP, run)
    parser.add_argument("old", metavar="OLD", help="the earlier edition: a file, a revision or a state")
    parser.add_argument(
        "others", metavar="NEW", nargs="*", help="the later ones (default: the document as it is)"
    )
    parser.add_argument("--packet", action="store_true", help="write what a board needs to decide")
    parser.add_argument("--exit-code", action="store_true", help="exit with 1 if there are differences")
    parser.add_argument(
        "--require-record",
        action="store_true",
        help="exit with 1 if a change is not authorised by a new entry of the change record",
    )
    parser.add_argument(
        "--all",
        action="store_true",
        help="list every date that moved, and all milestones by what became of them",
    )
    parser.add_argument("--no-pdf", action="store_true", help="make no PDFs, which take longest")
    instead = parser.add_mutually_exclusive_group()
    instead.add_argument("--markdown", action="store_true", help="print summary.md and write nothing")
    instead.add_argument("--json", action="store_true", help="print summary.json and write nothing")
    instead.add_argument(
        "--format",
        choices=("jira", "markdown", "json", "text"),
        help="print the difference in this form and write nothing; jira and text are for pasting",
    )


def run(options: argparse.Namespace, terminal: Terminal) -> int:
    """Compare two editions, write or print the result, and return the exit code."""
    from milepost.build import diff
    from milepost.diff.comparison import compare, unauthorised_changes, unknown_names
    from milepost.git.blame import origins
    from milepost.git.revisions import read_all
    from milepost.review.record_lines import lines_to_add
    from milepost.review.report import report
    from milepost.review.side_by_side import side_by_side

    old, new, editions = read_all(options.file, [options.old, *(options.others or [None])])
    states = [edition.loaded for edition in (old, *editions, new) if edition.loaded.snapshot is not None]
    terminal.problems(dict.fromkeys(warning for state in states for warning in state.warnings))
    comparison = compare(old, new)
    dates = side_by_side(editions) if len(editions) > 2 else None
    workspace = Workspace.of(options.file)
    form = options.format or ("markdown" if options.markdown else "json" if options.json else None)
    if form == "markdown":
        terminal.write(diff.summary_markdown(comparison, workspace))
    elif form == "json":
        terminal.write(diff.summary_json(comparison, workspace, origins(comparison, options.file), dates))
    elif form is not None:
        review = report(comparison, origins(comparison, options.file))
        terminal.write(diff.to_paste(review, dates, {"text": "txt"}.get(form, form), workspace))
    else:
        show(comparison, terminal, workspace, everything=options.all)
        if dates:
            _show_dates(dates, terminal)
        with terminal.progress() as progress:
            written = diff.write(
                comparison,
                workspace,
                origins=origins(comparison, options.file),
                dates=dates,
                packet=options.packet,
                pdf=not options.no_pdf,
                on_progress=progress,
                on_wait=terminal.say_waiting,
            )
        for path in written:
            terminal.say_error(str(path))
    required = options.require_record
    doubts = [*unknown_names(comparison, Severity.ERROR if required else Severity.WARNING)]
    missing = [*unauthorised_changes(comparison)] if required else []
    terminal.problems([*doubts, *missing])
    if missing and (proposed := lines_to_add(comparison)):
        terminal.say_error(f"To authorise these changes, add {proposed.where}:")
        for line in proposed.lines:
            terminal.say_error(line)
    refused = required and (doubts or missing)
    return 1 if refused or (options.exit_code and comparison.changes) else 0


def show(
    comparison: Comparison, terminal: Terminal, workspace: Workspace, *, moves: bool = True, everything: bool
) -> None:
    """Print the headline, what moved, and every change under the heading of its group.

    Args:
        comparison: the difference.
        terminal: where to print it.
        workspace: of the document, whose templates are used if it has any.
        moves: whether to say in a few lines what moved, where that is shorter than the list of dates.
        everything: whether to list also more dates than are read, and all milestones by class.
    """
    from milepost.diff.changes import ChangeGroup, ProseChanged
    from milepost.diff.summary import changed_lines, view

    shown = view(comparison)
    terminal.say(f"{shown.handle}: {shown.old} → {shown.new}", Tone.HEADING)
    terminal.say(" ".join(filter(None, (shown.headline, shown.authority))))
    if moves and shown.moves is not None:
        terminal.say("")
        terminal.say("What moved", Tone.HEADING)
        show_moves(shown.moves, terminal, workspace, everything=everything)
    dates = sum(each.group is ChangeGroup.SLIPS for each in comparison.explained)
    group = None
    for each in comparison.explained:
        if each.group is not group:
            group = each.group
            terminal.say("")
            terminal.say(group.value, Tone.HEADING)
            if group is ChangeGroup.SLIPS and dates > _MOST_DATES and not everything:
                terminal.say(f"  {dates} changes of dates: --all lists them.")
        if group is ChangeGroup.SLIPS and dates > _MOST_DATES and not everything:
            continue
        terminal.say(f"  {each.sentence}", _tone(each))
        if isinstance(each.change, ProseChanged):
            for line in changed_lines(each.change):
                terminal.say_marked(line, indent="    ")


def show_moves(
    moves: MovesView, terminal: Terminal, workspace: Workspace, *, events: bool = False, everything: bool
) -> None:
    """Print what moved, as `milepost.render.documents.moves_text` has it."""
    from milepost.render.documents import moves_text

    shown = moves_text(moves, workspace.templates, events=events, everything=everything)
    for line in shown.splitlines():
        terminal.say(f"  {line}" if line else "")


def _show_dates(dates: SideBySide, terminal: Terminal) -> None:
    """Print the dates of each milestone in all editions, side by side."""
    terminal.say("")
    terminal.say(f"Dates in {dates.names_in_words}", Tone.HEADING)
    for row in dates.rows:
        cells = (f"{cell.due}, {cell.state}" if cell.due else cell.state for cell in row.cells)
        terminal.say(f"  {row.code}: {' → '.join(cells)}{f' ({row.moved})' if row.moved else ''}")


def _tone(explained: Explained) -> Tone | None:
    """Return the colour of a change: late or gone is bad, completed or early is good."""
    from milepost.diff.changes import Completed, MilestoneRemoved, Reopened

    if isinstance(explained.change, Reopened | MilestoneRemoved):
        return Tone.BAD
    if isinstance(explained.change, Completed):
        return Tone.GOOD
    if not explained.days:
        return None
    return Tone.BAD if explained.days > 0 else Tone.GOOD
