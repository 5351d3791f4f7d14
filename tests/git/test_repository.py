"""Reading real repositories."""

from __future__ import annotations

import os
import shutil
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

    assert str(raised.value) == f"{tmp_path} is not in a git repository"


def test_a_missing_folder(tmp_path: Path) -> None:
    with pytest.raises(MilepostError) as raised:
        Repository.discover(tmp_path / "x")

    assert str(raised.value).startswith("there is no folder '/")


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


@pytest.mark.parametrize(
    ("target", "message"),
    [
        ("b.yaml", "b.yaml is a symbolic link that leads back to itself"),
        ("nowhere.yaml", "b.yaml is a symbolic link that leads to nothing"),
        ("/etc/passwd", "b.yaml is a symbolic link that leads out of the repository"),
        ("../other/b.yaml", "b.yaml is a symbolic link that leads out of the repository"),
        ("plans/2024.yaml/x", "b.yaml is a symbolic link that leads through a file as if it were a folder"),
    ],
)
def test_links_that_lead_nowhere(real: Real, target: str, message: str) -> None:
    (real.directory / "plans").mkdir()
    (real.directory / "plans/2024.yaml").write_text("one\n")
    (real.directory / "b.yaml").symlink_to(target)
    commit = real.commit()

    with pytest.raises(MilepostError) as raised:
        Repository.discover(real.directory).content(commit, "b.yaml")
    assert str(raised.value) == f"{message} (link to a file in the repository)"


def test_links_are_followed_inside_the_commit(real: Real) -> None:
    (real.directory / "plans").mkdir()
    (real.directory / "plans/2024.yaml").write_text("one\n")
    (real.directory / "current").symlink_to("plans")
    real.source.symlink_to("current/2024.yaml")
    commit = real.commit()
    (real.directory / "plans/2024.yaml").write_text("two\n")
    real.commit()

    assert Repository.discover(real.directory).content(commit, "milestones.yaml") == b"one\n"


def test_long_chains_of_links_are_not_followed_forever(real: Real) -> None:
    for number in range(200):
        (real.directory / f"{number}.yaml").symlink_to(f"{number + 1}.yaml")
    (real.directory / "200.yaml").write_text("one\n")
    commit = real.commit()

    with pytest.raises(MilepostError, match="leads back to itself"):
        Repository.discover(real.directory).content(commit, "0.yaml")


def test_a_folder_is_no_file(real: Real) -> None:
    (real.directory / "plans").mkdir()
    (real.directory / "plans/2024.yaml").write_text("one\n")

    assert Repository.discover(real.directory).content(real.commit(), "plans") is None


@pytest.mark.parametrize("folder", [".", "sub"])
def test_a_lost_file_is_reported(real: Real, folder: str) -> None:
    (real.directory / "sub").mkdir()
    (real.directory / "sub/x").write_text("")
    commit = real.commit("one\n")
    blob = real.git("rev-parse", "HEAD:milestones.yaml").strip()
    (real.directory / ".git/objects" / blob[:2] / blob[2:]).unlink()

    with pytest.raises(MilepostError, match=r"the content of milestones\.yaml is missing in this clone"):
        Repository.discover(real.directory / folder).content(commit, "milestones.yaml")


@pytest.mark.parametrize("path", ["", ".", "/", "..", "../x", "/etc/passwd", "sub", "x/../milestones.yaml"])
def test_what_is_no_path_of_a_file(real: Real, path: str) -> None:
    assert Repository.discover(real.directory).content(real.commit("one\n"), path) is None


def test_contents_are_those_of_the_commit_even_if_it_is_replaced(real: Real) -> None:
    first, second = real.commit("one\n"), real.commit("two\n")
    real.git("replace", second, first)

    assert Repository.discover(real.directory).content(second, "milestones.yaml") == b"two\n"


def test_warnings_of_git_are_no_errors(real: Real, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    commit = real.commit("one\n")
    wrapper = tmp_path / "bin/git"
    wrapper.parent.mkdir()
    wrapper.write_text(
        f'#!/bin/sh\necho "warning: unable to access x" >&2\nexec {shutil.which("git")} "$@"\n'
    )
    wrapper.chmod(0o755)
    monkeypatch.setenv("PATH", f"{wrapper.parent}{os.pathsep}{os.environ['PATH']}")

    assert Repository.discover(real.directory).content(commit, "milestones.yaml") == b"one\n"
