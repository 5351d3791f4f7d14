"""The difference of two trend charts: which lines are new, gone or changed, and how that is drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.redline.test_edition import comparison
from tests.support.documents import document, loaded

from milepost.charts import output
from milepost.diff.comparison import Edition, compare
from milepost.history.snapshots import read_snapshot
from milepost.redline.edition import mark
from milepost.views.chart import Presence
from milepost.views.trend.lines import TrendChart

if TYPE_CHECKING:
    from milepost.diff.comparison import Comparison
    from milepost.history.states import Snapshot

STATES = (
    read_snapshot(
        b"# milestones: some\ncode,due\nA,2024-03-01\nB,2024-04-01\nC,2024-05-01\n", "history/2023-12-31.csv"
    ).snapshot,
)
A, B, C = (
    {"name": f"Test {code}", "due": f"2024-0{number}-01"} for number, code in enumerate("ABC", start=3)
)


def plan(milestones: dict[str, Any], **figure: Any) -> dict[str, Any]:
    return document(
        sections=[{"title": "One", "text": ".. figure:: trend"}],
        milestones=milestones,
        figures={"trend": {"kind": "trend", "caption": "Moves.", "codes": "*", **figure}},
    )


def edition(name: str, values: dict[str, Any], states: tuple[Snapshot, ...]) -> Edition:
    return Edition(name=name, file="milestones.yaml", commit=None, loaded=loaded(values), states=states)


def compared(found: Comparison) -> TrendChart:
    chart = mark(found).charts["trend"]
    assert isinstance(chart, TrendChart)
    return chart


def test_lines_are_new_gone_changed_or_the_same() -> None:
    old = plan({"A": A, "B": B})
    new = plan({"A": A | {"due": "2024-08-01"}, "C": C})

    found = comparison(old, new, states=STATES)
    chart = compared(found)

    assert [(each.code, each.presence, each.changed) for each in chart.trends] == [
        ("C", Presence.ADDED, True),
        ("A", Presence.KEPT, True),
        ("B", Presence.REMOVED, True),
    ]
    assert chart.description.endswith("1 line new: C. 1 line gone: B. 1 line changed: A.")
    assert chart.title == "Moves: changes since 2024-01-31"
    drawing = output.svg(chart)
    assert "2024-08-01 (was 2024-03-01)" in drawing
    assert "2024-05-01, new" in drawing
    assert ">gone<" in drawing
    assert "before: 2024-03-01, 2024-03-01" in drawing


def test_a_recoded_milestone_is_the_same_line() -> None:
    found = comparison(plan({"A": A}), plan({"A9": A | {"aka": ["A"]}}), states=STATES)

    (trend,) = compared(found).trends

    assert (trend.presence, trend.was and trend.was.code) == (Presence.KEPT, "A")
    assert trend.runs == (trend.was and trend.was.runs)


def test_equal_charts_are_drawn_as_they_are() -> None:
    found = comparison(plan({"A": A}), plan({"A": A}), states=STATES)

    chart = compared(found)

    assert not chart.redrawn
    assert chart.description.endswith("No line has changed.")


def test_a_chart_that_shows_another_date_is_marked_and_named() -> None:
    found = comparison(plan({"A": A}), plan({"A": A}, date="forecast", direction="down"), states=STATES)

    assert compared(found).redrawn
    assert {each.sentence for each in found.explained if each.is_printed} == {
        "The kind of date of the figure trend changed from “due” to “forecast”.",
        "The direction of later dates of the figure trend changed from “up” to “down”.",
    }


def test_another_folder_of_exports_is_printed_if_other_lines_are_drawn() -> None:
    values = plan({"A": A})
    other = values | {"schedule": {"folder": "../shared"}}
    for states, printed in ((STATES, False), ((), True)):
        found = compare(
            edition("old", values, STATES),
            edition("new", other, states),
        )

        (change,) = found.explained
        assert change.is_printed == printed, change.sentence
        assert compared(found).redrawn == printed


def test_a_choice_of_labels_that_changes_nothing_is_not_printed() -> None:
    found = comparison(plan({"A": A}), plan({"A": A}, labels={"codes": "A"}), states=STATES)

    assert [each.is_printed for each in found.explained] == [False]
    assert found.explained[0].sentence == "The choice of labels of the figure trend is new: “codes:A”."
