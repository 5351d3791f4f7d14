"""Renaming changes a name everywhere, as `milepost edit recode` does for a milestone."""

from __future__ import annotations

import pytest
from tests.lsp.test_names import PLAN

from milepost.authoring.mentions import recode
from milepost.base.errors import MilepostError
from milepost.loading.load import loads
from milepost.lsp.reading.names import Names, Sort, Symbol
from milepost.lsp.reading.text import Text
from milepost.lsp.rename import rename


def renamed(content: str, sort: Sort, old: str, new: str) -> str:
    text = Text(content)
    for edit in sorted(rename(content, "plan.yaml", Symbol(sort, old), new), reverse=True):
        text.change(edit)
    return text.content


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_a_code_is_renamed_as_recode_does_it(line_end: str) -> None:
    content = PLAN.replace("\n", line_end)

    changed = renamed(content, Sort.MILESTONE, "A-1", "A-1b")

    assert changed.encode() == recode(content.encode(), "plan.yaml", "A-1", "A-1b")
    assert "aka: [OLD-1, A-1]" in changed
    assert "predecessors: [A-1b]" in changed


@pytest.mark.parametrize(
    ("sort", "old", "uses"),
    [
        (Sort.REFERENCE, "DOC-2", 2),
        (Sort.FIGURE, "plan", 3),
        (Sort.LABEL, "all", 3),
        (Sort.ACRONYM, "CCD", 4),
    ],
)
def test_other_names_are_renamed_where_they_are_used(sort: Sort, old: str, uses: int) -> None:
    changed = renamed(PLAN, sort, old, "NEW1")

    names = Names(Text(changed))
    assert len(list(names.uses(Symbol(sort, "NEW1")))) == uses
    assert list(names.uses(Symbol(sort, old))) == []
    assert not loads(changed.encode(), "plan.yaml").warnings


@pytest.mark.parametrize(
    ("sort", "old", "new", "message"),
    [
        (Sort.MILESTONE, "A-1", "A-12", "there is a milestone 'A-12'"),
        (Sort.MILESTONE, "A-1", "A,1", "has a comma"),
        (Sort.REFERENCE, "DOC-2", "no handle", "cannot be used as a name"),
        (Sort.FIGURE, "plan", "all", "there is a label 'all'"),
        (Sort.ACRONYM, "CCD", " ", "no name"),
    ],
)
def test_a_name_that_is_not_possible_is_refused(sort: Sort, old: str, new: str, message: str) -> None:
    with pytest.raises(MilepostError, match=message):
        rename(PLAN, "plan.yaml", Symbol(sort, old), new)


def test_nothing_is_renamed_in_a_document_with_errors() -> None:
    with pytest.raises(MilepostError, match="statsu"):
        rename(PLAN.replace("status", "statsu"), "plan.yaml", Symbol(Sort.MILESTONE, "A-1"), "B")


def test_the_same_name_changes_nothing() -> None:
    assert rename(PLAN, "plan.yaml", Symbol(Sort.MILESTONE, "A-1"), "A-1") == []
