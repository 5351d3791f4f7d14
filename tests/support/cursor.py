"""Documents with a cursor in them."""

from __future__ import annotations

from pathlib import Path

from milepost.lsp.reading.names import Names
from milepost.lsp.reading.text import Text

ROOT = Path(__file__).parents[2]
CURSOR = "‸"
HEAD = """\
format: 1
document:
  handle: DOC-1
  title: A plan
  organisation: Example Observatory
  authors: [A. Author]
  status: draft
  data_date: 2024-01-31
  draft_mark: DRAFT
"""


def at_cursor(marked: str) -> tuple[Names, int, int]:
    """Return the names of a text without its cursor, and line and column of the cursor."""
    assert marked.count(CURSOR) == 1
    before = marked.partition(CURSOR)[0]
    line = before.count("\n")
    return Names(Text(marked.replace(CURSOR, ""))), line, len(before) - (before.rfind("\n") + 1)
