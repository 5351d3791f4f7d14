"""How long sites of thousands of milestones take: from nothing, with nothing changed, after an edit.

    python -m tests.benchmarks.site_times [--needs PYTHON] [COUNT ...]

A plan of each COUNT (5000 and 10000) becomes the site of a document (`milepost build site --no-pdf`), with a
section for a hundred milestones, and a Sphinx project with a page for each milestone, and documents that
refer to them and show them in tables, with the theme Furo. With `--needs`, the same items are built by
sphinx-needs as well, with the Python that has it: a hundred to a document, as it is used, since it has no
pages of their own for them. Times are those of the command as a user runs it, with the time of the processors
in brackets, which other programs on the machine change less.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from tests.benchmarks.measuring import keep_table, run
from tests.benchmarks.results import table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

TO_A_DOCUMENT = 100
"""Items in a document of sphinx-needs, and milestones in a section of the document."""
TO_A_TABLE = 500

HEAD = """\
format: 1
document:
  handle: BIG-1
  title: A large plan
  organisation: Office
  authors: [A. Author]
  status: draft
  data_date: 2025-01-31
  draft_mark: Draft
sections:
SECTIONS
figures: {}
references: {}
acronyms: {}
milestones:
"""


@dataclass(frozen=True)
class Item:
    """A milestone of a made-up plan."""

    code: str
    name: str
    level: int
    due: date
    completed: date | None
    predecessors: tuple[str, ...]
    part: str

    def of_yaml(self) -> str:
        """Return the item as an entry of `milestones`."""
        lines = [
            f"  {self.code}:",
            f"    name: {self.name}",
            f"    level: {self.level}",
            f"    due: {self.due}",
            f"    tags: [{self.part}]",
        ]
        lines += [f"    completed: {self.completed}"] * (self.completed is not None)
        lines += [f"    predecessors: [{', '.join(self.predecessors)}]"] * bool(self.predecessors)
        return "\n".join(lines) + "\n"

    def of_needs(self) -> str:
        """Return the item as a directive of sphinx-needs."""
        status = "open" if self.completed is None else "completed"
        links = f"   :links: {', '.join(map(_needs_id, self.predecessors))}\n" if self.predecessors else ""
        return (
            f".. need:: {self.name}\n   :id: {_needs_id(self.code)}\n   :status: {status}\n"
            f"   :tags: level{self.level}\n{links}\n"
            f"   Due {self.due}, completed {self.completed or '-'}.\n\n"
        )


def plan(count: int) -> list[Item]:
    """Return a plan: one in five is of level 2 and delivers the four before it."""
    chance = random.Random(1)
    items = []
    for number in range(count):
        due = date(2020, 1, 1) + timedelta(days=chance.randrange(3000))
        done = due + timedelta(days=chance.randrange(60)) if due < date(2024, 6, 1) else None
        level = 2 if number % 5 == 0 else 3
        before = range(max(0, number - 4), number) if level == 2 else range(0)
        predecessors = tuple(f"BIG-{other:05d}" for other in before)
        name = f"{chance.choice(('Design', 'Build', 'Test', 'Review'))} of part {number} of the plan"
        part = f"part-{number // TO_A_DOCUMENT}"
        items.append(Item(f"BIG-{number:05d}", name, level, due, done, predecessors, part))
    return items


def yaml_of(items: list[Item]) -> str:
    """Return a document of a plan, with a section for each part of it."""
    parts = dict.fromkeys(item.part for item in items)
    sections = "\n".join(
        f"  - title: {part.capitalize()}\n    milestones: {{tags: {part}, level: 2, no_deliveries: Nothing.}}"
        for part in parts
    )
    return HEAD.replace("SECTIONS", sections) + "".join(item.of_yaml() for item in items)


def _change_of(source: Path, items: list[Item]) -> Callable[[], None]:
    """Return what changes one date in a document."""

    def change() -> None:
        text = source.read_text("utf-8")
        completed = next(item.completed for item in items[len(items) // 2 :] if item.completed)
        source.write_text(text.replace(f"completed: {completed}", "completed: 2024-11-11", 1), "utf-8")

    return change


def of_document(directory: Path, items: list[Item]) -> Callable[[], None]:
    """Write a document; return what changes one date in it."""
    source = directory / "milestones.yaml"
    source.write_text(yaml_of(items), "utf-8")
    return _change_of(source, items)


def with_milestones(directory: Path, items: list[Item]) -> Callable[[], None]:
    """Write a project for `milepost.sphinx`; return what changes one date in it."""
    source = directory / "milestones.yaml"
    source.write_text(yaml_of(items), "utf-8")
    (directory / "conf.py").write_text(
        'project = "Big"\nextensions = ["milepost.sphinx"]\nhtml_theme = "furo"\n'
        'suppress_warnings = ["milepost.yaml"]\n',
        "utf-8",
    )
    for start in range(0, len(items), TO_A_TABLE):
        codes = f"BIG-{start // TO_A_TABLE:02d}"
        part = items[start : start + TO_A_TABLE]
        references = ", ".join(f":ms:`{item.code}`" for item in part[:20])
        title = f"Part {start // TO_A_TABLE + 1}"
        table = (
            f".. milestone-table::\n   :codes: {' '.join(sorted({f'{item.code[:-2]}*' for item in part}))}\n"
        )
        _write(directory / f"{codes.lower()}.rst", title, f"{references}\n\n{table}")
    _write(directory / "index.rst", "Big", ".. toctree::\n   :glob:\n\n   big-*")

    return _change_of(source, items)


def with_needs(directory: Path, items: list[Item]) -> Callable[[], None]:
    """Write a project for sphinx-needs; return what changes one date in it."""
    (directory / "conf.py").write_text(
        'project = "Big"\nextensions = ["sphinx_needs"]\nhtml_theme = "furo"\n', "utf-8"
    )
    for start in range(0, len(items), TO_A_DOCUMENT):
        part = items[start : start + TO_A_DOCUMENT]
        number = start // TO_A_DOCUMENT
        _write(directory / f"part-{number:03d}.rst", f"Part {number}", "".join(map(Item.of_needs, part)))
    _write(directory / "index.rst", "Big", ".. toctree::\n   :glob:\n\n   part-*")
    middle = directory / f"part-{len(items) // TO_A_DOCUMENT // 2:03d}.rst"

    def change() -> None:
        text = middle.read_text("utf-8")
        middle.write_text(text.replace("completed 20", "completed 19", 1), "utf-8")

    return change


def _write(path: Path, title: str, text: str) -> None:
    path.write_text(f"{title}\n{'=' * len(title)}\n\n{text}\n", "utf-8")


def _needs_id(code: str) -> str:
    return code.replace("-", "_")


SPHINX = ("sphinx", "-q", "-b", "html", ".", "_build")
SITE = ("milepost", "build", "site", "--no-pdf")


def build(command: tuple[str, ...], directory: Path) -> str:
    """Build a project as a user does; return the seconds that it took, and those of the processors."""
    done = run((command[0], "-m", *command[1:]), directory)
    return f"{done.seconds:.1f} ({done.processor:.1f})"


def times(command: tuple[str, ...], directory: Path, change: Callable[[], None]) -> Iterator[str]:
    """Yield the times of a build from nothing, one with nothing changed, and one after a change."""
    yield build(command, directory)
    yield build(command, directory)
    change()
    yield build(command, directory)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("counts", metavar="COUNT", nargs="*", type=int, default=[5000, 10000])
    parser.add_argument("--needs", metavar="PYTHON", help="the Python that has sphinx-needs")
    arguments = parser.parse_args()
    ways = [
        ("`milepost build site`", (sys.executable, *SITE), of_document),
        ("`milepost.sphinx`", (sys.executable, *SPHINX), with_milestones),
    ]
    if arguments.needs:
        ways.append(("sphinx-needs", (arguments.needs, *SPHINX), with_needs))
    rows = []
    for count in arguments.counts:
        for name, command, write in ways:
            with tempfile.TemporaryDirectory() as directory:
                change = write(Path(directory), plan(count))
                rows.append((f"{name}, {count}", *times(command, Path(directory), change)))
            print(" | ".join(rows[-1]), file=sys.stderr, flush=True)
    text = table(("what", "from nothing", "nothing changed", "one date changed"), rows)
    keep_table("site_times", text)
    print(text)


if __name__ == "__main__":
    main()
