"""How long things take: a build from nothing, with nothing or one date changed, and a difference.

Run it with `make bench`. It works on a copy of the document in a temporary directory, times the command as a
user runs it, and prints the median of several runs as a table.
"""

from __future__ import annotations

import datetime
import random
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from milepost.document.impact import Successors
from milepost.loading.load import loads

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
RUNS = 3
DATE = re.compile(r"^    completed: (\d{4})-(\d{2})-(\d{2})$", re.MULTILINE)
DELIVERY, IN_CHART = "DM-SUIT-10", "LDM-503-01"


IMPORTS = (
    "import milepost.cli.main, milepost.redline.edition, milepost.build.diff, milepost.git.revisions,"
    " milepost.render.diff_page, milepost.charts.output"
)


def timed(directory: Path, *arguments: str) -> tuple[float, str]:
    """Return how many seconds the command took, and what it printed."""
    return timed_python(directory, "-m", "milepost", *arguments)


def timed_python(directory: Path, *arguments: str) -> tuple[float, str]:
    """Return the same of Python with `arguments`."""
    start = time.perf_counter()
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=directory,
        capture_output=True,
        text=True,
        check=True,
    )
    return time.perf_counter() - start, done.stdout


def passes(output: str) -> str:
    """Return how often LaTeX ran, from what the command printed."""
    match = re.search(r"(once|\d+ times) through LaTeX", output)
    return match[1] if match else "none"


def move_a_completion(source: Path, code: str, day: int) -> None:
    """Give the milestone, which is completed, another day of completion in the same month."""
    text = source.read_text("utf-8")
    match = DATE.search(text, text.index(f"\n  {code}:\n"))
    assert match is not None
    moved = f"    completed: {match[1]}-{match[2]}-{day:02d}"
    source.write_text(text[: match.start()] + moved + text[match.end() :], "utf-8")


HEAD = """\
format: 1
document:
  handle: DOC-1
  title: Plan
  authors: [A]
  organisation: Office
  draft_mark: Draft
  data_date: 2024-01-01
  status: draft
sections:
- title: Schedule
  milestones: {level: 2, no_deliveries: Nothing.}
"""


def section(words: int, *, changed: bool) -> str:
    """Return a section of so many words, of which each tenth is another one in the changed edition."""
    chosen = random.Random(1)
    text = [f"w{min(int(chosen.paretovariate(0.7)), 4000)}" for _ in range(words)]
    if changed:
        text = [word if index % 10 else f"new{index}" for index, word in enumerate(text)]
    lines = ("      " + " ".join(text[at : at + 100]) for at in range(0, words, 100))
    return "- title: Text\n  text: |\n" + "\n\n".join(lines) + "\n"


def plan(number: int, *, moved: int = 0) -> str:
    """Return so many milestones, of which `moved` are due nine days later in the changed edition."""
    rows = []
    for index in range(number):
        late = 9 if moved and index % (number // moved) == 0 else 0
        due = datetime.date(2024, 1, 1) + datetime.timedelta(days=7 * index % 1500 + late)
        rows.append(f"  M-{index}:\n    name: Step {index}\n    level: {2 + index % 3 % 2}\n    due: {due}\n")
        if index % 3 == 2:
            rows.append(f"    predecessors: [M-{index - 1}]\n")
    return "milestones:\n" + "".join(rows)


def large_pairs() -> Iterator[tuple[str, str, str]]:
    """Yield pairs of large documents, and what their difference is."""
    yield (
        "difference of a section of 20,000 words, a tenth changed, without PDF",
        HEAD + section(20_000, changed=False) + plan(3),
        HEAD + section(20_000, changed=True) + plan(3),
    )
    yield (
        "difference of 2,000 milestones with 500 changes, without PDF",
        HEAD + plan(2000),
        HEAD + plan(2000, moved=500),
    )


def times_of_impact(number: int) -> Iterator[float]:
    """Yield how long it takes to find what follows from a slip in a plan of so many milestones, with lags."""
    chosen = random.Random(1)
    text, lags = [HEAD, "milestones:\n"], {}
    for index in range(number):
        due = datetime.date(2024, 1, 1) + datetime.timedelta(days=index // 4 % 3000)
        before = sorted({chosen.randrange(max(0, index - 30), index) for _ in range(3)} if index else ())
        lags.update({(f"M-{each}", f"M-{index}"): chosen.randrange(-5, 10) for each in before[:1]})
        linked = ", ".join(f"M-{each}" for each in before)
        text.append(f"  M-{index}: {{name: A, level: 2, due: {due}, predecessors: [{linked}]}}\n")
    document = loads("".join(text).encode(), "m.yaml").document
    first = document.milestones[0]
    for _ in range(RUNS):
        start = time.process_time()
        found = Successors(document, lags).impact(first, datetime.date(2040, 1, 1))
        yield time.process_time() - start
        assert len(found.broken) == number - 1


def main() -> None:
    rows: dict[str, list[tuple[float, str]]] = {}

    def note(what: str, result: tuple[float, str], latex: str | None = None) -> None:
        rows.setdefault(what, []).append((result[0], latex or passes(result[1])))

    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        source = directory / "milestones.yaml"
        for run in range(RUNS):
            shutil.rmtree(directory / "build", ignore_errors=True)
            shutil.copy(ROOT / "milestones.yaml", source)
            note("check", timed(directory, "check"))
            note("PDF, from nothing", timed(directory, "build", "pdf"))
            note("PDF, nothing changed", timed(directory, "build", "pdf"))
            move_a_completion(source, DELIVERY, 11 + run)
            note("PDF, one date changed (a delivery)", timed(directory, "build", "pdf"))
            move_a_completion(source, IN_CHART, 11 + run)
            note("PDF, one date changed (in the chart, too)", timed(directory, "build", "pdf"))
            note("reST and its figures", timed(directory, "build", "rst"))
            note("site without PDF, from nothing", timed(directory, "build", "site", "--no-pdf"))
            note("site, nothing changed", timed(directory, "build", "site", "--no-pdf"))
            move_a_completion(source, DELIVERY, 15 + run)
            note("site, one date changed", timed(directory, "build", "site", "--no-pdf"))

            shutil.copy(ROOT / "milestones.yaml", source)
            shutil.copytree(ROOT / "history", directory / "history", dirs_exist_ok=True)
            without_pdf = timed(directory, "diff", "--no-pdf", "2019-04")
            start = timed_python(directory, "-c", IMPORTS)
            note("difference since April 2019, without PDF", without_pdf)
            note("of that, beyond Python's start and imports", (without_pdf[0] - start[0], ""))
            shutil.rmtree(directory / "build")
            for what, old, new in large_pairs():
                (directory / "old.yaml").write_text(old, "utf-8")
                source.write_text(new, "utf-8")
                note(what, timed(directory, "diff", "--no-pdf", "old.yaml"))
            shutil.copy(ROOT / "milestones.yaml", source)
            note("difference since April 2019, with PDF", timed(directory, "diff", "2019-04"), "yes")
    for number in (400, 10_000):
        for seconds in times_of_impact(number):
            note(f"what follows from a slip among {number:,} milestones, beyond loading", (seconds, ""))
    print("| what | seconds | LaTeX |\n|---|---|---|")
    for what, results in rows.items():
        print(f"| {what} | {statistics.median(seconds for seconds, _ in results):.2f} | {results[-1][1]} |")


if __name__ == "__main__":
    main()
