"""Where a document was in earlier and other commits, from real repositories."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from tests.support.repositories import Repository as Real

from milepost.git.releases import ReleaseTags, releases_and_draft
from milepost.git.renames import Renames
from milepost.git.repository import Repository

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.slow


def text(name: str, lines: int = 60) -> str:
    """Return a file long enough for git to compare, similar to all others of this kind."""
    return "".join(f"line {each} of {name if each % 3 == 0 else 'any'}\n" for each in range(lines))


def write(real: Real, path: str, content: str) -> Path:
    file = real.directory / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(content)
    return file


def move(real: Real, old: str, new: str) -> Path:
    target = real.directory / new
    target.parent.mkdir(parents=True, exist_ok=True)
    (real.directory / old).rename(target)
    return target


def found(real: Real, path: str, revision: str) -> str:
    source = real.directory / path
    return Renames(Repository.discover(source.parent), source).at(revision)


@pytest.fixture
def real(tmp_path: Path) -> Real:
    return Real(tmp_path)


ODD = [
    "old plan.yaml",
    '"it\'s".yaml',
    "план/é.yaml",
    "a\tb.yaml",
    "-x/:(top)*.yaml",
    os.fsdecode(b"\xff.yaml"),
]


@pytest.mark.parametrize("old", ODD)
@pytest.mark.parametrize("new", ["plan.yaml", ODD[2]])
def test_a_file_is_found_under_its_earlier_name(real: Real, old: str, new: str) -> None:
    write(real, old, text("A"))
    real.commit(tag="v1")
    if old != new:
        move(real, old, new)
    real.commit(tag="v2")

    assert found(real, new, "v1") == old
    assert found(real, new, "v2") == new


def test_a_file_that_was_renamed_twice_and_edited_meanwhile(real: Real) -> None:
    write(real, "a.yaml", text("A"))
    real.commit(tag="v1")
    write(real, "b/b.yaml", text("A") + "more\n")
    (real.directory / "a.yaml").unlink()
    real.commit(tag="v2")
    write(real, "b/b.yaml", text("A", 80) + "more\n")
    real.commit(tag="v3")
    move(real, "b/b.yaml", "c.yaml")
    write(real, "c.yaml", text("A", 110))
    real.commit(tag="v4")

    assert [found(real, "c.yaml", f"v{number}") for number in (1, 2, 3, 4)] == [
        "a.yaml",
        "b/b.yaml",
        "b/b.yaml",
        "c.yaml",
    ]


@pytest.mark.parametrize("edited", ["", "one more line\n"], ids=["as it was", "edited"])
def test_two_documents_that_exchange_their_names_are_not_confused(real: Real, edited: str) -> None:
    write(real, "a.yaml", text("A"))
    write(real, "b.yaml", text("B"))
    real.commit(tag="v1")
    write(real, "a.yaml", text("B") + edited)
    write(real, "b.yaml", text("A") + edited)
    real.commit(tag="v2")
    write(real, "a.yaml", text("B") + edited + "again\n")
    write(real, "b.yaml", text("A") + edited + "again\n")
    real.commit()

    assert (found(real, "a.yaml", "v1"), found(real, "b.yaml", "v1")) == ("b.yaml", "a.yaml")
    assert (found(real, "a.yaml", "v2"), found(real, "b.yaml", "v2")) == ("a.yaml", "b.yaml")


def test_a_name_that_goes_on_to_another_document(real: Real) -> None:
    """The plan becomes an appendix, and a new plan, written as a draft before, gets its name."""
    write(real, "plan.yaml", text("A"))
    write(real, "draft.yaml", text("B"))
    real.commit(tag="v1")
    move(real, "plan.yaml", "appendix.yaml")
    move(real, "draft.yaml", "plan.yaml")
    real.commit()

    assert found(real, "plan.yaml", "v1") == "draft.yaml"
    assert found(real, "appendix.yaml", "v1") == "plan.yaml"


@pytest.mark.parametrize("is_copy", [True, False], ids=["copy", "successor"])
def test_a_copy_is_kept_beside_or_another_document_gets_the_name(real: Real, is_copy: bool) -> None:
    """In one commit the plan is put into an archive, and its file is edited or written from scratch."""
    write(real, "plan.yaml", text("A"))
    real.commit(tag="v1")
    write(real, "archive.yaml", text("A"))
    new = text("A") + "more\n" if is_copy else text("B").replace("any", "some")
    write(real, "plan.yaml", new)
    real.commit(tag="v2")

    # A document without a history has a name.
    assert found(real, "plan.yaml", "v1") == "plan.yaml"
    assert found(real, "archive.yaml", "v1") == "plan.yaml"
    real.git("checkout", "--quiet", "v1")
    assert found(real, "plan.yaml", "v2") == ("plan.yaml" if is_copy else "archive.yaml")


def test_a_document_that_is_new_is_not_an_older_one_that_is_like_it(real: Real) -> None:
    write(real, "a.yaml", text("A"))
    real.commit(tag="v1")
    write(real, "b.yaml", text("A") + "more\n")
    real.commit()
    (real.directory / "a.yaml").unlink()
    real.commit()

    assert found(real, "b.yaml", "v1") == "b.yaml"


def test_a_document_that_was_removed_and_written_again_keeps_its_name(real: Real) -> None:
    write(real, "a.yaml", text("A"))
    real.commit(tag="v1")
    (real.directory / "a.yaml").unlink()
    real.commit()
    write(real, "a.yaml", "quite other words\n")
    real.commit()

    assert found(real, "a.yaml", "v1") == "a.yaml"


def test_other_branches_and_merges(real: Real) -> None:
    """On `side` the file keeps its name until it is merged; on `later` it gets a third one."""
    write(real, "a.yaml", text("A"))
    real.commit(tag="v1")
    real.git("checkout", "--quiet", "-b", "side")
    write(real, "notes", "x\n")
    write(real, "a.yaml", text("A") + "side\n")
    real.commit()
    real.git("checkout", "--quiet", "main")
    move(real, "a.yaml", "b.yaml")
    real.commit(tag="v2")
    assert found(real, "b.yaml", "side") == "a.yaml"
    real.git("merge", "--quiet", "--no-edit", "side")
    real.git("checkout", "--quiet", "-b", "later")
    move(real, "b.yaml", "c.yaml")
    real.commit()
    assert [found(real, "c.yaml", each) for each in ("v1", "v2", "side", "main")] == [
        "a.yaml",
        "b.yaml",
        "a.yaml",
        "b.yaml",
    ]
    real.git("checkout", "--quiet", "main")

    assert [found(real, "b.yaml", each) for each in ("v1", "v2", "side", "later")] == [
        "a.yaml",
        "b.yaml",
        "a.yaml",
        "c.yaml",
    ]


@pytest.mark.parametrize("known_to_git", [True, False])
def test_a_rename_that_is_not_committed(real: Real, known_to_git: bool) -> None:
    write(real, "a.yaml", text("A"))
    write(real, "other.yaml", "".join(text("B").splitlines(keepends=True)[:20]))
    real.commit(tag="v1")
    if known_to_git:
        real.git("mv", "a.yaml", "b.yaml")
    else:
        move(real, "a.yaml", "b.yaml")
    (real.directory / "other.yaml").unlink()

    assert found(real, "b.yaml", "v1") == "a.yaml"


def test_a_shallow_clone(real: Real, tmp_path: Path) -> None:
    """Tag and branch have no commit in common there; the two files are compared."""
    origin = Real(tmp_path / "origin")
    write(origin, "a.yaml", text("A"))
    origin.commit(tag="v1")
    write(origin, "notes", "x\n")
    origin.commit()
    move(origin, "a.yaml", "b.yaml")
    origin.commit()
    clone = tmp_path / "clone"
    real.git("clone", "--quiet", "--depth=1", f"file://{origin.directory}", str(clone))
    real.git("-C", str(clone), "fetch", "--quiet", "--depth=1", "origin", "tag", "v1")
    source = clone / "b.yaml"

    assert Renames(Repository.discover(clone), source).at("v1") == "a.yaml"


def test_editions_and_releases_follow_the_file(real: Real) -> None:
    write(real, "old/plan.yaml", text("A"))
    write(real, "new/other.yaml", text("B"))
    real.commit(tag="v1")
    source = move(real, "old/plan.yaml", "new/plan.yaml")
    real.commit()
    repository = Repository.discover(source.parent)

    revisions, warnings = releases_and_draft(repository, source, tags="v*", draft=None)

    assert warnings == []
    assert [(each.name, each.file, each.content.decode()) for each in revisions] == [
        ("v1", "v1:old/plan.yaml", text("A")),
        ("main", "main:new/plan.yaml", text("A")),
    ]
    assert ReleaseTags.of(repository, ["2"]).before(repository, source) == (
        "v1",
        real.git("rev-parse", "v1").strip(),
    )
