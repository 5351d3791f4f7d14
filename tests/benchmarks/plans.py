"""Made-up documents of any size: milestones with links, and the same with some dates moved."""

from __future__ import annotations

import random
from datetime import date, timedelta

HEAD = """\
format: 1
document:
  handle: DOC-1
  title: A large plan
  organisation: Office
  authors: [A. Author]
  status: draft
  data_date: 2024-06-30
  draft_mark: Draft
sections:
"""
LINKS = 3
TO_A_SECTION = 100
_FIRST, _DAYS, _DATA_DATE = date(2020, 1, 1), 3_000, date(2024, 6, 30)
NOTHING_COMPLETED = _DATA_DATE + timedelta(days=7)
"""When the first milestone is due in a plan in which none is completed."""
_MOVED = timedelta(days=3)
_WORDS = ("Design", "Build", "Test", "Review", "Deliver")


def linked(count: int, *, moved: int = 0, first: date = _FIRST, links: int = LINKS) -> str:
    """Return a document of `count` milestones, each after some of the thirty before it.

    There is a section for each hundred. Two of three milestones are of level 2, and the third is delivered by
    the one that follows it: nothing in the document is a contradiction, so that no time goes into warnings.

    Args:
        count: the number of milestones.
        moved: how many were due three days earlier, as in an earlier edition, if that is after the data date.
        first: when the first one is due; what is due after the data date is not completed.
        links: how many each has, at most thirty.
    """
    chosen = random.Random(1)
    rows = [HEAD, *(_section(part) for part in range(-(-count // TO_A_SECTION))), "milestones:\n"]
    for index in range(count):
        due = first + timedelta(days=index * _DAYS // count)
        if moved and index % (count // moved) == 0 and due > _DATA_DATE + _MOVED:
            due -= _MOVED
        rows.append(
            f"  {_code(index)}:\n"
            f"    name: {chosen.choice(_WORDS)} part {index} of the plan\n"
            f"    level: {3 if index % 3 == 1 and index + 1 < count else 2}\n"
            f"    tags: [part-{index // TO_A_SECTION}]\n"
            f"    due: {due}\n"
        )
        if due <= _DATA_DATE:
            rows.append(f"    completed: {due}\n")
        if index:
            before = range(max(0, index - 30), index - 1)
            waits_for = [*chosen.sample(before, min(links - 1, len(before))), index - 1]
            rows.append(f"    predecessors: [{', '.join(map(_code, sorted(waits_for)))}]\n")
    return "".join(rows)


def _section(part: int) -> str:
    return (
        f"  - title: Part {part}\n"
        f"    label: part-{part}\n"
        f"    text: It begins with :milestone:`{_code(part * TO_A_SECTION)}`.\n"
        f"    milestones: {{tags: part-{part}, level: 2, no_deliveries: Nothing.}}\n"
    )


def _code(index: int) -> str:
    return f"M-{index:06}"
