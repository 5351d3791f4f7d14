"""An earlier edition of the document, as YAML: with the level 2 milestones of April 2019 alone.

Their dates are from `history/2019-04-30.csv`. The rest is from `milestones.yaml`, without what is newer: the
other level 2 milestones, completions after the data date, and later entries of the change record.
"""

from __future__ import annotations

import csv
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
DATA_DATE = "2019-04-30"

_ENTRY = re.compile(r"^  (?P<code>[A-Z][\w-]*):\n(?P<fields>(?:    .*\n)+)\n?", re.MULTILINE)
_RECORD = re.compile(r"^  - (?:version: .*\n    )?date: (?P<date>\S+)\n(?:    .*\n)+\n?", re.MULTILINE)


def april_2019(text: str) -> str:
    """Return the YAML `text` of today as it would have read in April 2019."""
    with (ROOT / "history" / f"{DATA_DATE}.csv").open(encoding="utf-8", newline="") as file:
        next(file)  # what is in the file
        schedule = {row["code"]: row for row in csv.DictReader(file)}
    head, milestones, rest = _parts(text)
    head = _RECORD.sub(lambda entry: entry[0] if entry["date"] <= DATA_DATE else "", head)
    head = re.sub(r"(?m)^(  data_date: )\S+", rf"\g<1>{DATA_DATE}", head)
    later = {
        entry["code"]
        for entry in _ENTRY.finditer(milestones)
        if entry["code"].startswith("LDM-") and entry["code"] not in schedule
    }
    earlier = _ENTRY.sub(lambda entry: _earlier(entry, schedule, later), milestones)
    text = head + earlier + rest
    for code in later:
        text = text.replace(f":milestone:`{code}`", code)
    return text


def _parts(text: str) -> tuple[str, str, str]:
    """Return the text before, in and after the mapping of milestones."""
    start = text.index("\nmilestones:\n") + len("\nmilestones:\n")
    end = re.compile(r"^\w", re.MULTILINE).search(text, start)
    assert end is not None
    return text[:start], text[start : end.start()], text[end.start() :]


def _earlier(entry: re.Match[str], schedule: dict[str, dict[str, str]], later: set[str]) -> str:
    code, fields = entry["code"], entry["fields"]
    if code in later:
        return ""
    completed = re.search(r"(?m)^    completed: (\S+)\n", fields)
    if code in schedule:
        row = schedule[code]
        dates = f"    due: {row['due']}\n"
        dates += "".join(f"    {key}: {row[key]}\n" for key in ("forecast", "completed") if row[key])
        fields = re.sub(r"(?m)^    (?:completed|forecast): .*\n", "", fields)
        fields = re.sub(r"(?m)^    due: .*\n", lambda _: dates, fields)
    elif completed and completed[1] > DATA_DATE:
        fields = fields.replace(completed[0], "")
    for gone in later:
        fields = re.sub(rf"(?m)^      - {re.escape(gone)}\n", "", fields)
    fields = re.sub(r"(?m)^    predecessors:\n(?!      )", "", fields)
    return entry[0].replace(entry["fields"], fields)
