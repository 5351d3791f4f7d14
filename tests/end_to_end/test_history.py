"""The worked example of docs/guide/review.md: the document against its own state of April 2019."""

from __future__ import annotations

from pathlib import Path

from tests.support.history import april_2019

from milepost.diff.changes import Completed, DueMoved, ForecastMoved, MilestoneAdded
from milepost.diff.compare import diff
from milepost.loading.load import loads

TODAY = (Path(__file__).parents[2] / "milestones.yaml").read_text("utf-8")


def test_the_example_says_what_the_documentation_shows() -> None:
    old = loads(april_2019(TODAY).encode(), "2019-04.yaml").document
    changes = diff(old, loads(TODAY.encode(), "milestones.yaml").document)
    moved = {change.code: change.days or 0 for change in changes if isinstance(change, DueMoved)}

    assert len([milestone for milestone in old.milestones if milestone.code.startswith("LDM-")]) == 28
    assert len([days for days in moved.values() if days > 0]) == 24
    assert max(moved.items(), key=lambda move: move[1]) == ("LDM-503-14", 1665)
    assert [(code, days) for code, days in moved.items() if days < 0] == [("LDM-503-07", -183)]
    assert len([change for change in changes if isinstance(change, ForecastMoved)]) == 16
    assert len([change for change in changes if isinstance(change, Completed)]) == 43
    assert len([change for change in changes if isinstance(change, MilestoneAdded)]) == 12
