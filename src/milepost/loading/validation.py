"""Validate the values of a file with pydantic, and describe its errors in plain words with places.

Faulty values are repaired well enough that the rules between the parts can be checked in the same run.
"""

from __future__ import annotations

import copy
import re
from typing import TYPE_CHECKING, Any, NamedTuple

from pydantic import ValidationError

from milepost.base import dates
from milepost.base.characters import HYPHENS, INVISIBLE, odd_character, plainly_written
from milepost.base.errors import Problem, quoted
from milepost.base.suggest import Hint, Vocabulary
from milepost.document.conditions import HOLDS
from milepost.document.model import Document
from milepost.loading.keys import vocabulary_at

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pydantic_core import ErrorDetails

    from milepost.base.errors import ValuePath
    from milepost.loading.positions import Places


class Verdict(NamedTuple):
    """The result of validating values.

    Attributes:
        document: None when it cannot be repaired; if there are problems, only good for finding more.
        problems: every fault of a single value.
        unreliable: names of rules whose findings may only be consequences of `problems`.
    """

    document: Document | None
    problems: tuple[Problem, ...]
    unreliable: frozenset[str] = frozenset()


def validate(values: object, places: Places) -> Verdict:
    """Return the document that `values`, plain mappings, lists and strings, describe, and their faults."""
    try:
        return Verdict(Document.parse(values), ())
    except ValidationError as error:
        details = _details(error)
    unreliable = consequences_of_losing(_lost_keys(details))
    return Verdict(_repaired(values, details), tuple(_problems(details, places)), unreliable)


def _details(error: ValidationError) -> list[ErrorDetails]:
    """Return the errors, without those of lists that are too short only because of their faulty entries."""
    details = error.errors(include_url=False)
    above = {detail["loc"][:length] for detail in details for length in range(len(detail["loc"]))}
    return [detail for detail in details if detail["type"] != "too_short" or detail["loc"] not in above]


# --- Problems ---

_NOT_A_MAPPING = ("keys with values belong here", "write them below it, indented, as key: value")
# Faults of what must be written exactly, for which a character that cannot be seen is reported instead.
_EXACT = {
    "address", "date", "extra_forbidden", "flag", "handle", "language", "literal_error", "mapping",
    "model_attributes_type", "model_type", "number", "tuple_type", "union_tag_invalid",
}  # fmt: skip
_ODD = re.compile(rf"{INVISIBLE.pattern}|(?P<hyphen>[{HYPHENS}])")
_TYPE_MESSAGES = {
    "string_type": ("this must be text", "write it after the colon, or as a block below after |"),
    "date_type": ("this must be a date", "write it as year-month-day, like 2019-07-16"),
    "int_type": ("this must be a whole number", "write it in digits"),
    "bool_type": ("this must be true or false", "write one of the two"),
    "tuple_type": ("this must be a list", "write each entry on a line of its own, after a dash"),
    "model_type": _NOT_A_MAPPING,
    "model_attributes_type": _NOT_A_MAPPING,
    "too_short": ("this list has no entries", "write at least one, after a dash"),
}


def _problems(details: list[ErrorDetails], places: Places) -> Iterator[Problem]:
    misspelt = {
        (*detail["loc"][:-1], vocabulary_at(detail["loc"][:-1]).nearest(str(detail["loc"][-1])))
        for detail in details
        if detail["type"] == "extra_forbidden"
    }
    for detail in details:
        path = detail["loc"]
        if detail["type"] == "missing" and path in misspelt:
            continue  # it is there under a misspelt key, which is another problem
        yield from _problems_of(detail, path, places)


def _problems_of(detail: ErrorDetails, path: ValuePath, places: Places) -> Iterator[Problem]:
    rule, context = detail["type"], detail.get("ctx", {})
    if rule == "prose":
        for fault in context["faults"]:
            here = places.of(path, fault.line, fault.column)
            yield Problem(rule=rule, place=here, message=fault.message, hint=fault.hint)
    elif odd := _odd_character(rule, path, places):
        yield odd
    elif rule in {"missing", "union_tag_not_found"}:
        yield _missing(detail, path, places)
    else:
        yield _problem(detail, path, places)


def _odd_character(rule: str, path: ValuePath, places: Places) -> Problem | None:
    """Return the problem that a key or value is faulty because of a character that cannot be seen."""
    if rule not in _EXACT:
        return None
    scalar = places.key(path) if rule == "extra_forbidden" else places.written(path)
    odd = _ODD.search(scalar.text) if scalar else None
    if scalar is None or odd is None or (odd["hyphen"] and rule not in {"date", "handle", "number"}):
        return None
    place = places.of_character(scalar, odd.start())
    message, words = odd_character(odd[0])
    hint = Hint(words, words=odd[0], instead=plainly_written(odd[0]))
    return Problem(rule="character", place=place, message=message, hint=hint)


def _missing(detail: ErrorDetails, path: ValuePath, places: Places) -> Problem:
    if detail["type"] == "union_tag_not_found":
        from difflib import get_close_matches  # noqa: PLC0415 -- only few faults need it

        meant = get_close_matches("kind", detail["input"], n=1)
        if meant and meant != ["kind"]:
            place, message = places.of_key((*path, meant[0])), f"there is no key {quoted(meant[0])} here"
            meaning = Hint("did you mean kind?", words=meant[0], instead="kind")
            return Problem(rule="unknown", place=place, message=message, hint=meaning)
        path = (*path, "kind")
    name, key = str(path[-1]), places.key(path)
    place = key.place if key else places.of_key(path[:-1])
    hint = f"add the line  {name}: ..."
    if key or name == "definition":
        hint = "write it after the colon"
    elif name == "kind":
        hint = "add the line  kind: gantt,  kind: trend  or  kind: deployment"
    if name == "due":
        hint += ", or tbd where there is no date yet"
    return Problem(rule="missing", place=place, message=f"{name} is missing", hint=hint)


def _problem(detail: ErrorDetails, path: ValuePath, places: Places) -> Problem:
    rule, context = detail["type"], detail.get("ctx", {})
    name = str(path[-1]) if path else ""
    place, message, hint = places.of(path), context.get("message", ""), context.get("hint", "")
    if rule == "extra_forbidden":
        place, rule, vocabulary = places.of_key(path), "unknown", vocabulary_at(path[:-1])
        message = f"there is no key {quoted(name)} here"
        hint = vocabulary.hint(name, f"the keys here are {', '.join(vocabulary)}")
    elif rule in {"literal_error", "union_tag_invalid"}:
        if rule == "union_tag_invalid":
            place = places.of((*path, "kind"))
        wrong, rule = context.get("tag", detail["input"]), "choice"
        message = f"{quoted(wrong)} is not possible here" if isinstance(wrong, str) else "this must be text"
        choices = context.get("expected") or _choice(context["expected_tags"])
        hint = _one_of(choices, wrong)
    elif rule == "character":
        scalar = places.written(path)
        place = places.of_character(scalar, scalar.text.find(context["words"])) if scalar else place
        hint = Hint(hint, words=context["words"])
    elif rule == "date" and isinstance(detail["input"], str):
        meant = dates.meant(detail["input"], vague=name in {"due", "forecast"})
        hint = Hint(hint, words=detail["input"] if meant else "", instead=meant)
    elif rule in _TYPE_MESSAGES:
        message, hint = _TYPE_MESSAGES[rule]
        if detail["input"] is None:
            message, hint = "there is no value here", "write it, or remove the line"
        elif rule == "string_type" and (sign := places.sign(path)):
            hint = f"put text that begins with {sign} in quotes"
    if context.get("removes"):
        hint = Hint(hint, removes=True)
    return Problem(rule=rule, place=place, message=message, hint=hint)


def _one_of(choices: str, wrong: object) -> Hint:
    """Return the hint to write one of the choices, which are in quotes, in place of what is written."""
    near = Vocabulary(re.findall(r"'([^']*)'", choices)).nearest(wrong) if isinstance(wrong, str) else None
    return Hint(f"write {choices}", words=str(wrong) if near else "", instead=near or "")


def _choice(tags: str) -> str:
    """Return what to write one of, as in `'a', 'b' or 'c'`."""
    before, _, last = tags.rpartition(", ")
    return f"{before} or {last}" if before else last


# --- Repair ---

# If the value of this key is lost, the findings of these rules may be wrong.
_CONSEQUENCES = {
    "<<": {"predecessor", "dangling", "figure", "future", "issue", "selection"},
    "aka": {"aka", "anchor"},
    "code": {"predecessor", "dangling", "selection"},
    "context": {"undelivered"},
    "completed": {"completed_first", "expected_first", "overdue", "past_forecast", "unfinished"},
    "data_date": {
        "ended_waiver",
        "expected_first",
        "future",
        "overdue",
        "past_forecast",
        "selection",
        "year",
    },
    "date": {"approval", "early", "order", "repeated", "year"},
    "deliveries": {"undelivered"},
    "document": {
        "approval",
        "early",
        "ended_waiver",
        "expected_first",
        "future",
        "issue",
        "overdue",
        "past_forecast",
        "selection",
        "year",
    },
    "figures": {"dangling", "figure"},
    "forecast": {"expected_first", "overdue"},
    "handle": {"dangling"},
    "issue_url": {"issue"},
    "label": {"dangling"},
    "milestones": {"predecessor", "dangling", "figure", "selection", "undelivered"},
    "name": {"cut_off", "dangling", "figure", "same_name"},
    "references": {"dangling"},
    "rule": {"waiver"},
    "sections": {"dangling"},
    "state": {"backwards", "cancelled", "expected_first", "forecast", "overdue", "since", "unfinished"}
    | {"same_name"},
}
for _condition in (*HOLDS, "not"):
    _CONSEQUENCES[_condition] = _CONSEQUENCES.get(_condition, set()) | {"missing", "selection", "undelivered"}
# Values that break no rule, for keys that must not be missing; "x" for all others.
_PLACEHOLDERS: dict[str, object] = {
    "authors": ["x"],
    "data_date": "9999-12-31",
    "date": "9999-12-31",
    "document": {},
    "due": "tbd",
    "facilities": [{"name": "x"}],
    "milestones": {},
    "sections": [{"title": "x"}],
    "status": "draft",
    "year": "9999",
}
_ROUNDS = 4
"""A value is removed, a required one is added, then its parts; nothing needs more rounds."""


def consequences_of_losing(keys: Iterable[str], *, everything: bool = False) -> frozenset[str]:
    """Return the rules whose findings are unreliable if values of `keys`, or of any, are missing."""
    lost = _CONSEQUENCES if everything else keys
    return frozenset(rule for key in lost for rule in _CONSEQUENCES.get(key, ()))


def _lost_keys(details: list[ErrorDetails]) -> Iterator[str]:
    """Yield the keys whose values are faulty or have a misspelt key."""
    for detail in details:
        path = detail["loc"]
        name = next((step for step in reversed(path) if isinstance(step, str)), "")
        if detail["type"] == "extra_forbidden":
            name = vocabulary_at(path[:-1]).nearest(name) or name
        yield name


def _repaired(values: object, details: list[ErrorDetails]) -> Document | None:
    """Return the document that `values` would be without their faults, or None if that is impossible."""
    values = copy.deepcopy(values)
    for _ in range(_ROUNDS):
        keys: dict[int, list[str]] = {}
        for detail in reversed(details):  # from the end, so that a removal moves nothing else
            _repair(values, detail["loc"], detail["type"], keys)
        try:
            return Document.parse(values)
        except ValidationError as error:
            details = _details(error)
    return None


def _repair(values: Any, path: ValuePath, rule: str, keys: dict[int, list[str]]) -> None:
    """Remove the faulty value at `path` from `values`, or add one where it is missing.

    Args:
        values: the document.
        path: of the value; a number also counts the entries of a mapping.
        rule: what is wrong with it.
        keys: of each mapping, by its id, as they were before the first removal.
    """
    container: Any = None
    key, node, is_name = None, values, False
    for step in path:
        actual: str | int = step
        is_name = isinstance(node, dict) and isinstance(step, int)
        if isinstance(node, dict) and isinstance(step, int):
            if id(node) not in keys:
                keys[id(node)] = list(node)
            actual = keys[id(node)][step]
        is_item = isinstance(node, list) and isinstance(actual, int)
        if is_item or (isinstance(node, dict) and actual in node):
            container, key, node = node, actual, node[actual]
    if rule == "missing":
        name = str(path[-1])
        value = copy.deepcopy(_PLACEHOLDERS.get(name, "x"))
        if isinstance(node, dict):
            node[name] = value
        else:
            container[key] = {name: value}  # an entry without anything in it
    elif rule in {"union_tag_not_found", "union_tag_invalid"}:
        node["kind"] = "deployment"
    elif is_name:
        container[key] = {}  # not a mapping, but its name is good
    elif container is not None:
        del container[key]
