"""The report on deliveries, directly and by way of predecessors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.support.documents import document, loaded
from tests.support.reports import plan

from milepost.document.selection import Selection
from milepost.views.reports.deliveries import deliveries
from milepost.views.reports.table import Options

if TYPE_CHECKING:
    from milepost.document.model import Document
    from milepost.views.reports.table import Table


def found(table: Table) -> dict[str, list[Any]]:
    return {group.name: [(row[0], *row[5:]) for row in group.rows] for group in table.groups}


def chain(*sections: dict[str, Any]) -> Document:
    """Return a document in which H-1 waits for L-1 and H-2, that for L-2, and that for L-3 and H-1."""
    milestones = {
        "H-1": {"name": "H", "level": 1, "due": "2024-06-01", "predecessors": ["L-1", "H-2"]},
        "H-2": {"name": "H", "level": 1, "due": "2024-05-01", "predecessors": ["L-2", "L-1"]},
        "L-1": {"name": "L", "level": 2, "due": "2024-04-01"},
        "L-2": {"name": "L", "level": 2, "due": "2024-04-01", "predecessors": ["L-3"]},
        "L-3": {"name": "L", "level": 2, "due": "2024-04-01"},
    }
    return loaded(document(sections=list(sections), milestones=milestones)).document


def test_deliveries_have_the_state_that_the_document_says() -> None:
    table = deliveries(plan(), (), Options())
    walls, roof, doors, opening = table.groups

    assert (walls.title, walls.rows) == ("A-1 Walls (due 2024-01-10, completed 2024-01-20)", ())
    assert walls.nothing == "Nothing new."
    assert roof.title == "A-2 Roof (due 2024-03-01, overdue)"
    assert (roof.name, roof.rows) == ("A-2", ())  # a predecessor of a higher level is not delivered
    assert [[str(cell) for cell in row] for row in opening.rows] == [
        ["A-2", "Roof", "2024-03-01", "2024-03-01", "overdue"],
        ["A-3", "Doors", "2024-04-01", "2024-05-31", "open"],
    ]
    assert doors.rows == ()


SECTION = {"title": "Parts", "milestones": {"codes": "H-*", "no_deliveries": "Nothing."}}


def test_what_is_delivered_directly() -> None:
    assert found(deliveries(chain(SECTION), (), Options())) == {
        "H-2": [("L-1",), ("L-2",)],
        "H-1": [("L-1",)],
    }


def test_what_is_delivered_by_way_of_predecessors_by_the_fewest_links() -> None:
    assert found(deliveries(chain(SECTION), (), Options(transitive=True))) == {
        "H-2": [("L-1", ()), ("L-2", ()), ("L-3", ("L-2",))],
        "H-1": [("L-1", ()), ("L-2", ("H-2",)), ("L-3", ("H-2", "L-2"))],
    }


def test_a_circle_of_predecessors_ends() -> None:
    document_ = chain(SECTION)
    milestones = tuple(
        each.model_copy(update={"predecessors": ("H-1",)}) if each.code == "L-3" else each
        for each in document_.milestones
    )
    circular = document_.model_copy(update={"milestones": milestones})

    assert found(deliveries(circular, (), Options(transitive=True)))["H-1"] == [
        ("L-1", ()),
        ("L-2", ("H-2",)),
        ("L-3", ("H-2", "L-2")),
    ]


def test_only_milestones_with_a_section() -> None:
    assert [group.rows for group in deliveries(chain({"title": "No milestones"}), (), Options()).groups] == [
        ()
    ]
    selected = Options(selection=Selection.from_text("codes:H-1,L-1"))
    assert list(found(deliveries(chain(SECTION), (), selected))) == ["H-1"]
