"""Which revisions become editions, from real repositories."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from tests.git.test_source_state import commit_at, damage
from tests.support.repositories import Repository as Real

from milepost.base.errors import MilepostError
from milepost.git.releases import releases_and_draft
from milepost.git.repository import Repository

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.slow

NO_DRAFT = (
    "warning: there is no draft: no branch is checked out, and the main branch is unknown "
    "(choose it with --draft)"
)
NO_COMMIT = "milestones.yaml: warning: this tag names no commit and is left out"
UNPRINTABLE = (
    "is left out: its name has characters that cannot be printed (use UTF-8 without control characters)"
)
OUT = "that leads out of the repository (link to a file in the repository)"
NO_TIME = "not between 1970 and 9999 (commit again with a right clock)"


def chosen(real: Real, tags: str = "v*", draft: str | None = None) -> tuple[list[tuple[str, str]], list[str]]:
    """Return the name and content of each revision, and the warnings."""
    repository = Repository.discover(real.source.parent)
    revisions, warnings = releases_and_draft(repository, real.source, tags=tags, draft=draft)
    return [(each.name, each.content.decode()) for each in revisions], [str(each) for each in warnings]


def clone_with_only_a_tag(origin: Real, directory: Path, *options: str) -> Real:
    """Return a clone as a server makes it for a tag: no local branch, HEAD detached."""
    server = Real(directory, origin)
    server.git("checkout", "--quiet", "--detach", "v1", *options)
    for branch in server.git("branch", "--format=%(refname:short)").split("\n"):
        if branch and "(" not in branch:
            server.git("branch", "--quiet", "--delete", "--force", branch)
    return server


@pytest.mark.parametrize("branch", ["main", "master", "trunk"])
def test_the_draft_of_a_checkout_of_a_tag_is_the_main_branch(tmp_path: Path, branch: str) -> None:
    origin = Real(tmp_path / "origin", branch=branch)
    origin.commit("one", "v1")
    origin.commit("two")
    server = clone_with_only_a_tag(origin, tmp_path / "server")

    assert chosen(server) == ([("v1", "one"), (branch, "two")], [])


def test_main_comes_before_the_default_of_the_origin(tmp_path: Path) -> None:
    origin = Real(tmp_path / "origin", branch="master")
    origin.commit("one", "v1")
    origin.git("branch", "main")
    server = clone_with_only_a_tag(origin, tmp_path / "server")

    assert [name for name, _ in chosen(server)[0]] == ["v1", "main"]


def test_the_default_of_the_origin_comes_before_what_is_checked_out(tmp_path: Path) -> None:
    origin = Real(tmp_path / "origin", branch="master")
    origin.commit("one")
    clone = Real(tmp_path / "clone", origin)
    clone.git("checkout", "--quiet", "-b", "feature")
    clone.commit("two")

    assert chosen(clone) == ([("master", "one")], [])


def test_the_only_branch_is_the_draft_if_the_default_of_the_origin_is_unknown(tmp_path: Path) -> None:
    origin = Real(tmp_path / "origin", branch="master")
    origin.commit("one", "v1")
    server = clone_with_only_a_tag(origin, tmp_path / "server")
    server.git("remote", "set-head", "origin", "--delete")

    assert [name for name, _ in chosen(server)[0]] == ["v1", "master"]


@pytest.mark.parametrize("draft", [None, "HEAD", "@"])
def test_head_is_never_the_name_of_an_edition(tmp_path: Path, draft: str | None) -> None:
    origin = Real(tmp_path / "origin", branch="a")
    commit = origin.commit("one", "v1")
    origin.git("branch", "b")
    server = clone_with_only_a_tag(origin, tmp_path / "server")
    server.git("remote", "set-head", "origin", "--delete")

    revisions, warnings = chosen(server, draft=draft)
    if draft:
        assert (revisions, warnings) == ([("v1", "one"), (commit[:8], "one")], [])
    else:
        assert revisions == [("v1", "one")]
        assert warnings == [NO_DRAFT]


def test_odd_tags_stop_no_other(tmp_path: Path) -> None:
    real = Real(tmp_path)
    real.commit("one", "v1")
    real.git("tag", "v2-blob", "HEAD:milestones.yaml")
    real.git("tag", "v3-tree", "HEAD^{tree}")
    real.git("tag", "--annotate", "--message", "x", "v4-nested", "v2-blob")
    real.git("tag", b"v5-\xff")
    real.git("tag", "v6-\N{RIGHT-TO-LEFT OVERRIDE}x")
    real.git("tag", "V1")
    real.git("tag", "v7-é\"<'&>")
    real.git("tag", "--annotate", "--message", "x", "v8-annotated")
    (real.directory / ".git/refs/tags/v9-broken").write_text("garbage\n")
    real.commit("two", "v10-corrupt")
    damage(real, real.git("rev-parse", "HEAD:milestones.yaml").strip())
    real.source.unlink()
    real.commit()
    real.git("tag", "v11-empty")
    real.source.symlink_to("/etc/passwd")
    real.commit()
    real.git("tag", "v12-link")
    real.source.unlink()
    real.commit("three")
    commit_at(real, "-1", "refs/tags/v13-clock")
    real.commit("four")

    revisions, warnings = chosen(real, "[vV]*")

    assert revisions == [
        ("V1", "one"),
        ("v1", "one"),
        ("v7-é\"<'&>", "one"),
        ("v8-annotated", "one"),
        ("main", "four"),
    ]
    clock = real.git("rev-parse", "v13-clock")[:8]
    assert [each for each in warnings if "v10-corrupt" not in each] == [
        f"v2-blob:{NO_COMMIT}",
        f"v3-tree:{NO_COMMIT}",
        f"v4-nested:{NO_COMMIT}",
        f"warning: the tag 'v5-<U+DCFF>' {UNPRINTABLE}",
        f"warning: the tag 'v6-<U+202E>x' {UNPRINTABLE}",
        "v11-empty:milestones.yaml: warning: this revision has no such file and is left out",
        f"v12-link:milestones.yaml: warning: milestones.yaml is a symbolic link {OUT}",
        f"v13-clock:milestones.yaml: warning: the time of the commit {clock} is '-1', {NO_TIME}",
    ]
    (corrupt,) = (each for each in warnings if "v10-corrupt" in each)
    assert corrupt.startswith("v10-corrupt:milestones.yaml: warning: git failed: ")


def test_a_branch_that_is_not_utf8(tmp_path: Path) -> None:
    real = Real(tmp_path)
    real.commit("one", "v1")
    real.git("checkout", "--quiet", "-b", b"caf\xe9")
    real.git("branch", "--quiet", "--delete", "main")

    revisions, warnings = chosen(real)
    assert revisions == [("v1", "one")]
    assert warnings == [f"warning: the branch 'caf<U+DCE9>' {UNPRINTABLE}"]


def test_a_document_in_a_folder_that_is_not_utf8(tmp_path: Path) -> None:
    real = Real(tmp_path)
    folder = tmp_path / os.fsdecode(b"caf\xe9")
    folder.mkdir()
    real.source = folder / "milestones.yaml"
    real.commit("one", "v1")

    assert chosen(real) == ([("v1", "one"), ("main", "one")], [])


def test_a_draft_is_named_by_what_does_not_change(tmp_path: Path) -> None:
    origin = Real(tmp_path / "origin")
    first = origin.commit("one", "v1")
    origin.commit("two")
    origin.git("branch", "feature")
    real = Real(tmp_path / "clone", origin)

    for draft in ("HEAD~1", "main~1", first, first[:12], "@{0}~1"):
        assert chosen(real, draft=draft)[0][-1] == (first[:8], "one")
    assert chosen(real, draft="origin/feature")[0][-1] == ("origin/feature", "two")
    assert chosen(real, draft="feature")[0][-1] == ("feature", "two")
    assert chosen(real, draft="v1")[0][-1] == ("v1 (draft)", "one")


def test_a_draft_that_does_not_exist(tmp_path: Path) -> None:
    real = Real(tmp_path)
    real.commit("one", "v1")

    with pytest.raises(MilepostError, match="there is no revision 'nowhere'"):
        chosen(real, draft="nowhere")


def previews(real: Real, *wanted: str) -> list[tuple[str, str, bool, bool, str]]:
    """Return name, content, whether it is a preview, whether it is listed and the branch of each revision."""
    repository = Repository.discover(real.source.parent)
    revisions, _ = releases_and_draft(repository, real.source, tags="v*", draft=None, previews=wanted)
    return [(each.name, each.content.decode(), each.preview, each.listed, each.branch) for each in revisions]


def test_previews_come_last_and_are_not_listed(tmp_path: Path) -> None:
    origin = Real(tmp_path / "origin")
    first = origin.commit("one", "v1")
    for branch in ("tickets/2", "tickets/10", "v1", "other"):
        origin.git("checkout", "--quiet", "-b", branch)
        origin.commit(branch)
    origin.git("checkout", "--quiet", "main")
    real = Real(tmp_path / "clone", origin)
    release, draft = ("v1", "one", False, True, ""), ("main", "one", False, True, "main")

    assert previews(real, "tickets/*", "tickets/2", "no-*") == [
        release,
        draft,
        ("tickets/10", "tickets/10", True, False, "tickets/10"),
        ("tickets/2", "tickets/2", True, False, "tickets/2"),
    ]
    # A pattern leaves the draft out, and a preview may be called like a release.
    assert previews(real, "[mv]*") == [release, draft, ("v1 (preview)", "v1", True, False, "v1")]
    # What is no branch has no source that could be edited.
    assert previews(real, first)[2:] == [(first[:8], "one", True, False, "")]


def test_the_branch_of_what_is_checked_out(tmp_path: Path) -> None:
    real = Real(tmp_path, branch="work")
    real.commit("one", "v1")
    repository = Repository.discover(real.source.parent)

    def branch(draft: str | None) -> str:
        return releases_and_draft(repository, real.source, tags="v*", draft=draft)[0][-1].branch

    assert (branch(None), branch("HEAD"), branch("v1")) == ("work", "work", "")
    real.git("checkout", "--quiet", "--detach")
    assert branch("HEAD") == ""
