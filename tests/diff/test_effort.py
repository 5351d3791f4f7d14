"""What follows from many changes is found with work in proportion to them."""

from __future__ import annotations

from functools import partial

from tests.support.work import calls_of

from milepost.diff.comparison import Comparison, Edition, compare
from milepost.diff.printed.effects import effects
from milepost.loading.load import loads

HEAD = """\
format: 1
document: {handle: PLAN-1, title: A plan, organisation: Office, authors: [A. Author], status: draft,
  data_date: 2024-12-31, draft_mark: Draft}
sections:
"""
TO_A_SECTION = 3


def plan(sections: int, first: str) -> bytes:
    """Return a document with so many sections; in each, the first milestone is due on the day `first`."""
    rows = [HEAD]
    for part in range(sections):
        rows.append(f"- title: Part {part}\n")
        rows.append(f"  milestones: {{tags: part-{part}, no_deliveries: Nothing.}}\n")
    rows.append("milestones:\n")
    for part in range(sections):
        for number in range(TO_A_SECTION):
            due = f"2025-01-1{number}" if number else first
            rows.append(f"  M-{part}-{number}: {{name: A, tags: [part-{part}], due: {due}}}\n")
    return "".join(rows).encode()


def comparison(sections: int) -> Comparison:
    old, new = (
        Edition(name=day, file=day, commit=None, loaded=loads(plan(sections, day), "milestones.yaml"))
        for day in ("2025-01-10", "2025-01-20")
    )
    return compare(old, new)


def test_numbers_of_many_sections_take_work_in_proportion() -> None:
    calls = []
    for sections in (30, 240):
        found = comparison(sections)
        documents, views = (found.old.document, found.new.document), (found.old.view, found.new.view)
        work = partial(effects, found.changes, documents, views)
        following, _ = work()
        assert len(following) >= sections
        calls.append(calls_of(work))
    assert calls[1] < 10 * calls[0]
