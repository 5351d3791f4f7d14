"""The marked edition: of large documents in proportionate time, and of any two in every format."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hypothesis import given, settings
from tests.support.documents import document, documents, loaded
from tests.support.work import calls_of

from milepost.base.paths import Workspace
from milepost.build import diff as diff_files
from milepost.diff.comparison import Comparison, Edition, compare
from milepost.redline.edition import mark
from milepost.render import documents as printed
from milepost.render.diff_page import diff_page

if TYPE_CHECKING:
    from pathlib import Path


def comparison(old: dict[str, Any], new: dict[str, Any]) -> Comparison:
    editions = (
        Edition(name=name, file="milestones.yaml", commit=None, loaded=loaded(values))
        for name, values in (("old", old), ("new", new))
    )
    return compare(*editions)


def large(number: int, new: str) -> dict[str, Any]:
    """Return a document with so many sections, milestones and entries, all of which change with `new`."""
    return document(
        document={"authors": [f"{new}{index}" for index in range(number)]},
        change_record=[
            {
                "version": f"{index}{new}",
                "date": "2020-01-01",
                "owner": "o",
                "description": f"d {index}",
                "authorises": [f"M-{index}"],
            }
            for index in range(number)
        ],
        sections=[{"title": "First", "milestones": {"level": "1", "no_deliveries": "None."}}]
        + [
            {
                "title": f"Section {new} {index}",
                "text": f"Text number {index} is {new} for once.\n\nAnd more.",
            }
            for index in range(number)
        ],
        milestones={
            f"M-{index}": {
                "name": f"Name {new}",
                "level": f"{1 + index % 2}",
                "due": f"202{4 + len(new)}-01-01",
            }
            for index in range(number)
        },
        references={
            f"R-{new}{index}": {"authors": ["A"], "year": "2020", "title": new} for index in range(number)
        },
    )


def show(found: Comparison) -> None:
    marked = mark(found)
    diff_page(marked.merged, marked.listing, *marked.names, {}, marked.headline)
    printed.diff_latex(marked.merged, marked.listing, *marked.names, marked.headline)


def test_large_documents_take_work_in_proportion() -> None:
    calls = []
    for number in (100, 400):
        old, new = large(number, "a"), large(number, "bb")
        loaded(old), loaded(new)
        calls.append(calls_of(lambda: show(comparison(old, new))))  # noqa: B023 -- called here
    # Four times the document; if anything were quadratic, sixteen times the work.
    assert calls[1] / calls[0] < 5


@settings(max_examples=20)
@given(old=documents(), new=documents())
def test_any_two_documents_are_printed_in_every_format(
    tmp_path_factory: Any, old: dict[str, Any], new: dict[str, Any]
) -> None:
    directory: Path = tmp_path_factory.getbasetemp()
    workspace = Workspace.of(directory / "milestones.yaml")

    written = diff_files.write(comparison(old, new), workspace, pdf=False)

    assert {path.suffix for path in written} >= {".md", ".json", ".html", ".diff"}
    show(comparison(old, new))
