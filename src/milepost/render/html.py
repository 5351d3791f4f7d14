"""The Jinja environment of HTML templates, which print insertions and deletions as elements."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from functools import cache
from itertools import chain
from typing import TYPE_CHECKING, Any

from markupsafe import Markup, escape

from milepost.base.marked import Mark, Marked, along, beside
from milepost.base.paths import BUILT_IN, Templates
from milepost.prose.values import FigurePlace, Footnote
from milepost.render.environment import escaping_environment

if TYPE_CHECKING:
    from collections.abc import Iterator

    from milepost.render.templates import TemplateEnvironment

_ELEMENTS = {Mark.INSERTED: "ins", Mark.DELETED: "del"}
_URL = re.compile(r"(?:https?://|mailto:)[^\s]+", re.IGNORECASE)
_WHOLE = re.compile(r"(\d{4}-\d{2}-\d{2}|\b[A-Z][A-Z0-9]*(?:-[A-Za-z0-9]{1,8}){1,3}\b)")
"""Dates and codes, which must not be divided at their hyphens."""
# Fields that are not printed.
_UNPRINTED = frozenset({"anchor", "first", "place", "move"})

Translate = Callable[..., str]
"""Returns a text in the language of the page, as `translate("%s is now %s", old, new)`; `_` in templates."""

EDITED = "edited"
"""The state of a value that both editions have and that has changed; other states are those of `Mark`."""


@cache
def html_environment(templates: Templates = BUILT_IN) -> TemplateEnvironment:
    """Return the environment of HTML templates, which print `Marked` as `ins` and `del` elements.

    Args:
        templates: the directories to search for templates.
    """
    environment = escaping_environment(_text, templates)
    environment.add_filters(
        along=along, beside=beside, led=_led, parted=_WHOLE.split, settled=settled, state=state, url=_url
    )
    environment.globals["_"] = english
    return environment


def english(text: str, *values: object) -> str:
    """Return a text of the templates as it is, with `values` in their places; see `Translate`."""
    return filled(text, values) if values else text


def filled(text: str, values: tuple[object, ...]) -> str:
    """Return `text` with `values` in their places; as markup if one of them is, with all others escaped."""
    return (escape(text) if any(isinstance(value, Markup) for value in values) else text) % values


def state(value: Any) -> str:
    """Return whether all that is printed of `value` is kept, inserted or deleted, or else edited.

    Args:
        value: text, a number, None, a value of prose, a view, or a tuple of such.
    """
    pieces = list(_pieces(value))
    every = {mark for mark, _ in pieces}
    marks = {mark for mark, text in pieces if text.strip()} or every or {Mark.KEPT}
    only_blanks = marks == {Mark.KEPT} and bool(every - marks)
    return marks.pop().value if len(marks) == 1 and not only_blanks else EDITED


def settled(value: Any) -> Any:
    """Return `value`, which is inserted or deleted as a whole, with plain strings instead of marked ones.

    The numbers of footnotes stay marked: those of both editions have places of their own.
    """
    if isinstance(value, Footnote):
        return replace(value, inlines=settled(value.inlines))
    if isinstance(value, Marked):
        return str(value) or value.before
    if isinstance(value, tuple):
        return tuple(settled(part) for part in value)
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{field.name: settled(getattr(value, field.name)) for field in fields(value)})
    return value


def _pieces(value: Any) -> Iterator[tuple[Mark, str]]:
    """Yield the pieces of everything that `value` prints."""
    match value:
        case Marked():
            yield from value.pieces
        case str():
            yield Mark.KEPT, value
        case tuple():
            yield from chain.from_iterable(map(_pieces, value))
        case FigurePlace():
            pass  # a figure has its own marks
        case Footnote(_, number):
            yield from _pieces(number)  # the note itself is printed elsewhere
        case _ if is_dataclass(value):
            for field in fields(value):
                part = getattr(value, field.name)
                # The address of a link is printed only where it has changed.
                if field.name not in _UNPRINTED and (field.name != "url" or isinstance(part, Marked)):
                    yield from _pieces(part)
        case _:
            pass


def _text(text: str) -> Markup:
    """Return `text` as HTML, with marks as elements."""
    if not isinstance(text, Marked):
        return escape(text)
    return Markup().join(
        Markup("<{0}>{1}</{0}>").format(Markup(_ELEMENTS[mark]), piece) if mark in _ELEMENTS else piece  # noqa: S704
        for mark, piece in text.pieces
    )


def _led(text: str | None, lead: str) -> str:
    """Return `text` after `lead`, which gets the mark of `text`; an empty text if `text` is empty."""
    if not text or not isinstance(text, Marked):
        return lead + text if text else ""
    whole = state(text)
    return Marked([(Mark.KEPT if whole == EDITED else Mark(whole), lead), *text.pieces])


def _url(url: str) -> str | None:
    """Return the address of a link, or None if it is not a web or mail address and stays text."""
    plain = settled(url)
    return plain if _URL.fullmatch(plain) else None
