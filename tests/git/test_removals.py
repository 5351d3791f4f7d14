"""Who removed what is gone: the commit of the removal, not of an edit before it, nor the merge after it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.cli.test_cli_diff import git

from milepost.diff.comparison import compare
from milepost.git.blame import origins
from milepost.git.revisions import read

if TYPE_CHECKING:
    from pathlib import Path

BASE = """\
format: 1
document:
  handle: DOC-1
  title: Plan
  organisation: House
  authors: [A. One]
  status: draft
  draft_mark: Draft
  control_footer: Under control.
  data_date: 2030-01-31
  abstract: |
    Short.

    A second paragraph.
change_record:
  - {version: 1.0, date: 2029-01-01, owner: A. One, description: First.}
  - {version: 1.1, date: 2029-02-01, owner: A. One, description: Second.}
sections:
  - title: Beginning
    text: |
      What stays.

      What goes, word for word.
  - title: Middle
    sections:
      - title: Inner
        label: inner
        text: Text.
  - title: Schedule
    milestones: {level: 1, no_deliveries: None.}
milestones:
  A: {name: First, level: 2, due: 2029-01-01, completed: 2029-01-02}
  B: {name: Second, level: 2, due: 2029-02-01}
  C:
    name: Third
    level: 2
    due: 2030-03-01
    forecast: 2030-04-01
    predecessors: [A, B]
  D:
    name: Fourth
    level: 1
    due: 2030-05-01
    state: deferred
    tags: [one, two]
acronyms:
  ABC: {definition: Alphabet, keep: true}
"""
EDITS = (
    ("forecast: 2030-04-01", "forecast: 2030-04-02"),
    ("predecessors: [A, B]", "predecessors: [A, D, B]"),
    ("What goes, word for word.", "What goes in the end."),
    ("A second paragraph.", "One more paragraph."),
    ("completed: 2029-01-02", "completed: 2029-01-03"),
    ("Alphabet", "The alphabet"),
    ("description: Second.", "description: The second."),
    ("text: Text.", "text: Words."),
    ("[one, two]", "[one, two, three]"),
    ("name: Second,", "name: Next,"),
)
REMOVALS = (
    ("    forecast: 2030-04-02\n", ""),
    ("predecessors: [A, D, B]", "predecessors: [A, D]"),
    ("\n      What goes in the end.\n", ""),
    ("\n    One more paragraph.\n", ""),
    (", completed: 2029-01-03", ""),
    ("acronyms:\n  ABC: {definition: The alphabet, keep: true}\n", ""),
    ("  - {version: 1.1, date: 2029-02-01, owner: A. One, description: The second.}\n", ""),
    ("    sections:\n      - title: Inner\n        label: inner\n        text: Words.\n", ""),
    ("    state: deferred\n", ""),
    ("    tags: [one, two, three]\n", ""),
    ("  control_footer: Under control.\n", ""),
    ("  B: {name: Next, level: 2, due: 2029-02-01}\n", ""),
)


def edited(text: str, *edits: tuple[str, str]) -> str:
    for old, new in edits:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return text


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    git(tmp_path, "init", "-q", "--initial-branch=main")
    return tmp_path


def commit(directory: Path, author: str, text: str, message: str = "Edit") -> str:
    (directory / "milestones.yaml").write_text(text, "utf-8")
    git(directory, "add", ".")
    git(directory, "commit", "-qm", message, f"--author={author} <x@example.org>")
    return git(directory, "rev-parse", "HEAD")


def authors(directory: Path, old: str, new: str | None = None) -> dict[str, str | None]:
    """Return the author of each change, by its sentence."""
    source = directory / "milestones.yaml"
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(directory)
        compared = compare(*read(source, old, new))
        known = origins(compared, source)
    return {
        each.sentence: known[each.change].author if each.change in known else None
        for each in compared.explained
        if each.is_edit
    }


def test_what_is_gone_has_the_author_who_removed_it(repository: Path) -> None:
    first = commit(repository, "First", BASE)
    edits = edited(BASE, *EDITS)
    commit(repository, "Editor", edits)
    commit(repository, "Careless", f"{edits}  broken: [\n")
    commit(repository, "Repairer", edits)
    gone = edited(edits, *REMOVALS)
    commit(repository, "Remover", gone)
    later = edited(gone, ("name: Third", "name: The third"), ("What stays.", "What stays here."))
    commit(repository, "Later", later)

    found = authors(repository, first)

    assert found.pop("C was renamed from “Third” to “The third”.") == "Later"
    assert found.pop("The text of section 1, “Beginning”, has changed.") == "Later"
    assert found.pop("C now waits for D.") == "Editor"
    assert set(found.values()) == {"Remover"}, found
    assert len(found) == len(REMOVALS) - 1  # the link goes with the milestone; the text is above
    (repository / "milestones.yaml").write_text(edited(later, ("  data_date", "  # x\n  data_date")), "utf-8")
    assert set(authors(repository, first).values()) == {"Later", "Editor", "Remover"}


def test_what_was_removed_after_the_last_commit_has_no_author(repository: Path) -> None:
    first = commit(repository, "First", BASE)
    commit(repository, "Editor", edited(BASE, *EDITS))
    (repository / "milestones.yaml").write_text(edited(BASE, *EDITS, *REMOVALS), "utf-8")

    found = authors(repository, first)

    assert found.pop("C now waits for D.") == "Editor"
    assert set(found.values()) == {None}, found


def test_the_author_is_that_of_a_branch_not_of_its_merge(repository: Path) -> None:
    forecast, level = ("    forecast: 2030-04-01\n", ""), ("    state: deferred\n", "")
    first = commit(repository, "First", BASE)
    git(repository, "checkout", "-qb", "side")
    commit(repository, "Brancher", edited(BASE, forecast))
    commit(repository, "Brancher 2", edited(BASE, forecast, ("What stays.", "What stayed.")))
    git(repository, "checkout", "-q", "main")
    commit(repository, "Main", edited(BASE, level))
    git(repository, "merge", "-q", "--no-ff", "-m", "Merge", "side")
    commit(
        repository,
        "Last",
        edited(BASE, forecast, level, ("What stays.", "What stayed."), ("name: First", "name: 1st")),
    )

    assert set(authors(repository, first).items()) >= {
        ("C no longer has a forecast; it was 2030-04-01.", "Brancher"),
        ("D is no longer deferred.", "Main"),
        ("The text of section 1, “Beginning”, has changed.", "Brancher 2"),
    }


def test_the_author_is_found_behind_another_code_and_another_name_of_the_file(repository: Path) -> None:
    first = commit(repository, "First", BASE)
    git(repository, "mv", "milestones.yaml", "plan.yaml")
    git(repository, "commit", "-qm", "Move", "--author=Mover <x@example.org>")
    git(repository, "mv", "plan.yaml", "milestones.yaml")
    recoded = edited(BASE, ("  C:\n    name: Third\n", "  E:\n    name: Third\n    aka: [C]\n"))
    commit(repository, "Recoder", recoded)
    commit(repository, "Remover", edited(recoded, ("    forecast: 2030-04-01\n", "")))

    found = authors(repository, first)

    assert found["E no longer has a forecast; it was 2030-04-01."] == "Remover"
