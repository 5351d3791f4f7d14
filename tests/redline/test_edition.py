"""The marked edition: of large documents in proportionate time, and of any two in every format."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any
from unittest import mock

import pytest
from hypothesis import given, settings
from tests.support.documents import document, documents, loaded
from tests.support.work import calls_of

from milepost.base.paths import Workspace
from milepost.build import diff as diff_files
from milepost.diff import plain_words
from milepost.diff.changes import ProseChanged
from milepost.diff.comparison import Comparison, Edition, compare
from milepost.redline.edition import mark
from milepost.render import documents as printed
from milepost.render.diff_page import diff_page

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from milepost.history.states import Snapshot


def comparison(old: dict[str, Any], new: dict[str, Any], *, states: tuple[Snapshot, ...] = ()) -> Comparison:
    editions = (
        Edition(name=name, file="milestones.yaml", commit=None, loaded=loaded(values), states=states)
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


def frequent(number: int, seed: int) -> list[str]:
    """Return so many words, of which few are frequent, as in a language."""
    chosen = random.Random(seed)
    return [f"w{min(int(chosen.paretovariate(0.7)), 4000)}" for _ in range(number)]


def tenth_changed(words: list[str]) -> list[str]:
    return [word if index % 10 else f"new{index}" for index, word in enumerate(words)]


def one_section(words: list[str], size: int, lead: str = "") -> dict[str, Any]:
    """Return a document whose only section has these words, in paragraphs of `size` words."""
    text = "\n\n".join(lead + " ".join(words[at : at + size]) for at in range(0, len(words), size))
    return document(sections=[{"title": "One", "text": text}])


def many_sections(words: list[str], size: int, title: str) -> dict[str, Any]:
    texts = [" ".join(words[at : at + size]) for at in range(0, len(words), size)]
    return document(sections=[{"title": f"{title} {at}", "text": text} for at, text in enumerate(texts)])


TEXTS: dict[str, Callable[[int], tuple[dict[str, Any], dict[str, Any]]]] = {
    "long paragraphs": lambda n: (
        one_section(frequent(n, 1), 500),
        one_section(tenth_changed(frequent(n, 1)), 500),
    ),
    "short paragraphs": lambda n: (
        one_section(frequent(n, 1), 5),
        one_section(tenth_changed(frequent(n, 1)), 5),
    ),
    "items": lambda n: (
        one_section(frequent(n, 1), 10, "- "),
        one_section(tenth_changed(frequent(n, 1)), 10, "- "),
    ),
    "words inserted, so that all paragraphs begin elsewhere": lambda n: (
        one_section(frequent(n, 1), 50),
        one_section(["first", "of", "all", *frequent(n, 1)], 50),
    ),
    "another text": lambda n: (one_section(frequent(n, 1), 50), one_section(frequent(n, 2), 50)),
    "sections that were renamed and changed": lambda n: (
        many_sections(frequent(n, 1), 50, "Step"),
        many_sections(tenth_changed(frequent(n, 1)), 50, "Part"),
    ),
}


@pytest.mark.parametrize("pair", TEXTS.values(), ids=TEXTS.keys())
def test_long_texts_take_work_in_proportion(
    pair: Callable[[int], tuple[dict[str, Any], dict[str, Any]]],
) -> None:
    calls = []
    for number in (1000, 4000):
        old, new = pair(number)
        loaded(old), loaded(new)
        calls.append(calls_of(lambda: show(comparison(old, new))))  # noqa: B023 -- called here
    assert calls[1] / calls[0] < 5
    assert calls[1] / 4000 < 500  # a word; in a second there are some millions of calls


def test_the_words_of_a_text_are_compared_once_for_all_outputs(tmp_path: Path) -> None:
    old, new = TEXTS["long paragraphs"](1000)
    found = comparison(old, new)
    (change,) = found.changes
    assert isinstance(change, ProseChanged)

    with mock.patch("milepost.diff.changes.difference", wraps=plain_words.difference) as difference:
        diff_files.write(found, Workspace.of(tmp_path / "milestones.yaml"), pdf=False)
        diff_files.summary_markdown(found, Workspace.of(tmp_path / "milestones.yaml"))

    assert difference.call_count == 1


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
