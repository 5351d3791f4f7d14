"""Set fields of a milestone, complete it, or add it."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, get_origin

from milepost.authoring.canonical import canonical_as
from milepost.base.dates import iso
from milepost.base.errors import MilepostError, Place, Problem, quoted
from milepost.base.suggest import Vocabulary
from milepost.document.model import Milestone, Own
from milepost.importing.additions.placement import keys_before, placed
from milepost.loading.edit import NewEntry, NewValue, add_entries, keys, remove_entry, set_lists, set_values
from milepost.loading.load import loads

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from milepost.document.model import Document
    from milepost.loading.load import Loaded

_MILESTONES = ("milestones",)
_OWN = "own"
_SETTABLE = {name: field for name, field in Milestone.model_fields.items() if name not in {"code", "waivers"}}
_LISTS = tuple(name for name, field in _SETTABLE.items() if get_origin(field.annotation) is tuple)
_TEXTS = tuple(name for name in _SETTABLE if name not in {_OWN, *_LISTS})
_REASONS = tuple(f"{_OWN}.{name}" for name in Own.model_fields)
FIELDS = (*_TEXTS, *_LISTS, *_REASONS)
"""What can be set: fields, and the reasons below `own`, as `own.FIELD`."""


def known(document: Document, code: str, file: str) -> Milestone:
    """Return the milestone `code`.

    Raises:
        MilepostError: there is none.
    """
    found = document.milestone(code)
    if found is not None:
        return found
    renamed = next((each.code for each in document.milestones if code in each.aka), None)
    hint = (
        f"it is called {renamed} now"
        if renamed
        else Vocabulary(each.code for each in document.milestones).hint(code, "name one of the document")
    )
    raise MilepostError(problem(file, f"there is no milestone {quoted(code)}", hint))


def new_code(loaded: Loaded, code: str, file: str) -> str:
    """Return `code` as it is written in the document, with single blanks.

    Raises:
        MilepostError: it is empty, or that of a milestone.
    """
    code = " ".join(unicodedata.normalize("NFC", code).split())
    if not code:
        raise MilepostError(problem(file, "the code is empty", "write one"))
    if loaded.document.milestone(code) is not None:
        place = loaded.places.of_key((*_MILESTONES, code))
        message = f"there is a milestone {quoted(code)}"
        raise MilepostError(Problem(rule="edit", place=place, message=message, hint="choose another code"))
    return code


def parse(assignments: Sequence[str], file: str) -> dict[str, str]:
    """Return what `FIELD=VALUE` assigns, by field; `FIELD+` and `FIELD-` change a list.

    Raises:
        MilepostError: with each that is no assignment, or names no field.
    """
    found: dict[str, str] = {}
    problems = []
    for text in assignments:
        name, equals, value = text.partition("=")
        name = name.strip()
        field = name.rstrip("+-")
        if not equals:
            problems.append(problem(file, f"{quoted(text)} sets nothing", "write FIELD=VALUE"))
        elif field not in FIELDS:
            hint = Vocabulary(FIELDS).hint(field, f"the fields are {', '.join(FIELDS)}")
            problems.append(problem(file, f"there is no field {quoted(field)}", hint))
        elif name != field and (field not in _LISTS or len(name) - len(field) > 1):
            hint = f"only {', '.join(_LISTS)} are lists; write {field}=VALUE"
            problems.append(problem(file, f"{quoted(name)} is no list", hint))
        elif name in found:
            problems.append(problem(file, f"{quoted(name)} is set twice", "remove one of the two"))
        found[name] = " ".join(value.split())
    if problems:
        raise MilepostError(*problems)
    return found


def set_fields(content: bytes, file: str, code: str, assigned: Mapping[str, str]) -> bytes:
    """Return the document with fields of a milestone set; an empty value removes the field.

    Args:
        content: the bytes of the document.
        file: its name, for the places of problems.
        code: of the milestone.
        assigned: as `parse` returns it. Entries of lists are separated by commas.

    Raises:
        MilepostError: there is no such milestone, or the document would have errors.
    """
    milestone = known(loads(content, file).document, code, file)
    changes = _texts(milestone, assigned)
    changed = set_values(content, file, changes) if changes else content
    changed = _with_reasons(changed, file, milestone, assigned)
    for field, entries in _lists(milestone, assigned).items():
        changed = set_lists(changed, file, _MILESTONES, field, {code: entries})
    loads(changed, file)
    return canonical_as(content, changed, file)


def _texts(milestone: Milestone, assigned: Mapping[str, str]) -> list[NewValue]:
    """Return the changes of single values."""
    return [
        NewValue((*_MILESTONES, milestone.code, name), value or None, after=keys_before(name))
        for name, value in assigned.items()
        if name in _TEXTS and (value or getattr(milestone, name) is not None)
    ]


def _with_reasons(content: bytes, file: str, milestone: Milestone, assigned: Mapping[str, str]) -> bytes:
    """Return the document with the reasons below `own` set and removed."""
    path = (*_MILESTONES, milestone.code, _OWN)
    before = {field for field in Own.model_fields if milestone.own.reason(field) is not None}
    new = {name.removeprefix(f"{_OWN}."): value for name, value in assigned.items() if name in _REASONS}
    given = {name: value for name, value in new.items() if value}
    gone = {name for name in new if name in before and not new[name]}
    if before and not given and gone == before:
        return remove_entry(content, file, path)
    if given and not before:
        return set_values(content, file, [NewValue(path, given, after=keys_before(_OWN))])
    for name, value in given.items():
        content = set_values(content, file, [NewValue((*path, name), value)])
    for name in sorted(gone):
        content = set_values(content, file, [NewValue((*path, name), None)])
    return content


def _lists(milestone: Milestone, assigned: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """Return the entries of each list that changes."""
    found: dict[str, tuple[str, ...]] = {}
    for name, value in assigned.items():
        field = name.rstrip("+-")
        if field not in _LISTS:
            continue
        entries = tuple(dict.fromkeys(filter(None, (entry.strip() for entry in value.split(",")))))
        now: tuple[str, ...] = found.get(field, getattr(milestone, field))
        if name.endswith("+"):
            entries = (*now, *(entry for entry in entries if entry not in now))
        elif name.endswith("-"):
            entries = tuple(entry for entry in now if entry not in entries)
        found[field] = entries
    return {field: entries for field, entries in found.items() if entries != getattr(milestone, field)}


def complete(content: bytes, file: str, code: str, day: date | None) -> bytes:
    """Return the document with a milestone completed: without forecast, and no longer deferred.

    Args:
        content: the bytes of the document.
        file: its name, for the places of problems.
        code: of the milestone.
        day: of completion; None for the data date.

    Raises:
        MilepostError: as `set_fields`; or it is completed, and no day is given.
    """
    loaded = loads(content, file)
    milestone = known(loaded.document, code, file)
    if day is None and milestone.completed is not None:
        place = loaded.places.of((*_MILESTONES, code, "completed"))
        message = f"{code} was completed {iso(milestone.completed)} already"
        hint = "give another day to change that"
        raise MilepostError(Problem(rule="edit", place=place, message=message, hint=hint))
    on = day or loaded.document.metadata.data_date
    cleared = dict.fromkeys(("forecast", "state", "since", "reason"), "")
    return set_fields(content, file, code, {"completed": iso(on), **cleared})


def add(content: bytes, file: str, code: str, assigned: Mapping[str, str]) -> bytes:
    """Return the document with another milestone, in the place that the order of the file suggests.

    A document in canonical form stays in it.

    Args:
        content: the bytes of the document.
        file: its name, for the places of problems.
        code: a new one.
        assigned: as `parse` returns it; without a due date, it has none yet.

    Raises:
        MilepostError: the code is taken, or the document would have errors.
    """
    loaded = loads(content, file)
    document, code = loaded.document, new_code(loaded, code, file)
    if not assigned.get("name"):
        raise MilepostError(problem(file, f"{quoted(code)} has no name", "write name=NAME"))
    texts = {name: value for name, value in assigned.items() if name in _TEXTS and value}
    lists = {
        name: entries
        for name in _LISTS
        if (entries := tuple(filter(None, (each.strip() for each in assigned.get(name, "").split(",")))))
    }
    rest = sorted(set(assigned) - set(FIELDS))
    if rest:
        message = f"a new milestone has nothing that {quoted(rest[0])} could change"
        raise MilepostError(problem(file, message, f"write {rest[0].rstrip('+-')}=VALUE"))
    fields: dict[str, str | tuple[str, ...]] = {"due": "tbd", **texts, **lists}
    ordered = {name: fields[name] for name in Milestone.model_fields if name in fields}
    try:
        milestone = Milestone.model_validate({"code": code, "name": code, **ordered})
    except ValueError:  # the loader says with its place what is wrong
        milestone = Milestone.model_validate({"code": "x", "name": "x", "due": "tbd"})
    codes = keys(content, file, _MILESTONES)
    by_code = {**{each.code: each for each in document.milestones}, code: milestone}
    ((_, after, before),) = placed([code], codes, by_code)
    changed = add_entries(
        content, file, _MILESTONES, [NewEntry(key=code, fields=ordered, after=after, before=before)]
    )
    added = known(loads(changed, file).document, code, file)
    reasons = {name: value for name, value in assigned.items() if name in _REASONS}
    if reasons:
        changed = _with_reasons(changed, file, added, reasons)
        loads(changed, file)
    return canonical_as(content, changed, file)


def problem(file: str, message: str, hint: str) -> Problem:
    """Return an error about the whole document."""
    return Problem(rule="edit", place=Place(file), message=message, hint=hint)
