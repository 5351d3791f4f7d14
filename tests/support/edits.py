"""Random edits of a document: each takes its YAML as plain values and changes them."""

from __future__ import annotations

import re
from copy import deepcopy
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Edit = tuple[str, int]
"""The name of an edit, and a number on which it depends."""

_SMALL = (Path(__file__).parents[1] / "data/small.yaml").read_text("utf-8")
_TITLES = ("Introduction", "Plan", "Annex", "Scope: C++", "Überblick", "Plan (old)")


def small() -> dict[str, Any]:
    """Return the document to begin with."""
    document: dict[str, Any] = yaml.load(_SMALL, yaml.BaseLoader)
    return document


def text(document: dict[str, Any]) -> str:
    """Return a document as YAML."""
    return yaml.safe_dump(document, sort_keys=False, allow_unicode=True)


def edited(document: dict[str, Any], edits: list[Edit]) -> dict[str, Any]:
    """Return a copy of a document after `edits`."""
    copy = deepcopy(document)
    for name, number in edits:
        EDITS[name](copy, number)
    return copy


def _sections(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for section in document["sections"]:
        yield section
        yield from section.get("sections", [])


def _section(document: dict[str, Any], number: int) -> dict[str, Any]:
    sections = list(_sections(document))
    return sections[number % len(sections)]


def _rename_section(document: dict[str, Any], number: int) -> None:
    _section(document, number)["title"] = f"{_TITLES[number % len(_TITLES)]} {number // len(_TITLES)}"


def _add_section(document: dict[str, Any], number: int) -> None:
    if len(document["sections"]) < len(_TITLES):
        section = {
            "title": f"{_TITLES[number % len(_TITLES)]} new",
            "text": f"The ABC of :milestone:`M-{1}`.",
        }
        document["sections"].insert(number % (len(document["sections"]) + 1), section)


def _remove_section(document: dict[str, Any], number: int) -> None:
    free = [section for section in document["sections"] if not section.keys() & {"label", "milestones"}]
    if free:
        document["sections"].remove(free[number % len(free)])


def _swap_sections(document: dict[str, Any], number: int) -> None:
    position = number % len(document["sections"])
    document["sections"].append(document["sections"].pop(position))


def _relabel(document: dict[str, Any], number: int) -> None:
    changed = yaml.load(re.sub(r"\bintro[a-z]*\d*\b", f"intro{number}", text(document)), yaml.BaseLoader)
    document.update(changed)


def _nest(document: dict[str, Any], number: int) -> None:
    inner = document["sections"][number % len(document["sections"])].setdefault("sections", [])
    if len(inner) > 1:
        inner.pop()
    else:
        inner.append({"title": f"Part {number}", "text": "See :ref:`chart`."})


def _language(document: dict[str, Any], number: int) -> None:
    document["document"]["language"] = ("en", "de", "fr")[number % 3]


def _field(name: str, *values: str | None) -> Callable[[dict[str, Any], int], None]:
    def edit(document: dict[str, Any], number: int) -> None:
        value = values[number % len(values)]
        if value is None:
            document["document"].pop(name, None)
        else:
            document["document"][name] = value

    return edit


def _toggle(name: str) -> Callable[[dict[str, Any], int], None]:
    """Return an edit that removes a part of the document, and puts it back."""

    def edit(document: dict[str, Any], _number: int) -> None:
        if document.pop(name, None) is None:
            document[name] = small()[name]

    return edit


def _acronym(document: dict[str, Any], number: int) -> None:
    document.setdefault("acronyms", {})["ABC"] = f"Alphabet {number}"


def _caption(document: dict[str, Any], number: int) -> None:
    document["figures"]["chart"]["caption"] = f"Chart {number}."


def _milestone(key: str, *values: Any) -> Callable[[dict[str, Any], int], None]:
    def edit(document: dict[str, Any], number: int) -> None:
        codes = list(document["milestones"])
        document["milestones"][codes[number % len(codes)]][key] = deepcopy(values[number % len(values)])

    return edit


def _toggle_milestone(document: dict[str, Any], number: int) -> None:
    code = f"N-{number % 3}"
    if document["milestones"].pop(code, None) is None:
        document["milestones"][code] = {"name": f"Next {number}", "level": "2", "due": "2024-09-01"}


EDITS: dict[str, Callable[[dict[str, Any], int], None]] = {
    "rename a section": _rename_section,
    "add a section": _add_section,
    "remove a section": _remove_section,
    "swap sections": _swap_sections,
    "relabel a section": _relabel,
    "nest a section": _nest,
    "change the language": _language,
    "change the title": _field("title", "Plan of the office", "Plan & more", "Плани"),
    "change the handle": _field("handle", "DOC-1", "DOC-2"),
    "change the site": _field("site", None, "https://example.org/plan/", "https://example.com/"),
    "change the mark": _field("draft_mark", "Draft", "Not yet"),
    "change the data date": _field("data_date", "2024-01-31", "2024-05-01"),
    "drop or restore the acronyms": _toggle("acronyms"),
    "drop or restore the change record": _toggle("change_record"),
    "define an acronym": _acronym,
    "change a caption": _caption,
    "add or remove a milestone": _toggle_milestone,
    "rename a milestone": _milestone("name", "Première", "Second", "ABC & DEF"),
    "move a milestone": _milestone("due", "2024-04-01", "2024-04-02", "2025-01-01"),
    "recode a milestone": _milestone("aka", ["OLD-1"], ["OLD-2"], ["OLD-3", "OLD-4"]),
}
