"""The state of a document's source, from real repositories: what the revision line may claim."""

from __future__ import annotations

import os
import shutil
import stat
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.support.repositories import Repository

from milepost.base.errors import MilepostError
from milepost.git.source_state import COMMIT_LENGTH, SourceState, source_date_epoch, source_state

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.slow

YAML = "format: 1\n"


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repository(tmp_path / "plan")


def modified(repository: Repository) -> bool:
    return source_state(repository.source, None).modified


def failure(source: Path) -> str:
    with pytest.raises(MilepostError) as raised:
        source_state(source, None)
    return str(raised.value)


def test_a_committed_source(repository: Repository) -> None:
    commit = repository.commit(YAML)

    assert source_state(repository.source, 86_400) == SourceState(
        commit=commit[:COMMIT_LENGTH], committed=repository.clock, modified=False, epoch=86_400
    )


def test_outside_of_version_control_there_is_only_the_epoch(tmp_path: Path) -> None:
    (tmp_path / "milestones.yaml").write_text(YAML)

    assert source_state(tmp_path / "milestones.yaml", 86_400) == SourceState(epoch=86_400)


def test_a_repository_without_commits(repository: Repository) -> None:
    repository.source.write_text(YAML)

    assert source_state(repository.source, None) == SourceState(modified=True)


def test_a_missing_file_is_for_the_loader_to_report(tmp_path: Path) -> None:
    assert source_state(tmp_path / "folder/milestones.yaml", None) == SourceState()


# --- The commit holds what is printed, or the line says that it does not ------------------------------------


def ignored(repository: Repository) -> None:
    (repository.directory / ".gitignore").write_text("build/\n*.yaml\n")
    repository.commit()
    repository.source.write_text(YAML)


def untracked(repository: Repository) -> None:
    repository.commit()
    repository.git("config", "status.showUntrackedFiles", "no")
    repository.source.write_text(YAML)


def edited(repository: Repository) -> None:
    repository.commit(YAML)
    repository.source.write_text(f"{YAML}# edited\n")


def staged(repository: Repository) -> None:
    edited(repository)
    repository.git("add", "--all")


def hidden_by(option: str) -> Callable[[Repository], None]:
    def hide(repository: Repository) -> None:
        repository.commit(YAML)
        repository.git("update-index", option, "milestones.yaml")
        repository.source.write_text("format: 2\n")

    return hide


def target_edited(repository: Repository) -> None:
    target = repository.directory / "plans/2024.yaml"
    target.parent.mkdir()
    target.write_text(YAML)
    repository.source.symlink_to("plans/2024.yaml")
    repository.commit()
    target.write_text("format: 2\n")


def target_outside(repository: Repository) -> None:
    target = repository.directory.parent / "elsewhere.yaml"
    target.write_text(YAML)
    repository.source.symlink_to(target)
    repository.commit()


def template(repository: Repository, text: str = "one\n") -> Path:
    path = repository.directory / "templates/latex/body.tex.jinja"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def template_edited(repository: Repository) -> None:
    path = template(repository)
    repository.commit(YAML)
    path.write_text("two\n")


def template_ignored(repository: Repository) -> None:
    (repository.directory / ".gitignore").write_text("templates/\n")
    repository.commit(YAML)
    template(repository)


def template_removed(repository: Repository) -> None:
    path = template(repository)
    (repository.directory / "templates/other.jinja").write_text("")
    repository.commit(YAML)
    path.unlink()


def templates_removed(repository: Repository) -> None:
    path = template(repository)
    repository.commit(YAML)
    shutil.rmtree(path.parents[1])


def linked_template_edited(repository: Repository) -> None:
    path = repository.directory / "shared/latex/body.tex.jinja"
    path.parent.mkdir(parents=True)
    path.write_text("one\n")
    (repository.directory / "templates").symlink_to("shared")
    repository.commit(YAML)
    path.write_text("two\n")


def shared_templates(repository: Repository) -> Repository:
    """Commit the document with its templates as a submodule, and return that."""
    shared = Repository(repository.directory.parent / "shared")
    (shared.directory / "body.tex.jinja").write_text("one\n")
    shared.commit()
    allow = ("-c", "protocol.file.allow=always")
    repository.git(*allow, "submodule", "--quiet", "add", str(shared.directory), "templates")
    repository.commit(YAML)
    submodule = Repository.__new__(Repository)
    submodule.directory, submodule.clock = repository.directory / "templates", shared.clock
    return submodule


def submodule_edited(repository: Repository) -> None:
    (shared_templates(repository).directory / "body.tex.jinja").write_text("two\n")


def submodule_file_removed(repository: Repository) -> None:
    (shared_templates(repository).directory / "body.tex.jinja").unlink()


def submodule_at_another_commit(repository: Repository) -> None:
    shared_templates(repository).git("commit", "--quiet", "--allow-empty", "--message", "x")


def submodule_not_checked_out(repository: Repository) -> None:
    shared_templates(repository)
    repository.git("submodule", "--quiet", "deinit", "--force", "templates")


@pytest.mark.parametrize(
    "change",
    [
        submodule_edited,
        submodule_file_removed,
        submodule_at_another_commit,
        submodule_not_checked_out,
        ignored,
        untracked,
        edited,
        staged,
        pytest.param(hidden_by("--skip-worktree"), id="skip-worktree"),
        pytest.param(hidden_by("--assume-unchanged"), id="assume-unchanged"),
        target_edited,
        target_outside,
        template_edited,
        template_ignored,
        template_removed,
        templates_removed,
        linked_template_edited,
    ],
)
def test_what_the_commit_does_not_hold(
    repository: Repository, change: Callable[[Repository], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    change(repository)

    assert modified(repository)
    monkeypatch.chdir(repository.directory)
    assert source_state(Path("milestones.yaml"), None).modified


def nothing(repository: Repository) -> None:
    repository.commit(YAML)


def other_files(repository: Repository) -> None:
    repository.commit(YAML)
    (repository.directory / "notes.txt").write_text("not part of the document")


def linked(repository: Repository) -> None:
    target_edited(repository)
    repository.commit()


def linked_templates(repository: Repository) -> None:
    linked_template_edited(repository)
    (repository.directory / "shared/again").symlink_to("../shared")
    repository.commit()


def left_by_editors(repository: Repository) -> None:
    path = template(repository)
    repository.commit(YAML)
    path.with_name("body.tex.jinja~").write_text("")
    path.with_name(".body.tex.jinja.swp").write_text("")
    path.with_name(".#body.tex.jinja").symlink_to("user@host.1234")
    path.with_name(".DS_Store").write_text("")


def other_line_endings(repository: Repository) -> None:
    (repository.directory / ".gitattributes").write_text("*.yaml eol=crlf\n*.jinja text=auto\n")
    repository.git("config", "core.autocrlf", "true")
    path = template(repository)
    repository.commit(YAML)
    for file in (repository.source, path):
        file.unlink()
    repository.git("checkout", "--", ".")
    assert repository.source.read_bytes() == b"format: 1\r\n"


def filtered(repository: Repository) -> None:
    """The filter must not run either."""
    (repository.directory / ".gitattributes").write_text("*.yaml filter=upper\n*.jinja ident\n")
    repository.git("config", "filter.upper.clean", "touch ran && tr a-z A-Z")
    repository.git("config", "filter.upper.smudge", "tr A-Z a-z")
    path = template(repository, "$Id$\n")
    repository.commit(YAML)
    for file in (repository.source, path):
        file.unlink()
    repository.git("checkout", "--", ".")
    assert path.read_text() != "$Id$\n"
    (repository.directory / "ran").unlink()


def submodule(repository: Repository) -> None:
    shared_templates(repository)


@pytest.mark.parametrize(
    "change",
    [
        nothing,
        other_files,
        submodule,
        linked,
        linked_templates,
        left_by_editors,
        other_line_endings,
        filtered,
    ],
)
def test_what_the_commit_holds(repository: Repository, change: Callable[[Repository], None]) -> None:
    change(repository)

    assert not modified(repository)
    assert not (repository.directory / "ran").exists()


def test_an_edit_of_a_filtered_file(repository: Repository) -> None:
    filtered(repository)
    repository.source.write_text("format: 2\n")

    assert modified(repository)
    assert not (repository.directory / "ran").exists()


def test_names_with_odd_characters(tmp_path: Path) -> None:
    repository = Repository(tmp_path / os.fsdecode(b"pl\xe4n with\nline"))
    repository.source = repository.directory / os.fsdecode(b"f\xf6rst\n \xe2\x80\xae.yaml")
    repository.commit(YAML)
    assert not modified(repository)

    repository.source.write_text("format: 2\n")
    assert modified(repository)


# --- A git that fails is reported ---------------------------------------------------------------------------


def damage(repository: Repository, name: str) -> None:
    path = repository.directory / ".git" / "objects" / name[:2] / name[2:]
    path.chmod(0o644)
    path.write_bytes(b"garbage")


def test_a_repository_of_another_owner(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    repository.commit(YAML)
    monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")

    assert failure(repository.source) == (
        f"git failed: detected dubious ownership in repository at '{repository.directory}' "
        "(fix the git error)"
    )


def test_a_repository_that_the_environment_declares_safe(
    repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository.commit(YAML)
    monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
    monkeypatch.setenv("GIT_CONFIG_COUNT", "1")
    monkeypatch.setenv("GIT_CONFIG_KEY_0", "safe.directory")
    monkeypatch.setenv("GIT_CONFIG_VALUE_0", "*")

    assert not modified(repository)


def test_a_broken_repository(repository: Repository) -> None:
    repository.commit(YAML)
    (repository.directory / ".git/HEAD").write_text("garbage")

    git = repository.directory / ".git"
    assert failure(repository.source) == f"git does not accept {git} as a repository (repair or remove it)"


@pytest.mark.parametrize("what", ["HEAD", "HEAD:milestones.yaml", "HEAD^{tree}"])
def test_a_corrupt_object(repository: Repository, what: str) -> None:
    repository.commit(YAML)
    name = repository.git("rev-parse", what).strip()
    damage(repository, name)

    assert failure(repository.source).startswith("git failed: ")


@pytest.mark.parametrize("content", ["", "garbage\n", "0" * 40, "1" * 40])
def test_a_broken_branch(repository: Repository, content: str) -> None:
    repository.commit(YAML)
    (repository.directory / ".git/refs/heads/main").write_text(content)

    assert failure(repository.source).startswith("git failed: ")


def test_a_bare_repository(repository: Repository) -> None:
    repository.commit(YAML)
    repository.git("config", "core.bare", "true")

    assert failure(repository.source).startswith("git failed: this operation must be run in a work tree (")


def test_without_git_a_repository_cannot_be_read(
    repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository.commit(YAML)
    (tmp_path / "milestones.yaml").write_text(YAML)
    monkeypatch.setenv("PATH", str(tmp_path))

    assert failure(repository.source) == "git is not installed (install git)"
    assert source_state(tmp_path / "milestones.yaml", None) == SourceState()


# --- What surrounds git does not change the answer ----------------------------------------------------------


def local_variables(repository: Repository) -> list[str]:
    return [*repository.git("rev-parse", "--local-env-vars").split(), "GIT_NAMESPACE", "GIT_TRACE"]


@pytest.mark.parametrize("value", ["/nowhere", "1", ".git"])
def test_the_variables_of_another_repository_are_ignored(
    repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    repository.commit(YAML)
    expected = source_state(repository.source, None)
    for name in local_variables(repository):
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)

    assert source_state(repository.source, None) == expected


@pytest.mark.parametrize("place", ["plan", "worktree"])
def test_a_hook_before_a_commit(repository: Repository, tmp_path: Path, place: str) -> None:
    """In a linked worktree, git sets GIT_DIR for hooks; GIT_INDEX_FILE may name another index."""
    repository.commit(YAML)
    repository.git("worktree", "add", "--quiet", str(tmp_path / "worktree"))
    hook = repository.directory / ".git/hooks/pre-commit"
    hook.parent.mkdir(exist_ok=True)
    code = "from milepost.git.source_state import state_of as s; from pathlib import Path;"
    code += "print(s(Path('milestones.yaml')).commit, file=open('said', 'w'))"
    hook.write_text(f'#!/bin/sh\n{sys.executable} -c "{code}"\n')
    hook.chmod(hook.stat().st_mode | stat.S_IXUSR)
    there = Repository.__new__(Repository)
    there.directory, there.clock = tmp_path / place, repository.clock
    commit = there.git("rev-parse", "HEAD").strip()

    there.git("commit", "--quiet", "--allow-empty", "--all", "--message", "x")

    assert (there.directory / "said").read_text() == f"{commit[:COMMIT_LENGTH]}\n"


def test_no_program_of_the_settings_runs(repository: Repository) -> None:
    ran = repository.directory / "ran"
    touch = f"touch {ran};"
    repository.commit(YAML, "v1")
    for key in (
        "core.fsmonitor",
        "core.pager",
        "core.sshCommand",
        "core.editor",
        "core.askPass",
        "core.alternateRefsCommand",
        "diff.external",
        "diff.x.textconv",
        "filter.x.clean",
        "filter.x.smudge",
        "filter.x.process",
        "gpg.program",
        "credential.helper",
        "alias.rev-parse",
        "remote.origin.uploadpack",
    ):
        repository.git("config", key, f"!{touch}" if key.startswith("alias") else touch)
    repository.git("config", "log.showSignature", "true")
    (repository.directory / ".gitattributes").write_text("* diff=x filter=x\n")
    for hook in ("post-index-change", "post-checkout", "fsmonitor-watchman"):
        path = repository.directory / ".git/hooks" / hook
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"#!/bin/sh\n{touch}\n")
        path.chmod(0o755)
    time.sleep(0.01)
    repository.source.write_text("format: 2\n")

    assert modified(repository)
    assert not ran.exists()


def test_a_partial_clone_is_not_completed(repository: Repository, tmp_path: Path) -> None:
    """Nor does the program run that its settings name for that."""
    repository.commit(YAML)
    repository.git("config", "uploadpack.allowFilter", "true")
    clone = Repository.__new__(Repository)
    clone.directory, clone.clock = tmp_path / "clone", repository.clock
    clone.directory.mkdir()
    clone.git("clone", "-q", "--no-checkout", "--filter=blob:none", f"file://{repository.directory}", ".")
    clone.git("config", "remote.origin.uploadpack", f"touch {tmp_path}/ran;")
    source = clone.directory / "milestones.yaml"
    source.write_text(YAML)

    assert failure(source).startswith("git failed: ")
    assert not (tmp_path / "ran").exists()


# --- Times that make no sense -------------------------------------------------------------------------------


def commit_at(repository: Repository, seconds: str, reference: str = "HEAD") -> None:
    tree = repository.git("rev-parse", "HEAD^{tree}").strip()
    who = f"A <a@example.org> {seconds} +0000"
    text = f"tree {tree}\nauthor {who}\ncommitter {who}\n\nChange\n"
    name = repository.git(
        "hash-object", "-w", "-t", "commit", "--literally", "--stdin", stdin=text.encode()
    ).strip()
    repository.git("update-ref", reference, name)


@pytest.mark.parametrize("seconds", ["0", "253402300799"])
def test_the_first_and_the_last_time(repository: Repository, seconds: str) -> None:
    repository.commit(YAML)
    commit_at(repository, seconds)

    assert source_state(repository.source, None).committed == int(seconds)


@pytest.mark.parametrize("seconds", ["-1", "253402300800", "99999999999999999999", "9" * 5000, "soon"])
def test_a_commit_at_an_impossible_time(repository: Repository, seconds: str) -> None:
    repository.commit(YAML)
    commit_at(repository, seconds)

    said = failure(repository.source)
    assert said.startswith("the time of the commit ")
    assert said.endswith(", not between 1970 and 9999 (commit again with a right clock)")


@pytest.mark.parametrize("value", ["0", "253402300799"])
def test_an_epoch(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", value)

    assert source_date_epoch() == int(value)


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("253402300800", "later than the year 9999"),
        ("9" * 5000, "later than the year 9999"),
        ("-1", "not a number of seconds"),
        ("²", "not a number of seconds"),
    ],
)
def test_an_impossible_epoch(monkeypatch: pytest.MonkeyPatch, value: str, reason: str) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", value)

    with pytest.raises(MilepostError, match=reason):
        source_date_epoch()
