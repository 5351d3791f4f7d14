"""The states of a document in the history of its branch."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from tests.support.repositories import Repository

from milepost.base.errors import MilepostError
from milepost.git.states import states_in_git

if TYPE_CHECKING:
    from pathlib import Path

NOW = date(2024, 6, 30)


def plan(day: str, due: str, code: str = "A-1") -> str:
    return f"""\
format: 1
document:
  handle: X-1
  title: T
  organisation: O
  authors: [A]
  status: draft
  draft_mark: Draft
  data_date: {day}
sections:
  - title: S
milestones:
  {code}:
    name: First
    due: {due}
"""


def found(repository: Repository) -> list[tuple[str, dict[str, str]]]:
    states, _ = states_in_git(repository.source, NOW)
    return [(str(state.day), {code: str(row["due"]) for code, row in state.rows.items()}) for state in states]


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repository(tmp_path / "a folder")


def test_the_last_revision_with_each_data_date_before_the_present_one(repository: Repository) -> None:
    repository.commit(plan("2024-01-31", "2024-07-01"))
    repository.commit(plan("2024-01-31", "2024-07-02"))
    repository.commit(plan("2024-03-31", "2024-08-01", code="B-1"))
    repository.commit(plan("2024-06-30", "2024-09-01"))

    assert found(repository) == [
        ("2024-01-31", {"A-1": "2024-07-02"}),
        ("2024-03-31", {"B-1": "2024-08-01"}),
    ]


def test_earlier_names_are_followed_and_other_branches_are_left_out(repository: Repository) -> None:
    repository.commit(plan("2024-01-31", "2024-07-01"))
    repository.git("mv", "milestones.yaml", "plan of ours.yaml")
    repository.commit()
    repository.git("checkout", "--quiet", "-b", "other")
    repository.source = repository.directory / "plan of ours.yaml"
    repository.commit(plan("2024-02-29", "2030-01-01"))
    repository.git("checkout", "--quiet", "main")
    repository.commit(plan("2024-05-31", "2024-08-01"))

    assert found(repository) == [
        ("2024-01-31", {"A-1": "2024-07-01"}),
        ("2024-05-31", {"A-1": "2024-08-01"}),
    ]


def test_a_merge_counts_and_a_revision_with_errors_gives_way_to_the_one_before(
    repository: Repository,
) -> None:
    repository.commit(plan("2024-01-31", "2024-07-01"))
    repository.git("checkout", "--quiet", "-b", "import")
    repository.commit(plan("2024-02-29", "2024-08-01"))
    repository.git("checkout", "--quiet", "main")
    repository.git("merge", "--quiet", "--no-ff", "--message", "Merge", "import")
    repository.commit(plan("2024-02-29", "no date"))
    repository.commit(plan("2024-03-31", "no date"))
    repository.commit(plan("2024-06-30", "2024-09-01"))

    states, warnings = states_in_git(repository.source, NOW)

    assert [str(state.rows["A-1"]["due"]) for state in states] == ["2024-07-01", "2024-08-01"]
    (warning,) = warnings
    commit = repository.git("rev-parse", "HEAD~1").strip()[:8]
    assert str(warning).startswith(f"{commit}:milestones.yaml:15:10: warning: ")


def test_without_a_repository_there_is_one_clear_error(tmp_path: Path) -> None:
    with pytest.raises(MilepostError, match="is not in a git repository"):
        states_in_git(tmp_path / "milestones.yaml", NOW)


def test_before_the_first_commit_there_are_no_states(repository: Repository) -> None:
    assert found(repository) == []
