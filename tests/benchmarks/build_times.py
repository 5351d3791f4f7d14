"""How long the commands take for the document of this repository, and LaTeX alone for the same pages."""

from __future__ import annotations

import json
import random
import shutil
import sys
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from tests.benchmarks import plans, watch_times
from tests.benchmarks.measuring import MILEPOST, ROOT, Sample, run
from tests.benchmarks.workplace import EDITS

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.benchmarks.workplace import Workplace

Measured = Iterator[tuple[str, Sample]]
"""Rows and samples of them."""
SITE = ("build", "site", "--no-pdf")
PDF = ("build", "pdf")
LIBRARIES = """\
import os
os.environ["PYDANTIC_DISABLE_PLUGINS"] = "__all__"
import argparse
import docutils.frontend, docutils.nodes, docutils.parsers.rst, docutils.utils, yaml
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer
from pydantic import ValidationError, WithJsonSchema, model_validator
class Smallest(BaseModel):
    key: str
with open("milestones.yaml", "rb") as file:
    yaml.compose(file, yaml.CSafeLoader)
"""
"""Imports the libraries that a check imports and no others, by the names that Milepost takes from them, and
reads the YAML as a tree with places. The rest of pydantic is imported by the first model that is made."""
_IMPORTS = """\
import milepost.cli.main, milepost.cli.checking.check, milepost.loading.load, milepost.findings.report
import milepost.release.checked, milepost.release.earlier
"""


def subjects(place: Workplace, scratch: Path) -> dict[str, tuple[int, Callable[[], Measured]]]:
    """Return how often each subject is measured at most, and what measures it once.

    Args:
        place: where the document is.
        scratch: a directory for copies.
    """
    return {
        "start": (5, lambda: _start(place)),
        "check": (5, lambda: _one("check", place.milepost("check"))),
        "render": (3, lambda: _stages(place)),
        "figures": (3, lambda: _figures(place)),
        "pdf": (3, lambda: _pdf(place, scratch)),
        "watch": (2, lambda: watch_times.measure(place, scratch)),
        "site": (2, lambda: _site(place)),
        "all": (2, lambda: _all(place)),
        "diff": (2, lambda: _diff(place)),
        "large-diff": (1, lambda: _large_differences(scratch / "large")),
    }


def _one(row: str, sample: Sample) -> Measured:
    yield row, sample


def _start(place: Workplace) -> Measured:
    for row, text in (("python", "pass"), ("libraries", LIBRARIES), ("imports", _IMPORTS)):
        yield row, run((sys.executable, "-c", text), place.directory)
    yield "completion", place.milepost("completion", "bash")
    yield "completion-codes", place.milepost("completion", "--codes")


def stages(*arguments: str) -> dict[str, Sample]:
    """Return what `stage_times` measures."""
    printed = run((sys.executable, "-m", "tests.benchmarks.stage_times", *arguments), ROOT).output
    lines = [json.loads(line) for line in printed.splitlines() if line.startswith("{")]
    return {line.pop("name"): Sample(**line) for line in lines}


def _stages(place: Workplace) -> Measured:
    found = stages(str(place.source))
    rows = {"load": "check", "view": "view", "latex": "LaTeX", "rst": "reST", "json": "JSON"}
    yield from ((row, found[name]) for row, name in rows.items())


def _figures(place: Workplace) -> Measured:
    for name in ("deployment", "schedule"):
        found = stages(str(place.source), "--figure", name)
        yield "figure-imports", found["import"]
        yield f"figure-{name}", found["PDF"]
        yield f"figure-{name}-svg", found["SVG"]


def _pdf(place: Workplace, scratch: Path) -> Measured:
    """Measure each kind of build of the PDF, and after each that runs LaTeX, a bare pass over the same."""

    def with_bare_pass(row: str) -> Measured:
        sample = place.milepost(*PDF)
        bare = place.bare_pass(scratch / "bare")
        yield row, replace(sample, bare=bare.seconds)
        yield "bare-pass", bare

    place.restore()
    place.clean()
    yield from with_bare_pass("pdf-cold")
    yield "pdf-unchanged", place.milepost(*PDF)
    yield "make-pdf-unchanged", place.make("pdf")
    for kind in EDITS:
        place.edit(kind)
        yield from with_bare_pass(f"pdf-{kind}")


def _site(place: Workplace) -> Measured:
    place.clean()
    yield "site-cold", place.milepost(*SITE)
    yield "site-unchanged", place.milepost(*SITE)
    place.edit("delivery")
    yield "site-date", place.milepost(*SITE)


def _all(place: Workplace) -> Measured:
    for row, target in (("rst-cold", "rst"), ("figures-cold", "figures"), ("all-cold", "all")):
        place.clean()
        yield row, place.milepost("build", target)


def _diff(place: Workplace) -> Measured:
    place.restore()
    for row, *options in (("diff", "--no-pdf"), ("diff-pdf",)):
        place.clean()
        yield row, place.milepost("diff", *options, "2019-04")


def _large_differences(directory: Path) -> Measured:
    """Measure the differences of large documents."""
    directory.mkdir(exist_ok=True)
    old, new = directory / "old.yaml", directory / "milestones.yaml"
    first = plans.NOTHING_COMPLETED
    pairs = {
        "diff-words": (_section(20_000, changed=False), _section(20_000, changed=True)),
        "diff-changes": (plans.linked(2_000, first=first, moved=500), plans.linked(2_000, first=first)),
    }
    for row, editions in pairs.items():
        shutil.rmtree(directory / "build", ignore_errors=True)
        for path, text in zip((old, new), editions, strict=True):
            path.write_text(text, "utf-8")
        yield row, run((*MILEPOST, "diff", "--no-pdf", old.name), directory)
    yield "page-2000", stages(str(new), "--old", str(old), "--page")["page"]
    shutil.copyfile(ROOT / "milestones.yaml", old)
    new.write_text(EDITS["in-chart"](old.read_text("utf-8")), "utf-8")
    yield "page-own", stages(str(new), "--old", str(old), "--page")["page"]


def _section(words: int, *, changed: bool) -> str:
    """Return a document with a section of so many words, of which each tenth is another one if changed."""
    chosen = random.Random(1)
    text = [f"w{min(int(chosen.paretovariate(0.7)), 4000)}" for _ in range(words)]
    if changed:
        text = [word if index % 10 else f"new{index}" for index, word in enumerate(text)]
    lines = ("      " + " ".join(text[at : at + 100]) for at in range(0, words, 100))
    before, section, after = plans.linked(3).partition("sections:\n")
    return f"{before}{section}  - title: Text\n    text: |\n" + "\n\n".join(lines) + f"\n{after}"
