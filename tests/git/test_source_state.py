"""The state of a document's source, from real repositories."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.support.repositories import Repository

from milepost.git.source_state import COMMIT_LENGTH, SourceState, source_state

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repository(tmp_path / "plan")


def test_a_committed_source(repository: Repository) -> None:
    commit = repository.commit("format: 1\n")

    assert source_state(repository.source, None) == SourceState(
        commit=commit[:COMMIT_LENGTH], committed=repository.clock, modified=False, epoch=None
    )


def test_an_edited_source_and_an_edited_template_are_modifications(repository: Repository) -> None:
    template = repository.directory / "templates/latex/body.tex.jinja"
    template.parent.mkdir(parents=True)
    template.write_text("one\n")
    repository.commit("format: 1\n")

    template.write_text("two\n")
    assert source_state(repository.source, None).modified
    template.write_text("one\n")
    assert not source_state(repository.source, None).modified
    repository.source.write_text("format: 2\n")
    assert source_state(repository.source, None).modified


def test_other_files_are_no_modification(repository: Repository) -> None:
    repository.commit("format: 1\n")
    (repository.directory / "notes.txt").write_text("not part of the document")

    assert not source_state(repository.source, None).modified


def test_outside_of_version_control_there_is_only_the_epoch(tmp_path: Path) -> None:
    (tmp_path / "milestones.yaml").write_text("format: 1\n")

    assert source_state(tmp_path / "milestones.yaml", 86_400) == SourceState(epoch=86_400)


def test_a_repository_without_commits(repository: Repository) -> None:
    repository.source.write_text("format: 1\n")

    assert source_state(repository.source, None) == SourceState()
