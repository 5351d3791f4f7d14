"""`milepost comments`: what reviewers say of the changes, and what they propose, back into the document."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from milepost.base.errors import MilepostError, Problem, Severity, count, quoted
from milepost.base.paths import Workspace
from milepost.cli.commands import Help, add_command
from milepost.cli.editing import replace_document

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable, Iterator, Sequence

    from milepost.cli.commands import Commands
    from milepost.cli.terminal import Terminal
    from milepost.comments.model import CommentFile
    from milepost.comments.placing import Placed
    from milepost.loading.load import Loaded

_HELP = Help(
    summary="list the comments of reviewers, and apply what they propose",
    description="""\
List the comments of reviewers on the changes of a document, by milestone and in the order of the document:
who, when and what, and whether each proposal still applies. With --apply, show as a patch what accepted
proposals change in the document; with --write, too, change it.

FILE is what the page build/diff/index.html has saved (comments.json), or the marked PDF with annotations.
Several files are taken together: a comment in more than one counts once, and of an edited one what was
written last.
""",
    notes="""\
A comment finds its place by code, label or key and by field, also if the document has changed since. Of a
proposal is said whether it
  applies                      the value is still one of the two that were compared
  conflicts                    the value is neither of them any more
  is in the document already
  has no place                 with the reason
""",
    examples=(
        ("milepost comments ada.json ben.json", ""),
        ("milepost comments *.json --format jira", "for pasting into an issue"),
        ("milepost comments *.json --apply", "the patch with all proposals"),
        ("milepost comments *.json --apply --author Ada", "with those of one reviewer"),
        ("milepost comments *.json --apply --accept 3f0c9a1e-77 --write", ""),
    ),
    exit_codes={
        0: "success",
        1: "a file or the document has errors; or an accepted proposal cannot be applied, two accepted "
        "ones for the same value differ, or the document would have errors with them. Nothing is written "
        "then.",
    },
)


def add_parser(commands: Commands) -> None:
    """Add the command `comments` to `commands`."""
    parser = add_command(commands, "comments", _HELP, run)
    parser.add_argument("files", metavar="FILE", nargs="+", type=Path, help="comments.json or a marked PDF")
    parser.add_argument(
        "--format",
        choices=("text", "markdown", "json", "jira"),
        help="list them in this form (default: text)",
    )
    add = parser.add_argument_group("proposals").add_argument
    add("--apply", action="store_true", help="show what the proposals change, as a patch")
    add("--accept", metavar="ID", nargs="+", action="extend", help="only the proposals of these comments")
    add("--author", metavar="NAME", nargs="+", action="extend", help="only the proposals of these reviewers")
    add("--leave-out", metavar="ID", nargs="+", action="extend", help="not the proposals of these comments")
    add("--write", action="store_true", help="change the document")


def run(options: argparse.Namespace, terminal: Terminal) -> int:
    """List comments or apply proposals, and return the exit code."""
    from milepost.comments.merging import merge
    from milepost.comments.placing import place
    from milepost.loading.load import loads, read

    chosen = options.accept or options.author or options.leave_out or options.write
    if chosen and not options.apply:
        options.usage_error("--accept, --author, --leave-out and --write need --apply")
    if options.format and options.apply:
        options.usage_error("--format and --apply do not go together")
    content = read(options.file, str(options.file))
    loaded = loads(content, str(options.file))
    found = _files(options.files)
    terminal.problems(_other_documents(found, loaded))
    merged = merge(found)
    placed = place(merged.comments, loaded)
    if options.apply:
        return _apply(options, terminal, content, loaded, placed)
    from milepost.comments.listing import as_json, listing
    from milepost.render.pasted import pasted_comments

    handle = loaded.document.metadata.handle
    if options.format == "json":
        terminal.write(as_json(merged, placed, handle))
        return 0
    templates = Workspace.of(options.file).templates
    form = {"markdown": "md", "jira": "jira"}.get(options.format, "txt")
    terminal.write(pasted_comments(listing(merged, placed, handle), form, templates))
    return 0


def _files(paths: Sequence[Path]) -> list[CommentFile]:
    """Return the comments of each file; the faults of all files are reported together."""
    from milepost.comments.annotations import read

    found: list[CommentFile] = []
    problems: list[Problem] = []
    for path in paths:
        try:
            found.append(read(path, str(path)))
        except MilepostError as error:
            problems += error.problems
    if problems:
        raise MilepostError(*problems)
    return found


def _other_documents(found: Iterable[CommentFile], loaded: Loaded) -> Iterator[Problem]:
    handle = loaded.document.metadata.handle
    for file in found:
        if file.document != handle:
            yield Problem(
                rule="comments",
                place=file.place,
                message=f"these are comments on {quoted(file.document)}; the document is {quoted(handle)}",
                hint="name the document with --file, unless its handle has changed",
                severity=Severity.WARNING,
            )


def _apply(
    options: argparse.Namespace, terminal: Terminal, content: bytes, loaded: Loaded, placed: Sequence[Placed]
) -> int:
    from milepost.comments.applying import apply
    from milepost.loading.edit import patch

    applied = apply(content, loaded, _accepted(options, placed), str(options.file))
    if applied.problems:
        terminal.problems(applied.problems)
        terminal.say_error(f"{options.file}: nothing is changed")
        return 1
    if applied.content == content:
        terminal.say_error(f"{options.file}: there is nothing to change")
        return 0
    accepted = count(len(applied.accepted), "proposal")
    if not options.write:
        terminal.write_bytes(patch(content, applied.content, _name_in_patch(options.file)))
        terminal.say_error(f"{accepted}; nothing is changed yet: add --write to do this")
        return 0
    replace_document(options.file, content, applied.content, terminal)
    terminal.say(f"{options.file}: written, with {accepted}")
    return 0


def _name_in_patch(path: Path) -> str:
    """Return the name of the document by which `git apply` finds it from here."""
    return path.name if path.is_absolute() or ".." in path.parts else path.as_posix()


def _accepted(options: argparse.Namespace, placed: Sequence[Placed]) -> list[Placed]:
    """Return the comments whose proposals are wanted.

    Raises:
        MilepostError: an id or a name on the command line is that of no proposal.
    """
    proposals = [each for each in placed if each.comment.proposal is not None]
    ids = {each.comment.id for each in proposals}
    authors = {each.comment.author for each in proposals}
    problems = [
        Problem(
            rule="comments", message=f"there is no proposal {quoted(name)}", hint="list them without --apply"
        )
        for name in (*(options.accept or ()), *(options.leave_out or ()))
        if name not in ids
    ]
    problems += [
        Problem(rule="comments", message=f"{quoted(name)} proposes nothing", hint=_named(authors))
        for name in options.author or ()
        if name not in authors
    ]
    if problems:
        raise MilepostError(*problems)
    return [
        each
        for each in proposals
        if (not options.accept or each.comment.id in options.accept)
        and (not options.author or each.comment.author in options.author)
        and each.comment.id not in (options.leave_out or ())
    ]


def _named(authors: Iterable[str]) -> str:
    names = ", ".join(map(quoted, sorted(authors)))
    return f"the reviewers with proposals are {names}" if names else "nobody does"
