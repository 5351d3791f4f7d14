"""Print the table of docs/how-to/review.md: what changed from each state of the document to the next.

python tests/support/history_table.py
"""

from __future__ import annotations

import sys
from itertools import pairwise
from pathlib import Path

from milepost.base.dates import iso
from milepost.diff.changes import Completed, DueMoved, ForecastMoved, MilestoneAdded
from milepost.diff.compare import diff
from milepost.git.revisions import read
from milepost.history.names import snapshots_in

ROOT = Path(__file__).parents[2]


def table() -> str:
    """Return the table, in Markdown."""
    document = ROOT / "milestones.yaml"
    states = {iso(day): str(path) for day, path in reversed([*snapshots_in(ROOT / "history")])}
    states["today"] = str(document)
    lines = [
        "| from | to | due later | due earlier | forecasts | completed | new |",
        "|---|---|---|---|---|---|---|",
    ]
    for (old, before), (new, after) in pairwise(states.items()):
        changes = diff(*(edition.document for edition in read(document, before, after)))
        days = [change.days or 0 for change in changes if isinstance(change, DueMoved)]
        counts = [sum(number > 0 for number in days), sum(number < 0 for number in days)]
        counts += [
            sum(isinstance(change, kind) for change in changes)
            for kind in (ForecastMoved, Completed, MilestoneAdded)
        ]
        lines.append(f"| {old} | {new} | {' | '.join(map(str, counts))} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.stdout.write(table())
