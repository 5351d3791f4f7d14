"""Selections of milestones: what has a section, is delivered, is drawn, or is listed in a table.

A selection is written as keys in a YAML, and as text on a command line:

    milestones:
      codes: [ABC-*, XYZ-1]
      level: 2                      codes:ABC-*,XYZ-1 level:2 due:2024.. not state:cancelled,deferred
      due: 2024..
      not: {state: [cancelled, deferred]}

`docs/reference/selection.md` describes both. Every key restricts the choice further: a milestone is selected
if for each key one of the values holds, and below `not` none at all.
"""

from typing import TYPE_CHECKING, Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, PlainSerializer, ValidationError, WithJsonSchema

from milepost.base.errors import quoted
from milepost.base.suggest import Vocabulary
from milepost.document.conditions import HOLDS, NO_LEVEL, VALUES, as_word, terms_in, values_in
from milepost.document.date_ranges import RANGE_FORMS, DateRange
from milepost.document.fields import LOOKALIKE, KeyedValue, Level, Read, String, Tag, Wbs, fault
from milepost.document.schedule import State

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydantic_core import ErrorDetails, PydanticCustomError

    from milepost.base.errors import ValuePath
    from milepost.document.conditions import AllFacts, Facts

_NOT = "not"
_SEPARATOR = ","
_LONGEST_RANGE = 60
_WITHOUT = "none"
_STATES = Vocabulary(State)
_KEYS = Vocabulary(HOLDS)
_LASTING = ("codes", "level", "wbs", "tags")

# --- How values are written ---------------------------------------------------------------------------------


def _as_list(value: Any) -> Any:
    return value if isinstance(value, list | tuple | dict) else [value]


def _pattern(text: str) -> str:
    if "," in text:
        hint = "write each pattern as an entry of a list"
        raise fault("pattern", f"no code has a comma, as in {quoted(text)}", hint)
    if LOOKALIKE.search(text):
        hint = "write plain hyphens and spaces"
        raise fault("pattern", f"{quoted(text)} has a character that no code has", hint)
    return text


def _level(text: Any) -> Any:
    if text == _WITHOUT:
        return NO_LEVEL
    if isinstance(text, str) and not (text.isascii() and text.isdecimal() and 1 <= int(text[:9]) <= 9):
        raise fault("number", f"{quoted(text)} is not a level", f"write a number from 1 to 9, or {_WITHOUT}")
    return text


def _state(text: Any) -> Any:
    if isinstance(text, str) and text not in set(State):
        hint = _STATES.hint(text, f"write {', '.join(State)}")
        raise fault("choice", f"{quoted(text)} is not a state", hint)
    return text


def _date_range(text: str) -> DateRange:
    try:
        return DateRange.parse(text)
    except ValueError as error:
        message = str(error) if len(text) <= _LONGEST_RANGE else f"{quoted(text)} is not a range of dates"
        raise fault("date", message, RANGE_FORMS) from None


def _no_range() -> "PydanticCustomError":
    return fault("date", "this is not a range of dates", RANGE_FORMS)


one_or_more = BeforeValidator(_as_list)
"""Lets a list with one entry be written as that entry."""

_at_least_one = Field(min_length=1)

Codes = tuple[Annotated[String, AfterValidator(_pattern)], ...]
Levels = tuple[
    Annotated[Level, BeforeValidator(_level), PlainSerializer(lambda level: level or _WITHOUT)], ...
]
States = tuple[Annotated[State, BeforeValidator(_state)], ...]
Ranges = tuple[
    Annotated[
        DateRange,
        Read(_date_range, value=DateRange, refusal=_no_range),
        PlainSerializer(str),
        WithJsonSchema({}),
    ],
    ...,
]

# --- The model ----------------------------------------------------------------------------------------------


class Conditions(KeyedValue):
    """Conditions by key; each has one or more values."""

    codes: Annotated[Codes, one_or_more, _at_least_one] = ()
    level: Annotated[Levels, one_or_more, _at_least_one] = ()
    wbs: Annotated[tuple[Wbs, ...], one_or_more, _at_least_one] = ()
    state: Annotated[States, one_or_more, _at_least_one] = ()
    due: Annotated[Ranges, one_or_more, _at_least_one] = ()
    completed: Annotated[Ranges, one_or_more, _at_least_one] = ()
    forecast: Annotated[Ranges, one_or_more, _at_least_one] = ()
    tags: Annotated[tuple[Tag, ...], one_or_more, _at_least_one] = ()

    def outcomes(self, facts: "Facts") -> "Iterator[bool]":
        """Yield, for each condition that there is, whether one of its values holds."""
        for key, holds in HOLDS.items():
            if values := getattr(self, key):
                yield any(holds(facts, value) for value in values)


def _if_any(conditions: Conditions | None) -> Conditions | None:
    return None if conditions == Conditions.model_construct() else conditions


class Selection(Conditions):
    """Which milestones are meant: those for which all conditions hold, and none of `excluded` (key `not`).

    Without any condition, all of them are.
    """

    excluded: Annotated[Conditions | None, Field(alias=_NOT), AfterValidator(_if_any)] = None

    @classmethod
    def from_text(cls, text: str) -> "Selection":
        """Return the selection that `text` describes, as in `codes:ABC-*,XYZ-1 not state:cancelled`.

        Raises:
            SelectionError: with everything that is wrong with it.
        """
        values, faults = _values_in(text)
        try:
            selection = Selection.model_validate(values)
        except ValidationError as error:
            faults += (_fault_in_words(detail) for detail in error.errors(include_url=False))
        if faults:
            raise SelectionError(*faults)
        return selection

    def __str__(self) -> str:
        """Return the selection as text from which `from_text` makes the same one."""
        keys = self.as_keys()
        excluded = keys.pop(_NOT, {})
        return " ".join([*_terms(keys), *(f"{_NOT} {term}" for term in _terms(excluded))])

    def as_keys(self) -> dict[str, Any]:
        """Return the selection as the keys and values of a YAML."""
        return self.selection.model_dump(mode="json", by_alias=True, exclude_defaults=True)

    @property
    def selection(self) -> "Selection":
        """The conditions alone, without what else is written beside them."""
        return Selection.model_construct(**{key: getattr(self, key) for key in Selection.model_fields})

    @property
    def is_empty(self) -> bool:
        """Whether there is no condition, so that all milestones are selected."""
        return not any(getattr(self, key) for key in Selection.model_fields)

    def holds(self, facts: "Facts") -> bool:
        """Return whether the milestone with these facts is selected."""
        return all(self.outcomes(facts)) and not (self.excluded and any(self.excluded.outcomes(facts)))

    def among(self, known: "AllFacts") -> list[int]:
        """Return the positions of the selected milestones among those that `known` is about, in order."""
        found = (known.having(key, values) for key in VALUES if (values := getattr(self, key)))
        candidates = min(found, key=len, default=range(len(known.facts)))
        return [position for position in candidates if self.holds(known.facts[position])]

    def idle(self, known: "AllFacts") -> "Iterator[tuple[ValuePath, str]]":
        """Yield the path below the selection, and the text, of each value that holds for no milestone.

        States and dates are left out: whether they hold for any changes with the schedule.
        """
        for above, conditions in (((), self), ((_NOT,), self.excluded)):
            for key in _LASTING if conditions else ():
                for index, value in enumerate(getattr(conditions, key)):
                    if not known.having(key, (value,)):
                        yield (*above, key, index), str(value or _WITHOUT)


# --- As text ------------------------------------------------------------------------------------------------


class SelectionError(ValueError):
    """Raised for a text that is no selection; `faults` has a sentence for each fault."""

    def __init__(self, *faults: str) -> None:
        self.faults = faults
        super().__init__("; ".join(faults))


def _values_in(text: str) -> tuple[dict[str, Any], list[str]]:
    """Return the values in `text` as the keys of a YAML, and what is wrong with their form."""
    required: dict[str, Any] = {}
    excluded: dict[str, Any] = {}
    faults: list[str] = []
    into = required
    for word in terms_in(text):
        if word == _NOT and into is required:
            into = excluded
            continue
        key, _, values = word.partition(":")
        if fault := _fault_of_form(word, into):
            faults.append(fault)
        else:
            into[key] = values_in(values)
        into = required
    if into is excluded:
        faults.append(f"nothing follows the last {_NOT} (write a condition after it)")
    return required | ({_NOT: excluded} if excluded else {}), faults


def _fault_of_form(word: str, known: dict[str, Any]) -> str:  # noqa: PLR0911 -- one for each kind of fault
    """Return what is wrong with the form of a condition, or nothing; `known` are those before it."""
    key, colon, values = word.partition(":")
    if key.casefold() == _NOT:
        return f"{quoted(word)} is not a condition (write one {_NOT} before each, as in {_NOT} codes:ABC-1)"
    if not colon and key not in HOLDS:
        return f"{quoted(word)} is not a condition (write it after a key, as in codes:{word})"
    if key not in HOLDS:
        hint = _KEYS.hint(key, f"the conditions are {', '.join(HOLDS)}")
        return f"there is no condition {quoted(key)} ({hint})"
    try:
        found = values_in(values)
    except ValueError as error:
        return f"a quotation mark in {quoted(word)} has no end ({error})"
    if not all(found):
        return f"a value is missing in {quoted(word)} (write {key}:VALUE or {key}:ONE,OTHER)"
    if key in known:
        return f"{key} is given twice (put its values after one of the two, with commas between them)"
    return ""


def _terms(keys: dict[str, Any]) -> "Iterator[str]":
    return (f"{key}:{_SEPARATOR.join(as_word(str(each)) for each in values)}" for key, values in keys.items())


def _fault_in_words(detail: "ErrorDetails") -> str:
    key = next(step for step in reversed(detail["loc"]) if isinstance(step, str))
    context = detail.get("ctx", {})
    return f"{key}: {context['message']} ({context['hint']})"
