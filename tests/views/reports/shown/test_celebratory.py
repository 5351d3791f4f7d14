"""The milestones that are tracked for the public: which they are, and what was said of them before."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from tests.support.documents import document, loaded

from milepost.document.selection import Selection
from milepost.history.snapshots import read_snapshot
from milepost.views.reports.shown.celebratory import celebratory
from milepost.views.reports.table import Options, Table

if TYPE_CHECKING:
    from milepost.document.model import Document
    from milepost.history.states import Snapshot


def plan(**tags: str) -> Document:
    """Return a document with four milestones, of which those in `tags` have that tag."""
    facts: dict[str, dict[str, Any]] = {
        "A": {"due": "2025-01-10", "completed": "2025-02-01"},
        "B": {"due": "2025-02-28", "forecast": "2025-Q3"},
        "C": {"due": "2025-01-31", "state": "cancelled"},
        "D": {"due": "2025-01-20", "forecast": "2025-05-02", "aka": ["OLD"]},
    }
    entries = {
        code: {"name": f"Name of {code}"} | found | ({"tags": [tags[code]]} if code in tags else {})
        for code, found in facts.items()
    }
    return loaded(document(milestones=entries, document={"data_date": "2025-03-15"})).document


def state(day: str, *lines: str) -> Snapshot:
    content = "\n".join(("# milestones: some", *lines)) + "\n"
    return read_snapshot(content.encode(), f"{day}.csv").snapshot


STATES = (
    state("2024-12-31", "code,due,forecast", "A,2025-01-10,", "OLD,2025-01-20,2025-04-02"),
    state("2025-02-28", "code,due,forecast", "A,2025-01-10,2025-01-20", "B,2025-02-28,2025-08-01"),
)


def marked(day: str, **marks: tuple[str | None, bool]) -> Snapshot:
    """Return a state that is recorded from an export."""
    rows = {code: {"celebratory": one, "tracked": other} for code, (one, other) in marks.items()}
    return replace(
        STATES[0], columns=("celebratory", "tracked"), rows=rows, day=STATES[0].day.fromisoformat(day)
    )


def rows(table: Table) -> dict[str, tuple[str, str, str | None, str]]:
    return {
        str(code): (str(before), str(now), None if moved is None else str(moved), str(status))
        for code, _, before, now, moved, status in table.rows
    }


def test_tags_say_which_are_tracked() -> None:
    found = celebratory(plan(A="celebratory", B="tracked", D="other"), STATES, Options())

    # The state of February does not say what was completed by then; the document does.
    assert rows(found) == {
        "A": ("2025-02-01", "2025-02-01", None, "completed 2025-02-01"),
        "B": ("2025-08-01", "2025-Q3", "made less precise", "open"),
    }
    assert "Previously is 2025-02-28." in found.note


def test_the_recorded_export_says_which_are_tracked() -> None:
    """The code of then is followed; of two exports, the later one counts."""
    states = (*STATES, marked("2025-01-31", A=("Top", False), B=(None, True)))
    recorded = marked("2025-03-15", A=(None, False), C=("Y", False), OLD=(None, True))

    assert list(rows(celebratory(plan(), states, Options()))) == ["A", "B"]
    found = celebratory(plan(), states, Options(recorded=recorded))
    assert list(rows(found)) == ["D", "C"]  # a cancelled one has no date and comes last
    assert rows(found)["C"] == ("None", "None", None, "cancelled")
    assert "the schedule of 2025-03-15 marks" in found.note


def test_a_selection_chooses_among_them() -> None:
    document = plan(A="celebratory", B="tracked")
    options = Options(selection=Selection.from_text("state:completed"))

    assert list(rows(celebratory(document, STATES, options))) == ["A"]


def test_without_tags_and_exports_the_selection_says_which_are_meant() -> None:
    options = Options(selection=Selection.from_text("codes:B,D"))
    first = celebratory(plan(), STATES[:1], options)

    assert rows(first) == {
        "D": ("2025-04-02", "2025-05-02", "30 days later", "open"),
        "B": ("None", "2025-Q3", None, "open"),
    }
    assert rows(celebratory(plan(), [], options))["D"] == ("None", "2025-05-02", None, "open")


def test_a_document_that_says_nothing_of_it_gets_told_how() -> None:
    found = celebratory(plan(), STATES, Options())

    assert not list(found.rows)
    assert found.groups[0].nothing == (
        "No milestone has the tag celebratory or tracked, and no export marks one: select them."
    )
