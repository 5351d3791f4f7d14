"""Change everything that names a milestone: give it another code, or remove it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from milepost.authoring.canonical import canonical_as
from milepost.authoring.fields import known, problem
from milepost.base.errors import MilepostError, Problem, quoted
from milepost.document import traverse
from milepost.loading.edit import NewValue, remove_entry, remove_item, rename_key, set_lists, set_values
from milepost.loading.edit.file import YamlFile, values
from milepost.loading.load import loads
from milepost.prose.values import MilestoneMention

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from milepost.base.errors import ValuePath
    from milepost.document.model import Document
    from milepost.loading.load import Loaded

_MILESTONES = ("milestones",)
_NEEDLESS = "needless_waiver"
_ABOUT_MILESTONES = ("sections", "figures", "schedule")
"""The parts of a document that select milestones by code."""


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


def recoded(content: bytes, file: str, old: str, new: str) -> bytes:
    """Return what `recode` does, with entries and keys where they are."""
    loaded = loads(content, file)
    milestone = known(loaded.document, old, file)
    if loaded.document.milestone(new) is not None:
        raise MilepostError(problem(file, f"there is a milestone {quoted(new)}", "choose another code"))
    changes = [NewValue(path, new) for path in _links(loaded.document, old)]
    changes += [NewValue(path, new) for path in _named(content, file, old)]
    changes += _texts(content, file, loaded.document, old, new)
    changed = set_values(content, file, changes) if changes else content
    changed = rename_key(changed, file, (*_MILESTONES, old), new)
    earlier = tuple(code for code in milestone.aka if code != new)
    changed = set_lists(changed, file, _MILESTONES, "aka", {new: (*earlier, old)})
    loads(changed, file)
    return changed


@dataclass(frozen=True, slots=True)
class Removal:
    """A document without some milestones.

    Attributes:
        content: its bytes.
        notes: what happened to waivers, as sentences without a full stop.
    """

    content: bytes
    notes: tuple[str, ...] = ()


def remove(content: bytes, file: str, codes: Sequence[str]) -> Removal:
    """Return the document without some milestones, and without the links to them.

    Waivers no longer name them. One that waives nothing without them is removed.

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


def _note(file: str, path: ValuePath, rule: str, fact: str) -> str:
    part = ": ".join(step if isinstance(step, str) else f"entry {step + 1}" for step in path[:-2])
    return f"{file}: {part}: the waiver of {rule} {fact}"


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
            place=loaded.places.of(path),
            message=f"this text mentions {code}",
            hint="change the text first, or cancel the milestone (state=cancelled)",
        )


def _links(document: Document, code: str) -> Iterator[ValuePath]:
    for milestone in document.milestones:
        for index, before in enumerate(milestone.predecessors):
            if before == code:
                yield (*_MILESTONES, milestone.code, "predecessors", index)


def _named(content: bytes, file: str, code: str) -> Iterator[ValuePath]:
    """Yield where a selection or a waiver names a milestone by its whole code."""

    def below(tree: Any, path: ValuePath) -> Iterator[ValuePath]:
        if isinstance(tree, str):
            selects = path[0] in _ABOUT_MILESTONES and "codes" in path[-2:]
            if tree == code and (selects or ("waivers" in path and "about" in path[-2:])):
                yield path
        elif isinstance(tree, dict | list):
            for step, value in tree.items() if isinstance(tree, dict) else enumerate(tree):
                yield from below(value, (*path, step))

    yield from below(values(YamlFile(content, file).root), ())


def _texts(content: bytes, file: str, document: Document, old: str, new: str) -> list[NewValue]:
    """Return the texts with roles that mention a milestone, as they become."""
    role = re.compile(rf"(:milestone:`\s*){re.escape(old)}(\s*`)")
    paths = dict.fromkeys(
        path
        for path, line in traverse.lines(document)
        for inline in line
        if isinstance(inline, MilestoneMention) and inline.code == old
    )
    edited = YamlFile(content, file)
    return [
        NewValue(path, role.sub(lambda found: f"{found[1]}{new}{found[2]}", edited.find(path).text))
        for path in paths
    ]
