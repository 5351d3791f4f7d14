"""The parts of the Status page: a chart of very many rows is left to the table."""

from __future__ import annotations

import pytest
from tests.support.documents import document, loaded

from milepost.history.recorded import Recorded
from milepost.web.status_page import parts


@pytest.mark.parametrize(("number", "is_drawn"), [(100, True), (101, False)])
def test_a_chart_of_very_many_rows_is_left_out(number: int, *, is_drawn: bool) -> None:
    milestones = {
        f"A-{each}": {"name": f"Part {each}", "level": "2", "due": "2024-03-01"} for each in range(number)
    }
    plan = loaded(document(milestones=milestones)).document

    found = {part.table.name: part for part in parts(plan, (), Recorded())}

    assert (found["upcoming"].svg != "") is is_drawn
    assert len(list(found["upcoming"].table.rows)) == number
    assert found["status"].svg.startswith("<svg")
