"""Replacing a directory of finished files: what is written, removed, and kept."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from milepost.base import files
from milepost.build import publish as publishing
from milepost.build.publish import is_intact, publish

if TYPE_CHECKING:
    from pathlib import Path

FIRST = {"index.html": "one", "a/b.html": "b", "a/c.html": "c"}
SECOND = {"index.html": "two", "a/b.html": "b", "d.html": "d"}


def contents(directory: Path) -> dict[str, str]:
    return {name: path.read_text("utf-8") for name, path in files.walk(directory)}


@pytest.fixture(params=["exchange", "rename"])
def site(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a directory that can be replaced at once, or with two renames where the system cannot do that."""
    if request.param == "rename":
        monkeypatch.setattr(publishing, "_exchange", lambda *_: False)
    return tmp_path / "site"


def test_a_directory_is_replaced(site: Path) -> None:
    publish(FIRST, site)
    unchanged = (site / "a/b.html").stat()

    published = publish(SECOND, site)

    assert contents(site) == SECOND
    assert [path.name for path in published.written] == ["index.html", "d.html"]
    assert [path.name for path in published.removed] == ["c.html"]
    assert (site / "a/b.html").stat().st_mtime_ns == unchanged.st_mtime_ns
    assert is_intact(site, published.digest)
    assert {path.name for path in site.parent.iterdir()} == {"site", ".site.json"}


def test_nothing_is_replaced_when_nothing_has_changed(site: Path) -> None:
    publish(FIRST, site)
    before = site.stat().st_ino

    published = publish(FIRST, site)

    assert (published.written, published.removed) == ((), ())
    assert site.stat().st_ino == before


@pytest.mark.parametrize("damage", ["removed", "changed", "became a link"])
def test_what_was_damaged_is_not_intact_and_is_written_again(site: Path, damage: str) -> None:
    published = publish(FIRST, site)
    page = site / "index.html"
    page.unlink()
    if damage == "changed":
        page.write_text("other")
    elif damage == "became a link":
        (site.parent / "one").write_text("one")
        page.symlink_to(site.parent / "one")

    assert is_intact(site, published.digest) == (damage == "became a link")
    assert publish(FIRST, site).written == (page,)
    assert contents(site) == FIRST
    assert not page.is_symlink()


@pytest.mark.parametrize("which", ["copy", "original"])
def test_a_file_that_was_changed_is_found_though_its_size_and_time_are_as_before(
    site: Path, which: str
) -> None:
    page = site.parent / "page.html"
    page.write_text("one")
    for _ in range(2):  # the second run reads neither of them
        published = publish({"index.html": page, "other.html": "other"}, site)
    changed = site / "index.html" if which == "copy" else page
    status = changed.stat()
    changed.write_text("two")
    os.utime(changed, ns=(status.st_atime_ns, status.st_mtime_ns))

    assert is_intact(site, published.digest) == (which == "original")
    again = publish({"index.html": page, "other.html": "other"}, site)
    assert again.written == (site / "index.html",)
    assert contents(site) == {"index.html": page.read_text("utf-8"), "other.html": "other"}


def test_what_is_known_to_be_unchanged_is_not_read(site: Path) -> None:
    pages = {f"{name}.html": site.parent / f"{name}.html" for name in "abc"}
    for page in pages.values():
        page.write_text("one")
    publish(pages, site)
    pages["a.html"].write_text("two")
    publish(pages, site)
    read: list[str] = []

    def note(event: str, arguments: tuple[object, ...]) -> None:
        if event == "open" and watching:
            read.append(str(arguments[0]))

    watching = True
    sys.addaudithook(note)
    is_intact(site, publish(pages, site).digest)
    watching = False

    assert [name for name in read if name.endswith(".html")] == []


@pytest.mark.parametrize("damage", ['"stamps": 1', '"stamps": {"a": 1}', '"sources": {"../a": "b"}'])
def test_damaged_stamps_are_ignored(site: Path, damage: str) -> None:
    publish(FIRST, site)
    manifest = site.parent / ".site.json"
    key = damage.partition(":")[0]
    values = json.loads(manifest.read_text()) | json.loads(f"{{{damage}}}")
    manifest.write_text(json.dumps(values))

    assert key.strip('"') in values
    assert publish(FIRST, site).written == ()
    assert json.loads(manifest.read_text())["stamps"].keys() == FIRST.keys()


def test_files_of_others_are_kept(site: Path) -> None:
    site.mkdir()
    (site / "CNAME").write_text("example.org")
    (site / ".nojekyll").write_text("")
    theirs = {"CNAME": "example.org", ".nojekyll": ""}

    first = publish(FIRST, site)
    second = publish(SECOND, site)

    assert contents(site) == SECOND | theirs
    (warning,) = first.warnings
    assert str(warning) == (
        f"{site}: warning: 1 file of unknown origin kept, for instance CNAME"
        " (remove what an earlier run left; the rest stays where it is)"
    )
    assert second.warnings == ()


@pytest.mark.parametrize("kind", ["clone", "worktree"])
def test_a_checkout_stays_a_checkout(site: Path, kind: str) -> None:
    def git(*arguments: str, at: Path = site) -> str:
        command = ["git", "-c", "user.name=A", "-c", "user.email=a@example.org", "-C", str(at), *arguments]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout

    if kind == "clone":
        site.mkdir()
        git("init", "-q")
    else:
        main = site.parent / "main"
        main.mkdir()
        git("init", "-q", at=main)
        git("commit", "-q", "--allow-empty", "-m", "Begin", at=main)
        git("worktree", "add", "-q", "-b", "gh-pages", str(site), at=main)
    publish(FIRST, site)
    git("add", ".")
    git("commit", "-qm", "First")

    publish(SECOND, site)

    assert git("status", "--porcelain").splitlines() == [" D a/c.html", " M index.html", "?? d.html"]
    assert not (site / "a/c.html").exists()


def test_a_link_to_a_directory_stays_one(site: Path) -> None:
    elsewhere = site.parent / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "theirs.html").write_text("theirs")
    site.symlink_to(elsewhere)

    publish(FIRST, site)
    publish(SECOND, site)

    assert site.is_symlink()
    assert contents(elsewhere) == SECOND | {"theirs.html": "theirs"}


@pytest.mark.parametrize(
    "manifest",
    [
        "",
        "[]",
        "[" * 100_000,
        '{"complete": true, "files": ["index.html"]}',
        '{"complete": 1, "files": {}}',
        '{"complete": true, "files": {"../outside": ""}}',
        '{"complete": true, "files": {"index.html": 1}}',
    ],
)
def test_a_damaged_manifest_removes_nothing(site: Path, manifest: str) -> None:
    outside = site.parent / "outside"
    outside.write_text("outside")
    published = publish(FIRST, site)
    (site.parent / ".site.json").write_text(manifest)

    assert not is_intact(site, published.digest)
    published = publish(SECOND, site)

    assert outside.exists()
    assert contents(site) == SECOND | {"a/c.html": "c"}
    assert "a/c.html" in str(published.warnings[0])
    assert json.loads((site.parent / ".site.json").read_text())["files"].keys() == SECOND.keys()


def test_what_a_killed_run_left_is_removed(site: Path) -> None:
    publish(FIRST, site)
    (site.parent / ".site.new").mkdir()
    (site.parent / ".site.new/half.html").write_text("half")
    (site.parent / f"{files.TEMPORARY}x").write_text("half")

    publish(SECOND, site)

    assert contents(site) == SECOND
    assert {path.name for path in site.parent.iterdir()} == {"site", ".site.json"}


def test_a_run_that_was_killed_between_two_renames_is_undone(site: Path) -> None:
    publish(FIRST, site)
    site.rename(site.parent / ".site.old")

    publishing.recover(site)

    assert contents(site) == FIRST
