"""Change everything that names a milestone: give it another code, or remove it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from milepost.authoring.fields import known, problem
from milepost.base.errors import MilepostError, Problem, quoted
from milepost.document import traverse
from milepost.loading.edit import NewValue, remove_entry, rename_key, set_lists, set_values
from milepost.loading.edit.file import YamlFile, values
from milepost.loading.load import loads
from milepost.prose.values import MilestoneMention

if TYPE_CHECKING:
    from collections.abc import Iterator

    from milepost.base.errors import ValuePath
    from milepost.document.model import Document
    from milepost.loading.load import Loaded

_MILESTONES = ("milestones",)
_ABOUT_MILESTONES = ("sections", "figures", "schedule")
"""The parts of a document that select milestones by code."""


def recode(content: bytes, file: str, old: str, new: str) -> bytes:
    """Return the document with the code `new` for the milestone `old`, which becomes an earlier code.

    Predecessors, selections, waivers and the role `milestone` follow. What the change record says stays, and
    so do words of texts that are no role.

    Args:
        content: the bytes of the document.
        file: its name, for the places of problems.
        old: the present code.
        new: one that no milestone has or had; an earlier code of the same milestone is possible.

    Raises:
        MilepostError: there is no such milestone, the code is taken, or the document would have errors.
    """
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


def remove(content: bytes, file: str, code: str) -> bytes:
    """Return the document without a milestone, and without the links to it.

    Args:
        content: the bytes of the document.
        file: its name, for the places of problems.
        code: of the milestone.

    Raises:
        MilepostError: there is no such milestone, texts mention it, or the document would have errors.
    """
    loaded = loads(content, file)
    known(loaded.document, code, file)
    mentions = list(_mentions(loaded, code))
    if mentions:
        raise MilepostError(*mentions)
    links = {
        each.code: tuple(before for before in each.predecessors if before != code)
        for each in loaded.document.milestones
        if code in each.predecessors
    }
    changed = set_lists(content, file, _MILESTONES, "predecessors", links)
    changed = remove_entry(changed, file, (*_MILESTONES, code))
    loads(changed, file)
    return changed


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
