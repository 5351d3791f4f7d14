"""Measure how long things take, how much memory they need, and how that grows; print the tables.

    make bench                                        everything, in some minutes
    make bench SMALL=1                                without the documents of 100,000 milestones
    python -m tests.benchmarks --only pdf,check       some subjects
    python -m tests.benchmarks --only pdf --runs 1
    python -m tests.benchmarks --only profile         where the time of a build of the PDF goes
    python -m tests.benchmarks --only site-profile    where that of a site of 10,000 milestones goes
    python -m tests.benchmarks --write                enter the results of the last run into the documentation

Results are kept as JSON in build/bench.json, with those of subjects that were not measured again, and as
Markdown in build/bench.md. Seconds are from the start of a process to its end, as for a user, medians of
up to five runs, fewer of what takes long; CPU is the time of the processor, MB the peak of the largest
process.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

from tests.benchmarks import build_times, growth_times, phases, results
from tests.benchmarks.measuring import ROOT, CommandFailed, machine
from tests.benchmarks.pages import write
from tests.benchmarks.workplace import Workplace

if TYPE_CHECKING:
    from tests.benchmarks.measuring import Sample

RUNS = 5
OUTPUT = ROOT / "build/bench.json"


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only", metavar="SUBJECT,...", default="", help="measure these subjects only")
    parser.add_argument("--runs", metavar="NUMBER", type=int, default=RUNS, help="how often at most")
    parser.add_argument("--small", action="store_true", help="without 100,000 milestones")
    parser.add_argument("--output", metavar="FILE", type=Path, default=OUTPUT)
    parser.add_argument("--write", action="store_true", help="measure nothing; enter the results into docs/")
    options = parser.parse_args()
    if options.write:
        for page in write(json.loads(options.output.read_text("utf-8"))):
            print(page)
        return
    only = [each for each in options.only.split(",") if each]
    with tempfile.TemporaryDirectory() as directory:
        found, failed = measure(Path(directory), only, options.runs, small=options.small)
    print(text(kept(found, options.output, is_whole=not only)))
    if failed:
        raise SystemExit("\n".join(failed))


def measure(directory: Path, only: list[str], runs: int, *, small: bool) -> tuple[results.Results, list[str]]:
    """Return the results, and what failed; subjects take turns, so that all see the machine as busy."""
    (directory / "place").mkdir()
    place = Workplace.made_in(directory / "place")
    subjects = build_times.subjects(place, directory)
    subjects |= growth_times.subjects(directory)
    if small:
        del subjects[f"growth-{growth_times.LARGEST}"]
    if unknown := set(only) - {*subjects, *results.PROFILES}:
        known = ", ".join([*subjects, *results.PROFILES])
        raise SystemExit(f"no subject {', '.join(sorted(unknown))}; there are: {known}")
    samples: dict[str, list[Sample]] = defaultdict(list)
    failed: list[str] = []
    for number in range(max(most for most, _ in subjects.values())):
        for name, (most, of) in subjects.items():
            if number < min(most, runs) and (not only or name in only):
                print(f"{name}, {number + 1} of {min(most, runs)}", file=sys.stderr, flush=True)
                try:
                    for row, sample in of():
                        samples[row].append(sample)
                except CommandFailed as error:  # the others are not measured in vain
                    failed.append(f"{name}: {error}")
    found = results.results(samples, machine())
    if not only or "profile" in only:
        found["profile"] = phases.profile(place)
    if not only or "site-profile" in only:
        (directory / "site").mkdir()
        found["site-profile"] = phases.profile_of_site(directory / "site")
    return found, failed


def kept(found: results.Results, output: Path, *, is_whole: bool) -> results.Results:
    """Write the results and return them, with those of subjects that were not measured again."""
    if not is_whole and output.exists():
        found = results.joined(json.loads(output.read_text("utf-8")), found)
    output.parent.mkdir(exist_ok=True)
    output.write_text(json.dumps(found, indent=1) + "\n", "utf-8")
    output.with_suffix(".md").write_text(text(found), "utf-8")
    return found


def text(found: results.Results) -> str:
    """Return the tables."""
    parts = (
        results.machine_line(found) + "\n",
        results.times_table(found),
        results.growth_table(found),
        *(results.profile_table(found, kind) for kind in results.PROFILES),
    )
    return "\n".join(filter(None, parts))


if __name__ == "__main__":
    main()
