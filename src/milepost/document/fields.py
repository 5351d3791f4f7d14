"""The base of the classes of the model, and the types of their fields, which turn text into values.

Errors carry message and hint for `milepost.loading.validation`; pydantic reports values that are not text.
"""

from __future__ import annotations

import re
import unicodedata
from contextlib import suppress
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any, ClassVar
from urllib.parse import urlsplit

from pydantic import BaseModel, BeforeValidator, ConfigDict, PlainSerializer, WithJsonSchema, model_validator
from pydantic_core import PydanticCustomError, core_schema

from milepost.base import dates
from milepost.base.addresses import HANDLE, fault_of_server
from milepost.base.characters import DIRECTION_CONTROLS, HYPHENS, INVISIBLE
from milepost.base.dates import PlannedDate
from milepost.base.errors import quoted
from milepost.prose.rst_parser import ProseError, parse_line, parse_prose
from milepost.prose.values import Line, Prose, ProseFault

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

WBS = re.compile(r"[\w/&+-]+(?:\.[\w/&+-]+)*")
"""Places in a work breakdown structure: parts joined by dots, from the whole to its parts."""

TAG = re.compile(r"[^\W_]+(?:[-._+&/][^\W_]+)*")

_UNPRINTABLE = {"Cc", "Cn", "Co", "Cs", "Zl", "Zp"}
"""Unicode categories that cannot be printed: control, private use, line ends, surrogates, unassigned."""

_DIRECTIONS = re.compile(f"[{DIRECTION_CONTROLS}]")
"""They make a text look like another one."""

LOOKALIKE = re.compile(rf"{INVISIBLE.pattern}|[{HYPHENS}]")
"""Characters that no code has, because it could not be told from another one."""
_COMMA = "write each code as an entry of a list, or call it something else"

_BLANKS = re.compile(r"[ \t\n]+")
_LONGEST_DATE = 40
"""Longer text is shortened in messages."""


class KeyedValue(BaseModel):
    """What all parts of the model share: unknown keys are refused and values never change.

    Modules with models do not postpone the evaluation of annotations, as the others do: pydantic would have
    to compile each of them again.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    @model_validator(mode="before")
    @classmethod
    def _without_empty(cls, values: Any) -> Any:
        """Take a key with nothing after it for an absent one."""
        if isinstance(values, dict) and None in values.values():
            return {key: value for key, value in values.items() if value is not None}
        return values


class Read:
    """Lets a field be what functions, each given what the one before returns, make of its text.

    pydantic's own validators would do it, but describe the type of the value as well and look at each
    function: for all fields that takes as long as to read a document.
    """

    # What pydantic calls other values, by the type of the field.
    _TYPES: ClassVar[Mapping[type | None, str]] = {
        int: "int_type",
        bool: "bool_type",
        date: "date_type",
        PlannedDate: "date_type",
    }

    def __init__(
        self,
        *functions: Callable[[Any], object],
        value: type | None = None,
        refusal: Callable[[], PydanticCustomError] | None = None,
    ) -> None:
        """Take the functions.

        Args:
            functions: the first one is given the text.
            value: the type of the value, which is kept where it is given; None if text is read always.
            refusal: makes the error for what is neither.
        """
        self._functions = functions
        self._value = value
        kind = self._TYPES.get(value, "string_type")
        self._refusal = refusal or (lambda: PydanticCustomError(kind, ""))

    def __call__(self, given: object) -> object:
        """Return the value of a field for which `given` is written."""
        if not isinstance(given, str):
            if self._value is not None and isinstance(given, self._value):
                return given
            raise self._refusal()
        value: object = given
        for function in self._functions:
            value = function(value)
        return value

    def __get_pydantic_core_schema__(self, *_: object) -> core_schema.CoreSchema:
        return core_schema.no_info_plain_validator_function(self)


class _GivenTwice(str):
    """The key of an entry that also has it as a value."""

    __slots__ = ()


def fault(rule: str, message: str, hint: str = "", **context: object) -> PydanticCustomError:
    """Return an error that `milepost.loading.validation` turns into a problem with these texts."""
    return PydanticCustomError(rule, "{message}", {"message": message, "hint": hint, **context})


def _unprintable(text: str) -> list[str]:
    """Return the characters of `text` that cannot be printed, in order."""
    if text.isprintable():
        return []
    return [
        c
        for c in text
        if c not in "\t\n" and (unicodedata.category(c) in _UNPRINTABLE or _DIRECTIONS.match(c))
    ]


def _unprintable_message(character: str) -> str:
    fact = "changes the direction of writing" if _DIRECTIONS.match(character) else "cannot be printed"
    return f"the character U+{ord(character):04X} {fact}"


def _printable(text: str) -> str:
    """Return `text` with runs of white space as single spaces; refuse what cannot be printed."""
    if isinstance(text, _GivenTwice):
        message = f"{quoted(text)} is its name already, as the key above"
        raise fault("key", message, "remove this line", removes=True)
    if unprintable := _unprintable(text):
        raise fault("character", _unprintable_message(unprintable[0]), "remove it", words=unprintable[0])
    if not text.isprintable() or "  " in text:  # most texts are as they are printed already
        text = _BLANKS.sub(" ", text)
    text = text.strip()
    if not text:
        raise fault("empty", "there is no text here", "write it, or remove the key")
    return text


def _at_most(most: int) -> Callable[[str], str]:
    """Refuse text that is longer than any output can show."""

    def limited(text: str) -> str:
        if len(text) > most:
            message = f"this text has {len(text):,} characters; {most:,} are the most here"
            raise fault("length", message, "shorten it")
        return text

    return limited


def _handle(text: str) -> str:
    if not HANDLE.fullmatch(text):
        raise fault(
            "handle",
            f"{quoted(text)} cannot be used as a name",
            "use the letters A to Z or a to z and digits, joined by single - . _ + & or /",
        )
    return text


def _single_spaces(text: str) -> str:
    """Refuse a code that `_printable` would change, so that it is what its key in the file is."""
    if _BLANKS.search(text) and text.strip() and text != " ".join(_BLANKS.split(text.strip(" \t\n"))):
        message = f"{quoted(text)} has spaces that are not single ones between words"
        raise fault("handle", message, "remove them")
    return text


def _code(text: str) -> str:
    """Refuse a code that would not be found where it is written in another way."""
    if text.isascii() and "," not in text:
        return text
    if LOOKALIKE.search(text):
        raise fault("handle", f"{quoted(text)} cannot be a code", "write plain hyphens and spaces")
    if "," in text:
        raise fault("handle", f"{quoted(text)} has a comma, which no code can have", _COMMA)
    composed = unicodedata.normalize("NFC", text)
    if text != composed:
        hint = f"write {quoted(composed)}, which has one character for each letter"
        raise fault("handle", f"{quoted(text)} has letters of several characters", hint)
    return text


def _date(text: str) -> date:
    try:
        return dates.parse(text)
    except ValueError as error:
        message, hint = _shortened(text, error), dates.DAY_FORM
    with suppress(ValueError):
        vague = dates.parse_planned(text)
        message = f"{text} is not a day" if vague.known else f"only due and forecast can be {text}"
        hint = hint if vague.known else "remove this line until the day is known"
    raise fault("date", message, hint)


def _planned(text: str) -> PlannedDate:
    try:
        return dates.parse_planned(text)
    except ValueError as error:
        raise fault("date", _shortened(text, error), dates.planned_hint(text)) from None


def _shortened(text: str, error: ValueError) -> str:
    return str(error) if len(text) <= _LONGEST_DATE else f"{quoted(text)} is not a date"


def _flag(text: str) -> bool:
    if text not in {"true", "false"}:
        raise fault("flag", f"{quoted(text)} is neither true nor false", "write true or false")
    return text == "true"


def _whole_number(least: int, most: int) -> Read:
    """Let a field be a whole number in decimal digits, from `least` to `most`."""

    def number(text: str) -> int:
        if not re.fullmatch(r"[0-9]{1,9}", text) or not least <= int(text) <= most:
            hint = f"write a whole number from {least} to {most}"
            raise fault("number", f"{quoted(text)} is not possible here", hint)
        return int(text)

    return Read(number, value=int)


def _parsed_by(parser: Callable[[str], object]) -> Callable[[str], object]:
    """Return the function that reads text by `parser`; the context of its error has the faults."""

    def parse(source: str) -> object:
        if not source.isprintable():
            faults = [
                ProseFault(number, line.index(character) + 1, _unprintable_message(character), "remove it")
                for number, line in enumerate(source.split("\n"), start=1)
                for character in _unprintable(line)
            ]
            if faults:
                raise PydanticCustomError("prose", "{faults}", {"faults": faults})
        try:
            return parser(source)
        except ProseError as error:
            raise PydanticCustomError("prose", "{faults}", {"faults": list(error.faults)}) from None

    return parse


def _address(text: str) -> str:
    try:
        parts = urlsplit(text)
        has_host = bool(parts.hostname) and parts.port != 0  # the port is read only when asked for
    except ValueError:
        has_host = False
    if not has_host or not re.fullmatch(r"https?://[^\s<>\"\\^`|]+", text):
        raise fault("address", f"{quoted(text)} is not the address of a page", "write it as https://...")
    return text


def _folder(address: str) -> str:
    """Refuse the address of a site to which the names of pages cannot be added."""
    if re.search("[?#]", address):
        raise fault(
            "address", f"{quoted(address)} is not the address of a site", "remove the part from ? or # on"
        )
    return address


def _jira_server(address: str) -> str:
    fact, remedy = fault_of_server(address)
    if fact:
        raise fault("address", fact, remedy)
    return address


def _language(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*", text):
        raise fault("language", f"{quoted(text)} is not a language tag", "write one like en-US or de")
    return text


def _wbs(text: str) -> str:
    if not WBS.fullmatch(text):
        hint = "write its parts joined by dots, like 02C.04.03"
        raise fault("wbs", f"{quoted(text)} is not a place in a work breakdown structure", hint)
    return text


def _tag(text: str) -> str:
    if not TAG.fullmatch(text):
        hint = "use letters and digits, joined by single - . _ + & or /"
        raise fault("tag", f"{quoted(text)} is not one short word", hint)
    return text


def keyed(key: str) -> BeforeValidator:
    """Let a list of models be written as a mapping whose keys are the models' field `key`."""

    def spread(entries: Any) -> Any:
        if not isinstance(entries, dict):
            hint = (
                f"begin each entry with its {key} and a colon, without a dash, and indent what belongs to it"
            )
            raise fault("mapping", f"this must be a mapping: the {key} of each entry is its key", hint)
        return [_spread_entry(key, name, entry) for name, entry in entries.items()]

    return BeforeValidator(spread)


def _spread_entry(key: str, name: str, entry: Any) -> Any:
    if isinstance(entry, dict):
        return {**entry, key: _GivenTwice(name) if key in entry else name}
    # Only acronyms have a short form.
    return {key: name, "definition": entry} if key == "acronym" else entry


# What an editor sees of each scalar, which the loader reads as text: with or without quotes.
_TEXT: dict[str, Any] = {"type": ["string", "number", "boolean"]}


def _in_editors(**schema: Any) -> WithJsonSchema:
    """Say in JSON Schema what a value looks like; a pattern is for text, limits are for numbers."""
    return WithJsonSchema({**_TEXT, **schema})


_MONTH = r"\d{4}-(0[1-9]|1[0-2])"
_DAY = r"-(0[1-9]|[12]\d|3[01])"
_PLANNED = rf"^({_MONTH}({_DAY})?|\d{{4}}(-Q[1-4])?|tbd)$"
# In patterns of editors, \w has no letters but those of English.
_WORDS = r"\S"
_ONE_WORD = r"^\s*\S+\s*$"
_WORDS_WITH_DOTS = r"^\s*[^.\s]+(\.[^.\s]+)*\s*$"


def _number_in_editors(least: int, most: int, pattern: str) -> WithJsonSchema:
    return WithJsonSchema(
        {"type": ["integer", "string"], "minimum": least, "maximum": most, "pattern": pattern}
    )


_LANGUAGE = "^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$"
_PAGE = WithJsonSchema({"type": "string", "pattern": "^https?://", "maxLength": 2_000})

String = Annotated[str, Read(_printable, _at_most(1_000)), _in_editors(maxLength=1_000, pattern=_WORDS)]
# File names are made of handles and labels, addresses of codes.
Code = Annotated[str, Read(_single_spaces, _printable, _code, _at_most(100)), _in_editors(maxLength=100)]
Handle = Annotated[
    str,
    Read(_printable, _at_most(100), _handle),
    _in_editors(maxLength=100, pattern=f"^{HANDLE.pattern}$"),
]
Day = Annotated[
    date,
    Read(_printable, _date, value=date),
    WithJsonSchema({"type": "string", "pattern": f"^{_MONTH}{_DAY}$"}),
]
Planned = Annotated[
    PlannedDate,
    Read(_printable, _planned, value=PlannedDate),
    PlainSerializer(str),
    _number_in_editors(1, 9999, _PLANNED),
]
Flag = Annotated[bool, Read(_flag, value=bool), WithJsonSchema({"enum": [True, False, "true", "false"]})]
Address = Annotated[str, Read(_printable, _at_most(2_000), _address), _PAGE]
SiteAddress = Annotated[str, Read(_printable, _at_most(2_000), _address, _folder), _PAGE]
JiraAddress = Annotated[str, Read(_printable, _at_most(2_000), _address, _folder, _jira_server), _PAGE]
Language = Annotated[
    str, Read(_printable, _language), WithJsonSchema({"type": "string", "pattern": _LANGUAGE})
]
ProseText = Annotated[Prose, Read(_parsed_by(parse_prose)), _in_editors()]
LineText = Annotated[Line, Read(_parsed_by(parse_line)), _in_editors()]
# A caption fits on a page.
Caption = Annotated[Line, Read(_at_most(2_500), _parsed_by(parse_line)), _in_editors(maxLength=2_500)]
Level = Annotated[int, _whole_number(1, 9), _number_in_editors(1, 9, "^[1-9]$")]
Wbs = Annotated[
    str, Read(_printable, _at_most(100), _wbs), _in_editors(maxLength=100, pattern=_WORDS_WITH_DOTS)
]
Tag = Annotated[str, Read(_printable, _at_most(40), _tag), _in_editors(maxLength=40, pattern=_ONE_WORD)]
Year = Annotated[int, _whole_number(1000, 9999), _number_in_editors(1000, 9999, "^[1-9][0-9]{3}$")]
Count = Annotated[int, _whole_number(0, 9999), _number_in_editors(0, 9999, "^[0-9]+$")]
Days = Annotated[int, _whole_number(0, 999), _number_in_editors(0, 999, "^[0-9]+$")]
