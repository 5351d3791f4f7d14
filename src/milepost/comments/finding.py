"""Find what a comment is about in a document that may have moved on: by code, label, key and field."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from milepost.base.dates import iso
from milepost.base.errors import quoted
from milepost.base.suggest import Vocabulary
from milepost.diff.changes import Part
from milepost.document import schedule
from milepost.document.model import (
    KEYS_OF_ENTRIES,
    SETTINGS,
    Acronym,
    ChangeRecordEntry,
    Metadata,
    Milestone,
    Reference,
    Section,
)
from milepost.document.traverse import section_path, walk
from milepost.loading.nodes import Mapping, Node, Scalar, Sequence

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pydantic import BaseModel

    from milepost.base.errors import ValuePath
    from milepost.comments.model import Comment
    from milepost.loading.load import Loaded

PROSE = frozenset({("sections", "text"), ("document", "abstract")})
"""Parts and fields that are texts with paragraphs."""
_CERTAIN = 12
"""Characters of a value by which an entry is recognised though its name is another one."""
_LONG = 40
"""Characters of a paragraph by which a section is recognised."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The place of a comment in the document.

    Attributes:
        path: of the value, or of the milestone, section or entry as a whole.
        value: what is there now; None if nothing is, or more than a single value.
        is_single: whether a single value is there, or could be.
        renamed: the present code, title or name where it is no longer the one in the comment.
    """

    path: ValuePath
    value: str | None = None
    is_single: bool = False
    renamed: str = ""


def find(comment: Comment, loaded: Loaded) -> Found | str:  # noqa: PLR0911 -- one case for each kind
    """Return the place of `comment` in a document, or in words why it has none."""
    about = comment.about
    match about.part:
        case "document":
            entry: tuple[ValuePath, str] | str = (("document",), "")
        case "milestones" if about.key is not None:
            entry = _milestone(about.key, loaded)
        case "sections":
            entry = _section(comment, loaded)
        case _ if about.key is not None:
            entry = _entry(comment, loaded)
        case _:
            entry = ((about.part,), "")
    if isinstance(entry, str):
        return entry
    path, renamed = entry
    if about.field is None:
        return Found(path=path, renamed=renamed)
    model = _model(about.part, path, loaded)
    field = next(
        (name for name, each in model.model_fields.items() if (each.alias or name) == about.field), ""
    )
    if not field:
        return f"there is no {quoted(about.field)} in {_KINDS[about.part]}"
    if field == KEYS_OF_ENTRIES.get(model):
        return Found(path=path, value=str(path[-1]), renamed=renamed)
    node = value_at(loaded, path)
    if model is Acronym and field == "definition" and isinstance(node, Scalar):  # the short form
        return Found(path=path, value=node.text, is_single=True, renamed=renamed)
    value = value_at(loaded, (*path, about.field))
    at = (*path, about.field)
    if value is None or (isinstance(value, Scalar) and value.is_absent):
        default = model.model_fields[field].default
        single = (about.part, field) in PROSE or not isinstance(default, tuple)
        single = single and isinstance(node, Mapping)
        text = default if isinstance(default, str) else "false" if default is False else None
        return Found(path=at, value=text, is_single=single, renamed=renamed)
    if not isinstance(value, Scalar):
        return Found(path=at, renamed=renamed)
    return Found(path=at, value=value.text.rstrip("\n"), is_single=True, renamed=renamed)


_KINDS = {
    "document": "document",
    "milestones": "a milestone",
    "sections": "a section",
    "change_record": "an entry of the change record",
    "references": "a reference",
    "acronyms": "an acronym",
    "figures": "a figure",
    "unexpanded": "unexpanded",
    "patterns": "the patterns of names",
    "schedule": "the settings of imports",
    "jira": "the settings of Jira",
}


def value_at(loaded: Loaded, path: ValuePath) -> Node | None:
    """Return what is at `path` in the YAML, or None."""
    node: Node = loaded.places.root
    for step in path:
        if isinstance(node, Mapping) and step in node.entries:
            node = node.entries[str(step)][1]
        elif isinstance(node, Sequence) and isinstance(step, int) and step < len(node.items):
            node = node.items[step]
        else:
            return None
    return node


def same(one: str | None, other: str | None, *, in_lines: bool = False) -> bool:
    """Return whether two values are the same but for blanks; `in_lines` is whether line ends are none."""
    if not in_lines:
        return (one or "").split() == (other or "").split()
    return _without_blanks(one or "") == _without_blanks(other or "")


def _without_blanks(text: str) -> list[str]:
    return [line.rstrip() for line in text.rstrip().split("\n")]


def _milestone(code: str, loaded: Loaded) -> tuple[ValuePath, str] | str:
    document = loaded.document
    if document.milestone(code):
        return ("milestones", code), ""
    codes = schedule.current_codes(document.milestones)
    if code in codes:
        return ("milestones", codes[code]), codes[code]
    close = Vocabulary(each.code for each in document.milestones).hint(code, "")
    return f"there is no milestone {quoted(code)}{f' ({close})' if close else ''}"


def _section(comment: Comment, loaded: Loaded) -> tuple[ValuePath, str] | str:
    about = comment.about
    wanted = about.titles or ()
    titles: dict[tuple[int, ...], tuple[str, ...]] = {}
    sections = dict(walk(loaded.document.sections))
    for position, section in sections.items():
        titles[position] = (*titles.get(position[:-1], ()), section.title)
    by_label = [at for at, section in sections.items() if about.key and section.label == about.key]
    by_titles = [at for at, each in titles.items() if each == wanted]
    by_title = [at for at, each in titles.items() if each[-1] == wanted[-1]]
    for found in (by_label, by_titles, by_title):
        if len(found) == 1:
            return section_path(found[0]), _renamed(wanted[-1], titles[found[0]][-1])
    candidates = by_titles or by_title or list(sections)
    known = [at for at in candidates if _has_text(comment, loaded, at)]
    if len(known) == 1:
        return section_path(known[0]), _renamed(wanted[-1], titles[known[0]][-1])
    if by_title:
        return f"{len(by_title)} sections have the title {quoted(wanted[-1])}"
    return f"there is no section {quoted(about.key or wanted[-1])}"


def _renamed(before: str, now: str) -> str:
    return "" if same(before, now) else now


def _has_text(comment: Comment, loaded: Loaded, at: tuple[int, ...]) -> bool:
    """Return whether a section has the text of a comment, or a long paragraph of it."""
    node = value_at(loaded, (*section_path(at), comment.about.field or "text"))
    if not isinstance(node, Scalar) or comment.about.field != "text":
        return False
    there = _paragraphs(node.text)
    return any(len(each) >= _LONG for each in there & _paragraphs(comment.new or comment.old or ""))


def _paragraphs(text: str) -> set[str]:
    return {" ".join(each.split()) for each in re.split(r"\n[ \t]*\n", text)}


def _entry(comment: Comment, loaded: Loaded) -> tuple[ValuePath, str] | str:
    """Return the place of an entry by its name, or else by the value that the comment is about."""
    part, key = comment.about.part, comment.about.key or ""
    entries = list(_entries(part, loaded))
    named = [(path, names) for path, names in entries if names[0] == key]
    named = named or [(path, names) for path, names in entries if key in names]
    if len(named) == 1:
        return named[0][0], ""
    valued = [each for each in named or entries if _has_value(comment, loaded, each[0])]
    if len(valued) == 1:
        path, names = valued[0]
        return path, "" if key in names else names[0]
    if named:
        return f"{len(named)} entries of {part} have the name {quoted(key)}"
    return f"there is no {quoted(key)} in {part}"


def _entries(part: str, loaded: Loaded) -> Iterable[tuple[ValuePath, tuple[str, ...]]]:
    """Yield the path of each entry of a part, with its names."""
    if part == Part.CHANGE_RECORD:
        for index, entry in enumerate(loaded.document.change_record):
            yield (part, index), ((entry.version,) if entry.version else ()) + (iso(entry.date),)
        return
    for entry in getattr(loaded.document, part):
        name = getattr(entry, KEYS_OF_ENTRIES[type(entry)])
        yield (part, name), (name,)


def _has_value(comment: Comment, loaded: Loaded, path: ValuePath) -> bool:
    field = comment.about.field
    if field is None:
        return False
    node = value_at(loaded, (*path, field)) or value_at(loaded, path)
    if not isinstance(node, Scalar):
        return False
    values = (comment.new, comment.old, comment.proposal)
    return any(each and len(each) >= _CERTAIN and same(each, node.text) for each in values)


_MODELS: dict[str, type[BaseModel]] = {
    "document": Metadata,
    "milestones": Milestone,
    "sections": Section,
    "change_record": ChangeRecordEntry,
    "references": Reference,
    "acronyms": Acronym,
    **SETTINGS,
}


def _model(part: str, path: ValuePath, loaded: Loaded) -> type[Any]:
    """Return the class of the value at `path`, whose fields are the keys there."""
    if part == Part.FIGURES:
        return next(type(figure) for figure in loaded.document.figures if figure.name == path[-1])
    return _MODELS[part]
