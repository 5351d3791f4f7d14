"""Change everything that names a milestone: give it another code, or remove it."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from yaml import YAMLError

from milepost.authoring.canonical import canonical_as
from milepost.authoring.fields import known, new_code
from milepost.base.errors import MilepostError, Problem
from milepost.document import traverse
from milepost.loading.edit import (
    NewValue,
    remove_entry,
    remove_item,
    rename_key,
    rename_together,
    set_lists,
    set_values,
)
from milepost.loading.edit.file import YamlFile, values
from milepost.loading.load import loads
from milepost.loading.nodes import values_of
from milepost.prose.values import MilestoneMention

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from milepost.base.errors import ValuePath
    from milepost.document.model import Document
    from milepost.loading.edit.file import Tree
    from milepost.loading.load import Loaded

_MILESTONES = ("milestones",)
_NEEDLESS = "needless_waiver"
_ABOUT_MILESTONES = ("sections", "figures", "schedule")
"""The parts of a document that select milestones by code."""
_PATTERNS_ALONE = ("schedule", "deliveries")
"""A selection that can be written as patterns of codes alone, as `codes` of the same part can."""


def recode(content: bytes, file: str, old: str, new: str) -> bytes:
    """Return the document with the code `new` for the milestone `old`, which becomes an earlier code.

    Predecessors, selections, waivers and the role `milestone` follow. What the change record says stays, and
    so do words of texts that are no role. A document in canonical form stays in it.

    Args:
        content: the bytes of the document.
        file: its name, for the places of problems.
        old: the present code.
        new: one that no milestone has or had; an earlier code of the same milestone is possible.

    Raises:
        MilepostError: there is no such milestone, the code is taken, or the document would have errors.
    """
    return canonical_as(content, recoded(content, file, old, new), file)


def recoded(content: bytes, file: str, old: str, new: str, loaded: Loaded | None = None) -> bytes:
    """Return what `recode` does, with entries and keys where they are.

    Args:
        content: as in `recode`.
        file: as in `recode`.
        old: as in `recode`.
        new: as in `recode`.
        loaded: what `content` is, if that is known already.
    """
    loaded = loaded or loads(content, file)
    milestone, new = known(loaded.document, old, file), new_code(loaded, new, file)
    edited = YamlFile(content, file)
    tree = values(edited.root)
    changes = [NewValue(path, new) for path in _links(loaded.document, old)]
    changes += [NewValue(path, new) for path in _named(tree, old)]
    changes += _texts(edited, loaded.document, old, new)
    earlier = (*(code for code in milestone.aka if code != new), old)
    together = rename_together(edited, (*_MILESTONES, old), new, changes, ("aka", earlier))
    if together is not None and _is_read_as(*together, file):
        return together[0]
    changed = set_values(content, file, changes) if changes else content
    changed = rename_key(changed, file, (*_MILESTONES, old), new)
    changed = set_lists(changed, file, _MILESTONES, "aka", {new: earlier})
    loads(changed, file)
    return changed


def _is_read_as(content: bytes, expected: Tree, file: str) -> bool:
    """Return whether `content` has the values `expected`, which are read once for this and for its errors.

    Raises:
        MilepostError: it has, and they have errors.
    """
    try:
        return values_of(loads(content, file).places.root) == expected
    except MilepostError:
        with suppress(YAMLError, ValueError, KeyError):
            if values(YamlFile(content, file).root) == expected:
                raise
        return False


@dataclass(frozen=True, slots=True)
class Removal:
    """A document without some milestones.

    Attributes:
        content: its bytes.
        notes: what happened to selections and waivers, as sentences without a full stop.
    """

    content: bytes
    notes: tuple[str, ...] = ()


def remove(content: bytes, file: str, codes: Sequence[str]) -> Removal:
    """Return the document without some milestones, and without the links to them.

    Selections and waivers no longer name them, unless a selection has nothing else. A waiver that waives
    nothing without them is removed.

    Args:
        content: the bytes of the document.
        file: its name, for the places of problems.
        codes: of the milestones.

    Raises:
        MilepostError: there is no such milestone, texts mention it, or the document would have errors.
    """
    loaded = loads(content, file)
    gone = [known(loaded.document, code, file).code for code in dict.fromkeys(codes)]
    mentions = [each for code in gone for each in _mentions(loaded, code)]
    if mentions:
        raise MilepostError(*mentions)
    links = {
        each.code: tuple(before for before in each.predecessors if before not in gone)
        for each in loaded.document.milestones
        if each.code not in gone and not set(gone).isdisjoint(each.predecessors)
    }
    changed = set_lists(content, file, _MILESTONES, "predecessors", links)
    for code in gone:
        changed = remove_entry(changed, file, (*_MILESTONES, code))
    changed, notes = _without_waivers(loaded, changed, file, gone)
    changed, others = _without_selections(changed, file, gone)
    notes += others
    loads(changed, file)
    return Removal(canonical_as(content, changed, file), tuple(notes))


def _without_waivers(
    before: Loaded, content: bytes, file: str, gone: Collection[str]
) -> tuple[bytes, list[str]]:
    """Return the document whose waivers do not name what is gone, and what happened to them."""
    notes = []
    for path, waiver in reversed(before.document.once(traverse.waivers)):  # the places of the others stay
        named = [index for index, name in enumerate(waiver.about) if name in gone]
        if not named or path[:2] in {(*_MILESTONES, code) for code in gone}:
            continue
        about = ", ".join(waiver.about[index] for index in named)
        if len(named) == len(waiver.about):
            content = remove_item(content, file, path)
            notes.append(_note(file, path, waiver.rule, f"is removed: it was about {about} alone"))
            continue
        for index in reversed(named):
            content = remove_item(content, file, (*path, "about", index))
        notes.append(_note(file, path, waiver.rule, f"is no longer about {about}"))
    needless = {each.path for each in before.warnings if each.rule == _NEEDLESS}
    after = loads(content, file)
    known = dict(after.document.once(traverse.waivers))
    new = {each.path for each in after.warnings if each.rule == _NEEDLESS} - needless
    for path in reversed([each for each in known if each in new]):
        content = remove_item(content, file, path)
        notes.append(_note(file, path, known[path].rule, "is removed: it would waive nothing"))
    return content, notes[::-1]


def _without_selections(content: bytes, file: str, gone: Collection[str]) -> tuple[bytes, list[str]]:
    """Return the document whose lists of codes do not name what is gone, and what happened to them."""
    edited = YamlFile(content, file)
    tree = values(edited.root)
    named: dict[ValuePath, list[str]] = {}
    for code in gone:
        for *listed, last in _named(tree, code):
            if _selects((*listed, last)) and isinstance(last, int):
                named.setdefault(tuple(listed), []).append(code)
    notes = []
    for path, codes in named.items():
        with suppress(MilepostError):  # a list that is repeated elsewhere
            entries = [part.text for part in edited.find(path).parts]
            if not set(entries) <= set(codes):
                for index in reversed([at for at, text in enumerate(entries) if text in codes]):
                    content = remove_item(content, file, (*path, index))
                notes.append(f"{file}: {_part(path)} no longer names {', '.join(codes)}")
    return content, notes


def _note(file: str, path: ValuePath, rule: str, fact: str) -> str:
    return f"{file}: {_part(path[:-2])}: the waiver of {rule} {fact}"


def _part(path: ValuePath) -> str:
    return ": ".join(step if isinstance(step, str) else f"entry {step + 1}" for step in path)


def _mentions(loaded: Loaded, code: str) -> Iterator[Problem]:
    """Yield an error for each text that mentions a milestone."""
    paths = dict.fromkeys(
        path
        for path, line in traverse.lines(loaded.document)
        for inline in line
        if isinstance(inline, MilestoneMention) and inline.code == code
    )
    for path in paths:
        yield Problem(
            rule="edit",
            place=loaded.places.of_words(path, f":milestone:`{code}`"),
            message=f"this text mentions {code}",
            hint="change the text first, or cancel the milestone (state=cancelled)",
        )


def _links(document: Document, code: str) -> Iterator[ValuePath]:
    for milestone in document.milestones:
        for index, before in enumerate(milestone.predecessors):
            if before == code:
                yield (*_MILESTONES, milestone.code, "predecessors", index)


def _named(tree: Tree, code: str) -> Iterator[ValuePath]:
    """Yield where a selection or a waiver names a milestone by its whole code."""

    def below(tree: Tree, path: ValuePath) -> Iterator[ValuePath]:
        if isinstance(tree, str):
            if tree == code and (_selects(path) or ("waivers" in path and "about" in path[-2:])):
                yield path
        elif isinstance(tree, dict | list):
            for step, value in tree.items() if isinstance(tree, dict) else enumerate(tree):
                yield from below(value, (*path, step))

    yield from below(tree, ())


def _selects(path: ValuePath) -> bool:
    """Return whether a text at `path` is a code, or a pattern of codes, of a selection."""
    return path[0] in _ABOUT_MILESTONES and ("codes" in path[-2:] or path[:2] == _PATTERNS_ALONE)


def _texts(edited: YamlFile, document: Document, old: str, new: str) -> list[NewValue]:
    """Return the texts with roles that mention a milestone, as they become."""
    role = re.compile(rf"(:milestone:`\s*){re.escape(old)}(\s*`)")
    paths = dict.fromkeys(
        path
        for path, line in traverse.lines(document)
        for inline in line
        if isinstance(inline, MilestoneMention) and inline.code == old
    )
    return [
        NewValue(path, role.sub(lambda found: f"{found[1]}{new}{found[2]}", edited.find(path).text))
        for path in paths
    ]
