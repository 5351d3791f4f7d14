"""What commands share: a day and a selection as arguments, and writing the YAML."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from milepost.base import dates, files
from milepost.base.errors import MilepostError, Place, Problem
from milepost.base.paths import LOCK, Workspace
from milepost.cli.commands import STANDARD_INPUT

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from milepost.cli.terminal import Terminal
    from milepost.diff.comparison import Comparison
    from milepost.document.selection import Selection
    from milepost.loading.load import Loaded


def day(text: str) -> date:
    """Return the day that an argument names."""
    try:
        return dates.parse(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{error} (write year-month-day)") from None


def selection(text: str) -> Selection:
    """Return the selection of milestones that an argument describes."""
    from milepost.document.selection import Selection, SelectionError

    try:
        return Selection.from_text(text)
    except SelectionError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def read_document(file: Path) -> Loaded:
    """Return the document in `file` or on standard input.

    Raises:
        MilepostError: it cannot be read, or has errors.
    """
    from milepost.loading.load import load, loads

    return loads(standard_input(), str(file)) if file == STANDARD_INPUT else load(file)


def standard_input() -> bytes:
    """Return all that standard input has; nothing if it is closed."""
    return sys.stdin.buffer.read() if sys.stdin else b""


def refuse_document(options: argparse.Namespace, output: Path | None) -> None:
    """End with exit code 2 where the file `output` is the document, which it would replace."""
    if output is not None and output.resolve() == options.file.resolve():
        options.usage_error(f"{output} is the document itself (give another FILE)")


def difference(path: Path, name: str, before: Loaded, after: Loaded) -> Comparison:
    """Return the difference that the file called `name` makes in the document `path`."""
    from milepost.diff.comparison import Edition, compare

    old, new = (
        Edition(name=edition, file=str(path), commit=None, loaded=loaded)
        for edition, loaded in (("working tree", before), (name, after))
    )
    return compare(old, new)


def offer(options: argparse.Namespace, before: bytes, after: bytes, terminal: Terminal) -> None:
    """Print how the document changes as a patch, or write it if `options` say so.

    Raises:
        MilepostError: as `replace_document`.
    """
    from milepost.loading.edit import patch

    if before == after:
        terminal.say_error(f"{options.file}: there is nothing to change")
    elif options.write:
        replace_document(options.file, before, after, terminal)
        terminal.say_error(f"{options.file}: written")
    else:
        if options.format == "text":
            terminal.say("")
        if options.format != "json":
            terminal.write_bytes(patch(before, after, options.file.name))
        terminal.say_error("nothing is changed yet: add --write to do this")


def replace_document(path: Path, before: bytes, after: bytes, terminal: Terminal) -> None:
    """Replace the YAML `path`, whose content was `before` when the change was made, by `after`.

    Raises:
        MilepostError: somebody else has changed it since.
    """
    with files.lock(Workspace.of(path).lock(LOCK), terminal.say_waiting):
        if path.read_bytes() != before:
            raise MilepostError(
                Problem(
                    rule="changed",
                    place=Place(str(path)),
                    message="the document has changed meanwhile",
                    hint="run the command again",
                )
            )
        files.remove_temporary_files(path.resolve().parent)  # of commands that were killed here
        files.rewrite(path, after)
