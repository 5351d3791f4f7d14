"""What the page, the summary and comments say of a change, so that its place can be found again."""

from __future__ import annotations

import json
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

import pytest
from tests.cli.test_cli_diff import comparison
from tests.review.test_report import plan

from milepost.redline.edition import mark
from milepost.render.diff_page import diff_page
from milepost.review.identity import identities
from milepost.review.report import report

if TYPE_CHECKING:
    from milepost.review.identity import Identity

SECTIONS = """\
    text: |
      First words of :milestone:`R-1`.

      More of *them*.
  - title: Aims
    label: aims
    text: Aims.
"""
RECORD = """\
change_record:
  - version: 1.0
    date: 2026-01-01
    owner: A. Author
    description: First, by *nobody*
"""
OLD = plan("R-1 2026-01-31", "R-2 2026-02-28 forecast: 2026-03", record=RECORD, sections=SECTIONS)


def found(new: str, old: str = OLD) -> list[Identity]:
    return list(identities(comparison(old, new)).values())


def said(identity: Identity) -> tuple[str, ...]:
    about = identity.about
    return (
        ".".join(filter(None, (about.part, about.key, about.field, about.item))),
        identity.change,
        identity.accepts,
    )


@pytest.mark.parametrize(
    ("before", "after", "expected", "values"),
    [
        ("due: 2026-01-31", "due: 2026-Q2", ("milestones.R-1.due", "due moved", "date"),
         ("2026-01-31", "2026-Q2")),
        (", forecast: 2026-03", "", ("milestones.R-2.forecast", "forecast moved", "date"), ("2026-03", None)),
        (", forecast: 2026-03", ", forecast: 2026-03, predecessors: [R-1]",
         ("milestones.R-2.predecessors.R-1", "predecessor added", ""), (None, None)),
        ("forecast: 2026-03", "forecast: 2026-03, tags: [a, b]",
         ("milestones.R-2.tags", "detail changed", ""), (None, "a, b")),
        ("level: 2, due: 2026-01-31", "level: 3, due: 2026-01-31",
         ("milestones.R-1.level", "detail changed", "line"), ("2", "3")),
        ("name: Name of R-1", "name: Another", ("milestones.R-1.name", "renamed", "line"),
         ("Name of R-1", "Another")),
        ("due: 2026-01-31", "due: 2026-01-31, completed: 2026-01-30",
         ("milestones.R-1.completed", "completed", "day"), (None, "2026-01-30")),
        ("due: 2026-01-31", "due: 2026-01-31, state: deferred",
         ("milestones.R-1.state", "deferred", "line"), (None, "deferred")),
        ("data_date: 2026-03-01", "data_date: 2026-03-02",
         ("document.data_date", "document changed", "day"), ("2026-03-01", "2026-03-02")),
        ("title: Aims", "title: Our aims", ("sections.aims.title", "section changed", "line"),
         ("Aims", "Our aims")),
        ("*them*", "**them**", ("sections.text", "prose changed", "text"),
         ("First words of :milestone:`R-1`.\n\nMore of *them*.",
          "First words of :milestone:`R-1`.\n\nMore of **them**.")),
        ("First, by", "First one, by", ("change_record.1.0.description", "entry changed", "text"),
         ("First, by *nobody*", "First one, by *nobody*")),
    ],
)  # fmt: skip
def test_a_change_is_named_by_what_it_is_about(
    before: str, after: str, expected: tuple[str, ...], values: tuple[str | None, ...]
) -> None:
    (identity,) = found(OLD.replace(before, after))
    assert said(identity) == expected
    assert (identity.old, identity.new) == values


def test_a_milestone_has_its_new_code_and_a_section_its_label_or_titles() -> None:
    recoded = OLD.replace("R-2: {", "R-3: {aka: [R-2], ").replace("forecast: 2026-03", "forecast: 2026-04")
    assert [said(each)[0] for each in found(recoded)] == ["milestones.R-3.code", "milestones.R-3.forecast"]
    new = OLD.replace("text: Aims.", "text: Aims.\n    sections:\n      - title: Below\n        text: New.")
    (added,) = found(new)
    assert (added.about.key, added.about.titles, added.about.field) == (None, ("Aims", "Below"), None)
    (removed,) = found(OLD, new)
    assert removed.about == added.about


class _Changes(HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__()
        self.changes: list[dict[str, Any]] = []
        self.editions: dict[str, Any] = {}
        self.accepted: list[str | None] = []
        self.feed(page)

    def handle_starttag(self, _: str, attributes: list[tuple[str, str | None]]) -> None:
        found = dict(attributes)
        if text := found.get("data-change"):
            self.changes.append(json.loads(text))
            self.accepted.append(found.get("data-accepts"))
        if text := found.get("data-editions"):
            self.editions = json.loads(text)


def test_the_page_has_for_each_change_what_a_comment_repeats() -> None:
    hostile = """Ends" onload=alert(1) '<script>&amp; \\"""
    new = OLD.replace("title: Aims", f"title: {json.dumps(hostile)}").replace("2026-01-31", "2026-02-01")
    both = comparison(OLD, new)
    marked = mark(both)
    page = diff_page(marked.merged, marked.listing, *marked.names, {}, marked.headline, report=report(both))
    shown = _Changes(page)
    assert shown.changes == [
        {
            "about": {"part": "milestones", "key": "R-1", "titles": None, "field": "due", "item": None},
            "change": "due moved",
            "old": "2026-01-31",
            "new": "2026-02-01",
        },
        {
            "about": {"part": "sections", "key": "aims", "titles": [hostile], "field": "title", "item": None},
            "change": "section changed",
            "old": "Aims",
            "new": hostile,
        },
    ]
    assert shown.accepted == ["date", "line"]
    assert shown.editions == {
        "schema": 1,
        "document": "ACME-7",
        "old": {"name": "old", "commit": None},
        "new": {"name": "new", "commit": None},
    }
