"""The states of a document that git has: the last revision with each data date."""

from __future__ import annotations

import os
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from milepost.base import dates
from milepost.base.errors import MilepostError, Problem, Severity, printable
from milepost.git.repository import Repository
from milepost.git.source_state import COMMIT_LENGTH
from milepost.history.states import snapshot_of
from milepost.loading.load import loads

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date
    from pathlib import Path

    from milepost.history.states import Snapshot

_DATA_DATE = re.compile(rb"^[ \t]+data_date:[ \t]*[\"']?(?P<day>\d{4}-\d\d-\d\d)", re.MULTILINE)
_HASH = re.compile(r"[0-9a-f]{40,64}")


def states_in_git(source: Path, before: date) -> tuple[tuple[Snapshot, ...], list[Problem]]:
    """Return the states of the document `source` in the history of its branch, the earliest first.

    Of the revisions with one data date, the last one without errors counts. Other branches are left out, and
    earlier names of the file are followed.

    Args:
        source: the document in the working tree.
        before: only states with a data date before this one.

    Returns:
        The states, and a warning for each data date of which no revision can be read.

    Raises:
        MilepostError: there is no repository, or git fails.
    """
    repository = Repository.discover(source.parent)
    found: dict[date, Snapshot] = {}
    failed: dict[date | None, Problem] = {}
    for commit, path in _revisions(repository, source):
        content = repository.content(commit, path) or b""
        day = _data_date(content)
        if day is not None and (day >= before or day in found):
            continue  # reading a document takes a hundred times as long
        file = printable(f"{commit[:COMMIT_LENGTH]}:{path}")
        try:
            snapshot = snapshot_of(loads(content, file).document)
        except MilepostError as error:
            first = error.problems[0]
            failed.setdefault(day, replace(first, rule="history", severity=Severity.WARNING))
            continue
        if snapshot.day < before:
            found.setdefault(snapshot.day, snapshot)
    warnings = [problem for day, problem in failed.items() if day not in found]
    return tuple(found[day] for day in sorted(found)), warnings


def _revisions(repository: Repository, source: Path) -> Iterator[tuple[str, str]]:
    """Yield each commit that changed the document, the latest first, with the document's path in it."""
    if repository.head() is None:
        return
    path = f"{repository.prefix}{source.name}"
    options = ("--follow", "--first-parent", "--diff-merges=first-parent", "--name-only", "-z", "--format=%H")
    printed = os.fsdecode(repository.ask("log", *options, "HEAD", "--", path))
    # A commit and a path by turns, with line breaks of git between them.
    words = [word.strip("\n") for word in printed.split("\0")]
    commit = ""
    for word in filter(None, words):
        if _HASH.fullmatch(word):
            commit = word
        elif commit:
            yield commit, word
            commit = ""


def _data_date(content: bytes) -> date | None:
    """Return the data date of a document, as far as it is seen without reading it."""
    found = _DATA_DATE.findall(content)
    if len(found) != 1:
        return None
    try:
        return dates.parse(found[0].decode())
    except ValueError:
        return None
