"""Documents whose milestones name issues."""

from __future__ import annotations

from typing import TYPE_CHECKING

from milepost.jira.wanted import wanted
from milepost.loading.load import Loaded, loads

if TYPE_CHECKING:
    from milepost.jira.wanted import Wanted

HEAD = """\
format: 1
document:
  handle: T-1
  title: Test
  organisation: Org
  authors: [A. B.]
  status: draft
  data_date: 2024-01-31
  draft_mark: D
  issue_url: https://jira.example.org/jira/browse/{key}
sections: [{title: One}]
"""


def text(*milestones: str, more: str = "") -> str:
    """Return the YAML of a document with these milestones."""
    entries = "".join(f"  {each}\n" for each in milestones)
    return f"{HEAD}milestones:\n{entries}{more}"


def loaded(*milestones: str, more: str = "") -> Loaded:
    return loads(text(*milestones, more=more).encode(), "m.yaml")


def of(*milestones: str, more: str = "", codes: set[str] | None = None) -> tuple[Wanted, ...]:
    document = loaded(*milestones, more=more)
    return wanted(document.document, document.places, codes)
