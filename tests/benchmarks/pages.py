"""Enter the results of a run into the documentation, between marks such as `<!-- bench: times -->`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tests.benchmarks import results
from tests.benchmarks.measuring import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

PAGES = sorted([ROOT / "README.md", *(ROOT / "docs").rglob("*.md")])
_PART = re.compile(r"(<!-- bench: (\S+) -->)(.*?)(<!-- end -->)", re.DOTALL)


def write(found: results.Results) -> Iterator[Path]:
    """Write the results into all pages that have a place for them; yield the pages that changed."""
    parts = parts_of(found)
    for page in PAGES:
        text = page.read_text("utf-8")
        new = filled(text, parts)
        if new != text:
            page.write_text(new, "utf-8")
            yield page


def names_in(text: str) -> list[str]:
    """Return the names of all marks in `text`."""
    return [match[2] for match in _PART.finditer(text)]


def parts_of(found: results.Results) -> dict[str, str]:
    """Return what can stand between marks, by name: the tables, and seconds of each row."""
    blocks = {
        "machine": results.machine_line(found) + "\n",
        "times": results.times_table(found),
        "growth": results.growth_table(found),
    }
    blocks |= {kind: results.profile_table(found, kind) for kind in results.PROFILES}
    blocks |= {
        path.stem.removeprefix("bench-"): path.read_text("utf-8")
        for path in (ROOT / "build").glob("bench-*.md")
    }
    parts = {name: f"\n\n{block}\n" for name, block in blocks.items() if block}
    return parts | {name: f"{values['seconds']:.2g}" for name, values in found["rows"].items()}


def filled(text: str, parts: Mapping[str, str]) -> str:
    """Return `text` with `parts` between the marks; a mark of what was not measured keeps its text."""
    return _PART.sub(lambda match: f"{match[1]}{parts.get(match[2], match[3])}{match[4]}", text)
