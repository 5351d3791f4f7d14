"""How long the language server takes to answer, in documents of 115 and of 5,000 milestones.

Run it with `python -m tests.benchmarks.lsp_times`. For each kind of request it prints the median of several
times and in brackets the longest, as a client measures them: each follows a change of the text, while checks
run.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

from tests.benchmarks.measuring import keep_table
from tests.benchmarks.results import table
from tests.support.language_client import Client

SIZES = (115, 5_000)
TIMES = 15
URI = "file:///plan/milestones.yaml"
HEAD = """\
format: 1
document:
  handle: DOC-1
  title: A plan
  organisation: Example Observatory
  authors: [A. Author]
  status: draft
  data_date: 2024-01-01
  draft_mark: DRAFT
  abstract: |
    See :milestone:`A-00001`.
sections:
  - title: Milestones
    label: all
    text: The milestones.
    milestones:
      codes: A-*1
      no_deliveries: Nothing.
milestones:
"""


def document(milestones: int) -> str:
    """Return a document with so many milestones, each after the two before it."""
    parts = [HEAD]
    for number in range(milestones):
        before = "".join(f"      - A-{number - back:05}\n" for back in (1, 2) if number >= back)
        parts.append(
            f"  A-{number:05}:\n    name: The milestone number {number}\n    short_name: Milestone {number}\n"
            f"    level: {2 + number % 2}\n    due: 20{24 + number * 20 // milestones}-07-01\n"
            + (f"    predecessors:\n{before}" if before else "")
        )
    return "".join(parts)


def measure(milestones: int, folder: Path) -> dict[str, str]:
    """Return how long each kind of request takes, the median and in brackets the longest, in milliseconds."""
    text = document(milestones)
    line = len(text.split("\n")) - 2  # a predecessor of the last milestone
    found = {}
    with Client(folder) as client:
        client.open(URI, text)
        began = time.perf_counter()
        client.findings(URI)
        found["first findings after opening"] = f"{(time.perf_counter() - began) * 1000:.0f}"
        version = 1
        at = {"textDocument": {"uri": URI}, "position": {"line": line, "character": 11}}
        requests: dict[str, dict[str, Any]] = {
            "completion": at,
            "hover": at,
            "definition": at,
            "references": {**at, "context": {"includeDeclaration": True}},
            "prepareRename": at,
            "codeAction": {
                "textDocument": {"uri": URI},
                "range": {"start": at["position"], "end": at["position"]},
                "context": {"diagnostics": []},
            },
            "documentSymbol": {"textDocument": {"uri": URI}},
            "foldingRange": {"textDocument": {"uri": URI}},
        }
        for name, params in requests.items():
            times = []
            for _ in range(TIMES):
                version += 1
                place = {"line": 3, "character": 9}
                change = {"range": {"start": place, "end": place}, "text": "a"}
                began = time.perf_counter()
                client.change(URI, version, change)
                client.ask(f"textDocument/{name}", **params)
                times.append((time.perf_counter() - began) * 1000)
                time.sleep(0.05)
            found[name] = f"{statistics.median(times):.0f} ({max(times):.0f})"
        client.findings(URI, version)
        whole: dict[str, dict[str, Any]] = {
            "rename": {**at, "newName": "B-1"},
            "formatting": {
                "textDocument": {"uri": URI},
                "options": {"tabSize": 2, "insertSpaces": True},
            },
        }
        for name, params in whole.items():
            began = time.perf_counter()
            client.ask(f"textDocument/{name}", **params)
            found[f"{name}, which reads the result"] = f"{(time.perf_counter() - began) * 1000:.0f}"
    return found


def main() -> None:
    """Print a table with a column for each size."""
    with tempfile.TemporaryDirectory() as folder:
        columns = [measure(size, Path(folder)) for size in SIZES]
    heads = ("request, ms", *(f"{size:,} milestones" for size in SIZES))
    text = table(heads, [(name, *(each[name] for each in columns)) for name in columns[0]])
    keep_table("lsp_times", text)
    print(text)


if __name__ == "__main__":
    main()
