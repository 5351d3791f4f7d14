"""Reading real repositories."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.support.repositories import Repository as Real

from milepost.base.errors import MilepostError
from milepost.git.repository import Repository

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def real(tmp_path: Path) -> Real:
    return Real(tmp_path / "plan")


def test_a_subfolder_has_a_prefix(real: Real) -> None:
    folder = real.directory / "a/b"
    folder.mkdir(parents=True)

    assert Repository.discover(real.directory).prefix == ""
    assert Repository.discover(folder).prefix == "a/b/"


def test_outside_of_a_repository(tmp_path: Path) -> None:
    with pytest.raises(MilepostError) as raised:
        Repository.discover(tmp_path)

    assert str(raised.value) == f"{tmp_path} is not in a git repository (pass two files)"


def test_contents_are_those_of_the_commit(real: Real) -> None:
    first = real.commit(b"one\r\n")
    second = real.commit(b"two\n")
    repository = Repository.discover(real.directory)

    assert repository.content(first, "milestones.yaml") == b"one\r\n"
    assert repository.content(second, "milestones.yaml") == b"two\n"
    assert repository.content(second, "other.yaml") is None
    assert repository.time(second) == repository.time(first) + 86_400


def test_tags_are_in_the_order_of_versions(real: Real) -> None:
    real.commit("one\n")
    for tag in ("v1.10", "v1.9", "v1.0", "v1.0-rc10", "v1.0-rc2", "other"):
        real.git("tag", tag)

    tags = Repository.discover(real.directory).tags("v*")
    assert tags == ["v1.0-rc2", "v1.0-rc10", "v1.0", "v1.9", "v1.10"]


@pytest.mark.parametrize("revision", ["v1", "main", "HEAD"])
def test_names_of_commits(real: Real, revision: str) -> None:
    commit = real.commit("one\n", "v1")

    assert Repository.discover(real.directory).commit(revision) == commit


@pytest.mark.parametrize("revision", ["v2", "-h", "--all", ""])
def test_what_is_not_a_name_of_a_commit(real: Real, revision: str) -> None:
    real.commit("one\n", "v1")

    assert Repository.discover(real.directory).commit(revision) is None
