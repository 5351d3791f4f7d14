"""The history of the document as the command prints it is what its files say, cell by cell."""

from __future__ import annotations

import csv
import io
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

pytestmark = pytest.mark.slow


def test_each_date_of_each_state_is_that_of_its_file() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "milepost", "history", "--format", "csv"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    found = {(row["day"], row["code"]): row for row in csv.DictReader(io.StringIO(done.stdout))}
    compared = 0
    for path in sorted((ROOT / "history").glob("????-??-??.csv")):
        lines = path.read_text("utf-8").splitlines()
        for row in csv.DictReader(line for line in lines if not line.startswith("#")):
            if (path.stem, row["code"]) not in found:
                continue  # a milestone that the document no longer has
            shown = found[path.stem, row["code"]]
            for date in ("due", "forecast", "completed"):
                assert shown[date] == row.get(date, ""), (path.stem, row["code"], date)
                assert (date in shown["unknown"].split()) == (date not in row)
                compared += date in row

    assert compared > 900
