"""Reading editions: each file once, and all errors of all of them."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest
from tests.cli.test_cli_diff import git
from tests.git.test_removals import BASE, commit

from milepost.base.errors import MilepostError
from milepost.git import revisions

if TYPE_CHECKING:
    from pathlib import Path

STATE = "# milestones: some\ncode,name,level,due,forecast,completed\nA,First,2,2028-12-01,,\n"


@pytest.fixture
def plan(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    git(tmp_path, "init", "-q", "--initial-branch=main")
    for number in range(3):
        commit(tmp_path, "Author", BASE.replace("2030-03-01", f"2030-03-0{number + 1}"))
        git(tmp_path, "tag", f"v{number}")
    (tmp_path / "history").mkdir()
    (tmp_path / "history/2029-01-31.csv").write_text(STATE)
    monkeypatch.chdir(tmp_path)
    return tmp_path / "milestones.yaml"


@pytest.mark.parametrize(
    "names",
    [
        ("v0", "v1", "v2"),
        ("v0", "v1", None),
        ("2029", "v1", None),
        ("2029", "v1", "v2"),
        ("v0", "2029", "v2"),
        ("v0", "v1", "v0"),
        ("2029", None),
        ("v0", "v2"),
    ],
)
def test_each_edition_is_read_once(
    plan: Path, monkeypatch: pytest.MonkeyPatch, names: tuple[Any, ...]
) -> None:
    read: Counter[str] = Counter()
    for reader in ("load", "loads"):
        before = getattr(revisions, reader)

        def counted(*arguments: Any, before: Any = before) -> Any:
            read[str(arguments[-1])] += 1
            return before(*arguments)

        monkeypatch.setattr(revisions, reader, counted)

    old, new, several = revisions.read_all(plan, names)

    assert set(read.values()) == {1}
    assert len(several) == len(names)
    for edition, each in ((old, several[0]), (new, several[-1])):
        assert edition.name == each.name
        if edition.loaded.snapshot is None:
            assert edition is each


def test_the_errors_of_all_editions_are_told_at_once(plan: Path) -> None:
    commit(plan.parent, "Author", BASE.replace("2030-03-01", "soon"))
    git(plan.parent, "tag", "broken")

    with pytest.raises(MilepostError) as caught:
        revisions.read_all(plan, ("v0", "broken", "v9"))

    first, second = map(str, caught.value.problems)
    assert first.startswith("broken:milestones.yaml:")
    assert second.startswith("there is no file, no revision and no state 'v9'")
