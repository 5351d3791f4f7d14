"""Small documents: one with parts of your own, and random ones that are valid."""

from __future__ import annotations

import json
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

from milepost.loading.load import Loaded, loads
from milepost.views.document import RevisionLine
from milepost.views.resolve import resolve

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hypothesis.strategies import DrawFn, SearchStrategy

    from milepost.views.document import DocumentView

Values = dict[str, Any]

NAMES = ("first light", "second light", "$ % & # _ ~ {x}", "a -- b", "Ωmega жук", "first light again")
"""Titles and names that are much alike or hard to escape."""
DATES = ("2023-05-01", "2023-06-01", "2024-07-01", "2024-07-02")
VAGUE = ("2023-05", "2024-Q3", "2024-07", "2024", "tbd")
"""Two before the data date, two after it."""
_WORDS = ("one", "two", "three, four", "*five*", "``six_``", "**seven**", "$8", "é", "2024-01-01")


def document(**parts: Any) -> Values:
    """Return the values of a small document, with `parts` instead of its own."""
    about = {
        "handle": "DOC-1",
        "title": "Plan of the office",
        "organisation": "Office",
        "authors": ["A. Author"],
        "status": "draft",
        "data_date": "2024-01-31",
        "draft_mark": "Draft",
        "issue_url": "https://example.org/{key}",
    }
    return {
        "format": "1",
        "document": about | parts.pop("document", {}),
        "sections": [{"title": "Introduction"}],
        "milestones": {},
    } | parts


def loaded(values: Values) -> Loaded:
    """Load a document as from a file; JSON is YAML."""
    return _loaded(json.dumps(values))


@lru_cache(maxsize=4)
def _loaded(text: str) -> Loaded:
    return loads(text.encode(), "milestones.yaml")


def view(values: Values, day: int = 1) -> DocumentView:
    document = loaded(values)
    return resolve(document.document, document.places, RevisionLine(date=date(2024, 1, day)))


def _some(values: Sequence[Any], min_size: int = 0, max_size: int | None = None) -> SearchStrategy[list[Any]]:
    """Give some of `values` in some order."""
    return (
        st.lists(st.sampled_from(values), unique=True, min_size=min_size, max_size=max_size)
        if values
        else st.just([])
    )


def lines(parts: Sequence[str] = _WORDS) -> SearchStrategy[str]:
    """Give a line of prose; it may cite the reference `REF-1`."""
    some = (*parts, ":cite:`REF-1`", "`a link <https://example.org/>`__", ":jira:`X-1`")
    return st.lists(st.sampled_from(some), min_size=1, max_size=6).map(" ".join)


@st.composite
def prose(draw: DrawFn, line: SearchStrategy[str]) -> str:
    """Give the text of a section, of up to three blocks of every kind."""
    blocks: list[str] = []
    notes: list[str] = []
    for _ in range(draw(st.integers(0, 3))):
        kind = draw(st.sampled_from(["paragraph", "note", "bullets", "numbers", "quotation", "literal"]))
        text = f"start {draw(line)}"
        match kind:
            case "paragraph":
                blocks.append(text)
            case "note":
                blocks.append(f"{text} [#n{len(notes)}]_")
                notes.append(f".. [#n{len(notes)}] {draw(line)}")
            case "quotation":
                blocks.append(f"Quoted:\n\n    {text}")
            case "literal":
                words = draw(st.sampled_from(_WORDS))  # a mention of a milestone would be text here
                blocks.append(f"::\n\n    start {words}\n      % \\x\n    end\n\nAfter.")
            case _:
                items = draw(st.lists(line, min_size=1, max_size=3))
                sign = "-" if kind == "bullets" else "#."
                blocks.append("List:\n\n" + "\n".join(f"{sign} start {item}" for item in items) + "\n\nEnd.")
    return "\n\n".join([*blocks, *notes])


@st.composite
def _milestones(draw: DrawFn) -> dict[str, Values]:
    milestones: dict[str, Values] = {}
    for number in draw(_some(range(1, 7))):
        recoded = draw(st.booleans())
        milestone: Values = {
            "name": draw(st.sampled_from(NAMES)),
            "level": "1" if number < 4 else "2",
            "due": draw(st.sampled_from(DATES + VAGUE)),
            "predecessors": draw(_some(list(milestones), max_size=3)),
            "aka": [f"M-{number}", f"ELDER-{number}"] if recoded else [],
        }
        match kind := draw(st.sampled_from(["open", "completed", "forecast", "cancelled", "deferred"])):
            case "cancelled" | "deferred":
                milestone["state"] = kind
                milestone |= draw(st.sampled_from([{}, {"since": DATES[0], "reason": "a & b"}]))
            case "completed":
                milestone["completed"] = draw(st.sampled_from(DATES[:2]))
            case "forecast":
                milestone["forecast"] = draw(st.sampled_from(DATES[2:] + VAGUE))
        if draw(st.booleans()):
            milestone["jira"] = "X-1"
        milestones[f"{'N' if recoded else 'M'}-{number}"] = milestone
    return milestones


@st.composite
def documents(draw: DrawFn, titles: Sequence[str] = NAMES * 2, texts: Sequence[str] | None = None) -> Values:
    """Give the values of a small valid document; any two have much in common.

    Args:
        draw: hypothesis's own.
        titles: those of the sections; each is used once.
        texts: those of the sections, each used once; without them they are random.
    """
    milestones = draw(_milestones())
    selected = [code for code, milestone in milestones.items() if milestone["level"] == "1"]
    words = (*_WORDS, *(f":milestone:`{code}`" for code in selected))
    line = lines(words)
    charted = next((milestone["level"] for milestone in milestones.values()), None)
    figures = draw(_some(["chart", "sites"] if charted else ["sites"]))
    placed: list[str] = []
    unused = list(draw(st.permutations(titles)))
    unused_texts = None if texts is None else list(draw(st.permutations(texts)))

    def sections(depth: int) -> list[Values]:
        found: list[Values] = []
        for _ in range(draw(st.integers(0 if depth else 1, 3))):
            if not unused or unused_texts == []:
                break
            title = unused.pop()
            if title in [section["title"] for section in found]:
                continue
            text = unused_texts.pop() if unused_texts else draw(prose(line))
            if draw(st.booleans()) and figures:
                placed.append(name := figures.pop())
                text += f"\n\n.. figure:: {name}"
            section: Values = {"title": title, "text": text, "sections": []}
            if draw(st.booleans()):
                section["label"] = f"label-{len(unused)}"
            found.append(section)
            if depth < 2:
                section["sections"] = sections(depth + 1)
        return found

    top = sections(0)
    if selected:
        section = draw(st.sampled_from(top))
        section["milestones"] = {"level": "1", "no_deliveries": draw(st.sampled_from(["none", "nothing"]))}
    kinds = {
        "chart": {"kind": "gantt", "level": charted, "caption": "The chart"},
        "sites": {
            "kind": "deployment",
            "facilities": [{"name": "here", "enclaves": [{"name": "Dome", "components": ["Motor"]}]}],
            "caption": f"The {draw(line)}",
        },
    }
    references = {
        handle: {
            "authors": [draw(st.sampled_from(["Author, A.", "Zed, Z."]))],
            "year": draw(st.sampled_from(["2001", "2002"])),
            "title": draw(st.sampled_from(NAMES)),
        }
        | ({"publisher": "house", "url": "https://example.org/x_y"} if draw(st.booleans()) else {})
        for handle in ["REF-1", *draw(_some(["REF-2", "AAA-3"]))]
    }
    about: Values = {
        "title": draw(st.sampled_from(NAMES)),
        "authors": draw(_some(["a. one", "b. two", "c. three"], min_size=1)),
        "status": draw(st.sampled_from(["draft", "approved", "obsolete"])),
        "abstract": draw(prose(line)),
    }
    if draw(st.sampled_from([True, False])):
        about |= {"control_notice": "under control", "source": "https://example.org/"}
    return document(
        document=about,
        change_record=[
            {"date": f"2022-0{number}-01", "owner": "somebody", "description": draw(line)}
            | ({"version": f"1.{number}"} if draw(st.booleans()) else {})
            for number in range(1, draw(st.integers(2, 4)))
        ],
        sections=top,
        milestones=milestones,
        figures={name: kinds[name] for name in placed},
        references=references,
        acronyms={
            name: {"definition": draw(st.sampled_from(NAMES)), "keep": "true"}
            for name in draw(_some(["AB", "CD"]))
        },
        unexpanded=draw(_some(["XYZ", "UVW"])),
    )
