"""A site that is built again and again is the one that is built from nothing, to the byte."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support.edits import EDITS, edited, small, text

from milepost.base.errors import MilepostError
from milepost.base.files import walk
from milepost.base.paths import Workspace
from milepost.build.document import Target, build
from milepost.build.editions.make import make_editions
from milepost.git.releases import Revision
from milepost.git.source_state import SourceState

if TYPE_CHECKING:
    from typing import Any

    from tests.support.edits import Edit

pytestmark = pytest.mark.slow

STATE = SourceState(commit="0123abcd", committed=1_733_000_000)
EXAMPLES = int(os.environ.get("MILEPOST_TORTURE") or 0)


def site(directory: Path, document: dict[str, Any]) -> dict[str, bytes]:
    """Build the site of `document` in a directory; return its files."""
    workspace = Workspace.of(directory / "milestones.yaml")
    directory.mkdir(exist_ok=True)
    workspace.source.write_text(text(document), "utf-8")
    build(workspace, frozenset({Target.SITE}), STATE)
    return {name: path.read_bytes() for name, path in walk(workspace.site)}


def differences(one: dict[str, bytes], other: dict[str, bytes]) -> list[str]:
    return sorted(name for name in one.keys() | other.keys() if one.get(name) != other.get(name))


def test_after_each_kind_of_edit_the_site_is_that_of_a_fresh_build(tmp_path: Path) -> None:
    """The edits follow each other, so that what one has left shows after a later one.

    A sample of the fresh builds is made; `make torture` makes all.
    """
    document = small()
    site(tmp_path / "again", document)
    every = 1 if EXAMPLES else 5
    for number, name in enumerate(EDITS, start=1):
        document = edited(document, [(name, number)])
        again = site(tmp_path / "again", document)
        if number % every == 0 or number == len(EDITS):
            fresh = site(tmp_path / f"fresh{number}", document)
            assert differences(again, fresh) == [], name
            shutil.rmtree(tmp_path / f"fresh{number}")


@settings(max_examples=EXAMPLES or 1)
@given(
    st.lists(
        st.lists(st.tuples(st.sampled_from(list(EDITS)), st.integers(0, 20)), min_size=1, max_size=4),
        min_size=1,
        max_size=6 if EXAMPLES else 3,
    ).filter(lambda steps: EXAMPLES or sum(map(len, steps)) > 3)
)
def test_after_any_edits_the_site_is_that_of_a_fresh_build(steps: list[list[Edit]]) -> None:
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        document = small()
        site(directory / "again", document)
        for number, edits in enumerate(steps):
            document = edited(document, edits)
            try:
                again = site(directory / "again", document)
            except MilepostError:
                continue  # not each document can be printed; the next one may
            fresh = site(directory / f"fresh{number}", document)
            assert differences(again, fresh) == []


def revision(name: str, document: dict[str, Any], *, released: bool) -> Revision:
    content = text(document).encode()
    return Revision(
        name=name, file="milestones.yaml", content=content, commit="c" * 40, committed=1, released=released
    )


def test_editions_one_after_the_other_are_those_of_a_fresh_run(tmp_path: Path) -> None:
    """The draft changes each time, and its working directory is used again; releases come one by one."""
    document = small()
    again = Workspace.of(tmp_path / "again/milestones.yaml")
    releases: list[Revision] = []
    kinds = list(EDITS)
    last = len(kinds) // 4 if EXAMPLES else 2
    for number in range(last):
        edits = [(name, number + 1) for name in kinds[number::5]]
        document = edited(document, edits)
        fresh = Workspace.of(tmp_path / f"fresh{number}/milestones.yaml")
        draft = revision("main", document, released=False)
        compared = (again, fresh) if EXAMPLES or number == last - 1 else (again,)
        for workspace in compared:
            report = make_editions([*releases, draft], workspace, with_pdf=False, epoch=None)
            assert report.failed == {}
        contents = [{name: path.read_bytes() for name, path in walk(each.editions)} for each in compared]
        assert differences(contents[0], contents[-1]) == []
        releases.append(revision(f"v{number}", document, released=True))
