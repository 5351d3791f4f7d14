"""Documents as people write them: any style, any order, and comments in every place."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import yaml
from hypothesis import strategies as st
from tests.support.documents import document

if TYPE_CHECKING:
    from hypothesis.strategies import DrawFn

Path = tuple[str | int, ...]
_SORTED_LISTS = {"unexpanded"}
_TEXTS = {
    "name",
    "title",
    "text",
    "abstract",
    "caption",
    "description",
    "definition",
    "organisation",
    "no_deliveries",
}


@dataclass
class Untidy:
    """A YAML, and its comments: each with the path of what it is about, and how it is placed."""

    text: str = ""
    comments: dict[str, tuple[str, Path]] = field(default_factory=dict)


_LONG = "A name that is so long that it does not fit into one line of a file in which lines have " * 2
_PROSE = """\
Some words of :cite:`REF-1`, *emphasised* ones, and a note [#n]_: - 3 of them, 1. more and so on, until the
line is long enough.

- one
- two, which
  goes on

::

    literal   text
      % here

.. [#n] https://example.org/a/long/address"""
_BASE = document(
    document={"authors": ["A. Author", "B: Other"], "title": "#1: the plan", "abstract": "What: all."},
    change_record=[
        {"date": "2022-01-01", "owner": "'A'", "description": f"{'Many words ' * 15}- end."},
        {"version": "1.10", "date": "2022-02-01", "owner": "B", "description": "More."},
    ],
    sections=[
        {"title": "Yes", "text": _PROSE, "sections": [{"title": "Inner", "text": "A, B: \\* C"}]},
        {
            "title": "no",
            "text": "Text.\n\n.. figure:: chart",
            "milestones": {"level": ["1", "none"], "not": {"codes": "X"}, "no_deliveries": "None."},
        },
    ],
    milestones={
        "M-10": {"name": "ten # 1", "level": "1", "due": "2024-07-01", "predecessors": ["M-9", "N: 1"]},
        "M-9": {"name": _LONG.strip(), "due": "2024-Q3", "own": {"name": "agreed, so", "due": "x: y"}},
        "N: 1": {"name": "null", "level": "2", "due": "tbd", "aka": ["OLD"], "tags": ["a", "b"]},
        "no": {"name": "~", "level": "2", "due": "2024", "state": "deferred", "reason": 'a "reason"'},
        "X": {"name": "- x", "level": "1", "due": "2023-05", "completed": "2023-06-01", "jira": "X-1"},
    },
    figures={"chart": {"kind": "gantt", "level": "1", "caption": "Chart, {all}: of *it*."}},
    references={
        "REF-2": {"authors": ["Zed, Z.", "et al."], "year": "2001", "title": "Two"},
        "REF-1": {"authors": ["Author, A."], "year": "2002", "title": "One", "url": "https://example.org/#x"},
    },
    acronyms={"CD": {"definition": "cee: dee", "keep": "true"}, "AB": "aye bee"},
    unexpanded=["XYZ", "UVW"],
)


@st.composite
def untidy(draw: DrawFn) -> Untidy:
    """Give a valid document in a random style."""
    made = Untidy()
    writer = _Writer(draw, made)
    lines = writer.entries(_BASE, (), 0)
    ends = draw(st.sampled_from(["\n", "\n", "\n", "\r\n"]))
    made.text = ends.join([*lines, *([""] * draw(st.integers(0, 2)))])
    return made


class _Writer:
    def __init__(self, draw: DrawFn, made: Untidy) -> None:
        self._draw = draw
        self._made = made
        self._chances = draw(st.sampled_from([0.02, 0.1, 0.3]))
        self._random = draw(st.randoms(use_true_random=False))

    def _now(self, chance: float | None = None) -> bool:
        return self._random.random() < (self._chances if chance is None else chance)

    def _comment(self, kind: str, path: Path) -> str:
        sign = self._random.choice(["# ", "#", "#  - "])
        text = f"{sign}c{len(self._made.comments)} {kind}{self._random.choice(['', ': x', ' # y', '  é'])}"
        self._made.comments[text] = kind, path
        return text

    def entries(self, node: Any, path: Path, column: int, *, ends_further_in: bool = True) -> list[str]:
        """Return the lines of the entries of a mapping or list that is not empty."""
        pairs: list[tuple[Any, Any]] = list(enumerate(node)) if isinstance(node, list) else list(node.items())
        if isinstance(node, dict) and self._now(0.5):
            self._random.shuffle(pairs)
        commented = not set(path) & _SORTED_LISTS
        lines: list[str] = []
        for step, value in pairs:
            below = (*path, step)
            if lines and self._now(0.2):
                lines += [""] * self._random.choice([1, 1, 2])
            if commented and self._now():
                lines += [f"{' ' * column}{self._comment('group', below)}", ""]
            if commented and self._now():
                lines += [
                    f"{' ' * column}{self._comment('above', below)}"
                    for _ in range(self._random.choice([1, 1, 2]))
                ]
            head = "-" if isinstance(node, list) else f"{self._key(step)}:"
            entry = self._entry(head, value, below, column, commented=commented)
            lines += entry
        if commented and column and ends_further_in and self._now():
            # A list whose dashes are in the column of its key ends there, too, and is the nearer one.
            in_column = any(re.match(f" {{{column}}}-( |$)", line) for line in entry[1:])
            owner = below if isinstance(node, dict) and in_column else path
            lines += [""] * self._now(0.3)
            lines.append(f"{' ' * column}{self._comment('foot', owner)}")
        return lines

    def _key(self, key: str) -> str:
        return json.dumps(key, ensure_ascii=False) if self._now(0.1) or ": " in key else key

    def _entry(self, head: str, value: Any, path: Path, column: int, *, commented: bool) -> list[str]:
        start = f"{' ' * column}{head}"
        beside = f" {self._comment('beside', path)}" if commented and self._now() else ""
        if isinstance(value, str):
            first, *rest = self._scalar(value, column, path)
            return [f"{start} {first}{beside}", *rest]
        if not value or (self._now(0.25) and not _has_prose(value)):
            return [f"{start} {json.dumps(value, ensure_ascii=False)}{beside}"]
        if head == "-" and isinstance(value, dict) and not beside and self._now(0.8):
            lines = self.entries(value, path, column + 2)
            at = next(number for number, line in enumerate(lines) if line.strip()[:1] not in {"", "#"})
            if not at:
                return [f"{start} {lines[0].lstrip()}", *lines[1:]]
            return [start, *lines]
        step = self._random.choice([2, 2, 4])
        if isinstance(value, list) and head != "-" and self._now(0.2) and column:
            step = 0
        lines = self.entries(value, path, column + step, ends_further_in=step > 0)
        return [f"{start}{beside}", *lines]

    def _scalar(self, text: str, column: int, path: Path) -> list[str]:
        """Return the lines of a text; those below the first are further in than `column`."""
        indent = " " * (column + self._random.choice([2, 3]))
        if "\n" in text:
            if self._now(0.2):
                return [json.dumps(text, ensure_ascii=False)]
            return ["|-", *(f"{indent}{line}" if line else "" for line in text.split("\n"))]
        ways = [[json.dumps(text, ensure_ascii=False)], ["'" + text.replace("'", "''") + "'"]]
        if text not in {"", "~", "null"} and _reads(f"k: {text}", text):
            ways += [[text]] * 4
        if text and path[-1] in _TEXTS:
            words = text.split(" ")
            ways.append([self._random.choice(["|", ">-", "|-", ">+"]), f"{indent}{text}"])
            if len(words) > 2 and all(words):
                lines = [f"{indent}{' '.join(words[:2])}", f"{indent}{' '.join(words[2:])}"]
                whole = "\n".join(lines)
                if _reads(f"k: >-\n{whole}", text):
                    ways.append([">-", *lines])
        return self._random.choice(ways)


def _has_prose(value: Any) -> bool:
    if isinstance(value, str):
        return "\n" in value
    return any(map(_has_prose, value.values() if isinstance(value, dict) else value))


def _reads(text: str, value: str) -> bool:
    try:
        return bool(yaml.load(text, yaml.CBaseLoader) == {"k": value})
    except yaml.YAMLError:
        return False
