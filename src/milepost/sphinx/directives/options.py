"""Options of the directives: readers of their values, which raise `ValueError` for a wrong one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from docutils.parsers.rst import directives

from milepost.document.conditions import HOLDS, as_word, terms_in, values_in
from milepost.sphinx.queries import SORT_KEYS

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any


def _words(argument: str | None) -> list[str]:
    """Split an option at spaces and commas that are not in quotation marks; these stay.

    Raises:
        ValueError: when it is empty.
    """
    terms = terms_in(directives.unchanged_required(argument or ""))
    return [as_word(value) for term in terms for value in values_in(term) if value]


def _condition(key: str) -> Callable[[str | None], str]:
    """Return the reader of the option with the values of a condition; it gives the condition as text."""

    def read(argument: str | None) -> str:
        return _checked(f"{key}:{','.join(_words(argument))}")

    return read


def _excluded(argument: str | None) -> str:
    """Read conditions of which none may hold."""
    text = directives.unchanged_required(argument or "")
    return _checked(" ".join(f"not {condition}" for condition in terms_in(text)))


def _checked(selection: str) -> str:
    """Return a selection as text.

    Raises:
        ValueError: when it is none; the message says why.
    """
    from milepost.document.selection import Selection  # noqa: PLC0415 -- importing pydantic is slow

    return str(Selection.from_text(selection))


CONDITIONS = {**{key: _condition(key) for key in HOLDS}, "not": _excluded}
"""Options that are conditions of a selection."""


def sort_key(argument: str | None) -> str:
    """Read the key by which a table is sorted."""
    return directives.choice(argument or "", SORT_KEYS)


def _align(argument: str | None) -> str:
    return directives.choice(argument or "", ("left", "center", "right"))


AS_USUAL: dict[str, Callable[[str], Any]] = {
    "align": _align,
    "caption": directives.unchanged_required,
    "class": directives.class_option,
    "name": directives.unchanged_required,
    "width": directives.length_or_percentage_or_unitless,
}
"""Options of tables and figures that mean what they mean in other directives."""
